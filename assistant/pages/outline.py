"""A plan's outline as a tree of links, with the clauses of each section folded away."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

from assistant.knowledge import label_of
from assistant.navigation import fragment
from ingest.model import Clause, Section

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue


def outline_html(catalogue: Catalogue, plan_id: str) -> str:
    """The tree; '' for a plan without headings."""
    sections = catalogue.sections(plan_id)
    clauses: dict[str, list[Clause]] = defaultdict(list)
    for clause in catalogue.clauses(plan_id):
        if not clause.parent_id and clause.kind != "front":
            clauses[clause.section_id].append(clause)
    children: dict[str | None, list[Section]] = defaultdict(list)
    known = {section.id for section in sections}
    for section in sections:
        children[section.parent_id if section.parent_id in known else None].append(section)

    def branch(parent: str | None) -> str:
        items = "".join(f"<li>{_entry(each)}{_clauses(each, clauses[each.id])}{branch(each.id)}</li>"
                        for each in children[parent] if each.id != parent)
        return f"<ul>{items}</ul>" if items else ""

    tree = branch(None)
    if not tree:
        return ""
    return (f'<nav class="outline" aria-label="章节"><details open data-fold><summary>章节与条款</summary>{tree}'
            "</details></nav>")


def _entry(section: Section) -> str:
    name = escape(" ".join(part for part in (section.label, section.title) if part) or "（无标题）")
    tag = ' <span class="tag">据目录推定</span>' if section.inferred else ""
    return f'<a href="#{fragment(section.id)}">{name}</a>{tag}'


def _clauses(section: Section, clauses: list[Clause]) -> str:
    if not clauses:
        return ""
    items = "".join(f'<li><a href="#{fragment(each.id)}">{escape(_short(label_of(each)))}</a></li>' for each in clauses)
    return (f'<details class="leaves"><summary>{len(clauses)} 条<span class="ipa-sr">，属于'
            f"{escape(section.title or section.label)}</span></summary><ul>{items}</ul></details>")


def _short(text: str, limit: int = 32) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit] + "…"
