"""Cells of a flattened indicator table, between `|`, tabs or line breaks; what a header cell means; forms of values."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.tables.spans import Span, trim

_ROLES: tuple[tuple[str, str], ...] = (
    ("category", "类别|分类|类型|领域|一级指标|指标类别"),
    ("number", "序号|编号"),
    ("name", "指标名称|指标|主要指标|具体指标|二级指标|指标内容|名称"),
    ("units", "牵头单位|责任单位|牵头部门|责任部门|主责单位|负责部门|负责单位"),
    ("measure", "单位|计量单位|指标单位"),
    ("nature", "属性|指标属性|性质|指标性质|指标类型"),
    ("other", "年均增长|年均增速|年均增长率|累计|备注"),
    # 2020年实现数, 2025年目标数, 2020年, 目标值
    ("target", "(?:到)?(?:20\\d\\d)?年?(?:目标数|目标值|目标|预期目标|预期值|规划目标|规划值)"),
    ("base", "(?:20\\d\\d)?年?(?:实现数|实现值|实际数|实际值|完成数|完成值|基数|基期值?|基准值|现状值|现状|基础值)"),
    ("year", "20\\d\\d年?(?:数值|数|值)?"),
)
_ROLE = tuple((role, re.compile(pattern)) for role, pattern in _ROLES)
_YEAR = re.compile(r"20\d\d")
_HEADING = re.compile(r"第[〇零一二三四五六七八九十百\d]{1,4}[章节]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]")
_RULER = re.compile(r"[ \t|:\-—]*-{2,}[ \t|:\-]*")
# 12以上, 15左右, 0.93*, 26.69, [80], ≥98%, 超过30, —
_VALUE = re.compile(
    r"[*＊※\[［【〔(（]?(?:[≥≤>＞<＜~～]|大于|小于|超过|达到|不低于|约)*[-+]?\d[\d.,]*(?:[%％‰]|[万亿]?[件个家元人项户枚次]?)"
    r"(?:以上|以下|左右|以内)?[*＊※#\]］】〕)）]*|[-—－–/]{1,2}"
)
STARS = "*＊※#"


@dataclass(frozen=True, slots=True)
class Column:
    """What a header cell stands for and the year it names."""

    role: str
    year: int | None
    span: Span


def cells_of(text: str, start: int, end: int) -> list[list[Span]]:
    """The cells of every non-blank line, empty ones kept; the outer pipes of `| a | b |` make none, rulers neither."""
    lines: list[list[Span]] = []
    at = start
    for line in text[start:end].split("\n"):
        if line.strip() and not _RULER.fullmatch(line.strip()):
            lines.append(_line_cells(text, trim(text, at, at + len(line))))
        at += len(line) + 1
    return lines


def _line_cells(text: str, line: Span) -> list[Span]:
    at = line.start + 1 if text[line.start] == "|" else line.start
    stop = line.end - 1 if text[line.end - 1] == "|" and line.end > at else line.end
    cells: list[Span] = []
    for part in re.split(r"[|\t]", text[at:stop]):
        cells.append(trim(text, at, at + len(part)))
        at += len(part) + 1
    return cells


def filled(cells: list[Span]) -> list[Span]:
    """The cells that are not empty."""
    return [cell for cell in cells if cell.start < cell.end]


def column_of(text: str, cell: Span) -> Column | None:
    """What a header cell stands for; None if it is no header cell of this family."""
    words = re.sub(r"[（(][^（）()]*[)）]$", "", "".join(cell.of(text).split()).strip("*"))
    for role, pattern in _ROLE:
        if pattern.fullmatch(words):
            year = _YEAR.search(words)
            return Column(role, int(year[0]) if year else None, cell)
    return None


def is_value(cell: str) -> bool:
    """Whether a cell can be a base or target value: `26.69`, `15左右`, `0.93*`, `—`, `≥98%`."""
    return _VALUE.fullmatch(cell) is not None


def fits(role: str, cell: str, number: int | None) -> bool:
    """Whether a cell has the form of its column; `number` is the row's own, None where any will do."""
    if role == "number":
        bare = cell.rstrip(".．、")
        return bare.isdigit() if number is None else bare == str(number)
    if role in ("base", "target"):
        return not cell or is_value(cell)
    if role == "measure":  # %, 万件, 亿元, 件/万人
        return not cell or (len(cell) <= 10 and re.search(r"^\d|\d{2,}|[、，,。]", cell) is None)
    if role == "units":
        return not cell or (len(cell) > 1 and not is_value(cell))
    if role == "category":
        return not is_value(cell) and not opens_notes(cell)
    return role != "name" or (bool(cell) and not is_value(cell) and not opens_notes(cell))


def opens_notes(cell: str) -> bool:
    """Whether a cell is the beginning of the notes: `注:1.每万人口…`, not `注册商标量`."""
    return re.match(r"(?:备注|说明|注)\s*(?:[:：]|\d[.．、])", cell) is not None


def is_heading(line: str) -> bool:
    """Whether a line above a table is a heading of the plan itself (`二、主要指标`) and not the table's own title."""
    return _HEADING.match(line) is not None


def bare_value(cell: str) -> tuple[str, bool]:
    """A value without its star, and whether it had one: `0.93*` → `0.93`, True."""
    return cell.strip(STARS + " "), any(star in cell for star in STARS)


def separators_of(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Every `|` of the range and the rulers `|---|:--:|`."""
    found: list[Span] = []
    at = start
    for line in text[start:end].split("\n"):
        if _RULER.fullmatch(line.strip()):
            found.append(trim(text, at, at + len(line)))
        else:
            found.extend(Span(at + place, at + place + 1) for place, char in enumerate(line) if char == "|")
        at += len(line) + 1
    return tuple(found)
