"""How people ask against how plans are written: the data of `data/lexicon.toml`, loaded once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.registry import registry

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`synonyms` widen a full-text query, `english` and `cantonese` turn words into the plans' own, `intents` and `values`
    are patterns, `stop` words carry no topic, `typed` and `small` are words that
    are recognised in pinyin, `places` are regions of China, `within` the province of each city and district,
    `headings` families of headings that plans use for the same part, `readers` what readers call their business,
    `matters` rights and procedures that a plan speaks of or does not, the longest first."""

    synonyms: Mapping[str, tuple[str, ...]]
    english: tuple[tuple[str, str], ...]
    cantonese: tuple[tuple[str, str], ...]
    intents: tuple[tuple[str, re.Pattern[str]], ...]
    values: tuple[tuple[str, re.Pattern[str]], ...]
    stop: frozenset[str]
    typed: tuple[str, ...]
    small: tuple[str, ...]
    places: tuple[str, ...]
    within: Mapping[str, str]
    headings: tuple[tuple[str, ...], ...]
    readers: Mapping[str, tuple[str, ...]]
    matters: tuple[str, ...]


@cache
def lexicon() -> Lexicon:
    """The one lexicon."""
    words = tomllib.loads((_DATA / "lexicon.toml").read_text(encoding="utf-8"))
    units = tomllib.loads((_DATA / "english.toml").read_text(encoding="utf-8"))["units"]
    spoken = {**{name.lower(): chinese for chinese, name in units.items()}, **words["english"]}
    return Lexicon(
        synonyms={**dict.fromkeys(words["abroad"]["places"], tuple(words["abroad"]["words"])),
                  **{word: tuple(more) for word, more in words["synonyms"].items()}},
        cantonese=tuple(words["cantonese"].items()),
        english=tuple(sorted(spoken.items(), key=lambda pair: -len(pair[0]))),
        intents=tuple((name, re.compile("|".join(patterns))) for name, patterns in words["intents"].items()),
        values=tuple((name, re.compile("|".join(patterns))) for name, patterns in words["values"].items()),
        stop=frozenset(words["stop"]["words"]),
        typed=tuple(words["pinyin"]["words"]),
        small=tuple(words["pinyin"]["small"]),
        places=registry().places,
        within=registry().within,
        headings=tuple(tuple(names) for names in words["headings"].values()),
        readers={kind: tuple(names) for kind, names in words["readers"].items()},
        matters=tuple(sorted(words["matters"]["words"], key=len, reverse=True)),
    )
