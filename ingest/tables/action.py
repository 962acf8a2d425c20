"""Work-plan tables (工作措施, 工作目标, 具体措施, 进度安排, 执行部门, 配合单位, 责任处室) flattened over page breaks.

A row comes out of the flattening in this order: group, title, goal, first measure, schedule, units, further measures.
A header is printed again at every page break; a row cut by one has its group, title and goal printed again too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.tables.body import (
    Body,
    assign_units,
    open_text,
    read_body,
    split_fragment,
    split_head,
    unnumbered_measure,
)
from ingest.tables.marks import Header, RowMark, find_headers, is_foreign, is_units, measure_at, row_at, step_at
from ingest.tables.rows import Doubt, Item, WorkRow, WorkTable
from ingest.tables.spans import Piece, Span, ends_sentence, lines_of, tokens_of, trim


def find_work_tables(text: str) -> list[tuple[int, int]]:
    """Regions from a first header to the end of the last row; what follows the table is left out."""
    regions: list[tuple[int, int]] = []
    headers = find_headers(text, 0, len(text))
    start: int | None = None
    for at, header in enumerate(headers):
        limit = headers[at + 1].span.start if at + 1 < len(headers) else len(text)
        first = next(lines_of(text, header.span.end, limit), None)
        if start is None and (first is None or row_at(text, first.start, limit) is None):
            continue
        start = header.span.start if start is None else start
        whole = at + 1 < len(headers) and not any(is_foreign(line.of(text)) for line in _after(text, header, limit))
        if not whole:
            regions.append((start, _last_row_end(text, header.span.end, limit)))
            start = None
    return regions


def read_work_table(text: str, start: int, end: int) -> WorkTable:
    """Read the region of `find_work_tables`. Raises ValueError where it does not begin with a header and a row."""
    headers = find_headers(text, start, end)
    if not headers or headers[0].span.start != trim(text, start, end).start:
        raise ValueError(f"no work-plan table at {start}")
    rows: list[WorkRow] = []
    repeats: list[Span] = []
    for header, mark, begin, stop in _parts(text, headers, end):
        previous = rows[-1] if rows else None
        if previous and (mark is None or _same_row(text, mark, previous, stop)):
            rows[-1], repeated = _continued(text, previous, header, mark, begin, stop)
            repeats.extend(repeated)
        elif mark:
            rows.append(_new_row(text, previous, header, mark, stop))
        else:
            raise ValueError(f"no work-plan row at {begin}")
    return WorkTable(Span(start, end), tuple(rows), tuple(header.span for header in headers), tuple(repeats))


def work_pieces(table: WorkTable) -> list[Piece]:
    """Every piece of the table by role, for `account`."""
    pieces = [Piece("header", span) for span in table.headers] + [Piece("repeat", span) for span in table.repeats]
    for row in table.rows:
        named = (("group", row.group_span), ("title", row.title_span), ("goal", row.goal_span),
                 ("execute", row.execute_span), ("support", row.support_span), ("office", row.office_span))
        pieces.extend(Piece(role, span) for role, span in named if span)
        pieces.extend(Piece("measure", item.span) for item in row.measures)
        pieces.extend(Piece("schedule", item.span) for item in row.schedule)
    return sorted(pieces, key=lambda piece: piece.span.start)


def _after(text: str, header: Header, limit: int) -> Iterator[Span]:
    return lines_of(text, header.span.end, limit)


def _last_row_end(text: str, start: int, end: int) -> int:
    """Where the last row ends: at the first line that is no measure, step or units of it and continues none."""
    stop, body, expected, going_on = start, start, 0, True
    for line in lines_of(text, start, end):
        if is_foreign(line.of(text)):
            break
        mark = row_at(text, line.start, end)
        if mark:
            body, expected, going_on = mark.body, 0, True
        tokens = tokens_of(text, max(line.start, body), line.end)
        first = measure_at(text, line.start, end)
        known = mark or going_on or (first and first == expected) or step_at(text, line.start, end)
        if not known and not all(is_units(token.of(text)) for token in tokens):
            break
        for token in tokens:
            number = measure_at(text, token.start, end)
            if number and expected in (0, number):
                expected = number + 1
        stop, last = line.end, text[tokens[-1].start:line.end] if tokens else ""
        going_on = not last or not expected or not (ends_sentence(last) or is_units(last))
    return stop


def _parts(text: str, headers: list[Header], end: int) -> Iterator[tuple[Header, RowMark | None, int, int]]:
    """Header, row mark, start and end of every row or piece of a row."""
    for at, header in enumerate(headers):
        limit = headers[at + 1].span.start if at + 1 < len(headers) else end
        marks: list[RowMark] = []
        for line in lines_of(text, header.span.end, limit):
            if not marks or line.start >= marks[-1].body:
                mark = row_at(text, line.start, limit)
                marks.extend([mark] if mark else [])
        lead = trim(text, header.span.end, marks[0].start if marks else limit)
        if lead.start < lead.end:
            yield header, None, lead.start, lead.end
        for place, mark in enumerate(marks):
            yield header, mark, mark.start, marks[place + 1].start if place + 1 < len(marks) else limit


def _same_row(text: str, mark: RowMark, row: WorkRow, stop: int) -> bool:
    return mark.number == row.number and _consume(text, mark.body, stop, row.title) is not None


def _consume(text: str, at: int, end: int, wanted: str) -> int | None:
    """The offset after `wanted`, white space apart; None if the text at `at` is another."""
    for char in "".join(wanted.split()):
        while at < end and text[at].isspace():
            at += 1
        if at >= end or text[at] != char:
            return None
        at += 1
    return at


def _new_row(text: str, previous: WorkRow | None, header: Header, mark: RowMark, stop: int) -> WorkRow:
    body = read_body(text, mark.body, stop, 1, titled=True)
    head, measures = (body.head, body.measures) if body.measures else unnumbered_measure(text, body.head)
    title, goal, sure = split_head(text, head, "goal" in header.columns)
    units, units_sure = assign_units(text, body.units, header.columns)
    doubts: list[Doubt] = [] if sure else ["title_goal"]
    doubts += [] if body.measures else ["measures"]
    doubts += [] if units_sure and not body.cut_before_units else ["units"]
    label, name = mark.group_label, mark.group_title
    if mark.group is None:
        label, name = (previous.group_label, previous.group_title) if previous else ("", "")
        doubts += [] if previous else ["group"]
    return WorkRow(
        number=mark.number, group_label=label, group_title=name, group_span=mark.group,
        title=title.of(text), title_span=Span(mark.number_start, title.end), goal_span=goal,
        measures=measures, schedule=body.schedule,
        execute_span=units.get("execute"), support_span=units.get("support"), office_span=units.get("office"),
        uncertain=_with_items(doubts, measures, body.schedule),
    )


def _continued(
    text: str, row: WorkRow, header: Header, mark: RowMark | None, begin: int, stop: int
) -> tuple[WorkRow, list[Span]]:
    """`row` with what a page break cut off it, and the spans that only repeat it."""
    repeats: list[Span] = []
    doubts = list(row.uncertain)
    if mark:
        repeats += [mark.group] if mark.group else []
        begin = mark.body
        for part in (row.title, row.goal_span.of(text) if row.goal_span else ""):
            done = _consume(text, begin, stop, part)
            doubts += ["title_goal"] if done is None else []
            begin = done or begin
        repeats.append(Span(mark.number_start, begin))
    numbers = [int(item.label) for item in row.measures if item.label]
    body = split_fragment(text, row, read_body(text, begin, stop, max(numbers, default=0) + 1, titled=False))
    measures, schedule = row.measures + body.measures, row.schedule + body.schedule
    if open_text(text, row.schedule):
        joined = any(item.continues_previous for item in body.schedule)
        doubts = [doubt for doubt in doubts if doubt != "units"] if joined else [*doubts, "schedule"]
    return _with_units(text, row, body, header, measures, schedule, doubts, repeats), repeats


def _with_units(
    text: str, row: WorkRow, body: Body, header: Header, measures: tuple[Item, ...], schedule: tuple[Item, ...],
    doubts: list[Doubt], repeats: list[Span],
) -> WorkRow:
    if row.execute_span is None:
        units, sure = assign_units(text, body.units, header.columns)
        doubts = [doubt for doubt in doubts if doubt != "units"] if sure else doubts
        row = replace(row, execute_span=units.get("execute"), support_span=units.get("support"),
                      office_span=units.get("office"))
    elif body.units:
        known = [span.of(text) for span in (row.execute_span, row.support_span, row.office_span) if span]
        repeats.extend(body.units)
        doubts += [] if known == [span.of(text) for span in body.units] else ["units"]
    return replace(row, measures=measures, schedule=schedule, uncertain=_with_items(doubts, measures, schedule))


def _with_items(doubts: list[Doubt], measures: tuple[Item, ...], schedule: tuple[Item, ...]) -> tuple[Doubt, ...]:
    found: set[Doubt] = set(doubts)
    found |= set() if all(item.certain for item in measures) else {"measures"}
    found |= set() if all(item.certain for item in schedule) else {"schedule"}
    return tuple(sorted(found))
