"""`POST /api/ask`: one JSON object, or server-sent events `delta`, `citation`, `done` (or `error`)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import anyio
import anyio.from_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from assistant.contract import problems
from assistant.contract.problems import Problem
from assistant.contract.schemas import AskRequest, ReplyOut
from assistant.model import Question, Reply
from assistant.render import citation_dict, deltas, to_dict
from assistant.service import Service
from assistant.web.desk import Desk, Ticket, while_there
from assistant.web.documented import errors
from assistant.web.stream import DOCUMENTED, OPENING, Emit, EventStream, event

if TYPE_CHECKING:
    from assistant.chain import Assistant

log = logging.getLogger(__name__)

RETRY_MS = 3000
NOBODY = 499
"""The status of a request whose client has left; nobody reads it but an access log."""


def asking(service: Service, desk: Desk) -> APIRouter:
    """`POST /api/ask`."""
    router = APIRouter(prefix="/api", tags=["问答"])

    @router.post(
        "/ask", response_model=ReplyOut, summary="提问",
        description="依据规划原文回答。`status` 为 answered（已答）、refused（没有依据，不答）或 clarify（反问）；`text` 是带 [1] 标记的 "
                    "Markdown；`citations` 的 `quote` 与 `/api/plans/{plan_id}/text` 中 `start` 至 `end` 的文字逐字相同。\n\n"
                    "`stream` 为 true 时按 SSE 返回 `delta`（文字片段）、`citation`（引用）、`done`（完整对象），出错时为 `error`；"
                    "等待时每 10 秒发一行注释以保持连接。断开连接即停止作答。",
        responses={**errors(400, 404, 413, 422, 503),
                   200: {"description": "回答、拒答或反问；stream 为 true 时是事件流", "content": DOCUMENTED}})
    async def ask(request: Request, body: AskRequest) -> Response:
        question = body.to_question()
        assistant = service.require()
        check_scope(assistant, question)
        ticket = desk.enter()
        if body.stream:
            return EventStream(ticket, lambda emit: _tell(emit, ticket, assistant, question), f"retry: {RETRY_MS}\n{OPENING}")
        reply = await attended(request, ticket, assistant, question)
        return JSONResponse(to_dict(reply)) if reply else Response(status_code=NOBODY)

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


async def attended(request: Request, ticket: Ticket, assistant: Assistant, question: Question) -> Reply | None:
    """The reply, or None where the client has left before it."""
    async with while_there(request.receive, ticket):
        return await ticket.ask(assistant, question)
    return None


async def told(ticket: Ticket, assistant: Assistant, question: Question, tell: Callable[[str], Awaitable[None]]) -> Reply:
    """The reply; meanwhile `tell` gets its text in pieces as they are verified, which joined are `reply.text`."""
    send, receive = anyio.create_memory_object_stream[str](float("inf"))   # a slow reader holds up no answering thread
    said: list[str] = []

    def put(piece: str) -> None:
        anyio.from_thread.run_sync(send.send_nowait, piece)

    async def forward() -> None:
        async for line in receive:
            said.append(line)
            for piece in deltas(line):
                await tell(piece)

    outcome: Reply | Exception
    async with receive, anyio.create_task_group() as group:
        group.start_soon(forward)
        with send:
            try:
                outcome = await ticket.ask(assistant, question, put)
            except Exception as error:  # kept from the task group, which would wrap it
                outcome = error
    if isinstance(outcome, Exception):
        raise outcome
    for piece in deltas(_rest(outcome.text, "".join(said))):
        await tell(piece)
    return outcome


def _rest(text: str, said: str) -> str:
    """What of `text` is still to be told. Pieces that do not begin it were a mistake: then the text is told once more."""
    if text.startswith(said):
        return text[len(said):]
    log.error("the pieces of a streamed answer are not the beginning of its text")
    return "\n\n" + text


async def _tell(emit: Emit, ticket: Ticket, assistant: Assistant, question: Question) -> None:
    try:
        reply = await told(ticket, assistant, question, lambda piece: emit(event("delta", {"text": piece})))
    except Exception as error:  # the response has begun: the fault is told as an event, with the body of the API
        await emit(event("error", problems.body_for("/api", logged(error))))
        return
    for citation in reply.citations:
        await emit(event("citation", citation_dict(citation)))
    await emit(event("done", to_dict(reply)))


def logged(error: Exception) -> Problem:
    """How a fault of a streamed answer is told; one that is ours goes to the log as well."""
    problem = problems.problem_of(error)
    if problem.status == 500:
        log.error("a streamed answer failed", exc_info=error)
    return problem
