"""Frozen dataclasses ↔ rows of the catalogue: a column a field, in the order of the fields."""

from __future__ import annotations

import json
import sys
import types
import zlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from ingest.model import OffsetMap

T = TypeVar("T")


def columns(kind: Any) -> tuple[str, ...]:
    """The field names of a dataclass, which are its columns."""
    return _names(kind)


def to_row(record: object) -> list[Any]:
    """The values of a record as SQLite stores them."""
    return [_stored(getattr(record, name)) for name in columns(type(record))]


def from_row(kind: type[T], row: Sequence[Any]) -> T:
    """The record whose `to_row` is `row`. ValueError or TypeError where a stored value is damaged."""
    shape: Any = kind
    return kind(*(read(value) for read, value in zip(_readers(shape), row, strict=True)))


def pack_offsets(offsets: OffsetMap) -> bytes:
    """All starts, then all ends, as deflated little-endian 32-bit integers."""
    numbers = array("I", [*offsets.starts, *offsets.ends])
    if sys.byteorder == "big":
        numbers.byteswap()
    return zlib.compress(numbers.tobytes())


def unpack_offsets(data: bytes) -> OffsetMap:
    """The inverse of `pack_offsets`. zlib.error or ValueError where the bytes are damaged."""
    numbers = array("I")
    numbers.frombytes(zlib.decompress(data))
    if sys.byteorder == "big":
        numbers.byteswap()
    half = len(numbers) // 2
    return OffsetMap(tuple(numbers[:half]), tuple(numbers[half:]))


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))


@cache
def _readers(kind: Any) -> tuple[Callable[[Any], Any], ...]:
    hints = get_type_hints(kind)
    return tuple(_reader(hints[name]) for name in columns(kind))


def _reader(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) in (Union, types.UnionType):
        inner = _reader(next(part for part in get_args(hint) if part is not type(None)))
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        return lambda value: tuple(json.loads(value))
    if hint is date:
        return date.fromisoformat
    return bool if hint is bool else lambda value: value
