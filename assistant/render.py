"""Reply → the JSON of the HTTP contract, Markdown for reading and copying, and the HTML of the page.

Nothing of a question, a reply or a plan is taken as HTML: every piece of text is escaped on its way in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote as url_quote

from assistant.contract.views import Surroundings
from assistant.markup import to_html
from assistant.model import Citation, Reply, Span

PERIODS = {"in_force": "实施期内", "over": "已到期", "not_started": "未到实施期", "unknown": "未载明实施期"}
ANSWER_NOTE = "回答由程序自动生成（AI 生成内容），以规划原文为准"
_SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]+|[^。！？\n]+$")


def to_dict(reply: Reply) -> dict[str, Any]:
    """The object that `POST /api/ask` returns."""
    return {
        "id": reply.id,
        "status": reply.status,
        "text": reply.text,
        "claims": [{"text": claim.text, "citations": list(claim.citations)} for claim in reply.claims],
        "citations": [citation_dict(citation) for citation in reply.citations],
        "notices": [{"kind": each.kind, "plan_id": each.plan_id, "text": each.text} for each in reply.notices],
        "suggestions": list(reply.suggestions),
        "generator": reply.generator,
        "timings_ms": dict(reply.timings_ms),
        "understood": json.loads(json.dumps(dict(reply.understood), default=_plain_value)),
    }


def _plain_value(value: object) -> object:
    """JSON for what `understood` may hold beside plain values: sets become lists, dates and the rest text."""
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else str(value)


def citation_dict(citation: Citation) -> dict[str, Any]:
    """One entry of `citations`."""
    return {
        "n": citation.n,
        "plan_id": citation.plan_id,
        "plan_title": citation.plan_title,
        "clause_id": citation.clause_id,
        "path": citation.path,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "source_file": citation.source_file,
        "source_sha256": citation.source_sha256,
        "marks": [{"start": mark.start, "end": mark.end} for mark in citation.marks],
        "period_status": citation.period_status,
    }


def deltas(text: str) -> Iterator[str]:
    """`text` in sentences; joined they are `text`."""
    for found in _SENTENCE.finditer(text):
        yield found.group(0)


def to_markdown(reply: Reply) -> str:
    """The reply with its notices and sources, for a terminal or the clipboard."""
    parts = [reply.text.strip()]
    parts += [f"> {notice.text}" for notice in reply.notices if notice.text not in reply.text]
    if reply.citations:
        parts.append(sources_markdown(reply))
    if reply.suggestions:
        parts.append("可以接着问：\n" + "\n".join(f"- {each}" for each in reply.suggestions))
    return "\n\n".join(part for part in parts if part) + "\n"


def sources_markdown(reply: Reply) -> str:
    """The list of what the reply rests on."""
    return "依据：\n" + "\n".join(_source_line(citation) for citation in reply.citations)


def _source_line(citation: Citation) -> str:
    period = PERIODS.get(citation.period_status, "")
    state = f"（{period}）" if period else ""
    return f"[{citation.n}] 《{citation.plan_title}》{state} {citation.path}\n    “{' '.join(citation.quote.split())}”"


def answer_html(reply: Reply, turn: int, more: str = "") -> str:
    """The answer of turn `turn` as an article; its marks point at the cards of `cards_html`. `more`: HTML beside the actions."""
    numbers = {citation.n for citation in reply.citations}

    def mark(n: int) -> str:
        if n not in numbers:
            return ""
        return f'<a class="ipa-ref" href="#{card_id(turn, n)}" aria-label="依据 {n}">[{n}]</a>'

    notices = "".join(f'<p class="ipa-notice" data-kind="{escape(each.kind)}">{escape(each.text)}</p>'
                      for each in reply.notices)
    text = reply.text
    for each in reply.notices:   # the Markdown says them as quotes, the page in a frame of their own
        text = text.replace(f"> {each.text}\n", "", 1).removesuffix(f"> {each.text}")
    chips = "".join(f'<li><button type="button" class="ipa-chip" data-ask="{escape(each)}">{escape(each)}</button></li>'
                    for each in dict.fromkeys(reply.suggestions))
    follow = f'<div class="ipa-follow"><p>可以接着问</p><ul>{chips}</ul></div>' if chips else ""
    label = {"refused": "未作答", "clarify": "需要补充"}.get(reply.status, "")
    status = f'<p class="ipa-status">{label}</p>' if label else ""
    return (f'<div class="ipa-answer" data-status="{escape(reply.status)}" data-turn="{turn}">{status}'
            f'{notices}<div class="ipa-text">{to_html(text, mark)}</div>{follow}{_actions(reply, turn, more)}</div>')


def _actions(reply: Reply, turn: int, more: str) -> str:
    count = len(reply.citations)
    evidence = (f'<a class="ipa-action" href="#evidence" data-turn="{turn}">查看 {count} 条原文依据</a>' if count else "")
    return (f'<div class="ipa-actions">{evidence}'
            '<button type="button" class="ipa-action" data-copy>复制回答</button>'
            f'<button type="button" class="ipa-action" data-rate="helpful" data-reply="{escape(reply.id)}">有帮助</button>'
            f'<button type="button" class="ipa-action" data-rate="unhelpful" data-reply="{escape(reply.id)}">没帮助</button>{more}'
            f'<textarea class="ipa-source" hidden readonly aria-hidden="true">{escape(to_markdown(reply))}</textarea></div>')


def cards_html(reply: Reply, turn: int, around: Mapping[str, Surroundings], regions: Mapping[str, str]) -> str:
    """One card a citation. `around` (by clause id) and `regions` (by plan id) may be incomplete."""
    return "".join(
        card_html(citation, turn, around.get(citation.clause_id), regions.get(citation.plan_id, ""))
        for citation in reply.citations
    )


def card_html(citation: Citation, turn: int, around: Surroundings | None, region: str = "") -> str:
    """The proof [n]: where it stands, what it says, and the clause among its neighbours."""
    badge = badge_html(citation.period_status)
    place = f'<span class="ipa-region">{escape(region)}</span>' if region else ""
    quote = highlight(citation.quote, citation.start, citation.marks)
    return (f'<article class="ipa-card" id="{card_id(turn, citation.n)}" tabindex="-1" '
            f'aria-label="依据 {citation.n}：{escape(citation.plan_title)}">'
            f'<header><span class="ipa-n">{citation.n}</span><div><h3>{escape(citation.plan_title)}</h3>'
            f'<p class="ipa-meta">{place}{badge}</p></div></header>'
            f'<p class="ipa-path">{escape(citation.path)}</p>'
            f'<blockquote class="ipa-quote">{quote}</blockquote>'
            f'{_context(citation, around)}'
            f'<p class="ipa-links"><a href="{escape(reading_url(citation))}" target="_blank" rel="noopener">'
            f'在规划全文中查看<span class="ipa-sr">（新窗口）</span></a>'
            f'<a href="#turn-{turn}" class="ipa-back">返回回答</a></p></article>')


def _context(citation: Citation, around: Surroundings | None) -> str:
    if around is None:
        return ""
    clause = around.clause
    spans = citation.marks or (Span(citation.start, citation.end),)
    inside = tuple(span for span in spans if clause.start <= span.start and span.end <= clause.end)
    here = f'<div class="ipa-here">{highlight(clause.text, clause.start, inside)}</div>'
    before, after = ("".join(f"<p>{plain(each.text)}</p>" for each in side) for side in (around.before, around.after))
    return (f'<details class="ipa-context"><summary>查看上下文</summary><div class="ipa-around">'
            f"{before}{here}{after}</div></details>")


def badge_html(period_status: str) -> str:
    """The state of a plan's period as a badge; '' where nothing is known of it."""
    name = PERIODS.get(period_status)
    return f'<span class="ipa-badge" data-period="{period_status}">{name}</span>' if name else ""


def highlight(text: str, offset: int, marks: Sequence[Span]) -> str:
    """`text`, which begins at `offset` of the plan, with `marks` (plan offsets) in <mark>."""
    html, at = [], 0
    for span in sorted(marks, key=lambda each: (each.start, each.end)):
        start, end = max(span.start - offset, at), min(span.end - offset, len(text))
        if start >= end:
            continue
        html += [plain(text[at:start]), "<mark>", plain(text[start:end]), "</mark>"]
        at = end
    return "".join([*html, plain(text[at:])])


def plain(text: str) -> str:
    """Escaped text; line breaks stay line breaks, blank lines are dropped."""
    return re.sub(r"\s*\n\s*", "<br>", escape(text))


def card_id(turn: int, n: int) -> str:
    """The anchor of a card."""
    return f"cite-{turn}-{n}"


def reading_url(citation: Citation) -> str:
    """The page that shows the whole plan with this quote marked."""
    spans = citation.marks or (Span(citation.start, citation.end),)
    marks = ",".join(f"{span.start}-{span.end}" for span in spans[:20])
    anchor = citation.clause_id.partition("#")[2]
    return f"/plans/{url_quote(citation.plan_id, safe='')}?mark={marks}#{url_quote(anchor, safe='.')}"
