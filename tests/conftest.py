"""One index of the whole corpus for all tests that need it, built once with the real encoder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.chain import Assistant, open_assistant
from assistant.knowledge import Knowledge
from assistant.settings import AssistantSettings

TODAY = date(2026, 3, 1)
"""Chongqing 2024 is in force on this day, the other four plans are over."""


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one index of a test run is built."""
    return tmp_path_factory.mktemp("index")


@pytest.fixture(scope="session")
def assistant(index_folder: Path) -> Iterator[Assistant]:
    """The real assistant over the five plans, on a fixed day."""
    opened = open_assistant(AssistantSettings(index=index_folder, today=TODAY))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def knowledge(assistant: Assistant) -> Knowledge:
    """The five plans as the composers see them."""
    return assistant.knowledge
