"""What the HTTP API takes and gives, as pydantic models. The shape of a reply is `assistant.render.to_dict`."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.model import Question, Turn
from assistant.problems import Problem

MAX_QUESTION = 2_000
Scalar = str | int | float | bool | None
Short = Annotated[str, Field(max_length=200)]


class TurnIn(BaseModel):
    """An earlier message as a client sends it."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=20_000)]


class AskRequest(BaseModel):
    """`POST /api/ask`."""

    question: str
    history: Annotated[list[TurnIn], Field(max_length=50)] = []
    plan_ids: Annotated[list[Short], Field(max_length=200)] = []
    regions: Annotated[list[Short], Field(max_length=200)] = []
    profile: Annotated[dict[Short, Scalar | list[Scalar]], Field(max_length=50)] = {}
    stream: bool = False

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

    model_config = ConfigDict(extra="forbid")

    reply_id: Annotated[str, Field(min_length=1, max_length=100)]
    rating: Literal["helpful", "unhelpful", "wrong"]
    comment: Annotated[str, Field(max_length=2_000)] = ""


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


class UnitOut(BaseModel):
    """A unit of government and how often it is named in which role."""

    name: str
    plan_ids: list[str]
    roles: dict[str, int]
    clauses: int


class UnitClauseOut(BaseModel):
    """A clause that names a unit; `start` and `end` are where it names it."""

    clause_id: str
    plan_id: str
    plan_title: str
    period_status: str
    path: str
    text: str
    unit: str
    role: str
    word: str
    side: str
    complete: bool
    start: int
    end: int


class IndicatorOut(BaseModel):
    """A target of a plan."""

    clause_id: str
    plan_id: str
    plan_title: str
    period_status: str
    path: str
    name: str
    value: str
    measure: str
    number: str
    base_value: str
    base_year: int | None
    target_year: int | None
    nature: str
    notes: list[str]
    start: int
    end: int


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
