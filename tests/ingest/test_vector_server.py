"""The vectors on a real Chroma server: shared by replicas, gone and back again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest

from assistant.chain import open_assistant
from assistant.model import Question
from assistant.settings import AssistantSettings
from ingest.errors import IndexMissing, IndexUnreachable
from ingest.index import open_index
from ingest.nearest import FEW
from ingest.pipeline import build
from ingest.settings import IngestSettings
from ingest.vector_server import PAUSE_S, ServerStore
from tests.faults.processes import recovery
from tests.ingest.small_corpus import corpus_of_faults

BROAD = Question("黔江区怎样开展知识产权质押融资？")


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def chroma(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [Path(sys.executable).with_name("chroma"), "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=1, trust_env=False).raise_for_status()
                    break
                except httpx.HTTPError:
                    assert server.poll() is None, "chroma run ended"
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
            yield server
        finally:
            server.send_signal(signal.SIGKILL)


def test_build_query_kill_restart(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.nearest.FEW", 0)  # every question goes to the server, as in a large corpus
    corpus_of_faults(tmp_path / "corpus")
    url = f"http://127.0.0.1:{port}"
    settings = AssistantSettings(
        corpus=tmp_path / "corpus", index=tmp_path / "index", chroma=url, today=date(2026, 3, 1)
    )
    with pytest.raises(IndexUnreachable, match="IPPLAN_CHROMA"):
        build(settings)
    with chroma(tmp_path / "server", port):
        report = build(settings)
        assert report.changed
        assert not build(settings).changed
        assert not (tmp_path / "index" / report.generation / "chroma").exists()
        assistant = open_assistant(settings)
        assert assistant.index.vectors.count() == len(assistant.catalogue.passages()) > 3
        first = assistant.ask(BROAD)
        assert first.status == "answered"
        assert not [notice for notice in first.notices if notice.kind == "partial"]
        replica = open_index(settings)
        assert replica.vectors.ids() == {passage.id for passage in assistant.catalogue.passages()}
        replica.close()
    alone = assistant.ask(BROAD)
    assert [notice.kind for notice in alone.notices].count("partial") == 1
    assert alone.citations, "full text answers while the server is gone"
    late = open_assistant(settings)  # a replica that starts meanwhile
    assert late.ask(BROAD).citations
    with chroma(tmp_path / "server", port):
        with recovery("Chroma server gone and back"):
            while any(notice.kind == "partial" for notice in assistant.ask(BROAD).notices):
                time.sleep(0.1)
        time.sleep(PAUSE_S)
        for opened in (assistant, late):
            again = opened.ask(BROAD)
            assert (again.text, again.notices) == (first.text, first.notices)
            opened.close()


def test_a_server_without_the_collection_is_told_apart(tmp_path: Path, port: int) -> None:
    with chroma(tmp_path / "server", port):
        store = ServerStore(f"http://127.0.0.1:{port}", "ipplan-0000000000000000")
        assert not store.finished(5)
        with pytest.raises(IndexMissing, match="python -m ingest build"):
            store.count()
        store.close()


def test_while_the_server_is_silent_nobody_waits(port: int) -> None:
    store = ServerStore(f"http://127.0.0.1:{port}", "ipplan-0000000000000000")
    with pytest.raises(IndexUnreachable):
        store.count()
    began = time.monotonic()
    with pytest.raises(IndexUnreachable, match="刚才没有应答"):
        store.query([0.0] * 384, 5, None)  # type: ignore[arg-type]
    assert time.monotonic() - began < 0.1


@pytest.mark.parametrize("address", ["chroma:8000", "ftp://chroma:8000", "http://user name@chroma"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="chroma"):
        IngestSettings(chroma=address)


def test_few_is_the_default_of_the_product() -> None:
    assert FEW >= 386, "the packaged plans are compared one by one, without Chroma"
