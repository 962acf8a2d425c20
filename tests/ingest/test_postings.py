"""The full-text index against SQLite's FTS5, whose bm25 it works out ahead."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from random import Random

import pytest

from ingest.postings import Posting, Writer, best, ranges_of, read_posting, rows_with_all

WORDS = [f"词{n}" for n in range(60)]
WEIGHTS = (1.0, 0.6, 0.2)


def fields(rng: Random) -> list[list[str]]:
    return [[WORDS[min(59, int(rng.expovariate(0.1)))] for _ in range(rng.randint(0, size))] for size in (40, 6, 4)]


@pytest.fixture(scope="module")
def rows() -> dict[int, list[list[str]]]:
    rng = Random(3)
    return {n: fields(rng) for n in range(1, 400)}


@pytest.fixture(scope="module")
def stored(rows: dict[int, list[list[str]]]) -> dict[str, tuple[int, Posting]]:
    writer = Writer(WEIGHTS)
    for row, made in rows.items():
        writer.add(row, *made)
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE postings (word, clauses, rows, scores)")
        writer.store(db)
        return {word: (n, read_posting(*blobs)) for word, n, *blobs in db.execute("SELECT * FROM postings")}


@pytest.mark.parametrize("seed", range(20))
def test_scores_are_those_of_fts5(
    rows: dict[int, list[list[str]]], stored: dict[str, tuple[int, Posting]], seed: int
) -> None:
    asked = Random(seed).sample(WORDS, 5)
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE words USING fts5 (body, heading, plan)")
        db.executemany("INSERT INTO words (rowid, body, heading, plan) VALUES (?, ?, ?, ?)",
                       [(row, *(" ".join(one) for one in made)) for row, made in rows.items()])
        expected = db.execute("SELECT rowid, -bm25(words, 1.0, 0.6, 0.2) AS score FROM words WHERE words MATCH ? AND rowid"
                              " BETWEEN 100 AND 300 ORDER BY score DESC, rowid LIMIT 25", (" OR ".join(asked),)).fetchall()
    found = best([stored[word][1] for word in asked if word in stored], 25, [(100, 180), (181, 300)])
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-5)
    assert {row for row, _ in found[:10]} == {row for row, _ in expected[:10]}


def test_counts_leave_out_the_last_field(rows: dict[int, list[list[str]]], stored: dict[str, tuple[int, Posting]]) -> None:
    for word, (count, posting) in stored.items():
        assert count == sum(word in body or word in heading for body, heading, _ in rows.values())
        assert posting.rows.tolist() == [row for row, made in rows.items() if any(word in one for one in made)]


def test_rows_with_all_words(rows: dict[int, list[list[str]]], stored: dict[str, tuple[int, Posting]]) -> None:
    asked = WORDS[:3]
    expected = [n for n, made in rows.items() if n <= 200 and all(any(word in one for one in made) for word in asked)]
    assert rows_with_all([stored[word][1] for word in asked], [(1, 200)]) == expected


def test_ranges_join_neighbours_and_all_plans_need_none() -> None:
    known = {"a": (1, 10), "b": (11, 20), "c": (30, 40)}
    assert ranges_of(["b", "a"], known) == [(1, 20)]
    assert ranges_of(["a", "c", "unknown"], known) == [(1, 10), (30, 40)]
    assert ranges_of(["c", "b", "a"], known) is None
    assert ranges_of(None, known) is None


def test_nothing_found() -> None:
    assert best([], 5, None) == []
    assert rows_with_all([], None) == []
