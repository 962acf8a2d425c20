"""The widget: `/widget.js`, the chat page that it frames, and the demonstration portal.

Who may frame the chat is decided here, by `Content-Security-Policy: frame-ancestors`, one site at a time: the launcher
names the site it runs on, and a site that is not allowed gets an empty page that nobody may frame.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.contract.schemas import MAX_QUESTION
from assistant.pages.conversation import EXAMPLES
from assistant.render import ANSWER_NOTE, PERIODS

STATIC = Path(__file__).resolve().parent.parent / "static"
PORTAL = STATIC.parent.parent / "docs" / "portal"
"""Only in a checkout; an installed package has no demonstration."""

CHAT_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
               "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
               "frame-ancestors {ancestor}")
PORTAL_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
BLANK = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>　</title></head><body></body></html>'
NO_LAUNCHER = "/* 本站尚未获准嵌入知识产权规划问答，请与提供方联系。 */\n"
TAG_HOST = "https://HOST/"
"""In the demonstration portal's files, where the address of the chat goes."""


def embed(sites: tuple[str, ...]) -> APIRouter:
    """`/widget.js`, `/widget/chat` and `/demo` for our own site and `sites` (exact origins)."""
    router = APIRouter(include_in_schema=False)

    @router.get("/widget.js")
    def launcher(request: Request) -> Response:
        referer = request.headers.get("referer", "")
        known = not referer or allowed(_origin(referer), request, sites)
        return _cached(request, (STATIC / "widget.js").read_text(encoding="utf-8") if known else NO_LAUNCHER)

    @router.get("/widget/chat")
    def chat(request: Request, site: str = "") -> HTMLResponse:
        if site and not allowed(site, request, sites):
            return HTMLResponse(BLANK, 403, _chat_headers("'none'"))
        ours = not site or urlsplit(site).netloc == request.url.netloc
        return HTMLResponse(chat_page(site), headers=_chat_headers("'self'" if ours else site))

    if PORTAL.is_dir():
        @router.get("/demo")
        def demo_root() -> RedirectResponse:
            return RedirectResponse("/demo/")

        @router.get("/demo/{name:path}")
        def demo(name: str) -> Response:
            found = {path.name: path for path in PORTAL.iterdir()}.get(name or "index.html")
            kinds = {".html": "text/html", ".css": "text/css", ".svg": "image/svg+xml"}
            if found is None or found.suffix not in kinds:
                return HTMLResponse(BLANK, 404)
            text = found.read_text(encoding="utf-8").replace(TAG_HOST, "/")
            return Response(text, media_type=kinds[found.suffix], headers={"Content-Security-Policy": PORTAL_POLICY})

    return router


def allowed(site: str, request: Request, sites: tuple[str, ...]) -> bool:
    """Whether the origin `site` is this host itself or one of `sites`."""
    parts = urlsplit(site)
    ours = parts.scheme in ("http", "https") and parts.netloc == request.url.netloc and site == _origin(site)
    return ours or site in sites


def chat_page(site: str) -> str:
    """The chat page with the one origin it may talk to; '' for a page that is not framed."""
    config = {"site": site, "note": ANSWER_NOTE, "periods": PERIODS, "longest": MAX_QUESTION,
              "examples": [question for _, questions in EXAMPLES for question in questions]}
    data = json.dumps(config, ensure_ascii=False).replace("<", "\\u003c")
    return (STATIC / "chat.html").read_text(encoding="utf-8").replace("{{config}}", data).replace("{{note}}", ANSWER_NOTE)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _chat_headers(ancestor: str) -> dict[str, str]:
    return {"Content-Security-Policy": CHAT_POLICY.format(ancestor=ancestor), "Cache-Control": "no-cache",
            "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin"}


def _cached(request: Request, text: str) -> Response:
    tag = f'"{sha256(text.encode()).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600", "Vary": "Referer",
               "Cross-Origin-Resource-Policy": "cross-origin"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="text/javascript", headers=headers)
