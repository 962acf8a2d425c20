"""Folding, points and forbidden phrases as the rules of the sample put them."""

from __future__ import annotations

import pytest

from eval.matching import covers, fold, forbidden, plain, read_answer, says, touches

ROW = "知识产权质押融资金额 |\n贵州银保监局、省市场监管局(省知识产权局) |\n亿元 |\n55.14 |\n80 | |"


def test_fold_ignores_bars_white_space_and_width() -> None:
    assert fold(ROW) == "知识产权质押融资金额贵州银保监局、省市场监管局(省知识产权局)亿元55.1480"
    assert fold("6﹒促进，１２％") == "6.促进,12%"


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**牵头单位**：市教育局[1]", "牵头单位:市教育局[1]"),
        ("- 第一季度，调研\n- 第二季度", "第一季度,调研第二季度"),
        ("| 指标 | 目标 |\n|---|---:|\n| 作品登记量 | 22 |", "指标目标作品登记量22"),
        ("## 结论\n> 引文", "结论引文"),
        ("见[原文](/plans/zhuhai-2019)，`75件`", "见原文,75件"),
    ],
)
def test_plain_drops_markdown(markdown: str, words: str) -> None:
    assert plain(markdown) == words


def test_plain_drops_marks_on_request() -> None:
    assert plain("目标为[1]200件", marks=False) == "目标为200件"


def test_says_takes_any_phrase_folded() -> None:
    answer = read_answer("责任单位：各区政府（管委会）、市农业农村局")
    assert says(answer, ["各区政府(管委会)"])
    assert says(answer, ["市财政局", "市农业农村局"])
    assert not says(answer, ["市财政局"])


@pytest.mark.parametrize(
    ("text", "number", "found"),
    [
        ("目标80亿元", "=80", True),
        ("目标180亿元", "=80", False),
        ("目标80.5亿元", "=80", False),
        ("目标1,500件", "=1500", True),
        ("目标见附件[80]", "=80", False),
        ("| 15 | 80 |", "=80", True),
    ],
)
def test_a_number_stands_alone(text: str, number: str, found: bool) -> None:
    assert says(read_answer(text), [number]) is found


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("目标为200件。", True),
        ("没有载明目标为200件。", False),
        ("并非目标为200件", False),
        ("未查到。目标为200件", True),
        ("没有关于延期的内容记载，不过另有目标为200件", True),
        ("不能说目标为200件；但目标为200件", True),
    ],
)
def test_a_negated_phrase_is_not_forbidden(text: str, hit: bool) -> None:
    assert bool(forbidden(read_answer(text), ["目标为200件"])) is hit


def test_marks_do_not_hide_a_forbidden_phrase() -> None:
    assert forbidden(read_answer("目标[1]为200件"), ["目标为200件"]) == ("目标为200件",)


def test_covering_needs_the_whole_quote() -> None:
    assert covers("知识产权质押融资金额 贵州银保监局、省市场监管局（省知识产权局） 亿元 55.14 80", [ROW])
    assert not covers("知识产权质押融资金额", [ROW])
    assert touches("知识产权质押融资金额", [ROW])
    assert not touches("80", [ROW])
    assert covers("促进区域知识产权运营协作。", ["促進區(qū)域知識產權運營協(xié)作。", "促进区域知识产权运营协作。"])
