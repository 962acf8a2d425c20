"""Where numbered units begin: heading marks of Chinese official documents, also those glued to the line before.

Schemes, from outer to inner: 第一章, 第一节, 一、, 第一条, （一）, 1., （1）, ①, -- . Which of them a plan uses, and whether
numbering runs on or restarts, differs from plan to plan; `tree` only relies on their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
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
_BLANK = " \u3000\t"
_MAY_BEGIN = re.compile(rf"(?<=[{_BLANK}{re.escape(_ENDS_UNIT)}])[〇零一二三四五六七八九十百（(\d—-]")
_FIRST_BELOW = re.compile(r"[^。；;，,：:（()）\n]{2,30}(?=[（(]一[)）])")
_NUMBERED = re.compile(r"(\d{1,2})[.．﹒]")


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
    while at < end:
        until = text.find("\n", at, end)
        until = end if until < 0 else until
        line = text[at:until]
        stripped = line.strip()
        if stripped:
            left = at + len(line) - len(line.lstrip())
            yield left, left + len(stripped)
        at = until + 1


def line_end(text: str, at: int) -> int:
    """Where the line that holds `at` ends."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


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
    last: dict[Scheme, int] = {}
    for start, end in regions:
        for left, right in lines_of(text, start, end):
            first = mark_at(text, left, right) or _before_digit(text, left, right, last)
            at = left
            while first is not None:
                marks.append(first)
                _remember(first, last)
                at = first.end
                first = _nested(text, first, right)
            marks.extend(_glued(text, at, right, last))
    return marks


def _nested(text: str, mark: Mark, end: int) -> Mark | None:
    """`一、总体要求（一）指导思想。…`: the first unit below a heading on the heading's own line."""
    found = _FIRST_BELOW.match(text, mark.end, end) if mark.scheme == "han" else None
    inner = mark_at(text, found.end(), end) if found else None
    return replace(inner, glued=True) if inner and inner.scheme == "paren_han" else None


def _remember(mark: Mark, last: dict[Scheme, int]) -> None:
    """The latest number of each scheme; below a box or an article numbering begins anew."""
    last[mark.scheme] = mark.number
    for inner in ORDER[mark.rank + 1:]:
        if mark.scheme in ("box", "article") or inner == "dash":
            last.pop(inner, None)


def _before_digit(text: str, at: int, end: int, last: Mapping[Scheme, int]) -> Mark | None:
    """`11.121人才梯队项目。` after number 10: a number mark though a digit follows."""
    found = _NUMBERED.match(text, at, end)
    if found is None or int(found.group(1)) != last.get("arabic", -1) + 1:
        return None
    return Mark("arabic", int(found.group(1)), found.group(0), at, found.end())


def _glued(text: str, start: int, end: int, last: dict[Scheme, int]) -> list[Mark]:
    """Marks in the middle of a line: after the end of a unit, and the successor of the last one of their scheme.

    Example: `…、各区政府(管委会)配合) 13.加强知识产权公共服务。…配合)14.引导企业开展知识产权海外布局。`
    """
    found: list[Mark] = []
    for place in _MAY_BEGIN.finditer(text, start, end):
        at = place.start()
        if (found and at < found[-1].end) or not _after_unit(text, start, at):
            continue
        mark = mark_at(text, at, end)
        if mark is not None and mark.scheme in _GLUED and _continues(mark, last, text, at):
            while mark is not None:
                found.append(replace(mark, glued=True))
                _remember(mark, last)
                mark = _nested(text, mark, end)
    return found


def _after_unit(text: str, start: int, at: int) -> bool:
    while at > start and text[at - 1] in _BLANK:
        at -= 1
    return at > start and text[at - 1] in _ENDS_UNIT


def _continues(mark: Mark, last: Mapping[Scheme, int], text: str, at: int) -> bool:
    if mark.scheme == "dash" or (mark.scheme == "arabic" and mark.number == 1):
        return text[at - 1] in _BLANK + "。"
    return mark.number == last.get(mark.scheme, -1) + 1


def _value(scheme: Scheme, text: str) -> int:
    if scheme == "dash":
        return 0
    if scheme == "circled":
        return "①②③④⑤⑥⑦⑧⑨⑩".index(text) + 1
    return number_of(text)
