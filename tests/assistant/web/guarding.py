"""The whole app as it is in service, with settings of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app import create_app
from assistant.service import Service
from assistant.settings import AssistantSettings


def guarded_app(assistant: Any, records: Path, **given: Any) -> FastAPI:
    """The app over `assistant`, with everything around that `app.py` puts there."""
    return app_and_service(assistant, records, **given)[0]


def app_and_service(assistant: Any, records: Path, **given: Any) -> tuple[FastAPI, Service]:
    service = Service()
    service.open(lambda progress: assistant)
    settings = AssistantSettings(**{"index": assistant.settings.index, "records": records, **given})
    return create_app(service, settings.sites(), settings), service
