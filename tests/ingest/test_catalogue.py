"""The catalogue gives back what was stored, finds it by words, serves many threads, and says when it is damaged."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue_file import Stored, write_catalogue
from ingest.corpus_meta import load_corpus
from ingest.errors import IndexCorrupt, PlanNotFound
from ingest.model import OffsetMap, Plan, Repair
from ingest.parse import parse_plan
from ingest.passages import passages_of
from ingest.records import pack_offsets, unpack_offsets
from ingest.settings import IngestSettings
from ingest.sources import read_source
from ingest.tokens import tokens

CORPUS = IngestSettings().corpus


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    metas = [meta for meta in load_corpus(CORPUS) if meta.id in ("zhuhai-2019", "qianjiang-2022", "guizhou-2021")]
    sources = [read_source(CORPUS / meta.file) for meta in metas]
    return [parse_plan(s.raw, meta, s.sha256) for s, meta in zip(sources, metas, strict=True)]


@pytest.fixture(scope="module")
def path(plans: list[Plan], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalogue with space #") / "catalogue.sqlite"
    stored = []
    for plan in plans:
        passages = passages_of(plan)
        stored.append(Stored(plan, f"mark of {plan.id}", passages, tuple(p.digest.encode() for p in passages)))
    write_catalogue(path, stored, {"encoder": "none", "built_at": "2026-11-22T00:00:00+00:00"})
    return path


@pytest.fixture(scope="module")
def catalogue(path: Path) -> Catalogue:
    return Catalogue.open(path)


def test_every_plan_comes_back_equal(catalogue: Catalogue, plans: list[Plan]) -> None:
    assert catalogue.metas() == tuple(plan.meta for plan in plans)
    for plan in plans:
        assert catalogue.plan(plan.id) == plan
        assert catalogue.fingerprint(plan.id) == f"mark of {plan.id}"
        assert catalogue.passages(plan.id) == passages_of(plan)
        for clause in catalogue.clauses(plan.id):
            assert catalogue.text(plan.id)[clause.start : clause.end] == clause.text


def test_counts_and_embeddings(catalogue: Catalogue, plans: list[Plan]) -> None:
    info = catalogue.info()
    assert info["encoder"] == "none"
    assert info["counts"]["clauses"] == sum(len(plan.clauses) for plan in plans)
    assert all(blob == digest.encode() for digest, blob in catalogue.embeddings().items())
    assert len(catalogue.units(None)) == sum(len(plan.units) for plan in plans)
    assert len(catalogue.indicators()) == sum(len(plan.indicators) for plan in plans)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("黔江 知识产权质押融资 由谁牵头", "质押融资"),
        ("珠海 高校 开设 知识产权课程", "知识产权课程"),
        ("一云一网一平台", "一云一网一平台"),
    ],
)
def test_search_finds_the_clause(catalogue: Catalogue, question: str, said: str) -> None:
    found = catalogue.search(tokens(question), 3)
    assert any(said in catalogue.clause(clause_id).text for clause_id, _ in found)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_search_stays_in_the_plans_it_is_given(catalogue: Catalogue) -> None:
    found = catalogue.search(tokens("知识产权保护"), 50, ["zhuhai-2019"])
    assert {catalogue.clause(clause_id).plan_id for clause_id, _ in found} == {"zhuhai-2019"}
    assert catalogue.search(tokens("知识产权保护"), 50, []) == []


@pytest.mark.parametrize(
    "words", [['"'], ["AND"], ["NEAR("], ["a*"], ["-x"], ["'; DROP TABLE plans; --"], ["\x00"], [""], []]
)
def test_search_takes_any_words(catalogue: Catalogue, words: list[str]) -> None:
    assert isinstance(catalogue.search(words, 5), list)
    assert len(catalogue.metas()) == 3


def test_sections_are_found_by_their_id(catalogue: Catalogue) -> None:
    section = next(s for s in catalogue.sections("qianjiang-2022") if not s.inferred)
    heading = catalogue.clause(section.id)
    assert heading.text == catalogue.text("qianjiang-2022")[section.start : section.end]


def test_unknown_ids(catalogue: Catalogue) -> None:
    with pytest.raises(PlanNotFound, match=r"shenzhen-2023.*现有：zhuhai-2019"):
        catalogue.text("shenzhen-2023")
    with pytest.raises(PlanNotFound):
        catalogue.clause("zhuhai-2019#99.99")
    with pytest.raises(PlanNotFound):
        catalogue.units("none")


def test_threads_have_connections_of_their_own(path: Path) -> None:
    catalogue = Catalogue.open(path)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: catalogue.search(tokens("专利导航"), 5), range(64)))
    assert all(hits == found[0] for hits in found)
    assert found[0]
    catalogue.close()


def test_a_reader_cannot_write(catalogue: Catalogue) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        catalogue._connection().execute("DELETE FROM plans")


def test_damage_is_said(path: Path, tmp_path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192 : len(data) // 2] = b"\x5a" * (len(data) // 2 - 8192)
    torn = tmp_path / "torn.sqlite"
    torn.write_bytes(data)
    with pytest.raises(IndexCorrupt, match="build --full"):
        Catalogue.open(torn).verify()
    for content in (b"", b"not a database, only some text that is long enough to be read as a header" * 9):
        torn.write_bytes(content)
        with pytest.raises(IndexCorrupt):
            Catalogue.open(torn)
    with pytest.raises(IndexCorrupt):
        Catalogue.open(tmp_path / "none.sqlite")


def test_offsets_pack() -> None:
    offsets = OffsetMap((0, 2, 2, 70000), (2, 3, 3, 70001))
    assert unpack_offsets(pack_offsets(offsets)) == offsets
    assert unpack_offsets(pack_offsets(OffsetMap((), ()))) == OffsetMap((), ())


def test_odd_characters_survive(tmp_path: Path, plans: list[Plan]) -> None:
    plan = plans[1]
    odd = Plan(
        plan.meta, plan.sha256, plan.raw + "\U0002a6a5\u2028'\"\\", plan.text, plan.offsets, (), (), (),
        (Repair("space", 1, 2, "\u3000", "", "certain"),),
    )  # fmt: skip
    write_catalogue(tmp_path / "c.sqlite", [Stored(odd, "", (), ())], {"encoder": ""})
    assert Catalogue.open(tmp_path / "c.sqlite").plan(plan.id) == odd
