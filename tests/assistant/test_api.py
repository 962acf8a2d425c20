"""The HTTP API over the real assistant: the contract, and one stable body for everything that is refused."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from assistant.audit import export
from assistant.chain import Assistant
from assistant.contract.problems import MAX_BODY
from assistant.model import Question
from assistant.service import Service
from assistant.web.app import create_api
from ingest.errors import IndexCorrupt

QUESTION = "黔江区的研发投入强度目标是多少？"
ASK = {"id", "status", "text", "claims", "citations", "notices", "suggestions", "generator", "timings_ms"}
CITATION = {"n", "plan_id", "plan_title", "clause_id", "path", "quote", "start", "end", "source_file", "source_sha256"}


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    service = Service()
    service.open(lambda progress: assistant)
    with TestClient(create_api(service), raise_server_exceptions=False) as opened:
        yield opened


def client_of(assistant: Any) -> TestClient:
    service = Service()
    service.open(lambda progress: assistant)
    return TestClient(create_api(service), raise_server_exceptions=False)


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def fault(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "detail"}
    assert body["error"]["code"] == code
    assert any("\u4e00" <= char <= "\u9fff" for char in body["error"]["message"])
    assert "Traceback" not in response.text
    return dict(body["error"])


def test_ask_gives_the_contract(client: TestClient, assistant: Assistant) -> None:
    reply = client.post("/api/ask", json={"question": QUESTION}).json()
    assert set(reply) >= ASK
    assert reply["status"] == "answered"
    assert reply["citations"]
    for citation in reply["citations"]:
        assert set(citation) >= CITATION
        text = client.get(f"/api/plans/{citation['plan_id']}/text").json()
        assert text["text"][citation["start"]:citation["end"]] == citation["quote"]
        assert text["sha256"] == citation["source_sha256"] == assistant.catalogue.sha256(citation["plan_id"])
    numbers = {citation["n"] for citation in reply["citations"]}
    assert {n for claim in reply["claims"] for n in claim["citations"]} <= numbers


def test_stream_says_the_same_as_the_plain_answer(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": QUESTION, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response.text)
    assert told[-1][0] == "done"
    whole = told[-1][1]
    assert "".join(data["text"] for name, data in told if name == "delta") == whole["text"]
    assert [data for name, data in told if name == "citation"] == whole["citations"]
    plain = client.post("/api/ask", json={"question": QUESTION}).json()
    assert plain["text"] == whole["text"]


def test_scope_history_and_profile_reach_the_assistant(assistant: Assistant) -> None:
    asked: list[Question] = []

    def ask(question: Question, **_: Any) -> Any:
        asked.append(question)
        return assistant.ask(question)

    client = client_of(SimpleNamespace(ask=ask, catalogue=assistant.catalogue, settings=assistant.settings))
    sent = {"question": "这项由谁负责？", "history": [{"role": "user", "content": "黔江的公共服务"}], "regions": ["黔江"],
            "plan_ids": ["qianjiang-2022"], "profile": {"类型": "高新技术企业", "人数": 30, "资质": ["专精特新", "小巨人"]}}
    assert client.post("/api/ask", json=sent).status_code == 200
    assert asked[0].plan_ids == ("qianjiang-2022",)
    assert asked[0].regions == ("黔江",)
    assert asked[0].history[0].content == "黔江的公共服务"
    assert dict(asked[0].profile) == {"类型": "高新技术企业", "人数": "30", "资质": "专精特新、小巨人"}


@pytest.mark.parametrize(("body", "status", "code"), [
    ({"question": ""}, 422, "empty_question"),
    ({"question": " \n\u200b "}, 422, "empty_question"),
    ({}, 422, "empty_question"),
    ({"question": "问" * 2001}, 422, "question_too_long"),
    ({"question": "黔江\0方案"}, 422, "invalid_character"),
    ({"question": 5}, 422, "invalid_request"),
    ({"question": "黔江", "history": [{"role": "system", "content": "x"}]}, 422, "invalid_request"),
    ({"question": "黔江", "plan_ids": ["nowhere-2020"]}, 404, "plan_not_found"),
    ({"question": "黔江", "regions": ["深圳"]}, 404, "region_not_found"),
    (["黔江"], 422, "invalid_request"),
])
def test_bad_questions_are_refused_alike(client: TestClient, body: Any, status: int, code: str) -> None:
    fault(client.post("/api/ask", json=body), status, code)
    if isinstance(body, dict):
        fault(client.post("/api/ask", json={**body, "stream": True}), status, code)


def test_two_thousand_characters_are_taken(client: TestClient) -> None:
    assert client.post("/api/ask", json={"question": "黔江" * 1000}).status_code == 200


def test_harmless_control_characters_are_taken_out(client: TestClient) -> None:
    reply = client.post("/api/ask", json={"question": "黔江区的\u200b研发投入\x07强度目标\n是多少？"})
    assert reply.json()["status"] == "answered"


def test_unpaired_surrogate_does_no_harm(client: TestClient) -> None:
    response = client.post("/api/ask", content=b'{"question": "\\ud800\\u9ed4\\u6c5f"}',
                           headers={"content-type": "application/json"})
    assert response.status_code in (200, 422)
    response.json()


def test_html_in_a_question_stays_text(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "<script>alert(1)</script>黔江方案还有效吗？"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"


def test_malformed_json_and_bytes(client: TestClient) -> None:
    for content in (b"{", b"\xff\xfe", b""):
        response = client.post("/api/ask", content=content, headers={"content-type": "application/json"})
        assert response.status_code in (400, 422)
        assert set(response.json()) == {"error"}
    fault(client.post("/api/ask", content=b"{", headers={"content-type": "application/json"}), 400, "malformed_json")


def test_body_limit_with_and_without_a_length(client: TestClient) -> None:
    big = json.dumps({"question": "黔江", "history": [{"role": "user", "content": "x" * MAX_BODY}]}).encode()
    headers = {"content-type": "application/json"}
    fault(client.post("/api/ask", content=big, headers=headers), 413, "body_too_large")
    fault(client.post("/api/ask", content=iter([big[:9000], big[9000:]]), headers=headers), 413, "body_too_large")


def test_unknown_addresses_and_methods(client: TestClient) -> None:
    fault(client.get("/api/nothing"), 404, "not_found")
    fault(client.get("/api/plans/nowhere"), 404, "not_found")
    fault(client.get("/api/plans/nowhere/text"), 404, "not_found")
    fault(client.get("/api/clauses/qianjiang-2022%2399.9"), 404, "not_found")
    fault(client.get("/api/clauses/..%2F..%2Fetc%2Fpasswd"), 404, "not_found")
    fault(client.get("/api/indicators?plan_id=nowhere"), 404, "not_found")
    refused = client.get("/api/ask")
    fault(refused, 405, "method_not_allowed")
    assert refused.headers["allow"] == "POST"
    assert client.delete("/api/plans").headers["allow"] == "GET"
    assert client.put("/v1/models").json()["error"]["type"] == "invalid_request_error"
    assert client.get("/plans/nowhere").status_code == 404
    assert client.get("/plans/%3Cscript%3E").text.count("<script>") == 0


def test_plans_and_outline(client: TestClient, assistant: Assistant) -> None:
    listed = client.get("/api/plans").json()
    assert [plan["id"] for plan in listed] == [meta.id for meta in assistant.catalogue.metas()]
    assert {plan["id"]: plan["period_status"] for plan in listed}["qianjiang-2022"] == "over"
    outline = client.get("/api/plans/qianjiang-2022").json()
    ids = [clause["id"] for section in outline["sections"] for clause in section["clauses"]]
    ids += [clause["id"] for clause in outline["unplaced"]]
    assert sorted(ids) == sorted(clause.id for clause in assistant.catalogue.clauses("qianjiang-2022"))


def test_every_clause_is_found_by_its_id(client: TestClient, assistant: Assistant) -> None:
    for plan_id in ("qianjiang-2022", "chongqing-2014"):
        raw = assistant.catalogue.raw(plan_id)
        for clause in assistant.catalogue.clauses(plan_id)[::7]:
            found = client.get(f"/api/clauses/{quote(clause.id, safe='')}").json()
            assert found["text"] == clause.text
            assert found["period_status"] == "over"
            assert raw[found["raw_start"]:found["raw_end"]]
            for near in (found["previous"], found["next"]):
                assert near is None or client.get(f"/api/clauses/{quote(near, safe='')}").status_code == 200


def test_units_and_their_clauses(client: TestClient) -> None:
    units = client.get("/api/units", params={"plan_id": "qianjiang-2022"}).json()
    first = units[0]
    assert first["clauses"] == max(unit["clauses"] for unit in units)
    clauses = client.get(f"/api/units/{quote(first['name'], safe='')}/clauses",
                         params={"plan_id": "qianjiang-2022"}).json()
    assert len({clause["clause_id"] for clause in clauses}) == first["clauses"]
    lead = client.get(f"/api/units/{quote(first['name'], safe='')}/clauses",
                      params={"plan_id": "qianjiang-2022", "role": "lead"}).json()
    assert {clause["role"] for clause in lead} <= {"lead"}
    near = fault(client.get(f"/api/units/{quote(first['name'] + '某', safe='')}/clauses"), 404, "unit_not_found")
    assert first["name"] in near["detail"]["near"]


def test_indicators_stand_in_their_plans(client: TestClient, assistant: Assistant) -> None:
    found = client.get("/api/indicators", params={"plan_id": "guizhou-2021"}).json()
    assert found
    text = assistant.catalogue.text("guizhou-2021")
    assert all(each["plan_id"] == "guizhou-2021" and text[each["start"]:each["end"]] for each in found)


def test_health_counts(client: TestClient) -> None:
    health = client.get("/api/health").json()
    assert health["status"] == "ready"
    assert health["counts"]["plans"] == 5
    assert health["counts"]["clauses"] > 300


def test_feedback_is_kept(client: TestClient, index_folder: Path) -> None:
    sent = {"reply_id": "abc", "rating": "wrong", "comment": "<b>数字不对</b>"}
    receipt = client.post("/api/feedback", json=sent)
    assert receipt.status_code == 201
    kept = list(export(index_folder / "records", ""))
    assert {"id": "abc", "rating": "wrong", "comment": "<b>数字不对</b>"}.items() <= kept[-1].items()
    assert len(receipt.json()["id"]) == 32
    fault(client.post("/api/feedback", json={"reply_id": "abc", "rating": "5"}), 422, "invalid_request")


def test_until_ready_everything_says_so(assistant: Assistant) -> None:
    service = Service()
    client = TestClient(create_api(service), raise_server_exceptions=False)
    go = threading.Event()

    def opener(progress: Any) -> Assistant:
        progress("embed", 3, 9)
        go.wait(10)
        return assistant

    thread = service.open_in_background(opener)
    while "3/9" not in service.standing.message:
        time.sleep(0.01)
    response = client.post("/api/ask", json={"question": QUESTION})
    assert "计算向量 3/9" in fault(response, 503, "not_ready")["detail"]
    assert int(response.headers["retry-after"]) > 0
    assert client.get("/api/health").json()["status"] == "starting"
    assert client.get("/plans").status_code == 503
    go.set()
    thread.join(10)
    assert client.get("/api/health").json()["status"] == "ready"


def test_an_index_that_cannot_be_opened_is_told() -> None:
    service = Service()

    def opener(progress: Any) -> Any:
        raise IndexCorrupt("索引文件损坏；请运行 python -m ingest build")

    service.open(opener)
    client = TestClient(create_api(service), raise_server_exceptions=False)
    assert client.get("/api/health").json() | {"status": "error"} == client.get("/api/health").json()
    assert "索引文件损坏" in fault(client.get("/api/plans"), 503, "unavailable")["detail"]


@pytest.mark.parametrize("stream", [False, True])
def test_an_unexpected_error_shows_nothing_of_its_inside(assistant: Assistant, stream: bool) -> None:
    def ask(question: Question, **_: Any) -> Any:
        raise ZeroDivisionError("secret /path")

    client = client_of(SimpleNamespace(ask=ask, catalogue=assistant.catalogue, settings=assistant.settings))
    response = client.post("/api/ask", json={"question": QUESTION, "stream": stream})
    assert "secret" not in response.text
    if stream:
        assert events(response.text)[0][1]["error"]["code"] == "internal_error"
    else:
        fault(response, 500, "internal_error")


def test_no_documentation_page_loads_from_elsewhere(client: TestClient) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/api/openapi.json").json()["paths"]["/api/ask"]


def test_asking_over_http_costs_little(client: TestClient, assistant: Assistant) -> None:
    reply = assistant.ask(Question(QUESTION))
    fast = client_of(SimpleNamespace(ask=lambda question, **_: reply, catalogue=assistant.catalogue, settings=assistant.settings))
    fast.post("/api/ask", json={"question": QUESTION})
    spent = []
    for _ in range(20):
        started = time.perf_counter()
        fast.post("/api/ask", json={"question": QUESTION})
        spent.append(time.perf_counter() - started)
    assert sorted(spent)[10] < 0.05
