"""The vectors of an index: the only module that touches Chroma.

What Chroma 1.5 does that shapes this file (all of it tried):
- damage is only noticed by the query that meets it, and a missing vector file gives fewer hits with no error or ends
  the process, so the files are checked first (`vector_files`);
- a failed start leaves a half-made system in its cache, which breaks the next start in that folder;
- its cache goes by the folder's name, so a folder that was replaced would go on answering from the old files;
- it writes when it starts, so even an index that is only read needs a writable folder.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexFault, IndexMismatch, IndexMissing, IndexWriteError
from ingest.model import Passage
from ingest.vector_files import DATABASE, REBUILD, check_files, corrupt, locked, seal, unfinished, unseal

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

FORMAT = 1  # of what is stored here: raise it when ids, metadata or the space change

_COLLECTION = "passages"
SPACE = {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}
_UNWRITABLE = ("readonly", "disk is full", "unable to open", "Permission denied", "No space left")

_opening = threading.Lock()  # Chroma's own cache of systems is not locked
_folders: dict[str, tuple[int, int]] = {}  # name given to Chroma → device and inode of the folder then


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored passage near a query; `similarity` is the cosine, in [-1, 1]."""

    passage_id: str
    clause_id: str
    plan_id: str
    similarity: float


class VectorStore:
    """An open index folder. Queries may come from several threads; `close` before the folder is moved or removed."""

    def __init__(self, path: Path, client: ClientAPI, collection: Collection, written: bool) -> None:
        self.path = path
        self._client = client
        self._collection = collection
        self._open = True
        self._written = written

    @classmethod
    def open(cls, path: Path, encoder: str, create: bool) -> VectorStore:
        """Open the index in `path`, or with `create` start one where there is none.

        IndexMissing, IndexMismatch (another encoder), IndexCorrupt, IndexWriteError: each says what to do.
        """
        if not create and not (path / DATABASE).is_file():
            raise IndexMissing(f"{path} 里还没有建好的索引：请先执行 {REBUILD}。")
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexWriteError(f"无法建立索引目录 {path}（{error.strerror}）：请检查路径和权限。") from error
        if not all(_writable(file) for file in (path, path / DATABASE) if file.exists()):
            raise IndexWriteError(f"索引目录 {path} 不可写（只查询也需写权限）：请修改权限，或把索引复制到可写的目录。")
        with _opening, _faults(path):
            return cls._start(path, encoder, fresh=not (path / DATABASE).is_file())

    @classmethod
    def _start(cls, path: Path, encoder: str, fresh: bool) -> VectorStore:
        from chromadb.errors import NotFoundError

        client, sealed = _connect(path, fresh)
        try:
            if fresh:
                described = {"encoder": encoder, "format": FORMAT}
                collection = client.create_collection(
                    _COLLECTION, metadata=described, configuration={"hnsw": SPACE}, embedding_function=None
                )
            else:
                collection = client.get_collection(_COLLECTION, embedding_function=None)
            _check_origin(path, collection.metadata or {}, encoder)
            if sealed is not None and collection.count() != sealed:
                raise corrupt(path, "数据库与写入时不同")
            return cls(path, client, collection, written=fresh)
        except NotFoundError as error:
            client.close()
            raise unfinished(path) from error
        except BaseException:
            client.close()
            raise

    def upsert(self, passages: Sequence[Passage], embeddings: NDArray[np.float32]) -> None:
        """Store passages with their vectors, row by row; those of an id already stored are replaced."""
        if len(passages) != len(embeddings):
            raise ValueError(f"{len(passages)} passages but {len(embeddings)} embeddings")
        with self._writing():
            add_passages(self._collection, passages, embeddings, self._client.get_max_batch_size())

    def delete(self, ids: Sequence[str]) -> None:
        """Remove passages; ids that are not stored are ignored."""
        with self._writing():
            for at in self._batches(len(ids)):
                self._collection.delete(ids=list(ids[at]))

    def query(self, embedding: NDArray[np.float32], limit: int, plan_ids: Sequence[str] | None) -> list[Hit]:
        """The `limit` nearest passages, best first, of the plans named; None: of all plans, empty: of none."""
        if limit < 1 or (plan_ids is not None and not plan_ids):
            return []
        with _faults(self.path):
            return nearest(self._collection, embedding, limit, plan_ids)

    def ids(self) -> set[str]:
        """The ids of all stored passages."""
        with _faults(self.path):
            return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """How many passages are stored."""
        with _faults(self.path):
            return int(self._collection.count())

    def close(self) -> None:
        """Seal what was written and release the files. A second call does nothing; any other call then fails.

        Chroma's thread lets go of the database some milliseconds later; moving or removing the folder is safe at once.
        A store that wrote and is not closed (a crash) leaves an index that `open` calls unfinished.
        """
        with _opening, _faults(self.path):
            if not self._open:
                return
            self._open = False
            try:
                count = int(self._collection.count()) if self._written else None
            finally:
                del self._collection
                self._client.close()
            if count is not None:
                seal(self.path, count)

    def __enter__(self) -> VectorStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._written = self._written and kind is None  # what was given up halfway is not sealed
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _faults(self.path):
            self._written = False
            unseal(self.path)
            yield
            self._written = True

    def _batches(self, total: int) -> Iterator[slice]:
        size = self._client.get_max_batch_size()
        return (slice(at, at + size) for at in range(0, total, size))


def add_passages(
    collection: Collection, passages: Sequence[Passage], embeddings: NDArray[np.float32], batch: int
) -> None:
    """Store passages with their vectors in a collection, here or on a server."""
    for start in range(0, len(passages), batch):
        at = slice(start, start + batch)
        collection.upsert(
            ids=[passage.id for passage in passages[at]],
            embeddings=np.asarray(embeddings[at], dtype=np.float32),
            metadatas=[
                {"clause_id": passage.clause_id, "plan_id": passage.plan_id, "region": passage.region}
                for passage in passages[at]
            ],
        )


def nearest(
    collection: Collection, embedding: NDArray[np.float32], limit: int, plan_ids: Sequence[str] | None
) -> list[Hit]:
    """The nearest passages of a collection, here or on a server."""
    found = collection.query(
        query_embeddings=np.asarray(embedding, dtype=np.float32).reshape(1, -1),
        n_results=limit,
        where=None if plan_ids is None else {"plan_id": {"$in": list(plan_ids)}},
        include=["metadatas", "distances"],
    )
    rows = zip(found["ids"][0], found["metadatas"][0], found["distances"][0], strict=True)
    return [
        Hit(passage_id, str(about["clause_id"]), str(about["plan_id"]), max(-1.0, min(1.0, 1.0 - distance)))
        for passage_id, about, distance in rows
    ]


def _connect(path: Path, fresh: bool) -> tuple[ClientAPI, int | None]:
    """A client of the files now in `path`, checked unless this process has them open; how many passages were sealed."""
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient as Shared
    from chromadb.config import Settings

    about = path.stat()
    name, inode = str(path.resolve()), (about.st_dev, about.st_ino)
    while name in Shared._identifier_to_system and _folders.get(name) != inode:
        name += "/."  # the same folder to the system, another one to Chroma's cache
    shared = name in Shared._identifier_to_system
    sealed = None if fresh or shared else check_files(path)
    _folders[name] = inode
    try:
        # `_env_file`: a stray .env in the working directory is not for Chroma
        return chromadb.PersistentClient(name, Settings(_env_file=None, anonymized_telemetry=False)), sealed
    except BaseException:
        if not shared and name not in Shared._identifier_to_refcount:
            Shared._identifier_to_system.pop(name, None)
        raise


def _writable(file: Path) -> bool:
    return os.access(file, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _check_origin(path: Path, stored: Mapping[str, Any], encoder: str) -> None:
    if stored.get("encoder") != encoder:
        raise IndexMismatch(
            f"索引 {path} 由向量模型 {stored.get('encoder')} 建立，当前设置是 {encoder}："
            f"请改回原来的模型（IPPLAN_ENCODER），或执行 {REBUILD} 重建。"
        )
    if stored.get("format") != FORMAT:
        raise IndexMismatch(f"索引 {path} 的格式是 {stored.get('format')}，本版本用 {FORMAT}：请执行 {REBUILD} 重建。")


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Turn what Chroma raises about stored files into ours; wrong arguments stay the caller's errors."""
    try:
        yield
    except IndexFault:
        raise
    except OSError as error:
        raise IndexWriteError(f"索引 {path} 无法读写（{error.strerror}）：请检查目录权限和磁盘空间。") from error
    except BaseException as error:
        if type(error).__name__ not in ("InternalError", "PanicException"):  # a panic of the Rust core is no Exception
            raise
        cause = " ".join(str(error).split())[:200]
        if any(sign in cause for sign in _UNWRITABLE):
            raise IndexWriteError(f"索引 {path} 无法写入（{cause}）：请检查目录权限和磁盘空间。") from error
        raise (locked(path) if "locked" in cause else corrupt(path, cause)) from error
