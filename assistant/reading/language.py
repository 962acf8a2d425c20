"""The forms a question comes in (width, traditional, Cantonese-coloured, English) → simplified Chinese words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from assistant.lexicon import lexicon
from assistant.reading.pinyin import place_of
from ingest.repair.script import is_traditional, simplified

LETTERS = re.compile(r"[A-Za-z]{2,}")
_MONEY = re.compile(r"(?:RMB|CNY|¥)\s?(\d[\d,]*(?:\.\d+)?)(\s?million|\s?billion)?|(\d[\d,]*(?:\.\d+)?)(\s?million|\s?billion)?\s?(?:yuan|RMB)", re.IGNORECASE)
_WHOLE_WORD = r"(?=s?(?:[^a-z]|$))"
_COMMON = frozenset({"IP", "IPR", "US", "RMB", "SME", "SMEs", "AI", "OK", "OR", "AND", "THE", "IS"})


def normalise(text: str) -> str:
    """Width unified, white space folded, Cantonese particles and traditional characters in ordinary simplified form."""
    text = text.encode("utf-8", "ignore").decode("utf-8")       # half of a surrogate pair breaks the encoder
    text = unicodedata.normalize("NFKC", text).replace("\u200b", "")
    text = re.sub(r"\s+", " ", text).strip()
    if is_traditional(text) or any(word in text for word, _ in lexicon().cantonese if simplified(word[0]) != word[0]):
        for word, plain in lexicon().cantonese:
            text = text.replace(word, plain)
        text = "".join(simplified(char) for char in text)
    for word, plain in lexicon().cantonese:
        if len(word) > 1:
            text = text.replace(word, plain)
    return re.sub(r"(?<![\u4e00-\u9fff])边(?=[两几家份条年位一二三四五六七八九十])|(?<=[由在係是喺])边(?=[两几家份条年位一二三四五六七八九十])", "哪", text)


def _yuan(match: re.Match[str]) -> str:
    """RMB 500,000 as the plans write it: 50万元."""
    amount = float((match.group(1) or match.group(3)).replace(",", "")) * {"million": 1e6, "billion": 1e9}.get(
        (match.group(2) or match.group(4) or "").strip().lower(), 1)
    size, word = (1e8, "亿元") if amount >= 1e8 else (1e4, "万元") if amount >= 1e4 else (1, "元")
    return f" {amount / size:g}{word} "


def in_chinese(text: str) -> str:
    """An earlier turn in Chinese words, if it was in English."""
    return translate(text) if len("".join(LETTERS.findall(text))) > 2 * len(re.findall(r"[\u4e00-\u9fff]", text)) else text


@cache
def _english() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The English words of the lexicon as patterns, the longest first; a short one only as a whole word."""
    return tuple((re.compile(rf"(?<![a-z]){re.escape(word)}{_WHOLE_WORD if len(word) <= 4 else ''}"), chinese)
                 for word, chinese in lexicon().english)


def translate(text: str) -> str:
    """Chinese words for the English ones the lexicon knows and for places in pinyin, in order; Chinese and numbers stay."""
    text = _MONEY.sub(_yuan, text)
    lower = text.lower()
    found: list[tuple[int, str]] = []
    taken: list[tuple[int, int]] = []
    for pattern, chinese in _english():
        for match in pattern.finditer(lower):
            if not any(a < match.end() and match.start() < b for a, b in taken):
                taken.append(match.span())
                found.append((match.start(), chinese))
    for match in re.finditer(r"[A-Z][a-z]+", text):
        if not any(a < match.end() and match.start() < b for a, b in taken) and (place := place_of(match.group(0))):
            found.append((match.start(), place))
    found += [(m.start(), m.group(0)) for m in re.finditer(r"[\u4e00-\u9fff]+|\d[\d.]*(?:万|亿)?元?|\b[A-Z]{2,}\b", text) if m.group(0) not in _COMMON]
    return " ".join(word for _, word in sorted(found))
