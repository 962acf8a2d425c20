"""When: several questions about one row, some with a quarter and some without."""

from __future__ import annotations

import pytest

from assistant.chain import Assistant
from assistant.model import Question


@pytest.mark.parametrize(("question", "cells"), [
    ("当年重庆要筹备专利代理人协会，2014年的计划安排在什么时候？三季度的培训办几期、多少人？", ["13.30.q1", "13.30.q3"]),
    ("重庆2014年专利管理职能转变优化方案的初稿是什么时候形成？二三季度干什么？", ["5.12.q2-3", "5.12.q4"]),
    ("重庆2014年专利代理人协会哪个季度筹备？", ["13.30.q1"]),
])
def test_each_question_about_a_row_gets_its_cells(question: str, cells: list[str], assistant: Assistant) -> None:
    assert [citation.clause_id.split("#")[1] for citation in assistant.ask(Question(question)).citations] == cells
