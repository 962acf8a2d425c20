"""The catalogue: every plan, clause, fact and passage in one SQLite file, with a full-text index. The truth.

A catalogue file is written once, whole, and never changed: a new build writes a new file. Readers open it read-only and
may be used from any number of threads, each of which gets a connection of its own. No question reads more than the
plans and clauses it needs, and of what was read only the latest is kept, so a province costs little more than a city.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ingest.catalogue_file import TABLES
from ingest.errors import IndexCorrupt, PlanNotFound
from ingest.model import (
    Boilerplate,
    Clause,
    Finding,
    IndicatorFact,
    MeasureFact,
    OffsetMap,
    Passage,
    Plan,
    PlanMeta,
    Repair,
    ScheduleFact,
    Section,
    UnitFact,
)
from ingest.postings import Posting, best, ranges_of, read_posting, rows_with_all
from ingest.records import columns, from_row, unpack_offsets

_MARKED = re.compile(r"“([^”\n]{2,14})”")
_REMEMBERED = 20_000
"""Clauses that are kept once read."""
_PLANS = 64
"""Plans whose lists and texts are kept once read: each is some hundred kilobytes."""


T = TypeVar("T")


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


class _Connection(sqlite3.Connection):
    """A connection that can be referred to weakly: one whose thread has ended goes with it."""


class Catalogue:
    """Read-only access to one catalogue file. What was read once is kept: the file never changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._open: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._memo: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._lists: OrderedDict[tuple[str, str], Any] = OrderedDict()

    @classmethod
    def open(cls, path: Path) -> Catalogue:
        """Open a catalogue. IndexCorrupt where the file is missing, damaged or no catalogue at all."""
        catalogue = cls(path)
        catalogue.info()
        return catalogue

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in list(self._open):
            connection.close()
        self._local = threading.local()

    def info(self) -> dict[str, Any]:
        """`format`, `encoder`, `dimensions`, `built_at`, and `counts` of the rows in each table."""
        return dict(self._once(("info", ""), self._info))

    def _info(self) -> dict[str, Any]:
        rows = dict(self._rows("SELECT key, value FROM info"))
        try:
            return {**rows, "format": int(rows["format"]), "counts": json.loads(rows["counts"])}
        except (KeyError, ValueError) as error:
            raise self._corrupt(error) from error

    def metas(self) -> tuple[PlanMeta, ...]:
        """All plans, in the order of the corpus."""
        return self._all("plans", PlanMeta)

    def meta(self, plan_id: str) -> PlanMeta:
        """One plan's metadata. PlanNotFound names the plans there are."""
        known: dict[str, PlanMeta] = self._once(("metas", ""), lambda: {meta.id: meta for meta in self.metas()})
        if plan_id in known:
            return known[plan_id]
        some = "、".join(list(known)[:20]) + (f"等{len(known)}份" if len(known) > 20 else "")
        raise PlanNotFound(f"没有编号为“{plan_id}”的规划；现有：{some or '无'}")

    def text(self, plan_id: str) -> str:
        """The normalised text that all offsets refer to."""
        return str(self._text(plan_id, "text"))

    def marked(self, plan_id: str) -> tuple[str, ...]:
        """The names that a plan puts in quotation marks (“四链”), as they come."""
        return self._once(("marked", plan_id), lambda: tuple(dict.fromkeys(_MARKED.findall(self.text(plan_id)))))

    def raw(self, plan_id: str) -> str:
        """The text of the file as received."""
        return str(self._text(plan_id, "raw"))

    def sha256(self, plan_id: str) -> str:
        """The hash of the file's bytes."""
        return str(self._text(plan_id, "sha256"))

    def fingerprint(self, plan_id: str) -> str:
        """The hash of all that the stored plan was made from."""
        return str(self._text(plan_id, "fingerprint"))

    def offsets(self, plan_id: str) -> OffsetMap:
        """The map from normalised to raw offsets."""

        def read() -> OffsetMap:
            try:
                return unpack_offsets(self._text(plan_id, "offsets"))
            except (zlib.error, ValueError, TypeError) as error:
                raise self._corrupt(error) from error

        return self._once(("offsets", plan_id), read)

    def sections(self, plan_id: str) -> tuple[Section, ...]:
        """A plan's sections, in order."""
        return self._of("sections", Section, plan_id)

    def clauses(self, plan_id: str) -> tuple[Clause, ...]:
        """A plan's clauses, in order."""
        return self._of("clauses", Clause, plan_id)

    def clause(self, clause_id: str) -> Clause:
        """The clause of this id; for a section's id, its heading as a clause. PlanNotFound otherwise."""
        return self._once(("clause", clause_id), lambda: self._clause(clause_id))

    def boilerplate(self, plan_id: str) -> tuple[Boilerplate, ...]:
        """Text kept out of clauses."""
        return self._of("boilerplate", Boilerplate, plan_id)

    def repairs(self, plan_id: str) -> tuple[Repair, ...]:
        """Where the normalised text differs from the file."""
        return self._of("repairs", Repair, plan_id)

    def findings(self, plan_id: str) -> tuple[Finding, ...]:
        """The plan's entries of the honesty report."""
        return self._of("findings", Finding, plan_id)

    def unit_names(self) -> tuple[str, ...]:
        """The name of every unit of government, in the order of the corpus, each once."""
        statement = "SELECT unit FROM units GROUP BY unit ORDER BY min(rowid)"
        return self._once(("unit_names", ""), lambda: tuple(str(name) for (name,) in self._rows(statement)))

    def plans_of_units(self, names: Sequence[str]) -> tuple[str, ...]:
        """The ids of the plans that list a unit by one of these names, in the order of the corpus."""
        statement = f"SELECT plan_id FROM units WHERE unit IN ({_marks(names)}) GROUP BY plan_id ORDER BY min(rowid)"  # noqa: S608  marks only
        return tuple(str(name) for (name,) in self._rows(statement, names))

    def units(self, plan_id: str | None = None) -> tuple[UnitFact, ...]:
        """Units in their roles; of all plans when `plan_id` is None."""
        return self._of("units", UnitFact, plan_id)

    def indicators(self, plan_id: str | None = None) -> tuple[IndicatorFact, ...]:
        """Targets; of all plans when `plan_id` is None."""
        return self._of("indicators", IndicatorFact, plan_id)

    def schedules(self, plan_id: str | None = None) -> tuple[ScheduleFact, ...]:
        """Quarters, stages and deadlines; of all plans when `plan_id` is None."""
        return self._of("schedules", ScheduleFact, plan_id)

    def measures(self, plan_id: str | None = None) -> tuple[MeasureFact, ...]:
        """Offers of support; of all plans when `plan_id` is None."""
        return self._of("measures", MeasureFact, plan_id)

    def passages(self, plan_id: str | None = None) -> tuple[Passage, ...]:
        """What is embedded; of all plans when `plan_id` is None."""
        return self._of("passages", Passage, plan_id)

    def plan(self, plan_id: str) -> Plan:
        """The whole plan, equal to the one that was stored."""
        parts: dict[str, Any] = {table: self._of(table, kind, plan_id) for table, kind in TABLES.items()}
        return Plan(
            meta=self.meta(plan_id), sha256=self.sha256(plan_id), raw=self.raw(plan_id), text=self.text(plan_id),
            offsets=self.offsets(plan_id), **parts,
        )  # fmt: skip

    def embeddings(self) -> dict[str, bytes]:
        """Digest of a passage → its embedding, little-endian float32."""
        return dict(self._rows("SELECT digest, embedding FROM passages"))

    def passage_counts(self) -> Mapping[str, int]:
        """How many passages each plan has, in the order of the corpus; plans without any are left out."""
        statement = "SELECT plan_id, count(*) FROM passages GROUP BY plan_id ORDER BY min(rowid)"
        return self._once(("passage_counts", ""), lambda: {str(p): int(n) for p, n in self._rows(statement)})

    def passage_vectors(self, plan_id: str) -> list[tuple[str, str, bytes]]:
        """Of a plan's passages: passage id, clause id, embedding (little-endian float32)."""
        return self._rows("SELECT id, clause_id, embedding FROM passages WHERE plan_id = ? ORDER BY rowid", (plan_id,))

    def search(
        self, words: Sequence[str], limit: int, plan_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Clauses with any of `words` (see ingest/tokens.py), best first, as (clause id, bm25; higher is better)."""
        if limit <= 0 or (plan_ids is not None and not plan_ids):
            return []
        found = best(list(self._postings(words).values()), limit, ranges_of(plan_ids, self._ranges()))
        names = self._clause_ids([row for row, _ in found])
        return [(names[row], score) for row, score in found]

    def having(self, words: Sequence[str], plan_ids: Sequence[str] | None = None) -> list[str]:
        """The ids of the clauses that hold all of `words` (in their text, headings or the plan's name), in order."""
        found = self._postings(words)
        if not words or len(found) < len(set(words)):
            return []
        rows = rows_with_all(list(found.values()), ranges_of(plan_ids, self._ranges()))
        names = self._clause_ids(rows)
        return [names[row] for row in rows]

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many clauses each word stands, in their own text or their headings."""
        wanted = list(dict.fromkeys(words))
        statement = f"SELECT word, clauses FROM postings WHERE word IN ({_marks(wanted)})"  # noqa: S608  marks only
        return {**dict.fromkeys(wanted, 0), **dict(self._rows(statement, wanted))}

    def words(self) -> tuple[str, ...]:
        """All words of the plans' clauses, the commonest first."""
        statement = "SELECT word FROM postings ORDER BY clauses DESC, word"
        return self._once(("words", ""), lambda: tuple(str(word) for (word,) in self._rows(statement)))

    def _postings(self, words: Sequence[str]) -> dict[str, Posting]:
        wanted = list(dict.fromkeys(words))
        statement = f"SELECT word, rows, scores FROM postings WHERE word IN ({_marks(wanted)})"  # noqa: S608  marks only
        try:
            return {str(word): read_posting(rows, scores) for word, rows, scores in self._rows(statement, wanted)}
        except (ValueError, TypeError) as error:
            raise self._corrupt(error) from error

    def _ranges(self) -> Mapping[str, tuple[int, int]]:
        """The first and last row of each plan's clauses: a plan is written in one piece."""
        statement = "SELECT plan_id, min(rowid), max(rowid) FROM clauses GROUP BY plan_id"
        return self._once(("ranges", ""), lambda: {str(p): (int(a), int(b)) for p, a, b in self._rows(statement)})

    def _clause_ids(self, rows: Sequence[int]) -> dict[int, str]:
        statement = "SELECT rowid, id FROM clauses WHERE rowid IN (SELECT value FROM json_each(?))"
        names = {int(row): str(name) for row, name in self._rows(statement, (json.dumps(list(rows)),))}
        if len(names) < len(set(rows)):
            raise self._corrupt("全文索引指向不存在的条款")
        return names

    def verify(self) -> None:
        """Read every page of the file. IndexCorrupt where one is damaged."""
        for (verdict,) in self._rows("PRAGMA quick_check"):
            if verdict != "ok":
                raise self._corrupt(verdict)

    def _clause(self, clause_id: str) -> Clause:
        rows = self._records("clauses", Clause, "id", clause_id)
        if rows:
            return rows[0]
        sections = self._records("sections", Section, "id", clause_id)
        if not sections:
            raise PlanNotFound(f"没有编号为“{clause_id}”的条款；编号形如 zhuhai-2019#2.1，可用 show 命令查看")
        head = sections[0]
        path = " › ".join(part for part in (head.label, head.title) if part)
        text = self.text(head.plan_id)[head.start : head.end]
        return Clause(
            head.id, head.plan_id, head.parent_id or "", "text", head.label, head.title, path, text, head.start,
            head.end, -1, certainty="inferred" if head.inferred else "certain",
        )  # fmt: skip

    def _of(self, table: str, kind: type[T], plan_id: str | None) -> tuple[T, ...]:
        if plan_id is None:
            return self._all(table, kind)
        self.meta(plan_id)
        return self._once((table, plan_id), lambda: self._records(table, kind, "plan_id", plan_id))

    def _all(self, table: str, kind: type[T]) -> tuple[T, ...]:
        return self._once((table, ""), lambda: self._records(table, kind, None, None))

    def _once(self, key: tuple[str, str], read: Callable[[], T]) -> T:
        """What `read` gives, remembered. Two threads may read the same at once; both get an equal value."""
        small = key[0] == "clause" or not key[1]
        memo, most = (self._memo, _REMEMBERED) if small else (self._lists, _PLANS * len(TABLES))
        with self._lock:
            if key in memo:
                memo.move_to_end(key)
                known: T = memo[key]
                return known
        value = read()
        with self._lock:
            memo[key] = value
            while len(memo) > most:
                memo.popitem(last=False)
        return value

    def _records(self, table: str, kind: type[T], column: str | None, value: str | None) -> tuple[T, ...]:
        cells = ", ".join(f'"{name}"' for name in columns(kind))
        where, given = (f"WHERE {column} = ?", (value,)) if column else ("", ())
        rows = self._rows(f"SELECT {cells} FROM {table} {where} ORDER BY rowid", given)  # noqa: S608  names are ours
        try:
            return tuple(from_row(kind, row) for row in rows)
        except (ValueError, TypeError) as error:
            raise self._corrupt(error) from error

    def _text(self, plan_id: str, column: str) -> Any:
        self.meta(plan_id)
        statement = f"SELECT {column} FROM texts WHERE plan_id = ?"  # noqa: S608  one of our column names
        rows = self._once((column, plan_id), lambda: self._rows(statement, (plan_id,)))
        if not rows:
            raise self._corrupt(f"{plan_id} 没有正文")
        return rows[0][0]

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection().execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._corrupt(error) from error

    def _connection(self) -> sqlite3.Connection:
        known: _Connection | None = getattr(self._local, "connection", None)
        if known is None:
            uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
            known = sqlite3.connect(uri, uri=True, check_same_thread=False, factory=_Connection)
            self._local.connection = known
            self._open.add(known)
        return known

    def _corrupt(self, reason: object) -> IndexCorrupt:
        return IndexCorrupt(f"{self.path}：索引读不出来（{reason}）；请运行 python -m ingest build --full 重建")
