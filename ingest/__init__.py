"""From a plan's file to clauses, facts and vectors."""
