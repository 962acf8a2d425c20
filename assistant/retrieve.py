"""A reading → evidence: dense and full-text candidates, fused, and how much of the question each clause covers."""

from __future__ import annotations

import logging
import re
import statistics
from collections.abc import Mapping, Sequence

from assistant.lexicon import lexicon
from assistant.model import Evidence, Found
from assistant.pointed import (
    WIDE,
    holds,
    home_of,
    pointed_at,
    told,
    told_before,
    with_meant,
    with_numbers,
    with_quoted,
)
from assistant.reading.asked import asks_further
from assistant.reading.question import Reading
from assistant.topic import RARE, coverage, explained, measured, valued, weigh
from ingest.catalogue import Catalogue
from ingest.encoder import Encoder
from ingest.errors import IndexUnreachable
from ingest.measures import audience_words, names_in
from ingest.model import Clause
from ingest.nearest import Vectors
from ingest.tokens import is_word, tokens

_ANOTHER = re.compile(r"^(那么?|还有|再说)?[^，,。？?]{2,16}呢[？?]?$")
# 商标被人仿冒，省里有什么办法
_WRONGED = re.compile(r"(?:被|让|有人|遭|别人)[^，,。？?]{0,4}(?:抄|仿|冒|盗|偷|侵|抢注|山寨|告)|侵权|假货|山寨|盗版")
# 当年要建到什么程度
_AIMED = re.compile(r"目标|到(?:什么|啥|哪个|哪种)(?:程度|水平|地步)|建成(?:什么|啥)样")
_BODY = re.compile(r"局|委|厅|司|处|院|海关|部门|单位|国家|[省市区县]里")
CANDIDATES = 60
"""Most candidates of each side; so many for each plan where the question names several."""
COVERED = 4.0
"""Weight of the share of the topic that a clause holds, against the two standardised scores."""
CLAIMED = 2.0
"""Bonus of a clause that holds a number the question names: what is claimed of it is settled there."""
VALUE = 2.0
"""Bonus of a clause that states a number on the topic when a number is asked for."""
AIM = 1.5
"""Bonus of a goal by the share of the topic that it holds, where a goal is asked for."""
TITLED = 1.0
OFFER_TITLED = 2.0
"""Bonus of a clause by the share of the topic that its title holds, and where support is looked for."""
AUDIENCE = 1.5
"""Bonus of a clause that offers something to the kind of reader who asks."""
MEANT = 4.0
"""Bonus of a clause that holds the very name whose meaning is asked for."""
WRONGED = 1.0
"""Bonus of a clause that protects, where a reader was wronged: what is copied is not what is asked about."""
REMEDY = 1.3
"""The same of each word of a remedy in it."""
DEFINES = 1.5
"""Bonus of a clause that explains the topic when its meaning is asked for."""
HOME = 3.0
"""Bonus of the clauses of the row or clause that the question before was about, by the share of the topic that it holds."""
MORE = 0.5
"""More of the same holds this share of the topic."""
EARLIER = 0.5
"""Share of its weight that a word of an earlier turn keeps when the question has a topic of its own …"""
SMALL = 5.0
"""… but where its words weigh this much, those of the earlier turn weigh together no more than …"""
LIGHTER = 0.4
"""… this share of them …"""
FADED = 0.15
"""… and when that topic is a whole one, its words together weighing at least as much as this:"""
TOPIC = 12.0
ASIDE = 0.3
"""Share of its weight that a word keeps which stands in no asking sentence of a long question."""
NEED = 2.0
"""Words of this weight beside those for the reader's kind are a need of their own."""
MATTER = 4.0
"""A matter that stands for the one before is named by words of this weight."""

FEW = 8
"""Fewer clauses than this found by their words are not compared with one another."""

WORDED = 1.5
"""Bonus of the clauses that hold the longest run of characters of a question …"""
RUN = 5
"""… of at least so many."""
SAID = 4.0
"""Weight of what people say for a matter in words that no plan has …"""
SHORTEST = 2
"""… and that are more characters than this."""
LONGEST = 12
"""A quoted term of more characters is a sentence, and its words are looked for."""

_REMEDY = re.compile(r"维权|投诉|举报|侵权|纠纷|执法|调解|仲裁")
"""Where somebody who was wronged can turn."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
log = logging.getLogger(__name__)


def fuse(dense: Mapping[str, float], lexical: Mapping[str, float]) -> dict[str, float]:
    """Sum of standardised scores; what one side did not find stands at that side's lowest score."""
    total: dict[str, float] = dict.fromkeys({*dense, *lexical}, 0.0)
    for side in (dense, lexical):
        if not side:
            continue
        few = len(side) < FEW and side is lexical          # nothing to compare with: what was not found counts as nothing
        values = [side.get(name, 0.0) for name in total] if few else list(side.values())
        mean = statistics.fmean(values)
        spread = statistics.pstdev(values) or 1.0
        low = 0.0 if few else min(values)
        for name in total:
            total[name] += (side.get(name, low) - mean) / spread
    return total


def retrieve(reading: Reading, catalogue: Catalogue, vectors: Vectors, encoder: Encoder) -> Found:
    """Candidates within the reading's scope, best first; for a question of what was just answered, that."""
    if before_now := told_before(reading, catalogue):
        return Found(tuple(Evidence(clause, -float(n), 1.0, 1.0) for n, clause in enumerate(before_now)), {}, (), told=True)
    plan_ids = reading.scope.plan_ids
    instead = _instead(reading, catalogue)
    before = () if instead else reading.before
    terms = tuple(term for term in reading.terms if not instead or term not in reading.before)
    asked = [*terms, *reading.more]
    asked += [half for term in terms if len(term) >= 4 for half in (term[:len(term) // 2], term[len(term) // 2:])]
    words = asked or tokens(reading.text)
    if reading.intent == "responsibility":                          # 区科技局是牵头还是配合 asks of the matter
        words = [word for word in words if not any(word in unit for unit in reading.units)] or words
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
    # what no plan has does not count where a reader says it of their business (开火锅店的), or said it before
    weights = {term: weight for term, weight in weights.items() if term not in unknown or not (reading.of_trade(term) or term in before)}
    weights |= dict.fromkeys(_sayings(reading.asked, weights), SAID)
    earlier = _earlier(weights, before)
    weights = {term: weight * (earlier if term in before else 1.0) * (ASIDE if term in reading.aside else 1.0)
               for term, weight in weights.items()}
    if reading.intent == "responsibility":
        weights = {term: weight * (ASIDE if any(term in unit for unit in reading.units) else 1.0) for term, weight in weights.items()}
    if reading.intent == "support" and reading.audiences:
        weights = _of_need(weights, reading)
    home, meant, marked = home_of(reading, catalogue), with_meant(reading, catalogue), with_quoted(reading, catalogue)
    if marked:                                                      # a term in quotation marks that few clauses have is what is asked of
        stood = "".join(catalogue.clause(name).text for name in marked)
        weights |= {term: RARE for term in reading.quoted if term in stood and len(term) <= LONGEST}
    for name in (*with_numbers(reading, catalogue), *marked, *meant, *home):
        lexical.setdefault(name, min(lexical.values(), default=0.0))
    clauses = {name: clause for name in {*lexical, *dense} if (clause := catalogue.clause(name)).kind != "front" or holds(clause, reading.numbers)}
    lexical = {name: score for name, score in lexical.items() if name in clauses}
    dense = {name: score for name, score in dense.items() if name in clauses}
    share = {name: coverage(weights, f"{clause.headings}\n{clause.text}") for name, clause in clauses.items()}
    fused = fuse(dense, lexical)
    total = {name: fused[name] + COVERED * share[name] for name in clauses}
    if reading.numbers:
        total = {name: score + CLAIMED * holds(clauses[name], reading.numbers) for name, score in total.items()}
    if home:
        held_there = coverage(weights, "\n".join(clauses[name].text for name in home if name in clauses))
        total = {name: score + HOME * held_there * (name in home) for name, score in total.items()}
    total = {name: score + MEANT * (name in meant) for name, score in total.items()}
    worded = _worded(reading.scope.taken_from(reading.asked, "|"), clauses) if reading.intent == "target" else frozenset()
    total = {name: score + WORDED * (name in worded) for name, score in total.items()}
    if _AIMED.search(reading.asked):
        total = {name: score + AIM * share[name] * (clauses[name].kind == "goal" or clauses[name].cell == "goal") for name, score in total.items()}
    titled = OFFER_TITLED if reading.intent == "support" else TITLED
    total = {name: score + titled * coverage(weights, clauses[name].title) for name, score in total.items()}
    if reading.audiences:
        total = {name: score + AUDIENCE * _offers(clauses[name], reading.audiences) for name, score in total.items()}
    if reading.intent == "support" and _WRONGED.search(reading.text):
        total = {name: score + WRONGED * ("保护维权" in names_in(clauses[name].text, "supports"))
                 + REMEDY * len(set(_REMEDY.findall(clauses[name].text))) for name, score in total.items()}
    claimed = _claimed(reading.numbers) if reading.numbers and not any(holds(clause, reading.numbers) for clause in clauses.values()) else None
    if reading.wants_number or claimed:
        wanted = measured(reading) if reading.wants_number else claimed
        total = {name: score + VALUE * valued(clauses[name], weights, wanted) for name, score in total.items()}
    if reading.intent == "definition":
        total = {name: score + DEFINES * explained(clauses[name], weights) for name, score in total.items()}
    ranked = sorted(fused, key=lambda name: (-total[name], clauses[name].order))
    own = {term: weight for term, weight in weights.items() if term in reading.asked and is_word(term) and term not in unknown}
    evidence = [Evidence(clauses[n], total[n], dense.get(n, 0.0), share[n]) for n in ranked]
    if reading.follows and asks_further(reading.asked):
        evidence = [each for each in evidence if each.coverage >= MORE and not told(each.clause, reading.answered)
                    and (reading.intent != "support" or each.clause.kind != "indicator")]
    return Found(tuple(pointed_at(reading, evidence, catalogue, own)), weights, unknown, partial)


def _worded(asked: str, clauses: Mapping[str, Clause]) -> frozenset[str]:
    """The few candidates that hold the longest run of characters of the question (企业培训班), none where it is in many."""
    asked = re.sub(r"\s", "", asked)
    texts = {name: re.sub(r"\s", "", clause.text) for name, clause in clauses.items()}
    for size in range(min(len(asked), LONGEST), RUN - 1, -1):
        for at in range(len(asked) - size + 1):
            run = asked[at:at + size]
            if _CHINESE.fullmatch(run) and (holding := frozenset(name for name, text in texts.items() if run in text)):
                return holding if len(holding) <= FEW else frozenset()
    return frozenset()


def _sayings(asked: str, weights: Mapping[str, float]) -> list[str]:
    """What a question says in words of its own for a matter (要花的钱从哪来), none of them a word of any plan."""
    return [key for key in lexicon().synonyms if len(key) > SHORTEST and key in asked and not any(term in key or key in term for term in weights)]


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
    named = any(term in lexicon().matters for term in own)
    return not unknown and (named or sum(weight for term, weight in own.items() if is_word(term)) >= MATTER)


def _earlier(weights: Mapping[str, float], before: Sequence[str]) -> float:
    """The share of its weight that a word of an earlier turn keeps: together they never outweigh what is asked now."""
    own = sum(weight for term, weight in weights.items() if term not in before and not re.match(r"\d|年", term))
    past = sum(weight for term, weight in weights.items() if term in before)
    if own >= TOPIC:
        return FADED
    return min(EARLIER, LIGHTER * own / past) if own >= SMALL and past else EARLIER


def _claimed(numbers: Sequence[str]) -> re.Pattern[str] | None:
    """A number in the measure of one that the question names and no plan has: what is said of 50件 is told by 5件以上."""
    measures = dict.fromkeys(re.escape(measure) for number in numbers if (measure := re.sub(r"^[\d.\s]+", "", number)))
    return re.compile(rf"\d\s*(?:{'|'.join(measures)})") if measures else None


def _offers(clause: Clause, audiences: Sequence[str]) -> float:
    """1.0 where a sentence offers something to every audience asked for, less for some of them."""
    named = [name for name in audiences if name in names_in(clause.text, "audiences")]
    return len(named) / len(audiences)


