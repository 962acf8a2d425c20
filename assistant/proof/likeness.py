"""How likely a sentence in other words follows from a quote: a few plain measures of overlap and a logistic regression.

The weights are data (`data/likeness.json`), fitted by `python -m eval.pairs_fit`. No model, no network, about a millisecond.
The encoder's similarity was tried, by sentence and by token out of seven of its layers, also weighted by rarity, and added
nothing in cross-validation; nor did boosted trees and kernel machines.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean

from ingest.tokens import part_of_speech, tokens

_WORD = re.compile(r"[\u4e00-\u9fffa-z0-9]")
_CLAUSE = re.compile(r"[,。;:!?、]")
_SENTENCE = re.compile(r"[。!?;]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SOURCE = re.compile(r"\[\d{1,2}\]")
_LEAD = re.compile(r"^(此外|另外|同时|因此|总之|然而|但是|例如|比如|所以|综上所述|综上|首先|其次|最后|其中|不过|而且|并且|\d+[.、)]),?")
_PRONOUN = re.compile(r"[这该此其他她它那]")
# 种子的主要部分是( ) A胚芽 B胚乳: what poses a question supports no answer
_POSED = re.compile(r"题干|选项|试题|下列|\(\)|(?<![a-z0-9])[abcd][.、)]")
# 《巫师3:狂猎》, “民族之战”
_NAME = re.compile(r"《([^》]+)》|“([^”]+)”|\"([^\"]+)\"")
_LIGHT = frozenset("的了是在和与及或也而就都被把对于等为有以可这那其它他她们个之一种因此但并不会能到上中下")


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over standardised measures, in the order of `names`."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float


def likeness(claim: str, quotes: Sequence[str]) -> float:
    """0 … 1: at least a half where the quotes rather support the claim than not."""
    learned = _learned()
    found = measures(claim, quotes)
    total = learned.bias + sum(weight * (found[name] - mean) / scale for name, mean, scale, weight in
                               zip(learned.names, learned.means, learned.scales, learned.weights, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def measures(claim: str, quotes: Sequence[str]) -> dict[str, float]:
    """The measures by name. Long quotes cost time in proportion; a claim is taken up to 400 characters."""
    whole = _plain(claim)[:400]
    said = _LEAD.sub("", whole) or whole
    there = "。".join(_plain(_SOURCE.sub("。", quote)) for quote in quotes)
    pairs, known = _pairs(said), set(_pairs(there))
    kinds = set(pairs)
    clauses = [part for part in _CLAUSE.split(said) if len(part) >= 4] or [said]
    covered = [_share(_pairs(part), known) for part in clauses]
    sentences = [set(_pairs(part)) for part in _SENTENCE.split(there) if len(part) > 3] or [known]
    parts = [set(_pairs(part)) for part in clauses]
    words = tokens(said)
    content = [word for word in words if part_of_speech(word) != "particle" and word not in _LIGHT] or words
    missing = [word for word in words if word not in there]
    numbers, stated = _NUMBER.findall(said), set(_NUMBER.findall(there))
    foreign = sum(number not in stated for number in numbers)
    pieces = _pieces(said, there)
    turns = [a > b for (a, _), (b, _) in itertools.pairwise(pieces)]
    return {
        "window": _window(kinds, there, max(60, 2 * len(said)), 4),
        "missing_words": float(len(missing)),
        "missing_names": float(sum(part_of_speech(word) == "name" for word in missing)),
        "foreign_titles": float(sum(not any(name and name in there for name in names) for names in _NAME.findall(said))),
        "together": _together(content, there, max(60, 2 * len(said))),
        "in_order": _in_order(said, kinds, there),
        "clauses": float(len(clauses)),
        "missing_numbers": float(foreign),
        "known_numbers": 1 - foreign / len(numbers) if numbers else 1.0,
        "first_clause": covered[0],
        "least_clause": min(covered),
        "clause_sentences": fmean(max(len(each & part) for each in sentences) / max(1, len(part)) for part in parts),
        "worst_stretch": _worst(said, known, 12),
        "sentences": float(len([part for part in _SENTENCE.split(there) if len(part) > 1])),
        "content": float(sum(not (pair[0] in _LIGHT and pair[1] in _LIGHT) for pair in pairs)),
        "density": sum(size * size for _, size in pieces) / max(1, len(said)),
        "pieces": len(pieces) / max(1, len(said)),
        "turned": fmean(turns) if turns else 0.0,
        "pronoun": float(bool(_PRONOUN.match(said))),
        "posed": float(bool(_POSED.search(there))),
    }


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def _pairs(text: str) -> list[str]:
    return [a + b for a, b in itertools.pairwise(text) if _WORD.match(a) and _WORD.match(b)]


def _share(pairs: Sequence[str], known: set[str]) -> float:
    return sum(pair in known for pair in pairs) / max(1, len(pairs))


def _window(kinds: set[str], there: str, length: int, parts: int) -> float:
    """The largest share of the claim's character pairs in one window of the quotes."""
    step = max(10, length // parts)
    return max((len(kinds & set(_pairs(there[at:at + length]))) / max(1, len(kinds))
                for at in range(0, max(1, len(there) - length + step), step)), default=0.0)


def _together(words: Sequence[str], there: str, length: int) -> float:
    """The largest share of the claim's content words in one window of the quotes."""
    known = [word for word in words if word in there]
    windows = (there[at:at + length] for at in range(0, max(1, len(there) - length + 15), 15))
    return max((sum(word in window for word in known) for window in windows), default=0) / max(1, len(words))


def _pieces(said: str, there: str) -> list[tuple[int, int]]:
    """The claim read from left to right as the longest pieces that stand in the quotes: (place there, length)."""
    found, at = [], 0
    while at < len(said):
        size = 0
        while at + size < len(said) and said[at:at + size + 1] in there:
            size += 1
        if size >= 2:
            found.append((there.find(said[at:at + size]), size))
        at += max(1, size) if size >= 2 else 1
    return found


def _in_order(said: str, kinds: set[str], there: str) -> float:
    """The longest common subsequence with the window of the quotes that is most like the claim, as a share."""
    length, best = int(1.6 * len(said)) + 10, 0
    step = max(8, length // 5)
    starts = range(0, max(1, len(there) - length // 2), step)
    ranked = sorted(starts, key=lambda at: len(kinds & set(_pairs(there[at:at + length]))), reverse=True)
    for at in ranked[:3]:
        window = there[at:at + length]
        row = [0] * (len(window) + 1)
        for char in said:
            last = 0
            for j, other in enumerate(window, 1):
                last, row[j] = row[j], last + 1 if char == other else max(row[j], row[j - 1])
        best = max(best, row[-1])
    return best / max(1, len(said))


def _worst(said: str, known: set[str], width: int) -> float:
    """The smallest share of characters in a covered pair within `width` characters in a row."""
    held = [0] * len(said)
    for i in range(len(said) - 1):
        if said[i:i + 2] in known:
            held[i] = held[i + 1] = 1
    width = min(width, len(said))
    return min((sum(held[i:i + width]) / width for i in range(len(held) - width + 1)), default=0.0) if width else 0.0


@cache
def _learned() -> Weights:
    data = json.loads((Path(__file__).resolve().parent.parent / "data" / "likeness.json").read_text(encoding="utf-8"))
    return Weights(tuple(data["names"]), tuple(data["means"]), tuple(data["scales"]), tuple(data["weights"]), float(data["bias"]))
