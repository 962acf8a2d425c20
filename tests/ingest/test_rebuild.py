"""A damaged vector index is put right by a plain build, from the catalogue's embeddings and without the encoder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import vectors
from ingest.errors import IndexCorrupt, IndexMissing, SourceError
from ingest.generations import CHROMA, CURRENT
from ingest.pipeline import build, open_index
from ingest.settings import IngestSettings
from ingest.vectors import VectorStore
from tests.faults.processes import recovery
from tests.ingest.small_corpus import QIANJIANG, corpus_of_faults, settings_for


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built")
    corpus_of_faults(root / "corpus")
    with pytest.MonkeyPatch.context() as patch:  # so small an index would keep all its vectors in the database
        patch.setattr("ingest.vectors.SPACE", {**vectors.SPACE, "sync_threshold": 3, "batch_size": 3})
        build(settings_for(root))
    return root


@pytest.fixture
def settings(built: Path, tmp_path: Path) -> IngestSettings:
    shutil.copytree(built, tmp_path / "copy")
    return settings_for(tmp_path / "copy")


def chroma(settings: IngestSettings) -> Path:
    return settings.index / (settings.index / CURRENT).read_text().strip() / CHROMA


def cut_vectors(path: Path) -> None:
    file = next(path.glob("*/data_level0.bin"))
    file.write_bytes(file.read_bytes()[:1000])


def damage_database(path: Path) -> None:
    file = path / "chroma.sqlite3"
    data = bytearray(file.read_bytes())
    data[4096 : len(data) // 2] = b"\x5a" * (len(data) // 2 - 4096)
    file.write_bytes(bytes(data))


DAMAGE: dict[str, Callable[[Path], None]] = {
    "vectors cut": cut_vectors,
    "a vector file gone": lambda path: next(path.glob("*/link_lists.bin")).unlink(),
    "database damaged": damage_database,
    "database empty": lambda path: (path / "chroma.sqlite3").write_bytes(b""),
    "database gone": lambda path: (path / "chroma.sqlite3").unlink(),
    "seal gone": lambda path: (path / "seal.json").unlink(),
    "seal damaged": lambda path: (path / "seal.json").write_text("{"),
    "all gone": lambda path: shutil.rmtree(path),
}


def run(settings: IngestSettings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, as the remedy is run; says which heavy packages it loaded."""
    code = (
        "import sys; from ingest.__main__ import main; status = main(sys.argv[1:]);"
        "print([name for name in ('torch', 'sentence_transformers') if name in sys.modules]); sys.exit(status)"
    )
    env = {**os.environ, "IPPLAN_CORPUS": str(settings.corpus), "IPPLAN_INDEX": str(settings.index)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=env, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("damage", list(DAMAGE))
def test_one_plain_build_puts_it_right(settings: IngestSettings, damage: str) -> None:
    path = chroma(settings)
    DAMAGE[damage](path)
    with pytest.raises((IndexCorrupt, IndexMissing), match="python -m ingest build") as caught:
        open_index(settings)
    assert "删除" not in str(caught.value)
    with recovery(f"Chroma: {damage}"):
        done = run(settings, "build")
    assert done.returncode == 0, done.stderr
    assert "向量新算 0" in done.stdout
    assert "索引已更新" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"
    assert chroma(settings) != path
    index = open_index(settings)
    assert index.vectors.ids() == {passage.id for passage in index.catalogue.passages()}
    index.close()
    assert "没有变化" in run(settings, "build").stdout


def test_a_sound_index_is_left_alone_within_a_second(settings: IngestSettings) -> None:
    before = chroma(settings)
    began = time.perf_counter()
    assert not build(settings).changed
    assert time.perf_counter() - began < 1
    assert chroma(settings) == before


def test_an_error_between_two_writes_leaves_no_sealed_index(
    settings: IngestSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = chroma(settings)
    corpus = settings.corpus / "corpus.toml"
    corpus.write_text(corpus.read_text(encoding="utf-8").replace('issuer = "', 'issuer = "某'), encoding="utf-8")
    upsert = VectorStore.upsert

    def fail(self: VectorStore, *given: object) -> None:
        upsert(self, *given)  # type: ignore[arg-type]
        raise RuntimeError("stopped between two plans")

    monkeypatch.setattr(VectorStore, "upsert", fail)
    with pytest.raises(RuntimeError, match="stopped"):
        build(settings)
    monkeypatch.undo()
    assert chroma(settings) == before
    [torn] = [path for path in settings.index.glob("gen-*") if path != before.parent]
    with pytest.raises(IndexMissing, match="没有写完"):
        VectorStore.open(torn / CHROMA, open_index(settings).encoder_name, create=False)
    assert build(settings).changed


def test_a_file_that_vanishes_while_building(settings: IngestSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = settings.corpus / QIANJIANG
    plan.write_text(plan.read_text(encoding="utf-8") + "\n（四）新增一条。", encoding="utf-8")

    def vanish(stage: str, done: int, total: int) -> None:
        plan.unlink(missing_ok=True)

    before = chroma(settings)
    with pytest.raises(SourceError, match=r"没有这个文件.*remove qianjiang-2022") as caught:
        build(settings, progress=vanish)
    assert "\n" not in str(caught.value)
    assert chroma(settings) == before
    done = run(settings, "build")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "remove qianjiang-2022" in done.stderr
