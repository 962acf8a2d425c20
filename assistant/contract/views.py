"""Catalogue → the models of the HTTP API. Pure reading, no HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assistant.contract.schemas import ClauseOut, ClauseRef, OutlineOut, PlanOut, SectionOut
from ingest.model import Clause, PlanMeta, Section

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A clause among its neighbours: `before` and `after` are of the same section, in reading order."""

    clause: Clause
    before: tuple[Clause, ...]
    after: tuple[Clause, ...]


def plan_out(catalogue: Catalogue, meta: PlanMeta, today: date) -> PlanOut:
    """A plan with the state its period is in on `today`."""
    return PlanOut(
        id=meta.id, title=meta.title, region=meta.region, level=meta.level, issuer=meta.issuer,
        document_number=meta.document_number, issued=meta.issued, period_start=meta.period_start,
        period_end=meta.period_end, period_basis=meta.period_basis, period_quote=meta.period_quote,
        period_status=meta.status(today), source_file=meta.file, source_sha256=catalogue.sha256(meta.id),
        provenance=meta.provenance,
    )


def outline_out(catalogue: Catalogue, meta: PlanMeta, today: date) -> OutlineOut:
    """The plan's sections in order, each with its clauses."""
    clauses = catalogue.clauses(meta.id)
    sections = catalogue.sections(meta.id)
    known = {section.id for section in sections}
    return OutlineOut(
        **plan_out(catalogue, meta, today).model_dump(),
        sections=[_section_out(section, clauses) for section in sections],
        unplaced=[ref_out(clause) for clause in clauses if clause.section_id not in known],
    )


def _section_out(section: Section, clauses: Sequence[Clause]) -> SectionOut:
    return SectionOut(
        id=section.id, label=section.label, title=section.title, level=section.level, parent_id=section.parent_id,
        start=section.start, end=section.end, inferred=section.inferred,
        clauses=[ref_out(clause) for clause in clauses if clause.section_id == section.id],
    )


def ref_out(clause: Clause) -> ClauseRef:
    """A clause without its text."""
    return ClauseRef(
        id=clause.id, kind=clause.kind, number=clause.number, title=clause.title, path=clause.path,
        start=clause.start, end=clause.end, parent_id=clause.parent_id,
    )


def clause_out(catalogue: Catalogue, clause_id: str, today: date) -> ClauseOut:
    """A clause with its text, its place in the raw file and its neighbours in the plan."""
    clause = catalogue.clause(clause_id)
    meta = catalogue.meta(clause.plan_id)
    order = catalogue.clauses(clause.plan_id)
    before, after = _either_side(order, clause)
    raw_start, raw_end = catalogue.offsets(clause.plan_id).to_raw(clause.start, clause.end)
    return ClauseOut(
        **ref_out(clause).model_dump(), plan_id=meta.id, plan_title=meta.title, period_status=meta.status(today),
        section_id=clause.section_id, section_path=section_path(catalogue.sections(clause.plan_id), clause.section_id),
        cell=clause.cell, certainty=clause.certainty, text=clause.text, raw_start=raw_start, raw_end=raw_end,
        previous=before[-1].id if before else None, next=after[0].id if after else None,
        children=[each.id for each in order if each.parent_id == clause.id],
        source_file=meta.file, source_sha256=catalogue.sha256(meta.id),
    )


def section_path(sections: Sequence[Section], section_id: str) -> list[str]:
    """Headings from the outermost to the section itself."""
    by_id = {section.id: section for section in sections}
    path: list[str] = []
    at = by_id.get(section_id)
    while at is not None and len(path) < len(by_id):
        path.append(f"{at.label}{at.title}")
        at = by_id.get(at.parent_id) if at.parent_id else None
    return path[::-1]


def surroundings(catalogue: Catalogue, clause_id: str, reach: int = 2) -> Surroundings:
    """The clause and up to `reach` neighbours on either side that share its section and its row.

    A table row is followed by its own cells: they are what it says.
    """
    clause = catalogue.clause(clause_id)
    order = catalogue.clauses(clause.plan_id)
    cells = tuple(each for each in order if each.parent_id == clause.id)
    family = [each for each in order
              if each.section_id == clause.section_id and each.parent_id == clause.parent_id]
    before, after = _either_side(family, clause)
    return Surroundings(clause, before[-reach:], cells or after[:reach])


def _either_side(order: Sequence[Clause], clause: Clause) -> tuple[tuple[Clause, ...], tuple[Clause, ...]]:
    """What stands before and after `clause`, by place: a heading asked for as a clause is not in the list itself."""
    others = sorted((each for each in order if each.id != clause.id), key=_place)
    before = tuple(each for each in others if _place(each) <= _place(clause))
    return before, tuple(others[len(before):])


def _place(clause: Clause) -> tuple[int, int]:
    return clause.start, -clause.end


def plan_id_of(clause_id: str) -> str:
    """The plan a clause id belongs to: `qianjiang-2022#3.2.1` → `qianjiang-2022`."""
    return clause_id.partition("#")[0]
