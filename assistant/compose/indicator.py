"""Targets out of an indicator table: value, unit of measure, base, target year, lead unit, the notes that matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.compose.pieces import clean, plan_heading, remark
from assistant.compose.select import best_clauses
from assistant.knowledge import Knowledge
from assistant.model import DraftLine, Evidence, Found, Proof
from assistant.proof.ground import with_measure
from assistant.reading.question import Reading
from assistant.reading.units import same_unit
from assistant.topic import coverage, held
from ingest.measures import audience_words, names_in
from ingest.model import Clause, IndicatorFact
from ingest.tokens import is_word

_ALL = re.compile(r"(全部|所有|哪些|几个|多少个|一共|主要|每个)[^，,。？?]{0,4}指标(?!表)|指标[^，,。？?]{0,3}(有哪些|有几个|都有|全部|清单|一览)")

# 专利方面的目标值分别是多少
_ASPECT = re.compile(r"方面的?(?:目标|指标)值?[^，,。？?]{0,4}(?:是|有|分别|都)")
_ANY = re.compile(r"^[^，,。？?]{0,8}有(?:没有|无)?(?:指标|指标表)(?:吗|么|没有?)?[？?]?$")

# 增长最多的是哪一项   哪个指标目标最高
_MOST = re.compile(r"最(?:多|高|大|快|低|少|小|猛)的?[^，,。？?]{0,4}(?:哪|什么|指标)|哪[一个项些]+(?:指标)?[^，,。？?]{0,8}最(?:多|高|大|快|低|少|小|猛)")
_COUNTS = re.compile(r"(人数|企业数|数|增长|金额)$")
OF_VALUE = re.compile(r"\d|当年|年底|年末|年初|新增|累计|基期|基数|增加|目标|达到|存量|增量|时候|单位")
"""Words that ask for a value of an indicator, and name none."""
_MAKING = re.compile(r"^(评选|获得|新增|培育|建设|完成)")
_MEANING = re.compile(r"预期性|约束性|累计|滚存|当年(数|新增|增加|的数)|年度数|存量|增量|口径|性质")
_SORT = re.compile(r"约束性|预期性")
_TABLE = re.compile(r"指标(这|那|的)?(张|个)?表|(主要|这些|全部|各项|所有|上述|表里的?)指标|表(里|中|内)|指标(都|均|是|算)")
_OF_ALL = re.compile(r"累计|预期性|约束性|(上述|各项|所有)指标")
"""A note that says how all values of the table are to be read."""
OF_TOPIC = 0.8
"""Words of this weight beside 哪些指标 say of what they are to be …"""
HALF = 0.5
"""… and a name that holds this share of them is of it."""
_FRAME = re.compile(r"^(?:\d.*|十.|.五|十.五|期间|时期|主要|涉及|重要|核心|关键|有关|相关|指标.*|数量|分别|完整|总表|任务|责任|负责|牵头|单位|部门)$")
TOPIC = 2.5
"""Words of this weight beside 主要指标 are a topic …"""
LEAST = 0.15
"""A row that holds less of the question is not about it."""
ONE = 0.6
"""… and one indicator is meant that holds this share of it."""
SHORT = 3
"""The same of a rate or an amount that no other indicator of the plan ends with."""
ENDING = 7
"""Characters of the end of a name that stand for all of it."""
SHORTENED = 0.7
"""A name may be called by so much of it."""
BASED = 0.8
"""A row whose base year is asked for is meant that holds this share of the topic that the best clause does."""
HOW = re.compile(r"怎么(?!算|统计|定)|如何(?!计算|统计|定)|措施|做法|举措|哪些(工作|行动|项目|工程|任务)")
"""What is done about a matter is not told by its figure."""
_VALUE = re.compile(r"多少|目标|几|基期")


def indicators(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The indicator rows that the question is about; [] where it is about none."""
    if reading.intent not in ("target", "responsibility", "detail", "schedule", "definition", "comparison") and not asks_meaning(reading):
        return []
    if reading.intent in ("detail", "definition") and HOW.search(reading.asked) and not _VALUE.search(reading.asked):
        return []
    every = [c for c in knowledge.view(plan_id).clauses if c.kind == "indicator"]
    if asks_most(reading):
        every = [c for c in every if any(same_unit(unit, fact.unit) for unit in reading.units for fact in knowledge.units(c))] or every
    if every and asks_meaning(reading) and not named_indicators(reading, knowledge, plan_id):
        notes = [c for c in knowledge.view(plan_id).clauses if c.kind == "note" and _OF_ALL.search(c.text)]
        return [plan_heading(knowledge.meta(plan_id)), *(_note(c) for c in notes)] if notes else []
    all_asked = asks_most(reading) or (asks_all(reading) and not _of_one(reading, found, every))
    if every and (all_asked or _ASPECT.search(reading.asked)) and not asks_most(reading) and (some := _of_topic(reading, found, every, knowledge)):
        return [plan_heading(knowledge.meta(plan_id)), remark(f"指标表共{len(every)}个指标，名称与所问相关的{len(some)}个："),
                *(line for c in some for line in indicator_lines(c, reading, knowledge)[:1])]
    if every and all_asked:
        unranked = [remark("该规划没有给指标排序，各指标的计量单位也不同；以上列出供比较。")] if asks_most(reading) else []
        nameless = _nameless(reading, found, every, knowledge)
        return [plan_heading(knowledge.meta(plan_id)), *([remark(f"没有名称写到“{nameless}”的指标，下面是全部指标。")] if nameless else []),
                remark(f"{'其中' if unranked and reading.units else '指标表'}共{len(every)}个指标："),
                *(line for c in every for line in indicator_lines(c, reading, knowledge)[:1]), *unranked]
    goals = [c for c in knowledge.view(plan_id).clauses if c.kind == "goal"]
    if all_asked and 0 < len(goals) <= 12:
        return [plan_heading(knowledge.meta(plan_id)), remark("该规划没有指标表，目标写在下列条款中："),
                *(DraftLine("fact", clean(c.text), (Proof(c.id, c.start, c.end),), bullet=True) for c in goals)]
    top = found.evidence[:6]
    rows = [each for each in top if each.clause.kind == "indicator"]
    named = named_indicators(reading, knowledge, plan_id)
    if not named and not rows:
        return []
    strict = reading.intent in ("detail", "schedule")
    if not named and (not found.weights or rows[0].coverage < LEAST):
        return []
    if not named and strict and rows[0].coverage < 0.9 * max(each.coverage for each in top):
        return []
    if not named and (top[0].clause.kind not in ("indicator", "note") or (strict and rows[0].coverage < 0.55)) \
            and (strict or rows[0].coverage < (BASED if _of_base_year(rows[0].clause, reading, knowledge) else 0.97) * top[0].coverage):
        return []
    ahead = bool(named and rows and top[0].clause.kind != "indicator" and top[0].coverage > max(r.coverage for r in rows) + 0.1)
    if ahead and not reading.wants_number:
        return []
    lines = [plan_heading(knowledge.meta(plan_id))]
    chosen = named or best_clauses(rows, 2, near=0.6, share=0.97)
    for clause in chosen:
        whole = indicator_lines(clause, reading, knowledge)
        lines += whole[1:] if reading.intent == "definition" and len(whole) > 1 and not _VALUE.search(reading.asked) else whole   # the note is the definition
    if ahead:
        first = top[0].clause
        return [lines[0], DraftLine("fact", clean(first.text), (Proof(first.id, first.start, first.end),)), *lines[1:]]
    for each in top if reading.intent in ("target", "detail") else ():
        if rows and each.clause.kind not in ("indicator", "note") and ((each.score > rows[0].score and not named) or _settles(each, reading)) \
                and each.coverage >= 0.9 * rows[0].coverage:
            lines.append(DraftLine("fact", each.clause.text.strip(), (Proof(each.clause.id, each.clause.start, each.clause.end),)))
            break
    return lines


def _of_base_year(clause: Clause, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a question asks for the year from which a row counts (2020年是多少、目标多少)."""
    known = knowledge.indicator(clause)
    return bool(known and known.base_value and known.base_year in reading.years)


def asks_meaning(reading: Reading) -> bool:
    """Whether it is asked how the values of a table of indicators are to be read, now or after the table or a row of it
    (约束性的有哪些, 是约束性的吗)."""
    after = reading.follows and (asks_all(replace(reading, asked=reading.text)) or _SORT.search(reading.asked))
    of_table = _TABLE.search(reading.asked) or after
    return reading.scope.named and bool(_MEANING.search(reading.asked) and of_table)


def _settles(each: Evidence, reading: Reading) -> bool:
    """Whether a clause holds another number that the question names, or states what happens every year."""
    held = any(number in each.clause.text for number in reading.numbers)
    spans = [span for span in ("每年", "年均", "期间") if span in reading.asked]
    return held or any(span in each.clause.text for span in spans)


def named_indicators(reading: Reading, knowledge: Knowledge, plan_id: str) -> list[Clause]:
    """Indicator rows that the question, else the turn before it, calls by name; the longest name where one holds another."""
    own = any(term not in reading.before and is_word(term) and not OF_VALUE.match(term) for term in reading.terms) and reading.before
    spoken = " ".join((reading.asked, *reading.phrases))
    for text in (spoken,) if own else (spoken, reading.text):
        if found := called_indicators(text, knowledge, plan_id):
            return found
    return []


def called_indicators(text: str, knowledge: Knowledge, plan_id: str) -> list[Clause]:
    """Indicator rows that a text calls by name."""
    names = {c: fact.name for c in knowledge.view(plan_id).clauses if (fact := knowledge.indicator(c))}
    region = knowledge.meta(plan_id).region
    if called := [c for c, name in names.items() if _called(name, text, region)]:
        return called
    if stated := [c for c in names if (known := knowledge.indicator(c)) and known.measure and re.search(
            rf"(?<![\d.]){re.escape(known.value)}\s*{re.escape(known.measure)}", text)]:
        return stated if len(stated) == 1 else []             # 商标36万件
    tailed = [c for c, name in names.items() if name[-1:] in "率额" and name[-SHORT:] in text]
    return tailed if len(tailed) == 1 else []                  # 查办率, where one is called so


def _called(name: str, text: str, region: str) -> bool:
    """Whether a question calls an indicator by its name: 知识产权师人数, 知识产权师, 老字号 for “贵州老字号”企业数."""
    bare, said = re.sub(r"[“”\"]", "", name), re.sub(r"[“”\"]", "", text)
    plain = _COUNTS.sub("", bare)
    forms = {bare, plain, _MAKING.sub("", bare), _MAKING.sub("", plain)}
    if plain.startswith(region) and plain.removeprefix(region) in said and is_word(plain.removeprefix(region)):
        return True
    return _shortened(plain, said) or _ends(bare, said) or any(form in said for form in forms if len(form) >= 4)


def _ends(name: str, text: str) -> bool:
    """Whether a text calls an indicator by the end of its name (民事一审服判息诉率)."""
    return any(name[at:] in text for at in range(1, len(name) - ENDING + 1))


def _shortened(name: str, text: str) -> bool:
    """Whether a text has a name with a word in its middle left out: 民族文化品牌 for 评选民族文化产品品牌."""
    form = _MAKING.sub("", name)
    if len(form) < 6:
        return False
    start, end = re.escape(form[:4]), re.escape(form[-2:])
    return any(len(match.group(0)) >= SHORTENED * len(form) and _left_out(match.group(0), form)
               for match in re.finditer(rf"{start}[^，,。？?、]{{0,{len(form) - 7}}}{end}", text))


def _left_out(short: str, form: str) -> bool:
    """Whether all characters of `short` stand in `form`, in order."""
    rest = iter(form)
    return all(char in rest for char in short)


def _of_one(reading: Reading, found: Found, every: Sequence[Clause]) -> bool:
    """Whether the table is only named as the place of one indicator (主要指标表里，知识产权师要多少人)."""
    asked = _ALL.search(reading.asked)
    weights = {term: weight for term, weight in found.weights.items() if term not in (asked.group(0) if asked else "") and term not in ("主要", "指标")}
    return sum(weights.values()) >= TOPIC and any(coverage(weights, clause.text) >= ONE for clause in every)


def _of_topic(reading: Reading, found: Found, every: Sequence[Clause], knowledge: Knowledge) -> list[Clause]:
    """The rows whose names hold what the indicators asked for are to be of (跟专利有关的指标有哪些); [] where all are asked for."""
    topic = _topic(found)
    if sum(topic.values()) < OF_TOPIC:
        return []
    names = {c: known.name for c in every if (known := knowledge.indicator(c))}
    of_kind = {word for name in names_in("".join(topic), "audiences") for word in audience_words(name)}
    return [c for c, name in names.items() if coverage(topic, name) >= HALF or any(word in name for word in of_kind)]


def _nameless(reading: Reading, found: Found, every: Sequence[Clause], knowledge: Knowledge) -> str:
    """The matter that indicators are asked of and that no row's name has (哪些指标要翻一番); '' where all are asked for."""
    topic = _topic(found)
    words = [term for term in topic if is_word(term) and len(term) > 1 and term in reading.asked]
    named = "".join(known.name for c in every if (known := knowledge.indicator(c)))
    if asks_most(reading) or sum(topic.values()) < OF_TOPIC or not words or any(held(word, named) for word in words):
        return ""
    return max(words, key=len)


def _topic(found: Found) -> dict[str, float]:
    return {term: weight for term, weight in found.weights.items() if not OF_VALUE.match(term) and not _FRAME.search(term)}


def asks_all(reading: Reading) -> bool:
    """Whether a question asks for the whole list of indicators."""
    return asks_most(reading) or (bool(_ALL.search(reading.asked) or _ANY.search(reading.asked)) and not reading.units)


def asks_most(reading: Reading) -> bool:
    """Whether a question asks which indicator is the largest in some way: no plan ranks its indicators, and their measures differ."""
    return bool(_MOST.search(reading.asked)) and "指标" in reading.text


def indicator_lines(clause: Clause, reading: Reading, knowledge: Knowledge) -> list[DraftLine]:
    """One indicator and its notes."""
    known = knowledge.indicator(clause)
    if known is None:
        return []
    proof = Proof(clause.id, clause.start, clause.end)
    lines = [DraftLine("fact", sentence(known, clause, knowledge), (proof,))]
    for note in _notes(known, clause, reading, knowledge):
        lines.append(_note(note))
    return lines


def _note(note: Clause) -> DraftLine:
    return DraftLine("fact", f"注{note.text.strip()}", (Proof(note.id, note.start, note.end),))


def sentence(known: IndicatorFact, clause: Clause, knowledge: Knowledge) -> str:
    """`指标9 知识产权质押融资金额：2020年实现数55.14亿元，2025年目标数80亿元；牵头单位：…`"""
    units = "、".join(dict.fromkeys(each.unit for each in knowledge.units(clause)))
    base = known.base_value.rstrip("*")
    starred = known.base_value.endswith("*")
    growth = "（增长率）" if "增长" in known.name and known.measure == "%" else ""
    parts = []
    if base:
        parts.append(f"{known.base_year}年{'栏' if starred else '实现数'}{with_measure(base, known.measure)}{'（带*号）' if starred else ''}")
    parts.append(f"{known.target_year}年目标数{with_measure(known.value, known.measure)}")
    return f"指标{known.number} {known.name}{growth}：{'，'.join(parts)}" + (f"；牵头单位：{units}。" if units else "。")


def _notes(known: IndicatorFact, clause: Clause, reading: Reading, knowledge: Knowledge) -> list[Clause]:
    """Notes that say something of this row: its star, its name, or what the question asks of all rows."""
    view = knowledge.view(clause.plan_id)
    notes, own = [], re.sub(r"增长$", "", known.name)[:8]
    explained = reading.intent == "definition" and any(note.kind == "note" and own in note.text for note in view.clauses)
    for note in view.clauses:
        if note.kind != "note" or note.text not in known.notes:
            continue
        body = note.text
        starred = "*" in body and known.base_value.endswith("*")
        named = own in body
        general = not explained and re.search(r"预期|约束|累计|滚存|当年数|年度数|存量|增量|口径|性质", reading.asked) and _OF_ALL.search(body)
        if starred or (named and reading.intent in ("definition", "target", "detail")) or general:
            notes.append(note)
    return notes
