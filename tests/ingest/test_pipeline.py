"""Building: incremental and atomic. What happens when it is stopped or starved stands in tests/faults."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from ingest.audit import audit
from ingest.catalogue import Catalogue
from ingest.description import AddOptions
from ingest.encoder import open_encoder
from ingest.errors import IndexMismatch, IndexMissing, PlanNotFound, SourceError
from ingest.pipeline import add, build, is_current, open_index, remove
from ingest.settings import IngestSettings
from tests.faults.processes import python
from tests.ingest.small_corpus import (
    QIANJIANG,
    SHENZHEN,
    edit,
    make_corpus,
    pointer,
    rename_issuer,
    settings_for,
    works,
)


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
    done = python(settings, code)
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
