"""Deadlines stated in sentences: `到2025年`, `2012年10月底前`, `每1—2年`. Quarters of table rows come from `tables`."""

from __future__ import annotations

import re

from ingest.model import ScheduleFact
from ingest.sentences import split_sentences

_DEADLINE = re.compile(
    r"(?:到|至|于|力争到|力争)?(?P<year>20\d\d) ?年(?:(?:\d{1,2}月)?(?:底|末)?(?:前|之前|以前)|底|末)?|每(?:\d[—-])?\d?年|每年|年均|每季度|定期"
)


def read_schedule(clause_id: str, text: str, start: int) -> tuple[ScheduleFact, ...]:
    """Deadlines and rhythms of a clause whose text begins at `start`, each with the span of its sentence."""
    facts = []
    for left, right in split_sentences(text):
        for found in _DEADLINE.finditer(text, left, right):
            label = found.group(0)
            if found["year"] and label == f"{found['year']}年":
                continue
            facts.append(ScheduleFact(clause_id, label, start + left, start + right,
                                      year=int(found["year"]) if found["year"] else None))
    return tuple(facts)
