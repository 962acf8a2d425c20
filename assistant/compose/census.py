"""Questions over all the units of a plan: which there are, what some do together, which tasks have several leads or none."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.compose.duties import joined
from assistant.compose.pieces import plan_heading, remark, units_line
from assistant.compose.wants import BY_WHOM
from assistant.knowledge import Knowledge
from assistant.model import DraftLine, Found, Proof
from assistant.reading.question import Reading
from assistant.reading.units import part_of, same_unit
from ingest.model import Clause, UnitFact

_BODIES = r"(?:责任|牵头|配合|参与|主管|相关|有关|成员)?(?:单位|部门|委办局|处室)"
# 有哪些责任单位   一共涉及多少个部门   责任单位都有哪些
_ALL = re.compile(rf"(?:涉及|有|包括|列了?|提到了?|需要|分给了?|给了?)(?:到)?(?:哪些|哪几|多少|几|什么)(?:个|家)?{_BODIES}|"
                  rf"哪(?:些|几|个)(?:个|家)? ?{_BODIES} ?(?:牵头|配合|负责|参与|主责)|"
                  rf"各(?:个)?{_BODIES}的?(?:任务|分工|职责|工作)|(?:任务|职责)?分工(?:表|清单|情况)?(?:是|有|怎么|如何|$)|"
                  rf"{_BODIES}(?:都|一共|总共|分别|各)*(?:有|是|包括)(?:哪些|多少|几|谁)")
# 由两个部门共同牵头   几家联合牵头的任务
_SEVERAL = re.compile(r"(?:两|二|2|多|几|三|[一二两]?个?以上)(?:个|家)?(?:部门|单位|厅局|委办局)?(?:以上)?(?:来)?(?:共同|联合|一起|同时)牵头")
# 没有写牵头单位的任务
_WITHOUT = re.compile(r"(?:没有?|未)(?:写明?|写清|明确|列出?|标明?|指定)?(?:牵头|主责)(?:单位|部门)?的?(?:任务|条款|工作|指标|事项|措施|有)")
_TOGETHER = re.compile(r"一起|共同|一道|同时|都(?:要|有|得)?(?:参与|负责|参加|管|承担|涉及)|联手|联合|共有")
# 国家知识产权局哪些司局参与
_OFFICES = re.compile(r"(?:哪些|哪几个?|几个|多少个?)(?:司局|司|处室|内设机构|直属单位|下属单位)")
_DOING = re.compile(r"组织|实施|统筹|落实|执行|推进|单位|部门|牵头|负责|配合|主管|分管|归|领导")
LITTLE = 0.8
"""… and nothing with less than this."""
TOPIC = 2.0
"""Something in particular is asked about from this weight of words on."""


def census(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The units of a plan, or the tasks that are asked for by their units alone; [] where something else is asked."""
    before = reading.follows and len(reading.units) > 1 and not all(unit in reading.asked for unit in reading.units)
    common = (before or joined(reading)) and bool(_TOGETHER.search(reading.asked))
    asked = any(pattern.search(reading.asked) for pattern in (_OFFICES, _SEVERAL, _WITHOUT, _ALL))
    if (reading.follows and not before and not _OFFICES.search(reading.asked)) or reading.number or reading.path or not (
            common or asked or _of_all(reading, found)):
        return []
    listed = [(clause, facts) for clause in knowledge.view(plan_id).clauses if not clause.parent_id and (facts := knowledge.units(clause))]
    if not listed:
        return []
    if common:
        courts = [unit for unit in reading.units if unit not in reading.asked and "法院" in reading.asked and unit.endswith(("法院", "中院", "高院"))]
        others = [unit for unit in reading.units if unit not in courts]
        names = "、".join((*others, "法院") if courts else others)
        groups = [*([unit] for unit in others), *([courts] if courts else ())]      # 法院 alone means any of them
        chosen = [clause for clause, facts in listed
                  if all(any(same_unit(unit, each.unit) for unit in group for each in facts) for group in groups)]
        return _tasks(plan_id, chosen, f"{names}都在单位名单里的共{len(chosen)}条：", f"没有哪一条的单位名单里同时有{names}。", knowledge)
    if len(reading.units) == 1 and _OFFICES.search(reading.asked):
        if _topic(found) - sum(weight for term, weight in found.weights.items() if term in reading.units[0]) >= TOPIC:
            return []
        offices = [(clause, tuple(each for each in facts if part_of(reading.units[0], each.unit))) for clause, facts in listed]
        return _units(replace(reading, role=None), offices, knowledge, plan_id)
    if reading.units or (_topic(found) >= TOPIC and not _of_all(reading, found)):
        return []
    if _SEVERAL.search(reading.asked):
        chosen = [clause for clause, facts in listed if len({each.unit for each in facts if each.role == "lead"}) > 1]
        return _tasks(plan_id, chosen, f"有几个牵头单位的共{len(chosen)}条：", "没有哪一条列了几个牵头单位。", knowledge)
    if _WITHOUT.search(reading.asked):
        chosen = [clause for clause, facts in listed if not any(each.role == "lead" for each in facts)]
        some, none = f"列有单位而没有写明牵头单位的共{len(chosen)}条：", "列有单位的各条都写明了牵头或负责单位："
        return _tasks(plan_id, chosen or [clause for clause, _ in listed], some if chosen else none, none, knowledge)
    return _units(reading, listed, knowledge, plan_id) if _ALL.search(reading.asked) or _of_all(reading, found) else []


def _of_all(reading: Reading, found: Found) -> bool:
    """Whether it is asked who does a named plan, and of no matter in it (重庆2024方案谁牵头)."""
    matter = sum(weight for term, weight in found.weights.items() if not _DOING.search(term))
    asks = reading.intent == "responsibility" and reading.scope.named and not BY_WHOM.search(reading.asked)          # 谁督查: that is not all who act
    return asks and not (reading.units or reading.quoted or reading.follows) and matter < LITTLE


def _topic(found: Found) -> float:
    return sum(weight for term, weight in found.weights.items()
               if not re.search(r"单位|部门|委办|厅局|处室|司局|机构|指标|任务|共同|联合|牵头|配合|参与", term))


def _tasks(plan_id: str, chosen: list[Clause], some: str, none: str, knowledge: Knowledge) -> list[DraftLine]:
    lines = [plan_heading(knowledge.meta(plan_id)), remark(some if chosen else none)]
    return [*lines, *(units_line(clause, knowledge, with_label=True) for clause in chosen)]


def _units(reading: Reading, listed: list[tuple[Clause, tuple[UnitFact, ...]]], knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """Every unit by the word the plan has for its part, each with the places that name it."""
    by_word: dict[str, dict[str, list[UnitFact]]] = {}
    for _, facts in listed:
        for each in facts:
            if reading.role in (None, each.role):
                word = f"{each.word}（国家层面）" if each.side == "national" else each.word
                by_word.setdefault(word, {}).setdefault(each.unit, []).append(each)
    names = {unit for units in by_word.values() for unit in units}
    if not names:
        return []
    lines = [plan_heading(knowledge.meta(plan_id)), remark(f"单位名单里共有{len(names)}个单位：")]
    for word, units in by_word.items():
        lines.append(remark(f"{word}（{len(units)}）："))
        lines += [DraftLine("fact", _written(facts, knowledge), tuple(Proof(each.clause_id, each.start, each.end) for each in facts), bullet=True)
                  for _, facts in sorted(units.items(), key=lambda pair: -len(pair[1]))]
    return lines


def _written(facts: list[UnitFact], knowledge: Knowledge) -> str:
    """A unit as the plan writes it, in its longest form."""
    return max((knowledge.text(each.clause_id.split("#")[0])[each.start:each.end] for each in facts), key=len)
