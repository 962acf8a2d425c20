"""Questions about a plan as a whole, and about the assistant itself."""

from __future__ import annotations

import pytest

from assistant.chain import Assistant
from assistant.model import Question, Reply


def clauses_of(reply: Reply) -> list[str]:
    return [citation.clause_id.split("#")[1] for citation in reply.citations]


@pytest.mark.parametrize(("question", "clauses"), [
    ("贵州规划的主要目标是什么？", [f"2.3.p{n}" for n in range(1, 8)]),
    ("珠海方案总体目标有哪些", ["1.2.p1", *(f"1.2.d{n}" for n in range(1, 7))]),
    ("黔江方案的工作目标是啥", ["2.p1"]),
    ("重庆2024年的方案有什么目标？", ["1.p2"]),
])
def test_the_goals_of_a_plan_are_all_told(question: str, clauses: list[str], assistant: Assistant) -> None:
    assert clauses_of(assistant.ask(Question(question))) == clauses


def test_a_plan_without_goals_of_its_own_tells_those_of_its_rows(assistant: Assistant) -> None:
    reply = assistant.ask(Question("重庆2014年计划的目标都有哪些"))
    assert len(reply.citations) == 18
    assert "第8项 加强推进专利金融服务：开展专利质押融资和专利保险试点" in reply.text


def test_what_a_plan_is_about_is_told_by_its_headings(assistant: Assistant) -> None:
    reply = assistant.ask(Question("黔江方案主要讲了什么"))
    assert "分为4个部分，共10项任务" in reply.text
    assert clauses_of(reply) == ["1", "2", "3", "3.1", "3.2", "3.3", "3.4", "4"]
    inferred = assistant.ask(Question("贵州规划讲了什么"))
    assert "第二节 基本原则" in inferred.text        # a title that stands in the table of contents only


@pytest.mark.parametrize(("question", "count"), [("贵州规划的基本原则", 5), ("珠海方案的主要任务有哪些？", 20), ("共建强市方案的总体要求是什么", 2),
    ("珠海方案的保障措施有哪些？", 4), ("黔江方案的主要任务是什么", 10), ("重庆2024方案的重点任务有哪些？", 17), ("珠海方案的总体思路是什么", 1)])
def test_a_part_is_told_whole_by_its_heading_or_what_other_plans_call_it(question: str, count: int, assistant: Assistant) -> None:
    assert len(assistant.ask(Question(question)).citations) == count


@pytest.mark.parametrize(("question", "words"), [
    ("重庆2014年计划的主要任务有哪些？", "共18项任务"), ("重庆2024方案全部任务列一下", "共17项任务"), ("贵州规划的主要任务有哪些", "该规划分为8个部分"),
    ("List all the tasks of the Chongqing 2024 plan", "17 tasks"), ("chongqing 2024 fangan baozhang cuoshi you naxie", "保障措施共4条")])
def test_all_tasks_or_the_headings_where_they_are_too_many(question: str, words: str, assistant: Assistant) -> None:
    assert words in assistant.ask(Question(question)).text


def test_a_chapter_is_told_once(assistant: Assistant) -> None:
    reply = assistant.ask(Question("贵州规划第三章讲什么"))
    assert reply.text.count("促进行业规范") == 1


@pytest.mark.parametrize("question", ["谁牵头", "多少", "有什么支持"])
def test_a_question_without_any_matter_is_asked_back(question: str, assistant: Assistant) -> None:
    assert assistant.ask(Question(question)).status == "clarify"


def test_a_quarter_alone_is_that_of_the_one_plan_with_quarters(assistant: Assistant) -> None:
    reply = assistant.ask(Question("第三季度要干什么"))
    assert {citation.plan_id for citation in reply.citations} == {"chongqing-2014"}
    assert "第三季度的全部安排" in reply.text


def test_goals_of_some_matter_are_not_those_of_the_plan(assistant: Assistant) -> None:
    assert clauses_of(assistant.ask(Question("黔江到2024年高价值发明专利的目标是什么"))) != [f"2.3.p{n}" for n in range(1, 8)]
    assert "110" not in assistant.ask(Question("珠海方案人才方面的目标是什么")).text
    assert clauses_of(assistant.ask(Question("珠海方案人才方面的目标是什么")))[0] == "1.2.d6"


@pytest.mark.parametrize("question", ["你好", "你能做什么？", "怎么用", "你说的这些有法律效力吗", "这个答案准确吗", "你们的资料来源是什么"])
def test_a_greeting_is_answered_with_what_is_on_file(question: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(question))
    assert reply.status == "clarify"
    assert all(meta.title in reply.text for meta in assistant.catalogue.metas())
    assert not reply.citations


def test_what_is_on_file_is_listed_with_its_state(assistant: Assistant) -> None:
    reply = assistant.ask(Question("收录了哪些规划？"))
    assert reply.status == "answered"
    assert {citation.plan_id for citation in reply.citations} == {meta.id for meta in assistant.catalogue.metas()}


def test_the_table_named_as_the_place_of_one_indicator_is_not_told_whole(assistant: Assistant) -> None:
    assert clauses_of(assistant.ask(Question("贵州主要指标中，作品登记量目标"))) == ["2.3.box1.7"]
    assert len(assistant.ask(Question("贵州规划里有哪些指标")).citations) == 17


def test_all_that_a_plan_does_about_a_matter_and_not_its_figure(assistant: Assistant) -> None:
    reply = assistant.ask(Question("贵州对植物新品种有哪些措施"))
    assert set(clauses_of(reply)) == {"6.1.p2", "3.1.p2"}
    assert "植物新品种测试机构" in reply.text
    assert "免费提供专利检索服务" not in reply.text       # another sentence of the same long clause
