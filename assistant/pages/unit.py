"""`/units/{name}`: everything one unit is in for, by region, plan and role, and what else it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from difflib import get_close_matches
from html import escape

from assistant.knowledge import Knowledge, label_of
from assistant.model import Span
from assistant.navigation import clause_url, link, question_url, unit_url
from assistant.pages.duties import ROLES, Duty, duties_of
from assistant.pages.marking import Mark, marked
from assistant.pages.shell import page, plan_heading
from assistant.reading.units import same_unit
from ingest.errors import PlanNotFound
from ingest.model import PlanMeta, Role
from ingest.registry import canonical, key_of, registry

_EXCERPT = 90


def unit_page(knowledge: Knowledge, name: str) -> str:
    """The page of a unit as the plans write it. PlanNotFound names near ones."""
    found = {meta: duties for meta in knowledge.metas
             if (duties := [duty for duty in duties_of(knowledge, meta) if duty.fact.unit == name])}
    if not found:
        known = dict.fromkeys(fact.unit for fact in knowledge.catalogue.units())
        near = get_close_matches(name, known, n=5, cutoff=0.4)
        hint = f"相近的有：{'、'.join(near)}。" if near else "可以在“责任分工”页按名称的一部分查找。"
        raise PlanNotFound(f"规划中没有名为“{name[:60]}”的单位。{hint}")
    regions = list(dict.fromkeys(meta.region for meta in found))
    warning = ('<p class="note">以下各地区的单位只是名称相同，不是同一个单位，请分别查看。</p>' if len(regions) > 1 else "")
    total = sum(len(duties) for duties in found.values())
    parts = "".join(_plan(knowledge, meta, duties) for meta, duties in found.items())
    body = (f'<h1>{escape(name)}</h1><p class="intro">在 {len(found)} 份规划（{"、".join(map(escape, regions))}）中共有 '
            f'{total} 处分工。</p>{warning}{_names(knowledge, name, regions)}{parts}'
            '<p><a href="/duties">返回责任分工总表</a></p>')
    return page(name, body, "/duties")


def _plan(knowledge: Knowledge, meta: PlanMeta, duties: list[Duty]) -> str:
    roles: dict[Role, list[Duty]] = defaultdict(list)
    for duty in duties:
        roles[duty.fact.role].append(duty)
    unit = duties[0].fact.unit
    ask = unit if unit.startswith((meta.region, "国家")) else meta.region + unit
    words = f"{ask}负责哪些任务？"
    question = link(question_url(words), f"提问：{words}")
    lists = "".join(
        f'<h3>{name}（{len(roles[role])}）</h3><ol class="duties">{"".join(_duty(knowledge, each) for each in roles[role])}</ol>'
        for role, name in ROLES.items() if roles[role]
    )
    return f'<section class="card">{plan_heading(meta, knowledge.today)}{lists}<p>{question}</p></section>'


def _duty(knowledge: Knowledge, duty: Duty) -> str:
    fact, clause = duty.fact, duty.clause
    href = clause_url(clause.plan_id, fact.clause_id, (Span(fact.start, fact.end),))
    text = knowledge.text(clause.plan_id)
    source = knowledge.view(clause.plan_id).by_id[fact.clause_id]
    start = max(source.start, fact.start - _EXCERPT // 2)
    end = min(source.end, fact.end + _EXCERPT // 2)
    excerpt = marked(text[start:end], start, (Mark(fact.start, fact.end),))
    cut = '<p class="note">原文的单位名单到此残缺，未必是全部。</p>' if not fact.complete else ""
    word = f"（原文用词：{escape(fact.word)}）" if fact.word else ""
    return (f'<li><a href="{escape(href)}">{escape(" ".join(label_of(clause).split()))}</a>'
            f'<p class="path">{escape(clause.path)}{word}</p><blockquote>{"…" if start > source.start else ""}{excerpt}'
            f'{"…" if end < source.end else ""}</blockquote>{cut}</li>')


def _names(knowledge: Knowledge, name: str, regions: list[str]) -> str:
    lines = [*_reforms(name), *_groups(name)]
    for region in regions:
        if others := _others(knowledge, name, region):
            links = "、".join(link(unit_url(each), each) for each in others)
            lines.append(f"{escape(region)}的规划里可能指同一单位的写法：{links}。")
    if not lines:
        return ""
    return f'<section class="card"><h2>名称</h2><ul>{"".join(f"<li>{line}</li>" for line in lines)}</ul></section>'


def _others(knowledge: Knowledge, name: str, region: str) -> list[str]:
    """Names in a region's plans that can mean the same unit; a single unit is none of a collective, nor a national one."""
    facts = [fact for meta in knowledge.metas if meta.region == region for fact in knowledge.catalogue.units(meta.id)]
    kinds = {(fact.collective, fact.side) for fact in facts if fact.unit == name}
    return sorted({fact.unit for fact in facts if fact.unit != name and (fact.collective, fact.side) in kinds
                   and same_unit(name, fact.unit)})


def _groups(name: str) -> Iterator[str]:
    others = dict.fromkeys(other for core in sorted(key_of(name).cores)
                           for group in registry().groups if core in group for other in group if other not in name)
    if others:
        yield f"检索时同等对待的写法：{escape('、'.join(others))}。"


def _reforms(name: str) -> Iterator[str]:
    cores = key_of(name).cores
    known = [each for each in registry().reforms if {canonical(each[0]), canonical(each[1])} & cores
             and canonical(each[0]) != canonical(each[1])]
    for old, new, year in [each for each in known if each[0] in name or each[1] in name] or known:
        if canonical(new) in cores:
            yield f"{year}年机构改革前，相关职责在{escape(old)}；较早的文件可能用旧名。"
        else:
            yield f"{year}年机构改革后，{escape(old)}的相关职责由{escape(new)}承担；查找较新的文件时请留意。"
