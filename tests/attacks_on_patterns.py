"""Strings on which a backtracking engine takes long, made of the characters that a pattern itself looks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_ATOMS = 4
CATEGORY = {op.CATEGORY_DIGIT: "1", op.CATEGORY_SPACE: " ", op.CATEGORY_WORD: "市", op.CATEGORY_NOT_SPACE: "市",
            op.CATEGORY_NOT_DIGIT: "市", op.CATEGORY_NOT_WORD: "，"}


def attacks(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    """One character over and over, two of them in turn, one after the other; each with an end that does not fit."""
    chars = list(dict.fromkeys(_chars(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))))[:MOST_ATOMS] or ["市"]
    texts = [char * length for char in chars]
    for one, other in permutations(chars, 2):
        texts += [(one + other) * (length // 2), one * (length // 2) + other * (length // 2)]
    texts.append("".join(chars) * (length // len(chars)))
    for text in texts:
        ended = text + "\x01"
        yield ended.encode("utf-8", "ignore") if isinstance(pattern.pattern, bytes) else ended


def _chars(tree: Any) -> Iterator[str]:
    for kind, value in tree:
        if kind in (op.LITERAL, op.NOT_LITERAL):
            yield chr(value) if kind is op.LITERAL else "市"
        elif kind is op.ANY:
            yield "市"
        elif kind is op.IN:
            yield from _class(value)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            yield from _chars(value[2])
        elif kind is op.SUBPATTERN:
            yield from _chars(value[3])
        elif kind is op.ATOMIC_GROUP:
            yield from _chars(value)
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from _chars(branch)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from _chars(value[1])


def _class(value: Any) -> Iterator[str]:
    if value[0][0] is op.NEGATE:
        yield "市"
        return
    for kind, each in value[:2]:
        if kind is op.LITERAL:
            yield chr(each)
        elif kind is op.RANGE:
            yield chr(each[0])
        elif kind is op.CATEGORY:
            yield CATEGORY[each]
