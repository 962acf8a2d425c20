"""Indicator tables (类别, 序号, 指标名称, 牵头单位, 单位, 2020年实现数, 2025年目标数), a cell or a row a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.tables.align import Header, RawRow, header_at, rows_by_cell, rows_by_line
from ingest.tables.cells import bare_value, cells_of, filled, is_heading, separators_of
from ingest.tables.notes import read_notes
from ingest.tables.spans import Piece, Span, trim
from ingest.tables.values import Doubt, IndicatorRow, IndicatorTable

_TITLE = re.compile(r"[^。；;]{0,60}(?:指标|专栏|表 ?\d)[^。；;]{0,40}")  # 专栏1:“十四五”知识产权发展主要指标表
_PADDING = re.compile(r"[ \t|]*")


def find_indicator_tables(text: str) -> list[tuple[int, int]]:
    """Regions from the table's title (or its header) to the end of its last note (or row)."""
    lines = cells_of(text, 0, len(text))
    regions: list[tuple[int, int]] = []
    for at in range(len(lines)):
        if regions and lines[at][0].start < regions[-1][1]:
            continue
        header = header_at(text, lines, at)
        table = _read(text, lines, header, len(text)) if header else None
        if table and len(table.rows) > 1:
            regions.append((table.span.start, table.span.end))
    return regions


def read_indicator_table(text: str, start: int, end: int) -> IndicatorTable:
    """Read the region of `find_indicator_tables`. Raises ValueError where no header and row are in it."""
    lines = cells_of(text, start, end)
    for at in range(len(lines)):
        header = header_at(text, lines, at)
        table = _read(text, lines, header, end) if header else None
        if table:
            return table
    raise ValueError(f"no indicator table at {start}")


def indicator_pieces(table: IndicatorTable) -> list[Piece]:
    """Every piece of the table by role, for `account`."""
    pieces = [Piece("header", span) for span in table.header_spans]
    pieces += [Piece("separator", span) for span in table.separators]
    pieces += [Piece("title", table.title_span)] if table.title_span else []
    pieces += [Piece("note", table.note_mark)] if table.note_mark else []
    pieces += [Piece("note", note.span) for note in table.notes]
    pieces += [cell for row in table.rows for cell in row.cells]
    return sorted(pieces, key=lambda piece: piece.span.start)


def _read(text: str, lines: Sequence[list[Span]], header: Header, limit: int) -> IndicatorTable | None:
    raws = (rows_by_line if header.by_row else rows_by_cell)(text, lines, header)
    if not raws:
        return None
    rows = _with_categories(text, raws)
    title = _title(text, lines[header.first_line - 1]) if header.first_line else None
    first = title or header.columns[0].span
    start = trim(text, text.rfind("\n", 0, first.start) + 1, limit).start
    padding = _PADDING.match(text, max(span.end for _, span in raws[-1].fields), limit)
    cells_end = end = trim(text, start, padding.end() if padding else limit).end
    mark, notes = read_notes(text, end, limit, rows)
    if mark:
        end = notes[-1].span.end if notes else mark.end
    years = {column.role: column.year for column in header.columns if column.year}
    return IndicatorTable(
        span=Span(start, end), title_span=title, header_spans=tuple(filled([c.span for c in header.columns])),
        base_year=years.get("base"), target_year=years.get("target"), rows=rows, notes=notes, note_mark=mark,
        separators=separators_of(text, start, cells_end),
    )


def _title(text: str, line: list[Span]) -> Span | None:
    cells = filled(line)
    own = len(cells) == 1 and _TITLE.fullmatch(cells[0].of(text)) and not is_heading(cells[0].of(text))
    return cells[0] if own else None


def _with_categories(text: str, raws: list[RawRow]) -> tuple[IndicatorRow, ...]:
    """Rows with the categories carried down to those that do not print them, and with what is doubtful of them."""
    rows: list[IndicatorRow] = []
    category = subcategory = ""
    lost = False
    for raw in raws:
        labels = ["".join(span.of(text).split()) for role, span in raw.fields if role == "category"]
        if len(labels) > 1:
            category, subcategory, lost = labels[0], labels[-1], False
        elif labels:
            level = raw.levels[0] if raw.levels else None
            inner = _is_inner(labels[0], category, subcategory) if level is None else level > 0
            category, subcategory = (category, labels[0]) if inner else (labels[0], "")
            lost = inner is None
        doubts: list[Doubt] = ["category"] if lost else []
        doubts += [] if raw.sure else ["cells"]
        rows.append(_row(text, raw, category, subcategory, tuple(doubts)))
    return tuple(rows)


def _is_inner(label: str, category: str, subcategory: str) -> bool | None:
    """Whether a lone heading is a subcategory; None where its wording does not tell.

    Headings of one level begin alike: 创造投入, 创造产出; 知识产权创造, 知识产权运用转化.
    """
    if not subcategory:
        return False
    outer, inner = _common(label, category), _common(label, subcategory)
    return None if outer == inner else inner > outer


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _row(text: str, raw: RawRow, category: str, subcategory: str, doubts: tuple[Doubt, ...]) -> IndicatorRow:
    spans = dict(reversed(raw.fields))
    value = {role: span.of(text) for role, span in spans.items()}
    cells = tuple(Piece(role, span) for role, span in raw.fields if span.start < span.end)
    own = [cell.span for cell in cells if cell.role != "category"]
    name = spans.get("name", own[0])
    base, starred = bare_value(value.get("base", ""))
    return IndicatorRow(
        number=value.get("number", "").rstrip(".．、"), name=value.get("name", ""), category=category,
        subcategory=subcategory, units=value.get("units", ""), measure=value.get("measure", ""), base_value=base,
        base_starred=starred, target_value=bare_value(value.get("target", ""))[0], nature=value.get("nature", ""),
        span=Span(own[0].start, own[-1].end), name_span=name, units_span=spans.get("units"),
        base_span=spans.get("base"), target_span=spans.get("target"), cells=cells, uncertain=doubts,
    )
