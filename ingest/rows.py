"""Tables → sections, clauses and facts: a row is a clause, its cells are clauses below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ingest.model import (
    Boilerplate,
    CellKind,
    Certainty,
    Clause,
    Finding,
    IndicatorFact,
    PlanMeta,
    Role,
    ScheduleFact,
    Section,
    UnitFact,
)
from ingest.numerals import number_of
from ingest.outline import lines_of, mark_at
from ingest.tables import (
    IndicatorRow,
    IndicatorTable,
    Item,
    Span,
    TaskTable,
    WorkRow,
    WorkTable,
    find_indicator_tables,
    find_task_tables,
    find_work_tables,
    read_indicator_table,
    read_work_table,
)
from ingest.task_rows import emit_task_table
from ingest.tree import Draft
from ingest.units import read_names

_CELLS: tuple[tuple[str, Role, str], ...] = (
    ("execute_span", "execute", "执行部门"), ("support_span", "support", "配合单位"), ("office_span", "office", "责任处室"),
)
_DOUBTS = {"group": "分组", "title_goal": "工作措施与工作目标的分界", "measures": "具体措施", "schedule": "进度安排",
           "units": "执行部门、配合单位与责任处室的分界", "category": "指标类别", "cells": "单元格"}


@dataclass(slots=True)
class Tables:
    """The tables of one plan and what came out of them."""

    work: list[WorkTable] = field(default_factory=list)
    indicator: list[IndicatorTable] = field(default_factory=list)
    task: list[TaskTable] = field(default_factory=list)
    regions: list[tuple[int, int]] = field(default_factory=list)
    boilerplate: list[Boilerplate] = field(default_factory=list)
    units: list[UnitFact] = field(default_factory=list)
    indicators: list[IndicatorFact] = field(default_factory=list)
    schedules: list[ScheduleFact] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def find_tables(text: str) -> Tables:
    """Every table of `text`, read; `regions` are theirs alone: what looks like a table inside another is its cells."""
    tables = Tables()

    def free(start: int, end: int) -> bool:
        return not any(start < right and left < end for left, right in tables.regions)

    for start, end in find_work_tables(text):
        with suppress(ValueError):  # a header alone is no table: its lines stay text
            tables.work.append(read_work_table(text, start, end))
            tables.regions.append((start, end))
    for start, end in find_indicator_tables(text):
        if free(start, end):
            with suppress(ValueError):
                tables.indicator.append(read_indicator_table(text, start, end))
                tables.regions.append((start, end))
    for task in find_task_tables(text):
        if free(task.span.start, task.span.end):
            tables.task.append(task)
            tables.regions.append((task.span.start, task.span.end))
    return tables


def emit_tables(text: str, tables: Tables, draft: Draft, meta: PlanMeta) -> None:
    """Writes rows and cells into `draft`, their facts and boilerplate into `tables`."""
    year = _year(meta)
    for task in tables.task:
        facts = emit_task_table(text, task, year, draft)
        tables.boilerplate += facts.boilerplate
        tables.findings += facts.findings
        tables.schedules += facts.schedules
        tables.units += facts.units
    for work in tables.work:
        _emit_work(text, work, tables, draft, year)
    for indicator in tables.indicator:
        _emit_indicators(text, indicator, tables, draft)


def _emit_work(text: str, table: WorkTable, tables: Tables, draft: Draft, year: int | None) -> None:
    tables.boilerplate += [Boilerplate("table header", s.start, s.end) for s in table.headers]
    tables.boilerplate += [Boilerplate("repeated cell", s.start, s.end) for s in table.repeats]
    sections: dict[str, Section] = {}
    for row in table.rows:
        section = sections.get(row.group_label)
        if section is None:
            key = str(number_of(re.sub(r"[（()） ]", "", row.group_label))) if row.group_label else "1"
            span = row.group_span or Span(row.title_span.start, row.title_span.start)
            section = Section(draft.fresh(key), draft.plan_id, row.group_label, row.group_title, 1, span.start, span.end)
            sections[row.group_label] = section
            draft.open_section(section, span.start, f"{row.group_label}{row.group_title}")
        elif row.group_span:
            tables.boilerplate.append(Boilerplate("repeated cell", row.group_span.start, row.group_span.end))
        _emit_row(text, row, section, tables, draft, year)


def _year(meta: PlanMeta) -> int | None:
    """The year of a plan for one year; None for a plan of several, whose table must say which."""
    start, end = meta.period_start, meta.period_end
    if start or end:
        return start.year if start and end and start.year == end.year else None
    named = set(re.findall(r"20\d\d", meta.title))
    return int(named.pop()) if len(named) == 1 else None


def _emit_row(text: str, row: WorkRow, section: Section, tables: Tables, draft: Draft, year: int | None) -> None:
    ident = draft.fresh(f"{section.id.split('#')[1]}.{row.number}")
    title = row.title.rstrip("。.")
    path = f"{section.label}{section.title} › {row.number}.{title}"
    certainty: Certainty = "uncertain" if row.uncertain else "certain"
    key = ident.split("#")[1]

    def add(name: str, span: Span, kind: CellKind, label: str, sure: bool = True, before: str | None = None) -> str:
        cell = draft.fresh(f"{key}.{name}")
        draft.clauses.append(Clause(
            cell, draft.plan_id, section.id, "cell", label, "", f"{path} › {_cell_name(kind, label)}",
            span.of(text), span.start, span.end, 0, ident, kind, before, "certain" if sure else "uncertain"))
        return cell

    draft.clauses.append(Clause(
        ident, draft.plan_id, section.id, "row", row.number, title, path, row.title_span.of(text),
        row.title_span.start, row.title_span.end, 0, certainty=certainty))
    if row.goal_span:
        add("goal", row.goal_span, "goal", "")
    for items, kind in ((row.measures, "measure"), (row.schedule, "schedule")):
        last = ""
        for n, item in enumerate(items, 1):
            name = f"m{item.label or n}" if kind == "measure" else _step_name(item, n)
            last = add(name, item.span, "measure" if kind == "measure" else "schedule", item.label, item.certain,
                       last if item.continues_previous else None)
            if kind == "schedule":
                tables.schedules.append(ScheduleFact(
                    last, item.label, item.span.start, item.span.end, item.quarters, item.stage, year,
                    "inferred" if item.certain and year else "certain" if item.certain else "uncertain"))
    _emit_units(text, row, add("units", *_units_cell(row)) if _unit_spans(row) else None, tables)
    for doubt in row.uncertain:
        tables.findings.append(Finding(
            "warning", "uncertain cell", f"第{row.number}项“{row.title}”：{_DOUBTS[doubt]}在原文中分不清，按最可能的读法处理",
            row.title_span.start, row.title_span.end))


def _cell_name(kind: CellKind, label: str) -> str:
    names: dict[CellKind, str] = {"goal": "工作目标", "measure": f"具体措施{label}", "schedule": f"进度安排·{label}",
                                  "units": "执行部门、配合单位、责任处室"}
    return names[kind]


def _step_name(item: Item, n: int) -> str:
    if item.quarters:
        return f"q{item.quarters[0]}" + (f"-{item.quarters[-1]}" if len(item.quarters) > 1 else "")
    return f"s{item.stage or n}"


def _unit_spans(row: WorkRow) -> list[Span]:
    return [span for span in (row.execute_span, row.support_span, row.office_span) if span]


def _units_cell(row: WorkRow) -> tuple[Span, CellKind, str]:
    spans = _unit_spans(row)
    return Span(min(s.start for s in spans), max(s.end for s in spans)), "units", ""


def _emit_units(text: str, row: WorkRow, cell: str | None, tables: Tables) -> None:
    if cell is None:
        return
    for name, role, word in _CELLS:
        span = getattr(row, name)
        if span:
            doubt: Certainty = "uncertain" if "units" in row.uncertain else "certain"
            tables.units += (replace(fact, certainty=doubt)
                             for fact in read_names(cell, span.of(text), span.start, role, word))


def _emit_indicators(text: str, table: IndicatorTable, tables: Tables, draft: Draft) -> None:
    place = draft.section_at(table.span.start)
    parent, trail = place if place else (None, "")
    base = parent.id.split("#")[1] + "." if parent else ""
    head = table.title_span or Span(table.span.start, table.span.start)
    title = head.of(text).rstrip(" |")
    mark = mark_at(text, head.start, head.end) if table.title_span else None
    key = f"{base}box{mark.number}" if mark and mark.scheme == "box" else f"{base}table"
    label, name = (mark.label, title[len(mark.label):].strip(" :：")) if mark else ("", title)
    if parent and not title:
        section = parent  # 二、主要指标: the heading above is the table's own
    else:
        section = Section(draft.fresh(key), draft.plan_id, label, name, (parent.level if parent else 0) + 1,
                          head.start, head.start + len(title), parent.id if parent else None)
        key = section.id.split("#")[1]
    path = " › ".join(part for part in (trail, f"{label}{name}") if part)
    if section is not parent:
        draft.open_section(section, head.start, path)
    taken = [(head.start, head.start + len(title))]
    tables.boilerplate += [Boilerplate("table header", s.start, s.end) for s in table.header_spans]
    taken += [(s.start, s.end) for s in table.header_spans]
    known: set[int] = set()
    starts = [row.cells[0].span.start for row in table.rows[1:]] + [table.span.end]
    for row, following in zip(table.rows, starts, strict=True):
        start, end = _emit_indicator(text, table, row, following, section, key, path, tables, draft)
        taken.append((start, end))
        for cell in row.cells:
            if not start <= cell.span.start < end and cell.span.start not in known:
                tables.boilerplate.append(Boilerplate("category cell", cell.span.start, cell.span.end))
                taken.append((cell.span.start, cell.span.end))
                known.add(cell.span.start)
    for n, note in enumerate(table.notes, 1):
        draft.clauses.append(Clause(
            draft.fresh(f"{key}.n{note.label or n}"), draft.plan_id, section.id, "note", note.label, "",
            f"{path} › 注{note.label}", note.span.of(text), note.span.start, note.span.end, 0))
        taken.append((note.span.start, note.span.end))
    tables.boilerplate += list(_rest(text, table, taken))


def _emit_indicator(text: str, table: IndicatorTable, row: IndicatorRow, following: int, section: Section, key: str, path: str,
                    tables: Tables, draft: Draft) -> tuple[int, int]:
    """Writes a row with what fills up its last line, before the cell that the following row begins with."""
    ident = draft.fresh(f"{key}.{row.number or row.name}")
    line = text.find("\n", row.span.end, following)
    end = row.span.end + len(text[row.span.end:line if line >= 0 else following].rstrip())
    draft.clauses.append(Clause(
        ident, draft.plan_id, section.id, "indicator", row.number, row.name, f"{path} › 指标{row.number} {row.name}",
        text[row.span.start:end], row.span.start, end, 0, certainty="uncertain" if row.uncertain else "certain"))
    if row.units_span:
        tables.units += read_names(ident, row.units_span.of(text), row.units_span.start, "lead", "牵头单位")
    notes = table.notes_of(row)
    tables.indicators.append(IndicatorFact(
        ident, row.name, row.target_value, row.measure, row.span.start, row.span.end, row.number,
        row.base_value + ("*" if row.base_starred else ""), table.base_year, table.target_year, row.nature,
        tuple(note.span.of(text) for note in notes), "uncertain" if "cells" in row.uncertain else "certain"))
    tables.findings += [
        Finding("warning", "uncertain cell", f"指标{row.number}“{row.name}”：{_DOUBTS[doubt]}在原文中分不清",
                row.span.start, row.span.end) for doubt in row.uncertain]
    return row.span.start, end


def _rest(text: str, table: IndicatorTable, taken: list[tuple[int, int]]) -> Iterator[Boilerplate]:
    """What of the table is neither title, header, row nor note: separators and the mark before the notes."""
    at = table.span.start
    for start, end in [*sorted(taken), (table.span.end, table.span.end)]:
        if start > at:
            yield from (Boilerplate("table mark", a, b) for a, b in lines_of(text, at, start))
        at = max(at, end)
