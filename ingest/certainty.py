"""How sure a fact is: no surer than the characters it stands on and the cell it stands in.

`read_units`, `read_indicators` and their like say what they inferred (a year carried over from the plan's period, an
audience only hinted at). What they cannot know is added here: `一季度` read out of a repaired run is as sure as the
repair, and a name in a cell that may belong to the next column is as sure as the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ingest.model import Certainty, Clause, IndicatorFact, MeasureFact, OffsetMap, Repair, ScheduleFact, UnitFact

Fact = TypeVar("Fact", UnitFact, IndicatorFact, ScheduleFact, MeasureFact)
ORDER: tuple[Certainty, ...] = ("certain", "inferred", "uncertain")
Doubt = tuple[int, int, Certainty]


def doubts_of(repairs: Iterable[Repair]) -> tuple[Doubt, ...]:
    """The raw ranges whose repair is not certain."""
    return tuple((r.raw_start, r.raw_end, r.certainty) for r in repairs if r.certainty != "certain")


def lowered(
    facts: Iterable[Fact], clauses: Mapping[str, Clause], offsets: OffsetMap, doubts: Sequence[Doubt]
) -> tuple[Fact, ...]:
    """The facts, each no surer than its cell and than the repairs inside its span."""
    return tuple(_lowered(fact, clauses.get(fact.clause_id), offsets, doubts) for fact in facts)


def _lowered(fact: Fact, clause: Clause | None, offsets: OffsetMap, doubts: Sequence[Doubt]) -> Fact:
    found: list[Certainty] = [fact.certainty]
    if clause is not None and clause.kind == "cell":
        found.append(clause.certainty)
    start, end = offsets.to_raw(fact.start, fact.end)
    found += [certainty for left, right, certainty in doubts if left < end and start < right]
    least = max(found, key=ORDER.index)
    return fact if least == fact.certainty else replace(fact, certainty=least)
