"""Whatever bytes a file holds, a reader gives text or a SourceError: no other error, no hang."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import SourceError
from ingest.readers import SUFFIXES, Extract, extract
from tests.ingest.rich_files import TASK, TITLE, docx_bytes, html_text, pdf_bytes, plan_pages

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCX, PDF, HTML = docx_bytes(), pdf_bytes(plan_pages()), html_text().encode()
QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)
WORD_TAGS = ("p", "r", "t", "tbl", "tr", "tc", "tcPr", "sdt", "sdtContent", "ins", "del", "pPr", "numPr", "ilvl", "numId", "gridSpan",
             "vMerge", "tab", "br", "txbxContent", "delText", "sectPr", "customXml")
HTML_TAGS = ("div", "p", "table", "tr", "td", "th", "ul", "li", "br", "pre", "select", "template", "svg", "title", "body", "html", "nav",
             "footer", "script", "tbody", "caption", "frameset", "math")


def read(suffix: str, data: bytes) -> Extract | None:
    try:
        return extract(f"x{suffix}", suffix, data)
    except SourceError:
        return None


def changed(data: bytes) -> st.SearchStrategy[bytes]:
    """`data` with a few bytes overwritten, a piece cut out or doubled."""
    place = st.integers(0, len(data) - 1)

    def change(at: int, other: int, new: bytes, how: int) -> bytes:
        low, high = sorted((at, other))
        return (data[:at] + new + data[at + len(new):], data[:low] + data[high:], data[:high] + data[low:], data[:high])[how]

    return st.builds(change, place, place, st.binary(min_size=1, max_size=8), st.integers(0, 3))


@pytest.mark.parametrize("suffix", SUFFIXES)
@QUICK
@given(st.binary(max_size=400))
def test_any_bytes(suffix: str, data: bytes) -> None:
    read(suffix, data)


@QUICK
@given(changed(DOCX))
def test_a_damaged_word_file(data: bytes) -> None:
    read(".docx", data)


@QUICK
@given(changed(PDF))
def test_a_damaged_pdf(data: bytes) -> None:
    read(".pdf", data)


@QUICK
@given(changed(HTML))
def test_a_damaged_page(data: bytes) -> None:
    read(".html", data)


def word(tags: tuple[str, ...]) -> st.SearchStrategy[str]:
    value = st.sampled_from(["1", "0", "-1", "99999999999", "continue", "x", "²", ""])
    leaf = st.sampled_from([TITLE, TASK, ""])
    return st.recursive(leaf, lambda inner: st.builds(
        lambda tag, val, parts: f'<w:{tag} w:val="{val}">{"".join(parts)}</w:{tag}>', st.sampled_from(tags), value,
        st.lists(inner, max_size=4)), max_leaves=25)


@QUICK
@given(word(WORD_TAGS))
def test_any_tree_of_a_word_file(body: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(DOCX)) as sound, zipfile.ZipFile(out, "w") as archive:
        for part in sound.namelist():
            text = f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()
            archive.writestr(part, text if part == "word/document.xml" else sound.read(part))
    found = read(".docx", out.getvalue())
    assert found is not None, "XML that is well formed is read"


@QUICK
@given(st.lists(st.sampled_from([f"<{tag}>" for tag in HTML_TAGS] + [f"</{tag}>" for tag in HTML_TAGS]
                                + ['<td colspan="99999999" rowspan="-1">', '<p style="display:none">', "<!--", TITLE, TASK, "&#0;"]), max_size=40))
def test_any_page(pieces: list[str]) -> None:
    assert read(".html", "".join(pieces).encode()) is not None
