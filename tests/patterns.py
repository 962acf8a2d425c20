"""Every regular expression of the packages: those that modules, their tables and cached functions hold, and those that
functions write or put together where they are used."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("ingest", "assistant", "eval")
CALLS = frozenset(("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"))
DEEP = 4
WORD, COUNT = "市场", "8"
"""What stands for a word, or a number of times, that a function puts into a pattern."""

AnyPattern = re.Pattern[Any]
Found = Iterator[tuple[str, AnyPattern]]


def patterns() -> dict[str, AnyPattern]:
    """Where a pattern stands → the pattern, each once."""
    found: dict[tuple[object, int], tuple[str, AnyPattern]] = {}
    for name, path in _modules():
        module = importlib.import_module(name)
        for where, pattern in (*_held(module), *_called(module, path)):
            found.setdefault((pattern.pattern, pattern.flags), (f"{name}:{where}", pattern))
    return dict(found.values())


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted([ROOT / "app.py", *(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))]):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not name.endswith(("__main__", ".bounded")):
            yield name, path


def _held(module: ModuleType) -> Found:
    """Those in the module's variables, in what its cached functions give (read from data files) and in closures."""
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) != module.__name__ and (callable(value) or isinstance(value, ModuleType)):
            continue
        if hasattr(value, "cache_info") and not inspect.signature(value).parameters:
            value = value()
        yield from _within(name, value, 0)


def _within(name: str, value: object, depth: int) -> Found:
    if isinstance(value, re.Pattern):
        yield name, value
    elif depth == DEEP:
        return
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _within(f"{name}[{key!r}]", each, depth + 1)
    elif isinstance(value, tuple | list | set | frozenset):
        for n, each in enumerate(value):
            yield from _within(f"{name}[{n}]", each, depth + 1)
    elif isinstance(value, FunctionType):
        for cell in value.__closure__ or ():
            yield from _within(f"{name}()", cell.cell_contents, depth + 1)
    elif hasattr(type(value), "__dataclass_fields__"):
        for field in type(value).__dataclass_fields__:
            yield from _within(f"{name}.{field}", getattr(value, field, None), depth + 1)


def _called(module: ModuleType, path: Path) -> Found:
    """Those in calls of `re`. Where a call takes them out of a table, every string of the module's tables that is one."""
    tables = False
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS
                and isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
            text = _text(node.args[0], vars(module))
            tables = tables or text is None
            if text is not None:
                yield f"{node.lineno}:{node.col_offset}", re.compile(text)
    if tables:
        for name, value in vars(module).items():
            if isinstance(value, tuple | list | dict) and not name.startswith("__"):
                yield from ((f"{name}:{text}", re.compile(text)) for text in _strings(value) if _is_pattern(text))


def _text(node: ast.expr, scope: dict[str, Any]) -> str | bytes | None:
    """The pattern that an expression stands for; None where only running it would tell."""
    match node:
        case ast.Constant(value=str() | bytes() as text):
            return text
        case ast.Name(id=name):
            value = scope.get(name)
            return str(value) if isinstance(value, str | int) else None
        case ast.Attribute(value=ast.Name(id=name), attr="pattern"):
            return getattr(scope.get(name), "pattern", None)
        case ast.JoinedStr(values=parts):
            whole = ""
            for part in parts:
                inner = part.value if isinstance(part, ast.FormattedValue) else part
                text = _text(inner, scope)
                whole += text if isinstance(text, str) else COUNT if whole.endswith("{") else WORD
            return whole
    return None


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _strings(pair)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _strings(each)


def _is_pattern(text: str) -> bool:
    try:
        return bool(re.search(r"[\[(|*+?{\\]", text)) and re.compile(text) is not None
    except re.error:
        return False
