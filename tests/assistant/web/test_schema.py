"""The API against its own OpenAPI document: examples run, refusals are told, no surprise under generated requests."""

from __future__ import annotations

import re
import shlex
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from assistant.chain import Assistant
from assistant.pages.openapi import METHODS, body_examples, curls, parameter_example
from assistant.service import Service
from assistant.web.app import create_api
from tests.assistant.web.serving import api_of

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance]


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/api/openapi.json").json())


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, methods[method]) for path, methods in document["paths"].items() for method in METHODS
            if method in methods]


@pytest.fixture(scope="module")
def schema(assistant: Assistant) -> Any:
    return schemathesis.openapi.from_asgi("/api/openapi.json", api_of(assistant))


ROUTES = [(path, method) for path, methods in create_api(Service()).openapi()["paths"].items() for method in methods]


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_generated_requests_meet_no_surprise(schema: Any, path: str, method: str, mode: GenerationMode) -> None:
    @settings(max_examples=3 if path == "/api/export" else 15, deadline=None, derandomize=True, database=None,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:           # a route that takes nothing cannot be asked wrongly
        assert mode is GenerationMode.NEGATIVE
    except (Exception, BaseExceptionGroup) as found:   # its traceback goes through a hundred frames of the generators; its message says all
        pytest.fail(str(found), pytrace=False)


def test_a_stranger_finds_every_route_explained(document: dict[str, Any]) -> None:
    found = operations(document)
    assert {path for path, _, _ in found} >= {"/api/ask", "/api/units", "/api/indicators", "/api/schedule", "/api/matrix",
                                              "/api/export", "/v1/chat/completions", "/v1/models", "/api/feedback"}
    for path, method, operation in found:
        assert re.search("[\u4e00-\u9fff]", operation["summary"]), path
        assert operation["description"], path
        assert operation["tags"], path
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (path, parameter["name"])
        if method == "post":
            assert {"400", "413", "422", "503"} <= set(operation["responses"]), path
            assert body_examples(document, operation), path
        for status, response in operation["responses"].items():
            assert status in ("200", "201") or "Error" in str(response["content"]), (path, status)
    for name, schema in document["components"]["schemas"].items():
        for each in (schema, *schema.get("properties", {}).values()):
            assert re.search("[\u4e00-\u9fff]", each.get("description", "")), (name, each)
    assert not {"HTTPValidationError", "ValidationError"} & set(document["components"]["schemas"])


def test_every_example_runs_and_is_answered_as_documented(document: dict[str, Any], schema: Any) -> None:
    ran = 0
    for path, method, operation in operations(document):
        given_of: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
        for parameter in operation.get("parameters", []):
            example = parameter_example(parameter)
            assert example != "", (path, parameter["name"])
            given_of[parameter["in"]][parameter["name"]] = quote(str(example), safe="") if parameter["in"] == "path" else example
        for body in body_examples(document, operation) or [None]:
            for name in (None, *given_of["query"]):
                query = {name: given_of["query"][name]} if name else {}
                sent = {"body": body, "media_type": "application/json"} if body else {}
                case = schema[path][method].Case(path_parameters=given_of["path"], query=query, **sent)
                response = case.call()
                assert response.status_code in (200, 201), (path, query, response.text[:300])
                case.validate_response(response, checks=CHECKS)
                ran += 1
    assert ran >= 30


def test_the_commands_of_the_page_run(document: dict[str, Any], client: TestClient) -> None:
    for path, method, operation in operations(document):
        for command in curls(document, path, method, operation, "http://127.0.0.1:7860"):
            words = shlex.split(command)
            url = urlsplit(next(word for word in words if word.startswith("http")))
            body = words[words.index("-d") + 1] if "-d" in words else None
            response = client.request(method, f"{url.path}?{url.query}", content=body, headers={"content-type": "application/json"})
            assert response.status_code in (200, 201), command


def test_the_page_of_the_docs_loads_nothing_from_elsewhere(client: TestClient, document: dict[str, Any]) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page.text)
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]
    for path, _, _ in operations(document):
        assert path in page.text
    anchors = set(re.findall(r'id="([^"]+)"', page.text))
    assert {link[1:] for link in re.findall(r'href="(#[^"]+)"', page.text)} - anchors == set()
    assert re.search(r"<pre><code>curl -s ", page.text)
