"""The audit log and the readers' feedback, in one SQLite file.

    <records>/records.sqlite    answers, feedback
    <records>/secret            the key of the hashes; whoever lacks it cannot try questions against the log

What was asked is kept as an HMAC, its text only where the owner said so. Answers are written by a thread of the log's
own: nothing that happens to the file ever delays or fails an answer; what could not be written is counted.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import queue
import secrets
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.model import Question, Reply

FILE = "records.sqlite"
SECRET = "secret"       # noqa: S105  the name of a file
OLD_FEEDBACK = "feedback.jsonl"
MOST_WAITING = 1000
PURGE_EVERY_S = 3600.0
CLOCK_SLACK_S = 3600.0
_BUSY_MS = 3000
_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
  id TEXT PRIMARY KEY, at TEXT NOT NULL, question_hash TEXT NOT NULL, question TEXT, status TEXT NOT NULL,
  clauses TEXT NOT NULL, generator TEXT NOT NULL, timings TEXT NOT NULL, total_ms REAL NOT NULL,
  route TEXT NOT NULL, site TEXT NOT NULL, client_hash TEXT NOT NULL, request_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS answers_at ON answers (at);
CREATE TABLE IF NOT EXISTS feedback (
  id TEXT PRIMARY KEY, at TEXT NOT NULL, reply_id TEXT NOT NULL, rating TEXT NOT NULL, comment TEXT NOT NULL,
  site TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS feedback_reply ON feedback (reply_id);
"""
_ADD_ANSWER = f"INSERT OR IGNORE INTO answers VALUES ({', '.join('?' * 13)})"  # noqa: S608  placeholders only
_ADD_FEEDBACK = "INSERT OR IGNORE INTO feedback VALUES (?, ?, ?, ?, ?, ?)"
_EXPORT = """
SELECT a.*, f.rating, f.comment, f.at AS feedback_at FROM answers a LEFT JOIN feedback f ON f.reply_id = a.id
WHERE a.at >= ?
UNION ALL
SELECT f.reply_id, f.at, '', NULL, '', '[]', '', '{}', 0, '', f.site, '', '', f.rating, f.comment, f.at
FROM feedback f WHERE f.at >= ? AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.id = f.reply_id)
ORDER BY 2
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the request's id, the client's address, the site that embeds the chat, the route's name."""

    request_id: str = ""
    client: str = ""
    site: str = ""
    route: str = ""


_NOBODY = Caller()
CALLER: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)
"""Set for the length of a request; threads that work for it see it too."""


class AuditLog:
    """The open log. Safe to use from any thread. `lost` counts answers that could not be kept."""

    def __init__(self, folder: Path, days: int, keep_text: bool = False) -> None:
        self.folder = folder
        self.days = days
        self.keep_text = keep_text
        self.lost = 0
        self._told = False
        self._secret: bytes | None = None
        self._began = time.time() - time.monotonic()
        self._waiting: queue.Queue[tuple[object, ...] | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._write_all, name="audit-log", daemon=True)
        self._thread.start()

    def answered(self, question: Question, reply: Reply) -> None:
        """Keep that `reply` was given to `question`. Never raises, never waits."""
        try:
            self._waiting.put_nowait(self._row(question, reply, CALLER.get()))
        except (OSError, queue.Full) as error:
            self._failed(error)

    def flush(self, limit_s: float = 5.0) -> None:
        """Wait until what was heard is written, or the time is over."""
        deadline = time.monotonic() + limit_s
        while self._waiting.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.005)

    def close(self) -> None:
        """Write what waits, then stop."""
        with suppress(queue.Full):
            self._waiting.put(None, timeout=1)
        self._thread.join(5)

    def _row(self, question: Question, reply: Reply, caller: Caller) -> tuple[object, ...]:
        clauses = list(dict.fromkeys(citation.clause_id for citation in reply.citations))
        return (reply.id, _now(), self._hash(question.text), _storable(question.text) if self.keep_text else None, reply.status,
                json.dumps(clauses, ensure_ascii=False), reply.generator, json.dumps(dict(reply.timings_ms)),
                reply.timings_ms.get("total", 0.0), caller.route, caller.site,
                self._hash(caller.client)[:16] if caller.client else "", caller.request_id)

    def _hash(self, text: str) -> str:
        self._secret = self._secret or secret_of(self.folder)
        return hmac.new(self._secret, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()

    def _write_all(self) -> None:
        purged = -PURGE_EVERY_S
        connection: sqlite3.Connection | None = None
        while (row := self._next()) is not None:
            try:
                connection = connection or connect(self.folder)
                if row:
                    with connection:
                        connection.execute(_ADD_ANSWER, row)
                if time.monotonic() - purged >= PURGE_EVERY_S:
                    purged = time.monotonic()
                    self._purge(connection)
                self._told = self._told and not row
            except (OSError, sqlite3.Error) as error:
                self._failed(error, 1 if row else 0)
                if connection:
                    connection.close()
                connection = None
            finally:
                if row:
                    self._waiting.task_done()
        if connection:
            connection.close()

    def _next(self) -> tuple[object, ...] | None:
        """The next row; () when there was none for a while, None at the end."""
        try:
            return self._waiting.get(timeout=PURGE_EVERY_S)
        except queue.Empty:
            return ()

    def _purge(self, connection: sqlite3.Connection) -> None:
        jump = time.time() - time.monotonic() - self._began
        if abs(jump) > CLOCK_SLACK_S:   # a wrong clock must not delete what is still to be kept
            log.error("时钟跳动了 %.0f 秒，本次不清理过期记录；时钟校正后请重新启动服务", jump)
            return
        purge(connection, self.days)

    def _failed(self, error: Exception, count: int = 1) -> None:
        self.lost += count
        if not self._told:
            self._told = True
            log.error("问答记录写不进 %s（%s）；回答不受影响，未记录的条数见 /metrics。请检查磁盘空间和写权限", self.folder, error)


def feedback_to(folder: Path, reply_id: str, rating: str, comment: str) -> str:
    """Keep what a reader thought, at once; its id. OSError or sqlite3.Error where it cannot be kept."""
    name = uuid.uuid4().hex
    row = (name, _now(), _storable(reply_id), rating, _storable(comment), CALLER.get().site)
    with closing(connect(folder)) as connection, connection:
        connection.execute(_ADD_FEEDBACK, row)
    return name


def connect(folder: Path) -> sqlite3.Connection:
    """The file, made where it is missing. A damaged one is set aside under another name and begun anew."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):     # full, read-only, locked: the file itself is sound
            raise
        aside = path.with_name(f"{FILE}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        os.replace(path, aside)
        for rest in ("-wal", "-shm"):
            Path(f"{path}{rest}").unlink(missing_ok=True)
        log.error("问答记录 %s 已损坏（%s），已移到 %s，另起新文件", path, error, aside.name)
        return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    new = not path.exists()
    connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000, check_same_thread=False)
    try:
        if new:
            path.chmod(0o600)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_TABLES)
        return connection
    except BaseException:
        connection.close()
        raise


def purge(connection: sqlite3.Connection, days: int) -> int:
    """Delete what is older than `days`; how many rows that was."""
    limit = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
    with connection:
        return sum(connection.execute(sql, (limit,)).rowcount
                   for sql in ("DELETE FROM answers WHERE at < ?", "DELETE FROM feedback WHERE at < ?"))


def export(folder: Path, since: str) -> Iterator[dict[str, object]]:
    """Every answer since the day (or moment) with the feedback on it, oldest first; feedback on no known answer too."""
    path = folder / FILE
    if not path.is_file():
        return
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_MS / 1000)) as connection:
        connection.row_factory = sqlite3.Row
        if connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('answers', 'feedback')").fetchone()[0] < 2:
            return      # it is just being made
        for row in connection.execute(_EXPORT, (since, since)):
            yield {**dict(row), "clauses": json.loads(row["clauses"]), "timings": json.loads(row["timings"])}


def take_old_feedback(index: Path, folder: Path) -> int:
    """Move what earlier versions kept in `feedback.jsonl` into the file; how many entries. A second time does nothing."""
    old = index / OLD_FEEDBACK
    if not old.is_file():
        return 0
    entries = []
    for line in old.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError, KeyError, TypeError):     # a line torn by a crash
            entry = json.loads(line)
            entries.append((str(entry["id"]), str(entry["at"]), str(entry["reply_id"]), str(entry["rating"]),
                            str(entry.get("comment", "")), ""))
    with closing(connect(folder)) as connection, connection:
        connection.executemany(_ADD_FEEDBACK, entries)
    old.rename(old.with_suffix(".jsonl.taken"))
    return len(entries)


def secret_of(folder: Path) -> bytes:
    """The key of the hashes, made at the first time, readable by the owner only."""
    path = folder / SECRET
    with suppress(FileNotFoundError):
        if len(found := path.read_bytes()) >= 32:
            return found
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{SECRET}.{uuid.uuid4().hex}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    try:
        os.link(beside, path)       # of two processes that begin at once, one makes the key
    except FileExistsError:
        if len(path.read_bytes()) < 32:
            os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path.read_bytes()


def _storable(text: str) -> str:
    """`text` without the halves of surrogate pairs that a client may send in JSON."""
    return text.encode("utf-8", "replace").decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
