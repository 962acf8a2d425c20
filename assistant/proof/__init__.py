"""Whether a claim follows from the clauses it cites: the one way everything that is shown goes through."""
