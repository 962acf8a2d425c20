"""Security headers of every response: what a route did not say for itself is filled in here.

Our own pages run no inline script and no inline style. Gradio's page cannot do without both, so it has a policy of its
own (`assistant.pages.chat`), which still names no other host and may be framed by this site only.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
"""For HTML that brings no policy."""
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""For everything that is no page: JSON, scripts, pictures, downloads."""
PERMISSIONS = ("accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
               "microphone=(), midi=(), payment=(), usb=()")


def protect(app: FastAPI) -> FastAPI:
    """`app` with the headers on everything it sends, and HEAD wherever there is GET. Call it last: the middleware added last is the outermost."""
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders)
    return app


class HeadAsGet:
    """Answers HEAD with the headers of GET and nothing else: link checkers and load balancers ask so."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def empty(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, empty)
        else:
            await self.app(scope, receive, send)


class SecurityHeaders:
    """Adds what is missing and leaves alone what a route set."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                html = headers.get("content-type", "").startswith("text/html")
                headers.setdefault("Content-Security-Policy", PAGE_POLICY if html else DATA_POLICY)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("Permissions-Policy", PERMISSIONS)
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            await send(message)

        await self.app(scope, receive, add if scope["type"] == "http" else send)
