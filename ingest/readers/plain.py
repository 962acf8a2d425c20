"""Text files: the encoding by mark, by being valid UTF-8, or by looking like GB 18030."""

from __future__ import annotations

import codecs
import re

from ingest.errors import SourceError
from ingest.readers.extract import Extract

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_plain(name: str, data: bytes) -> Extract:
    """Decoded text without a byte order mark, line ends untouched."""
    encoding = encoding_of(name, data)
    return Extract(data.decode(encoding), encoding)


def encoding_of(name: str, data: bytes) -> str:
    """The encoding of `data`. SourceError where it is binary, torn or in none of UTF-8, UTF-16 and GB 18030."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return checked(name, data, encoding)
    if b"\x00" in data:
        raise SourceError(f"{name}：是二进制文件（含空字节），不是文本；如果是文本，请另存为 UTF-8 编码的 .txt")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        loose = data.decode("utf-8", "replace")
        wide = sum(1 for char in loose if ord(char) > 127)
        if loose.count("\ufffd") * 20 < wide:  # one torn character, not another encoding
            raise SourceError(
                f"{name}：UTF-8 文本在第 {error.start + 1} 字节处损坏；请重新下载，或用编辑器打开后另存为 UTF-8"
            ) from None
        return checked(name, data, "gb18030")
    return "utf-8"


def checked(name: str, data: bytes, encoding: str) -> str:
    """`encoding` itself if it decodes all of `data` to something that can be Chinese text."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name}：不是 UTF-8、UTF-16 或 GB18030 文本（第 {error.start + 1} 字节解不开）；请另存为 UTF-8 的 .txt"
        ) from None
    if encoding == "gb18030" and not _plausible_gb(text):
        raise SourceError(f"{name}：认不出编码（可能是 Big5 或二进制文件）；请另存为 UTF-8 编码的 .txt")
    return encoding


def _plausible_gb(text: str) -> bool:
    """Big5 or binary read as GB18030 lands mostly outside the 3755 everyday characters of GB 2312."""
    chinese = _CHINESE.findall(text)
    common = sum(1 for char in chinese if _everyday(char))
    return common * 2 >= len(chinese)


def _everyday(char: str) -> bool:
    code = char.encode("gb18030")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1
