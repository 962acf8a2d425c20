"""Which candidates an answer rests on: one plan where the question means one, and only clauses that bear on it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.knowledge import Knowledge
from assistant.question import Reading
from assistant.retrieve import Evidence, Found
from ingest.model import Clause

NEAR = 1.2
"""A second clause may follow the best one within this distance of its score …"""
SHARE = 0.9
"""… and only with at least this share of its coverage."""
RIVAL = 0.97
"""Another region's best clause covers the question as well as ours from this share on."""


def by_plan(found: Found) -> dict[str, list[Evidence]]:
    """Candidates by plan, each list best first, plans by their best."""
    plans: dict[str, list[Evidence]] = {}
    for each in found.evidence:
        plans.setdefault(each.clause.plan_id, []).append(each)
    return plans


def plans_meant(reading: Reading, found: Found, knowledge: Knowledge) -> list[str]:
    """The plans an answer is for: those of the region named, or the one plan that alone fits, or several."""
    plans = by_plan(found)
    if not plans:
        return []
    best = max((each[0] for each in plans.values()), key=lambda e: _merit(e, knowledge))
    if reading.intent == "comparison" and len(reading.scope.plan_ids) > 1 and reading.scope.named:
        return [plan_id for plan_id in reading.scope.plan_ids if plan_id in plans]
    if reading.scope.named and len(reading.scope.regions) > 1:
        return [max((p for p in plans if knowledge.view(p).meta.region == region),
                    key=lambda p: _merit(plans[p][0], knowledge))
                for region in reading.scope.regions if any(knowledge.view(p).meta.region == region for p in plans)]
    chosen = [best.clause.plan_id]
    if reading.scope.named:
        return chosen
    home = knowledge.view(best.clause.plan_id).meta.region
    for plan_id, evidence in plans.items():
        top = evidence[0]
        if (knowledge.view(plan_id).meta.region != home and top.coverage >= RIVAL * best.coverage
                and best.score - top.score < NEAR):
            chosen.append(plan_id)
    return chosen


def _merit(each: Evidence, knowledge: Knowledge) -> float:
    """Between plans of one region the one in force is meant, unless the other fits clearly better."""
    status = knowledge.view(each.clause.plan_id).meta.status(knowledge.today)
    return each.score + (0.8 if status == "in_force" else 0.0)


def best_clauses(evidence: Sequence[Evidence], limit: int, near: float = NEAR, share: float = SHARE) -> list[Clause]:
    """The best clause, and others that bear on the question nearly as well."""
    if not evidence:
        return []
    top = evidence[0]
    kept = [top.clause]
    for each in evidence[1:]:
        if len(kept) >= limit or top.score - each.score > near:
            break
        if each.coverage >= share * top.coverage:
            kept.append(each.clause)
    return kept
