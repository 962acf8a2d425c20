"""Support: what a plan offers to the reader's kind, each measure with whom it is for, what it gives and how it is worded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.compose.pieces import clean, lacks, plan_heading, remark, turn_to
from assistant.knowledge import Knowledge, PlanView, label_of
from assistant.lexicon import lexicon
from assistant.model import DraftLine, Found, Proof
from assistant.proof.ground import offered
from assistant.reading.question import Reading
from ingest.measures import audience_words, supervises
from ingest.model import Clause
from ingest.sentences import split_sentences
from ingest.tokens import is_word, part_of_speech

_OFFERS = frozenset(("支持", "扶持", "政策", "资助", "奖励", "补助", "补贴", "专项资金", "优惠", "帮扶", "享受", "照顾", "待遇",
                     "好处", "利好", "实惠", "红利", "福利", "带来", "资金", "经费", "奖金", "奖补"))
_TRADE = ("产品", "业务", "生意", "客户", "市场", "专利")
"""What every firm has, and no need of its own."""
NEED = 2.0
"""Words of this weight beside the reader's kind are a need of its own; with less, everything for that kind is asked for."""
NARROW = 0.34
"""A word that at most this share of the offers for a kind of reader has is a kind of its own."""
SMALL, ANY = "中小微企业", "一般企业"
"""Whose measures a reader is told whose own kind has none."""
MOST = 12
"""Most measures that one answer lists …"""
MOST_TITLES = 24
"""… and most by their titles."""
TITLED = 4
"""A clause is told by a title of so many characters."""
NOT_FIRMS = frozenset(("金融机构", "服务机构", "知识产权人才", "园区", "高校院所"))
"""Readers that are no firms."""
# 有哪些优惠   能给企业带来什么好处
_ANYTHING = re.compile(r"支持|扶持|政策|优惠|好处|利好|帮助|帮扶|照顾|红利|福利|实惠|带来(?:什么|啥|哪些)|待遇")
# 有没有补贴   给不给钱
_FUNDS = re.compile(r"资助|奖励|补助|补贴|奖补|贴息|专项资金|资金支持|财政资金|扶持资金|经费(?!支出|投入强度)|风险补偿")
_MONEY = re.compile(r"补贴|补助|资助|奖励|奖金|奖补|给钱|给不给钱|有没有钱|发钱|拿钱|资金")


def every_offer(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """All measures of a plan for the reader's kind, or all that it offers to firms, where the question names no need; []
    otherwise."""
    supervised = _supervised(reading, found, knowledge)
    if reading.numbers or reading.quoted or reading.value or (_need(reading, found) >= NEED and not supervised):
        return []
    view = knowledge.view(plan_id)
    if not (reading.audiences or reading.trade):
        bare = not any(term in reading.asked for term in reading.terms)                 # 贵州有没有
        return _all_offers(replace(reading, asked=reading.text) if reading.follows else reading, view, knowledge) if reading.scope.named and (
            bare or not reading.follows) else []
    kinds = reading.audiences
    for kinds in (reading.audiences, (SMALL,), (ANY,)):
        wanted = [(clause, each) for clause in view.clauses for each in knowledge.measures(clause) if set(each.audiences) & set(kinds)]
        if wanted:
            break
    offers = [clause.text[each.start - clause.start:each.end - clause.start] for clause, each in wanted]
    if not wanted or (not supervised and _narrow(reading, offers, knowledge.text(plan_id))):
        return []
    called = [word for name in kinds for word in audience_words(name) if word in reading.asked and len(word) >= TITLED]
    wanted.sort(key=lambda pair: not any(word in knowledge.owner(pair[0]).title for word in called))
    asked = "、".join(kinds)
    shown = wanted[:MOST]
    more = f"，先列{MOST}条" if len(wanted) > MOST else ""
    lines = [plan_heading(view.meta)]
    if reading.audiences and kinds is not reading.audiences:
        lines.append(remark(f"该规划没有专门对{'、'.join(reading.audiences)}的措施。"))
    lines.append(remark(f"该规划中提到{asked}的措施共{len(wanted)}条{more}："))
    for clause, each in shown:
        owner = knowledge.owner(clause)
        text = clean(clause.text[each.start - clause.start:each.end - clause.start])
        lead = f"{label_of(owner)}：" if owner is not clause or (clause.title and clause.title not in text) else ""
        stop = "" if text.endswith(("。", "；", ";")) else "。"
        lines.append(DraftLine("fact", f"{lead}{text}{stop}{offered([each])}", (Proof(clause.id, each.start, each.end),), bullet=True))
    return [*lines, *advice([clause for clause, _ in shown], knowledge)]


def _all_offers(reading: Reading, view: PlanView, knowledge: Knowledge) -> list[DraftLine]:
    """Every clause of a plan that offers firms something (有什么好处), by its title; every sentence on money (有没有补贴)."""
    if _MONEY.search(reading.asked):
        about, offers = "写到资金、资助或奖励", _on_money(view)
    elif _ANYTHING.search(reading.asked):
        about, offers = "对企业写有支持措施", _for_firms(view, knowledge)
    else:
        return []
    if not offers:
        return []
    shown = offers[:MOST_TITLES]
    more = f"，先列{MOST_TITLES}条" if len(offers) > MOST_TITLES else ""
    lines = [plan_heading(view.meta), remark(f"该规划{about}的共{len(offers)}条{more}：")]
    for clause, start, end in shown:
        owner = knowledge.owner(clause)
        facts = [each for each in knowledge.measures(clause) if start <= each.start and each.end <= end]
        by_title = not _MONEY.search(reading.asked) and owner is clause and len(clause.title) >= TITLED
        text = "" if by_title else clean(clause.text[start - clause.start:end - clause.start])
        lead = "" if owner is clause and (not clause.title or clause.title in text) else f"{label_of(owner)}：" if text else f"{label_of(owner).rstrip('。')}。"
        lines.append(DraftLine("fact", f"{lead}{text}{offered(facts)}", (Proof(clause.id, start, end),), bullet=True))
    return [*lines, *advice([clause for clause, _, _ in shown], knowledge),
            remark("如补充企业类型（如高新技术企业、专精特新、中小微企业、高校院所）和最需要的支持，可以进一步缩小范围。")]


def _for_firms(view: PlanView, knowledge: Knowledge) -> list[tuple[Clause, int, int]]:
    """The clauses with measures for firms, each with the range of these."""
    found = []
    for clause in view.clauses:
        facts = [each for each in knowledge.measures(clause) if set(each.audiences) - NOT_FIRMS]
        if facts:
            found.append((clause, min(each.start for each in facts), max(each.end for each in facts)))
    return found


def _on_money(view: PlanView) -> list[tuple[Clause, int, int]]:
    """The sentences of tasks and safeguards that speak of money to be given or provided."""
    return [(clause, start, end) for clause in view.clauses if clause.kind in ("task", "safeguard", "cell") and clause.cell not in ("units", "schedule")
            for start, end in split_sentences(clause.text, clause.start) if _FUNDS.search(clause.text[start - clause.start:end - clause.start])]


def asks_offers(reading: Reading, found: Found, knowledge: Knowledge) -> bool:
    """Whether nothing in particular is asked for but what there is for the reader's kind; what a reader makes (做蜡染的小作坊)
    need not stand in any plan."""
    strange = [term for term in found.unknown if part_of_speech(term) == "name" and is_word(term) and term not in _OFFERS
               and not any(key in term for key in lexicon().synonyms)]
    return reading.intent == "support" and all(reading.of_trade(term) for term in strange) and any(
        every_offer(reading, found, knowledge, plan_id) for plan_id in reading.scope.plan_ids)


def _narrow(reading: Reading, offers: Sequence[str], text: str) -> bool:
    """Whether the question's own word for its kind of reader is a kind of its own that the plan knows, and of which few of
    these offers speak: 老字号 is one of the 文化和版权企业."""
    words = [word for name in reading.audiences for word in audience_words(name) if word in reading.asked]
    word = max(words, key=len, default="")
    return bool(word) and word in text and sum(word in offer for offer in offers) <= NARROW * len(offers)


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


def _supervised(reading: Reading, found: Found, knowledge: Knowledge) -> bool:
    """Whether the clause nearest to what a reader says of themselves is one that watches over them, and offers nothing."""
    nearest = found.evidence[0].clause if found.evidence else None
    return bool(reading.audiences and nearest and supervises(nearest.text) and not knowledge.measures(nearest))


def _need(reading: Reading, found: Found) -> float:
    """The weight of what is asked for beside help for the reader's kind."""
    words = {word for name in reading.audiences for word in audience_words(name)}
    named = [*words, *_TRADE, *(term for term in found.weights if reading.of_trade(term)),
             *(term for term in found.weights if any(word in term for word in words) or words & set(lexicon().synonyms.get(term, ())))]
    if any(phrase not in _OFFERS and not any(phrase in word or word in phrase for word in named) for phrase in reading.phrases):
        return NEED
    return sum(weight for term, weight in found.weights.items()
               if term not in found.unknown and term not in _OFFERS and not any(term in word for word in named))
