"""Proofs → what a claim may rest on: the quotes themselves and sentences rendered from the facts that lie in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.knowledge import Knowledge, label_of, period
from assistant.model import Proof
from assistant.proof.checks import Ground, Role
from ingest.model import IndicatorFact, MeasureFact, PlanMeta, UnitFact

_STATES = {"over": "已到期（实施期已结束）", "in_force": "仍在实施期内", "not_started": "尚未到实施期",
           "unknown": "未载明实施期，无法确认是否仍在执行"}

_STRENGTHS = {"stated": "写明给予或落实", "explore": "探索（尚未定下）", "encourage": "鼓励（不是确定给予）",
              "support": "支持", "implement": "由有关单位开展"}
GENERAL = "一般企业"
"""The kind that every enterprise is of."""

_ENGLISH_STATES = {"over": "over (已到期)", "in_force": "in force (仍在实施期内)", "not_started": "not yet in force (尚未到实施期)",
                   "unknown": "of unknown standing: the text states no period (未载明实施期)"}


def ground_of(proofs: Sequence[Proof], knowledge: Knowledge) -> Ground:
    """The ground of one claim. Facts count only where they lie inside a proof."""
    clauses = [knowledge.catalogue.clause(proof.clause_id) for proof in proofs]
    metas = {clause.plan_id: knowledge.meta(clause.plan_id) for clause in clauses}
    texts = [knowledge.text(clause.plan_id)[proof.start:proof.end] for clause, proof in zip(clauses, proofs, strict=True)]
    labels, about, stated, roles = [], [], [], []
    for clause, proof in zip(clauses, proofs, strict=True):
        owner = knowledge.owner(clause)
        labels += [label_of(owner), label_of(clause)]
        about.append(clause.path)
        facts = [fact for fact in knowledge.units(clause) if proof.start <= fact.start and fact.end <= proof.end]
        roles += [_role(fact, knowledge) for fact in facts]
        stated.append(offered([fact for fact in knowledge.measures(clause) if proof.start <= fact.start and fact.end <= proof.end]))
        known = knowledge.indicator(clause)
        if known:
            stated += [each for each in _indicator(known, facts) if _numbers(each) <= _numbers(_written(known))]
    for meta in metas.values():
        about += [meta.title, meta.issuer, meta.region, meta.document_number, *meta.aliases]
        stated += list(_plan(meta, knowledge))
    return Ground(tuple(texts), tuple(stated), tuple(dict.fromkeys(labels)), tuple(about), tuple(roles))


def _role(fact: UnitFact, knowledge: Knowledge) -> Role:
    written = knowledge.text(fact.clause_id.split("#")[0])[fact.start:fact.end]
    return Role(fact.word, frozenset({fact.unit, written}), fact.side == "national")


def _indicator(known: IndicatorFact, facts: Sequence[UnitFact]) -> Iterator[str]:
    """`指标9 知识产权质押融资金额：2020年实现数55.14亿元，2025年目标数80亿元`, and the same as a sentence."""
    value = with_measure(known.value, known.measure)
    growth = "（增长率）" if "增长" in known.name and known.measure == "%" else ""
    parts = []
    if known.base_value:
        base = with_measure(known.base_value.rstrip("*"), known.measure)
        parts.append(f"{known.base_year}年栏{base}（带*号）" if known.base_value.endswith("*") else f"{known.base_year}年实现数{base}")
    parts.append(f"{known.target_year}年目标数{value}")
    yield f"指标{known.number} {known.name}{growth}：{'，'.join(parts)}"
    yield f"到{known.target_year}年，{known.name}达到{value}"
    names = "、".join(dict.fromkeys(fact.unit for fact in facts))
    if names:
        yield f"牵头单位：{names}"
    yield in_english(known, names)


def is_offer(text: str) -> bool:
    """Whether a line says for whom the measure quoted before it is: it means nothing without that."""
    return text.startswith("对象：")


def offered(facts: Sequence[MeasureFact]) -> str:
    """`对象：中小微企业；支持方式：融资；措辞：鼓励（不是确定给予）` of the measures quoted; '' where they name nobody."""
    named = list(dict.fromkeys(name for fact in facts for name in fact.audiences))
    audiences = [name for name in named if name != GENERAL] or named
    if not audiences:
        return ""
    supports = "、".join(dict.fromkeys(name for fact in facts for name in fact.supports))
    strengths = "、".join(dict.fromkeys(_STRENGTHS[fact.strength] for fact in facts))
    return f"对象：{'、'.join(audiences)}；" + (f"支持方式：{supports}；" if supports else "") + f"措辞：{strengths}。"


def _written(known: IndicatorFact) -> str:
    """Every number that a sentence rendered from a fact may hold: rendering can go wrong, and is checked like any claim."""
    return " ".join((known.number, known.name, known.measure, known.value, known.base_value, str(known.base_year), str(known.target_year)))


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def in_english(known: IndicatorFact, leads: str) -> str:
    """One indicator in English, its name, values and units as the plan writes them."""
    growth = " (growth)" if "增长" in known.name and known.measure == "%" else ""
    starred = " (marked * in the table)" if known.base_value.endswith("*") else ""
    base = f"{known.base_year} value {with_measure(known.base_value.rstrip('*'), known.measure)}{starred}, " if known.base_value else ""
    target = f"{known.target_year} target {with_measure(known.value, known.measure)}"
    return f"Indicator {known.number} “{known.name}”{growth}: {base}{target}" + (f"; lead: {leads}" if leads else "")


def with_measure(value: str, measure: str) -> str:
    """`15左右` and % read 15%左右, with the table's own way of writing beside it."""
    found = re.match(r"(\d+(?:\.\d+)?)([^\d.].*)$", value)
    return f"{found.group(1)}{measure}{found.group(2)}（表中写作“{value}”）" if found and measure else f"{value}{measure}"


def period_in_english(meta: PlanMeta, day: date) -> str:
    """Whether a plan is in force, in English."""
    return f"《{meta.title}》 runs {period(meta)}; as of {day.isoformat()} it is {_ENGLISH_STATES[meta.status(day)]}."


def _plan(meta: PlanMeta, knowledge: Knowledge) -> Iterator[str]:
    """What is known of a plan as a whole: its period and state today, its date, number and issuer."""
    day = knowledge.today
    yield (f"《{meta.title}》的实施期为{period(meta)}，截至{day.year}年{day.month}月{day.day}日"
           f"{_STATES[meta.status(day)]}。{meta.period_basis}")
    yield period_in_english(meta, day)
    if meta.issued:
        yield f"印发日期：{meta.issued.year}年{meta.issued.month}月{meta.issued.day}日"
    yield f"文号：{meta.document_number}" if meta.document_number else ""
    yield f"印发机关：{meta.issuer}" if meta.issuer else ""
