"""Rows of a table that shares out the work → clauses and facts: the task is the row, its other cells stand below it."""

from __future__ import annotations

from dataclasses import replace

from ingest.model import Boilerplate, CellKind, Certainty, Clause, Finding, Role, ScheduleFact, Section, UnitFact
from ingest.outline import lines_of, mark_at
from ingest.tables import Span, TaskRow, TaskTable, read_periods
from ingest.tree import Draft
from ingest.units import read_names

_UNITS: dict[str, Role] = {"lead": "lead", "support": "support", "execute": "execute", "office": "office"}
_KINDS: dict[str, CellKind] = {"goal": "goal", "time": "schedule", "period": "schedule", **dict.fromkeys(_UNITS, "units")}


class TaskFacts:
    """What came out of the rows: facts, findings, and the spans that are no clause."""

    __slots__ = ("boilerplate", "findings", "schedules", "units")

    def __init__(self) -> None:
        self.boilerplate: list[Boilerplate] = []
        self.findings: list[Finding] = []
        self.schedules: list[ScheduleFact] = []
        self.units: list[UnitFact] = []


def emit_task_table(text: str, table: TaskTable, year: int | None, draft: Draft) -> TaskFacts:
    """Writes the table's section, rows and cells into `draft`. `year` is the plan's, where it has but one."""
    facts = TaskFacts()
    place = None if table.annex else draft.section_at(table.span.start)
    parent, trail = place if place else (None, "")
    head = table.title or table.annex or Span(table.span.start, table.span.start)
    title = head.of(text)
    mark = mark_at(text, head.start, head.end)
    label = table.annex.of(text).rstrip(":： ") if table.annex and table.title and table.annex != table.title else mark.label if mark else ""
    name = title[len(mark.label):].strip() if mark else title
    key = f"{parent.id.split('#')[1]}.table" if parent else "table"
    if parent and not title:
        section = parent  # 五、任务分工: the heading above is the table's own
    else:
        section = Section(draft.fresh(key), draft.plan_id, label, name, (parent.level if parent else 0) + 1, head.start,
                          head.end, parent.id if parent else None)
        key = section.id.split("#")[1]
    path = " › ".join(part for part in (trail, f"{label} {name}".strip()) if part) or "任务分工表"
    if section is not parent:
        draft.open_section(section, table.span.start, path)
    taken = [(head.start, head.end)]
    for named, spans in (("table header", table.headers), ("category cell", table.groups)):
        facts.boilerplate += [Boilerplate(named, span.start, span.end) for span in spans]
        taken += [(span.start, span.end) for span in spans]
    for n, row in enumerate(table.rows, 1):
        taken += _emit_row(text, row, f"{key}.{row.number or n}", section, path, year, draft, facts)
    at = table.span.start
    for start, end in [*sorted(taken), (table.span.end, table.span.end)]:
        if start > at:
            facts.boilerplate += (Boilerplate("table mark", a, b) for a, b in lines_of(text, at, start))
        at = max(at, end)
    return facts


def _emit_row(text: str, row: TaskRow, key: str, section: Section, path: str, year: int | None, draft: Draft,
              facts: TaskFacts) -> list[tuple[int, int]]:
    roles = ("task", "measure", "goal", "other")
    body = [cell for role in roles for cell in row.cells if cell.role == role] or list(row.cells)
    main = body[0]
    sure: Certainty = "certain" if row.sure else "uncertain"
    title = main.span.of(text).split("。")[0][:60]
    trail = " › ".join(part for part in (path, row.group, f"{row.number} {title}".strip()) if part)
    ident = draft.fresh(key)
    own = ident.split("#")[1]
    draft.clauses.append(Clause(ident, draft.plan_id, section.id, "row", row.number, title, trail, main.span.of(text),
                                main.span.start, main.span.end, 0, certainty=sure))
    taken = [(main.span.start, main.span.end)]
    for cell in row.cells:
        if cell is main or cell.role == "group":
            continue
        taken.append((cell.span.start, cell.span.end))
        if cell.role == "number":
            facts.boilerplate.append(Boilerplate("row number", cell.span.start, cell.span.end))
            continue
        kind = _KINDS.get(cell.role, "measure")
        name = {"time": "schedule", "period": "schedule", "other": "note"}.get(cell.role, cell.role)
        child = draft.fresh(f"{own}.{name}")
        draft.clauses.append(Clause(
            child, draft.plan_id, section.id, "cell", cell.label if kind == "schedule" else "", "",
            f"{trail} › {cell.label or '单元格'}", cell.span.of(text), cell.span.start, cell.span.end, 0, ident, kind, None, sure))
        if kind == "units":
            facts.units += (replace(fact, certainty=sure) for fact in read_names(
                child, cell.span.of(text), cell.span.start, _UNITS[cell.role], cell.label))
        elif kind == "schedule":
            facts.schedules += _times(text, cell.role, cell.label, cell.span, child, year, sure)
    if not row.sure:
        facts.findings.append(Finding(
            "warning", "uncertain cell", f"第{key.rsplit('.', 1)[-1]}行“{title[:20]}”：单元格数与表头不符，按内容和先后对应",
            main.span.start, main.span.end))
    return taken


def _times(text: str, role: str, label: str, span: Span, clause_id: str, year: int | None, sure: Certainty
           ) -> list[ScheduleFact]:
    """The times of a cell; under a column that is itself a time (第一季度) that is when."""
    periods = [(p.label, p.quarters, p.year) for p in
               (read_periods(label, 0, len(label)) if role == "period" else read_periods(text, span.start, span.end))]
    return [
        ScheduleFact(clause_id, name, span.start, span.end, quarters, None, own or (year if quarters else None),
                     sure if own or not (year and quarters) or sure != "certain" else "inferred")
        for name, quarters, own in periods
    ]
