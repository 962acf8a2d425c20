"""`/api/docs`: the description of the API as a page of our own, with nothing loaded from elsewhere."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.pages.openapi import docs_html
from assistant.pages.shell import page

HEADERS = {"Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"}


def docs() -> APIRouter:
    """`GET /api/docs`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/docs")
    def docs_page(request: Request) -> HTMLResponse:
        base = str(request.base_url).rstrip("/")
        return HTMLResponse(page("接口说明", docs_html(request.app.openapi(), base)), headers=HEADERS)

    return router
