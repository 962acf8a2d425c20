"""The index folder: numbered generations, the CURRENT pointer, the builders' lock, and who may delete what.

    <index>/CURRENT        name of the generation that readers open; replaced in one step
    <index>/gen-0007/      catalogue.sqlite, chroma/, held (locked by its readers)
    <index>/lock           locked by the one builder
    <index>/plans/         plans that the user added, with their corpus.toml

A build writes a new generation beside the old one and then moves the pointer, so a crash at any moment leaves the old
one in use. A generation is deleted only when it is neither the current nor the previous one and no reader holds it.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import IndexCorrupt, IndexLocked, IndexWriteError

CURRENT = "CURRENT"
CATALOGUE = "catalogue.sqlite"
CHROMA = "chroma"
REBUILD = "python -m ingest build --full"
_HELD = "held"
_NAME = re.compile(r"gen-(\d{4,})")


@contextmanager
def building(root: Path) -> Iterator[None]:
    """Hold the builders' lock. IndexLocked when it is taken, IndexWriteError when the folder cannot be written."""
    with writing(root):
        root.mkdir(parents=True, exist_ok=True)
        lock = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexLocked(f"{root}：另一个进程正在建立索引；请等它结束后再试") from None
        yield
    finally:
        os.close(lock)


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turn what a full disk or a read-only folder raises into IndexWriteError."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise IndexWriteError(
            f"{root}：索引写不进去（{reason}），原有索引未受影响；"
            "请检查磁盘空间和写权限，或用 IPPLAN_INDEX 换一个文件夹"
        ) from error


def current(root: Path) -> Path | None:
    """The generation in use, None when nothing was built. IndexCorrupt when the pointer leads nowhere."""
    try:
        name = (root / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexCorrupt(f"{root / CURRENT}：读不出来（{error}）；请运行 {REBUILD} 重建") from error
    if not _NAME.fullmatch(name) or not (root / name / CATALOGUE).is_file():
        raise IndexCorrupt(f"{root / CURRENT}：指向的索引“{name}”不存在；请运行 {REBUILD} 重建")
    return root / name


def new_generation(root: Path) -> Path:
    """An empty folder for the next generation, numbered above all there are."""
    path = root / f"gen-{max((number for number, _ in _generations(root)), default=0) + 1:04d}"
    path.mkdir()
    (path / _HELD).touch()
    return path


def publish(root: Path, generation: Path) -> None:
    """Make a finished generation the current one: everything on disk first, then the pointer in one step."""
    for path in sorted(generation.rglob("*"), reverse=True):
        _sync(path)
    _sync(generation)
    write_file(root / CURRENT, f"{generation.name}\n".encode())


def write_file(path: Path, data: bytes) -> None:
    """Replace a file in one step: readers see the old bytes or the new ones."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    _sync(beside)
    os.replace(beside, path)
    _sync(path.parent)


def hold(generation: Path) -> int:
    """Keep a generation from being deleted until the returned descriptor is closed."""
    handle = os.open(generation / _HELD, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return handle


def sweep(root: Path, in_use: Path | None) -> None:
    """Delete generations that crashed before they were published, and old ones that nobody holds."""
    known = _generations(root)
    number = next((n for n, path in known if path == in_use), 0)
    before = max((n for n, _ in known if n < number), default=0)
    for n, path in known:
        if n not in (number, before) and _free(path):
            shutil.rmtree(path, ignore_errors=True)


def _generations(root: Path) -> list[tuple[int, Path]]:
    found = ((_NAME.fullmatch(path.name), path) for path in root.iterdir())
    return [(int(match[1]), path) for match, path in found if match]


def _free(path: Path) -> bool:
    try:
        handle = os.open(path / _HELD, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
