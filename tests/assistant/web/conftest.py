"""The real app: in-process and on a port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.chain import Assistant
from tests.assistant.web.serving import Slow, api_of, served


@pytest.fixture(scope="session")
def api(assistant: Assistant) -> FastAPI:
    """The real app, to be asked in-process."""
    return api_of(assistant)


@pytest.fixture(scope="session")
def client(api: FastAPI) -> Iterator[TestClient]:
    with TestClient(api, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def address(api: FastAPI) -> Iterator[str]:
    """The real app on a port."""
    with served(api) as base:
        yield base


@pytest.fixture
def slow(assistant: Assistant) -> Slow:
    return Slow(assistant)
