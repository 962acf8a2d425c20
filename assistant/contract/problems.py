"""Every way the HTTP API says no: one body, `{"error": {"code", "message", "detail"}}`, one clear Chinese sentence.

Under `/v1/` the body is the one OpenAI's clients read: `{"error": {"message", "type", "param", "code"}}`.
A traceback goes to the log and never into a response.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import anyio
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.service import NotReady
from ingest.errors import IndexFault, IngestError, PlanNotFound

log = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
BODY_WITHIN_S = 30.0
"""A body that takes longer to arrive is not waited for."""
ADMIN = "/api/admin/"
"""Read by its own routes, after the token was checked."""
MAX_EXPORT = 4 * 1024 * 1024
"""A conversation of some forty exchanges with their quotes."""
RETRY_AFTER_S = 5
OPENAI = "/v1/"

_PLAIN = {
    400: ("bad_request", "请求无法解析，请检查后重试。"),
    404: ("not_found", "没有这个地址，请检查接口路径。"),
    403: ("forbidden", "不允许访问这个地址。"),
    405: ("method_not_allowed", "这个地址不支持该请求方法。"),
    408: ("body_too_slow", "请求内容迟迟没有传完，请检查网络后重试。"),
    413: ("body_too_large", "请求内容超过长度上限，请缩短问题或对话历史后重试。"),
    415: ("unsupported_media_type", "请以 application/json 格式提交请求。"),
}


class Problem(Exception):
    """A refusal of a request, on purpose. `message` is for people, `code` for programs.

    `retry_after`: seconds until it is worth trying again, told in the header of that name.
    """

    def __init__(self, status: int, code: str, message: str, detail: object = None, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.detail = status, code, message, detail
        self.retry_after = retry_after or (RETRY_AFTER_S if status == 503 else 0)


def body_of(code: str, message: str, detail: object = None) -> dict[str, Any]:
    """The one error body of this API."""
    return {"error": {"code": code, "message": message, "detail": detail}}


def problem_of(error: Exception) -> Problem:
    """How an exception is told to a client; an unexpected one says nothing of its inside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, NotReady):
        if error.standing.state == "starting":
            return Problem(503, "not_ready", "知识库正在准备，请稍后再试。", error.standing.message)
        return Problem(503, "unavailable", "知识库未能打开，暂时不能回答。", error.standing.message)
    if isinstance(error, PlanNotFound):
        return Problem(404, "not_found", str(error) or "没有找到所请求的规划或条款。")
    if isinstance(error, IndexFault):
        return Problem(503, "index_fault", str(error) or "知识库暂时不可用。")
    if isinstance(error, IngestError):
        return Problem(500, "ingest_error", str(error))
    return Problem(500, "internal_error", "服务内部出错，未能完成这次请求，请稍后重试。")


def openai_body(problem: Problem) -> dict[str, Any]:
    """The same in the shape that OpenAI's clients read. `param` is the first field at fault."""
    kinds = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}
    kind = kinds.get(problem.status, "server_error" if problem.status >= 500 else "invalid_request_error")
    detail = problem.detail
    param = detail if isinstance(detail, str) else detail[0] if isinstance(detail, list) and detail else None
    return {"error": {"message": problem.message, "type": kind, "param": param, "code": problem.code}}


def respond(problem: Problem, path: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response that tells `problem` to who asked for `path`."""
    extra = dict(headers or {})
    if problem.retry_after:
        extra["Retry-After"] = str(problem.retry_after)
    return JSONResponse(body_for(path, problem), problem.status, extra)


def body_for(path: str, problem: Problem) -> dict[str, Any]:
    """The error body of the interface that `path` belongs to."""
    if path.startswith(OPENAI):
        return openai_body(problem)
    return body_of(problem.code, problem.message, problem.detail)


def install(app: FastAPI) -> None:
    """Register the handlers and the body limit on `app`."""
    for kind in (Problem, NotReady, IngestError, Exception):
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_middleware(BodyLimit)


async def _known(request: Request, error: Exception) -> JSONResponse:
    problem = problem_of(error)
    if problem.status == 500:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return respond(problem, request.url.path)


async def _plain(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    code, message = _PLAIN.get(status, ("http_error", "请求未能完成。"))
    return respond(Problem(status, code, message), request.url.path, headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    faults: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    return respond(_invalid_problem(faults), request.url.path)


def _invalid_problem(faults: Sequence[Any]) -> Problem:
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Problem(400, "malformed_json", "请求不是合法的 JSON，请检查格式。")
    fields = [".".join(map(str, fault["loc"][1:])) for fault in faults]
    named = "、".join(sorted({field for field in fields if field})[:8])
    if "question" in fields and any(fault["type"] == "missing" for fault in faults):
        return Problem(422, "empty_question", "请输入问题。", "question")
    return Problem(422, "invalid_request", f"请求参数不符合要求：{named[:400] or '请求体'}。", fields[:20] or None)


class BodyLimit:
    """Refuses a body that is too long, announced or not, with 413 before it is read whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS") or scope["path"].startswith(ADMIN):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        limit = MAX_EXPORT if path == "/api/export" else MAX_BODY
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await _cut_off(413, path, send)
            return
        messages: list[Message] = []
        size, more = 0, True
        deadline = anyio.current_time() + BODY_WITHIN_S
        while more:
            message: Message = {}
            with anyio.move_on_at(deadline):
                message = await receive()
            if not message:
                await _cut_off(408, path, send)
                return
            messages.append(message)
            size += len(message.get("body", b""))
            more = message["type"] == "http.request" and bool(message.get("more_body"))
            if size > limit:
                await _cut_off(413, path, send)
                return

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, replay, send)


async def _cut_off(status: int, path: str, send: Send) -> None:
    body = json.dumps(body_for(path, Problem(status, *_PLAIN[status])), ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()),
               (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
