"""Where numbered units begin: heading marks of Chinese official documents, also those glued to the line before.

Schemes, from outer to inner: 第一章, 第一节, 一、, 第一条, （一）, 1., （1）, ①, -- . Which of them a plan uses, and whether
numbering runs on or restarts, differs from plan to plan; `tree` only relies on their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.numerals import number_of

Scheme = Literal["chapter", "part", "han", "paren_han", "article", "box", "arabic", "paren_arabic", "circled", "dash"]
ORDER: tuple[Scheme, ...] = (
    "chapter", "part", "han", "article", "paren_han", "box", "arabic", "paren_arabic", "circled", "dash",
)

_HAN = "[〇零一二三四五六七八九十百]{1,5}"
_PATTERNS: tuple[tuple[Scheme, str], ...] = (
    ("chapter", rf"(?:#+ *)?第({_HAN}|\d{{1,2}})章"),                # 第三章 强化知识产权保护 营造公平竞争市场环境
    ("part", rf"(?:#+ *)?第({_HAN}|\d{{1,2}})节"),                   # 第四节 优化知识产权同保护营商环境
    ("article", rf"第({_HAN})条(?=[ \t\u3000])"),                    # 第七条 禁止任何单位和个人实施下列…
    ("han", rf"({_HAN})、"),                                         # 二、共建任务
    ("paren_han", rf"[（(]({_HAN})[)）]"),                            # （一）强化组织领导。
    ("box", r"专栏 ?(\d{1,2})[:：  ]?"),                              # 专栏2:知识产权保护体系建设 |
    ("arabic", r"(\d{1,2}) ?[.．﹒、](?!\d)"),                        # 6﹒促进区域知识产权运营协作。
    ("paren_arabic", r"[（(](\d{1,2})[)）](?=[^、，,。)）]{2})"),      # （1）建立…
    ("circled", r"([①②③④⑤⑥⑦⑧⑨⑩])"),
    ("dash", r"(--|——)(?=[^-—])"),                                  # --知识产权管理能力全面提升。
)
_MARK = {scheme: re.compile(pattern) for scheme, pattern in _PATTERNS}
_GLUED: tuple[Scheme, ...] = ("han", "paren_han", "arabic", "dash")
_ENDS_UNIT = "。)）〕】]；;！!|"


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered unit begins at `start`; its label (with brackets or dot) ends at `end`. `number` 0 for a dash."""

    scheme: Scheme
    number: int
    label: str
    start: int
    end: int
    glued: bool = False

    @property
    def rank(self) -> int:
        return ORDER.index(self.scheme)


def lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the non-blank lines of `text[start:end]`, white space at both ends left out."""
    at = start
    for line in text[start:end].split("\n"):
        stripped = line.strip()
        if stripped:
            left = at + len(line) - len(line.lstrip())
            yield left, left + len(stripped)
        at += len(line) + 1


def mark_at(text: str, at: int, end: int) -> Mark | None:
    """The mark that begins exactly at `at`, if any."""
    for scheme, pattern in _MARK.items():
        found = pattern.match(text, at, end)
        if found:
            return Mark(scheme, _value(scheme, found.group(1)), found.group(0).lstrip("# ").strip(), at, found.end())
    return None


def find_marks(text: str, regions: Iterable[tuple[int, int]]) -> list[Mark]:
    """All marks of `regions` in order: those that begin a line, and glued ones that continue their own sequence."""
    marks: list[Mark] = []
    for start, end in regions:
        for left, right in lines_of(text, start, end):
            first = mark_at(text, left, right) or _before_digit(text, left, right, marks)
            if first is not None:
                marks.append(first)
            marks.extend(_glued(text, left if first is None else first.end, right, marks))
    return marks


def _before_digit(text: str, at: int, end: int, before: Sequence[Mark]) -> Mark | None:
    """`11.121人才梯队项目。` after number 10: a number mark though a digit follows."""
    found = re.compile(r"(\d{1,2})[.．﹒]").match(text, at, end)
    last = next((mark.number for mark in reversed(before) if mark.scheme == "arabic"), None)
    if found is None or last is None or int(found.group(1)) != last + 1:
        return None
    return Mark("arabic", last + 1, found.group(0), at, found.end())


def _glued(text: str, start: int, end: int, before: Sequence[Mark]) -> list[Mark]:
    """Marks in the middle of a line: after the end of a unit, and the successor of the last one of their scheme.

    Example: `…、各区政府(管委会)配合) 13.加强知识产权公共服务。…配合)14.引导企业开展知识产权海外布局。`
    """
    last: dict[Scheme, int] = {}
    for mark in before:
        last[mark.scheme] = mark.number
        for inner in ORDER[mark.rank + 1:]:
            if mark.scheme in ("box", "article") or inner == "dash":
                last.pop(inner, None)
    found: list[Mark] = []
    at = start
    while at < end:
        if text[at - 1] in " \u3000\t" + _ENDS_UNIT and text[at] not in " \u3000\t" and _after_unit(text, start, at):
            mark = mark_at(text, at, end)
            if mark is not None and mark.scheme in _GLUED and _continues(mark, last, text, at):
                found.append(Mark(mark.scheme, mark.number, mark.label, mark.start, mark.end, glued=True))
                last[mark.scheme] = mark.number
                at = mark.end
                continue
        at += 1
    return found


def _after_unit(text: str, start: int, at: int) -> bool:
    before = text[start:at].rstrip(" \u3000\t")
    return bool(before) and before[-1] in _ENDS_UNIT


def _continues(mark: Mark, last: dict[Scheme, int], text: str, at: int) -> bool:
    if mark.scheme == "dash":
        return text[at - 1] in " \u3000\t。"
    if mark.scheme == "arabic" and mark.number == 1:
        return text[at - 1] in " \u3000\t。"
    return mark.number == last.get(mark.scheme, -1) + 1


def _value(scheme: Scheme, text: str) -> int:
    if scheme == "dash":
        return 0
    if scheme == "circled":
        return "①②③④⑤⑥⑦⑧⑨⑩".index(text) + 1
    return number_of(text)
