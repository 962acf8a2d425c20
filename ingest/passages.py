"""Clauses → passages: what is embedded, each with the context it is read in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ingest.model import Clause, Passage, Plan

LIMIT = 450
"""Characters of clause text in a passage; with its context it fits the 512 tokens that e5 reads."""

_SENTENCE = re.compile(r"[^。！？；;\n]*[。！？；;\n]+[”’」』）)]*|[^。！？；;\n]+$")
_PHRASE = re.compile(r"[^，,、]*[，,、]|[^，,、]+$")
# 2022年12月1日 · （此件公开发布） · 各乡、镇人民政府，各街道办事处，区政府各部门，有关单位：
_FORMAL = re.compile(
    r"(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[（(].{2,12}[）)]|[^。]{2,200}[：:]|附件[：:]?.{0,40}"
)
_NO_WORD = re.compile(r"[\W\d_]*")


def passages_of(plan: Plan) -> tuple[Passage, ...]:
    """The plan's passages in the order of its clauses; a long clause gives several, each within one clause."""
    return tuple(passage for clause in plan.clauses for passage in _passages(plan, clause))


def _passages(plan: Plan, clause: Clause) -> Iterator[Passage]:
    body = clause.text.strip()
    if _NO_WORD.fullmatch(body) or (clause.kind == "front" and _FORMAL.fullmatch(body)):
        return
    context = _context(plan, clause)
    pieces = list(split_text(body))
    for n, piece in enumerate(pieces, 1):
        text = f"{context}\n{piece}"
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        name = clause.id if len(pieces) == 1 else f"{clause.id}@{n}"
        yield Passage(name, clause.id, plan.id, plan.meta.region, text, digest)


def _context(plan: Plan, clause: Clause) -> str:
    """`黔江方案 › 三、主要任务 › （一）…`, cut from the left where it is long: the nearest heading says most."""
    name = plan.meta.aliases[0] if plan.meta.aliases else plan.meta.title
    return f"{name} › {clause.headings[-120:]}" if clause.path else name


def split_text(text: str, limit: int = LIMIT) -> Iterator[str]:
    """Pieces of at most `limit` characters, cut at sentence ends, then at commas, then anywhere. Nothing is lost but
    white space at the cuts."""
    piece = ""
    for unit in _units(text, limit):
        if piece and len(piece) + len(unit) > limit:
            yield piece.strip()
            piece = ""
        piece += unit
    if piece.strip():
        yield piece.strip()


def _units(text: str, limit: int) -> Iterator[str]:
    for sentence in _SENTENCE.findall(text):
        if len(sentence) <= limit:
            yield sentence
            continue
        for phrase in _PHRASE.findall(sentence):
            yield from (phrase[at : at + limit] for at in range(0, len(phrase), limit))
