"""How likely a character is after the two before it: the document's own habits over a general Chinese dictionary."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from math import log
from pathlib import Path

from ingest.repair.damage import halfwidth
from ingest.repair.pinyin import BRACKETED
from ingest.repair.script import simplified

MARKS = ",4000 、3000 。2000 ;500 :400 (400 )400 “300 ”300 《200 》200 —60 ·40 %60 ?20 !10 /10 -20 +10"
BRACKETS = {"〔": "(", "〕": ")", "［": "(", "］": ")", "【": "(", "】": ")"}
NUMBERING = "一二三四五六七八九十"
FRAME = "责任单位: 牵头单位: 配合单位: 第一章 第二章 第三章 第一条 第二条 第三条 省(区、市) 区(县) 县(市、区)"
"""What official documents are made of: `〔責任單位：市知識產權局`, `西部省（區、市）`."""
UNIFORM = 1e-7
FLOOR = log(UNIFORM)
DOCUMENT_WEIGHT, TRIGRAM_WEIGHT, WORD_SHARE = 20.0, 4.0, 0.6


@dataclass(frozen=True, slots=True)
class Prior:
    """Counts from jieba's word list: characters, pairs and triples in words; how often one or two characters end one."""

    total: float
    first: dict[str, float]
    last: dict[str, float]
    chars: dict[str, float]
    pairs: dict[str, float]
    triples: dict[str, float]


@dataclass(frozen=True, slots=True)
class Language:
    """The prior and the counts of one document (folded: simplified, half-width)."""

    prior: Prior
    size: int
    one: Counter[str]
    two: Counter[str]
    three: Counter[str]
    written: frozenset[str]
    cache: dict[str, float]

    def score(self, before: str, char: str) -> float:
        """log P(char | the last two of `before`), all folded."""
        key = before[-2:] + char
        got = self.cache.get(key)
        if got is None:
            got = self.cache[key] = log(self._chance(before[-2:], char))
        return got

    def _chance(self, before: str, char: str) -> float:
        chance = self._prior(before, char)
        if self.size:
            uni = self.one[char] / self.size
            chance = 0.7 * chance + 0.3 * uni
        last = before[-1:]
        seen = self.one[last]
        chance = (self.two[last + char] + DOCUMENT_WEIGHT * chance) / (seen + DOCUMENT_WEIGHT)
        if len(before) == 2:
            seen = self.two[before]
            chance = (self.three[before + char] + TRIGRAM_WEIGHT * chance) / (seen + TRIGRAM_WEIGHT)
        return _numbered(before, char, chance) + UNIFORM

    def _prior(self, before: str, char: str) -> float:
        """A character goes on with a word of the dictionary or, where one may end, begins the next."""
        prior = self.prior
        chance = starts = prior.first.get(char, 0.0) / prior.total
        last = before[-1:]
        seen = prior.chars.get(last, 0.0)
        if seen:
            chance = (prior.pairs.get(last + char, 0.0) + prior.last.get(last, 0.0) * starts) / seen
        seen = prior.pairs.get(before, 0.0)
        if seen:
            longer = (prior.triples.get(before + char, 0.0) + prior.last.get(before, 0.0) * starts) / seen
            chance = (1 - WORD_SHARE) * chance + WORD_SHARE * longer
        return chance

    def attested(self, pair: str) -> bool:
        """Whether two characters stand together in the document or in a word of the dictionary."""
        return bool(self.two[pair]) or pair in self.prior.pairs

    def oddest(self, text: str) -> float:
        """The log probability of the least likely character of a folded text, its first two apart."""
        return min((self.score(text[at - 2 : at], text[at]) for at in range(2, len(text))), default=0.0)

    def known(self, char: str) -> bool:
        """Whether a character is one the document or the dictionary uses at all."""
        return char in self.prior.chars or char in self.one


def _numbered(before: str, char: str, chance: float) -> float:
    """`（一）` at the start of a line: a bracket there opens a number, and a number in brackets is closed."""
    if before == "\n(":
        return 0.02 * chance + (0.098 if char in NUMBERING else 0.0)
    if len(before) == 2 and before[0] == "(" and before[1] in NUMBERING and char not in NUMBERING:
        return 0.0005 * chance + (0.9995 if char == ")" else 0.0)
    return chance


def fold(text: str) -> str:
    """Simplified and half-width, one character for one."""
    return "".join(map(fold_char, text))


@lru_cache(maxsize=65536)
def fold_char(char: str) -> str:
    """One character simplified and half-width; `〔責任單位〕` and `(責任單位)` are the same bracket."""
    return BRACKETS.get(char) or simplified(halfwidth(char))


def learn(text: str) -> Language:
    """The language of a document; stretches that may be damaged (behind a `?`) do not count."""
    plain = BRACKETED.sub("", text[:400_000])
    sound = re.sub("[?\ufffd][^\n]{0,100}", "\n", fold("\n" + plain))
    pairs = Counter(map(str.__add__, sound, sound[1:]))
    triples = Counter(sound[at : at + 3] for at in range(len(sound) - 2))
    return Language(general(), len(sound), Counter(sound), pairs, triples, _common(text), {})


def _common(text: str) -> frozenset[str]:
    """The characters a document uses as they are written, unfolded; those in damaged runs are rarely used twice."""
    return frozenset(char for char, count in Counter(text).items() if count > 2)


@lru_cache(maxsize=1)
def general() -> Prior:
    """The general prior, from the word list that jieba installs (word, frequency, class a line) and a few marks."""
    first: dict[str, float] = defaultdict(float)
    last: dict[str, float] = defaultdict(float)
    chars: dict[str, float] = defaultdict(float)
    pairs: dict[str, float] = defaultdict(float)
    triples: dict[str, float] = defaultdict(float)
    for word, count in _words():
        first[word[0]] += count
        last[word[-1]] += count
        if len(word) > 1:
            last[word[-2:]] += count
        for char in word:
            chars[char] += count
        for at in range(len(word) - 1):
            pairs[word[at : at + 2]] += count
            if at + 2 < len(word):
                triples[word[at : at + 3]] += count
    return Prior(sum(first.values()), *map(dict[str, float], (first, last, chars, pairs, triples)))


def _words() -> list[tuple[str, int]]:
    words = [(item[0], int(item[1:]) * 1000) for item in MARKS.split()]
    words += [("\n", 1_000_000), *((digit, 100_000) for digit in "0123456789")]
    words += [(f"({number})", 20_000) for number in NUMBERING] + [(word, 20_000) for word in FRAME.split()]
    spec = find_spec("jieba")
    if spec is not None and spec.origin is not None:
        for line in (Path(spec.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
            word, count, *_ = line.split(" ")
            if int(count) > 2:
                words.append((word, int(count)))
    return words
