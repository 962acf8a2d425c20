"""A file on disk → its text and hash, or a SourceError that says what is wrong with it and what to do."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SourceError

MAX_BYTES = 20 * 1024 * 1024
MIN_CHINESE = 50
SUFFIXES = (".txt", ".md")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONVERT = {
    ".pdf": "请先把文字导出成 .txt（扫描件要先做文字识别）",
    ".doc": "请用 Word 另存为“纯文本 (.txt)”，编码选 UTF-8",
    ".docx": "请用 Word 另存为“纯文本 (.txt)”，编码选 UTF-8",
    ".wps": "请用 WPS 另存为“文本文件 (.txt)”，编码选 UTF-8",
    ".html": "请把正文复制到 .txt 文件",
    ".htm": "请把正文复制到 .txt 文件",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A plan's file as received: `raw` is the decoded text without a byte order mark, line ends untouched."""

    path: Path
    data: bytes
    raw: str
    sha256: str
    encoding: str


def read_source(path: Path) -> Source:
    """Read and decode a plan's file. SourceError when it is missing, empty, binary, too large or not Chinese text."""
    data = read_bytes(path)
    encoding = _encoding(path, data)
    raw = data.decode(encoding)
    _check_text(path, raw)
    return Source(path=path, data=data, raw=raw, sha256=hashlib.sha256(data).hexdigest(), encoding=encoding)


def read_bytes(path: Path) -> bytes:
    """The file's bytes, after the checks that need no decoding."""
    if path.is_dir():
        raise SourceError(f"{path}：是文件夹，不是文件；请写出其中 .txt 或 .md 文件的名字")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        remedy = _CONVERT.get(suffix, "请另存为 UTF-8 编码的 .txt 再添加")
        raise SourceError(f"{path}：目前只收 .txt 和 .md 文件；{remedy}")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(f"{path}：超过 {MAX_BYTES // 1024 // 1024} MB；一份规划不会这么大，请检查是否选错了文件")
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{path}：没有这个文件；请检查路径") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}：读不出来（{error}）；请检查路径和读取权限") from error
    if not data.strip():
        raise SourceError(f"{path}：是空文件；请检查文件是否下载完整")
    return data


def sha256_of(path: Path) -> str:
    """The hash of a file that `read_source` would take, without decoding it."""
    return hashlib.sha256(read_bytes(path)).hexdigest()


def _encoding(path: Path, data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _checked(path, data, name)
    if b"\x00" in data:
        raise SourceError(f"{path}：是二进制文件（含空字节），不是文本；如果是文本，请另存为 UTF-8 编码的 .txt")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        loose = data.decode("utf-8", "replace")
        wide = sum(1 for char in loose if ord(char) > 127)
        if loose.count("\ufffd") * 20 < wide:  # one torn character, not another encoding
            raise SourceError(
                f"{path}：UTF-8 文本在第 {error.start + 1} 字节处损坏；请重新下载，或用编辑器打开后另存为 UTF-8"
            ) from None
        return _checked(path, data, "gb18030")
    return "utf-8"


def _checked(path: Path, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path}：不是 UTF-8、UTF-16 或 GB18030 文本（第 {error.start + 1} 字节解不开）；请另存为 UTF-8 的 .txt"
        ) from None
    if encoding == "gb18030" and not _plausible_gb(text):
        raise SourceError(f"{path}：认不出编码（可能是 Big5 或二进制文件）；请另存为 UTF-8 编码的 .txt")
    return encoding


def _plausible_gb(text: str) -> bool:
    """Big5 or binary read as GB18030 lands mostly outside the 3755 everyday characters of GB 2312."""
    chinese = _CHINESE.findall(text)
    common = sum(1 for char in chinese if _everyday(char))
    return common * 2 >= len(chinese)


def _everyday(char: str) -> bool:
    code = char.encode("gb18030")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1


def _check_text(path: Path, raw: str) -> None:
    control = sum(1 for char in raw if unicodedata.category(char) == "Cc" and char not in "\t\n\r\f\v")
    if "\x00" in raw or control * 100 > len(raw):
        raise SourceError(f"{path}：控制字符太多，不像文本；请检查是否选错了文件")
    chinese = len(_CHINESE.findall(raw))
    visible = sum(1 for char in raw if not char.isspace())
    if chinese < MIN_CHINESE or chinese * 5 < visible:
        raise SourceError(
            f"{path}：只有 {chinese} 个汉字，不像一份中文规划；请检查内容是否完整（扫描件要先做文字识别）"
        )
