"""Facts of the catalogue → the models of the HTTP API, each with its clause and a quote. Pure reading, no HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from assistant.contract.fact_schemas import (
    IndicatorOut,
    MatrixCell,
    MatrixOut,
    MatrixRow,
    NamingOut,
    ScheduleOut,
    UnitClauseOut,
    UnitOut,
)
from assistant.contract.views import plan_id_of
from assistant.knowledge import label_of
from ingest.model import Clause, Role, UnitFact
from ingest.sentences import split_sentences

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue

ROLES: dict[str, str] = {"lead": "牵头/责任", "support": "配合", "execute": "执行", "office": "责任处室", "unstated": "未写明"}


class Fact(Protocol):
    """What every fact has: its clause and where it stands in the plan's text."""

    @property
    def clause_id(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Facts:
    """Facts of one plan, or of all where `plan_id` is None, on the day `today`."""

    catalogue: Catalogue
    today: date
    plan_id: str | None = None

    def units(self) -> list[UnitOut]:
        """Units by how many clauses name them, most first."""
        grouped: dict[str, list[UnitFact]] = {}
        for fact in self.catalogue.units(self.plan_id):
            grouped.setdefault(fact.unit, []).append(fact)
        units = [
            UnitOut(name=name, plan_ids=sorted({plan_id_of(fact.clause_id) for fact in named}),
                    roles=dict(Counter(fact.role for fact in named)), clauses=len({fact.clause_id for fact in named}),
                    namings=self.namings(named))
            for name, named in grouped.items()
        ]
        return sorted(units, key=lambda unit: (-unit.clauses, unit.name))

    def namings(self, facts: Iterable[UnitFact]) -> list[NamingOut]:
        """Where units are named, in the order of `facts`."""
        return [NamingOut(**self._naming(fact)) for fact in facts]

    def unit_clauses(self, facts: Iterable[UnitFact]) -> list[UnitClauseOut]:
        """The same with the clauses' whole texts."""
        return [UnitClauseOut(**self._naming(fact), text=self.catalogue.clause(fact.clause_id).text) for fact in facts]

    def indicators(self) -> list[IndicatorOut]:
        """All targets."""
        return [
            IndicatorOut(**self._placed(fact), name=fact.name, value=fact.value, measure=fact.measure, number=fact.number,
                         base_value=fact.base_value, base_year=fact.base_year, target_year=fact.target_year,
                         nature=fact.nature, notes=list(fact.notes), units=self._units_at(fact.clause_id),
                         start=fact.start, end=fact.end)
            for fact in self.catalogue.indicators(self.plan_id)
        ]

    def schedule(self, quarter: int | None = None, year: int | None = None, unit: str | None = None) -> list[ScheduleOut]:
        """Quarters, stages and dates; narrowed to a quarter, a year, or rows that name a unit whose name holds `unit`."""
        found = []
        for fact in self.catalogue.schedules(self.plan_id):
            if quarter not in (None, *fact.quarters) or year not in (None, fact.year):
                continue
            units = self._units_at(fact.clause_id)
            if unit is not None and not any(unit in each for each in units):
                continue
            found.append(ScheduleOut(
                **self._placed(fact), row_id=self._row(fact.clause_id).id, label=fact.label, quarters=list(fact.quarters),
                stage=fact.stage, year=fact.year, certainty=self.catalogue.clause(fact.clause_id).certainty, units=units,
                start=fact.start, end=fact.end))
        return found

    def matrix(self, role: Role | None = None, unit: str | None = None) -> MatrixOut:
        """Every naming of a unit (of one whose name holds `unit`), by the table row or the clause that it stands in."""
        facts = [fact for fact in self.catalogue.units(self.plan_id)
                 if role in (None, fact.role) and (unit is None or unit in fact.unit)]
        cells = [MatrixCell(**self._naming(fact), row_id=self._row(fact.clause_id).id) for fact in facts]
        rows = dict.fromkeys(cell.row_id for cell in cells)
        return MatrixOut(units=list(dict.fromkeys(fact.unit for fact in facts)), cells=cells,
                         rows=[self._matrix_row(row_id) for row_id in rows])

    def _matrix_row(self, row_id: str) -> MatrixRow:
        clause = self.catalogue.clause(row_id)
        meta = self.catalogue.meta(clause.plan_id)
        return MatrixRow(row_id=row_id, plan_id=meta.id, plan_title=meta.title, period_status=meta.status(self.today),
                         label=label_of(clause), path=clause.path)

    def _naming(self, fact: UnitFact) -> dict[str, Any]:
        named = asdict(fact)
        return {**self._placed(fact), **{name: named[name] for name in
                                         ("unit", "role", "word", "side", "complete", "start", "end")}}

    def _placed(self, fact: Fact) -> dict[str, Any]:
        clause = self.catalogue.clause(fact.clause_id)
        meta = self.catalogue.meta(clause.plan_id)
        start, end = quote_around(clause, fact.start, fact.end)
        return {"clause_id": clause.id, "plan_id": meta.id, "plan_title": meta.title,
                "period_status": meta.status(self.today), "path": clause.path, "quote_start": start, "quote_end": end,
                "quote": self.catalogue.text(meta.id)[start:end]}

    def _row(self, clause_id: str) -> Clause:
        clause = self.catalogue.clause(clause_id)
        return self.catalogue.clause(clause.parent_id) if clause.parent_id else clause

    @cached_property
    def _units_by_row(self) -> dict[str, list[str]]:
        named: dict[str, list[str]] = {}
        for fact in self.catalogue.units(self.plan_id):
            named.setdefault(self._row(fact.clause_id).id, []).append(fact.unit)
        return named

    def _units_at(self, clause_id: str) -> list[str]:
        return list(dict.fromkeys(self._units_by_row.get(self._row(clause_id).id, ())))


def quote_around(clause: Clause, start: int, end: int) -> tuple[int, int]:
    """The sentences of `clause` that hold `[start, end)`: what shows a fact in its words.

    A fact that is not inside its clause (a table cell whose lines are torn apart) is quoted as far as it reaches.
    """
    if not clause.start <= start <= end <= clause.end:
        return start, end
    held: Sequence[tuple[int, int]] = [span for span in split_sentences(clause.text, clause.start)
                                       if span[0] < end and start < span[1]]
    if not held:
        return start, end
    return min(held[0][0], start), max(held[-1][1], end)
