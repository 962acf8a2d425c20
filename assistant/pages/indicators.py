"""`/indicators`: from base to target as bars, each indicator on an axis of its own, and all targets as tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from assistant.knowledge import Knowledge, label_of
from assistant.model import Span
from assistant.navigation import clause_url, link, unit_url
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
from assistant.pages.targets import SENSES, Sense, Target, number, targets
from ingest.model import PlanMeta

_AFTER = re.compile(r"(\d[\d.-]*)(以上|以下|以内|左右|\*)")   # 12以上, 0.93*


def indicators_page(knowledge: Knowledge, plan_id: str, words: str) -> str:
    """Charts for what has a base and a target, a table of everything."""
    words = words[:MAX_WORDS].strip()
    found = tuple(targets(knowledge, plan_id, words))
    fields = select("plan", "规划", plan_id, plan_options(knowledge.metas)) + text_input(
        "name", "指标名称含有", words, "例如：专利")
    metas, rest = some_plans(dict.fromkeys(each.meta for each in found))
    said = (f'<p role="status">{len(metas)} 份规划，共 {len(found)} 项目标。</p>' if found else
            '<p role="status">没有符合条件的指标。请放宽筛选条件。</p>')
    files = exports("/api/indicators", (("csv", "导出 CSV"), ("json", "JSON")), {"plan_id": plan_id},
                    "（文件不按名称筛选）" if words else "")
    parts = "".join(_plan(knowledge, meta, [each for each in found if each.meta == meta]) for meta in metas)
    body = ('<h1>指标</h1><p class="intro">规划写明的目标值；有基期的画出从基期到目标的变化。点数值看原文。</p>'
            f'<div class="card">{filters("/indicators", fields, bool(plan_id or words))}{said}{rest}{files}</div>{parts}')
    return page("指标", body, "/indicators")


def _plan(knowledge: Knowledge, meta: PlanMeta, found: Sequence[Target]) -> str:
    extra = f"<span>{len(found)} 项</span>"
    return (f'<section class="card">{plan_heading(meta, knowledge.today, extra)}{_charts(found)}'
            f"<h3>全部目标</h3>{scrolled(_table(knowledge, meta, found), meta.title + '的指标表')}</section>")


def _charts(found: Sequence[Target]) -> str:
    groups: dict[tuple[Sense, str], list[Target]] = {}
    for each in found:
        if number(each.fact.base_value) is not None and number(each.fact.value) is not None:
            groups.setdefault((each.sense, each.fact.measure), []).append(each)
    if not groups:
        return ""
    charts = "".join(
        f'<section class="chart"><h4>{SENSES[sense]}（{escape(measure) or "无单位"}）</h4>'
        f'{"".join(_bars(each) for each in group)}</section>' for (sense, measure), group in groups.items())
    return ('<h3>从基期到目标</h3><p class="small">计量单位不同的、增长幅度与水平的，都分开画；条的长短只在同一项指标内比较。</p>'
            f'<div class="charts">{charts}</div>')


def _bars(target: Target) -> str:
    fact = target.fact
    base, goal = number(fact.base_value) or 0.0, number(fact.value) or 0.0
    top = max(base, goal) or 1.0
    href = escape(clause_url(target.meta.id, fact.clause_id, (Span(fact.start, fact.end),)))
    lines = "".join(
        f'<tr><th scope="row">{year or "基期"}{"年" if year else ""}</th><td>{_bar(value / top, kind)}</td>'
        f'<td class="v"><a href="{href}">{escape(_amount(written, fact.measure))}<span class="ipa-sr">，看原文</span></a></td></tr>'
        for year, value, written, kind in ((target.base_year, base, fact.base_value, "base"),
                                           (fact.target_year, goal, fact.value, "goal")))
    return f'<table class="bars"><caption>{escape(fact.name)}</caption><tbody>{lines}</tbody></table>'


def _bar(share: float, kind: str) -> str:
    """A bar as a drawing whose width is a share of its cell: it grows with the text, and needs no style attribute."""
    return (f'<svg class="bar" width="100%" height="100%" aria-hidden="true" focusable="false">'
            f'<rect class="ground" width="100%" height="100%"/>'
            f'<rect class="{kind}" width="{max(0.5, 100 * share):.1f}%" height="100%"/></svg>')


def _table(knowledge: Knowledge, meta: PlanMeta, found: Sequence[Target]) -> str:
    notes: dict[str, int] = {}
    for each in found:
        for note in each.fact.notes:
            notes.setdefault(note, len(notes) + 1)
    based = any(each.fact.base_value for each in found)
    rows = "".join(_row(knowledge, each, notes, based) for each in found)
    head = "".join(f'<th scope="col">{name}</th>' for name in (
        "指标", "性质", *(("基期",) if based else ()), "目标", "牵头或执行单位", "出处"))
    said = "".join(f"<li>{escape(_bare(note))}</li>" for note in notes)
    said = f'<p class="small">原文的注：</p><ol class="notes">{said}</ol>' if said else ""
    return (f'<table class="plain"><caption class="ipa-sr">{escape(meta.title)}：全部目标</caption><thead><tr>{head}</tr></thead>'
            f'<tbody>{rows}</tbody></table>{said}')


def _row(knowledge: Knowledge, target: Target, notes: dict[str, int], based: bool) -> str:
    fact = target.fact
    href = clause_url(target.meta.id, fact.clause_id, (Span(fact.start, fact.end),))
    marks = "".join(f"<sup>注{notes[note]}</sup>" for note in fact.notes)
    units = "、".join(link(unit_url(each.unit), each.unit) for each in target.leads) or "原文未写明"
    base = f"<td>{_value(href, fact.base_value, fact.measure, target.base_year)}</td>" if based else ""
    goal = _value(href, fact.value, fact.measure, fact.target_year)
    return (f'<tr><th scope="row">{escape(fact.name)}{marks}</th><td>{escape(_nature(target))}</td>{base}<td>{goal}</td>'
            f"<td>{units}</td><td>{link(href, _place(knowledge, target))}</td></tr>")


def _value(href: str, value: str, measure: str, year: int | None) -> str:
    return link(href, _amount(value, measure)) + (f" <span class=year>{year}年</span>" if year else "") if value else "—"


def _amount(value: str, measure: str) -> str:
    """A value with its unit of measure as one writes them: 12%以上, 80余期, 0.93%*."""
    found = _AFTER.fullmatch(value)
    return f"{found[1]}{measure}{found[2]}" if found else f"{value}{measure}"


def _place(knowledge: Knowledge, target: Target, limit: int = 30) -> str:
    """The clause in a few words; for a cell of a row, the row and what the cell is."""
    clause = target.clause
    row = knowledge.owner(clause)
    name = " ".join(label_of(row).split()).lstrip("-—")
    name = name if len(name) <= limit else name[:limit] + "…"
    cell = clause.path.split(" › ")[-1] if row.id != clause.id else ""
    return f"{name}（{cell}）" if cell else name or "原文"


def _nature(target: Target) -> str:
    if target.fact.nature:
        return target.fact.nature
    return {"level": "—", "growth": SENSES["growth"], "sum": "累计（见注）"}[target.sense]


def _bare(note: str) -> str:
    head, dot, rest = note.partition(".")
    return rest if dot and head.isdigit() else note
