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
_CIRCLED = re.compile(r"(?<!第)[①-⑳](?![项条款点个])")
"""Counts the parts of a question (①投入强度；②占比), and is no number of it."""
_PLAIN = frozenset(
    "裡裏們個這麼誰嗎點樣邊幾對應該負責領導單項務條規劃計畫權產業標專視會說請問關於給錢報辦機構開時間從"
    "後還買賣區縣廳處協參與評級課師學總經費補貼資獎勵訴維護聯絡話寫")
"""Traditional characters that no simplified text has, changed beside simplified names too."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff，。？！、；：])|(?<=[，。？！、；：]) (?=[\u4e00-\u9fff])")
_BETWEEN = re.compile(r" (?![A-Za-z])|(?<![A-Za-z]) ")
_BIT = r"(?:一下|下(?![一个季条面半]))"
_PLEASE = (r"(?:(?:各位)?(?:老师|领导|同志|客服|师傅|大哥|大姐|专家)们?(?:[您你]?好|(?=[，,。！! ]))|[您你]们?好|早上好|上午好|下午好|晚上好|在吗|"
           rf"打扰(?:{_BIT}|了)?|我?们?(?:想|要|再)(?:请?问|请教|咨询|打听|了解)(?:{_BIT}|问题|个事|件事|个问题)?|请问{_BIT}?|"
           rf"麻烦(?:[您你]们?)?(?:问|告诉|告知)(?:{_BIT}|我们?)*|劳驾|请教{_BIT}?|问(?:{_BIT}|个事|个问题))")
_OPENING = re.compile(rf"^(?:{_PLEASE}[，,。！!：:；;~～ ]*)+(?!的)")
_THANKS = (r"(?:非常|万分|先|真的?|多)?(?:感谢|谢谢|谢)(?:[您你]们?|了|啦|先|老师|解答|指教)*|多谢|辛苦(?:[您你]|了)*|拜托(?:了|啦)?|"
           r"(?:很|挺|比较|有点)?(?<![应紧着救特加])急+(?:等|用|需|的)?|在线等|等[着你您](?:回复|回答|答复)?|"
           r"[盼望请求](?:回复|告知|解答|答复|指教)|好人一生平安")
_CLOSING = re.compile(rf"(?:[，,。！!；;～~ ]*(?:{_THANKS})[，,。！!；;～~ ]*)+$")
ASKED = 3
"""A question has at least so many characters beside courtesy."""
_WHOLE_WORD = r"(?=s?(?:[^a-z]|$))"
_COMMON = frozenset({"IP", "IPR", "US", "RMB", "SME", "SMEs", "AI", "OK", "OR", "AND", "THE", "IS"})


def normalise(text: str) -> str:
    """Width unified, white space folded, Cantonese particles and traditional characters in ordinary simplified form."""
    text = text.encode("utf-8", "ignore").decode("utf-8")       # half of a surrogate pair breaks the encoder
    text = unicodedata.normalize("NFKC", _CIRCLED.sub("；", text)).replace("\u200b", "")
    text = unspaced(re.sub(r"\s+", " ", text).strip())
    if is_traditional(text) or any(word in text for word, _ in lexicon().cantonese if simplified(word[0]) != word[0]):
        for word, plain in lexicon().cantonese:
            text = text.replace(word, plain)
        text = "".join(simplified(char) for char in text)
    for word, plain in lexicon().cantonese:
        if len(word) > 1:
            text = text.replace(word, plain)
    text = "".join(simplified(char) if char in _PLAIN else char for char in text)
    return re.sub(r"(?<![\u4e00-\u9fff])边(?=[两几家份条年位一二三四五六七八九十])|(?<=[由在係是喺到])边(?=[两几家份条年位一二三四五六七八九十])", "哪", text)


def without_courtesy(text: str) -> str:
    """Without what a question opens and closes with out of politeness (老师好，请问…谢谢), unless that is all of it."""
    plain = _CLOSING.sub("", _OPENING.sub("", text))
    return plain if len(plain) >= ASKED else text


def unspaced(text: str) -> str:
    """Text with a space after almost every character (copied from a PDF) without these; key words keep theirs."""
    han = len(_HAN.findall(text))
    return _BETWEEN.sub("", text) if han > 2 and 2 * len(_SPACED.findall(text)) > han else text


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
