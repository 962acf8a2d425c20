"""How an answer in which a chat model has a part is told: its sentences as they are proven, under the names of their plans,
then what it left out; and what is said when it failed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.generation.generate import Written, completed, opening
from assistant.knowledge import Knowledge
from assistant.model import Draft, DraftLine, Notice
from assistant.proof.ground import is_offer

OnLine = Callable[[str], None]


@dataclass(slots=True)
class Telling:
    """How one answer is told: who hears each piece as it is proven, whether it is still wanted, what was said."""

    due: float
    on_line: OnLine | None = None
    cancelled: threading.Event | None = None
    lines: list[DraftLine] = field(default_factory=list)
    text: str = ""

    @property
    def stopped(self) -> bool:
        return self.cancelled is not None and self.cancelled.is_set()

    def say(self, text: str) -> None:
        """Hands on what `text` has more than was said. The pieces together are the reply's text."""
        if text.startswith(self.text) and len(text) > len(self.text):
            piece, self.text = text[len(self.text):], text
            if self.on_line:
                self.on_line(piece)


def add(line: DraftLine, lines: list[DraftLine], composed: Draft, knowledge: Knowledge) -> None:
    """Adds a sentence, under the name of its plan where the answer names plans and this is not the last one named, and with
    what is said of the measure that it tells: for whom it is, how strongly it is worded."""
    titled = any(each.kind == "heading" or each.column for each in composed.lines)
    title = knowledge.view(line.proofs[0].clause_id.split("#")[0]).meta.title
    own = next((each for each in composed.lines if each.kind == "heading" and title in each.text), DraftLine("heading", f"《{title}》"))
    last = next((each for each in reversed(lines) if each.kind == "heading"), None)
    lines += [own, line] if titled and last != own else [line]
    about = {proof.clause_id for proof in line.proofs}
    lines += [each for each in composed.lines if is_offer(each.text) and each not in lines and about & {proof.clause_id for proof in each.proofs}]


def whole(lines: Sequence[DraftLine], result: Written, composed: Draft) -> tuple[DraftLine, ...]:
    """The answer: what was told, the notice if any, what the model left out."""
    notice = notice_of(result)
    rest = completed(composed, [line for line in lines if line.kind == "fact"]) if result.lines else composed.lines[len(opening(composed)):]
    last = next((line for line in reversed(lines) if line.kind == "heading"), None)
    return (*lines, *([DraftLine("remark", f"> {notice.text}")] if notice else []), *(rest[1:] if rest and rest[0] == last else rest))


def notice_of(result: Written) -> Notice | None:
    """What a reader is told when the model failed, or when nothing it wrote could be proven."""
    if result.fault:
        said = "其余内容" if result.lines else "以下内容"
        return Notice("model_unavailable", "", f"对话模型{result.fault}，{said}由程序依据条款直接写出，引文和核对不受影响。")
    if not result.lines:
        return Notice("model_rejected", "", "对话模型的草稿没有通过核对，以下内容由程序依据条款直接写出。")
    return None
