"""`/plans/{id}?view=raw`: the file as received beside the repaired text, where they differ."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from assistant.navigation import plan_url
from assistant.pages.original import views_html
from assistant.pages.shell import address, facts_html, page
from ingest.model import OffsetMap, Repair
from ingest.report import CERTAINTIES, REPAIR_KINDS

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Change:
    """A repair with the range of the repaired text it led to; empty where something was taken out."""

    repair: Repair
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph of the repaired text and the raw range behind it."""

    start: int
    end: int
    raw_start: int
    raw_end: int
    changes: tuple[Change, ...]


def pairs(text: str, raw: str, offsets: OffsetMap, repairs: Sequence[Repair]) -> Iterator[Pair]:
    """The paragraphs that differ from the file, in order. What was taken out before a paragraph belongs to it."""
    changes = [_change(repair, offsets) for repair in sorted(repairs, key=lambda each: each.raw_start)]
    at = before = taken = 0
    for line in text.splitlines(keepends=True):
        start, end = at, at + len(line.rstrip())
        at += len(line)
        if end <= start:
            continue
        raw_start, raw_end = offsets.to_raw(start, end)
        raw_start = min([raw_start, *(c.repair.raw_start for c in changes[taken:] if before <= c.repair.raw_start < raw_start)])
        inside = tuple(c for c in changes[taken:] if c.repair.raw_start < raw_end and raw_start < c.repair.raw_end)
        taken += len(inside)
        raw_end = max([raw_end, *(c.repair.raw_end for c in inside)])
        before = raw_end
        if inside or raw[raw_start:raw_end] != text[start:end]:
            yield Pair(start, end, raw_start, raw_end, inside)


def _change(repair: Repair, offsets: OffsetMap) -> Change:
    return Change(repair, bisect_left(offsets.starts, repair.raw_start), bisect_left(offsets.starts, repair.raw_end))


def compare_page(catalogue: Catalogue, plan_id: str, kind: str, today: date) -> str:
    """The two texts side by side; `kind` shows only paragraphs with a repair of that kind."""
    meta = catalogue.meta(plan_id)
    text, raw, repairs = catalogue.text(plan_id), catalogue.raw(plan_id), catalogue.repairs(plan_id)
    kind = kind if kind in REPAIR_KINDS else ""
    shown = [pair for pair in pairs(text, raw, catalogue.offsets(plan_id), repairs)
             if not kind or any(change.repair.kind == kind for change in pair.changes)]
    rows = "".join(_row(pair, text, raw, kind) for pair in shown)
    table = ('<table class="compare"><caption class="ipa-sr">原文件与修复后的正文，逐段</caption><thead><tr>'
             '<th scope="col">原文件</th><th scope="col">修复后（检索和引用的文本）</th></tr></thead>'
             f"<tbody>{rows}</tbody></table>")
    said = (f'<p>共 {len(repairs)} 处修复，涉及以下 {len(shown)} 段；划去的是原文件的字，带底色的是修复后的字。'
            f"没有列出的段落与原文件逐字相同。</p>{_kinds(plan_id, kind, repairs)}{table}" if shown or repairs else
            "<p>本规划的正文与原文件逐字相同，没有修复。</p>")
    body = (f'<header class="title"><h1>{escape(meta.title)}</h1>{facts_html(meta, today)}{views_html(plan_id, "raw")}'
            f'</header><section class="card"><h2>与原文件对照</h2>{said}</section>')
    return page(f"与原文件对照：{meta.title}", body, "/plans")


def _kinds(plan_id: str, chosen: str, repairs: Sequence[Repair]) -> str:
    counts = Counter(repair.kind for repair in repairs)
    options = [("", f"全部 {len(repairs)}"), *((kind, f"{name} {counts[kind]}") for kind, name in REPAIR_KINDS.items()
                                              if counts[kind])]
    links = "".join(
        f'<li><a href="{escape(address(plan_url(plan_id), {"view": "raw", "kind": value}))}"'
        f'{" aria-current=" + chr(34) + "true" + chr(34) if value == chosen else ""}>{label}</a></li>'
        for value, label in options
    )
    return f'<nav class="views" aria-label="修复的种类"><ul>{links}</ul></nav>'


def _row(pair: Pair, text: str, raw: str, kind: str) -> str:
    before, after = [], []
    raw_at, at = pair.raw_start, pair.start
    for change in pair.changes:
        repair = change.repair
        if kind not in ("", repair.kind):
            continue
        name = f"{REPAIR_KINDS[repair.kind]}，{CERTAINTIES[repair.certainty]}"
        before += [_plain(raw[raw_at:repair.raw_start]),
                   f'<del class="{repair.kind}" title="{name}">{_plain(raw[repair.raw_start:repair.raw_end], shown=True)}</del>']
        raw_at = repair.raw_end
        start, end = max(change.start, at), min(change.end, pair.end)
        if start < end:
            after += [_plain(text[at:start]), f'<ins class="{repair.kind}" title="{name}">{_plain(text[start:end])}</ins>']
            at = end
    before.append(_plain(raw[raw_at:pair.raw_end]))
    after.append(_plain(text[at:pair.end]))
    return f"<tr><td>{''.join(before)}</td><td>{''.join(after)}</td></tr>"


def _plain(text: str, shown: bool = False) -> str:
    if shown and text and not text.strip():
        return "␣"
    return escape(text).replace("\n", "<br>")
