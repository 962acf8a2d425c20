"""What is embedded and what is indexed: context, size, digests, tokens."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Clause, OffsetMap, Plan, PlanMeta
from ingest.passages import LIMIT, passages_of, split_text
from ingest.tokens import tokens

META = PlanMeta("x-1", "某市方案", "a.txt", "", "某市", (), "市级", aliases=("某市方案简称",))


def plan_of(*clauses: Clause) -> Plan:
    return Plan(META, "0", "", "", OffsetMap((), ()), (), clauses, ())


def clause(text: str, kind: str = "task") -> Clause:
    return Clause("x-1#1.1", "x-1", "x-1#1", kind, "1", "标题", "一、任务 › 1 标题", text, 0, len(text), 0)  # type: ignore[arg-type]


def test_a_short_clause_is_one_passage_with_its_context() -> None:
    (passage,) = passages_of(plan_of(clause("推进专利导航。")))
    assert passage.id == passage.clause_id == "x-1#1.1"
    assert passage.text == "某市方案简称 › 一、任务 › 1 标题\n推进专利导航。"
    assert passage.digest == hashlib.sha256(passage.text.encode()).hexdigest()[:16]
    assert passage.region == "某市"


def test_a_long_clause_is_cut_at_sentence_ends() -> None:
    body = "".join(f"第{n}句讲知识产权保护、运用和服务的具体做法与分工。" for n in range(60))
    passages = passages_of(plan_of(clause(body)))
    pieces = [passage.text.split("\n", 1)[1] for passage in passages]
    assert len(pieces) > 2
    assert "".join(pieces) == body
    assert all(piece.endswith("。") and len(piece) <= LIMIT for piece in pieces)
    assert len({passage.id for passage in passages}) == len(passages)
    assert {passage.clause_id for passage in passages} == {"x-1#1.1"}


def test_digest_changes_when_and_only_when_the_text_does() -> None:
    one = passages_of(plan_of(clause("推进专利导航。")))[0]
    moved = passages_of(plan_of(replace(clause("推进专利导航。"), start=90, end=97, order=4)))[0]
    other = passages_of(plan_of(clause("推进专利预警。")))[0]
    assert one.digest == moved.digest != other.digest


@pytest.mark.parametrize(
    "text", ["2022年12月1日", "（此件公开发布）", "各乡、镇人民政府，各街道办事处，区政府各部门，有关单位："]
)
def test_dates_and_addressees_are_not_embedded(text: str) -> None:
    assert passages_of(plan_of(clause(text, "front"))) == ()


@given(st.text(alphabet="知识产权，。；\n 1a", max_size=2000))
def test_splitting_loses_nothing_but_white_space(text: str) -> None:
    pieces = list(split_text(text))
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(len(piece) <= LIMIT for piece in pieces)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33618件", ["33618", "件"]),
        ("“1+1+4”体系", ["1+1+4", "体系"]),
        ("ＰＣＴ国际专利", ["pct", "国际", "专利"]),
        ("2019-2022年", ["2019", "2022", "2019-2022", "年"]),
        ("55.14亿元，12,345件", ["55.14", "亿元", "12345", "件"]),
        ("；（）……", []),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_domain_words_and_their_parts_are_tokens() -> None:
    assert {"质押融资", "知识产权质押融资", "融资"} <= set(tokens("开展知识产权质押融资"))
    assert "高价值发明专利" in tokens("高价值发明专利拥有量")
    assert "知识产权局" in tokens("省知识产权局")
