"""Which plans a question is about."""

from __future__ import annotations

import pytest

from assistant.chain import Assistant
from assistant.model import Question
from assistant.reading.scope import Scope, read_scope
from ingest.corpus_meta import load_corpus
from ingest.model import PlanMeta
from ingest.settings import IngestSettings

CQ24, CQ14, ZH, QJ, GZ = "chongqing-2024", "chongqing-2014", "zhuhai-2019", "qianjiang-2022", "guizhou-2021"


@pytest.fixture(scope="module")
def metas() -> tuple[PlanMeta, ...]:
    return tuple(load_corpus(IngestSettings().corpus))


@pytest.mark.parametrize(("text", "plans"), [
    ("珠海的质押融资怎么做", {ZH}),
    ("贵州省专利代理师目标", {GZ}),
    ("黔江的研发投入目标", {QJ}),
    ("重庆黔江的研发投入目标", {QJ}),
    ("重庆市黔江区有哪些重点任务", {QJ}),
    ("重庆的商标品牌", {CQ24, CQ14}),
    ("重庆2014年第三季度做什么", {CQ14}),
    ("重庆2024年的知识产权强市怎么建", {CQ24}),
    ("重庆的实施方案由谁印发", {CQ24}),
    ("重庆的推进计划还有效吗", {CQ14}),
    ("《黔江区高价值发明专利质量提升行动实施方案（2022—2024年）》的目标", {QJ}),
    ("《贵州省“十四五”知识产权发展规划》的指标", {GZ}),
    ("珠海和贵州的商标目标对比", {ZH, GZ}),
    ("重庆2014年和2024年有什么变化", {CQ14, CQ24}),
    ("渝企出海有什么支持", {CQ24, CQ14}),
    ("珠海参加粤港澳大湾区合作的安排", {ZH}),
])
def test_named(text: str, plans: set[str], metas: tuple[PlanMeta, ...]) -> None:
    scope = read_scope(text, metas)
    assert set(scope.plan_ids) == plans
    assert scope.named
    assert not scope.foreign


@pytest.mark.parametrize("text", ["质押融资的目标是多少", "粤港澳大湾区合作", "成渝地区怎么合作", "企业有什么支持", ""])
def test_unnamed_covers_all_and_is_not_foreign(text: str, metas: tuple[PlanMeta, ...]) -> None:
    scope = read_scope(text, metas)
    assert set(scope.plan_ids) == {meta.id for meta in metas}
    assert not scope.named
    assert not scope.foreign


@pytest.mark.parametrize(("text", "place"), [
    ("深圳有什么知识产权目标", "深圳"), ("北京的专利资助", "北京"), ("成都的质押融资", "成都"), ("云南省商标目标", "云南"), ("遵义市的地理标志目标", "遵义"),
])
def test_foreign_places_are_noticed(text: str, place: str, metas: tuple[PlanMeta, ...]) -> None:
    scope = read_scope(text, metas)
    assert place in scope.foreign
    assert not scope.named


def test_a_foreign_place_beside_our_own(metas: tuple[PlanMeta, ...]) -> None:
    scope = read_scope("珠海和深圳的发明专利目标", metas)
    assert scope.named
    assert scope.plan_ids == (ZH,)
    assert scope.foreign == ("深圳",)


def test_a_title_names_its_plan_before_the_region_does(metas: tuple[PlanMeta, ...]) -> None:
    scope = read_scope("重庆市的《共建现代化新重庆知识产权强市实施方案》讲了什么", metas)
    assert scope.plan_ids == (CQ24,)


def test_words_are_those_of_the_question(metas: tuple[PlanMeta, ...]) -> None:
    text = "珠海的质押融资"
    assert all(word in text for word in read_scope(text, metas).words)


@pytest.mark.parametrize(("plan_ids", "regions", "kept"), [
    ((GZ,), (), (GZ,)), ((), ("珠海",), (ZH,)), ((), ("重庆",), (CQ24, CQ14)), ((CQ14, GZ), ("重庆",), (CQ14,)),
])
def test_a_filter_narrows(plan_ids: tuple[str, ...], regions: tuple[str, ...], kept: tuple[str, ...],
                          metas: tuple[PlanMeta, ...]) -> None:
    scope: Scope = read_scope("质押融资", metas).narrowed(plan_ids, regions, metas)
    assert set(scope.plan_ids) == set(kept)
    assert scope.named


def test_a_filter_wins_over_the_question(metas: tuple[PlanMeta, ...]) -> None:
    """The reader's own filter is a promise: no other region's text may come in."""
    assert read_scope("珠海的质押融资", metas).narrowed((), ("贵州",), metas).plan_ids == (GZ,)


@pytest.mark.parametrize("place", ["黔东南", "遵义", "凯里"])
def test_a_city_of_a_province_gets_what_the_province_offers(place: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(f"我是{place}打银饰的，图样想登记版权，有没得人上门来办？"))
    assert {citation.plan_id for citation in reply.citations} == {"guizhou-2021"}
