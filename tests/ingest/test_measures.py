"""Offers of support: amounts, conditions, whom they are for, and how sure that is."""

from __future__ import annotations

import time
from datetime import date

import pytest

from ingest.measures import read_measures
from ingest.model import Plan, PlanMeta
from ingest.parse import parse_plan

META = PlanMeta("made-2021", "某市知识产权规划", "made.txt", "某市", "某市", (), "市级", period_start=date(2021, 1, 1),
                period_end=date(2025, 12, 31))

OFFERS = [
    ("1.对首次通过示范企业认定的，一次性给予20万元奖励。", ("一次性给予20万元",), ("对首次通过示范企业认定的",)),
    ("发明专利获得授权的，每件奖励5万元，单个企业每年最高不超过50万元。", ("每件奖励5万元", "单个企业每年最高不超过50万元"),
     ("发明专利获得授权的",)),
    ("对符合条件的中小企业质押融资，按照实际支付利息的50%给予贴息，最高不超过20万元。",
     ("按照实际支付利息的50%给予贴息", "最高不超过20万元"), ("对符合条件的中小企业质押融资",)),
    ("企业购买保险的，按保费的百分之六十给予补贴。", ("按保费的百分之六十给予补贴",), ("企业购买保险的",)),
    ("设立知识产权风险补偿资金5000万元，支持企业融资。", ("设立知识产权风险补偿资金5000万元",), ()),
    ("第三条 对新认定的优势企业、示范企业，分别给予10万元、20万元奖励。", ("分别给予10万元、20万元",),
     ("对新认定的优势企业、示范企业",)),
    ("第七条 专利代理机构年度代理量达到500件以上的，奖励5万元。", ("奖励5万元",), ("专利代理机构年度代理量达到500件以上的",)),
    ("区财政每年安排1000万元知识产权专项资金。", ("每年安排1000万元知识产权专项资金",), ()),
    ("支持企业加快发展，质押融资金额达50亿元，增长20%以上。", (), ()),
]


@pytest.mark.parametrize(("text", "amounts", "conditions"), OFFERS)
def test_amounts_and_conditions(text: str, amounts: tuple[str, ...], conditions: tuple[str, ...]) -> None:
    (fact,) = read_measures("x", text, 100)
    assert (fact.amounts, fact.conditions) == (amounts, conditions)
    starts = (*fact.amount_starts, *fact.condition_starts)
    assert all(text[start - 100:].startswith(piece) for piece, start in zip((*amounts, *conditions), starts, strict=True))


def test_a_fine_is_no_offer() -> None:
    assert read_measures("x", "违反规定的，处五万元以上十万元以下罚款。", 0) == ()


def test_being_watched_over_is_no_offer() -> None:
    assert read_measures("x", "将专利代理机构纳入“双随机、一公开”监管,严厉打击代理违法行为。", 0) == ()
    assert [fact.strength for fact in read_measures("x", "鼓励企业参与市场监管。", 0)] == ["encourage"]


def test_an_audience_that_is_only_hinted_at() -> None:
    assert [fact.certainty for fact in read_measures("x", "支持出口。支持中小企业。支持中小企业开拓海外市场。", 0)] == [
        "inferred", "certain", "inferred"]


def test_a_text_without_a_full_stop_takes_no_time() -> None:
    began = time.perf_counter()
    read_measures("x", "支持企业发展，每件奖励5万元" * 50_000, 0)
    assert time.perf_counter() - began < 5


def read(text: str) -> Plan:
    return parse_plan(text, META, "")


def test_a_year_carried_over_is_inferred() -> None:
    plan = read("某市知识产权规划\n一、目标\n专利授权量达到500件。到2023年，商标注册量达到300件。\n")
    assert [(fact.target_year, fact.certainty) for fact in plan.indicators] == [(2025, "inferred"), (2023, "certain")]


def test_a_unit_whose_role_is_cut_off_is_uncertain_and_one_completed_is_inferred() -> None:
    plan = read("某市知识产权规划\n一、任务\n1.加强保护。（责任单位：市知识产权局牵头，市财政局\n"
                "2.加强运用。（责任单位：市教育局;国家知识产权局保护司、战略规划司）\n")
    assert [(fact.unit, fact.certainty) for fact in plan.units] == [
        ("市知识产权局", "certain"), ("市财政局", "uncertain"), ("市教育局", "certain"), ("国家知识产权局保护司", "certain"),
        ("国家知识产权局战略规划司", "inferred")]
