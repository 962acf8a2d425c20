"""Pairs of a statement and its quote: how they are read, counted and told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.__main__ import main
from eval.cases import FOLDER
from eval.pairs import Pair, as_json, as_text, counts, interval, judge, load_pairs
from eval.pairs_fit import cross_validate, fit, grouped

OWN = FOLDER / "pairs" / "plans.jsonl"
MODELS = FOLDER / "pairs" / "models.jsonl"
TWISTED = FOLDER / "pairs" / "plans_more.jsonl"
LINE = {"statement": "到2022年达到75件", "quote": "到2022年,每万人有效发明专利拥有量达到75件。", "label": 1}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "pairs.jsonl"
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(("label", "supported"), [(1, True), ("1", True), (True, True), ("SUPPORTED", True), ("支持", True),
                                                  (0, False), (False, False), ("refuted", False), ("不支持", False), ("neutral", False)])
def test_labels(tmp_path: Path, label: object, supported: bool) -> None:
    pair, = load_pairs(written(tmp_path, LINE | {"label": label}))
    assert pair.supported is supported


def test_quotes_may_be_a_list_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    pairs = load_pairs(written(tmp_path, LINE | {"quote": ["甲。", "乙。"], "about": "珠海"}, "", LINE))
    assert [pair.quotes for pair in pairs] == [("甲。", "乙。"), (LINE["quote"],)]
    assert pairs[0].about == ("珠海",)


@pytest.mark.parametrize(("line", "remedy"), [
    ("{", "不是 JSON"), ("3", "JSON 对象"), ({"quote": "甲", "label": 1}, "statement"), ({"statement": "甲", "label": 1}, "quote"),
    (LINE | {"quote": []}, "quote"), (LINE | {"label": "maybe"}, "请写 1"), ({"statement": "甲", "quote": "乙"}, "label"),
])
def test_a_bad_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: object, remedy: str) -> None:
    assert main(["verify", "--pairs", str(written(tmp_path, LINE, line))]) == 1
    told = capsys.readouterr().err
    assert "第2行" in told
    assert remedy in told
    assert told.count("\n") == 1


def test_no_pairs_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--pairs", str(written(tmp_path, ""))]) == 1
    assert main(["verify", "--pairs", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err


def test_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, LINE, LINE | {"statement": "到2022年达到85件", "label": 0})
    assert main(["verify", "--pairs", str(path), "--json", str(tmp_path / "out.json")]) == 0
    assert "95% 区间" in capsys.readouterr().out
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert found["shown"]["accuracy"] == 1.0
    assert "85件" in found["pairs"][1]["reason"]


def test_interval() -> None:
    low, high = interval(90, 100)
    assert 0.82 < low < 0.84
    assert 0.94 < high < 0.95
    assert interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("path", [OWN, MODELS])
def test_our_own_pairs_pass_few_that_do_not_follow(path: Path) -> None:
    judged = judge(load_pairs(path))
    assert len(judged) >= 200
    found = counts(judged, strict=True)
    assert found["passed"] <= 0.02 * (found["passed"] + found["caught"]), [each.pair.statement for each in judged
                                                                           if each.shown and not each.pair.supported]
    assert found["kept"] >= 0.8 * (found["kept"] + found["lost"])
    assert set(as_json(judged)) == {"likeness", "shown", "pairs"}
    assert "无依据而放过" in as_text(judged)


def test_twisted_paraphrases_are_mostly_caught() -> None:
    """Claims made to mislead by one twist of the quote: harder than what a model writes, and not all are caught."""
    found = counts(judge(load_pairs(TWISTED)), strict=True)
    assert found["passed"] + found["caught"] >= 100
    assert found["passed"] <= 0.06 * (found["passed"] + found["caught"])
    assert found["kept"] >= 0.9 * (found["kept"] + found["lost"])


def test_halves_share_no_quote() -> None:
    pairs = load_pairs(OWN)
    tune, held = ({pair.quotes for pair in pairs if pair.half == half} for half in ("tune", "held"))
    assert tune
    assert held
    assert not tune & held


def test_fit_finds_what_separates_and_folds_keep_groups_together() -> None:
    rng = np.random.default_rng(3)
    labels = np.array([float(i % 2) for i in range(200)])
    table = np.column_stack([labels + rng.normal(0, 0.3, 200), rng.normal(0, 1, 200)])
    _, _, weights = fit(table, labels)
    assert weights[0] > 5 * abs(weights[1])
    pairs = [Pair(f"s{i}", (f"q{i // 4}",), bool(i % 2)) for i in range(200)]
    assert len(set(grouped(pairs))) == 50
    assert min(cross_validate(pairs, table, folds=5, shuffles=2)) > 0.85
