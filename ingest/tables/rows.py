"""Rows of a work-plan table: frozen data. All spans are offsets into the plan's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.tables.spans import Span

Doubt = Literal["group", "title_goal", "measures", "schedule", "units"]
"""What of a row could not be settled by form alone; its spans are then the most likely reading."""


@dataclass(frozen=True, slots=True)
class Item:
    """One measure or one step of a schedule; `span` covers its label too.

    `label` is "1" for a measure, "第二--四季度" for a step. An item with `continues_previous` goes on with the sentence
    of the item before it in the same tuple, which a page break cut; it has that item's label, quarters and stage.
    """

    label: str
    span: Span
    continues_previous: bool = False
    certain: bool = True
    quarters: tuple[int, ...] = ()
    stage: int | None = None


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One row. `group_span` is None where the group is not printed again; `title_span` covers the row's number."""

    number: str
    group_label: str
    group_title: str
    group_span: Span | None
    title: str
    title_span: Span
    goal_span: Span | None
    measures: tuple[Item, ...]
    schedule: tuple[Item, ...]
    execute_span: Span | None
    support_span: Span | None
    office_span: Span | None
    uncertain: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkTable:
    """A table. `repeats` are group, title, goal and units printed again after a page break inside a row."""

    span: Span
    rows: tuple[WorkRow, ...]
    headers: tuple[Span, ...]
    repeats: tuple[Span, ...]
