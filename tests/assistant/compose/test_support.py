"""Support: the whole list for a kind of reader, how each measure is worded, and whose plan holds where a place has none."""

from __future__ import annotations

import re

import pytest

from assistant.chain import Assistant
from assistant.model import Question, Reply
from assistant.proof.ground import offered
from ingest.model import MeasureFact


def clauses_of(reply: Reply) -> list[str]:
    return [citation.clause_id.split("#")[1] for citation in reply.citations]


@pytest.mark.parametrize(("question", "clauses"), [
    ("我们是中小微企业，珠海方案对我们有什么支持？", ["2.5.10", "2.5.11", "2.6.12", "2.6.13"]),
    ("珠海的高新技术企业能享受哪些支持", ["2.2.3", "2.6.12"]),
    ("贵州的国有企业有什么支持", ["5.2.p2", "5.2.box6.p1"]),
])
def test_who_names_no_need_gets_every_measure_for_the_kind(question: str, clauses: list[str], assistant: Assistant) -> None:
    assert clauses_of(assistant.ask(Question(question))) == clauses


def test_who_names_a_need_gets_what_serves_it(assistant: Assistant) -> None:
    reply = assistant.ask(Question("小厂子一件专利都没有，珠海有没有专门帮这种“零专利”小企业的动作"))
    assert clauses_of(reply)[0] == "2.6.13"
    assert "措施共" not in reply.text


def test_a_measure_says_for_whom_it_is_and_that_encouraging_is_no_promise(assistant: Assistant) -> None:
    reply = assistant.ask(Question("我们是中小微企业，珠海方案对我们有什么支持？"))
    assert "对象：中小微企业、服务机构；支持方式：平台服务；措辞：鼓励（不是确定给予）。" in reply.text
    assert all(claim.citations for claim in reply.claims)


@pytest.mark.parametrize(("place", "region", "plan"), [("贵阳", "贵州", "guizhou-2021"), ("涪陵", "重庆", "chongqing-2024")])
def test_what_a_province_offers_holds_in_its_cities(place: str, region: str, plan: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(f"我们公司在{place}，想给产品注册商标，有什么支持？"))
    assert reply.status == "answered"
    assert f"没有{place}自己的规划，以下是{region}的规划" in reply.text
    assert {citation.plan_id for citation in reply.citations} == {plan}


@pytest.mark.parametrize("question", ["成都的企业有什么专利补贴", "遵义的知识产权规划到期没有", "遵义商标有效注册量目标是多少"])
def test_another_place_is_not_answered_for(question: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(question))
    assert (reply.status, reply.citations) == ("refused", ())


@pytest.mark.parametrize(("question", "clause"), [
    ("江津花椒那个地理标志保护示范区，由哪些部门负责？", "chongqing-2024#2.3.9"),
    ("支持南岸、江津、荣昌搞国家级知识产权强国建设试点示范，责任单位是哪几家", "chongqing-2024#2.1.2"),
])
def test_a_place_that_a_clause_on_the_matter_names_is_answered_from_it(question: str, clause: str, assistant: Assistant) -> None:
    assert [citation.clause_id for citation in assistant.ask(Question(question)).citations] == [clause]


def test_a_kind_within_a_kind_is_not_told_what_the_others_get(assistant: Assistant) -> None:
    reply = assistant.ask(Question("贵州的老字号企业有什么扶持"))
    assert "老字号" in "".join(citation.quote for citation in reply.citations)
    assert "措施共" not in reply.text


def test_money_asked_for_as_an_award_is_not_answered_by_a_sum_of_loans(assistant: Assistant) -> None:
    reply = assistant.ask(Question("黔江搞出一件高价值发明专利，区里奖多少钱一件？"))
    assert reply.status == "refused"
    assert "没有写明金额" in reply.text


def test_where_the_plan_is_over_the_one_in_force_of_the_province_is_offered_as_a_question(assistant: Assistant) -> None:
    reply = assistant.ask(Question("黔江的专精特新企业能得到什么支持？"))
    assert {citation.plan_id for citation in reply.citations} == {"qianjiang-2022"}
    assert reply.suggestions == ("重庆现行的规划对此有什么支持？",)


def test_a_sum_that_is_lent_is_no_money_given(assistant: Assistant) -> None:
    reply = assistant.ask(Question("我们是中小微企业，珠海方案对我们有什么支持？"))
    assert "对象：科技型企业、中小微企业；支持方式：融资；措辞：鼓励（不是确定给予）。" in reply.text


def test_words_for_a_measure() -> None:
    facts = [MeasureFact("p#1", 0, 9, ("中小微企业", "一般企业"), ("融资",), "encourage"), MeasureFact("p#1", 9, 20, ("一般企业",), (), "stated")]
    assert offered(facts) == "对象：中小微企业；支持方式：融资；措辞：鼓励（不是确定给予）、写明给予或落实。"
    assert offered([MeasureFact("p#1", 0, 9, (), ("资金",), "stated")]) == ""


def test_who_names_a_business_that_no_plan_knows_is_told_so_and_what_there_is_for_its_kind(assistant: Assistant) -> None:
    reply = assistant.ask(Question("我在重庆开火锅店，有没有扶持"))
    assert "没有专门写到“火锅店”" in reply.text
    assert clauses_of(reply) == ["2.4.12"]
    silkworms = assistant.ask(Question("我是黔江一家做蚕桑加工的合作社，想知道有啥政策"))
    assert "没有专门写到“蚕桑加工”" in silkworms.text
    assert clauses_of(silkworms) == ["3.1.2", "3.2.2"]


def test_what_is_asked_for_beside_the_business_is_a_need_of_its_own(assistant: Assistant) -> None:
    assert clauses_of(assistant.ask(Question("在重庆卖火锅底料的小厂，想贷款"))) == ["2.5.13"]
    assert assistant.ask(Question("贵州能给小微企业发电动车补贴吗")).status == "refused"


@pytest.mark.parametrize(("question", "count"), [
    ("珠海方案对企业有什么好处", 14), ("黔江的方案能给企业带来什么", 10), ("重庆2024方案对企业有哪些支持", 9), ("珠海有奖励吗", 5)])
def test_who_asks_for_anything_at_all_gets_all_there_is(question: str, count: int, assistant: Assistant) -> None:
    reply = assistant.ask(Question(question))
    assert f"的共{count}条" in reply.text
    assert len(re.findall(r"(?m)^- ", reply.text)) == count


def test_what_was_achieved_or_is_aimed_at_is_not_offered(assistant: Assistant) -> None:
    reply = assistant.ask(Question("贵州地理标志有哪些支持措施"))
    assert {name.split(".")[0] for name in clauses_of(reply)} <= {"3", "4", "5", "6", "7", "8"}


def test_a_kind_that_the_plan_also_watches_over_is_told_what_it_is_offered(assistant: Assistant) -> None:
    for question in ("贵州专利代理机构能得到什么政策支持", "在遵义开专利代理所，贵州十四五对我们这种服务机构有没有扶持"):
        reply = assistant.ask(Question(question))
        assert "支持知识产权服务机构高质量发展,加大政策扶持力度" in reply.text
        assert "严厉打击" not in reply.text
