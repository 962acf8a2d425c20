"""Sentences as half-open spans. A full stop belongs to the sentence it ends."""

from __future__ import annotations

import re

_END = re.compile(r"[。！？!?]+[”’」』）)]?|\n+|(?<=[。])$")


def split_sentences(text: str, offset: int = 0) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`, shifted by `offset`; white space around a sentence is left out."""
    spans = []
    at = 0
    for found in [*_END.finditer(text), None]:
        end = found.end() if found else len(text)
        piece = text[at:end]
        stripped = piece.strip()
        if stripped:
            left = at + len(piece) - len(piece.lstrip())
            spans.append((offset + left, offset + left + len(stripped)))
        at = end
    return spans
