"""Every way the HTTP API says no: one body, `{"error": {"code", "message", "detail"}}`, one clear Chinese sentence.

A traceback goes to the log and never into a response.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.service import NotReady
from ingest.errors import IndexFault, IngestError, PlanNotFound

log = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
RETRY_AFTER_S = 5

_PLAIN = {
    400: ("bad_request", "请求无法解析，请检查后重试。"),
    404: ("not_found", "没有这个地址，请检查接口路径。"),
    405: ("method_not_allowed", "这个地址不支持该请求方法。"),
    413: ("body_too_large", "请求内容超过 256 KB，请缩短问题或对话历史后重试。"),
    415: ("unsupported_media_type", "请以 application/json 格式提交请求。"),
}


class Problem(Exception):
    """A refusal of a request, on purpose. `message` is for people, `code` for programs."""

    def __init__(self, status: int, code: str, message: str, detail: object = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.detail = status, code, message, detail


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


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response that tells `problem`."""
    extra = dict(headers or {})
    if problem.status == 503:
        extra["Retry-After"] = str(RETRY_AFTER_S)
    return JSONResponse(body_of(problem.code, problem.message, problem.detail), problem.status, extra)


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
    return respond(problem)


async def _plain(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    code, message = _PLAIN.get(status, ("http_error", "请求未能完成。"))
    return respond(Problem(status, code, message), headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    faults: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return respond(Problem(400, "malformed_json", "请求不是合法的 JSON，请检查格式。"))
    fields = [".".join(str(part) for part in fault["loc"] if part != "body") for fault in faults]
    named = "、".join(sorted({field for field in fields if field})[:8])
    if "question" in fields and any(fault["type"] == "missing" for fault in faults):
        return respond(Problem(422, "empty_question", "请输入问题。", "question"))
    return respond(Problem(422, "invalid_request", f"请求参数不符合要求：{named or '请求体'}。", fields or None))


class BodyLimit:
    """Refuses a body of more than `MAX_BODY` bytes, announced or not, with 413 before it is read whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > MAX_BODY:
            await _too_large(send)
            return
        messages: list[Message] = []
        size, more = 0, True
        while more:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            more = message["type"] == "http.request" and bool(message.get("more_body"))
            if size > MAX_BODY:
                await _too_large(send)
                return

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, replay, send)


async def _too_large(send: Send) -> None:
    code, message = _PLAIN[413]
    body = json.dumps(body_of(code, message), ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()),
               (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
