"""Tables of the same families with other wordings and layouts, written for these tests."""

from __future__ import annotations

import pytest

from ingest.tables import (
    IndicatorTable,
    WorkTable,
    account,
    find_indicator_tables,
    find_work_tables,
    indicator_pieces,
    read_indicator_table,
    read_work_table,
    work_pieces,
)

WORK = """某市2016年商标工作计划
重点任务 工作目标 具体举措 时间安排 责任部门 协助单位 责任科室
(一)商标培育
1.培育商标品牌 新增商标一千件 1.开展商标普查。 上半年,完成普查。
下半年,公布结果。 市工商局 市财政局、
各区县政府 商标科
2.建立培育库，分级指导有条件的
重点任务 工作目标 具体举措 时间安排 责任部门 协助单位 责任科室
(一)商标培育
1.培育商标品牌 新增商标一千件 企业申请驰名商标。 市工商局 市财政局、
各区县政府 商标科
3.举办培训班。
2.规范代理机构 建立信用档案 1.登记代理机构。 全年,完成登记。 市工商局 商标科
重点任务 工作目标 具体举措 时间安排 责任
部门 协助单位 责任科室
2.公布信用档案。
附件2
联系人:张三
"""

ROWS = (
    ("创造", "1", "每万人口发明专利拥有量", "件", "5.2*", "8以上", "预期性"),
    ("", "2", "注册商标总量", "万件", "[3.1]", "4.5", "预期性"),
    ("保护", "3", "5G领域专利案件结案率", "%", "—", "≥95%", "约束性"),
)
HEAD = ("指标类别", "序号", "主要指标", "计量单位", "2025年", "2030年", "属性")
NOTES = "注：1.每万人口发明专利拥有量是指每万人拥有的有效专利。2.[ ]内为累计数。\n3.带*的为2024年数。\n4.其他说明"


def one_row_a_line(bar: str) -> str:
    edge = "| " if bar == " | " else ""
    lines = [bar.join(row) for row in (HEAD, *ROWS)]
    if edge:
        lines = [f"| {line} |" for line in lines]
        lines.insert(1, "|" + "---|" * len(HEAD))
    return "\n".join(["表1 主要指标", *lines, NOTES, "三、重点任务"])


def one_cell_a_line() -> str:
    cells = [cell for row in (HEAD, *ROWS) for cell in row if cell]
    return "\n".join(["表1 主要指标 | ||", *(f"{cell} |" for cell in cells), NOTES, "三、重点任务"])


def read_indicators(text: str) -> IndicatorTable:
    [(start, end)] = find_indicator_tables(text)
    table = read_indicator_table(text, start, end)
    assert account(text, start, end, indicator_pieces(table)).balanced
    assert table.span.start == start
    assert table.span.end == end
    return table


@pytest.mark.parametrize("text", [one_row_a_line(" | "), one_row_a_line("\t"), one_cell_a_line()])
def test_other_wordings_in_every_layout(text: str) -> None:
    table = read_indicators(text)
    assert (table.base_year, table.target_year) == (2025, 2030)
    assert table.title_span is not None
    assert table.title_span.of(text) == "表1 主要指标"
    assert [(row.number, row.name, row.category, row.measure, row.base_value, row.target_value, row.nature)
            for row in table.rows] == [
        ("1", "每万人口发明专利拥有量", "创造", "件", "5.2", "8以上", "预期性"),
        ("2", "注册商标总量", "创造", "万件", "[3.1]", "4.5", "预期性"),
        ("3", "5G领域专利案件结案率", "保护", "%", "—", "≥95%", "约束性"),
    ]
    assert [row.base_starred for row in table.rows] == [True, False, False]
    assert [[note.label for note in table.notes_of(row)] for row in table.rows] == [
        ["1", "3", "4"], ["2", "4"], ["4"]
    ]
    assert not any(row.uncertain for row in table.rows)
    assert text[table.span.end:] == "\n三、重点任务"


def test_two_category_columns_and_no_number() -> None:
    text = (
        "|一级指标|类别|指标|单位|2020年|目标值|\n|:--|:--|:--|--:|--:|--:|\n"
        "|创造|专利|高价值专利|件|1|2|\n||商标|驰名商标|件|3|4|\n|保护||查办率|%|90|95|\n正文。\n"
    )
    table = read_indicators(text)
    assert [(row.category, row.subcategory, row.name, row.target_value) for row in table.rows] == [
        ("创造", "专利", "高价值专利", "2"), ("创造", "商标", "驰名商标", "4"), ("保护", "", "查办率", "95"),
    ]
    assert [row.number for row in table.rows] == ["", "", ""]
    assert (table.base_year, table.target_year) == (2020, None)
    assert [row.uncertain for row in table.rows] == [(), (), ()]


def test_a_row_with_a_missing_cell_is_marked() -> None:
    text = one_cell_a_line().replace("万件 |\n", "")
    table = read_indicators(text)
    assert [row.uncertain for row in table.rows] == [(), ("cells",), ()]
    assert table.rows[1].name == "注册商标总量"
    assert table.rows[2].target_value == "≥95%"


def test_a_lone_heading_of_unknown_level_is_marked() -> None:
    head = "类别\n序号\n指标\n单位\n2020年\n2025年\n"
    text = head + "创造\n投入\n1\n研发经费\n%\n1\n2\n保护\n2\n案件查办率\n%\n90\n95\n"
    table = read_indicators(text)
    assert [row.uncertain for row in table.rows] == [(), ("category",)]


def test_prose_with_the_words_of_a_header_is_no_table() -> None:
    assert find_indicator_tables("指标\n单位\n2025年\n到2025年，主要指标达到全国先进水平。\n") == []
    assert find_work_tables("重点任务 具体举措 时间安排 责任部门\n各单位要认真落实。\n") == []
    with pytest.raises(ValueError, match="no indicator table"):
        read_indicator_table("一、总体要求", 0, 6)
    with pytest.raises(ValueError, match="no work-plan table"):
        read_work_table("一、总体要求", 0, 6)


def read_work() -> WorkTable:
    [(start, end)] = find_work_tables(WORK)
    table = read_work_table(WORK, start, end)
    assert account(WORK, start, end, work_pieces(table)).balanced
    assert WORK[end:] == "\n附件2\n联系人:张三\n"
    return table


def test_work_table_with_other_columns_and_units() -> None:
    first, second = read_work().rows
    assert (first.number, first.group_title, first.title) == ("1", "商标培育", "培育商标品牌")
    assert [(step.label, step.quarters) for step in first.schedule] == [("上半年", (1, 2)), ("下半年", (3, 4))]
    assert first.support_span is not None
    assert first.support_span.of(WORK) == "市财政局、\n各区县政府"
    assert first.office_span is not None
    assert first.office_span.of(WORK) == "商标科"
    assert (second.number, second.group_span, second.group_label, second.support_span) == ("2", None, "(一)", None)
    assert [measure.label for measure in second.measures] == ["1", "2"]
    assert second.uncertain == ()


def test_a_measure_cut_by_a_page_break_goes_on() -> None:
    first = read_work().rows[0]
    assert [(measure.label, measure.continues_previous) for measure in first.measures] == [
        ("1", False), ("2", False), ("2", True), ("3", False),
    ]
    assert [measure.span.of(WORK) for measure in first.measures[1:3]] == [
        "2.建立培育库，分级指导有条件的", "企业申请驰名商标。"
    ]
    assert first.uncertain == ()


def test_units_whose_beginning_is_not_sure_are_marked() -> None:
    text = (
        "工作措施 工作目标 具体措施 进度安排 执行部门 配合单位 责任处室\n(一)保护\n"
        "1.加强保护 提升保护水平 1.开展执法。 第一季度,开展\n执法检查 重庆市\n知识产权局 法律处\n2.总结经验。\n"
    )
    [(start, end)] = find_work_tables(text)
    [row] = read_work_table(text, start, end).rows
    assert "units" in row.uncertain


def test_units_pushed_to_the_next_page_are_the_rows_own() -> None:
    head = "工作措施 工作目标 具体措施 进度安排 执行部门 配合单位 责任处室\n"
    text = f"{head}(一)保护\n1.加强保护 提升水平 1.开展执法。 第一季度,动员。\n{head}市知识产权局 法律处\n2.总结。\n"
    [(start, end)] = find_work_tables(text)
    table = read_work_table(text, start, end)
    [row] = table.rows
    assert row.execute_span is not None
    assert row.execute_span.of(text) == "市知识产权局"
    assert row.office_span is not None
    assert row.office_span.of(text) == "法律处"
    assert (len(row.measures), row.uncertain, table.repeats) == (2, (), ())


def test_a_measure_without_number_is_marked() -> None:
    text = (
        "工作措施 工作目标 具体措施 进度安排 执行部门 配合单位 责任处室\n"
        "(一)保护\n1.加强保护 提升水平 开展执法检查。 第一季度,动员。 市知识产权局 法律处\n"
    )
    [(start, end)] = find_work_tables(text)
    table = read_work_table(text, start, end)
    [row] = table.rows
    assert row.goal_span is not None
    assert row.goal_span.of(text) == "提升水平"
    assert [(measure.label, measure.span.of(text), measure.certain) for measure in row.measures] == [
        ("", "开展执法检查。", False)
    ]
    assert "measures" in row.uncertain
    assert account(text, start, end, work_pieces(table)).balanced


def test_a_value_never_moves_into_another_column_unmarked() -> None:
    text = (
        "序号\n指标\n牵头单位\n单位\n2020年\n2025年\n1\n发明专利\n省局\n件\n1\n2\n"
        "2\n省科技厅\n%\n1.4\n2.5\n3\n案件查办率\n省局\n%\n90\n95\n"
    )
    table = read_indicators(text)
    assert [(row.number, row.target_value, row.uncertain) for row in table.rows] == [
        ("1", "2", ()), ("2", "2.5", ("cells",)), ("3", "95", ()),
    ]


def test_a_row_that_lost_its_number_does_not_end_the_table() -> None:
    table = read_indicators(one_cell_a_line().replace("\n2 |\n", "\n"))
    assert [(row.number, row.uncertain) for row in table.rows] == [("1", ("cells",)), ("3", ())]
