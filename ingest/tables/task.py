"""Tables that share out the work (序号, 重点任务, 牵头单位, 配合单位, 完成时限), between pipes or tabs, a row or a cell a line.

`| 序号 | 重点任务 | 牵头单位 | 配合单位 |` as Markdown writes it and as the readers of .docx and .html hand tables over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.tables.cells import cells_of, filled, is_heading
from ingest.tables.marks import is_units
from ingest.tables.periods import is_period, read_periods
from ingest.tables.spans import Span

_ROLES: tuple[tuple[str, str], ...] = (
    ("number", "序号|编号|项次"),
    ("group", "类别|领域|(?:任务|工作)(?:类别|分类|板块)|一级任务|板块|方面"),
    ("task", "(?:重点|工作|主要|目标|具体)?(?:任务|事项)(?:名称|内容|事项|分解|措施)?|重点工作|工作内容|工作项目|重点项目|项目名称|主要内容"
             "|工作措施"),
    ("measure", "(?:具体|工作|主要|重点|细化|推进)?(?:措施|举措)|工作要求|主要工作|具体内容|建设内容|主要任务和措施"),
    ("goal", "(?:工作|预期|目标)?(?:目标|成果|要求)|目标要求|成果形式|预期效果"),
    ("lead", "(?:牵头|责任|负责|主责|承办|主办)(?:单位|部门|主体)"),
    ("support", "(?:配合|参与|参加|协助|协同|协办|支持)(?:单位|部门)"),
    ("execute", "(?:执行|实施|落实)(?:单位|部门)"),
    ("office", "(?:责任|承办|牵头)(?:处室|科室)"),
    ("time", "(?:完成|实施|推进|计划)?(?:时限|时间|期限)(?:要求|进度|安排|节点)?|(?:进度|工作)(?:安排|进度|要求)|完成时限要求|时间进度安排"),
    ("other", "备注|责任人|联系人|说明"),
)
_ROLE = tuple((role, re.compile(pattern)) for role, pattern in _ROLES)
UNIT_ROLES = ("lead", "support", "execute", "office")
_TITLE = re.compile(r"[^。；;|]{2,60}(?:表|分工|清单|安排|台账|任务)(?:[（(][^（）()]*[)）])?")       # 重点任务分工表
_ANNEX = re.compile(r"附件\s*\d*\s*[:：]?")                                                     # 附件1
_LEAST_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell under its column; `label` is the column's own name."""

    role: str
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One row. `sure` is False where it has another number of cells than the header: each then stands
    under the next column whose form it has.
    """

    number: str
    group: str
    cells: tuple[Cell, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A table. `above` are the lines before its header that belong to it: 附件1, its title."""

    span: Span
    annex: Span | None
    title: Span | None
    headers: tuple[Span, ...]
    groups: tuple[Span, ...]
    rows: tuple[TaskRow, ...]


def find_task_tables(text: str) -> list[TaskTable]:
    """Every table of this kind in `text`, read."""
    lines = cells_of(text, 0, len(text))
    tables: list[TaskTable] = []
    at = 0
    while at < len(lines):
        columns, last = _header(text, lines, at)
        table, after = _read(text, lines, at, last, columns) if columns else (None, at)
        if table:
            tables.append(table)
        at = max(after, at + 1)
    return tables


def _header(text: str, lines: Sequence[list[Span]], at: int) -> tuple[list[Cell], int]:
    """The columns of the header that begins on line `at` and the last of its lines; none where there is no header."""
    cells = filled(lines[at])
    if len(cells) > 1:
        columns = [column for cell in cells if (column := _column(text, cell))]
        complete = len(columns) == len(cells) and lines[at][: len(cells)] == cells
        return (columns, at) if complete and _is_header(columns) else ([], at)
    columns, i = [], at
    while i < len(lines) and len(cells := filled(lines[i])) == 1 and text[cells[0].end:cells[0].end + 2].strip() == "|":
        column = _column(text, cells[0])
        if column is None:
            break
        columns.append(column)
        i += 1
    return (columns, i - 1) if _is_header(columns) and columns[0].role == "number" else ([], at)


def _column(text: str, cell: Span) -> Cell | None:
    words = re.sub(r"[（(][^（）()]*[)）]$", "", "".join(cell.of(text).split()).strip("*"))
    role = next((role for role, pattern in _ROLE if pattern.fullmatch(words)), "period" if is_period(words) else None)
    return Cell(role, words, cell) if role else None


def _is_header(columns: Sequence[Cell]) -> bool:
    roles = {column.role for column in columns}
    shares = roles & {*UNIT_ROLES, "time", "period"}
    return len(columns) >= _LEAST_COLUMNS and bool(roles & {"task", "measure"}) and bool(shares)


def _read(text: str, lines: Sequence[list[Span]], first: int, last: int, columns: list[Cell]
          ) -> tuple[TaskTable | None, int]:
    headers = [column.span for column in columns]
    groups: list[Span] = []
    rows: list[TaskRow] = []
    group, at = "", last + 1
    by_cell = last > first
    while at < len(lines):
        if by_cell:
            cells, after = _row_of_cells(text, lines, at, len(rows) + 1, len(columns))
        else:
            cells, after = (lines[at] if len(lines[at]) > 1 else []), at + 1
        if not filled(cells):
            break
        if [cell.of(text) for cell in cells] == [head.of(text) for head in headers]:
            headers += cells  # printed again after a page break
        elif len(filled(cells)) == 1 and not by_cell:
            groups += filled(cells)  # a heading over the whole width: | 一、强化保护 | | | |
            group = filled(cells)[0].of(text)
        else:
            row = _row(text, cells, columns, group)
            known = next((cell.span for cell in row.cells if cell.role == "group"), None)
            if known:
                groups.append(known)
            group = row.group
            rows.append(row)
        at = after
    if not rows:
        return None, at
    annex, title = _above(text, lines, first)
    begin = (annex or title or headers[0]).start
    begin = begin if annex or title else text.rfind("\n", 0, begin) + 1
    ends = [*(cell.span.end for cell in rows[-1].cells), groups[-1].end if groups else 0, headers[-1].end]
    stop = text.find("\n", max(ends))
    end = len(text) if stop < 0 else stop
    return TaskTable(Span(begin, end), annex, title, tuple(headers), tuple(groups), tuple(rows)), at


def _row_of_cells(text: str, lines: Sequence[list[Span]], at: int, number: int, width: int) -> tuple[list[Span], int]:
    """The cells of row `number`, one a line, up to the cell that numbers the next row."""
    cells: list[Span] = []
    for i in range(at, min(len(lines), at + 2 * width)):
        line = filled(lines[i]) or (lines[i][:1] if cells else [])
        piped = len(line) == 1 and "|" in text[line[0].end - 1:line[0].end + 2]
        if not piped or (not cells and line[0].of(text).rstrip(".．、") != str(number)):
            return cells, i
        if cells and len(cells) >= _LEAST_COLUMNS - 1 and line[0].of(text).rstrip(".．、") == str(number + 1):
            return cells, i
        cells.append(line[0])
        if len(cells) == width:
            return cells, i + 1
    return cells, at + len(cells)


def _row(text: str, cells: Sequence[Span], columns: Sequence[Cell], group: str) -> TaskRow:
    kept = list(cells)
    while len(kept) > len(columns) and kept[-1].start == kept[-1].end:
        kept.pop()
    if len(kept) + 1 == len(columns) and kept and text[kept[0].start - 1:kept[0].start] in ("", "\n") and \
            text[kept[-1].end:kept[-1].end + 3].lstrip(" ").startswith("|"):
        kept.append(Span(kept[-1].end, kept[-1].end))  # 1 | 摸底调查 | 市统计局 | : no pipe before the first cell, an empty last one
    sure = len(kept) == len(columns)
    named = [Cell(column.role, column.label, span) for column, span in zip(columns, kept, strict=False)]
    if len(kept) < len(columns):
        named = _by_form(text, kept, columns)
    named += [Cell("other", "", span) for span in kept[len(columns):]]
    found = tuple(cell for cell in named if cell.span.start < cell.span.end)
    number = next((cell.span.of(text).rstrip(".．、") for cell in found if cell.role == "number"), "")
    own = next((cell.span.of(text) for cell in found if cell.role == "group"), group)
    return TaskRow(number, own, found, sure)


def _by_form(text: str, cells: Sequence[Span], columns: Sequence[Cell]) -> list[Cell]:
    """Cells each under the next column whose form it has: a row out of a PDF shows no empty cells."""
    left, found = list(columns), list[Cell]()
    for n, span in enumerate(cells):
        spare = len(left) - (len(cells) - n)
        at = next((i for i, column in enumerate(left[: spare + 1]) if _fits(column.role, span.of(text))), 0)
        found.append(Cell(left[at].role, left[at].label, span))
        left = left[at + 1:]
    return found


def _fits(role: str, cell: str) -> bool:
    if role == "number":
        return cell.rstrip(".．、").isdigit()
    if role in UNIT_ROLES:
        return is_units(cell)
    return role != "time" or any(period.quarters or period.year for period in read_periods(cell, 0, len(cell)))


def _above(text: str, lines: Sequence[list[Span]], first: int) -> tuple[Span | None, Span | None]:
    """The lines 附件1 and 重点任务分工表 just before the header."""
    alone = [cells[0] if len(filled(cells)) == 1 and len(cells) == 1 else None for cells in lines[max(0, first - 2):first]]
    last = alone[-1] if alone else None
    title = last if last and _TITLE.fullmatch(last.of(text)) and not is_heading(last.of(text)) else None
    rest = alone[:-1] if title else alone
    annex = rest[-1] if rest and rest[-1] and _ANNEX.fullmatch(rest[-1].of(text)) else None
    if title and _ANNEX.match(title.of(text)):
        annex = title  # 附件：重点任务分工表
    return annex, title
