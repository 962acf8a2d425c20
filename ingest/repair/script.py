"""Traditional to simplified script, the length of the text kept. The one module that uses OpenCC."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from opencc import OpenCC

from ingest.model import Repair
from ingest.repair.draft import Draft, Edit, apply, one_to_one

TRADITIONAL_SHARE = 0.5
HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


@lru_cache(maxsize=2)
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


@lru_cache(maxsize=65536)
def simplified(char: str) -> str:
    """The simplified form of one character, itself where it has none."""
    return _one(char, "t2s")


@lru_cache(maxsize=65536)
def traditional(char: str) -> str:
    """The usual traditional form of one character, itself where it has none."""
    return _one(char, "s2t")


def _one(char: str, name: str) -> str:
    if not HANZI.match(char):
        return char
    after = str(_converter(name).convert(char))
    return after if len(after) == 1 else char


def is_traditional(text: str) -> bool:
    """Whether most characters that tell the scripts apart are traditional ones.

    重慶市各區縣人民政府 is; 重庆市各区县人民政府 is not, nor is a simplified text that quotes a 於 or a 著.
    """
    old = new = 0
    for char, count in Counter(text).items():
        if simplified(char) != char:
            old += count
        elif traditional(char) != char:
            new += count
    return old > TRADITIONAL_SHARE * (old + new)


def mend_script(draft: Draft, doubts: Iterable[Repair] = ()) -> Draft:
    """A traditional document in simplified characters; any other document as it is.

    Runs in doubt stay: 訌娍傮w is no traditional Chinese.
    """
    if not is_traditional(draft.text):
        return draft
    doubtful = {at for doubt in doubts for at in range(doubt.raw_start, doubt.raw_end)}
    return apply(draft, _edits(draft, doubtful))


def _edits(draft: Draft, doubtful: set[int]) -> Iterator[Edit]:
    text = draft.text
    start = 0
    for line in text.splitlines(keepends=True):
        after = _line(line)
        if doubtful:
            after = "".join(old if draft.starts[start + i] in doubtful else after[i] for i, old in enumerate(line))
        at = 0
        while at < len(line):
            if line[at] == after[at]:
                at += 1
                continue
            stop = at + 1
            while stop < len(line) and line[stop] != after[stop] and _adjoin(draft, start + stop):
                stop += 1
            yield Edit(start + at, start + stop, after[at:stop], one_to_one(start + at, start + stop), "traditional")
            at = stop
        start += len(line)


def _adjoin(draft: Draft, at: int) -> bool:
    """Whether no raw character was dropped just before `at`, so that a repair's range holds only what it changed."""
    return draft.ends[at - 1] == draft.starts[at]


def _line(line: str) -> str:
    if not HANZI.search(line):
        return line
    try:
        after = str(_converter("t2s").convert(line))
    except UnicodeEncodeError:  # a lone surrogate: the line is not valid Unicode
        after = ""
    return after if len(after) == len(line) else "".join(map(simplified, line))
