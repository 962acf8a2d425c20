"""Asking over HTTP, against a product that is a function; the command line's faults."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from eval.__main__ import main
from eval.latency import as_table, measure
from eval.runner import RunError, over_http, run
from tests.eval.test_metrics import CASE, PLAN, reply

URL = "http://product"


def product(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/api/ask":
        sent = json.loads(request.content)
        assert sent == {"question": CASE.question, "history": [{"role": "user", "content": "你好"}]}
        return httpx.Response(200, json=reply())
    if request.url.path == "/api/plans/zhuhai-2019/text":
        return httpx.Response(200, json={"id": "zhuhai-2019", "text": PLAN})
    if request.url.raw_path == b"/api/clauses/zhuhai-2019%231":
        return httpx.Response(200, json={"text": PLAN})
    return httpx.Response(404, json={})


def test_http_answers_are_scored() -> None:
    with over_http(URL, httpx.MockTransport(product)) as target:
        (got,) = run([CASE], target)
        assert got.sound, got.faults
        assert target.texts.clause("zhuhai-2019#1") == PLAN
        assert target.texts.clause("zhuhai-2019#2") is None
        assert target.texts.plan("other") is None


def test_latency_counts_every_round() -> None:
    with over_http(URL, httpx.MockTransport(product)) as target:
        timings = measure([CASE], target, rounds=4)
    assert [(timing.kind, timing.requests) for timing in timings] == [("全部", 4), ("target_number", 4)]
    assert timings[0].p50_ms <= timings[0].p95_ms <= timings[0].p99_ms <= timings[0].max_ms
    assert as_table(timings).count("\n") == 3


def test_an_error_status_stops_the_run() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, text="正在启动")

    with over_http(URL, httpx.MockTransport(broken)) as target, pytest.raises(RunError, match=r"503.*正在启动"):
        run([CASE], target)


def test_an_absent_server_is_told() -> None:
    def refused(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with over_http(URL, httpx.MockTransport(refused)) as target, pytest.raises(RunError, match=r"python app\.py"):
        run([CASE], target)


def test_command_line_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--cases", str(tmp_path / "none.jsonl"), "--url", URL]) == 1
    assert "找不到用例" in capsys.readouterr().err
    assert main(["run", "--kind", "nothing", "--url", URL]) == 1
    assert "--kind" in capsys.readouterr().err
    with pytest.raises(SystemExit) as usage:
        main(["latency", "--rounds", "0"])
    assert usage.value.code == 2
