"""The bytes of an ONNX model: as much of onnx.proto3 (github.com/onnx/onnx) as a graph written by hand needs.

A protobuf field is a tag (number << 3 | wire type), then a varint (0), four bytes (5) or a length and bytes (2).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOAT, UINT8, INT32, INT64, INT4 = 1, 2, 6, 7, 22
"""Element types of TensorProto.DataType."""

_IR_VERSION = 10
_KINDS = {"<f4": FLOAT, "|u1": UINT8, "<i4": INT32, "<i8": INT64}


def tensor(name: str, values: NDArray[Any], kind: int | None = None, shape: Sequence[int] | None = None) -> bytes:
    """An initializer; `kind` and `shape` where the bytes are packed (two INT4 a byte, the first in the low half)."""
    dimensions = b"".join(_number(1, size) for size in (shape or values.shape))
    return dimensions + _number(2, kind or _KINDS[values.dtype.str]) + _bytes(8, name) + _bytes(9, values.tobytes())


def node(kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: int | float) -> bytes:
    """An operation with one output; an input '' is left out."""
    parts = [_bytes(1, name) for name in inputs] + [_bytes(2, output), _bytes(3, output), _bytes(4, kind)]
    parts += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
    return b"".join(parts) + (_bytes(7, domain) if domain else b"")


def value(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    """An input or output of the graph; a name in `shape` is a size that is known when it runs."""
    sizes = b"".join(_bytes(1, _number(1, size) if isinstance(size, int) else _bytes(2, size)) for size in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, sizes)))


def model(
    nodes: Sequence[bytes], tensors: Sequence[bytes], inputs: Sequence[bytes], outputs: Sequence[bytes],
    versions: dict[str, int],
) -> bytes:  # fmt: skip
    """A whole file. `versions`: of each set of operations, '' for ONNX's own."""
    graph = b"".join(
        _bytes(field, part)
        for field, parts in ((1, nodes), (2, [b"graph"]), (5, tensors), (11, inputs), (12, outputs))
        for part in parts
    )
    sets = b"".join(_bytes(8, _bytes(1, domain) + _number(2, version)) for domain, version in versions.items())
    return _number(1, _IR_VERSION) + _bytes(2, "ip-plan-assistant") + _bytes(7, graph) + sets


def _attribute(name: str, value: int | float) -> bytes:
    if isinstance(value, float):
        return _bytes(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1)
    return _bytes(1, name) + _number(3, value) + _number(20, 2)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    value &= np.iinfo(np.uint64).max  # a negative number is its two's complement
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
