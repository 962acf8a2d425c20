"""The characters that a search tries in one document, indexed by what is left of their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ingest.repair.damage import halfwidth, tables
from ingest.repair.language import Language, fold_char
from ingest.repair.script import simplified, traditional

FOREIGN, WIDE = -0.5, -4.0
"""Log penalties of a character of the other script and of a full-width letter or digit, unless the document has it."""
COMMON = 900

Candidate = tuple[str, str, int, int]
"""A character, folded, its lead and trail byte."""


@dataclass(frozen=True)
class Lexicon:
    """The characters worth trying in one document, with how foreign each is to its script."""

    language: Language
    in_traditional: bool

    @cached_property
    def cost(self) -> dict[str, float]:
        found = {}
        for char in tables().pair:
            if self.language.known(fold_char(char)):
                other = traditional(char) if self.in_traditional else simplified(char)
                foreign = other != char and char not in self.language.written
                wide = halfwidth(char) != char and halfwidth(char).isalnum()
                found[char] = WIDE if wide else FOREIGN if foreign else 0.0
        return found

    @cached_property
    def by_lead(self) -> dict[int, tuple[str, ...]]:
        return {lead: tuple(c for c in chars if c in self.cost) for lead, chars in tables().by_lead.items()}

    @cached_property
    def by_trail(self) -> dict[int, tuple[str, ...]]:
        return {trail: tuple(c for c in chars if c in self.cost) for trail, chars in tables().by_trail.items()}

    @cached_property
    def common(self) -> tuple[Candidate, ...]:
        """The commonest characters, which are tried where neither byte of one is left in the file."""
        chars = sorted(self.cost, key=lambda c: self.cost[c] + self.language.score("", fold_char(c)), reverse=True)
        return tuple((char, fold_char(char), *tables().pair[char]) for char in chars[:COMMON])

    @cached_property
    def vanishing(self) -> dict[int, tuple[Candidate, ...]]:
        """Those of them that fit behind a vanished pair (by its first byte; 0: any lead) and can begin another one."""
        drops = tables().droppable
        open_ended = tuple(entry for entry in self.common if entry[3] in drops)
        return {0: open_ended, **{p: tuple(e for e in open_ended if e[2] in leads) for p, leads in drops.items()}}

    @cached_property
    def ending(self) -> dict[int, tuple[Candidate, ...]]:
        """Those of them that fit behind a vanished pair and end in a byte that shows as nothing before ASCII."""
        drops = tables().droppable
        return {p: tuple(e for e in self.common if e[2] in leads and e[3] >= 0x80) for p, leads in drops.items()}
