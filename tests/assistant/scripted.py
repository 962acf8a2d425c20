"""The fake at the one seam to a chat model: it says what it is told to, sentence by sentence, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from assistant.chain import Assistant
from assistant.generation.breaker import Breaker
from assistant.generation.chat import ChatModel, Request
from assistant.settings import AssistantSettings

Script = Callable[[Request], str]


def says(*claims: tuple[str, str] | tuple[str, str, str]) -> Script:
    """A draft of (text, key) or (text, key, quote), one JSON object a line."""
    return lambda _: "\n".join(
        json.dumps({"text": text, "evidence": [key], "quote": quote[0] if quote else ""}, ensure_ascii=False) for text, key, *quote in claims)


def scripted(*scripts: Script, asked: list[Request] | None = None, breaker: Breaker | None = None, piece: int = 7) -> ChatModel:
    """A model that follows one script a call, the last one from then on; `asked` gets every request."""
    calls = iter(range(1_000))

    def stream(request: Request) -> Iterator[str]:
        if asked is not None:
            asked.append(request)
        text = scripts[min(next(calls), len(scripts) - 1)](request)
        for at in range(0, len(text), piece):
            yield text[at:at + piece]

    return ChatModel("scripted", stream, timeout=5.0, breaker=breaker)


def with_model(assistant: Assistant, model: ChatModel | None, **settings: object) -> Assistant:
    """The same index and encoder with another chat model."""
    changed = assistant.settings.model_copy(update=settings)
    assert isinstance(changed, AssistantSettings)
    return Assistant(changed, assistant.index, assistant.encoder, model)
