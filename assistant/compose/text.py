"""Answers in the plan's own sentences: details, definitions, lists, support, targets stated in text."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.compose.beside import beside, with_row
from assistant.compose.indicator import HOW, sentence
from assistant.compose.lacking import NO_LIST, NO_TIME
from assistant.compose.pieces import clean, fact, plan_heading, quote, remark, segment, whole
from assistant.compose.sections import listed, named_section, numbered_sections
from assistant.compose.select import NEAR, best_clauses
from assistant.compose.support import advice, told
from assistant.knowledge import Knowledge, label_of
from assistant.model import DraftLine, Found
from assistant.pointed import quotes
from assistant.reading.question import Reading
from assistant.topic import bodies, coverage
from ingest.model import Clause
from ingest.numerals import number_of

_LIST = re.compile(r"哪些|哪[二两三四五六七八九十]个|有几|几条|几项|几个方面|分别|都有(啥|什么)|包括|列出|全部|所有|哪几|内容|具体|怎么|如何"
                   r"|[都要会](?:做|干|搞|讲|说|写)了?些?(?:什么|啥)|些(?:什么|啥)")
_TAIL_NOUN = re.compile(r"[，,。？?;；]\s*(?:是不是|是|属于|跟|和|与)?([\u4e00-\u9fff]{2,4}?)(?:有关|方面)?(?:的)?(?:吗|么|嘛)[？?。]?$")
_PERIOD = re.compile(r"十[一二三四五六七]五")
_REASON = re.compile(r"理由|原因|为什么|为何|为啥|凭什么")
_EACH = re.compile(r"每一?(个|家|件|项|人|户|次)[^，,。？?]{0,10}(?:多少|几)")
# 珠海的银行做质押贷款有补偿吗
_HAS = re.compile(r"有(?:没有|无)?(?:相关|专门|具体)?的?([\u4e00-\u9fff]{2,4}?)(?:吗|么|没有|没)[？?。]?$")
_MEASURE_WORDS = re.compile(r"别的|其他|其它|更多|支持|钱|补贴|补助|资助|奖|规定|要求|办法|措施|政策|安排|说法|目标|方案|规划|计划|"
                            r"内容|帮助|好处|东西|说明|写|提|讲|关系|影响|用|效|变|区别|什么|哪|这")
_SAYINGS = frozenset(("真的", "对的", "假的", "这样", "如此", "实话", "真话", "确实", "属实", "没错", "算数"))
_VERBAL = re.compile(r"[能用可有要做会行给得到是不了没该让帮]|支持|补贴|资助|参与|配合|牵头|负责")

# 是哪四链   哪几类人   分别指什么
_COUNTED = re.compile(r"(?:是|叫|把|指|包括|有|还有|代表)?哪([二两三四五六七八九十几些])")
_MEANING = re.compile(r"意思|含义|定义|解释|指(?:的)?(?:是)?(?:什么|啥|哪)|理解|回事|"
                      r"何谓|(?:什么|啥)叫|代表(?:什么|啥|哪)|概念|是个?(?:什么|啥)(?:东西|概念)?[呀啊哦？?]?$|mean|stand")
_FIGURE = re.compile(r"\d\s*(?:万|亿)?(?:件|家|个|项|人|名|次|期|元|%|户|场|%)|百分之")
_COMPLETE = re.compile(r"完整(地)?(列|写|说|给)|逐条|逐项|全文|一字不漏|具体(举措|措施|内容|做法)")
ITEM = 14
"""Characters of the last item of a list that a term sums up."""
LONG = 250
"""Characters of a clause that is told whole where a list is asked for …"""
ABOUT = 0.3
"""… and of a longer one, where its headings hold this share of the topic, or half of its sentences some of it."""
TITLED = 6
"""A clause is called by a title of so many characters."""
_WHEN = re.compile(r"\d{1,2} ?月|20\d\d ?年|季度|阶段|每年|年底|年内|年度|逐年|定期|每[季月]|按[年季月]")
ROW = 1.5
"""Within this distance of its score a measure's cell stands before the quarter's."""


def passages(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The clauses that bear on the question, quoted; for support also whom to ask and what is not stated."""
    lines = [plan_heading(knowledge.meta(plan_id))]
    if found.told and reading.intent == "detail":
        owners = dict.fromkeys(knowledge.owner(each.clause) for each in found.evidence)
        return [*lines, *(line for owner in owners for line in _in_full(owner, knowledge))]
    numbered = numbered_sections(reading, found, knowledge, plan_id)
    if numbered is not None:
        return [*lines, *numbered]
    section = None if found.told else named_section(reading, knowledge, plan_id)
    if section and _LIST.search(reading.text) and all(term in section.title for term in reading.quoted):
        clauses = list(knowledge.section_clauses(section.id))
        if 1 < len(clauses) <= 12:
            return [*lines, *listed(section, clauses)]
    found = _measures_first(reading, _holding(reading, found))
    if (reading.intent == "support" or HOW.search(reading.asked)) and (offers := tuple(e for e in found.evidence if e.clause.kind != "indicator")):
        found = replace(found, evidence=offers)                  # a target gives nothing to anybody, and says not how
    if len(telling := tuple(e for e in found.evidence if e.clause.cell != "units")) > 0:
        found = replace(found, evidence=telling)                # a bare list of units says nothing by itself
    limit = 3 if reading.intent == "support" else 1 if reading.step else 2 if reading.scope.named or len(reading.scope.regions) == 1 else 1
    near = 1.0 if reading.intent == "support" else NEAR
    share = 0.95 if reading.intent == "support" else 1.0
    clauses = with_row(best_clauses(found.evidence, limit, near=near, share=share), knowledge)
    figures = reading.intent == "target" and reading.wants_number and clauses and clauses[0].cell in ("goal", "measure")
    if figures and any(_FIGURE.search(clause.text) for clause in clauses):
        clauses = [clause for clause in clauses if clause.cell not in ("goal", "measure") or _FIGURE.search(clause.text)]
    if reading.intent == "definition" and _explained(reading, clauses[:1]):
        clauses = clauses[:1]
    clauses = beside(reading, clauses, found, knowledge)
    several = len(reading.numbers) > 1 or (reading.wants_number and len(re.findall("多少|几", reading.asked)) > 1)
    everything = bool(_LIST.search(reading.asked)) and reading.intent in ("detail", "definition")
    for clause in clauses:
        if indicator := knowledge.indicator(clause):
            lines.append(fact(sentence(indicator, clause, knowledge), whole(clause)))
            continue
        line = (reading.wants_number and not several and segment(clause, found)) or quote(
            clause, found, reading.more, everything=(everything and _about(clause, found)) or _whole(clause, reading),
            audiences=reading.audiences, numbers=several,
            explains=reading.quoted if reading.intent == "definition" else (), asked=reading.asked)
        owner = knowledge.owner(clause)
        lead = f"{label_of(owner)}：" if owner is not clause or (clause.title and clause.title not in line.text) else ""
        lines.append(DraftLine("fact", f"{lead}{line.text}", line.proofs))
        if reading.intent == "support":
            lines += told(clause, line.proofs, knowledge)
    if reading.intent == "support":
        lines += advice(clauses, knowledge)
        if not reading.audiences:
            lines.append(remark("如补充企业类型（如高新技术企业、专精特新、中小微企业、高校院所）和最需要的支持，可以进一步缩小范围。"))
    if reading.intent == "definition" and not (reading.number or reading.path):
        lines += _unexplained(reading, clauses)
    if reading.intent == "schedule" and not any(_WHEN.search(clause.text) for clause in clauses):
        lines.append(remark(NO_TIME))
    lines += unstated(reading, clauses)
    return lines


def with_figures(found: Found) -> list[DraftLine]:
    """Of what was told the clauses that state a figure, or that none does."""
    kept = [each.clause for each in found.evidence if _FIGURE.search(each.clause.text)]
    told = [replace(fact(clean(clause.text), whole(clause)), bullet=True) for clause in kept]
    return [remark(f"上述{len(found.evidence)}条中写有数字的共{len(kept)}条："), *told] if told else [remark("上述各条都没有写明具体数字。")]


def _in_full(owner: Clause, knowledge: Knowledge) -> list[DraftLine]:
    """All of a clause; of a row, its cells."""
    known = knowledge.indicator(owner)
    if known:
        return [fact(sentence(known, owner, knowledge), whole(owner))]
    cells = knowledge.cells(owner)
    return [fact(f"{label_of(owner)}：{clean(cell.text)}", whole(cell)) for cell in cells if cell.cell != "units"] or [fact(clean(owner.text), whole(owner))]


def _about(clause: Clause, found: Found) -> bool:
    """Whether a clause is about the topic, and does not only touch it in one sentence of many."""
    spread = [coverage(found.weights, body) > 0 for body in bodies(clause)]
    return len(clause.text) <= LONG or coverage(found.weights, f"{clause.headings} {clause.title}") >= ABOUT or sum(spread) >= len(spread) / 2


def _whole(clause: Clause, reading: Reading) -> bool:
    """Whether all of a clause is asked for: by its title, or in so many words."""
    return bool(_COMPLETE.search(reading.asked)) or (len(clause.title) >= TITLED and clause.title in reading.asked)


def _explained(reading: Reading, clauses: list[Clause]) -> bool:
    """Whether a clause says what the term asked about is, right at the term."""
    text = re.sub(r"[“”\"]", "", "".join(clause.text for clause in clauses))
    terms = list(reading.quoted) or [t for t in reading.terms if re.search(r"[\da-z]", t) or len(t) >= 4] or list(reading.terms)
    for term in terms:
        bare = re.escape(re.sub(r"[“”\"]", "", term))
        if re.search(rf"{bare}[^。]{{0,12}}(是指|即(?!将|使)|指的是|包括[:：]?|[:：])|{bare}[（(]|简称{bare}", text):
            return True
    return any(re.search(rf"、[^、，。；]{{1,12}}等{re.escape(term)}", text) for term in reading.terms)   # A、B、C等主导产业


def _unexplained(reading: Reading, clauses: list[Clause]) -> list[DraftLine]:
    """That a term is not explained, where its meaning is asked for, or not what it consists of, where that is."""
    if _explained(reading, clauses):
        return []
    raw = "。".join(clause.text for clause in clauses)
    terms = [re.sub(r"[“”\"]", "", term) for term in (*reading.quoted, *reading.terms) if f"“{term}”" in raw]
    text = re.sub(r"[“”\"]", "", raw)
    if counted := _COUNTED.search(reading.asked):
        number = number_of(counted.group(1).replace("两", "二")) if counted.group(1) not in ("几", "些") else 2
        if not (_listed_at(terms, text, number) if terms else len(clauses) == number or _lists(text, number)):
            return [remark(NO_LIST)]
    elif _MEANING.search(reading.asked) and not _listed_at(terms, text, 0):
        return [remark("该规划没有解释这一说法的含义，以上是写到它的原文。")]
    return []


def _listed_at(terms: list[str], text: str, number: int) -> bool:
    """Whether a list of what a term stands for ends right at it (产业链、创新链、人才链、资金链“四链”), or has it in each of its
    items (快速审查、快速确权、快速维权)."""
    lists = [part.split("、") for part in re.split(r"[，,。；;：:\n]", text) if "、" in part]
    joint = "、与和" if number == 2 else "、"                     # 行政执法与刑事司法“两法衔接”
    return any(re.search(rf"[{joint}][^、，,。；;]{{1,{ITEM}}}{re.escape(term)}", text) or any(sum(term in item for item in items) > 1 for items in lists)
               for term in terms)


def _lists(text: str, number: int) -> bool:
    """Whether a text has a list of so many items."""
    parts = re.split(r"[，,。：:\n]", text)
    return any(part.count("、") >= max(1, number - 2) or len(re.findall(r"[；;]", part)) >= number - 1 for part in parts)


def unstated(reading: Reading, clauses: list[Clause]) -> list[DraftLine]:
    """What the question assumes and these clauses do not say: a number, a year, a thing."""
    text = "".join(clause.text for clause in clauses)
    lines = []
    if _REASON.search(reading.asked) and not re.search(r"因为|由于|为了|鉴于|针对|为深入|为贯彻", text):
        lines.append(remark("原文没有写明理由。"))
    each = _EACH.search(reading.asked)
    if each and (reading.value == "money" or reading.measure) and not re.search(rf"每{each.group(1)}[^。；]{{0,12}}\d", text):
        lines.append(remark(f"原文没有写明每{each.group(1)}的具体数额。"))
    has = _HAS.search(reading.asked)
    if has and not _MEASURE_WORDS.search(has.group(1)) and not any(has.group(1)[i:i + 2] in text for i in range(len(has.group(1)) - 1)):
        return [*lines, remark(f"上述条款没有提到{has.group(1)}。")]
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
    return replace(found, evidence=(*alike[:1], *(each for each in found.evidence if each not in alike[:1])))


def _holding(reading: Reading, found: Found) -> Found:
    """Only clauses that hold a term which the question puts in quotation marks, where any does."""
    terms = [term for term in reading.quoted if not _PERIOD.fullmatch(term)]
    if len(re.findall("多少|几", reading.asked)) > 1:                  # 优势企业多少家、“贯标”达标企业多少家
        return found
    kept = tuple(each for each in found.evidence if any(quotes(each.clause.text, term) for term in terms))
    if reading.intent == "definition":      # (以下简称“国家横琴平台”) says in one place what is used in many
        kept = tuple(sorted(kept, key=lambda each: not any(re.search(rf"简称[“\"]?{re.escape(term)}", each.clause.text) for term in terms)))
    return replace(found, evidence=kept) if kept else found
