"""How much one client and one site may ask: buckets that refill by the minute, quotas by the day, and sizes.

A client is an address as the server gives it (`IPPLAN_TRUSTED_PROXIES` decides whose X-Forwarded-For is believed); of
IPv6, its /64. A site is the host of Origin or Referer where it is not our own: the portal that embeds the chat. All
times are monotonic, so a clock that is set does no harm. Every process counts for itself.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.contract.problems import Problem, body_for
from assistant.settings import AssistantSettings

MOST_KEPT = 20_000
MAX_HEADERS = 16 * 1024
MAX_TARGET = 8 * 1024
DAY_S = 86_400.0
PAGE_EVENTS = 4     # what a question on the Gradio page comes to: begin, finish, and those of opening the page
ASKS = ("/api/ask", "/v1/chat/completions")
CHAT = "/widget/chat"
FREE = ("/ui/", "/widget", "/assets/", "/static/", "/theme.css", "/favicon", "/gradio_api/heartbeat", "/api/health", "/metrics")
"""Files of the pages, and what watches over the service."""

Kind = Literal["ask", "page", "read", "free"]
Clock = Callable[[], float]


@dataclass(slots=True)
class _Bucket:
    """Tokens left at a moment."""

    left: float
    at: float


class Rate:
    """So many a period for each key, no more than all of it at once. 0: any number."""

    def __init__(self, count: int, period_s: float, clock: Clock = time.monotonic) -> None:
        self._count = count
        self._per_s = count / period_s
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, key: str) -> float:
        """As `take`, without taking any."""
        return self._take(key, 0)

    def take(self, key: str) -> float:
        """0 where there was one left, else the seconds until there is."""
        return self._take(key, 1)

    def _take(self, key: str, count: int) -> float:
        if not self._count or not key:
            return 0.0
        now = self._clock()
        with self._lock:
            bucket = self._buckets.pop(key, None) or _Bucket(float(self._count), now)
            bucket.left = min(self._count, bucket.left + (now - bucket.at) * self._per_s)
            bucket.at = now
            self._buckets[key] = bucket
            if len(self._buckets) > MOST_KEPT:
                self._buckets.popitem(last=False)
            if bucket.left >= 1:
                bucket.left -= count
                return 0.0
            return (1 - bucket.left) / self._per_s


class Quota:
    """So many for each key within a day that begins with the key's first. 0: any number."""

    def __init__(self, count: int, clock: Clock = time.monotonic) -> None:
        self._count = count
        self._clock = clock
        self._lock = threading.Lock()
        self._used: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, key: str) -> float:
        """0 where there was one left, else the seconds until the day is over."""
        if not self._count or not key:
            return 0.0
        now = self._clock()
        with self._lock:
            began, used = self._used.get(key, (now, 0))
            if now - began >= DAY_S:
                began, used = now, 0
            if used >= self._count:
                return began + DAY_S - now
            self._used[key] = (began, used + 1)
            if len(self._used) > MOST_KEPT:
                self._used.popitem(last=False)
        return 0.0


class Limits:
    """All limits of one process."""

    def __init__(self, settings: AssistantSettings, clock: Clock = time.monotonic) -> None:
        self._client: dict[Kind, Rate] = {
            "ask": Rate(settings.rate_ask, 60, clock), "page": Rate(settings.rate_ask * PAGE_EVENTS, 60, clock),
            "read": Rate(settings.rate_read, 60, clock), "free": Rate(0, 60, clock)}
        self._site = Rate(settings.rate_site, 60, clock)
        self._client_day = Quota(settings.quota_client, clock)
        self._site_day = Quota(settings.quota_site, clock)

    def check(self, kind: Kind, client: str, site: str) -> Problem | None:
        """Why this request is refused, or None."""
        if wait := self._client[kind].take(client):
            return _too_many("rate_limited", "请求过于频繁，请稍后再试。", wait)
        if kind != "ask":
            return None
        if wait := self._site.take(site):
            return _too_many("site_rate_limited", "该网站上提问的人较多，请稍后再试。", wait)
        if wait := self._client_day.take(client):
            return _too_many("quota_used", "今天的提问次数已用完，请明天再来。", wait)
        if wait := self._site_day.take(site):
            return _too_many("site_quota_used", "该网站今天的提问次数已用完，请明天再来。", wait)
        return None


def _too_many(code: str, message: str, wait: float) -> Problem:
    return Problem(429, code, message, retry_after=max(1, math.ceil(wait)))


def kind_of(method: str, path: str) -> Kind:
    """What a request counts as."""
    if path in ASKS and method == "POST":
        return "ask"
    if path.startswith("/gradio_api/queue/join"):
        return "page"
    return "free" if path.startswith(FREE) else "read"


def client_of(scope: Scope) -> str:
    """The client's address as it is counted; '' where the server does not know it."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)[:64]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64)) + "/64"
    return host


def site_of(scope: Scope) -> str:
    """The host of the page that asks, where it is not our own; ''. Of our framed chat, the site it was framed for."""
    headers = dict(scope["headers"])
    said = headers.get(b"referer") or headers.get(b"origin") or b""
    try:
        parts = urlsplit(said.decode("latin-1"))
        if parts.path == CHAT and (site := parse_qs(parts.query).get("site")):
            parts = urlsplit(site[0])
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2].lower()[:200]
    return "" if host == headers.get(b"host", b"").decode("latin-1").lower() else host


class LimitRequests:
    """Refuses with 414, 431 or 429, in the body of the interface that was asked, before anything is read or done."""

    def __init__(self, app: ASGIApp, limits: Limits | None = None) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._fault(scope) if scope["type"] == "http" else None
        if problem is None:
            await self.app(scope, receive, send)
        else:
            await refuse(problem, scope["path"], send)

    def _fault(self, scope: Scope) -> Problem | None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_TARGET:
            return Problem(414, "address_too_long", "地址过长，请缩短后重试。")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
            return Problem(431, "headers_too_large", "请求头过大，请清理 Cookie 后重试。")
        if self.limits is None:
            return None
        return self.limits.check(kind_of(scope["method"], scope["path"]), client_of(scope), site_of(scope))


async def refuse(problem: Problem, path: str, send: Send) -> None:
    """Tell `problem` and close the connection."""
    said = body_for(path, problem)
    if path.startswith("/gradio_api/"):     # what its page shows to the reader
        said = {**said, "detail": problem.message}
    body = json.dumps(said, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    if problem.retry_after:
        headers.append((b"retry-after", str(problem.retry_after).encode()))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
