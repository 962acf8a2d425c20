"""Runs that lost a byte and were decoded one byte off, put right where one reading clearly wins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.repair.damage import LOST
from ingest.repair.draft import Draft, Edit, apply, one_to_one
from ingest.repair.language import learn
from ingest.repair.script import is_traditional
from ingest.repair.search import Lexicon, Reading, search

WINDOW = 100
EFFORT = 3000
"""How many raw characters are searched in one document before the rest is only looked at."""
CLEAR, CLEAR_CUT, PLAIN = 0.93, 0.995, 0.99
"""The share of probability a reading needs: one that ends by itself, one that was cut off, the undamaged one."""
SHORTEST_CUT = 5
GIBBERISH = -10.5
"""Mean log probability a character below which a text is no Chinese: plans have -3 to -7, misread runs -12."""

# `?。ㄒ唬┘訌娍傮w設計` (Chongqing 2024): a lost byte, then a character that GBK writes in two bytes.
SUSPECT = re.compile(f"[{LOST}](?=[!-/:-~]?[^\x00-\x7f])")


def mend_mojibake(draft: Draft) -> Draft:
    """The text with its misread runs restored; where no reading clearly wins, a Repair marked uncertain instead."""
    places = [match.start() for match in SUSPECT.finditer(draft.text)]
    return apply(draft, _edits(draft.text, places)) if places else draft


def _edits(text: str, places: list[int]) -> Iterator[Edit]:
    lexicon = Lexicon(learn(text), is_traditional(text))
    done = effort = 0
    for at in places:
        if at < done or effort > EFFORT:
            continue
        window = text[at : at + WINDOW].split("\n")[0] + "\n"
        found = search(window, text[max(0, at - 12) : at], lexicon)
        effort += max((reading.length for reading in found), default=len(window))
        edit = _judge(at, window, found)
        if edit is not None:
            yield edit
            done = edit.end


def _judge(at: int, window: str, found: list[Reading]) -> Edit | None:
    """What to do about the place: nothing, a repair, or a mark of doubt."""
    best = found[0]
    if best.end == 0:
        sound = best.share >= PLAIN and best.rate > GIBBERISH
        return None if sound else _unsure(at, window, found)
    clear = best.share >= CLEAR_CUT and best.end >= SHORTEST_CUT if best.cut else best.share >= CLEAR
    if not clear:
        return _unsure(at, window, found)
    spans = tuple((at + start, at + end) for start, end in best.spans)
    return Edit(at, at + best.end, best.text, spans, "mojibake", "inferred" if best.inferred else "certain")


def _unsure(at: int, window: str, found: list[Reading]) -> Edit:
    end = next((reading.end for reading in found if reading.end), len(window) - 1)
    return Edit(at, at + end, window[:end], one_to_one(at, at + end), "mojibake", "uncertain")
