"""Every regular expression of the packages: those compiled at import, and the literals that functions use."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("ingest", "assistant", "eval")
CALLS = frozenset(("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"))


def patterns() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """Where a pattern stands → the pattern, each once."""
    found: dict[tuple[object, int], tuple[str, re.Pattern[str] | re.Pattern[bytes]]] = {}
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if name.endswith(("__main__", ".bounded")):
            continue
        module = importlib.import_module(name)
        for where, pattern in (*_compiled(module), *_literals(path)):
            found.setdefault((pattern.pattern, pattern.flags), (f"{name}:{where}", pattern))
    return dict(found.values())


def _compiled(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for name, value in vars(module).items():
        yield from _within(name, value, 0)


def _within(name: str, value: object, depth: int) -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif depth < 3 and isinstance(value, dict):
        for key, each in value.items():
            yield from _within(f"{name}[{key!r}]", each, depth + 1)
    elif depth < 3 and isinstance(value, tuple | list | set | frozenset):
        for n, each in enumerate(value):
            yield from _within(f"{name}[{n}]", each, depth + 1)
    elif depth < 3 and hasattr(type(value), "__dataclass_fields__"):
        for field in type(value).__dataclass_fields__:
            yield from _within(f"{name}.{field}", getattr(value, field, None), depth + 1)


def _literals(path: Path) -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS
                and isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args
                and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str | bytes)):
            yield str(node.lineno), re.compile(node.args[0].value)
