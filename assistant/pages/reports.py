"""`/report` and `/plans/{id}/report`: what ingestion owns up to, in the look of the other pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from assistant.knowledge import Knowledge, label_of
from assistant.navigation import clause_url, link, plan_url
from assistant.pages.original import views_html
from assistant.pages.shell import facts_html, page, scrolled
from ingest.errors import PlanNotFound
from ingest.model import Finding
from ingest.report import CERTAINTIES, GRADES, REPAIR_KINDS, SECTIONS, Report, plain, report_of

_NAME = 24      # characters of a clause's name
_FOLDED = 8     # lists longer than this are folded
_CLAUSE = re.compile(r"[a-z0-9-]{2,60}#[A-Za-z0-9.-]{1,40}")


def reports_page(knowledge: Knowledge) -> str:
    """All plans in one table."""
    reports = [report_of(knowledge.catalogue.plan(meta.id)) for meta in knowledge.metas]
    rows = [(f'<a href="{escape(plan_url(each.plan_id))}/report">{escape(each.title)}</a>', f"{each.characters:,}",
             f"{_accounted(each):.2f}%", str(sum(count.count for count in each.repair_counts)),
             str(_graded(each, "warning")), str(len(each.errors))) for each in reports]
    table = _table(("规划", "正文字数", "有归属的字", "修复处数", "注意", "错误"), rows, numeric=(1, 2, 3, 4, 5))
    body = ('<h1>语料体检</h1><p class="intro">每份规划的每个字去了哪里，改了什么，什么是推定的，什么拿不准，'
            f'原文哪里前后不一致。</p><section class="card">{scrolled(table, "各规划的体检结果")}</section>')
    return page("语料体检", body, "/report")


def report_page(knowledge: Knowledge, plan_id: str) -> str:
    """The whole report of one plan."""
    meta = knowledge.catalogue.meta(plan_id)
    report = report_of(knowledge.catalogue.plan(plan_id))
    found = [(title, report.of(*kinds)) for title, kinds in SECTIONS] + [("其他", report.others())]
    absent = [title for title, findings in found if not findings] + ([] if report.odd_units else ["要留意的单位名称"])
    parts = "".join((
        _shares(report), _repairs(report),
        *(_findings(knowledge, plan_id, title, findings) for title, findings in found if findings), _units(knowledge, report),
        f'<section class="card"><p>没有发现：{escape("、".join(absent))}。</p></section>' if absent else ""))
    body = (f'<header class="title"><h1>{escape(meta.title)}</h1>{facts_html(meta, knowledge.today)}'
            f'{views_html(plan_id, "report")}<p class="small">原文件 {escape(report.file)}，SHA-256 '
            f"<code>{escape(report.sha256)}</code></p></header>{parts}")
    return page(f"语料体检：{meta.title}", body, "/report")


def _shares(report: Report) -> str:
    rows = [(escape(each.label), f"{each.characters:,}", f"{each.percent:.2f}%") for each in report.shares]
    rows.append(("合计", f"{report.characters:,}", f"{_accounted(report):.2f}%"))
    table = _table(("去处", "字数", "占比"), rows, numeric=(1, 2))
    return _card("字数归属", f'<div class="narrow">{scrolled(table, "字数归属")}</div>')


def _repairs(report: Report) -> str:
    if not report.repair_counts:
        return _card("修复", "<p>无。正文与原文件逐字相同。</p>")
    rows = [(REPAIR_KINDS[each.kind], CERTAINTIES[each.certainty], f"{each.count:,}",
             escape("、".join(f"{plain(before)}→{plain(after)}" for before, after in each.samples)))
            for each in report.repair_counts]
    whole = link(f"{plan_url(report.plan_id)}?view=raw", "逐段对照原文件")
    return _card("修复", f'{scrolled(_table(("种类", "把握", "处数", "例"), rows, numeric=(2,)), "修复的种类")}<p>{whole}</p>')


def _findings(knowledge: Knowledge, plan_id: str, title: str, findings: Sequence[Finding]) -> str:
    items = [f'<span class="grade {escape(each.grade)}">{GRADES[each.grade]}</span> {_linked(knowledge, each.message)}'
             f"{_place(plan_id, each)}" for each in findings]
    return _card(f"{title}（{len(findings)} 处）", _list(items))


def _units(knowledge: Knowledge, report: Report) -> str:
    if not report.odd_units:
        return ""
    items = [f"<strong>{escape(each.name)}</strong>：{escape(each.reason)}（"
             f"{'、'.join(_linked(knowledge, clause_id) for clause_id in each.clause_ids)}）" for each in report.odd_units]
    return _card(f"要留意的单位名称（{len(items)}）", _list(items))


def _place(plan_id: str, finding: Finding) -> str:
    if finding.start >= finding.end:
        return ""
    return " " + link(f"{plan_url(plan_id)}?mark={finding.start}-{finding.end}#marked", "看原文")


def _linked(knowledge: Knowledge, text: str) -> str:
    """Escaped text in which ids of clauses are links."""

    def to_link(found: re.Match[str]) -> str:
        try:
            clause = knowledge.catalogue.clause(found.group())
        except PlanNotFound:
            return found.group()
        name = " ".join(label_of(knowledge.owner(clause)).split()) if clause.order >= 0 else clause.path
        return link(clause_url(clause.plan_id, clause.id), name if len(name) <= _NAME else name[:_NAME] + "…")

    return _CLAUSE.sub(to_link, escape(text))


def _list(items: Sequence[str]) -> str:
    shown = f'<ul class="findings">{"".join(f"<li>{item}</li>" for item in items)}</ul>'
    return shown if len(items) <= _FOLDED else f"<details><summary>展开 {len(items)} 处</summary>{shown}</details>"


def _card(title: str, body: str) -> str:
    return f'<section class="card"><h2>{escape(title)}</h2>{body}</section>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """A table of cells that are HTML."""

    def cell(tag: str, n: int, text: str) -> str:
        return f'<{tag}{" class=n" if n in numeric else ""}>{text}</{tag[:2]}>'

    top = "".join(cell('th scope="col"', n, name) for n, name in enumerate(head))
    body = "".join("<tr>" + "".join(cell("td", n, text) for n, text in enumerate(row)) + "</tr>" for row in rows)
    return f'<table class="plain"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def _accounted(report: Report) -> float:
    return sum(each.percent for each in report.shares if each.name != "unaccounted")


def _graded(report: Report, grade: str) -> int:
    return sum(each.grade == grade for each in report.findings)
