"""An answer to a question asked in English: what the assistant says itself in English, the plans' own words as they are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assistant.knowledge import Knowledge, label_of
from assistant.model import Draft, DraftLine
from assistant.proof.ground import in_english, period_in_english

_CHINESE = re.compile(r"[^a-zA-Z]{12}")
_BESIDE = re.compile(r"没有|未|哪个地区|已到期")
_UNIT = re.compile(r"(局|厅|委|会|院|海关|办|政府|行|司|处|中心|部)(?:[(（][^)）]*[)）])?(?:\[\d+\])?$")
_LISTED = re.compile(r"[：:；、\s。]")


@dataclass(frozen=True, slots=True)
class English:
    """Patterns with what they become, and names."""

    remarks: tuple[tuple[re.Pattern[str], str], ...]
    notices: tuple[tuple[re.Pattern[str], str], ...]
    states: Mapping[str, str]
    regions: Mapping[str, str]
    units: Mapping[str, str]


@cache
def english() -> English:
    """The one table of English wordings."""
    data = tomllib.loads((Path(__file__).parent.parent / "data" / "english.toml").read_text(encoding="utf-8"))
    patterns = {part: tuple((re.compile(left), right) for left, right in data[part].items()) for part in ("remarks", "notices")}
    return English(patterns["remarks"], patterns["notices"], data["states"], data["regions"], data["units"])


def in_english_words(draft: Draft, knowledge: Knowledge) -> Draft:
    """The draft with headings, remarks and notices in English, indicators restated in English with their proof, and the
    English names of the units it lists."""
    lines = [_line(line, knowledge) for line in draft.lines]
    first = next((at for at, line in enumerate(lines) if line.kind == "fact" and not line.column and _CHINESE.match(line.text)), None)
    while first and lines[first].bullet and lines[first - 1].kind == "fact" and lines[first - 1].bullet:
        first -= 1                                            # before the list, not within it
    if first is not None and lines[first - 1].kind != "remark":
        lines.insert(first, DraftLine("remark", "In the plan's own words (Chinese):"))
    names = _names(line.text for line in lines if line.kind == "fact")
    if names:
        lines.append(DraftLine("remark", f"Names: {names}."))
    notices = tuple(replace(notice, text=_worded(notice.text, english().notices)) for notice in draft.notices)
    return replace(draft, lines=tuple(lines), notices=notices)


def _line(line: DraftLine, knowledge: Knowledge) -> DraftLine:
    column = line.column
    for chinese, word in (*english().regions.items(), *english().states.items()):
        column = column.replace(chinese, word)
    row = {"规划原文": "Text of the plan", "责任单位": "Units"}.get(line.row, line.row)
    if line.kind == "heading" and line.text.startswith("《"):
        title, _, rest = line.text.partition("》")
        regions = [name for chinese, name in english().regions.items() if chinese in line.text]
        return replace(line, text=f"{title}》 ({', '.join([*regions[-1:], *re.findall(r'20[0-9]{2}.*(?=）)', rest)])})")
    if line.kind == "remark":
        return replace(line, text=_worded(line.text, english().remarks), row=row, column=column)
    if line.kind == "fact" and len(line.proofs) == 1:
        clause = knowledge.catalogue.clause(line.proofs[0].clause_id)
        known = knowledge.indicator(clause)
        if known and line.text.startswith(label_of(clause)):
            leads = "、".join(dict.fromkeys(fact.unit for fact in knowledge.units(clause)))
            return replace(line, text=in_english(known, leads), row=row, column=column)
        meta = knowledge.meta(clause.plan_id)
        if line.text.startswith(f"《{meta.title}》的实施期为"):
            return replace(line, text=period_in_english(meta, knowledge.today))
    return replace(line, row=row, column=column)


def _worded(text: str, patterns: Sequence[tuple[re.Pattern[str], str]]) -> str:
    """`text` by the first pattern that fits, with the Chinese beside it where something is refused or lacking; as it is
    where none fits."""
    worded = next((pattern.sub(words, text) for pattern, words in patterns if pattern.match(text)), text)
    return f"{worded} ({text.rstrip('。：')})" if worded != text and _BESIDE.search(text) else worded


def _names(texts: Iterable[str]) -> str:
    """`市场监管局 = Administration for Market Regulation` for the units that are listed."""
    listed = [piece for text in texts if len(text) < 400 for piece in _LISTED.split(text) if 3 <= len(piece) <= 24 and _UNIT.search(piece)]
    found = {chinese: name for chinese, name in english().units.items() if any(chinese in piece for piece in listed)}
    return "; ".join(f"{chinese} = {name}" for chinese, name in found.items())
