"""A text under repair together with its map to the raw file; repairs are edits applied in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.model import Certainty, CleanText, OffsetMap, Repair, RepairKind


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `text[start:end]` by `after`; `spans[i]` is the range of the draft that `after[i]` comes from.

    An uncertain edit changes nothing and only leaves a Repair.
    """

    start: int
    end: int
    after: str
    spans: tuple[tuple[int, int], ...]
    kind: RepairKind
    certainty: Certainty = "certain"


@dataclass(frozen=True, slots=True)
class Draft:
    """Text, the raw range of each of its characters, and the repairs made so far."""

    text: str
    starts: list[int]
    ends: list[int]
    repairs: tuple[Repair, ...] = ()

    def finish(self, raw: str) -> CleanText:
        """The repaired text with repairs in raw order; a place that stayed in doubt is listed once, one that a later
        pass mended only as mended."""
        repairs: list[Repair] = []
        mended = [(each.kind, each.raw_start, each.raw_end) for each in self.repairs if each.certainty != "uncertain"]
        doubted = -1
        for repair in sorted(self.repairs, key=lambda repair: (repair.raw_start, repair.raw_end)):
            if repair.certainty == "uncertain":
                later = any(kind == repair.kind and start < repair.raw_end and repair.raw_start < end
                            for kind, start, end in mended)
                if repair.raw_start < doubted or later:
                    continue
                doubted = repair.raw_end
            repairs.append(repair)
        return CleanText(raw, self.text, OffsetMap(tuple(self.starts), tuple(self.ends)), tuple(repairs))


def begin(raw: str) -> Draft:
    """The untouched draft of a raw text."""
    places = list(range(len(raw) + 1))
    return Draft(raw, places[:-1], places[1:])


def one_to_one(start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Spans of an edit that keeps the length."""
    return tuple((at, at + 1) for at in range(start, end))


def apply(draft: Draft, edits: Iterable[Edit]) -> Draft:
    """The draft after edits that are in order and do not overlap."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    repairs: list[Repair] = []
    done = 0
    for edit in edits:
        before = draft.text[edit.start : edit.end]
        raw_start, raw_end = draft.starts[edit.start], draft.ends[edit.end - 1]
        if edit.certainty == "uncertain":
            repairs.append(Repair(edit.kind, raw_start, raw_end, before, before, "uncertain"))
            continue
        repairs.append(Repair(edit.kind, raw_start, raw_end, before, edit.after, edit.certainty))
        pieces += [draft.text[done : edit.start], edit.after]
        starts += draft.starts[done : edit.start]
        ends += draft.ends[done : edit.start]
        for start, end in edit.spans:
            at = draft.starts[start] if start < len(draft.starts) else draft.ends[-1]
            starts.append(at)
            ends.append(draft.ends[end - 1] if end > start else at)
        done = edit.end
    if not repairs:
        return draft
    if done == 0:  # nothing but uncertain places
        return Draft(draft.text, draft.starts, draft.ends, draft.repairs + tuple(repairs))
    pieces.append(draft.text[done:])
    starts += draft.starts[done:]
    ends += draft.ends[done:]
    return Draft("".join(pieces), starts, ends, draft.repairs + tuple(repairs))
