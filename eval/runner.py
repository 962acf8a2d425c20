"""Ask every case, in process or over HTTP, and score the JSON reply either way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from eval.cases import Case
from eval.metrics import Score, Texts, score
from ingest.errors import PlanNotFound

if TYPE_CHECKING:
    from assistant.chain import Assistant

Ask = Callable[[Case], Mapping[str, Any]]
TIMEOUT_S = 120.0


class RunError(Exception):
    """The product cannot be asked: says what was tried and what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that answers, and the texts its citations are checked against."""

    ask: Ask
    texts: Texts
    name: str


def run(cases: Sequence[Case], target: Target) -> tuple[Score, ...]:
    """Ask the cases one after another; the first question is asked once more before, to warm up."""
    if cases:
        target.ask(cases[0])
    return tuple(_timed(case, target) for case in cases)


def _timed(case: Case, target: Target) -> Score:
    began = time.perf_counter()
    reply = target.ask(case)
    return score(case, reply, (time.perf_counter() - began) * 1000, target.texts)


def body(case: Case) -> dict[str, Any]:
    """The JSON body of POST /api/ask for a case."""
    history = [{"role": turn.role, "content": turn.content} for turn in case.history]
    return {"question": case.question, "history": history}


@contextmanager
def over_http(url: str, transport: httpx.BaseTransport | None = None) -> Iterator[Target]:
    """A running product at `url`. RunError when it does not answer or answers with an error status."""
    with httpx.Client(base_url=url.rstrip("/"), timeout=TIMEOUT_S, trust_env=False, transport=transport) as client:
        yield Target(
            ask=lambda case: _json(client, "POST", "/api/ask", body(case)),
            texts=Texts(
                plan=lru_cache(maxsize=64)(lambda plan_id: _plan_text(client, plan_id)),
                clause=lru_cache(maxsize=4096)(lambda clause_id: _clause_text(client, clause_id)),
            ),
            name=url,
        )


@contextmanager
def in_process() -> Iterator[Target]:
    """The product opened in this process with its settings from the environment; its index is built where missing."""
    from assistant.chain import open_assistant
    from assistant.model import Question, Turn
    from assistant.render import to_dict
    from assistant.settings import AssistantSettings

    assistant = open_assistant(AssistantSettings())

    def ask(case: Case) -> Mapping[str, Any]:
        history = tuple(Turn(turn.role, turn.content) for turn in case.history)
        reply: Mapping[str, Any] = json.loads(json.dumps(to_dict(assistant.ask(Question(case.question, history)))))
        return reply

    yield Target(ask, texts_of(assistant), "本进程")


def texts_of(assistant: Assistant) -> Texts:
    """The truth out of an open index."""
    catalogue = assistant.catalogue
    return Texts(
        plan=lambda plan_id: _known(catalogue.text, plan_id),
        clause=lambda clause_id: _known(lambda name: catalogue.clause(name).text, clause_id),
    )


def _known(read: Callable[[str], str], name: str) -> str | None:
    try:
        return read(name)
    except PlanNotFound:
        return None


def _json(client: httpx.Client, method: str, path: str, sent: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    response = _send(client, method, path, sent)
    if response.status_code != httpx.codes.OK:
        raise RunError(f"{client.base_url}{path} 返回 {response.status_code}：{response.text[:200]}")
    answer = response.json()
    if not isinstance(answer, dict):
        raise RunError(f"{client.base_url}{path} 没有返回 JSON 对象")
    return answer


def _send(client: httpx.Client, method: str, path: str, sent: Mapping[str, Any] | None = None) -> httpx.Response:
    try:
        return client.request(method, path, json=sent)
    except httpx.HTTPError as error:
        raise RunError(f"连不上 {client.base_url}：{error}。请先运行 python app.py，或改 --url") from error


def _plan_text(client: httpx.Client, plan_id: str) -> str | None:
    response = _send(client, "GET", f"/api/plans/{quote(plan_id, safe='')}/text")
    if response.status_code != httpx.codes.OK:
        return None
    if "json" not in response.headers.get("content-type", ""):
        return response.text
    answer = response.json()
    return answer if isinstance(answer, str) else answer.get("text")


def _clause_text(client: httpx.Client, clause_id: str) -> str | None:
    response = _send(client, "GET", f"/api/clauses/{quote(clause_id, safe='')}")
    return response.json().get("text") if response.status_code == httpx.codes.OK else None
