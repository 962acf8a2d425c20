"""A chat model's suggestion how a follow-up reads standing alone. It is read like any question and decides nothing."""

from __future__ import annotations

import re
import secrets

from assistant.generation.chat import ChatFault, ChatModel, Request
from assistant.generation.evidence import is_order
from assistant.generation.generate import Limits
from assistant.generation.prompts import prompt
from assistant.model import Question
from assistant.reading.language import normalise
from assistant.reading.question import Reading

TURNS = 4
LONGEST = 200
TOKENS = 120
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_QUOTED = re.compile(r"[“《\"「]([^”》\"」]{2,60})[”》\"」]")


def suggest(question: Question, model: ChatModel, limits: Limits) -> str:
    """The follow-up as one standing question; '' where the model gives none that keeps its numbers and names."""
    filled = prompt("rewrite").fill({
        "question": " ".join(question.text.split()), "fence": secrets.token_hex(6),
        "history": "\n".join(f"{'问' if turn.role == 'user' else '答'}：{' '.join(turn.content.split())[:LONGEST]}"
                             for turn in question.history[-TURNS:])})
    try:
        text = "".join(model.write(Request(*filled, TOKENS, max(0.1, limits.left / 2)), limits.cancelled))
    except ChatFault:
        return ""
    line = normalise(text.strip().partition("\n")[0]).strip("“”\"「」 ")
    line = re.sub(r"^(改写后的问题|问题|问)\s*[:：]\s*", "", line)
    return line if _keeps(line, question) else ""


def _keeps(line: str, question: Question) -> bool:
    """Whether nothing that the reader said is lost, and no number comes from nowhere."""
    asked = normalise(question.text)
    before = normalise(" ".join(turn.content for turn in question.history))
    numbers = set(_NUMBER.findall(line))
    return (2 <= len(line) <= LONGEST and not is_order(line) and set(_NUMBER.findall(asked)) <= numbers
            and numbers <= set(_NUMBER.findall(f"{asked} {before}")) and all(name in line for name in _QUOTED.findall(asked)))


def agrees(suggested: Reading, own: Reading) -> bool:
    """Whether the suggestion is read as the same plans, units, times and role: only its topic words may be other."""
    return (set(suggested.scope.plan_ids) == set(own.scope.plan_ids) and set(suggested.units) >= set(own.units)
            and suggested.scope.foreign == own.scope.foreign and suggested.quarters == own.quarters
            and suggested.years == own.years and suggested.number == own.number and suggested.language == own.language
            and (own.role is None or suggested.role == own.role))
