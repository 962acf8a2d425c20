"""What else belongs beside the clauses that answer best: the other parts of a question, the rest of a row or a heading."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.compose.indicator import sentence
from assistant.compose.pieces import clean, fact, remark, units_line, whole
from assistant.knowledge import Knowledge, label_of
from assistant.model import DraftLine, Found, Proof
from assistant.reading.question import Reading
from assistant.topic import coverage, held, valued
from ingest.model import Clause
from ingest.numerals import number_of
from ingest.sentences import split_sentences
from ingest.tokens import is_word

_ASKS = re.compile(r"多少|几|谁|什么|啥|哪|吗|怎么|如何|是不是|有没有|能不能|可不可以|行不行|有不|有无|(么|没|没有)$")
_CLAIMS = re.compile(r"[吧吗嘛没不][？?。]?$|对不对|是不是|没错|没记错|抄反|搞反|弄反|记反")
_COUNT = re.compile(r"多少|几")
_MEASURES = re.compile(r"措施|做法|举措|哪几(条|项)|几(条|项)(措施|内容)|(哪些|什么)(工作|动作|事)")
CALLED = 0.5
"""A row is the one asked for when its title holds this share of the topic."""
_WHICH_OF = re.compile(r"哪([两二三四五])(?:个|条|项|种|类|大)([\u4e00-\u9fff]{2})")
_PARTS = r"(?:规定|内容|表述|要求|措施|部署|安排|条款|任务|工作|事项|地方|部分|条目?)"
_SAYS = r"(?:提到|提及|涉及|写到|讲到|说到)"
_SAID = re.compile(_SAYS)
_PART = re.compile(_PARTS)
_MENTIONED = re.compile(rf"(?:关于|有关|{_SAYS})[^，,。？?]{{2,12}}的{_PARTS}[^，,。？?]{{0,4}}[？?。]?$|"
                        rf"(?:哪些|哪几|哪一?)(?:条款|条|任务|地方|处|项)[^，,。？?]{{0,4}}(?:{_SAYS}|[跟和与同][^，,。？?]{{2,10}}(?:有关|相关))|"
                        rf"(?:相关|有关)的?{_PARTS}|关于[^，,。？?]{{2,12}}(?:有|写了|说了|讲了)些?(?:什么|啥|哪些)(?:内容|规定|安排|要求)?[？?。]?$|"
                        rf"{_SAYS}[^，,。？?]{{2,12}}的(?:地方|条款?)|(?:让|要求?|叫)(?:我们?|咱们?|它们|他们)[^，,。？?]{{0,4}}(?:干|做)些?(?:什么|啥|哪些)")
"""Every place where a plan mentions a matter is asked for."""
ALL_ABOUT = re.compile(_MENTIONED.pattern + r"|哪些(具体)?(任务|措施|规定|安排|做法|工作|要求|举措|内容|提法)|都(写|说|提|做)了?(什么|哪些)")
_MONEY_ASKED = re.compile(r"钱|补贴|补助|资助|奖")
_GRANT = re.compile(r"资助|补助|奖励|奖补|贴息|专项资金|万元")
SHARE = 0.6
"""Share of the best coverage that a clause with money in it must hold."""
_EACH_OF = re.compile(r"(各|分别|都)(是|要|有|为|定)?(多少|几)|这几(样|个|项)|几个数")
_COUNTED = re.compile(r"\d\s*(?:万|亿)?(?:件|家|个|项|人|名|次|期|元|%|户|场)")
MOST_UNDER = 6
MOST_TOLD = 24
"""Most clauses that one answer quotes from, and most that it lists."""
TITLED = 6
"""A clause is called by a title of so many characters."""
WORD = 1.5
"""A matter is named by a word of this weight."""
GAIN = 2.5
"""Another clause must add words of this weight to what the chosen clauses hold of the topic."""


def beside(reading: Reading, clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """`clauses`, the best, and what belongs beside them."""
    chosen = list(clauses)
    if reading.step or reading.path:                  # 下一项, 3.2.1条: that one and no other
        return chosen
    for more in (_everywhere, _grants, _of_parts, _of_heading, _measures, _siblings, _completing, _of_row):
        chosen += [clause for clause in more(reading, chosen, found, knowledge) if clause not in chosen]
    return chosen


def _everywhere(reading: Reading, clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """Every clause that names the matter, where all that a plan does about it is asked for (对植物新品种有哪些措施)."""
    names = _matter(reading, found)
    if not clauses or not names:
        return []
    holding = [each.clause for each in found.evidence[:30] if each.clause.kind in ("task", "safeguard", "row") and _sentence_on(names, each.clause)]
    return sorted(holding, key=lambda clause: clause.order) if len(holding) <= MOST_UNDER else []


def _matter(reading: Reading, found: Found) -> tuple[str, ...]:
    """The matter of which all that a plan has is asked for, as one word, or as several where the places that mention it
    are asked for; () where something else is asked."""
    if not ALL_ABOUT.search(reading.asked) or reading.intent not in ("detail", "support", "duties", "responsibility"):
        return ()
    names = [term for term, weight in found.weights.items() if weight >= WORD and is_word(term) and term not in found.unknown and not _PART.fullmatch(term)]
    names = [name for name in names if not any(name != other and name in other for other in names)]
    return tuple(names) if _MENTIONED.search(reading.asked) else tuple(sorted(names, key=len)[-1:])


def _sentence_on(names: tuple[str, ...], clause: Clause) -> tuple[int, int] | None:
    """The first sentence of a clause that has all these words, its heading aside; None where none has."""
    spans = [(a, b) for a, b in split_sentences(clause.text, clause.start)
             if all(name in clause.text[a - clause.start:b - clause.start] for name in names)]
    return next((span for span in spans if span[1] - span[0] > len(clause.title) + TITLED), spans[0] if spans else None)


def mentions(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """Where a matter stands in more clauses than can be quoted, or every place that mentions it is asked for: each with its
    first sentence on it; else []."""
    names = _matter(reading, found)
    listing = bool(_MENTIONED.search(reading.asked))
    others = sum(weight for term, weight in found.weights.items() if not _PART.fullmatch(term) and not any(term in name or name in term for name in names))
    if not names or others >= WORD or reading.quoted or any(
            len(each.clause.title) >= TITLED and each.clause.title in reading.asked for each in found.evidence[:5]):
        return []
    first: dict[str, tuple[Clause, int, int]] = {}
    kinds = ("task", "safeguard", "cell", "goal", "indicator", "text", "principle") if listing else ("task", "safeguard", "cell", "goal")
    for clause in knowledge.view(plan_id).clauses:
        if clause.kind in kinds and clause.cell not in ("units", "schedule") and (span := _sentence_on(names, clause)):
            first.setdefault(knowledge.owner(clause).id, (clause, *span))
    absent = [name for name in names if name not in knowledge.text(plan_id)]
    if _SAID.search(reading.asked) and absent and not reading.more:
        return [remark(f"该规划的文本中没有{'、'.join(f'“{name}”' for name in absent)}。")]
    if len(first) <= (0 if listing else MOST_UNDER):
        return []
    if reading.intent == "responsibility":
        naming = [owner for clause, _, _ in first.values() if knowledge.units(owner := knowledge.owner(clause))]
        return [remark(f"提到{''.join(f'“{name}”' for name in names)}而写有单位的共{len(naming)}条："),
                *(units_line(owner, knowledge, with_label=True) for owner in naming[:MOST_TOLD])] if naming else []
    more = f"，先列{MOST_TOLD}条" if len(first) > MOST_TOLD else ""
    lines = [remark(f"该规划提到{''.join(f'“{name}”' for name in names)}的共{len(first)}条{more}：")]
    for clause, start, end in list(first.values())[:MOST_TOLD]:
        if indicator := knowledge.indicator(clause):
            lines.append(replace(fact(sentence(indicator, clause, knowledge), whole(clause)), bullet=True))
            continue
        if len(first) == 1:
            start, end = clause.start, clause.end
        text = clean(clause.text[start - clause.start:end - clause.start])
        owner = knowledge.owner(clause)
        lead = "" if (owner.title or clause.title) in text and owner is clause else f"{label_of(owner)}："
        lines.append(fact(f"{lead}{text}", Proof(clause.id, start, end), bullet=True))
    return lines


def _grants(reading: Reading, clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """A clause on the matter that gives money, where that is asked for and the chosen ones do not (有钱补吗)."""
    if reading.intent != "support" or not _MONEY_ASKED.search(reading.asked) or any(_GRANT.search(clause.text) for clause in clauses):
        return []
    least = SHARE * max((each.coverage for each in found.evidence[:3]), default=1.0)
    return [each.clause for each in found.evidence[:12] if _GRANT.search(each.clause.text) and each.coverage >= least][:1]


def _of_parts(reading: Reading, clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """For a question that asks several things (几件高价值专利、几家市级研发机构？), the best clause of each part."""
    claimed = reading.numbers if _CLAIMS.search(reading.asked) else ()
    parts = [p for p in re.split(r"[，,。；;？?！!、和]", reading.asked) if _ASKS.search(p) or any(n in p for n in claimed)]
    if len(parts) < 2:
        return []
    apart = len([p for p in re.split(r"[。；;？?！!]", reading.asked) if _ASKS.search(p)]) > 1
    best: list[Clause] = []
    for part in parts:
        weights = {term: weight for term, weight in found.weights.items()
                   if term in part and not term[0].isdigit() and not any(term in unit for unit in reading.units)}
        if sum(weights.values()) < (1.5 if apart else 4.0):
            continue
        share = {e.clause.id: (valued(e.clause, weights) if _COUNT.search(part) else coverage(weights, e.clause.text), e.score, e.clause)
                 for e in found.evidence[:20]}
        top = max(share.values(), key=lambda s: (round(s[0], 2), s[1]))
        if top[0] >= 0.7:
            best.append(top[2])
    return with_row(best, knowledge)


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
    several = _EACH_OF.search(reading.asked) or len(re.findall("多少|几", reading.asked)) > 2
    if not clauses or not reading.wants_number or not several or clauses[0].cell:
        return []
    heading = knowledge.view(clauses[0].plan_id).sections.get(clauses[0].section_id)
    if heading is None or coverage(found.weights, heading.title) < CALLED:
        return []
    under = [c for c in knowledge.section_clauses(heading.id) if _COUNTED.search(c.text)]
    return under if len(under) <= MOST_UNDER else []


def _of_row(reading: Reading, clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """Other measures of the row quoted: those that hold what a question names beside (给什么指导和资金), or as many as it
    counts (要建立哪两个机制)."""
    if not clauses or clauses[0].cell != "measure" or reading.wants_number or reading.intent not in ("detail", "definition", "support"):
        return []
    said = "".join(clause.text for clause in clauses)
    left = [term for term, weight in found.weights.items() if weight >= GAIN and is_word(term) and term not in said and term in reading.asked]
    row = [cell for cell in knowledge.cells(knowledge.owner(clauses[0])) if cell.cell == "measure" and cell not in clauses]
    named = [cell for cell in row if any(term in cell.text for term in left)]
    if (which := _WHICH_OF.search(reading.asked)) and not named:
        named = [cell for cell in row if which.group(2) in cell.text]
        return named if len(named) + 1 == number_of(which.group(1).replace("两", "二")) else []
    return named[:2]


def _completing(reading: Reading, clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """One more clause where it holds much of the topic that the chosen ones leave out (会不会上门 beside 版权登记)."""
    if reading.wants_number or reading.intent not in ("support", "detail") or not clauses:
        return []
    said = "".join(f"{clause.headings}{clause.text}" for clause in clauses).lower()
    left = {term: weight for term, weight in found.weights.items() if term not in found.unknown and not held(term, said)}
    for each in found.evidence[1:6]:
        gain = sum(weight * held(term, each.clause.text) for term, weight in left.items())
        if gain >= GAIN and each.coverage >= 0.4 * found.evidence[0].coverage and each.clause not in clauses and not each.clause.cell:
            cells = [other.clause for other in found.evidence if other.clause.parent_id == each.clause.id]
            return cells[:1] or [each.clause]
    return []


def _siblings(reading: Reading, clauses: list[Clause], found: Found, knowledge: Knowledge) -> list[Clause]:
    """Other cells of the same row that state a number on the topic: a yearly total beside a quarter's share."""
    if not reading.wants_number or not clauses or not clauses[0].parent_id:
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
