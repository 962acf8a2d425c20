"""Building: incremental, atomic, one at a time; whatever fails, the index that was there goes on working."""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.audit import audit
from ingest.catalogue import Catalogue
from ingest.description import AddOptions
from ingest.encoder import open_encoder
from ingest.errors import (
    IndexCorrupt,
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    IndexWriteError,
    PlanNotFound,
    SourceError,
)
from ingest.generations import CURRENT
from ingest.pipeline import add, build, is_current, open_index, remove
from ingest.settings import IngestSettings
from tests.ingest.small_corpus import QIANJIANG, SHENZHEN, make_corpus, settings_for


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built")
    make_corpus(root / "corpus")
    report = build(settings_for(root))
    assert report.changed
    assert report.plans[0].embedded > 5
    return root


@pytest.fixture
def settings(built: Path, tmp_path: Path) -> IngestSettings:
    shutil.copytree(built, tmp_path / "copy")
    return settings_for(tmp_path / "copy")


@pytest.fixture
def shenzhen(tmp_path: Path) -> Path:
    path = tmp_path / "shenzhen-2023.txt"
    path.write_text(SHENZHEN, encoding="utf-8")
    return path


def pointer(settings: IngestSettings) -> str:
    return (settings.index / CURRENT).read_text().strip()


def works(settings: IngestSettings) -> bool:
    index = open_index(settings)
    try:
        ids = {passage.id for passage in index.catalogue.passages()}
        return bool(ids) and ids == index.vectors.ids()
    finally:
        index.close()


def edit(settings: IngestSettings) -> None:
    """Change a word of the packaged plan, so that the next build has one passage to embed."""
    path = settings.corpus / QIANJIANG
    path.write_text(path.read_text(encoding="utf-8").replace("经区政府同意", "经区人民政府同意"), encoding="utf-8")


def rename_issuer(settings: IngestSettings) -> None:
    """Change what is said of the plan, so that the next build has something to store and nothing to embed."""
    path = settings.corpus / "corpus.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('issuer = "', 'issuer = "某'), encoding="utf-8")


def test_nothing_changed_nothing_done(settings: IngestSettings) -> None:
    before = pointer(settings)
    began = time.perf_counter()
    report = build(settings)
    assert time.perf_counter() - began < 1
    assert not report.changed
    assert report.plans[0].embedded == 0
    assert report.plans[0].reused > 5
    assert pointer(settings) == before


def test_a_build_without_change_loads_neither_torch_nor_chroma(settings: IngestSettings) -> None:
    code = (
        "import sys; from ingest.__main__ import main; status = main(['build']);"
        "heavy = ('torch', 'chromadb', 'jieba', 'sentence_transformers');"
        "print(status, [name for name in heavy if name in sys.modules])"
    )
    done = run_python(settings, code)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_only_what_changed_is_embedded(settings: IngestSettings) -> None:
    edit(settings)
    report = build(settings)
    assert report.changed
    assert report.plans[0].embedded == 1
    assert works(settings)
    assert audit(settings).sound


def test_changed_metadata_is_stored_without_embedding(settings: IngestSettings) -> None:
    rename_issuer(settings)
    report = build(settings)
    assert (report.changed, report.plans[0].embedded) == (True, 0)
    index = open_index(settings)
    assert index.catalogue.meta("qianjiang-2022").issuer.startswith("某重庆市")
    index.close()


def test_stored_embeddings_are_those_of_the_encoder(settings: IngestSettings) -> None:
    index = open_index(settings)
    passage = index.catalogue.passages()[5]
    vector = open_encoder(settings).encode_passages([passage.text])[0]
    best = index.vectors.query(vector, 1, None)[0]
    index.close()
    assert best.passage_id == passage.id
    assert best.similarity > 0.999


def test_add_show_and_remove_a_users_plan(settings: IngestSettings, shenzhen: Path) -> None:
    report = add(settings, [shenzhen], AddOptions())
    assert [plan.id for plan in report.plans] == ["qianjiang-2022", "shenzhen-2023"]
    assert report.plans[0].embedded == 0
    shenzhen.unlink()  # the index keeps a copy of its own
    assert not build(settings).changed
    assert audit(settings).sound
    index = open_index(settings)
    meta = index.catalogue.meta("shenzhen-2023")
    index.close()
    assert (meta.region, meta.title) == ("深圳", "深圳市知识产权保护工作方案（2023—2025年）")
    assert remove(settings, "shenzhen-2023").changed
    assert [plan.id for plan in build(settings).plans] == ["qianjiang-2022"]
    assert not (settings.index / "plans" / "shenzhen-2023.txt").exists()


def test_a_packaged_plan_is_hidden_and_comes_back(settings: IngestSettings) -> None:
    assert remove(settings, "qianjiang-2022").plans == ()
    assert build(settings).plans == ()
    assert (settings.corpus / QIANJIANG).exists()
    report = add(settings, [Path("qianjiang-2022")], AddOptions())
    assert [plan.id for plan in report.plans] == ["qianjiang-2022"]
    with pytest.raises(PlanNotFound, match="现有：qianjiang-2022"):
        remove(settings, "none-1")


def test_files_that_cannot_be_added_change_nothing(settings: IngestSettings, tmp_path: Path, shenzhen: Path) -> None:
    before = pointer(settings)
    copy = tmp_path / "again.txt"
    shutil.copy(settings.corpus / QIANJIANG, copy)
    with pytest.raises(SourceError, match="内容完全相同"):
        add(settings, [copy], AddOptions())
    with pytest.raises(SourceError, match="已用于"):
        add(settings, [shenzhen], AddOptions(id="qianjiang-2022"))
    with pytest.raises(SourceError, match="没有这个文件"):
        add(settings, [tmp_path / "none.txt", tmp_path / "nor.txt"], AddOptions())
    assert pointer(settings) == before
    assert not (settings.index / "plans").exists()


def test_readers_of_old_generations_keep_working(settings: IngestSettings) -> None:
    index = open_index(settings)
    held = settings.index / index.generation
    for _ in range(3):
        rename_issuer(settings)
        assert build(settings).changed
    assert not is_current(settings, index)
    assert held.exists()
    again = Catalogue.open(held / "catalogue.sqlite")  # as a new thread of the reader would
    assert again.metas() == index.catalogue.metas()
    assert index.vectors.count() == len(index.catalogue.passages())
    index.close()
    rename_issuer(settings)
    assert build(settings).changed
    assert not held.exists()
    assert len(list(settings.index.glob("gen-*"))) == 2


def test_missing_and_mismatched(settings: IngestSettings, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="python -m ingest build"):
        open_index(IngestSettings(corpus=settings.corpus, index=tmp_path / "none"))
    with pytest.raises(IndexMismatch, match="IPPLAN_ENCODER"):
        open_index(IngestSettings(corpus=settings.corpus, index=settings.index, encoder="some/other-model"))


def test_a_lost_or_damaged_generation_is_built_again(settings: IngestSettings) -> None:
    catalogue = settings.index / pointer(settings) / "catalogue.sqlite"
    catalogue.write_bytes(b"damaged" * 1000)
    with pytest.raises(IndexCorrupt, match="build --full"):
        open_index(settings)
    assert build(settings).changed
    assert works(settings)
    shutil.rmtree(settings.index / pointer(settings))
    with pytest.raises(IndexCorrupt, match="不存在"):
        open_index(settings)


def test_one_builder_at_a_time(settings: IngestSettings) -> None:
    with (settings.index / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(IndexLocked, match="另一个进程"):
            build(settings)
    assert not build(settings).changed


def test_an_index_folder_that_cannot_be_written(settings: IngestSettings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexWriteError, match="IPPLAN_INDEX"):
        build(IngestSettings(corpus=settings.corpus, index=tmp_path / "file"))


def test_a_full_disk_leaves_the_old_index(settings: IngestSettings) -> None:
    rename_issuer(settings)
    before = pointer(settings)
    done = run_python(settings, "import sys; from ingest.__main__ import main; sys.exit(main(['build']))", small_files)
    assert done.returncode == 1
    assert "索引写不进去" in done.stderr
    assert "Traceback" not in done.stderr
    assert pointer(settings) == before
    assert works(settings)


def small_files() -> None:
    """No file may grow beyond 40 kB: writing the catalogue fails halfway, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_is_stopped_leaves_the_old_index(settings: IngestSettings, blow: signal.Signals) -> None:
    rename_issuer(settings)
    before = pointer(settings)
    code = (
        "import ingest.rebuild as r, os, signal, sys\n"
        "write = r.write_vectors\n"
        f"def stop(*given): write(*given); os.kill(os.getpid(), {int(blow)})\n"
        "r.write_vectors = stop\n"
        "from ingest.__main__ import main\n"
        "sys.exit(main(['build']))"
    )
    done = run_python(settings, code)
    assert done.returncode == (130 if blow == signal.SIGINT else -9)
    assert "Traceback" not in done.stderr
    assert pointer(settings) == before
    assert works(settings)
    assert len(list(settings.index.glob("gen-*"))) == 2
    report = build(settings)
    assert report.changed
    assert works(settings)
    assert (settings.index / before).exists()


def run_python(
    settings: IngestSettings, code: str, limit: object = None
) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "IPPLAN_CORPUS": str(settings.corpus), "IPPLAN_INDEX": str(settings.index)}
    return subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120, check=False,
        preexec_fn=limit,  # type: ignore[arg-type]
    )  # fmt: skip
