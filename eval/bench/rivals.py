"""What the product is measured beside: LangChain's quick-start RAG (retrieval only: pieces of 500 characters with 50 of
overlap, the same encoder, Chroma) and BM25 alone over the same pieces. Both in this process, over the plans' texts."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases import Case
from eval.matching import fold
from eval.metrics import percentile
from ingest.encoder import Encoder
from ingest.model import Passage
from ingest.postings import Posting, Writer, best, read_posting
from ingest.tokens import tokens
from ingest.vectors import VectorStore

PIECE, OVERLAP = 500, 50


@dataclass(frozen=True, slots=True)
class Found:
    """One way of finding: build time, latency, and in how many cases one of the first five holds a text to be cited."""

    way: str
    build_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    hit_5: float
    asked: int


def measure(way: str, build_s: float, find: Callable[[str], list[str]], cases: Sequence[Case]) -> Found:
    """`find` gives the texts found, best first. Only cases without earlier turns that name a text count."""
    times, hits, asked = [], 0, 0
    for case in cases:
        began = time.perf_counter()
        texts = find(case.question)
        times.append((time.perf_counter() - began) * 1000)
        wanted = [fold(text)[:40] for quote in case.quotes if not quote.optional for text in quote.texts]
        if wanted and not case.history:
            asked += 1
            hits += any(want in fold(text) for text in texts[:5] for want in wanted)
    p50, p95, p99 = (round(percentile(times, share), 1) for share in (0.5, 0.95, 0.99))
    return Found(way, round(build_s, 1), p50, p95, p99, round(hits / max(1, asked), 3), asked)


def quick_start(texts: Iterable[str], encoder: Encoder, cases: Sequence[Case]) -> list[Found]:
    """LangChain's quick start and BM25 alone, over pieces of `texts`."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=PIECE, chunk_overlap=OVERLAP)
    began = time.perf_counter()
    pieces = [piece for text in texts for piece in splitter.split_text(text)]
    passages = [Passage(str(n), str(n), "all", "", piece, "") for n, piece in enumerate(pieces)]
    with tempfile.TemporaryDirectory() as folder, VectorStore.open(Path(folder), encoder.name, create=True) as store:
        store.upsert(passages, encoder.encode_passages(pieces))
        built = time.perf_counter() - began

        def near(question: str) -> list[str]:
            return [pieces[int(hit.passage_id)] for hit in store.query(encoder.encode_queries([question])[0], 5, None)]

        dense = measure("LangChain 入门 RAG（只检索）", built, near, cases)
    began = time.perf_counter()
    postings = _postings(pieces)

    def lexical(question: str) -> list[str]:
        held = [postings[word] for word in dict.fromkeys(tokens(question)) if word in postings]
        return [pieces[row - 1] for row, _ in best(held, 5, None)]

    return [dense, measure("BM25（只检索）", time.perf_counter() - began, lexical, cases)]


def _postings(pieces: Sequence[str]) -> dict[str, Posting]:
    import sqlite3

    writer = Writer((1.0, 0.0))
    for n, piece in enumerate(pieces, 1):
        writer.add(n, tokens(piece), ())
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE postings (word, clauses, rows, scores)")
        writer.store(db)
        return {word: read_posting(rows, scores) for word, rows, scores in db.execute("SELECT word, rows, scores FROM postings")}
