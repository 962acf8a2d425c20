"""What is said out of politeness, and how a question is spaced, changes nothing of the answer."""

from __future__ import annotations

import pytest

from assistant.chain import Assistant
from assistant.model import Question, Turn
from assistant.reading.language import normalise, without_courtesy
from eval.cases import load_cases

CASES = [case for case in load_cases(half="dev") if case.expect == "answer" and len(case.question) < 45][::70]
POLITE = ("老师好，请问{}", "麻烦告诉我{}", "{}谢谢！", "{}在线等，挺急的", "您好，打扰一下，想咨询一下，{}多谢")


def _answer(assistant: Assistant, text: str, history: tuple[Turn, ...]) -> tuple[str, list[str]]:
    reply = assistant.ask(Question(text, history))
    return reply.status, sorted(citation.clause_id for citation in reply.citations)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_courtesy_changes_nothing(case, assistant: Assistant) -> None:  # type: ignore[no-untyped-def]
    history = tuple(Turn(turn.role, turn.content) for turn in case.history)
    plain = _answer(assistant, case.question, history)
    for form in POLITE:
        assert _answer(assistant, form.format(case.question), history) == plain, form


@pytest.mark.parametrize("text", [
    "珠海专利质押融资归哪个部门牵头？", "黔江到2024年高价值发明专利要有几件？", "下一季呢", "贵州规划的基本原则有几条分别叫啥"])
def test_a_space_after_every_character_is_folded(text: str) -> None:
    assert normalise(" ".join(text)) == normalise(text)


def test_key_words_keep_the_spaces_between_them() -> None:
    assert normalise("珠海 质押 牵头") == "珠海 质押 牵头"


@pytest.mark.parametrize(("text", "left"), [
    ("领导让我整理重庆的任务", "领导让我整理重庆的任务"), ("老师们能拿到什么支持", "老师们能拿到什么支持"), ("谢谢", "谢谢"), ("请问下一条呢", "下一条呢"),
    ("珠海有哪些应急", "珠海有哪些应急"), ("我想了解的是哪个部门牵头", "我想了解的是哪个部门牵头")])
def test_what_only_looks_polite_stays(text: str, left: str) -> None:
    assert without_courtesy(text) == left
