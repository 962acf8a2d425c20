"""PDF files, read by PDFium (pypdfium2): lines are joined to paragraphs by where they end and begin on the page."""

from __future__ import annotations

import ctypes
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.errors import SourceError
from ingest.readers import ruled
from ingest.readers.extract import Extract

_MOST_PAGES = 1000
_MOST_BYTES = 200 * 1024 * 1024
_FEW_CHARS = 20
_CELL_GAP = 0.6
_ROW_GAPS = 3
_STREAM = re.compile(rb"stream\r?\n(?=[\x08-\x78][\x01\x5e\x9c\xda])")
# — 3 —, - 12 -, 第3页 共20页
_PAGE_NUMBER = re.compile(
    r"[-—–－·•\s]*\d{1,3}[-—–－·•\s]*|第\s*\d{1,3}\s*页(?:\s*[，,/]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}"
)
# a title over two lines: …工作方案（2023— / 2025年）
_OPEN, _CLOSED = re.compile(r"[（(《][^（）()《》]*$"), re.compile(r"[^（）()《》]*[）)》]")
_LATIN = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its text, where it begins and ends, how tall its characters are."""

    text: str
    left: float
    right: float
    size: float


def read_pdf(name: str, data: bytes) -> Extract:
    """The document's paragraphs, one a line. SourceError for scans (by page), passwords, damage and swelling streams."""
    _refuse_bomb(name, data)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise SourceError(f"{name}：有打开密码；请去掉密码后再添加") from None
        raise SourceError(f"{name}：打不开，PDF 可能不完整或已损坏；请重新下载") from None
    try:
        return _read(name, document)
    except pdfium.PdfiumError as error:
        raise SourceError(f"{name}：PDF 有一页读不出来（{error}）；请重新下载，或另存为 .docx 后添加") from None
    finally:
        document.close()


def _read(name: str, document: pdfium.PdfDocument) -> Extract:
    if len(document) > _MOST_PAGES:
        raise SourceError(f"{name}：有 {len(document)} 页，不像一份规划；请检查是否选错了文件")
    pages: list[list[Line]] = []
    scanned, blank, unknown, total = [], [], 0, 0
    for n in range(len(document)):
        page = document[n]
        lines, bad = _page_lines(page)
        chars = sum(len(line.text.replace(" ", "")) for line in lines)
        unknown, total = unknown + bad, total + chars
        if chars < _FEW_CHARS and _has_picture(page):
            scanned.append(n + 1)
        elif not chars:
            blank.append(n + 1)
        pages.append(lines)
    if scanned:
        raise SourceError(
            f"{name}：第 {'、'.join(map(str, scanned))} 页是扫描的图片，没有文字；请先做文字识别（OCR）再添加，以免漏掉内容"
        )
    if unknown * 50 > total:
        raise SourceError(f"{name}：有 {unknown} 个字在 PDF 里没有编码，读出来是乱码；请先做文字识别（OCR），或找 .docx 版本")
    kept, left_out = _without_page_marks(pages)
    left_out += [f"第 {'、'.join(map(str, blank))} 页是空白页"] if blank else []
    left_out += [f"{unknown} 个字在 PDF 里没有编码，未收入"] if unknown else []
    return Extract("\n".join(paragraphs(kept)) + "\n", "pdf", tuple(left_out))


def paragraphs(lines: Sequence[Line]) -> list[str]:
    """Lines joined where one runs to the right margin and the next begins at the left one."""
    if not lines:
        return []
    running = [line for line in lines if line.text[:1] != "|"] or list(lines)
    size = median(line.size for line in running)
    body = [line for line in running if len(line.text) > 1] or running
    left = sorted(line.left for line in body)[len(body) // 20]
    ends = sorted(line.right for line in body if line.left < left + 2.5 * size)  # not of centred titles
    right = ends[-1 - len(ends) // 20]
    found: list[str] = []
    before: Line | None = None
    for line in lines:
        full = before is not None and before.right > right - 1.6 * size
        begins = line.left > left + 0.8 * size
        alike = before is not None and abs(before.size - line.size) < 0.2 * size
        torn = before is not None and _OPEN.search(before.text) and _CLOSED.match(line.text)
        if before and alike and "|" not in (before.text[:1], line.text[:1]) and ((full and not begins) or torn):
            found[-1] += (" " if _LATIN.fullmatch(found[-1][-1:] + line.text[:1]) else "") + line.text
        else:
            found.append(line.text)
        before = line
    return found


def _page_lines(page: pdfium.PdfPage) -> tuple[list[Line], int]:
    """The page's lines in reading order, a row of a ruled table as one line (`| 1 | 建设… | 市科技局 |`), and how many
    characters have no Unicode value."""
    text = page.get_textpage()
    table = ruled.rows(item.get_bounds() for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=5))
    cells: dict[int, list[str]] = {}
    lines: list[Line | int] = []
    chars: list[str] = []
    boxes: list[tuple[float, float, float]] = []
    bad = 0
    box = raw.FS_RECTF()  # the loose box: a 、 is as wide as any other character

    def close() -> None:
        line = _celled(chars, boxes).strip()
        if line and boxes:
            left, right = min(b[0] for b in boxes), max(b[1] for b in boxes)
            lines.append(Line(line, left, right, median(b[2] for b in boxes)))
        chars.clear()
        boxes.clear()

    for at in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, at)
        if code in (10, 13):
            close()
        elif code in (0, 0xFFFD, 0xFFFE, 0xFFFF) or 0xE000 <= code <= 0xF8FF:
            bad += 1
        elif code >= 32:
            char = chr(code) if code not in (0xA0, 0x3000) else " "
            if char == " ":
                chars.append(char)
                continue
            raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box))
            cell = ruled.place(table, (box.left + box.right) / 2, (box.top + box.bottom) / 2) if table else None
            if cell is None:
                chars.append(char)
                boxes.append((box.left, box.right, raw.FPDFText_GetFontSize(text, at)))
                continue
            if cell[0] not in cells:
                close()
                cells[cell[0]] = [""] * (len(table[cell[0]].edges) - 1)
                lines.append(cell[0])
            cells[cell[0]][cell[1]] += char
    close()
    return [_row(cells[line], table[line]) if isinstance(line, int) else line for line in lines], bad


def _row(cells: Sequence[str], row: ruled.Row) -> Line:
    return Line(f"| {' | '.join(cell.replace('|', '｜') for cell in cells)} |", row.edges[0], row.edges[-1], row.top - row.bottom)


def _celled(chars: Sequence[str], boxes: Sequence[tuple[float, float, float]]) -> str:
    """A line's characters, with tabs for its gaps where it has so many that it is a row of a table."""
    places = iter(boxes)
    text, gaps, right, gap = "", 0, 0.0, False
    for char in chars:
        if char == " ":
            gap = True
            continue
        box = next(places)
        gap = bool(text) and (gap or box[0] - right > _CELL_GAP * box[2])
        latin = _LATIN.fullmatch(text[-1:] + char) is not None
        text += (" " if latin else "\t") + char if gap else char
        gaps, right, gap = gaps + (gap and not latin), box[1], False
    return text if gaps >= _ROW_GAPS else text.replace("\t", " ")


def _has_picture(page: pdfium.PdfPage) -> bool:
    """Whether a picture covers most of the page."""
    width, height = page.get_size()
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=5):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) > 0.4 * width * height:
            return True
    return False


def _without_page_marks(pages: Sequence[Sequence[Line]]) -> tuple[list[Line], list[str]]:
    """The lines without page numbers and running heads at the edges of pages, and what was taken out."""
    edges = Counter(line.text for page in pages if page for line in {page[0], page[-1]})
    often = {text for text, count in edges.items() if count >= 3 and count * 2 > len(pages)}
    running = {text for text in often if not _PAGE_NUMBER.fullmatch(text)}
    kept: list[Line] = []
    numbers = 0
    for page in pages:
        rest = list(page)
        for at in (0, -1):
            while rest and (_PAGE_NUMBER.fullmatch(rest[at].text) or rest[at].text in running):
                numbers += _PAGE_NUMBER.fullmatch(rest.pop(at).text) is not None
        kept += rest
    said = [f"页码 {numbers} 处未收入"] if numbers else []
    return kept, said + [f"每页重复的“{text[:30]}”未收入" for text in sorted(running)]


def _refuse_bomb(name: str, data: bytes) -> None:
    """Add up what the compressed streams come to, in pieces, before PDFium unpacks any of them whole."""
    size = 0
    for found in _STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        rest = data[found.end() : data.find(b"endstream", found.end()) % (len(data) + 1)]
        try:
            while rest and size <= _MOST_BYTES:
                size += len(unpacker.decompress(rest, 1 << 20))
                rest = unpacker.unconsumed_tail
        except zlib.error:
            continue
        if size > _MOST_BYTES:
            raise SourceError(f"{name}：解压后超过 {_MOST_BYTES // 1024 // 1024} MB，不像一份规划；请检查文件来源")
