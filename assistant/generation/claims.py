"""A chat model's text → claims, as they come: JSON objects where the model can, else lines with [E1] marks.

    {"text": "珠海到2022年……达到75件。", "evidence": ["E1"], "quote": "……达到75件"}
    {"claims": [{…}, {…}]}
    1. 珠海到2022年……达到75件。[E1][E2]
    [E1] 珠海到2022年……达到75件。
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, ValidationError

_KEY = r"E\d{1,3}|EX\d{1,3}"
_GROUP = re.compile(rf"[\[【(（]\s*((?:{_KEY})(?:\s*[,，、;；]\s*(?:{_KEY}))*)\s*[\]】)）]", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:\d{1,2}\s*[.、)）:：]|[-*•·])?\s*")
_FIRST = re.compile(rf"\s*(?:{_GROUP.pattern}|E\d{{1,3}}(?=[\s:：、.]))[\s:：、.]*", re.IGNORECASE)
_SENTENCE = re.compile(r"[^。！？]+[。！？]?")
_TAIL = re.compile(r"\s*[。；;.，,]?")


def _keys(value: object) -> list[str]:
    """["E1"], "E1", "[E1, E2]", ["E1,E2"]"""
    parts = value if isinstance(value, list) else [value]
    return [key.upper() for part in parts for key in re.findall(_KEY, str(part), re.IGNORECASE)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class _Written(BaseModel):
    """What a model's JSON object must hold; anything else in it is let be."""

    text: Annotated[str, Field(min_length=1, max_length=2_000, validation_alias=AliasChoices("text", "claim", "sentence", "answer"))]
    evidence: Annotated[list[str], BeforeValidator(_keys), Field(max_length=20)] = []
    quote: Annotated[str, BeforeValidator(_text), Field(max_length=2_000)] = ""


@dataclass(frozen=True, slots=True)
class RawClaim:
    """One sentence as the model wrote it, the keys it names, the words it says it quotes."""

    text: str
    keys: tuple[str, ...]
    quote: str = ""


class ClaimReader:
    """Takes the model's text piece by piece and gives each claim once, as soon as it is whole."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> Iterator[RawClaim]:
        """The claims that `piece` completes."""
        self._rest += piece
        yield from self._read(ended=False)

    def end(self) -> Iterator[RawClaim]:
        """The claims in what is left; half a claim is none."""
        yield from self._read(ended=True)

    def _read(self, *, ended: bool) -> Iterator[RawClaim]:
        while self._rest:
            brace, line_end = self._rest.find("{"), self._rest.find("\n")
            if brace >= 0 and (line_end < 0 or brace < line_end):
                found = _object_in(self._rest)
                if found is None and not ended:
                    return
                if found is None:            # an opening that never closes: a list cut off, or no JSON at all
                    self._rest = self._rest[brace + 1:]
                    continue
                value, end = found
                self._rest = self._rest[end:]
                yield from _of_json(value)
            elif line_end >= 0 or ended:
                line = self._rest if line_end < 0 else self._rest[:line_end]
                self._rest = "" if line_end < 0 else self._rest[line_end + 1:]
                yield from _of_line(line)
            else:
                return


def _object_in(text: str) -> tuple[dict[str, object], int] | None:
    """The first whole JSON object and where it ends; inner ones where the outer is not whole yet."""
    decoder = json.JSONDecoder(strict=False)
    at = text.find("{")
    for _ in range(3):
        if at < 0:
            return None
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        return (value, end) if isinstance(value, dict) else None
    return None


def _of_json(value: dict[str, object]) -> Iterator[RawClaim]:
    inner = value.get("claims")
    for each in inner if isinstance(inner, list) else [value]:
        try:
            written = _Written.model_validate(each)
        except ValidationError:
            continue
        keys = tuple(dict.fromkeys([*written.evidence, *_keys(" ".join(_GROUP.findall(written.text)))]))
        yield RawClaim(_GROUP.sub("", written.text).strip(), keys, written.quote.strip())


def _of_line(line: str) -> Iterator[RawClaim]:
    """The stretches of a line, each with the marks after it; or its sentences, with the marks that it begins with."""
    if "\"" in line and re.search(r"\"(text|evidence|quote|claims)\"", line):
        return
    body = _ITEM.sub("", line, count=1)
    if first := _FIRST.match(body):
        keys = tuple(dict.fromkeys(_keys(first.group(0))))
        for sentence in _SENTENCE.findall(body[first.end():]):
            more = _keys(" ".join(_GROUP.findall(sentence)))
            if text := _GROUP.sub("", sentence).strip():
                yield RawClaim(text, tuple(dict.fromkeys([*keys, *more])))
        return
    at, marks = 0, list(_GROUP.finditer(body))
    for index, found in enumerate(marks):
        end = marks[index + 1].start() if index + 1 < len(marks) else len(body)
        if index + 1 < len(marks) and not body[found.end():end].strip("，,、。； "):
            continue                          # [E1][E2]: one stretch, all its marks
        tail = _TAIL.match(body, found.end())
        stop = tail.end() if tail else found.end()
        stretch, at = body[at:stop], stop
        text = _ITEM.sub("", _GROUP.sub("", stretch)).strip().lstrip("。；，,")
        if text:
            yield RawClaim(text, tuple(dict.fromkeys(_keys(" ".join(_GROUP.findall(stretch))))))
