"""The HTTP API put together. The routes are in the modules beside; what is said of plans is in `views`, of replies in `render`."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from assistant.contract import problems
from assistant.contract.problems import Problem
from assistant.service import Service
from assistant.settings import AssistantSettings
from assistant.web.admin import admin
from assistant.web.asking import asking
from assistant.web.desk import Desk
from assistant.web.docs import docs
from assistant.web.documented import explain
from assistant.web.embed import embed
from assistant.web.exports import exports
from assistant.web.facts import facts
from assistant.web.feedback import feedback
from assistant.web.health import health, version
from assistant.web.metrics import Metrics, metrics_route
from assistant.web.openai import openai
from assistant.web.pages import pages
from assistant.web.plans import plans

STATIC = Path(__file__).resolve().parent.parent / "static"
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
ABOUT = """依据政府知识产权规划、方案、计划的原文作答，每句话附条款。

- 所有位置（`start`、`end`）都是 `/api/plans/{id}/text` 返回文字中的字符位置，左闭右开。
- 出错时返回 `{"error": {"code", "message", "detail"}}`；`/v1/` 下为 OpenAI 的格式。
- 条款编号含 `#`，放进地址时写作 `%23`，如 `/api/clauses/qianjiang-2022%233.3.1`。
- 回答由程序生成（AI 生成内容），以规划原文为准；转载时请保留这一说明。
"""


def create_api(service: Service, sites: tuple[str, ...] = (), desk: Desk | None = None,
               settings: AssistantSettings | None = None, metrics: Metrics | None = None) -> FastAPI:
    """The API, the reading pages, the widget and the static files, without the Gradio page.

    `sites`: the exact origins that may embed the chat beside our own. `desk`: how many are answered at once and may wait.
    `settings` say whether there are admin routes; `metrics` are served where there are any.
    """
    desk = desk or Desk()
    desk.heard = service.heard
    app = FastAPI(title="知识产权规划问答", version=version(), description=ABOUT, docs_url=None, redoc_url=None,
                  openapi_url="/api/openapi.json", generate_unique_id_function=lambda route: route.name)
    explain(app)
    problems.install(app)
    for routes in (asking(service, desk), openai(service, desk), plans(service), facts(service), exports(service),
                   feedback(service, settings), health(service), pages(service), docs()):
        app.include_router(routes)
    app.include_router(embed(sites))
    if settings and settings.admin_token.get_secret_value():
        app.include_router(admin(service, settings))
    if metrics:
        app.include_router(metrics_route(metrics))
    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
    for root in ("/api", "/v1"):
        app.add_api_route(root + "/{rest:path}", _nowhere, include_in_schema=False,
                          methods=list(METHODS))
    return app


async def _nowhere(request: Request, rest: str) -> Response:
    routes = [route for route in request.app.routes if not isinstance(route, Mount) and getattr(route, "endpoint", None) is not _nowhere]
    allowed = [method for method in METHODS
               if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)]
    if allowed:
        raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
    raise Problem(404, "not_found", "没有这个接口，请检查接口路径。", request.url.path[:200])
