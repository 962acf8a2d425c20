"""Tables that share out the work, in every form they come in, and page numbers in the middle of tables."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from ingest.account import account
from ingest.model import Plan, PlanMeta
from ingest.parse import parse_plan
from ingest.sources import read_source
from ingest.tables import read_periods

META = PlanMeta("made-2024", "某市知识产权行动计划", "made.txt", "某市", "某市", (), "市级", period_start=date(2024, 1, 1),
                period_end=date(2024, 12, 31))
HEAD = ("序号", "重点任务", "牵头单位", "配合单位", "完成时限")
ROWS = (("1", "建设保护中心。", "市知识产权局", "市财政局、市委编办", "3月底前"),
        ("2", "开展专利转化", "市知识产权局、市科技局", "", "1-3月"),
        ("3", "举办宣传周", "市委宣传部", "市知识产权局等部门", "2025年12月底前"))
BEFORE = "某市知识产权行动计划\n一、主要任务\n（一）强化保护。加强执法。\n附件1\n重点任务分工表\n"


def piped(row: tuple[str, ...]) -> str:
    return "| " + " | ".join(row) + " |"


def by_line() -> str:
    return "\n".join([piped(HEAD), "|---|:--:|---|---|---|", *map(piped, ROWS)])


def bare() -> str:
    return "\n".join(" | ".join(row) for row in (HEAD, *ROWS))


def by_cell() -> str:
    return "\n".join(f"{cell} |" for row in (HEAD, *ROWS) for cell in row)


def over_pages() -> str:
    return "\n".join([piped(HEAD), piped(ROWS[0]), "- 3 -", piped(HEAD), piped(ROWS[1]), "第4页 共10页", piped(ROWS[2])])


def plan_of(text: str) -> Plan:
    plan = parse_plan(text, META, "")
    assert account(plan) == []
    return plan


@pytest.mark.parametrize("table", [by_line(), bare(), by_cell(), over_pages()], ids=["markdown", "bare", "cells", "pages"])
def test_rows_become_clauses_with_units_and_times(table: str) -> None:
    plan = plan_of(BEFORE + table + "\n")
    rows = [clause for clause in plan.clauses if clause.kind == "row"]
    assert [(row.number, row.text) for row in rows] == [(row[0], row[1]) for row in ROWS]
    assert [(fact.clause_id.partition("#table.")[2], fact.unit, fact.role) for fact in plan.units] == [
        ("1.lead", "市知识产权局", "lead"), ("1.support", "市财政局", "support"), ("1.support", "市委编办", "support"),
        ("2.lead", "市知识产权局", "lead"), ("2.lead", "市科技局", "lead"), ("3.lead", "市委宣传部", "lead"),
        ("3.support", "市知识产权局", "support"),
    ]  # fmt: skip
    assert [(fact.label, fact.quarters, fact.year, fact.certainty) for fact in plan.schedules] == [
        ("3月底前", (1,), 2024, "inferred"), ("1-3月", (1,), 2024, "inferred"), ("2025年12月底前", (4,), 2025, "certain")]
    assert next(clause for clause in plan.clauses if clause.id.endswith("#1.1")).text == "（一）强化保护。加强执法。"


def test_columns_that_are_times() -> None:
    plan = plan_of(BEFORE + "类别 | 工作任务 | 责任单位 | 第一季度 | 4-12月\n创造 | 调研 | 市统计局 | 摸底 | 总结\n")
    assert [(fact.label, fact.quarters) for fact in plan.schedules] == [("第一季度", (1,)), ("4-12月", (2, 3, 4))]
    assert [clause.text for clause in plan.clauses if clause.cell == "schedule"] == ["摸底", "总结"]


def test_a_row_with_too_few_cells_is_in_doubt() -> None:
    plan = plan_of(BEFORE + by_line() + "\n| 4 | 少一格 | 市财政局 |\n")
    assert [fact.certainty for fact in plan.units][-1] == "uncertain"
    assert "第4行" in next(finding.message for finding in plan.findings if finding.kind == "uncertain cell")


def test_a_row_out_of_a_pdf_shows_no_empty_cells() -> None:
    plan = plan_of(BEFORE + "\n".join("\t".join(cell for cell in row if cell) for row in (HEAD, *ROWS)) + "\n")
    assert [(fact.label, fact.certainty) for fact in plan.schedules][1] == ("1-3月", "uncertain")
    assert [fact.unit for fact in plan.units if fact.role == "support"] == ["市财政局", "市委编办", "市知识产权局"]


def test_a_word_file_hands_over_the_same(tmp_path: Path) -> None:
    document, data = Document(), io.BytesIO()
    for line in BEFORE.strip().split("\n"):
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(HEAD))
    for row in (HEAD, *ROWS):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text.replace("、", "\n")
    document.save(data)
    path = tmp_path / "plan.docx"
    path.write_bytes(data.getvalue())
    plan = plan_of(read_source(path).raw)
    assert [fact.unit for fact in plan.units if fact.role == "support"] == ["市财政局", "市委编办", "市知识产权局"]


def test_page_numbers_are_kept_out_of_cells() -> None:
    head = "工作措施 工作目标 具体措施 进度安排 执行部门 配合单位 责任处室"
    plan = plan_of(f"某市工作计划\n{head}\n（一）完善政策\n1.完善政策 形成体系 1.开展调研。 1-3月，开展调研。\n12月底前，总结。 "
                   f"市知识产权局 市财政局 规划处\n2.制定办法，明确项目管\n- 2 -\n理要求。\n3\n{head}\n（一）完善政策\n"
                   "2.加强执法 提升水平 1.专项执法。 全年，开展执法。 市知识产权局 市公安局 保护处\n")
    assert [plan.text[piece.start:piece.end] for piece in plan.boilerplate if piece.name == "page number"] == ["- 2 -", "3"]
    assert [fact.quarters for fact in plan.schedules] == [(1,), (4,), (1, 2, 3, 4)]
    cut = next(clause for clause in plan.clauses if clause.text == "理要求。")
    assert cut.continues
    assert cut.continues.endswith("1.1.m2")


@pytest.mark.parametrize(("text", "wanted"), [
    ("2025年12月底前", [((4,), 2025)]), ("第二--四季度", [((2, 3, 4), None)]), ("上半年", [((1, 2), None)]),
    ("2023年启动，2025年底前完成", [((), 2023), ((4,), 2025)]), ("全年", [((1, 2, 3, 4), None)]), ("持续推进", [((), None)]),
    ("3-5月", [((1, 2), None)]), ("10月31日前", [((4,), None)]),
])
def test_periods(text: str, wanted: list[tuple[tuple[int, ...], int | None]]) -> None:
    assert [(period.quarters, period.year) for period in read_periods(text, 0, len(text))] == wanted
