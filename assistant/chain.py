"""The composition point: `ask` is a LangChain runnable, understand → retrieve → compose → verify → reply."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.compose import compose
from assistant.compose.guard import Guarded, guard
from assistant.compose.refusal import refuse
from assistant.knowledge import Knowledge
from assistant.model import Draft, DraftLine, Question, Reply
from assistant.question import Reading, understand
from assistant.retrieve import Found, retrieve
from assistant.settings import AssistantSettings
from assistant.verify import Verified, verify
from ingest.encoder import Encoder, open_encoder
from ingest.errors import IndexMissing
from ingest.index import Index, open_index
from ingest.pipeline import build

Progress = Callable[..., None]


@dataclass(frozen=True, slots=True)
class State:
    """What flows through the chain."""

    question: Question
    timings: dict[str, float]
    guarded: Guarded | None = None
    reading: Reading | None = None
    found: Found | None = None
    draft: Draft | None = None
    verified: Verified | None = None


class Assistant:
    """An open index, its encoder and the chain over them. Safe to call from several threads."""

    def __init__(self, settings: AssistantSettings, index: Index, encoder: Encoder) -> None:
        self.settings = settings
        self.index = index
        self.encoder = encoder
        self.catalogue = index.catalogue
        self.knowledge = Knowledge(index.catalogue, settings.day())
        self._unit_names = tuple(dict.fromkeys(fact.unit for fact in self.catalogue.units()))
        self.chain: Runnable[State, State] = (
            RunnableLambda(self._timed("understand", self._understand))
            | RunnableLambda(self._timed("retrieve", self._retrieve))
            | RunnableLambda(self._timed("compose", self._compose))
            | RunnableLambda(self._timed("verify", self._verify))
        )

    def ask(self, question: Question) -> Reply:
        """The reply to one question. Never raises on the question's text."""
        started = time.perf_counter()
        state = self.chain.invoke(State(question, {}))
        reply = self._reply(state)
        total = round((time.perf_counter() - started) * 1000, 2)
        return replace(reply, timings_ms={**state.timings, "total": total})

    def close(self) -> None:
        """Lets go of the index."""
        self.index.close()

    def _timed(self, name: str, step: Callable[[State], State]) -> Callable[[State], State]:
        def run(state: State) -> State:
            started = time.perf_counter()
            result = step(state)
            state.timings[name] = round((time.perf_counter() - started) * 1000, 2)
            return result

        run.__name__ = name
        return run

    def _understand(self, state: State) -> State:
        guarded = guard(state.question.text)
        safe = replace(state.question, text=guarded.text)
        return replace(state, guarded=guarded, reading=understand(safe, self.knowledge.metas, self._unit_names))

    def _retrieve(self, state: State) -> State:
        assert state.reading  # noqa: S101  set by the step before
        return replace(state, found=retrieve(state.reading, self.catalogue, self.index.vectors, self.encoder))

    def _compose(self, state: State) -> State:
        assert state.guarded and state.reading and state.found  # noqa: S101
        guarded = state.guarded
        if guarded.refusal:
            return replace(state, draft=guarded.refusal)
        draft = compose(state.reading, state.found, self.knowledge)
        if guarded.notes:
            notes = tuple(DraftLine("remark", note) for note in guarded.notes)
            draft = replace(draft, lines=(*draft.lines, *notes))
        return replace(state, draft=draft)

    def _verify(self, state: State) -> State:
        assert state.reading and state.found and state.draft  # noqa: S101
        verified = verify(state.draft, state.reading.scope.plan_ids, self.knowledge)
        if state.draft.status == "answered" and not verified.claims:
            draft = refuse(state.reading, state.found, self.knowledge, "收录的规划中没有找到相关内容")
            return replace(state, draft=draft, verified=verify(draft, state.reading.scope.plan_ids, self.knowledge))
        return replace(state, verified=verified)

    def _reply(self, state: State) -> Reply:
        assert state.reading and state.draft and state.verified  # noqa: S101
        understood: dict[str, Any] = state.reading.as_json()
        return Reply(
            uuid.uuid4().hex, state.draft.status, render(state.draft, state.verified), state.verified.claims,
            state.verified.citations, state.draft.notices, state.draft.suggestions, "extractive", understood)


def render(draft: Draft, verified: Verified) -> str:
    """Markdown of the verified lines, notices first."""
    parts = [f"> {notice.text}" for notice in draft.notices]
    # 渝办发[2010]185号: square brackets of the source must not read as citation marks
    block: list[str] = []
    for line, numbers in verified.lines:
        marks = "".join(f"[{n}]" for n in numbers)
        text = line.text.replace("[", "［").replace("]", "］")
        if line.bullet:
            block.append(f"- {text}{marks}")
            continue
        if block:
            parts.append("\n".join(block))
            block = []
        parts.append(f"**{text}**" if line.kind == "heading" else f"{text}{marks}")
    if block:
        parts.append("\n".join(block))
    return "\n\n".join(parts)


def open_assistant(settings: AssistantSettings | None = None, progress: Progress | None = None) -> Assistant:
    """Opens the index, building it first where there is none. IndexMismatch where another encoder made it."""
    settings = settings or AssistantSettings()
    try:
        index = open_index(settings)
    except IndexMissing:
        build(settings, progress=progress) if progress else build(settings)
        index = open_index(settings)
    encoder = open_encoder(settings)
    encoder.encode_queries(["知识产权"])
    return Assistant(settings, index, encoder)
