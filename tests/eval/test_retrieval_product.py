"""The product's own cases as a retrieval set, through the real index; its reranking over any set."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from assistant.chain import Assistant
from assistant.model import Question
from eval.cases import Case, Quote, load_cases
from eval.retrieval import dense_search, evaluate, load_set
from eval.retrieval_product import OPTIONAL, REQUIRED, bare, evaluate_own, own_set, reranker
from ingest.encoder import Encoder
from tests.eval.test_beir import BEIR, CharacterBags, write

ASK = "珠海到2022年每万人有效发明专利要达到多少件？"


def case(*quotes: Quote, question: str = ASK, name: str = "c") -> Case:
    return Case(name, "target_number", question, ("zhuhai-2019",), "answer", True, quotes, (), (), (), half="dev")


def test_a_set_out_of_quotes(assistant: Assistant) -> None:
    target = Quote("zhuhai-2019", ("每万人有效发明专利拥有量达到75件",))
    beside = Quote("zhuhai-2019", ("有效注册商标拥有量达到8.5万件",), optional=True)
    nowhere = case(Quote("zhuhai-2019", ("规划里没有的一句话",)), name="n")
    beir = own_set([case(target, beside), nowhere], assistant.catalogue)
    assert set(beir.queries) == {"c"}
    assert REQUIRED in beir.relevant["c"].values()
    assert all("75件" in beir.documents[name] for name, grade in beir.relevant["c"].items() if grade == REQUIRED)
    assert all("8.5万件" in beir.documents[name] for name, grade in beir.relevant["c"].items() if grade == OPTIONAL)


def test_a_cell_counts_as_its_row(assistant: Assistant) -> None:
    cell = next(c for c in assistant.catalogue.clauses("chongqing-2014") if c.parent_id and len(c.text) > 20)
    quoted = case(Quote("chongqing-2014", (cell.text,)))
    beir = own_set([quoted], assistant.catalogue)
    assert cell.parent_id in beir.relevant["c"]
    assert cell.id not in beir.documents


def test_the_last_ranking_is_the_products(assistant: Assistant) -> None:
    cases = [one for one in load_cases(half="dev") if one.kind == "definition"][:12]
    beir, found = evaluate_own(cases, assistant.index, assistant.encoder)
    assert [one.way for one in found] == ["向量", "全文", "融合", "重排（产品）"]
    assert len({one.queries for one in found}) == 1
    firsts = [assistant.look(Question(beir.queries[name]))[1].evidence[0].clause for name in beir.queries]
    hits = [(first.parent_id or first.id) in beir.relevant[name] for name, first in zip(beir.queries, firsts, strict=True)]
    assert found[-1].hit[1] == pytest.approx(sum(hits) / len(hits))
    assert found[-1].hit[10] >= found[-1].hit[1] > 0.5


class FirstWords:
    """Vectors of 64 numbers that count characters: the real encoder takes ten seconds for five plans."""

    name, dimensions = "first-words", 64

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray[Any, Any]:
        table = np.full((len(texts), 64), 1e-6, np.float32)
        for row, text in enumerate(texts):
            for char in text:
                table[row, ord(char) % 64] += 1
        return table / np.linalg.norm(table, axis=1, keepdims=True)


def test_bare_plans_have_no_headings(assistant: Assistant) -> None:
    encoder = FirstWords()
    with bare(assistant.catalogue, cast(Encoder, encoder)) as (catalogue, vectors):
        assert {meta.id for meta in catalogue.metas()} == {meta.id for meta in assistant.catalogue.metas()}
        assert not any(clause.path for clause in catalogue.clauses("guizhou-2021"))
        passages = {p.id: p.text for p in catalogue.passages("guizhou-2021")}
        kept = {p.id: p.text for p in assistant.catalogue.passages("guizhou-2021")}
        assert passages.keys() == kept.keys()
        assert all(kept[name].endswith(text.strip()) for name, text in passages.items())
        name, text = next(iter(passages.items()))
        best = vectors.query(encoder.encode_passages([text])[0], 1, ["guizhou-2021"])[0]
        assert best.passage_id == name


def test_reranking_prefers_what_holds_the_topic() -> None:
    rerank = reranker(BEIR.documents)
    scores = rerank("专利质押怎么登记", {"d1": 0.0, "d2": 0.5, "d3": 0.5})
    assert max(scores, key=lambda name: scores[name]) == "d1"


def test_a_fourth_way(tmp_path: Path) -> None:
    beir = load_set(*write(tmp_path))
    found = evaluate(beir, cast(Encoder, CharacterBags()), lambda dense, lexical: {**dense, **lexical}, 10, None, reranker(beir.documents))
    assert [one.way for one in found] == ["向量", "全文", "融合", "重排"]


@pytest.mark.parametrize(("text", "left"), [("题 正文", "正文"), ("题", "题"), ("正文", "正文")])
def test_titles_taken_away(tmp_path: Path, text: str, left: str) -> None:
    corpus, queries, qrels = write(tmp_path)
    corpus.write_text(f'{{"id": "d1", "title": "题", "text": "{text}"}}\n', "utf-8")
    qrels.write_text("q1\td1\t1\n", "utf-8")
    assert load_set(corpus, queries, qrels, titles=False).documents == {"d1": left}


def test_a_title_goes_with_every_piece(tmp_path: Path) -> None:
    corpus, queries, qrels = write(tmp_path)
    corpus.write_text(json.dumps({"id": "d1", "title": "專利權", "text": "登記。" * 200}) + "\n", "utf-8")
    qrels.write_text("q1\td1\t1\n", "utf-8")
    seen: list[str] = []

    class Listening(CharacterBags):
        def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray[Any, Any]:
            seen.extend(texts)
            return super().encode_passages(texts)

    dense_search(load_set(corpus, queries, qrels), cast(Encoder, Listening()), 10)
    assert len(seen) > 1
    assert all(text.startswith("专利权\n登记。") for text in seen)
