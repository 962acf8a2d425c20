"""Files made to harm whoever reads them are refused in one line, quickly and in little memory."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.readers import extract
from ingest.readers.numbering import Numbering
from ingest.sources import read_source
from tests.ingest.rich_files import TASK, TITLE, assembled, docx_bytes, pdf_bytes, plan_pages

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = "<!DOCTYPE lolz [<!ENTITY a '哈哈哈哈哈哈哈哈哈哈'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"


def repacked(change: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A sound Word file with some of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx_bytes())) as sound, zipfile.ZipFile(out, "w", compression) as archive:
        for part in sound.infolist():
            if part.filename not in change:
                archive.writestr(part, sound.read(part))
        for name, data in change.items():
            archive.writestr(name, data)
    return out.getvalue()


def document(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document {W}><w:body>{body}</w:body></w:document>'.encode()


def paragraphs(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def twice_the_same_part() -> bytes:
    out = io.BytesIO(docx_bytes())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/document.xml", document(paragraphs("另一份")))
    return out.getvalue()


def lying_sizes() -> bytes:
    """The directory says that the document is small; unpacked whole it would be 100 MB."""
    data = bytearray(repacked({"word/document.xml": bytes(100 << 20)}))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = 0
        while (place := data.find(mark, place)) >= 0:
            if int.from_bytes(data[place + at:place + at + 4], "little") == 100 << 20:
                data[place + at:place + at + 4] = (1000).to_bytes(4, "little")
            place += 4
    return bytes(data)


BOMBS = {
    "entities": (lambda: repacked({"word/document.xml": document(paragraphs("&i;"), LAUGHS)}), "XML 实体"),
    "a file named": (lambda: repacked({"word/document.xml": document(
        paragraphs("&x;"), '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>')}), "XML 实体"),
    "entities in UTF-16": (lambda: repacked({"word/document.xml": document(
        paragraphs("&i;"), LAUGHS).decode().replace("UTF-8", "UTF-16").encode("utf-16")}), "XML 实体"),
    "entities among relations": (lambda: repacked({"word/_rels/document.xml.rels": LAUGHS.encode()}), "XML 实体"),
    "much XML": (lambda: repacked({"word/document.xml": document(paragraphs("知识产权") * 600_000)}), "解压后有"),
    "a swollen picture": (lambda: repacked({"word/media/a.png": bytes(60 << 20)}), "解压后有"),
    "many parts": (lambda: repacked({f"word/media/{n}.bin": b"" for n in range(5100)}), "个文件"),
    "a part twice": (twice_the_same_part, "已损坏"),
    "sizes that lie": (lying_sizes, "已损坏"),
    "deep XML": (lambda: repacked({"word/document.xml": document("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000)}), "已损坏"),
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_a_bomb_is_refused(name: str) -> None:
    make, said = BOMBS[name]
    data = make()
    assert len(data) < 20 << 20
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(SourceError, match=said) as caught:
        extract("x.docx", ".docx", data)
    assert "\n" not in str(caught.value)
    assert "root:" not in str(caught.value)
    assert time.perf_counter() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10


def test_an_archive_within_is_not_unpacked() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(100 << 20))
    data = repacked({"word/embeddings/a.zip": inner.getvalue()}, zipfile.ZIP_STORED)
    assert TITLE in extract("x.docx", ".docx", data).text


def test_a_name_with_a_path_within_leaves_nothing_outside(tmp_path: Path) -> None:
    data = repacked({"../../../tmp/evil.txt": b"x", "/etc/evil": b"x"})
    assert TITLE in extract(str(tmp_path / "x.docx"), ".docx", data).text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("span", ["999999999", "²", "-5", "9" * 400])
def test_a_cell_that_says_it_is_a_billion_wide(span: str) -> None:
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{paragraphs(TASK)}</w:tc>'
    text = extract("x.docx", ".docx", repacked({"word/document.xml": document(
        f"<w:tbl><w:tr>{cell}<w:tc>{paragraphs('乙')}</w:tc></w:tr></w:tbl>")})).text
    assert TASK in text
    assert len(text) < 1000


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1"])
def test_a_list_that_begins_at_an_absurd_number(number: str) -> None:
    from docx import Document
    from docx.oxml import parse_xml

    opened = Document(io.BytesIO(docx_bytes()))
    level = f'<w:lvl w:ilvl="0"><w:start w:val="{number}"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    opened.part.numbering_part.element.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="5">{level}</w:abstractNum>'))
    assert Numbering.of(opened).levels["5", 0].start in (0, 1)


KINDS = {
    "a program as text": ("plan.txt", b"\x7fELF" + bytes(500), "程序"),
    "a picture as PDF": ("plan.pdf", b"\x89PNG\r\n\x1a\n" + bytes(500), "图片"),
    "a PDF as Word": ("plan.docx", b"%PDF-1.7\n" + bytes(500), "PDF 文件"),
    "a Word file as text": ("plan.txt", docx_bytes(), "压缩包或 Office"),
    "a Word file as a page": ("plan.html", docx_bytes(), "压缩包或 Office"),
    "gzip as text": ("plan.md", zlib.compress(b"x" * 99, wbits=31), "压缩文件"),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, kind: str) -> None:
    name, data, said = KINDS[kind]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=said):
        read_source(tmp_path / name)


def nested_flate(depth: int) -> bytes:
    """A PDF whose page is packed several times over: its first layer is small, its last is 100 MB."""
    data = zlib.compress(bytes(100 << 20), 9)
    for _ in range(depth - 1):
        data = zlib.compress(data, 9)
    filters = b"[" + b"/FlateDecode" * depth + b"]"
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
                      b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
                      b"<</Filter%b/Length %d>>stream\n%b\nendstream" % (filters, len(data), data)])  # fmt: skip


LOOPS = {
    "pages that hold themselves": [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"],
    "a count that lies": [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 2000000000/Kids[]>>"],
    "a script": [b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", b"<</Type/Pages/Count 0/Kids[]>>"],
}


@pytest.mark.parametrize("name", [*LOOPS, "packed twice", "packed three times"])
def test_a_hostile_pdf_ends_soon(tmp_path: Path, name: str) -> None:
    """In a process of its own, as uploads are read: in bounded memory and time, whatever PDFium does with it."""
    path = tmp_path / "plan.pdf"
    path.write_bytes(assembled(LOOPS[name]) if name in LOOPS else nested_flate(2 if "twice" in name else 3))
    code = ("import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30));"
            "from pathlib import Path; from ingest.errors import SourceError\n"
            "from ingest.sources import read_source\n"
            "try: read_source(Path(sys.argv[1])); print('read')\n"
            "except SourceError as error: print('refused', error)")
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout.startswith("refused"), done.stdout + done.stderr


def test_sound_files_are_still_read(tmp_path: Path) -> None:
    for name, data in (("a.docx", docx_bytes()), ("a.pdf", pdf_bytes(plan_pages())), ("a.txt", (TITLE + TASK).encode())):
        (tmp_path / name).write_bytes(data)
        assert TITLE in read_source(tmp_path / name).raw
