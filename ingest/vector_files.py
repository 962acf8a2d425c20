"""The files of a vector index, checked before Chroma sees them: cut vector files can end the whole process.

A finished write is sealed: `seal.json` lists Chroma's vector files with their digests and the number of passages. The
database is left out because Chroma changes it whenever it starts; SQLite checks that one itself.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from ingest.errors import IndexCorrupt, IndexLocked, IndexMissing

REBUILD = "python -m ingest build"
DATABASE = "chroma.sqlite3"

_SEAL = "seal.json"
_WRITTEN = "index_metadata.pickle"  # a folder without it holds no vectors yet: Chroma makes it anew from the database


def corrupt(path: Path, cause: str) -> IndexCorrupt:
    """The error for a damaged index."""
    return IndexCorrupt(f"索引 {path} 已损坏（{cause}）：请执行 {REBUILD} 重建。")


def locked(path: Path) -> IndexLocked:
    """The error for an index that another process is writing."""
    return IndexLocked(f"索引 {path} 正被另一个进程写入：请等它结束后重试。")


def unfinished(path: Path) -> IndexMissing:
    """The error for an index whose writing was interrupted."""
    return IndexMissing(f"{path} 里的索引没有写完：请执行 {REBUILD} 重建。")


def seal(path: Path, count: int) -> None:
    """Declare the files in `path` finished, with `count` passages."""
    draft = path / f"{_SEAL}.new"
    draft.write_text(json.dumps({"count": count, "files": _digests(path)}, indent=1), encoding="utf-8")
    draft.replace(path / _SEAL)


def unseal(path: Path) -> None:
    """Declare the files in `path` unfinished: they are about to change."""
    (path / _SEAL).unlink(missing_ok=True)


def check_files(path: Path, *, database: bool = True) -> int:
    """The number of passages that were sealed; IndexCorrupt or IndexMissing if the files are not as they were then.

    For an index that this process may have open, `database` must be False: closing the database here would drop the
    locks Chroma holds on it. Then only its size is looked at.
    """
    if not (path / DATABASE).is_file():
        raise corrupt(path, "数据库不见了")
    if (path / DATABASE).stat().st_size == 0:
        raise corrupt(path, "数据库为空")
    if database:
        _check_database(path)
    try:
        sealed = json.loads((path / _SEAL).read_text(encoding="utf-8"))
        count, files = int(sealed["count"]), dict(sealed["files"])
    except FileNotFoundError:
        raise unfinished(path) from None
    except (ValueError, KeyError, TypeError) as error:
        raise corrupt(path, f"{_SEAL} 无法读取") from error
    if files != _digests(path):
        raise corrupt(path, "向量文件与写入时不同")
    return count


def _digests(path: Path) -> dict[str, str]:
    return {
        file.relative_to(path).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for marker in sorted(path.glob(f"*/{_WRITTEN}"))
        for file in sorted(marker.parent.iterdir())
    }


def _check_database(path: Path) -> None:
    file = path / DATABASE
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True, timeout=5)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise (locked(path) if "locked" in str(error) else corrupt(path, str(error))) from error
    if verdict != "ok":
        raise corrupt(path, str(verdict))
