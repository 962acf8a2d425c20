"""No text is lost: every character belongs to exactly one clause, heading or named boilerplate, or is white space."""

from __future__ import annotations

from collections import Counter

from ingest.model import Finding, Plan

_SEPARATORS = frozenset("|\ufeff")


def destinations(plan: Plan) -> Counter[str]:
    """Characters of the normalised text by where they went; `unaccounted` and `twice` must be zero."""
    owner = [""] * len(plan.text)
    counts: Counter[str] = Counter()

    def claim(start: int, end: int, name: str) -> None:
        for i in range(start, end):
            if owner[i]:
                counts["twice"] += 1
            owner[i] = name

    for clause in plan.clauses:
        claim(clause.start, clause.end, f"clause:{clause.kind}")
    for section in plan.sections:
        if not section.inferred:
            claim(section.start, section.end, "heading")
    for piece in plan.boilerplate:
        claim(piece.start, piece.end, f"boilerplate:{piece.name}")
    for char, name in zip(plan.text, owner, strict=True):
        blank = char.isspace() or char in _SEPARATORS
        counts[name or ("blank" if blank else "unaccounted")] += 1
    return counts


def account(plan: Plan) -> list[Finding]:
    """Findings of error grade where text is lost, counted twice, or a span does not hold."""
    counts = destinations(plan)
    found = []
    for name, message in (("unaccounted", "有 {} 个字符不属于任何条款、标题或套话"), ("twice", "有 {} 个字符被算了两次")):
        if counts[name]:
            found.append(Finding("error", name, message.format(counts[name]), 0, len(plan.text)))
    found += [
        Finding("error", "span", f"{item.id} 的位置与文字不符", item.start, item.end)
        for item in plan.clauses if plan.text[item.start:item.end] != item.text
    ]
    return found
