"""Word files: paragraphs with the numbers Word shows before them, tables in place, tracked changes as accepted.

python-docx opens the package; the paragraphs are walked here because its own `text` leaves out tracked insertions,
content controls, text boxes and every automatic number (一、 （一） 1.), which in these plans are the outline.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from ingest.errors import SourceError
from ingest.readers.extract import Extract
from ingest.readers.grid import table_lines
from ingest.readers.numbering import Numbering

_MOST_BYTES = 200 * 1024 * 1024
_MOST_XML = 40 * 1024 * 1024         # a plan of 1,000 pages has some 20 MB of it; as a tree it takes ten times as much
_MOST_PARTS = 5000
_MOST_RATIO = 200                    # deflate gives 1,032 at most; Word's own parts stay below 100
_SMALL = 4 * 1024 * 1024
_MOST_SPAN = 100
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y|E\x00?N\x00?T\x00?I)")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = frozenset((qn("w:del"), qn("w:moveFrom"), _FALLBACK, qn("w:rPr"), qn("w:pPr")))
_P, _TBL, _BOX, _DEL = qn("w:p"), qn("w:tbl"), qn("w:txbxContent"), qn("w:delText")
_DAMAGED = "打不开，可能已损坏或不是 Word 文件；请用 Word 打开后另存为 .docx"


def read_docx(name: str, data: bytes) -> Extract:
    """The document's text, a paragraph a line. SourceError for what is encrypted, damaged or swells when unpacked."""
    document = _open(name, data)
    numbering = Numbering.of(document)
    body = document.element.body
    lines = [line for block in _blocks(body) for line in _block_lines(block, numbering)]
    return Extract("\n".join(lines) + "\n", "docx", tuple(_left_out(document, body)))


def _open(name: str, data: bytes) -> Any:
    if data.startswith(_OLE):
        raise SourceError(f"{name}：有密码保护，或是旧式 .doc 文件；请去掉密码，用 Word 另存为 .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(name, data, archive)
        return Document(io.BytesIO(data))
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # zipfile, lxml and python-docx raise a dozen kinds for a damaged package
        raise SourceError(f"{name}：{_DAMAGED}") from error


def _refuse_bomb(name: str, data: bytes, archive: zipfile.ZipFile) -> None:
    """SourceError where the package unpacks to more than a plan can be, or brings XML definitions of its own.

    `zipfile` unpacks no more of an entry than its directory announces, so the announced sizes can be added up.
    """
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    swollen = any(part.file_size > _SMALL and part.file_size > _MOST_RATIO * max(1, part.compress_size) for part in parts)
    overlapping = sum(part.compress_size for part in parts) > len(data)
    if size > _MOST_BYTES or sum(part.file_size for part in xml) > _MOST_XML or swollen or overlapping:
        raise SourceError(f"{name}：解压后有 {max(1, size // 1024 // 1024)} MB，不像一份规划；请检查文件来源")
    if len(parts) > _MOST_PARTS:
        raise SourceError(f"{name}：里面有 {len(parts)} 个文件，不像一份规划；请检查文件来源")
    if len({part.filename for part in parts}) < len(parts):
        raise SourceError(f"{name}：{_DAMAGED}")
    for part in xml:    # Office writes none of these; with them XML can name files and swell
        if _DTD.search(archive.read(part)):
            raise SourceError(f"{name}：含有 XML 实体定义，不是 Word 写出的文件；请用 Word 打开后另存为 .docx")


def _blocks(container: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also inside content controls and tracked insertions."""
    for child in container:
        if child.tag in (_P, _TBL):
            yield child
        elif child.tag not in _GONE:
            yield from _blocks(child)


def _block_lines(block: Any, numbering: Numbering) -> list[str]:
    if block.tag == _TBL:
        return table_lines([list(_cells(row, numbering)) for row in _below(block, qn("w:tr"))])
    number = numbering.next(block)
    own = "".join(_text(block)).strip()
    lines = [line.strip() for line in (number + own).split("\n") if line.strip()] if own else []
    for box in block.iter(_BOX):
        if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
            lines += [line for inner in _blocks(box) for line in _block_lines(inner, numbering)]
    return lines


def _cells(row: Any, numbering: Numbering) -> Iterator[str]:
    for cell in _below(row, qn("w:tc")):
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        going_on = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
        yield "" if going_on else "\n".join(line for block in _blocks(cell) for line in _block_lines(block, numbering))
        width = span.get(qn("w:val"), "1") if span is not None else "1"
        yield from [""] * (min(int(width), _MOST_SPAN) - 1 if width.isascii() and width.isdigit() else 0)


def _below(node: Any, tag: str) -> Iterator[Any]:
    """Rows of a table, cells of a row: through content controls, not into inner tables."""
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _below(child, tag)


def _text(node: Any) -> Iterator[str]:
    for child in node:
        if child.tag in _GONE or child.tag == _BOX:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in (qn("w:tab"), qn("w:ptab")):
            yield " "
        elif child.tag in (qn("w:br"), qn("w:cr")):
            yield "\n"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        else:
            yield from _text(child)


def _left_out(document: Any, body: Any) -> Iterator[str]:
    deleted = sum(len(item.text or "") for item in body.iter(_DEL))
    if deleted:
        yield f"修订中已删除的 {deleted} 个字未收入"
    notes = sum(1 for tag in ("w:footnoteReference", "w:endnoteReference") for _ in body.iter(qn(tag)))
    if notes:
        yield f"脚注、尾注 {notes} 条未收入"
    pictures = sum(1 for _ in body.iter("{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"))
    if pictures:
        yield f"图片 {pictures} 张未收入（图片里的文字读不出来）"
    around = {
        text
        for section in document.sections for part in (section.header, section.footer)
        for text in (re.sub(r"\s", "", "".join(p.text for p in part.paragraphs)),) if re.search(r"[\u4e00-\u9fff]", text)
    }
    if around:
        yield "页眉页脚未收入：" + "；".join(sorted(text[:30] for text in around))
