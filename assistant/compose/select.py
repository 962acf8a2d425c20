"""Which candidates an answer rests on: one plan where the question means one, and only clauses that bear on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.knowledge import Knowledge
from assistant.model import Evidence, Found
from assistant.pointed import quotes
from assistant.reading.question import Reading
from assistant.topic import explained, valued
from ingest.model import Clause, PlanMeta
from ingest.tokens import is_word

NEAR = 0.7
"""A second clause may follow the best one within this distance of its score …"""
SHARE = 0.9
"""… and only with at least this share of its coverage."""
EXPLAINS = 0.6
"""A clause explains a term where its explaining sentence holds this share of it."""
IN_FORCE = 0.7
"""Of two plans of the region asked about, the one in force is meant from this share of the other's coverage on."""
OFFERED = 0.33
"""The same for a reader who looks for support: what a plan offered that is over helps nobody."""
SPEAKS = 0.7
"""Beside another region's plan, a plan is compared from this share of the coverage of its region's best plan on."""
UNSURE = 0.3
"""Below this coverage of its best clause the other plan does not fit clearly better either."""
RIVAL = 0.95
"""Another region's best clause covers the question as well as ours from this share on …"""
STATES = 0.58
"""Of a question for a number: a sentence with a number holds this share of what our best clause holds."""
WHICH = 0.8
"""A plan has what is looked for in all of them from this share of the best plan's coverage on."""
CALLED = 4
"""A phrase of so many characters that several plans have is asked of each of them …"""
ALL_OF_IT = 0.99
"""… where a clause holds this share of the question …"""
SEVERAL = 6
"""… and where they are no more than this."""
_WHICH = re.compile(r"(规划|方案|文件|计划)(里|中|当中)?(都)?(有)?(谁|哪(个|份|家|几份))(都)?(提|写|讲|说|有)|"
                    r"哪(几|些|个|一|份|两)*(地方|地区|城市|省份?|市|区县|规划|方案|文件|计划)[^，,。？?]{0,6}"
                    r"(提|写|讲|说|有|支持|规定|涉及|设|定)")
CLOSE = 0.05
"""… and within this distance of its cosine."""


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
    if reading.intent == "comparison" and len(reading.scope.plan_ids) > 1 and reading.scope.named:
        beside = len(reading.scope.regions) > 1 and not reading.years      # 黔江和重庆市: of the city the plan that speaks of it
        best_of = {region: max((e[0].coverage for p, e in plans.items() if knowledge.meta(p).region == region), default=0.0)
                   for region in reading.scope.regions}
        return [plan_id for plan_id in reading.scope.plan_ids if plan_id in plans
                and not (beside and plans[plan_id][0].coverage < SPEAKS * best_of[knowledge.meta(plan_id).region])]
    chosen = []
    for region in reading.scope.regions:
        group = {p: each for p, each in plans.items() if knowledge.meta(p).region == region}
        if group and len(reading.years) > 1 and all(_of_years(knowledge.meta(p), reading.years) for p in group):
            chosen += [p for p in reading.scope.plan_ids if p in group]
        elif group:
            chosen.append(_of_region(reading, group, knowledge))
    if reading.scope.named:
        return chosen
    chosen = [p for p in chosen if all(quotes(knowledge.text(p), term) for term in reading.quoted)] or chosen
    best = max((plans[p][0] for p in chosen), key=lambda e: e.score)
    if reading.intent == "definition" and (told := [p for p in chosen if any(explained(e.clause, found.weights) >= EXPLAINS for e in plans[p][:5])]):
        return told
    if asks_which(reading):
        return [p for p in chosen if plans[p][0].coverage >= WHICH * best.coverage]
    if reading.wants_number:
        stated = [p for p in chosen if max(valued(e.clause, found.weights) for e in plans[p][:5]) >= STATES * best.coverage]
        return stated or [best.clause.plan_id]
    phrase = max((term for term in reading.terms if is_word(term)), key=len, default="")
    calling = [p for p in chosen if len(phrase) >= CALLED and plans[p][0].coverage >= ALL_OF_IT and phrase in plans[p][0].clause.text]
    if reading.intent in ("definition", "detail") and best.clause.plan_id in calling and len(calling) <= SEVERAL:
        return calling
    return [p for p in chosen if p == best.clause.plan_id or _rivals(plans[p][0], best)]


def asks_which(reading: Reading) -> bool:
    """Whether the question is which plans or places have something: 哪些规划提到了地理标志."""
    return bool(_WHICH.search(reading.asked)) and not reading.scope.named


def _of_years(meta: PlanMeta, years: Sequence[int]) -> bool:
    """Whether a plan is called or was issued by one of the years."""
    return any(str(year) in meta.title or (meta.issued is not None and meta.issued.year == year) for year in years)


def _of_region(reading: Reading, group: dict[str, list[Evidence]], knowledge: Knowledge) -> str:
    """Between plans of one region the one in force is meant, unless the other fits clearly better or a year was named."""
    best = max(group, key=lambda p: group[p][0].score)
    if reading.years:
        return best
    share = OFFERED if reading.intent == "support" else IN_FORCE
    for plan_id, evidence in group.items():
        if knowledge.meta(plan_id).status(knowledge.today) == "in_force" \
                and (evidence[0].coverage >= share * group[best][0].coverage or group[best][0].coverage < UNSURE):
            return plan_id
    return best


def _rivals(other: Evidence, best: Evidence) -> bool:
    """Whether another region's clause answers a question that names no region as well as the best one does."""
    return (other.coverage >= RIVAL * best.coverage and other.coverage >= 0.7
            and other.similarity >= best.similarity - CLOSE)


def stating_numbers(found: Found, wanted: re.Pattern[str] | None = None, measure: str = "") -> Found:
    """The candidates with those first that state a number on the topic (of the kind wanted, best in the measure asked for),
    where any does as well as the best."""
    top = max((each.coverage for each in found.evidence[:5]), default=0.0)
    stating = [each for each in found.evidence[:12] if valued(each.clause, found.weights, wanted) >= 0.6 * top > 0]
    if measure and (exact := [each for each in stating if each.coverage >= 0.9 * top and re.search(rf"\d\s*{re.escape(measure)}", each.clause.text)]):
        stating = [*exact, *[each for each in stating if each not in exact]]          # 多少件 is told by 50件 before 30项
    return replace(found, evidence=(*stating, *[each for each in found.evidence if each not in stating]))


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
