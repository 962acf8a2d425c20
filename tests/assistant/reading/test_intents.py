"""The learned intent of a question: without the names of the plans it was learned on, and only where it is clear."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.chain import Assistant
from assistant.model import Question
from assistant.reading.intents import BUCKETS, INTENTS, features, likely, masked


def test_names_numbers_and_quoted_terms_are_masked() -> None:
    text = "珠海2019年方案里，市财政局对“灭零”行动出了3000万吗？"
    assert masked(text, ["珠海"], ["市财政局"]) == "某地9年方案里，某局对某词行动出了9万吗？"
    assert masked("广州和佛山", ["广州", "佛山"], []) == masked("珠海和贵州", ["珠海", "贵州"], [])


def test_features_have_one_length_and_know_what_the_patterns_said() -> None:
    one, other = features("某地有什么支持？", "support"), features("某地有什么支持？", "detail")
    assert one.shape == (BUCKETS + len(INTENTS) + 2,)
    assert np.isclose(np.linalg.norm(one[:BUCKETS]), 1.0)
    assert not np.array_equal(one, other)
    assert np.isfinite(features("", "detail")).all()


@pytest.mark.parametrize(("question", "intent"), [
    ("广州那份规划同深圳那份规划，对海外维权各自怎么写的？", "comparison"),
    ("厂里想拿专利换点周转，武汉的规划能给我们搭把手不？", "support"),
    ("成都规划里讲的“四上企业”都包括哪几类？", "definition"),
])
def test_wordings_of_questions_on_other_places(question: str, intent: str) -> None:
    places = [place for place in ("广州", "深圳", "武汉", "成都") if place in question]
    guess, chance = likely(masked(question, places, []), "detail")
    assert guess == intent
    assert 1 / len(INTENTS) < chance <= 1.0


def test_a_pattern_for_validity_and_a_number_asked_for_stand(assistant: Assistant) -> None:
    assert assistant.look(Question("什么时候印发的？"))[0].intent == "validity"
    asked = "贵州“助力中小企业创新发展攻坚行动”里，转让许可次数、质押登记、运营单位这几样数各是多少"
    assert assistant.look(Question(asked))[0].wants_number
