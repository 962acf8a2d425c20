"""The seam against real HTTP servers on loopback that behave, stall, break off and lie; and what of it a reader is told."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.chain import Assistant
from assistant.generation.breaker import Breaker
from assistant.generation.chat import ChatFault, Request
from assistant.generation.llm import open_chat
from assistant.model import Question
from assistant.settings import AssistantSettings
from tests.assistant.scripted import with_model

QUESTION = "珠海到2022年每万人有效发明专利拥有量要达到多少？"
TRUE = "到2022年，每万人有效发明专利拥有量达到75件。"
CLAIM = json.dumps({"text": TRUE, "evidence": ["E1"], "quote": ""}, ensure_ascii=False) + "\n"
DEADLINE = 1.5
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(answer: Answer) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A server that answers every POST in one way, and the bodies it was sent."""
    bodies: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
            bodies.append({**sent, "_key": self.headers.get("authorization"), "_path": self.path})
            try:
                answer(self)
            except (BrokenPipeError, ConnectionResetError):
                return

        def log_message(self, format: str, *args: object) -> None:
            return

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/v1", bodies
    finally:
        running.shutdown()
        running.server_close()


def event(text: str, finish: str | None = None) -> bytes:
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
             "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def sends(*blocks: bytes, status: int = 200, kind: str = "text/event-stream", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        for block in blocks:
            handler.wfile.write(block)
            handler.wfile.flush()
    return answer


def stalls(first: bytes = b"", every: bytes = b"") -> Answer:
    """Sends `first`, then nothing (or `every` now and then) for far longer than anyone waits."""
    def answer(handler: BaseHTTPRequestHandler) -> None:
        sends(first)(handler)
        until = time.monotonic() + 4 * DEADLINE
        while time.monotonic() < until:
            time.sleep(0.1)
            handler.wfile.write(every)
    return answer


def late(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(4 * DEADLINE)
    sends(event(CLAIM), event("", "stop"), b"data: [DONE]\n\n")(handler)


GOOD = sends(event(CLAIM[:9]), event(CLAIM[9:]), event("", "stop"), b"data: [DONE]\n\n")
TEN_MB = b"x" * 10_000_000
FAULTS: dict[str, tuple[Answer, str]] = {
    "slow": (late, "没有在限定时间内应答"),
    "stalls after half a sentence": (stalls(event(CLAIM[:20])), "没有在限定时间内答完"),
    "drips comments": (stalls(every=b": wait\n\n"), "没有在限定时间内应答"),
    "garbage": (sends(b"\x00\xff\xfe garbage \x80\n\n" * 20), ""),
    "garbage events": (sends(b"data: {\"choices\": [{\"delta\": 5\n\n"), "返回的内容无法识别"),
    "events of another kind": (sends(b"data: {\"hello\": [1, 2]}\n\n", b"data: [DONE]\n\n"), ""),
    "nonsense text": (sends(event("天地玄黄"), event("", "stop"), b"data: [DONE]\n\n"), "返回的内容无法识别"),
    "html": (sends("<html><body>登录</body></html>".encode(), kind="text/html"), ""),
    "empty": (sends(), ""),
    "empty answer": (sends(event("", "stop"), b"data: [DONE]\n\n"), "返回空白"),
    "half a stream": (sends(event("{\"text\": \"半句"), content_length="100000"), "连接中断"),
    "no end": (sends(event("{\"text\": \"半句")), "中途断开"),
    "wrong key": (sends(b"{\"error\": {\"message\": \"bad key sk-secret\"}}", status=401, kind="application/json"), "拒绝了密钥"),
    "no such model": (sends(b"{}", status=404, kind="application/json"), "没有这个模型"),
    "too many": (sends(b"{}", status=429, kind="application/json", retry_after="60"), "请求过多"),
    "server error": (sends(TEN_MB, status=500), ""),
    "10 MB of one event": (sends(b"data: " + TEN_MB), "过长"),
    "10 MB of text": (sends(*[event("字" * 5_000)] * 700), "过长"),
    "redirect": (sends(status=302, location="http://127.0.0.1:9/"), "302"),
    "compressed": (sends(b"\x1f\x8b\x08", content_encoding="gzip"), "压缩"),
}


def settings_for(url: str, **more: object) -> AssistantSettings:
    return AssistantSettings(llm_base_url=url, llm_model="m", llm_key="sk-secret-key", llm_timeout=DEADLINE,  # type: ignore[arg-type]
                             llm_deadline=DEADLINE, llm_retries=0, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_model_leaves_a_composed_answer_in_time(
    name: str, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    answer, reason = FAULTS[name]
    with server(answer) as (url, _), caplog.at_level(logging.DEBUG):
        asked = with_model(assistant, open_chat(settings_for(url)), llm_deadline=DEADLINE)
        began = time.monotonic()
        reply = asked.ask(Question(QUESTION))
        took = time.monotonic() - began
    composed = with_model(assistant, None).ask(Question(QUESTION))
    notice = reply.notices[-1]
    assert (reply.status, reply.generator, reply.claims) == ("answered", "extractive", composed.claims)
    assert notice.kind == "model_unavailable"
    assert reason in notice.text
    assert f"> {notice.text}" in reply.text
    assert took < DEADLINE + 1.0
    assert "sk-secret" not in reply.text + str(reply) + caplog.text


def test_a_server_that_is_down(assistant: Assistant) -> None:
    with server(GOOD) as (url, _):
        pass
    reply = with_model(assistant, open_chat(settings_for(url))).ask(Question(QUESTION))
    assert "连接不上" in reply.notices[-1].text
    assert "75件" in reply.text


def test_what_was_proven_before_a_stream_broke_off_stays(assistant: Assistant) -> None:
    with server(sends(event(CLAIM), event("{\"text\": \"半句"), content_length="100000")) as (url, _):
        reply = with_model(assistant, open_chat(settings_for(url))).ask(Question(QUESTION))
    assert reply.generator == "llm:m"
    assert TRUE in reply.text
    assert "半句" not in reply.text
    assert "其余内容由程序" in reply.notices[-1].text


def test_a_good_server_is_asked_as_every_server_understands(assistant: Assistant) -> None:
    with server(GOOD) as (url, bodies):
        asked = with_model(assistant, open_chat(settings_for(url)), llm_max_tokens=333)
        reply = asked.ask(Question(QUESTION))
    assert reply.generator == "llm:m"
    assert TRUE in reply.text
    sent = bodies[0]
    assert sent["_path"] == "/v1/chat/completions"
    assert sent["_key"] == "Bearer sk-secret-key"
    assert (sent["model"], sent["max_tokens"], sent["stream"], sent["temperature"]) == ("m", 333, True, 0)
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]  # type: ignore[index, union-attr]
    assert set(sent) <= {"model", "messages", "max_tokens", "stream", "temperature", "_key", "_path"}


def test_a_passing_fault_is_tried_again() -> None:
    tries = iter([sends(b"{}", status=503), GOOD])
    with server(lambda handler: next(tries)(handler)) as (url, bodies):
        model = open_chat(settings_for(url).model_copy(update={"llm_retries": 1}))
        assert model is not None
        assert "".join(model.write(Request("s", "u", 50, 5.0))) == CLAIM
    assert len(bodies) == 2


def test_a_text_that_is_cut_off_is_no_failure_of_the_server(assistant: Assistant) -> None:
    with server(sends(event(CLAIM), event("{\"text\": \"到2022"), event("", "length"), b"data: [DONE]\n\n")) as (url, _):
        reply = with_model(assistant, open_chat(settings_for(url))).ask(Question(QUESTION))
    assert [notice.kind for notice in reply.notices] == ["expired"]
    assert reply.generator == "llm:m"


def test_calls_at_once_are_limited() -> None:
    with server(stalls(event("甲"))) as (url, bodies):
        model = open_chat(settings_for(url, llm_concurrency=1))
        assert model is not None
        first = model.write(Request("s", "u", 50, 5.0))
        assert next(first) == "甲"
        with pytest.raises(ChatFault, match="正忙"):
            next(model.write(Request("s", "u", 50, 0.3)))
        first.close()
    assert len(bodies) == 1


def test_a_stop_closes_the_stream_of_the_model() -> None:
    closed = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        sends(event("甲"))(handler)
        try:
            for _ in range(100):
                time.sleep(0.05)
                handler.wfile.write(event("乙"))
        except (BrokenPipeError, ConnectionResetError):
            closed.set()

    with server(answer) as (url, _):
        model, stop = open_chat(settings_for(url)), threading.Event()
        assert model is not None
        pieces = model.write(Request("s", "u", 50, 5.0), stop)
        next(pieces)
        stop.set()
        assert list(pieces) == []
        assert closed.wait(3.0)


def test_the_key_may_lie_in_a_file_and_is_shown_nowhere(tmp_path: Path, assistant: Assistant) -> None:
    path = tmp_path / "key"
    path.write_text("sk-of-file\n", encoding="utf-8")
    with server(GOOD) as (url, bodies):
        settings = settings_for(url, llm_key_file=path)
        list(open_chat(settings.model_copy(update={"llm_key": type(settings.llm_key)("")})).write(Request("s", "u", 9, 5.0)))  # type: ignore[union-attr]
        assert bodies[0]["_key"] == "Bearer sk-of-file"
    assert "sk-secret-key" not in repr(settings) + str(settings.model_dump())
    broken = open_chat(AssistantSettings(llm_base_url="http://127.0.0.1:9/v1", llm_model="m", llm_key_file=tmp_path / "none"))
    reply = with_model(assistant, broken).ask(Question(QUESTION))
    assert "密钥文件（IPPLAN_LLM_KEY_FILE）读不了" in reply.notices[-1].text


@pytest.mark.parametrize("wrong", [{"llm_base_url": "127.0.0.1:80"}, {"llm_base_url": "http://h/v1"}, {"llm_deadline": 0}])
def test_wrong_settings_are_told(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AssistantSettings(**wrong)  # type: ignore[arg-type]


def test_without_a_model_the_client_is_never_imported() -> None:
    code = ("import sys\nfrom assistant.chain import open_chat\nfrom assistant.settings import AssistantSettings\n"
            "assert open_chat(AssistantSettings()) is None\nassert not {'langchain_openai', 'openai'} & set(sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_a_breaker_opens_waits_and_tries_once() -> None:
    now = [0.0]
    breaker = Breaker(2, 10.0, lambda: now[0])
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    now[0] = 10.0
    assert breaker.allows()
    assert not breaker.allows()
    breaker.failed()
    now[0] = 15.0
    assert not breaker.allows()
    now[0] = 20.0
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()
