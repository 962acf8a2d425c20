"""The same questions answered three ways: composed, by a chat model and verified, by the same model unverified.

The unverified baseline is the model's first draft to the same prompt, shown as it is. Where the product refuses, asks
back or lists, the model was not asked; the baseline then asks it with the best four clauses, as a plain chat bot would.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.chain import Assistant
from assistant.generation.chat import ChatFault, ChatModel, Request
from assistant.generation.claims import ClaimReader, RawClaim
from assistant.generation.evidence import Item, locate
from assistant.generation.generate import Written, messages, prompt_for
from assistant.knowledge import Knowledge
from assistant.model import DraftLine, Proof, Question, Turn
from assistant.proof import verify
from assistant.render import to_dict
from eval.cases import Case
from eval.metrics import Score, Texts, score

TOP = 4
CLAUSE = 300
SEED = 20260301
WAYS = (("composed", "程序写成"), ("verified", "模型＋核对"), ("unverified", "模型不核对"))
_NOTHING = re.compile(r"(没有|未|无法|不能)(找到|提到|写明|提及|说明|涉及|回答|提供)|不知道|不清楚")


@dataclass(slots=True)
class Run:
    """Scores and groundedness by way of answering; what the model wrote, case by case."""

    model: str
    scores: dict[str, list[Score]] = field(default_factory=lambda: {way: [] for way, _ in WAYS})
    grounded: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: {way: [] for way, _ in WAYS})
    claims: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    worded: int = 0
    faults: int = 0
    tokens: int = 0


def sample(cases: Sequence[Case], size: int | None) -> tuple[Case, ...]:
    """`size` of the cases in an order drawn once and for all, so that any beginning of it is a fair sample too."""
    drawn = list(cases)
    random.Random(SEED).shuffle(drawn)
    return tuple(drawn[:size])


def compare(cases: Sequence[Case], base: Assistant, chat: ChatModel, truth: Texts, on_case: Callable[[int, int], None],
            claims_file: Path | None = None) -> Run:
    """Asks every case in the three ways, one after another, over the index of `base`; `claims_file` grows case by case.

    Ctrl-C ends the run with what is done."""
    heard: list[Written] = []
    opened = Assistant(base.settings, base.index, base.encoder, chat, heard.append)
    composed = Assistant(base.settings, base.index, base.encoder)
    run = Run(chat.name)
    for n, case in enumerate(cases, 1):
        try:
            replies = _three(case, composed, opened, heard)
        except KeyboardInterrupt:
            break
        for way, (reply, took) in replies.items():
            run.scores[way].append(score(case, reply, took, truth))
            run.grounded[way].append(_grounded(reply, opened.knowledge))
        _count(run, case, heard, opened.knowledge, replies["verified"][0], claims_file)
        on_case(n, len(cases))
    return run


def _three(case: Case, composed: Assistant, opened: Assistant, heard: list[Written]) -> dict[str, tuple[Mapping[str, Any], float]]:
    """The reply and its milliseconds by way."""
    heard.clear()
    question = Question(case.question, tuple(Turn(turn.role, turn.content) for turn in case.history))
    replies: dict[str, tuple[Mapping[str, Any], float]] = {}
    for way, assistant in (("composed", composed), ("verified", opened)):
        began = time.perf_counter()
        shown = to_dict(assistant.ask(question))
        replies[way] = shown, (time.perf_counter() - began) * 1000
    replies["unverified"] = _unverified(question, opened, heard[0] if heard else None), replies["verified"][1]
    return replies


def _count(run: Run, case: Case, heard: Sequence[Written], knowledge: Knowledge, reply: Mapping[str, Any], file: Path | None) -> None:
    for written in heard:
        run.asked += 1
        run.worded += str(reply["generator"]).startswith("llm:")
        run.faults += bool(written.fault)
        run.tokens += written.tokens
        for each in written.judged:
            by_key = {item.key: item for item in written.items}
            proofs = each.line.proofs if each.line else tuple(p for key in each.claim.keys if key in by_key for p in by_key[key].proofs)
            row = {"statement": each.line.text if each.line else each.claim.text, "quote": "\n".join(_text(proof, knowledge) for proof in proofs),
                   "verdict": "accepted" if each.line else "rejected", "reason": each.reason, "case": case.id, "model": run.model,
                   "question": case.question, "keys": list(each.claim.keys), "said_quote": each.claim.quote, "round": each.round}
            run.claims.append(row)
            if file:
                with file.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _text(proof: Proof, knowledge: Knowledge) -> str:
    return knowledge.text(proof.clause_id.split("#")[0])[proof.start:proof.end]


def _unverified(question: Question, assistant: Assistant, written: Written | None) -> Mapping[str, Any]:
    """The model's first draft as a reply, with what it says it cites."""
    assert assistant.chat  # noqa: S101
    if written:
        return _as_reply(written.texts[0], written.items, assistant.knowledge)
    reading, found = assistant.look(question)
    items = tuple(Item(f"E{n}", each.clause.text[:CLAUSE], each.clause.plan_id, (Proof(each.clause.id, each.clause.start, each.clause.end),))
                  for n, each in enumerate(found.evidence[:TOP], 1))
    said = messages(prompt_for(reading, assistant.chat), question.text, items, assistant.knowledge)
    text = _ask(assistant.chat, Request(*said, assistant.settings.llm_max_tokens, assistant.settings.llm_deadline))
    return _as_reply(text, items, assistant.knowledge)


def _ask(chat: ChatModel, request: Request) -> str:
    text = ""
    try:
        for piece in chat.write(request):
            text += piece
    except ChatFault:
        return text
    return text


def _as_reply(text: str, items: Sequence[Item], knowledge: Knowledge) -> Mapping[str, Any]:
    reader = ClaimReader()
    claims = [*reader.feed(text), *reader.end()] or [RawClaim(text.strip(), ())]
    claims = list(dict.fromkeys(claims))
    numbers = {item.key: n for n, item in enumerate(items, 1)}
    citations: dict[int, dict[str, Any]] = {}
    for claim in claims:
        for key in claim.keys:
            if key in numbers:
                citations.setdefault(numbers[key], _citation(claim, items[numbers[key] - 1], numbers[key], knowledge))
    shown = "\n\n".join(f"{claim.text}{''.join(f'[{numbers.get(key, 99)}]' for key in claim.keys)}" for claim in claims)
    nothing = len(shown) < 80 and bool(_NOTHING.search(shown))
    return {"id": "", "status": "refused" if nothing or not shown.strip() else "answered", "text": shown, "generator": "unverified",
            "claims": [{"text": claim.text, "citations": [numbers.get(key, 99) for key in claim.keys]} for claim in claims],
            "citations": [citations[n] for n in sorted(citations)], "notices": [], "suggestions": []}


def _citation(claim: RawClaim, item: Item, n: int, knowledge: Knowledge) -> dict[str, Any]:
    """The item as it was shown; or the words that the model says it quotes, wherever they stand."""
    proof = item.proofs[0]
    meta = knowledge.view(item.plan_id).meta
    text, start, end = knowledge.text(item.plan_id), proof.start, proof.end
    quote = text[start:end]
    if claim.quote and not (locate(claim.quote, quote) or locate(claim.quote, item.text)):
        quote = claim.quote
    return {"n": n, "plan_id": item.plan_id, "plan_title": meta.title, "clause_id": proof.clause_id, "path": "", "quote": quote,
            "start": start, "end": end, "source_file": meta.file}


def _proofs(citation: Mapping[str, Any], knowledge: Knowledge) -> tuple[Proof, ...]:
    """What a citation shows; that of a table row shows cells of it, each of which proves for itself."""
    clause = knowledge.catalogue.clause(citation["clause_id"])
    parts = (clause, *knowledge.cells(clause)) if clause.kind == "row" else (clause,)
    return tuple(Proof(part.id, max(part.start, citation["start"]), min(part.end, citation["end"])) for part in parts
                 if part.start < citation["end"] and citation["start"] < part.end)


def _grounded(reply: Mapping[str, Any], knowledge: Knowledge) -> tuple[int, int]:
    """How many of a reply's claims the verifier finds to follow from what they cite, of how many; refusals claim nothing."""
    if reply["status"] != "answered":
        return 0, 0
    spans = {c["n"]: _proofs(c, knowledge) for c in reply["citations"]}
    whole = [meta.id for meta in knowledge.metas]
    good = 0
    for claim in reply["claims"]:
        known = bool(claim["citations"]) and all(spans.get(n) for n in claim["citations"])
        proofs = tuple(proof for n in claim["citations"] for proof in spans.get(n, ()))
        good += known and not verify.objection(DraftLine("fact", claim["text"], proofs, paraphrase=True), whole, knowledge)
    return good, len(reply["claims"])


