"""The registry of units: what it knows, what it does not, other names, levels and reforms."""

from __future__ import annotations

import pytest

from ingest.corpus_meta import load_corpus
from ingest.model import Plan, PlanMeta
from ingest.parse import parse_plan
from ingest.registry import canonical, in_registry, key_of, registry
from ingest.report import as_text, report_of
from ingest.settings import IngestSettings
from ingest.sources import read_source

CORPUS = IngestSettings().corpus
META = PlanMeta("x-1", "某市方案", "x.txt", "", "某市", (), "")


@pytest.mark.parametrize("name", [
    "市财政局", "省财政厅", "自治区财政厅", "贵州省林业局", "重庆市知识产权局", "越秀区教育局", "广州市越秀区知识产权局", "财政局",
    "市市场监管局(知识产权局)", "市发展改革局（市信用办）", "省委宣传部(省新闻出版局〈省版权局〉)", "市委金融办", "市政府外办", "省政府办公厅",
    "市发改委", "省工信厅", "市中院", "省法院", "市仲裁委", "拱北海关", "重庆海关", "人行黔江中心支行", "人民银行珠海市中心支行", "珠海银保监分局",
    "市科委", "市工商局", "横琴新区管委会", "区人民政府", "市委", "国家知识产权局", "国家知识产权局审协四川中心", "国家知识产权局条法司", "海关总署",
    "各区县政府", "各区县(自治县,以下简称区县)政府", "各区政府(管委会)", "有关部门", "市级相关部门", "各工业园区", "规划发展处", "办公室", "局各处室",
    "区知识产权保护联席会议其他成员单位", "市城市管理局", "区卫生健康委", "州文化和旅游局", "团市委", "自治区党委宣传部",
])
def test_known(name: str) -> None:
    assert in_registry(name)


@pytest.mark.parametrize("name", [
    "加强协同", "市", "省级", "知识产权", "各项任务", "市财政局和市教委", "市财政局负责", "重庆知识产权信息中心", "国家知识产权培训基地",
    "咨询辅导机构", "某某科技有限公司", "市财政厅", "区工业和信息化厅", "国家财政局", "有关要求", "完善机制", "市发展委改革", "珠海", "越秀区", "市政局",
])
def test_unknown(name: str) -> None:
    assert not in_registry(name)


def test_every_name_of_a_group_and_of_a_reform_is_known() -> None:
    for group in registry().groups:
        assert len({canonical(name) for name in group}) == 1
        assert all(in_registry(name) for name in group)
    for old, new, year in registry().reforms:
        assert in_registry(f"市{old}")
        assert in_registry(f"市{new}")
        assert 1990 < year < 2100


def test_no_name_is_in_two_groups_or_twice() -> None:
    names = [name for group in registry().groups for name in group]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "level", "core", "place"), [
    ("市发改委", "市", "发展改革委", ""), ("省发展和改革委员会", "省", "发展改革委", ""), ("区经信委", "区", "经济信息委", ""),
    ("重庆市知识产权局", "市", "知识产权局", "重庆"), ("市场监管局", "", "市场监管局", ""), ("州教育局", "州", "教育局", ""),
])
def test_key(name: str, level: str, core: str, place: str) -> None:
    key = key_of(name)
    assert (key.level, key.place) == (level, place)
    assert core in key.cores


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    found = []
    for meta in load_corpus(CORPUS):
        source = read_source(CORPUS / meta.file)
        found.append(parse_plan(source.raw, meta, source.sha256))
    return found


def test_only_the_unusual_units_of_the_plans_are_reported(plans: list[Plan]) -> None:
    reported = {fact.unit for plan in plans for fact in plan.units if not in_registry(fact.unit)}
    assert reported == {"重庆知识产权信息中心", "国家知识产权培训基地", "咨询辅导机构"}


def test_a_unit_that_is_not_in_the_registry_is_a_finding_and_in_the_report() -> None:
    text = "一、任务\n（一）加强保护。完善机制。（责任单位：市财政局、某某研究基地；配合单位：市教委）\n（二）加强运用。完善机制。（责任单位：某某研究基地）\n"
    plan = parse_plan(text, META, "")
    [finding] = [each for each in plan.findings if each.kind == "unit not in registry"]
    assert finding.grade == "info"
    assert plan.text[finding.start:finding.end] == "某某研究基地"
    assert finding.message.count("x-1#") == 2
    assert "不在名录中的单位：1 处" in as_text(report_of(plan))
