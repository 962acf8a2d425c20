"""The admin routes: not there without a token; with it, a plan comes and goes while the service answers."""

from __future__ import annotations

import gc
import io
import os
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.chain import Assistant, open_assistant
from assistant.model import Question
from assistant.reopening import reopen
from assistant.service import Service
from assistant.settings import AssistantSettings
from assistant.web.admin import environment, safe_name
from assistant.web.app import create_api
from ingest.sources import MAX_BYTES
from tests.assistant.test_api import fault
from tests.conftest import TODAY
from tests.ingest.small_corpus import SHENZHEN, make_corpus

TOKEN = "a-token-that-is-long-enough-0123"     # noqa: S105  of this test
BEARER = {"Authorization": f"Bearer {TOKEN}"}
QUESTION = "深圳维权援助服务站要达到多少个？"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    root = tmp_path_factory.mktemp("admin")
    make_corpus(root / "corpus")
    return open_assistant(AssistantSettings(corpus=root / "corpus", index=root / "index", today=TODAY, admin_token=TOKEN))


@pytest.fixture
def service(small: Assistant) -> Service:
    service = Service()
    service.open(lambda progress: small)
    return service


@pytest.fixture
def client(service: Service, small: Assistant) -> Iterator[TestClient]:
    with TestClient(create_api(service, settings=small.settings), raise_server_exceptions=False) as opened:
        yield opened


def upload(client: TestClient, data: bytes, name: str = "深圳方案（2023—2025年）.txt", **given: Any) -> Any:
    return client.post("/api/admin/plans", params={"name": name, "id": "shenzhen-2023", **given}, content=data, headers=BEARER)


def test_without_a_token_there_are_no_such_routes(service: Service, small: Assistant) -> None:
    settings = AssistantSettings(**{**small.settings.model_dump(), "admin_token": ""})
    client = TestClient(create_api(service, settings=settings))
    for headers in ({}, BEARER):
        fault(client.get("/api/admin/plans", headers=headers), 404, "not_found")
        fault(client.post("/api/admin/plans", headers=headers, content=b"x"), 404, "not_found")


def test_a_wrong_token_is_refused_and_soon_the_client(service: Service, small: Assistant) -> None:
    client = TestClient(create_api(service, settings=small.settings))
    for given in ("", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer 口令".encode()):
        fault(client.get("/api/admin/plans", headers={"Authorization": given}), 401, "unauthorized")
    assert client.get("/api/admin/plans", headers=BEARER).status_code == 200
    for _ in range(5):
        client.get("/api/admin/plans")
    late = client.get("/api/admin/plans", headers=BEARER)
    fault(late, 429, "rate_limited")
    assert int(late.headers["retry-after"]) > 0
    stranger = TestClient(client.app, client=("203.0.113.7", 1))
    assert stranger.get("/api/admin/plans", headers=BEARER).status_code == 200


def test_a_plan_comes_and_goes_while_answers_go_on(client: TestClient, service: Service) -> None:
    before = service.require()
    assert client.post("/api/ask", json={"question": QUESTION}).json()["status"] != "answered"
    added = upload(client, SHENZHEN.encode(), region="深圳")
    assert added.status_code == 201, added.text
    assert [plan["id"] for plan in added.json()["plans"]] == ["qianjiang-2022", "shenzhen-2023"]
    assert "/tmp" not in added.text  # noqa: S108  no path of the server
    answered = client.post("/api/ask", json={"question": QUESTION}).json()
    assert answered["status"] == "answered"
    assert "20个" in answered["text"]
    assert before.ask(Question("黔江区的目标是什么？")).id, "what is in flight goes on with the old generation"
    assert before.encoder is service.require().encoder
    gone = client.delete("/api/admin/plans/shenzhen-2023", headers=BEARER)
    assert [plan["id"] for plan in gone.json()["plans"]] == ["qianjiang-2022"]
    fault(client.delete("/api/admin/plans/shenzhen-2023", headers=BEARER), 422, "not_taken")
    fault(client.delete("/api/admin/plans/..%2Fx", headers=BEARER), 404, "not_found")


def test_what_nobody_uses_is_closed(small: Assistant) -> None:
    from ingest.index import open_index

    settings = small.settings
    service = Service()
    service.open(lambda progress: Assistant(settings, open_index(settings), small.encoder))
    assert not reopen(service, settings)
    index = service.require().index
    corpus = settings.corpus / "corpus.toml"
    corpus.write_text(corpus.read_text(encoding="utf-8").replace('issuer = "', 'issuer = "某'), encoding="utf-8")
    from ingest.pipeline import build

    assert build(settings).changed
    held = service.require()
    assert reopen(service, settings)
    gc.collect()
    os.fstat(index.held)
    del held
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(index.held)
    service.require().close()


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(90 << 20))
    return file.getvalue()


def test_a_bomb_is_refused_in_a_process_of_its_own(client: TestClient, service: Service) -> None:
    before = service.require()
    said = fault(upload(client, bomb(), "plan.docx"), 422, "not_taken")
    assert "解压后有 90 MB" in said["message"]
    assert said["message"].startswith("plan.docx：")
    assert service.require() is before


@pytest.mark.parametrize(("name", "data", "status", "code"), [
    ("../plan.txt", b"x", 422, "bad_file_name"), ("a/b.txt", b"x", 422, "bad_file_name"), ("..\\b.txt", b"x", 422, "bad_file_name"),
    (".htaccess", b"x", 422, "bad_file_name"), ("-x.txt", b"x", 422, "bad_file_name"), ("a\0.txt", b"x", 422, "bad_file_name"),
    ("规" * 100 + ".txt", b"x", 422, "bad_file_name"), ("plan.exe", b"x", 415, "unsupported_media_type"),
    ("plan.txt", b"\x7fELF123", 415, "unsupported_media_type"), ("plan.pdf", b"PK\x03\x04", 415, "unsupported_media_type"),
    ("plan.txt", b" ", 422, "empty_file"), ("plan.txt", b"x" * (MAX_BYTES + 1), 413, "body_too_large")])
def test_uploads_that_are_refused_at_the_door(client: TestClient, name: str, data: bytes, status: int, code: str) -> None:
    fault(upload(client, data, name), status, code)


def test_a_strangers_upload_is_not_even_read(service: Service, small: Assistant) -> None:
    read = []

    def body() -> Iterator[bytes]:
        for _ in range(5):
            read.append(1)
            yield b"x" * 1000

    client = TestClient(create_api(service, settings=small.settings))
    assert client.post("/api/admin/plans", params={"name": "a.txt"}, content=body()).status_code == 401


def test_names_that_plans_have_are_taken() -> None:
    for name in ("黔江区高价值发明专利质量提升行动实施方案（2022—2024年）.docx", "《规划》“十四五”.pdf", "plan-1.2.TXT"):
        assert safe_name(name) == name


def test_the_process_gets_no_secret(small: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPPLAN_ADMIN_TOKEN", TOKEN)
    monkeypatch.setenv("IPPLAN_LLM_KEY", "sk-1")
    found = environment(small.settings)
    assert found["IPPLAN_INDEX"] == str(small.settings.index)
    assert not [name for name, value in found.items() if TOKEN in value or value == "sk-1"]
