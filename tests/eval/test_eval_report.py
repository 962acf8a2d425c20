"""What a run prints and writes, and the floors it is held to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.metrics import score
from eval.report import FloorError, as_html, as_json, as_text, shortfalls
from tests.eval.test_metrics import CASE, REFUSE, REFUSED, TEXTS, reply

SCORES = (score(CASE, reply(), 5.0, TEXTS), score(CASE, reply(text="<script>alert(1)</script>"), 9.0, TEXTS),
          score(REFUSE, reply(**REFUSED), 7.0, TEXTS))  # fmt: skip


def test_text_shows_failures_with_question_answer_and_evidence() -> None:
    text = as_text(SCORES, "样例")
    assert "完全可靠：66.7%（2/3，95% 区间 20.8%–93.9%）" in text
    assert "| target_number | 3 |" in text
    assert "| zhuhai-2019 | 2 |" in text
    failure = text.split("## 未达标 1 题")[1]
    for part in (CASE.question, "缺要点：75件", "<script>", "zhuhai-2019#1", "每万人有效发明专利拥有量达到75件"):
        assert part in failure


def test_json_holds_every_case() -> None:
    whole = json.loads(json.dumps(as_json(SCORES, "样例"), ensure_ascii=False))
    assert whole["overall"]["sound"]["hits"] == 2
    assert whole["by_plan"]["zhuhai-2019"]["cases"] == 2
    assert [one["sound"] for one in whole["results"]] == [True, False, True]


def test_html_is_escaped_and_self_contained() -> None:
    page = as_html(SCORES, "样例 & 其他")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page
    assert "样例 &amp; 其他" in page


@pytest.mark.parametrize(
    ("floors", "faults"),
    [
        ("[at_least]\nsound = 0.6\n[at_most]\nmixing = 0.0\np95_ms = 10", 0),
        ("[at_least]\nsound = 0.7\n[at_most]\np95_ms = 8", 2),
        ("[kinds.target_number]\npoints = 0.9", 1),
        ("[at_least]\nclarification = 1.0", 0),
    ],
)
def test_floors(tmp_path: Path, floors: str, faults: int) -> None:
    file = tmp_path / "floors.toml"
    file.write_text(floors, encoding="utf-8")
    assert len(shortfalls(SCORES, file)) == faults


def test_a_wrong_floor_is_told(tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    file.write_text("[at_least]\nsoundness = 1", encoding="utf-8")
    with pytest.raises(FloorError, match="soundness"):
        shortfalls(SCORES, file)
    with pytest.raises(FloorError, match="读不了"):
        shortfalls(SCORES, tmp_path / "none.toml")
