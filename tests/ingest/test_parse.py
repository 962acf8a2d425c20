"""What parse_plan makes of any text: nothing lost, nothing raised, no time wasted; other kinds of documents."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.account import account
from ingest.model import Clause, Plan, PlanMeta
from ingest.parse import complement, parse_plan

META = PlanMeta("x-2021", "某市知识产权规划", "x.txt", "某市", "某市", (), "市级", period_start=date(2021, 1, 1),
                period_end=date(2025, 12, 31))
PIECES = ("一、", "（二）", "3.", "第一章", "第二节 ", "第三条 ", "--", "专栏1:", "目录\n", " |\n", "\n", " ", "（责任单位：", "牵头", "，配合单位：", "）",
          "加强保护。", "到2025年达到75件", "第一季度，",
          "工作措施 工作目标 具体措施 进度安排 执行部门 配合单位 责任处室\n", "指标名称 |\n", "2025年 |\n", "；",
          "来源:某网\n", "- 个人简介:\n", "\u3000", "\ufeff", "𠮷", "1", "%")  # fmt: skip


def parse(text: str) -> Plan:
    return parse_plan(text, META, "")


def find(plan: Plan, key: str) -> Clause:
    return next(clause for clause in plan.clauses if clause.id == f"x-2021#{key}")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_accounted_for(text: str) -> None:
    plan = parse(text)
    assert account(plan) == []
    ids = [each.id for each in (*plan.clauses, *plan.sections)]
    assert len(ids) == len(set(ids))
    assert parse(text) == plan


def test_articles_keep_their_items() -> None:
    plan = parse("# 某市条例\n\n## 第一章 总则\n\n第一条 为鼓励发明创造，制定本条例。\n\n第二条 有下列行为的，予以处罚："
                 "\n（一）假冒专利；\n（二）侵权。\n\n情节严重的，从重。\n"
                 "## 第二章 附则\n第三条 本条例自2021年9月15日起施行。")
    assert [c.id.partition("#")[2] for c in plan.clauses if c.kind != "front"][-3:] == ["1.1", "1.2", "2.3"]
    assert "（二）侵权。" in find(plan, "1.2").text
    assert find(plan, "1.2").text.endswith("情节严重的，从重。")
    assert find(plan, "2.3").kind == "safeguard"


def test_kinds_follow_the_outermost_heading() -> None:
    plan = parse("一、总体要求\n坚持高质量发展。\n到2025年，建成强市。\n（一）基本原则\n坚持统筹。\n（二）主要目标\n建成强市。\n"
                 "二、主要任务\n（一）完善人才保障机制\n1.建立机制。加强。\n"
                 "三、保障措施\n（一）强化目标考核。加强考核。")
    kinds = {key: find(plan, key).kind for key in ("1.p1", "1.p2", "1.1.p1", "1.2.p1", "2.1.1", "3.1")}
    assert kinds == {"1.p1": "text", "1.p2": "goal", "1.1.p1": "principle", "1.2.p1": "goal", "2.1.1": "task",
                     "3.1": "safeguard"}


def test_a_number_used_twice_gets_another_id() -> None:
    plan = parse("一、任务\n1.甲方案做好。\n2.乙方案做好。\n1.丙方案做好。\n1.丁方案做好。")
    assert [c.id for c in plan.clauses] == ["x-2021#1.1", "x-2021#1.2", "x-2021#1.1~2", "x-2021#1.1~3"]


def test_a_site_line_inside_a_clause_is_kept_out_of_it() -> None:
    plan = parse("一、任务\n1.推进执法，\n来源:某网 阅读数:12\n加强保护。\n2.推进融资。")
    assert [(c.id[-5:], c.text, c.continues) for c in plan.clauses] == [
        ("1#1.1", "1.推进执法，", None), ("1.1~2", "加强保护。", "x-2021#1.1"), ("1#1.2", "2.推进融资。", None),
    ]  # fmt: skip


def test_sections_are_in_the_order_of_the_text() -> None:
    numbers = "一二三四五六七八九十"
    text = "\n".join(f"{n}、强化工作\n加强保护。" for n in [*numbers, "十一", "十二"])
    assert [s.id.partition("#")[2] for s in parse(text).sections] == [str(n) for n in range(1, 13)]


def test_a_list_of_units_on_its_own_line_belongs_to_the_paragraph_before() -> None:
    plan = parse("一、主要任务\n推进执法，加强保护。\n责任单位：市知识产权局\n推进融资。\n（牵头单位：市金融局）")
    assert [c.text for c in plan.clauses] == ["推进执法，加强保护。\n责任单位：市知识产权局", "推进融资。\n（牵头单位：市金融局）"]
    assert [(u.clause_id[-4:], u.unit) for u in plan.units] == [("1.p1", "市知识产权局"), ("1.p2", "市金融局")]


def test_boxes_end_where_the_next_begins() -> None:
    plan = parse("第一章 总则\n做好保护。\n专栏1:甲工程 |\n1.甲。 2.乙。 |\n专栏2:乙工程 |\n1.丙。 |\n加强运用。")
    assert [c.id.partition("#")[2] for c in plan.clauses] == ["1.p1", "1.box1.1", "1.box1.2", "1.box2.1", "1.p2"]


def test_headings_of_the_contents_are_spelled_as_there() -> None:
    plan = parse("目 录\n第一章 战略背景\n第二章 总体要求\n第三章 保障措施\n第一章战略背景\n甲。\n第二章总体要求\n乙。\n第三章保障措施\n丙。")
    assert [s.title for s in plan.sections] == ["战略背景", "总体要求", "保障措施"]
    assert not any(s.inferred for s in plan.sections)


def test_lines_of_the_web_page_are_set_apart() -> None:
    plan = parse("发布时间：2026-08-04\n来源：中国政府网\n某市知识产权规划\n一、任务\n加强保护。\n扫一扫在手机打开当前页面")
    assert [plan.text[b.start : b.end] for b in plan.boilerplate] == ["发布时间：2026-08-04", "来源：中国政府网", "扫一扫在手机打开当前页面"]
    assert [c.kind for c in plan.clauses] == ["front", "task"]


@pytest.mark.parametrize("text", ["", "\n", " \u3000\n", "\ufeff"])
def test_nothing_to_read_is_said(text: str) -> None:
    assert [finding.kind for finding in parse(text).findings] == ["no clause"]


def test_complement() -> None:
    assert complement([(2, 4), (3, 6), (8, 10)], 10) == [(0, 2), (6, 8)]
    assert complement([], 3) == [(0, 3)]


LIST = "（责任单位：市知识产权局牵头，市财政局、市教育局配合）"
LARGE = {
    "lines": "加强知识产权保护工作，提升治理能力。\n" * 60_000,
    "one line": "加强知识产权保护工作，提升12件治理能力" * 60_000,
    "headings": "\n".join(f"{n % 99 + 1}.强化工作。到2025年达到{n}件。{LIST}" for n in range(3_000)),
    "headings in one line": "".join(f"{n}.强化工作。到2025年达到{n}件。{LIST}" for n in range(1, 100)) * 30,
    "the same headings": "一、总体要求\n（一）做好工作\n" * 10_000,
    "dashes": "一、目标\n" + "--能力提升。\n" * 20_000,
    "boxes": "专栏1:保护工程 |\n1.做好工作。 |\n" * 5_000,
    "open brackets": "（" * 100_000 + "责任单位：" * 10_000,
    "open lists": "（责任单位：市知识产权局、市财政局\n" * 20_000,
    "cells": "专利 |\n" * 50_000,
    "indicator rows": "类别 |\n序号 |\n指标名称 |\n单位 |\n2020年 |\n2025年 |\n" + "".join(
        f"{n} |\n专利拥有量{n} |\n件 |\n10 |\n20 |\n" for n in range(1, 2_000)),
    "digits": "1." * 300_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_large_files_take_seconds(name: str) -> None:
    began = time.perf_counter()
    plan = parse(LARGE[name])
    assert account(plan) == []
    assert time.perf_counter() - began < 20
