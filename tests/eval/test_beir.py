"""Third-party sets: reading, measures worked out by hand, full-text search over real tokens."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from eval.retrieval import BeirError, BeirSet, as_table, evaluate, in_one_script, lexical_search, load_set, measure
from ingest.encoder import Encoder

TEXTS = {"d1": "专利权质押合同自登记时设立。", "d2": "商标注册申请应当使用规定的文件。", "d3": "著作权属于作者。"}
BEIR = BeirSet(TEXTS, {"q1": "专利质押怎么登记", "q2": "谁是著作权人"}, {"q1": {"d1": 1}, "q2": {"d3": 1}})


def write(folder: Path, key: str = "id", heading: str = "") -> tuple[Path, Path, Path]:
    corpus, queries, qrels = folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels.tsv"
    corpus.write_text("\n".join(json.dumps({key: k, "text": v, "title": "题"}) for k, v in TEXTS.items()), "utf-8")
    queries.write_text("\n".join(json.dumps({key: k, "text": v}) for k, v in BEIR.queries.items()), "utf-8")
    qrels.write_text(f"{heading}q1\td1\t1\nq2\td3\t2\nq2\td2\t0\n", "utf-8")
    return corpus, queries, qrels


@pytest.mark.parametrize("key", ["id", "_id"])
@pytest.mark.parametrize("heading", ["", "query-id\tcorpus-id\tscore\n"])
def test_both_layouts(tmp_path: Path, key: str, heading: str) -> None:
    beir = load_set(*write(tmp_path, key, heading))
    assert beir.documents["d3"] == "题\n著作权属于作者。"
    assert beir.relevant == {"q1": {"d1": 1}, "q2": {"d3": 2}}


def test_a_relevant_document_that_is_missing_is_told(tmp_path: Path) -> None:
    corpus, queries, qrels = write(tmp_path)
    qrels.write_text("q1\td9\t1\n", "utf-8")
    with pytest.raises(BeirError, match="第 1 行"):
        load_set(corpus, queries, qrels)


def test_measures() -> None:
    beir = BeirSet({}, {"q": ""}, {"q": {"a": 1, "b": 1}})
    got = measure("手算", {"q": {"x": 4.0, "a": 3.0, "y": 2.0, "b": 1.0}}, beir)
    assert got.hit == {1: 0.0, 3: 1.0, 5: 1.0, 10: 1.0}
    assert got.recall_10 == 1.0
    assert got.mrr_10 == 0.5
    assert got.ndcg_10 == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3)))


def test_full_text_finds_words() -> None:
    found = lexical_search(BEIR, 10)
    assert next(iter(found["q1"])) == "d1"
    assert next(iter(found["q2"])) == "d3"


def test_scripts_meet() -> None:
    assert in_one_script("專利權質押登記") == "专利权质押登记"


class CharacterBags:
    """Vectors that count characters: an encoder small enough for a unit test."""

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray[Any, Any]:
        table = np.zeros((len(texts), 65536), dtype=np.float32)
        for row, text in enumerate(texts):
            for char in text:
                table[row, ord(char)] = 1
        return table / np.linalg.norm(table, axis=1, keepdims=True)

    encode_queries = encode_passages


def test_three_ways_are_measured_alike() -> None:
    def fuse(dense: dict[str, float], lexical: dict[str, float]) -> dict[str, float]:
        return {name: dense.get(name, 0) + lexical.get(name, 0) for name in {*dense, *lexical}}

    found = evaluate(BEIR, cast(Encoder, CharacterBags()), fuse, 10)
    assert [one.way for one in found] == ["向量", "全文", "融合"]
    assert all(one.hit[1] == 1.0 and one.ndcg_10 == 1.0 for one in found)
    assert as_table(found).count("\n") == 4
