"""A table of contents is a skeleton: which headings a plan has, also those its body lost.

Headings missing from the body are put back where the text of the paragraphs fits them best. Such a place is a guess and
is marked as one: the sections are `inferred`, their boundaries reported.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.outline import Mark, line_end, lines_of, mark_at

_SKIP = -2.0
"""Cost of a section of the contents that gets no paragraph at all."""
_LEAD = 3.0
"""Weight of a paragraph's first sentence against the rest: it is its heading."""
_WORK = 400_000
"""Paragraphs times sections above which no place is looked for: no plan of this family comes near."""
_SPLIT = -3.0
"""Cost of a boundary between two paragraphs that open with the same word (坚持党的领导。… / 坚持各方协同。…)."""
_CUES = {
    "原则": "坚持", "目标": "更加|显著|全面提|持续增|展望|指标", "思想": "为指导", "文化": "文化|宣传|普及|教育",
    "组织": "组织|领导|考核", "经费": "经费|预算|财政", "评估": "监测|评估", "快保护": "快速|跨区域|协作", "省际": "省外|区域|经济带",
    "转化运用": "运营|转化|交易|老字号", "储备": "布局|商标|区域品牌|版权", "对外": "一带一路|国际|开放|海外", "形势": "机遇|挑战",
    "成就": "十三五|成效", "融合": "导航|标准|融合", "海外": "海外",
}
"""Words by which plans of this family carry out a heading that they do not repeat."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents. `leaf` entries have no entry of their own below them."""

    mark: Mark
    title: str
    end: int
    leaf: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """The entries, and where the table of contents stands."""

    entries: tuple[Entry, ...]
    start: int
    end: int


def read_contents(text: str) -> Contents | None:
    """The table of contents at the head of `text`: a line `目 录` and then nothing but headings, until they repeat."""
    spans = list(lines_of(text, 0, len(text)))
    for i, (left, right) in enumerate(spans[:40]):
        if re.sub(r"\s", "", text[left:right]) not in ("目录", "目次"):
            continue
        found: list[tuple[Mark, str, int]] = []
        for at, end in spans[i + 1:]:
            mark = mark_at(text, at, end)
            if mark is None:
                break
            title = re.sub(r"[.…·\s]*\d*$", "", text[mark.end:end]).strip()
            if found and heading_key(mark, title) == heading_key(found[0][0], found[0][1]):
                break
            found.append((mark, title, end))
        if len(found) >= 3:
            entries = tuple(
                Entry(mark, title, end, leaf=k + 1 == len(found) or found[k + 1][0].rank <= mark.rank)
                for k, (mark, title, end) in enumerate(found)
            )
            return Contents(entries, left, found[-1][2])
    return None


def restore_headings(text: str, contents: Contents, marks: Sequence[Mark], blocks: Sequence[tuple[int, int]]
                     ) -> list[tuple[int, Entry]]:
    """Where the entries that have no heading in the body begin, as (offset of a block, entry), in order.

    `marks` are the body's own headings, `blocks` its paragraphs (a box counts as one), both in order.
    """
    entries = contents.entries
    present = _match(entries, marks, text)
    leaves = [k for k, entry in enumerate(entries) if entry.leaf]
    bounds = sorted((mark.start, k) for k, mark in present.items())
    taken = {at for at, _ in bounds}
    free = [block for block in blocks if block[0] not in taken]
    begins = [block[0] for block in free]
    placed: list[tuple[int, Entry]] = []
    cuts = [*bounds, (len(text), len(entries))]
    for (at, first), (until, following) in pairwise(cuts):
        group = free[bisect_left(begins, at):bisect_left(begins, until)]
        inside = leaves[bisect_left(leaves, first):bisect_left(leaves, following)]
        if not group or not inside or len(group) * len(inside) > _WORK:
            continue
        starts = _divide([text[a:b] for a, b in group], [entries[k] for k in inside], _titles(entries, first))
        seen: set[int] = set()
        for leaf, index in zip(inside, starts, strict=True):
            for k in range(first, leaf + 1):
                if k in present or k in seen or (entries[k].leaf and k != leaf):
                    continue
                if entries[k].leaf and index is None:
                    continue
                seen.add(k)
                placed.append((group[index if index is not None else 0][0], entries[k]))
    placed += [(mark.start, entries[k - 1]) for k, mark in present.items() if _lost_parent(entries, present, k)]
    return sorted(placed, key=lambda item: (item[0], item[1].mark.start))


def _lost_parent(entries: Sequence[Entry], present: Mapping[int, Mark], k: int) -> bool:
    """Whether the heading just above `k` in the contents opens a chapter whose own heading the body lost."""
    return k > 0 and not entries[k - 1].leaf and k - 1 not in present


def _match(entries: Sequence[Entry], marks: Sequence[Mark], text: str) -> dict[int, Mark]:
    """Entries that stand in the body as headings, by position in the contents, found in order."""
    places: dict[tuple[str, int, str], list[int]] = {}
    for j, entry in enumerate(entries):
        places.setdefault(heading_key(entry.mark, entry.title), []).append(j)
    present: dict[int, Mark] = {}
    k = 0
    for mark in marks:
        known = places.get(heading_key(mark, text[mark.end:line_end(text, mark.end)]), [])
        at = bisect_left(known, k)
        if at < len(known):
            present[known[at]] = mark
            k = known[at] + 1
    return present


def heading_key(mark: Mark, title: str) -> tuple[str, int, str]:
    """A heading by its scheme, number and words, however it is spaced."""
    return mark.scheme, mark.number, re.sub(r"\s", "", title)


def _titles(entries: Sequence[Entry], first: int) -> str:
    """The chapter's own words fit every section below it, so they say nothing about where a section begins."""
    return entries[first].title if not entries[first].leaf else ""


def _bigrams(text: str) -> list[str]:
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    return [run[i:i + 2] for run in runs for i in range(len(run) - 1)]


def _divide(blocks: Sequence[str], leaves: Sequence[Entry], common: str) -> list[int | None]:
    """For each leaf the index of its first block, by the best monotone division; None for a leaf left empty."""
    grams = [Counter(_bigrams(block)) for block in blocks]
    leads = [Counter(_bigrams(re.split(r"[。|]", block, maxsplit=1)[0])) for block in blocks]
    weight = {
        gram: math.log(1 + (len(blocks) + 1) / (1 + sum(gram in g for g in grams)))
        for leaf in leaves for gram in set(_bigrams(leaf.title))
    }
    shared = Counter(gram for leaf in leaves for gram in set(_bigrams(leaf.title)))
    dull = set(_bigrams(common)) | {gram for gram, n in shared.items() if n > 1 and n * 2 >= len(leaves)}

    def score(block: int, leaf: Entry) -> float:
        words = set(_bigrams(leaf.title)) - dull
        fit = sum(weight[g] * (math.log1p(grams[block][g]) + _LEAD * (g in leads[block])) for g in words)
        lead = re.split(r"[。|]", blocks[block], maxsplit=1)[0][:60]
        hints = sum(bool(re.search(pattern, lead)) for cue, pattern in _CUES.items() if cue in leaf.title)
        return fit / math.sqrt(len(words) or 1) + _LEAD * hints

    def boundary(block: int) -> float:
        if blocks[block].startswith("专栏"):
            return -math.inf
        return _SPLIT if blocks[block][:2] == blocks[block - 1][:2] else 0.0

    best: list[list[float]] = [[-math.inf] * (len(leaves)) for _ in range(len(blocks))]
    back: list[list[int]] = [[0] * len(leaves) for _ in range(len(blocks))]
    for j in range(len(leaves)):
        best[0][j] = score(0, leaves[j]) + _SKIP * j
    for i in range(1, len(blocks)):
        for j in range(len(leaves)):
            options = [(best[i - 1][k] + (_SKIP * (j - k - 1) + boundary(i) if j > k else 0.0), k) for k in range(j + 1)]
            value, origin = max(options, key=lambda option: (option[0], option[1]))
            best[i][j], back[i][j] = value + score(i, leaves[j]), origin
    j = max(range(len(leaves)), key=lambda k: best[-1][k] + _SKIP * (len(leaves) - 1 - k))
    starts: list[int | None] = [None] * len(leaves)
    for i in range(len(blocks) - 1, -1, -1):
        starts[j] = i
        j = back[i][j] if i else j
    return starts
