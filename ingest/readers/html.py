"""Web pages, parsed as a browser does (selectolax: HTML5 trees of sloppy pages, one small wheel)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.readers.extract import Extract
from ingest.readers.grid import table_lines
from ingest.readers.plain import checked, encoding_of

_DROPPED = frozenset(
    ("script", "style", "noscript", "template", "iframe", "svg", "head", "select", "button", "input", "textarea", "object")
)
_CHROME = frozenset(("nav", "footer", "aside"))
# class="breadcrumb", id="top_nav", class="bdsharebuttonbox", class="footer-box"
_CHROME_NAME = re.compile(r"(?:^|[\s_-])(?:nav|menu|breadcrumbs?|crumbs?|foot(?:er)?|copyright|share|sidebar|toolbar|bdshare\w*)(?:$|[\s_-])", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BLOCKS = frozenset(
    ("address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "figcaption", "form", "h1", "h2", "h3",
     "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "table", "ul", "caption")
)  # fmt: skip
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_MOST_SPAN = 100


def read_html(name: str, data: bytes) -> Extract:
    """The page's text, a block a line; scripts, menus and footers are left out and counted."""
    encoding = _encoding(name, data)
    tree = LexborHTMLParser(data.decode(encoding))
    if tree.body is None:
        return Extract("", encoding)
    skipped: list[str] = []
    lines = [line for line in _lines(tree.body, skipped) if line]
    found = tree.css_first("title")
    title = _squeeze(found.text()) if found else ""
    head = re.split(r"\s*[-_|–—]{1,2}\s*", title)[0]
    if head and re.search(r"[\u4e00-\u9fff]{4}", head) and not any(head in line for line in lines[:40]):
        lines.insert(0, head)
    text = "".join(skipped)
    left_out = (f"网页的菜单、页脚等 {len(text)} 个字未收入，如“{text[:20]}”",) if text else ()
    return Extract("\n".join(lines) + "\n", encoding, left_out)


def _encoding(name: str, data: bytes) -> str:
    """By mark, by the page's own word, then as for text."""
    said = _CHARSET.search(data[:4096])
    if said and said[1].lower() in (b"gb2312", b"gbk", b"gb18030") and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return checked(name, data, "gb18030")
    return encoding_of(name, data)


def _lines(top: LexborNode, skipped: list[str]) -> list[str]:
    """Lines of the blocks below `top`, without recursion: pages nest as deep as they like."""
    lines, open_line = [], ""
    stack: list[tuple[LexborNode | None, str]] = [(top, "open")]
    numbers: list[int | None] = []
    while stack:
        node, step = stack.pop()
        if step == "close" or node is None:
            lines.append(_squeeze(open_line))
            open_line = ""
            if node is not None and node.tag in ("ol", "ul"):
                numbers.pop()
            continue
        tag = node.tag or ""
        if tag == "-text":
            open_line += node.text_content or ""
        elif tag == "br":
            lines.append(_squeeze(open_line))
            open_line = ""
        elif tag in _DROPPED or tag.startswith(("-", "!", "_")):
            continue
        elif _is_chrome(node):
            skipped.append(re.sub(r"\s", "", node.text(deep=True)))
        elif tag == "table":
            lines += [_squeeze(open_line), *table_lines(_rows(node, skipped))]
            open_line = ""
        else:
            if tag in _BLOCKS:
                lines.append(_squeeze(open_line))
                open_line = ""
                stack.append((node, "close"))
                if tag in ("ol", "ul"):
                    start = (node.attributes.get("start") or "1") if tag == "ol" else ""
                    numbers.append(int(start) if start and start.lstrip("-").isdigit() else 1 if start else None)
                if tag == "li" and numbers and numbers[-1] is not None:
                    open_line = f"{numbers[-1]}."  # a browser shows this number though the page does not write it
                    numbers[-1] += 1
            stack += [(child, "open") for child in reversed(list(node.iter(include_text=True)))]
    return [*lines, _squeeze(open_line)]


def _rows(table: LexborNode, skipped: list[str]) -> list[list[str]]:
    """Cells by row and column; a spanning cell has its text in its first place and '' in the others."""
    grid: list[dict[int, str]] = []
    for n, row in enumerate(_own(table, "tr")):
        while len(grid) <= n:
            grid.append({})
        column = 0
        for cell in (child for child in row.iter() if child.tag in ("td", "th")):
            while column in grid[n]:
                column += 1
            inner = _lines_of_cell(cell, skipped)
            for down in range(_span(cell, "rowspan")):
                while len(grid) <= n + down:
                    grid.append({})
                for right in range(_span(cell, "colspan")):
                    grid[n + down][column + right] = inner if (down, right) == (0, 0) else ""
    return [[row.get(at, "") for at in range(max(row, default=-1) + 1)] for row in grid]


def _lines_of_cell(cell: LexborNode, skipped: list[str]) -> str:
    return "\n".join(line for line in _lines(cell, skipped) if line)


def _own(table: LexborNode, tag: str) -> Iterator[LexborNode]:
    """The rows of a table but not those of tables inside it."""
    for child in table.iter():
        if child.tag == tag:
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child.iter() if row.tag == tag)


def _span(cell: LexborNode, name: str) -> int:
    said = (cell.attributes.get(name) or "1").strip()
    return max(1, min(_MOST_SPAN, int(said))) if said.isdigit() else 1


def _is_chrome(node: LexborNode) -> bool:
    if node.tag in ("html", "body", "article", "main"):
        return False
    named = f"{node.attributes.get('class') or ''} {node.id or ''}"
    style = node.attributes.get("style") or ""
    hidden = "hidden" in node.attributes or _HIDDEN.search(style) is not None
    return node.tag in _CHROME or hidden or _CHROME_NAME.search(named) is not None


def _squeeze(text: str) -> str:
    return re.sub(r"[ \t\r\n\f\v\xa0]+", " ", text).strip(" \u3000")
