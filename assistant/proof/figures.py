"""Numbers with their measure and bound, dates and plan periods of a sentence, against those of its quotes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.proof.words import NUMBER, split

Bound = str
"""`≥`, `≤`, `~` or ''."""

_BEFORE = {"不少于": "≥", "不低于": "≥", "至少": "≥", "高于": "≥", "超过": "≥", "突破": "≥",
           "不超过": "≤", "不高于": "≤", "不多于": "≤", "至多": "≤", "最多": "≤", "最高": "≤", "约": "~", "近": "~"}
_AFTER = {"以上": "≥", "以下": "≤", "以内": "≤", "左右": "~"}
_LEADING = re.compile(f"({'|'.join(sorted(_BEFORE, key=len, reverse=True))})(?:达到?|建成|培育)?$")
_TRAILING = re.compile("|".join(_AFTER))
_FIGURE = re.compile(NUMBER)
# “十四五”时期
_QUINQUENNIUM = re.compile(r"十[一二三四五六]五")
_DATE = re.compile(r"第?[\d一二三四五-]+(?:年|月|日|季度|阶段)$")
_YEARS = re.compile(r"20\d\d年")
_CLAUSE = re.compile(r"[,。;:]")
_FRAME = re.compile("不低于|不高于|不多于|至多|最多|达到?|到|将|要|为|是|的|建成|超过|不少于|不低于|不超过|至少|以上|以下|累计|目标|计划|实现|开展|进行|实施")
# 第二季度,调研四川等地的经验。联合制定工作推进计划: the first words date every sentence
_OPENS = re.compile(r"第[\d一二三四-]+(?:季度|阶段),")
# 新培养专利工程师30名,全市专利工程师累计达到160名
_NEW = re.compile(r"新(?:增|培|培养|培育|建|引进|设|认定|开)")
SAME = 0.35
"""The least share of a dated sentence that stands in the sentence of that date."""
CLOSE, CLOSER = 0.5, 0.65
"""The least share of a figure's neighbours that stand in its clause in the quote; in it and the clause before."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as written with its measure, its bound, the clause it stands in, the sentence around, the clause before."""

    text: str
    bound: Bound
    clause: str
    sentence: str
    before: str = ""

    @property
    def dated(self) -> bool:
        return bool(_DATE.match(self.text))


def figures(text: str) -> tuple[Figure, ...]:
    """`建成市级研发机构不少于5家` → 5家, ≥; `超过2000次` and `2000次以上` are the same bound."""
    return tuple(_figures(re.sub(r"(?<=\d),(?=\d{3})", "", text)))


def _figures(text: str) -> Iterator[Figure]:
    plain = _QUINQUENNIUM.sub(lambda found: "□" * len(found[0]), text)
    for found in _FIGURE.finditer(plain):
        if found[0] in ("一", "第") or (len(found[0]) == 1 and not found[0].isdigit()):
            continue
        before, after = _LEADING.search(plain[:found.start()]), _TRAILING.match(plain[found.end():])
        bound = _BEFORE[before[1]] if before else _AFTER[after[0]] if after else ""
        start = max((cut.end() for cut in _CLAUSE.finditer(plain[:found.start()])), default=0)
        cut = _CLAUSE.search(plain, found.end())
        left = max(plain.rfind(mark, 0, found.start()) for mark in "。;") + 1
        opens = found.start() == 0 and _OPENS.match(plain)
        right = min((at for mark in "。;" if (at := plain.find(mark, found.end())) >= 0), default=len(plain)) if not opens else len(plain)
        ahead = max((each.end() for each in _CLAUSE.finditer(plain[left:max(left, start - 1)])), default=0) + left
        yield Figure(found[0], bound, plain[start:cut.start() if cut else len(plain)], plain[left:right], plain[ahead:start])


def foreign_figure(piece: str, texts: Sequence[str], about: Sequence[str]) -> str:
    """The first figure of `piece` that no quote gives with this measure and bound, beside these things; or ''."""
    there = [figure for text in texts for figure in figures(text)]
    spans = {found for text in texts for found in _QUINQUENNIUM.findall(text)}
    for period in _QUINQUENNIUM.findall(piece):
        if period not in spans and (spans or not any(period in each for each in about)):
            return f"“{period}”与所引条款不符"
    for figure in figures(piece):
        same = [each for each in there if each.text == figure.text]
        if not same:
            told = figure.dated and not any(each.dated for each in there) and any(figure.text in each for each in about)
            if not told:
                return f"“{figure.text}”与所引条款不符"
            continue
        same = [each for each in same if each.bound == figure.bound]
        if not same:
            return f"“{figure.text}”的上下限与所引条款不符"
        if figure.dated and not any(_about_the_same(figure, each) for each in same):
            return f"“{figure.text}”在所引条款中说的不是这件事"
        if not figure.dated and not any(_beside(figure, each) and _in_time(figure, each) for each in same):
            return f"“{figure.text}”在所引条款中说的不是这件事"
    return ""


def _about_the_same(said: Figure, there: Figure) -> bool:
    """A date goes with the sentence it stands in."""
    pairs = _pairs_of(_FIGURE.sub(",", _FRAME.sub(",", said.sentence)))
    return len(pairs) < 4 or sum(pair in there.sentence for pair in pairs) >= SAME * len(pairs)


def _in_time(said: Figure, there: Figure) -> bool:
    """`2020年实现数301人,2026年目标数350人`: a figure with a date of its own keeps it."""
    mine, its = (set(_YEARS.findall(each.clause) or _YEARS.findall(each.before)) for each in (said, there))
    return not mine or not its or bool(mine & its)


def _beside(said: Figure, there: Figure) -> bool:
    """Whether what stands beside the figure in the claim stands beside it in the quote."""
    if bool(_NEW.search(said.clause)) != bool(_NEW.search(there.clause)):
        return False
    subjects = {word for word, kind in split(said.clause) if kind == "subject"}
    named = any(kind == "subject" for _, kind in split(there.clause))
    if subjects and not all(word in (there.clause if named else there.sentence) for word in subjects):
        return False
    pairs = _pairs_of(_FIGURE.sub(",", _FRAME.sub(",", said.clause)))
    tail = _pairs_of(_FRAME.sub(",", _FIGURE.sub(",", said.clause.partition(said.text)[2])))
    if len(tail) >= 3 and sum(pair in there.clause for pair in tail) < CLOSER * len(tail):
        return False
    near = there.clause if len(there.clause) >= len(there.text) + 6 else there.sentence
    if len(pairs) < 2 or sum(pair in near for pair in pairs) >= CLOSE * len(pairs):
        return True
    bare = len(_pairs_of(_FRAME.sub(",", _FIGURE.sub(",", there.clause)))) < 3
    return bare and sum(pair in there.before + there.clause for pair in pairs) >= CLOSER * len(pairs)


def _pairs_of(text: str) -> list[str]:
    return [a + b for a, b in itertools.pairwise(text) if a.isalnum() and b.isalnum()]
