"""Pinyin that a web page put in brackets behind characters: 區(qū)縣, 知識(shí)產(chǎn)權(quán), 關(guan) 鍵."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from ingest.repair.draft import Draft, Edit, apply
from ingest.repair.script import HANZI, simplified

# `支持西部科學城重慶高新區(qū)高標準建設` and not `獲獎發(fā)明人(設計人)`, `知識產權強區(qū)(縣)`, `(PCT)`, `(2022)`.
BRACKETED = re.compile(r"[(（]([a-zü\u00e0-\u00fc\u0101-\u01dc\u0300-\u030c]{1,8})[)）]")
MARKS = "\u0300\u0301\u0304\u030c"


@lru_cache(maxsize=1)
def _readings() -> dict[str, frozenset[str]]:
    """Syllable without tone → the characters it can be a reading of, from data/pinyin.txt."""
    lines = files("ingest").joinpath("data/pinyin.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ") for line in lines if not line.startswith("#"))
    return {syllable: frozenset(chars) for syllable, chars in pairs}


def syllables() -> frozenset[str]:
    """Every toneless syllable that is the reading of some character."""
    return frozenset(_readings())


def characters(syllable: str) -> frozenset[str]:
    """The characters that a toneless syllable can be a reading of."""
    return _readings().get(syllable, frozenset())


def reads(char: str, syllable: str) -> bool:
    """Whether `syllable`, with tone mark or without, is a reading of the character or of its simplified form."""
    chars = _readings().get(_bare(syllable), frozenset())
    return char in chars or simplified(char) in chars


def alike(one: str, other: str) -> bool:
    """Whether two characters can sound the same, tone aside."""
    return any(one in chars and other in chars for chars in _readings().values())


def _bare(syllable: str) -> str:
    plain = "".join(mark for mark in unicodedata.normalize("NFD", syllable) if mark not in MARKS)
    plain = unicodedata.normalize("NFC", plain)
    return re.sub("^([ln])(?:v|u:)", "\\1ü", plain)


def mend_pinyin(draft: Draft) -> Draft:
    """The text without syllables that repeat the reading of the character before them.

    A single letter without a tone, as in 金额(e), is taken for pinyin only where the document has other pinyin too.
    """
    found = list(_edits(draft.text))
    sure = [edit for edit in found if not _bare_letter(draft.text[edit.start : edit.end])]
    return apply(draft, found if sure else sure)


def _bare_letter(bracketed: str) -> bool:
    inner = bracketed.strip()[1:-1]
    return len(inner) == 1 and inner.isascii()


def _edits(text: str) -> Iterator[Edit]:
    last, done = "", -1  # the last character that stays, where the pinyin behind it ends: 區(qū)(qū) loses both
    for match in BRACKETED.finditer(text):
        start, end = match.span()
        if start != done:
            last = text[start - 1] if start else ""
        if not last or not HANZI.match(last) or not reads(last, match[1]):
            continue
        if match[1].isascii() and text[end : end + 1] == " " and HANZI.match(text[end + 1 : end + 2]):
            end += 1  # 關(guan) 鍵: the toneless kind brings a space along
        yield Edit(start, end, "", (), "pinyin")
        done = end
