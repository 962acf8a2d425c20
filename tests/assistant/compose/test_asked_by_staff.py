"""What staff ask of parts, numbers, units and quarters: the whole of it, and nothing made up."""

from __future__ import annotations

import pytest

from assistant.chain import Assistant
from assistant.model import Question, Turn


def _after(assistant: Assistant, *questions: str) -> tuple[str, set[str], str]:
    """Status, cited clauses and text of the last answer of a conversation."""
    history: list[Turn] = []
    for text in questions:
        reply = assistant.ask(Question(text, tuple(history)))
        history += [Turn("user", text), Turn("assistant", reply.text)]
    return reply.status, {citation.clause_id for citation in reply.citations}, reply.text


def test_a_number_that_every_part_begins_anew_is_given_for_each(assistant: Assistant) -> None:
    _, cited, text = _after(assistant, "黔江第2条谁负责")
    assert cited == {"qianjiang-2022#3.1.2", "qianjiang-2022#3.2.2", "qianjiang-2022#3.3.2", "qianjiang-2022#3.4.2"}
    assert "编号为2的共4条" in text


@pytest.mark.parametrize(("question", "clause"), [
    ("黔江方案第三部分第二节第1条", "qianjiang-2022#3.2.1"), ("贵州规划专栏5第2条说什么", "guizhou-2021#4.2.box5.2")])
def test_a_clause_counted_out_in_a_part_stands_alone(question: str, clause: str, assistant: Assistant) -> None:
    assert _after(assistant, question)[1] == {clause}


def test_the_indicators_of_a_unit_are_all_there_and_are_not_ranked(assistant: Assistant) -> None:
    _, cited, _ = _after(assistant, "贵州2025年的指标里哪些是省市场监管局牵头的")
    assert len(cited) == 8
    _, again, text = _after(assistant, "贵州2025年的指标里哪些是省市场监管局牵头的", "增长最多的是哪一项")
    assert again == cited
    assert "没有给指标排序" in text


def test_of_a_quarter_the_part_of_one_office(assistant: Assistant) -> None:
    _, cited, _ = _after(assistant, "重庆2014年第二季度都要做什么", "其中法律事务处的")
    assert cited == {"chongqing-2014#4.9.q2", "chongqing-2014#4.10.q2", "chongqing-2014#9.22.q2", "chongqing-2014#13.30.q2"}


def test_both_roles_that_are_asked_are_given(assistant: Assistant) -> None:
    _, _, text = _after(assistant, "珠海市人社局在示范城市方案里，哪一条是它挑头的，哪几条是跟着配合的？")
    assert "牵头（1）" in text
    assert "配合（2）" in text


def test_departments_by_their_field(assistant: Assistant) -> None:
    _, cited, _ = _after(assistant, "教育部门要做什么")
    assert {"chongqing-2024#2.1.3", "zhuhai-2019#2.8.18", "qianjiang-2022#3.2.3"} <= cited


@pytest.mark.parametrize(("questions", "status"), [
    (("珠海的知识产权保护中心建了吗", "谁牵头建", "后来建成了没有"), "refused"), (("黔江到2024年高价值发明专利要多少件", "万一完不成呢"), "refused"),
    (("“四链”融合是哪四链", "贵州也有这个说法吗"), "refused"), (("想给自己的茶叶申请地理标志，贵州怎么弄", "有补贴吗", "一共资助几个"), "answered")])
def test_what_goes_on_from_an_answer_is_asked_of_its_matter(questions: tuple[str, ...], status: str, assistant: Assistant) -> None:
    assert _after(assistant, *questions)[0] == status


def test_the_clause_named_last_is_meant(assistant: Assistant) -> None:
    _, cited, _ = _after(assistant, "2014年重庆专利计划总共多少项任务", "第5项是什么", "第7项呢", "谁负责")
    assert {name.split(".units")[0] for name in cited} == {"chongqing-2014#3.7"}


@pytest.mark.parametrize("question", ["草拟《重庆市专利政策框架(征求意见稿)》，重庆2014年计划安排在哪个季度",
                                      "重庆2014年什么时候制定发布《2014年重庆市知识产权人才培训计划》"])
def test_a_document_that_a_plan_has_drafted_is_asked_of_the_plan(question: str, assistant: Assistant) -> None:
    status, cited, _ = _after(assistant, question)
    assert status == "answered"
    assert any(name.split(".q")[0] in ("chongqing-2014#1.2", "chongqing-2014#7.16") for name in cited)


@pytest.mark.parametrize("question", ["黔江那个提升好专利质量的红头文件，编号多少、哪天印的？", "贵州嗰份「十四五」知识产权规划而家仲行紧吗？做到边年为止？",
                                      "2014那个专利推进计划到底是哪天印发的？"])
def test_a_plan_is_dated_whatever_its_date_is_called(question: str, assistant: Assistant) -> None:
    assert _after(assistant, question)[0] == "answered"


@pytest.mark.parametrize(("questions", "clauses"), [
    (("局里项目、平台、基地这些称号的清理，2014年一季度做到哪步，后三个季度干啥",), {"chongqing-2014#5.13.q1", "chongqing-2014#5.13.q2-4"}),
    (("2014年培育知识产权服务业那项，第二季度做什么？", "第三季度要引进哪类机构，几家"), {"chongqing-2014#13.29.q3"})])
def test_quarters_counted_from_the_end_and_of_the_plan_that_has_them(questions: tuple[str, ...], clauses: set[str], assistant: Assistant) -> None:
    assert clauses <= _after(assistant, *questions)[1]


def test_measures_that_are_counted_and_listed_are_no_missing_number(assistant: Assistant) -> None:
    status, cited, _ = _after(assistant, "重庆2014年计划第10项维权援助平台，具体措施一共几条、分别是什么")
    assert status == "answered"
    assert {"chongqing-2014#4.10.m1", "chongqing-2014#4.10.m2", "chongqing-2014#4.10.m3"} <= cited


def test_where_the_money_comes_from_is_told_by_a_clause_on_funds_or_not_at_all(assistant: Assistant) -> None:
    status, cited, text = _after(assistant, "贵州规划实施的经费由谁出")
    assert (status, len(cited)) == ("answered", 1)
    assert "列入部门预算" in text
    status, _, text = _after(assistant, "贵州专利转化的资金从哪里出")
    assert status == "refused"
    assert "没有写明资金来源" in text


def test_indicators_of_a_kind_that_no_name_has_are_those_of_its_words_or_all_with_that_said(assistant: Assistant) -> None:
    _, cited, _ = _after(assistant, "贵州关于人才的指标有哪些")
    assert cited == {"guizhou-2021#2.3.box1.16", "guizhou-2021#2.3.box1.17"}
    _, cited, text = _after(assistant, "贵州哪些指标要翻一番")
    assert len(cited) == 17
    assert "没有名称写到“翻一番”的指标" in text
