"""`POST /api/ask`: one JSON object, or server-sent events."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant import problems
from assistant.model import Question, Reply
from assistant.problems import Problem
from assistant.render import citation_dict, deltas, to_dict
from assistant.schemas import AskRequest
from assistant.service import Service

if TYPE_CHECKING:
    from assistant.chain import Assistant

ASK_THREADS = 4   # answering is bound by the processor: more at once only makes each one slower

log = logging.getLogger(__name__)


def asking(service: Service) -> APIRouter:
    """`POST /api/ask`."""
    router = APIRouter(prefix="/api")
    limiter = anyio.CapacityLimiter(ASK_THREADS)

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
