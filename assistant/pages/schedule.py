"""`/schedule`: what is due when. Rows with quarters as a chart, other deadlines as lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from assistant.knowledge import Knowledge, label_of
from assistant.model import Span
from assistant.navigation import clause_url, link, unit_url
from assistant.pages.duties import ROLES
from assistant.pages.marking import Mark, marked
from assistant.pages.shell import (
    MAX_WORDS,
    exports,
    filters,
    page,
    plan_heading,
    plan_options,
    scrolled,
    select,
    some_plans,
    text_input,
)
from assistant.render import plain
from ingest.model import Clause, PlanMeta, Role, ScheduleFact, UnitFact

QUARTERS = {1: "第一季度", 2: "第二季度", 3: "第三季度", 4: "第四季度"}
_EXCERPT = 70


@dataclass(frozen=True, slots=True)
class Step:
    """What is due in a span of quarters; in no quarter but a stage where `first` is 0."""

    fact: ScheduleFact
    clause: Clause
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Task:
    """A row of a plan with its steps and the units in it."""

    row: Clause
    steps: tuple[Step, ...]
    units: tuple[UnitFact, ...]


def schedule_page(knowledge: Knowledge, plan_id: str, quarter: int | None, unit: str) -> str:
    """Everything the plans date, filtered by quarter and unit."""
    unit = unit[:MAX_WORDS].strip()
    metas = (knowledge.catalogue.meta(plan_id),) if plan_id else knowledge.metas
    dated, rest = some_plans(_dated(knowledge, metas, quarter, unit))
    parts = [_part(knowledge, meta, rows, others, quarter) for meta, rows, others in dated]
    tasks, dates = sum(len(rows) for _, rows, _ in dated), sum(len(others) for *_, others in dated)
    fields = "".join((
        select("plan", "规划", plan_id, plan_options(knowledge.metas)),
        select("quarter", "季度", str(quarter or ""), [("", "全年"), *((str(n), name) for n, name in QUARTERS.items())]),
        text_input("unit", "单位名称含有", unit, "例如：专利管理处"),
    ))
    said = (f'<p role="status">按季度安排的任务 {tasks} 项，其他期限 {dates} 处。</p>' if parts else
            '<p role="status">没有符合条件的安排。请放宽筛选条件。</p>')
    exact = any(fact.unit == unit for fact in knowledge.catalogue.units(plan_id or None))
    given = {"plan_id": plan_id, "quarter": str(quarter or ""), "unit": unit if exact else ""}
    files = exports("/api/schedule", (("csv", "导出 CSV"),), given, "（文件不按单位名称的一部分筛选）" if unit and not exact else "")
    body = ('<h1>进度</h1><p class="intro">规划写明的时间安排。分季度的列成图，其余的期限按规划列出。</p>'
            f'<div class="card">{filters("/schedule", fields, bool(plan_id or quarter or unit))}{said}{rest}'
            f'{files}</div>{"".join(parts)}')
    return page("进度", body, "/schedule")


def _dated(
    knowledge: Knowledge, metas: Iterable[PlanMeta], quarter: int | None, unit: str
) -> Iterator[tuple[PlanMeta, Sequence[Task], Sequence[ScheduleFact]]]:
    """Plans with their rows and other deadlines that the filter leaves."""
    for meta in metas:
        rows = [task for task in tasks_of(knowledge, meta) if _fits(task, quarter, unit)]
        others = () if quarter else tuple(
            fact for fact in _others(knowledge, meta) if _named(knowledge.units(_clause(knowledge, fact)), unit))
        if rows or others:
            yield meta, rows, others


def tasks_of(knowledge: Knowledge, meta: PlanMeta) -> Iterator[Task]:
    """Rows that have a quarter or a stage, in the order of the text."""
    rows: dict[str, list[Step]] = {}
    clauses: dict[str, Clause] = {}
    for fact in knowledge.catalogue.schedules(meta.id):
        if fact.quarters or fact.stage:
            clause = _clause(knowledge, fact)
            row = knowledge.owner(clause)
            clauses[row.id] = row
            first, last = (min(fact.quarters), max(fact.quarters)) if fact.quarters else (0, 0)
            rows.setdefault(row.id, []).append(Step(fact, clause, first, last))
    for row_id, steps in rows.items():
        yield Task(clauses[row_id], tuple(steps), knowledge.units(clauses[row_id]))


def lanes(steps: Iterable[Step]) -> list[list[Step]]:
    """Steps laid out so that none of a lane overlap: `1-3` and `2` go to two lanes."""
    laid: list[list[Step]] = []
    for step in sorted(steps, key=lambda each: (each.first, each.last)):
        lane = next((lane for lane in laid if step.first and lane[-1].last and lane[-1].last < step.first), None)
        if lane is None:
            laid.append([step])
        else:
            lane.append(step)
    return laid


def _others(knowledge: Knowledge, meta: PlanMeta) -> Iterator[ScheduleFact]:
    facts = [fact for fact in knowledge.catalogue.schedules(meta.id) if not fact.quarters and not fact.stage]
    yield from sorted(facts, key=lambda fact: (fact.year or 9999, fact.start))


def _clause(knowledge: Knowledge, fact: ScheduleFact) -> Clause:
    return knowledge.catalogue.clause(fact.clause_id)


def _fits(task: Task, quarter: int | None, unit: str) -> bool:
    return _named(task.units, unit) and (
        quarter is None or any(step.first <= quarter <= step.last for step in task.steps))


def _named(units: Sequence[UnitFact], words: str) -> bool:
    return not words or any(words.replace("（", "(").replace("）", ")") in fact.unit for fact in units)


def _part(knowledge: Knowledge, meta: PlanMeta, tasks: Sequence[Task], others: Sequence[ScheduleFact],
          quarter: int | None) -> str:
    html = [plan_heading(meta, knowledge.today)]
    if tasks:
        shown = [quarter] if quarter else list(QUARTERS)
        head = "".join(f'<th scope="col">{QUARTERS[n]}</th>' for n in shown)
        rows = "".join(_task(task, shown) for task in tasks)
        table = (f'<table class="quarters"><caption class="ipa-sr">{escape(meta.title)}：任务与季度</caption><thead><tr>'
                 f'<th scope="col">任务与单位</th>{head}</tr></thead>{rows}</table>')
        html.append(scrolled(table, f"{meta.title}的季度安排，可左右滚动"))
    if others:
        items = "".join(_deadline(knowledge, fact) for fact in others)
        html.append(f'<h3>{"其他期限" if tasks else "期限"}（{len(others)}）</h3><ol class="dates">{items}</ol>')
    return f'<section class="card">{"".join(html)}</section>'


def _task(task: Task, shown: Sequence[int]) -> str:
    steps = [step for step in task.steps if not step.first or any(step.first <= n <= step.last for n in shown)]
    laid = lanes(steps)
    head = (f'<th scope="rowgroup" rowspan="{len(laid)}">'
            f"{link(clause_url(task.row.plan_id, task.row.id), ' '.join(label_of(task.row).split()))}{_units(task.units)}</th>")
    rows = "".join(f"<tr>{head if n == 0 else ''}{_lane(lane, shown)}</tr>" for n, lane in enumerate(laid))
    return f"<tbody>{rows}</tbody>"


def _units(units: Sequence[UnitFact]) -> str:
    roles: dict[Role, list[str]] = {}
    for fact in units:
        roles.setdefault(fact.role, []).append(link(unit_url(fact.unit), fact.unit))
    lines = "".join(f"<li>{name}：{'、'.join(dict.fromkeys(roles[role]))}</li>" for role, name in ROLES.items() if role in roles)
    return f'<ul class="units">{lines}</ul>' if lines else ""


def _lane(lane: Sequence[Step], shown: Sequence[int]) -> str:
    if not lane[0].first:
        return f'<td class="step" colspan="{len(shown)}">{_step(lane[0])}</td>'
    cells, at = [], shown[0]
    for step in lane:
        first, last = max(step.first, shown[0]), min(step.last, shown[-1])
        cells += ["<td></td>"] * (first - at)
        cells.append(f'<td class="step" colspan="{last - first + 1}">{_step(step)}</td>')
        at = last + 1
    return "".join([*cells, *["<td></td>"] * (shown[-1] + 1 - at)])


def _step(step: Step) -> str:
    href = clause_url(step.clause.plan_id, step.clause.id, (Span(step.clause.start, step.clause.end),))
    rest = step.clause.text.removeprefix(step.fact.label).lstrip("，,：:、 ")
    doubt = '<span class="tag">位置存疑</span>' if step.clause.certainty != "certain" else ""
    label = step.fact.label + ("（接上一格，原文跨页）" if step.clause.continues else "")
    return f'<p>{link(href, label)}{doubt}</p><p>{plain(rest)}</p>'


def _deadline(knowledge: Knowledge, fact: ScheduleFact) -> str:
    clause = _clause(knowledge, fact)
    start = max(clause.start, fact.start - _EXCERPT // 3)
    end = min(clause.end, fact.end + _EXCERPT)
    text = knowledge.text(clause.plan_id)[start:end]
    href = clause_url(clause.plan_id, clause.id, (Span(fact.start, fact.end),))
    excerpt = marked(text, start, (Mark(fact.start, fact.end),))
    name = " ".join(label_of(knowledge.owner(clause)).split())
    name = name if len(name) <= 40 else name[:40] + "…"
    return (f'<li><strong>{escape(" ".join(fact.label.split()))}</strong> {link(href, name)}<blockquote>'
            f'{"…" if start > clause.start else ""}{excerpt}{"…" if end < clause.end else ""}</blockquote></li>')
