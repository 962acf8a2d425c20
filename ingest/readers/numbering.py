"""The automatic numbers of a Word file, which are not in its text: 一、 （一） 1. 第一章."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_DIGITS = "〇一二三四五六七八九"
_CHINESE = ("chineseCounting", "chineseCountingThousand", "ideographTraditional", "japaneseCounting", "taiwaneseCounting",
            "taiwaneseCountingThousand", "chineseLegalSimplified")  # fmt: skip
_DEEPEST = 9


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str


@dataclass(slots=True)
class Numbering:
    """Counts through one document: ask `next` for each paragraph in order."""

    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Any) -> Numbering:
        """The definitions of a document; of one without any, a Numbering that gives ''."""
        found = cls()
        part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None)
        if part is None:
            return found
        root = part.element
        for abstract in root.iter(qn("w:abstractNum")):
            for level in abstract.iter(qn("w:lvl")):
                key = (abstract.get(qn("w:abstractNumId")), _int(level.get(qn("w:ilvl"))))
                found.levels[key] = _Level(_int(_value(level, "w:start") or "1"), _value(level, "w:numFmt"), _value(level, "w:lvlText"))
        for num in root.iter(qn("w:num")):
            number = num.get(qn("w:numId"))
            found.lists[number] = _value(num, "w:abstractNumId")
            for override in num.iter(qn("w:lvlOverride")):
                if start := _value(override, "w:startOverride"):
                    found.restarts[number, _int(override.get(qn("w:ilvl")))] = _int(start)
        for style in document.styles.element.iter(qn("w:style")):
            if (marks := style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")) is not None:
                found.styles[style.get(qn("w:styleId"))] = (_value(marks, "w:numId"), _int(_value(marks, "w:ilvl") or "0"))
        return found

    def next(self, paragraph: Any) -> str:
        """The number that Word shows before this paragraph, '' where it shows none or only a bullet."""
        number, depth = self._place(paragraph)
        abstract = self.lists.get(number, "")
        level = self.levels.get((abstract, depth))
        if level is None or depth >= _DEEPEST:
            return ""
        counts = self.counts.setdefault(abstract, [0] * _DEEPEST)
        restart = self.restarts.pop((number, depth), None)
        first = level.start if restart is None else restart
        counts[depth] = first if restart is not None or counts[depth] == 0 else counts[depth] + 1
        counts[depth + 1 :] = [0] * (_DEEPEST - depth - 1)
        if level.form in ("bullet", "none", ""):
            return ""
        shown = re.sub(r"%(\d)", lambda found: self._shown(abstract, int(found[1]) - 1, counts), level.text)
        return shown + " " if shown[-1:].isdigit() else shown

    def _place(self, paragraph: Any) -> tuple[str, int]:
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        number, depth = self.styles.get(style.get(qn("w:val")) if style is not None else "", ("", 0))
        if own is not None:
            number, depth = _value(own, "w:numId") or number, _int(_value(own, "w:ilvl") or str(depth))
        return number, depth

    def _shown(self, abstract: str, depth: int, counts: list[int]) -> str:
        level = self.levels.get((abstract, depth))
        return _formatted(counts[depth] or (level.start if level else 1), level.form if level else "decimal")


def _formatted(value: int, form: str) -> str:
    if form in _CHINESE:
        return chinese(value)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if form in ("lowerLetter", "upperLetter") and 1 <= value <= 26:
        return chr((97 if form == "lowerLetter" else 65) + value - 1)
    if form in ("lowerRoman", "upperRoman") and 1 <= value < 40:
        roman = "X" * (value // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[value % 10]
        return roman.lower() if form == "lowerRoman" else roman
    return f"{value:02d}" if form == "decimalZero" else str(value)


def chinese(value: int) -> str:
    """1–999 in Chinese: 十二, 二十, 一百零五; digits beyond that."""
    if not 0 < value < 1000:
        return str(value)
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def _value(node: Any, tag: str) -> str:
    found = node.find(qn(tag))
    return (found.get(qn("w:val")) or "") if found is not None else ""


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
