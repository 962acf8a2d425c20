"""What a unit is in for: every clause that names it, grouped by plan and role, with the count."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.compose.indicator import sentence
from assistant.compose.pieces import clean, expiry, plan_heading, remark, role_line, units_proof, whole
from assistant.knowledge import Knowledge, label_of
from assistant.model import Draft, DraftLine, Proof
from assistant.reading.question import Reading
from assistant.reading.units import part_of, renamed, same_unit, similar_unit
from ingest.model import Clause, Role, UnitFact
from ingest.registry import key_of, registry
from ingest.sentences import split_sentences
from ingest.tokens import tokens

ROLES: Mapping[Role | None, str] = {"lead": "牵头单位", "support": "配合单位", "office": "责任处室", "execute": "执行部门"}
_KIND = re.compile(r"海关|银保监分局|银保监局|金融监管局|中心支行|贸促会")
"""Units that every region has its own of."""
FEW = 5
"""Most leads that are told beside a unit's other roles, and most plans that are named."""
_JOINED = re.compile(r"◇(?:这|那|几家|[两二]家)?[和与及跟同、,，/]+(?:还有|以及)?◇")
MANY = 200
"""Most clauses that are looked into for a unit that no list has."""

Meant = Callable[[Reading, UnitFact], bool]


def duties(reading: Reading, knowledge: Knowledge) -> Draft:
    """The complete list; where no plan in scope names the unit, that is said, and which other plan does."""
    lines: list[DraftLine] = []
    plans: list[str] = []
    for meant in (_meant, _alike):
        for plan_id in reading.scope.plan_ids:
            part = _in_plan(reading, plan_id, knowledge, meant)
            if part:
                lines += part
                plans.append(plan_id)
        if plans:
            break
    if not plans:
        return _unknown(reading, knowledge)
    missing = [unit for unit in reading.units if joined(reading)
               and not any(_list_of(replace(reading, units=(unit,)), plan_id, knowledge, meant) for plan_id in plans)]
    if missing:
        lines.append(remark(f"{'该规划' if len(plans) == 1 else '这些规划'}的单位名单和正文中都没有出现{'、'.join(missing)}。"))
    regions = {knowledge.meta(plan_id).region for plan_id in plans}
    if not reading.scope.named and len(plans) > 1:
        lead = "、".join(f"《{knowledge.meta(p).title}》" for p in plans)
        where = "几个地区" if len(regions) > 1 else "几份规划"
        lines.insert(0, remark(f"问题没有说明是哪个地区、哪一份规划；{where}都有这个单位，下面按规划分别列出（{lead}）。"))
    if not reading.scope.named and len(reading.scope.plan_ids) < len(knowledge.metas) and len(every := _elsewhere(reading, knowledge)) > len(plans):
        lines.insert(0, remark(f"列有这个单位的规划共{len(every)}份，下面只是其中{len(plans)}份；请补充地区，可得到完整清单。"))
    return Draft("answered", tuple(lines), expiry(plans, knowledge),
                 tuple(f"{knowledge.meta(p).region}的{reading.units[0]}牵头哪些任务？" for p in plans[:2]))


def _unknown(reading: Reading, knowledge: Knowledge) -> Draft:
    """No plan in scope names the unit: said, with the plans elsewhere that do."""
    titles = "、".join(f"《{knowledge.meta(p).title}》" for p in reading.scope.plan_ids)
    several = len(reading.units) > 2 and "法院" in reading.asked and not any(unit in reading.asked for unit in reading.units)
    asked = "法院" if several else "、".join(reading.units)
    where = titles if reading.scope.named else "收录的规划"
    lines = [remark(f"没有找到依据：{where}的责任单位名单和正文中都没有出现{asked}。")]
    others = [knowledge.meta(plan_id) for plan_id in _elsewhere(reading, knowledge) if plan_id not in reading.scope.plan_ids]
    if others:
        shown = "、".join(f"{m.region}的《{m.title}》" for m in others[:FEW]) + (f"等{len(others)}份" if len(others) > FEW else "")
        lines.append(remark(f"{asked}见于{shown}，属于另一个地区或另一份规划，不能混用。"))
    alike = [line for plan_id in reading.scope.plan_ids for line in _of_the_kind(reading, plan_id, knowledge)] if reading.scope.named else []
    if alike:
        return Draft("answered", (*lines, *alike), expiry(reading.scope.plan_ids, knowledge))
    names = dict.fromkeys(each.unit for p in reading.scope.plan_ids for group in knowledge.view(p).units.values()
                          for each in group)
    near = sorted(names, key=lambda name: name[-1] != asked[-1])                # offices first where an office was asked for
    return Draft("refused", tuple(lines), (), tuple(f"{name}负责哪些任务？" for name in near[:3]))


def _elsewhere(reading: Reading, knowledge: Knowledge) -> list[str]:
    """The plans that list the units asked for, or name them in a clause."""
    names = [name for name in knowledge.catalogue.unit_names()
             if any(same_unit(unit, name) or renamed(unit, name) is not None for unit in reading.units)]
    naming = (knowledge.catalogue.clause(clause_id) for unit in reading.units for clause_id in knowledge.catalogue.having(tokens(unit))[:MANY])
    spoken = {clause.plan_id for clause in naming if any(unit in clause.text for unit in reading.units)}
    return list(dict.fromkeys((*knowledge.catalogue.plans_of_units(names), *sorted(spoken))))


def _of_the_kind(reading: Reading, plan_id: str, knowledge: Knowledge) -> list[DraftLine]:
    """What a plan says of the unit of the same kind that is its own: 黔江海关, where 拱北海关 is asked for."""
    kinds = {found.group(0) for unit in reading.units if (found := _KIND.search(unit))}
    own = tuple(dict.fromkeys(each.unit for group in knowledge.view(plan_id).units.values() for each in group
                              if (found := _KIND.search(each.unit)) and found.group(0) in kinds))
    return [remark(f"该规划写到的是{'、'.join(own)}："), *_in_plan(replace(reading, units=own), plan_id, knowledge, _meant)] if own else []


def _in_plan(reading: Reading, plan_id: str, knowledge: Knowledge, meant: Meant) -> list[DraftLine]:
    """The list of a plan; of units named one after another, the list of each under its name."""
    if not joined(reading):
        return _list_of(reading, plan_id, knowledge, meant)
    each_of = {unit: lines for unit in reading.units if (lines := _list_of(replace(reading, units=(unit,)), plan_id, knowledge, meant))}
    if len({tuple(line.proofs for line in lines) for lines in each_of.values()}) < 2:
        return _list_of(reading, plan_id, knowledge, meant)
    lines = [plan_heading(knowledge.view(plan_id).meta)]
    for unit, part in each_of.items():
        lines += [remark(f"{unit}："), *part[1:]]
    return lines


def joined(reading: Reading) -> bool:
    """Whether a question names units one after another (科技局和经信委)."""
    return len(reading.units) > 1 and bool(_JOINED.search(re.sub("|".join(map(re.escape, reading.units)), "◇", reading.asked)))


def _list_of(reading: Reading, plan_id: str, knowledge: Knowledge, meant: Meant) -> list[DraftLine]:
    view = knowledge.view(plan_id)
    facts = [each for group in view.units.values() for each in group if meant(reading, each)]
    aliases = {each.unit for each in facts if not any(same_unit(unit, each.unit) or part_of(unit, each.unit) for unit in reading.units)}
    wanted = [each for each in facts if each.role == reading.role] if reading.role else facts
    other_roles = bool(facts) and not wanted
    facts = wanted or facts
    if not facts:
        return _mentioned(reading, plan_id, knowledge)
    by_word: dict[str, list[tuple[Clause, UnitFact]]] = {}
    for each in facts:
        clause = knowledge.owner(view.by_id[each.clause_id])
        group = by_word.setdefault(each.word, [])
        if not any(known.id == clause.id for known, _ in group):
            group.append((clause, each))
    total = {clause.id for group in by_word.values() for clause, _ in group}
    kinds = {clause.kind for group in by_word.values() for clause, _ in group}
    noun = "指标" if kinds == {"indicator"} else "条任务" if "indicator" not in kinds else "条"
    count = f"{len(total)}个{noun}" if noun == "指标" else f"{len(total)}{noun}"
    named = "、".join(dict.fromkeys(each.unit for each in facts))
    lines = [plan_heading(view.meta), remark(f"共{count}（原文写作：{named}）。")]
    if other_roles:
        lines.append(remark(f"该规划没有把它列为{ROLES[reading.role]}，下面是它在该规划中的全部角色。" ))
    for old in sorted(aliases):
        lines.append(remark(f"原文没有“{'、'.join(reading.units)}”这一名称，按名称沿革或相近列出的是{old}，请核对是否同一单位。"))
    for word, group in by_word.items():
        lines.append(remark(f"{_word(word, group)}（{len(group)}）："))
        lines += [_duty(clause, each, knowledge) for clause, each in sorted(group, key=lambda pair: pair[0].order)]
    if other_roles and reading.role == "lead":
        lines += _leads(by_word, knowledge)
    if len(by_word) == 1 and "责任单位" in by_word and view.meta.level:
        split = {f.word for group in view.units.values() for f in group}
        if split == {"责任单位"}:
            lines.append(remark("该方案只写“责任单位”，没有区分牵头和配合。"))
    return lines


def _leads(by_word: Mapping[str, Sequence[tuple[Clause, UnitFact]]], knowledge: Knowledge) -> list[DraftLine]:
    """Who does lead what the unit was thought to lead."""
    clauses = {clause.id: clause for group in by_word.values() for clause, _ in group}
    led = {clause: [each for each in knowledge.units(clause) if each.role == "lead"] for clause in clauses.values()}
    lines = [DraftLine("fact", f"{label_of(clause)}——{role_line(leads, knowledge)}。",
                       (Proof(leads[0].clause_id, min(each.start for each in leads), max(each.end for each in leads)),), bullet=True)
             for clause, leads in led.items() if leads][:FEW]
    return [remark("这些任务的牵头单位是："), *lines] if lines else []


def _meant(reading: Reading, each: UnitFact) -> bool:
    offices = len(reading.units) == 1             # beside another unit a body is the one that issued the plan
    return any(same_unit(unit, each.unit) or (offices and part_of(unit, each.unit)) or renamed(unit, each.unit) is not None
               for unit in reading.units)


def _alike(reading: Reading, each: UnitFact) -> bool:
    return any(similar_unit(unit, each.unit) for unit in reading.units)


def _word(word: str, group: Sequence[tuple[Clause, UnitFact]]) -> str:
    return "原文残缺、未写明角色" if word == "原文残缺" else word


def _duty(clause: Clause, each: UnitFact, knowledge: Knowledge) -> DraftLine:
    known = knowledge.indicator(clause)
    if known:
        return DraftLine("fact", sentence(known, clause, knowledge), (whole(clause),), bullet=True)
    cell = next((c for c in knowledge.cells(clause) if c.cell == "units"), None)
    proofs = [whole(clause)]
    if cell:
        proofs.append(units_proof(cell, knowledge))
    proofs.append(Proof(each.clause_id, each.start, each.end))
    return DraftLine("fact", label_of(clause), tuple(proofs), bullet=True)


def _names_of(core: str) -> tuple[str, ...]:
    """All names of a unit that goes by one: 经信委, 经济信息委, 经济和信息化委员会."""
    return next((group for group in registry().groups if core in group), (core,))


def _mentioned(reading: Reading, plan_id: str, knowledge: Knowledge) -> list[DraftLine]:
    """Sentences that name the unit outside any list of responsible units."""
    if reading.role in ("office", "execute"):
        return []
    view = knowledge.view(plan_id)
    names = set(reading.units)
    for unit in reading.units:
        key = key_of(unit)
        names |= {f"{key.level}{other}" for core in key.cores for other in _names_of(core) if (key.place and key.level) or len(other) >= 4}
    names |= {f"{level}{name}" for name in reading.units if not key_of(name).level for level in "省市区县"}
    stems = "|".join(re.escape(name[:-1]) for name in names if name[-1] in "局委办厅" and len(name) >= 4)
    short = re.compile(rf"(?:{stems})(?=等|、|部门|和|及)" if stems else r"(?!)")   # 协调市财政等部门出台…
    lines: list[DraftLine] = []
    owners: set[str] = set()
    for clause in view.clauses:
        if clause.kind in ("front", "row"):
            continue
        for start, end in split_sentences(clause.text, clause.start):
            body = clause.text[start - clause.start:end - clause.start]
            if any(name in body for name in names) or short.search(body):
                owner = knowledge.owner(clause)
                owners.add(owner.id)
                lead = f"{label_of(owner)}：" if owner is not clause else f"{label_of(clause)}："
                lines.append(DraftLine("fact", f"{lead}{clean(body)}", (Proof(clause.id, start, end),), bullet=True))
    if not lines:
        return []
    asked = reading.units[0]
    note = f"{asked}不在该规划的责任单位名单里，只在{len(owners)}条的正文中提到："
    if reading.role == "lead":
        note = f"该规划没有写明由{asked}担任牵头单位，正文中提到它的有{len(owners)}条："
    return [plan_heading(view.meta), remark(note), *lines]
