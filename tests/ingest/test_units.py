"""Lists of responsible units in every form that plans of this family use, with the role and the side of each name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.model import PlanMeta
from ingest.parse import parse_plan
from ingest.units import has_unit_list, read_names, read_units

DATA = Path(__file__).parent / "data"

# A list, and what it says: L lead, S support, E execute, O office, ? role lost; N after it: the national side.
LISTS = [
    ("（责任单位：区科技局、区经济信息委；配合单位：区教委、区商务委）", "L区科技局 L区经济信息委 S区教委 S区商务委"),
    ("（责任单位：区市场监管局）", "L区市场监管局"),
    ("(责任单位:市市场监管局(知识产权局)牵头,市发展改革局(市信用办)、市公安局配合)",
     "L市市场监管局(知识产权局) S市发展改革局(市信用办) S市公安局"),
    ("(责任单位:横琴新区管委会、市市场监管局(知识产权局)牵头,市科技创新局、市财政局配合)",
     "L横琴新区管委会 L市市场监管局(知识产权局) S市科技创新局 S市财政局"),
    ("(责任单位:各区政府(管委会)、市市场监管局(知识产权局)负责)", "L各区政府(管委会) L市市场监管局(知识产权局)"),
    ("(责任单位:市市场监管局牵头,市教育局、各区政府(管委会)、配合)", "L市市场监管局 S市教育局 S各区政府(管委会)"),
    ("(责任单位:横琴新区管委会牵头,市市场监管局(知识产权局)", "L横琴新区管委会 ?市市场监管局(知识产权局)"),
    ("(责任单位:市知识产权局、市财政局", "L市知识产权局 L市财政局"),
    ("(责任单位:市知识产权局、各区县(自治县,以下简称区县)政府;国家知识产权局条法司、联席办、专利局审业部)",
     "L市知识产权局 L各区县(自治县,以下简称区县)政府 LN国家知识产权局条法司 LN国家知识产权局联席办 LN国家知识产权局专利局审业部"),
    ("(责任单位:市知识产权局;国家知识产权局保护司、审协四川中心)", "L市知识产权局 LN国家知识产权局保护司 LN国家知识产权局审协四川中心"),
    ("（责任单位：市财政局、国家税务总局某市税务局、市统计局）", "L市财政局 L国家税务总局某市税务局 L市统计局"),
    ("（牵头单位：市委组织部，配合单位：市编办、各有关单位，各区、县级市）", "L市委组织部 S市编办 S各有关单位 S各区 S县级市"),
    ("（牵头单位：市委组织部；责任单位：市教育局；参与单位：团市委）", "L市委组织部 L市教育局 S团市委"),
    ("〔牵头部门：省委宣传部(省新闻出版局〈省版权局〉)；配合部门：省法院〕", "L省委宣传部(省新闻出版局〈省版权局〉) S省法院"),
    ("【责任单位：市教委、市司法局】", "L市教委 L市司法局"),
    ("责任单位：市司法局、市财政局。配合单位：市教委。", "L市司法局 L市财政局 S市教委"),
    ("责任单位：市司法局\n配合单位：市教委\n", "L市司法局 S市教委"),
    ("（执行部门：市知识产权局，责任处室：规划发展处）", "E市知识产权局 O规划发展处"),
    ("（责任单位：市知识产权局、市财政局等部门）", "L市知识产权局 L市财政局"),
    ("（责任单位：市知识产权局；完成时限：2025年12月底前）", "L市知识产权局"),
    ("（责任单位：市知识产权局，2025年底前完成）", "L市知识产权局"),
    ("（市知识产权局牵头，市财政局、市教育局等部门按职责分工负责）", "L市知识产权局 L市财政局 L市教育局"),
    ("（市委宣传部、市版权局负责）", "L市委宣传部 L市版权局"),
    ("（由市知识产权局负责，各区人民政府配合）。", "L市知识产权局 S各区人民政府"),
]
LETTER = {"lead": "L", "support": "S", "execute": "E", "office": "O", "unstated": "?"}
BODY = "提升保护水平。支持企业(含外资企业)开展维权。"


def read(text: str) -> str:
    facts = read_units("x#1", text, 100)
    assert all(fact.unit.endswith(text[fact.start - 100 : fact.end - 100]) for fact in facts)
    return " ".join(f"{LETTER[f.role]}{'N' if f.side == 'national' else ''}{f.unit}" for f in facts)


@pytest.mark.parametrize(("text", "said"), LISTS, ids=[text[:18] for text, _ in LISTS])
def test_lists(text: str, said: str) -> None:
    assert read(BODY + text) == said
    assert has_unit_list(BODY + text)


def test_a_cut_off_list_is_called_so_and_stops_at_its_line() -> None:
    facts = read_units("x", "建设平台。(责任单位:市财政局牵头,市教育局、市科技局\n完善机制、加强协作。", 0)
    assert [(f.unit, f.role, f.complete) for f in facts] == [
        ("市财政局", "lead", False), ("市教育局", "unstated", False), ("市科技局", "unstated", False),
    ]  # fmt: skip
    assert all(f.complete for f in read_units("x", "(责任单位:市财政局牵头,市教育局配合)", 0))
    assert read("责任单位：市财政局。各部门要加强协作、落实任务。") == "L市财政局"


def test_a_name_wrapped_at_the_end_of_a_line_is_one_name() -> None:
    text = "推进执法。（责任单位：市知识产\n权局、市财政局\n市教育局牵头，市统\n计局配合）"
    facts = read_units("x", text, 0)
    assert [(f.unit, f.role) for f in facts] == [("市知识产权局", "lead"), ("市财政局", "lead"), ("市教育局", "lead"), ("市统计局", "support")]
    assert [text[f.start : f.end] for f in facts] == ["市知识产\n权局", "市财政局", "市教育局", "市统\n计局"]


@pytest.mark.parametrize(
    "text",
    ["加强协作(包括仲裁、调解、协商等)", "处理知识产权纠纷(以下简称纠纷)", "由知识产权管理部门牵头做好工作。", "（《专利法》《商标法》）",
     "加强银行、保险（含再保险、担保）等机构参与", "明确责任，各负其责（自愿参与）", ""],
)  # fmt: skip
def test_what_is_no_list(text: str) -> None:
    assert read_units("x", text, 0) == ()


def test_collective_names() -> None:
    facts = read_units("x", "（责任单位：市财政局、各区政府；配合单位：有关单位、其他成员单位、县级市、市教委）", 0)
    assert [f.unit for f in facts if f.collective] == ["各区政府", "有关单位", "其他成员单位", "县级市"]


def test_names_of_a_table_cell() -> None:
    facts = read_names("x", "省市场监管局(省知识产权局)、省农业农村厅", 7, "lead", "牵头单位")
    assert [(f.unit, f.start, f.end) for f in facts] == [("省市场监管局(省知识产权局)", 7, 21), ("省农业农村厅", 22, 28)]


def test_a_document_of_another_family_of_lists() -> None:
    """45 numbered clauses, 44 with 牵头单位 and 43 with 配合单位 (shortened)."""
    meta = PlanMeta("guangzhou-2012", "关于推进人才集聚工程的实施意见", "guangzhou-2012.txt", "中共广州市委", "广州", (), "市级",
                    issued=date(2012, 9, 1))
    plan = parse_plan((DATA / "guangzhou-2012.txt").read_text(encoding="utf-8"), meta, "")
    numbered = [c for c in plan.clauses if c.number.rstrip(".").isdigit()]
    assert [int(c.number.rstrip(".")) for c in numbered] == list(range(1, 46))
    assert len({u.clause_id for u in plan.units if u.role == "lead"}) == 44
    assert len({u.clause_id for u in plan.units if u.role == "support"}) == 43
    assert {u.role for u in plan.units} == {"lead", "support"}
    assert all(u.complete for u in plan.units)
    by_number = {int(c.number.rstrip(".")): c for c in numbered}
    said = [(u.role, u.unit) for u in plan.units if u.clause_id == by_number[35].id]
    assert said == [("lead", "市委组织部"), ("support", "市科技和信息化局"), ("support", "市人力资源和社会保障局"),
                    ("support", "市财政局"), ("support", "越秀区")]
