"""A reading → evidence: dense and full-text candidates, fused, and how much of the question each clause covers."""

from __future__ import annotations

import logging
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.reading.asked import asks_further
from assistant.reading.question import Reading
from assistant.topic import coverage, explained, measured, valued, weigh
from ingest.catalogue import Catalogue
from ingest.encoder import Encoder
from ingest.errors import IndexUnreachable
from ingest.measures import audience_words, names_in
from ingest.model import Clause
from ingest.nearest import Vectors
from ingest.numerals import label_number, number_of
from ingest.tokens import is_word, tokens

_SHORT = re.compile(r"([三四五六七八])[个大]?([\u4e00-\u9fff]{1,2})")
_ANOTHER = re.compile(r"^(那么?|还有|再说)?[^，,。？?]{2,16}呢[？?]?$")
_BODY = re.compile(r"局|委|厅|司|处|院|海关|部门|单位|国家|[省市区县]里")
MORE = 0.5
"""More of the same holds this share of the topic."""
FURTHER = 16
"""Characters by which a clause is known again in an answer."""
CANDIDATES = 60
"""Most candidates of each side; so many for each plan where the question names several."""
WIDE = 12
"""A scope of more plans than this is not gone through plan by plan."""
MANY = 500
"""So many clauses hold a number or a term that it points at none of them."""
COVERED = 4.0
"""Weight of the share of the topic that a clause holds, against the two standardised scores."""
CLAIMED = 2.0
"""Bonus of a clause that holds a number the question names: what is claimed of it is settled there."""
AIM = 1.5
"""Bonus of a goal by the share of the topic that it holds, where a goal is asked for."""
TITLED = 1.0
OFFER_TITLED = 2.0
"""Bonus of a clause by the share of the topic that its title holds, and where support is looked for."""
AUDIENCE = 1.5
"""Bonus of a clause that offers something to the kind of reader who asks."""
DEFINES = 1.5
"""Bonus of a clause that explains the topic when its meaning is asked for."""
EARLIER = 0.5
"""Share of its weight that a word of an earlier turn keeps when the question has a topic of its own …"""
NEED = 2.0
"""Words of this weight beside those for the reader's kind are a need of their own."""
MATTER = 6.0
"""A matter that stands for the one before is named by words of this weight."""
SMALL = 5.0
"""… but where its words weigh this much, those of the earlier turn weigh together no more than …"""
LIGHTER = 0.4
"""… this share of them …"""
FADED = 0.15
"""… and when that topic is a whole one, its words together weighing at least as much as this:"""
TOPIC = 12.0
ASIDE = 0.3
"""Share of its weight that a word keeps which stands in no asking sentence of a long question."""
TITLE = 6
"""A clause is called by a title of at least so many characters."""
HOME = 3.0
"""Bonus of the clauses of the row or clause that the question before was about, by the share of the topic that it holds."""
THERE = 0.6
"""The question before was about a clause that holds this share of its topic."""
VALUE = 2.0
"""Bonus of a clause that states a number on the topic when a number is asked for."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A clause that may carry the answer. `score` is comparable within one question only; `similarity` is the cosine;
    `coverage` is the share of the question's topic (weighted by rarity) that the clause and its headings hold."""

    clause: Clause
    score: float
    similarity: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Found:
    """All candidates, best first, and the weight of each topic word (rare words weigh more; unknown ones most).

    `partial`: the vectors could not be asked, and only what holds the question's words was found."""

    evidence: tuple[Evidence, ...]
    weights: Mapping[str, float]
    unknown: tuple[str, ...]
    partial: bool = False


def fuse(dense: Mapping[str, float], lexical: Mapping[str, float]) -> dict[str, float]:
    """Sum of standardised scores; what one side did not find stands at that side's lowest score."""
    total: dict[str, float] = dict.fromkeys({*dense, *lexical}, 0.0)
    for side in (dense, lexical):
        if not side:
            continue
        mean = statistics.fmean(side.values())
        spread = statistics.pstdev(side.values()) or 1.0
        low = min(side.values())
        for name in total:
            total[name] += (side.get(name, low) - mean) / spread
    return total


def retrieve(reading: Reading, catalogue: Catalogue, vectors: Vectors, encoder: Encoder) -> Found:
    """Candidates within the reading's scope, best first."""
    plan_ids = reading.scope.plan_ids
    instead = _instead(reading, catalogue)
    before = () if instead else reading.before
    terms = tuple(term for term in reading.terms if not instead or term not in reading.before)
    asked = [*terms, *reading.more]
    asked += [half for term in terms if len(term) >= 4 for half in (term[:len(term) // 2], term[len(term) // 2:])]
    words = asked or tokens(reading.text)
    depth = CANDIDATES * (len(plan_ids) if reading.scope.named and len(plan_ids) <= WIDE else 1)
    lexical = dict(catalogue.search(words, depth, plan_ids))
    dense: dict[str, float] = {}
    partial = False
    try:
        said = reading.asked if instead else reading.text
        hits = vectors.query(encoder.encode_queries([f"{reading.english} {said}".strip()])[0], depth, plan_ids)
    except IndexUnreachable as error:
        log.warning("%s", error)
        hits, partial = [], True
    for hit in hits:
        dense[hit.clause_id] = max(hit.similarity, dense.get(hit.clause_id, -1.0))
    weights, unknown = weigh(terms, catalogue)
    earlier = _earlier(weights, before)
    weights = {term: weight * (earlier if term in before else ASIDE if term in reading.aside else 1.0)
               for term, weight in weights.items()}
    if reading.follows and reading.intent == "responsibility":      # 区科技局是牵头还是配合 asks of the matter before
        weights = {term: weight * (ASIDE if any(term in unit for unit in reading.units) else 1.0) for term, weight in weights.items()}
    if reading.intent == "support" and reading.audiences:
        weights = _of_need(weights, reading)
    home = _home_of(reading, catalogue)
    for name in (*_with_numbers(reading, catalogue), *_with_quoted(reading, catalogue), *home):
        lexical.setdefault(name, min(lexical.values(), default=0.0))
    clauses = {name: clause for name in {*lexical, *dense} if (clause := catalogue.clause(name)).kind != "front" or _holds(clause, reading.numbers)}
    lexical = {name: score for name, score in lexical.items() if name in clauses}
    dense = {name: score for name, score in dense.items() if name in clauses}
    share = {name: coverage(weights, f"{clause.path}\n{clause.text}") for name, clause in clauses.items()}
    fused = fuse(dense, lexical)
    total = {name: fused[name] + COVERED * share[name] for name in clauses}
    if reading.numbers:
        total = {name: score + CLAIMED * _holds(clauses[name], reading.numbers) for name, score in total.items()}
    if home:
        held_there = coverage(weights, "\n".join(clauses[name].text for name in home if name in clauses))
        total = {name: score + HOME * held_there * (name in home) for name, score in total.items()}
    if "目标" in reading.asked:
        total = {name: score + AIM * share[name] * (clauses[name].kind == "goal" or clauses[name].cell == "goal") for name, score in total.items()}
    titled = OFFER_TITLED if reading.intent == "support" else TITLED
    total = {name: score + titled * coverage(weights, clauses[name].title) for name, score in total.items()}
    if reading.audiences:
        total = {name: score + AUDIENCE * _offers(clauses[name], reading.audiences) for name, score in total.items()}
    claimed = _claimed(reading.numbers) if reading.numbers and not any(_holds(clause, reading.numbers) for clause in clauses.values()) else None
    if reading.wants_number or claimed:
        wanted = measured(reading) if reading.wants_number else claimed
        total = {name: score + VALUE * valued(clauses[name], weights, wanted) for name, score in total.items()}
    if reading.intent == "definition":
        total = {name: score + DEFINES * explained(clauses[name], weights) for name, score in total.items()}
    ranked = sorted(fused, key=lambda name: (-total[name], clauses[name].order))
    evidence = [Evidence(clauses[n], total[n], dense.get(n, 0.0), share[n]) for n in ranked]
    if reading.follows and asks_further(reading.asked):
        evidence = [each for each in evidence if each.coverage >= MORE and not _told(each.clause, reading.answered)
                    and (reading.intent != "support" or each.clause.kind != "indicator")]
    return Found(tuple(_pointed_at(reading, evidence, catalogue)), weights, unknown, partial)


def _told(clause: Clause, answer: str) -> bool:
    """Whether the last answer has quoted a clause already: its title, or how its text begins."""
    begins = re.sub(r"\s", "", clause.text)[:FURTHER]
    return bool(clause.title and len(clause.title) >= TITLE and clause.title in answer) or begins in re.sub(r"\s", "", answer)


def _of_need(weights: Mapping[str, float], reading: Reading) -> dict[str, float]:
    """The weights with the words for the reader's kind lighter, where a need is named beside (小企业想融资): whom a clause
    is for counts by itself."""
    kinds = {word for name in reading.audiences for word in audience_words(name)}
    kind = {term for term in weights if any(term in word or word in term for word in kinds)}
    need = sum(weight for term, weight in weights.items() if term not in kind)
    return {term: weight * (ASIDE if term in kind and need >= NEED else 1.0) for term, weight in weights.items()}


def _instead(reading: Reading, catalogue: Catalogue) -> bool:
    """Whether a follow-up asks the same of another matter (那专利保险呢？after 质押融资谁牵头), which stands for the one before."""
    if not reading.follows or not _ANOTHER.search(reading.asked) or _BODY.search(reading.asked):
        return False
    own, unknown = weigh([term for term in reading.terms if term not in reading.before], catalogue)
    return not unknown and sum(weight for term, weight in own.items() if is_word(term)) >= MATTER


def _home_of(reading: Reading, catalogue: Catalogue) -> frozenset[str]:
    """The clauses of the row (or the one clause) that the question before was about, for one that goes on from there
    with words of its own (有没有专门的资金？after 培育几家优势企业); none where nothing stands out."""
    if not reading.earlier or len(reading.scope.plan_ids) > WIDE:
        return frozenset()
    weights, _ = weigh(reading.earlier, catalogue)
    near = [catalogue.clause(name) for name, _ in catalogue.search(reading.earlier, 8, reading.scope.plan_ids)]
    best = max(near, key=lambda clause: coverage(weights, f"{clause.path}\n{clause.text}"), default=None)
    if best is None or coverage(weights, f"{best.path}\n{best.text}") < THERE:
        return frozenset()
    owner = best.parent_id or best.id
    return frozenset(clause.id for clause in catalogue.clauses(best.plan_id) if owner in (clause.id, clause.parent_id))


def _earlier(weights: Mapping[str, float], before: Sequence[str]) -> float:
    """The share of its weight that a word of an earlier turn keeps: together they never outweigh what is asked now."""
    own = sum(weight for term, weight in weights.items() if term not in before and not re.match(r"\d|年", term))
    past = sum(weight for term, weight in weights.items() if term in before)
    if own >= TOPIC:
        return FADED
    return min(EARLIER, LIGHTER * own / past) if own >= SMALL and past else EARLIER


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


def _clauses_with(words: Sequence[str], reading: Reading, catalogue: Catalogue) -> list[Clause]:
    """All clauses of a narrow scope; of a wide one those that hold `words` by the full-text index, unless they are many."""
    plan_ids = reading.scope.plan_ids
    if len(plan_ids) <= WIDE:
        return [clause for plan_id in plan_ids for clause in catalogue.clauses(plan_id)]
    names = catalogue.having(words, plan_ids)
    return [catalogue.clause(name) for name in names] if len(names) <= MANY else []


def _with_numbers(reading: Reading, catalogue: Catalogue) -> list[str]:
    """Clauses that hold a number which the question names with its measure (5000万元, 222件), at most a dozen."""
    if not reading.numbers:
        return []
    words = [digits for number in reading.numbers for digits in re.findall(r"\d+(?:\.\d+)?", number)]
    found = [c.id for c in _clauses_with(words, reading, catalogue) if _holds(c, reading.numbers)]
    return found if len(found) <= 12 else []


def _with_quoted(reading: Reading, catalogue: Catalogue) -> list[str]:
    """Clauses that hold a term which the question puts in quotation marks, at most a dozen."""
    if not reading.quoted:
        return []
    found = [c.id for c in _clauses_with(tokens(reading.quoted[0]), reading, catalogue)
             if any(quotes(c.text, term) for term in reading.quoted)]
    return found if len(found) <= 12 else []


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


def _holds(clause: Clause, numbers: Sequence[str]) -> bool:
    return any(re.search(rf"(?<![\d.]){re.escape(number)}", clause.text) for number in numbers)


def _claimed(numbers: Sequence[str]) -> re.Pattern[str] | None:
    """A number in the measure of one that the question names and no plan has: what is said of 50件 is told by 5件以上."""
    measures = dict.fromkeys(re.escape(measure) for number in numbers if (measure := re.sub(r"^[\d.\s]+", "", number)))
    return re.compile(rf"\d\s*(?:{'|'.join(measures)})") if measures else None


def _offers(clause: Clause, audiences: Sequence[str]) -> float:
    """1.0 where a sentence offers something to every audience asked for, less for some of them."""
    named = [name for name in audiences if name in names_in(clause.text, "audiences")]
    return len(named) / len(audiences)


def _pointed_at(reading: Reading, evidence: list[Evidence], catalogue: Catalogue) -> list[Evidence]:
    """The clause that a question names by its number (第9条, 指标3) or by its place (下一条) goes first."""
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
        if "指标" in reading.text and any(c.kind == "indicator" for c in numbered):
            numbered = [c for c in numbered if c.kind == "indicator"]
        scores = {each.clause.id: each.score for each in evidence}
        target = max(numbered, key=lambda c: (scores.get(c.id, -99.0), -c.order), default=None)
    if target is None and reading.answered and not asks_further(reading.asked) and not (reading.number or reading.step or reading.quarters):
        target = _answered(reading, catalogue)
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
