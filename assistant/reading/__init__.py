"""A question as it is understood: language, slips, regions, plans, units, what is asked for."""
