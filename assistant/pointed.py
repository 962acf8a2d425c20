"""Which clauses a question points at: by number, by a quoted term, by its place after another, by the turn before; and
which plans of a wide scope are looked into."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.model import Evidence, Found
from assistant.reading.asked import asks_further
from assistant.reading.question import Reading
from assistant.topic import coverage, weigh
from ingest.catalogue import Catalogue
from ingest.model import Clause
from ingest.numerals import label_number, number_of
from ingest.tokens import tokens

_SHORT = re.compile(r"([三四五六七八])[个大]?([\u4e00-\u9fff]{1,2})")
WIDE = 12
"""A scope of more plans than this is not gone through plan by plan."""
MANY = 500
"""So many clauses hold a number or a term that it points at none of them."""
FEW = 12
"""More clauses than this are not pointed at."""
TITLE = 6
"""A clause is called by a title of at least so many characters."""
FURTHER = 16
"""Characters by which a clause is known again in an answer."""
RUN = 10
"""Characters of a run by which a part of a clause is known again."""
REFUSED = "没有找到可以回答的依据"
"""So an answer begins that has none; what it shows as nearest is not what was told."""
THERE = 0.6
"""The question before was about a clause that holds this share of its topic."""


def focused(reading: Reading, found: Found, catalogue: Catalogue) -> tuple[Reading, Found]:
    """A wide scope narrowed to the plans of the best evidence: what is written about is looked up plan by plan, and a
    province has a thousand. A narrow scope stays as it is."""
    if len(reading.scope.plan_ids) <= WIDE:
        return reading, found
    plan_ids = _looked_into(reading, found.evidence) or reading.scope.plan_ids[:WIDE]
    regions = tuple(dict.fromkeys(catalogue.meta(plan_id).region for plan_id in plan_ids))
    evidence = tuple(each for each in found.evidence if each.clause.plan_id in plan_ids)
    return replace(reading, scope=replace(reading.scope, plan_ids=plan_ids, regions=regions)), replace(found, evidence=evidence)


def _looked_into(reading: Reading, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The plans of the scope, of a wide one those of the best evidence, in the order of the corpus."""
    if len(reading.scope.plan_ids) <= WIDE:
        return reading.scope.plan_ids
    best = set(list(dict.fromkeys(each.clause.plan_id for each in evidence))[:WIDE])
    return tuple(plan_id for plan_id in reading.scope.plan_ids if plan_id in best)


def pointed_at(reading: Reading, evidence: list[Evidence], catalogue: Catalogue, own: Mapping[str, float]) -> list[Evidence]:
    """The clause that a question names by its number (第9条, 指标3) or by its place (下一条) goes first.
    `own`: the weights of the words of the question itself."""
    target: Clause | None = None
    if reading.path and len(reading.scope.plan_ids) <= WIDE:
        target = next((c for plan_id in reading.scope.plan_ids for c in catalogue.clauses(plan_id) if c.id == f"{plan_id}#{reading.path}"), None)
    elif reading.step and evidence:
        row = [c for c in catalogue.clauses(evidence[0].clause.plan_id) if not c.parent_id and c.kind != "note"]
        home = evidence[0].clause.parent_id or evidence[0].clause.id
        named = next((i for i, c in enumerate(row) if reading.number and label_number(c.number) == reading.number), None)
        at = (named if named is not None else next((i for i, c in enumerate(row) if c.id == home), -1)) + reading.step
        target = row[at] if 0 <= at < len(row) else None
    elif reading.number and (not reading.terms or reading.scope.named):
        numbered = [c for plan_id in _looked_into(reading, evidence) for c in catalogue.clauses(plan_id)
                    if not c.parent_id and c.kind in ("task", "row", "indicator") and label_number(c.number) == reading.number]
        if "指标" in reading.text and (reading.intent == "target" or any(c.kind == "indicator" for c in numbered)):
            numbered = [c for c in numbered if c.kind == "indicator"]
        if own and (there := [each.clause for each in evidence if not each.clause.parent_id and label_number(each.clause.number) == reading.number
                              and coverage(own, each.clause.text) >= THERE]) and not any(coverage(own, f"{c.headings}{c.text}") >= THERE for c in numbered):
            numbered = there                                   # 第三条里说谁跟谁要定期沟通: that of another part
        scores = {each.clause.id: each.score for each in evidence}
        target = max(numbered, key=lambda c: (scores.get(c.id, -99.0), -c.order), default=None)
    if target is None and reading.item and len(reading.scope.plan_ids) <= WIDE:
        target = next((c for plan_id in reading.scope.plan_ids for c in catalogue.clauses(plan_id)
                       if len(c.title) >= TITLE and c.title in reading.item and not c.parent_id), None)
    if target is None and reading.answered and not asks_further(reading.asked) and not (
            reading.number or reading.step or (reading.quarters and own)):
        target = _answered(reading, catalogue)
        if target and coverage(own, f"{target.headings}\n{target.text}") < THERE:
            target = None                                  # 调解呢 names a matter that what was answered does not hold
    if target is None:
        return evidence
    known = next((each for each in evidence if each.clause.id == target.id), None)
    first = Evidence(target, (evidence[0].score if evidence else 0.0) + 10.0, known.similarity if known else 0.9, 1.0)
    return [first, *[each for each in evidence if each.clause.id != target.id]]


def _answered(reading: Reading, catalogue: Catalogue) -> Clause | None:
    """The one clause of a narrow scope that the last answer called by its title; None where it called several, or none."""
    if len(reading.scope.plan_ids) > WIDE:
        return None
    called = {c.id: c for plan_id in reading.scope.plan_ids for c in catalogue.clauses(plan_id)
              if len(c.title) >= TITLE and not c.parent_id and c.title in reading.answered}
    return next(iter(called.values())) if len(called) == 1 else None


def told_before(reading: Reading, catalogue: Catalogue) -> list[Clause]:
    """For a question with no matter of its own, the clauses of a narrow scope that the last answer quoted; where units are
    asked for, the last one whose clauses have any."""
    if not reading.bare or len(reading.scope.plan_ids) > WIDE:
        return []
    clauses = [clause for plan_id in reading.scope.plan_ids for clause in catalogue.clauses(plan_id) if clause.kind != "front"]
    answered = [answer for answer in reading.answers if REFUSED not in answer] or reading.answers
    quoted = [found for answer in answered if (found := [clause for clause in clauses if told(clause, answer)])]
    quoted = quoted or [found for answer in answered if (found := _sharing(clauses, answer))]
    if reading.intent != "responsibility":
        return quoted[0] if quoted else []
    naming = {fact.clause_id.removesuffix(".units") for plan_id in reading.scope.plan_ids for fact in catalogue.units(plan_id)}
    return next((found for found in quoted if any((clause.parent_id or clause.id) in naming for clause in found)), [])


def _sharing(clauses: Sequence[Clause], answer: str) -> list[Clause]:
    """The clause that an answer gives in part, without its beginning: the one that alone has most runs of its characters."""
    flat = re.sub(r"\s|《[^》]*》", "", answer)
    texts = [re.sub(r"\s", "", clause.text) for clause in clauses]
    own: Counter[int] = Counter()
    for run in {flat[at:at + RUN] for at in range(len(flat) - RUN + 1)}:
        holding = [n for n, text in enumerate(texts) if run in text]
        own.update(holding if len(holding) == 1 else ())
    return [clauses[own.most_common(1)[0][0]]] if own else []


def told(clause: Clause, answer: str) -> bool:
    """Whether the last answer has quoted a clause already: its title, or how its text begins."""
    if clause.kind == "indicator" and re.search(rf"指标{clause.number}(?!\d)", answer):
        return True
    begins = re.sub(r"\s", "", clause.text)[:FURTHER]
    return bool(clause.title and len(clause.title) >= TITLE and clause.title in answer) or begins in re.sub(r"\s", "", answer)


def home_of(reading: Reading, catalogue: Catalogue) -> frozenset[str]:
    """The clauses of the row (or the one clause) that the question before was about, for one that goes on from there
    with words of its own (有没有专门的资金？after 培育几家优势企业); none where nothing stands out."""
    if not reading.earlier or len(reading.scope.plan_ids) > WIDE:
        return frozenset()
    weights, _ = weigh(reading.earlier, catalogue)
    near = [catalogue.clause(name) for name, _ in catalogue.search(reading.earlier, 8, reading.scope.plan_ids)]
    best = max(near, key=lambda clause: coverage(weights, f"{clause.headings}\n{clause.text}"), default=None)
    if best is None or coverage(weights, f"{best.headings}\n{best.text}") < THERE:
        return frozenset()
    owner = best.parent_id or best.id
    return frozenset(clause.id for clause in catalogue.clauses(best.plan_id) if owner in (clause.id, clause.parent_id))


def with_numbers(reading: Reading, catalogue: Catalogue) -> list[str]:
    """Clauses that hold a number which the question names with its measure (5000万元, 222件), at most FEW."""
    if not reading.numbers:
        return []
    words = [digits for number in reading.numbers for digits in re.findall(r"\d+(?:\.\d+)?", number)]
    found = [c.id for c in _clauses_with(words, reading, catalogue) if holds(c, reading.numbers)]
    return found if len(found) <= FEW else []


def with_quoted(reading: Reading, catalogue: Catalogue) -> list[str]:
    """Clauses that hold a term which the question puts in quotation marks, at most FEW."""
    if not reading.quoted:
        return []
    found = [c.id for c in _clauses_with(tokens(reading.quoted[0]), reading, catalogue)
             if any(quotes(c.text, term) for term in reading.quoted)]
    return found if len(found) <= FEW else []


# 三合一在贵州规划里指什么   “龙腾”是什么意思
_MEANT = re.compile(r"^(?:什么是|何谓|什么叫|啥叫|啥是)?([^，,。？?]{2,14}?)(?:在?[里中])?(?:到底|具体|究竟)?(?:是|指|指的是|代表|叫|是指)?"
                    r"(?:什么|啥|何)(?:意思|含义)?(?:呀|啊|呢)?[？?]?$")


def with_meant(reading: Reading, catalogue: Catalogue) -> list[str]:
    """Clauses of a narrow scope that hold, letter for letter, the name whose meaning is asked for, at most FEW."""
    if reading.intent != "definition" or len(reading.scope.plan_ids) > WIDE:
        return []
    found = _MEANT.match(reading.scope.taken_from(reading.asked, "").strip())
    names = [*(term for term in reading.quoted if term in reading.asked), *([re.sub(r"[“”\"\s]|在$", "", found.group(1))] if found else [])]
    for name in names:
        holding = [c.id for c in _clauses_with((), reading, catalogue) if len(name) > 1 and name in re.sub(r"[“”\"\s]", "", c.text)]
        if 0 < len(holding) <= FEW:
            return holding
    return []


def _clauses_with(words: Sequence[str], reading: Reading, catalogue: Catalogue) -> list[Clause]:
    """All clauses of a narrow scope; of a wide one those that hold `words` by the full-text index, unless they are many."""
    plan_ids = reading.scope.plan_ids
    if len(plan_ids) <= WIDE:
        return [clause for plan_id in plan_ids for clause in catalogue.clauses(plan_id)]
    names = catalogue.having(words, plan_ids)
    return [catalogue.clause(name) for name in names] if len(names) <= MANY else []


def quotes(text: str, term: str) -> bool:
    """Whether a text has a term, quotation marks and spaces aside, or what it is short for: “四个保护” for
    “严保护、大保护、快保护、同保护”."""
    bare = re.sub(r"[“”\"\s]", "", text)
    if re.sub(r"[“”\"\s]", "", term) in bare:
        return True
    short = _SHORT.fullmatch(term)
    if not short:
        return False
    return bool(re.search(f"(?:{re.escape(short.group(2))}[^。；]{{0,10}}){{{number_of(short.group(1))}}}", bare))


def holds(clause: Clause, numbers: Sequence[str]) -> bool:
    return any(re.search(rf"(?<![\d.]){re.escape(number)}", clause.text) for number in numbers)
