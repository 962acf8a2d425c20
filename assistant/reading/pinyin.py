"""A question typed in pinyin → the Chinese words it most likely means.

Only words of the domain, of the plans themselves (their texts, names and units) and of ordinary questions are
recognised; syllables that fit none are left out. `zhuhai de zhiya rongzi shui qiantou` → 珠海 质押融资 谁牵头
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from assistant.lexicon import lexicon
from ingest.repair.pinyin import characters, reads, syllables
from ingest.tokens import WORDS

_LATIN = re.compile(r"[A-Za-zü]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def from_pinyin(text: str, names: Sequence[str], words: Callable[[], Sequence[str]] = tuple) -> str:
    """The question in Chinese, or '' where `text` is not pinyin. Digits and acronyms (GDP, PCT) stay. `words` are the
    words of the plans, the commonest first; asked for only where `text` is pinyin."""
    parts = re.findall(r"[A-Za-zü]+|\d[\d.]*", text)
    typed = [part for part in parts if _LATIN.fullmatch(part)]
    if len(typed) < 3 or _CHINESE.search(text):
        return ""
    split = {part: _split(part.lower()) for part in typed}
    if sum(not found for found in split.values()) * 5 > len(typed):
        return ""
    sounds: list[str] = []
    for part in parts:
        sounds += split.get(part) or ([part] if part.isupper() or part[0].isdigit() else [])
    known = _vocabulary(tuple(dict.fromkeys(names)), tuple(words()))
    return re.sub(r"(?<=\d) 年", "年", " ".join(_words(sounds, known)))


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
def _vocabulary(names: tuple[str, ...], words: tuple[str, ...]) -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Words in Chinese characters only by their first character, with what each is worth: its length, squared, and
    between words of one sound the commoner one, or the one that questions use (哪些, 那些)."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    spoken = (word for word in lexicon().stop if len(word) > 1)
    ordinary = (*(line.partition("#")[0].strip() for line in lines), *spoken, *names)
    worth = dict.fromkeys(lexicon().synonyms, -0.5)
    worth |= {word: -place / (len(words) + 1) for place, word in enumerate(words, 1) if len(word) > 1}
    worth |= dict.fromkeys(ordinary, 0.0) | dict.fromkeys((*lexicon().typed, *lexicon().small), 0.5)
    by_first: dict[str, list[tuple[str, float]]] = {}
    for word, common in worth.items():
        if re.fullmatch(r"[\u4e00-\u9fff]+", word):
            by_first.setdefault(word[0], []).append((word, len(word) ** 2 + common))
    return {char: tuple(group) for char, group in by_first.items()}


def _words(typed: Sequence[str], vocabulary: Mapping[str, Sequence[tuple[str, float]]]) -> list[str]:
    """The words that together are worth most; `best[at]` is what can be made of the syllables from `at` on."""
    best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())] * (len(typed) + 1)
    for at in range(len(typed) - 1, -1, -1):
        if typed[at] not in syllables():
            worth, rest = best[at + 1]
            best[at] = (worth, (typed[at], *rest))
            continue
        choices = [best[at + 1]]
        if typed[at] == "nian" and at and re.fullmatch(r"20\d\d", typed[at - 1]):
            choices.append((best[at + 1][0] + 1.0, ("年", *best[at + 1][1])))
        for char in characters(typed[at]):
            for word, value in vocabulary.get(char, ()):
                if at + len(word) <= len(typed) and all(reads(each, typed[at + k]) for k, each in enumerate(word)):
                    worth, rest = best[at + len(word)]
                    choices.append((worth + value, (word, *rest)))
        best[at] = max(choices, key=lambda choice: choice[0])
    return list(best[0][1])
