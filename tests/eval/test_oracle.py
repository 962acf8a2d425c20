"""A reply put together from a case's own expectations is sound: no case contradicts itself or the scorer."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from eval.cases import Case, Quote, load_cases
from eval.matching import fold
from eval.metrics import Texts, score
from ingest.corpus_meta import load_corpus
from ingest.repair import repair
from ingest.settings import IngestSettings
from ingest.sources import read_source

STATUS = {"answer": "answered", "resist": "answered", "refuse": "refused", "clarify_or_list": "clarify"}


@pytest.fixture(scope="module")
def plans() -> dict[str, str]:
    corpus = IngestSettings.model_fields["corpus"].default
    return {meta.id: repair(read_source(corpus / meta.file).raw).text for meta in load_corpus(corpus)}


@cache
def _folded(text: str) -> tuple[list[int], str]:
    """Where each folded character stands in the text, and the folded text."""
    return [at for at, char in enumerate(text) for _ in fold(char)], fold(text)


def span_of(quote: Quote, text: str) -> tuple[int, int]:
    """Where the folded quote stands in the unfolded text."""
    places, folded = _folded(text)
    begin = folded.index(fold(quote.texts[-1]))
    return places[begin], places[begin + len(fold(quote.texts[-1])) - 1] + 1


def perfect(case: Case, plans: dict[str, str]) -> dict[str, Any]:
    shown = case.quotes if STATUS[case.expect] == "answered" else ()
    citations = [
        {"n": n, "plan_id": quote.plan, "quote": plans[quote.plan][start:end], "start": start, "end": end}
        for n, quote in enumerate(shown, 1)
        for start, end in [span_of(quote, plans[quote.plan])]
    ]
    said = [point.any_of[0].lstrip("=") for point in case.points if point.group in ("", "ask")]
    notices = [{"kind": "expired", "plan_id": plan} for plan in case.plans] if case.expiry else []
    marks = "".join(f"[{citation['n']}]" for citation in citations)
    return {"status": STATUS[case.expect], "text": f"{'；'.join(said)}。{marks}", "citations": citations,
            "notices": notices}  # fmt: skip


def test_a_perfect_reply_is_sound(plans: dict[str, str]) -> None:
    texts = Texts(plans.get, lambda clause_id: None)
    unsound = {
        case.id: got.faults for case in load_cases() if not (got := score(case, perfect(case, plans), 0.0, texts)).sound
    }
    assert unsound == {}


def test_quoting_the_required_clauses_is_no_forbidden_phrase(plans: dict[str, str]) -> None:
    """What must be cited may be said: no forbidden phrase stands in a required quote."""
    texts = Texts(plans.get, lambda clause_id: None)
    for case in load_cases():
        spoken = perfect(case, plans) | {"text": "。".join(quote.texts[-1] for quote in case.quotes)}
        assert score(case, spoken, 0.0, texts).nothing_forbidden, case.id
