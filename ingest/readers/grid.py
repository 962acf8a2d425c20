"""Tables of .docx and .html files as lines that `ingest.tables` reads: rows between pipes, or a work plan flattened."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.tables.marks import find_headers, is_units

_LONG_CELL = 600


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row, `| a | b |`; empty cells are kept, so that columns stay in place.

    A table that only lays out a page (one column, or a cell as long as a chapter) gives its cells' own lines. A work
    plan (工作措施 … 进度安排 …) gives its cells between spaces, with their line breaks, as such tables come out of a PDF.
    """
    kept = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not kept:
        return []
    if any(_is_work_header(row) for row in kept[:3]):
        return [" ".join(_one_line(cell) if _is_work_header(row) else cell for cell in row if cell) for row in kept]
    longest = max(len(cell) for row in kept for cell in row)
    if longest > _LONG_CELL or max(sum(1 for cell in row if cell) for row in kept) < 2:
        return [line for row in kept for cell in row for line in cell.split("\n") if line.strip()]
    width = max(len(row) for row in kept)
    full = [[*row, *[""] * (width - len(row))] for row in kept]
    return ["| " + " | ".join(_one_line(cell).replace("|", "｜") for cell in row) + " |" for row in full]


def _is_work_header(row: Sequence[str]) -> bool:
    return bool(find_headers(line := " ".join(_one_line(cell) for cell in row if cell), 0, len(line)))


def _one_line(cell: str) -> str:
    """A cell's lines as one: 牵头\\n单位 → 牵头单位, 市财政局\\n市委编办 → 市财政局、市委编办; a space only between Latin words."""
    lines = [line.strip() for line in cell.strip().split("\n")]
    if len(lines) > 1 and all(len(line) > 2 and is_units(line) for line in lines):
        return "、".join(lines)
    return re.sub(r"(?<=[A-Za-z0-9])\s*\n\s*(?=[A-Za-z0-9])", " ", cell.strip()).replace("\n", "")
