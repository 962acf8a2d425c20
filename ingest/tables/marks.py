"""Marks inside a work-plan table: header lines, group headings, row numbers, schedule labels, lists of units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.numerals import number_of
from ingest.tables.spans import Span, trim

_COLUMNS: tuple[tuple[str, str, bool], ...] = (
    ("title", "工作措施|工作任务|重点任务|主要任务|重点工作|工作内容|工作项目|任务", True),
    ("goal", "工作目标|目标要求|预期目标|目标", False),
    ("measure", "具体措施|具体举措|具体任务|主要措施|工作举措|推进措施", True),
    ("schedule", "进度安排|时间安排|时间进度|工作进度|进度要求", True),
    ("execute", "执行部门|执行单位|责任部门|责任单位|牵头部门|牵头单位", True),
    ("support", "配合单位|配合部门|协助单位|协助部门|参与单位|协作单位", False),
    ("office", "责任处室|责任科室|承办处室|具体处室", False),
)


def _spread(words: str) -> str:
    # A cell may be broken over lines: "执行\n部门 配合\n单位 责任处室".
    return "|".join(r"\s*".join(word) for word in words.split("|"))


def _header_pattern() -> str:
    parts = [r"(?:序\s*号\s+)?"]
    for at, (name, words, needed) in enumerate(_COLUMNS):
        gap = r"\s+" if at else ""
        parts.append(f"{gap}(?P<{name}>{_spread(words)})" if needed else f"(?:{gap}(?P<{name}>{_spread(words)}))?")
    return rf"^[ \t]*{''.join(parts)}[ \t]*$"


_HEADER = re.compile(_header_pattern(), re.MULTILINE)
_DOTTED = r"(?<![\d.])[1-9]\d{0,2}[ ]?[.．、﹒](?!\d)"
_BARE = r"[1-9]\d{0,2}(?=[\u4e00-\u9fff《“])(?![年月日个家项%])"
_GROUP = r"[（(](?P<label>[一二三四五六七八九十]{1,4})[)）][ \t]*(?P<title>[^\s。；;,，:：]{2,40}?)"
# "(一)完善专利法规政策\n2.加强…", "…\n3推动…", "(五)专利行政管理体系建设12.优化…", "(十三)发展知识产权服务业。30. …"
_GROUP_ROW = re.compile(rf"(?P<group>{_GROUP}。?)(?:\s*(?P<glued>{_DOTTED})|\s+(?P<bare>{_BARE}))[ \t]*")
_ROW = re.compile(rf"(?P<number>{_DOTTED})[ \t]*")
# A row without a group heading: "8.加强推进专利金融服务 开展专利质押融资和专利保险试点 1.与市财政局…", its goal perhaps
# on the next line. A line that is a whole sentence before "1." comes is a measure, not a row's title.
_FIRST_MEASURE = re.compile(r"[^\n]*?(?:[ \t]|(?<![。；;\s])\n(?:[^\n]*?[ \t])?)1[.．、﹒](?!\d)")
_MEASURE = re.compile(r"(\d{1,2})[.．、﹒](?!\d)")
# "第一季度,研究…", "第二--四季度,调研…", "第一季度:筹备…", "第四季度、验收总结阶段。", "第一阶段,明确…"
_STEP = re.compile(
    r"(?P<label>第?(?P<first>[一二三四五六])(?:[ ]?(?:-{1,2}|—{1,2}|[–～~至到、])[ ]?第?(?P<last>[一二三四五六]))?"
    r"(?P<kind>季度|阶段)|(?P<half>[上下])半年|(?P<year>全年)"
    r"|(?P<month>1[0-2]|[1-9])(?:月?[ ]?(?:-{1,2}|—{1,2}|[–～~至到])[ ]?(?P<until>1[0-2]|[1-9]))?月(?:份|底|末)?(?:之?前)?)"
    r"(?=[,，:：、。])"
)
_UNIT = re.compile(
    r"(?:局|委|委员会|办|办公室|处|处室|室|中心|协会|学会|商会|联合会|机构|部门|基地|单位|厅|部|院|所|政府|科|站|"
    r"公司|银行|大学|高校|企业|区县|科室)$"
)
_BRACKETED = re.compile(r"[（(〔〈][^（）()〔〕〈〉]*[)）〕〉]")
_FOREIGN = re.compile(
    r"[-•·●][ \t]|第[一二三四五六七八九十百]+[章节条]|[一二三四五六七八九十]{1,3}、|附件|附表|来源|抄送|主办"
)


@dataclass(frozen=True, slots=True)
class Header:
    """A header line (over one or more lines) with the columns it names, in order."""

    span: Span
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowMark:
    """Where a row, or its repetition after a page break, begins. `body` is the first offset after the number."""

    start: int
    number: str
    number_start: int
    body: int
    group: Span | None
    group_label: str
    group_title: str


@dataclass(frozen=True, slots=True)
class Step:
    """A schedule label that begins at `start`."""

    start: int
    label: str
    quarters: tuple[int, ...]
    stage: int | None


def find_headers(text: str, start: int, end: int) -> list[Header]:
    """All header lines of the range."""
    return [
        Header(trim(text, found.start(), found.end()), tuple(name for name, _, _ in _COLUMNS if found.group(name)))
        for found in _HEADER.finditer(text, start, end)
    ]


def find_header_starts(text: str) -> tuple[int, ...]:
    """Where the header lines of work-plan tables begin."""
    return tuple(header.span.start for header in find_headers(text, 0, len(text)))


def row_at(text: str, at: int, end: int) -> RowMark | None:
    """The row that begins exactly at `at` with a group heading, or with a number and its first measure after it."""
    found = _GROUP_ROW.match(text, at, end)
    if found:
        name = "glued" if found["glued"] else "bare"
        group = Span(found.start("group"), found.end("group"))
        label = text[at:found.start("title")].strip()
        return RowMark(at, _digits(found[name]), found.start(name), found.end(), group, label, found["title"])
    found = _ROW.match(text, at, end)
    if found and _FIRST_MEASURE.match(text, found.end(), end):
        return RowMark(at, _digits(found["number"]), at, found.end(), None, "", "")
    return None


def _digits(number: str) -> str:
    return number.rstrip(" .．、﹒")


def measure_at(text: str, at: int, end: int) -> int | None:
    """The number of the measure that begins at `at`: `2.根据调研情况…`, `1. 建设…`."""
    found = _MEASURE.match(text, at, end)
    return int(found[1]) if found else None


def step_at(text: str, at: int, end: int) -> Step | None:
    """The schedule step that begins at `at`."""
    found = _STEP.match(text, at, end)
    if not found:
        return None
    if found["half"]:
        return Step(at, found["label"], (1, 2) if found["half"] == "上" else (3, 4), None)
    if found["year"]:
        return Step(at, found["label"], (1, 2, 3, 4), None)
    if found["month"]:  # 1-3月，开展调研。 12月底前，总结验收。
        months = int(found["month"]), int(found["until"] or found["month"])
        return Step(at, found["label"], tuple(range((months[0] + 2) // 3, (months[1] + 2) // 3 + 1)), None)
    first = number_of(found["first"])
    last = number_of(found["last"]) if found["last"] else first
    if found["kind"] == "阶段":
        return Step(at, found["label"], (), first)
    return Step(at, found["label"], tuple(range(first, last + 1)), None) if first <= last <= 4 else None


def is_units(cell: str) -> bool:
    """Whether a cell is a list of units: `市级相关部门、各区县(自治县)知识产权局`, `局各处室、下属机构`."""
    names = _BRACKETED.sub("", cell).rstrip("、").split("、")
    return all(
        len(name) <= 30 and _UNIT.search(name) and not re.search(r"[。，,；;:：《》“”\d]", name) for name in names
    )


def is_foreign(line: str) -> bool:
    """Whether a line cannot be part of a table of this kind: `- 个人简介:(学术)`, `第三章 …`, `附件:`."""
    return _FOREIGN.match(line) is not None
