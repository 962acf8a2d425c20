"""What readers and operators see when something breaks under a running service."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from assistant.chain import Assistant, open_assistant
from assistant.service import Service
from assistant.settings import AssistantSettings
from assistant.web.app import create_api
from ingest.encoder import Encoder, open_encoder
from ingest.generations import CHROMA, CURRENT
from ingest.index import Index, open_index
from ingest.pipeline import build
from ingest.settings import IngestSettings
from tests.assistant.web.serving import wait_until
from tests.conftest import TODAY
from tests.faults.processes import recovery
from tests.ingest.small_corpus import rename_issuer

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = {"question": "黔江区怎样开展知识产权质押融资？"}
SLOW_APP = """
import sys, time
from types import SimpleNamespace
import uvicorn
import app
from assistant.model import Reply
from assistant.service import Service
from assistant.settings import AssistantSettings
from assistant.web.app import create_api
from assistant.web.guard import guarded

def ask(question, on_line=None, cancelled=None):
    sys.stdout.write('asked\\n')  # in one piece: two answers begin at once
    sys.stdout.flush()
    time.sleep(1.5)
    return Reply('r' + question.text, 'refused', '答复' + question.text, (), ())

settings = AssistantSettings()
fake = SimpleNamespace(ask=ask, catalogue=SimpleNamespace(metas=lambda: ()), settings=settings)
service = Service()
web = guarded(service, settings, lambda desk, metrics: create_api(service, (), desk, settings, metrics))
config = uvicorn.Config(web, port=int(sys.argv[1]), log_level='warning', timeout_graceful_shutdown=1)
app.Server(config, service, lambda progress: fake, 10).run()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def slow_app(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    environment = {**os.environ, "IPPLAN_INDEX": str(folder), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", SLOW_APP, str(port)], env=environment, stdout=subprocess.PIPE, text=True) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: ready(address), 60)
            yield address, process
        finally:
            process.kill()


def ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api/feedback", trust_env=False).status_code == 405
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
def test_answers_in_flight_are_finished(tmp_path: Path, signalled: signal.Signals) -> None:
    found: dict[str, httpx.Response] = {}
    with slow_app(tmp_path) as (address, process):
        def ask(name: str, stream: bool) -> None:
            found[name] = httpx.post(f"{address}/api/ask", json={"question": name, "stream": stream}, trust_env=False, timeout=20)

        threads = [threading.Thread(target=ask, args=(name, name == "流")) for name in ("甲", "流")]
        for thread in threads:
            thread.start()
        assert process.stdout
        assert [process.stdout.readline() for _ in threads] == ["asked\n"] * 2
        process.send_signal(signalled)
        time.sleep(0.3)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/api/health", trust_env=False)
        for thread in threads:
            thread.join(20)
        assert process.wait(20) in (-signalled, 128 + signalled, 0)
    assert found["甲"].status_code == 200
    assert found["甲"].json()["text"] == "答复甲"
    assert found["流"].text.rstrip().splitlines()[-2] == "event: done"
    from assistant.audit import export

    assert len(list(export(tmp_path / "records", ""))) == 2, "what was answered is in the log, the last answers too"


@pytest.fixture
def running(settings: IngestSettings) -> Iterator[tuple[TestClient, AssistantSettings]]:
    ours = AssistantSettings(corpus=settings.corpus, index=settings.index, today=TODAY)
    opened = Assistant(ours, *reopened(ours))
    service = Service()
    service.open(lambda progress: opened)
    with TestClient(create_api(service, settings=ours), raise_server_exceptions=False) as client:
        yield client, ours
    opened.close()


def generation(settings: AssistantSettings) -> Path:
    return settings.index / (settings.index / CURRENT).read_text().strip()


def test_chroma_deleted_under_a_running_service(running: tuple[TestClient, AssistantSettings]) -> None:
    client, settings = running
    shutil.rmtree(generation(settings) / CHROMA)
    assert client.post("/api/ask", json=ASK).json()["citations"]


def test_the_index_deleted_under_a_running_service(running: tuple[TestClient, AssistantSettings]) -> None:
    client, settings = running
    first = client.post("/api/ask", json=ASK).json()
    shutil.rmtree(settings.index)
    again = client.post("/api/ask", json=ASK)
    assert again.status_code in (200, 503)
    if again.status_code == 200:
        assert again.json()["text"] == first["text"]


DAMAGE = {"cut": lambda data: data[:20_000], "overwritten": lambda data: data[:4096] + b"\x5a" * (len(data) - 4096), "empty": lambda data: b""}


@pytest.mark.parametrize("damage", list(DAMAGE))
def test_the_catalogue_damaged_before_the_start(settings: IngestSettings, damage: str) -> None:
    """Health and every route say what is wrong and which command puts it right; the command does."""
    ours = AssistantSettings(corpus=settings.corpus, index=settings.index, today=TODAY)
    file = generation(ours) / "catalogue.sqlite"
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    service = Service()
    service.open(lambda progress: open_assistant(ours))
    with TestClient(create_api(service), raise_server_exceptions=False) as client:
        health = client.get("/api/health").json()
        assert health["status"] == "error"
        assert "python -m ingest build" in health["message"]
        refused = client.post("/api/ask", json=ASK)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "unavailable")
        assert int(refused.headers["retry-after"]) > 0
    with recovery(f"catalogue {damage} before the start, until answers are ready"):
        assert build(settings).changed
        service.open(lambda progress: open_assistant(ours))
    assert service.standing.state == "ready"
    service.require().close()


def test_the_catalogue_overwritten_under_a_running_service(running: tuple[TestClient, AssistantSettings]) -> None:
    client, settings = running
    file = generation(settings) / "catalogue.sqlite"
    data = file.read_bytes()
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\x5a" * (len(data) - 4096))
    said = client.get("/api/plans/qianjiang-2022/text")
    asked = client.post("/api/ask", json=ASK)
    for response in (said, asked):
        assert response.status_code in (200, 503), response.text
        if response.status_code == 503:
            assert "ingest build" in response.json()["error"]["message"]


def test_the_encoder_is_missing(settings: IngestSettings, tmp_path: Path) -> None:
    ours = AssistantSettings(corpus=settings.corpus, index=tmp_path / "none", encoder=str(tmp_path / "no-model"))
    service = Service()
    service.open(lambda progress: open_assistant(ours))
    assert service.standing.state == "error"
    assert "no-model" in service.standing.message


def test_a_service_takes_over_what_was_built_meanwhile(running: tuple[TestClient, AssistantSettings]) -> None:
    from assistant.reopening import watch

    client, settings = running
    service = Service()
    service.open(lambda progress: Assistant(settings, *reopened(settings)))
    stop = threading.Event()
    thread = watch(service, settings, stop, every_s=0.05)
    before = service.require()
    rename_issuer(settings)
    assert build(settings).changed
    wait_until(lambda: service.require() is not before)
    (settings.index / CURRENT).write_text("gen-9999\n")
    time.sleep(0.3)
    assert service.standing.state == "ready", "a new index that cannot be opened does not take the old one away"
    stop.set()
    thread.join(5)
    assert client.post("/api/ask", json=ASK).status_code == 200


def reopened(settings: AssistantSettings) -> tuple[Index, Encoder]:
    return open_index(settings), open_encoder(settings)
