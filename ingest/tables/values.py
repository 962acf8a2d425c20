"""Rows of an indicator table: frozen data. All spans are offsets into the plan's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.tables.spans import Piece, Span

Doubt = Literal["category", "cells"]
"""category: which level a lone heading is of; cells: a row with too few or too many cells, filled from the right."""


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator. `span` runs from its number (its name, if there is none) to the end of its last cell.

    Values are as written without their mark (`*`); `base_starred` says that the base value carries one. Categories are
    carried down to rows that do not print them. `cells` are the row's own cells, with the categories printed at it.
    """

    number: str
    name: str
    category: str
    subcategory: str
    units: str
    measure: str
    base_value: str
    base_starred: bool
    target_value: str
    nature: str
    span: Span
    name_span: Span
    units_span: Span | None
    base_span: Span | None
    target_span: Span | None
    cells: tuple[Piece, ...]
    uncertain: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A note under the table. `rows` are positions in `IndicatorTable.rows` that it is about."""

    label: str
    span: Span
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """A table. `separators` are its `|` and rulers; `note_mark` is the 注: before the notes."""

    span: Span
    title_span: Span | None
    header_spans: tuple[Span, ...]
    base_year: int | None
    target_year: int | None
    rows: tuple[IndicatorRow, ...]
    notes: tuple[Note, ...]
    note_mark: Span | None
    separators: tuple[Span, ...]

    def notes_of(self, row: IndicatorRow) -> tuple[Note, ...]:
        """The notes that are about `row`: naming it, or its mark, or about all rows."""
        at = next(i for i, each in enumerate(self.rows) if each is row)
        return tuple(note for note in self.notes if at in note.rows)
