"""What a question asks for and an answer does not state: how many, where, which by name, when, why, what share.

An answer that states none of what was asked is no answer, however near its clauses are.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from assistant.compose.attribute import attribute, by_kind
from assistant.compose.wants import ACTUAL, BY_WHOM, COUNTED, MANY, WANTS, WANTS_IN_ENGLISH, WHEN, WHY
from assistant.knowledge import Knowledge
from assistant.model import DraftLine
from assistant.reading.question import Reading
from assistant.topic import coverage, held
from ingest.tokens import tokens

NO_TIME = "所引条款没有写明具体时间。"
NO_UNIT = "该规划没有写明这一条的责任单位。"
NO_LIST = "该规划没有解释其具体含义，也没有列出具体内容，只在上述条款中提到。"
MATTER = 4.0
"""A matter is named by words of this weight …"""
ELSEWHERE = 0.8
"""… and a clause is about another one that holds less than this share of what the best clause does."""
SHORT = 6
"""A part that asks whether, in so few characters, is asked beside (万州有没有)."""
_INTENTS = ("detail", "definition", "target", "schedule", "support", "comparison")
_PARTS = re.compile(r"[？?，,。；;！!、：: ]|(?<=[\u4e00-\u9fff])和(?=[^，,。？?]{0,6}(?:多少|几|哪))")
_ASKING = re.compile(r"原文|第几[位名]|名字(?:发|给|报|列)|多[大高长宽重远久]|"
                     r"多少|第?几季度|(?<![第十好近])几(?![十百年度])|谁|什么|啥|哪|吗|怎么|如何|是不是|还是|有没有|能不能|可不可以|能否|可否|要不要|需不需要|多久|何时|为何|咋|会怎|列明|提供|名单|"
                     r"[^不]{1,2}不[^，,。？?]{1,2}$|(?:么|没有?|吧|呢)$")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）](?=[。？?]?$)")
_STORY = re.compile(r"(?:我们?|手[上里头]|公司|家里)[^，,。？?]{0,6}有(?:个|了)?几")
_CLAIM = re.compile(r"(?:吗|么|吧|没有?)$|是不是|对不对|还是|够不够")
_SHARED = re.compile(r"([\u4e00-\u9fff]{2,6}?)(?:各占|分别占|占了?)(?:多少|几)")
_EVENT = re.compile(r"打款|到账|拨付|放款|发钱|发放|报名|开班|开课|考试|受理|公示|面试|缴费")
_ACTING = re.compile(r"联席会议|领导小组|[省市区县州](?:人民)?政府|[\u4e00-\u9fff]{2}[局厅委](?![托员派])|(?:编制|主管|有关)部门")
"""Who acts, where the text of a clause says so itself."""
_ANYONE = re.compile(r"谁|哪|部门|单位|牵头|配合|负责")
_LEADS = re.compile(r"(?:牵头|主责|负责|配合)(?:的|单位|部门)*(?:都|又|就|到底)?是|(?:谁|哪家|哪个[局厅委]?)[^，,。？?]{0,2}(?:牵头|负责|配合)|"
                    r"(?:主责|牵头|配合|负责)[^，,。？?]{0,8}哪[几些]?家|落[到在]哪[几些]?家")
_LED = re.compile(r"(?:牵头|责任|主责|配合)(?:单位|部门)?[:：]")
# 进驻的究竟是哪几家公司
_FIRMS = re.compile(r"是哪(?:几|些|一)?(?:家|个|所)?(?:公司|企业|大学|高校|律所|律师事务所)")
_LABEL = re.compile(r"^(?:第\d{1,2}[项条] |\d{1,2}[.．﹒、](?!\d)|[（(][一二三四五六七八九十]{1,3}[)）])")
_COUNTED_OUT = re.compile(r"(?:几|多少)(?:条|项|个方面|点|种|类)[^？?]{0,6}(?:分别|各|都)?是?(?:什么|啥|哪)|(?:分别|各|都)(?:是|有)?(?:什么|啥|哪)|"
                          r"[念列报说写](?:一遍|出来|全|下来)|(?:名字|名称)都")
_EITHER = re.compile(r"\d[\d.]*\s*%?\s*(?:还是|或者?)\s*\d[\d.]*")


def lacking(reading: Reading, lines: Sequence[DraftLine], knowledge: Knowledge, weights: Mapping[str, float] = MappingProxyType({})) -> str:
    """What the clauses of an answer do not state, where it is all that was asked for; '' where the answer answers."""
    if reading.language == "en":
        return _in_english(reading, lines)
    if reading.follows and reading.intent == "responsibility" and ACTUAL.search(reading.asked) and not _ANYONE.search(reading.asked):
        return "相关条款没有写明后来的实际情况"
    asking = [part for part in _PARTS.split(_IN_BRACKETS.sub("", reading.asked)) if (_ASKING.search(part) or by_kind(part)) and not _STORY.search(part)]
    if reading.intent == "responsibility" and any(line.text == NO_UNIT for line in lines):
        told = [line for line in lines if line.kind == "fact"]
        return NO_UNIT.rstrip("。") if len(asking) == 1 and len(told) == 1 and not _ACTING.search(told[0].text) else ""
    if reading.intent not in _INTENTS and not (reading.intent == "responsibility" and (_FIRMS.search(reading.asked) or BY_WHOM.search(reading.asked))):
        return ""
    said = "\n".join(_LABEL.sub("", line.text) for line in lines if line.kind == "fact" or (line.kind == "remark" and COUNTED.search(line.text)))
    remarks = {line.text for line in lines if line.kind == "remark"}
    if any("没有写明完成时间" in text for text in remarks):          # 没有写明完成时间，该规划的实施期为2022—2024年
        return ""
    if NO_LIST in remarks:
        return "该规划没有解释其具体含义，也没有列出具体内容"
    if year := _between(reading, said, knowledge):
        return f"相关条款没有写明{year}年的数值"
    if (either := _EITHER.search(reading.asked)) and not any(number in said for number in re.findall(r"\d[\d.]*", either.group(0))):
        return "相关条款没有写明这一数值"
    at = [said.find(re.sub(r"[^\d.]", "", number)) for number in reading.numbers]
    if len(at) > 1 and WHY.search(reading.asked) and (min(at) < 0 or at != sorted(at)):
        return ""                                          # why it falls from 350 to 301: it does not
    listing = sum(line.kind == "fact" for line in lines) > 1 or said.count("、") > 1
    counted_out = listing and bool(_COUNTED_OUT.search(reading.asked))
    missing: list[str] = []
    for part in asking:
        if name := attribute(part, reading, "".join(line.text for line in lines), functools.partial(_held_elsewhere, part, reading, lines, knowledge, weights)):
            missing.append(name)
            continue
        if _LEADS.search(part) and _LED.search(said) and not BY_WHOM.search(part):
            return ""                                      # 那个指标，牵头的是文旅厅还是哪家
        want = next(((name, met, asked[0]) for name, pattern, met in WANTS if (asked := pattern.search(part))), None)
        if want and want[0] == "具体数量" and counted_out:
            return ""                                      # 措施一共几条、分别是什么: they are listed
        if want is None:
            if _CLAIM.search(part) and missing and (len(part) <= SHORT or re.search(r"\d", part)):
                continue                                   # 70%够得到吗, after 能分到百分之几
            return ""
        elsewhere = _of_another_matter(want[1], part, reading, lines, knowledge, _but(weights, want[2]))
        beside = elsewhere or _of_nothing(part, reading, knowledge) or _of_another_year(part, said, reading, knowledge) or _of_a_kind(part, reading, knowledge)
        if want[1](reading.asked if want[0] == "名次" else part, said) and not beside:
            return ""
        missing.append(want[0])
    return f"相关条款没有写明{'、'.join(dict.fromkeys(missing))}" if missing else ""


def _in_english(reading: Reading, lines: Sequence[DraftLine]) -> str:
    """The same of a question in English, by its own words."""
    if reading.intent == "schedule" and any(line.text == NO_TIME for line in lines):
        return "相关条款没有写明时间"
    if reading.intent in ("duties", "validity", "comparison") or len(re.findall(r"\?", reading.english)) > 1:
        return ""
    said = "\n".join(_LABEL.sub("", line.text) for line in lines if line.kind == "fact")
    asked = re.sub(r"[“\"][^”\"]*[”\"]", "", reading.english.lower())
    want = next(((name, stated) for name, pattern, stated in WANTS_IN_ENGLISH if pattern.search(asked)), None)
    return f"相关条款没有写明{want[0]}" if want and not want[1].search(said) else ""


def _held_elsewhere(part: str, reading: Reading, lines: Sequence[DraftLine], knowledge: Knowledge, weights: Mapping[str, float], name: str,
                    full: str) -> bool:
    """Whether a name stands only in clauses that are about another matter."""
    return _of_another_matter(lambda _, text: bool(held(name, text)), part, reading, lines, knowledge, _but(weights, full))


def _of_another_matter(states: Callable[[str, str], bool], part: str, reading: Reading, lines: Sequence[DraftLine], knowledge: Knowledge,
                       weights: Mapping[str, float]) -> bool:
    """Whether what is asked for is stated by none of the clauses that are about the matter, but by one that is not."""
    if reading.follows or sum(weights.values()) < MATTER:
        return False
    told = [line for line in lines if line.kind == "fact" and line.proofs]
    held_by = {line: max(coverage(weights, _of_clause(proof.clause_id, knowledge)) for proof in line.proofs) for line in told}
    stating = [held_by[line] for line in told if states(part, _LABEL.sub("", line.text))]
    return bool(stating) and max(stating) < ELSEWHERE * max(held_by.values())


def _but(weights: Mapping[str, float], asked: str) -> dict[str, float]:
    """The weights of a question's matter, without the words that ask: a clause on another matter has those, too."""
    return {term: weight for term, weight in weights.items() if term not in asked and asked not in term}


def _of_clause(name: str, knowledge: Knowledge) -> str:
    clause = knowledge.view(name.split("#")[0]).by_id.get(name)
    owner = knowledge.owner(clause) if clause else None
    return f"{owner.headings}\n{owner.text}\n{clause.text}" if owner and clause else ""


def _of_nothing(part: str, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a part asks when something happens of which the plan has no word (什么时候打款)."""
    event = _EVENT.search(part)
    return bool(event and WHEN.search(part)) and event.group(0) not in knowledge.text(reading.scope.plan_ids[0])     # type: ignore[union-attr]


def _of_another_year(part: str, said: str, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a part asks how many of a year that the answer does not name, and that is not the plan's own (2018年的基数是多少家)."""
    meta = knowledge.meta(reading.scope.plan_ids[0])
    own = {day.year for day in (meta.period_start, meta.period_end, meta.issued) if day}
    years = [int(year) for year in re.findall(r"(?<!\d)(20\d\d)(?!\d)", part)] + [2000 + int(year) for year in re.findall(r"(?<!\d)([12]\d)年", part)]
    return bool(years and MANY.search(part)) and not any(year in own or str(year) in said for year in years)


def _of_a_kind(part: str, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a part asks for the share of a kind that the plan has no word for (美术作品和摄影作品各占多少件)."""
    kind = _SHARED.search(part)
    words = [word for word in tokens(kind.group(1)) if len(word) > 1] if kind else []
    return bool(words) and any(word not in knowledge.text(reading.scope.plan_ids[0]) for word in words)


def _between(reading: Reading, said: str, knowledge: Knowledge) -> int | None:
    """The year within a plan's period, its first and last left out, whose target is asked for and that the answer does not name."""
    meta = knowledge.meta(reading.scope.plan_ids[0])
    if not (meta.period_start and meta.period_end and (reading.intent == "target" or MANY.search(reading.asked))):
        return None
    year = next((year for year in reading.years if meta.period_start.year < year < meta.period_end.year), 0)
    return year if year and str(year) not in said and "每年" not in said and "年均" not in said else None
