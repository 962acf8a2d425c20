"""Marks and paragraphs → sections and clauses with stable ids and spans.

Ids follow the document's own numbering: `3.2.1` is 三、（二）1. or 第三章第二节 1.; what the document does not number gets a
letter: `p2` the second paragraph, `d3` the third dash item, `box4` 专栏4. A number used twice under one heading gets `~2`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ingest.kinds import kind_of, paragraph_kind
from ingest.model import INFERRED, Certainty, Clause, ClauseKind, Section
from ingest.outline import ORDER, Mark, lines_of, mark_at

_TITLE = 60
_LEAD = 42
_CONTAINERS = ("chapter", "part", "han", "paren_han", "box")
_LISTED = re.compile(r"[（(〔【]?(?:责任|牵头|主办|主责|负责|配合|参与)(?:单位|部门)[:：]")              # 责任单位：市知识产权局


@dataclass(slots=True)
class Node:
    """A numbered unit while the tree grows. `lines` are the spans of its own text, its heading line first."""

    mark: Mark
    key: str
    lines: list[tuple[int, int]] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    until: int = -1
    title: str | None = None
    inferred: bool = False
    at: int = 0
    dashes: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading put back from the table of contents: where its section begins and where the contents name it."""

    at: int
    mark: Mark
    title: str


@dataclass(slots=True)
class Draft:
    """Sections and clauses of one plan, in order of emission. `tables` are the offsets where a table begins."""

    plan_id: str
    sections: list[Section] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)
    places: list[tuple[int, Section, str]] = field(default_factory=list)
    tables: frozenset[int] = frozenset()

    def fresh(self, key: str) -> str:
        """`key` as an id of this plan, made unique."""
        base = name = f"{self.plan_id}#{key}"
        n = self.used.get(base, 0)
        while name in self.used:
            n += 1
            name = f"{base}~{n}"
        self.used[name] = 1
        self.used[base] = max(n, 1)
        return name

    def open_section(self, section: Section, at: int, path: str) -> None:
        """Adds a section whose text begins at `at` (an inferred heading stands elsewhere)."""
        self.sections.append(section)
        self.places.append((at, section, path))

    def section_at(self, at: int) -> tuple[Section, str] | None:
        """The section open at `at`, and its path."""
        before = [place for place in self.places if place[0] <= at]
        return max(before, key=lambda place: (place[0], place[1].level))[1:] if before else None


def grow(text: str, marks: Sequence[Mark], restored: Sequence[Heading], regions: Sequence[tuple[int, int]],
         titles: dict[int, str]) -> Node:
    """The tree of numbered units. `titles` gives the title of a heading mark (by its start) where it is known."""
    root = Node(Mark("chapter", 0, "", 0, 0), "")
    lines = _Lines(text, regions)
    events: list[tuple[int, int, Mark, Heading | None]] = [(m.start, 1, m, None) for m in marks]
    events += [(h.at, 0, h.mark, h) for h in restored]
    events.sort(key=lambda event: (event[0], event[1], event[2].rank))
    stack = [root]
    root.lines = lines.between(0, events[0][0] if events else len(text))
    for i, (at, _, mark, heading) in enumerate(events):
        until = events[i + 1][0] if i + 1 < len(events) else len(text)
        while len(stack) > 1 and (_outer(stack[-1], mark) or 0 <= stack[-1].until <= at):
            stack.pop()
        parent = stack[-1]
        if any(node.mark.scheme == "article" for node in stack):
            owner = next(node for node in stack if node.mark.scheme == "article")
            owner.lines += lines.between(at, until)
            continue
        node = Node(mark, _key(mark, parent), title=heading.title if heading else titles.get(mark.start),
                    inferred=heading is not None, at=at)
        if mark.scheme == "box":
            node.until = _box_end(text, regions, at)
        parent.children.append(node)
        stack.append(node)
        start = at if heading else mark.end
        own = lines.between(start, until)
        end = min((n.until for n in stack if n.until >= 0), default=-1)
        if end >= 0:
            box = next(k for k, n in enumerate(stack) if n.until == end)
            stack[box - 1].lines += [line for line in own if line[0] >= end]
            own = [line for line in own if line[0] < end]
        node.lines = own
    return root


def _outer(node: Node, mark: Mark) -> bool:
    return ORDER.index(node.mark.scheme) >= mark.rank


def _key(mark: Mark, parent: Node) -> str:
    if mark.scheme == "dash":
        parent.dashes += 1
        return f"d{parent.dashes}"
    return f"box{mark.number}" if mark.scheme == "box" else str(mark.number)


class _Lines:
    """Line spans inside `regions`, without the cell separators at their ends."""

    def __init__(self, text: str, regions: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._regions = regions
        self._ends = [end for _, end in regions]

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The lines of `[start, end)`, in order."""
        found = []
        for a, b in self._regions[bisect_right(self._ends, start):]:
            if a >= end:
                break
            for left, right in lines_of(self._text, max(a, start), min(b, end)):
                trimmed = len(self._text[left:right].rstrip(" |"))
                if trimmed:
                    found.append((left, left + trimmed))
        return found


def _box_end(text: str, regions: Iterable[tuple[int, int]], at: int) -> int:
    """A box printed as a one-column table ends with the last line in a row that closes with `|`; any other box ends
    with the numbered items that follow its heading."""
    region = next((r for r in regions if r[0] <= at < r[1]), (at, len(text)))
    spans = lines_of(text, at, region[1])
    first, end = next(spans)
    piped = text[first:end].endswith("|")
    for left, right in spans:
        line = text[left:right]
        mark = mark_at(text, left, right)
        if mark is not None and mark.scheme in ("chapter", "part", "box"):
            break
        if line.endswith("|") if piped else re.match(r"\d{1,2}[.．﹒、]", line):
            end = right
            continue
        break
    return end


def emit(text: str, root: Node, draft: Draft) -> None:
    """Walks the tree and writes sections and clauses into `draft`."""
    for node in root.children:
        _emit(text, node, draft, None, [], "", 1, None)


def _emit(text: str, node: Node, draft: Draft, parent: str | None, trail: list[str], prefix: str, level: int,
          above: ClauseKind | None) -> None:
    key = f"{prefix}.{node.key}" if prefix else node.key
    label = node.mark.label
    first = node.lines[0] if node.lines and not node.inferred else None
    if first and _apart(text, node.mark.end, first[0]):
        first = None
    head_line = text[first[0]:first[1]] if first else ""
    heading = node.title is not None or node.mark.scheme in ("chapter", "part", "box") or _is_heading(head_line)
    container = bool(node.children) or (
        node.mark.scheme in _CONTAINERS and heading and (len(node.lines) > 1 or node.mark.scheme in ("chapter", "part"))
    ) or (heading and first is not None and _next(text, first[1]) in draft.tables)
    title = node.title if node.title is not None else head_line if heading else _lead(head_line)
    kind = kind_of("" if node.mark.scheme == "article" else title, above)
    name = f"{label}{' ' if node.mark.scheme in ('chapter', 'part') else ''}{title}"
    if not container:
        before: str | None = None
        for start, end in _pieces(text, node):
            ident = draft.fresh(key)
            draft.clauses.append(Clause(
                ident, draft.plan_id, parent or "", kind, "" if before else label, title, " › ".join([*trail, name]),
                text[start:end], start, end, 0, continues=before))
            before = ident
        return
    body = node.lines
    if node.inferred:
        span = (node.mark.start, node.mark.end)
    elif heading and first:
        span, body = (node.mark.start, first[1]), node.lines[1:]
    elif first and title:
        cut = first[0] + head_line.index(title) + len(title)
        cut += text[cut:cut + 1] in ("。", "：", ":")
        span = (node.mark.start, cut)
        rest = first[0] + len(text[first[0]:first[1]]) - cut
        body = ([(cut, first[1])] if rest else []) + node.lines[1:]
    else:
        span = (node.mark.start, node.mark.end)
    ident = draft.fresh(key)
    trail = [*trail, name + (INFERRED if node.inferred else "")]
    section = Section(ident, draft.plan_id, label, title, level, span[0], span[1], parent, node.inferred)
    draft.open_section(section, node.at, " › ".join(trail))
    certainty: Certainty = "inferred" if node.inferred else "certain"
    for n, (left, right) in enumerate(_with_lists(text, body), 1):
        lead = _paragraph_title(text[left:right])
        draft.clauses.append(Clause(
            draft.fresh(f"{key}.p{n}"), draft.plan_id, ident, paragraph_kind(text[left:right], kind), "", lead,
            " › ".join([*trail, lead] if lead else trail), text[left:right], left, right, 0, certainty=certainty))
    for child in node.children:
        _emit(text, child, draft, ident, trail, key, level + 1, kind)


def _next(text: str, at: int) -> int:
    """The offset of the next character that is not blank."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _pieces(text: str, node: Node) -> list[tuple[int, int]]:
    """The spans of a unit's own text: one, or several where lines set apart (a site line, a table) stand inside it."""
    found = [(node.mark.start, node.mark.end)]
    for left, right in node.lines:
        if _apart(text, found[-1][1], left):
            found.append((left, right))
        else:
            found[-1] = (found[-1][0], right)
    return found


def _apart(text: str, end: int, start: int) -> bool:
    return bool(text[end:start].strip(" |\n\t\u3000\ufeff"))


def _with_lists(text: str, lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Paragraphs, each with the list of its units where that stands on a line of its own."""
    found: list[tuple[int, int]] = []
    for left, right in lines:
        if found and _LISTED.match(text, left, right) and not text[found[-1][1]:left].strip():
            found[-1] = (found[-1][0], right)
        else:
            found.append((left, right))
    return found


def _is_heading(line: str) -> bool:
    return bool(line) and len(line) <= _TITLE and not re.search(r"[。；;：:]", line)


def _lead(line: str) -> str:
    """The first sentence of a numbered unit where it is short enough to be its title."""
    found = re.match(rf"[^。；;]{{2,{_LEAD}}}(?=。)", line)
    return found.group(0).strip() if found else ""


def _paragraph_title(line: str) -> str:
    """`严格知识产权司法保护。发挥司法保护的主导作用…` is titled by its first sentence."""
    found = re.match(rf"[^。，,；;：:]{{4,{_LEAD}}}(?=。\S)", line)
    return found.group(0) if found else ""


def number_clauses(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """Clauses in the order of the text, numbered."""
    ordered = sorted(clauses, key=lambda clause: (clause.start, clause.end))
    return tuple(replace(clause, order=n) for n, clause in enumerate(ordered))
