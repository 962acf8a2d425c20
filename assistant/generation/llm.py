"""Any OpenAI-compatible server as the stream behind `assistant.generation.chat`, through LangChain's ChatOpenAI.

The client is imported only where a server is configured; the key is never in a message or a log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
from pydantic import SecretStr

from assistant.generation.chat import ChatFault, ChatModel, CutOff, Request, Stream
from assistant.settings import AssistantSettings

MAX_BYTES = 2_000_000
"""A response body larger than this is no answer."""

log = logging.getLogger(__name__)


def open_chat(settings: AssistantSettings) -> ChatModel | None:
    """The configured chat model; None where none is. A key that cannot be read is a fault of every call."""
    if not settings.llm_base_url:
        return None
    try:
        stream = _openai(settings, key_of(settings))
    except ChatFault as fault:
        log.error("chat model %s: %s", settings.llm_model, fault.reason)
        stream = _failing(fault.reason)
    return ChatModel(settings.llm_model, stream, timeout=settings.llm_timeout, retries=settings.llm_retries,
                     concurrency=settings.llm_concurrency, simple=settings.llm_simple)


def _failing(reason: str) -> Stream:
    def stream(request: Request) -> Iterator[str]:
        raise ChatFault(reason)

    return stream


def key_of(settings: AssistantSettings) -> SecretStr:
    """The key out of the environment or its file; a placeholder where the server wants none."""
    key = settings.llm_key.get_secret_value().strip()
    if settings.llm_key_file and not key:
        try:
            key = settings.llm_key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ChatFault("的密钥文件（IPPLAN_LLM_KEY_FILE）读不了") from error
    return SecretStr(key or "none")


def _openai(settings: AssistantSettings, key: SecretStr) -> Stream:
    from langchain_openai import ChatOpenAI

    client = httpx.Client(event_hooks={"response": [_bound]}, headers={"Accept-Encoding": "identity"})
    model = ChatOpenAI(
        model=settings.llm_model, base_url=settings.llm_base_url, api_key=key, temperature=0,
        max_retries=0, http_client=client, stream_usage=False)

    def stream(request: Request) -> Iterator[str]:
        # max_tokens in the body as it is: LangChain would rename it to what only newer servers know
        ended = ""
        seconds = min(request.seconds, settings.llm_timeout)
        for chunk in model.stream([("system", request.system), ("human", request.user)], timeout=seconds,
                                  extra_body={"max_tokens": request.max_tokens}):
            ended = ended or str(chunk.response_metadata.get("finish_reason") or "")
            if isinstance(chunk.content, str) and chunk.content:
                yield chunk.content
        if not ended:
            raise ChatFault("中途断开")
        if ended == "length":
            raise CutOff("用完了字数")

    return stream


class _Counted(httpx.SyncByteStream):
    """A response's bytes, up to MAX_BYTES."""

    def __init__(self, inner: httpx.SyncByteStream) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for block in self._inner:
            size += len(block)
            if size > MAX_BYTES:
                raise ChatFault("返回的内容过长")
            yield block

    def close(self) -> None:
        self._inner.close()


def _bound(response: httpx.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ChatFault("返回了没有要求的压缩内容")
    assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101  the client is a synchronous one
    response.stream = _Counted(response.stream)
