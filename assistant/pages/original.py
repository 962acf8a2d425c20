"""`/plans` and `/plans/{id}`: the texts as they are searched, every clause with an address of its own.

Every character of the text is shown once, in order. `/plans/{id}#3.2.1` goes to a clause; `?mark=120-188,200-210`
highlights ranges of the normalised text; `?q=质押` finds words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from assistant.model import Span
from assistant.navigation import anchor, fragment, plan_url
from assistant.pages.blocks import Block, blocks, inferred_at
from assistant.pages.marking import MAX_HITS, Mark, find, marked, parse_marks
from assistant.pages.outline import outline_html
from assistant.pages.shell import MAX_WORDS, address, facts_html, filters, page, text_input
from ingest.model import PlanMeta, Section

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue

_FOLDED = 300   # characters between clauses that are folded away: a table of contents
_AROUND = 18    # characters of a hit's context on either side


def list_page(catalogue: Catalogue, query: str, today: date) -> str:
    """All plans, each with what is known of it; with a query, how often each has it."""
    query = query[:MAX_WORDS].strip()
    items = "".join(_plan_item(catalogue, meta, query, today) for meta in catalogue.metas())
    form = filters("/plans", text_input("q", "在全部规划中查找", query, "例如：质押融资"), bool(query), "查找")
    return page("规划原文", f'<h1>规划原文</h1><p class="intro">以下为本助手检索的全部规划文本。</p>{form}'
                            f'<ul class="plans">{items}</ul>', "/plans")


def _plan_item(catalogue: Catalogue, meta: PlanMeta, query: str, today: date) -> str:
    found = ""
    if query:
        count = len(find(catalogue.text(meta.id), query))
        href = address(plan_url(meta.id), {"q": query})
        found = (f'<p><a href="{escape(href)}">“{escape(query)}”：{_count(count)}</a></p>' if count
                 else f"<p>“{escape(query)}”：没有找到</p>")
    return (f'<li><h2><a href="{escape(plan_url(meta.id))}">{escape(meta.title)}</a></h2>'
            f"{facts_html(meta, today)}{found}</li>")


def plan_page(catalogue: Catalogue, plan_id: str, marks: str, query: str, today: date) -> str:
    """The whole text of one plan; `marks` as in `parse_marks`."""
    meta = catalogue.meta(plan_id)
    text = catalogue.text(plan_id)
    query = query[:MAX_WORDS].strip()
    hits = find(text, query)
    shown = [Mark(span.start, span.end, "cite", "" if n else "marked") for n, span in enumerate(parse_marks(marks, len(text)))]
    shown += [Mark(span.start, span.end, "hit", f"hit-{n}") for n, span in enumerate(hits, 1)]
    missing = inferred_at(catalogue, plan_id)
    article = "".join(
        "".join(_missing_heading(each) for each in missing.pop(block.start, ())) + _block_html(block, text, shown)
        for block in blocks(catalogue, plan_id, len(text))
    )
    body = (f'<div class="plan"><header class="title"><h1>{escape(meta.title)}</h1>{facts_html(meta, today)}'
            f"{views_html(meta.id, 'text')}{_search(meta.id, query, hits, text)}</header>"
            f'{outline_html(catalogue, plan_id)}<article id="text">{article}</article></div>')
    return page(meta.title, body, "/plans")


def views_html(plan_id: str, shown: str) -> str:
    """The ways to look at a plan; `shown` is the one in view."""
    at = plan_url(plan_id)
    views = (("text", at, "正文"), ("raw", f"{at}?view=raw", "与原文件对照"), ("report", f"{at}/report", "语料体检"),
             ("duties", address("/duties", {"plan": plan_id}), "责任分工"),
             ("indicators", address("/indicators", {"plan": plan_id}), "指标"))
    items = "".join(
        f'<li><a href="{escape(href)}"{_CURRENT if name == shown else ""}>{label}</a></li>' for name, href, label in views)
    return f'<nav class="views" aria-label="本规划"><ul>{items}</ul></nav>'


_CURRENT = ' aria-current="page"'


def _search(plan_id: str, query: str, hits: Sequence[Span], text: str) -> str:
    form = filters(plan_url(plan_id), text_input("q", "在本规划中查找", query, "例如：质押融资"), bool(query), "查找")
    if not query:
        return form
    if not hits:
        return f'{form}<p role="status">没有找到“{escape(query)}”。</p>'
    items = "".join(f'<li><a href="#hit-{n}">{_context(text, hit)}</a></li>' for n, hit in enumerate(hits, 1))
    return (f'{form}<p role="status">“{escape(query)}”：{_count(len(hits))}，正文中已标出。</p>'
            f'<details class="hits" open><summary>逐处查看</summary><ol>{items}</ol></details>')


def _count(count: int) -> str:
    return f"{count} 处" if count < MAX_HITS else f"至少 {MAX_HITS} 处"


def _context(text: str, hit: Span) -> str:
    before, after = text[max(0, hit.start - _AROUND):hit.start], text[hit.end:hit.end + _AROUND]
    return (f"…{escape(' '.join(before.split()))}<mark class=\"hit\">{escape(''.join(text[hit.start:hit.end].split()))}"
            f"</mark>{escape(' '.join(after.split()))}…")


def _missing_heading(section: Section) -> str:
    level = min(max(section.level, 1) + 1, 5)
    name = escape(" ".join(part for part in (section.label, section.title) if part))
    return (f'<h{level} class="inferred" id="{escape(anchor(section.id))}">{name} '
            f'<span class="tag">正文缺此标题，据目录推定</span></h{level}>')


def _block_html(block: Block, text: str, marks: Sequence[Mark]) -> str:
    piece = text[block.start:block.end]
    html = marked(piece.rstrip(), block.start, marks)
    name = f' id="{escape(block.anchor)}"' if block.anchor else ""
    if not piece.strip():
        return f"<span{name}></span>" if name else ""
    if block.kind == "heading":
        level = min(max(block.level, 1) + 1, 5)
        return f"<h{level}{name}>{html}</h{level}>"
    if block.kind == "between" and len(piece) > _FOLDED:
        opened = " open" if "<mark" in html else ""
        return (f'<details class="b between"{opened}><summary>目录等附属文字（{len(piece.strip().splitlines())} 行，点开查看）</summary>'
                f"<div>{html}</div></details>")
    hit = " cited" if any(mark.kind == "cite" and mark.start < block.end and block.start < mark.end for mark in marks) else ""
    here = ""
    if name and block.kind != "cell":
        here = (f'<a class="here" href="#{fragment(block.anchor)}" data-copy-link>'
                f'<span aria-hidden="true">#</span><span class="ipa-sr">复制第 {escape(block.anchor)} 条的链接</span></a>')
    return f'<div class="b {escape(block.kind)}{hit}"{name}>{html}{here}</div>'
