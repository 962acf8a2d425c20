"""A plan as `show` prints it: its outline with what was read out of each clause, or all of it as JSON."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import date
from pathlib import Path

from ingest.account import destinations
from ingest.catalogue import Catalogue
from ingest.description import AddOptions, describe, read_front, slug
from ingest.errors import PlanNotFound
from ingest.generations import CATALOGUE, current
from ingest.model import Plan, Section
from ingest.settings import IngestSettings
from ingest.sources import read_source

_ROLES = {"lead": "牵头", "support": "配合", "execute": "执行", "office": "处室", "unstated": "角色不明"}
_HIDDEN = ("raw", "offsets")


def read_plan(settings: IngestSettings, name: str) -> Plan:
    """A plan of the index by its id, or any file read on the spot. PlanNotFound when `name` is neither."""
    path = Path(name)
    generation = None if path.is_file() else current(settings.index)
    if generation and not path.suffix:
        return Catalogue.open(generation / CATALOGUE).plan(name)
    if not path.exists() and not path.suffix:
        raise PlanNotFound(f"“{name}”不是文件，索引也还没有建立；请先运行 python -m ingest build")
    from ingest.parse import parse_plan
    from ingest.repair import repair

    source = read_source(path)
    text = repair(source.raw).text
    front = read_front(text)
    guess = AddOptions(
        id=slug(path.stem) or "file", title=front.title or path.stem, region=None if front.places else "地区不明"
    )
    return parse_plan(source.raw, describe(path, text, guess), source.sha256)


def as_json(plan: Plan) -> str:
    """Everything but the raw text and its offset map, with the accounting of characters."""
    whole = {key: value for key, value in asdict(plan).items() if key not in _HIDDEN}
    whole["accounting"] = destinations(plan)
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_date)


def as_text(plan: Plan) -> str:
    """The outline: a line for each heading and clause, with its units and how many facts it gave."""
    meta = plan.meta
    lines = [
        f"{meta.title}（{meta.id}）",
        f"{meta.issuer or '发文机关不明'}  {meta.document_number}",
        f"实施期 {meta.period_start or '？'} 至 {meta.period_end or '？'}",
        f"章节 {len(plan.sections)}，条款 {len(plan.clauses)}，单位 {len(plan.units)}，指标 {len(plan.indicators)}，"
        f"进度 {len(plan.schedules)}，支持措施 {len(plan.measures)}，修复 {len(plan.repairs)}",
        "",
    ]
    units: dict[str, list[str]] = defaultdict(list)
    for fact in plan.units:
        units[fact.clause_id].append(f"{_ROLES.get(fact.role, fact.role)} {fact.unit}")
    targets = Counter(fact.clause_id for fact in plan.indicators)
    depth = {section.id: section.level for section in plan.sections}
    first = {clause.section_id: clause.start for clause in reversed(plan.clauses)}
    rows = [
        (first.get(s.id, s.start) if s.inferred else s.start, s.level - 1, f"{s.label} {s.title}{_inferred(s)}")
        for s in plan.sections
    ]
    for clause in plan.clauses:
        said = [f"[{clause.kind}]", (clause.title or clause.text[:30]).replace("\n", " ")]
        said += [f"（{'，'.join(units[clause.id])}）"] if clause.id in units else []
        said += [f"指标 {targets[clause.id]}"] if targets[clause.id] else []
        rows.append((clause.start, depth.get(clause.section_id, 0), f"{clause.id}  {' '.join(said)}"))
    lines += ["  " * level + line for _, level, line in sorted(rows, key=lambda row: row[0])]
    lines += ["", *(f"{finding.grade}  {finding.kind}：{finding.message}" for finding in plan.findings)]
    return "\n".join(lines)


def _inferred(section: Section) -> str:
    return "（按目录推定）" if section.inferred else ""


def _date(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")
