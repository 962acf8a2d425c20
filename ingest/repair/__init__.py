"""A raw file's text put right: spaces, misread bytes, inserted pinyin, script. Every difference is listed."""

from __future__ import annotations

from ingest.model import CleanText
from ingest.repair.draft import Draft, begin
from ingest.repair.mojibake import mend_mojibake
from ingest.repair.pinyin import mend_pinyin
from ingest.repair.script import mend_script
from ingest.repair.spaces import mend_spaces

PASSES = 4

__all__ = ["repair"]


def repair(raw: str) -> CleanText:
    """The normalised text of a plan with its map to the raw text and the list of its repairs.

    Passes repeat until one changes nothing, so that repairing a repaired text changes nothing either.
    """
    draft = _once(begin(raw))
    for _ in range(PASSES):
        mended = _once(draft)
        if mended.text == draft.text:
            break
        draft = mended
    return draft.finish(raw)


def _once(draft: Draft) -> Draft:
    spaced = mend_spaces(draft)
    mended = mend_mojibake(spaced)
    new = mended.repairs[len(spaced.repairs) :]
    doubts = [repair for repair in new if repair.certainty == "uncertain"]
    return mend_script(mend_pinyin(mended), doubts)
