"""A sentence in other words: what follows from the quote passes, what does not is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.proof.duty import duties_claimed, duties_stated
from assistant.proof.entail import objection
from assistant.proof.figures import figures
from assistant.proof.likeness import likeness, measures

TARGET = ("到2022年,每万人有效发明专利拥有量达到75件,专利合作协定(PCT)国际专利申请量逐步增长,有效注册商标拥有量达到8.5万件。"
          "各类知识产权行政执法案件年结案率达到95%以上。")
DUTIES = "(责任单位:市市场监管局(知识产权局)牵头,市发展改革局、市科技创新局、市司法局、市统计局配合)"
LISTED = "（责任单位：区市场监管局；配合单位：区商务委、黔江海关）"
EXPLORE = "第四季度,深入5家企业进行专场培训,总结专利信息服务经验,探索建立专利信息服务长效机制。"
EXCEPT = "可以自行、委托或者移交相关组织进行调解,但是涉嫌犯罪的案件除外。"
TURN = "加快推动知识产权工作从数量规模型向质量效益型转变。"
INFORM = "以拓展服务渠道为抓手,提供满足区域创新与经济发展需求的知识产权信息服务。"
AWARD = "1.实施高价值专利奖励激励。完善知识产权奖励办法,高质量组织开展贵州专利奖评选和知识产权奖励。"
TRADE = "1.建设知识产权交易平台。引入社会资本,用市场化机制建设知识产权交易市场,建立知识产权专家库,完善分析、评估、评价机制。"
COURSES = "举办3次企业培训班和1次服务机构培训班,深入20家企业进行专场培训。"
GARDENS = ("支持西部科学城重庆高新区高标准建设国家级知识产权强国建设示范园区,支持重庆两江新区创建国家级知识产权强国建设示范园区,"
           "支持有条件的区县聚焦重点产业建设产业知识产权运营中心。")
REVIEWS = "(四)注重评价宣传。国家知识产权局制定完善高质量发展评价指标体系,重庆市组织区县做好有关任务落实情况自查评估工作。"
PATENTS = "3.支持高价值发明专利实施。对已实际转化实施的高价值发明专利给予资助。"
TRAINEES = "2.培养知识产权紧缺人才。新培养专利代理人20名左右,全市专利代理人累计达到100名左右。"
DISPUTES = "支持横琴自贸区建立非诉讼争议解决方式(包括仲裁、调解、协商等)处理知识产权纠纷机制,降低创新主体维权成本。"
NETWORK = "到2025年,知识产权信息公共服务网点力争9个市州全覆盖。引进2-3家国内外高端知识产权服务机构。最终形成2个机制正式文件。"
QUARTER = "第二季度,调研四川、广东、上海等地的做法和经验。市知识产权局、市经济和信息化委员会联合制定企业知识产权工作推进计划。"
HEADED = "18.实施知识产权人才培养工程。加大企业知识产权管理人才培训力度。(责任单位:市市场监管局(知识产权局)牵头,市教育局配合)"
ZHUHAI = ("珠海市推进国家知识产权示范城市建设工作方案(2019-2022年)", "珠海")


@pytest.mark.parametrize(("claim", "quote"), [
    ("有效注册商标拥有量到2022年要达到8.5万件。", TARGET),
    ("珠海各类知识产权行政执法案件的年结案率要达到95%以上。", TARGET),
    ("行政执法案件年结案率不低于95%。", TARGET),
    ("该工作由市市场监管局（知识产权局）牵头，市司法局、市统计局配合。", DUTIES),
    ("区商务委、黔江海关配合，区市场监管局为责任单位。", LISTED),
    ("第四季度将深入5家企业进行专场培训，并探索建立专利信息服务长效机制。", EXPLORE),
    ("可以委托或者移交相关组织调解，但涉嫌犯罪的案件除外。", EXCEPT),
    ("知识产权工作要从数量规模型向质量效益型转变。", TURN),
    ("珠海市：到2022年，有效注册商标拥有量达到8.5万件。", TARGET),
    ("1.实施高价值专利奖励激励。", AWARD),
    ("方案提出了高质量组织开展贵州专利奖评选。", AWARD),
    ("建设知识产权交易平台：引入社会资本，用市场化机制建设知识产权交易市场。", TRADE),
    ("支持重庆两江新区创建国家级知识产权强国建设示范园区。", GARDENS),
    ("支持有条件的区县建设产业知识产权运营中心。", GARDENS),
    ("国家知识产权局制定完善高质量发展评价指标体系。", REVIEWS),
    ("已经实际转化实施的高价值发明专利将给予资助。", PATENTS),
    ("新培养专利代理人20名左右。", TRAINEES),
    ("知识产权信息公共服务网点力争实现9个市州全覆盖。", NETWORK),
    ("引进2到3家国内外高端知识产权服务机构。", NETWORK),
    ("最终形成两个机制正式文件。", NETWORK),
    ("市知识产权局在第二季度与市经济和信息化委员会联合制定企业知识产权工作推进计划。", QUARTER),
    ("知识产权人才培养工程由市市场监管局（知识产权局）牵头，市教育局配合。", HEADED),
    ("该工作由区市场监管局负责，区商务委配合。", LISTED),
])
def test_what_follows_passes(claim: str, quote: str) -> None:
    assert objection(claim, (quote,), ZHUHAI) == ""


@pytest.mark.parametrize(("claim", "quote", "named"), [
    ("有效注册商标拥有量到2020年要达到8.5万件。", TARGET, "2020年"),
    ("有效注册商标拥有量到2022年要达到8.5亿件。", TARGET, "8.5亿件"),
    ("每万人有效注册商标拥有量达到75件。", TARGET, "75件"),
    ("行政执法案件年结案率达到95%。", TARGET, "上下限"),
    ("深圳行政执法案件年结案率达到95%以上。", TARGET, "深圳"),
    ("刑事案件年结案率达到95%以上。", TARGET, "说的不是这件事"),
    ("每万人有效发明专利拥有量已经达到75件。", TARGET, "已"),
    ("“每万人发明专利”达到75件。", TARGET, "引语"),
    ("市司法局牵头，市市场监管局（知识产权局）配合。", DUTIES, "市司法局"),
    ("区商务委为责任单位。", LISTED, "区商务委"),
    ("第四季度建立专利信息服务长效机制。", EXPLORE, "探索"),
    ("第四季度深入5家企业进行专场培训，并发放补贴。", EXPLORE, "补贴"),
    ("可以自行、委托或者移交相关组织进行调解。", EXCEPT, "例外"),
    ("知识产权工作要从质量效益型向数量规模型转变。", TURN, "相反"),
    ("总结专利信息服务经验，吸引外资落户。", EXPLORE, "不在所引条款中"),
    ("有效注册商标拥有量达到了8.5万件。", TARGET, "已经做了"),
    ("有效注册商标拥有量在哪", TARGET, "是问题"),
    ("提高区域创新与经济发展需求的知识产权信息服务。", INFORM, "提高"),
    ("实施高质量的专利奖励激励。", AWARD, "高质量"),
    ("建立知识产权专家库：引入社会资本，用市场化机制建设知识产权交易市场。", TRADE, "不统领后文"),
    ("每次培训班深入20家企业进行专场培训。", COURSES, "每次"),
    ("支持重庆两江新区高标准建设国家级知识产权强国建设示范园区。", GARDENS, "不是一件事"),
    ("支持区县聚焦重点产业建设产业知识产权运营中心。", GARDENS, "有条件的"),
    ("珠海市制定完善高质量发展评价指标体系。", REVIEWS, "国家知识产权局"),
    ("珠海对高价值发明专利给予资助。", PATENTS, "已实际转化实施的"),
    ("新培养专利代理人100名左右。", TRAINEES, "说的不是这件事"),
    ("支持横琴自贸区建立通过诉讼方式处理知识产权纠纷的机制。", DISPUTES, "非诉讼"),
    ("引进3到5家国内外高端知识产权服务机构。", NETWORK, "3-5家"),
    ("该工作由区商务委负责。", LISTED, "区商务委"),
    ("该项工作由市教育局负责。", HEADED, "市教育局"),
])
def test_what_does_not_follow_is_named(claim: str, quote: str, named: str) -> None:
    assert named in objection(claim, (quote,), ZHUHAI)


def test_a_figure_has_its_measure_and_bound() -> None:
    assert [(each.text, each.bound) for each in figures("不少于5家,超过2000次,2000次以上,约3期,75件")] == [
        ("5家", "≥"), ("2000次", "≥"), ("2000次", "≥"), ("3期", "~"), ("75件", "")]


def test_duties_of_a_list_and_of_a_sentence() -> None:
    assert ("support", "市发展改革局、市科技创新局、市司法局、市统计局") in duties_stated((DUTIES.replace("（", "("),))
    assert duties_claimed("市财政局配合市人力资源社会保障局") == (("lead", "市人力资源社会保障局"), ("support", "市财政局"))
    assert duties_claimed("珠海建立人才信息库") == ()


def test_likeness_orders_what_is_said_above_what_is_not() -> None:
    said, foreign = "有效注册商标拥有量到2022年达到8.5万件", "对获奖发明人给予一次性奖励并优先安排子女入学"
    assert likeness(said, (TARGET,)) > 0.5 > likeness(foreign, (TARGET,))
    assert measures(said, (TARGET,))["missing_numbers"] == 0
    assert measures("《巫师3》改编自小说", ("《巫师》改编自小说。",))["foreign_titles"] == 1
    assert measures("主要部分是胚", ("种子的主要部分是（ ）A种皮 B胚",))["posed"] == 1


@given(st.text(max_size=60), st.text(max_size=80))
def test_any_text_is_judged(claim: str, quote: str) -> None:
    assert isinstance(objection(claim, (quote,)), str)
    assert 0 <= likeness(claim, (quote,)) <= 1


@given(st.sampled_from([TARGET, EXPLORE, TURN]))
def test_a_quote_follows_from_itself(quote: str) -> None:
    assert objection(quote, (quote,)) == ""
