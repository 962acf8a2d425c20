"""Heading marks: every scheme with a real line, what is none, and marks glued to the line before."""

from __future__ import annotations

import pytest

from ingest.outline import find_marks, lines_of, mark_at


@pytest.mark.parametrize(
    ("line", "scheme", "number", "label"),
    [
        ("第三章 强化知识产权保护 营造公平竞争市场环境", "chapter", 3, "第三章"),
        ("第一章战略背景", "chapter", 1, "第一章"),
        ("## 第二章 专利促进", "chapter", 2, "第二章"),
        ("第四节 优化知识产权同保护营商环境", "part", 4, "第四节"),
        ("第二十八条 违反本条例第十六条第二款规定的", "article", 28, "第二十八条"),
        ("二、共建任务", "han", 2, "二、"),
        ("十一、附则", "han", 11, "十一、"),
        ("（一）强化组织领导。", "paren_han", 1, "（一）"),
        ("(十三)发展知识产权服务业29.培育", "paren_han", 13, "(十三)"),
        ("专栏2:知识产权保护体系建设 |", "box", 2, "专栏2:"),
        ("6﹒促进区域知识产权运营协作。", "arabic", 6, "6﹒"),
        ("30. 推进专利代理服务能力建设。", "arabic", 30, "30."),
        ("（1）建立协作机制", "paren_arabic", 1, "（1）"),
        ("③加强宣传", "circled", 3, "③"),
        ("--知识产权管理能力全面提升。", "dash", 0, "--"),
        ("——坚持质量第一。", "dash", 0, "——"),
    ],
)
def test_marks(line: str, scheme: str, number: int, label: str) -> None:
    mark = mark_at(line, 0, len(line))
    assert mark is not None
    assert (mark.scheme, mark.number, mark.label) == (scheme, number, label)


@pytest.mark.parametrize(
    "line",
    ["第三方评估机制", "第十六条第二款", "一是全社会对知识产权重要性认识不足", "2025年目标数", "1.2%的研发经费", "十四五时期", "（试行）",
     "（2019—2022年）", "---", "三大战略"],
)  # fmt: skip
def test_lines_that_begin_nothing(line: str) -> None:
    assert mark_at(line, 0, len(line)) is None


def labels(text: str) -> list[str]:
    return [mark.label for mark in find_marks(text, [(0, len(text))])]


def test_glued_marks_continue_their_sequence() -> None:
    assert labels("12.提升能力。(责任单位:市教育局配合) 13.加强服务。(市教育局配合)14.引导布局。") == ["12.", "13.", "14."]
    assert labels("（一）做好。(责任单位:各区政府)   (二)建设高地") == ["（一）", "(二)"]
    assert labels("--提升。逐步增长到8.5万件。 --提高。") == ["--", "--"]
    assert labels("专栏3:工程 |\n1.奖励。超过30项。 2.培育。50件以上。 3.实施。 |") == ["专栏3:", "1.", "2.", "3."]


def test_the_first_unit_below_a_heading_on_its_line() -> None:
    text = "一、总体要求（一）指导思想。以新思想为指导。（二）基本原则。坚持统筹。二、主要任务（一）强化保护。（责任单位：市中院）（二）促进运用。"
    assert labels(text) == ["一、", "（一）", "（二）", "二、", "（一）", "（二）"]


def test_numbers_in_the_text_are_no_marks() -> None:
    assert labels("5.提高比重。达到1.2%。8.其他不成序列的数字。") == ["5."]
    assert labels("1.做好。依据（二）项和3.其他。") == ["1."]
    assert labels("10.建设。\n11.121人才梯队项目。") == ["10.", "11."]


def test_a_number_after_a_box_begins_anew() -> None:
    assert labels("专栏1:甲 |\n1.甲。 2.乙。 |\n专栏2:丙 |\n1.丙。 2.丁。 |") == ["专栏1:", "1.", "2.", "专栏2:", "1.", "2."]


def test_lines_leave_white_space_out() -> None:
    text = "\n  甲 \n\n\t乙丙\n"
    assert [text[a:b] for a, b in lines_of(text, 0, len(text))] == ["甲", "乙丙"]
    assert list(lines_of(text, 2, 4)) == [(3, 4)]
