"""Cells of an indicator table put under their columns; a category cell is there only where a category begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.tables.cells import Column, column_of, filled, fits, is_value, opens_notes
from ingest.tables.spans import Span

Field = tuple[str, Span]
_LEVELS = 2


@dataclass(frozen=True, slots=True)
class Header:
    """The columns in order, the lines they are on, and whether a line is a whole row."""

    columns: tuple[Column, ...]
    first_line: int
    last_line: int
    by_row: bool

    @property
    def roles(self) -> list[str]:
        return [column.role for column in self.columns]


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row's cells in order. `levels` are the levels (0, 1) of its category cells where their columns tell them."""

    fields: tuple[Field, ...]
    levels: tuple[int | None, ...] = ()
    sure: bool = True


def header_at(text: str, lines: Sequence[list[Span]], at: int) -> Header | None:
    """The header that begins on line `at`: all on this line, or a cell on each of several lines."""
    if len(filled(lines[at])) > 1:
        columns = _row_columns(text, lines[at])
        return Header(_settled(columns), at, at, True) if _is_header(columns) else None
    columns = []
    for i in range(at, len(lines)):
        cells = filled(lines[i])
        column = column_of(text, cells[0]) if len(cells) == 1 else None
        if column is None:
            break
        columns.append(column)
    return Header(_settled(columns), at, at + len(columns) - 1, False) if _is_header(columns) else None


def _row_columns(text: str, cells: list[Span]) -> list[Column]:
    """Columns of a header row; an empty cell at its beginning or beside a category belongs to a merged category."""
    columns: list[Column] = []
    for cell in cells[: cells.index(filled(cells)[-1]) + 1]:
        empty = cell.start == cell.end
        role = "category" if not columns or columns[-1].role == "category" else "other"
        column = Column(role, None, cell) if empty else column_of(text, cell)
        if column is None:
            return []
        columns.append(column)
    return columns


def _is_header(columns: Sequence[Column]) -> bool:
    roles = [column.role for column in columns]
    has_value = any(role in ("base", "target", "year") for role in roles)
    return roles.count("name") == 1 and has_value and len(roles) > 2 and ("number" in roles or "measure" in roles)


def _settled(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Columns that only name a year become base and target: the first the base, the last the target."""
    years = sorted({column.year or 0 for column in columns if column.role == "year"})
    target = None if any(column.role == "target" for column in columns) or not years else years[-1]
    roles = dict.fromkeys(years, "other") | ({years[0]: "base"} if years else {})
    roles |= {target: "target"} if target is not None else {}
    return tuple(
        Column(roles[column.year or 0], column.year, column.span) if column.role == "year" else column
        for column in columns
    )


def rows_by_cell(text: str, lines: Sequence[list[Span]], header: Header) -> list[RawRow]:
    """Rows of a table with a cell on each line; empty cells behind it only fill the line up."""
    cells = [cell for line in lines[header.last_line + 1:] for cell in (line[0], *filled(line[1:]))]
    rows: list[RawRow] = []
    at, number = 0, 1
    while at < len(cells):
        row = _next_row(text, header, cells, at, number)
        if row:
            rows.append(row)
            at, number = at + len(row.fields), number + 1
            continue
        stray, number = _stray(text, header, cells, at, number) if rows else (0, 0)
        if not stray:
            break
        extra = tuple(("other", cell) for cell in cells[at:at + stray])
        rows[-1] = RawRow(rows[-1].fields + extra, rows[-1].levels, sure=False)
        at += stray
    return rows


def _next_row(text: str, header: Header, cells: list[Span], at: int, number: int) -> RawRow | None:
    ahead = cells[at:at + len(header.roles) + _LEVELS]
    return _whole_row(text, header, ahead, number) or _short_row(text, header, ahead, number)


def _stray(text: str, header: Header, cells: list[Span], at: int, number: int) -> tuple[int, int]:
    """How many cells without a column of their own stand before the next whole row, and that row's number."""
    for count in range(1, len(header.roles) + _LEVELS):
        if at + count >= len(cells) or opens_notes(cells[at + count - 1].of(text)):
            break
        ahead = cells[at + count:at + count + len(header.roles) + _LEVELS]
        following = next((n for n in (number, number + 1) if _whole_row(text, header, ahead, n)), 0)
        if following:
            return count, following
    return 0, 0


def rows_by_line(text: str, lines: Sequence[list[Span]], header: Header) -> list[RawRow]:
    """Rows of a table with a row on each line."""
    at, rows = header.last_line + 1, list[RawRow]()
    above: tuple[Field, ...] = ()
    while at < len(lines) and len(lines[at]) > 1:
        cells = lines[at]
        if len(filled(cells)) == 1 and "category" in header.roles and not opens_notes(filled(cells)[0].of(text)):
            above = (("category", filled(cells)[0]),)  # a heading over the whole width: | 知识产权创造 | | | |
        else:
            row = _line_row(text, header, cells)
            if row is None:
                break
            rows.append(RawRow(above + row.fields, (0,) * len(above) + row.levels, row.sure))
            above = ()
        at += 1
    return rows


def _placed(header: Header, cells: Sequence[Span], categories: int) -> tuple[Field, ...]:
    """Cells under their columns if `categories` of them are category cells."""
    roles = [role for role in header.roles if role != "category"]
    place = header.roles.index("category") if "category" in header.roles else 0
    roles[place:place] = ["category"] * categories
    return tuple(zip(roles, cells, strict=False))


def _width(header: Header, categories: int) -> int:
    return len(header.roles) - header.roles.count("category") + categories


def _fits_all(text: str, fields: Sequence[Field], number: int | None) -> bool:
    return all(fits(role, span.of(text), number) for role, span in fields)


def _whole_row(text: str, header: Header, cells: list[Span], number: int) -> RawRow | None:
    for categories in range(_LEVELS + 1 if "category" in header.roles else 1):
        width = _width(header, categories)
        fields = _placed(header, cells[:width], categories)
        if len(fields) == width and _fits_all(text, fields, number):
            return RawRow(fields, (None,) * categories)
    return None


def _short_row(text: str, header: Header, cells: list[Span], number: int) -> RawRow | None:
    """A numbered row whose cells do not fit its columns: filled as far as their form shows, marked as not sure."""
    if "number" not in header.roles:
        return None
    first = next((at for at, cell in enumerate(cells[: _LEVELS + 1]) if fits("number", cell.of(text), number)), None)
    if first is None or not all(fits("category", cell.of(text), None) for cell in cells[:first]):
        return None
    row = [cells[first]]
    for cell in cells[first + 1:first + _width(header, 0)]:
        if fits("number", cell.of(text), number + 1) or opens_notes(cell.of(text)):
            break
        row.append(cell)
    lead = tuple(("category", cell) for cell in cells[:first])
    return RawRow(lead + _by_form(text, header, row), (None,) * first, sure=False)


def _line_row(text: str, header: Header, cells: list[Span]) -> RawRow | None:
    depth = header.roles.count("category")
    last = cells.index(filled(cells)[-1]) if filled(cells) else 0
    for row in (cells, cells[: last + 1]):  # with and without the cells that only fill the line up
        categories = len(row) - _width(header, 0)
        if 0 <= categories <= (max(depth, _LEVELS) if depth else 0):
            fields = _placed(header, row, categories)
            if _fits_all(text, fields, None):
                known = categories == depth > 1
                kept = [(level, field) for level, field in enumerate(fields) if field[1].start < field[1].end]
                levels = tuple(
                    (level - header.roles.index("category") if known else None)
                    for level, field in kept if field[0] == "category"
                )
                return RawRow(tuple(field for _, field in kept), levels)
    if len(filled(cells)) < 3:
        return None
    fields = _by_form(text, header, filled(cells))
    return RawRow(fields, (None,) * sum(role == "category" for role, _ in fields), sure=False)


def _by_form(text: str, header: Header, cells: Sequence[Span]) -> tuple[Field, ...]:
    """Cells in order, each under the next column whose form it has; `other` where none has it."""
    left = header.roles
    fields: list[Field] = []
    for span in cells:
        cell = span.of(text)
        role = next((role for role in left if fits(role, cell, None) and _likely(role, cell)), "other")
        fields.append((role, span))
        left = left[left.index(role) + 1:] if role in left else left
    return tuple(fields)


def _likely(role: str, cell: str) -> bool:
    return role not in ("category", "units", "nature", "other") or not (is_value(cell) or len(cell) < 3)
