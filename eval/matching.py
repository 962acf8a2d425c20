"""How texts are compared when a reply is scored: folded, so that width, white space and table bars do not matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# "不得写成……", "并非环保行动": what makes a forbidden phrase harmless when it stands right before it.
# Not of "不过、不仅、不但、未来、无论、非常".
NEGATION = re.compile("不(?![过仅但])|没|未(?!来)|无(?!论)|非(?!常)")
NEGATION_REACH = 6
SENTENCE_ENDS = "。!?;"

_BARS_AND_SPACE = re.compile(r"[\s|\u200b\ufeff]+")
_LINE_MARKUP = re.compile(r"(?m)^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d+\.[ \t]+(?=\*\*))+")
_TABLE_RULE = re.compile(r"(?m)^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t]*:?-*:?[ \t]*$")
_INLINE_MARKUP = re.compile(r"[*`~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\[\^?(?=\d+\]:)")
_MARK = re.compile(r"\[\d+(?:[,，、]\s*\d+)*\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def fold(text: str) -> str:
    """NFKC without white space and table bars: `知识产权质押融资金额 |\\n…` and `知识产权质押融资金额 …` fold alike."""
    return _BARS_AND_SPACE.sub("", unicodedata.normalize("NFKC", text))


def plain(text: str, *, marks: bool = True) -> str:
    """The words of an answer: no white space, no Markdown, half-width punctuation; `marks` keeps [1], [2]."""
    text = _TABLE_RULE.sub("", text)
    text = _LINE_MARKUP.sub("", text)
    text = _LINK.sub(r"\1", text)
    if not marks:
        text = _MARK.sub("", text)
    text = _INLINE_MARKUP.sub("", text)
    return _BARS_AND_SPACE.sub("", text.translate(_HALF_WIDTH))


def covers(shown: str, quotes: Iterable[str]) -> bool:
    """Whether the shown quote contains one of `quotes` (the raw and the repaired form of one expectation)."""
    folded = fold(shown)
    return any(wanted in folded for wanted in map(fold, quotes) if wanted)


def touches(shown: str, quotes: Iterable[str]) -> bool:
    """Whether one of the two contains the other."""
    folded = fold(shown)
    return any(wanted in folded or (len(folded) >= 4 and folded in wanted) for wanted in map(fold, quotes) if wanted)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is searched: its words, the same without [1] marks, and the numbers that stand alone in it."""

    words: str
    unmarked: str
    numbers: frozenset[str]


def read_answer(text: str) -> Answer:
    """Prepare a reply's text for `says` and `forbidden`."""
    digits = _THOUSANDS.sub("", unicodedata.normalize("NFKC", _MARK.sub(" ", text)))
    return Answer(plain(text), plain(text, marks=False), frozenset(_NUMBER.findall(digits)))


def says(answer: Answer, phrases: Iterable[str]) -> bool:
    """Whether one of `phrases` occurs; `=80` asks for the number 80 by itself, which neither 180 nor 80.5 is."""
    return any(
        phrase[1:] in answer.numbers if phrase.startswith("=") else plain(phrase) in answer.words for phrase in phrases
    )


def forbidden(answer: Answer, phrases: Iterable[str]) -> tuple[str, ...]:
    """The phrases that occur un-negated: "延期至2030年有效" counts, "没有载明延期至2030年有效" does not."""
    return tuple(phrase for phrase in phrases if _occurs_unnegated(answer.unmarked, plain(phrase, marks=False)))


def _occurs_unnegated(answer: str, phrase: str) -> bool:
    at = answer.find(phrase) if phrase else -1
    while at >= 0:
        before = answer[max(0, at - NEGATION_REACH) : at]
        before = re.split(f"[{SENTENCE_ENDS}]", before)[-1]
        if not NEGATION.search(before):
            return True
        at = answer.find(phrase, at + 1)
    return False
