"""The vector store on real Chroma files: found again, never mixed, never silently damaged."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ingest.encoder import open_encoder
from ingest.errors import IndexCorrupt, IndexMismatch, IndexMissing, IndexWriteError
from ingest.model import Passage
from ingest.settings import IngestSettings
from ingest.vectors import VectorStore

NAME = "encoder@1"
SIZE = 1100  # past Chroma's first write of its vector files
DIMENSIONS = 48


def passages(texts: Sequence[str], plans: Sequence[str]) -> list[Passage]:
    return [
        Passage(f"{plan}#{n}~0", f"{plan}#{n}", plan, plan.split("-")[0], text, f"{n:016x}")
        for n, (text, plan) in enumerate(zip(texts, plans, strict=True))
    ]


def unit(rows: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, DIMENSIONS)).astype(np.float32) + 0.5
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = unit(SIZE)
PLANS = ["zhuhai-2022" if n % 10 == 0 else "chongqing-2024" for n in range(SIZE)]
STORED = passages(["文"] * SIZE, PLANS)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "vectors"
    with VectorStore.open(path, NAME, create=True) as store:
        store.upsert(STORED, VECTORS)
    return path


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "vectors"))


def test_real_encoder_finds_the_clause(tmp_path: Path) -> None:
    encoder = open_encoder(IngestSettings(encoder=""))
    texts = ["责任单位：市教育局", "知识产权质押融资金额达到150亿元", "加强知识产权人才培养", "质押融资金额达到9亿元"]
    stored = passages(texts, ["chongqing-2024"] * 3 + ["zhuhai-2022"])
    with VectorStore.open(tmp_path, encoder.name, create=True) as store:
        store.upsert(stored, encoder.encode_passages(texts))
    question = encoder.encode_queries(["质押融资的目标是多少？"])[0]
    with VectorStore.open(tmp_path, encoder.name, create=False) as store:
        assert {hit.clause_id for hit in store.query(question, 2, None)} == {"chongqing-2024#1", "zhuhai-2022#3"}
        assert [hit.passage_id for hit in store.query(question, 9, ["zhuhai-2022"])] == ["zhuhai-2022#3~0"]
        best = store.query(question, 1, ["chongqing-2024"])[0]
    expected = float(encoder.encode_passages(texts)[1] @ question)
    assert (best.clause_id, best.plan_id) == ("chongqing-2024#1", "chongqing-2024")
    assert best.similarity == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("plan_ids", [None, ["zhuhai-2022"], ["chongqing-2024"], ["zhuhai-2022", "chongqing-2024"]])
def test_hits_are_the_exact_nearest_of_the_plans_named(index: Path, plan_ids: list[str] | None) -> None:
    allowed = np.array([plan_ids is None or plan in plan_ids for plan in PLANS])
    with VectorStore.open(index, NAME, create=False) as store:
        for question in unit(10, seed=1):
            hits = store.query(question, 20, plan_ids)
            scores = np.where(allowed, VECTORS @ question, -2)
            assert [hit.passage_id for hit in hits] == [STORED[n].id for n in np.argsort(-scores)[:20]]
            assert [hit.similarity for hit in hits] == pytest.approx(sorted(scores, reverse=True)[:20], abs=1e-4)


def test_no_plan_named_means_no_hit(index: Path) -> None:
    with VectorStore.open(index, NAME, create=False) as store:
        assert store.query(VECTORS[0], 5, []) == store.query(VECTORS[0], 0, None) == []
        assert store.query(VECTORS[0], 5, ["no-such-plan"]) == []


def test_upsert_replaces_and_delete_removes(index: Path) -> None:
    with VectorStore.open(index, NAME, create=False) as store:
        store.upsert(STORED[:1], -VECTORS[:1])
        assert store.count() == SIZE
        assert store.query(-VECTORS[0], 1, None)[0].passage_id == STORED[0].id
        store.delete([])
        store.delete([STORED[0].id, "unknown"])
        assert store.ids() == {passage.id for passage in STORED[1:]}
    with VectorStore.open(index, NAME, create=False) as store:
        assert store.count() == len(store.ids()) == SIZE - 1


def test_more_than_a_batch_is_stored_and_deleted(tmp_path: Path) -> None:
    many = passages(["文"] * 6000, ["big-2024"] * 6000)
    with VectorStore.open(tmp_path, NAME, create=True) as store:
        store.upsert(many, unit(6000)[:, :4])
        assert store.count() == 6000
        store.delete([passage.id for passage in many])
        assert store.count() == 0


def test_rows_must_match(index: Path) -> None:
    with VectorStore.open(index, NAME, create=False) as store, pytest.raises(ValueError, match="2 passages but 1"):
        store.upsert(STORED[:2], VECTORS[:1])


def test_missing_index_names_the_command_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="python -m ingest build"):
        VectorStore.open(tmp_path / "none", NAME, create=False)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("create", [True, False])
def test_another_encoder_is_refused_by_both_names(index: Path, create: bool) -> None:
    with pytest.raises(IndexMismatch, match=r"encoder@1.*encoder@2.*python -m ingest build"):
        VectorStore.open(index, "encoder@2", create=create)
    with VectorStore.open(index, NAME, create=create) as store:
        assert store.count() == SIZE


def cut(pattern: str, share: float) -> Callable[[Path], None]:
    def damage(index: Path) -> None:
        for file in index.glob(pattern):
            os.truncate(file, int(file.stat().st_size * share))

    return damage


def overwrite(index: Path) -> None:
    (index / "chroma.sqlite3").write_bytes(b"not a database " * 5000)


def remove_vectors(index: Path) -> None:
    for folder in index.glob("*/"):
        shutil.rmtree(folder)


def remove_one_file(index: Path) -> None:
    next(index.glob("*/index_metadata.pickle")).unlink()


@pytest.mark.parametrize(
    "damage",
    [
        cut("chroma.sqlite3", 0),
        cut("chroma.sqlite3", 0.01),
        cut("chroma.sqlite3", 0.5),
        cut("chroma.sqlite3", 0.99),
        overwrite,
        cut("*/data_level0.bin", 0),
        cut("*/data_level0.bin", 0.5),
        cut("*/header.bin", 0),
        cut("*/index_metadata.pickle", 0.5),
        cut("*/link_lists.bin", 0.5),
        cut("seal.json", 0.5),
        remove_vectors,
        remove_one_file,
    ],
)
def test_damage_is_reported_and_leaves_nothing_behind(
    built: Path, index: Path, damage: Callable[[Path], None]
) -> None:
    damage(index)
    for _ in range(2):
        with pytest.raises(IndexCorrupt, match="python -m ingest build"):
            VectorStore.open(index, NAME, create=False)
    shutil.rmtree(index)
    shutil.copytree(built, index)
    with VectorStore.open(index, NAME, create=False) as store:
        assert store.query(VECTORS[3], 1, None)[0].passage_id == STORED[3].id


def test_small_index_survives_the_loss_of_files_chroma_makes_anew(tmp_path: Path) -> None:
    with VectorStore.open(tmp_path, NAME, create=True) as store:
        store.upsert(STORED[:20], VECTORS[:20])
    for damage in (cut("*/*.bin", 0), remove_vectors):
        damage(tmp_path)
        with VectorStore.open(tmp_path, NAME, create=False) as store:
            assert len(store.query(VECTORS[7], 20, None)) == 20


def test_interrupted_write_is_unfinished(index: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from ingest.vectors import VectorStore\n"
        f"store = VectorStore.open(Path(sys.argv[1]), {NAME!r}, create=False)\n"
        "store.delete(['zhuhai-2022#0~0']); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(index)], check=False).returncode == 9
    with pytest.raises(IndexMissing, match=r"没有写完.*python -m ingest build"):
        VectorStore.open(index, NAME, create=False)


def test_write_given_up_halfway_is_unfinished(tmp_path: Path) -> None:
    with contextlib.suppress(KeyError), VectorStore.open(tmp_path, NAME, create=True) as store:
        store.upsert(STORED[:5], VECTORS[:5])
        raise KeyError
    with pytest.raises(IndexMissing, match="没有写完"):
        VectorStore.open(tmp_path, NAME, create=False)


def test_reading_keeps_the_seal(index: Path) -> None:
    for n in range(3):
        with VectorStore.open(index, NAME, create=False) as store:
            assert store.query(VECTORS[n], 1, None)[0].passage_id == STORED[n].id


def held_files(folder: Path) -> list[str]:
    found = []
    for link in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(FileNotFoundError):
            found.append(os.readlink(link))
    return [name for name in found if name.startswith(str(folder))]


def test_close_releases_the_files(index: Path) -> None:
    store = VectorStore.open(index, NAME, create=False)
    store.close()
    store.close()
    deadline = time.monotonic() + 5
    while held_files(index) and time.monotonic() < deadline:
        time.sleep(0.002)
    assert not held_files(index)
    shutil.rmtree(index)
    with pytest.raises(IndexMissing):
        VectorStore.open(index, NAME, create=False)


def test_a_replaced_folder_is_read_anew_while_the_old_one_is_open(index: Path, tmp_path: Path) -> None:
    with VectorStore.open(index, NAME, create=False) as old:
        with VectorStore.open(tmp_path / "new", NAME, create=True) as new:
            new.upsert(STORED[5:6], VECTORS[5:6])
        index.rename(tmp_path / "away")
        (tmp_path / "new").rename(index)
        with VectorStore.open(index, NAME, create=False) as fresh:
            assert (old.count(), fresh.count()) == (SIZE, 1)
        assert old.query(VECTORS[9], 1, None)[0].passage_id == STORED[9].id


def test_two_stores_of_one_folder_close_apart(index: Path) -> None:
    with VectorStore.open(index, NAME, create=False) as first:
        VectorStore.open(index, NAME, create=False).close()
        assert first.count() == SIZE


def test_many_threads_open_and_query(index: Path) -> None:
    def look_up(n: int) -> str:
        with VectorStore.open(index, NAME, create=False) as own:
            return own.query(VECTORS[n], 1, [PLANS[n]])[0].passage_id

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look_up, range(40))) == [passage.id for passage in STORED[:40]]
    with VectorStore.open(index, NAME, create=False) as store, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: store.query(VECTORS[n], 1, None)[0].passage_id, range(200)))
    assert found == [passage.id for passage in STORED[:200]]


def test_another_process_reads_what_is_open_here(index: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ingest.vectors import VectorStore\n"
        f"with VectorStore.open(Path(sys.argv[1]), {NAME!r}, create=False) as store: print(store.count())"
    )
    with VectorStore.open(index, NAME, create=False) as store:
        command = [sys.executable, "-c", code, str(index)]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == str(SIZE)
        assert store.count() == SIZE


def test_a_read_only_folder_says_so(built: Path) -> None:
    """Chroma writes when it starts, so an index that cannot be written cannot be opened either."""
    with tempfile.TemporaryDirectory() as temporary:
        index = Path(shutil.copytree(built, Path(temporary) / "vectors"))
        Path(temporary).chmod(0o755)
        for file in (*index.rglob("*"), index):
            file.chmod(0o555 if file.is_dir() else 0o444)
        superuser = os.geteuid() == 0
        if superuser:  # permissions do not bind root: ask as somebody else
            os.seteuid(65534)
        try:
            with pytest.raises(IndexWriteError, match="不可写"):
                VectorStore.open(index, NAME, create=False)
        finally:
            if superuser:
                os.seteuid(0)
            index.chmod(0o755)
            for folder in index.glob("*/"):
                folder.chmod(0o755)


def test_a_file_in_the_way_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexWriteError, match="file"):
        VectorStore.open(tmp_path / "file", NAME, create=True)


def test_env_file_in_the_working_directory_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("anonymized_telemetry=maybe\nchroma_server_host=example\n")
    monkeypatch.chdir(tmp_path)
    VectorStore.open(tmp_path / "index", NAME, create=True).close()
