"""Third-party retrieval sets in BEIR layout through the product's pieces: passages, encoder, tokens, bm25, fusion.

corpus.jsonl: `_id` or `id`, `title`, `text`; queries.jsonl: `_id` or `id`, `text`; qrels.tsv: query, document, grade
(with or without a heading line). nDCG after Järvelin & Kekäläinen 2002 with gain = grade.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ingest.encoder import Encoder, Progress
from ingest.passages import split_text
from ingest.repair.script import is_traditional, simplified
from ingest.tokens import tokens

TOKENIZER = "unicode61 remove_diacritics 0 tokenchars '.+/&_-'"
"""As in ingest/data/schema.sql: tokens arrive separated by blanks."""

CUTS = (1, 3, 5, 10)
Ranking = dict[str, float]
Fuse = Callable[[dict[str, float], dict[str, float]], dict[str, float]]
Rerank = Callable[[str, Ranking], Ranking]
"""A question and its fused scores → final scores."""


class BeirError(Exception):
    """A file of the set cannot be read: says the file, the line and what is expected."""


@dataclass(frozen=True, slots=True)
class BeirSet:
    """Documents (title and text in one), questions, and which documents answer which question, graded. `titles` are
    embedded with every piece of a document, as the product does with headings."""

    documents: Mapping[str, str]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """Measures of one way of searching, averaged over the questions that have a relevant document."""

    way: str
    queries: int
    hit: Mapping[int, float]
    recall_10: float
    mrr_10: float
    ndcg_10: float


def load_set(corpus: Path, queries: Path, qrels: Path, *, titles: bool = True) -> BeirSet:
    """Read the three files. Relevant documents that the corpus lacks are an error, not a miss. `titles` False takes the
    title away, also where the text begins with it."""
    rows = dict(_rows(corpus))
    documents = {name: _with_title(row) if titles else _without_title(row) for name, row in rows.items()}
    heads = {name: documents[name][:len(str(row["title"]).strip())] for name, row in rows.items()} if titles else {}
    asked = {name: in_one_script(str(row["text"])) for name, row in _rows(queries)}
    relevant: dict[str, dict[str, int]] = {}
    for number, line in enumerate(qrels.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and not cells[-1].strip().lstrip("-").isdigit()):
            continue
        if len(cells) not in (3, 4) or cells[0] not in asked or cells[-2] not in documents:
            wanted = "应为“问题编号、文档编号、等级”，且编号在另两个文件中存在"
            raise BeirError(f"{qrels} 第 {number} 行：{wanted}：{line[:80]}")
        if int(cells[-1]) > 0:
            relevant.setdefault(cells[0], {})[cells[-2]] = int(cells[-1])
    return BeirSet(documents, {name: text for name, text in asked.items() if name in relevant}, relevant, heads)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield str(row["_id"] if "_id" in row else row["id"]), {"text": row["text"], "title": row.get("title", "")}
        except (ValueError, KeyError, TypeError) as error:
            raise BeirError(f"{path} 第 {number} 行：需要 JSON 对象，含 _id（或 id）与 text：{error!r}") from error


def _with_title(row: Mapping[str, Any]) -> str:
    title, text = str(row["title"]).strip(), str(row["text"])
    return in_one_script(text if not title or text.startswith(title) else f"{title}\n{text}")


def _without_title(row: Mapping[str, Any]) -> str:
    title, text = str(row["title"]).strip(), str(row["text"])
    return in_one_script(text.removeprefix(title).strip() or text)


def in_one_script(text: str) -> str:
    """Traditional text in simplified characters, as plans and questions are read."""
    return "".join(map(simplified, text)) if is_traditional(text) else text


def evaluate(
    beir: BeirSet, encoder: Encoder, fuse: Fuse, depth: int, progress: Progress | None = None, rerank: Rerank | None = None
) -> list[Found]:
    """Dense, full text and fused search over the set, and its reranking if given, measured alike; each hands its `depth`
    best to the fusion."""
    dense = dense_search(beir, encoder, depth, progress)
    lexical = lexical_search(beir, depth)
    fused = {name: fuse(dense[name], lexical[name]) for name in beir.queries}
    ways = {"向量": dense, "全文": lexical, "融合": fused}
    if rerank:
        ways["重排"] = {name: rerank(beir.queries[name], scores) for name, scores in fused.items()}
    return [measure(way, found, beir) for way, found in ways.items()]


def dense_search(
    beir: BeirSet, encoder: Encoder, depth: int, progress: Progress | None = None
) -> dict[str, Ranking]:
    """Cosine of a question with the nearest passage of each document, for the `depth` best documents."""
    owners, pieces = [], []
    for name, text in beir.documents.items():
        title = beir.titles.get(name, "")
        for piece in list(split_text(text.removeprefix(title).strip())) or [""]:
            owners.append(name)
            pieces.append(f"{title}\n{piece}".strip())
    passages = encoder.encode_passages(pieces, progress)
    scores = encoder.encode_queries(list(beir.queries.values())) @ passages.T
    return {name: _best(owners, row, depth) for name, row in zip(beir.queries, scores, strict=True)}


def _best(owners: Sequence[str], row: np.ndarray[Any, Any], depth: int) -> Ranking:
    found: Ranking = {}
    for at in np.argsort(-row, kind="stable"):
        found.setdefault(owners[at], float(row[at]))
        if len(found) == depth:
            break
    return found


def lexical_search(beir: BeirSet, depth: int) -> dict[str, Ranking]:
    """bm25 of SQLite FTS5 over the product's tokens, any word of the question, as the catalogue searches."""
    with sqlite3.connect(":memory:") as db:
        db.execute(f'CREATE VIRTUAL TABLE words USING fts5 (name UNINDEXED, body, tokenize = "{TOKENIZER}")')
        rows = ((name, " ".join(tokens(text))) for name, text in beir.documents.items())
        db.executemany("INSERT INTO words VALUES (?, ?)", rows)
        return {name: _match(db, text, depth) for name, text in beir.queries.items()}


def _match(db: sqlite3.Connection, text: str, depth: int) -> Ranking:
    wanted = " OR ".join('"' + word.replace('"', '""') + '"' for word in dict.fromkeys(tokens(text)))
    if not wanted:
        return {}
    statement = "SELECT name, -bm25(words) AS score FROM words WHERE words MATCH ? ORDER BY score DESC LIMIT ?"
    return {str(name): float(score) for name, score in db.execute(statement, (wanted, depth))}


def measure(way: str, found: Mapping[str, Ranking], beir: BeirSet) -> Found:
    """hit@k, recall@10, MRR@10 and nDCG@10 of the rankings."""
    ranked = {name: sorted(scores, key=lambda one: (-scores[one], one))[:10] for name, scores in found.items()}
    return Found(
        way=way,
        queries=len(beir.queries),
        hit={cut: _mean(any(d in beir.relevant[q] for d in ranked[q][:cut]) for q in beir.queries) for cut in CUTS},
        recall_10=_mean(
            sum(d in beir.relevant[q] for d in ranked[q]) / len(beir.relevant[q]) for q in beir.queries
        ),
        mrr_10=_mean(_reciprocal_rank(ranked[q], beir.relevant[q]) for q in beir.queries),
        ndcg_10=_mean(_ndcg(ranked[q], beir.relevant[q]) for q in beir.queries),
    )


def _mean(values: Iterator[float] | Iterator[bool]) -> float:
    counted = [float(value) for value in values]
    return sum(counted) / len(counted) if counted else 0.0


def _reciprocal_rank(ranked: Sequence[str], relevant: Mapping[str, int]) -> float:
    return next((1 / rank for rank, name in enumerate(ranked, 1) if name in relevant), 0.0)


def _ndcg(ranked: Sequence[str], relevant: Mapping[str, int]) -> float:
    gained = sum(relevant.get(name, 0) / math.log2(rank + 1) for rank, name in enumerate(ranked, 1))
    best = sorted(relevant.values(), reverse=True)[:10]
    return gained / sum(grade / math.log2(rank + 1) for rank, grade in enumerate(best, 1))


def as_table(found: Sequence[Found]) -> str:
    """One Markdown table."""
    cuts = " | ".join(f"hit@{cut}" for cut in CUTS)
    lines = [f"| 检索方式 | 问题数 | {cuts} | recall@10 | MRR@10 | nDCG@10 |", "|---|---:|" + "---:|" * (len(CUTS) + 3)]
    for one in found:
        figures = [*one.hit.values(), one.recall_10, one.mrr_10, one.ndcg_10]
        lines.append(f"| {one.way} | {one.queries} | {' | '.join(f'{figure:.3f}' for figure in figures)} |")
    return "\n".join(lines)


def as_json(found: Sequence[Found]) -> list[dict[str, Any]]:
    return [asdict(one) for one in found]
