"""What stands in a chapter, a part or a box that a question names by its number or its heading."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.compose.pieces import plan_heading, quote, remark, units_line, whole
from assistant.knowledge import Knowledge
from assistant.lexicon import lexicon
from assistant.model import DraftLine, Found
from assistant.reading.question import Reading
from ingest.model import Clause, Section
from ingest.numerals import label_number, number_of

_SECTION = re.compile(
    r"第 ?([一二三四五六七八九十]{1,3}|\d{1,2}) ?(章|节|部分|大部分)"
    r"|(专栏) ?([一二三四五六七八九十]{1,2}|\d{1,2})(?!年)"
    r"|第? ?([（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}(?=、)) ?部分?")
_BLOCK = re.compile(r"一?整?(块|个?部分|板块|章节)")
_COUNTED_OUT = re.compile(r"第 ?(?:[一二三四五六七八九十]{1,3}|\d{1,2}) ?[条项点款个]")
TITLE = 6
"""The title of a clause in so many characters is no heading of a part, whatever it holds."""
TOPIC = 2.5
"""What is asked beside the section's number is a question of its own from this weight of words on."""


def asked_sections(reading: Reading) -> list[tuple[str, int, str]]:
    """Chapters, sections or parts that a question names by number: (words, number, 章, 节 or 部分)."""
    return [(m.group(0), number_of((m.group(1) or m.group(4) or m.group(5)).strip("（）()")), m.group(2) or m.group(3) or "部分")
            for m in _SECTION.finditer(reading.asked)]


def numbered_sections(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine] | None:
    """What a chapter or part asked for by its number holds; that it does not exist; None where none is asked for."""
    asked = asked_sections(reading)
    if not asked:
        return None
    lines: list[DraftLine] = []
    chapter: Section | None = None
    for at, (name, number, unit) in enumerate(asked):
        every = knowledge.view(plan_id).sections.values()
        sections = [s for s in every if is_number(s, number, unit) and (chapter is None or s.parent_id == chapter.id)]
        if chapter and not sections:                          # 第三部分第二节, where its second part is called （二）
            sections = [s for s in every if s.parent_id == chapter.id and is_number(s, number, "部分")]
        chapter = None
        if not sections:
            lines.append(remark(f"没有找到依据：收录的文本中没有{name}，编号在原文中不连续或不存在。"))
            continue
        section = min(sections, key=lambda s: s.level)
        if unit in ("章", "部分") and at + 1 < len(asked) and asked[at + 1][2] in ("节", "部分") and any(s.parent_id == section.id for s in every):
            chapter = section
            continue
        clauses = list(knowledge.section_clauses(section.id))
        below = [s for s in knowledge.view(plan_id).sections.values() if s.parent_id == section.id]
        if below:
            parts = "；".join(f"{s.label}{s.title}" for s in below)
            lines.append(remark(f"{section.label} {section.title}，分为：{parts}。共{len(clauses)}条，要点如下："))
            lines += _titles(clauses)
        else:
            lines += listed(section, clauses)
        lines += _within(clauses, found, reading)
    return lines


def _within(clauses: list[Clause], found: Found, reading: Reading) -> list[DraftLine]:
    """What the same question asks about one clause of the section (第三章第一节讲什么？恶意诉讼怎么对待？)."""
    inside = {clause.id for clause in clauses}
    best = next((each for each in found.evidence if each.clause.id in inside and each.coverage >= 0.5), None)
    topic = sum(weight for term, weight in found.weights.items() if not any(term in name for name, _, _ in asked_sections(reading)))
    return [quote(best.clause, found, reading.more)] if best and topic >= TOPIC else []


def is_number(section: Section, number: int, unit: str) -> bool:
    found = re.search(r"[一二三四五六七八九十]+|\d+", section.label)
    if not found or number_of(found.group(0)) != number:
        return False
    if unit == "专栏" or "专栏" in section.label:
        return unit == "专栏" and section.label.startswith(unit)
    return unit in section.label if unit in "章节" else section.level == 1 or "（" in section.label or "(" in section.label


def _titles(clauses: list[Clause]) -> list[DraftLine]:
    return [DraftLine("fact", clause.title, (whole(clause),), bullet=True) for clause in clauses if clause.title]


def named_section(reading: Reading, knowledge: Knowledge, plan_id: str) -> Section | None:
    """The section a question asks for by its heading (保障措施、基本原则), the deepest if several."""
    fresh = any(term not in reading.before for term in reading.terms)
    text = reading.scope.taken_from(      # 专利促进 is part of the name 专利促进与保护条例
        reading.asked if reading.follows and fresh else reading.text)
    for title in {clause.title for clause in knowledge.view(plan_id).clauses if len(clause.title) >= TITLE}:
        text = text.replace(title, " ")                   # 深化知识产权人才保障机制改革 is no 保障机制
    matching = [section for section in knowledge.view(plan_id).sections.values()
                if any(len(word) >= 3 and word in text for word in _names(section))]
    if not matching and _BLOCK.search(reading.asked):
        own = [term for term in reading.terms if term not in reading.before and len(term) > 1 and not _BLOCK.search(term)]
        matching = [section for section in knowledge.view(plan_id).sections.values() if own and all(term in section.title for term in own)]
    return max(matching or [section for section, _ in family(text, knowledge, plan_id)], key=lambda s: (s.level, len(s.title)), default=None)


def family(text: str, knowledge: Knowledge, plan_id: str) -> list[tuple[Section, str]]:
    """The sections whose heading is another word for the one asked for (组织保障, where a question says 保障措施), with
    the question's word."""
    asked = [(name, names) for names in lexicon().headings for name in names if name in text]
    return [(section, name) for section in knowledge.view(plan_id).sections.values() for name, names in asked if plain_title(section) in names]


def nth_of_section(reading: Reading, knowledge: Knowledge, plan_id: str) -> Clause | None:
    """The clause that a question counts out in a part it calls by its heading (保障措施第二条); None where it does not."""
    if not reading.number or reading.item or not _COUNTED_OUT.search(reading.asked):
        return None
    section = _numbered(reading, knowledge, plan_id) if asked_sections(reading) else named_section(reading, knowledge, plan_id)
    if not section:
        return None
    clauses = [clause for clause in knowledge.section_clauses(section.id) if not clause.parent_id]
    numbered = next((clause for clause in clauses if label_number(clause.number) == reading.number), None)
    return numbered or (clauses[reading.number - 1] if reading.number and reading.number <= len(clauses) else None)


def _numbered(reading: Reading, knowledge: Knowledge, plan_id: str) -> Section | None:
    """The innermost of the parts that a question calls by number, one inside another (第三部分第二节第1条)."""
    section: Section | None = None
    every = knowledge.view(plan_id).sections.values()
    for _, number, unit in asked_sections(reading):
        inside = [s for s in every if section is None or s.parent_id == section.id]
        found = [s for s in inside if is_number(s, number, unit)] or [s for s in inside if section and is_number(s, number, "部分")]
        if not found:
            return None
        section = min(found, key=lambda s: s.level)
    return section


def same_number(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """Where a plan numbers its clauses anew in every part, all that have the number asked for (黔江方案第2条); [] where one
    has, or a part or a matter is named beside."""
    topic = sum(weight for term, weight in found.weights.items() if not re.search(r"\d|^第", term))
    if not reading.number or reading.item or reading.follows or asked_sections(reading) or topic >= TOPIC:
        return []
    same = [c for c in knowledge.view(plan_id).clauses if not c.parent_id and c.kind in ("task", "row") and label_number(c.number) == reading.number]
    if len(same) < 2:
        return []
    told = [replace(units_line(c, knowledge, with_label=True), bullet=True) if reading.intent == "responsibility" and knowledge.units(c) else
            DraftLine("fact", c.text.strip(), (whole(c),), bullet=True) for c in same]
    return [plan_heading(knowledge.meta(plan_id)), remark(f"该规划各部分分别编号，编号为{reading.number}的共{len(same)}条："), *told]


def plain_title(section: Section) -> str:
    """A heading without quotation marks, colons and spaces."""
    return re.sub(r"[“”\"：:\s]", "", section.title)


def _names(section: Section) -> list[str]:
    title = re.sub(r"[“”\"：:]", "", section.title)
    return [title, *[part for part in re.split(r"[，, 、和]", title) if len(part) >= 4]]


def listed(section: Section, clauses: list[Clause]) -> list[DraftLine]:
    lines = [remark(f"{section.label}{section.title}共{len(clauses)}条：")]
    for clause in clauses:
        first = re.split(r"(?<=[。；])", clause.text, maxsplit=1)[0]
        text = clause.title or first.strip()
        rest = clause.text if len(clause.text) <= 120 else ""
        lines.append(DraftLine("fact", rest or text, (whole(clause),), bullet=True))
    return lines
