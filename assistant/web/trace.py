"""Around every request: its id, who asks, how long it took, one line in the log. Never the query string: it may hold a
question."""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.audit import CALLER, Caller
from assistant.logs import FIELDS
from assistant.web.limits import ASKS, FREE, client_of, site_of
from assistant.web.metrics import Metrics

HEADER = b"x-request-id"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

log = logging.getLogger("requests")


class Trace:
    """Takes a well-formed X-Request-ID or gives one, answers with it, and tells `metrics` and the log."""

    def __init__(self, app: ASGIApp, metrics: Metrics | None = None) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = request_id(dict(scope["headers"]).get(HEADER, b"").decode("latin-1"))
        status = 0

        async def add(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = name
            await send(message)

        token = CALLER.set(Caller(name, client_of(scope), site_of(scope), route_name(scope["path"])))
        began = time.perf_counter()
        if self.metrics:
            self.metrics.open.inc()
        try:
            await self.app(scope, receive, add)
        finally:
            self._tell(scope, status or 500, time.perf_counter() - began)
            CALLER.reset(token)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = _route(scope), scope["method"] if scope["method"] in METHODS else "other"
        if self.metrics:
            self.metrics.open.dec()
            self.metrics.requests.labels(route, method, str(status)).inc()
            self.metrics.seconds.labels(route).observe(seconds)
        level = logging.WARNING if status >= 500 else logging.DEBUG if scope["path"].startswith(FREE) else logging.INFO
        log.log(level, "%s %s %d", method, route, status, extra={FIELDS: {
            "method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1), "site": CALLER.get().site}})


def request_id(given: str) -> str:
    """`given` where it is an id such as a proxy makes, else a new one."""
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


def route_name(path: str) -> str:
    """What the audit log calls the way a question came: api, v1 or page."""
    return "v1" if path.startswith("/v1/") else "api" if path.startswith("/api/") else "page"


def _route(scope: Scope) -> str:
    """The route as it is declared (`/api/plans/{plan_id}`), so that labels stay few."""
    path = getattr(scope.get("route"), "path", "")
    if path and "{rest:path}" not in path:
        return str(path)
    if scope["path"] in ASKS:       # refused before it came to its route
        return str(scope["path"])
    first = str(scope["path"]).split("/", 2)[1] if scope["path"].startswith("/") else ""
    return "/" if scope["path"] == "/" else f"/{first}/…" if first in ("ui", "gradio_api", "assets", "static") else "other"
