"""`/api/admin/…`: plans added and removed over HTTP. Only there where `IPPLAN_ADMIN_TOKEN` is set.

    POST   /api/admin/plans?name=方案.docx&region=深圳     the file as the body
    DELETE /api/admin/plans/{plan_id}
    GET    /api/admin/plans

A file is looked at by its bytes, then handed to `python -m ingest.bounded add` in a process of its own, with bounds of
memory and time: what a hostile file does there, it does not do to the service. The new generation is opened before it
replaces the old one, which answers in flight keep.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from assistant.contract.problems import Problem
from assistant.reopening import reopen
from assistant.service import Service
from assistant.settings import AssistantSettings
from assistant.web.limits import Rate, client_of
from ingest.errors import SourceError
from ingest.readers import SUFFIXES
from ingest.readers.content import check_content
from ingest.sources import MAX_BYTES

WITHIN_S = 900.0
UPLOAD_WITHIN_S = 120.0
TRIES = 10          # a minute, of wrong tokens
CALLS = 30          # a minute, of right ones
_NAME = re.compile(r"[\w（(《“][\w（）()《》“”〔〕【】、，,·.+\- —–]{0,119}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_KEPT_BACK = ("TOKEN", "KEY", "SECRET", "PASSWORD")
Short = Annotated[str, Query(max_length=200)]

log = logging.getLogger(__name__)


def admin(service: Service, settings: AssistantSettings) -> APIRouter:
    """The routes, behind the token. One change at a time."""
    gate = Gate(settings.admin_token.get_secret_value())
    busy = asyncio.Lock()
    router = APIRouter(prefix="/api/admin", include_in_schema=False, dependencies=[Depends(gate.check)])

    async def change(command: Sequence[str], hide: str = "") -> JSONResponse:
        if busy.locked():
            raise Problem(409, "busy", "另一项管理操作正在进行，请等它结束后再试。", retry_after=30)
        async with busy:
            said = await run_ingest(settings, command, hide)
            await anyio.to_thread.run_sync(reopen, service, settings)
        return JSONResponse({"message": said, "plans": _plans(service)})

    @router.get("/plans")
    def listed() -> JSONResponse:
        return JSONResponse({"plans": _plans(service)})

    @router.post("/plans", status_code=201)
    async def add(request: Request, name: Short, id: Short = "", title: Short = "", region: Short = "", issuer: Short = "",
                  period_start: date | None = None, period_end: date | None = None) -> JSONResponse:
        safe = safe_name(name)
        data = await _body(request)
        try:
            check_content(safe, Path(safe).suffix.lower(), data)
        except SourceError as error:
            raise Problem(415, "unsupported_media_type", str(error)) from None
        given = {"id": id, "title": title, "region": region, "issuer": issuer, "period-start": period_start,
                 "period-end": period_end}
        options = [f"--{option}={value}" for option, value in given.items() if value]
        with tempfile.TemporaryDirectory(prefix="ipplan-") as folder:
            path = Path(folder) / safe
            await anyio.to_thread.run_sync(path.write_bytes, data)
            log.info("admin: adding %s (%d bytes)", safe, len(data))
            response = await change(["add", *options, "--", str(path)], hide=f"{folder}/")
        response.status_code = 201
        return response

    @router.delete("/plans/{plan_id}")
    async def remove(plan_id: str) -> JSONResponse:
        if not _ID.fullmatch(plan_id):
            raise Problem(404, "plan_not_found", "没有这个编号的规划。")
        log.info("admin: removing %s", plan_id)
        return await change(["remove", plan_id])

    return router


class Gate:
    """Lets through who brings the token: compared in constant time, wrong ones counted by client."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self._wrong = Rate(TRIES, 60)
        self._right = Rate(CALLS, 60)

    def check(self, request: Request) -> None:
        """A `Problem` for everybody else. A client that guessed too often is refused whatever it brings."""
        client = client_of(request.scope) or "-"
        if wait := self._wrong.wait(client):
            raise Problem(429, "rate_limited", "口令错误次数过多，请稍后再试。", retry_after=int(wait) + 1)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self._token):
            self._wrong.take(client)
            log.warning("admin: a wrong token")
            raise Problem(401, "unauthorized", "需要管理口令：Authorization: Bearer …")
        if wait := self._right.take(client):
            raise Problem(429, "rate_limited", "操作过于频繁，请稍后再试。", retry_after=int(wait) + 1)


def safe_name(name: str) -> str:
    """`name` where it is a plain file name of a kind that is taken; a `Problem` for paths and the like."""
    if "/" in name or "\\" in name or ".." in name or not _NAME.fullmatch(name) or len(name.encode()) > 240:
        raise Problem(422, "bad_file_name", "文件名只能有文字、数字和常用标点，不能带路径。", "name")
    if Path(name).suffix.lower() not in SUFFIXES:
        raise Problem(415, "unsupported_media_type", f"目前只收 {'、'.join(SUFFIXES)} 文件。", "name")
    return name


async def _body(request: Request) -> bytes:
    """The upload, cut off where it is too long or too slow."""
    kept = bytearray()
    with anyio.move_on_after(UPLOAD_WITHIN_S) as scope:
        async for piece in request.stream():
            kept += piece
            if len(kept) > MAX_BYTES:
                raise Problem(413, "body_too_large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB。")
    if scope.cancelled_caught:
        raise Problem(408, "body_too_slow", "文件迟迟没有传完，请检查网络后重试。")
    if not kept.strip():
        raise Problem(422, "empty_file", "文件是空的。")
    return bytes(kept)


async def run_ingest(settings: AssistantSettings, command: Sequence[str], hide: str = "") -> str:
    """What `python -m ingest` says when it is done; a `Problem` with its one line where it is not."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ingest.bounded", *command, env=environment(settings),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    try:
        out, err = await asyncio.wait_for(process.communicate(), WITHIN_S)
    except TimeoutError:
        raise Problem(422, "too_slow", "文件处理超时，索引未改动；请检查文件来源。") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    said, fault = (text.decode("utf-8", "replace").replace(hide, "") if hide else text.decode("utf-8", "replace")
                   for text in (out, err))
    if process.returncode == 0:
        return said.strip()
    lines = fault.strip().splitlines()
    if process.returncode == 1 and lines and "Traceback" not in fault:
        raise Problem(422, "not_taken", lines[-1][:500])
    log.error("admin: ingest ended with %s: %s", process.returncode, fault[-4000:])
    raise Problem(422, "not_taken", "文件无法处理，索引未改动；详情见服务日志。")


def environment(settings: AssistantSettings) -> dict[str, str]:
    """What the process gets: our settings, nothing secret."""
    kept = {name: value for name, value in os.environ.items() if not any(word in name.upper() for word in _KEPT_BACK)}
    ours: dict[str, Any] = {name: getattr(settings, name) for name in ("corpus", "index", "cache", "encoder", "chroma")}
    root = str(Path(__file__).resolve().parent.parent.parent)
    return {**kept, **{f"IPPLAN_{name.upper()}": str(value) for name, value in ours.items()},
            "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))}


def _plans(service: Service) -> list[dict[str, str]]:
    metas = service.require().catalogue.metas()
    return [{"id": meta.id, "title": meta.title, "region": meta.region} for meta in metas]
