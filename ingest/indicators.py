"""Targets stated in sentences: a name, a value with its unit of measure, and the year it is due.

`到2022年,每万人有效发明专利拥有量达到75件` → name 每万人有效发明专利拥有量, value 75, measure 件, target year 2022.
"""

from __future__ import annotations

import re

from ingest.model import IndicatorFact
from ingest.sentences import split_sentences

_MEASURES = "亿元|万元|元|万件|件|万人|人次|人|名|家|个|项|期|次|%|％|个百分点|种|条|篇|套|批次|所|处|支"
_VALUE = re.compile(
    rf"(?P<value>\d+(?:\.\d+)?(?:[-—～~至]\d+(?:\.\d+)?)?)\s*(?P<measure>{_MEASURES})(?P<tail>以上|以下|左右|以内|余)?"
)
_VERB = re.compile(r"(力争|累计|总数|共计|年均)?(达到|达|突破|超过|增长到|增长|提高到|不少于|不低于|不低于|为|至|完成|实现|举办|培训|评选|新增认定|培养|引进|资助|支持)?了?$")
_YEAR = re.compile(r"(?:到|至|力争到)?(20\d\d) ?年")


def read_indicators(clause_id: str, text: str, start: int, period_end: int | None) -> tuple[IndicatorFact, ...]:
    """Targets of a clause whose text begins at `start`; `period_end` is the year of a target that names none."""
    facts: list[IndicatorFact] = []
    for left, right in split_sentences(text):
        sentence = text[left:right]
        year: int | None = None
        for found in _VALUE.finditer(sentence):
            phrase = re.split(r"[，,；;。：:]", sentence[: found.start()])[-1]
            years = _YEAR.findall(sentence[: found.start()])
            year = int(years[-1]) if years else year
            name = _VERB.sub("", phrase).strip(" 、和")
            if len(re.findall(r"[\u4e00-\u9fff]", name)) < 2 or _YEAR.fullmatch(name):
                name = phrase.strip() or sentence[: found.start()][-20:]
            facts.append(IndicatorFact(
                clause_id, name, found["value"] + (found["tail"] or ""), found["measure"], start + left,
                start + right, target_year=year or period_end, nature=_nature(phrase)))
    return tuple(facts)


def _nature(phrase: str) -> str:
    for word, nature in (("累计", "累计"), ("每年", "每年"), ("年均", "年均"), ("增长", "增长"), ("新增", "新增")):
        if word in phrase:
            return nature
    return ""
