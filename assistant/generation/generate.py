"""A chat model words the composed answer: prompt → draft claims → those that verify, one round of repair.

The model is asked only where the composed answer stands, and is shown only what that answer rests on. It can word, order
and choose; what it adds is taken out, what it leaves out is put back.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assistant.generation.chat import ChatFault, ChatModel, CutOff, Request
from assistant.generation.claims import ClaimReader, RawClaim
from assistant.generation.evidence import Item, items_of, lines_for, shown
from assistant.generation.prompts import Prompt, prompt
from assistant.knowledge import Knowledge
from assistant.model import Draft, DraftLine
from assistant.proof import checks, verify
from assistant.reading.question import Reading

REPAIR_SHARE = 0.35
"""A second round is tried while this share of the time is left."""
HELD = 0.85
"""A composed sentence is said when this share of its character pairs, and every number, stands in what the model says."""
_PROMPTS = {"support": "support", "comparison": "comparison"}
_SPLIT = re.compile(r"(?<=[。；;！？])|……")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ROLE = re.compile(r"^(?:责任|牵头|配合|执行|单位)[^:]{0,12}:")      # 配合单位:区商务委、黔江海关


@dataclass(frozen=True, slots=True)
class Judged:
    """One claim of the model: the line it became, or why it was taken out."""

    claim: RawClaim
    line: DraftLine | None
    reason: str = ""
    round: int = 1


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking the model. `fault` is why it gave no (more) answer, '' where it did."""

    model: str
    prompt: Prompt
    items: tuple[Item, ...]
    judged: tuple[Judged, ...] = ()
    texts: tuple[str, ...] = ()
    fault: str = ""
    calls: int = 0
    tokens: int = 0
    ms: float = 0.0

    @property
    def lines(self) -> tuple[DraftLine, ...]:
        return tuple(each.line for each in self.judged if each.line)

    @property
    def rejected(self) -> tuple[Judged, ...]:
        return tuple(each for each in self.judged if not each.line)


@dataclass(frozen=True, slots=True)
class Limits:
    """When the answer is due (time.monotonic), how long it may take in all, how many tokens it may use; a stop."""

    due: float
    seconds: float
    max_tokens: int
    cancelled: threading.Event | None = None

    @property
    def left(self) -> float:
        return self.due - time.monotonic()


@dataclass(slots=True)
class _Draft:
    """The model's draft while it grows."""

    items: tuple[Item, ...]
    scope: tuple[str, ...]
    knowledge: Knowledge
    on_line: Callable[[DraftLine], None]
    judged: list[Judged] = field(default_factory=list)

    def take(self, claim: RawClaim, number: int) -> bool:
        """Verifies one claim; what stands is shown at once. False where the model repeats itself."""
        if any(each.claim == claim and each.round == number for each in self.judged):
            return False
        said = [checks.fold(each.line.text) for each in self.judged if each.line]
        lines, reason = lines_for(claim, self.items, self.knowledge)
        if lines and any(checks.fold(lines[0].text).rstrip("。") in earlier for earlier in said):
            return True
        for line in lines:
            reason = verify.objection(line, self.scope, self.knowledge)
            if not reason:
                self.judged.append(Judged(claim, line, "", number))
                self.on_line(line)
                return True
        self.judged.append(Judged(claim, None, reason, number))
        return True


def prompt_for(reading: Reading, model: ChatModel) -> Prompt:
    """The prompt that fits the question and the model."""
    if model.simple:
        return prompt("lines")
    return prompt("english" if reading.language == "en" else _PROMPTS.get(reading.intent, "answer"))


def messages(chosen: Prompt, question: str, items: Sequence[Item], knowledge: Knowledge, **more: str) -> tuple[str, str]:
    """The prompt filled in; the fence around what is data cannot be guessed by who wrote the data."""
    fence = secrets.token_hex(6)
    return chosen.fill({"question": " ".join(question.split()), "evidence": shown(items, knowledge), "fence": fence, **more})


def write(draft: Draft, reading: Reading, question: str, model: ChatModel, knowledge: Knowledge, limits: Limits,
          on_line: Callable[[DraftLine], None]) -> Written | None:
    """The model's verified sentences; None where it has nothing to word. `on_line` gets each as soon as it is proven."""
    items = items_of(draft)
    if not items:
        return None
    chosen = prompt_for(reading, model)
    growing = _Draft(items, reading.scope.plan_ids, knowledge, on_line)
    written = Written(model.name, chosen, items)
    began = time.monotonic()
    written = _round(written, growing, model, messages(chosen, question, items, knowledge), limits)
    failed = [each for each in growing.judged if not each.line]
    if failed and not model.simple and not written.fault and limits.left > REPAIR_SHARE * limits.seconds and written.tokens < limits.max_tokens \
            and missing(draft, written.lines):
        faults = "\n".join(f"- {each.claim.text[:120]}（{each.reason}）" for each in failed[:6])
        again = messages(prompt("repair"), question, items, knowledge, faults=faults)
        written = _round(written, growing, model, again, limits)
    return replace(written, ms=round((time.monotonic() - began) * 1000, 2))


def _round(written: Written, growing: _Draft, model: ChatModel, said: tuple[str, str], limits: Limits) -> Written:
    """One call to the model."""
    reader, text, tokens, fault, number = ClaimReader(), "", 0, "", written.calls + 1
    request = Request(*said, limits.max_tokens - written.tokens, max(0.1, limits.left))
    pieces = model.write(request, limits.cancelled)
    try:
        for piece in pieces:
            text, tokens = text + piece, tokens + 1
            if not all(growing.take(claim, number) for claim in reader.feed(piece)):
                break
        else:
            for claim in reader.end():
                growing.take(claim, number)
    except CutOff:
        pass
    except ChatFault as error:
        fault = error.reason
    finally:
        pieces.close()
    if not fault and not growing.judged:
        fault = "返回的内容无法识别"
    return replace(written, judged=tuple(growing.judged), texts=(*written.texts, text), fault=fault, calls=number,
                   tokens=written.tokens + tokens)


def missing(draft: Draft, said: Sequence[DraftLine]) -> tuple[DraftLine, ...]:
    """The composed statements, or their sentences, that the model's verified sentences do not hold."""
    rest = []
    for line in draft.lines:
        if line.kind == "fact" and (left := _left(line, said)):
            rest.append(left)
    return tuple(rest)


def completed(draft: Draft, said: Sequence[DraftLine]) -> tuple[DraftLine, ...]:
    """What stands after the model's sentences: a table as it is; else headings, remarks and what was left out."""
    if any(line.column for line in draft.lines):
        return draft.lines
    lines = [_left(line, said) if line.kind == "fact" else line for line in draft.lines[len(opening(draft)):]]
    return tuple(line for line in lines if line)


def opening(draft: Draft) -> tuple[DraftLine, ...]:
    """The remarks that a composed answer begins with; they stand before what the model says."""
    if any(line.column for line in draft.lines):
        return ()
    first = next((n for n, line in enumerate(draft.lines) if line.kind != "remark"), len(draft.lines))
    return draft.lines[:first]


def _left(line: DraftLine, said: Sequence[DraftLine]) -> DraftLine | None:
    clauses = {proof.clause_id for proof in line.proofs}
    about = "".join(checks.fold(each.text) for each in said if clauses & {proof.clause_id for proof in each.proofs})
    kept = [part for part in _SPLIT.split(line.text) if part and part.strip() and not _held(checks.fold(part), about)]
    text = "".join(kept).strip("；; ")
    return replace(line, text=text) if text else None


def _held(part: str, said: str) -> bool:
    if _ROLE.match(part):
        return part.rstrip(";。") in said
    pairs = [part[i:i + 2] for i in range(len(part) - 1)] or [part]
    return set(_NUMBER.findall(part)) <= set(_NUMBER.findall(said)) and sum(p in said for p in pairs) >= HELD * len(pairs)
