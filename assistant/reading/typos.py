"""Slips of an input method in a question: a character of a known word replaced by one that sounds the same (贵洲, 质亚融资),
or, inside a word of four characters and more, by any other.

Only words of the domain and names of plans, places and units are mended, and only where what was typed is no word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.lexicon import lexicon
from ingest.registry import registry
from ingest.repair.pinyin import alike
from ingest.tokens import WORDS, is_word

_LEVELS = "国省市区县州镇乡一二三四五六七八九十"
LONGEST = 10


_SMALL = frozenset("要到的在有是能会应可将需把被给对为和与从向比让由不没")
"""Small words are meant as they stand: 2025年要增长 is not meant for 年均增长."""
_MEASURES = frozenset("所家座位处条项款支门份届期批类种")


def corrected(text: str, names: Sequence[str]) -> str:
    """`text` with known words in place of what was meant for them."""
    slots = _slots(tuple(names))
    chars = list(text)
    whole = {i for size in range(3, LONGEST + 1) for at in range(len(chars) - size + 1) if text[at:at + size] in slots.known for i in range(at, at + size)}
    for size in range(LONGEST, 1, -1):
        for at in range(len(chars) - size + 1):
            window = "".join(chars[at:at + size])
            if window in slots.known:
                continue
            for k in range(size):
                for word in slots.around.get((window[:k], window[k + 1:]), ()) if at + k not in whole else ():
                    if _meant(window, word, k, "".join(chars[max(0, at + k - 1):at + k + 2]), word in slots.names):
                        chars[at:at + size] = word
                        window = word
    return "".join(chars)


def _meant(window: str, word: str, k: int, around: str, name: bool) -> bool:
    """Whether `window` is a slip for `word`, from which it differs at `k` only; `around` is that character in its text. The
    name of a place or a unit is only mistyped by sound: 重庆两江 is not meant for 重庆黔江."""
    typed, right = window[k], word[k]
    if typed == right or typed == "是" or not "\u4e00" <= typed <= "\u9fff" or (typed in _LEVELS and right in _LEVELS) or is_word(window):
        return False
    if typed in _MEASURES and around.startswith("哪"):
        return False                                     # 哪所 is not meant for 哪些
    if any(typed in pair and is_word(pair) for pair in (around[:2], around[-2:]) if len(pair) == 2):
        return False
    return alike(typed, right) or (not name and typed not in _SMALL and len(window) >= 4 and 0 < k < len(window) - 1)


@dataclass(frozen=True, slots=True)
class Slots:
    """Known words, which of them are names, and which stand around a character that is left out."""

    known: frozenset[str]
    names: frozenset[str]
    around: dict[tuple[str, str], tuple[str, ...]]


@lru_cache(maxsize=2)
def _slots(names: tuple[str, ...]) -> Slots:
    lines = (line.partition("#")[0].strip() for line in WORDS.read_text(encoding="utf-8").splitlines())
    words = {word for word in (*lines, *lexicon().typed, *names) if 2 <= len(word) <= LONGEST}
    around: dict[tuple[str, str], list[str]] = {}
    for word in sorted(words):
        for k in range(len(word)):
            around.setdefault((word[:k], word[k + 1:]), []).append(word)
    bodies = {f"{level}{core}" for level in ("", *"省市区县") for group in registry().groups for core in group}
    return Slots(frozenset(words | bodies), frozenset(names), {gap: tuple(found) for gap, found in around.items()})
