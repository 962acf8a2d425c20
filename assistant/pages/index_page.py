"""Gradio's index page on its way out: our language, title and security policy. Knows nothing of Gradio's code."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.navigation import TITLE

SCRIPTS = '<script src="/ui/page.js" defer></script><script src="/ui/history.js" defer></script>'
"""What Gradio is given for the head of its page; it puts that in when its own code has started."""
_EARLY = (f'<title>{TITLE}</title><link rel="icon" href="/ui/favicon.svg" type="image/svg+xml">'
          '<link rel="stylesheet" href="/ui/header.css"><link rel="stylesheet" href="/ui/page.css"></head>')
"""What must be there before Gradio starts, or the page would be seen without its style."""
_CSP = ("default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "frame-ancestors 'self'")


class ChinesePage:
    """Makes Gradio's English shell the product's own: language, title, style; no link to other hosts in it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            html = localise(body.decode()).encode()
            kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            headers = [*kept, (b"content-length", str(len(html)).encode()), (b"content-security-policy", _CSP.encode()),
                       (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": html})

        await self.app({**scope, "headers": plain}, receive, collect)


def localise(html: str) -> str:
    """Gradio's index page with our language, title and style, without the cards it offers to other sites."""
    html = html.replace('lang="en"', 'lang="zh-CN"', 1)
    html = re.sub(r'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', "", html)
    return html.replace("</head>", _EARLY, 1)
