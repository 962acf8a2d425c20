"""The vectors of an index on a Chroma server (`chroma run`), shared by any number of app replicas.

A collection is named by its content, so replicas with the same catalogue find the same one, a build that finds it
finished writes nothing, and a new generation never changes what older replicas read. The server may be gone when an app
starts and come back: each query tries anew, after a pause in which nobody waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexMissing, IndexUnreachable
from ingest.model import Passage
from ingest.vector_files import REBUILD
from ingest.vectors import SPACE, Hit, add_passages, nearest

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

TIMEOUT_S = 5.0
PAUSE_S = 3.0
"""After a failure queries are refused at once for so long, instead of each waiting for the server."""
_WRITE_BATCH = 300  # a request stays below a megabyte or two, whatever a proxy allows


class ServerStore:
    """A collection on a server. Nothing is asked of the server before the first call; safe to use from many threads."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None
        self._quiet_until = 0.0
        self._lock = threading.Lock()

    def query(self, embedding: NDArray[np.float32], limit: int, plan_ids: Sequence[str] | None) -> list[Hit]:
        """As `VectorStore.query`. IndexUnreachable where the server does not answer, IndexMissing without collection."""
        if limit < 1 or (plan_ids is not None and not plan_ids):
            return []
        if time.monotonic() < self._quiet_until:
            raise self._unreachable("刚才没有应答")
        with self._faults():
            return nearest(self._opened(), embedding, limit, plan_ids)

    def ids(self) -> set[str]:
        """The ids of all stored passages."""
        with self._faults():
            return set(self._opened().get(include=[])["ids"])

    def count(self) -> int:
        """How many passages are stored."""
        with self._faults():
            return int(self._opened().count())

    def finished(self, passages: int) -> bool:
        """Whether the collection is there with all its passages."""
        try:
            return self.count() == passages
        except IndexMissing:
            return False

    def write(self, passages: Sequence[Passage], embeddings: NDArray[np.float32]) -> None:
        """Make the collection, or complete one whose writing was interrupted."""
        with self._faults():
            collection = self._connected().get_or_create_collection(
                self.name, metadata={"passages": len(passages)}, configuration={"hnsw": SPACE}, embedding_function=None
            )
            add_passages(collection, passages, embeddings, _WRITE_BATCH)

    def close(self) -> None:
        """Let go of the connection; a later call opens it again."""
        with self._lock:
            client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()

    def _opened(self) -> Collection:
        if self._collection is None:
            self._collection = self._connected().get_collection(self.name, embedding_function=None)
        return self._collection

    def _connected(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        with self._lock:
            if self._client is None:
                at = urlsplit(self.url)
                secure = at.scheme == "https"
                client = chromadb.HttpClient(
                    at.hostname or "", at.port or (443 if secure else 80), secure,
                    settings=Settings(_env_file=None, anonymized_telemetry=False),
                )  # fmt: skip
                session: Any = getattr(client, "_server", None)
                if hasattr(session, "_session"):  # without it a server that hangs holds a question forever
                    session._session.timeout = TIMEOUT_S
                self._client = client
            return self._client

    @contextmanager
    def _faults(self) -> Iterator[None]:
        from chromadb.errors import ChromaError, NotFoundError

        try:
            yield
        except NotFoundError as error:
            self._collection = None
            raise IndexMissing(f"Chroma 服务器 {self.url} 上没有 {self.name}：请执行 {REBUILD} 写入。") from error
        except (ChromaError, OSError) as error:
            raise self._failed(error) from error
        except Exception as error:  # a client that cannot connect raises ValueError, httpx errors, or a bare Exception
            if isinstance(error, ValueError) and "connect" not in str(error).lower():
                raise
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> IndexUnreachable:
        self._quiet_until = time.monotonic() + PAUSE_S
        return self._unreachable(" ".join(str(error).split())[:120] or type(error).__name__)

    def _unreachable(self, cause: str) -> IndexUnreachable:
        return IndexUnreachable(f"Chroma 服务器 {self.url} 没有应答（{cause}）：请检查 IPPLAN_CHROMA 和该服务是否在运行。")
