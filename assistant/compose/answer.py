"""One reading and its evidence → a draft. The order of the branches is the order in which a question is understood."""

from __future__ import annotations

from assistant.compose.compare import compare
from assistant.compose.duties import duties
from assistant.compose.indicator import indicators
from assistant.compose.pieces import expiry
from assistant.compose.plans import clarify_plan, validity
from assistant.compose.refusal import refuse, why_not
from assistant.compose.responsibility import responsibility
from assistant.compose.schedule import schedule
from assistant.compose.select import by_plan, plans_meant, stating_numbers
from assistant.compose.text import asked_sections, passages
from assistant.knowledge import Knowledge
from assistant.model import Draft, DraftLine
from assistant.question import Reading
from assistant.retrieve import Found


def compose(reading: Reading, found: Found, knowledge: Knowledge) -> Draft:
    """The answer, a refusal with what is nearest, or a question back."""
    if reading.scope.foreign and not reading.scope.named:
        return refuse(reading, found, knowledge, f"收录的规划中没有{'、'.join(reading.scope.foreign)}的规划")
    if reading.intent == "validity":
        return validity(reading, knowledge)
    if reading.units and reading.intent == "duties":
        return duties(reading, knowledge)
    numbered = reading.scope.named and bool(asked_sections(reading))
    reason = "" if numbered else why_not(reading, found, knowledge)
    if reason:
        return refuse(reading, found, knowledge, reason)
    plan_ids = plans_meant(reading, found, knowledge)
    if not plan_ids:
        return clarify_plan(reading, knowledge)
    if reading.intent == "comparison" and len(plan_ids) > 1:
        return compare(reading, found, plan_ids, knowledge)
    lines: list[DraftLine] = []
    evidence = by_plan(found)
    for plan_id in plan_ids:
        part = Found(tuple(evidence[plan_id]), found.weights, found.unknown)
        lines += _one_plan(reading, part, knowledge, plan_id)
    stated = any(line.kind == "fact" for line in lines)
    return Draft("answered" if stated else "refused", tuple(lines), expiry(plan_ids, knowledge))


def _one_plan(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The answer out of one plan."""
    if reading.wants_number and not reading.number and not reading.step:
        found = stating_numbers(found)
    writers = {"responsibility": responsibility, "schedule": schedule}
    writer = None if asked_sections(reading) and reading.intent != "responsibility" else writers.get(reading.intent)
    if writer:
        lines = writer(reading, found, knowledge, plan_id)
        if lines:
            return lines
    if asked_sections(reading):
        return passages(reading, found, knowledge, plan_id)
    return indicators(reading, found, knowledge, plan_id) or passages(reading, found, knowledge, plan_id)
