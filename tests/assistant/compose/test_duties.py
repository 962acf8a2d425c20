"""What units are in for: each under its own name, and none for another of its kind."""

from __future__ import annotations

import pytest

from assistant.chain import Assistant
from assistant.model import Question


def test_units_named_one_after_another_are_told_apart(assistant: Assistant) -> None:
    text = assistant.ask(Question("黔江区科技局和区经信委的分工")).text
    science, _, economy = text.partition("区经信委：")
    assert "共5条任务（原文写作：区科技局）" in science
    assert "共4条任务（原文写作：区经济信息委）" in economy
    assert "区科技局" not in economy


def test_a_unit_that_the_plan_does_not_have_is_said_beside_one_that_it_has(assistant: Assistant) -> None:
    text = assistant.ask(Question("黔江区科技局和区文旅委各负责什么")).text
    assert "共5条任务（原文写作：区科技局）" in text
    assert "没有出现区文旅委" in text


def test_a_partner_named_elsewhere_in_the_question_has_no_list_of_its_own(assistant: Assistant) -> None:
    reply = assistant.ask(Question("Which tasks is 市高法院 listed for in the 2024 joint plan of Chongqing with CNIPA?"))
    assert len(reply.citations) == 3


@pytest.mark.parametrize("unit", ["黔江海关", "拱北海关"])
def test_the_customs_of_one_place_are_not_those_of_another(unit: str, assistant: Assistant) -> None:
    text = assistant.ask(Question(f"重庆2024方案里{unit}有哪些任务？")).text
    assert f"{unit}不在该规划的责任单位名单里，只在" not in text


def test_a_unit_that_stands_in_no_list_but_in_the_text_of_another_plan_is_pointed_to(assistant: Assistant) -> None:
    reply = assistant.ask(Question("重庆2024方案里市财政局有什么任务？"))
    assert reply.status == "refused"
    assert "《重庆市2014年专利事业发展战略推进计划》" in reply.text


def test_which_indicators_a_unit_leads_is_a_question_for_its_list(assistant: Assistant) -> None:
    asked = "Which indicators in Guizhou's 14th Five-Year IP plan is 省科技厅 the lead agency for?"
    assert [citation.clause_id.split(".")[-1] for citation in assistant.ask(Question(asked)).citations] == ["1", "2"]


def test_an_office_of_a_bureau_stands_for_it(assistant: Assistant) -> None:
    text = assistant.ask(Question("江津花椒的地理标志保护示范区，国家知识产权局是哪几个司局参加？")).text
    assert "国家知识产权局保护司" in text
    assert "名单中没有" not in text
