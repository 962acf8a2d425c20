"""Runs that lost a byte and were decoded one byte off, put right where one reading clearly wins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.repair.damage import LOST
from ingest.repair.draft import Draft, Edit, apply, one_to_one
from ingest.repair.language import Language, fold, learn
from ingest.repair.lexicon import Lexicon
from ingest.repair.script import is_traditional, simplified
from ingest.repair.search import Reading, search

WINDOW = 100
EFFORT = 1000
"""How many raw characters are searched in one document before the rest is only looked at."""
CLEAR, CLEAR_CUT, PLAIN = 0.975, 0.995, 0.9
"""The share of probability a reading needs: one that ends by itself, one that was cut off, the undamaged one."""
SHORTEST_CUT, GLANCE, ODD = 5, 12, -9.5
GIBBERISH = -10.5
"""Mean log probability a character below which a text is no Chinese: plans have -3 to -7, misread runs -12."""

# `?。ㄒ唬┘訌娍傮w設計` (Chongqing 2024): a lost byte, then a character GBK writes in two bytes, or a folded one.
SUSPECT = re.compile(f"[{LOST}](?=[!-~]?[^\x00-\x7f])")


def mend_mojibake(draft: Draft) -> Draft:
    """The text with its misread runs restored; where no reading clearly wins, a Repair marked uncertain instead."""
    places = [match.start() for match in SUSPECT.finditer(draft.text)]
    return apply(draft, _edits(draft.text, places)) if places else draft


def _edits(text: str, places: list[int]) -> Iterator[Edit]:
    lexicon = Lexicon(learn(text), is_traditional(text))
    language = lexicon.language
    searched: dict[tuple[str, str], list[Reading]] = {}
    done = effort = 0
    for at in places:
        if at < done:
            continue
        window = text[at : at + WINDOW].split("\n", 1)[0] + "\n"
        before = text[max(0, at - 12) : at]
        if language.oddest(fold(window[:GLANCE])) > ODD:
            continue
        found = searched.get((before, window))
        if found is None and effort < EFFORT:
            found = searched[before, window] = search(window, before, lexicon)
            effort += max(reading.length for reading in found)
        edit = _judge(at, before, window, found, language) if found else _unsure(at, window, [])
        if edit is not None:
            if not lexicon.in_traditional and edit.certainty != "uncertain":  # a run that resisted the first pass
                edit = replace(edit, after="".join(map(simplified, edit.after)))
            yield edit
            done = edit.end


def _judge(at: int, before: str, window: str, found: list[Reading], language: Language) -> Edit | None:
    """What to do about the place: nothing, a repair, or a mark of doubt."""
    best = found[0]
    if best.end == 0:
        sound = best.share >= PLAIN and best.rate > GIBBERISH
        return None if sound else _unsure(at, window, found)
    clear = best.share >= CLEAR_CUT and best.end >= SHORTEST_CUT if best.cut else best.share >= CLEAR
    if not clear or not _usual(before, best.text, window[best.end :], language):
        return _unsure(at, window, found)
    spans = tuple((at + start, at + end) for start, end in best.spans)
    return Edit(at, at + best.end, best.text, spans, "mojibake", "inferred" if best.inferred else "certain")


def _usual(before: str, text: str, after: str, language: Language) -> bool:
    """Whether each character of a reading stands beside one it is known to stand beside: 花 in 場花價 does not."""
    whole = fold((before[-1:] or "\n") + text + after[:1])
    beside = [language.attested(whole[at : at + 2]) for at in range(len(whole) - 1)]
    return all(beside[at - 1] or beside[at] for at in range(1, len(text) + 1))


def _unsure(at: int, window: str, found: list[Reading]) -> Edit:
    end = next((reading.end for reading in found if reading.end), len(window) - 1)
    return Edit(at, at + end, window[:end], one_to_one(at, at + end), "mojibake", "uncertain")
