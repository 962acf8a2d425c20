"""What ingestion understands of a plan: frozen data, no behaviour beyond look-ups.

All offsets are half-open character offsets into `Plan.text`, the normalised text, unless a name says `raw`.
`plan.text[clause.start:clause.end] == clause.text` holds for every clause, section heading and boilerplate span.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ClauseKind = Literal["front", "text", "principle", "goal", "task", "safeguard", "indicator", "row", "cell", "note"]
"""front: title, notice, date lines; row: a table row (its cells are clauses of kind `cell` with `parent_id`)."""

CellKind = Literal["goal", "measure", "schedule", "units"]
Role = Literal["lead", "support", "execute", "office", "unstated"]
"""`unstated`: the list is cut off in the source before it says the role."""
Side = Literal["local", "national"]
Status = Literal["in_force", "over", "not_started", "unknown"]
Strength = Literal["stated", "implement", "support", "encourage", "explore"]
RepairKind = Literal["mojibake", "pinyin", "traditional", "space"]
Certainty = Literal["certain", "inferred", "uncertain"]
"""Of a fact: `certain` as written; `inferred` where a part of it (a year, a role, a character mended) is not written
there; `uncertain` where its words stand in a cell or a repair whose reading is in doubt (see ingest/certainty.py).
"""


@dataclass(frozen=True, slots=True)
class Repair:
    """One place where the normalised text differs from the raw file."""

    kind: RepairKind
    raw_start: int
    raw_end: int
    before: str
    after: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Normalised offset → raw offset. `starts[i]:ends[i]` is the raw range that character `i` of the text came from."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw range behind `text[start:end]`; an empty range maps to an empty one."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class CleanText:
    """The raw text, its repaired form and the map between them."""

    raw: str
    text: str
    offsets: OffsetMap
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class PlanMeta:
    """What `corpus.toml` or the text itself says of a plan. `period_quote` is a verbatim piece of the text, or ''."""

    id: str
    title: str
    file: str
    issuer: str
    region: str
    region_aliases: tuple[str, ...]
    level: str
    aliases: tuple[str, ...] = ()
    document_number: str = ""
    issued: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    period_basis: str = ""
    period_quote: str = ""
    provenance: str = ""

    def status(self, today: date) -> Status:
        """Whether the plan's period covers `today`."""
        if self.period_end is None:
            return "unknown"
        if today > self.period_end:
            return "over"
        if self.period_start is not None and today < self.period_start:
            return "not_started"
        return "in_force"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading. An `inferred` one is missing from the body: its span points at the table of contents."""

    id: str
    plan_id: str
    label: str
    title: str
    level: int
    start: int
    end: int
    parent_id: str | None = None
    inferred: bool = False


INFERRED = "（标题按目录推定）"
"""Stands in a path behind a heading that the text lacks and its table of contents has."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest unit that states a task, a target or a safeguard, or one cell of a table row.

    `path` is for people ("二、共建任务 › （三）… › 8 提升…"), `number` the number as printed, `title` may be ''.
    `continues` names the clause whose sentence goes on here (a cell cut by a page break).
    """

    id: str
    plan_id: str
    section_id: str
    kind: ClauseKind
    number: str
    title: str
    path: str
    text: str
    start: int
    end: int
    order: int
    parent_id: str | None = None
    cell: CellKind | None = None
    continues: str | None = None
    certainty: Certainty = "certain"

    @property
    def headings(self) -> str:
        """`path` in the plan's own words, as it is searched: without what the reading of the file adds to it."""
        return self.path.replace(INFERRED, "")


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Text that is kept out of clauses, by name: letterhead, biography, site line, table header, contents, blank."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class UnitFact:
    """A unit of government named in a clause in a role. `word` is the text's own word for the role.

    `complete` is False where the source cuts the list off, so that no answer calls it the whole list.
    """

    clause_id: str
    unit: str
    role: Role
    word: str
    start: int
    end: int
    side: Side = "local"
    collective: bool = False
    complete: bool = True
    certainty: Certainty = "certain"


@dataclass(frozen=True, slots=True)
class IndicatorFact:
    """A target: `name` reaches `value` (as written, with 以上 or 左右) `measure` (亿元, 件, %) by `target_year`."""

    clause_id: str
    name: str
    value: str
    measure: str
    start: int
    end: int
    number: str = ""
    base_value: str = ""
    base_year: int | None = None
    target_year: int | None = None
    nature: str = ""
    notes: tuple[str, ...] = ()
    certainty: Certainty = "certain"


@dataclass(frozen=True, slots=True)
class ScheduleFact:
    """When: `label` as written (第二--四季度), the quarters or stages it covers, the year."""

    clause_id: str
    label: str
    start: int
    end: int
    quarters: tuple[int, ...] = ()
    stage: int | None = None
    year: int | None = None
    certainty: Certainty = "certain"


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """One sentence that offers support: for whom, of what kind, how strongly worded, any amount or condition.

    `amounts` (`每件奖励5万元`, `最高不超过50万元`) and `conditions` (`对首次通过认定的企业`) are pieces of the text;
    `amount_starts` and `condition_starts` are where each of them begins in it. `audiences` is () where an amount is
    offered to nobody by name.
    """

    clause_id: str
    start: int
    end: int
    audiences: tuple[str, ...]
    supports: tuple[str, ...]
    strength: Strength
    amounts: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    amount_starts: tuple[int, ...] = ()
    condition_starts: tuple[int, ...] = ()
    certainty: Certainty = "certain"


@dataclass(frozen=True, slots=True)
class Finding:
    """An entry of the honesty report. An `error` makes `check` fail."""

    grade: Literal["info", "warning", "error"]
    kind: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as understood."""

    meta: PlanMeta
    sha256: str
    raw: str
    text: str
    offsets: OffsetMap
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    boilerplate: tuple[Boilerplate, ...]
    repairs: tuple[Repair, ...] = ()
    units: tuple[UnitFact, ...] = ()
    indicators: tuple[IndicatorFact, ...] = ()
    schedules: tuple[ScheduleFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    @property
    def id(self) -> str:
        return self.meta.id


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded: a clause (or a piece of a long one) with the context it is read in.

    `text` is the embedded text without the encoder's prefix; `digest` changes when and only when `text` does.
    """

    id: str
    clause_id: str
    plan_id: str
    region: str
    text: str
    digest: str
