"""A plan's raw text → Plan: repair, set boilerplate and tables apart, grow the tree, read the facts, account for all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.account import account
from ingest.certainty import doubts_of, lowered
from ingest.contents import Contents, heading_key, read_contents, restore_headings
from ingest.contradictions import find_contradictions
from ingest.front import emit_front, find_noise
from ingest.indicators import is_background, read_indicators
from ingest.kinds import PREAMBLE
from ingest.measures import read_measures
from ingest.model import Boilerplate, Clause, Finding, MeasureFact, Plan, PlanMeta
from ingest.outline import Mark, find_marks, line_end, lines_of, mark_at
from ingest.pages import blanked, cut_out, find_page_numbers, in_parts, split_clauses
from ingest.registry import unlisted_units
from ingest.repair import repair
from ingest.rows import Tables, emit_tables, find_tables
from ingest.schedule import read_schedule
from ingest.tree import Draft, Heading, emit, grow, number_clauses
from ingest.units import has_unit_list, read_units


def parse_plan(raw: str, meta: PlanMeta, sha256: str) -> Plan:
    """Everything ingestion understands of one plan. Never raises on text: what is odd becomes a finding."""
    clean = repair(raw)
    text = clean.text
    noise = find_noise(text) + find_page_numbers(text)
    flat = blanked(text, noise)
    contents = read_contents(flat)
    if contents:
        noise += cut_out(flat, [Boilerplate("contents", contents.start, contents.end)], noise)
        flat = blanked(flat, noise)
    tables = find_tables(flat)
    apart = [(n.start, n.end) for n in noise] + tables.regions
    regions = complement(apart, len(text))
    marks = find_marks(text, regions)
    restored = _restore(text, contents, marks, tables, regions) if contents else []
    draft = Draft(meta.id, tables=frozenset(start for start, _ in tables.regions))
    root = grow(text, marks, restored, regions, _titles(text, contents, marks))
    emit_front(text, root.lines, meta, draft)
    emit(text, root, draft)
    emit_tables(flat, tables, draft, meta)
    parts = split_clauses(text, draft, noise)
    tables.units, tables.schedules = in_parts(tables.units, parts), in_parts(tables.schedules, parts)
    tables.indicators = in_parts(tables.indicators, parts)
    clauses = number_clauses(draft.clauses)
    sections = tuple(section for _, section, _ in sorted(draft.places, key=lambda place: (place[0], place[1].level)))
    noise += cut_out(flat, tables.boilerplate, noise)
    plan = Plan(meta, sha256, raw, text, clean.offsets, sections, clauses, tuple(noise), clean.repairs)
    return _with_facts(plan, tables)


def complement(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The ranges of `[0, length)` that no span covers."""
    left, found = 0, []
    for start, end in sorted(spans):
        if start > left:
            found.append((left, start))
        left = max(left, end)
    if left < length:
        found.append((left, length))
    return found


def _titles(text: str, contents: Contents | None, marks: Sequence[Mark]) -> dict[int, str]:
    """Titles of headings as the contents spell them: `第一章战略背景` stands there as 第一章 战略背景."""
    if contents is None:
        return {}
    known = {heading_key(entry.mark, entry.title): entry.title for entry in contents.entries}
    titles = {}
    for mark in marks:
        title = known.get(heading_key(mark, text[mark.end:line_end(text, mark.end)]))
        if title:
            titles[mark.start] = title
    return titles


def _restore(text: str, contents: Contents, marks: Sequence[Mark], tables: Tables,
             regions: Sequence[tuple[int, int]]) -> list[Heading]:
    """Headings that only the contents name, placed where the paragraphs fit them best."""
    headings = [mark for mark in marks if mark.scheme in ("chapter", "part")]
    starts = {mark.start for mark in headings}
    blocks: list[tuple[int, int]] = []
    boxed = False
    for start, end in regions:
        for left, right in lines_of(text, start, end):
            if left in starts:
                continue
            if boxed and text[left:right].endswith("|"):
                blocks[-1] = (blocks[-1][0], right)
                continue
            mark = mark_at(text, left, right)
            boxed = mark is not None and mark.scheme == "box"
            blocks.append((left, right))
    blocks += tables.regions
    return [Heading(at, entry.mark, entry.title)
            for at, entry in restore_headings(text, contents, headings, sorted(blocks))]


def _with_facts(plan: Plan, tables: Tables) -> Plan:
    units = list(tables.units)
    indicators = list(tables.indicators)
    schedules = list(tables.schedules)
    measures: list[MeasureFact] = []
    findings: list[Finding] = list(tables.findings)
    begun = plan.meta.period_start.year if plan.meta.period_start else None
    due = plan.meta.period_end.year if plan.meta.period_end else None
    known = {fact.clause_id for fact in units}
    for clause in plan.clauses:
        if clause.kind in ("front", "note", "indicator") or clause.cell == "units":
            continue
        if clause.id not in known and has_unit_list(clause.text):
            units += read_units(clause.id, clause.text, clause.start)
        past = clause.kind == "text" and is_background(clause.path)
        if not past:
            indicators += read_indicators(clause.id, clause.text, clause.start, due, begun)
        if clause.cell != "schedule" and not past:
            schedules += read_schedule(clause.id, clause.text, clause.start)
        if clause.kind not in PREAMBLE:          # what was achieved, and what is aimed at, is not offered
            measures += read_measures(clause.id, clause.text, clause.start)
    clauses, doubts = {clause.id: clause for clause in plan.clauses}, doubts_of(plan.repairs)
    units, indicators = ([*lowered(units, clauses, plan.offsets, doubts)],
                         [*lowered(indicators, clauses, plan.offsets, doubts)])
    schedules, measures = ([*lowered(schedules, clauses, plan.offsets, doubts)],
                           [*lowered(measures, clauses, plan.offsets, doubts)])
    cut = {fact.clause_id for fact in units if not fact.complete}
    findings += [
        Finding("warning", "unit list cut off", f"{clause.path}：责任单位名单在原文中残缺，未补全", clause.start, clause.end)
        for clause in plan.clauses if clause.id in cut
    ]
    findings += unlisted_units(units)
    findings += _tree_findings(plan)
    whole = Plan(plan.meta, plan.sha256, plan.raw, plan.text, plan.offsets, plan.sections, plan.clauses,
                 plan.boilerplate, plan.repairs, tuple(units), tuple(indicators), tuple(schedules), tuple(measures))
    findings += find_contradictions(whole)
    findings += account(whole)
    return Plan(plan.meta, plan.sha256, plan.raw, plan.text, plan.offsets, plan.sections, plan.clauses,
                plan.boilerplate, plan.repairs, tuple(units), tuple(indicators), tuple(schedules), tuple(measures),
                tuple(findings))


def _tree_findings(plan: Plan) -> list[Finding]:
    """Inferred headings, gaps in numbering, uncertain repairs: said, not smoothed."""
    found = [
        Finding("warning", "heading inferred", f"正文缺标题“{s.label} {s.title}”，按目录推定其位置，段落归属可能有出入", s.start, s.end)
        for s in plan.sections if s.inferred
    ]
    found += [
        Finding("warning", "repair uncertain", f"乱码未能确定复原：“{r.before[:20]}”", r.raw_start, r.raw_end)
        for r in plan.repairs if r.certainty == "uncertain"
    ]
    last: dict[str, tuple[int, Clause]] = {}
    for clause in plan.clauses:
        number = re.fullmatch(r"(\d{1,2})[.．﹒、]?", clause.number)
        if clause.kind in ("task", "row", "safeguard", "goal", "text") and number:
            value = int(number.group(1))
            before = last.get("arabic")
            if before and value > before[0] + 1:
                found.append(Finding("info", "gap in numbering", f"编号从 {before[0]} 跳到 {value}", clause.start, clause.end))
            last["arabic"] = (value, clause)
    if not plan.clauses:
        found.append(Finding("error", "no clause", "没有读出任何条款", 0, len(plan.text)))
    return found
