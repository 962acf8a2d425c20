"""Inside one row of a work-plan table: title and goal, measures, steps of the schedule, units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.tables.marks import Step, is_units, measure_at, step_at
from ingest.tables.rows import Item, WorkRow
from ingest.tables.spans import Span, ends_sentence, tokens_of, trim

_OFFICE_ENDS = ("处", "室", "科", "中心", "处室", "科室", "部", "办")


@dataclass(frozen=True, slots=True)
class Body:
    """What follows a row's number. `units` are the cells of the unit columns in order.

    `cut_before_units` says that the text before the units does not end a sentence: either a page break cut it, or the
    first unit begins earlier than its form shows.
    """

    head: Span
    measures: tuple[Item, ...]
    schedule: tuple[Item, ...]
    units: tuple[Span, ...]
    cut_before_units: bool


def read_body(text: str, start: int, end: int, expected: int, *, titled: bool) -> Body:
    """Split the text after a row's number; the first measure is numbered `expected`.

    `titled` says that title and goal come first; else the head is the rest of a cell, perhaps with units behind it.
    """
    marks = _marks(text, start, end, expected)
    bounds = [*(at for at, _, _ in marks), end]
    measures: list[Item] = []
    schedule: list[Item] = []
    units: tuple[Span, ...] = ()
    cut = False
    for (at, what, sure), stop in zip(marks, bounds[1:], strict=True):
        content, cells = _tail_units(text, at, stop, 1)
        if cells and not units:
            units, cut = cells, not ends_sentence(content.of(text))
        elif cells:
            content, sure = trim(text, at, stop), False
        sure = sure and not _gaps(text, content)
        if isinstance(what, Step):
            schedule.append(Item(what.label, content, certain=sure, quarters=what.quarters, stage=what.stage))
        else:
            measures.append(Item(str(what), content, certain=sure))
    head = trim(text, start, bounds[0])
    if not units and (not titled or not marks):
        head, units = _tail_units(text, head.start, head.end, 0)
        cut = bool(units) and head.start < head.end and not ends_sentence(head.of(text))
    return Body(head, tuple(measures), tuple(schedule), units, cut)


def _marks(text: str, start: int, end: int, expected: int) -> list[tuple[int, Step | int, bool]]:
    marks: list[tuple[int, Step | int, bool]] = []
    for token in tokens_of(text, start, end):
        step = step_at(text, token.start, end)
        number = measure_at(text, token.start, end)
        new_line = text[:token.start].rstrip(" \t").endswith("\n")
        if step:
            marks.append((token.start, step, True))
        elif number and (number == expected or (new_line and number > expected)):
            marks.append((token.start, number, number == expected))
            expected = number + 1
    return marks


def _tail_units(text: str, start: int, end: int, least: int) -> tuple[Span, tuple[Span, ...]]:
    """The content (of `least` tokens) without the unit cells at its end, and these.

    A cell that ends in 、 goes on in the next token.
    """
    tokens = tokens_of(text, start, end)
    first = len(tokens)
    while first > least and is_units(tokens[first - 1].of(text)):
        first -= 1
    cells: list[Span] = []
    for token in tokens[first:]:
        if cells and text[cells[-1].end - 1] == "、":
            cells[-1] = Span(cells[-1].start, token.end)
        else:
            cells.append(token)
    return Span(start, tokens[first - 1].end if first else start), tuple(cells)


def _gaps(text: str, span: Span) -> list[int]:
    """Offsets where white space follows a sentence's end: another cell may begin there."""
    tokens = tokens_of(text, span.start, span.end)
    return [after.start for before, after in pairwise(tokens) if ends_sentence(before.of(text))]


def split_head(text: str, head: Span, has_goal: bool) -> tuple[Span, Span | None, bool]:
    """Title, goal and whether the place between them is sure.

    A space or 。 separates cells (`18.培育…示范企业。 申报培育25家…`); a line break alone may also be a wrapped title
    (`25.推动重点高校和科研机构建立知识产权管理机构\\n指导高校…`).
    """
    if not has_goal:
        return head, None, True
    tokens = tokens_of(text, head.start, head.end)
    if len(tokens) < 2:
        stop = text.find("。", head.start, head.end - 1)
        return (head, None, False) if stop < 0 else (Span(head.start, stop + 1), Span(stop + 1, head.end), False)
    closed = [at for at, token in enumerate(tokens[:-1]) if token.of(text).endswith("。")]
    at = closed[0] if closed else 0
    gap = text[tokens[at].end:tokens[at + 1].start]
    sure = closed == [0] or (len(tokens) == 2 and "\n" not in gap)
    return Span(head.start, tokens[at].end), Span(tokens[at + 1].start, head.end), sure


def unnumbered_measure(text: str, head: Span) -> tuple[Span, tuple[Item, ...]]:
    """The head of a row without numbered measures, and the measure that is its third cell, if there is one."""
    tokens = tokens_of(text, head.start, head.end)
    if len(tokens) != 3:
        return head, ()
    return Span(head.start, tokens[1].end), (Item("", tokens[2], certain=False),)


def assign_units(text: str, cells: tuple[Span, ...], columns: tuple[str, ...]) -> tuple[dict[str, Span], bool]:
    """Unit cells by column. The first executes, the last is the office, 配合单位 between them may be empty."""
    names = [name for name in ("execute", "support", "office") if name in columns]
    if len(cells) == len(names):
        return dict(zip(names, cells, strict=True)), True
    if not cells:
        return {}, False
    units = {"execute": cells[0]}
    if len(cells) == 1:
        return units, False
    if "office" in names:
        units["office"] = cells[-1]
    between = cells[1:-1] if "office" in names else cells[1:]
    if between:
        units["support"] = Span(between[0].start, between[-1].end)
    return units, not between and "support" in names and cells[-1].of(text).endswith(_OFFICE_ENDS)


def open_text(text: str, items: tuple[Item, ...]) -> bool:
    """Whether the last of `items` stops in the middle of a sentence."""
    return bool(items) and not ends_sentence(items[-1].span.of(text))


def split_fragment(text: str, row: WorkRow, body: Body) -> Body:
    """Find in a continuation the text that ends the sentence `row` was cut in.

    A cut measure goes on in the head, before the first measure; a cut step after it:
    `3.加强制度建设…提升服务能力。 理、服务规范、绩效考核等中心内部管理制度;…`.
    """
    measures, schedule, rest = body.measures, body.schedule, body.head
    cut_measure, cut_step = open_text(text, row.measures), open_text(text, row.schedule)
    if rest.start < rest.end:
        sure = cut_measure != cut_step
        if cut_step and not cut_measure:
            return replace(body, schedule=(_rest_of(row.schedule, rest, sure), *schedule))
        return replace(body, measures=(_rest_of(row.measures, rest, sure), *measures))
    gaps = _gaps(text, measures[0].span) if measures else []
    if cut_step and gaps:
        first = replace(measures[0], span=trim(text, measures[0].span.start, gaps[0]), certain=True)
        piece = _rest_of(row.schedule, Span(gaps[0], measures[0].span.end), len(gaps) == 1)
        return replace(body, measures=(first, *measures[1:]), schedule=(piece, *schedule))
    return body


def _rest_of(items: tuple[Item, ...], span: Span, sure: bool) -> Item:
    if not items:
        return Item("", span, continues_previous=True, certain=False)
    last = items[-1]
    return Item(last.label, span, True, sure, last.quarters, last.stage)
