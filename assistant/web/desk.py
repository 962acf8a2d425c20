"""Who is answered when: a few questions at work, a few more waiting, everybody else told to come back.

A place is taken before a response begins, so that "busy" is a 503 and not a broken stream, and it is given back when
the work has ended or was never begun.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from starlette.types import Receive

from assistant.contract.problems import Problem
from assistant.model import Question, Reply

if TYPE_CHECKING:
    from assistant.chain import Assistant

ASK_THREADS = 4     # answering is bound by the processor: more at once only makes each one slower
MAX_WAITING = 32    # at 20 ms an answer well under a second; with a chat model a reader gives up before the 32nd
BUSY_RETRY_S = 3

OnLine = Callable[[str], None]
Heard = Callable[[Question, Reply], None]


class Stopped(Exception):
    """The reader left before the work began."""


class Desk:
    """The queue of one process. Safe to read from any thread."""

    def __init__(self, threads: int = ASK_THREADS, waiting: int = MAX_WAITING) -> None:
        self._lock = threading.Lock()
        self._places = threads + waiting
        self._inside = 0
        self._at_work = 0
        self.heard: Heard | None = None
        self.limiter = anyio.CapacityLimiter(threads)

    @property
    def inside(self) -> int:
        """Questions at work or waiting."""
        with self._lock:
            return self._inside

    @property
    def at_work(self) -> int:
        """Questions whose answer is being made."""
        with self._lock:
            return self._at_work

    def enter(self) -> Ticket:
        """A place, or a `Problem` where all are taken."""
        with self._lock:
            if self._inside >= self._places:
                raise Problem(503, "busy", "现在提问的人较多，请稍后再试。", {"waiting": self._inside},
                              retry_after=BUSY_RETRY_S)
            self._inside += 1
        return Ticket(self)

    def _left(self) -> None:
        with self._lock:
            self._inside -= 1

    def _works(self, change: int) -> None:
        with self._lock:
            self._at_work += change


class Ticket:
    """One place at a desk. `cancelled` is set when the reader has left: what answers looks at it and stops."""

    def __init__(self, desk: Desk) -> None:
        self.cancelled = threading.Event()
        self._desk = desk
        self._held = True

    def leave(self) -> None:
        """Give the place back; once is enough, twice does no harm."""
        self.cancelled.set()
        if self._held:
            self._held = False
            self._desk._left()

    async def ask(self, assistant: Assistant, question: Question, on_line: OnLine | None = None) -> Reply:
        """The reply. Waits its turn; a reader who leaves meanwhile is not answered.

        `on_line` is called in a thread with pieces of the text that are verified already; joined they begin `reply.text`.
        """
        try:
            return await anyio.to_thread.run_sync(partial(self._work, assistant, question, on_line),
                                                  limiter=self._desk.limiter)
        finally:
            self.leave()

    def _work(self, assistant: Assistant, question: Question, on_line: OnLine | None) -> Reply:
        if self.cancelled.is_set():
            raise Stopped
        self._desk._works(1)
        try:
            reply = assistant.ask(question, on_line=on_line, cancelled=self.cancelled)
        finally:
            self._desk._works(-1)
        if self._desk.heard:
            self._desk.heard(question, reply)
        return reply


@asynccontextmanager
async def while_there(receive: Receive, ticket: Ticket) -> AsyncIterator[anyio.CancelScope]:
    """Runs the block while the client is there; when it leaves, the ticket is cancelled and the block is broken off.

    An exception of the block comes out as it is, unless the client has left: then there is nobody to tell.
    """
    fault: Exception | None = None
    left = False
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            nonlocal left
            while (await receive())["type"] != "http.disconnect":
                pass
            left = True
            ticket.cancelled.set()
            group.cancel_scope.cancel()

        group.start_soon(watch)
        try:
            yield group.cancel_scope
        except Exception as error:  # kept from the task group, which would wrap it
            fault = error
        group.cancel_scope.cancel()
    if fault and not left:
        raise fault
