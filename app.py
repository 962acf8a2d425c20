"""Wiring: settings → web app at once → index and chain in the background.    python app.py

    IPPLAN_HOST, IPPLAN_PORT    where to listen (127.0.0.1, 7860)
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING

import uvicorn
from pydantic import ValidationError

from assistant.logs import set_up
from assistant.reopening import watch
from assistant.service import Opener, Progress, Service
from assistant.settings import AssistantSettings
from assistant.web.connections import KEEP_ALIVE_S, Patient
from assistant.web.limits import MAX_HEADERS, MAX_TARGET

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.chain import Assistant

QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1", "ANONYMIZED_TELEMETRY": "False",
         "GRADIO_SSR_MODE": "False", "GRADIO_MCP_SERVER": "False"}


def create_app(service: Service, sites: tuple[str, ...] = (), settings: AssistantSettings | None = None) -> FastAPI:
    """The whole web app: API, reading pages, widget, Gradio page. `sites` may embed the widget beside our own.

    With `settings` it has limits, request ids, metrics and the audit log too.
    """
    from assistant.pages.chat import mount_page
    from assistant.web.app import create_api
    from assistant.web.guard import guarded
    from assistant.web.headers import protect

    if settings is None:
        return protect(mount_page(create_api(service, sites), service))
    return protect(guarded(service, settings, lambda desk, metrics: mount_page(
        create_api(service, sites, desk, settings, metrics), service)))


def opener_for(settings: AssistantSettings) -> Opener:
    """What opens the assistant; builds the index where there is none. Its slow imports happen off the main thread."""

    def opener(progress: Progress) -> Assistant:
        progress("load", 0, 0)
        from assistant.chain import open_assistant

        return open_assistant(settings, progress)

    return opener


def taken(host: str, port: int) -> bool:
    """Whether something listens on this port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


class Server(uvicorn.Server):
    """uvicorn that begins to open the assistant when, and not before, its port is open."""

    def __init__(self, config: uvicorn.Config, service: Service, opener: Opener, patience_s: float = 20.0) -> None:
        super().__init__(config)
        self.patience_s = patience_s
        self.service = service
        self.opener = opener

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            logging.getLogger("app").info("页面已打开：http://%s:%d", self.config.host, self.config.port)
            self.service.open_in_background(self.opener)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """No new connection; answers in flight are finished; then a moment for open pages, which hold their connections."""
        for server in self.servers:
            server.close()
        deadline = time.monotonic() + self.patience_s
        while self.service.inside() and not self.force_exit and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)
        self.service.close()    # not after `run`: uvicorn ends the process by the signal that it got


def main() -> int:
    """Serve until Ctrl-C. 1 when a setting is wrong or the port is taken."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        settings = AssistantSettings()
    except ValidationError as error:
        first = error.errors()[0]
        sys.stderr.write(f"环境变量 IPPLAN_{'_'.join(map(str, first['loc'])).upper()} 有误：{first['msg']}；请改正。\n")
        return 1
    set_up(settings.log_format)
    if taken(settings.host, settings.port):
        sys.stderr.write(f"端口 {settings.port} 已被占用；请用 IPPLAN_PORT 指定另一个端口。\n")
        return 1
    service = Service()
    config = uvicorn.Config(
        create_app(service, settings.sites(), settings), host=settings.host, port=settings.port, log_config=None,
        log_level="warning", server_header=False, http=Patient, h11_max_incomplete_event_size=MAX_HEADERS + MAX_TARGET,
        limit_concurrency=settings.connections, forwarded_allow_ips=settings.proxies(),
        timeout_graceful_shutdown=3, timeout_keep_alive=KEEP_ALIVE_S)
    stop = threading.Event()
    service.closers.append(stop.set)
    watch(service, settings, stop)
    try:
        Server(config, service, opener_for(settings), settings.llm_deadline + 5).run()
    except KeyboardInterrupt:   # uvicorn has shut down already; it hands the signal on
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
