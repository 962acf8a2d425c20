"""Streams over a real port: a heartbeat, an end when the client leaves, and a queue that has one."""

from __future__ import annotations

import json
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from assistant.web import stream
from assistant.web.desk import Desk
from tests.assistant.web.serving import Slow, api_of, served, wait_until

QUESTION = "黔江区的研发投入强度目标是多少？"


def request_by_hand(base: str, path: str, body: dict[str, Any]) -> socket.socket:
    """A connection that has sent a request and reads nothing yet."""
    sent = json.dumps(body).encode()
    at = urlsplit(base)
    connection = socket.create_connection((at.hostname, at.port))
    connection.sendall(f"POST {path} HTTP/1.1\r\nHost: {at.netloc}\r\nContent-Type: application/json\r\n"
                       f"Content-Length: {len(sent)}\r\n\r\n".encode() + sent)
    return connection


BODIES = {
    "json": ("/api/ask", {"question": QUESTION}),
    "stream": ("/api/ask", {"question": QUESTION, "stream": True}),
    "openai": ("/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}]}),
    "openai-stream": ("/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}], "stream": True}),
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_client_that_hangs_up_stops_the_work(kind: str, slow: Slow, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(threads=1)
    with caplog.at_level(logging.WARNING), served(api_of(slow.as_assistant(), desk)) as base:
        path, body = BODIES[kind]
        connection = request_by_hand(base, path, body)
        wait_until(lambda: slow.begun)
        assert desk.inside == desk.at_work == 1
        connection.close()
        wait_until(lambda: not desk.inside and not desk.at_work, 3)
        assert slow.stopped == [QUESTION]
        slow.go.set()
        assert httpx.post(base + "/api/ask", json={"question": QUESTION}, trust_env=False).json()["status"] == "answered"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("kind", BODIES)
def test_who_leaves_the_queue_is_never_answered(kind: str, slow: Slow) -> None:
    desk = Desk(threads=1)
    with served(api_of(slow.as_assistant(), desk)) as base:
        first = request_by_hand(base, "/api/ask", {"question": "珠海的方案还有效吗？", "stream": True})
        wait_until(lambda: slow.begun)
        waiting = request_by_hand(base, *BODIES[kind])
        wait_until(lambda: desk.inside == 2)
        waiting.close()
        wait_until(lambda: desk.inside == 1)
        slow.go.set()
        wait_until(lambda: not desk.inside)
        first.close()
    assert slow.begun == ["珠海的方案还有效吗？"]


def test_beyond_the_queue_the_service_says_that_it_is_busy(slow: Slow) -> None:
    desk = Desk(threads=1, waiting=1)
    with served(api_of(slow.as_assistant(), desk)) as base, ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(httpx.post, base + "/api/ask", json={"question": QUESTION}, trust_env=False) for _ in range(2)]
        wait_until(lambda: desk.inside == 2)
        for stream_it in (False, True):
            refused = httpx.post(base + "/api/ask", json={"question": QUESTION, "stream": stream_it}, trust_env=False)
            assert refused.status_code == 503
            assert refused.json()["error"]["code"] == "busy"
            assert int(refused.headers["retry-after"]) > 0
        refused = httpx.post(base + "/v1/chat/completions", trust_env=False,
                             json={"messages": [{"role": "user", "content": QUESTION}]})
        assert refused.status_code == 503
        assert refused.json()["error"]["type"] == "server_error"
        assert httpx.get(base + "/api/health", trust_env=False).json()["status"] == "ready"
        slow.go.set()
        assert [each.result().json()["status"] for each in asked] == ["answered", "answered"]


def test_comments_keep_the_connection_while_an_answer_is_made(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.05)
    with served(api_of(slow.as_assistant())) as base, httpx.Client(trust_env=False) as client:
        for path, body in (BODIES["stream"], BODIES["openai-stream"]):
            slow.go.clear()
            with client.stream("POST", base + path, json=body) as response:
                assert response.headers["cache-control"] == "no-cache, no-transform"
                assert response.headers["x-accel-buffering"] == "no"
                assert "content-length" not in response.headers
                lines = response.iter_lines()
                assert next(lines).startswith("retry: " if path == "/api/ask" else ": ")
                beats = 0
                for line in lines:
                    beats += line.startswith(":")
                    if beats == 4:
                        slow.go.set()
                assert beats >= 4


def test_pieces_come_as_they_are_verified(slow: Slow) -> None:
    real, seen = slow.real, threading.Event()

    def ask(question: Any, on_line: Any, cancelled: threading.Event) -> Any:
        reply = real.ask(question)
        on_line(reply.text[:20])
        seen.wait(10)
        on_line(reply.text[20:30])
        return reply

    slow.ask = ask  # type: ignore[method-assign]
    with (served(api_of(slow.as_assistant())) as base, httpx.Client(trust_env=False) as client,
          client.stream("POST", base + "/api/ask", json={"question": QUESTION, "stream": True}) as response):
        told: list[str] = []
        for line in response.iter_lines():
            if line.startswith('data: {"text": '):
                told.append(json.loads(line[6:])["text"])
                seen.set()      # the first piece is here before the answer is whole
            elif line.startswith('data: {"id"'):
                assert "".join(told) == json.loads(line[6:])["text"]
        assert len(told) > 2
        assert line == ""


def test_a_slow_reader_holds_up_nobody(slow: Slow) -> None:
    desk = Desk(threads=1)
    slow.go.set()
    with served(api_of(slow.as_assistant(), desk)) as base:
        idle = request_by_hand(base, *BODIES["stream"])
        answer = httpx.post(base + "/api/ask", json={"question": QUESTION}, trust_env=False, timeout=5)
        assert answer.status_code == 200
        wait_until(lambda: not desk.inside)
        idle.close()
