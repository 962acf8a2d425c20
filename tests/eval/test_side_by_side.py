"""Composed, verified, unverified: a scripted model that says one true and one made-up sentence, side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.chain import Assistant
from assistant.generation.chat import Request
from eval.__main__ import main
from eval.cases import OWN_CASES, load_cases
from eval.runner import texts_of
from eval.side_by_side import compare, sample
from eval.side_by_side_report import as_html, as_json, as_text, grounded
from tests.assistant.scripted import scripted

MADE_UP = "每家企业可得5000万元补贴。"


def first_and_made_up(request: Request) -> str:
    """The first sentence of the evidence, and one of the model's own."""
    line = next(line for line in request.user.splitlines() if line.startswith("[E1]"))
    return f"{line.partition('。')[0]}。\n[E1] {MADE_UP}\n[E7] {MADE_UP}\n"


def test_the_table_shows_what_verification_takes_out(assistant: Assistant, tmp_path: Path) -> None:
    own = load_cases(OWN_CASES, "dev")
    cases = [case for kind, most in (("target_number", 6), ("unanswerable", 2)) for case in [c for c in own if c.kind == kind][:most]]
    done: list[int] = []
    claims = tmp_path / "claims.jsonl"
    run = compare(cases, assistant, scripted(first_and_made_up), texts_of(assistant), lambda n, _: done.append(n), claims)
    assert done == list(range(1, len(cases) + 1))
    assert run.asked >= 3
    assert all(MADE_UP not in str(one.reply["text"]) for one in run.scores["verified"])
    assert all(MADE_UP in str(one.reply["text"]) for one in run.scores["unverified"])
    assert grounded(run, "verified").value == grounded(run, "composed").value
    assert (grounded(run, "unverified").value or 0.0) < 0.6
    assert [one.sound for one in run.scores["verified"]] == [one.sound for one in run.scores["composed"]]
    assert not any(one.sound for one in run.scores["unverified"])
    rows = [json.loads(line) for line in claims.read_text(encoding="utf-8").splitlines()]
    assert rows == run.claims
    assert {row["verdict"] for row in rows} == {"accepted", "rejected"}
    assert all(row["quote"] and not row["reason"] for row in rows if row["verdict"] == "accepted")
    text = as_text(run, "试")
    assert "模型不核对" in text
    assert "未通过核对" in text
    assert MADE_UP in as_html(run, "试")
    assert json.loads(json.dumps(as_json(run)))["cases"] == len(cases)


def test_a_sample_is_spread_over_the_cases() -> None:
    cases = load_cases(OWN_CASES)
    chosen = sample(cases, 10)
    assert len(chosen) == 10
    assert len({case.kind for case in chosen}) >= 4
    assert sorted(case.id for case in sample(cases, None)) == sorted(case.id for case in cases)
    assert sample(cases, 5) == chosen[:5]


def test_a_model_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--llm", "http://127.0.0.1:9/v1"]) == 1
    assert "--model" in capsys.readouterr().err
