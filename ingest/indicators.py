"""Targets stated in sentences: a name, a value with its unit of measure, and the year it is due.

`到2022年,每万人有效发明专利拥有量达到75件` → name 每万人有效发明专利拥有量, value 75, measure 件, target year 2022.
The name stands before the value, or after it where only a verb stands before (`形成10个以上…的高价值专利组合`). Left out is
what a number does not aim at: ranks (第8名), counts of a list (等12个产业), conditions (对获得3项专利授权的发明人), the past.
"""

from __future__ import annotations

import re

from ingest.model import IndicatorFact
from ingest.sentences import split_sentences

_MEASURES = (
    "亿元|万元|元(?!素)|万件|万人次|万人|万家|万名|万个|万项|万|件|人次|批次|人(?!才|口|民|员|力|工|均)|名|家(?!庭|级|具)|个百分点|个市州|个区县"
    "|个(?!人|体)|项(?!目)|期(?!间|限)|场次|场|次(?!数)|%|％|倍|种(?!业|植|子)|条(?!件|例)|篇|套|册|所(?!有)|处(?!理|置|罚|室)"
    "|支(?!持|撑|部)|门(?!类)|宗(?!旨)|起(?!来|步)|户(?!外|口|籍)"
)
_VALUE = re.compile(
    rf"(?P<bound>不少于|不低于|不超过|超过|突破|至少)?\s*(?P<value>(?<![\d.])\d+(?:\.\d+)?(?:(?:[-—–～~至]|到(?=\d))\d+(?:\.\d+)?)?)"
    rf"\s*(?P<spare>余|多)?(?P<measure>{_MEASURES})(?P<tail>以上|以下|左右|以内|余)?"
)
_STOPS = "，,；;。：:\n"
_LEAD_IN = re.compile(
    r"^(?:[\s、和及]+|\d{1,2}\s*[.．﹒、]\s*(?=\D)|[（(][一二三四五六七八九十\d]+[)）]|第[一二三四\d—-]+季度[、:：]?|其中|同时|并(?=.{3})|力争|争取"
    r"|确保|积极|努力|全年|每年|年均|累计|重点|到?20\d\d ?年[底末]?(?:前)?|“十[一二三四五六七八九]五”(?:期间|时期|末)|\d+年内|每\d?年|“(?=[^”]*$))"
)
_VERBS = (
    "(?:选拔|遴选|评选)认定|申报|实现|推动|引导|支持|鼓励|选择|选拔|遴选|评选|评定|引进|培育|培养|扶持|资助|举办|组织|开展|建设|建成|建立|筹建|筹集|打造|形成|最终|深入"
    "|完成|发动|创办|带动|培训|设立|择优|新建|选派|跟踪|直接服务|重点"
)
_OPENS = re.compile(rf"^(?:(?:{_VERBS})+(?:和|、|及|并)?)+")
_ENDS = re.compile(rf"(?:{_VERBS}|认定|转化|产生|服务|参与|与)$")
_HELD = re.compile(r"^(?:与.{2,80}|指导、支持.{2,40}|推动.{2,40})(?:举办|开展)")   # 与市委组织部…等部门联合举办…培训班20期
_REACHES = re.compile(r"(?:达到|达|增长到|增长至|提高到|提升到|提升至|控制在|稳定在|保持在|为|至|到|实现)了?$")
_ADVERB = re.compile(r"(?:力争|争取|累计|总数|共计|合计|年均)$")
_YEAR = re.compile(r"(20\d\d) ?年(?!起|以来|来|度|印发|发布|出台)|“?十([一二三四五六七])五”?(?:期间|时期|末)")
_PERIOD_END = {"一": 2010, "二": 2015, "三": 2020, "四": 2025, "五": 2030, "六": 2035, "七": 2040}
_NO_TARGET = re.compile(r"(?:第|等|在|对|围绕|向|由|从|超过)\s*$")
_CONDITION = re.compile(r"^\s*对.*(?:获|取得|评为|达到|认定)|连续$|加大对$")
_BACKGROUND = re.compile(r"成就|成效|背景|回顾|形势|现状|基础$|机遇")
_WINDOW = 160


def is_background(path: str) -> bool:
    """Whether a section tells what has been achieved: what it counts is no target."""
    return any(_BACKGROUND.search(part) for part in path.split(" › ")[:2])


def read_indicators(clause_id: str, text: str, start: int, period_end: int | None,
                    period_start: int | None = None) -> tuple[IndicatorFact, ...]:
    """Targets of a clause whose text begins at `start`; `period_end` is the year of a target that names none: one so carried over is `inferred`.

    What was due before `period_start` is no target of this plan.
    """
    facts: list[IndicatorFact] = []
    for left, right in split_sentences(text):
        year: int | None = None
        seen = floor = left
        for found in _VALUE.finditer(text, left, right):
            for named in _YEAR.finditer(text, seen, found.start()):
                year = int(named[1]) if named[1] else _PERIOD_END[named[2]]
            seen = found.end()
            begin = max(left, found.start() - _WINDOW)
            part = max(begin, max(text.rfind(stop, begin, found.start()) for stop in _STOPS) + 1)
            name = _name(text, part, max(part, floor), found, right)
            floor = found.end()
            if not name or (year is not None and period_start is not None and year < period_start):
                continue
            value = (found["bound"] or "") + found["value"] + (found["spare"] or "") + (found["tail"] or "")
            facts.append(IndicatorFact(
                clause_id, name, value, found["measure"], start + left, start + right, target_year=year or period_end,
                nature=_nature(text[part:found.start()]),
                certainty="inferred" if year is None and period_end is not None else "certain"))
    return tuple(facts)


def _name(text: str, part: int, begin: int, found: re.Match[str], right: int) -> str:
    """The name of a target, '' where the number is none.

    `part` is where the value's part of the sentence begins, `begin` where the value before it in that part ends.
    """
    phrase = text[begin:found.start()]
    if _NO_TARGET.search(phrase) or _CONDITION.search(text[part:found.start()]):
        return ""
    after = _after(text, found.end(), right)
    name = _strip(phrase)
    joined = begin > part and re.search(r"[和及与或、]\s*$", phrase)
    if after and (joined or _words(name) < 2 or _ENDS.search(name) or re.fullmatch(r"[全我][市省区国县]", name)):
        return after
    bare = _strip(_OPENS.sub("", name))
    bare = _OPENS.sub("", bare)
    return bare if _words(bare) >= 4 else name if _words(name) >= 2 else ""


def _after(text: str, start: int, right: int) -> str:
    """What a value counts, where it stands behind it: `10个以上支撑产业发展和国际竞争的高价值专利组合`."""
    after = text[start:min(right, start + _WINDOW)]
    stop = re.search(rf"[{_STOPS}|]|[（(〔](?=责任|牵头|以下|简称|即)|[、和及](?=[^、和及{_STOPS}]*?\d)|共计|累计", after)
    name = (after[: stop.start()] if stop else after).strip(" 、的")
    return name if _words(name) >= 2 else ""


def _strip(phrase: str) -> str:
    """A phrase without what leads up to the name (其中, 力争, 到2025年) and from it to the value (累计达到)."""
    before, name = "", phrase.rstrip(" 、和及")
    while before != name:
        before = name
        name = _ADVERB.sub("", _REACHES.sub("", _LEAD_IN.sub("", name)))
    return _HELD.sub("", name).strip(" 、")


def _words(name: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]", name))


def _nature(phrase: str) -> str:
    for word, nature in (("累计", "累计"), ("每年", "每年"), ("年均", "年均"), ("增长", "增长"), ("新增", "新增"), ("共计", "累计")):
        if word in phrase:
            return nature
    return ""
