"""Draft → what may be shown. A claim goes with its proof, or it goes.

Both ways of answering, composed and written by a chat model, pass through `verify`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.knowledge import Knowledge
from assistant.model import Citation, Claim, Draft, DraftLine, Proof, Span
from ingest.model import Clause
from ingest.numerals import number_of

_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
_TITLE = re.compile(r"《([^》]+)》")
_QUOTED = re.compile(r"“([^”]+)”")
_UNIT = re.compile(r"(?:国家|省|市|区|县)[\u4e00-\u9fff]{1,9}(?:局|委|办|厅|法院|检察院|海关|分行|支行)(?![\u4e00-\u9fff]{0,2}[长级])")
_MARK = re.compile(r"\[\d+\]")
_HAN_NUMBER = re.compile(r"第([一二三四五六七八九十]+)(?=季度|章|节|条|项|阶段)")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A claim that was taken out, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """Lines that may be shown, each fact with its citation numbers; the citations; what was taken out."""

    lines: tuple[tuple[DraftLine, tuple[int, ...]], ...]
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    rejected: tuple[Rejected, ...]


def verify(draft: Draft, scope: Sequence[str], knowledge: Knowledge) -> Verified:
    """Checks every fact of `draft` against its proofs; `scope` are the plans that an answer may rest on."""
    kept: list[tuple[DraftLine, tuple[Proof, ...]]] = []
    rejected: list[Rejected] = []
    for line in draft.lines:
        if line.kind != "fact":
            kept.append((line, ()))
            continue
        reason = objection(line, scope, knowledge)
        if reason:
            rejected.append(Rejected(line.text, reason))
        else:
            kept.append((line, line.proofs))
    kept = _without_empty_headings(kept)
    citations = _number(kept, knowledge)
    index = {citation.clause_id: citation.n for citation in citations}
    lines = tuple((line, tuple(dict.fromkeys(index[proof.clause_id] for proof in proofs))) for line, proofs in kept)
    claims = tuple(Claim(line.text, numbers) for line, numbers in lines if line.kind == "fact")
    return Verified(lines, claims, citations, tuple(rejected))


def objection(line: DraftLine, scope: Sequence[str], knowledge: Knowledge) -> str:
    """Why a fact may not be shown, or ''."""
    if not line.proofs:
        return "没有依据"
    clauses = []
    for proof in line.proofs:
        clause = knowledge.catalogue.clause(proof.clause_id)
        text = knowledge.text(clause.plan_id)
        if clause.plan_id not in scope:
            return f"依据 {proof.clause_id} 不在问题所指的规划之内"
        if not 0 <= proof.start < proof.end <= len(text):
            return f"依据 {proof.clause_id} 的位置不在原文之内"
        clauses.append(clause)
    return unsupported(line.text, grounds(clauses, line.proofs, knowledge))


def grounds(clauses: Iterable[Clause], proofs: Iterable[Proof], knowledge: Knowledge) -> str:
    """All text a claim may take its facts from: its quotes and clauses, their headings, what the plan says of itself."""
    parts: list[str] = []
    for clause, proof in zip(clauses, proofs, strict=True):
        meta = knowledge.view(clause.plan_id).meta
        parts += [knowledge.text(clause.plan_id)[proof.start:proof.end], clause.text, clause.path, meta.title,
                  meta.issuer, meta.region, meta.document_number, meta.period_basis, meta.period_quote]
        parts += [f"{d.year}年{d.month}月{d.day}日" for d in (meta.issued, meta.period_start, meta.period_end) if d]
        fact = knowledge.indicator(clause)
        if fact:
            amounts = [re.sub(r"[^\d.].*$", "", value) + fact.measure for value in (fact.base_value, fact.value)]
            parts += [f"{fact.base_year}年{fact.target_year}年", *amounts, *fact.notes]
        owner = knowledge.owner(clause)
        if owner is not clause:
            parts.append(owner.text)
    day = knowledge.today
    return "\n".join([*parts, f"{day.year}年{day.month}月{day.day}日"])


def unsupported(claim: str, ground: str) -> str:
    """The first number, unit, plan name or quoted term of `claim` that `ground` does not hold, or ''."""
    body = fold(_MARK.sub("", claim))
    numbers = set(_NUMBER.findall(unicodedata.normalize("NFKC", ground)))
    ground = fold(ground)
    for number in _NUMBER.findall(body):
        if number not in numbers and ("%" in number or f"{number}%" not in numbers):
            return f"“{number}”不在所引条款中"
    for han in _HAN_NUMBER.findall(body):
        if f"第{han}" not in ground and not re.search(rf"第[一二三四]-*[—–-]*{han}", ground) \
                and not re.search(rf"\b{number_of(han)}\b", ground):
            return f"“第{han}”不在所引条款中"
    for pattern, what in ((_TITLE, "文件名"), (_QUOTED, "引语"), (_UNIT, "单位")):
        for found in pattern.findall(body):
            if found not in ground:
                return f"{what}“{found}”不在所引条款中"
    return ""


def fold(text: str) -> str:
    """Width and white space unified, as claims and clauses are compared."""
    return re.sub(r"[\s|]", "", unicodedata.normalize("NFKC", text))


def _without_empty_headings(kept: list[tuple[DraftLine, tuple[Proof, ...]]]
                            ) -> list[tuple[DraftLine, tuple[Proof, ...]]]:
    """A heading stays only when something stands under it."""
    result: list[tuple[DraftLine, tuple[Proof, ...]]] = []
    for line, proofs in reversed(kept):
        if line.kind == "heading" and (not result or result[-1][0].kind == "heading"):
            continue
        result.append((line, proofs))
    return result[::-1]


def _number(kept: Sequence[tuple[DraftLine, tuple[Proof, ...]]], knowledge: Knowledge) -> tuple[Citation, ...]:
    """One citation a clause: its quote spans every proof in that clause, the proofs themselves are its marks."""
    spans: dict[str, list[Proof]] = {}
    for _, proofs in kept:
        for proof in proofs:
            spans.setdefault(proof.clause_id, []).append(proof)
    citations = []
    for n, (clause_id, proofs) in enumerate(spans.items(), 1):
        clause = knowledge.catalogue.clause(clause_id)
        meta = knowledge.view(clause.plan_id).meta
        start, end = min(p.start for p in proofs), max(p.end for p in proofs)
        marks = tuple(dict.fromkeys(Span(p.start, p.end) for p in sorted(proofs, key=lambda p: p.start)
                                    if (p.start, p.end) != (start, end)))
        citations.append(Citation(
            n, clause.plan_id, meta.title, clause_id, clause.path, knowledge.text(clause.plan_id)[start:end], start,
            end, meta.file, knowledge.catalogue.sha256(clause.plan_id), marks, meta.status(knowledge.today)))
    return tuple(citations)
