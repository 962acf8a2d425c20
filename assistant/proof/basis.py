"""What a sentence in other words is compared with: folded texts, their sentences, the words that add nothing."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assistant.proof.words import fold

PIECE = re.compile(r"[。;!?]|\.{3,}|…+")
PART = re.compile(r"[,。;:!?]")
# 每1至2年, 2到3家: what a plan writes 1—2年
RANGE = re.compile(r"(?<=\d)[至到~](?=\d)")
# 形成两个机制, where a plan says 2个机制
COUNTED = re.compile(r"(?<![十百千万第])[两二三四五六七八九](?=[个家项次名件期场])")
HAN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Basis:
    """Folded texts: the quotes, their sentences, and what is known of the plan."""

    texts: tuple[str, ...]
    sentences: tuple[str, ...]
    about: tuple[str, ...]

    def holds(self, word: str) -> bool:
        return any(word in text for text in self.texts)

    def knows(self, word: str) -> bool:
        return self.holds(word) or any(word in text for text in self.about)


def basis_of(texts: Sequence[str], about: Sequence[str]) -> Basis:
    """Texts of a ground, made comparable."""
    folded = tuple(plain(text) for text in texts if text)
    return Basis(folded, tuple(each for text in folded for each in PIECE.split(text) if each), tuple(plain(each) for each in about))


def plain(text: str) -> str:
    """Folded, with one word for words of one sense."""
    folded = COUNTED.sub(lambda found: str("..两三四五六七八九".find(found[0].replace("二", "两"))), RANGE.sub("-", fold(text)))
    for word, others in meanings()["same"].items():
        for other in others:
            folded = folded.replace(other, word)
    return folded


@cache
def meanings() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).resolve().parent.parent / "data" / "entail.toml").read_text(encoding="utf-8"))


@cache
def soft() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, set(meanings()["soft"])), key=len, reverse=True)))


def han(text: str) -> str:
    return "".join(HAN.findall(text))


def pairs_of(text: str) -> list[str]:
    return [a + b for a, b in itertools.pairwise(text) if HAN.match(a) and HAN.match(b)]


def share(part: Sequence[str], text: str) -> float:
    return sum(pair in text for pair in part) / max(1, len(part))


def without(piece: str, about: Sequence[str]) -> str:
    """The sentence without the plan's name and region, which the quotes need not repeat."""
    for name in sorted(about, key=len, reverse=True):
        if 2 <= len(name) <= 30:
            piece = piece.replace(name, "")
    return piece
