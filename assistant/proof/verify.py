"""Draft → what may be shown. A claim goes with its proof, or it goes.

Both ways of answering, composed and written by a chat model, pass through `verify`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.knowledge import Knowledge
from assistant.model import Citation, Claim, Draft, DraftLine, Proof, Span
from assistant.proof import checks
from assistant.proof.ground import ground_of
from ingest.errors import PlanNotFound
from ingest.model import Clause


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
    lines = tuple((line, tuple(dict.fromkeys(index[name] for name in _cited(proofs, knowledge)))) for line, proofs in kept)
    claims = tuple(Claim(line.text, numbers) for line, numbers in lines if line.kind == "fact")
    return Verified(lines, claims, citations, tuple(rejected))


def objection(line: DraftLine, scope: Sequence[str], knowledge: Knowledge) -> str:
    """Why a fact may not be shown, or ''."""
    if not line.proofs:
        return "没有依据"
    for proof in line.proofs:
        try:
            clause = knowledge.catalogue.clause(proof.clause_id)
        except PlanNotFound:
            return f"依据 {proof.clause_id} 不存在"
        if clause.plan_id not in scope:
            return f"依据 {proof.clause_id} 不在问题所指的规划之内"
        if not _inside(proof, clause, len(knowledge.text(clause.plan_id))):
            return f"依据 {proof.clause_id} 的位置不在该条款之内"
    return checks.objection(line.text, ground_of(line.proofs, knowledge), paraphrase=line.paraphrase)


def _inside(proof: Proof, clause: Clause, size: int) -> bool:
    """A proof lies in its clause; that of a flattened table cell may hold the lines which the cell stands in."""
    if clause.cell:
        return 0 <= proof.start < proof.end <= size and proof.start < clause.end and clause.start < proof.end
    return clause.start <= proof.start < proof.end <= clause.end


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
        for clause_id, proof in zip(_cited(proofs, knowledge), proofs, strict=True):
            spans.setdefault(clause_id, []).append(proof)
    citations = []
    for n, (clause_id, within) in enumerate(spans.items(), 1):
        clause = knowledge.catalogue.clause(clause_id)
        meta = knowledge.meta(clause.plan_id)
        start, end = min(p.start for p in within), max(p.end for p in within)
        marks = tuple(dict.fromkeys(Span(p.start, p.end) for p in sorted(within, key=lambda p: p.start)
                                    if (p.start, p.end) != (start, end)))
        citations.append(Citation(
            n, clause.plan_id, meta.title, clause_id, clause.path, knowledge.text(clause.plan_id)[start:end], start,
            end, meta.file, knowledge.catalogue.sha256(clause.plan_id), marks, meta.status(knowledge.today)))
    return tuple(citations)


def _cited(proofs: Sequence[Proof], knowledge: Knowledge) -> list[str]:
    """The clause each proof is cited as: a claim that rests on a table row and on cells of it cites the row, once."""
    clauses = [knowledge.catalogue.clause(proof.clause_id) for proof in proofs]
    rows = {clause.id for clause in clauses if clause.kind == "row"}
    return [clause.parent_id if clause.parent_id in rows else clause.id for clause in clauses]
