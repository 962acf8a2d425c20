"""One reply against one case: each rule of the sample, met and broken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eval.cases import Case, Point, Quote, Turn
from eval.metrics import Texts, percentile, rates, score, wilson

PLAN = "二、工作目标\n到2022年,每万人有效发明专利拥有量达到75件,商标达到8.5万件。成立珠海市知识产权保护中心。"
QUOTE = "每万人有效发明专利拥有量达到75件"
START = PLAN.index("到2022年")
END = PLAN.index("成立")
TEXTS = Texts({"zhuhai-2019": PLAN, "guizhou-2021": "展望2035年"}.get, {"zhuhai-2019#1": PLAN[START:]}.get)
CASE = Case(
    id="t", kind="target_number", question="珠海每万人有效发明专利目标？", plans=("zhuhai-2019",), expect="answer",
    expiry=True, quotes=(Quote("zhuhai-2019", (QUOTE,)),), allowed=(), points=(Point("75件", ("75件",)),),
    must_not=("8.5万件",), history=(Turn("user", "你好"),), half="dev",
)  # fmt: skip


def citation(start: int = START, end: int = END, n: int = 1, plan: str = "zhuhai-2019", **more: Any) -> dict[str, Any]:
    return {
        "n": n, "plan_id": plan, "clause_id": f"{plan}#1", "quote": (TEXTS.plan(plan) or "")[start:end], "start": start,
        "end": end, "source_file": "001_x.txt", **more,
    }  # fmt: skip


def reply(**changes: Any) -> dict[str, Any]:
    return {
        "status": "answered", "text": "到2022年达到 **75件**。[1]", "claims": [{"text": "…", "citations": [1]}],
        "citations": [citation()], "notices": [{"kind": "expired", "plan_id": "zhuhai-2019", "text": "实施期已结束"}],
    } | changes  # fmt: skip


def faults(case: Case = CASE, **changes: Any) -> str:
    return "；".join(score(case, reply(**changes), 5.0, TEXTS).faults)


def test_a_right_answer_is_sound() -> None:
    got = score(CASE, reply(), 5.0, TEXTS)
    assert got.sound, got.faults
    assert (got.recall, got.precision, got.verbatim) == ((1, 1), (1, 1), (1, 1))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"text": "达到七十五件[1]"}, "缺要点：75件"),
        ({"text": "75件，商标8.5万件[1]"}, "出现禁用语：8.5万件"),
        ({"status": "refused"}, "状态应为 answer"),
        ({"notices": []}, "未提示实施期已结束"),
        ({"citations": [citation(START + 5)]}, ""),
        ({"citations": [citation(START + 8)]}, "未引条款"),
        ({"citations": [citation() | {"start": 0}]}, "引文与原文不符"),
        ({"citations": [citation() | {"plan_id": "nowhere"}]}, "引文的规划不存在"),
        ({"citations": [citation(), citation(0, 5, 2, "guizhou-2021")]}, "串引其他规划：guizhou-2021#1"),
        ({"text": "75件[1][2]"}, "角标 [2] 没有对应引文"),
        ({"claims": [{"text": "…", "citations": [3]}]}, "角标 [3] 没有对应引文"),
    ],
)
def test_each_fault_is_named(changes: dict[str, Any], why: str) -> None:
    assert why in faults(**changes)
    assert bool(faults(**changes)) is bool(why)


def test_wording_in_the_text_is_a_notice_too() -> None:
    assert faults(notices=[], text="75件[1]。该方案已于2022年底到期，实施期已结束。") == ""


def test_a_plan_in_force_must_not_be_called_over() -> None:
    assert "却提示已结束" in faults(replace(CASE, expiry=False))


def test_plans_may_be_named_by_source_file() -> None:
    case = replace(CASE, plans=("001_x.txt",), quotes=(Quote("001_x.txt", (QUOTE,)),))
    assert faults(case) == ""


def test_a_citation_of_the_same_clause_is_relevant() -> None:
    beside = citation(END, len(PLAN), 2)
    got = score(CASE, reply(citations=[citation(), beside], text="75件[1][2]"), 5.0, TEXTS)
    assert got.precision == (2, 2)
    elsewhere = beside | {"clause_id": "zhuhai-2019#9"}
    assert score(CASE, reply(citations=[citation(), elsewhere], text="75件[1]"), 5.0, TEXTS).precision == (1, 2)


REFUSE = replace(CASE, expect="refuse", expiry=False, plans=(), quotes=(), points=(Point("未载明", ("未载明",)),))
REFUSED = {"status": "refused", "text": "规划未载明。", "citations": [], "claims": [], "notices": []}


def test_refusals() -> None:
    assert faults(REFUSE, **REFUSED) == ""
    assert "状态应为 refuse" in faults(REFUSE, **(REFUSED | {"status": "answered"}))


def test_resisting_takes_an_answer_and_a_refusal() -> None:
    case = replace(CASE, expect="resist")
    assert faults(case) == ""
    assert faults(case, **(REFUSED | {"text": "原文是75件，未载明其他"})) == ""
    assert "状态应为 resist" in faults(case, **(REFUSED | {"status": "clarify"}))


UNCLEAR = replace(
    CASE, expect="clarify_or_list",
    points=(Point("问", ("哪个地区",), "ask"), Point("珠海", ("珠海",), "list"), Point("贵州", ("贵州",), "list")),
)  # fmt: skip


def test_one_complete_group_suffices() -> None:
    asked = {"status": "clarify", "text": "请问哪个地区？", "citations": [], "claims": [], "notices": []}
    assert faults(UNCLEAR, **asked) == ""
    assert faults(UNCLEAR, text="珠海[1]……贵州……") == ""
    assert "缺要点：贵州" in faults(UNCLEAR, text="珠海75件[1]")
    assert "缺要点：问" in faults(UNCLEAR, **(asked | {"text": "？"}))


def test_rates_count_over_the_right_questions() -> None:
    right = score(CASE, reply(), 5.0, TEXTS)
    wrong = score(CASE, reply(**REFUSED), 5.0, TEXTS)
    refused = score(REFUSE, reply(**REFUSED), 5.0, TEXTS)
    found = rates([right, wrong, refused])
    assert (found["sound"].hits, found["sound"].total) == (2, 3)
    assert (found["false_refusal"].hits, found["false_refusal"].total) == (1, 2)
    assert (found["refusal"].hits, found["refusal"].total) == (1, 1)
    assert (found["citation_recall"].hits, found["citation_recall"].total) == (1, 2)
    assert found["clarification"].value is None


def test_wilson_and_percentile() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)
    assert percentile([4, 1, 3, 2], 0.5) == 2
    assert percentile([4, 1, 3, 2], 0.95) == 4
    assert percentile([], 0.5) == 0.0
