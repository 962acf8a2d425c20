"""Spans of a plan's text and the account that proves that a table's reader lost nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[。；;！!？?…][”’》）)\]】]*$")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of the plan's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The text of this range."""
        return text[self.start:self.end]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a table: what it is (header, title, measure …) and where."""

    role: str
    span: Span


@dataclass(frozen=True, slots=True)
class Account:
    """Non-white characters by role; `missing` belong to no piece, `double` to more than one."""

    total: int
    by_role: tuple[tuple[str, int], ...]
    missing: tuple[Span, ...]
    double: tuple[Span, ...]

    @property
    def balanced(self) -> bool:
        """Whether every non-white character belongs to exactly one piece."""
        return not self.missing and not self.double


def account(text: str, start: int, end: int, pieces: Iterable[Piece]) -> Account:
    """Add up the non-white characters of `text[start:end]` over `pieces`."""
    seen = [0] * (end - start)
    counts: dict[str, int] = {}
    for piece in pieces:
        for at in range(max(piece.span.start, start), min(piece.span.end, end)):
            seen[at - start] += 1
            if not text[at].isspace():
                counts[piece.role] = counts.get(piece.role, 0) + 1
    dark = [at for at in range(start, end) if not text[at].isspace()]
    return Account(
        total=len(dark),
        by_role=tuple(sorted(counts.items())),
        missing=_runs(at for at in dark if seen[at - start] == 0),
        double=_runs(at for at in dark if seen[at - start] > 1),
    )


def _runs(positions: Iterable[int]) -> tuple[Span, ...]:
    runs: list[Span] = []
    for at in positions:
        if runs and runs[-1].end == at:
            runs[-1] = Span(runs[-1].start, at + 1)
        else:
            runs.append(Span(at, at + 1))
    return tuple(runs)


def trim(text: str, start: int, end: int) -> Span:
    """The range without white space at both ends; an empty range at `start` if nothing is left."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end)


def tokens_of(text: str, start: int, end: int) -> list[Span]:
    """The runs of non-white characters."""
    return [Span(found.start(), found.end()) for found in _TOKEN.finditer(text, start, end)]


def lines_of(text: str, start: int, end: int) -> Iterator[Span]:
    """The non-blank lines, trimmed."""
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        line = trim(text, at, stop)
        if line.start < line.end:
            yield line
        at = stop + 1


def ends_sentence(piece: str) -> bool:
    """Whether `piece` ends as a sentence does: `…最终形成《重庆市专利政策框架》。`, not `…制定完善项目管`."""
    return _SENTENCE_END.search(piece.rstrip()) is not None
