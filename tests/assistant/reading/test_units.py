"""Names of units in questions against the names in plans."""

from __future__ import annotations

import pytest

from assistant.reading.units import find_units, renamed, same_unit
from ingest.registry import canonical, key_of

KNOWN = ("市市场监管局(知识产权局)", "市发展改革局(市信用办)", "各区政府(管委会)", "区市场监管局", "区发展改革委", "人行黔江中心支行",
         "省委宣传部(省新闻出版局〈省版权局〉)", "省市场监管局(省知识产权局)", "国家知识产权局运用促进司", "市知识产权局", "重庆金融监管局",
         "拱北海关", "市财政局", "市教委", "市高法院")


@pytest.mark.parametrize(("text", "units"), [
    ("市财政局负责哪些任务？", ("市财政局",)),
    ("市发改局配合哪些任务", ("市发改局",)),
    ("黔江区市场监管局牵头什么", ("区市场监管局",)),
    ("市教委和市高法院各承担什么", ("市教委", "市高法院")),
    ("国家知识产权局运用促进司参与哪些条款", ("国家知识产权局运用促进司",)),
    ("拱北海关配合什么", ("拱北海关",)),
    ("质押融资目标是多少", ()),
    ("市场主体怎么获得支持", ()),
])
def test_find_units(text: str, units: tuple[str, ...]) -> None:
    assert find_units(text, KNOWN) == units


@pytest.mark.parametrize("text", [
    "市市场监督管理局负责什么", "省版权局牵头哪个指标", "省新闻出版局牵头哪个指标", "各区管委会负责什么", "人民银行黔江中心支行配合什么",
])
def test_other_names_of_a_known_unit_are_found(text: str) -> None:
    found = find_units(text, KNOWN)
    assert found
    assert any(same_unit(unit, known) for unit in found for known in KNOWN)


def test_found_units_do_not_overlap() -> None:
    text = "市市场监管局(知识产权局)和市知识产权局、区市场监管局"
    found = find_units(text, KNOWN)
    assert found == ("市市场监管局(知识产权局)", "市知识产权局", "区市场监管局")


@pytest.mark.parametrize(("asked", "named"), [
    ("市发改局", "市发展改革局(市信用办)"),
    ("市信用办", "市发展改革局(市信用办)"),
    ("发改委", "区发展改革委"),
    ("区发改委", "区发展改革委"),
    ("市人社局", "市人力资源社会保障局"),
    ("省工信厅", "省工业和信息化厅"),
    ("省知识产权局", "省市场监管局(省知识产权局)"),
    ("省版权局", "省委宣传部(省新闻出版局〈省版权局〉)"),
    ("中国人民银行黔江中心支行", "人行黔江中心支行"),
    ("市场监管局", "市市场监管局(知识产权局)"),
    ("重庆市知识产权局", "市知识产权局"),
])
def test_same_unit(asked: str, named: str) -> None:
    assert same_unit(asked, named)


@pytest.mark.parametrize(("asked", "named"), [
    ("市财政局", "省财政厅"),
    ("市市场监管局", "区市场监管局"),
    ("省市场监管局", "市市场监管局(知识产权局)"),
    ("国家知识产权局", "市知识产权局"),
    ("市知识产权局", "国家知识产权局"),
    ("区科技局", "区教委"),
    ("市高法院", "市检察院"),
])
def test_different_units(asked: str, named: str) -> None:
    assert not same_unit(asked, named)


@pytest.mark.parametrize(("asked", "named", "year"), [
    ("市科技局", "市科委", 2018), ("市科委", "市科技局", 2018), ("市市场监管局", "市工商局", 2018), ("贵州金融监管局", "贵州银保监局", 2023),
])
def test_renamed_units_are_told_with_the_year(asked: str, named: str, year: int) -> None:
    found = renamed(asked, named)
    assert found is not None
    assert found[2] == year


@pytest.mark.parametrize(("asked", "named"), [("市财政局", "市科委"), ("省科技厅", "市科委")])
def test_others_are_not_renamed(asked: str, named: str) -> None:
    assert renamed(asked, named) is None


def test_key_takes_a_name_apart() -> None:
    key = key_of("省委宣传部(省新闻出版局〈省版权局〉)")
    assert key.level == "省"
    assert {"委宣传部", "新闻出版局", "版权局"} <= key.cores
    assert key_of("人行黔江中心支行").place == ""
    assert key_of("珠海银保监分局").place == "珠海"


def test_canonical_is_the_same_for_all_names_of_a_group() -> None:
    assert canonical("发改委") == canonical("发展改革委") == canonical("发展和改革委员会")
    assert canonical("无此单位") == "无此单位"
