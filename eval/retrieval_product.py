"""The product's own ranking, measured: its reranking over any set, its whole retrieval over its own cases.

`python -m eval retrieval --own`: which clause is right is known from the quotes of a case. A row of a table and its cells
count as one clause. What is found in full text and by vectors is overheard while the product retrieves, so that all four
rankings of a question come from one search within one scope.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from assistant.model import Question, Turn
from assistant.reading.asked import topic_terms
from assistant.reading.question import Reading, understand
from assistant.reading.scope import Scope
from assistant.retrieve import COVERED, fuse, retrieve
from assistant.topic import coverage, weigh
from eval.cases import Case, Quote
from eval.matching import covers
from eval.retrieval import BeirError, BeirSet, Found, Ranking, measure
from ingest.catalogue import Catalogue
from ingest.catalogue_file import Stored, write_catalogue
from ingest.encoder import Encoder
from ingest.index import Index
from ingest.model import Clause, Plan
from ingest.nearest import FEW, Vectors
from ingest.passages import passages_of
from ingest.tokens import tokens

REQUIRED, OPTIONAL = 2, 1
"""Grades of the clauses that hold a quote of a case."""


@dataclass(frozen=True, slots=True)
class _Counts:
    """What the weights of words are computed from, of documents that are no catalogue."""

    size: int
    words: Mapping[str, int]

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        return {word: self.words.get(word, 0) for word in words}

    def info(self) -> dict[str, Any]:
        return {"counts": {"clauses": self.size}}


def reranker(documents: Mapping[str, str]) -> Callable[[str, Ranking], Ranking]:
    """The product's reranking over `documents`: a fused score and, times COVERED, the share of the topic's words held."""
    counts = cast(Catalogue, _Counts(len(documents), Counter(word for text in documents.values() for word in set(tokens(text)))))

    def rerank(question: str, fused: Ranking) -> Ranking:
        weights, _ = weigh(topic_terms(question, Scope((), ())), counts)
        return {name: score + COVERED * coverage(weights, documents[name]) for name, score in fused.items()}

    return rerank


def own_set(cases: Sequence[Case], catalogue: Catalogue) -> BeirSet:
    """The clauses of the catalogue, and of the cases those whose required quotes all stand in one clause or another."""
    clauses = [clause for meta in catalogue.metas() for clause in catalogue.clauses(meta.id)]
    relevant: dict[str, dict[str, int]] = {}
    for case in cases:
        required = [_holding(quote, clauses) for quote in case.quotes if not quote.optional]
        if case.expect != "answer" or not required or not all(required):
            continue
        optional = [_holding(quote, clauses) for quote in case.quotes if quote.optional]
        relevant[case.id] = {**{name: OPTIONAL for names in optional for name in names},
                             **{name: REQUIRED for names in required for name in names}}
    asked = {case.id: case.question for case in cases if case.id in relevant}
    return BeirSet({clause.id: clause.text for clause in clauses if not clause.parent_id}, asked, relevant)


def _holding(quote: Quote, clauses: Sequence[Clause]) -> set[str]:
    return {clause.parent_id or clause.id for clause in clauses if clause.plan_id == quote.plan and covers(clause.text, quote.texts)}


@dataclass(slots=True)
class Overheard:
    """A catalogue and vectors that keep what the last search of each found."""

    catalogue: Catalogue
    vectors: Vectors
    lexical: Ranking = field(default_factory=dict)
    dense: Ranking = field(default_factory=dict)

    def search(self, words: Sequence[str], limit: int, plan_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        found = self.catalogue.search(words, limit, plan_ids)
        self.lexical = dict(found)
        return found

    def query(self, embedding: Any, limit: int, plan_ids: Sequence[str] | None) -> list[Any]:
        hits = self.vectors.query(embedding, limit, plan_ids)
        self.dense = {}
        for hit in hits:
            self.dense.setdefault(hit.clause_id, hit.similarity)
        return hits

    def __getattr__(self, name: str) -> Any:
        return getattr(self.catalogue, name)


def evaluate_own(cases: Sequence[Case], index: Index, encoder: Encoder, *, context: bool = True) -> tuple[BeirSet, list[Found]]:
    """Dense, full text, fused and as the product ranks in the end, on its own cases; `context` False takes the plan's
    name and the headings away from what is embedded, searched and reranked, not from how a question is understood."""
    beir = own_set(cases, index.catalogue)
    readings = {case.id: read(case, index.catalogue) for case in cases if case.id in beir.queries}
    if context:
        return beir, _evaluate(beir, readings, index.catalogue, index.vectors, encoder)
    with bare(index.catalogue, encoder) as (catalogue, vectors):
        return beir, _evaluate(beir, readings, catalogue, vectors, encoder)


def read(case: Case, catalogue: Catalogue) -> Reading:
    """How the product understands the question of a case."""
    history = tuple(Turn(turn.role, turn.content) for turn in case.history)
    return understand(Question(case.question, history), catalogue.metas(), catalogue.unit_names(), catalogue.words)


def _evaluate(
    beir: BeirSet, readings: Mapping[str, Reading], catalogue: Catalogue, vectors: Vectors, encoder: Encoder
) -> list[Found]:
    ways: dict[str, dict[str, Ranking]] = {"向量": {}, "全文": {}, "融合": {}, "重排（产品）": {}}
    for name, reading in readings.items():
        heard = Overheard(catalogue, vectors)
        found = retrieve(reading, cast(Catalogue, heard), cast(Vectors, heard), encoder)
        ranked = {each.clause.id: float(-place) for place, each in enumerate(found.evidence)}
        for way, ranking in zip(ways, (heard.dense, heard.lexical, fuse(heard.dense, heard.lexical), ranked), strict=True):
            ways[way][name] = _by_owner(ranking, catalogue)
    return [measure(way, found, beir) for way, found in ways.items()]


def _by_owner(ranking: Mapping[str, float], catalogue: Catalogue) -> Ranking:
    """A cell's score goes to its row."""
    owned: Ranking = {}
    for name, score in ranking.items():
        owner = catalogue.clause(name).parent_id or name
        owned[owner] = max(score, owned.get(owner, score))
    return owned


@contextmanager
def bare(catalogue: Catalogue, encoder: Encoder) -> Iterator[tuple[Catalogue, Vectors]]:
    """The same plans without names and headings, embedded anew. BeirError where they are too many to compare one by one."""
    if sum(catalogue.passage_counts().values()) > FEW:
        raise BeirError(f"去掉标题的对照只用于不超过 {FEW} 个片段的索引；请用 IPPLAN_INDEX 指定只含自带规划的索引")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bare.db"
        plans = [_stored(catalogue.plan(meta.id), encoder) for meta in catalogue.metas()]
        write_catalogue(path, plans, {"encoder": encoder.name, "dimensions": str(encoder.dimensions), "built_at": ""})
        opened = Catalogue.open(path)
        try:
            yield opened, Vectors(opened, _Unasked())
        finally:
            opened.close()


def _stored(plan: Plan, encoder: Encoder) -> Stored:
    meta = replace(plan.meta, title="", aliases=(), region="", region_aliases=())
    stripped = replace(plan, meta=meta, clauses=tuple(replace(clause, path="") for clause in plan.clauses))
    passages = passages_of(stripped)
    vectors = encoder.encode_passages([passage.text for passage in passages])
    return Stored(stripped, "", passages, tuple(row.astype("<f4").tobytes() for row in vectors))


class _Unasked:
    """The store behind vectors that are few enough to be compared one by one."""

    def query(self, embedding: Any, limit: int, plan_ids: Sequence[str] | None) -> list[Any]:
        raise BeirError(f"片段超过 {FEW} 个")

    def ids(self) -> set[str]:
        return set()

    def count(self) -> int:
        return 0

    def close(self) -> None:
        """Nothing is held."""
