"""The benchmark: made-up corpora hold together, rivals find what they should, the tables say what was measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.chain import Assistant
from assistant.compose.duties import duties
from assistant.model import Question
from assistant.pointed import WIDE
from assistant.settings import AssistantSettings
from eval.bench.corpus import copy_of, make_index, regions
from eval.bench.rivals import measure, quick_start
from eval.bench.run import Bench, Size, as_table, clauses_of
from eval.bench.served import Load, Start
from eval.cases import load_cases
from ingest.catalogue import Catalogue
from ingest.encoder import Encoder, open_encoder
from ingest.index import open_index
from ingest.settings import IngestSettings


@pytest.fixture(scope="module")
def made(assistant: Assistant, index_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    result = make_index(IngestSettings(index=index_folder), folder, 1500, lambda done, total: None)
    assert result.clauses >= 1500
    assert result.plans > WIDE
    return folder


@pytest.mark.parametrize("number", [7, 123])
def test_a_copy_is_a_plan_whose_offsets_hold(assistant: Assistant, number: int) -> None:
    catalogue = assistant.catalogue
    for meta in catalogue.metas():
        plan, passages = copy_of(catalogue.plan(meta.id), catalogue.passages(meta.id), "安州", number)
        assert plan.id != meta.id
        assert meta.region not in plan.text
        assert all(plan.text[clause.start:clause.end] == clause.text for clause in plan.clauses)
        assert {clause.plan_id for clause in plan.clauses} == {passage.plan_id for passage in passages} == {plan.id}
        known = {clause.id for clause in plan.clauses}
        assert all(fact.clause_id in known for fact in (*plan.units, *plan.indicators, *plan.schedules, *plan.measures))
        assert len(plan.text) == len(catalogue.text(meta.id))


def test_made_up_regions_differ() -> None:
    names = list(regions())
    assert len(names) == len(set(names)) > 1000


def test_the_product_answers_over_a_made_up_corpus(made: Path, assistant: Assistant) -> None:
    settings = AssistantSettings(index=made, today=assistant.settings.today)
    large = Assistant(settings, open_index(settings), assistant.encoder)
    own = "珠海到2022年每万人有效发明专利拥有量要达到多少件？"
    assert large.ask(Question(own)).text == assistant.ask(Question(own)).text
    broad = large.ask(Question("知识产权质押融资有哪些支持措施？"))
    assert len({citation.plan_id for citation in broad.citations}) <= WIDE
    understood = broad.understood["plan_ids"]
    assert isinstance(understood, list)
    assert 0 < len(understood) <= WIDE
    large.close()


def test_of_many_plans_it_is_said_that_some_are_shown(made: Path, assistant: Assistant) -> None:
    settings = AssistantSettings(index=made, today=assistant.settings.today)
    large = Assistant(settings, open_index(settings), assistant.encoder)
    count = len(large.catalogue.metas())
    assert f"已收录{count}份，与问题较近的有：" in large.ask(Question("你好")).text
    assert f"共{count}份，下面先列" in large.ask(Question("收录了哪些规划？")).text
    reading, _ = large.look(Question("市财政局负责哪些任务"))
    few = replace(reading, scope=replace(reading.scope, plan_ids=("zhuhai-2019",)))
    assert "请补充地区，可得到完整清单" in "".join(line.text for line in duties(few, large.knowledge).lines)
    absent = large.ask(Question("重庆2024方案里市财政局有什么任务？")).text
    assert "市财政局见于" in absent
    assert "等" in absent.partition("市财政局见于")[2].partition("，")[0]
    large.close()


def test_full_text_over_many_plans_agrees_with_going_through_them(made: Path) -> None:
    catalogue = Catalogue.open(next(made.glob("gen-*")) / "catalogue.sqlite")
    plan_ids = [meta.id for meta in catalogue.metas()]
    held = {c.id for plan_id in plan_ids for c in catalogue.clauses(plan_id) if "质押" in f"{c.path}{c.text}"}
    assert held
    assert held <= set(catalogue.having(["质押"]))
    for plan_id in plan_ids[3:6]:
        assert all(name.startswith(f"{plan_id}#") for name in catalogue.having(["质押"], [plan_id]))
    catalogue.close()


def test_rivals_are_measured_alike(assistant: Assistant, tmp_path: Path) -> None:
    pytest.importorskip("langchain_text_splitters")
    encoder: Encoder = open_encoder(IngestSettings())
    texts = [assistant.catalogue.text("qianjiang-2022")]
    cases = [case for case in load_cases() if case.plans == ("qianjiang-2022",)][:25]
    found = quick_start(texts, encoder, cases)
    assert len(found) == 2
    for one in found:
        assert 0 < one.p50_ms <= one.p95_ms <= one.p99_ms
        assert one.asked > 5
        assert one.hit_5 > 0.4
    blind = measure("nothing", 0.0, lambda question: [], cases)
    assert blind.hit_5 == 0


def test_tables_hold_every_figure() -> None:
    size = Size("10k", 128, 10178, 9946, 41.5, Start(3.25, 9.75), 656.5, (Load(16, 128, 2, 61.25, 12.5, 33.5, 44.5),))
    text = as_table(Bench("2 核", 38.5, sizes=[size]))
    for figure in ("38.5", "10178", "41.5", "3.25", "9.75", "656.5", "61.25", "33.5"):
        assert figure in text


def test_sizes_are_read() -> None:
    assert [clauses_of(text) for text in ("1k", "100k", "700")] == [1000, 100_000, 700]
