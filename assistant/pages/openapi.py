"""The OpenAPI document as one page of HTML: every route with its parameters, an example to copy, its answers. No script."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

METHODS = ("get", "post", "put", "patch", "delete")


def docs_html(document: Mapping[str, Any], base: str) -> str:
    """The body of the page; `base` is the address that examples are sent to."""
    routes = list(_routes(document))
    tags = list(dict.fromkeys(tag for _, _, operation in routes for tag in operation.get("tags", ["其他"])))
    about = "".join(f"<p>{_prose(line.removeprefix('- '))}</p>"
                    for line in document["info"].get("description", "").splitlines() if line)
    groups = "".join(
        f"<section><h2>{escape(tag)}</h2>" + "".join(
            _route(document, path, method, operation, base) for path, method, operation in routes
            if tag in operation.get("tags", ["其他"])) + "</section>"
        for tag in tags)
    schemas = "".join(_schema(name, schema) for name, schema in document.get("components", {}).get("schemas", {}).items())
    return (f'<link rel="stylesheet" href="/ui/docs.css"><h1>接口说明</h1>{about}<p><a href="/api/openapi.json">OpenAPI 文档（JSON）</a></p>'
            f"{groups}<section><h2>数据结构</h2>{schemas}</section>")


def _routes(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _route(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], base: str) -> str:
    parameters = operation.get("parameters", [])
    rows = "".join(
        f"<tr><td><code>{escape(each['name'])}</code></td><td>{'地址' if each['in'] == 'path' else '参数'}</td>"
        f"<td>{'必填' if each.get('required') else '可选'}</td><td>{escape(_type(each['schema']))}</td>"
        f"<td>{_prose(each.get('description', ''))}</td></tr>" for each in parameters)
    table = ('<div class="scroll" tabindex="0"><table class="plain"><thead><tr><th>名称</th><th>位置</th><th>必填</th><th>类型</th><th>说明</th></tr></thead>'
             f"<tbody>{rows}</tbody></table></div>") if rows else ""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    sent = f"<p>请求体：{_linked(body)}</p>" if body else ""
    answers = "".join(
        f"<tr><td>{status}</td><td>{escape(answer.get('description', ''))}</td><td>"
        + "、".join(f"{escape(kind)} {_linked(content.get('schema', {}))}" for kind, content in answer.get("content", {}).items())
        + "</td></tr>" for status, answer in operation.get("responses", {}).items())
    commands = "".join(f"<pre><code>{escape(command)}</code></pre>" for command in curls(document, path, method, operation, base))
    about = "".join(f"<p>{_prose(part)}</p>" for part in operation.get("description", "").split("\n\n") if part)
    return (f'<article class="route" id="{escape(operation.get("operationId", path))}"><h3><code>{method.upper()} {escape(path)}</code> '
            f"{escape(operation.get('summary', ''))}</h3>{about}{table}{sent}{commands}"
            f'<div class="scroll" tabindex="0"><table class="plain"><thead><tr><th>状态</th><th>何时</th><th>内容</th></tr></thead><tbody>{answers}'
            "</tbody></table></div></article>")


def curls(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], base: str) -> Iterator[str]:
    """One command a request example; one without a body where there is none."""
    address, query = path, {}
    for each in operation.get("parameters", []):
        example = parameter_example(each)
        if each["in"] == "path":
            address = address.replace("{" + each["name"] + "}", quote(str(example), safe=""))
        elif each.get("required"):
            query[each["name"]] = example
    url = base + address + (f"?{urlencode(query)}" if query else "")
    bodies = body_examples(document, operation)
    for body in bodies:
        text = json.dumps(body, ensure_ascii=False)
        yield f"curl -s {shlex.quote(url)} -H 'Content-Type: application/json' -d {shlex.quote(text)}"
    if not bodies:
        yield f"curl -s {'' if method == 'get' else f'-X {method.upper()} '}{shlex.quote(url)}"


def parameter_example(parameter: Mapping[str, Any]) -> Any:
    """The first example of a parameter."""
    schema = parameter.get("schema", {})
    return next(iter([*schema.get("examples", []), *parameter.get("examples", {}), parameter.get("example", "")]))


def body_examples(document: Mapping[str, Any], operation: Mapping[str, Any]) -> list[Any]:
    """What the schema of the body gives as examples."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    named = content.get("examples", {})
    if named:
        return [each["value"] for each in named.values()]
    return list(_resolved(document, content.get("schema", {})).get("examples", []))


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = _name(schema)
    found: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    required = schema.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{_linked(each)}</td><td>{'必填' if field in required else ''}</td>"
        f"<td>{escape(each.get('description', ''))}</td></tr>" for field, each in schema.get("properties", {}).items())
    return (f'<article class="route" id="schema-{escape(name)}"><h3><code>{escape(name)}</code></h3><p>{escape(schema.get("description", ""))}</p>'
            f'<div class="scroll" tabindex="0"><table class="plain"><tbody>{rows}</tbody></table></div></article>')


def _prose(text: str) -> str:
    """A line with its `code` as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _linked(schema: Mapping[str, Any]) -> str:
    name = _name(schema) or _name(schema.get("items", {}))
    text = _type(schema)
    return f'<a href="#schema-{escape(name)}">{escape(text)}</a>' if name else escape(text)


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "｜".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        return "｜".join(dict.fromkeys(_type(each) for each in schema["anyOf"] if each.get("type") != "null"))
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return _name(schema) or str(schema.get("type", "任意"))
