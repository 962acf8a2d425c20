"""Notes under an indicator table and the rows each is about."""

from __future__ import annotations

import re

from ingest.tables.cells import STARS
from ingest.tables.spans import Span, lines_of, trim
from ingest.tables.values import IndicatorRow, Note

_MARK = re.compile(r"(?:备注|说明|注)(?:\s*[:：]|(?=\s*\d[.．、]))")
_LABEL = re.compile(r"[（(]?(\d{1,2})[)）]?[.．、﹒](?!\d)|[（(](\d{1,2})[)）]|([①②③④⑤⑥⑦⑧⑨])")
# 每万人口高价值发明专利拥有量是指每万人口本省居民拥有的…
_SUBJECT = re.compile(r"[“\"]?([^，,。:：;；“”]{4,40}?)[”\"]?(?:是?指|的?定义为|为|[:：])")
_BRACKETS = ("[]", "［］", "【】", "〔〕")


def read_notes(text: str, start: int, end: int, rows: tuple[IndicatorRow, ...]) -> tuple[Span | None, tuple[Note, ...]]:
    """The `注:` that begins at `start`, and its notes: numbered ones in sequence, or a single one on its line."""
    line = next(lines_of(text, start, end), None)
    mark = _MARK.match(text, line.start, end) if line else None
    if not mark:
        return None, ()
    found = _labels(text, mark.end(), end)
    if not found:
        line = next(lines_of(text, mark.end(), end), None)
        spans = [("", line)] if line else []
    else:
        spans = []
        for at, (label, begin) in enumerate(found):
            stop = found[at + 1][1] if at + 1 < len(found) else _line_end(text, begin, end)
            spans.append((label, trim(text, begin, stop)))
    notes = tuple(Note(label, span, rows_about(text, span.of(text), rows)) for label, span in spans)
    return trim(text, mark.start(), mark.end()), notes


def _labels(text: str, start: int, end: int) -> list[tuple[str, int]]:
    """Labels 1, 2, 3 … with their places: on the line of the mark or at the beginning of the lines that follow."""
    found: list[tuple[str, int]] = []
    for line in lines_of(text, start, end):
        before = len(found)
        for label in _LABEL.finditer(text, line.start, line.end):
            number = next(group for group in label.groups() if group)
            value = int(number) if number.isdigit() else "①②③④⑤⑥⑦⑧⑨".index(number) + 1
            opens = label.start() == line.start or text[label.start() - 1] in "。；;  \u3000\t"
            if opens and value == len(found) + 1:
                found.append((str(value), label.start()))
        if len(found) == before or found[before][1] != line.start:
            return found[:before]
    return found


def _line_end(text: str, start: int, end: int) -> int:
    stop = text.find("\n", start, end)
    return end if stop < 0 else stop


def rows_about(text: str, note: str, rows: tuple[IndicatorRow, ...]) -> tuple[int, ...]:
    """Positions of the rows a note names or whose mark (`*`, `[ ]`) it explains; else of all rows."""
    subject = _SUBJECT.match(_LABEL.sub("", note, count=1))
    defined = tuple(at for at, row in enumerate(rows) if subject and subject[1].strip() in row.name)
    named = tuple(at for at, row in enumerate(rows) if len(row.name) > 3 and row.name in note)
    if defined or named:
        return defined or named
    stars = [star for star in STARS if star in note]
    brackets = [pair for pair in _BRACKETS if re.search(rf"\{pair[0]}\s*\{pair[1]}", note)]
    if not stars and not brackets:
        return tuple(range(len(rows)))
    signs = [*stars, *(pair[0] for pair in brackets)]
    return tuple(
        at for at, row in enumerate(rows)
        if any(sign in piece.span.of(text) for piece in row.cells for sign in signs)
    )
