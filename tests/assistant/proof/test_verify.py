"""A claim goes with its proof, or it goes."""

from __future__ import annotations

import dataclasses
import re

import pytest

from assistant.chain import Assistant
from assistant.compose.indicator import sentence
from assistant.knowledge import Knowledge
from assistant.markdown import written
from assistant.model import Draft, DraftLine, Proof, Question
from assistant.proof.ground import with_measure
from assistant.proof.verify import Verified, verify
from ingest.model import Clause

ZHUHAI = ("zhuhai-2019",)


def clause_with(knowledge: Knowledge, plan_id: str, words: str) -> Clause:
    """The one clause, no row, that holds `words`."""
    return next(c for c in knowledge.view(plan_id).clauses if words in c.text and c.kind != "row")


def sentence_of(knowledge: Knowledge, plan_id: str, words: str) -> tuple[str, Proof]:
    """The sentence of a plan that holds `words`, with its proof."""
    clause = clause_with(knowledge, plan_id, words)
    at = clause.text.index(words)
    start = max(clause.text.rfind(mark, 0, at) for mark in "。;；\n") + 1
    end = clause.text.index("。", at) + 1
    return clause.text[start:end], Proof(clause.id, clause.start + start, clause.start + end)


def checked(knowledge: Knowledge, *lines: DraftLine, scope: tuple[str, ...] = ZHUHAI) -> Verified:
    return verify(Draft("answered", lines), scope, knowledge)


@pytest.fixture
def target(knowledge: Knowledge) -> tuple[str, Proof]:
    text, proof = sentence_of(knowledge, "zhuhai-2019", "每万人有效发明专利拥有量达到75件")
    assert "8.5万件" in text
    return text, proof


def test_a_true_claim_is_kept_with_exact_offsets(knowledge: Knowledge, target: tuple[str, Proof]) -> None:
    text, proof = target
    verified = checked(knowledge, DraftLine("heading", "珠海"), DraftLine("fact", text, (proof,)))
    citation, = verified.citations
    assert [line.text for line, _ in verified.lines] == ["珠海", text]
    assert (citation.n, citation.clause_id, citation.start, citation.end) == (1, proof.clause_id, proof.start, proof.end)
    assert citation.quote == knowledge.text("zhuhai-2019")[citation.start:citation.end] == text
    assert citation.source_sha256 == knowledge.catalogue.sha256("zhuhai-2019")
    assert citation.period_status == "over"
    assert verified.claims[0].citations == (1,)


@pytest.mark.parametrize(("old", "new"), [
    ("75件", "76件"), ("8.5万件", "8.5亿件"), ("8.5万件", "8.5万个"), ("2022年", "2025年"), ("达到75件", "未达到75件"),
    ("75件", "75件以上"), ("每万人", "每百人"), ("注册商标", "注册专利"),
])
def test_an_altered_claim_goes_together_with_its_text(old: str, new: str, knowledge: Knowledge, target: tuple[str, Proof]) -> None:
    text, proof = target
    good, good_proof = sentence_of(knowledge, "zhuhai-2019", "新增培育知识产权优势示范企业50家")
    altered = text.replace(old, new)
    assert altered != text
    draft = Draft("answered", (DraftLine("fact", altered, (proof,)), DraftLine("fact", good, (good_proof,))))
    verified = verify(draft, ZHUHAI, knowledge)
    assert [claim.text for claim in verified.claims] == [good]
    assert [citation.n for citation in verified.citations] == [1]
    assert altered not in written(draft, verified)
    assert [each.text for each in verified.rejected] == [altered]
    assert verified.rejected[0].reason


@pytest.mark.parametrize("text", [
    "牵头：市市场监管局(知识产权局)；配合：各区政府(管委会)、市农业农村局。",
    "牵头：各区政府(管委会)；配合：市农业农村局、市财政局。",
    "牵头：各区政府(管委会)、市农业农村局；配合：市市场监管局(知识产权局)。",
    "配合：各区政府(管委会)；牵头：市农业农村局、市市场监管局(知识产权局)。",
])
def test_units_in_other_roles_are_rejected(text: str, knowledge: Knowledge) -> None:
    clause = clause_with(knowledge, "zhuhai-2019", "加强商标和地理标志工作")
    proof = Proof(clause.id, clause.start, clause.end)
    true = "牵头：各区政府(管委会)；配合：市农业农村局、市市场监管局(知识产权局)。"
    verified = checked(knowledge, DraftLine("fact", text, (proof,)), DraftLine("fact", true, (proof,)))
    assert [claim.text for claim in verified.claims] == [true]


def test_the_right_text_with_another_clauses_proof_goes(knowledge: Knowledge, target: tuple[str, Proof]) -> None:
    _, other = sentence_of(knowledge, "zhuhai-2019", "新增培育知识产权优势示范企业50家")
    assert not checked(knowledge, DraftLine("fact", target[0], (other,))).claims


def test_a_claim_without_proof_goes(knowledge: Knowledge, target: tuple[str, Proof]) -> None:
    verified = checked(knowledge, DraftLine("fact", target[0]))
    assert not verified.lines
    assert not verified.citations


def test_a_proof_of_a_plan_out_of_scope_goes(knowledge: Knowledge, target: tuple[str, Proof]) -> None:
    assert not checked(knowledge, DraftLine("fact", *_pair(target)), scope=("guizhou-2021",)).claims


@pytest.mark.parametrize("shift", [(-10**6, 0), (0, 10**6), (50, -50), (10**6, 10**6)])
def test_offsets_out_of_the_text_go(shift: tuple[int, int], knowledge: Knowledge, target: tuple[str, Proof]) -> None:
    text, proof = target
    moved = Proof(proof.clause_id, proof.start + shift[0], proof.end + shift[1])
    if shift == (50, -50):
        moved = Proof(proof.clause_id, proof.end, proof.start)
    assert not checked(knowledge, DraftLine("fact", text, (moved,))).claims


def test_offsets_of_another_clause_go(knowledge: Knowledge, target: tuple[str, Proof]) -> None:
    """The quote is right and the clause it is said to stand in is not."""
    text, proof = target
    other = clause_with(knowledge, "zhuhai-2019", "加强商标和地理标志工作")
    assert not checked(knowledge, DraftLine("fact", text, (dataclasses.replace(proof, clause_id=other.id),))).claims


def test_a_clause_that_does_not_exist_is_no_proof(knowledge: Knowledge, target: tuple[str, Proof]) -> None:
    text, proof = target
    lost = dataclasses.replace(proof, clause_id="zhuhai-2019#9.9.9")
    assert not checked(knowledge, DraftLine("fact", text, (lost,))).claims


def test_a_heading_without_facts_vanishes(knowledge: Knowledge, target: tuple[str, Proof]) -> None:
    text, proof = target
    verified = checked(knowledge, DraftLine("heading", "甲"), DraftLine("fact", text.replace("75", "57"), (proof,)),
                       DraftLine("heading", "乙"), DraftLine("fact", text, (proof,)), DraftLine("heading", "丙"))
    assert [line.text for line, _ in verified.lines] == ["乙", text]


def test_one_citation_a_clause_with_its_proofs_as_marks(knowledge: Knowledge) -> None:
    clause = clause_with(knowledge, "zhuhai-2019", "加强商标和地理标志工作")
    first, second = clause.text.split("。")[1] + "。", clause.text.split("。")[2] + "。"
    spots = [(clause.start + clause.text.index(each), clause.start + clause.text.index(each) + len(each)) for each in (first, second)]
    verified = checked(knowledge, *(DraftLine("fact", text, (Proof(clause.id, *spot),))
                                    for text, spot in zip((first, second), spots, strict=True)))
    citation, = verified.citations
    assert (citation.start, citation.end) == (spots[0][0], spots[1][1])
    assert [(mark.start, mark.end) for mark in citation.marks] == spots
    assert [claim.citations for claim in verified.claims] == [(1,), (1,)]


def test_citations_are_numbered_in_order_and_each_is_used(knowledge: Knowledge) -> None:
    words = ("新增培育知识产权优势示范企业50家", "每万人有效发明专利拥有量达到75件", "知识产权专家人才达到100人")
    lines = [DraftLine("fact", text, (proof,)) for text, proof in (sentence_of(knowledge, "zhuhai-2019", w) for w in words)]
    verified = checked(knowledge, *lines)
    assert [citation.n for citation in verified.citations] == [1, 2, 3]
    assert [claim.citations for claim in verified.claims] == [(1,), (2,), (3,)]


def test_numbers_of_two_cells_are_not_one(knowledge: Knowledge) -> None:
    """`9 | 知识产权质押融资金额 | … | 亿元 | 55.14 | 80`: quoted as it stands, the row is true."""
    row = next(c for c in knowledge.view("guizhou-2021").clauses if c.kind == "indicator" and "知识产权质押融资金额" in c.text)
    text = " ".join(row.text.replace("|", " ").split())
    verified = checked(knowledge, DraftLine("fact", text, (Proof(row.id, row.start, row.end),)), scope=("guizhou-2021",))
    assert [claim.text for claim in verified.claims] == [text]


def test_nothing_left_is_a_refusal(assistant: Assistant, target: tuple[str, Proof], monkeypatch: pytest.MonkeyPatch) -> None:
    text, proof = target
    false = text.replace("75件", "750件")
    monkeypatch.setattr("assistant.chain.compose",
                        lambda *_: Draft("answered", (DraftLine("heading", "珠海"), DraftLine("fact", false, (proof,)))))
    reply = assistant.ask(Question("珠海每万人有效发明专利拥有量目标是多少？"))
    assert reply.status == "refused"
    assert "750件" not in reply.text
    assert reply.suggestions


def _pair(target: tuple[str, Proof]) -> tuple[str, tuple[Proof, ...]]:
    return target[0], (target[1],)


def test_an_indicator_is_rendered_with_its_own_numbers(knowledge: Knowledge) -> None:
    """55.14 and 亿元 read 55.14亿元, never 55.1亿元4: what is rendered is checked against what is written."""
    for clause in knowledge.view("guizhou-2021").clauses:
        known = knowledge.indicator(clause)
        if known:
            said = sentence(known, clause, knowledge)
            assert f"{known.target_year}年目标数{with_measure(known.value, known.measure)}" in said
            assert (known.value + known.measure in said) or f"（表中写作“{known.value}”）" in said
            assert set(re.findall(r"\d+(?:\.\d+)?", said.split("：", 1)[1].split("；")[0])) <= {
                str(known.base_year), str(known.target_year), *re.findall(r"\d+(?:\.\d+)?", f"{known.value} {known.base_value}")}
