"""Read-only HTML pages of the plans: a list, and each plan's whole text with an anchor for every clause.

Every character of the text is shown once, in order. `/plans/{id}#3.2.1` goes to a clause; `?mark=120-188,200-210`
highlights ranges of the normalised text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote as url_quote

from assistant.model import Span
from assistant.render import ANSWER_NOTE, badge_html, highlight
from ingest.model import PlanMeta

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue

_RANGE = re.compile(r"(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a plan's text as one HTML element. `anchor` is '' for text outside clauses."""

    kind: str
    anchor: str
    level: int
    start: int
    end: int


def parse_marks(text: str, length: int) -> tuple[Span, ...]:
    """`120-188,200-210` → spans within a text of `length` characters; what does not fit is left out."""
    pairs = ((int(found.group(1)), int(found.group(2))) for found in _RANGE.finditer(text[:2000]))
    return tuple(Span(start, end) for start, end in pairs if start < end <= length)


def list_page(catalogue: Catalogue, today: date) -> str:
    """All plans, each with what is known of it."""
    items = "".join(
        f'<li><h2><a href="/plans/{url_quote(meta.id, safe="")}">{escape(meta.title)}</a></h2>{_facts(meta, today)}</li>'
        for meta in catalogue.metas()
    )
    return page("规划原文", f'<h1>规划原文</h1><p class="lead">以下为本助手检索的全部规划文本。</p>'
                            f'<ul class="plans">{items}</ul>')


def plan_page(catalogue: Catalogue, plan_id: str, marks: str, today: date) -> str:
    """The whole text of one plan; `marks` as in `parse_marks`."""
    meta = catalogue.meta(plan_id)
    text = catalogue.text(plan_id)
    spans = parse_marks(marks, len(text))
    shown = "".join(_block_html(block, text, spans) for block in blocks(catalogue, plan_id, len(text)))
    toc = "".join(
        f'<li class="l{min(section.level, 4)}"><a href="#{_fragment(section.id)}">'
        f"{escape(section.label)} {escape(section.title)}</a></li>"
        for section in catalogue.sections(plan_id) if not section.inferred and section.title
    )
    contents = f'<nav aria-label="章节"><details open><summary>章节</summary><ol>{toc}</ol></details></nav>' if toc else ""
    body = (f'<div class="plan"><header class="title"><h1>{escape(meta.title)}</h1>{_facts(meta, today)}</header>'
            f"{contents}<article>{shown}</article></div>")
    return page(meta.title, body)


def blocks(catalogue: Catalogue, plan_id: str, length: int) -> Iterator[Block]:
    """The text cut at every heading and clause, in order and without gaps; text between them is kept as it is."""
    found = [Block("heading", _anchor(each.id), each.level, each.start, each.end)
             for each in catalogue.sections(plan_id) if not each.inferred]
    clauses = catalogue.clauses(plan_id)
    rows = {clause.parent_id for clause in clauses}
    found += [Block("cell" if each.cell else each.kind, _anchor(each.id), 0, each.start, each.end) for each in clauses]
    starts = {_anchor(each.id) for each in clauses if each.id in rows}
    at = 0
    ordered = sorted(found, key=lambda block: (block.start, -block.end))
    bounds = [block.start for block in ordered] + [length]
    for index, block in enumerate(ordered):
        if block.start > at:
            yield Block("between", "", 0, at, block.start)
            at = block.start
        end = min(block.end, bounds[index + 1]) if block.anchor in starts else block.end
        yield Block(block.kind, block.anchor, block.level, at, max(at, end))
        at = max(at, end)
    if at < length:
        yield Block("between", "", 0, at, length)


def _block_html(block: Block, text: str, spans: Sequence[Span]) -> str:
    piece = text[block.start:block.end]
    inside = [Span(max(span.start, block.start), min(span.end, block.end)) for span in spans
              if span.start < block.end and block.start < span.end]
    html = highlight(piece.rstrip(), block.start, inside)
    anchor = f' id="{escape(block.anchor)}"' if block.anchor else ""
    if not piece.strip():
        return f"<span{anchor}></span>" if anchor else ""
    if block.kind == "heading":
        level = min(max(block.level, 1) + 1, 5)
        return f"<h{level}{anchor}>{html}</h{level}>"
    hit = " hit" if inside else ""
    return f'<div class="b {escape(block.kind)}{hit}"{anchor}>{html}</div>'


def _facts(meta: PlanMeta, today: date) -> str:
    period = "—".join(f"{day:%Y-%m-%d}" for day in (meta.period_start, meta.period_end) if day)
    facts = (("地区", meta.region), ("发布机关", meta.issuer), ("文号", meta.document_number),
             ("发布日期", f"{meta.issued:%Y-%m-%d}" if meta.issued else ""), ("实施期", period))
    shown = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    return f"<p>{badge_html(meta.status(today))}</p><dl>{shown}</dl>"


def message_page(message: str) -> str:
    """A page that says one sentence: not found, not ready."""
    return page("提示", f'<h1>提示</h1><p class="lead">{escape(message)}</p><p><a href="/">返回问答首页</a></p>')


def page(title: str, body: str) -> str:
    """A whole document in the look of the assistant's page; `title` is text, `body` is HTML."""
    return (f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)} · 知识产权规划问答</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="/ui/favicon.svg" type="image/svg+xml"><link rel="stylesheet" href="/ui/reading.css">'
            f'</head><body><a class="skip" href="#main">跳到正文</a><div class="bar"><div><a href="/">知识产权规划问答</a>'
            f'<a href="/plans">规划原文</a></div></div><main id="main">{body}</main>'
            f"<footer><p>本页为规划原文的规范化文本，仅供查阅，以发布机关公布的文本为准。{ANSWER_NOTE}。</p></footer></body></html>")


def _anchor(identifier: str) -> str:
    return identifier.partition("#")[2] or identifier


def _fragment(identifier: str) -> str:
    return url_quote(_anchor(identifier), safe=".")
