"""How a GBK text breaks when one byte is lost, as a forward model, and the tables to search it backwards.

The lead byte of a character is lost and shows as `?`; what follows is decoded one byte off, pairs that GBK does not
assign vanish, until an ASCII byte falls where a character begins: `。〔責任單位：市知識` is read as `?！藏熑螁挝唬菏兄R`
(D6AA D752, with the unassigned AAD7 gone and 52 shown as R). A later step may have made full-width forms half-width.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

LOST = "?\ufffd"
"""What a lost byte shows as."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tables:
    """GBK by pairs: `droppable[p]` are the leads q for which (p, q) is unassigned."""

    pair: dict[str, Pair]
    char: dict[Pair, str]
    droppable: dict[int, frozenset[int]]
    by_lead: dict[int, tuple[str, ...]]
    by_trail: dict[int, tuple[str, ...]]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The two-byte part of GBK, in every direction the search needs."""
    char: dict[Pair, str] = {}
    by_lead: dict[int, list[str]] = defaultdict(list)
    by_trail: dict[int, list[str]] = defaultdict(list)
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            got = bytes((lead, trail)).decode("gbk", errors="ignore")
            if len(got) == 1 and not got.isascii():
                char[lead, trail] = got
                by_lead[lead].append(got)
                by_trail[trail].append(got)
    drops = {p: frozenset(q for q in range(0x81, 0xFF) if (p, q) not in char) for p in range(0x80, 0xFF)}
    return Tables(
        {got: pair for pair, got in char.items()},
        char,
        {p: leads for p, leads in drops.items() if leads},
        {lead: tuple(chars) for lead, chars in by_lead.items()},
        {trail: tuple(chars) for trail, chars in by_trail.items()},
    )


def halfwidth(char: str) -> str:
    """A full-width form as its ASCII character: `！` → `!`."""
    return chr(ord(char) - 0xFEE0) if "\uff01" <= char <= "\uff5e" else char


def readings(char: str) -> Pair | None:
    """The byte pair a character of a damaged run stands for; a half-width one stands for its full-width form."""
    if char == " ":
        return 0xA1, 0xA1
    if "!" <= char <= "~":
        return tables().pair.get(chr(ord(char) + 0xFEE0))
    return tables().pair.get(char)


def inflict(text: str, at: int, fold: bool = False) -> tuple[str, int]:
    """(what is shown for `text[at:end]` when the lead byte of `text[at]` is lost, `end`).

    `fold` shows full-width forms in the run half-width. `text[at]` must be a GBK character.
    """
    known = tables()
    shown = ["?"]
    pending = known.pair[text[at]][1]
    for end in range(at + 1, len(text)):
        if pending < 0x80:
            return "".join(shown) + chr(pending), end
        char = text[end]
        if char.isascii():
            swallowed = known.char.get((pending, ord(char)))
            return "".join(shown) + (swallowed or char), end + 1
        if char not in known.pair:
            return "".join(shown), end
        lead, trail = known.pair[char]
        got = known.char.get((pending, lead), "")
        shown.append(halfwidth(got) if fold and got else got)
        pending = trail
    return "".join(shown) + (chr(pending) if pending < 0x80 else ""), len(text)
