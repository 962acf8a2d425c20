"""No regular expression of the packages takes long on a text made against it."""

from __future__ import annotations

import re
import signal
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from assistant.chain import Assistant
from assistant.compose.guard import guard
from assistant.model import Question
from ingest.front import _NOISE
from tests.attacks_on_patterns import attacks
from tests.patterns import ROOT, WORD, patterns

LENGTH = 600
LIMIT_S = 0.3
"""A square of 600 takes some milliseconds; a cube, or worse, takes longer than this."""


class _TooLong(Exception):
    pass


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, ring)     # the engine looks for signals while it backtracks
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_no_pattern_can_be_made_slow() -> None:
    slow = []
    found = patterns()
    assert len(found) > 600
    for where, pattern in found.items():
        for text in attacks(pattern, LENGTH):
            began = time.process_time()
            try:
                with alarm(3.0):
                    pattern.search(text)
            except _TooLong:
                slow.append(f"{where}: {text[:8]!r}…{text[-4:]!r} 3 s and more")
                break
            if (took := time.process_time() - began) > LIMIT_S:
                slow.append(f"{where}: {text[:8]!r}…{text[-4:]!r} {took:.2f} s")
                break
    assert slow == []


def test_patterns_that_are_put_together_are_among_them() -> None:
    """Out of data files, tables of strings, closures and functions, not only the literals."""
    texts = {pattern.pattern for pattern in patterns().values()}
    lexicon = tomllib.loads((ROOT / "assistant" / "data" / "lexicon.toml").read_text(encoding="utf-8"))
    english = tomllib.loads((ROOT / "assistant" / "data" / "english.toml").read_text(encoding="utf-8"))
    assert {"|".join(words) for part in ("intents", "values") for words in lexicon[part].values()} <= texts
    assert set(english["remarks"]) | set(english["notices"]) <= texts
    assert {each for _, each in _NOISE} <= texts
    assert any(text.startswith(f"(?:{WORD}") for text in texts if isinstance(text, str)), "a word that comes at run time"


def test_the_check_finds_what_it_is_for() -> None:
    for bad in (r"(?:市+)+县", r"(?:市|市市)*县$", r"市*市*市*市*县"):
        pattern = re.compile(bad)
        with pytest.raises(_TooLong), alarm(1.0):
            _try_all(pattern)


def _try_all(pattern: re.Pattern[str]) -> None:
    for text in attacks(pattern, LENGTH):
        pattern.search(text)


# Questions as long as they may be, found by the check above: the first took 12 s before its pattern was mended.
@pytest.mark.parametrize("piece", ["期延", "要为", "分头", "2022年", "【】"])
def test_a_question_made_to_be_slow_is_not(assistant: Assistant, piece: str) -> None:
    began = time.process_time()
    guard(piece * (2000 // len(piece)))
    assert time.process_time() - began < 0.5
    timings = assistant.ask(Question(piece * (2000 // len(piece)))).timings_ms
    assert timings.get("compose", 0) + timings.get("verify", 0) < 2000
