"""A plan's text cut into the elements of its page: headings, clauses, and what stands between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.navigation import anchor
from ingest.model import Section

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a plan's text as one HTML element. `anchor` is '' for text outside clauses."""

    kind: str
    anchor: str
    level: int
    start: int
    end: int


def blocks(catalogue: Catalogue, plan_id: str, length: int) -> Iterator[Block]:
    """The text cut at every heading and clause, in order and without gaps; text between them is kept as it is."""
    found = [Block("heading", anchor(each.id), each.level, each.start, each.end)
             for each in catalogue.sections(plan_id) if not each.inferred]
    clauses = catalogue.clauses(plan_id)
    rows = {clause.parent_id for clause in clauses}
    found += [Block("cell" if each.cell else each.kind, anchor(each.id), 0, each.start, each.end) for each in clauses]
    starts = {anchor(each.id) for each in clauses if each.id in rows}
    at = 0
    ordered = sorted(found, key=lambda block: (block.start, -block.end))
    bounds = [block.start for block in ordered] + [length]
    for index, block in enumerate(ordered):
        if block.start > at:
            yield Block("between", "", 0, at, block.start)
            at = block.start
        end = min(block.end, bounds[index + 1]) if block.anchor in starts else block.end
        yield Block(block.kind, block.anchor, block.level, at, max(at, end))
        at = max(at, end)
    if at < length:
        yield Block("between", "", 0, at, length)


def inferred_at(catalogue: Catalogue, plan_id: str) -> dict[int, list[Section]]:
    """Headings that the body lacks, by the place where what belongs under them begins; outer ones first."""
    sections = catalogue.sections(plan_id)
    parent = {section.id: section.parent_id for section in sections}
    first: dict[str, int] = {}

    def note(section_id: str | None, start: int) -> None:
        seen: set[str] = set()
        while section_id and section_id not in seen:
            seen.add(section_id)
            first[section_id] = min(first.get(section_id, start), start)
            section_id = parent.get(section_id)

    for clause in catalogue.clauses(plan_id):
        note(clause.section_id, clause.start)
    for section in sections:
        if not section.inferred:
            note(section.parent_id, section.start)
    placed: dict[int, list[Section]] = {}
    for section in sections:
        if section.inferred and section.id in first:
            placed.setdefault(first[section.id], []).append(section)
    return placed
