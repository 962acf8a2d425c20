"""A question typed in pinyin → the Chinese words it most likely means.

Only words of the domain, of the plans' names and units and of ordinary questions are recognised; syllables that fit none
are left out. `zhuhai de zhiya rongzi shui qiantou` → 珠海 质押融资 谁牵头
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.lexicon import lexicon
from ingest.repair.pinyin import reads, syllables
from ingest.tokens import WORDS

_LATIN = re.compile(r"[a-zü]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def from_pinyin(text: str, names: Sequence[str]) -> str:
    """The question in Chinese, or '' where `text` is not pinyin. Digits stay."""
    lower = text.lower()
    parts = re.findall(r"[a-zü]+|\d[\d.]*", lower)
    words = [part for part in parts if _LATIN.fullmatch(part)]
    if len(words) < 3 or _CHINESE.search(text):
        return ""
    split = {word: _split(word) for word in words}
    if sum(not found for found in split.values()) * 5 > len(words):
        return ""
    typed: list[str] = []
    for part in parts:
        typed += split.get(part, [part])
    return " ".join(_words(typed, _vocabulary(tuple(dict.fromkeys(names)))))


@lru_cache(maxsize=1024)
def place_of(name: str) -> str:
    """The place of China that a name in Latin letters spells (Shenzhen 深圳), or ''."""
    spelled = _split(name.lower())
    return next((place for place in lexicon().places if len(place) == len(spelled) >= 2
                 and all(reads(char, syllable) for char, syllable in zip(place, spelled, strict=True))), "")


@lru_cache(maxsize=1024)
def _split(word: str) -> tuple[str, ...]:
    """A run of letters as syllables, longest first; () where it is none."""
    if not word:
        return ()
    for size in range(min(6, len(word)), 0, -1):
        if word[:size] in syllables():
            rest = _split(word[size:])
            if rest or size == len(word):
                return (word[:size], *rest)
    return ()


@lru_cache(maxsize=4)
def _vocabulary(names: tuple[str, ...]) -> tuple[str, ...]:
    """Words in Chinese characters only, longest first."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    known = [line.partition("#")[0].strip() for line in lines]
    words = {word for word in (*known, *lexicon().typed, *lexicon().synonyms, *names) if re.fullmatch(r"[\u4e00-\u9fff]+", word)}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _words(typed: Sequence[str], vocabulary: Sequence[str]) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(typed):
        if typed[at][0].isdigit():
            found.append(typed[at])
            at += 1
            continue
        word = next((w for w in vocabulary if at + len(w) <= len(typed)
                     and all(reads(char, typed[at + k]) for k, char in enumerate(w))), "")
        if word:
            found.append(word)
        at += len(word) or 1
    return found
