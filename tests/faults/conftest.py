"""A small index, built once, copied for every fault."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.pipeline import build
from ingest.settings import IngestSettings
from tests.ingest.small_corpus import corpus_of_faults, settings_for


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sound")
    corpus_of_faults(root / "corpus")
    build(settings_for(root))
    return root


@pytest.fixture
def settings(sound: Path, tmp_path: Path) -> IngestSettings:
    shutil.copytree(sound, tmp_path / "copy")
    return settings_for(tmp_path / "copy")
