"""A conversation as a document: labelled, dated, with its proofs, and nothing in it that a plan does not say."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

import pytest
from docx import Document
from fastapi.testclient import TestClient

from assistant.exports.transcript import LABEL, UNPROVED

QUESTIONS = ("黔江区的研发投入强度目标是多少？", "重庆2014年专利管理处负责哪些任务？", "重庆两份规划的质押融资有什么变化？",
             "深圳的发明专利目标是多少？", "市财政局负责哪些任务？", "珠海和贵州的商标目标有什么区别？")


@pytest.fixture(scope="module")
def exchanges(client: TestClient) -> list[dict[str, Any]]:
    return [{"question": each, "reply": client.post("/api/ask", json={"question": each}).json()} for each in QUESTIONS]


def export(client: TestClient, exchanges: Any, form: str = "md") -> Any:
    return client.post("/api/export", params={"format": form}, json={"exchanges": exchanges})


def test_markdown_has_everything_and_doubts_nothing_of_ours(client: TestClient, exchanges: list[dict[str, Any]]) -> None:
    response = export(client, exchanges)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    text = response.text
    assert text.count(LABEL) == 2
    assert UNPROVED not in text
    front = text.split("---")[1]
    assert json.loads(front.split("metadata: '")[1].rsplit("'", 1)[0])["AIGC"]["Label"] == "1"
    assert "导出日期：2026-03-01" in text
    for each in exchanges:
        assert each["question"] in text
        for citation in each["reply"]["citations"]:
            assert citation["clause_id"] in text
            assert f"第 {citation['start']}—{citation['end']} 字" in text
    assert "| 《黔江区高价值发明专利质量提升行动实施方案（2022—2024年）》 | 2022—2024年 | 已到期 |" in text


def test_docx_is_labelled_in_sight_and_in_its_properties(client: TestClient, exchanges: list[dict[str, Any]]) -> None:
    response = export(client, exchanges, "docx")
    assert response.status_code == 200
    document = Document(io.BytesIO(response.content))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert LABEL in paragraphs
    assert document.sections[0].header.paragraphs[0].text == LABEL
    assert json.loads(document.core_properties.comments)["AIGC"]["ContentProducer"] == "ip-plan-assistant"
    assert "人工智能生成" in document.core_properties.keywords
    for each in exchanges:
        assert any(each["question"] in paragraph for paragraph in paragraphs)
        for citation in each["reply"]["citations"]:
            assert any(citation["clause_id"] in paragraph for paragraph in paragraphs)
            first = next(line.strip() for line in citation["quote"].splitlines() if line.strip())
            assert first in paragraphs
    assert document.tables[-1].cell(1, 2).text in ("已到期", "实施期内")


@pytest.mark.parametrize(("field", "value"), [
    ("quote", "到2024年研发经费投入强度达到9.9%。"), ("start", 0), ("end", 10**9), ("start", -5),
    ("clause_id", "qianjiang-2022#99.9"), ("clause_id", "zhuhai-2019#2.1.1"), ("plan_id", "zhuhai-2019"), ("n", 7),
])
def test_a_forged_citation_is_refused(client: TestClient, exchanges: list[dict[str, Any]], field: str, value: Any) -> None:
    forged = copy.deepcopy(exchanges[:1])
    forged[0]["reply"]["citations"][0][field] = value
    response = export(client, forged)
    if field == "plan_id":      # another file's hash: told as a plan that has changed
        assert "未能核对" in response.text
        assert UNPROVED in response.text
        return
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "citation_mismatch"


def test_a_sentence_its_clause_does_not_carry_is_marked(client: TestClient, exchanges: list[dict[str, Any]]) -> None:
    forged = copy.deepcopy(exchanges[:1])
    reply = forged[0]["reply"]
    reply["text"] = reply["text"].replace("1.2%", "9.9%")
    assert f"{UNPROVED}" in export(client, forged).text
    reply["claims"][0]["text"] = reply["claims"][0]["text"].replace("1.2%", "9.9%")
    assert f"{UNPROVED}" in export(client, forged).text


def test_names_and_states_are_ours(client: TestClient, exchanges: list[dict[str, Any]]) -> None:
    forged = copy.deepcopy(exchanges[:1])
    forged[0]["reply"]["citations"][0] |= {"plan_title": "某某规划", "period_status": "in_force", "path": "假的"}
    text = export(client, forged).text
    assert "某某规划" not in text
    assert "实施期内" not in text
    assert "假的" not in text


def test_a_plan_that_is_gone_is_said_to_be(client: TestClient, exchanges: list[dict[str, Any]]) -> None:
    old = copy.deepcopy(exchanges[:1])
    old[0]["reply"]["citations"][0]["source_sha256"] = "0" * 64
    text = export(client, old).text
    assert "该规划已更新或不再收录，引文未能核对" in text
    assert UNPROVED in text


@pytest.mark.parametrize("body", [
    {}, {"exchanges": []}, {"exchanges": [{"question": "x"}]}, {"exchanges": [{"question": "", "reply": {}}]},
])
def test_what_is_no_conversation_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post("/api/export", json=body).status_code == 422


def test_types_are_strict_and_markup_stays_text(client: TestClient, exchanges: list[dict[str, Any]]) -> None:
    forged = copy.deepcopy(exchanges[3:4])
    forged[0]["question"] = "<script>alert(1)</script> [x](http://evil) \u202e\x07"
    forged[0]["reply"]["text"] = "正文 <img src=x> [点我](javascript:1)\x00\n# 标题"
    text = export(client, forged).text
    assert "<script>" not in text
    assert "<img" not in text
    assert r"\[点我\](javascript:1)" in text
    assert "\n# 标题" not in text
    assert "\x00" not in text
    assert export(client, forged, "docx").status_code == 200
    forged[0]["reply"]["text"] = 5
    assert export(client, forged).status_code == 422
    forged[0]["reply"] |= {"text": "x", "id": "' \n---"}
    assert export(client, forged).status_code == 422
