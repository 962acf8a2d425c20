"""Who is in for what: units of government × clauses, by plan and role. Data only; `duties_page` shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from assistant.knowledge import Knowledge
from ingest.model import Clause, PlanMeta, Role, UnitFact

Sort = Literal["text", "count", "name"]
Kind = Literal["", "single", "collective"]
ROLES: dict[Role, str] = {"lead": "牵头或责任", "execute": "执行", "support": "配合", "office": "责任处室",
                          "unstated": "角色未写明"}
SHORT: dict[Role, tuple[str, str]] = {
    "lead": ("责", "责任单位"), "execute": ("执", "执行部门"), "support": ("配", "配合单位"), "office": ("处", "责任处室"),
    "unstated": ("？", "角色未写明")}
"""A role as one character and in words; a lead that the text calls 牵头 has its own, `HEAD`."""
HEAD = ("牵", "牵头单位")
SORTS: dict[Sort, str] = {"text": "按原文先后", "count": "按条款多少", "name": "按名称"}
KINDS: dict[Kind, str] = {"": "全部", "single": "只看具体单位", "collective": "只看集合名称（如“各区政府”）"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the matrix; '' is no limit."""

    plan_id: str = ""
    role: str = ""
    unit: str = ""
    kind: Kind = ""
    sort: Sort = "text"

    @classmethod
    def of(cls, plan_id: str, role: str, unit: str, kind: str, sort: str) -> Wanted:
        """What an address says; what it says wrong counts as not said."""
        return cls(plan_id, role if role in ROLES else "", unit.strip(),
                   cast(Kind, kind) if kind in get_args(Kind) else "", sort if sort in SORTS else "text")

    @property
    def active(self) -> bool:
        return replace(self, sort="text") != Wanted()


@dataclass(frozen=True, slots=True)
class Duty:
    """A unit named in a role in a clause; `clause` is the row where the fact stands in one of its cells."""

    fact: UnitFact
    clause: Clause


@dataclass(frozen=True, slots=True)
class Line:
    """A unit of one plan with its duties by clause id."""

    unit: str
    side: str
    collective: bool
    duties: dict[str, tuple[Duty, ...]]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One plan's units and the clauses they are named in, in the order of the text."""

    meta: PlanMeta
    lines: tuple[Line, ...]
    clauses: tuple[Clause, ...]

    @property
    def count(self) -> int:
        """How many times a unit is named in a role."""
        return sum(len(duties) for line in self.lines for duties in line.duties.values())


def shown_role(fact: UnitFact) -> tuple[str, str]:
    """The role as one character and in words, nearest to the text's own."""
    return HEAD if fact.role == "lead" and "牵头" in fact.word else SHORT[fact.role]


def duties_of(knowledge: Knowledge, meta: PlanMeta) -> Iterator[Duty]:
    """Every naming of a unit in a plan, in the order of the text."""
    view = knowledge.view(meta.id)
    for fact in knowledge.catalogue.units(meta.id):
        if fact.clause_id in view.by_id:
            yield Duty(fact, knowledge.owner(view.by_id[fact.clause_id]))


def matrices(knowledge: Knowledge, wanted: Wanted) -> Iterator[Matrix]:
    """A matrix for each plan that has what is wanted. PlanNotFound for a plan that is not there."""
    metas = (knowledge.catalogue.meta(wanted.plan_id),) if wanted.plan_id else knowledge.metas
    for meta in metas:
        found = matrix(meta, (duty for duty in duties_of(knowledge, meta) if _fits(duty.fact, wanted)), wanted.sort)
        if found.lines:
            yield found


def matrix(meta: PlanMeta, duties: Iterable[Duty], sort: Sort) -> Matrix:
    """Duties as lines and columns."""
    lines: dict[str, dict[str, list[Duty]]] = {}
    clauses: dict[str, Clause] = {}
    for duty in duties:
        lines.setdefault(duty.fact.unit, {}).setdefault(duty.clause.id, []).append(duty)
        clauses[duty.clause.id] = duty.clause
    made = [_line(unit, named) for unit, named in lines.items()]
    if sort == "count":
        made.sort(key=lambda line: (-len(line.duties), line.unit))
    elif sort == "name":
        made.sort(key=lambda line: line.unit)
    return Matrix(meta, tuple(made), tuple(sorted(clauses.values(), key=lambda clause: clause.order)))


def _line(unit: str, named: dict[str, list[Duty]]) -> Line:
    first = next(iter(named.values()))[0].fact
    return Line(unit, first.side, first.collective, {key: tuple(value) for key, value in named.items()})


def _fits(fact: UnitFact, wanted: Wanted) -> bool:
    return (wanted.role in ("", fact.role) and (wanted.kind == "" or (wanted.kind == "collective") == fact.collective)
            and wanted.unit.replace("（", "(").replace("）", ")") in fact.unit)
