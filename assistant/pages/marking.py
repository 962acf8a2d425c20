"""Text with marks: quotes that an answer rests on, and places a search found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.model import Span
from assistant.render import plain
from ingest.repair.script import simplified

MAX_HITS = 500
_RANGE = re.compile(r"(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Mark:
    """A half-open range of a plan's text and why it is marked. `id` is the element's id, '' for none."""

    start: int
    end: int
    kind: Literal["cite", "hit"] = "cite"
    id: str = ""


def parse_marks(text: str, length: int) -> tuple[Span, ...]:
    """`120-188,200-210` → spans within a text of `length` characters; what does not fit is left out."""
    pairs = ((int(found.group(1)), int(found.group(2))) for found in _RANGE.finditer(text[:2000]))
    return tuple(Span(start, end) for start, end in pairs if start < end <= length)


def find(text: str, query: str) -> tuple[Span, ...]:
    """Where any of the words of `query` stands in `text`: width, case and script of the query and line breaks of the
    text do not matter. At most MAX_HITS."""
    words = unicodedata.normalize("NFKC", query).split()
    forms = sorted({"".join(simplified(char) for char in word) for word in words}, key=len, reverse=True)
    if not forms:
        return ()
    pattern = re.compile("|".join(r"\s*".join(re.escape(char) for char in form) for form in forms), re.IGNORECASE)
    found: list[Span] = []
    for hit in pattern.finditer(text):
        found.append(Span(*hit.span()))
        if len(found) == MAX_HITS:
            break
    return tuple(found)


def marked(text: str, offset: int, marks: Sequence[Mark]) -> str:
    """HTML of `text`, which begins at `offset` of the plan. Marks may overlap; an id stands where its mark begins."""
    end = offset + len(text)
    inside = [mark for mark in marks if mark.start < end and offset < mark.end]
    if not inside:
        return plain(text)
    cuts = sorted({offset, end, *(at for mark in inside for at in (mark.start, mark.end) if offset < at < end)})
    html = []
    for start, stop in pairwise(cuts):
        over = [mark for mark in inside if mark.start <= start and stop <= mark.end]
        piece = plain(text[start - offset : stop - offset])
        if over:
            name = next((f' id="{mark.id}"' for mark in over if mark.id and mark.start == start), "")
            kinds = " ".join(sorted({mark.kind for mark in over}))
            piece = f'<mark class="{kinds}"{name}>{piece}</mark>'
        html.append(piece)
    return "".join(html)
