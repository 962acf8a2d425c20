"""The full-text index: for each word, the clauses it stands in and what it adds to their bm25 there, worked out when
the index is written. A search then only adds up: a few milliseconds for a hundred thousand clauses.

bm25 as in SQLite's FTS5 (sqlite.org/fts5.html#the_bm25_function): k1 = 1.2, b = 0.75, the length of a clause is that of
all its fields together, an idf that would not be positive counts as one millionth.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_K1, _B, _LEAST = 1.2, 0.75, 1e-6


@dataclass(frozen=True, slots=True)
class Posting:
    """Rows (ascending) that hold a word, and its part of each row's bm25."""

    rows: NDArray[np.uint32]
    scores: NDArray[np.float32]


@dataclass(slots=True)
class Writer:
    """Collects words row by row, numbered upwards; `weights` are those of the fields."""

    weights: Sequence[float]
    rows: dict[str, array[int]] = field(default_factory=dict)
    counts: dict[str, array[float]] = field(default_factory=dict)
    own: Counter[str] = field(default_factory=Counter)
    lengths: dict[int, int] = field(default_factory=dict)

    def add(self, row: int, *fields: Sequence[str]) -> None:
        """A row with its fields; the last one (the plan's name) does not count for how many rows have a word."""
        found: dict[str, float] = {}
        for weight, words in zip(self.weights, fields, strict=True):
            for word in words:
                found[word] = found.get(word, 0.0) + weight
        for word, count in found.items():
            self.rows.setdefault(word, array("I")).append(row)
            self.counts.setdefault(word, array("d")).append(count)
        self.own.update({word for words in fields[:-1] for word in words})
        self.lengths[row] = sum(map(len, fields))

    def store(self, db: sqlite3.Connection) -> None:
        """Write the table `postings`."""
        db.executemany("INSERT INTO postings VALUES (?, ?, ?, ?)", self._scored())

    def _scored(self) -> Iterator[tuple[str, int, bytes, bytes]]:
        lengths = np.zeros(max(self.lengths, default=0) + 1)
        lengths[list(self.lengths)] = list(self.lengths.values())
        total = len(self.lengths)
        damping = _K1 * (1 - _B + _B * lengths / max(1e-9, lengths.sum() / max(1, total)))
        for word in sorted(self.rows):
            rows = np.asarray(self.rows[word], np.uint32)
            counts = np.asarray(self.counts[word])
            idf = max(_LEAST, float(np.log((total - len(rows) + 0.5) / (len(rows) + 0.5))))
            scores = idf * counts * (_K1 + 1) / (counts + damping[rows])
            yield word, self.own[word], rows.astype("<u4").tobytes(), scores.astype("<f4").tobytes()


def read_posting(rows: bytes, scores: bytes) -> Posting:
    """A posting as stored. ValueError where its bytes are damaged."""
    if len(rows) != len(scores):
        raise ValueError("postings of unequal length")
    return Posting(np.frombuffer(rows, "<u4"), np.frombuffer(scores, "<f4"))


def best(postings: Sequence[Posting], limit: int, ranges: Sequence[tuple[int, int]] | None) -> list[tuple[int, float]]:
    """The `limit` rows of the highest sums, best first, earlier rows first among equals; only rows in one of `ranges`
    (first, last), if given."""
    kept = postings if ranges is None else [part for one in postings for part in _within(one, ranges)]
    if not kept:
        return []
    rows = np.concatenate([one.rows for one in kept])
    if not rows.size:
        return []
    low = int(rows.min())
    sums = np.bincount(rows - low, np.concatenate([one.scores for one in kept]))
    found = np.flatnonzero(sums)
    if len(found) > limit:
        least = np.partition(sums[found], -limit)[-limit]
        found = found[sums[found] >= least]
    order = found[np.argsort(-sums[found], kind="stable")][:limit]
    return [(int(row) + low, float(sums[row])) for row in order]


def rows_with_all(postings: Sequence[Posting], ranges: Sequence[tuple[int, int]] | None) -> list[int]:
    """Rows that hold every word."""
    if not postings:
        return []
    rows = postings[0].rows
    for one in postings[1:]:
        rows = np.intersect1d(rows, one.rows, assume_unique=True)
    return [int(row) for row in rows if ranges is None or any(first <= row <= last for first, last in ranges)]


def ranges_of(plan_ids: Sequence[str] | None, known: Mapping[str, tuple[int, int]]) -> list[tuple[int, int]] | None:
    """The rows of these plans, neighbours joined; None for all rows."""
    if plan_ids is None or len(set(plan_ids) & known.keys()) == len(known):
        return None
    joined: list[tuple[int, int]] = []
    for first, last in sorted(known[plan_id] for plan_id in set(plan_ids) & known.keys()):
        if joined and joined[-1][1] == first - 1:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _within(one: Posting, ranges: Sequence[tuple[int, int]]) -> Iterator[Posting]:
    starts = np.searchsorted(one.rows, [first for first, _ in ranges], "left")
    ends = np.searchsorted(one.rows, [last for _, last in ranges], "right")
    for start, end in zip(starts, ends, strict=True):
        if end > start:
            yield Posting(one.rows[start:end], one.scores[start:end])
