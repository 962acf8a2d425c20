"""Questions that lean on the turns before: which clause is meant, and what the earlier topic may not decide."""

from __future__ import annotations

import re

import pytest

from assistant.chain import Assistant
from assistant.model import Question, Reply, Turn


def ask(assistant: Assistant, text: str, *before: str) -> Reply:
    return assistant.ask(Question(text, tuple(Turn("user" if n % 2 == 0 else "assistant", turn) for n, turn in enumerate(before))))


@pytest.mark.parametrize(("before", "question", "clause"), [
    (("黔江的成果转化怎么搞", "2.开展产学研对接活动。依靠重庆知识产权运营中心……"), "谁负责这件事", "qianjiang-2022#3.2.2"),
    (("黔江的3.2.1条是什么", "推进知识产权质押融资。"), "这条的责任单位呢", "qianjiang-2022#3.2.1"),
    (("重庆2024第14条讲什么", "深化知识产权领域数字化变革。"), "上一条呢", "chongqing-2024#2.5.13"),
    (("珠海第17条人才工作机制谁牵头", "市人力资源社会保障局牵头。"), "下一条培养工程呢", "zhuhai-2019#2.8.18"),
    (("重庆共建方案有没有提数据知识产权登记", "有。第14条提出支持重庆开展数据知识产权保护工作。"), "国家局那边参与这条的是哪几个司？", "chongqing-2024#2.5.14"),
])
def test_the_clause_that_was_spoken_of_is_meant(before: tuple[str, ...], question: str, clause: str, assistant: Assistant) -> None:
    assert clause in [citation.clause_id for citation in ask(assistant, question, *before).citations]


def test_what_the_answer_does_not_mention_is_said(assistant: Assistant) -> None:
    reply = ask(assistant, "商标代理的呢", "贵州的专利代理师目标", "2025年350人。")
    assert "没有提到“商标代理”" in reply.text


def test_a_clause_can_be_asked_for_by_its_place(assistant: Assistant) -> None:
    assert "推进知识产权质押融资" in ask(assistant, "黔江方案的3.2.1条写了什么").text
    assert "1.2%" in ask(assistant, "黔江研发经费投入强度1.2%写在哪").text


def test_plans_of_one_region_named_by_their_years_are_both_answered(assistant: Assistant) -> None:
    reply = ask(assistant, "重庆2014年计划和2024年方案各自怎么写人才培养")
    assert {citation.plan_id for citation in reply.citations} == {"chongqing-2014", "chongqing-2024"}


def test_units_of_other_cities_do_not_move_the_question_there(assistant: Assistant) -> None:
    reply = ask(assistant, "黔江方案写的是人行重庆市分行配合质押融资、重庆海关配合海外风险防控，没错吧")
    assert {citation.plan_id for citation in reply.citations} == {"qianjiang-2022"}
    assert "没有人行重庆市分行" in reply.text
    assert "没有重庆海关" in reply.text


@pytest.mark.parametrize(("question", "plans"), [
    ("哪些规划提到了地理标志", {"chongqing-2024", "zhuhai-2019", "guizhou-2021"}), ("哪个地方的规划提到科创板", {"chongqing-2024"})])
def test_which_plans_have_it(question: str, plans: set[str], assistant: Assistant) -> None:
    reply = ask(assistant, question)
    assert {citation.plan_id for citation in reply.citations} == plans
    assert f"的有{len(plans)}份" in reply.text


def test_two_questions_in_one_are_both_answered(assistant: Assistant) -> None:
    reply = ask(assistant, "地理标志数呢？还有这规划到期没有", "贵州商标有效注册量2025年的目标？", "2025年36万件。")
    assert "410件" in reply.text
    assert "截至" in reply.text
    assert "已到期" in reply.text


def test_another_unit_is_asked_the_same(assistant: Assistant) -> None:
    reply = ask(assistant, "市高法院也是这三条吗？", "重庆2024年共建方案里市检察院参与哪些任务", "市检察院是三条任务的责任单位。")
    assert {citation.clause_id.split("#")[1] for citation in reply.citations} == {"2.2.4", "2.2.5", "2.5.15"}


def test_a_unit_of_another_city_leads_to_the_one_of_its_kind(assistant: Assistant) -> None:
    reply = ask(assistant, "拱北海关在黔江方案里配合的是哪一条？")
    assert "都没有出现拱北海关" in reply.text
    assert "该规划写到的是黔江海关" in reply.text
    assert {citation.clause_id for citation in reply.citations} == {"qianjiang-2022#3.4.2"}


def test_this_plan_is_the_one_that_was_spoken_of(assistant: Assistant) -> None:
    reply = ask(assistant, "那这个方案还有效吗？", "重庆怎么建设知识产权强市", "打造全国知识产权强市，经过五年时间建设。")
    assert {citation.plan_id for citation in reply.citations} == {"chongqing-2024"}
    assert "仍在实施期内" in reply.text


def test_a_question_with_words_of_its_own_goes_on_in_the_same_row(assistant: Assistant) -> None:
    before = (Turn("user", "2014年重庆要申报培育几家知识产权优势企业"), Turn("assistant", "25家。"))
    reply = assistant.ask(Question("有没有专门的资金？专家指导这些有不", before))
    assert {citation.clause_id for citation in reply.citations} == {"chongqing-2014#8.18.m2", "chongqing-2014#8.18.m3"}


def test_the_quarter_after_the_last_one(assistant: Assistant) -> None:
    before = (Turn("user", "重庆2014年专利计划里，知识产权服务业第二季度做什么？"), Turn("assistant", "第二季度完成知识产权交易平台建设方案制定工作。"))
    reply = assistant.ask(Question("接下来一个季度呢，引进几家？", before))
    assert "引进2-3家" in reply.text


def test_a_region_alone_after_a_greeting_is_told_what_its_plan_is_about(assistant: Assistant) -> None:
    before = (Turn("user", "你好"), Turn("assistant", "您好，请问想了解哪份规划？"))
    assert "该规划分为8个部分" in assistant.ask(Question("贵州的", before)).text


def test_the_item_after_the_last_one_stands_alone(assistant: Assistant) -> None:
    before = (Turn("user", "重庆2014年第8项是什么"), Turn("assistant", "加强推进专利金融服务。"))
    reply = assistant.ask(Question("下一项呢", before))
    assert {citation.clause_id.rsplit(".", 1)[0] for citation in reply.citations} == {"chongqing-2014#4.9"}


def test_a_plan_as_a_whole_is_asked_about_whatever_went_before(assistant: Assistant) -> None:
    """Our own suggestion after a greeting, and a change of subject."""
    for first in ("你好", "珠海质押融资谁牵头？"):
        before = (Turn("user", first), Turn("assistant", "……"))
        reply = assistant.ask(Question("黔江方案主要讲了什么", before))
        assert "该规划分为4个部分" in reply.text
        assert not reply.understood["follow_up"]


def test_the_place_of_the_reader_holds_in_the_turns_that_follow(assistant: Assistant) -> None:
    reply = assistant.ask(Question("想融资", (Turn("user", "我是贵阳一家小企业"), Turn("assistant", "请问您想了解哪方面的支持？"))))
    assert {citation.plan_id for citation in reply.citations} == {"guizhou-2021"}
    assert "没有贵阳自己的规划，以下是贵州的规划" in reply.text
    elsewhere = assistant.ask(Question("想融资", (Turn("user", "我是成都一家小企业"), Turn("assistant", "请问您想了解哪方面的支持？"))))
    assert (elsewhere.status, elsewhere.citations) == ("refused", ())


def test_more_is_what_has_not_been_told_until_there_is_no_more(assistant: Assistant) -> None:
    history: list[Turn] = []
    told: set[str] = set()
    for question in ("我是贵州一家小企业，想融资，有什么支持？", *["还有别的吗"] * 12):
        reply = assistant.ask(Question(question, tuple(history)))
        history += [Turn("user", question), Turn("assistant", reply.text)]
        if reply.status == "refused":
            break
        cited = {citation.clause_id for citation in reply.citations}
        assert not cited & told
        told |= cited
    assert "guizhou-2021#5.3.p1" in told
    assert "没有找到更多相关的条款" in reply.text


def test_another_matter_stands_for_the_one_before(assistant: Assistant) -> None:
    history = (Turn("user", "珠海的质押融资谁牵头"), Turn("assistant", "珠海银保监分局牵头。"))
    reply = assistant.ask(Question("那专利保险呢？", history))
    assert [citation.clause_id for citation in reply.citations] == ["zhuhai-2019#2.5.11"]
    assert "牵头：横琴新区管委会" in reply.text


def test_the_third_of_the_indicators(assistant: Assistant) -> None:
    history = (Turn("user", "贵州省的知识产权规划有什么指标？"), Turn("assistant", "指标表共17个指标。"))
    assert "指标3 规上工业企业研发经费支出" in assistant.ask(Question("第三个呢", history)).text


def talk(assistant: Assistant, *questions: str) -> Reply:
    """The reply to the last of several questions, each with the real answers before it."""
    history: tuple[Turn, ...] = ()
    for question in questions:
        reply = assistant.ask(Question(question, history))
        history = (*history, Turn("user", question), Turn("assistant", reply.text))
    return reply


@pytest.mark.parametrize(("first", "then", "clauses"), [
    ("我们是中小微企业，珠海方案对我们有什么支持？", "那要找谁", ["2.5.10", "2.5.11", "2.6.12", "2.6.13"]),
    ("黔江方案的3.2.1条写了什么", "谁配合", ["3.2.1"]),
    ("黔江区教委有什么任务", "都是谁负责的", ["3.1.2", "3.1.3", "3.2.3"]),
])
def test_who_is_asked_of_all_that_was_answered(first: str, then: str, clauses: list[str], assistant: Assistant) -> None:
    assert [citation.clause_id.split("#")[1] for citation in talk(assistant, first, then).citations] == clauses


def test_when_and_how_much_are_asked_of_what_was_answered(assistant: Assistant) -> None:
    when = talk(assistant, "黔江方案的3.2.1条写了什么", "什么时候完成")
    assert "没有写明完成时间，该规划的实施期为2022—2024年" in when.text
    money = talk(assistant, "黔江方案的3.2.1条写了什么", "有没有钱补")
    assert [citation.clause_id for citation in money.citations] == ["qianjiang-2022#3.2.1"]
    assert "没有写明具体金额标准" in money.text


def test_a_role_is_asked_of_the_unit_before(assistant: Assistant) -> None:
    reply = talk(assistant, "黔江区教委有什么任务", "只要牵头的")
    assert "没有把它列为牵头单位" in reply.text
    together = talk(assistant, "黔江区教委有什么任务", "区科技局呢", "两家一起的有哪些")
    assert "都在单位名单里的共3条" in together.text


def test_whether_a_target_was_met_is_not_in_a_plan(assistant: Assistant) -> None:
    reply = talk(assistant, "珠海到2022年要培育多少家知识产权优势示范企业", "现在做到了吗")
    assert reply.status == "refused"
    assert "没有写明实际完成情况" in reply.text


def test_units_of_another_place_are_not_ours(assistant: Assistant) -> None:
    reply = talk(assistant, "请列出重庆市高级人民法院在2024方案的任务", "四川那边的法院呢")
    assert reply.status == "refused"
    assert "没有四川的规划" in reply.text


@pytest.mark.parametrize(("question", "unit"), [
    ("2014年重庆计划政策法规处负责哪些", "政策法规处"), ("重庆2024方案水利局有什么任务", "水利局"), ("贵州规划里民政厅负责什么", "民政厅")])
def test_a_body_that_no_list_has_is_said_to_be_in_none(question: str, unit: str, assistant: Assistant) -> None:
    reply = ask(assistant, question)
    assert reply.status == "refused"
    assert f"都没有出现{unit}" in reply.text


def test_a_number_that_stands_beside_the_task_is_quoted_from_where_it_stands(assistant: Assistant) -> None:
    reply = ask(assistant, "珠海新增培育知识产权优势示范企业50家由谁负责")
    assert [citation.clause_id for citation in reply.citations] == ["zhuhai-2019#2.6.12", "zhuhai-2019#1.2.d1"]


def test_the_wording_is_read_out_whole(assistant: Assistant) -> None:
    reply = talk(assistant, "黔江推进知识产权质押融资谁负责", "念一下原文")
    assert "开展企业发明专利质押融资需求常态化调查" in reply.text
    assert [citation.clause_id for citation in reply.citations] == ["qianjiang-2022#3.2.1"]


@pytest.mark.parametrize(("body", "said"), [("海关", "上述单位名单中没有海关"), ("法院", "市高法院")])
def test_whether_a_body_is_among_those_named(body: str, said: str, assistant: Assistant) -> None:
    assert said in talk(assistant, "重庆2024方案第5条的责任单位", f"这几个单位里有{body}吗").text


def test_the_nth_of_a_list_and_then_the_next(assistant: Assistant) -> None:
    first = "珠海方案里人才那块有几条"
    assert "市人力资源社会保障局" in talk(assistant, first, "第一条谁牵头").text
    reply = talk(assistant, first, "第一条谁牵头", "第二条呢")
    assert [citation.clause_id for citation in reply.citations] == ["zhuhai-2019#2.8.18"]
    assert "牵头：市市场监管局" in reply.text


def test_what_is_asked_goes_back_as_far_as_its_matter(assistant: Assistant) -> None:
    reply = talk(assistant, "贵州2025年质押融资目标多少", "2020年是多少", "翻了几番", "谁牵头", "珠海呢")
    assert [citation.clause_id for citation in reply.citations] == ["zhuhai-2019#2.5.10"]


def test_a_quarter_is_asked_of_the_row_before(assistant: Assistant) -> None:
    reply = talk(assistant, "2014年那份计划第9项讲什么", "谁负责", "第三季度干什么")
    assert [citation.clause_id for citation in reply.citations] == ["chongqing-2014#4.9.q3"]


def test_another_place_beside_the_one_before(assistant: Assistant) -> None:
    reply = talk(assistant, "珠海的商标目标", "这些跟贵州比怎么样")
    assert {citation.plan_id for citation in reply.citations} == {"zhuhai-2019", "guizhou-2021"}


def test_short_questions_in_english_go_on_in_english(assistant: Assistant) -> None:
    asked = ("What does Guizhou's plan say about geographical indications?", "How many by 2025?")
    assert "2025 target 410件" in talk(assistant, *asked).text
    assert {citation.plan_id for citation in talk(assistant, *asked, "And Zhuhai?").citations} == {"zhuhai-2019"}


def test_who_asks_for_somebody_else_is_not_asked_about(assistant: Assistant) -> None:
    reply = ask(assistant, "区政府办让我汇总黔江方案里各单位的任务")
    assert "单位名单里共有15个单位" in reply.text


def test_the_plan_in_force_is_told_and_not_whether_it_is(assistant: Assistant) -> None:
    reply = ask(assistant, "重庆现在有效的知识产权方案讲了什么")
    assert "该规划分为3个部分，共17项任务" in reply.text


def test_all_that_is_said_of_a_matter_of_many_clauses_is_listed(assistant: Assistant) -> None:
    reply = ask(assistant, "贵州知识产权规划中关于高校的规定")
    assert "该规划提到“高校”的共10条" in reply.text
    assert reply.text.count("\n- ") == 10


def test_a_part_of_a_part_is_found_by_its_number(assistant: Assistant) -> None:
    reply = ask(assistant, "黔江方案第三部分第二节是什么")
    assert [citation.clause_id.split("#")[1] for citation in reply.citations] == ["3.2.1", "3.2.2", "3.2.3"]


@pytest.mark.parametrize(("asked", "clauses"), [
    (("重庆2014年推进计划专利奖励办法什么时候印发", "年底呢"), ["2.4.q4"]),
    (("重庆2014年计划第4项责任处室是哪个", "第四季度呢", "年底要做啥"), ["2.4.q4"]),
    (("黔江方案的保障措施第二条讲什么", "归谁负责"), ["4.2"]),
])
def test_the_row_and_the_item_stay_the_same(asked: tuple[str, ...], clauses: list[str], assistant: Assistant) -> None:
    assert [citation.clause_id.split("#")[1] for citation in talk(assistant, *asked).citations] == clauses


@pytest.mark.parametrize(("then", "said"), [
    ("公安呢", "没有出现公安局"), ("那财政呢", "只在3条的正文中提到"), ("跟法院一起的", "市检察院、法院都在单位名单里的共3条"),
])
def test_a_body_is_called_by_its_field_alone(then: str, said: str, assistant: Assistant) -> None:
    assert said in talk(assistant, "重庆市检察院有什么任务", then).text.replace("的责任单位名单和正文中都", "")


def test_a_body_goes_by_another_name_in_another_place(assistant: Assistant) -> None:
    reply = talk(assistant, "黔江区科技局有哪些任务", "教育局呢")
    assert "共3条任务（原文写作：区教委）" in reply.text


def test_whether_there_is_a_newer_plan(assistant: Assistant) -> None:
    assert "没有贵州更晚的规划" in talk(assistant, "贵州规划到期没有", "那现在有新的吗").text
    assert "更晚的规划：《共建现代化新重庆知识产权强市实施方案》" in ask(assistant, "重庆2014年的推进计划现在被取代了吗").text


def test_all_plans_of_the_talk_are_meant_by_both(assistant: Assistant) -> None:
    reply = talk(assistant, "黔江的质押融资谁负责", "珠海呢", "这两个一样吗")
    assert {citation.plan_id for citation in reply.citations} == {"qianjiang-2022", "zhuhai-2019"}


@pytest.mark.parametrize(("question", "count"), [
    ("贵州规划里哪些条提到地理标志", 9), ("贵州规划里海外维权相关的内容都有哪些", 2), ("黔江方案中提到银行的条款", 2),
    ("What does the Guizhou plan say about geographical indications?", 9),
])
def test_every_place_that_mentions_a_matter_is_listed(question: str, count: int, assistant: Assistant) -> None:
    reply = ask(assistant, question)
    assert len(reply.citations) == count
    assert re.search(rf"共{count}条|in {count} clauses", reply.text)


def test_a_word_that_a_plan_does_not_have(assistant: Assistant) -> None:
    assert "没有写到“专利奖”" in ask(assistant, "重庆2014年计划里提到专利奖的内容").text


def test_offices_of_a_body_are_counted(assistant: Assistant) -> None:
    assert "单位名单里共有11个单位" in ask(assistant, "重庆2024方案里国家知识产权局哪些司局参与").text


def test_of_what_was_told_that_with_figures_past_a_refusal(assistant: Assistant) -> None:
    reply = talk(assistant, "珠海2022年的目标都有哪些", "都完成了吗", "哪些有数字")
    assert "上述7条中写有数字的共4条" in reply.text


def test_how_the_values_of_a_table_are_to_be_read(assistant: Assistant) -> None:
    assert "预期性指标" in talk(assistant, "帮我列一下贵州规划的全部指标和2025年目标", "约束性的有哪些").text


def test_all_grants_of_the_next_place(assistant: Assistant) -> None:
    reply = talk(assistant, "珠海有没有专利资助", "贵州有没有", "黔江呢")
    assert "该规划写到资金、资助或奖励的共3条" in reply.text


def test_who_is_responsible_for_all_that_mentions_a_matter(assistant: Assistant) -> None:
    reply = ask(assistant, "黔江区方案里跟银行有关的任务谁牵头")
    assert [citation.clause_id.split("#")[1] for citation in reply.citations] == ["3.2.1", "4.1"]


def test_all_that_a_plan_wants_of_a_reader(assistant: Assistant) -> None:
    assert "该规划提到“高校”的共3条" in ask(assistant, "我们是黔江的高校，方案让我们干什么").text


def test_support_for_firms_from_abroad_in_english(assistant: Assistant) -> None:
    reply = ask(assistant, "what support does Chongqing offer to foreign companies?")
    assert [citation.clause_id for citation in reply.citations] == ["chongqing-2024#2.3.7"]


@pytest.mark.parametrize(("question", "role"), [("其中哪些是它牵头的", "lead"), ("哪些是配合", "support"), ("里面哪些只是配合", "support")])
def test_of_what_a_unit_does_only_its_part_is_asked(question: str, role: str, assistant: Assistant) -> None:
    asked = "市人力资源社会保障局在珠海方案里有哪些任务"
    reply = ask(assistant, question, asked, ask(assistant, asked).text)
    assert {citation.clause_id for citation in reply.citations} == {
        "lead": {"zhuhai-2019#2.8.17"}, "support": {"zhuhai-2019#2.9.19", "zhuhai-2019#2.9.20"}}[role]


def test_a_unit_named_alone_is_asked_of_from_then_on(assistant: Assistant) -> None:
    reply = ask(assistant, "只要牵头的", "省民宗委在贵州规划里有哪些任务", "共1个指标：指标12。", "省法院呢", "共1个指标：指标14。")
    assert "一审服判息诉率" in reply.text
    assert "民宗委" not in reply.text


@pytest.mark.parametrize("name", ["地理标志", "规上工业企业研发经费支出与营业收入之比", "研发经费投入增长"])
def test_of_a_row_it_is_told_what_holds_of_the_whole_table(name: str, assistant: Assistant) -> None:
    asked = f"贵州{name}到2025年要多少"
    assert "预期性" in ask(assistant, "是约束性的吗", asked, ask(assistant, asked).text).text
