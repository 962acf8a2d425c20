"""Sentences that offer something: for whom, what kind of support, how strongly worded, any amount."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from ingest.model import MeasureFact, Strength
from ingest.sentences import split_sentences

_OFFERS = re.compile(
    r"支持|鼓励|引导|扶持|资助|奖励|补助|补贴|给予|提供|帮助|指导|培育|培训|优先|绿色通道|推广|开展|实施|搭建|设立|完善|探索|推动|落实|构建"
)
_AMOUNT = re.compile(r"\d+(?:\.\d+)?\s*(?:亿元|万元|元|%)(?:以上|左右)?")


@cache
def lexicon() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """`audiences`, `supports` and `strength`, each name with the words that show it."""
    path = Path(__file__).with_name("data") / "measures.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {part: {name: tuple(words) for name, words in names.items()} for part, names in data.items()}


def names_in(text: str, part: str) -> tuple[str, ...]:
    """Names of one part of the lexicon whose words occur in `text`."""
    return tuple(name for name, words in lexicon()[part].items() if any(word in text for word in words))


def read_measures(clause_id: str, text: str, start: int) -> tuple[MeasureFact, ...]:
    """Offers of a clause whose text begins at `start`, one a sentence."""
    facts = []
    for left, right in split_sentences(text):
        sentence = text[left:right]
        audiences = names_in(sentence, "audiences")
        if not audiences or not _OFFERS.search(sentence):
            continue
        strength = next((name for name, words in lexicon()["strength"].items()
                         if any(word in sentence for word in words)), "implement")
        facts.append(MeasureFact(clause_id, start + left, start + right, audiences, names_in(sentence, "supports"),
                                 cast(Strength, strength), tuple(_AMOUNT.findall(sentence))))
    return tuple(facts)
