"""The product's own cases: well-formed, in two halves, over all kinds and plans, every quote verbatim in its plan."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from eval.cases import Case, CaseError, Kind, load_cases
from eval.matching import read_answer, says
from eval.metrics import quote_occurs
from ingest.corpus_meta import load_corpus
from ingest.repair import repair
from ingest.settings import IngestSettings
from ingest.sources import read_source

CASES = load_cases()


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    corpus = IngestSettings.model_fields["corpus"].default
    return {meta.id: repair(read_source(corpus / meta.file).raw).text for meta in load_corpus(corpus)}


def test_every_kind_and_half_is_there() -> None:
    kinds = Counter(case.kind for case in CASES)
    assert set(kinds) == set(get_args(Kind))
    assert min(kinds.values()) >= 5
    halves = Counter(case.half for case in CASES)
    assert halves["test"] >= 60      # a question that has been read moves to the other half
    assert halves["dev"] >= 100


def test_every_quote_is_verbatim_in_its_plan(texts: dict[str, str]) -> None:
    missing = [
        (case.id, quote.plan, quote.texts)
        for case in CASES
        for quote in (*case.quotes, *case.allowed)
        if not quote_occurs(quote, texts[quote.plan])
    ]
    assert missing == []


def test_plans_of_quotes_are_plans_of_the_case(texts: dict[str, str]) -> None:
    for case in CASES:
        assert set(case.plans) <= set(texts), case.id
        assert {quote.plan for quote in case.quotes} <= set(case.plans), case.id


def test_an_answer_has_points_and_proof() -> None:
    for case in CASES:
        assert case.points, case.id
        if case.expect == "answer" and case.kind != "validity":
            assert any(not quote.optional for quote in case.quotes) or case.kind == "comparison", case.id
        if case.expect == "refuse":
            assert not case.quotes, case.id
        if case.expect == "clarify_or_list":
            assert {point.group for point in case.points} == {"ask", "list"}, case.id


def test_a_quoted_clause_can_satisfy_numbers_and_units(texts: dict[str, str]) -> None:
    """A point of one literal phrase comes from the plan or is a plan's name: a typing slip would never be met."""
    everything = read_answer("\n".join(texts.values()))
    names = read_answer("珠海 黔江 贵州 重庆 2014 2019 2022 2024 2025 共建 2022年12月1日 年度考核 第一季度")
    for case in CASES:
        for point in case.points:
            known = says(everything, point.any_of) or says(names, point.any_of)
            assert known or len(point.any_of) > 3, (case.id, point)


def test_notice_is_expected_where_the_period_is_over() -> None:
    def over(case: Case) -> bool:
        return any(plan != "chongqing-2024" for plan in case.plans)

    for case in CASES:
        if case.expect == "answer" and case.plans:
            assert case.expiry == over(case), case.id


def test_no_case_repeats_a_question() -> None:
    asked = Counter((case.question, tuple(turn.content for turn in case.history)) for case in CASES)
    assert [question for question, times in asked.items() if times > 1] == []


def test_json_lines(tmp_path: Path) -> None:
    row = {
        "id": "a", "kind": "followup", "question": "问", "docs": ["001_x.txt"], "expect": "answer",
        "clauses": [{"doc": "001_x.txt", "quote": "區(qū)域", "quote_clean": "区域", "optional": True}],
        "answer_points": [{"point": "甲", "any_of": ["甲"], "group": "list"}], "must_not": ["乙"],
        "expect_expiry_notice": True, "history": [{"role": "user", "content": "前"}], "lang": "zh-Hans",
    }  # fmt: skip
    file = tmp_path / "set.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", encoding="utf-8")
    (case,) = load_cases(file)
    assert case.quotes[0].texts == ("區(qū)域", "区域")
    assert case.quotes[0].optional
    assert case.points[0].group == "list"
    assert case.history[0].content == "前"
    assert case.half is None


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.jsonl", '{"id": "a"}\n', "第 1 行"),
        ("a.jsonl", "不是 JSON\n", "第 1 行"),
        ("a.yaml", "cases: [{id: z1, kind: nothing, half: dev, ask: 问}]", "z1"),
        ("a.yaml", "cases: [{id: z2, kind: schedule, half: dev, ask: 问, qoutes: []}]", "qoutes"),
        ("a.yaml", "cases: [{id: z3, kind: schedule, half: dev, ask: 问, quotes: [甲]}]", "plan"),
        ("a.yaml", "- 1", "cases"),
        ("a.yaml", "plan: p\ncases: [{id: x, kind: schedule, half: dev, ask: 问}, {id: x, kind: schedule, half: dev, "
                   "ask: 问二}]", "重复"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, name: str, content: str, place: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CaseError, match=place):
        load_cases(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="找不到用例"):
        load_cases(tmp_path / "none.jsonl")
