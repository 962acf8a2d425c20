"""Whether a file is what its name says: by its first bytes, not by its suffix."""

from __future__ import annotations

import re

from ingest.errors import SourceError

_HEAD = 1024
_KINDS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("PDF 文件", re.compile(rb"%PDF-")),
    ("压缩包或 Office 文件", re.compile(rb"PK\x03\x04|PK\x05\x06")),
    ("旧式 Office 文件", re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    ("程序", re.compile(rb"\x7fELF|MZ[\x00-\xff]{60,}PE\x00\x00")),
    ("压缩文件", re.compile(rb"\x1f\x8b\x08|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\xfd7zXZ\x00|BZh[1-9]1AY|\x28\xb5\x2f\xfd")),
    ("图片", re.compile(rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*")),
    ("RTF 文件", re.compile(rb"\{\\rtf")),
)
_EXPECTED = {".pdf": ("PDF 文件",), ".docx": ("压缩包或 Office 文件", "旧式 Office 文件")}
"""What has a password is an old container; the reader says so."""


def check_content(name: str, suffix: str, data: bytes) -> None:
    """SourceError where the bytes are of another kind than the name says."""
    found = kind_of(data)
    expected = _EXPECTED.get(suffix, ())
    if not found or found in expected or (suffix == ".pdf" and b"%PDF-" in data[:_HEAD]):
        return      # damage is the reader's to tell
    raise SourceError(f"{name}：名字写的是 {suffix}，内容却是{found}；请改正文件名，或检查是否选错了文件")


def kind_of(data: bytes) -> str:
    """What the first bytes show, '' for anything else, such as text."""
    return next((kind for kind, mark in _KINDS if mark.match(data)), "")
