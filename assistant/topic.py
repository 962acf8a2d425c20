"""How much of a question's topic a text holds: the weight of its words, and their share in a clause or a sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from assistant.lexicon import lexicon
from assistant.reading.asked import RANKED
from assistant.reading.question import Reading
from ingest.catalogue import Catalogue
from ingest.model import Clause
from ingest.sentences import split_sentences
from ingest.tokens import is_word, part_of_speech

_NUMBER = re.compile(r"\d+(?:\.\d+)?\s*(?:亿|万|元|件|家|个|项|人|名|期|次|%|％|种|条|批|所|处|支|班|省|市|区|县|场|届|倍)|(?:每|率|比).{0,8}\d|"
                     r"[一二两三四五六七八九十百千万]+元")
_DIGITS = r"(?:\d{1,2}(?=\s*年)|\d+(?:\.\d+)?(?!\s*年)|[一二两三四五六七八九十百千万]{1,4})"
_COMMON = frozenset((
    "保护", "企业", "支持", "政策", "资金", "国际", "奖励", "资助", "标准", "信息", "人才",
    "专利", "知识产权", "中", "农业", "交易", "经费", "法规", "考核", "督查", "评价", "申报"))
"""Other words for a term that stand in too many clauses to say that one is about it."""
_A_YEAR = re.compile(r"20\d\d")
_EXPLAINS = re.compile(r"是指|指的是|简称|定义为|下列任一|下列条件|包括[：:]")
_GROUPS = ("倍", "家|户|个|所", "件|项|个", "人(?!次)|名|个", "人次", "次|期|场|班|个",
           "省|市|省市|区县|县|个", "年(?!代|底|前|内)", "天|日|个月|小时|工作日", "元|万元|亿元|块|钱", "%|％|个百分点|成")
RANK = re.compile(r"第\s*(?:\d+|[一二三四五六七八九十]+)\s*[位名]|首位|居首")
RARE = 5.0
"""Most that one word of a question weighs."""
SPLIT = 0.7
"""What the two halves of a term count where something stands between them."""
ALIKE = 0.6
"""What another word for a term counts (企业知识产权管理规范 for 贯标)."""
UNKNOWN = 3.0
"""Weight of a word that no clause has: it may be the point of the question, or the reader's way of speaking."""
YEAR = 1.5
"""Most that a year weighs: it says when, not what."""
PAIR = 0.5
"""Share of its weight that a pair of characters keeps which is no word of the dictionary (科创): it may be one, or none."""

KNOWN_PART = {"name": 1.0, "verb": 0.7, "particle": 0.5}
UNKNOWN_PART = {"name": 1.0, "verb": 0.2, "particle": 0.1}
"""Share of its weight that a word keeps by its part of speech: names of things carry a question's topic."""


def bodies(clause: Clause) -> list[str]:
    """The sentences of a clause."""
    return [clause.text[a - clause.start:b - clause.start] for a, b in split_sentences(clause.text, clause.start)]


def valued(clause: Clause, weights: Mapping[str, float], wanted: re.Pattern[str] | None = None) -> float:
    """How much of the topic the best sentence with a number (of the kind wanted) holds, 0 to 1."""
    pattern = wanted or _NUMBER
    if clause.kind == "indicator":
        return coverage(weights, clause.text)
    return max((coverage(weights, body) for body in bodies(clause) if pattern.search(body)), default=0.0)


def measured(reading: Reading) -> re.Pattern[str] | None:
    """A number of the kind asked for: 人数 and 几名 ask for persons, 第几位 for a rank; None where any number may do."""
    if RANKED.search(reading.asked):
        return RANK
    group = next((g for g in _GROUPS if reading.measure in re.sub(r"\(.*?\)", "", g).split("|")), "") if reading.measure else ""
    return re.compile(rf"(?<![\d.]){_DIGITS}\s*(?:{group})") if group else None


def explained(clause: Clause, weights: Mapping[str, float]) -> float:
    """How much of the topic the best sentence that explains something holds, 0 to 1."""
    return max((coverage(weights, body) for body in bodies(clause) if _EXPLAINS.search(body)), default=0.0)


def weigh(terms: Sequence[str], catalogue: Catalogue) -> tuple[dict[str, float], tuple[str, ...]]:
    """Weight of each term by how few clauses have it and by what kind of word it is; the terms that no clause has."""
    counts = catalogue.frequencies(terms)
    size = max(1, int(catalogue.info()["counts"].get("clauses", 1)))
    weights = {}
    for term in terms:
        if not counts[term] and len(term) == 2 and not is_word(term) and "\u4e00" <= term <= "\u9fff" and not _others(term):
            continue                                  # two characters that stood side by side, and say nothing
        if not counts[term] and term.isdigit():
            continue                                  # a number that no plan has is answered for by what is said of it
        weight = min(RARE, math.log(1 + size / (0.5 + counts[term]))) if counts[term] else UNKNOWN
        if len(term) == 2 and not is_word(term):
            weight *= PAIR
        if _A_YEAR.fullmatch(term):
            weight = min(weight, YEAR)
        called = not counts[term] and bool(_others(term))            # 仿冒 is how people say 侵权假冒, and carries the topic as a name does
        weights[term] = weight * (KNOWN_PART if counts[term] else UNKNOWN_PART)["name" if called else part_of_speech(term)]
    return weights, tuple(term for term in weights if counts[term] == 0)


def coverage(weights: Mapping[str, float], text: str) -> float:
    """Share of the weight of the terms that occur in `text`; 1.0 where there are no terms."""
    total = sum(weights.values())
    return sum(weight * held(term, text.lower()) for term, weight in weights.items()) / total if total else 1.0


def held(term: str, text: str) -> float:
    """1.0 where a term stands in a text, ALIKE where another word for it does, SPLIT where its halves do, close together
    (优势企业 in 优势示范企业)."""
    if term in text:
        return 1.0 if not term.isdigit() or re.search(rf"(?<![\d.]){term}(?![\d.])", text) else 0.0     # the 3 of 专栏3 is not in 30项
    if any(word in text for word in _others(term)):
        return ALIKE
    return SPLIT if len(term) >= 4 and _halves(term).search(text) else 0.0


@lru_cache(maxsize=4096)
def _others(term: str) -> tuple[str, ...]:
    return tuple(word for key, words in lexicon().synonyms.items() if key in term and (len(key) > 1 or len(term) <= 2) for word in words if word not in _COMMON)


@lru_cache(maxsize=4096)
def _halves(term: str) -> re.Pattern[str]:
    at = len(term) // 2
    return re.compile(f"{re.escape(term[:at])}[^，。；,;]{{0,8}}{re.escape(term[at:])}")


def rank_sentences(clause: Clause, weights: Mapping[str, float], extra: Sequence[str]) -> list[tuple[int, int, float]]:
    """Sentences of a clause as (start, end, score), in order; a word of the lexicon counts a third of one asked."""
    scored = []
    for start, end in split_sentences(clause.text, clause.start):
        body = clause.text[start - clause.start:end - clause.start].lower()
        score = sum(weight * held(term, body) for term, weight in weights.items())
        score += sum(1.0 for word in extra if word in body)
        scored.append((start, end, score))
    return scored
