"""What a section is about: aims, principles, tasks, safeguards, or the text around them."""

from __future__ import annotations

import re

from ingest.model import ClauseKind

_KINDS: tuple[tuple[str, ClauseKind], ...] = (
    (r"原则", "principle"),
    (r"目标", "goal"),
    (r"保障措施|保障机制|(?:组织|强化|加强|落实|实施|条件|政策)保障|保障$|组织实施|组织领导|附则|实施机制", "safeguard"),
    (r"指导思想|总体要求|背景|成就|形势|机遇|现状|面临", "text"),
)
PREAMBLE: tuple[ClauseKind, ...] = ("text", "goal", "principle")
_AIM = re.compile(r"(?:到|至|展望) ?20\d\d ?年|经过[一二三四五六七八九十\d]+年")      # 到2030年，我国知识产权综合实力…


def kind_of(title: str, above: ClauseKind | None) -> ClauseKind:
    """What the outermost heading is about holds below it (人才保障机制改革 under 共建任务 is a task), except that a part
    on aims and principles may name them section by section."""
    named = next((kind for pattern, kind in _KINDS if re.search(pattern, title)), None)
    if above is None:
        return named or "task"
    return named if above in PREAMBLE and named in PREAMBLE else above


def paragraph_kind(line: str, kind: ClauseKind) -> ClauseKind:
    """A paragraph on where things shall stand by some year is an aim, also outside a section on aims."""
    return "goal" if kind == "text" and _AIM.match(line) else kind
