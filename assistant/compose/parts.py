"""Several questions in one, and several matters in one question: what the answer to the whole leaves out is answered on its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.compose.indicator import OF_VALUE
from assistant.compose.pieces import remark
from assistant.compose.refusal import way_of_speaking
from assistant.knowledge import Knowledge
from assistant.model import Draft, DraftLine, Found
from assistant.reading.question import Reading
from assistant.topic import bodies, coverage, held, weigh
from ingest.model import Clause
from ingest.tokens import is_word

_ENDS = re.compile(r"[^？?；;。！!]+[？?；;。！!]?")
_ASKS = re.compile(r"[？?]$|再?(?:说|讲|列|谈)(?:一?下|说|讲|一说|一讲|出)|多少|几|谁|什么|啥|哪|吗|怎么|如何|是不是|"
                   r"有没有|能不能|可不可以|有无|何时|多久|呢[？?；;。]?$")
OWN = 3.0
"""A part has a matter of its own from this weight of words on …"""
LEAST = 1.5
"""… from this on, where something is asked of each …"""
ANSWERED = 0.6
"""… and is answered where the clauses cited hold this share of it."""
STATED = 0.5
"""A part is answered on its own where its best clause holds this share of its matter."""
_AND = re.compile(r"以及|还有|[、和与及跟]")
_BETWEEN = re.compile(rf"[”》」]?(?:{_AND.pattern}|[，,；; ])+[“《「]?")
_COMMA = re.compile(r"[，,？?；;](?!$)")
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|[(（][^)）]*[)）]")
TOGETHER = 0.75
"""Names on both sides of an 和 are one matter where a clause holds this share of them …"""
SURELY = 0.92
"""… or this, where something is asked of each …"""
APART = 0.75
"""… and several where each has a clause that holds this share of it."""
LONG, WHOLLY = 6.0, 0.95
"""… or where each is a name of this weight that some clause holds whole."""
NEAR = 0.9
"""A clause that holds this share of what the best one does tells of a matter."""
_EACH = re.compile(r"分别|各自|各(?=是|有|由|在|归|要|定|属|多少|达|几|为|该)|[，,][^，,]{2,20}又")
_WHO = re.compile(r"(?:又?(?:由|归|是|让)?(?:谁|哪(?:一?个|家|些|几个|几家)?(?:单位|部门|局|厅|委|处室?)?)(?:来|在)?(?:牵头|负责|主责|主抓|挑头|承担|管)|"
                  r"(?:牵头|责任|负责|主责)(?:的)?(?:单位|部门)?(?:又|都|分别)?是(?:谁|哪(?:个|家|些|几个|几家)?(?:单位|部门|局|厅|委)?)|"
                  r"(?:打算|计划|准备|要)?在?(?:什么时候|啥时候|何时|几时|哪一?年|哪个季度|第?几季度)(?:底|前|之前)?(?:要|能)?(?:完成|做完|实现|到位|办完|落实)?)(?:呢|的|啊|呀)?")
_TIME = re.compile(r"季度|第几|月份|年底")
_VALUE = re.compile(r"多少|几(?!个?(?:季度|家(?:牵头|负责|单位|部门)))")
_OTHERS = "(?:责任|牵头|配合|主管|负责|完成)?(?:单位|部门|处室|时间|期限|口径|时限)"
# 目标、责任单位、时间   数值、口径、牵头单位
_LISTED = re.compile(rf"(?:{_OTHERS}[、和及与，])+(?:目标|指标|数)值?|(?:目标|指标|数)值?(?:[、和及与，]{_OTHERS})+")
_WHO_IN_ENGLISH = re.compile(r",? (?:and|&) (?:who|which (?:unit|department|agency|bureau|office))[^?]*", re.IGNORECASE)
_VALUE_IN_ENGLISH = re.compile(r"\btargets?\b|\bhow (?:many|much)\b|\bfigure\b", re.IGNORECASE)
_OFFERS = re.compile(r"[，,；;](?:还|又|都)?有(?:没有)?(?:什么|哪些|啥)?[^，,。？?；;]{0,4}(?:政策|扶持|支持|补贴|奖励|优惠|资助)[^，,。？?；;]{0,4}$")
VALUED = 0.5
"""A number is told where a sentence with one holds this share of the matter."""
FOREIGN = 0.5
"""A plan has no word of a matter where it lacks words of this share of its weight."""
TITLED = 6
"""A clause is called by a title of so many characters …"""
NAMED = 4
"""… and an indicator by such a name."""
CLAUSES = 30
_SHARED = ("responsibility", "target", "detail", "schedule", "definition", "support", "comparison")
"""What is asked of several matters at once."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One of several matters of a question: the question of it alone, and the texts that tell of it; of one that the plan has
    no word of, what it is called."""

    asked: str
    told: frozenset[str]
    absent: str = ""


def asking_parts(text: str) -> list[str]:
    """The sentences of a question that ask, where there are several; [] where there is one."""
    parts = [part.strip() for part in _ENDS.findall(text) if _ASKS.search(part.strip())]
    return parts if len(parts) > 1 else []


def matters(reading: Reading, found: Found, knowledge: Knowledge) -> list[Matter]:
    """The matters that a question names side by side (A和B分别由谁牵头); [] where it names one. What is one matter and what
    are two is for the clauses to say: one has a clause that holds it all. Beside one that is stated, another may be absent
    from the plan (专利导航和人才公寓)."""
    asked = reading.asked
    if reading.language != "zh" or reading.intent not in _SHARED or len(reading.scope.plan_ids) > 1 or not (_AND.search(asked) or _COMMA.search(asked)):
        return []
    if by_title := _titles(asked, reading, knowledge):
        return by_title
    spans = {term: [m.span() for m in re.finditer(re.escape(term), asked)] for term in found.weights}
    closed = [*(m.span() for m in _QUOTED.finditer(asked)), *(span for each in spans.values() for span in each)]
    cuts = [m.span() for m in _AND.finditer(asked) if not any(start <= m.start() and m.end() <= end for start, end in closed)
            and not _ASKS.match(asked[m.end():])]                                    # 找哪家银行、哪个网点
    by_comma = sum(bool(_ASKS.search(clause)) for clause in _COMMA.split(asked)) > 1
    if by_comma:
        cuts = sorted({*cuts, *(m.span() for m in _COMMA.finditer(asked))})          # A归谁管，B又归谁管
    between = [(start, end) for (_, start), (end, _) in pairwise([(0, 0), *cuts, (len(asked), len(asked))])]
    pieces = [(start, end, {term: found.weights[term] for term, at in spans.items() if any(start <= a and b <= end for a, b in at)})
              for start, end in between]
    told = _telling(reading, found, [own for _, _, own in pieces])
    each = bool(_EACH.search(asked))
    together, least = (SURELY, LEAST) if each else (TOGETHER, OWN)
    groups: list[tuple[int, int, dict[str, float]]] = []           # from, to, the weights of the words between
    for start, end, own in pieces:
        last = groups[-1] if groups else None
        both = {**last[2], **own} if last else own
        light = last and min(sum(own.values()), sum(last[2].values())) < least
        whole = last and min(_best(own, told), _best(last[2], told)) >= WHOLLY and min(sum(own.values()), sum(last[2].values())) >= LONG
        shared = _in_one(own, last[2], told) if last and (each or reading.wants_number) else _best(both, told)
        if last and (light or shared >= (SURELY if whole else together)):
            groups[-1] = (last[0], end, both)
        else:
            groups.append((start, end, own))
    foreign = ["" if by_comma else _foreign(own, (start, end), reading, knowledge) for start, end, own in groups]
    share = ANSWERED if any(foreign) else APART
    stated_ = [sum(own.values()) >= least and _best(own, told) >= share for _, _, own in groups]
    if len(groups) < 2 or not any(stated_) or not all(one or other for one, other in zip(stated_, foreign, strict=True)):
        return []
    first, final = (sorted(span for term in own for span in spans[term] if start <= span[0] and span[1] <= end and not term[0].isdigit())
                    for start, end, own in (groups[0], groups[-1]))
    if not first or not final:
        return []
    head, tail = asked[:first[0][0]], asked[max(end for _, end in final):]
    return [Matter(f"{head}{asked[max(start, len(head)):min(end, len(asked) - len(tail))]}{tail}",
                   frozenset(text for text in told if not name and coverage(own, text) >= NEAR * _best(own, told)), name)
            for (start, end, own), name in zip(groups, foreign, strict=True)]


def _titles(asked: str, reading: Reading, knowledge: Knowledge) -> list[Matter]:
    """The matters of a question that calls clauses of its plan side by side by their whole titles; [] where it does not."""
    if len(reading.scope.plan_ids) != 1:
        return []
    called: list[tuple[int, int, Clause]] = []
    titles = [(title, clause) for clause in knowledge.view(reading.scope.plan_ids[0]).clauses for title in _named(clause, knowledge)]
    for title, clause in sorted(titles, key=lambda each: -len(each[0])):
        at = asked.find(title)
        if at >= 0 and not any(at < end and start < at + len(title) for start, end, _ in called):
            called.append((at, at + len(title), clause))
    called.sort(key=lambda each: each[:2])
    if len(called) < 2 or not all(_BETWEEN.fullmatch(asked[end:start]) for (_, end, _), (start, _, _) in pairwise(called)):
        return []
    head, tail = asked[:called[0][0]], asked[called[-1][1]:]
    return [Matter(f"{head}{asked[start:end]}{tail}", frozenset((_whole(clause),))) for start, end, clause in called]


def _named(clause: Clause, knowledge: Knowledge) -> tuple[str, ...]:
    """What a clause is called by; an indicator's name also without its 数 or 量."""
    if known := knowledge.indicator(clause):
        return tuple({name for name in (known.name, re.sub(r"[数量]+$", "", known.name)) if len(name) >= NAMED})
    return (clause.title,) if len(clause.title) >= TITLED else ()


def _foreign(own: Mapping[str, float], piece: tuple[int, int], reading: Reading, knowledge: Knowledge) -> str:
    """What a piece of the question names that the one plan in scope has no word of; '' where it has one, or nothing is named."""
    if len(reading.scope.plan_ids) != 1 or not reading.scope.named:
        return ""
    text = knowledge.text(reading.scope.plan_ids[0])
    words = [term for term in own if len(term) > 1 and is_word(term) and not term[0].isdigit() and not _TIME.search(term)]
    gone = [term for term in words if not held(term, text) and not way_of_speaking(term)]
    words = [term for term in words if not any(term != longer and term in longer for longer in gone)]
    if not gone or sum(own[term] for term in words if term in gone) < FOREIGN * sum(own[term] for term in words):
        return ""
    named = [False] * len(reading.asked)
    for term in words:
        for at in (m.start() for m in re.finditer(re.escape(term), reading.asked[piece[0]:piece[1]])):
            named[piece[0] + at:piece[0] + at + len(term)] = [True] * len(term)
    runs = "".join(char if known else "\n" for char, known in zip(reading.asked, named, strict=True)).split("\n")
    return next((run for run in runs if any(term in run for term in gone)), "")


def of_value(reading: Reading, draft: Draft, found: Found) -> str:
    """The question for a value that is asked together with who leads or when (目标多少，谁牵头), where the answer tells no such number;
    '' where it does, or no value is asked for."""
    if reading.intent not in ("responsibility", "schedule", "support") or draft.status == "clarify":
        return ""
    if reading.language == "en":
        whole, asked, wanted = reading.english, _WHO_IN_ENGLISH.sub("", reading.english), _VALUE_IN_ENGLISH
    else:
        whole, wanted = reading.asked, _VALUE
        asked = re.sub(r"(?<=[，,？?；;])[，,？?；; ]+|[，,？?；; ]+$", "", _LISTED.sub("目标是多少", _OFFERS.sub("", _WHO.sub("", whole))))
    if asked == whole or not wanted.search(asked):
        return ""
    if _EACH.search(asked):
        return asked                                          # of each, and one may be told
    told = [piece for line in draft.lines if line.kind == "fact" and draft.status == "answered" for piece in re.split(r"[。；;]", line.text)]
    matter = {term: weight for term, weight in found.weights.items() if not OF_VALUE.match(term)}
    return "" if any(re.search(r"\d", re.sub(r"\[\d+\]|20\d\d ?年|^\d+[.．﹒]", "", piece)) and coverage(matter, piece) >= VALUED for piece in told) else asked


def untold(matter: Matter, draft: Draft, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether an answer has none of what tells of a matter; a row tells by any of its cells, but of when it is by that cell alone."""
    told = [line for line in draft.lines if line.kind == "fact" and draft.status == "answered"]
    cited = dict.fromkeys(proof.clause_id for line in told for proof in line.proofs)
    clauses = [clause for name in cited if (clause := knowledge.view(name.split("#")[0]).by_id.get(name))]
    if reading.intent != "schedule":
        clauses = [each for owner in dict.fromkeys(knowledge.owner(clause) for clause in clauses) for each in (owner, *knowledge.cells(owner))]
    known = {_whole(each) for each in clauses}
    said = re.sub(r"\s", "", "\n".join(line.text for line in told))
    return not any(text in known or re.sub(r"\s", "", text) in said for text in matter.told)


def one_by_one(draft: Draft | None, each: Sequence[tuple[Matter, Draft]]) -> Draft | None:
    """An answer, if there is one, with those to several matters after it; of those that are refused, that they are. None
    where nothing is answered."""
    for matter, part in sorted(each, key=lambda pair: pair[1].status != "answered"):
        draft = joined(draft, part, matter.asked) if draft else part if part.status == "answered" else None
    return draft


def without(absent: Sequence[Matter], draft: Draft) -> Draft:
    """An answer with what the plan has no word of after it."""
    names = "”“".join(matter.absent for matter in absent)
    return replace(draft, lines=(*draft.lines, remark(f"该规划没有写到“{names}”。"))) if names and draft.status == "answered" else draft


def _telling(reading: Reading, found: Found, pieces: Sequence[Mapping[str, float]]) -> list[str]:
    """What may tell of a matter: clauses; where a number is asked for, rows of indicators if each piece has one, else sentences."""
    clauses = [each.clause for each in found.evidence[:CLAUSES]]
    if not reading.wants_number:
        return [_whole(clause) for clause in clauses]
    rows = [_whole(clause) for clause in clauses if clause.kind == "indicator"]
    if rows and all(_best(own, rows) >= APART for own in pieces if sum(own.values()) >= LEAST):
        return rows
    return [body for clause in clauses for body in bodies(clause) if re.search(r"\d", body)]


def _in_one(one: Mapping[str, float], other: Mapping[str, float], told: Sequence[str]) -> float:
    """The share that one and the same text holds of each of two names at least."""
    return max((min(coverage(one, text), coverage(other, text)) for text in told), default=0.0)


def _whole(clause: Clause) -> str:
    return f"{clause.headings}\n{clause.text}"


def _best(weights: Mapping[str, float], told: Sequence[str]) -> float:
    return max((coverage(weights, text) for text in told), default=0.0)


def left_open(part: Reading, draft: Draft, knowledge: Knowledge) -> bool:
    """Whether a part has a matter of its own that the answer does not cite; or is about the plan being in force."""
    if draft.status == "clarify":
        return False
    if part.intent == "validity" and part.scope.named:
        return not any("实施期" in line.text for line in draft.lines)
    cites = {proof.clause_id.split("#")[0] for line in draft.lines for proof in line.proofs}
    if part.scope.named and cites and not cites & set(part.scope.plan_ids):
        return True                                           # another plan is asked
    if _called(part, cites_of(draft), knowledge):
        return True
    own = _own(part, knowledge)
    told = [line for line in draft.lines if line.kind == "fact" and draft.status == "answered"]
    cited = dict.fromkeys(proof.clause_id for line in told for proof in line.proofs)
    whole = () if part.wants_number else (_text(name, knowledge) for name in cited)     # a number is told where its sentence is
    said = "\n".join([*whole, *(line.text for line in told)])
    return sum(own.values()) >= OWN and coverage(own, said) < ANSWERED


def cites_of(draft: Draft) -> set[str]:
    """The ids of the clauses that an answer cites."""
    return {proof.clause_id for line in draft.lines for proof in line.proofs}


def _called(part: Reading, cited: set[str], knowledge: Knowledge) -> bool:
    """Whether a part calls a clause by its whole title that the answer does not cite."""
    for plan_id in part.scope.plan_ids if len(part.scope.plan_ids) == 1 else ():
        called = [clause for clause in knowledge.view(plan_id).clauses if len(clause.title) >= TITLED and clause.title in part.asked]
        longest = max((len(clause.title) for clause in called), default=0)
        if any(len(clause.title) == longest and not any(name == clause.id or name.startswith(f"{clause.id}.") for name in cited) for clause in called):
            return True
    return False


def stated(part: Reading, found: Found, knowledge: Knowledge) -> bool:
    """Whether a clause states the matter of a part."""
    own = _own(part, knowledge)
    return part.intent == "validity" or any(coverage(own, f"{each.clause.headings}\n{each.clause.text}") >= STATED for each in found.evidence[:3])


def _own(part: Reading, knowledge: Knowledge) -> dict[str, float]:
    """The weights of the words of a part that no part before it has."""
    return weigh([term for term in part.terms if term in part.asked and term not in part.before and not OF_VALUE.match(term)], knowledge.catalogue)[0]


def _text(name: str, knowledge: Knowledge) -> str:
    """The text of what a proof points at, the other cells of its row left out; '' for a heading."""
    plan = knowledge.view(name.split("#")[0])
    return plan.by_id[name].text if name in plan.by_id else ""


def joined(draft: Draft, other: Draft, asked: str) -> Draft:
    """The answer to the whole with that to a part; of a part that is refused, that it is."""
    if other.status == "clarify":
        return draft
    if other.status == "refused":
        return replace(draft, lines=(*draft.lines, *_refused(other, asked))) if draft.status == "answered" else draft
    under = next((line.text for line in reversed(draft.lines) if line.kind == "heading"), "")
    known = {(line.text, line.proofs) for line in draft.lines if line.kind != "heading" or line.text == under}
    new = tuple(line for line in other.lines if (line.text, line.proofs) not in known)
    if not any(line.kind == "fact" for line in new):
        return draft
    if draft.status == "refused":
        return replace(other, lines=(*other.lines, *_refused(draft, "")))
    notices = (*draft.notices, *(notice for notice in other.notices if notice not in draft.notices))
    return replace(draft, lines=(*draft.lines, *new), notices=notices)


def _refused(draft: Draft, asked: str) -> tuple[DraftLine, ...]:
    """That a part is not answered, without what is nearest to it."""
    reason = next((line.text for line in draft.lines if "没有" in line.text), "")
    about = re.sub(r"[？?；;。！!]$", "", asked)
    return (remark(f"关于“{about}”：{reason}" if about else reason),) if reason else ()
