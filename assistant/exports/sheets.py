"""Tables as CSV and XLSX that open in Excel as they are, and run nothing there.

A cell of a plan may begin with `-` (`--知识产权管理能力全面提升`) or, in a plan somebody adds, with `=`: spreadsheets would
take it for a formula, so CSV puts an apostrophe before it and XLSX stores it as text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.contract.fact_schemas import IndicatorOut, MatrixOut, NamingOut, Placed, ScheduleOut, UnitOut
from assistant.contract.fact_views import ROLES
from assistant.render import PERIODS

NOTE = "由程序从规划原文自动抽取，仅供查阅，以规划原文为准"
BOM = "\ufeff"
_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\\/*?:\[\]]")

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a line of labels. `name` is that of the sheet."""

    name: str
    labels: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def to_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, lines ended by CRLF, one line of labels."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.labels)
    writer.writerows([_disarmed(cell) for cell in row] for row in table.rows)
    return (BOM + out.getvalue()).encode()


def _disarmed(cell: Cell) -> Cell:
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.match(cell):
        return "'" + cell
    return cell


def to_xlsx(tables: Sequence[Table], title: str) -> bytes:
    """A workbook with one sheet a table; strings are strings, whatever they begin with."""
    from openpyxl import Workbook  # half a second to import, wanted by few
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = "知识产权规划问答"
    book.properties.description = NOTE
    used: set[str] = set()
    for table in tables:
        sheet = book.create_sheet(_sheet_name(table.name, used))
        sheet.freeze_panes = "B2"
        for column, label in enumerate(table.labels, 1):
            sheet.column_dimensions[get_column_letter(column)].width = min(max(len(label) * 2, 12), 40)
        for number, row in enumerate((table.labels, *table.rows)):
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", value)[:32_767] if isinstance(value, str) else value)
                if isinstance(value, str):
                    cell.data_type = "s"
                cell.alignment = Alignment(vertical="top", wrap_text=True)
                if not number:
                    cell.font = Font(bold=True)
                cells.append(cell)
            sheet.append(cells)
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.labels))}{len(table.rows) + 1}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(name: str, used: set[str]) -> str:
    """At most 31 characters, none of `\\ / * ? : [ ]`, and another one each time."""
    plain = _SHEET_NAME.sub("", name)[:28] or "表"
    unique = plain
    while unique in used:
        unique = f"{plain}~{len(used)}"
    used.add(unique)
    return unique


def unit_table(units: Iterable[UnitOut]) -> Table:
    """One row each place where a unit is named."""
    return naming_table(naming for unit in units for naming in unit.namings)


def naming_table(namings: Iterable[NamingOut]) -> Table:
    """One row each naming of a unit."""
    rows = tuple((each.unit, ROLES[each.role], each.word, "是" if each.complete else "否，原文名单被截断", *_place(each))
                 for each in namings)
    return _table("单位明细", ("单位", "角色", "原文用语", "名单完整"), rows)


def indicator_table(indicators: Iterable[IndicatorOut]) -> Table:
    """One row a target."""
    rows = tuple((each.number, each.name, each.base_year, each.base_value, each.target_year, each.value, each.measure,
                  each.nature, "、".join(each.units), "；".join(each.notes), *_place(each)) for each in indicators)
    return _table("指标", ("序号", "指标", "基期年", "基期值", "目标年", "目标值", "计量单位", "属性", "责任单位", "备注"), rows)


def schedule_table(entries: Iterable[ScheduleOut]) -> Table:
    """One row a date."""
    rows = tuple((each.year, "、".join(f"第{quarter}季度" for quarter in each.quarters), each.stage, each.label,
                  "、".join(each.units), "原文写明" if each.certainty == "certain" else "由程序推定", each.row_id,
                  *_place(each)) for each in entries)
    return _table("进度", ("年份", "季度", "阶段", "原文时间", "责任单位", "确定程度", "所属条款"), rows)


def matrix_tables(matrix: MatrixOut) -> list[Table]:
    """A grid for each plan: a row a clause, a column a unit, the roles where they meet."""
    tables = []
    for plan_id in dict.fromkeys(row.plan_id for row in matrix.rows):
        cells = [cell for cell in matrix.cells if cell.plan_id == plan_id]
        units = list(dict.fromkeys(cell.unit for cell in cells))
        met: dict[tuple[str, str], list[str]] = {}
        quotes: dict[str, list[str]] = {}
        for cell in cells:
            met.setdefault((cell.row_id, cell.unit), []).append(ROLES[cell.role])
            quotes.setdefault(cell.row_id, []).append(cell.quote)
        rows = tuple((row.row_id, row.plan_title, _period(row.period_status), row.label, row.path,
                      *("、".join(dict.fromkeys(met.get((row.row_id, unit), ()))) for unit in units),
                      "\n".join(dict.fromkeys(quotes[row.row_id])), NOTE)
                     for row in matrix.rows if row.plan_id == plan_id)
        tables.append(Table(plan_id, ("条款编号", "规划", "规划状态", "条款", "位置", *units, "原文引语", "说明"), rows))
    return tables


def about_table(matrix: MatrixOut, today: date) -> Table:
    """Where a workbook comes from and what it is."""
    plans = dict.fromkeys((row.plan_title, row.period_status) for row in matrix.rows)
    rows: list[tuple[Cell, ...]] = [("说明", NOTE), ("导出日期", today.isoformat())]
    rows += [("规划", f"《{title}》（{_period(status)}）") for title, status in plans]
    return Table("说明", ("项目", "内容"), tuple(rows))


def _table(name: str, labels: Sequence[str], rows: tuple[tuple[Cell, ...], ...]) -> Table:
    return Table(name, (*labels, "规划", "规划状态", "条款编号", "位置", "原文引语", "说明"), rows)


def _place(fact: Placed) -> tuple[Cell, ...]:
    return fact.plan_title, _period(fact.period_status), fact.clause_id, fact.path, fact.quote, NOTE


def _period(status: str) -> str:
    return PERIODS.get(status, status)
