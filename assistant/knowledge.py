"""What the composers look up: plans, facts by clause, rows with their cells. A thin, cached view of the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeVar

from ingest.catalogue import Catalogue
from ingest.model import Clause, IndicatorFact, MeasureFact, PlanMeta, ScheduleFact, Section, UnitFact

KEPT = 64
"""Plans that are kept indexed: some hundred kilobytes each."""

F = TypeVar("F", UnitFact, IndicatorFact, ScheduleFact, MeasureFact)


@dataclass(frozen=True, slots=True)
class PlanView:
    """One plan's clauses and facts, indexed."""

    meta: PlanMeta
    clauses: tuple[Clause, ...]
    sections: dict[str, Section]
    by_id: dict[str, Clause]
    cells: dict[str, tuple[Clause, ...]]
    units: dict[str, tuple[UnitFact, ...]]
    indicators: dict[str, tuple[IndicatorFact, ...]]
    schedules: dict[str, tuple[ScheduleFact, ...]]
    measures: dict[str, tuple[MeasureFact, ...]]


@dataclass(slots=True)
class Knowledge:
    """The catalogue as the composers see it. `day` is asked anew each time: a service runs past midnight on 31 December."""

    catalogue: Catalogue
    day: Callable[[], date]
    _views: dict[str, PlanView] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day that decides which plans are over."""
        return self.day()

    @property
    def metas(self) -> tuple[PlanMeta, ...]:
        return self.catalogue.metas()

    def meta(self, plan_id: str) -> PlanMeta:
        """What is known of one plan as a whole; nothing else of it is read."""
        return self.catalogue.meta(plan_id)

    def view(self, plan_id: str) -> PlanView:
        """One plan, indexed; the latest are kept."""
        known = self._views.get(plan_id)
        if known is None:
            clauses = self.catalogue.clauses(plan_id)
            cells: dict[str, list[Clause]] = defaultdict(list)
            for clause in clauses:
                if clause.parent_id:
                    cells[clause.parent_id].append(clause)
            known = PlanView(
                self.catalogue.meta(plan_id), clauses, {s.id: s for s in self.catalogue.sections(plan_id)},
                {c.id: c for c in clauses}, {key: tuple(value) for key, value in cells.items()},
                _group(self.catalogue.units(plan_id)), _group(self.catalogue.indicators(plan_id)),
                _group(self.catalogue.schedules(plan_id)), _group(self.catalogue.measures(plan_id)))
            for oldest in list(self._views)[:-KEPT]:
                self._views.pop(oldest, None)
            self._views[plan_id] = known
        return known

    def owner(self, clause: Clause) -> Clause:
        """The row a cell belongs to; any other clause itself."""
        return self.view(clause.plan_id).by_id[clause.parent_id] if clause.parent_id else clause

    def cells(self, clause: Clause) -> tuple[Clause, ...]:
        """The cells of a row, in the order of the text; () for any other clause."""
        return self.view(clause.plan_id).cells.get(clause.id, ())

    def units(self, clause: Clause) -> tuple[UnitFact, ...]:
        """Units of a clause, or of the row it is or belongs to."""
        view = self.view(clause.plan_id)
        owner = self.owner(clause)
        return view.units.get(owner.id, ()) or tuple(
            fact for cell in self.cells(owner) for fact in view.units.get(cell.id, ()))

    def indicator(self, clause: Clause) -> IndicatorFact | None:
        """The fact of an indicator row."""
        facts = self.view(clause.plan_id).indicators.get(clause.id, ())
        return facts[0] if clause.kind == "indicator" and facts else None

    def schedule(self, clause: Clause) -> tuple[ScheduleFact, ...]:
        """Quarters or deadlines of a clause."""
        return self.view(clause.plan_id).schedules.get(clause.id, ())

    def measures(self, clause: Clause) -> tuple[MeasureFact, ...]:
        """What a clause offers, one fact a sentence."""
        return self.view(clause.plan_id).measures.get(clause.id, ())

    def text(self, plan_id: str) -> str:
        """The normalised text."""
        return self.catalogue.text(plan_id)

    def section_clauses(self, section_id: str) -> tuple[Clause, ...]:
        """Clauses under a section, subsections included, rows without their cells."""
        plan_id = section_id.split("#")[0]
        view = self.view(plan_id)
        inside = {section_id}
        for section in sorted(view.sections.values(), key=lambda s: s.level):
            if section.parent_id in inside:
                inside.add(section.id)
        return tuple(c for c in view.clauses if c.section_id in inside and not c.parent_id)


def _group(facts: Sequence[F]) -> dict[str, tuple[F, ...]]:
    grouped: dict[str, list[F]] = defaultdict(list)
    for fact in facts:
        grouped[fact.clause_id].append(fact)
    return {key: tuple(value) for key, value in grouped.items()}


@lru_cache(maxsize=4096)
def label_of(clause: Clause) -> str:
    """How a clause is called in an answer: `6﹒促进区域知识产权运营协作`, `指标9 知识产权质押融资金额`."""
    if clause.kind == "indicator":
        return f"指标{clause.number} {clause.title}"
    if clause.kind == "row":
        return f"第{clause.number}项 {clause.title}"
    if clause.title:
        return f"{clause.number.replace('--', '')}{clause.title}"
    return clause.path.split(" › ")[-1] or clause.number


def period(meta: PlanMeta) -> str:
    """`2019—2022年`, or with days where the period does not follow calendar years."""
    start, end = meta.period_start, meta.period_end
    if end is None:
        return "未载明"
    if start is None:
        return f"至{day_of(end)}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"{start.year}年" if start.year == end.year else f"{start.year}—{end.year}年"
    return f"{day_of(start)}至{day_of(end)}"


def day_of(day: date) -> str:
    """`2022年12月31日`."""
    return f"{day.year}年{day.month}月{day.day}日"
