"""One reading and its evidence → a draft. The order of the branches is the order in which a question is understood."""

from __future__ import annotations

from assistant.compose.compare import compare
from assistant.compose.duties import duties
from assistant.compose.indicator import indicators
from assistant.compose.pieces import expiry, period, remark
from assistant.compose.plans import clarify_plan, validity
from assistant.compose.refusal import refuse, why_not
from assistant.compose.responsibility import responsibility
from assistant.compose.schedule import schedule
from assistant.compose.select import by_plan, plans_meant, stating_numbers
from assistant.compose.text import passages
from assistant.knowledge import Knowledge
from assistant.model import Draft, DraftLine
from assistant.question import Reading
from assistant.retrieve import Found
from ingest.model import PlanMeta


def compose(reading: Reading, found: Found, knowledge: Knowledge) -> Draft:
    """The answer, a refusal with what is nearest, or a question back."""
    if reading.scope.foreign and not reading.scope.named:
        return refuse(reading, found, knowledge, f"收录的规划中没有{'、'.join(reading.scope.foreign)}的规划")
    if reading.intent == "validity":
        return validity(reading, knowledge)
    if reading.units and reading.intent == "duties":
        return duties(reading, knowledge)
    reason = why_not(reading, found, knowledge)
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
        answer = _one_plan(reading, part, knowledge, plan_id)
        lines += [*answer, *_beyond(reading, answer, knowledge.view(plan_id).meta)]
    return Draft("answered", tuple(lines), expiry(plan_ids, knowledge))


def _one_plan(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The answer out of one plan."""
    if reading.wants_number and not reading.number and not reading.step:
        found = stating_numbers(found)
    writers = {"responsibility": responsibility, "schedule": schedule}
    writer = writers.get(reading.intent)
    if writer:
        lines = writer(reading, found, knowledge, plan_id)
        if lines:
            return lines
    return indicators(reading, found, knowledge, plan_id) or passages(reading, found, knowledge, plan_id)


def _beyond(reading: Reading, lines: list[DraftLine], meta: PlanMeta) -> list[DraftLine]:
    """A year asked for that is outside the plan's period and that the answer does not name: said, not passed over."""
    said = "".join(line.text for line in lines if line.kind == "fact")
    years = [year for year in reading.years if str(year) not in said and meta.period_start and meta.period_end
             and not meta.period_start.year <= year <= meta.period_end.year]
    if not years or reading.intent not in ("target", "detail", "schedule"):
        return []
    return [remark(f"该规划的实施期为{period(meta)}，上述条款没有写到{'、'.join(f'{year}年' for year in years)}。")]
