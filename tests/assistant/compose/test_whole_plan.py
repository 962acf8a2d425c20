"""A plan asked about as a whole, as people first do: what it is, why, for whom, by whom, to what end, where to read it."""

from __future__ import annotations

import pytest

from assistant.chain import Assistant
from assistant.model import Question

PLANS = {"chongqing-2024": "重庆2024方案", "zhuhai-2019": "珠海方案", "chongqing-2014": "重庆2014年计划", "qianjiang-2022": "黔江方案",
         "guizhou-2021": "贵州规划"}


@pytest.mark.parametrize("plan_id", PLANS)
@pytest.mark.parametrize("form", ["介绍下{plan}", "跟我讲讲{plan}", "{plan}怎么样", "{plan}有什么用", "{plan}亮点是啥", "{plan}主要讲了什么"])
def test_what_it_is_is_told_by_its_parts(form: str, plan_id: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(form.format(plan=PLANS[plan_id])))
    assert reply.status == "answered"
    assert "个部分" in reply.text
    assert {citation.clause_id.split("#")[0] for citation in reply.citations} == {plan_id}


@pytest.mark.parametrize("plan_id", PLANS)
@pytest.mark.parametrize("form", ["{plan}谁牵头", "{plan}归哪个部门管", "{plan}由谁组织实施"])
def test_by_whom_is_every_unit(form: str, plan_id: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(form.format(plan=PLANS[plan_id])))
    assert reply.status == "answered"
    if "谁牵头" not in form:
        named = {fact.unit for fact in assistant.catalogue.units(plan_id)}
        assert f"共有{len(named)}个单位" in reply.text


@pytest.mark.parametrize("plan_id", PLANS)
def test_for_whom_is_whom_the_measures_name(plan_id: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(f"{PLANS[plan_id]}适用于谁"))
    assert reply.status == "answered"
    assert "企业" in reply.text
    assert "没有单写适用范围" in reply.text


@pytest.mark.parametrize("plan_id", PLANS)
def test_to_what_end_is_its_goals(plan_id: str, assistant: Assistant) -> None:
    goals = {clause.id for clause in assistant.knowledge.view(plan_id).clauses if "goal" in (clause.kind, clause.cell)}
    reply = assistant.ask(Question(f"{PLANS[plan_id]}的总体目标"))
    assert reply.status == "answered"
    assert goals <= {citation.clause_id for citation in reply.citations}


@pytest.mark.parametrize(("plan_id", "said"), [("chongqing-2024", "制定本实施方案"), ("qianjiang-2022", "制定本实施方案"), ("guizhou-2021", "战略背景")])
@pytest.mark.parametrize("form", ["为什么要出台{plan}", "{plan}的背景是什么", "{plan}的制定目的"])
def test_why_is_what_it_says_itself(form: str, plan_id: str, said: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(form.format(plan=PLANS[plan_id])))
    assert reply.status == "answered"
    assert said in reply.text


@pytest.mark.parametrize(("question", "said"), [
    ("珠海方案为什么要出台", "没有写明理由"), ("黔江方案的基本原则", "没有单列“基本原则”"), ("重庆2014年计划有哪些保障措施", "没有单列“保障措施”"),
    ("贵州规划在哪里能看到原文", "“原文”页"), ("珠海方案下载", "“原文”页")])
def test_what_it_does_not_have_is_said(question: str, said: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(question))
    assert reply.status == "refused"
    assert said in reply.text


@pytest.mark.parametrize(("plan_id", "period"), [
    ("chongqing-2024", "2029"), ("zhuhai-2019", "2022"), ("chongqing-2014", "2014"), ("qianjiang-2022", "2024"), ("guizhou-2021", "2025")])
@pytest.mark.parametrize("form", [
    "{plan}啥时候结束", "引用{plan}还合适吗", "{plan}仲有冇效", "{plan}目前处于什么状态", "{plan}是最新的吗", "{plan}已经结束了吧", "我拿{plan}去办事行得通吗",
    "{plan}的执行年度", "{plan}还管用吗", "{plan}过期没"])
def test_whether_it_is_over_is_told_by_its_period(form: str, plan_id: str, period: str, assistant: Assistant) -> None:
    reply = assistant.ask(Question(form.format(plan=PLANS[plan_id])))
    assert reply.status == "answered"
    assert period in reply.text
    assert ("已到期" in reply.text) == (plan_id != "chongqing-2024")
