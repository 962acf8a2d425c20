"""The attack set: what is altered is rejected, what is true stays, and quickly."""

from __future__ import annotations

import pytest

from assistant.knowledge import Knowledge
from assistant.proof.checks import Ground, Role, fold, objection, split, stands
from eval.attacks import CAUGHT, LOST, Judge, altered_claims, loose, measure, product, true_claims

SENTENCE = ("到2024年,建有研发机构的规模以上工业企业占比全部规上工业超过20%,其中建成市级研发机构不少于5家。"
            "鼓励金融机构开展知识产权质押融资业务,不得变相收费。")
GROUND = Ground(texts=(SENTENCE, "有效注册商标拥有量达到8.5万件,知识产权专家人才达到100人以上。"), labels=("3.聚焦研发活动",),
                about=("黔江区高价值发明专利质量提升行动实施方案（2022—2024年）", "黔江"),
                roles=(Role("责任单位", frozenset({"区科技局"})), Role("配合单位", frozenset({"区教委", "区国资委"})),
                       Role("责任单位", frozenset({"国家知识产权局保护司", "保护司"}), national=True)))


@pytest.mark.parametrize("judge", [product, loose])
def test_attacks_are_caught_and_true_claims_kept(judge: Judge, knowledge: Knowledge) -> None:
    outcome = measure(knowledge, judge)
    assert sum(each.total for each in outcome.altered) >= 300
    assert sum(each.total for each in outcome.true) >= 300
    assert outcome.caught >= CAUGHT, [each.wrong[:2] for each in outcome.altered if each.wrong]
    assert outcome.lost <= LOST, [each.wrong[:2] for each in outcome.true if each.wrong]
    assert outcome.mean_ms < 5


def test_every_kind_has_attacks_and_they_are_the_same_each_time(knowledge: Knowledge) -> None:
    true = true_claims(knowledge)
    attacks = altered_claims(true, knowledge)
    assert attacks == altered_claims(true, knowledge)
    assert {"number", "magnitude", "measure", "year", "role", "moved unit", "wrong unit", "city", "wrong clause", "negation",
            "near quote", "merged quotes", "scope dropped", "scope added", "term"} == {each.kind for each in attacks}


@pytest.mark.parametrize("claim", [
    "鼓励金融机构开展知识产权质押融资业务,不得变相收费。",
    "3.聚焦研发活动：其中建成市级研发机构不少于5家。",
    "3.聚焦研发活动",
    "3.聚焦研发活动——责任单位：区科技局；配合单位：区教委、区国资委。",
    "责任单位（国家层面）：国家知识产权局保护司。",
    "有效注册商标拥有量达到8.5 万件，知识产权专家人才达到100人以上。",
    "到2024年……鼓励金融机构开展知识产权质押融资业务",
])
@pytest.mark.parametrize("paraphrase", [False, True])
def test_word_for_word(claim: str, paraphrase: bool) -> None:
    assert objection(claim, GROUND, paraphrase=paraphrase) == ""


@pytest.mark.parametrize("claim", ["20%。", "到2024年。", "不少于5家。"])
def test_a_figure_by_itself_says_nothing(claim: str) -> None:
    assert objection(claim, GROUND, paraphrase=True) == "只有数字或日期，没有说是什么"


@pytest.mark.parametrize("claim", [
    "到2024年建成市级研发机构不少于5家",
    "有效注册商标的拥有量将达到8.5万件",
    "到2024年，黔江建有研发机构的规模以上工业企业占比全部规上工业超过20%",
])
def test_in_other_words(claim: str) -> None:
    assert objection(claim, GROUND, paraphrase=True) == ""
    assert objection(claim, GROUND) != ""


@pytest.mark.parametrize("claim", [
    "其中建成市级研发机构不少于15家",
    "其中建成市级研发机构5家",
    "其中建成市级研发机构不多于5家",
    "其中建成省级研发机构不少于5个",
    "到2025年,建有研发机构的规模以上工业企业占比全部规上工业超过20%",
    "金融机构开展知识产权质押融资业务,变相收费",
    "有效注册商标拥有量达到8.5亿件",
    "有效注册专利拥有量达到8.5万件",
    "知识产权专家人才达到100人",
    "“鼓励金融机构开展知识产权质押融资的业务”",
    "《黔江区高价值专利行动计划》鼓励金融机构开展知识产权质押融资业务",
    "责任单位：区教委。",
    "配合单位：区科技局、区教委。",
    "责任单位：国家知识产权局保护司。",
    "4.聚焦研发活动：其中建成市级研发机构不少于5家。",
    "有效注册商标拥有量达到100人以上",
    "珠海鼓励金融机构开展知识产权质押融资业务",
    "建立数据知识产权登记制度",
])
@pytest.mark.parametrize("paraphrase", [False, True])
def test_altered(claim: str, paraphrase: bool) -> None:
    assert objection(claim, GROUND, paraphrase=paraphrase) != ""


@pytest.mark.parametrize(("piece", "text", "held"), [
    ("80亿元", "达到80亿元。", True), ("80亿元", "达到180亿元。", False), ("8", "达到8.5件", False), ("达到80", "达到80亿元", False),
    ("收取费用", "不得收取费用", False), ("提升质量", "不断提升质量", True), ("10家", "10家以上", False), ("开展试点", "开展试点,以上各项", True),
])
def test_edges(piece: str, text: str, held: bool) -> None:
    assert stands(piece, text) is held


def test_tokens_keep_a_number_with_its_measure() -> None:
    assert ("8.5万件", "number") in split(fold("达到 8.5 万件以上"))
    assert ("以上", "scope") in split(fold("达到 8.5 万件以上"))
    assert split("不断提高")[0] == ("不断", "plain")


def test_nothing_to_rest_on() -> None:
    assert objection("鼓励金融机构开展业务", Ground(())) != ""
    assert objection("鼓励金融机构开展业务", Ground(()), paraphrase=True) != ""


@pytest.mark.parametrize(("claim", "right"), [("2022年80号。", False), ("黔江府办发〔2022〕81号", False), ("文号为黔江府办发〔2022〕80号。", True)])
def test_a_document_number_is_the_whole_one(claim: str, right: bool) -> None:
    ground = Ground(("2022年12月1日",), stated=("文号：黔江府办发〔2022〕80号",), about=("黔江府办发〔2022〕80号",))
    assert (objection(claim, ground, paraphrase=True) == "") == right
