"""Wiring: settings → web app at once → index and chain in the background.    python app.py

    IPPLAN_HOST, IPPLAN_PORT    where to listen (127.0.0.1, 7860)
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from typing import TYPE_CHECKING

import uvicorn
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.service import Progress, Service

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.chain import Assistant

QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1", "ANONYMIZED_TELEMETRY": "False",
         "GRADIO_SSR_MODE": "False", "GRADIO_MCP_SERVER": "False"}


class WebSettings(BaseSettings):
    """Where the web app listens."""

    model_config = SettingsConfigDict(env_prefix="IPPLAN_", extra="ignore")

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=7860, ge=1, le=65535, description="port to listen on")


def create_app(service: Service) -> FastAPI:
    """The whole web app: API, reading pages, Gradio page."""
    from assistant.api import create_api
    from assistant.page import mount_page

    return mount_page(create_api(service), service)


def open_with_settings(progress: Progress) -> Assistant:
    """Settings → assistant; builds the index where there is none. The slow imports happen here, off the main thread."""
    progress("正在加载语言模型与检索组件")
    from assistant.chain import open_assistant
    from assistant.settings import AssistantSettings

    return open_assistant(AssistantSettings(), progress)


def taken(host: str, port: int) -> bool:
    """Whether something listens on this port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


class Server(uvicorn.Server):
    """uvicorn that begins to open the assistant when, and not before, its port is open."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self.service = service

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            logging.getLogger("app").info("页面已打开：http://%s:%d", self.config.host, self.config.port)
            self.service.open_in_background(open_with_settings)


def main() -> int:
    """Serve until Ctrl-C. 1 when the port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "httpx2", "chromadb", "sentence_transformers"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    settings = WebSettings()
    if taken(settings.host, settings.port):
        sys.stderr.write(f"端口 {settings.port} 已被占用；请用 IPPLAN_PORT 指定另一个端口。\n")
        return 1
    service = Service()
    config = uvicorn.Config(create_app(service), host=settings.host, port=settings.port, log_level="warning",
                            timeout_graceful_shutdown=3, server_header=False)
    try:
        Server(config, service).run()
    except KeyboardInterrupt:   # uvicorn has shut down already; it hands the signal on
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
