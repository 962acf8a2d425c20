"""The HTTP API put together. The routes are in the modules beside; what is said of plans is in `views`, of replies in `render`."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.routing import Match

from assistant import problems
from assistant.problems import Problem
from assistant.service import Service
from assistant.web.asking import asking
from assistant.web.facts import facts
from assistant.web.feedback import feedback
from assistant.web.health import health, version
from assistant.web.pages import pages
from assistant.web.plans import plans

STATIC = Path(__file__).resolve().parent.parent / "static"


def create_api(service: Service) -> FastAPI:
    """The API, the reading pages and the static files, without the Gradio page."""
    app = FastAPI(title="知识产权规划问答", version=version(), docs_url=None, redoc_url=None,
                  openapi_url="/api/openapi.json")
    problems.install(app)
    for routes in (asking, feedback, health, plans, facts, pages):
        app.include_router(routes(service))
    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
    app.add_api_route("/api/{rest:path}", _nowhere, include_in_schema=False,
                      methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    return app


async def _nowhere(request: Request, rest: str) -> Response:
    if any(route.matches(request.scope)[0] is Match.PARTIAL for route in request.app.routes):
        raise Problem(405, "method_not_allowed", "这个地址不支持该请求方法。", request.method)
    raise Problem(404, "not_found", "没有这个接口，请检查接口路径。", f"/api/{rest}"[:200])
