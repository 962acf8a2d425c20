"""Deadlines and rhythms stated in sentences: `到2025年`, `2012年10月底前`, `每1—2年`, `5年内`. Quarters of table rows come
from `tables`.
"""

from __future__ import annotations

import re

from ingest.model import ScheduleFact
from ingest.sentences import split_sentences

_DEADLINE = re.compile(
    r"(?:力争)?(?:到|至)(?P<until>20\d\d) ?年(?:(?:\d{1,2}月)?(?:底|末)?(?:前|之前|以前)|\d{1,2}月(?:底|末)?|底|末)?"  # 到2025年
    r"|(?P<by>20\d\d) ?年(?:\d{1,2}月)?(?:(?:底|末|\d{1,2}日)?(?:前|之前|以前)|底|末)"                      # 2012年10月底前
    r"|展望(?P<outlook>20\d\d) ?年|(?P<since>20\d\d) ?年起(?:\d{1,2}年内)?|“十[一二三四五六七八九]五”(?:期间|时期|末)"
    r"|(?<!\d)(?:\d{1,2}|[一二三五十])年内|每(?:\d{1,2}[-—–～~至])?(?:\d{1,2}|[半两三五])年|每(?:季度|年度|半年|月|季|年)(?!轻)|年均|定期|按年度"
)
_PAST = re.compile(r"(?:自|从|截)$")                                                        # 截至2020年底


def read_schedule(clause_id: str, text: str, start: int) -> tuple[ScheduleFact, ...]:
    """Deadlines and rhythms of a clause whose text begins at `start`, each with the span of its sentence."""
    facts = []
    for left, right in split_sentences(text):
        for found in _DEADLINE.finditer(text, left, right):
            if _PAST.search(text, max(left, found.start() - 2), found.start()):
                continue
            year = next((found[name] for name in ("until", "by", "outlook", "since") if found[name]), None)
            facts.append(ScheduleFact(clause_id, found.group(0), start + left, start + right,
                                      year=int(year) if year else None))
    return tuple(facts)
