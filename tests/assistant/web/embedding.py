"""A portal on one origin that embeds the chat of another, and a line between them that can be cut."""

from __future__ import annotations

import runpy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from playwright.sync_api import Browser, FrameLocator, Page

from tests.assistant.web.serving import served

ROOT = Path(__file__).resolve().parents[3]


class Line:
    """A TCP line to the server that can be cut in the middle of an answer, and mended."""

    def __init__(self, port: int) -> None:
        self.port, self.cut = port, False
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near = self.socket.accept()[0]
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.port))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                at = piece.find(b"event: citation") if self.cut else -1
                if at < 0 and self.cut:
                    at = piece.find(b"event: delta")
                sink.sendall(piece if at < 0 else piece[:at])
                if at >= 0:
                    break
        except OSError:
            pass
        for each in (source, sink):
            with suppress(OSError):     # a close alone would wait for the other thread's recv
                each.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class Place:
    """Addresses: of the chat, of a portal that may embed it, of one that may not; and the line to the chat."""

    chat: str
    portal: str
    stranger: str
    line: Line


@contextmanager
def embedded(create: Callable[[tuple[str, ...]], FastAPI]) -> Iterator[Place]:
    """The app that `create` makes for the sites that may embed it, with its portals."""
    build = runpy.run_path(str(ROOT / "docs/portal/serve.py"))["portal"]
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with served(create((f"http://localhost:{port}",))) as direct:
        line = Line(int(direct.rsplit(":", 1)[1]))
        chat = f"http://127.0.0.1:{line.socket.getsockname()[1]}"
        portals = build(chat, port), build(chat, 0)
        for each in portals:
            threading.Thread(target=each.serve_forever, args=(0.05,), daemon=True).start()
        yield Place(chat, f"http://localhost:{port}/", f"http://localhost:{portals[1].server_port}/", line)
        for each in portals:
            each.shutdown()
            each.server_close()
        line.socket.close()


def visit(browser: Browser, url: str, **options: Any) -> tuple[Page, FrameLocator]:
    page = browser.new_page(locale="zh-CN", **options)
    page.goto(url)
    return page, page.frame_locator("ip-plan-chat iframe")


def ask(page: Page, chat: FrameLocator, question: str) -> None:
    page.evaluate("question => IpPlanChat.ask(question)", question)
    chat.locator(".acts").last.wait_for(timeout=30_000)
