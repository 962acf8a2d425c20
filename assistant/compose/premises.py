"""What a question takes for granted and the cited clauses do not bear out: a clause number, a number, a year, a unit's
part in it, a name. Said, not passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.compose.pieces import clean, fact, remark, whole
from assistant.compose.refusal import asks_more, matters_of, no_value
from assistant.knowledge import Knowledge, PlanView, label_of, period
from assistant.lexicon import lexicon
from assistant.model import DraftLine, Found, Proof
from assistant.pointed import holds
from assistant.reading.asked import OF_ANY
from assistant.reading.question import Reading
from assistant.reading.scope import of_year
from assistant.reading.units import same_unit
from assistant.topic import coverage, held
from ingest.model import Clause, PlanMeta
from ingest.numerals import label_number
from ingest.sentences import split_sentences
from ingest.tokens import is_word, part_of_speech

PART = re.compile(r"牵头|配合|负责|主责|参与|责任")
"""A unit's part is spoken of."""
ELSEWHERE = 0.35
"""A clause that states the number of the question holds this share of its topic."""
HALF = 0.6
"""Words with a number that hold this share of what those with a direction hold say how much."""
NAMED = 2.5
"""A word of this weight names something, and does not only speak of it."""
_FEW = re.compile(r"[1-5](个|家|项|件)$")
"""A count of this size is as often a way of speaking as a claim."""
_DOUBLED = re.compile(r"翻.{0,2}番|翻倍|增长|提高|增加|达到")
_DIRECTION = re.compile(r"(逐步|实现|稳步|持续|显著|大幅|不断|明显|进一步|较快|快速)(增长|增加|提升|提高|上升|扩大|增强|优化|改善|突破)")


def beyond(
    reading: Reading, lines: list[DraftLine], found: Found, view: PlanView, knowledge: Knowledge, single: bool
) -> list[DraftLine]:
    """What the question takes for granted and the cited clauses do not bear out: a clause number, a number, a year, a
    unit's part in it. Said, not passed over."""
    if reading.number and not any(label_number(c.number) == reading.number for c in view.clauses if not c.parent_id):
        return [remark(f"没有找到依据：该规划没有编号为{reading.number}的条款，上面是内容最接近的。")]
    cited, said = _said(lines, knowledge)
    remarks = []
    if single and (stated := _stated_elsewhere(reading, said, found, knowledge)):
        lines, (cited, said) = [*lines, *stated], _said([*lines, *stated], knowledge)
        remarks += stated
    if single and (strange := strange_numbers(reading, lines, knowledge)):
        remarks += [*map(remark, strange), *_instead(reading.numbers, cited, lines, found, knowledge)]
    if asks_more(reading) and (gap := no_value(reading, found, knowledge)):
        remarks.append(remark(f"{gap}。"))
    elif (reading.intent == "target" or (reading.intent == "detail" and _DOUBLED.search(reading.asked))) and (
            vague := _unquantified(cited, _own(reading, found))):
        remarks.append(remark(f"原文对此只写“{vague}”，没有写明具体数值。"))
    absent = matters_of(reading.of((view.meta.id,)), knowledge)[1] if single and reading.language != "en" else []
    if absent and not any(matter in line.text for matter in absent for line in lines if line.kind == "remark"):
        remarks.append(remark(f"该规划没有写到“{'”“'.join(absent)}”。"))
    if reading.follows and not reading.bare and (unheld := _unheld(reading, found, said)) and not any(
            unheld in line.text for line in lines if line.kind == "remark"):
        remarks.append(remark(f"所引条款没有提到“{unheld}”。"))
    if reading.intent in ("target", "detail", "schedule", "comparison", "responsibility"):
        others = [knowledge.meta(p) for p in reading.scope.plan_ids if p != view.meta.id]
        remarks += _years(reading, said, view.meta, others)
    if reading.intent in ("target", "detail", "schedule", "support", "definition") and PART.search(reading.asked):
        named = [fact.unit for clause in cited for fact in knowledge.units(clause)]
        strange = [unit for unit in reading.units if unit not in said and not any(same_unit(unit, each) for each in named)]
        if strange and named:
            remarks.append(remark(f"所引条款的单位名单中没有{'、'.join(strange)}。"))
    return remarks


def of_no_plan(reading: Reading, found: Found) -> list[DraftLine]:
    """That no plan speaks of the business that a reader names."""
    if reading.intent != "support":
        return []
    kinds = {word for words in lexicon().readers.values() for word in words}
    strange = [term for term in found.unknown if reading.of_trade(term) and term not in kinds and is_word(term) and part_of_speech(term) == "name"]
    if not strange:
        return []
    marked = re.sub("|".join(map(re.escape, sorted(strange, key=len, reverse=True))), lambda term: "\0" * len(term.group(0)), reading.trade)
    names = (reading.trade[spot.start():spot.end()] for spot in re.finditer("\0+", marked))
    return [remark(f"该规划没有专门写到“{'”“'.join(dict.fromkeys(names))}”。")]


def strange_numbers(reading: Reading, lines: Sequence[DraftLine], knowledge: Knowledge) -> list[str]:
    """That numbers of the question are not in the cited clauses; [] where they are, or are a way of speaking."""
    said = _said(lines, knowledge)[1]
    numbers = [n for n in reading.numbers if n not in said and f"第{n}" not in reading.asked and not (_FEW.match(n) and f"{n}以" not in reading.asked)]
    return [f"问题中提到的{'、'.join(numbers)}在所引条款中没有找到，以原文为准。"] if numbers else []


def _stated_elsewhere(reading: Reading, said: str, found: Found, knowledge: Knowledge) -> list[DraftLine]:
    """The sentences that hold the numbers of the question which the cited clauses do not have: 新增培育50家由谁负责 is
    answered by a task, and the number stands in the aim."""
    lines = []
    for number in reading.numbers:
        near = next((each.clause for each in found.evidence[:8] if each.clause.kind != "front" and each.coverage >= ELSEWHERE
                     and holds(each.clause, (number,))), None)
        if near and number not in said:
            sentences = split_sentences(near.text, near.start)
            sentence = next((span for span in sentences if number in near.text[span[0] - near.start:span[1] - near.start]), None)
            if sentence:
                text = clean(near.text[sentence[0] - near.start:sentence[1] - near.start])
                owner = knowledge.owner(near)
                lines.append(fact(text if owner is near else f"{label_of(owner)}：{text}", Proof(near.id, *sentence)))
    return lines


def _said(lines: Sequence[DraftLine], knowledge: Knowledge) -> tuple[list[Clause], str]:
    """The clauses that lines cite, and all that they and the lines say."""
    cited = [knowledge.catalogue.clause(name) for name in dict.fromkeys(p.clause_id for line in lines for p in line.proofs)]
    return cited, re.sub(r"\s", "", "".join([line.text for line in lines if line.kind == "fact"] + [f"{c.headings}{c.text}" for c in cited]))


def _instead(
    numbers: Sequence[str], cited: Sequence[Clause], lines: Sequence[DraftLine], found: Found, knowledge: Knowledge
) -> list[DraftLine]:
    """What the same row or clause does state in the measure of a number that it does not have."""
    measures = "|".join(dict.fromkeys(re.escape(m) for n in numbers if (m := re.sub(r"^[\d.\s]+", "", n))))
    said = "".join(line.text for line in lines)
    pattern = re.compile(rf"\d\s*(?:{measures})")
    if not measures or pattern.search(said):
        return []
    owners = dict.fromkeys(knowledge.owner(clause).id for clause in cited)
    near = [cell for name in owners for cell in (knowledge.catalogue.clause(name), *knowledge.cells(knowledge.catalogue.clause(name)))]
    stated = [(coverage(found.weights, cell.text[a - cell.start:b - cell.start]), -a, cell, a, b)
              for cell in near for a, b in split_sentences(cell.text, cell.start)
              if pattern.search(cell.text[a - cell.start:b - cell.start])]
    if not stated:
        return []
    _, _, cell, a, b = max(stated, key=lambda each: each[:2])
    return [fact(f"{label_of(knowledge.owner(cell))}：{clean(cell.text[a - cell.start:b - cell.start])}", Proof(cell.id, a, b),
                 whole(knowledge.owner(cell)))]


def _own(reading: Reading, found: Found) -> Mapping[str, float]:
    """The weights of what a question asks itself, where it goes on from another (商标呢)."""
    own = {term: weight for term, weight in found.weights.items() if term in reading.asked}
    return own if reading.follows and own else found.weights


def _unquantified(cited: Sequence[Clause], weights: Mapping[str, float]) -> str:
    """The words that hold the topic and only a direction (PCT国际专利申请量逐步增长), where no words with a number do as well."""
    parts = [part for clause in cited for part in re.split(r"[，,。；;\n]", clause.text) if part.strip()]
    held = [(coverage(weights, part), part.strip()) for part in parts]
    best = max(held, key=lambda each: each[0], default=(0.0, ""))
    numbered = max((share for share, part in held if re.search(r"\d|[一二三四五六七八九十]+(?:家|个|件|项|名)", part)), default=0.0)
    return best[1] if best[0] >= 0.75 and numbered < HALF * best[0] and _DIRECTION.search(best[1]) else ""


def _unheld(reading: Reading, found: Found, said: str) -> str:
    """The longest name that a follow-up brings in and the answer does not have: 商标代理的呢, after an answer on 专利代理师."""
    new = [term for term, weight in found.weights.items() if term not in reading.before and term in reading.asked and weight >= NAMED
           and part_of_speech(term) == "name" and is_word(term) and term not in OF_ANY and not held(term, said.lower())
           and not any(term in unit for unit in reading.units)]
    return max(new, key=len, default="")


def _years(reading: Reading, said: str, meta: PlanMeta, others: Sequence[PlanMeta]) -> list[DraftLine]:
    """Years asked about that the cited clauses do not state; the plan's own year is part of its name, and another's of that."""
    years = [year for year in reading.years if str(year) not in said and str(year) not in meta.title
             and not any(of_year(other, year) for other in others)
             and not (meta.issued and meta.issued.year == year)]
    if not years or not meta.period_end:
        return []
    return [remark(f"该规划的实施期为{period(meta)}，上述条款没有写到{'、'.join(f'{year}年' for year in years)}。")]
