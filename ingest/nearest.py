"""The passages nearest to a question: in a few plans by comparing with every stored vector, in many by Chroma.

A question that names its region is about a handful of plans. Their vectors are in the catalogue; comparing with all of
them is exact, takes well under a millisecond and needs no Chroma. Filtering Chroma's graph by plan takes longer the
larger the corpus and the narrower the filter.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.catalogue import Catalogue
from ingest.errors import IndexCorrupt
from ingest.vectors import Hit

FEW = 2000
"""Passages that are compared one by one: 3 MB, a tenth of a millisecond."""
_KEPT = 64  # plans


class Store(Protocol):
    """Chroma in a folder (`vectors`) or on a server (`vector_server`)."""

    def query(self, embedding: NDArray[np.float32], limit: int, plan_ids: Sequence[str] | None) -> list[Hit]:
        """The `limit` nearest passages, best first, of the plans named; None: of all plans, empty: of none."""

    def ids(self) -> set[str]:
        """The ids of all stored passages."""

    def count(self) -> int:
        """How many passages are stored."""

    def close(self) -> None:
        """Let go of files or connections."""


@dataclass(frozen=True, slots=True)
class _Rows:
    passages: tuple[str, ...]
    clauses: tuple[str, ...]
    vectors: NDArray[np.float32]


class Vectors:
    """A store and the catalogue it was made from. Safe to use from many threads."""

    def __init__(self, catalogue: Catalogue, store: Store) -> None:
        self.store = store
        self.ids: Callable[[], set[str]] = store.ids
        self.count: Callable[[], int] = store.count
        self.close: Callable[[], None] = store.close
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._rows: OrderedDict[str, _Rows] = OrderedDict()

    def query(self, embedding: NDArray[np.float32], limit: int, plan_ids: Sequence[str] | None) -> list[Hit]:
        """The `limit` nearest passages, best first, of the plans named; None: of all plans, empty: of none."""
        sizes = self._catalogue.passage_counts()
        wanted = list(sizes) if plan_ids is None else [one for one in dict.fromkeys(plan_ids) if one in sizes]
        if limit < 1 or not wanted:
            return []
        if sum(sizes[one] for one in wanted) <= FEW:
            return self._compared(np.asarray(embedding, np.float32), limit, wanted)
        return self.store.query(embedding, limit, None if len(wanted) == len(sizes) else wanted)

    def _compared(self, embedding: NDArray[np.float32], limit: int, plan_ids: Sequence[str]) -> list[Hit]:
        plans = [(plan_id, self._of(plan_id)) for plan_id in plan_ids]
        scores = np.concatenate([rows.vectors @ embedding for _, rows in plans])
        starts = np.cumsum([0, *(len(rows.passages) for _, rows in plans)])
        hits = []
        for at in np.argsort(-scores, kind="stable")[:limit]:
            n = int(np.searchsorted(starts, at, "right")) - 1
            plan_id, rows = plans[n]
            row = int(at - starts[n])
            hits.append(Hit(rows.passages[row], rows.clauses[row], plan_id, max(-1.0, min(1.0, float(scores[at])))))
        return hits

    def _of(self, plan_id: str) -> _Rows:
        with self._lock:
            if plan_id in self._rows:
                self._rows.move_to_end(plan_id)
                return self._rows[plan_id]
        stored = self._catalogue.passage_vectors(plan_id)
        try:
            matrix = np.frombuffer(b"".join(blob for _, _, blob in stored), "<f4").reshape(len(stored), -1)
        except ValueError as error:
            raise IndexCorrupt(f"{plan_id}：存储的向量长短不一；请运行 python -m ingest build --full 重建") from error
        rows = _Rows(tuple(one for one, _, _ in stored), tuple(one for _, one, _ in stored), matrix.astype(np.float32))
        with self._lock:
            self._rows[plan_id] = rows
            while len(self._rows) > _KEPT:
                self._rows.popitem(last=False)
        return rows
