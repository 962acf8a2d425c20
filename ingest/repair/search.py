"""The damage of `damage.py` searched backwards: which texts, damaged, show exactly what the file shows?

A beam over the raw characters of a window that begins at a lost byte. A hypothesis is aligned (raw characters mean
themselves), has a pending byte (the lead of the next character is known), or an open lead (a pair vanished, or the
byte was lost). The undamaged reading competes with the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import exp, log

from ingest.repair.damage import Tables, readings, tables
from ingest.repair.language import FLOOR, fold_char
from ingest.repair.lexicon import Lexicon

WIDTH, OPEN_WIDTH, KEEP, DEPTH = 120, 24, 3, 3
DAMAGE = log(1e-3)
INDENT = log(0.3)
VANISHED = -2.0
SETTLED, DECIDED = 6, 12.0
BEHIND = 18.0

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Link:
    """One character of a hypothesis, and the ones before it."""

    char: str
    span: Span
    before: Link | None


@dataclass(frozen=True, slots=True)
class Guess:
    """A hypothesis: `lead` is a pending byte; `gone` the first byte of a vanished pair, 0 for the lost byte itself."""

    score: float
    context: str
    chain: Link | None
    lead: int = -1
    gone: int = -1
    end: int = 0
    inferred: bool = False
    cut: bool = False

    @property
    def aligned(self) -> bool:
        return self.lead < 0 and self.gone < 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that shows as `window[:end]`: its characters and their ranges in the window; `share` its posterior.

    `end` 0 is the undamaged reading. `inferred` says that a byte of it is not in the file, `cut` that an ASCII
    character broke the run off, so that its last byte is not either. `rate` is the mean log probability a character, `length` how many were looked at.
    """

    text: str
    spans: tuple[Span, ...]
    end: int
    share: float
    inferred: bool
    cut: bool
    rate: float
    length: int


def search(window: str, before: str, lexicon: Lexicon) -> list[Reading]:
    """The likeliest readings of `window`, best first, the undamaged one among them.

    `window[0]` is the lost byte, `before` the sound text in front of it.
    """
    context = "".join(map(fold_char, before.rstrip(" ")[-2:])) or "\n"
    look = _Look(window, lexicon, tables())
    lost = Guess(DAMAGE, context, None, gone=0)
    beam = [look.plain(Guess(0.0, context, None), 0), lost]
    for at in range(1, len(window)):
        grown = [look.plain(guess, at) for guess in beam if guess.aligned]
        opened = [guess for guess in beam if guess.gone >= 0]
        if at == 1:
            grown += look.indent(context)
        for guess in (guess for guess in beam if guess.lead >= 0):
            grown += look.close(guess, at)
            opened += look.vanish(guess, at)
        floor = max((guess.score for guess in grown), default=FLOOR * at) - BEHIND
        for depth in range(DEPTH):
            opened = sorted((g for g in opened if g.score > floor), key=_worst_last)[: OPEN_WIDTH >> depth]
            for guess in opened:
                grown += look.close_open(guess, at, floor)
            if depth + 1 < DEPTH:
                opened = [further for guess in opened for further in look.vanish_open(guess, at, floor)]
        beam = _prune(grown)
        if at >= SETTLED and _settled(beam):
            break
    return _readings(beam)


def _worst_last(guess: Guess) -> float:
    return -guess.score


def _settled(beam: list[Guess]) -> bool:
    """Whether the damage has ended in every hypothesis that still counts."""
    unsettled = (guess.score for guess in beam if not guess.aligned)
    return max(unsettled, default=-1e9) < beam[0].score - DECIDED


@dataclass(frozen=True, slots=True)
class _Look:
    """One window being read; `at` is the next raw character."""

    window: str
    lexicon: Lexicon
    known: Tables

    def indent(self, context: str) -> Iterator[Guess]:
        """`　（一）加強` at the start of a line: the trail byte left of an IDEOGRAPHIC SPACE; the space itself goes."""
        first, second = readings(self.window[1]) or (0, 0)
        if context.endswith("\n") and first == 0xA1 and second >= 0x80:
            yield Guess(DAMAGE + INDENT, context, None, second)

    def plain(self, guess: Guess, at: int) -> Guess:
        """The raw character read as itself."""
        return self._literal(guess, self.window[at], at, guess.end)

    def _literal(self, guess: Guess, char: str, at: int, end: int) -> Guess:
        folded = fold_char(char)
        score = guess.score + self.lexicon.language.score(guess.context, folded)
        chain = Link(char, (at, at + 1), guess.chain)
        return Guess(score, guess.context[-1:] + folded, chain, -1, -1, end, guess.inferred, guess.cut)

    def close(self, guess: Guess, at: int) -> Iterator[Guess]:
        """Ways to read the pending byte with the raw character `window[at]`."""
        span = (at - 1, at)
        yield from self._with_lead(frozenset((guess.lead,)), guess, at, span)
        shown = self.window[at]
        if shown.isascii():
            # cut off: `识PCT` after a pending byte; its trail byte makes no pair with ASCII and is lost too
            for char in self.lexicon.by_lead.get(guess.lead, ()):
                trail = self.known.pair[char][1]
                if trail >= 0x80 and (trail, ord(shown)) not in self.known.char:
                    yield self._cut_off(guess, char, span, at)

    def close_open(self, guess: Guess, at: int, floor: float) -> Iterator[Guess]:
        """As `close`, where the lead is not known."""
        yield from self._with_lead(self.known.droppable.get(guess.gone), guess, at, _span(guess, at), floor)
        shown = self.window[at]
        if shown.isascii() and guess.gone:
            for char, folded, _, trail in self.lexicon.ending[guess.gone]:
                likely = guess.score + self.lexicon.language.score(guess.context, folded) > floor
                if likely and (trail, ord(shown)) not in self.known.char:
                    yield self._cut_off(guess, char, _span(guess, at), at)

    def _cut_off(self, guess: Guess, char: str, span: Span, at: int) -> Guess:
        ended = self._literal(self._infer(guess, char, span, inferred=True), self.window[at], at, at)
        return replace(ended, cut=True)

    def vanish(self, guess: Guess, at: int) -> Iterator[Guess]:
        """The pending byte begins a character whose trail byte went with the next lead."""
        for char in self.lexicon.by_lead.get(guess.lead, ()):
            trail = self.known.pair[char][1]
            if trail in self.known.droppable:
                yield self._infer(guess, char, (at - 1, at), gone=trail, inferred=True)

    def vanish_open(self, guess: Guess, at: int, floor: float) -> Iterator[Guess]:
        """As `vanish`, where the lead is not known; only what scores above `floor`."""
        score = self.lexicon.language.score
        for char, folded, _, trail in self.lexicon.vanishing[guess.gone]:
            if guess.score + score(guess.context, folded) > floor:
                yield self._infer(guess, char, _span(guess, at), gone=trail, inferred=True)

    def _infer(
        self,
        guess: Guess,
        char: str,
        span: Span,
        *,
        lead: int = -1,
        gone: int = -1,
        end: int = 0,
        inferred: bool = False,
    ) -> Guess:
        """A character that is not in the file as it stands; unknown ones are as good as impossible."""
        folded = fold_char(char)
        score = guess.score + self.lexicon.language.score(guess.context, folded) + self.lexicon.cost.get(char, FLOOR)
        if gone > 0:
            score += VANISHED
        chain = Link(char, span, guess.chain)
        return Guess(score, guess.context[-1:] + folded, chain, lead, gone, end, inferred or guess.inferred)

    def _with_lead(
        self, leads: frozenset[int] | None, guess: Guess, at: int, span: Span, floor: float = -1e9
    ) -> Iterator[Guess]:
        shown = self.window[at]
        guessed = leads is None or len(leads) > 1
        pair = readings(shown)
        if pair is not None:
            first, second = pair
            for char in self._chars(leads, first):
                if guess.score + self.lexicon.language.score(guess.context, fold_char(char)) < floor:
                    continue
                if second >= 0x80:
                    yield self._infer(guess, char, span, lead=second, inferred=guessed)
                else:  # the pair swallowed an ASCII letter that stood in the text
                    yield self._literal(self._infer(guess, char, span, inferred=guessed), chr(second), at, at + 1)
        if shown.isascii() and 0x40 <= ord(shown) < 0x7F:
            for char in self._chars(leads, ord(shown)):
                yield self._infer(guess, char, (span[0], at + 1), end=at + 1, inferred=guessed)

    def _chars(self, leads: frozenset[int] | None, trail: int) -> Iterator[str]:
        if leads is not None and len(leads) == 1:
            (lead,) = leads
            char = self.known.char.get((lead, trail))
            if char is not None:
                yield char
            return
        for char in self.lexicon.by_trail.get(trail, ()):
            if leads is None or self.known.pair[char][0] in leads:
                yield char


def _span(guess: Guess, at: int) -> Span:
    """The raw range of a character with an unknown lead: the lost byte itself, or nothing."""
    return (at - 1, at) if guess.gone == 0 else (at, at)


def _prune(guesses: list[Guess]) -> list[Guess]:
    """The best few of each state, the best of all, nothing hopeless."""
    count: dict[tuple[int, int, str], int] = defaultdict(int)
    kept: list[Guess] = []
    ranked = sorted(guesses, key=lambda guess: -guess.score)
    for guess in ranked:
        state = (guess.lead, guess.gone, guess.context)
        whole = guess.aligned and not guess.end  # the undamaged reading stays in the running
        good = count[state] < KEEP and len(kept) < WIDTH and guess.score > ranked[0].score - BEHIND
        if good or whole:
            count[state] += 1
            kept.append(guess)
    return kept


def _readings(beam: list[Guess]) -> list[Reading]:
    aligned = [guess for guess in beam if guess.aligned]
    top = max(guess.score for guess in beam)
    total = sum(exp(guess.score - top) for guess in beam)
    shares: dict[str, float] = defaultdict(float)
    best: dict[str, Guess] = {}
    for guess in sorted(aligned, key=lambda guess: -guess.score):
        key = "".join(fold_char(link.char) for link in _links(guess))
        shares[key] += exp(guess.score - top) / total
        best.setdefault(key, guess)
    return [_reading(guess, shares[key]) for key, guess in best.items()]


def _links(guess: Guess) -> list[Link]:
    links = []
    link = guess.chain
    while link is not None:
        links.append(link)
        link = link.before
    return links[::-1]


def _reading(guess: Guess, share: float) -> Reading:
    links = _links(guess)
    length = len(links)
    links = [link for link in links if link.span[1] <= guess.end and guess.end]
    text = "".join(link.char for link in links)
    return Reading(
        text,
        tuple(link.span for link in links),
        guess.end,
        share,
        guess.inferred,
        guess.cut,
        guess.score / length,
        length,
    )
