"""Verified lines → the Markdown of a reply, with [n] marks and notices first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from assistant.model import Draft, DraftLine
from assistant.proof.verify import Verified

Marked = tuple[DraftLine, tuple[int, ...]]


def written(draft: Draft, verified: Verified) -> str:
    """Paragraphs, lists, a table of the lines that have a column, one paragraph of a chat model's sentences.

    Of the first n lines it is the beginning of what it is of all of them, unless line n stands in a table."""
    parts = [f"> {notice.text}" for notice in draft.notices]
    for form, group in groupby(verified.lines, lambda line: _form(line[0])):
        lines = list(group)
        if form == "table":
            parts.append(_table(lines))
        elif form == "list":
            parts.append("\n".join(f"- {_marked(line)}" for line in lines))
        elif form == "running":
            parts.append("".join(_marked(line) for line in lines))
        else:
            parts += [f"**{_safe(line[0].text)}**" if line[0].kind == "heading" else _marked(line) for line in lines]
    return "\n\n".join(parts)


def _form(line: DraftLine) -> str:
    return "table" if line.column else "list" if line.bullet else "running" if line.paraphrase else "text"


def _table(lines: Sequence[Marked]) -> str:
    """A column for each `column` and a row for each `row`, in the order in which they first come."""
    columns = list(dict.fromkeys(line.column for line, _ in lines))
    rows = list(dict.fromkeys(line.row for line, _ in lines))
    cells = {(row, column): "；".join(_marked(each).replace("|", "｜") for each in lines if (each[0].row, each[0].column) == (row, column))
             for row in rows for column in columns}
    head = [["", *columns], ["---"] * (len(columns) + 1)]
    body = [[row, *(cells[row, column] or "—" for column in columns)] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in (*head, *body))


def _marked(line: Marked) -> str:
    return _safe(line[0].text) + "".join(f"[{n}]" for n in line[1])


def _safe(text: str) -> str:
    """渝办发[2010]185号: square brackets of a source must not read as citation marks."""
    return text.replace("[", "［").replace("]", "］")
