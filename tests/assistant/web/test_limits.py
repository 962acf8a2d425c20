"""Limits: who is refused, when, in which body, and when it is worth trying again."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.chain import Assistant
from assistant.settings import AssistantSettings
from assistant.web import connections, limits
from assistant.web.desk import Desk
from assistant.web.limits import DAY_S, Limits, Quota, Rate, client_of, kind_of, site_of
from tests.assistant.test_api import fault
from tests.assistant.web.guarding import guarded_app
from tests.assistant.web.serving import Slow, api_of, served, wait_until

ASK = {"question": "珠海的示范城市建设工作由谁牵头？"}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def scope(path: str = "/api/ask", client: str = "203.0.113.9", **headers: str) -> dict[str, Any]:
    return {"type": "http", "method": "POST", "path": path, "client": (client, 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}


def test_a_rate_refills_and_says_when() -> None:
    clock = Clock()
    rate = Rate(3, 60, clock)
    assert [rate.take("a") for _ in range(3)] == [0, 0, 0]
    assert rate.take("a") == pytest.approx(20)
    assert rate.take("b") == 0
    clock.now += 20
    assert rate.take("a") == 0
    assert rate.take("a") > 0
    clock.now += 3600
    assert [rate.take("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_no_limit_and_no_client_is_never_refused() -> None:
    assert all(Rate(0, 60).take("a") == 0 for _ in range(1000))
    assert all(Rate(1, 60).take("") == 0 for _ in range(10))


def test_a_quota_lasts_a_day() -> None:
    clock = Clock()
    quota = Quota(2, clock)
    assert [quota.take("a"), quota.take("a")] == [0, 0]
    clock.now += 1000
    assert quota.take("a") == DAY_S - 1000
    clock.now += DAY_S
    assert quota.take("a") == 0


def test_many_clients_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEPT", 50)
    rate, quota = Rate(1, 60), Quota(1)
    for n in range(500):
        rate.take(str(n))
        quota.take(str(n))
    assert len(rate._buckets) <= 50
    assert len(quota._used) <= 50


def test_sites_and_quotas_are_counted_apart() -> None:
    found = Limits(AssistantSettings(rate_ask=100, rate_site=2, quota_client=3))
    said = [found.check("ask", f"198.51.100.{n}", "www.zhuhai.gov.cn") for n in range(3)]
    assert said[:2] == [None, None]
    assert said[2]
    assert (said[2].status, said[2].code) == (429, "site_rate_limited")
    assert [found.check("ask", "198.51.100.9", "") for _ in range(3)] == [None] * 3
    last = found.check("ask", "198.51.100.9", "")
    assert last
    assert last.code == "quota_used"
    assert last.retry_after > 86_000
    assert found.check("read", "198.51.100.9", "") is None


@pytest.mark.parametrize(("client", "counted"), [
    ("203.0.113.9", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::9", "2001:db8:1:2::/64")])
def test_how_a_client_is_counted(client: str, counted: str) -> None:
    assert client_of(scope(client=client)) == counted


@pytest.mark.parametrize(("headers", "site"), [
    ({}, ""), ({"origin": "https://www.cq.gov.cn", "host": "chat.cn"}, "www.cq.gov.cn"),
    ({"referer": "https://chat.cn/plans", "host": "chat.cn"}, ""),
    ({"referer": "https://chat.cn/widget/chat?site=https%3A%2F%2Fwww.cq.gov.cn", "origin": "https://chat.cn", "host": "chat.cn"}, "www.cq.gov.cn"),
    ({"origin": "https://user:pass@evil.cn:8443"}, "evil.cn:8443"), ({"origin": "null"}, ""), ({"referer": "http://[bad"}, "")])
def test_how_a_site_is_known(headers: dict[str, str], site: str) -> None:
    assert site_of(scope(**headers)) == site


def test_what_a_request_counts_as() -> None:
    assert kind_of("POST", "/api/ask") == kind_of("POST", "/v1/chat/completions") == "ask"
    assert kind_of("POST", "/gradio_api/queue/join") == "page"
    assert kind_of("GET", "/api/units") == kind_of("GET", "/plans") == "read"
    assert kind_of("GET", "/ui/page.css") == kind_of("GET", "/api/health") == "free"


def test_a_client_that_asks_too_often_is_told_so_everywhere(assistant: Assistant, tmp_path: Path) -> None:
    with TestClient(guarded_app(assistant, tmp_path, rate_ask=2, audit=False)) as client:
        assert [client.post("/api/ask", json=ASK).status_code for _ in range(2)] == [200, 200]
        refused = client.post("/api/ask", json=ASK)
        fault(refused, 429, "rate_limited")
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        fault(client.post("/api/ask", json={**ASK, "stream": True}), 429, "rate_limited")
        chat = client.post("/v1/chat/completions", json={"model": "x", "messages": [{"role": "user", "content": "珠海"}]})
        assert (chat.status_code, chat.json()["error"]["type"]) == (429, "rate_limit_error")
        page = [client.post("/gradio_api/queue/join", json={}).status_code for _ in range(9)]
        assert page.index(429) == 8
        assert client.post("/gradio_api/queue/join", json={}).json()["detail"].startswith("请求过于频繁")
        assert client.get("/plans").status_code == 200


def test_addresses_and_headers_have_a_size(assistant: Assistant, tmp_path: Path) -> None:
    with TestClient(guarded_app(assistant, tmp_path, audit=False)) as client:
        fault(client.get("/api/units", params={"name": "x" * 9000}), 414, "address_too_long")
        fault(client.get("/api/units", headers={"cookie": "x" * 17_000}), 431, "headers_too_large")


def test_a_desk_as_wide_as_the_settings(assistant: Assistant, tmp_path: Path, slow: Slow) -> None:
    app = api_of(slow.as_assistant(), Desk(threads=1, waiting=0))
    with served(app) as address:
        import httpx

        with httpx.stream("POST", f"{address}/api/ask", json={**ASK, "stream": True}, trust_env=False):
            wait_until(lambda: slow.begun)
            busy = httpx.post(f"{address}/api/ask", json=ASK, trust_env=False)
            slow.go.set()
    fault(busy, 503, "busy")
    assert int(busy.headers["retry-after"]) > 0


def test_a_body_that_never_ends_is_not_waited_for(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.contract.problems.BODY_WITHIN_S", 0.2)
    with served(api_of(assistant)) as address, socket.create_connection(address.removeprefix("http://").split(":")) as line:
        line.sendall(b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
        line.settimeout(5)
        assert b" 408 " in line.recv(200)


def test_a_head_that_never_ends_is_not_waited_for(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_WITHIN_S", 0.3)
    with served(api_of(assistant), http=connections.Patient, timeout_keep_alive=1) as address:
        for sent in (b"", b"GET /api/health HTTP/1.1\r\nHost: x\r\n", b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\nGET /"):
            with socket.create_connection(address.removeprefix("http://").split(":")) as line:
                line.sendall(sent)
                line.settimeout(8)
                began = time.monotonic()
                while line.recv(4000):
                    pass
                assert time.monotonic() - began < 6
        import httpx

        with httpx.Client(base_url=address, trust_env=False) as client:     # who is quick is not cut off
            assert client.get("/api/health").status_code == 200
            time.sleep(0.6)
            assert client.get("/api/health").status_code == 200


@pytest.mark.parametrize("given", [{"admin_token": "short"}, {"trusted_proxies": "proxy.local"}, {"rate_ask": -1},
                                   {"threads": 0}, {"log_format": "xml"}])
def test_settings_that_make_no_sense_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(given))):
        AssistantSettings(**given)
