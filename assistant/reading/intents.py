"""What kind of answer a question asks for, learned: where the patterns of the lexicon say nothing, or the wrong thing.

A softmax regression over the pieces of a question (one to three characters, hashed) and what the patterns made of it. The
names of plans, places and units are masked, so that nothing of the five plans is learned. The weights are data
(`data/intents.npz`), fitted by `python -m eval.intents_fit`. No model, no network, a tenth of a millisecond.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

WEIGHTS = Path(__file__).parents[1] / "data" / "intents.npz"
INTENTS = ("validity", "comparison", "schedule", "responsibility", "duties", "support", "definition", "target", "detail")
BUCKETS = 2048
LONGEST = 3
SAID = 0.3
"""How much what the patterns say counts beside the pieces, which have length 1 together."""
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|「[^」]*」")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_PLACES = re.compile(r"(?:某地)+")


def masked(text: str, names: Sequence[str], units: Sequence[str]) -> str:
    """A question without what its plans, places, units, numbers and quoted terms are called."""
    for unit in sorted(units, key=len, reverse=True):
        text = text.replace(unit, "某局")
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "某地")
    return _DIGITS.sub("9", _PLACES.sub("某地", _QUOTED.sub("某词", text)))


def features(text: str, said: str) -> Vector:
    """Of a masked question and the intent the patterns give it: (BUCKETS + len(INTENTS) + 2,)."""
    pieces: Vector = np.zeros(BUCKETS, dtype=np.float32)
    bounded = f"^{text}$"
    for size in range(1, LONGEST + 1):
        for at in range(len(bounded) - size + 1):
            pieces[zlib.crc32(bounded[at:at + size].encode()) % BUCKETS] += 1
    pieces = np.sqrt(pieces)
    known = [float(said == name) for name in INTENTS] + [float(text.count("某地") > 1), float("某局" in text)]
    return np.concatenate([pieces / np.linalg.norm(pieces), SAID * np.array(known, dtype=np.float32)])


def likely(text: str, said: str) -> tuple[str, float]:
    """The likeliest intent of a masked question, and how likely it is."""
    weights, bias = _weights()
    scores = features(text, said) @ weights + bias
    chances = np.exp(scores - scores.max())
    best = int(chances.argmax())
    return INTENTS[best], float(chances[best] / chances.sum())


@lru_cache(maxsize=1)
def _weights() -> tuple[Vector, Vector]:
    with np.load(WEIGHTS) as stored:
        return stored["weights"].astype(np.float32), stored["bias"].astype(np.float32)
