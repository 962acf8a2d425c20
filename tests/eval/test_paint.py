"""What is said of how soon the embedded chat is seen. The measurement itself needs a calm machine: `python -m eval paint`."""

from __future__ import annotations

import json

from eval.bench.paint import as_json, as_table, of_rounds


def test_the_median_decides() -> None:
    paint = of_rounds([(120.0, 180.0, 4400, 60_000), (100.0, 150.0, 4400, 60_000), (900.0, 990.0, 4400, 60_000)])
    assert (paint.rounds, paint.paint_ms, paint.paint_p95_ms, paint.usable_ms) == (3, 120.0, 900.0, 180.0)
    assert paint.good()
    assert not of_rounds([(301.0, 310.0, 4400, 60_000)]).good()
    assert "| 120.0 毫秒 | 900.0 毫秒 |" in as_table(paint)
    assert "| 4.4 KB |" in as_table(paint)
    assert json.loads(as_json(paint))["chat_bytes"] == 60_000
