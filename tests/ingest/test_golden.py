"""The five plans as they are read, compared with golden trees that were checked by hand against the plans' files.

A missing golden file fails; REGEN_GOLDEN=1 rewrites them (then look at the difference line by line).
"""

from __future__ import annotations

import json
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ingest.account import account, destinations
from ingest.corpus_meta import load_corpus
from ingest.model import Plan
from ingest.parse import parse_plan
from ingest.settings import PACKAGE
from ingest.sources import read_source

GOLDEN = Path(__file__).parents[1] / "golden"
METAS = {meta.id: meta for meta in load_corpus(PACKAGE / "corpus")}


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    return {plan_id: _read(plan_id) for plan_id in METAS}


def _read(plan_id: str) -> Plan:
    meta = METAS[plan_id]
    source = read_source(PACKAGE / "corpus" / meta.file)
    return parse_plan(source.raw, meta, source.sha256)


def _tree(plan: Plan) -> dict[str, Any]:
    def short(ident: str | None) -> str:
        return ident.partition("#")[2] if ident else ""

    rows = {clause.id: clause for clause in plan.clauses if clause.kind == "row"}
    steps = {fact.clause_id: fact for fact in plan.schedules}
    return {
        "plan": plan.id,
        "sections": [[short(s.id), s.label, s.title, "inferred" if s.inferred else "printed", short(s.parent_id)]
                     for s in plan.sections],
        "clauses": [[short(c.id), c.cell or c.kind, c.number, c.title, c.text[:12], c.text[-12:], len(c.text),
                     c.certainty] for c in plan.clauses],
        "units": [[short(u.clause_id), u.unit, u.role, u.word, u.side, "whole" if u.complete else "cut off"]
                  for u in plan.units],
        "table indicators": [[short(i.clause_id), i.number, i.name, i.measure, i.base_year, i.base_value,
                              i.target_year, i.value, i.nature, [note[:12] for note in i.notes]]
                             for i in plan.indicators if i.number],
        "sentence indicators": [[short(i.clause_id), i.name, i.value, i.measure, i.target_year, i.nature]
                                for i in plan.indicators if not i.number],
        "schedules of rows": [
            [short(c.id), steps[c.id].label, list(steps[c.id].quarters), steps[c.id].stage, steps[c.id].year,
             short(c.continues)]
            for c in plan.clauses if c.parent_id in rows and c.cell == "schedule" and c.id in steps
        ],
        "deadlines": [[short(s.clause_id), s.label, s.year] for s in plan.schedules if not s.quarters and not s.stage],
        "boilerplate": dict(Counter(piece.name for piece in plan.boilerplate)),
    }


@pytest.mark.parametrize("plan_id", METAS)
def test_tree_is_the_golden_one(plans: dict[str, Plan], plan_id: str) -> None:
    path = GOLDEN / f"tree_{plan_id}.json"
    found = json.loads(json.dumps(_tree(plans[plan_id]), ensure_ascii=False))
    if os.environ.get("REGEN_GOLDEN") == "1":
        parts = ",\n".join(f" {json.dumps(key, ensure_ascii=False)}: {_lines(value)}" for key, value in found.items())
        path.write_text("{\n" + parts + "\n}\n", encoding="utf-8")
    assert path.exists(), f"{path.name} is missing: write it with REGEN_GOLDEN=1 and check it against the plan"
    golden = json.loads(path.read_text(encoding="utf-8"))
    for part, wanted in golden.items():
        assert found[part] == wanted, part
    assert found.keys() == golden.keys()


def _lines(value: object) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in value) + "\n ]"


@pytest.mark.parametrize("plan_id", METAS)
def test_every_clause_of_every_plan(plans: dict[str, Plan], plan_id: str) -> None:
    plan = plans[plan_id]
    assert all(plan.text[c.start : c.end] == c.text and c.text.strip() for c in plan.clauses)
    assert all(u.unit.endswith(plan.text[u.start : u.end]) for u in plan.units)
    names = [each.id for each in (*plan.clauses, *plan.sections)]
    assert len(names) == len(set(names))
    spans = [(c.start, c.end) for c in plan.clauses]
    assert spans == sorted(spans)
    assert [c.order for c in plan.clauses] == list(range(len(plan.clauses)))
    owned = sorted(
        [(c.start, c.end) for c in plan.clauses] + [(b.start, b.end) for b in plan.boilerplate]
        + [(s.start, s.end) for s in plan.sections if not s.inferred]
    )
    assert all(a[1] <= b[0] for a, b in pairwise(owned))
    counts = destinations(plan)
    assert counts["unaccounted"] == counts["twice"] == 0
    assert sum(counts.values()) == len(plan.text)
    assert account(plan) == []
    assert not [finding for finding in plan.findings if finding.grade == "error"]


@pytest.mark.parametrize("plan_id", METAS)
def test_reading_twice_gives_the_same(plans: dict[str, Plan], plan_id: str) -> None:
    assert _read(plan_id) == plans[plan_id]


@pytest.mark.parametrize("plan_id", METAS)
def test_facts_and_parents_point_at_what_is_there(plans: dict[str, Plan], plan_id: str) -> None:
    plan = plans[plan_id]
    clauses = {clause.id: clause for clause in plan.clauses}
    sections = {section.id for section in plan.sections}
    assert all(clause.section_id in sections or clause.section_id == "" for clause in plan.clauses)
    assert all(section.parent_id is None or section.parent_id in sections for section in plan.sections)
    for fact in (*plan.units, *plan.indicators, *plan.schedules, *plan.measures):
        clause = clauses[fact.clause_id]
        assert clause.start <= fact.start < fact.end <= clause.end


def test_counts_that_a_reader_of_the_plans_would_give(plans: dict[str, Plan]) -> None:
    tasks = {plan_id: sum(c.kind == "task" and c.number != "" and "box" not in c.id for c in plan.clauses)
             for plan_id, plan in plans.items()}
    assert tasks == {"chongqing-2024": 17, "zhuhai-2019": 20, "chongqing-2014": 0, "qianjiang-2022": 10,
                     "guizhou-2021": 0}
    safeguards = {plan_id: sum(c.kind == "safeguard" for c in plan.clauses) for plan_id, plan in plans.items()}
    assert safeguards == {"chongqing-2024": 4, "zhuhai-2019": 4, "chongqing-2014": 0, "qianjiang-2022": 3,
                          "guizhou-2021": 4}
    assert sum(c.kind == "row" for c in plans["chongqing-2014"].clauses) == 18
    assert sum(c.kind == "indicator" for c in plans["guizhou-2021"].clauses) == 17
    assert sum(c.kind == "goal" for c in plans["zhuhai-2019"].clauses) == 7


def test_every_task_of_the_three_task_plans_names_its_units(plans: dict[str, Plan]) -> None:
    for plan_id in ("chongqing-2024", "zhuhai-2019", "qianjiang-2022"):
        leads = {unit.clause_id for unit in plans[plan_id].units if unit.role == "lead"}
        assert {c.id for c in plans[plan_id].clauses if c.kind == "task"} <= leads
    national = {u.clause_id for u in plans["chongqing-2024"].units if u.side == "national"}
    assert len(national) == 17
    assert {u.side for plan_id, plan in plans.items() if plan_id != "chongqing-2024" for u in plan.units} == {"local"}
