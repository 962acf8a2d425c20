"""The composition point: `ask` is a LangChain runnable, understand → retrieve → compose → (a chat model words it) →
verify → reply."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.compose import compose, parts
from assistant.compose.guard import Guarded, guard
from assistant.compose.refusal import refuse
from assistant.generation.chat import ChatModel
from assistant.generation.generate import Limits, Written, opening, write
from assistant.generation.llm import open_chat
from assistant.generation.rewriting import agrees, suggest
from assistant.generation.telling import OnLine, Telling, add, notice_of, whole
from assistant.knowledge import Knowledge
from assistant.markdown import written
from assistant.model import Draft, DraftLine, Found, Notice, Question, Reply, Turn
from assistant.pointed import focused
from assistant.proof.verify import Verified, verify
from assistant.reading.language import unspaced
from assistant.reading.question import Reading, understand
from assistant.retrieve import retrieve
from assistant.settings import AssistantSettings
from ingest.encoder import Encoder, open_encoder
from ingest.errors import IndexMissing
from ingest.index import Index, open_index
from ingest.pipeline import build

Progress = Callable[..., None]

log = logging.getLogger(__name__)
PARTIAL = "向量检索暂时不可用，本次只按字词检索，可能漏掉说法不同的条款；请稍后再问一次。"


class _Stopped(Exception):
    """The reader does not want the answer any more."""


@dataclass(frozen=True, slots=True)
class State:
    """What flows through the chain."""

    question: Question
    timings: dict[str, float]
    telling: Telling
    guarded: Guarded | None = None
    reading: Reading | None = None
    found: Found | None = None
    draft: Draft | None = None
    written: Written | None = None
    verified: Verified | None = None


class Assistant:
    """An open index, its encoder and the chain over them. Safe to call from several threads.

    With `chat` a chat model words what is composed. `observe` hears what it wrote, proven or not: for evaluation.
    """

    def __init__(self, settings: AssistantSettings, index: Index, encoder: Encoder, chat: ChatModel | None = None,
                 observe: Callable[[Written], None] | None = None) -> None:
        self.settings = settings
        self.index = index
        self.encoder = encoder
        self.chat = chat
        self.observe = observe
        self.catalogue = index.catalogue
        self.knowledge = Knowledge(index.catalogue, settings.day)
        self._unit_names = self.catalogue.unit_names()
        self.chain: Runnable[State, State] = (
            RunnableLambda(self._timed("understand", self._understand))
            | RunnableLambda(self._timed("retrieve", self._retrieve))
            | RunnableLambda(self._timed("compose", self._compose))
            | RunnableLambda(self._generate)
            | RunnableLambda(self._timed("verify", self._verify))
        )

    def ask(self, question: Question, on_line: OnLine | None = None, cancelled: threading.Event | None = None) -> Reply:
        """The reply to one question. Never raises on the question's text.

        `on_line` hears the reply's text in pieces, each as soon as it is proven (a composed answer whole, at the end);
        joined they are `reply.text`. Once `cancelled` is set, work ends at the next step with what was said so far.
        """
        started = time.perf_counter()
        telling = Telling(time.monotonic() + self.settings.llm_deadline, on_line, cancelled)
        timings: dict[str, float] = {}
        try:
            reply = self._reply(self.chain.invoke(State(question, timings, telling)))
        except _Stopped:
            reply = self._stopped(telling)
        else:
            telling.say(reply.text)
        total = round((time.perf_counter() - started) * 1000, 2)
        return replace(reply, timings_ms={**timings, "total": total})

    def look(self, question: Question) -> tuple[Reading, Found]:
        """How a question is read and what is found for it, unanswered: for evaluation."""
        state = self._retrieve(self._understand(State(question, {}, Telling(time.monotonic() + self.settings.llm_deadline))))
        assert state.reading and state.found  # noqa: S101
        return state.reading, state.found

    def close(self) -> None:
        """Lets go of the index."""
        self.index.close()

    def _timed(self, name: str, step: Callable[[State], State]) -> Callable[[State], State]:
        def run(state: State) -> State:
            if state.telling.stopped:
                raise _Stopped
            started = time.perf_counter()
            result = step(state)
            state.timings[name] = round((time.perf_counter() - started) * 1000, 2)
            return result

        run.__name__ = name
        return run

    def _understand(self, state: State) -> State:
        guarded = guard(unspaced(state.question.text))
        safe = replace(state.question, text=guarded.text)
        reading = self._read(safe)
        if self.chat and self.settings.llm_rewrite and safe.history and not guarded.refusal:
            began = time.perf_counter()
            text = suggest(safe, self.chat, self._limits(state))
            state.timings["llm_rewrite_ms"] = round((time.perf_counter() - began) * 1000, 2)
            if text and guard(text) == Guarded(text) and agrees(other := self._read(replace(safe, text=text)), reading):
                reading = other
        return replace(state, guarded=guarded, reading=reading)

    def _read(self, question: Question) -> Reading:
        return understand(question, self.knowledge.metas, self._unit_names, self.catalogue.words, self.catalogue.marked)

    def _limits(self, state: State) -> Limits:
        return Limits(state.telling.due, self.settings.llm_deadline, self.settings.llm_max_tokens, state.telling.cancelled)

    def _retrieve(self, state: State) -> State:
        assert state.reading  # noqa: S101  set by the step before
        found = retrieve(state.reading, self.catalogue, self.index.vectors, self.encoder)
        reading, found = focused(state.reading, found, self.catalogue)
        return replace(state, found=found, reading=reading)

    def _compose(self, state: State) -> State:
        assert state.guarded and state.reading and state.found  # noqa: S101
        guarded = state.guarded
        if guarded.refusal:
            return replace(state, draft=guarded.refusal)
        reading, draft = self._parts(state, compose(state.reading, state.found, self.knowledge))
        if state.found.partial:
            draft = replace(draft, notices=(*draft.notices, Notice("partial", "", PARTIAL)))
        if guarded.notes:
            notes = tuple(DraftLine("remark", note) for note in guarded.notes)
            draft = replace(draft, lines=(*draft.lines, *notes))
        return replace(state, draft=draft, reading=reading)

    def _parts(self, state: State, draft: Draft) -> tuple[Reading, Draft]:
        """The answer with that to each part of the question that it leaves open; the reading with the plans of all of them."""
        assert state.reading and state.found  # noqa: S101
        reading = state.reading
        before: tuple[Turn, ...] = ()
        cited = tuple(dict.fromkeys(proof.clause_id.split("#")[0] for line in draft.lines for proof in line.proofs))
        narrowed = cited if draft.status == "answered" and cited else state.reading.scope.plan_ids if state.reading.scope.named else state.question.plan_ids
        for asked in parts.asking_parts(state.reading.asked) if state.reading.language == "zh" else ():
            question = replace(state.question, text=asked, history=(*state.question.history, *before), plan_ids=narrowed)
            part = self._read(question)
            elsewhere = self._read(replace(question, plan_ids=state.question.plan_ids))
            if elsewhere.scope.named and not set(elsewhere.scope.plan_ids) & set(narrowed):
                part = elsewhere                                  # another plan than that of the answer
            if parts.left_open(part, draft, self.knowledge):
                part, found = focused(part, retrieve(part, self.catalogue, self.index.vectors, self.encoder), self.catalogue)
                if parts.stated(part, found, self.knowledge):
                    draft = parts.joined(draft, compose(part, found, self.knowledge), asked)
                    reading = replace(reading, scope=reading.scope.joined(part.scope, self.knowledge.metas)) if part is elsewhere else reading
            before = (*before, Turn("user", asked))
        if asked := parts.of_value(state.reading, draft, state.found):
            part, found = self._focused(state, asked, narrowed)
            _, value = self._parts(replace(state, reading=part, found=found), compose(part, found, self.knowledge))
            draft = parts.joined(value, draft, asked) if value.status == "answered" else draft
        several = parts.matters(reading, state.found, self.knowledge) if draft.status != "clarify" else []
        there, absent = [matter for matter in several if not matter.absent], [matter for matter in several if matter.absent]
        open_ = [matter for matter in there if parts.untold(matter, draft, reading, self.knowledge)]
        alone = [(matter, self._alone(state, matter.asked, narrowed)) for matter in (open_ if before or not open_ else there)]
        return reading, parts.without(absent, parts.one_by_one(draft if before else None, alone) or draft)

    def _alone(self, state: State, asked: str, plan_ids: tuple[str, ...]) -> Draft:
        """The answer to another question in place of a reader's own."""
        return compose(*self._focused(state, asked, plan_ids), self.knowledge)

    def _focused(self, state: State, asked: str, plan_ids: tuple[str, ...]) -> tuple[Reading, Found]:
        """Another question in place of a reader's own, and what is found for it."""
        reading = self._read(replace(state.question, text=asked, plan_ids=plan_ids))
        return focused(reading, retrieve(reading, self.catalogue, self.index.vectors, self.encoder), self.catalogue)

    def _generate(self, state: State) -> State:
        """Lets the chat model word an answer. Refusals and questions back stay as they are composed."""
        assert state.guarded and state.reading and state.draft  # noqa: S101
        if self.chat is None or state.draft.status != "answered" or state.telling.stopped:
            return state
        composed, telling = state.draft, state.telling
        telling.lines = list(opening(composed))

        def on_line(line: DraftLine) -> None:
            add(line, telling.lines, composed, self.knowledge)
            draft = replace(composed, lines=tuple(telling.lines))
            telling.say(written(draft, verify(draft, state.reading.scope.plan_ids, self.knowledge)))  # type: ignore[union-attr]

        result = write(composed, state.reading, _told(state.guarded.text, state.question.profile), self.chat, self.knowledge, self._limits(state), on_line)
        if result is None:
            return state
        if self.observe:
            self.observe(result)
        state.timings.update({"llm_ms": result.ms, "llm_calls": result.calls, "llm_tokens": result.tokens})
        log.info("chat model %s, prompt %s %s: %d claims, %d rejected, %d calls, %.0f ms %s", result.model, result.prompt.name,
                 result.prompt.sha256[:12], len(result.judged), len(result.rejected), result.calls, result.ms, result.fault)
        return replace(state, draft=replace(composed, lines=whole(telling.lines, result, composed)), written=result)

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
        notices, generator = state.draft.notices, "extractive"
        if result := state.written:
            understood["model"] = {
                "name": result.model, "prompt": result.prompt.name, "prompt_sha256": result.prompt.sha256,
                "claims": len(result.judged), "rejected": len(result.rejected)}
            notices = (*notices, *([notice] if (notice := notice_of(result)) else []))
            generator = f"llm:{result.model}" if any(line.paraphrase for line, _ in state.verified.lines) else generator
        return Reply(
            uuid.uuid4().hex, state.draft.status, written(state.draft, state.verified), state.verified.claims,
            state.verified.citations, notices, state.draft.suggestions, generator, understood)

    def _stopped(self, telling: Telling) -> Reply:
        """What had been said when the reader stopped it."""
        scope = [meta.id for meta in self.knowledge.metas]
        verified = verify(Draft("answered", tuple(telling.lines)), scope, self.knowledge)
        notice = Notice("cancelled", "", "已按要求停止，回答不完整。")
        return Reply(uuid.uuid4().hex, "answered" if verified.claims else "refused", telling.text, verified.claims,
                     verified.citations, (notice,))


def _told(question: str, profile: Mapping[str, str]) -> str:
    """The question with what the reader said of themselves: a model that weighs measures has to know for whom."""
    about = "；".join(f"{name}：{value}" for name, value in profile.items() if value)
    return f"{question}（提问者——{about}）" if about else question


def open_assistant(settings: AssistantSettings | None = None, progress: Progress | None = None) -> Assistant:
    """Opens the index, building it first where there is none. IndexMismatch where another encoder made it."""
    settings = settings or AssistantSettings()
    try:
        index = open_index(settings)
    except IndexMissing:
        build(settings, progress=progress) if progress else build(settings)
        index = open_index(settings)
    encoder = open_encoder(settings)
    assistant = Assistant(settings, index, encoder, open_chat(settings))
    assistant.look(Question("知识产权质压融资"))     # what is loaded at first use is loaded now; the slip wakes the pinyin
    return assistant
