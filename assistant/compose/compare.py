"""Plans side by side: a column a plan, each cell cited, and what is not comparable said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.compose.beside import with_row
from assistant.compose.indicator import named_indicators, sentence
from assistant.compose.overview import overview
from assistant.compose.pieces import expiry, fact, quote, remark, role_line, units_proof, whole
from assistant.compose.responsibility import WITHOUT_UNITS
from assistant.compose.sections import asked_sections, is_number
from assistant.compose.select import best_clauses, by_plan, stating_numbers
from assistant.knowledge import Knowledge, label_of, period
from assistant.model import Draft, DraftLine, Evidence, Found
from assistant.pointed import quotes
from assistant.reading.question import Reading
from assistant.topic import measured
from ingest.model import Clause, PlanMeta

ABOUT = 0.3
"""A plan whose best clause holds less of the topic than this does not speak of it, unless it is alike …"""
LIKE = 0.88
"""… by this cosine."""
SECOND = 0.85
"""Another clause of a plan stands beside the first when it holds this share of the topic that the first does."""
ROW = 0.95
"""An indicator states the number that is asked for where it holds this share of the topic that the best clause does."""
_HOW = re.compile(r"(?<!要)怎么(?!能|样|比|算)|如何|措施|做法")
TOLD = 0.35
"""Where it is asked how, a clause that tells so stands before an indicator with this share of its coverage."""
_UNITS = re.compile(r"谁(来|在|去)?(牵头|主抓|负责|管|配合|办|做|主责|打头)|角色|主责|部门|单位|牵头|负责|责任|"
                    r"哪(个|家|些)?(海关|法院|检察院)|(海关|法院|检察院)[^。？?]{0,14}哪")
_OF_MEASURE = re.compile(r"计量单位|(?<=数字、)单位|(?<=数值、)单位|(?<=数字和)单位|(?<=数值和)单位|单位(?=[^，,。？?]{0,4}(?:是件|是个|相同|一样|换算))")
_AMOUNT = re.compile(r"\d+(?:\.\d+)?\s*(?:万|亿)?元")
_ANY = re.compile(r"\d")
_STATES = {"over": "，已到期", "in_force": "，仍在实施期内", "not_started": "，尚未到实施期"}


def compare(reading: Reading, found: Found, plan_ids: list[str], knowledge: Knowledge) -> Draft:
    """A table with what each plan says of the matter, in its own words."""
    evidence = {plan_id: _of_section(reading, each, knowledge, plan_id) for plan_id, each in by_plan(found).items()}
    titles = "、".join(f"《{knowledge.meta(plan_id).title}》" for plan_id in plan_ids)
    lines: list[DraftLine] = [remark(f"对照{titles}：")]
    chosen: dict[str, list[Clause]] = {}
    parts = {plan_id: _part(reading, found, knowledge, plan_id) for plan_id in plan_ids}
    for plan_id in plan_ids:
        if all(parts.values()):                                # 两份规划的目标有什么不同
            lines += [replace(line, bullet=False, row="规划原文", column=_column(knowledge.meta(plan_id), knowledge)) for line in parts[plan_id]]
            continue
        part = replace(found, evidence=tuple(evidence[plan_id]))
        chosen[plan_id] = _clauses(reading, stating_numbers(part, _wanted(reading), reading.measure) if reading.wants_number else part, knowledge, plan_id)
        column = _column(knowledge.meta(plan_id), knowledge)
        cells = [_cell(clause, part, reading, knowledge) for clause in chosen[plan_id]]
        if reading.wants_number and cells and not any(_states(clause, reading, knowledge) for clause in chosen[plan_id]):
            cells.append(remark("（没有写明这一数值）"))
        lines += [replace(cell, row="规划原文", column=column)
                  for cell in cells or [remark(_silent(reading, plan_id, knowledge))]]
    if _asks_units(reading):
        lines += _units(chosen, knowledge)
    rows = list(dict.fromkeys(line.row for line in lines))
    lines.sort(key=lambda line: rows.index(line.row))
    lines.append(remark(_difference(chosen, knowledge)))
    stated = any(line.kind == "fact" for line in lines)
    return Draft("answered" if stated else "refused", tuple(lines), expiry(plan_ids, knowledge))


def _part(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The goals or another part of a plan, where plans are compared by that and by no matter."""
    return [line for line in overview(reading.of((plan_id,)), found, knowledge, plan_id) if line.kind == "fact" and line.proofs]


def _of_section(reading: Reading, evidence: Sequence[Evidence], knowledge: Knowledge, plan_id: str) -> list[Evidence]:
    """Only what stands in the section of a plan that a question names by number (专栏3); all where the plan has none."""
    wanted = {section.id for _, number, unit in asked_sections(reading)
              for section in knowledge.view(plan_id).sections.values() if is_number(section, number, unit)}
    inside = [each for each in evidence if each.clause.section_id in wanted]
    return inside or list(evidence)


def _clauses(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[Clause]:
    """The clauses of one plan that bear on the matter: the indicators called by name, else the best one or two."""
    if _absent(reading, plan_id, knowledge):
        return []
    if reading.wants_number and _wanted(reading) is not _AMOUNT and (named := named_indicators(reading, knowledge, plan_id)):
        return named
    if _asks_units(reading):
        top = found.evidence[0]
        named = [e.clause for e in found.evidence[:8] if e.clause.kind not in WITHOUT_UNITS and knowledge.units(e.clause)
                 and e.coverage >= 0.6 * top.coverage]
        if named:
            return named[:1]
    top = found.evidence[0]
    if top.coverage < ABOUT and top.similarity < LIKE:
        return []
    if reading.wants_number:
        rows = [each.clause for each in found.evidence[:6] if each.clause.kind == "indicator" and each.coverage >= ROW * top.coverage]
        return list(dict.fromkeys((*rows[:1], top.clause)))
    told = [each for each in found.evidence if each.clause.kind != "indicator"]
    if told and _HOW.search(reading.asked) and told[0].coverage >= TOLD * top.coverage:
        found = replace(found, evidence=tuple(told))
    telling = tuple(each for each in found.evidence if each.clause.cell != "units") or found.evidence
    return with_row(best_clauses(telling, 3, near=2.0, share=SECOND), knowledge)[:3]


def _asks_units(reading: Reading) -> bool:
    """Whether it is asked who does it; 数字、单位 are those of a measure."""
    return bool(_UNITS.search(_OF_MEASURE.sub("", reading.asked)))


def _states(clause: Clause, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a clause has a number of the kind asked for."""
    return bool(knowledge.indicator(clause) or (_wanted(reading) or _ANY).search(clause.text))


def _wanted(reading: Reading) -> re.Pattern[str] | None:
    """A number of the kind asked for."""
    return _AMOUNT if reading.value == "money" or "金额" in reading.asked else measured(reading)


def _silent(reading: Reading, plan_id: str, knowledge: Knowledge) -> str:
    absent = _absent(reading, plan_id, knowledge)
    return f"文本中没有出现“{'”“'.join(absent)}”" if absent else "没有写到这方面的内容"


def _absent(reading: Reading, plan_id: str, knowledge: Knowledge) -> list[str]:
    """The terms in quotation marks, none of which a plan has; [] where it has one. “十四五” is part of a name."""
    terms = [term for term in reading.quoted if not re.fullmatch(r"十[一二三四五六七]五", term)]
    return [] if any(quotes(knowledge.text(plan_id), term) for term in terms) else list(dict.fromkeys(terms))


def _cell(clause: Clause, found: Found, reading: Reading, knowledge: Knowledge) -> DraftLine:
    known = knowledge.indicator(clause)
    if known:
        return fact(sentence(known, clause, knowledge), whole(clause))
    line = quote(clause, found, reading.more, asked=reading.asked)
    owner = knowledge.owner(clause)
    lead = "" if owner.title and owner.title in line.text else f"{label_of(owner)}："
    return fact(f"{lead}{line.text}", *line.proofs)


def _units(chosen: dict[str, list[Clause]], knowledge: Knowledge) -> list[DraftLine]:
    """The responsible units of each plan's clause, a row of the table."""
    lines = []
    for plan_id, clauses in chosen.items():
        owner = next((knowledge.owner(c) for c in clauses if knowledge.units(c) and not knowledge.indicator(c)), None)
        if owner:
            cell = next((c for c in knowledge.cells(owner) if c.cell == "units"), owner)
            line = fact(f"{role_line(knowledge.units(owner), knowledge)}。", whole(owner), units_proof(cell, knowledge))
            lines.append(replace(line, row="责任单位", column=_column(knowledge.meta(plan_id), knowledge)))
    return lines


def _column(meta: PlanMeta, knowledge: Knowledge) -> str:
    return f"{meta.region}（{period(meta)}{_STATES.get(meta.status(knowledge.today), '')}）"


def _difference(chosen: dict[str, list[Clause]], knowledge: Knowledge) -> str:
    """Why the columns cannot simply be compared: units of measure, growth beside level, levels of government."""
    facts = [known for clauses in chosen.values() for clause in clauses if (known := knowledge.indicator(clause))]
    measures = list(dict.fromkeys(known.measure for known in facts if known.measure))
    if len(measures) > 1:
        return f"计量单位不同（{'、'.join(measures)}），地区、级别和年份也不同，数字不能直接比较。"
    return "以上各规划的地区、级别、年份和措施类型不同，数字与要求不能直接相互替代。"
