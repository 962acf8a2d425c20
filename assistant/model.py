"""What goes in and out of the assistant: frozen data. The JSON form of a `Reply` is the HTTP contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingest.model import Clause

ReplyStatus = Literal["answered", "refused", "clarify"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks. `plan_ids` and `regions` narrow the scope; `profile` describes an enterprise."""

    text: str
    history: tuple[Turn, ...] = ()
    plan_ids: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    profile: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of a plan's normalised text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """The proof of a claim: `plan.text[start:end] == quote`. `marks` are the decisive sentences inside the quote."""

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
    marks: tuple[Span, ...] = ()
    period_status: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a reply with the numbers of its citations. `heading` claims carry no facts and no citation."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader must know beside the answer: `expired`, `cut_off`, `inferred`, `no_amount` …"""

    kind: str
    plan_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A verified answer, a refusal or a question back."""

    id: str
    status: ReplyStatus
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    notices: tuple[Notice, ...] = ()
    suggestions: tuple[str, ...] = ()
    generator: str = "extractive"
    understood: Mapping[str, object] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of a clause that a draft claim rests on, before it becomes a numbered citation."""

    clause_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line of a draft.

    `fact`: a statement about a plan, shown only with verified proofs. `heading`: groups what follows, shown only if
    something follows. `remark`: what the assistant says of itself or of what the plans lack; it carries no fact.
    Lines with a `column` one after another are the cells of a table, side by side in their `row`.
    `paraphrase`: a chat model's own wording, a sentence of a running paragraph; composed lines are held to the letter.
    """

    kind: Literal["fact", "heading", "remark"]
    text: str
    proofs: tuple[Proof, ...] = ()
    bullet: bool = False
    row: str = ""
    column: str = ""
    paraphrase: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before verification."""

    status: ReplyStatus
    lines: tuple[DraftLine, ...]
    notices: tuple[Notice, ...] = ()
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A clause that may carry the answer. `score` is comparable within one question only; `similarity` is the cosine;
    `coverage` is the share of the question's topic (weighted by rarity) that the clause and its headings hold."""

    clause: Clause
    score: float
    similarity: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Found:
    """All candidates, best first, and the weight of each topic word (rare words weigh more; unknown ones most).

    `partial`: the vectors could not be asked, and only what holds the question's words was found. `told`: the evidence is
    what is meant (what the answer before quoted, the second clause of a part), and no matter is to be found in it."""

    evidence: tuple[Evidence, ...]
    weights: Mapping[str, float]
    unknown: tuple[str, ...]
    partial: bool = False
    told: bool = False
