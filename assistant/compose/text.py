"""Answers in the plan's own sentences: details, definitions, lists, support, targets stated in text."""

from __future__ import annotations

import re

from assistant.compose.indicator import sentence
from assistant.compose.pieces import fact, plan_heading, quote, remark, segment, whole
from assistant.compose.select import NEAR, best_clauses
from assistant.compose.support import advice, told
from assistant.knowledge import Knowledge, label_of
from assistant.model import DraftLine
from assistant.reading.question import Reading
from assistant.retrieve import Found, quotes
from assistant.topic import coverage, held, valued
from ingest.model import Clause, Section
from ingest.numerals import number_of

_SECTION = re.compile(
    r"第 ?([一二三四五六七八九十]{1,3}|\d{1,2}) ?(章|节|部分|大部分)"
    r"|(专栏) ?([一二三四五六七八九十]{1,2}|\d{1,2})(?!年)"
    r"|第? ?([（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}(?=、)) ?部分?")
_LIST = re.compile(r"哪些|哪[二两三四五六七八九十]个|有几|几条|几项|几个方面|分别|都有(啥|什么)|包括|列出|全部|所有|哪几|内容|具体|怎么|如何")
_TAIL_NOUN = re.compile(r"[，,。？?;；]\s*(?:是不是|是|属于|跟|和|与)?([\u4e00-\u9fff]{2,4}?)(?:有关|方面)?(?:的)?(?:吗|么|嘛)[？?。]?$")
_PERIOD = re.compile(r"十[一二三四五六七]五")
_REASON = re.compile(r"理由|原因|为什么|为何|为啥|凭什么")
_EACH = re.compile(r"每一?(个|家|件|项|人|户|次)[^，,。？?]{0,10}(?:多少|几)")
_ASKS = re.compile(r"多少|几|谁|什么|啥|哪|吗|怎么|如何|是不是|有没有|有不|有无|(么|没|没有)$")
_COUNT = re.compile(r"多少|几")
_BLOCK = re.compile(r"一?整?(块|个?部分|板块|章节)")
_SAYINGS = frozenset(("真的", "对的", "假的", "这样", "如此", "实话", "真话", "确实", "属实", "没错", "算数"))
_VERBAL = re.compile(r"[能用可有要做会行给得到是不了没该让帮]|支持|补贴|资助|参与|配合|牵头|负责")

_MEASURES = re.compile(r"措施|做法|举措|哪几(条|项)|几(条|项)(措施|内容)|(哪些|什么)(工作|动作|事)")
CALLED = 0.5
"""A row is the one asked for when its title holds this share of the topic."""
_EACH_OF = re.compile(r"(各|分别|都)(是|要|有|为|定)?(多少|几)|这几(样|个|项)|几个数")
_COUNTED = re.compile(r"\d\s*(?:万|亿)?(?:件|家|个|项|人|名|次|期|元|%|户|场)")
MOST_UNDER = 6
_WHEN = re.compile(r"\d{1,2} ?月|20\d\d ?年|季度|阶段|每年|年底|年内")
ROW = 1.5
"""Within this distance of its score a measure's cell stands before the quarter's."""
GAIN = 2.5
"""Another clause must add words of this weight to what the chosen clauses hold of the topic."""


def passages(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The clauses that bear on the question, quoted; for support also whom to ask and what is not stated."""
    lines = [plan_heading(knowledge.view(plan_id).meta)]
    numbered = numbered_sections(reading, found, knowledge, plan_id)
    if numbered is not None:
        return [*lines, *numbered]
    section = named_section(reading, knowledge, plan_id)
    if section and _LIST.search(reading.text):
        clauses = list(knowledge.section_clauses(section.id))
        if 1 < len(clauses) <= 12:
            return [*lines, *_listed(section, clauses)]
    found = _measures_first(reading, _holding(reading, found))
    if reading.intent == "support" and (offers := tuple(e for e in found.evidence if e.clause.kind != "indicator")):
        found = Found(offers, found.weights, found.unknown)                  # a target gives nothing to anybody
    limit = 3 if reading.intent == "support" else 2 if reading.scope.named or len(reading.scope.regions) == 1 else 1
    near = 1.0 if reading.intent == "support" else NEAR
    share = 0.95 if reading.intent == "support" else 1.0
    clauses = with_row(best_clauses(found.evidence, limit, near=near, share=share), knowledge)
    if reading.intent == "definition" and _explained(reading, clauses[:1]):
        clauses = clauses[:1]
    clauses += [c for c in with_row(_of_parts(reading, found), knowledge) if c not in clauses]
    clauses += [c for c in _of_heading(reading, clauses, found, knowledge) if c not in clauses]
    clauses += [c for c in _measures(reading, clauses, found, knowledge) if c not in clauses]
    if reading.wants_number:
        clauses += _siblings(clauses, found, knowledge)
    several = reading.wants_number and len(_COUNT.findall(reading.asked)) > 1
    everything = bool(_LIST.search(reading.asked)) and reading.intent in ("detail", "definition")
    clauses += _completing(reading, clauses, found)
    for clause in clauses:
        if indicator := knowledge.indicator(clause):
            lines.append(fact(sentence(indicator, clause, knowledge), whole(clause)))
            continue
        line = (reading.wants_number and not several and segment(clause, found)) or quote(
            clause, found, reading.more, everything=everything, audiences=reading.audiences, numbers=several,
            explains=reading.quoted if reading.intent == "definition" else ())
        owner = knowledge.owner(clause)
        lead = f"{label_of(owner)}：" if owner is not clause or (clause.title and clause.title not in line.text) else ""
        lines.append(DraftLine("fact", f"{lead}{line.text}", line.proofs))
        if reading.intent == "support":
            lines += told(clause, line.proofs, knowledge)
    if reading.intent == "support":
        lines += advice(clauses, knowledge)
        if not reading.audiences:
            lines.append(remark("如补充企业类型（如高新技术企业、专精特新、中小微企业、高校院所）和最需要的支持，可以进一步缩小范围。"))
    if reading.intent == "definition" and not _explained(reading, clauses):
        lines.append(remark("该规划没有解释其具体含义，也没有列出具体内容，只在上述条款中提到。"))
    if reading.intent == "schedule" and not any(_WHEN.search(clause.text) for clause in clauses):
        lines.append(remark("所引条款没有写明具体时间。"))
    lines += unstated(reading, clauses)
    return lines


def _explained(reading: Reading, clauses: list[Clause]) -> bool:
    """Whether a clause says what the term asked about is, right at the term."""
    text = re.sub(r"[“”\"]", "", "".join(clause.text for clause in clauses))
    terms = list(reading.quoted) or [t for t in reading.terms if re.search(r"[\da-z]", t) or len(t) >= 4] or list(reading.terms)
    for term in terms:
        bare = re.escape(re.sub(r"[“”\"]", "", term))
        if re.search(rf"{bare}[^。]{{0,12}}(是指|即(?!将|使)|指的是|包括[:：]?|[:：])|{bare}[（(]|简称{bare}", text):
            return True
    return any(re.search(rf"、[^、，。；]{{1,12}}等{re.escape(term)}", text) for term in reading.terms)   # A、B、C等主导产业


def unstated(reading: Reading, clauses: list[Clause]) -> list[DraftLine]:
    """What the question assumes and these clauses do not say: a number, a year, a thing."""
    text = "".join(clause.text for clause in clauses)
    lines = []
    if _REASON.search(reading.asked) and not re.search(r"因为|由于|为了|鉴于|针对|为深入|为贯彻", text):
        lines.append(remark("原文没有写明理由。"))
    each = _EACH.search(reading.asked)
    if each and (reading.value == "money" or reading.measure) and not re.search(rf"每{each.group(1)}[^。；]{{0,12}}\d", text):
        lines.append(remark(f"原文没有写明每{each.group(1)}的具体数额。"))
    noun = _TAIL_NOUN.search(reading.asked)
    if noun and noun.group(1) not in _SAYINGS and not _VERBAL.search(noun.group(1)) and not any(
            noun.group(1)[i:i + 2] in text for i in range(len(noun.group(1)) - 1)):
        lines.append(remark(f"该条不涉及{noun.group(1)}。"))
    return lines


def _measures_first(reading: Reading, found: Found) -> Found:
    """Of one row, what is to be done before when: a question for the things themselves is answered by the measure's cell."""
    if reading.intent not in ("detail", "definition") or not found.evidence or found.evidence[0].clause.cell != "schedule":
        return found
    top = found.evidence[0]
    alike = [each for each in found.evidence[:6] if each.clause.cell == "measure" and each.clause.parent_id == top.clause.parent_id
             and each.coverage >= top.coverage and top.score - each.score <= ROW]
    return Found((*alike[:1], *(each for each in found.evidence if each not in alike[:1])), found.weights, found.unknown)


def _holding(reading: Reading, found: Found) -> Found:
    """Only clauses that hold a term which the question puts in quotation marks, where any does."""
    terms = [term for term in reading.quoted if not _PERIOD.fullmatch(term)]
    kept = tuple(each for each in found.evidence if any(quotes(each.clause.text, term) for term in terms))
    if reading.intent == "definition":      # (以下简称“国家横琴平台”) says in one place what is used in many
        kept = tuple(sorted(kept, key=lambda each: not any(re.search(rf"简称[“\"]?{re.escape(term)}", each.clause.text) for term in terms)))
    return Found(kept, found.weights, found.unknown) if kept else found


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
        sections = [s for s in knowledge.view(plan_id).sections.values() if is_number(s, number, unit)
                    and (chapter is None or s.parent_id == chapter.id)]
        chapter = None
        if not sections:
            lines.append(remark(f"没有找到依据：收录的文本中没有{name}，编号在原文中不连续或不存在。"))
            continue
        section = min(sections, key=lambda s: s.level)
        if unit == "章" and at + 1 < len(asked) and asked[at + 1][2] == "节":
            chapter = section
            continue
        clauses = list(knowledge.section_clauses(section.id))
        below = [s for s in knowledge.view(plan_id).sections.values() if s.parent_id == section.id]
        if below:
            parts = "；".join(f"{s.label}{s.title}" for s in below)
            lines.append(remark(f"{section.label} {section.title}，分为：{parts}。共{len(clauses)}条，要点如下："))
            lines += _titles(clauses)
        else:
            lines += _listed(section, clauses)
        lines += _within(clauses, found, reading)
    return lines


def _within(clauses: list[Clause], found: Found, reading: Reading) -> list[DraftLine]:
    """What the same question asks about one clause of the section (第三章第一节讲什么？恶意诉讼怎么对待？)."""
    inside = {clause.id for clause in clauses}
    best = next((each for each in found.evidence if each.clause.id in inside and each.coverage >= 0.5), None)
    return [quote(best.clause, found, reading.more)] if best and sum(found.weights.values()) >= GAIN else []


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
    matching = [section for section in knowledge.view(plan_id).sections.values()
                if any(len(word) >= 3 and word in reading.text for word in _names(section))]
    if not matching and _BLOCK.search(reading.asked):
        own = [term for term in reading.terms if term not in reading.before and len(term) > 1 and not _BLOCK.search(term)]
        matching = [section for section in knowledge.view(plan_id).sections.values() if own and all(term in section.title for term in own)]
    return max(matching, key=lambda s: (s.level, len(s.title)), default=None)


def _names(section: Section) -> list[str]:
    title = re.sub(r"[“”\"：:]", "", section.title)
    return [title, *[part for part in re.split(r"[，, 、和]", title) if len(part) >= 4]]


def _listed(section: Section, clauses: list[Clause]) -> list[DraftLine]:
    lines = [remark(f"{section.label}{section.title}共{len(clauses)}条：")]
    for clause in clauses:
        first = re.split(r"(?<=[。；])", clause.text, maxsplit=1)[0]
        text = clause.title or first.strip()
        rest = clause.text if len(clause.text) <= 120 else ""
        lines.append(DraftLine("fact", rest or text, (whole(clause),), bullet=True))
    return lines


def _of_parts(reading: Reading, found: Found) -> list[Clause]:
    """For a question that asks several things (几件高价值专利、几家市级研发机构？), the best clause of each part."""
    parts = [p for p in re.split(r"[，,。；;？?！!、和]", reading.asked) if _ASKS.search(p)]
    if len(parts) < 2:
        return []
    apart = len([p for p in re.split(r"[。；;？?！!]", reading.asked) if _ASKS.search(p)]) > 1
    best: list[Clause] = []
    for part in parts:
        weights = {term: weight for term, weight in found.weights.items()
                   if term in part and not any(term in unit for unit in reading.units)}
        if sum(weights.values()) < (1.5 if apart else 4.0):
            continue
        share = {e.clause.id: (valued(e.clause, weights) if _COUNT.search(part) else coverage(weights, e.clause.text), e.score, e.clause)
                 for e in found.evidence[:20]}
        top = max(share.values(), key=lambda s: (round(s[0], 2), s[1]))
        if top[0] >= 0.7:
            best.append(top[2])
    return best


def _measures(reading: Reading, clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """All measures of a row where the question is for the measures of the matter that the row is called by."""
    if not clauses or not _MEASURES.search(reading.asked) or reading.wants_number:
        return []
    owner = knowledge.owner(clauses[0])
    if owner is clauses[0] or coverage(found.weights, owner.title) < CALLED:
        return []
    return [cell for cell in knowledge.cells(owner) if cell.cell == "measure"]


def _of_heading(reading: Reading, clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """What else stands under the heading that a question for several numbers calls by name (攻坚行动里，次数、登记、单位各是多少)."""
    if not clauses or not reading.wants_number or not _EACH_OF.search(reading.asked) or clauses[0].cell:
        return []
    heading = knowledge.view(clauses[0].plan_id).sections.get(clauses[0].section_id)
    if heading is None or coverage(found.weights, heading.title) < CALLED:
        return []
    under = [c for c in knowledge.section_clauses(heading.id) if _COUNTED.search(c.text)]
    return under if len(under) <= MOST_UNDER else []


def _completing(reading: Reading, clauses: list[Clause], found: Found) -> list[Clause]:
    """One more clause where it holds much of the topic that the chosen ones leave out (会不会上门 beside 版权登记)."""
    if reading.wants_number or reading.intent not in ("support", "detail") or not clauses:
        return []
    said = "".join(f"{clause.path}{clause.text}" for clause in clauses).lower()
    left = {term: weight for term, weight in found.weights.items() if term not in found.unknown and not held(term, said)}
    for each in found.evidence[1:6]:
        gain = sum(weight * held(term, each.clause.text) for term, weight in left.items())
        if gain >= GAIN and each.coverage >= 0.4 * found.evidence[0].coverage and each.clause not in clauses and not each.clause.cell:
            return [each.clause]
    return []


def _siblings(clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """Other cells of the same row that state a number on the topic: a yearly total beside a quarter's share."""
    if not clauses or not clauses[0].parent_id:
        return []
    least = 0.75 * valued(clauses[0], found.weights)
    return [cell for cell in knowledge.cells(knowledge.owner(clauses[0]))
            if cell not in clauses and cell.cell != "units" and valued(cell, found.weights) >= max(least, 0.3)]


def with_row(clauses: list[Clause], knowledge: Knowledge) -> list[Clause]:
    """A row's title alone says little: its goal and measures speak for it."""
    result: list[Clause] = []
    for clause in clauses:
        if clause.kind == "row":
            cells = [cell for cell in knowledge.cells(clause) if cell.cell in ("goal", "measure")]
            result += cells or [clause]
        elif clause not in result:
            result.append(clause)
    return result
