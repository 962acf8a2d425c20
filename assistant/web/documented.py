"""What the OpenAPI document says of refusals, data structures and fields, in the language of its readers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from assistant.contract.problems import Problem, body_of, openai_body
from assistant.contract.schemas import ErrorOut

WORDS = Path(__file__).resolve().parent.parent / "data" / "api.toml"
_WHEN: dict[int, tuple[str, str, str]] = {
    400: ("请求不是合法的 JSON", "malformed_json", "请求不是合法的 JSON，请检查格式。"),
    404: ("没有所指的规划、条款、单位或地区", "not_found", "没有找到所请求的规划或条款。"),
    405: ("该地址不支持此请求方法", "method_not_allowed", "这个地址不支持该请求方法。"),
    413: ("请求内容过长", "body_too_large", "请求内容超过长度上限，请缩短问题或对话历史后重试。"),
    422: ("请求参数不符合要求；detail 列出有误的参数", "invalid_request", "请求参数不符合要求：question。"),
    500: ("服务内部出错", "internal_error", "服务内部出错，未能完成这次请求，请稍后重试。"),
    503: ("知识库正在准备（not_ready）、打不开（unavailable）或提问的人过多（busy）；按 Retry-After 秒数后重试",
          "busy", "现在提问的人较多，请稍后再试。"),
}


def errors(*statuses: int, model: type[BaseModel] = ErrorOut) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route that may answer with these statuses, in the body of `model`."""
    return {status: _entry(status, model) for status in statuses}


def _entry(status: int, model: type[BaseModel]) -> dict[str, Any]:
    when, code, message = _WHEN[status]
    problem = Problem(status, code, message)
    example = body_of(code, message) if model is ErrorOut else openai_body(problem)
    entry: dict[str, Any] = {"model": model, "description": when, "content": {"application/json": {"example": example}}}
    if status == 503:
        entry["headers"] = {"Retry-After": {"description": "多少秒后重试", "schema": {"type": "integer"}}}
    return entry


def explain(app: FastAPI) -> None:
    """Let `app.openapi()` describe every structure and every field by the words of `data/api.toml`."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _describe(plain(), tomllib.loads(WORDS.read_text(encoding="utf-8")))
        assert app.openapi_schema is not None  # noqa: S101  FastAPI keeps what it made
        return app.openapi_schema

    # the way FastAPI gives to extend the document
    app.openapi = openapi  # type: ignore[method-assign]


def _describe(document: dict[str, Any], words: dict[str, dict[str, str]]) -> None:
    for name, schema in document["components"]["schemas"].items():
        schema["description"] = words["schemas"].get(name, "")
        for field, each in schema.get("properties", {}).items():
            each.setdefault("description", words["fields"].get(f"{name}.{field}") or words["fields"].get(field, ""))
    for methods in document["paths"].values():
        for operation in methods.values():
            for response in operation["responses"].values():
                if response["description"] == "Successful Response":
                    response["description"] = "成功"
