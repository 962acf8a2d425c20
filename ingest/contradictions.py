"""Numbers that a plan gives for the same thing in several places and that do not agree: recorded, never smoothed.

Two rules, both over statements of one thing (the same words once function words are set aside, the same measure):
- a stock at one date has two values: 地理标志获批量为222件 (“十三五”末) and 地理标志数 386 (2020年) of the table;
- a stock at two dates and the flow between them do not add up: 102 (2020年) + 5 × 每年新增认定…10家 is not 200 (2025年).

Cautious on purpose: a statement whose date is not said, a vague one (以上, 左右) that could still hold, and the parts of a
table's schedule are never held against anything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from ingest.model import Clause, Finding, IndicatorFact, Plan
from ingest.sentences import split_sentences

_MEASURES = "亿元|万元|元|万件|万户|万人次|万人|万家|件|户|人次|人|名|家|个|项|期|次|%|％|个百分点|种|条|篇|套|所|处|支"
_NUMBER = re.compile(
    rf"(?<!\d)(?P<low>\d++(?:\.\d++)?+)(?:\s*[-—–~～至]\s*(?P<high>\d++(?:\.\d++)?+))?+\s*(?:余|多)?\s*(?P<measure>{_MEASURES})"
    r"(?P<tail>以上|以下|左右|以内|余|多)?"
)
_OTHER_NUMBER = re.compile(rf"\d[\d.]*(?:{_MEASURES})?")
_BEFORE = re.compile(r"(?:超过|突破|不少于|不低于|高于|大于|近|约|不超过|低于)\s*$")
# 到2025年, “十三五”末, “十四五”期间
_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d) ?年|[“\"「]?(?P<plan>十[一二三四五六])五[”\"」]?(?P<part>末|期末|初|期间|时期)?")
_FIVE = {"十一": 2010, "十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}
# 达到700家, 累计达到160名, 为222件: the number is a stock; 增长到 and 增至 as well
_STOCK = re.compile(r"(?:达到|达|为|累计|共有|拥有|突破|超过|增长到|增加到|增至|提高到|提升到|至|保持在|稳定在)\s*(?:超过|约|近)?\s*$")
_GROWTH = re.compile(r"增长|增幅|提高|提升|下降|降低|减少|同比|增速")
# 每年新增认定“贵州老字号”企业10家: the number is a flow
_FLOW = re.compile(r"新增|新建|新培育|新培养|新认定|新引进|评选|认定|培育|培养|引进|建设|建成|打造|创建|设立|发展")
_NEW = re.compile(r"新增|新建|新培育|新培养|新认定|新引进")
_YEARLY = re.compile(r"每年|年均|逐年")
_SCOPE = re.compile(
    r"力争|争取|努力|推动|确保|预计|实现|完成|组织|开展|持续|积极|重点|其中|累计|总共|共计|共有|达到|拥有|保有|获批|每年|年均|期间|时期|以来|"
    r"新增|新建|新培育|新培养|新认定|新引进|评选|认定|培育|培养|引进|建设|建成|打造|创建|设立|发展|全省|全市|全区|全县|全州|我省|我市|我区|本市|本省"
)
_TAIL = re.compile(r"(?:的?总?数量|总数|总量|拥有量|保有量|人数|家数|个数|数|量)$")
_QUOTES = re.compile(r"[“”\"'「」『』‘’《》\s、和]")
_CLAUSE = re.compile(r"[，,；;。：:！？\n]")
_LEAST_CHARS = 4
_LONGEST = 2_000
"""Characters of a sentence that is still read: what is longer is no sentence but text without stops."""

Kind = Literal["stock", "flow"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One number said of one thing. `year` is the date of a stock or the last year of a flow's period."""

    key: str
    name: str
    kind: Kind
    year: int | None
    low: float
    high: float
    measure: str
    yearly: bool
    said: str
    clause_id: str
    place: str
    start: int
    end: int


def find_contradictions(plan: Plan) -> tuple[Finding, ...]:
    """Findings of grade `warning`, kind `contradiction`; each quotes every statement it rests on and shows the sum."""
    groups: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in statements(plan):
        groups[statement.key, statement.measure].append(statement)
    found: list[Finding] = []
    for group in groups.values():
        stocks = sorted((s for s in group if s.kind == "stock" and s.year), key=lambda s: (s.year or 0, s.start))
        found += _stock_findings(stocks)
        found += _flow_findings(stocks, [s for s in group if s.kind == "flow"])
    return tuple(sorted(found, key=lambda finding: finding.start))


def statements(plan: Plan) -> Iterator[Statement]:
    """Every dated or flowing number of the plan's clauses and indicator tables, in order."""
    clauses = {clause.id: clause for clause in plan.clauses}
    last = plan.meta.period_end.year if plan.meta.period_end else None
    for fact in plan.indicators:
        clause = clauses.get(fact.clause_id)
        if clause and clause.kind == "indicator":
            yield from _of_table(fact, clause)
    for clause in plan.clauses:
        if clause.kind not in ("indicator", "note", "front") and clause.cell not in ("schedule", "units"):
            yield from _of_clause(clause, last)


def _of_table(fact: IndicatorFact, clause: Clause) -> Iterator[Statement]:
    if _GROWTH.search(fact.name):
        return
    for year, value in ((fact.base_year, fact.base_value), (fact.target_year, fact.value)):
        number = re.fullmatch(r"(\d+(?:\.\d+)?)(以上|以下|左右|以内)?\*?", value)
        if year and number:
            low, high = _range(float(number[1]), float(number[1]), number[2] or "", "")
            factor, measure = _scaled(fact.measure)
            yield Statement(_key(fact.name), fact.name, "stock", year, low * factor, high * factor, measure, False,
                            f"{year}年{fact.name}{value}{fact.measure}", clause.id, clause.path, fact.start, fact.end)


def _of_clause(clause: Clause, last: int | None) -> Iterator[Statement]:
    for left, right in split_sentences(clause.text):
        sentence = clause.text[left:right]
        if len(sentence) > _LONGEST:
            continue
        for number in _NUMBER.finditer(sentence):
            begin = max((m.end() for m in _CLAUSE.finditer(sentence, 0, number.start())), default=0)
            stop = next((m.start() for m in _CLAUSE.finditer(sentence, number.end())), len(sentence))
            before, after = sentence[begin : number.start()], sentence[number.end() : stop]
            if _GROWTH.search(before) and not re.search(r"(?:增长到|增加到|提高到|提升到)\s*$", before):
                continue
            kind = _kind(before)
            if kind is None:
                continue
            year = _year_before(sentence, number.start())
            if kind == "flow":
                year = year or last
            low, high = _range(float(number["low"]), float(number["high"] or number["low"]), number["tail"] or "",
                               (_BEFORE.search(before) or [""])[0].strip())
            factor, measure = _scaled(number["measure"])
            for name in (_strip_number(before), _YEAR.sub("", after)):
                if len(key := _key(name)) >= _LEAST_CHARS:
                    yield Statement(key, name, kind, year, low * factor, high * factor, measure,
                                    _YEARLY.search(before) is not None, sentence[begin:stop].strip(), clause.id,
                                    clause.path, clause.start + left, clause.start + right)


def _kind(before: str) -> Kind | None:
    """Stock or flow, by the words before the number; None where they do not say."""
    if _NEW.search(before):
        return "flow"
    if _STOCK.search(before):
        return "stock"
    return "flow" if _FLOW.search(before) else None


def _strip_number(before: str) -> str:
    """What stands between the last other number of the phrase and this one."""
    return _OTHER_NUMBER.split(_YEAR.sub("", before))[-1]


def _key(name: str) -> str:
    """The thing itself: function words and counters aside, characters sorted (商标有效注册量 = 有效注册商标量)."""
    bare = _SCOPE.sub("", _QUOTES.sub("", name))
    bare = re.sub(r"(?:达到|达|为|超过|突破|增长到|增加到|至|从|到|在|了|的|各)++$|^(?:在|从|到|对|将|使|的|各类|各)+", "", bare)
    bare = _TAIL.sub("", bare)
    return "".join(sorted(bare)) if re.fullmatch(r"[\u4e00-\u9fffA-Za-z()（）]+", bare) else ""


def _year_before(sentence: str, at: int) -> int | None:
    """The date last named before a number, if no other number stands between them in the same phrase."""
    named = list(_YEAR.finditer(sentence, 0, at))
    if not named or (named[-1]["plan"] and named[-1]["part"] == "初"):
        return None
    between = sentence[named[-1].end() : at]
    if re.search(r"\d", re.split(_CLAUSE, between)[-1]) or re.search(r"[“\"]?十.五[”\"]?$", between):
        return None
    return int(named[-1]["year"]) if named[-1]["year"] else _FIVE[named[-1]["plan"]]


def _range(low: float, high: float, tail: str, before: str) -> tuple[float, float]:
    if tail in ("以上", "余", "多") or before in ("超过", "突破", "不少于", "不低于", "高于", "大于"):
        return low, float("inf")
    if tail in ("以下", "以内") or before in ("不超过", "低于"):
        return 0, high
    return (low * 0.9, high * 1.1) if tail == "左右" or before in ("近", "约") else (low, high)


def _scaled(measure: str) -> tuple[float, str]:
    """万件 → 10000 件; ％ → %; 名 and 人 count the same."""
    bare = {"％": "%", "名": "人", "户": "家"}.get(measure, measure)
    if bare.startswith("亿"):
        return 1e8, bare[1:]
    return (1e4, bare[1:]) if bare.startswith("万") else (1, bare)


def _apart(one: Statement, other: Statement) -> bool:
    return one.high < other.low or other.high < one.low


def _stock_findings(stocks: Sequence[Statement]) -> Iterator[Finding]:
    for one, other in combinations(stocks, 2):
        if one.year == other.year and one.clause_id != other.clause_id and _apart(one, other):
            first, second = sorted((one, other), key=lambda s: s.start)
            yield _finding(f"同一事项在{one.year}年有两个不一致的数", (first, second))


def _flow_findings(stocks: Sequence[Statement], flows: Sequence[Statement]) -> Iterator[Finding]:
    for flow in flows:
        for base, target in combinations(stocks, 2):
            years = (target.year or 0) - (base.year or 0)
            if years < 1 or flow.year != target.year or flow.clause_id in (base.clause_id, target.clause_id):
                continue
            times = years if flow.yearly else 1
            low, high = base.low + times * flow.low, base.high + times * flow.high
            if target.high < low or high < target.low:
                sum_ = f"{_plain(base.low)}＋{f'{times}×' if times > 1 else ''}{_plain(flow.low)}＝{_plain(low)}"
                what = f"按增量推算（{sum_}）与{target.year}年的数 {_plain(target.low)} 不一致"
                yield _finding(what, (flow, base, target))


def _finding(what: str, rest: Sequence[Statement]) -> Finding:
    quotes = "；".join(f"“{s.said}”（{s.clause_id}）" for s in rest)
    message = f"{what}：{quotes}。可能是口径不同；原样保留，未作取舍"
    return Finding("warning", "contradiction", message, rest[0].start, rest[0].end)


def _plain(value: float) -> str:
    return f"{value:g}" if value < 1e6 else f"{value:.0f}"
