"""One reader a file format: bytes → the text as a person reads it, and what was left out of it."""

from ingest.readers.content import check_content
from ingest.readers.extract import Extract
from ingest.readers.plain import read_plain

__all__ = ["SUFFIXES", "Extract", "extract"]

SUFFIXES = (".txt", ".md", ".html", ".htm", ".docx", ".pdf")


def extract(name: str, suffix: str, data: bytes) -> Extract:
    """The text of a file. SourceError, beginning with `name`, where the format cannot be read. Libraries load on use."""
    check_content(name, suffix, data)
    if suffix in (".html", ".htm"):
        from ingest.readers.html import read_html

        return read_html(name, data)
    if suffix == ".docx":
        from ingest.readers.docx import read_docx

        return read_docx(name, data)
    if suffix == ".pdf":
        from ingest.readers.pdf import read_pdf

        return read_pdf(name, data)
    return read_plain(name, data)
