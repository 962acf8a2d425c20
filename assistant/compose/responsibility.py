"""Who is responsible: the units of the clause that states the matter, in the roles the text gives them."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.compose.indicator import called_indicators, indicator_lines, named_indicators
from assistant.compose.lacking import NO_UNIT
from assistant.compose.pieces import clean, fact, plan_heading, quote, remark, units_line, whole
from assistant.compose.sections import named_section
from assistant.compose.text import passages, unstated
from assistant.knowledge import Knowledge, label_of
from assistant.model import DraftLine, Evidence, Found
from assistant.reading.asked import CONFIRM, asked_member
from assistant.reading.question import Reading
from assistant.reading.units import part_of, same_unit
from assistant.topic import coverage
from ingest.model import Clause, UnitFact

PART = 2.0
"""A part of a question is about a matter of its own from this weight of words on …"""
UNITS = 0.72
"""The clause that names units holds this share of the topic that the best clause does."""
HELD = 0.5
"""… and a clause states it that holds this share of them."""
MOST_BESIDE = 3
_WHO_BESIDE = re.compile(r"(?:归|由|是)?(?:哪|同一)(?:一?个|些|一?家|几家)?(?:责任)?(?:处室|处(?![理置])|单位|部门|局|厅|委)|"
                         r"谁(?:来|在)?(?:牵头|负责|配合|管|主责|承担)|归谁|"
                         r"(?:责任|牵头|配合|执行)(?:单位|部门|处室)(?:是|有|为|呢|又|分别|都|跟|和|与|、|[？?。]?$)")
_ROLE_TOLD = re.compile(r"(?:牵头|配合|责任|执行|承办|主办)(?:单位|部门|处室)?(?:（[^）]*）)?：")
WITHOUT_UNITS = ("goal", "principle", "text", "note", "front")
"""Kinds of clauses that never name who does it: the task that serves an aim does."""


def responsibility(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The responsible units of one clause, or of every clause of the section asked for."""
    lines = [plan_heading(knowledge.meta(plan_id))]
    section = None if found.told else named_section(reading, knowledge, plan_id)
    if section and not _specific(reading, found, section.title):
        clauses = [c for c in knowledge.section_clauses(section.id) if knowledge.units(c)]
        if clauses:
            for clause in clauses:
                lines.append(units_line(clause, knowledge, with_label=True))
            return lines
    owners = _owners(found, knowledge) if found.told else []
    if owners and (body := asked_member(reading.asked)):
        listing = [owner for owner in owners if any(body in each.unit or same_unit(body, each.unit) for each in knowledge.units(owner))]
        lines += [units_line(owner, knowledge, with_label=True) for owner in listing or owners]
        return lines if listing else [*lines, remark(f"上述单位名单中没有{body}。")]
    if len(owners) > 1:
        return [*lines, *(units_line(owner, knowledge, with_label=True) for owner in owners)]
    if parts := _each_part(reading, found, knowledge):
        for clause, units in parts:
            lines += [quote(clause, found, reading.more), units_line(knowledge.owner(clause), knowledge, with_label=False),
                      *_asked_units(replace(reading, units=units), knowledge.units(clause))]
        return lines
    named = named_indicators(reading, knowledge, plan_id)
    chosen = named[0] if named else _clause(found.evidence, knowledge)
    if chosen is None:
        absent = [unit for unit in reading.units if not _stands(unit, knowledge, plan_id)]
        if kin := called_indicators(reading.text, knowledge, plan_id):
            return [*passages(reading, found, knowledge, plan_id), remark("该规划没有写明这一条的责任单位；同一事项的指标列有牵头单位："),
                    *(line for clause in kin[:2] for line in indicator_lines(clause, reading, knowledge))]
        return [*passages(reading, found, knowledge, plan_id), remark(NO_UNIT),
                *([remark(f"该规划的单位名单和正文中都没有出现{'、'.join(absent)}。")] if absent else [])]
    if chosen.kind == "indicator":
        rows = named or [chosen]
        return [*lines, *(line for clause in rows for line in indicator_lines(clause, reading, knowledge)),
                *(_asked_units(reading, knowledge.units(chosen)) if len(rows) == 1 else ())]
    owner = knowledge.owner(chosen)
    line = quote(chosen, found, reading.more)
    lead = "" if owner.title and owner.title in line.text else f"{label_of(owner)}："
    lines.append(DraftLine("fact", f"{lead}{line.text}", (*line.proofs, whole(owner))))
    lines.append(units_line(owner, knowledge, with_label=False))
    lines += [fact(f"{label_of(owner)}：{clean(cell.text)}", whole(cell)) for cell in _timed(owner, reading, found, knowledge)]
    lines += _asked_units(reading, knowledge.units(owner))
    lines += _limits(reading, knowledge.units(owner))
    lines += unstated(reading, [owner, *knowledge.cells(owner)])
    return lines


def _timed(owner: Clause, reading: Reading, found: Found, knowledge: Knowledge) -> list[Clause]:
    """The cells of a row that are of the quarters named (年底呢？责任处室写的谁), and the one that holds most of what is said to
    be then (规范一季度就出台了，是不是)."""
    timed = [cell for cell in knowledge.cells(owner) if knowledge.schedule(cell)] if reading.quarters else []
    told = [cell for cell in timed if any(set(each.quarters) & set(reading.quarters) for each in knowledge.schedule(cell))]
    if told and CONFIRM.search(reading.asked):
        best = max(timed, key=lambda cell: coverage(found.weights, cell.text))
        told = [cell for cell in timed if cell in told or cell is best]
    return told


def _owners(found: Found, knowledge: Knowledge) -> list[Clause]:
    """The clauses with units among the evidence, in the order of the text."""
    owners = {owner.id: owner for each in found.evidence if knowledge.units(owner := knowledge.owner(each.clause))}
    return sorted(owners.values(), key=lambda owner: owner.order)


def _each_part(reading: Reading, found: Found, knowledge: Knowledge) -> list[tuple[Clause, tuple[str, ...]]]:
    """For a question that says of several units what each is in for (人行配合质押、海关配合海外风险防控，没错吧), the clause of
    each with its units; [] where all is about one clause."""
    parts: dict[str, tuple[Clause, tuple[str, ...]]] = {}
    for part in re.split(r"[，,、；;]", reading.asked):
        units = tuple(unit for unit in reading.units if unit in part)
        weights = {term: weight for term, weight in found.weights.items()
                   if term in part and not any(term in unit for unit in units)}
        naming = [each for each in found.evidence[:20] if each.clause.kind not in WITHOUT_UNITS and each.clause.cell != "units"
                  and knowledge.units(each.clause)]
        if not units or sum(weights.values()) < PART or not naming:
            continue
        best = max(naming, key=lambda each: (round(coverage(weights, each.clause.text), 2), each.score))
        if coverage(weights, best.clause.text) >= HELD:
            owner = knowledge.owner(best.clause).id
            parts[owner] = (best.clause, (*parts[owner][1], *units) if owner in parts else units)
    return list(parts.values()) if len(parts) > 1 else []


def _specific(reading: Reading, found: Found, title: str) -> bool:
    """Whether the question names something beyond the section's heading."""
    rest = [term for term in reading.terms if term not in title and term in found.weights]
    known = [term for term in rest if any(term in e.clause.text for e in found.evidence[:5])]
    return len(known) > 0


def _clause(evidence: tuple[Evidence, ...], knowledge: Knowledge) -> Clause | None:
    """The best clause that names units; a clear better one without units means that the text names none."""
    stating = [each for each in evidence if each.clause.cell != "units" and each.clause.kind not in WITHOUT_UNITS]
    for each in stating[:8]:
        if knowledge.units(knowledge.owner(each.clause)):
            return each.clause if each.coverage >= (0.9 if each.clause.kind == "indicator" else UNITS) * stating[0].coverage else None
    return None


def units_beside(reading: Reading, lines: list[DraftLine], knowledge: Knowledge) -> list[DraftLine]:
    """Who is responsible for what was told, where that is asked beside something else (哪个季度开通？归哪个处室？)."""
    if not _WHO_BESIDE.search(reading.asked) or any(_ROLE_TOLD.search(line.text) for line in lines if line.kind == "fact"):
        return []
    cited = dict.fromkeys(proof.clause_id for line in lines if line.kind == "fact" for proof in line.proofs)
    owners = dict.fromkeys(knowledge.owner(clause) for name in cited if (clause := knowledge.view(name.split("#")[0]).by_id.get(name)))
    naming = [owner for owner in owners if knowledge.units(owner)][:MOST_BESIDE]
    return [units_line(owner, knowledge, with_label=len(naming) > 1) for owner in naming]


def _asked_units(reading: Reading, facts: tuple[UnitFact, ...]) -> list[DraftLine]:
    """For units the question names: in which role each is in this clause, or that it is not."""
    lines = []
    for unit in reading.units:
        matches = [each for each in facts if same_unit(unit, each.unit)]
        if not matches:
            if not any(part_of(unit, each.unit) for each in facts):
                lines.append(remark(f"该条的单位名单中没有{unit}。"))
        elif reading.role in ("lead", "support") and all(each.role in ("lead", "support") and each.role != reading.role for each in matches):
            lines.append(remark(f"按该条原文，{unit}是{matches[0].word.removesuffix('单位')}单位，不是{'牵头' if reading.role == 'lead' else '配合'}单位。"))
    return lines


def _stands(unit: str, knowledge: Knowledge, plan_id: str) -> bool:
    """Whether a plan names a unit, in a list or in its text."""
    facts = (each for group in knowledge.view(plan_id).units.values() for each in group)
    return unit in knowledge.text(plan_id) or any(same_unit(unit, each.unit) for each in facts)


def _limits(reading: Reading, facts: tuple[UnitFact, ...]) -> list[DraftLine]:
    """What the text leaves open: no split into lead and support, or a list cut off in the source."""
    if any(not each.complete for each in facts):
        return [remark("原文此处的单位名单残缺（没有写完），以上只是能看到的部分。")]
    words = {each.word for each in facts}
    if words == {"责任单位"} and re.search(r"牵头|配合|主责", reading.asked):
        return [remark("原文统称“责任单位”，没有区分牵头和配合。" if len(facts) > 1 else "原文只写“责任单位”，没有另写牵头或配合单位。")]
    roles = {each.role for each in facts}
    missing = [word for word, role in (("牵头", "lead"), ("配合", "support")) if word in reading.asked and role not in roles]
    return [remark(f"原文没有写明这一条的{'、'.join(missing)}单位。")] if missing and (not reading.units or "有没有" in reading.asked) else []
