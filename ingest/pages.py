"""Page numbers that a flattened print leaves between the lines, also in the middle of tables and sentences.

`- 3 -`, `— 12 —`, `第3页 共10页`, `3/10`, and bare `3` where the document counts up that way page by page, or where a table's
header is printed again right after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ingest.model import Boilerplate, Clause, IndicatorFact, ScheduleFact, UnitFact
from ingest.outline import lines_of
from ingest.tables import find_header_starts
from ingest.tree import Draft

_PRINTED = re.compile(
    r"[-—–－·•]{1,2}\s*\d{1,3}\s*[-—–－·•]{1,2}|第\s*\d{1,3}\s*页(?:\s*[，,/|]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}"
)
_BARE = re.compile(r"[1-9]\d{0,2}")
Fact = TypeVar("Fact", UnitFact, IndicatorFact, ScheduleFact)
_PAGE = 300
"""A page has at least so many characters: closer bare numbers are cells of a table."""


def find_page_numbers(text: str) -> list[Boilerplate]:
    """Every line that is nothing but a page number."""
    found: list[tuple[int, int]] = []
    bare: list[tuple[int, int, int]] = []
    for left, right in lines_of(text, 0, len(text)):
        if right - left > 16:
            continue
        line = text[left:right]
        if _PRINTED.fullmatch(line):
            found.append((left, right))
        elif _BARE.fullmatch(line):
            bare.append((left, right, int(line)))
    headers = find_header_starts(text) if bare else ()
    for n, (left, right, value) in enumerate(bare):
        before, after = (bare[n - 1] if n else None), (bare[n + 1] if n + 1 < len(bare) else None)
        counts = any(
            other is not None and other[2] - value == step and abs(other[0] - left) >= _PAGE
            for other, step in ((before, -1), (after, 1))
        )
        near = any(other is not None and abs(other[0] - left) < _PAGE for other in (before, after))
        repeated = any(not text[right:start].strip() for start in headers[1:] if start > right)
        if (counts and not near) or repeated:
            found.append((left, right))
    return [Boilerplate("page number", left, right) for left, right in sorted(found)]


def blanked(text: str, pieces: Sequence[Boilerplate]) -> str:
    """The text with spaces where the pieces stand: of the same length, so that offsets hold."""
    for piece in pieces:
        text = text[:piece.start] + " " * (piece.end - piece.start) + text[piece.end:]
    return text


def cut_out(text: str, whole: Sequence[Boilerplate], pieces: Sequence[Boilerplate]) -> list[Boilerplate]:
    """`whole` without the pieces inside: a table's header, or the contents, over a page break."""
    found: list[Boilerplate] = []
    for each in whole:
        inside = sorted((piece.start, piece.end) for piece in pieces if each.start < piece.end and piece.start < each.end)
        cuts = [each.start, *(at for span in inside for at in span), each.end]
        for left, right in zip(cuts[::2], cuts[1::2], strict=True):
            lines = list(lines_of(text, left, right)) if inside else [(left, right)]
            found += [Boilerplate(each.name, lines[0][0], lines[-1][1])] if lines else []
    return found


def split_clauses(text: str, draft: Draft, pieces: Sequence[Boilerplate]) -> dict[str, list[Clause]]:
    """Takes the pieces out of clauses that run over them: what follows is a clause that `continues` the first.

    Returns the parts of those clauses by their former id.
    """
    whole: list[Clause] = []
    parts: dict[str, list[Clause]] = {}
    for clause in draft.clauses:
        inside = [piece for piece in pieces if clause.start < piece.end and piece.start < clause.end]
        if inside:
            parts[clause.id] = _split(text, clause, sorted(inside, key=lambda piece: piece.start), draft)
        whole += parts[clause.id] if inside else [clause]
    draft.clauses[:] = whole
    return parts


def in_parts(facts: Sequence[Fact], parts: Mapping[str, Sequence[Clause]]) -> list[Fact]:
    """The facts of clauses that were split, each with the part it begins in and no longer than that part."""
    found: list[Fact] = []
    for fact in facts:
        part = next((each for each in parts.get(fact.clause_id, ()) if fact.start < each.end), None)
        if part:
            fact = replace(fact, clause_id=part.id, start=max(fact.start, part.start), end=min(fact.end, part.end))
        if fact.start < fact.end:
            found.append(fact)
    return found


def _split(text: str, clause: Clause, inside: Sequence[Boilerplate], draft: Draft) -> list[Clause]:
    cuts = [clause.start, *(at for piece in inside for at in (piece.start, piece.end)), clause.end]
    parts: list[Clause] = []
    for left, right in zip(cuts[::2], cuts[1::2], strict=True):
        body = text[left:right]
        begin = left + len(body) - len(body.lstrip(" \n\t|"))
        stop = begin + len(text[begin:right].rstrip())
        if begin >= stop:
            continue
        ident = draft.fresh(clause.id.split("#")[1]) if parts else clause.id
        parts.append(replace(clause, id=ident, start=begin, end=stop, text=text[begin:stop],
                             continues=parts[-1].id if parts else clause.continues))
    return parts
