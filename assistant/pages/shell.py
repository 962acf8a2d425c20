"""The frame of a page and the few pieces of HTML that several pages share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from itertools import islice
from typing import TypeVar
from urllib.parse import urlencode

from assistant.navigation import TITLE, header_html
from assistant.render import ANSWER_NOTE, badge_html
from ingest.model import PlanMeta

T = TypeVar("T")

DRAWN = 12
"""Most plans that a page draws at once."""
MAX_WORDS = 60
"""Longest text of a filter or a search."""
_TEXT_NOTE = "本页由程序从规划原文的规范化文本整理，仅供查阅，以发布机关公布的文本为准。"


def page(title: str, body: str, current: str = "") -> str:
    """A whole document in the look of the assistant; `title` is text, `body` is HTML, `current` an address of the bar."""
    return ('<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
            f"<title>{escape(title)} · {TITLE}</title>"
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="/ui/favicon.svg" type="image/svg+xml">'
            '<link rel="stylesheet" href="/ui/header.css"><link rel="stylesheet" href="/ui/pages.css">'
            f'<script src="/ui/pages.js" defer></script></head><body>{header_html(current, "main", "跳到正文")}'
            f'<main id="main" tabindex="-1">{body}</main>'
            f"<footer><p>{_TEXT_NOTE}{ANSWER_NOTE}。"
            '<a href="/api/docs">接口说明</a></p></footer></body></html>')


def message_page(message: str) -> str:
    """A page that says one sentence: not found, not ready."""
    return page("提示", f'<h1>提示</h1><p class="intro">{escape(message)}</p><p><a href="/">返回问答首页</a></p>')


def facts_html(meta: PlanMeta, today: date) -> str:
    """What is known of a plan beside its text."""
    period = "—".join(f"{day:%Y-%m-%d}" for day in (meta.period_start, meta.period_end) if day)
    facts = (("地区", meta.region), ("发布机关", meta.issuer), ("文号", meta.document_number),
             ("发布日期", f"{meta.issued:%Y-%m-%d}" if meta.issued else ""), ("实施期", period))
    shown = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    return f"<p>{badge_html(meta.status(today))}</p><dl>{shown}</dl>"


def plan_heading(meta: PlanMeta, today: date, extra: str = "") -> str:
    """The heading of a plan's part of a page."""
    return (f'<h2 id="{escape(meta.id)}">{escape(meta.title)}</h2><p class="meta">'
            f"<span>{escape(meta.region)}</span>{badge_html(meta.status(today))}{extra}</p>")


def select(name: str, label: str, chosen: str, options: Iterable[tuple[str, str]]) -> str:
    """A labelled choice of a filter."""
    inside = "".join(f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
                     for value, text in options)
    return f'<label>{label}<select name="{name}">{inside}</select></label>'


def text_input(name: str, label: str, value: str, hint: str = "") -> str:
    """A labelled text of a filter."""
    return (f'<label>{label}<input type="search" name="{name}" value="{escape(value)}" maxlength="{MAX_WORDS}" '
            f'placeholder="{escape(hint)}"></label>')


def filters(action: str, fields: str, active: bool, verb: str = "筛选") -> str:
    """The form of a filter or a search; a link that undoes it where it is `active`."""
    undo = f'<a href="{action}">清除{verb}</a>' if active else ""
    return (f'<form class="filters" method="get" action="{action}" role="search" aria-label="{verb}">{fields}'
            f'<span class="go"><button>{verb}</button>{undo}</span></form>')


def scrolled(table: str, label: str) -> str:
    """A wide table that scrolls by itself, also by keyboard."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">{table}</div>'


def address(path: str, given: Mapping[str, str]) -> str:
    """`path` with the values that are not empty."""
    known = {name: value for name, value in given.items() if value}
    return f"{path}?{urlencode(known)}" if known else path


def exports(path: str, formats: Iterable[tuple[str, str]], given: Mapping[str, str], note: str = "") -> str:
    """Links that save what is shown; `note` says where the files hold more than that."""
    links = "".join(f'<li><a href="{escape(address(path, {"format": kind, **given}))}" download>{name}</a></li>'
                    for kind, name in formats)
    return f'<ul class="exports">{links}{f"<li>{note}</li>" if note else ""}</ul>'


def some_plans(found: Iterable[T]) -> tuple[tuple[T, ...], str]:
    """The first plans of a page that draws one part a plan, and what to say where there are more: a province has a thousand."""
    first = tuple(islice(found, DRAWN + 1))
    more = f"<p>这里只列前 {DRAWN} 份规划，另外的请在“规划”里选一份看。</p>" if len(first) > DRAWN else ""
    return first[:DRAWN], more


def plan_options(metas: Iterable[PlanMeta]) -> list[tuple[str, str]]:
    """The choice among plans."""
    return [("", "全部规划"), *((meta.id, meta.title) for meta in metas)]
