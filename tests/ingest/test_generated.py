"""Made-up plans come back as they were made: trees, units with roles, targets, quarters; every character accounted for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from random import Random

import pytest

from ingest.account import account
from ingest.model import PlanMeta
from ingest.parse import parse_plan
from tests.ingest.generator import Made, make, make_damaged, title_of

META = PlanMeta("made-2021", title_of(Random(0)), "made.txt", "某市", "某市", (), "市级", period_start=date(2021, 1, 1),
                period_end=date(2025, 12, 31))
QUICK, SLOW = 60, 1000


def differences(made: Made) -> dict[str, list[str]]:
    """What was read otherwise than it was made, by kind; {} where all came back."""
    plan = parse_plan(made.text, META, "")
    doubted = {repair.before for repair in plan.repairs if repair.certainty == "uncertain"}
    runs = [run for run in made.runs if any(run[1] in each or each in run[1] for each in doubted)]
    wanted = [(name, _as_left(text, runs)) for name, text in made.clauses]
    key = {clause.id: clause.id.partition("#")[2] for clause in plan.clauses}
    clauses = [(key[c.id], re.sub(r"\s", "", c.text)) for c in plan.clauses]
    found = {
        "tree": _differ(wanted, clauses) + _differ(made.sections, [s.id.partition("#")[2] for s in plan.sections]),
        "lost": _differ(made.lost, [s.id.partition("#")[2] for s in plan.sections if s.inferred]),
        "units": _differ(made.units, [(key[u.clause_id], u.unit, u.role, u.side) for u in plan.units]),
        "targets": _differ(made.targets, [
            (key[i.clause_id], "".join(re.findall(r"[\d.]+", i.value)), i.measure, i.target_year) for i in plan.indicators
        ]),
        "quarters": _differ(made.quarters, [(key[s.clause_id], s.quarters) for s in plan.schedules if s.quarters]),
        "account": [finding.message for finding in account(plan)],
    }
    return {name: each for name, each in found.items() if each}


def _as_left(text: str, runs: list[tuple[str, str, str]]) -> str:
    """A clause as it should read: a run that lost a byte and cannot be told for sure is left as it is, and marked."""
    for run in [run for run in runs if text in run[2] and run[0] in text]:
        text = text.replace(run[0], re.sub(r"\s", "", run[1]), 1)
        runs.remove(run)
    return text


def _differ(wanted: Iterable[object], found: Iterable[object]) -> list[str]:
    left, right = Counter(map(str, wanted)), Counter(map(str, found))
    return [f"- {each}" for each in left - right] + [f"+ {each}" for each in right - left]


@pytest.mark.parametrize("seed", range(QUICK))
def test_a_made_plan_comes_back(seed: int) -> None:
    assert differences(make(seed)) == {}


@pytest.mark.parametrize("seed", range(QUICK))
def test_a_damaged_plan_comes_back(seed: int) -> None:
    assert differences(make_damaged(seed)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("maker", [make, make_damaged])
def test_a_thousand_made_plans(maker: Callable[[int], Made]) -> None:
    failed = Counter(name for seed in range(SLOW) for name in differences(maker(seed)))
    assert failed["account"] == 0
    assert max(failed.values(), default=0) <= SLOW // 100, failed
