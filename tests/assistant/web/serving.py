"""The app on a real port, and an assistant that takes its time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import uvicorn
from fastapi import FastAPI

from assistant.chain import Assistant
from assistant.service import Service
from assistant.web.app import create_api
from assistant.web.desk import Desk


def api_of(assistant: Any, desk: Desk | None = None) -> FastAPI:
    service = Service()
    service.open(lambda progress: assistant)
    return create_api(service, desk=desk)


@contextmanager
def served(app: FastAPI, **given: Any) -> Iterator[str]:
    """A uvicorn server of `app` in a thread; its address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2, **given))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


def wait_until(met: Callable[[], object], limit: float = 10.0) -> None:
    deadline = time.monotonic() + limit
    while not met():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


class Slow:
    """An assistant that answers when it is let go, or stops when it is told to; remembers both."""

    def __init__(self, assistant: Assistant) -> None:
        self.real = assistant
        self.go = threading.Event()
        self.begun: list[str] = []
        self.stopped: list[str] = []

    def as_assistant(self) -> Any:
        return SimpleNamespace(ask=self.ask, catalogue=self.real.catalogue, settings=self.real.settings,
                               knowledge=self.real.knowledge)

    def ask(self, question: Any, on_line: Any = None, cancelled: threading.Event | None = None) -> Any:
        self.begun.append(question.text)
        assert cancelled is not None
        while not self.go.wait(0.01):
            if cancelled.is_set():
                self.stopped.append(question.text)
                break
        return self.real.ask(question, on_line, cancelled)
