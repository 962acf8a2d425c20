"""Targets of the plans as the page of indicators groups them: like with like, growth apart from level. Data only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.knowledge import Knowledge
from ingest.model import Clause, IndicatorFact, PlanMeta, UnitFact

Sense = Literal["level", "growth", "sum"]
SENSES: dict[Sense, str] = {"level": "水平", "growth": "增长幅度", "sum": "累计或新增"}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_GROWTH = re.compile(r"增长|增速|增幅|提高")          # 研发经费投入增长(%)
_STARRED = re.compile(r"带\*号?.{0,3}?为?(\d{4})年")   # 3.带*号均为2019年数。
_RATIO = ("%", "‰", "％")
_LEADING = ("lead", "execute")


@dataclass(frozen=True, slots=True)
class Target:
    """An indicator with the clause it stands in and the units in charge there."""

    meta: PlanMeta
    fact: IndicatorFact
    clause: Clause
    leads: tuple[UnitFact, ...]

    @property
    def sense(self) -> Sense:
        """Whether the value is a level, a growth or a sum over years: these never share a chart."""
        if self.fact.nature == "增长" or _GROWTH.search(self.fact.name):
            return "growth"
        if self.fact.nature in ("累计", "新增", "每年", "年均"):
            return "sum"
        general = any("累计数" in note for note in self.fact.notes)
        return "sum" if general and self.fact.measure not in _RATIO else "level"

    @property
    def base_year(self) -> int | None:
        """The year of the base value; a note on starred values may say another one than the table's head."""
        if "*" in self.fact.base_value:
            for note in self.fact.notes:
                if found := _STARRED.search(note):
                    return int(found.group(1))
        return self.fact.base_year


def targets(knowledge: Knowledge, plan_id: str, words: str) -> Iterator[Target]:
    """Targets of one plan or of all, whose name has `words`. PlanNotFound for a plan that is not there."""
    metas = (knowledge.catalogue.meta(plan_id),) if plan_id else knowledge.metas
    for meta in metas:
        view = knowledge.view(meta.id)
        for fact in knowledge.catalogue.indicators(meta.id):
            if words in fact.name and fact.clause_id in view.by_id:
                clause = view.by_id[fact.clause_id]
                leads = {unit.unit: unit for unit in knowledge.units(clause) if unit.role in _LEADING}
                yield Target(meta, fact, clause, tuple(leads.values()))


def number(value: str) -> float | None:
    """The number in a value as written (`12以上`, `0.93*`); None for a range (`2-3`) or words."""
    found = _NUMBER.findall(value)
    return float(found[0]) if len(found) == 1 else None
