"""Questions over all the units of a plan."""

from __future__ import annotations

import re

import pytest

from assistant.chain import Assistant
from assistant.model import Question, Reply


def clauses_of(reply: Reply) -> list[str]:
    return [citation.clause_id.split("#")[1] for citation in reply.citations]


@pytest.mark.parametrize(("question", "words"), [
    ("重庆2024方案有哪些责任单位", ("共有39个单位", "市政府口岸物流办", "重庆海关", "联席办")),
    ("珠海方案有哪些牵头单位", ("牵头（5）", "珠海银保监分局", "横琴新区管委会")),
    ("黔江方案的配合单位有哪些", ("配合单位（14）", "黔江海关")),
    ("重庆2014年计划涉及哪些处室", ("责任处室（8）", "法律事务处")),
])
def test_every_unit_of_a_plan_with_what_names_it(question: str, words: tuple[str, ...], assistant: Assistant) -> None:
    reply = assistant.ask(Question(question))
    assert [word for word in words if word not in reply.text] == []
    assert all(claim.citations for claim in reply.claims)


@pytest.mark.parametrize("plan", ["重庆2024方案", "珠海方案", "重庆2014年计划", "黔江方案", "贵州规划"])
def test_as_many_are_shown_as_are_counted(plan: str, assistant: Assistant) -> None:
    text = assistant.ask(Question(f"{plan}有哪些责任单位")).text
    counted = sum(int(count) for count in re.findall(r"（(\d+)）：", text))
    assert counted == len(re.findall(r"(?m)^- ", text)) > 0


def test_what_two_units_do_together(assistant: Assistant) -> None:
    assert clauses_of(assistant.ask(Question("黔江区科技局和区教委都参与的任务有哪些"))) == ["3.1.2", "3.1.3", "3.2.3"]
    assert len(clauses_of(assistant.ask(Question("哪些任务是珠海市市场监管局和市科技创新局一起做的")))) == 7


def test_tasks_with_several_leads_or_none(assistant: Assistant) -> None:
    several = assistant.ask(Question("贵州规划中，哪些指标由两个部门共同牵头？"))
    assert clauses_of(several) == [f"2.3.box1.{n}" for n in (6, 8, 9)]
    assert "各条都写明了牵头或负责单位" in assistant.ask(Question("珠海方案里没有写牵头单位的任务有哪些")).text


def test_the_units_of_one_matter_are_no_census(assistant: Assistant) -> None:
    assert clauses_of(assistant.ask(Question("黔江质押融资的配合单位有哪些"))) == ["3.2.1"]
