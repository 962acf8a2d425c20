"""Runs that lost a byte: the eight of the Chongqing plan, and the same damage inflicted on sound plans."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path

import pytest
from opencc import OpenCC

from ingest.model import Certainty, CleanText
from ingest.repair import repair
from ingest.repair.damage import inflict, tables

CORPUS = Path(__file__).parents[2] / "ingest" / "corpus"

EIGHT: list[tuple[int, str, str, Certainty]] = [
    (864, "?。ㄒ唬┘訌娍傮w", "（一）加強總體", "certain"),
    (1246, "?!藏熑螁挝唬菏兄R", "。〔責任單位：市知識", "inferred"),
    (2582, "?。▍^", "省（區", "inferred"),
    (3164, "?。ㄈ┘訌妼ν忾_", "（三）加強對外開", "inferred"),
    (7458, "?。ㄒ唬┘訌娊M", "（一）加強組", "certain"),
    (7626, "?。ǘ娀瘲l", "（二）強化條", "inferred"),
    (7819, "?。ㄈ┙∪珜嵤C", "（三）健全實施機", "inferred"),
    (8033, "?。ㄋ模┳⒅卦u", "（四）注重評", "certain"),
]
READ_ON = [
    "\n（一）加强总体设计和系统谋划,",
    "监测制度。〔责任单位：市知识产权局、市司法局",
    "促进西部省（区、市)与“一带一路”",
    "\n（三）加强对外开放和出海护航,",
    "\n（一）加强组织领导。",
    "\n（二）强化条件保障。",
    "\n（三）健全实施机制。",
    "\n（四）注重评价宣传。",
]


@lru_cache(maxsize=1)
def chongqing() -> CleanText:
    return repair(next(CORPUS.glob("000_*")).read_bytes().decode("utf-8"))


def test_the_eight_runs() -> None:
    runs = [repaired for repaired in chongqing().repairs if repaired.kind == "mojibake"]
    assert [(run.raw_start, run.before, run.after, run.certainty) for run in runs] == EIGHT
    assert all(chongqing().raw[run.raw_start : run.raw_end] == run.before for run in runs)


@pytest.mark.parametrize("text", READ_ON)
def test_the_text_reads_on(text: str) -> None:
    assert chongqing().text.count(text) == 1


@pytest.mark.parametrize(("at", "shown", "text", "certainty"), EIGHT)
def test_the_model_inflicts_just_these(at: int, shown: str, text: str, certainty: Certainty) -> None:
    sound = ("　" if text[0] == "（" else "") + text + "。"
    assert inflict(sound, 0, fold=True) == (shown, len(sound) - 1)
    assert chongqing().raw.startswith(shown, at)


def test_a_run_maps_to_its_raw_characters() -> None:
    got = chongqing()
    start = got.text.index("（一）加强总体设计")
    assert got.offsets.to_raw(start, start + 7) == (865, 873)
    start = got.text.index("省（区、市)")
    assert got.offsets.to_raw(start, start + 3) == (2582, 2586)


@pytest.mark.parametrize(
    "text",
    [
        "知识产权保护是什么?请看第三章。",
        "是否?如何?何时?第1季度",
        "Q: What is PCT?专利合作条约(PCT)是国际条约。",
        "???",
        "?",
        "？。一、总体要求",
    ],
)
def test_question_marks_are_no_damage(text: str) -> None:
    got = repair(text)
    assert got.text == text
    assert not got.repairs


def one_run(line: str, chance: random.Random) -> tuple[str, int, int]:
    """A damaged run and its place, with at least two misread characters: `?R` alone cannot be told from sound text."""
    for _ in range(99):
        at = chance.choice([at for at, char in enumerate(line[:-8]) if char in tables().pair])
        run, end = inflict(line, at, fold=chance.random() < 0.3)
        if sum(not char.isascii() for char in run) > 1:
            return run, at, end
    raise AssertionError(f"no run to be had in {line}")


def outcomes(plan: str, to_traditional: bool, seed: int, runs: int) -> dict[str, int]:
    """How many inflicted runs came back; or were marked as in doubt, wrongly inferred, left or changed unmarked."""
    sound = repair(next(CORPUS.glob(f"{plan}_*")).read_bytes().decode("utf-8")).text
    if to_traditional:
        sound = str(OpenCC("s2t").convert(sound))
    chance = random.Random(seed)
    lines, damaged = sound.split("\n"), []
    long = [at for at, line in enumerate(lines) if len(line) > 40 and " " not in line.strip()]
    chosen = set(chance.sample(long, runs))
    for number, line in enumerate(lines):
        if number in chosen:
            run, at, end = one_run(line, chance)
            damaged.append(line[:at] + run + line[end:])
        else:
            damaged.append(line)
    got = repair("\n".join(damaged))
    wanted = repair(sound).text.split("\n")
    counts = {"right": 0, "doubt": 0, "inferred": 0, "left": 0, "silent": 0}
    start = 0
    for number, (shown, mended, want) in enumerate(zip(damaged, got.text.split("\n"), wanted, strict=True)):
        here = [r for r in got.repairs if r.kind == "mojibake" and start <= r.raw_start < start + len(shown)]
        start += len(shown) + 1
        if number not in chosen:
            assert mended == want
            assert not here
        elif mended == want:
            counts["right"] += 1
        elif here:
            marks = {run.certainty for run in here}
            counts["inferred" if "inferred" in marks else "silent" if "certain" in marks else "doubt"] += 1
        else:
            counts["left"] += 1
    return counts


@pytest.mark.parametrize("plan", ["001", "003", "004"])
def test_damage_to_traditional_plans_is_undone_or_marked(plan: str) -> None:
    got = outcomes(plan, to_traditional=True, seed=7, runs=10)
    assert got["silent"] == got["left"] == got["inferred"] == 0, got
    assert got["right"] >= 3, got


def test_damage_to_a_simplified_plan_is_undone_or_marked() -> None:
    """Simplified text has no ASCII trail bytes: runs go on to the next ASCII character and are long and ambiguous."""
    got = outcomes("001", to_traditional=False, seed=7, runs=4)
    assert got["silent"] == got["left"] == got["inferred"] == 0, got
