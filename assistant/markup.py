"""The little Markdown that replies are written in → HTML. Everything is escaped first; no HTML passes through.

Known: paragraphs, `- ` and `1. ` lists, `> ` quotes, `#` headings, `**bold**`, tables with `|`, and [n] marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby

_MARK = re.compile(r"\[(\d{1,3})\]")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_BULLET = re.compile(r"\s*[-*•] +(.*)")
_NUMBERED = re.compile(r"\s*(\d{1,3})\. +(.*)")
_HEADING = re.compile(r"#{1,6} +(.*)")
_RULE = re.compile(r"\|?[\s:|-]+\|?$")

Mark = Callable[[int], str]


def to_html(markdown: str, mark: Mark) -> str:
    """HTML of `markdown`; `mark(n)` gives the HTML of a citation mark, or '' where there is no such citation."""
    blocks = re.split(r"\n\s*\n", markdown.replace("\r\n", "\n").strip())
    return "".join(_block(block, mark) for block in blocks if block.strip())


def inline(text: str, mark: Mark) -> str:
    """One line: escaped, bold and citation marks."""
    html = _BOLD.sub(r"<strong>\1</strong>", escape(text.strip()))
    return _MARK.sub(lambda found: mark(int(found.group(1))) or found.group(0), html)


def _block(block: str, mark: Mark) -> str:
    return "".join(_run(kind, list(lines), mark) for kind, lines in groupby(block.split("\n"), _kind))


def _kind(line: str) -> str:
    for kind, pattern in (("ul", _BULLET), ("ol", _NUMBERED), ("h", _HEADING)):
        if pattern.match(line):
            return kind
    stripped = line.strip()
    if stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 1:
        return "table"
    return "quote" if stripped.startswith(">") else "p"


def _run(kind: str, lines: list[str], mark: Mark) -> str:
    if kind == "ul":
        items = (found.group(1) for line in lines if (found := _BULLET.match(line)))
        return "<ul>" + "".join(f"<li>{inline(item, mark)}</li>" for item in items) + "</ul>"
    if kind == "ol":
        numbered = [match for line in lines if (match := _NUMBERED.match(line))]
        entries = (f"<li>{inline(match.group(2), mark)}</li>" for match in numbered)
        return f'<ol start="{numbered[0].group(1)}">' + "".join(entries) + "</ol>"
    if kind == "h":
        return "".join(f"<h4>{inline(line.lstrip('# '), mark)}</h4>" for line in lines)
    if kind == "table":
        return _table(lines, mark)
    if kind == "quote":
        return "<blockquote>" + _paragraph((line.strip()[1:] for line in lines), mark) + "</blockquote>"
    return _paragraph(iter(lines), mark)


def _paragraph(lines: Iterator[str], mark: Mark) -> str:
    return "<p>" + "<br>".join(inline(line, mark) for line in lines if line.strip()) + "</p>"


def _table(lines: list[str], mark: Mark) -> str:
    rows = [line.strip().strip("|").split("|") for line in lines if not _RULE.match(line.strip())]
    if not rows:
        return ""
    headed = len(lines) > 1 and bool(_RULE.match(lines[1].strip()))
    html = []
    for index, row in enumerate(rows):
        tag = 'th scope="col"' if headed and index == 0 else "td"
        html.append("<tr>" + "".join(f"<{tag}>{inline(cell, mark)}</{tag[:2]}>" for cell in row) + "</tr>")
    return '<div class="ipa-table" tabindex="0" role="group" aria-label="表格"><table>' + "".join(html) + "</table></div>"
