"""`/duties`: the matrix of units and clauses. On a phone each unit becomes a list, by style alone."""

from __future__ import annotations

from html import escape

from assistant.knowledge import Knowledge, label_of
from assistant.model import Span
from assistant.navigation import clause_url, unit_url
from assistant.pages.duties import HEAD, KINDS, ROLES, SHORT, SORTS, Duty, Line, Matrix, Wanted, matrices, shown_role
from assistant.pages.shell import (
    MAX_WORDS,
    exports,
    filters,
    page,
    plan_heading,
    plan_options,
    scrolled,
    select,
    some_plans,
    text_input,
)
from ingest.model import Clause


def duties_page(knowledge: Knowledge, wanted: Wanted) -> str:
    """All matrices the filter leaves."""
    found, rest = some_plans(matrices(knowledge, wanted))
    units = sum(len(each.lines) for each in found)
    clauses = sum(len(each.clauses) for each in found)
    fields = "".join((
        select("plan", "规划", wanted.plan_id, plan_options(knowledge.metas)),
        select("role", "角色", wanted.role, [("", "全部角色"), *ROLES.items()]),
        text_input("unit", "单位名称含有", wanted.unit[:MAX_WORDS], "例如：市场监管局"),
        select("kind", "单位种类", wanted.kind, KINDS.items()),
        select("sort", "排序", wanted.sort, SORTS.items()),
    ))
    exact = any(line.unit == wanted.unit for each in found for line in each.lines)
    given = {"plan_id": wanted.plan_id, "role": wanted.role, "unit": wanted.unit if exact else ""}
    more = "（文件不按单位名称的一部分和单位种类筛选）" if wanted.kind or (wanted.unit and not exact) else ""
    files = exports("/api/matrix", (("csv", "导出 CSV"), ("xlsx", "导出 Excel（XLSX）")), given, more)
    said = (f'<p role="status">{len(found)} 份规划，{units} 个单位，{clauses} 条条款，共 '
            f"{sum(each.count for each in found)} 处分工。</p>" if found else
            '<p role="status">没有符合条件的分工。请放宽筛选条件，例如只写单位名称的一部分。</p>')
    legend = "".join(f'<li><span class="role {role}" aria-hidden="true">{char}</span>{name}</li>'
                     for role, (char, name) in (("lead", HEAD), *SHORT.items()))
    parts = "".join(_part(knowledge, each) for each in found)
    body = (f'<h1>责任分工</h1><p class="intro">哪个单位，在哪一条，是什么角色。点格子看原文，点单位看它的全部分工。</p>'
            f'<div class="card">{filters("/duties", fields, wanted.active)}{said}{rest}'
            f'<ul class="legend" aria-label="图例">{legend}</ul>{files}</div>{parts}')
    return page("责任分工", body, "/duties")


def _part(knowledge: Knowledge, matrix: Matrix) -> str:
    head = "".join(f'<th scope="col" class="v"><a href="{escape(clause_url(each.plan_id, each.id))}">'
                   f"{escape(_name(each))}</a></th>" for each in matrix.clauses)
    rows = "".join(_row(line, matrix.clauses) for line in matrix.lines)
    table = (f'<table class="matrix"><caption class="ipa-sr">{escape(matrix.meta.title)}的责任分工</caption><thead><tr>'
             f'<th scope="col">单位</th><th scope="col" class="n">条款</th>{head}</tr></thead><tbody>{rows}</tbody></table>')
    extra = f"<span>{len(matrix.lines)} 个单位 · {len(matrix.clauses)} 条 · {matrix.count} 处</span>"
    label = f"{matrix.meta.title}的责任分工表，可左右滚动"
    return (f'<section class="card">{plan_heading(matrix.meta, knowledge.today, extra)}{scrolled(table, label)}</section>')


def _row(line: Line, clauses: tuple[Clause, ...]) -> str:
    tags = ('<span class="tag">国家层面</span>' if line.side == "national" else "") + (
        '<span class="tag">集合名称</span>' if line.collective else "")
    cells = "".join(f"<td>{''.join(_cell(duty) for duty in line.duties.get(each.id, ()))}</td>" for each in clauses)
    return (f'<tr><th scope="row"><a href="{escape(unit_url(line.unit))}">{escape(line.unit)}</a>{tags}</th>'
            f'<td class="n">{len(line.duties)}<span class="only-phone"> 条</span></td>{cells}</tr>')


def _cell(duty: Duty) -> str:
    fact, clause = duty.fact, duty.clause
    cut = "" if fact.complete else "（原文名单残缺）"
    href = clause_url(clause.plan_id, fact.clause_id, (Span(fact.start, fact.end),))
    char, role = shown_role(fact)
    return (f'<a class="role {fact.role}" href="{escape(href)}"><span aria-hidden="true">{char}</span>'
            f'<span class="what">{role}：{escape(_name(clause))}{cut}</span></a>')


def _name(clause: Clause, limit: int = 40) -> str:
    name = " ".join(label_of(clause).split())
    return name if len(name) <= limit else name[:limit] + "…"
