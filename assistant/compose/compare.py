"""Plans or years side by side: for each its own clauses, each cited, and what is not comparable said."""

from __future__ import annotations

from assistant.compose.indicator import indicator_lines
from assistant.compose.pieces import expiry, plan_heading, quote, remark
from assistant.compose.select import best_clauses, by_plan, stating_numbers
from assistant.knowledge import Knowledge, label_of
from assistant.model import Draft, DraftLine
from assistant.question import Reading
from assistant.retrieve import Found


def compare(reading: Reading, found: Found, plan_ids: list[str], knowledge: Knowledge) -> Draft:
    """One heading a plan with what that plan says of the matter."""
    evidence = by_plan(found)
    lines: list[DraftLine] = []
    for plan_id in plan_ids:
        part = Found(tuple(evidence[plan_id]), found.weights, found.unknown)
        if reading.wants_number:
            part = stating_numbers(part)
        lines.append(plan_heading(knowledge.view(plan_id).meta))
        absent = [q for q in reading.quoted if q not in knowledge.text(plan_id)]
        if absent and len(absent) == len(reading.quoted):
            lines.append(remark(f"该规划的文本中没有出现“{'”“'.join(absent)}”。"))
            continue
        for clause in best_clauses(part.evidence, 3, near=3.0, share=0.3):
            if clause.kind == "indicator":
                lines += indicator_lines(clause, reading, knowledge)
                continue
            line = quote(clause, part, reading.more)
            owner = knowledge.owner(clause)
            lead = "" if owner.title and owner.title in line.text else f"{label_of(owner)}："
            lines.append(DraftLine("fact", f"{lead}{line.text}", line.proofs, bullet=True))
    lines.append(remark("以上各规划的地区、级别、年份和措施类型不同，数字与要求不能直接相互替代。"))
    return Draft("answered", tuple(lines), expiry(plan_ids, knowledge))
