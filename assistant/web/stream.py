"""Server-sent events that survive proxies: no buffering, no transformation, a comment while nothing is to be told."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from assistant.web.desk import Ticket, while_there

HEARTBEAT_S = 10.0   # nginx and most load balancers cut a connection that is silent for 60 s, some for 15 s
OPENING = ": 已收到\n\n"
"""The first bytes, so that proxies pass on the headers. No `retry:` line here: OpenAI's client takes it for an event."""
HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}

DOCUMENTED: dict[str, Any] = {"text/event-stream": {"schema": {
    "type": "object", "description": "一个事件", "required": ["data"],
    "properties": {"event": {"type": "string"}, "data": {"type": "string", "contentMediaType": "application/json"}}}}}
"""What the OpenAPI document says of a stream: the schema is that of one event."""

Emit = Callable[[str], Awaitable[None]]


class EventStream(Response):
    """What `write` emits, as text/event-stream. When the client leaves, the ticket is cancelled and given back."""

    media_type = "text/event-stream"

    def __init__(self, ticket: Ticket, write: Callable[[Emit], Awaitable[None]], opening: str = OPENING) -> None:
        self.ticket = ticket
        self.opening = opening
        self.write = write
        self.status_code = 200
        self.background = None
        self.init_headers(HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def emit(text: str) -> None:
            try:
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            except OSError:      # a server that tells it so; the others only say it through `receive`
                self.ticket.cancelled.set()

        finished = False
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await emit(self.opening)
            async with while_there(receive, self.ticket), anyio.create_task_group() as group:
                group.start_soon(_beat, emit)
                await self.write(emit)
                finished = True
                group.cancel_scope.cancel()
            if finished:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            return
        finally:
            self.ticket.leave()


async def _beat(emit: Emit) -> None:
    while True:
        await anyio.sleep(HEARTBEAT_S)
        await emit(": 处理中\n\n")


def event(name: str, data: Mapping[str, Any]) -> str:
    """One named event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
