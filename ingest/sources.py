"""A file on disk → its text and hash, or a SourceError that says what is wrong with it and what to do."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SourceError
from ingest.readers import SUFFIXES, extract

MAX_BYTES = 20 * 1024 * 1024
MIN_CHINESE = 50
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_CONVERT = {
    ".doc": "请用 Word 另存为 .docx",
    ".wps": "请用 WPS 另存为 .docx",
    ".ofd": "请用阅读器另存为 .pdf 或导出文字",
    ".rtf": "请用 Word 另存为 .docx",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A plan's file as received: `raw` is its text (of .txt without the byte order mark, line ends untouched).

    `left_out` says what of an .html, .docx or .pdf file is not in `raw`.
    """

    path: Path
    data: bytes
    raw: str
    sha256: str
    encoding: str
    left_out: tuple[str, ...] = ()


def read_source(path: Path) -> Source:
    """Read a plan's file. SourceError when it is missing, empty, damaged, a scan, too large or not Chinese text."""
    data = read_bytes(path)
    found = extract(str(path), path.suffix.lower(), data)
    _check_text(path, found.text)
    return Source(path, data, found.text, hashlib.sha256(data).hexdigest(), found.encoding, found.left_out)


def read_bytes(path: Path) -> bytes:
    """The file's bytes, after the checks that need no decoding."""
    if path.is_dir():
        raise SourceError(f"{path}：是文件夹，不是文件；请写出其中一份文件的名字")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        remedy = _CONVERT.get(suffix, "请另存为 UTF-8 编码的 .txt 再添加")
        raise SourceError(f"{path}：目前只收 {'、'.join(SUFFIXES)} 文件；{remedy}")
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
