"""The HTTP API of DESIGN.md. Routes only: what is said about plans is in `views`, of replies in `render`."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.routing import Match

from assistant import problems, reading, views
from assistant.model import Question, Reply
from assistant.problems import Problem
from assistant.render import citation_dict, deltas, to_dict
from assistant.schemas import (
    AskRequest,
    ClauseOut,
    FeedbackOut,
    FeedbackRequest,
    HealthOut,
    IndicatorOut,
    OutlineOut,
    PlanOut,
    TextOut,
    UnitClauseOut,
    UnitOut,
)
from assistant.service import Service
from ingest.model import Role

if TYPE_CHECKING:
    from assistant.chain import Assistant

STATIC = Path(__file__).resolve().parent / "static"
ASK_THREADS = 4   # answering is bound by the processor: more at once only makes each one slower
VERSIONS = ("fastapi", "gradio", "chromadb", "sentence-transformers", "torch", "jieba")

log = logging.getLogger(__name__)
PlanFilter = Annotated[str | None, Query(max_length=200)]


def create_api(service: Service) -> FastAPI:
    """The API, the reading pages and the static files, without the Gradio page."""
    app = FastAPI(title="知识产权规划问答", version=version(), docs_url=None, redoc_url=None,
                  openapi_url="/api/openapi.json")
    problems.install(app)
    app.include_router(asking(service))
    app.include_router(plans(service))
    app.include_router(facts(service))
    app.include_router(pages(service))
    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
    app.add_api_route("/api/{rest:path}", _nowhere, include_in_schema=False,
                      methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    return app


def version() -> str:
    """The installed version of the product, or 'dev' in a bare checkout."""
    return _version_of("ip-plan-assistant") or "dev"


def asking(service: Service) -> APIRouter:
    """`POST /api/ask`, `POST /api/feedback`, `GET /api/health`."""
    router = APIRouter(prefix="/api")
    limiter = anyio.CapacityLimiter(ASK_THREADS)
    feedback_lock = threading.Lock()

    @router.post("/ask", response_model=None)
    async def ask(request: AskRequest) -> Response:
        question = request.to_question()
        assistant = service.require()
        check_scope(assistant, question)
        if request.stream:
            headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
            return StreamingResponse(_events(assistant, question, limiter), media_type="text/event-stream",
                                     headers=headers)
        reply = await anyio.to_thread.run_sync(assistant.ask, question, limiter=limiter)
        return JSONResponse(to_dict(reply))

    @router.post("/feedback", status_code=201)
    def feedback(request: FeedbackRequest) -> FeedbackOut:
        entry = {"id": uuid.uuid4().hex, "at": datetime.now(UTC).isoformat(timespec="seconds"), **request.model_dump()}
        path = Path(service.require().settings.index) / "feedback.jsonl"
        try:
            with feedback_lock, path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        except OSError as error:
            raise Problem(503, "feedback_not_stored", "反馈暂时无法保存，请稍后重试。") from error
        return FeedbackOut(id=entry["id"])

    @router.get("/health")
    def health() -> HealthOut:
        standing = service.standing
        counts: dict[str, int] = {}
        index: dict[str, str] = {}
        if standing.state == "ready":
            catalogue = service.require().catalogue
            info = catalogue.info()
            counts = {str(name): int(count) for name, count in info["counts"].items()}
            index = {name: str(value) for name, value in info.items() if name != "counts"}
        return HealthOut(status=standing.state, message=standing.message, version=version(),
                         versions={name: found for name in VERSIONS if (found := _version_of(name))},
                         counts=counts, index=index)

    return router


def plans(service: Service) -> APIRouter:
    """Plans, their text and their clauses."""
    router = APIRouter(prefix="/api")

    @router.get("/plans")
    def all_plans() -> list[PlanOut]:
        assistant = service.require()
        return [views.plan_out(assistant.catalogue, meta, _today(assistant)) for meta in assistant.catalogue.metas()]

    @router.get("/plans/{plan_id}")
    def outline(plan_id: str) -> OutlineOut:
        assistant = service.require()
        meta = assistant.catalogue.meta(plan_id)
        return views.outline_out(assistant.catalogue, meta, _today(assistant))

    @router.get("/plans/{plan_id}/text")
    def text(plan_id: str) -> TextOut:
        catalogue = service.require().catalogue
        found = catalogue.text(catalogue.meta(plan_id).id)
        return TextOut(id=plan_id, text=found, sha256=catalogue.sha256(plan_id), characters=len(found))

    @router.get("/clauses/{clause_id:path}")
    def clause(clause_id: str) -> ClauseOut:
        assistant = service.require()
        return views.clause_out(assistant.catalogue, clause_id, _today(assistant))

    return router


def facts(service: Service) -> APIRouter:
    """Units of government and indicators."""
    router = APIRouter(prefix="/api")

    @router.get("/units")
    def units(plan_id: PlanFilter = None) -> list[UnitOut]:
        catalogue = service.require().catalogue
        if plan_id is not None:
            catalogue.meta(plan_id)
        return views.units_out(catalogue.units(plan_id))

    @router.get("/units/{name:path}/clauses")
    def unit_clauses(name: str, plan_id: PlanFilter = None, role: Role | None = None) -> list[UnitClauseOut]:
        assistant = service.require()
        if plan_id is not None:
            assistant.catalogue.meta(plan_id)
        known = assistant.catalogue.units(plan_id)
        found = [fact for fact in known if fact.unit == name and role in (None, fact.role)]
        if not any(fact.unit == name for fact in known):
            near = get_close_matches(name, sorted({fact.unit for fact in known}), n=5, cutoff=0.4)
            raise Problem(404, "unit_not_found", f"规划中没有名为“{name[:60]}”的单位。", {"near": near})
        return views.unit_clauses_out(assistant.catalogue, found, _today(assistant))

    @router.get("/indicators")
    def indicators(plan_id: PlanFilter = None) -> list[IndicatorOut]:
        assistant = service.require()
        if plan_id is not None:
            assistant.catalogue.meta(plan_id)
        return views.indicators_out(assistant.catalogue, plan_id, _today(assistant))

    return router


def pages(service: Service) -> APIRouter:
    """The read-only pages `/plans` and `/plans/{id}`."""
    router = APIRouter(include_in_schema=False)
    headers = {"Content-Security-Policy": "default-src 'self'; style-src 'self'; frame-ancestors 'self'; base-uri 'none'",
               "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}

    def show(build: Any) -> HTMLResponse:
        try:
            assistant = service.require()
            return HTMLResponse(build(assistant.catalogue, _today(assistant)), headers=headers)
        except Exception as error:  # a reader of a page gets a page, with the same sentence the API would say
            problem = problems.problem_of(error)
            if problem.status == 500:
                log.exception("a reading page failed")
            return HTMLResponse(reading.message_page(problem.message), problem.status, headers)

    @router.get("/plans")
    def plan_list() -> HTMLResponse:
        return show(reading.list_page)

    @router.get("/plans/{plan_id}")
    def plan(plan_id: str, mark: str = "") -> HTMLResponse:
        return show(lambda catalogue, today: reading.plan_page(catalogue, plan_id, mark, today))

    return router


def check_scope(assistant: Assistant, question: Question) -> None:
    """A `Problem` where the question is narrowed to a plan or a region that is not there."""
    metas = assistant.catalogue.metas()
    ids = {meta.id for meta in metas}
    for plan_id in question.plan_ids:
        if plan_id not in ids:
            raise Problem(404, "plan_not_found", f"没有编号为“{plan_id[:80]}”的规划。", {"known": sorted(ids)})
    regions = {name for meta in metas for name in (meta.region, *meta.region_aliases)}
    for region in question.regions:
        if region not in regions:
            known = sorted({meta.region for meta in metas})
            raise Problem(404, "region_not_found", f"没有“{region[:80]}”的规划。", {"known": known})


async def _events(assistant: Assistant, question: Question, limiter: anyio.CapacityLimiter) -> AsyncIterator[str]:
    yield ": accepted\n\n"
    try:
        reply: Reply = await anyio.to_thread.run_sync(assistant.ask, question, limiter=limiter)
    except Exception as error:  # the response has begun: the fault is told as an event, with the body of the API
        problem = problems.problem_of(error)
        log.error("a streamed answer failed", exc_info=error)
        yield _event("error", problems.body_of(problem.code, problem.message, problem.detail))
        return
    for delta in deltas(reply.text):
        yield _event("delta", {"text": delta})
    for citation in reply.citations:
        yield _event("citation", citation_dict(citation))
    yield _event("done", to_dict(reply))


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _today(assistant: Assistant) -> date:
    return assistant.settings.day()


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


async def _nowhere(request: Request, rest: str) -> Response:
    if any(route.matches(request.scope)[0] is Match.PARTIAL for route in request.app.routes):
        raise Problem(405, "method_not_allowed", "这个地址不支持该请求方法。", request.method)
    raise Problem(404, "not_found", "没有这个接口，请检查接口路径。", f"/api/{rest}"[:200])
