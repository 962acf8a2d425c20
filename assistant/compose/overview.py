"""Questions about a plan as a whole: its goals, one of its parts by its heading, what it is about and how it is built."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from assistant.compose.pieces import clean, fact, plan_heading, remark, whole
from assistant.compose.plans import GENERIC
from assistant.compose.sections import family, listed, plain_title
from assistant.knowledge import Knowledge, label_of
from assistant.lexicon import lexicon
from assistant.model import DraftLine, Found, Proof
from assistant.reading.asked import GOALS, OUTLINE, REASON, WHOM
from assistant.reading.question import Reading
from ingest.measures import audience_words
from ingest.model import Clause, Section
from ingest.sentences import split_sentences

_EMPTY = re.compile(r"[的呢吧啊哦，。、？?！!,.\s《》“”]|规划|方案|计划|文件|[那这]份|看看|说说|市|省|区")
_ALL_OF_THEM = frozenset(("名称", "标题", "数字", "达到", "全部", "量化", "定量", "数值", "总体", "总"))
# 全部任务   任务清单   列出所有的任务
_TASKS = re.compile(r"(?:全部|所有|哪些|各项|每项|列出)[^，,。？?]{0,3}(?:任务|工作)|(?:任务|工作)(?:清单|都?有哪些|一览|列一?下|(?:的)?(?:名称|标题|题目))")
TOPIC = 1.5
"""Something in particular is asked about from this weight of words on; with less, the plan as a whole."""
# 为全面贯彻…，特制定本方案
_MADE_FOR = re.compile(r"(?:为|为了|根据|按照|依据|基于)[^。]{6,}(?:制定|制订|编制|出台)(?:了|出)?(?:本|此|《)")
_SOMEBODY = re.compile(r"(?:企业|机构|高校|院所|学校|院校|园区|人才|人员|主体|单位|协会|商会|平台|基地|发明人|农户|合作社|团队|个人|联盟)$")
PLACES = 4
"""Most places shown for one kind of reader …"""
MOST_NAMED = 12
"""… and most kinds."""
MOST = 40
"""A part with more clauses is told by its headings."""


def asks_overview(reading: Reading, found: Found, knowledge: Knowledge) -> bool:
    """Whether a named plan is asked about as a whole, or for one of its parts."""
    return reading.scope.named and any(overview(reading, found, knowledge, plan_id) for plan_id in reading.scope.plan_ids)


def overview(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The goals of a plan, the part it is asked for by its heading, or its outline; [] where something else is asked."""
    lines: list[DraftLine] = []
    if _only_named(reading, found):
        lines = _outline(knowledge, plan_id)
    elif reading.scope.named and not (reading.units or reading.number or reading.follows or reading.audiences) and _bare(reading, found, WHOM):
        lines = _whom(knowledge, plan_id)
    elif reading.scope.named and not (reading.units or reading.number or reading.follows) and _bare(reading, found, REASON):
        lines = _reasons(knowledge, plan_id)
    elif (not reading.scope.named or reading.units or reading.number or reading.follows
          or reading.intent not in ("detail", "definition", "target", "comparison")):
        return []
    elif not (_bare(reading, found, GOALS) and (lines := _goals(knowledge, plan_id))):
        if section := _part(reading, found, knowledge, plan_id):
            clauses = list(knowledge.section_clauses(section.id))
            lines = [fact(clean(clauses[0].text), whole(clauses[0]))] if len(clauses) == 1 else listed(section, clauses) if len(clauses) <= MOST else []
        elif _asks_tasks(reading, found):
            lines = _tasks(knowledge, plan_id) or _outline(knowledge, plan_id)
        elif _bare(reading, found, OUTLINE) and not reading.quoted:
            lines = _outline(knowledge, plan_id)
    return [plan_heading(knowledge.meta(plan_id)), *lines] if lines else []


def _only_named(reading: Reading, found: Found) -> bool:
    """Whether a question names a plan or a region and nothing else (贵州的), and nothing went before."""
    rest = reading.scope.taken_from(reading.asked, "")
    return reading.scope.named and bool(reading.scope.words) and not found.weights and not _EMPTY.sub("", rest)


def _bare(reading: Reading, found: Found, pattern: re.Pattern[str]) -> bool:
    """Whether a question fits the pattern and has no topic beside it."""
    asked = pattern.search(reading.asked.replace(" ", ""))
    if not asked:
        return False
    part = next((part for part in re.split(r"[，,。；;！!]", reading.asked.replace(" ", "")) if asked.group(0) in part), reading.asked)
    known = {term: weight for term, weight in found.weights.items() if term in part or term not in found.unknown}      # 老人看不懂，简单说说…
    return _topic(replace(found, weights=known), asked.group(0)) < TOPIC


def _topic(found: Found, said: str) -> float:
    return sum(weight for term, weight in found.weights.items()
               if term not in said and term not in GENERIC and term not in _ALL_OF_THEM and not term.isdigit())


def _asks_tasks(reading: Reading, found: Found) -> bool:
    """Whether all tasks are asked for (主要任务有哪些), of a plan that has no part of that name."""
    names = next(names for names in lexicon().headings if "主要任务" in names)
    flat = reading.asked.replace(" ", "")
    return any(name in flat and _topic(found, name) < TOPIC for name in names) or (bool(_TASKS.search(flat)) and _topic(found, "任务") < TOPIC)


def _tasks(knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """Every task by its title; [] where they are too many, or have none."""
    tasks = [clause for clause in knowledge.view(plan_id).clauses if clause.kind in ("task", "row") and not clause.parent_id]
    if len(tasks) > MOST or not all(clause.title for clause in tasks):
        return []
    return [remark(f"共{len(tasks)}项任务："), *(fact(label_of(clause), whole(clause), bullet=True) for clause in tasks)]


def _part(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> Section | None:
    """The part whose heading is what the question asks for (总体要求是什么), and nothing beside."""
    text = reading.scope.taken_from(reading.asked.replace(" ", ""))
    named = [section for section in knowledge.view(plan_id).sections.values()
             if len(title := plain_title(section)) >= 4 and title in text and _topic(found, title) < TOPIC]
    return max(named or [section for section, name in family(text, knowledge, plan_id) if _topic(found, name) < TOPIC],
               key=lambda section: len(section.title), default=None)


def _goals(knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    view = knowledge.view(plan_id)
    goals = [clause for clause in view.clauses if clause.kind == "goal"]
    cells = [clause for clause in view.clauses if clause.cell == "goal"]
    table = [clause for clause in view.clauses if clause.kind == "indicator"]
    if not goals and not cells:
        return []
    lines = [remark("目标写在下列条款中：" if goals else f"该规划没有总的目标，逐项写了{len(cells)}个：")]
    lines += [fact(clean(clause.text), whole(clause), bullet=True) for clause in goals]
    lines += [fact(f"{label_of(knowledge.owner(clause))}：{clean(clause.text)}", whole(clause), bullet=True) for clause in (() if goals else cells)]
    return [*lines, *([remark(f"另有指标表，共{len(table)}个指标。")] if table else [])]


def _outline(knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The headings of the first level, each with how many clauses it has."""
    view = knowledge.view(plan_id)
    text = knowledge.text(plan_id)
    heads = [section for section in view.sections.values() if section.level == 1]
    if not heads:
        return []
    tasks = [clause for clause in view.clauses if clause.kind in ("task", "row")]
    lines = [remark(f"该规划分为{len(heads)}个部分，共{len(tasks)}项任务：")]
    for head in heads:
        below = [section for section in view.sections.values() if section.parent_id == head.id]
        lines += [_heading(each, text) for each in (head, *below) if each is head or not _boxed(each)]
    return [*lines, *_count(view.clauses)]


def _heading(section: Section, text: str) -> DraftLine:
    """A heading as it stands; where its title was found in the table of contents only, with that title."""
    said = clean(text[section.start:section.end])
    if section.title and section.title not in said:
        said = f"{section.label} {section.title}"
    return DraftLine("fact", said, (Proof(section.id, section.start, section.end),), bullet=True)


def _reasons(knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """Why a plan was made, in its own words: the sentence before its first part that says what for and after what, else the
    part on what went before it; [] where it says neither."""
    view = knowledge.view(plan_id)
    first = min((clause.order for clause in view.clauses if clause.kind in ("task", "row")), default=0)
    for clause in view.clauses:
        for start, end in split_sentences(clause.text, clause.start) if clause.kind in ("front", "text") and clause.order < first else ():
            if _MADE_FOR.search(said := clause.text[start - clause.start:end - clause.start]):
                return [fact(clean(said), Proof(clause.id, start, end))]
    names = next(names for names in lexicon().headings if "发展背景" in names)
    section = next((section for section in view.sections.values() if plain_title(section) in names), None)
    return listed(section, list(knowledge.section_clauses(section.id))) if section else []


def _whom(knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """Whom the measures of a plan name, each with the clauses that do."""
    view = knowledge.view(plan_id)
    places: dict[str, list[Proof]] = defaultdict(list)
    for clause in view.clauses:
        for each in knowledge.measures(clause):
            said = clause.text[each.start - clause.start:each.end - clause.start]
            for word in dict.fromkeys(next((word for word in audience_words(name) if word in said), "") for name in each.audiences):
                if _SOMEBODY.search(word) and len(places[word]) < PLACES:
                    places[word].append(Proof(clause.id, each.start, each.end))
    named = sorted(((word, proofs) for word, proofs in places.items() if proofs), key=lambda pair: -len(pair[1]))
    if not named:
        return []
    return [remark("该规划没有单写适用范围；各项措施写到的对象有："),
            *(DraftLine("fact", word, tuple(proofs), bullet=True) for word, proofs in named[:MOST_NAMED])]


def _boxed(section: Section) -> bool:
    return section.label.startswith("专栏") or not section.label


def _count(clauses: tuple[Clause, ...]) -> list[DraftLine]:
    table = sum(clause.kind == "indicator" for clause in clauses)
    return [remark(f"另有指标表，共{table}个指标。")] if table else []
