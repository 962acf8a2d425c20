"""The catalogue file as it is written: once, whole, by a build. `catalogue` reads it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.model import (
    Boilerplate,
    Clause,
    Finding,
    IndicatorFact,
    MeasureFact,
    Passage,
    Plan,
    PlanMeta,
    Repair,
    ScheduleFact,
    Section,
    UnitFact,
)
from ingest.postings import Writer
from ingest.records import columns, pack_offsets, to_row
from ingest.tokens import tokens

SCHEMA = Path(__file__).resolve().parent / "data" / "schema.sql"
FORMAT = 4
"""Goes up when the tables change, or the words that text is cut into."""
TABLES: Mapping[str, type] = {
    "sections": Section, "clauses": Clause, "boilerplate": Boilerplate, "repairs": Repair, "units": UnitFact,
    "indicators": IndicatorFact, "schedules": ScheduleFact, "measures": MeasureFact, "findings": Finding,
}  # fmt: skip
_WEIGHTS = (1.0, 0.6, 0.2)
"""bm25 weights of a clause's own words, of its headings, of the plan's name."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A plan as the catalogue takes it: with its passages and one float32 embedding (little-endian bytes) for each."""

    plan: Plan
    fingerprint: str
    passages: tuple[Passage, ...]
    embeddings: tuple[bytes, ...]


def write_catalogue(path: Path, plans: Iterable[Stored], info: Mapping[str, str]) -> None:
    """Write a new catalogue file. sqlite3.Error or OSError where the folder cannot be written."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = MEMORY")
        db.executescript(SCHEMA.read_text(encoding="utf-8"))
        db.execute("BEGIN")
        counts: dict[str, int] = {"plans": 0}
        words = Writer(_WEIGHTS)
        for stored in plans:
            _write_plan(db, stored, counts, words)
        words.store(db)
        known = {**info, "format": str(FORMAT), "counts": json.dumps(counts)}
        db.executemany("INSERT INTO info VALUES (?, ?)", known.items())
        db.execute("COMMIT")


def _write_plan(db: sqlite3.Connection, stored: Stored, counts: dict[str, int], words: Writer) -> None:
    plan = stored.plan
    _insert(db, "plans", [to_row(plan.meta)], columns(PlanMeta))
    db.execute(
        "INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?)",
        (plan.id, plan.sha256, stored.fingerprint, plan.raw, plan.text, pack_offsets(plan.offsets)),
    )
    counts["plans"] += 1
    for table, kind in TABLES.items():
        records = getattr(plan, table)
        names = columns(kind)
        own = "plan_id" in names
        rows = [to_row(record) if own else [plan.id, *to_row(record)] for record in records]
        _insert(db, table, rows, names if own else ("plan_id", *names))
        counts[table] = counts.get(table, 0) + len(rows)
    rows = [[*to_row(p), blob] for p, blob in zip(stored.passages, stored.embeddings, strict=True)]
    _insert(db, "passages", rows, (*columns(Passage), "embedding"))
    counts["passages"] = counts.get("passages", 0) + len(rows)
    name = tokens(" ".join((plan.meta.title, *plan.meta.aliases, plan.meta.region)))
    ids = dict(db.execute("SELECT id, rowid FROM clauses WHERE plan_id = ?", (plan.id,)))
    headings: dict[str, list[str]] = {}
    for clause in plan.clauses:
        if clause.path not in headings:
            headings[clause.path] = tokens(clause.headings)
        words.add(ids[clause.id], tokens(clause.text), headings[clause.path], name)


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]], names: Sequence[str]) -> None:
    cells = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    db.executemany(f"INSERT INTO {table} ({cells}) VALUES ({marks})", rows)  # noqa: S608  names are ours, not input
