"""Request ids, the log, metrics and the audit log around real answers."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from app import create_app
from assistant import audit
from assistant.chain import Assistant
from assistant.logs import JsonLines, Lines, without_secrets
from assistant.pages.chat import answer
from assistant.service import Service
from assistant.settings import AssistantSettings
from tests.assistant.web.guarding import app_and_service, guarded_app

QUESTION = "珠海的示范城市建设工作由谁牵头？"


@pytest.fixture
def client(assistant: Assistant, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(guarded_app(assistant, tmp_path / "records", metrics=True)) as opened:
        yield opened


def metric(client: TestClient, line: str) -> float:
    for each in client.get("/metrics").text.splitlines():
        if each.startswith(line + " "):
            return float(each.rpartition(" ")[2])
    return 0.0


def test_a_request_id_goes_in_and_out(client: TestClient) -> None:
    assert client.get("/api/health", headers={"X-Request-ID": "lb-7f3a.0001"}).headers["x-request-id"] == "lb-7f3a.0001"
    for bad in ("short", "x" * 65, "a b c d e f", "id\"<script>", "名字名字名字名字".encode()):
        given = client.get("/api/health", headers={"X-Request-ID": bad}).headers["x-request-id"]
        assert len(given) == 32
        assert given.isalnum()


def test_metrics_count_what_was_asked(client: TestClient) -> None:
    client.post("/api/ask", json={"question": QUESTION})
    client.get("/api/plans/zhuhai-2019")
    client.get("/nowhere/zzz-sent-by-a-client")
    assert metric(client, 'ipplan_requests_total{method="POST",route="/api/ask",status="200"}') == 1
    assert metric(client, 'ipplan_requests_total{method="GET",route="/api/plans/{plan_id}",status="200"}') == 1
    assert metric(client, 'ipplan_answers_total{generator="extractive",status="answered"}') == 1
    assert metric(client, "ipplan_ready") == 1
    assert metric(client, "ipplan_audit_lost") == 0
    said = client.get("/metrics").text
    assert "zzz-sent" not in said
    assert QUESTION not in said


def test_metrics_are_off_by_default_and_not_for_strangers(assistant: Assistant, tmp_path: Path) -> None:
    with TestClient(guarded_app(assistant, tmp_path)) as client:
        assert "ipplan_ready" not in client.get("/metrics").text
    app = guarded_app(assistant, tmp_path, metrics=True)
    with TestClient(app, client=("203.0.114.7", 4711)) as stranger:
        assert stranger.get("/metrics").status_code == 404
    with TestClient(app, client=("10.1.2.3", 4711)) as near:
        assert "ipplan_ready 1.0" in near.get("/metrics").text


def test_the_log_has_the_route_and_not_the_question(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.post("/api/ask", json={"question": QUESTION}, headers={"X-Request-ID": "trace-000001"})
        client.get("/plans", params={"q": "质押融资"})
    entries = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "requests"]
    assert [(each["route"], each["status"]) for each in entries] == [("/api/ask", 200), ("/plans", 200)]
    assert all(each["ms"] > 0 for each in entries)
    assert "质押" not in caplog.text
    assert QUESTION not in caplog.text


@pytest.mark.parametrize("said", ["Authorization: Bearer sk-verysecret99", "api_key=sk-verysecret99", '"token": "sk-verysecret99"'])
def test_secrets_are_taken_out_of_the_log(said: str) -> None:
    assert "verysecret" not in without_secrets(said)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "call failed: %s", (said,), None)
    assert "verysecret" not in JsonLines().format(record)
    assert "verysecret" not in Lines("%(message)s").format(record)


def test_an_answer_is_kept_with_what_was_thought_of_it(client: TestClient, tmp_path: Path) -> None:
    reply = client.post("/api/ask", json={"question": QUESTION}, headers={
        "Origin": "https://www.zhuhai.gov.cn", "X-Request-ID": "trace-000002"}).json()
    assert client.post("/api/feedback", json={"reply_id": reply["id"], "rating": "wrong", "comment": "单位不对"}).status_code == 201
    [row] = until_kept(tmp_path / "records", 1)
    assert (row["id"], row["status"], row["route"], row["site"]) == (reply["id"], "answered", "api", "www.zhuhai.gov.cn")
    assert row["clauses"] == list(dict.fromkeys(each["clause_id"] for each in reply["citations"]))
    assert row["timings"] == reply["timings_ms"]
    assert (row["rating"], row["comment"], row["request_id"]) == ("wrong", "单位不对", "trace-000002")
    assert row["question"] is None
    assert QUESTION.encode() not in b"".join(path.read_bytes() for path in (tmp_path / "records").iterdir())


def until_kept(folder: Path, count: int) -> list[dict[str, object]]:
    from tests.assistant.web.serving import wait_until

    wait_until(lambda: len(list(audit.export(folder, ""))) >= count)
    return list(audit.export(folder, ""))


def test_text_is_kept_where_the_owner_says_so(assistant: Assistant, tmp_path: Path) -> None:
    with TestClient(guarded_app(assistant, tmp_path, audit_text=True)) as client:
        client.post("/api/ask", json={"question": QUESTION})
        client.post("/v1/chat/completions", json={"model": "x", "messages": [{"role": "user", "content": QUESTION}]})
        rows = until_kept(tmp_path, 2)
    assert [(row["question"], row["route"]) for row in rows] == [(QUESTION, "api"), (QUESTION, "v1")]
    assert rows[0]["question_hash"] == rows[1]["question_hash"]


def test_questions_on_the_page_are_kept_too(assistant: Assistant, tmp_path: Path) -> None:
    _, service = app_and_service(assistant, tmp_path)
    assert answer(service, QUESTION, (), (), ()).reply
    [row] = until_kept(tmp_path, 1)
    assert row["status"] == "answered"
    service.close()


def test_without_the_log_nothing_is_written(assistant: Assistant, tmp_path: Path) -> None:
    with TestClient(guarded_app(assistant, tmp_path / "records", audit=False)) as client:
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
    assert not (tmp_path / "records").exists()


def test_records_that_cannot_be_kept_fail_no_answer(assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "records").write_text("a file where the folder should be")
    with TestClient(guarded_app(assistant, tmp_path / "records", metrics=True)) as client:
        for _ in range(3):
            assert client.post("/api/ask", json={"question": QUESTION}).json()["status"] == "answered"
        assert metric(client, "ipplan_audit_lost") == 3
        settings = AssistantSettings(index=assistant.settings.index, records=tmp_path / "records")
        broken = SimpleNamespace(settings=settings)
        service = Service()
        service.open(lambda progress: broken)  # type: ignore[arg-type, return-value]
        with TestClient(create_app(service)) as bare:
            said = bare.post("/api/feedback", json={"reply_id": "abc", "rating": "helpful"})
            assert (said.status_code, said.json()["error"]["code"]) == (503, "feedback_not_stored")
    assert sum("问答记录写不进" in record.getMessage() for record in caplog.records) == 1


def test_a_witness_that_fails_fails_no_answer(assistant: Assistant, tmp_path: Path) -> None:
    app, service = app_and_service(assistant, tmp_path, audit=False)
    service.witnesses.append(lambda question, reply: 1 / 0)  # type: ignore[arg-type, return-value]
    with TestClient(app) as client:
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200


@pytest.mark.parametrize("path", ["/plans", "/duties", "/api/plans", "/api/health", "/ui/widget.js", "/nowhere"])
def test_head_says_what_get_would_and_sends_nothing(path: str, client: TestClient) -> None:
    asked, told = client.get(path), client.head(path)
    assert (told.status_code, told.content) == (asked.status_code, b"")
    assert told.headers["content-type"] == asked.headers["content-type"]
