"""What every page shares: its name, the way between pages, and the addresses of plans, clauses and units."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote, urlencode

from assistant.model import Span

TITLE = "知识产权规划问答"
ITEMS = (("/", "问答"), ("/duties", "责任分工"), ("/indicators", "指标"), ("/schedule", "进度"), ("/plans", "原文"),
         ("/report", "语料体检"))
"""Address and label of each page, in the order of the bar."""


def header_html(current: str, skip: str, skip_label: str) -> str:
    """The head of a page: skip link, name, bar. `current` is the address of the item this page belongs to."""
    links = "".join(
        f'<li><a href="{href}"{" aria-current=" + chr(34) + "page" + chr(34) if href == current else ""}>{label}</a></li>'
        for href, label in ITEMS
    )
    name = f"<h1>{TITLE}</h1>" if current == "/" else f'<p class="ipa-title"><a href="/">{TITLE}</a></p>'
    return (f'<a class="ipa-skip" href="#{skip}">{skip_label}</a><header class="ipa-header"><div class="ipa-name">'
            f'<img src="/ui/favicon.svg" alt="" width="40" height="40"><div>{name}'
            '<p class="ipa-motto">依据规划原文作答，逐句注明条款出处</p></div></div>'
            f'<nav class="ipa-nav" aria-label="主导航"><ul>{links}</ul></nav></header>')


def plan_url(plan_id: str) -> str:
    """The page with a plan's text."""
    return f"/plans/{quote(plan_id, safe='')}"


def clause_url(plan_id: str, clause_id: str, spans: Sequence[Span] = ()) -> str:
    """The place of a clause in its plan's text, with `spans` marked."""
    marks = ",".join(f"{span.start}-{span.end}" for span in spans[:20])
    return f"{plan_url(plan_id)}{'?mark=' + marks if marks else ''}#{fragment(clause_id)}"


def unit_url(name: str) -> str:
    """The page of a unit of government."""
    return f"/units/{quote(name, safe='')}"


def question_url(question: str) -> str:
    """The chat page with a question asked."""
    return "/?" + urlencode({"q": question})


def anchor(identifier: str) -> str:
    """`qianjiang-2022#3.2.1` → `3.2.1`, the id of its element."""
    return identifier.partition("#")[2] or identifier


def fragment(identifier: str) -> str:
    """The anchor as it is written in an address."""
    return quote(anchor(identifier), safe=".")


def link(href: str, text: str) -> str:
    """An escaped link."""
    return f'<a href="{escape(href)}">{escape(text)}</a>'
