"""Facts of the plans as the HTTP API gives them: units in their roles, targets, dates, the matrix of responsibilities."""

from __future__ import annotations

from pydantic import BaseModel


class Placed(BaseModel):
    """A fact at its place: `quote` is `text[quote_start:quote_end]` of the plan, and holds the fact."""

    clause_id: str
    plan_id: str
    plan_title: str
    period_status: str
    path: str
    quote: str
    quote_start: int
    quote_end: int


class NamingOut(Placed):
    """One place where a unit is named in a role. `clause_id` of a table row's unit is the cell that names it."""

    unit: str
    role: str
    word: str
    side: str
    complete: bool
    start: int
    end: int


class UnitOut(BaseModel):
    """A unit of government, how often it is named in which role, and every place where it is."""

    name: str
    plan_ids: list[str]
    roles: dict[str, int]
    clauses: int
    namings: list[NamingOut]


class UnitClauseOut(NamingOut):
    """A clause that names a unit, with its text; `start` and `end` are where it names it."""

    text: str


class IndicatorOut(Placed):
    """A target of a plan."""

    name: str
    value: str
    measure: str
    number: str
    base_value: str
    base_year: int | None
    target_year: int | None
    nature: str
    notes: list[str]
    units: list[str]
    start: int
    end: int


class ScheduleOut(Placed):
    """When something is to be done: quarters of `year`, or a stage, or a date as written in `label`.

    `row_id` is the table row (or the clause itself) that the date belongs to, `units` are those named there.
    """

    row_id: str
    label: str
    quarters: list[int]
    stage: int | None
    year: int | None
    certainty: str
    units: list[str]
    start: int
    end: int


class MatrixRow(BaseModel):
    """A clause that names at least one unit."""

    row_id: str
    plan_id: str
    plan_title: str
    period_status: str
    label: str
    path: str


class MatrixCell(NamingOut):
    """A naming and the row it belongs to."""

    row_id: str


class MatrixOut(BaseModel):
    """Who does what: `cells[i]` says that a unit has a role in the clause `row_id`."""

    units: list[str]
    rows: list[MatrixRow]
    cells: list[MatrixCell]
