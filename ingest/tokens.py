"""Text → search tokens. The only module that knows jieba.

The dictionary is loaded once, lazily, into a private tokenizer and without jieba's cache file in the temporary folder:
counting it anew takes half a second, needs no writable place and trusts no file that somebody else could have left.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

WORDS = Path(__file__).resolve().parent / "data" / "words.txt"
# 33618 · 1+1+4 · pct · 55.14 · 12,345
_RUN = re.compile(r"[\u3400-\u9fff々〇]+|[a-z0-9]+(?:[.,+/&_\-][a-z0-9]+)*", re.ASCII)
_PART = re.compile(r"[a-z0-9]{2,}")
_PARTICLES = "cdefkmopqrtuyz"
_THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3})+$")


def tokens(text: str) -> list[str]:
    """Words of `text` in reading order: Chinese as jieba cuts it, latin and numbers lower-cased, no punctuation.

    A long word comes after all shorter ones inside it (jieba's search mode stops at three characters, so 质押融资 would
    not be found in 知识产权质押融资); `2019-2022` comes after its parts.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    return [token for run in _RUN.findall(folded) for token in _split(run)]


def is_word(text: str) -> bool:
    """Whether the dictionary has this word."""
    return bool(_tokenizer().FREQ.get(text))


@lru_cache(maxsize=1)
def domain_words() -> frozenset[str]:
    """Words of the domain, as `data/words.txt` lists them."""
    lines = (line.partition("#")[0].strip() for line in WORDS.read_text(encoding="utf-8").splitlines())
    return frozenset(filter(None, lines))


def part_of_speech(word: str) -> Literal["name", "verb", "particle"]:
    """What a word does in a sentence by jieba's dictionary: verbs and adjectives, particles (adverbs, pronouns, words of
    measure and time), or names of things, as which an unknown word counts."""
    tag = _tags().get(word, "")
    return "particle" if tag and tag in _PARTICLES else "verb" if tag else "name"


def _split(run: str) -> Iterator[str]:
    if ord(run[0]) > 127:
        tokenizer = _tokenizer()
        before = ""
        for word in tokenizer.cut(run, HMM=False):
            if len(word) == 1 and before and not {_tags().get(word, ""), _tags().get(before, "")} & set(_PARTICLES):
                yield before + word                   # 科创板 is no word of the dictionary: 科创, 创板
            before = word if len(word) == 1 else ""
            for size in range(2, len(word)):
                grams = (word[at : at + size] for at in range(len(word) - size + 1))
                yield from (gram for gram in grams if tokenizer.FREQ.get(gram))
            yield word
    elif _THOUSANDS.match(run):
        yield run.replace(",", "")
    else:
        for piece in run.split(","):
            parts = _PART.findall(piece)
            if "." not in piece and parts != [piece]:
                yield from parts
            yield piece


@lru_cache(maxsize=1)
def _tags() -> dict[str, str]:
    """The first letter of the tag of every word that is no name: 睡觉 v, 天天 t, 不能 v; not 融资 (vn, a verb used as a noun)."""
    import jieba

    found = {}
    with (Path(jieba.__file__).parent / "dict.txt").open(encoding="utf-8") as dictionary:
        for line in dictionary:
            word, _, tag = line.split()
            if tag[0] in _PARTICLES or (tag[0] in "va" and tag[1:2] != "n"):
                found[word] = tag[0]
    return found


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with (Path(jieba.__file__).parent / "dict.txt").open("rb") as dictionary:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(dictionary)
    tokenizer.initialized = True
    for word in sorted(domain_words()):
        tokenizer.add_word(word, freq=max(tokenizer.FREQ.get(word, 0), tokenizer.suggest_freq(word), 3))
    return tokenizer
