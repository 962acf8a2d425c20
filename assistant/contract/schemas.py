"""What the HTTP API takes and gives, as pydantic models. The shape of a reply is `assistant.render.to_dict`."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.contract.problems import Problem
from assistant.model import Question, Turn

MAX_QUESTION = 2_000
Scalar = str | int | float | bool | None
Short = Annotated[str, Field(max_length=200)]


class TurnIn(BaseModel):
    """An earlier message as a client sends it."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=20_000)]


class Scoped(BaseModel):
    """What narrows a question, wherever one is asked."""

    plan_ids: Annotated[list[Short], Field(max_length=200, description="只依据这些规划作答；编号见 /api/plans")] = []
    regions: Annotated[list[Short], Field(max_length=200, description="只依据这些地区的规划作答，如“珠海”")] = []
    profile: Annotated[dict[Short, Scalar | list[Scalar]], Field(
        max_length=50, description="提问企业的情况，如 {\"region\": \"黔江\", \"kind\": \"专精特新企业\"}")] = {}


class AskRequest(Scoped):
    """A question, with what narrows it and what was said before."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"question": "珠海到2022年每万人有效发明专利拥有量要达到多少件？"},
        {"question": "那配合单位呢？", "regions": ["珠海"], "history": [
            {"role": "user", "content": "珠海的商标和地理标志工作由谁牵头？"},
            {"role": "assistant", "content": "牵头单位：市市场监管局。[1]"}]},
        {"question": "我们能得到哪些专利质押融资支持？", "profile": {"region": "黔江", "kind": "专精特新企业"}, "stream": True},
    ]})

    question: Annotated[str, Field(description=f"问题，1 至 {MAX_QUESTION} 个字")]
    history: Annotated[list[TurnIn], Field(max_length=50, description="此前的对话，由早到晚；追问时给出")] = []
    stream: Annotated[bool, Field(description="true：以 SSE 逐句返回")] = False

    def to_question(self) -> Question:
        """The question in the assistant's own words, or a `Problem`."""
        return Question(
            text=checked(self.question),
            history=tuple(Turn(turn.role, _harmless(turn.content)) for turn in self.history),
            plan_ids=tuple(dict.fromkeys(self.plan_ids)),
            regions=tuple(dict.fromkeys(self.regions)),
            profile={_harmless(key): _flat(value) for key, value in self.profile.items()},
        )


class FeedbackRequest(BaseModel):
    """`POST /api/feedback`: what a reader thought of the reply `reply_id`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"reply_id": "3f1c0a", "rating": "wrong", "comment": "数字与原文不符"}]})

    reply_id: Annotated[str, Field(min_length=1, max_length=100)]
    rating: Literal["helpful", "unhelpful", "wrong"]
    comment: Annotated[str, Field(max_length=2_000)] = ""


class SpanOut(BaseModel):
    """A half-open range of the plan's text (`/api/plans/{id}/text`), in characters."""

    start: int
    end: int


class CitationOut(BaseModel):
    """The proof [n]: `text[start:end] == quote`, where `text` is that of `/api/plans/{plan_id}/text`."""

    n: int
    plan_id: str
    plan_title: str
    clause_id: str
    path: str
    quote: str
    start: int
    end: int
    source_file: str
    source_sha256: str
    marks: list[SpanOut] = []
    period_status: str = ""


class ClaimOut(BaseModel):
    """One statement of a reply with the numbers of the citations that prove it."""

    text: str
    citations: list[int]


class NoticeOut(BaseModel):
    """What a reader must know beside the answer, e.g. that the plan is over (`kind` expired)."""

    kind: str
    plan_id: str
    text: str


class ReplyOut(BaseModel):
    """A verified answer, a refusal or a question back."""

    id: str
    status: Literal["answered", "refused", "clarify"]
    text: str
    claims: list[ClaimOut]
    citations: list[CitationOut]
    notices: list[NoticeOut]
    suggestions: list[str]
    generator: str
    timings_ms: dict[str, float]
    understood: dict[str, object] = {}


class ErrorBody(BaseModel):
    """`code` is for programs and stable, `message` for people, `detail` depends on the code."""

    code: str
    message: str
    detail: Any = None


class ErrorOut(BaseModel):
    """The one body of everything that is refused."""

    error: ErrorBody


class PlanOut(BaseModel):
    """A plan in `GET /api/plans`."""

    id: str
    title: str
    region: str
    level: str
    issuer: str
    document_number: str
    issued: date | None
    period_start: date | None
    period_end: date | None
    period_basis: str
    period_quote: str
    period_status: str
    source_file: str
    source_sha256: str
    provenance: str


class ClauseRef(BaseModel):
    """A clause in an outline, without its text."""

    id: str
    kind: str
    number: str
    title: str
    path: str
    start: int
    end: int
    parent_id: str | None


class SectionOut(BaseModel):
    """A section of an outline with its own clauses."""

    id: str
    label: str
    title: str
    level: int
    parent_id: str | None
    start: int
    end: int
    inferred: bool
    clauses: list[ClauseRef]


class OutlineOut(PlanOut):
    """`GET /api/plans/{id}`. `unplaced` are clauses that stand before the first section."""

    sections: list[SectionOut]
    unplaced: list[ClauseRef]


class TextOut(BaseModel):
    """`GET /api/plans/{id}/text`: the text all offsets refer to. `sha256` is that of the file as received."""

    id: str
    text: str
    sha256: str
    characters: int


class ClauseOut(ClauseRef):
    """`GET /api/clauses/{clause_id}`."""

    plan_id: str
    plan_title: str
    period_status: str
    section_id: str
    section_path: list[str]
    cell: str | None
    certainty: str
    text: str
    raw_start: int
    raw_end: int
    previous: str | None
    next: str | None
    children: list[str]
    source_file: str
    source_sha256: str


class HealthOut(BaseModel):
    """`GET /api/health`: always 200; `status` says whether questions are answered."""

    status: Literal["starting", "ready", "error"]
    message: str
    version: str
    versions: dict[str, str]
    counts: dict[str, int]
    index: dict[str, str]


class FeedbackOut(BaseModel):
    """The receipt of a feedback."""

    id: str


def checked(text: str) -> str:
    """`text` as a question may be: not empty, not too long, no NUL, other control characters taken out."""
    if "\0" in text:
        raise Problem(422, "invalid_character", "问题中含有空字符，无法处理，请删除后重试。", "U+0000")
    question = _harmless(text).strip()
    if not question:
        raise Problem(422, "empty_question", "请输入问题。", "question")
    if len(question) > MAX_QUESTION:
        message = f"问题最长 {MAX_QUESTION:,} 个字，现有 {len(question):,} 个字，请缩短后重试。"
        raise Problem(422, "question_too_long", message, {"limit": MAX_QUESTION, "length": len(question)})
    return question


def _harmless(text: str) -> str:
    """Without control, invisible and unpaired characters; line breaks and tabs stay as what they are for: space."""
    return "".join(
        char if unicodedata.category(char) not in ("Cc", "Cf", "Cs") else " " if char in "\n\t" else "" for char in text
    )


def _flat(value: Scalar | list[Scalar]) -> str:
    if isinstance(value, list):
        return "、".join(_flat(each) for each in value if each is not None)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else _harmless(str(value))
