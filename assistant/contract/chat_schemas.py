"""`POST /v1/chat/completions` as OpenAI's clients send it, and what of it means something here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.contract.problems import Problem
from assistant.contract.schemas import AskRequest, CitationOut, NoticeOut, Scoped, TurnIn
from assistant.model import Question

MAX_MESSAGES = 200
HISTORY = 50
REFUSED = ("tools", "functions", "logprobs", "top_logprobs", "audio", "prediction", "web_search_options")
"""Parameters that ask for something this interface has not: refused when they are set, so that nobody waits in vain."""


class TextPart(BaseModel):
    """A part of a message in several parts."""

    type: Annotated[str, Field(examples=["text"])]
    text: Annotated[str, Field(max_length=20_000)] = ""


class Message(BaseModel):
    """A message. `system` and `developer` messages are taken and not obeyed: only the plans are a source of truth."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=20_000)] | Annotated[list[TextPart], Field(max_length=100)] | None = None


class StreamOptions(BaseModel):
    """`include_usage`: a last chunk with the counts."""

    include_usage: bool | None = None


class ChatRequest(Scoped):
    """A chat as OpenAI's clients send it.

    Beside OpenAI's own fields: `plan_ids`, `regions`, `profile` as in `/api/ask` (the first two also in `metadata`, as
    comma-separated text), `append_sources` to have the sources written under the text.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [
        {"model": "ip-plan-assistant", "messages": [{"role": "user", "content": "贵州2025年商标有效注册量目标是多少？"}]},
        {"model": "ip-plan-assistant", "regions": ["黔江"], "stream": True, "stream_options": {"include_usage": True},
         "messages": [{"role": "system", "content": "请用中文回答。"}, {"role": "user", "content": "研发投入强度目标是多少？"}]},
    ]})

    messages: Annotated[list[Message], Field(min_length=1, max_length=MAX_MESSAGES)]
    model: Annotated[str, Field(max_length=200, description="可填任意名称；实际作答者见返回的 model")] = ""
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = None
    response_format: dict[str, Any] | None = None
    metadata: Annotated[dict[str, str], Field(max_length=16)] | None = None
    append_sources: Annotated[bool, Field(description="true：在正文之后列出依据（供不读 citations 的客户端使用）")] = False

    def to_question(self) -> Question:
        """The last user message as a question with what was said before, or a `Problem`."""
        self._refuse_what_is_not_there()
        spoken = [message for message in self.messages if message.role in ("user", "assistant")]
        if not spoken or spoken[-1].role != "user":
            raise Problem(400, "last_message_not_user", "最后一条消息须由用户（role 为 user）发出。", "messages")
        try:
            return AskRequest(
                question=_text(spoken[-1]), history=_turns(spoken[:-1]),
                plan_ids=self.plan_ids or self._listed("plan_ids"), regions=self.regions or self._listed("regions"),
                profile=self.profile,
            ).to_question()
        except ValidationError as error:     # a text of many parts, a list in `metadata`: too long
            raise Problem(422, "invalid_request", "消息或 metadata 中的内容过长，请缩短后重试。", "messages") from error

    def _refuse_what_is_not_there(self) -> None:
        if self.n is not None and self.n != 1:
            raise Problem(400, "unsupported_parameter", "每次只给出一个回答：n 须为 1。", "n")
        extra: Mapping[str, Any] = self.model_extra or {}
        for name in REFUSED:
            if extra.get(name):
                raise Problem(400, "unsupported_parameter", f"本接口不支持参数 {name}，请去掉后重试。", name)
        if any(each != "text" for each in extra.get("modalities") or ()):
            raise Problem(400, "unsupported_parameter", "本接口只返回文字，modalities 须为 [\"text\"]。", "modalities")
        if self.response_format and self.response_format.get("type", "text") != "text":
            raise Problem(400, "unsupported_parameter", "本接口只返回文字，response_format 的 type 须为 text。", "response_format")
        if any(message.role in ("tool", "function") for message in self.messages):
            raise Problem(400, "unsupported_message", "本接口不支持工具调用的消息。", "messages")

    def _listed(self, name: str) -> list[str]:
        return [part.strip() for part in (self.metadata or {}).get(name, "").replace("，", ",").replace("、", ",").split(",") if part.strip()]


def _turns(messages: Sequence[Message]) -> list[TurnIn]:
    """What was said before, the last `HISTORY` messages that say something."""
    turns = [TurnIn(role="user" if each.role == "user" else "assistant", content=text)
             for each in messages if (text := _text(each))]
    return turns[-HISTORY:]


def _text(message: Message) -> str:
    if isinstance(message.content, list):
        if any(part.type != "text" for part in message.content):
            raise Problem(400, "unsupported_content", "只支持文字消息，不支持图片、音频和文件。", "messages")
        return "\n".join(part.text for part in message.content)
    return message.content or ""


class Usage(BaseModel):
    """Counts estimated from the text (a Chinese character one token, four other characters one), not of any tokenizer."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    estimated: bool = True


class AnswerMessage(BaseModel):
    """The message of a completion with its proofs."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: str | None = None
    citations: list[CitationOut]
    annotations: list[dict[str, Any]] = []


class Choice(BaseModel):
    """The one choice."""

    index: int = 0
    message: AnswerMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class ChatCompletion(BaseModel):
    """OpenAI's chat completion, and beside it what `/api/ask` says: status, notices, claims, suggestions."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    status: str
    notices: list[NoticeOut]
    claims: list[dict[str, Any]]
    suggestions: list[str]
    generator: str


class ModelOut(BaseModel):
    """The one model there is."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class ModelList(BaseModel):
    """`GET /v1/models`."""

    object: Literal["list"] = "list"
    data: list[ModelOut]


class OpenAIErrorBody(BaseModel):
    """An error as OpenAI tells it."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIError(BaseModel):
    """The body of everything refused under `/v1/`."""

    error: OpenAIErrorBody
