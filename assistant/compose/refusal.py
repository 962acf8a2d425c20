"""When no plan answers: said in one sentence, with what is nearest and where to ask."""

from __future__ import annotations

import re

from assistant.compose.pieces import expiry, plan_heading, quote, remark, turn_to
from assistant.compose.select import plans_meant
from assistant.knowledge import Knowledge
from assistant.lexicon import lexicon
from assistant.model import Draft, DraftLine
from assistant.question import Reading
from assistant.retrieve import Found

COVERED = 0.34
"""Below this share of the question's topic no clause is about it."""
LIKE = 0.86
"""Above this cosine a clause may be about it in other words."""
_HOLDS = {
    "money": re.compile(r"\d+(?:\.\d+)?\s*(?:亿元|万元|元)|亿元 \||万元 \|"),
    "rate": re.compile(r"利率|贴息|费率|利息"),
    "percent": re.compile(r"\d+(?:\.\d+)?\s*%|% \|"),
    "bank": re.compile(r"[\u4e00-\u9fff]{2,6}银行(?!业)"),
    "date": re.compile(r"报名|\d+月\d+日|截止"),
    "contact": re.compile(r"\d{3,4}-?\d{7,8}|@|热线"),
    "person": re.compile(r"(?!)"),
}
_NAMES = {"money": "金额", "rate": "利率或费率", "percent": "比例", "bank": "具体银行", "date": "报名或办理日期", "contact": "联系方式",
          "person": "个人信息", "actual": "实际完成情况"}
_PAST = re.compile(r"[“\"]?十[二三][”\"]?五|基期|20(?:19|20)年")


def why_not(reading: Reading, found: Found, knowledge: Knowledge) -> str:
    """Why the plans in scope do not answer, or '' where they may."""
    if not found.evidence:
        return "收录的规划中没有找到相关内容"
    best = max(found.evidence[:5], key=lambda each: each.coverage)
    similar = max(each.similarity for each in found.evidence[:5])
    if best.coverage < COVERED and similar < LIKE and not reading.units:
        return "收录的规划中没有找到相关内容"
    if reading.value == "actual" and not _PAST.search(reading.text):
        return "收录的是规划文本，没有写明实际完成情况"
    if reading.value in _HOLDS:
        pattern = _HOLDS[reading.value]
        near = [each for each in found.evidence[:6] if each.coverage >= 0.75 * best.coverage]
        if not any(pattern.search(each.clause.text) for each in near):
            return f"相关条款没有写明{_NAMES[reading.value]}"
    return ""


def refuse(reading: Reading, found: Found, knowledge: Knowledge, reason: str) -> Draft:
    """One sentence, the nearest clause where it is about the same thing, and where to ask."""
    lines: list[DraftLine] = [remark(f"没有找到可以回答的依据：{reason}。")]
    plans: list[str] = []
    foreign = reading.scope.foreign and not reading.scope.named
    near = [] if foreign else [each for each in found.evidence[:1] if each.coverage >= COVERED]
    for each in near:
        plan_ids = plans_meant(reading, found, knowledge)
        clause = next((e.clause for e in found.evidence if e.clause.plan_id in plan_ids[:1]), each.clause)
        lines += [remark("最接近的条款是："), plan_heading(knowledge.view(clause.plan_id).meta), quote(clause, found, reading.more)]
        plans.append(clause.plan_id)
        units = turn_to([clause], knowledge)
        lines.append(remark(f"可向{units}咨询。" if units else "可向当地知识产权主管部门咨询。"))
    if not near:
        lines.append(remark("可向当地知识产权主管部门咨询，或换一种问法并写明地区。"))
    return Draft("refused", tuple(lines), expiry(plans, knowledge), tuple(_instead(reading, knowledge)))


def _instead(reading: Reading, knowledge: Knowledge) -> list[str]:
    topic = next((t for t in reading.terms if len(t) >= 2 and t not in lexicon().stop and t not in reading.scope.foreign), "质押融资")
    return [f"{meta.region}的规划对{topic}有什么安排？" for meta in knowledge.metas if meta.id in reading.scope.plan_ids][:3]
