"""Several questions in one."""

from __future__ import annotations

import pytest

from assistant.chain import Assistant
from assistant.compose.parts import asking_parts
from assistant.model import Question, Turn


def test_only_sentences_that_ask_are_parts() -> None:
    assert asking_parts("我在珠海。商标那条谁牵头？专利灭零那条呢？谢谢！") == ["商标那条谁牵头？", "专利灭零那条呢？"]
    assert asking_parts("商标那条谁牵头？") == []


@pytest.mark.parametrize(("question", "clauses"), [
    ("珠海方案里商标和地理标志那条谁牵头？中小微企业“专利灭零”那条又是谁牵头？", {"2.2.4", "2.6.13"}),
    ("重庆2014年计划要选几家高校试点建专利运营机构？知识产权维权援助平台那项归哪个处室？", {"10.25.m2", "4.10"}),
    ("局市共建的工作要点多久定一次？重庆这份共建方案总共建几年？", {"3.1", "1.p2"}),
])
def test_each_part_is_answered(question: str, clauses: set[str], assistant: Assistant) -> None:
    cited = {citation.clause_id.split("#")[1] for citation in assistant.ask(Question(question)).citations}
    assert clauses <= cited


def test_a_part_of_what_is_answered_adds_nothing(assistant: Assistant) -> None:
    one = assistant.ask(Question("珠海市仲裁委配合哪条任务"))
    both = assistant.ask(Question("珠海市仲裁委配合哪条任务？分别是什么？"))
    assert {c.clause_id for c in both.citations} == {c.clause_id for c in one.citations}


def test_a_part_stays_within_the_plan_that_the_others_are_answered_from(assistant: Assistant) -> None:
    reply = assistant.ask(Question("重庆跟国知局共建强市那个要搞好多年？现在过期没得？"))
    assert {citation.plan_id for citation in reply.citations} == {"chongqing-2024"}


def test_a_place_is_not_corrected_to_another_one(assistant: Assistant) -> None:
    reading, _ = assistant.look(Question("我们是外资企业，在重庆兩江做电子的，2024年方案有没有维权的专门通道？"))
    assert reading.scope.plan_ids == ("chongqing-2024",)


def test_a_document_that_a_plan_speaks_of_is_not_one_that_is_missing(assistant: Assistant) -> None:
    reply = assistant.ask(Question("重庆的《重庆市专利管理职能转变优化方案》初稿什么时候出来"))
    assert "chongqing-2014#5.12.q4" in {citation.clause_id for citation in reply.citations}


@pytest.mark.parametrize(("question", "words"), [
    ("黔江方案里2024年研发经费投入强度要达到12%，这在全国都算顶尖了吧？另外市级研发机构是不少于20家对吧", ("1.2%", "不少于5家")),
    ("黔江方案我记得是研发经费投入强度到5000万、质押融资累计增长1.2%，写材料这样引用没错吧", ("1.2%", "累计5000万元以上")),
    ("重庆2024年方案第8条渝企出海“护航”，海关一家写的是拱北海关对吧？", ("重庆海关", "没有拱北海关")),
])
def test_what_is_stated_stands_beside_each_thing_claimed(question: str, words: tuple[str, ...], assistant: Assistant) -> None:
    text = assistant.ask(Question(question)).text
    assert [word for word in words if word not in text] == []


def test_a_value_of_the_indicator_spoken_of(assistant: Assistant) -> None:
    history = (Turn("user", "贵州老字号企业2025年要有多少家"), Turn("assistant", "2025年目标数为200家。"))
    text = assistant.ask(Question("2020年底是多少？这个数是当年新增的还是累计的", history)).text
    assert "102" in text
    assert "除比率指标外均为累计数" in text


@pytest.mark.parametrize(("question", "said"), [
    ("2014年重庆知识产权维权援助平台，网络在线举报投诉平台哪个季度开通？专利侵权判定咨询专家库哪个季度完善？归哪个处室？",
     ("第一季度", "第四季度", "责任处室：法律事务处")),
    ("重庆2014年要申报培育多少家知识产权优势企业、多少家贯标达标企业？两项是不是同一个处室在管？", ("25家", "20家", "专利管理处")),
    ("黔江2024年的研发经费投入强度、规上工业企业里有研发机构的占比、市级研发机构家数，各定的多少，责任单位是谁？", ("1.2%", "20%", "不少于5家", "区科技局")),
    ("重庆海关在2024共建方案里管哪一条？黔江海关在黔江方案里又出现在哪一条，是责任单位还是配合单位？", ("渝企出海", "配合单位（1）", "加强海外风险防控")),
])
def test_who_and_another_plan_beside(question: str, said: tuple[str, ...], assistant: Assistant) -> None:
    text = assistant.ask(Question(question)).text
    assert [words for words in said if words not in text] == []


@pytest.mark.parametrize(("question", "clause", "absent"), [
    ("珠海专利导航和人才公寓分别由谁负责", "2.2.3", "人才公寓"),
    ("珠海2022年商标注册量和机器人产量目标各是多少", "1.2.d2", "机器人产量"),
    ("重庆2014年专利代理和人才公寓各在第几季度做", "13.30.q1", "人才公寓"),
    ("重庆方案对专利转化和养老服务有什么措施", "2.4.10", "养老服务"),
])
def test_beside_a_matter_that_is_stated_one_the_plan_has_no_word_of_is_said_to_be_absent(
        question: str, clause: str, absent: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(question))
    assert f"该规划没有写到“{absent}”。" in reply.text
    assert clause in {citation.clause_id.split("#")[1] for citation in reply.citations}


def test_two_matters_that_the_plan_knows_are_both_told_and_none_is_called_absent(assistant: Assistant) -> None:
    for question in ("珠海专利导航和质押融资分别由谁负责", "贵州规划里地理标志和非遗分别怎么保护"):
        assert "没有写到" not in assistant.ask(Question(question)).text
