"""Tables of a PDF page by the rules drawn around their cells: which cell a character stands in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise

MOST = 5000
"""Drawn boxes of one page that are looked at; a drawing has more, a table has not."""
MOST_ROWS = 200
THIN = 2.5
"""A drawn box so thin, in points, is a rule; rules so close together are one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row between two rules: where it stands on the page and where its cells begin and end."""

    top: float
    bottom: float
    edges: tuple[float, ...]


def rows(boxes: Iterable[tuple[float, float, float, float]]) -> tuple[Row, ...]:
    """The rows of two cells and more among the drawn boxes (left, bottom, right, top), from the top of the page down."""
    across: list[tuple[float, float, float]] = []
    down: list[tuple[float, float, float]] = []
    for left, bottom, right, top in islice(boxes, MOST):
        if top - bottom <= THIN < right - left:
            across.append(((top + bottom) / 2, left, right))
        elif right - left <= THIN < top - bottom:
            down.append(((left + right) / 2, bottom, top))
        elif right - left > THIN and top - bottom > THIN:      # a cell drawn as one box
            across += [(top, left, right), (bottom, left, right)]
            down += [(left, bottom, top), (right, bottom, top)]
    levels = _merged(y for y, _, _ in across)[::-1]
    found = []
    for top, bottom in pairwise(levels[:MOST_ROWS]):
        middle = (top + bottom) / 2
        edges = _merged(x for x, low, high in down if low - THIN <= middle <= high + THIN)
        if len(edges) > 2 and top - bottom > 2 * THIN:
            found.append(Row(top, bottom, tuple(edges)))
    return tuple(found)


def place(table: tuple[Row, ...], x: float, y: float) -> tuple[int, int] | None:
    """(row, column) of the cell that holds a point; None outside every row."""
    for number, row in enumerate(table):
        if row.bottom <= y <= row.top and row.edges[0] <= x <= row.edges[-1]:
            return number, sum(edge <= x for edge in row.edges[1:-1])
    return None


def _merged(values: Iterable[float]) -> list[float]:
    """Values in order, those closer than a rule is thick taken for one."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > THIN:
            kept.append(value)
    return kept
