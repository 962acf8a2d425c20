"""What a time cell says: months, quarters, deadlines, as written and as the quarters they cover."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.numerals import number_of
from ingest.tables.spans import Span, trim

_DASH = r"\s*(?:-{1,2}|—{1,2}|[–－~～至到、])\s*"
# 1-3月, 3月底前, 2025年12月底前, 第二--四季度, 2024年第1季度, 上半年, 全年, 2025年底前, 2023年启动，2025年完成
_PERIOD = re.compile(
    rf"(?:(?P<year>20\d\d)\s*年\s*)?(?:(?P<month>1[0-2]|[1-9])(?:月?{_DASH}(?P<until>1[0-2]|[1-9]))?月(?:份|底|末|上旬|中旬|下旬|\d{{1,2}}日)?"
    rf"(?:之?前|以前)?|第?(?P<first>[一二三四1-4])(?:季度)?(?:{_DASH}第?(?P<last>[一二三四1-4]))?季度(?:末|底)?(?:前)?"
    rf"|(?P<half>[上下])半年|(?P<whole>全年|(?:年|(?<=年))(?:[底末]前?|内)))"
    rf"|(?P<only>20\d\d)\s*年(?:底|末|内)?(?:之?前)?(?:启动|完成)?"
)
_MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Period:
    """One time of a cell; `quarters` is () where it names none, `year` None where it is not written."""

    label: str
    span: Span
    quarters: tuple[int, ...]
    year: int | None


def read_periods(text: str, start: int, end: int) -> tuple[Period, ...]:
    """Every time in `text[start:end]`; the whole cell as one without quarters (持续推进) where it names none."""
    found = tuple(
        Period(match.group(0), Span(match.start(), match.end()), _quarters(match), _year(match))
        for match in _PERIOD.finditer(text, start, end)
    )
    span = trim(text, start, end)
    return found or ((Period(span.of(text), span, (), None),) if span.start < span.end else ())


def is_period(label: str) -> bool:
    """Whether a header cell is itself a time: `1-3月`, `第一季度`, `上半年`."""
    return _PERIOD.fullmatch("".join(label.split())) is not None


def _year(match: re.Match[str]) -> int | None:
    named = match["year"] or match["only"]
    return int(named) if named else None


def _quarters(match: re.Match[str]) -> tuple[int, ...]:
    if match["month"]:
        first = (int(match["month"]) - 1) // _MONTHS_A_QUARTER + 1
        last = (int(match["until"]) - 1) // _MONTHS_A_QUARTER + 1 if match["until"] else first
    elif match["first"]:
        first = number_of(match["first"])
        last = number_of(match["last"]) if match["last"] else first
    elif match["half"]:
        first, last = (1, 2) if match["half"] == "上" else (3, 4)
    elif match["whole"]:
        first, last = (1, 4) if match["whole"] == "全年" else (4, 4)
    else:
        return ()
    return tuple(range(first, last + 1)) if first <= last else ()
