"""Words that carry meaning: a text folded and cut into tokens of known classes (numbers, units, places, scope …)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from assistant.lexicon import lexicon

_MEASURE = ("万亿元|亿元|万元|元|万件|件|家|个百分点|个|人次|人|名|项|期|次|%|‰|年|月|日|条|批|所|支|场|份|种|天|小时|户|起|门|类|级|位|"
            "倍|台|篇|部|套|届|季度|阶段|章|节|号")
NUMBER = (rf"第?\d+(?:\.\d+)?(?:-+\d+(?:\.\d+)?)?(?:万|亿|千|百)?(?:{_MEASURE})?|"
          rf"第?[一二三四五六七八九十两]+(?:-+[一二三四五六七八九十])?(?:{_MEASURE})")      # 第二--四季度, 80亿元, 2-3家
_UNIT = (r"(?:国家|省|市|区|县)[\u4e00-\u9fff]{1,9}?(?:局|委员会|委|办公室|办|厅|法院|检察院|中院|海关|分行|支行|政府|管委会)"
         r"(?![\u4e00-\u9fff]{0,1}[长级])(?:\([\u4e00-\u9fff]{2,8}\))?|(?:省|市|区|县)(?:高院|高法院|中院|法院|检察院)")

Token = tuple[str, str]


def fold(text: str) -> str:
    """Width, dashes and white space unified, as claims and clauses are compared; numbers of two cells stay apart."""
    text = re.sub("[—–―─－]", "-", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\s|]+", "", re.sub(r"(?<=\d)[\s|]+(?=\d)", "\x1f", text))


@cache
def words() -> dict[str, tuple[str, ...]]:
    data = tomllib.loads((Path(__file__).resolve().parent.parent / "data" / "checks.toml").read_text(encoding="utf-8"))
    return {name: tuple(words) for name, words in data.items()}


@cache
def _tokens() -> re.Pattern[str]:
    """One token a match; the group's name is its class. Anything else is a single character."""
    known = words()

    def any_of(*names: str) -> str:
        return "|".join(re.escape(w) for w in sorted({w for n in names for w in known[n]}, key=len, reverse=True))

    places = "|".join(sorted(lexicon().places, key=len, reverse=True))
    return re.compile(
        rf"(?P<plain>{any_of('harmless')})|(?P<number>{NUMBER})|(?P<role>{any_of('role')})|(?P<unit>{_UNIT})|(?P<place>{places})|"
        rf"(?P<scope>{any_of('scope')})|(?P<negation>{any_of('negation')})|(?P<strength>{any_of('strength')})|"
        rf"(?P<direction>{any_of('direction')})|(?P<subject>{any_of('subject')})|(?P<other>[A-Za-z]+|[\u4e00-\u9fff])|(?P<stop>.)", re.DOTALL)


@lru_cache(maxsize=512)
def split(text: str) -> tuple[Token, ...]:
    """Tokens as (word, class), punctuation as (mark, 'stop')."""
    return tuple((found.group(0), found.lastgroup or "other") for found in _tokens().finditer(text))
