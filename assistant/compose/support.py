"""Support: what a plan offers to the reader's kind, each measure with whom it is for, what it gives and how it is worded."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose.pieces import clean, lacks, plan_heading, remark, turn_to
from assistant.knowledge import Knowledge, label_of
from assistant.lexicon import lexicon
from assistant.model import DraftLine, Found, Proof
from assistant.proof.ground import offered
from assistant.reading.question import Reading
from ingest.measures import audience_words
from ingest.model import Clause

_OFFERS = frozenset(("支持", "扶持", "政策", "资助", "奖励", "补助", "补贴", "专项资金", "优惠", "帮扶", "享受", "照顾", "待遇"))
_TRADE = ("产品", "业务", "生意", "客户", "市场", "专利")
"""What every firm has, and no need of its own."""
NEED = 2.0
"""Words of this weight beside the reader's kind are a need of its own; with less, everything for that kind is asked for."""
NARROW = 0.34
"""A word that at most this share of the offers for a kind of reader has is a kind of its own."""
MOST = 12
"""Most measures that one answer lists."""


def every_offer(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """All measures of a plan for the reader's kind, where the question names a kind and no need; [] otherwise."""
    if not reading.audiences or reading.numbers or reading.quoted or reading.value or _need(reading, found) >= NEED:
        return []
    view = knowledge.view(plan_id)
    wanted = [(clause, each) for clause in view.clauses for each in knowledge.measures(clause)
              if set(each.audiences) & set(reading.audiences)]
    if not wanted or _narrow(reading, [clause.text[each.start - clause.start:each.end - clause.start] for clause, each in wanted]):
        return []
    asked = "、".join(reading.audiences)
    shown = wanted[:MOST]
    more = f"，先列{MOST}条" if len(wanted) > MOST else ""
    lines = [plan_heading(view.meta), remark(f"该规划中提到{asked}的措施共{len(wanted)}条{more}：")]
    for clause, each in shown:
        owner = knowledge.owner(clause)
        text = clean(clause.text[each.start - clause.start:each.end - clause.start])
        lead = f"{label_of(owner)}：" if owner is not clause or (clause.title and clause.title not in text) else ""
        stop = "" if text.endswith(("。", "；", ";")) else "。"
        lines.append(DraftLine("fact", f"{lead}{text}{stop}{offered([each])}", (Proof(clause.id, each.start, each.end),), bullet=True))
    return [*lines, *advice([clause for clause, _ in shown], knowledge)]


def _narrow(reading: Reading, offers: Sequence[str]) -> bool:
    """Whether the question's own word for its kind of reader is a kind of its own, of which few of these offers speak:
    老字号 is one of the 文化和版权企业."""
    words = [word for name in reading.audiences for word in audience_words(name) if word in reading.asked]
    word = max(words, key=len, default="")
    return bool(word) and 0 < sum(word in offer for offer in offers) <= NARROW * len(offers)


def told(clause: Clause, proofs: tuple[Proof, ...], knowledge: Knowledge) -> list[DraftLine]:
    """For whom a quoted measure is, what it gives and how strongly it is worded; [] where it names nobody."""
    facts = [fact for fact in knowledge.measures(clause) for proof in proofs
             if proof.clause_id == clause.id and proof.start <= fact.start and fact.end <= proof.end]
    text = offered(facts)
    return [DraftLine("fact", text, proofs)] if text else []


def advice(clauses: list[Clause], knowledge: Knowledge) -> list[DraftLine]:
    """Whom to ask, and what an enterprise would look for that the clauses leave open."""
    units = turn_to(clauses, knowledge)
    lines = [remark(f"可向条款所列单位咨询：{units}。")] if units else []
    gap = lacks(clauses)
    return [*lines, *([gap] if gap else [])]


def _need(reading: Reading, found: Found) -> float:
    """The weight of what is asked for beside help for the reader's kind."""
    words = {word for name in reading.audiences for word in audience_words(name)}
    named = [*words, *_TRADE, *(term for term in found.weights if any(word in term for word in words) or words & set(lexicon().synonyms.get(term, ())))]
    if any(phrase not in _OFFERS and not any(phrase in word or word in phrase for word in named) for phrase in reading.phrases):
        return NEED
    return sum(weight for term, weight in found.weights.items()
               if term not in found.unknown and term not in _OFFERS and not any(term in word for word in named))
