"""Every clause, unit, indicator, quarter and named thing of the plans, asked for in the ways people ask: found again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import count

import pytest

from assistant.chain import Assistant
from assistant.knowledge import Knowledge
from assistant.model import Question, Reply

PLANS = {"chongqing-2024": "重庆2024方案", "zhuhai-2019": "珠海方案", "chongqing-2014": "重庆2014年计划", "qianjiang-2022": "黔江方案",
         "guizhou-2021": "贵州规划"}
WHO = ("{plan}{what}由谁牵头", "{what}这件事，{plan}哪些单位负责？", "{plan}里负责{what}的是哪个部门", "谁来{what}，{plan}",
       "{what}——{plan}落到哪几家头上", "{plan}，{what}，主责和配合分别是哪家", "{what}这块{plan}谁说了算", "{plan}：{what}，牵头单位+配合单位",
       "Who is responsible for “{what}” in {plan}?", "{what}嘅責任單位係邊個（{plan}）", "{plan}里{what}的分工")
TASKS = ("{plan}里{what}负责哪些任务", "{what}在{plan}里要做什么", "帮我列一份{what}的任务清单，{plan}", "{what}，{plan}给它派了哪些活",
         "把{plan}中涉及{what}的条款全部找出来", "{what}的职责（{plan}）", "List all tasks of {what} in {plan}", "{plan}裡{what}負責啲咩",
         "{what}参与了{plan}里的哪些工作", "我是{what}的，{plan}里有我们什么事")
HOW_MUCH = ("{plan}里{what}的目标是多少", "{plan}里，{what}要做到多少", "{what}，{plan}定的是多少？", "想问下{plan}到期末{what}要达到几多",
            "{what}这一项{plan}里是怎么定的")
WHEN = ("{what}，{plan}安排在哪个季度", "{plan}什么时候{what}", "{what}是{plan}几季度的事", "{what}啥时候搞，{plan}")
HOW = ("{plan}在{what}方面有哪些举措", "{plan}怎么{what}", "{what}，{plan}具体写了什么", "关于{what}，{plan}讲了些什么",
       "{plan}打算咋个{what}", "{plan}有關{what}嘅內容")
MEANING = ("{plan}里“{what}”是什么意思", "{what}在{plan}里指什么", "{plan}提到的“{what}”具体怎么做",
           "{plan}说的{what}是怎么回事", "{what}是什么？{plan}里看到的", "“{what}”在{plan}哪里提到，讲的什么")


def _title(clause_title: str) -> str:
    return re.sub(r"^[\d一二三四五六七八九十（）().、﹒．\s]+", "", clause_title).strip("。")


def _owners(knowledge: Knowledge, plan_id: str) -> dict[str, set[str]]:
    """The clauses that each unit is in for."""
    owners: dict[str, set[str]] = defaultdict(set)
    for fact in knowledge.catalogue.units(plan_id):
        owners[fact.unit].add(knowledge.owner(knowledge.catalogue.clause(fact.clause_id)).id)
    return owners


def _asked(kind: str, knowledge: Knowledge) -> Iterator[tuple[str, str, frozenset[str], tuple[str, ...]]]:
    """(plan, what, the clauses of which one is to be cited, of tasks all, words that the answer is to say) of a kind."""
    for plan_id in PLANS:
        view = knowledge.view(plan_id)
        owners = _owners(knowledge, plan_id)
        if kind == "tasks":
            yield from ((plan_id, unit, frozenset(ids), ()) for unit, ids in owners.items() if len(unit) <= 22 and unit != "办公室")
        if kind == "indicators":
            yield from ((plan_id, fact.name, frozenset((fact.clause_id,)), tuple(re.findall(r"\d[\d.]*", fact.value)[-1:]))
                        for fact in knowledge.catalogue.indicators(plan_id))
        for clause in view.clauses:
            family = frozenset((clause.id, *(cell.id for cell in knowledge.cells(clause))))
            title = _title(clause.title)
            if kind == "who" and any(clause.id in ids for ids in owners.values()) and 4 <= len(title) <= 30 and clause.kind != "indicator":
                yield plan_id, title, family, ()
            if kind == "how" and not clause.parent_id and clause.kind not in ("indicator", "note", "front") and 5 <= len(title) <= 24:
                yield plan_id, title, family, ()
            if kind == "when" and clause.cell == "schedule":
                said = re.split(r"[。;；]", re.sub(r"^第.{1,8}?[,:，：]", "", clause.text.strip()))[0]
                if 8 <= len(said) <= 40:
                    yield plan_id, said, family, ()
        if kind == "meaning":
            for term in dict.fromkeys(re.findall(r"“([^”\n]{2,14})”", knowledge.text(plan_id))):
                holding = frozenset(c.id for c in view.clauses if term in c.text and c.kind != "front")
                if holding and not re.fullmatch("十.五", term):
                    yield plan_id, term, holding, ()


def _right(reply: Reply, kind: str, wanted: frozenset[str], said: tuple[str, ...], knowledge: Knowledge) -> bool:
    cited = {citation.clause_id for citation in reply.citations}
    if kind == "tasks":
        cited = {knowledge.owner(knowledge.catalogue.clause(name)).id if "#" in name else name for name in cited if not name.endswith("#")}
        return reply.status == "answered" and wanted <= cited
    return reply.status == "answered" and bool(wanted & cited) and all(word in reply.text for word in said)


@pytest.mark.parametrize(("kind", "forms", "lost"), [
    ("who", WHO, 0.02), ("tasks", TASKS, 0.01), ("indicators", HOW_MUCH, 0.08), ("when", WHEN, 0.03), ("how", HOW, 0.02), ("meaning", MEANING, 0.03)])
def test_what_a_plan_states_is_found_however_it_is_asked(kind: str, forms: tuple[str, ...], lost: float, assistant: Assistant, knowledge: Knowledge) -> None:
    turn = count()
    wrong, total = [], 0
    for plan_id, what, wanted, said in _asked(kind, knowledge):
        question = forms[next(turn) % len(forms)].format(plan=PLANS[plan_id], what=what)
        total += 1
        if not _right(assistant.ask(Question(question)), kind, wanted, said, knowledge):
            wrong.append(question)
    assert total >= 30
    assert len(wrong) <= lost * total, wrong


WHOLE_ROW = ("{what}，{plan}，先做什么后做什么？", "{plan}里{what}这一年怎么推进的，时间上？", "{what}，{plan}各季度分别干什么", "{plan}：{what}什么时候做什么",
             "{plan}的{what}分几步走", "{plan}里{what}的时间表", "{plan}的{what}，哪个季度做什么？", "{what}，{plan}从年初到年底怎么安排",
             "{what}一到四季度的工作，{plan}")


@pytest.mark.parametrize("form", WHOLE_ROW)
def test_a_whole_row_of_quarters_is_told_whole(form: str, assistant: Assistant, knowledge: Knowledge) -> None:
    rows = [clause for clause in knowledge.view("chongqing-2014").clauses if clause.kind == "row"]
    wrong, total = [], 0
    for row in rows:
        cells = {cell.id for cell in knowledge.cells(row) if cell.cell == "schedule"}
        if len(cells) > 1:
            total += 1
            reply = assistant.ask(Question(form.format(plan=PLANS["chongqing-2014"], what=_title(row.title))))
            if not cells <= {citation.clause_id for citation in reply.citations}:
                wrong.append(row.title)
    assert total >= 15
    assert len(wrong) <= 1, wrong


SEVERAL = {
    "who": ("{plan}里{a}和{b}分别由谁牵头", "{a}、{b}，{plan}各是哪个部门负责", "想问{plan}，{a}归谁管，{b}又归谁管", "{plan}：{a}谁牵头？{b}谁牵头？"),
    "how": ("{plan}在{a}和{b}方面各有什么举措", "{plan}怎么{a}，怎么{b}", "{plan}里关于{a}、{b}的内容", "{plan}，{a}具体写了什么？{b}呢？"),
    "indicators": ("{plan}里{a}和{b}的目标分别是多少", "{plan}，{a}、{b}各是多少？"),
    "when": ("{plan}里{a}和{b}各在哪个季度", "{plan}：{a}什么时候？{b}什么时候？")}


@pytest.mark.parametrize(("kind", "lost"), [("who", 0.1), ("how", 0.08), ("indicators", 0.15), ("when", 0.1)])
def test_several_matters_in_one_question_are_all_told(kind: str, lost: float, assistant: Assistant, knowledge: Knowledge) -> None:
    by_plan: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for plan_id, what, wanted, _ in _asked(kind, knowledge):
        by_plan[plan_id].append((re.sub(r"[数量]$", "", what), wanted))
    turn, wrong, total = count(), [], 0
    for plan_id, named in by_plan.items():
        for (a, of_a), (b, of_b) in zip(named[::3], named[1::3], strict=False):
            if of_a & of_b:
                continue
            question = SEVERAL[kind][next(turn) % len(SEVERAL[kind])].format(plan=PLANS[plan_id], a=a, b=b)
            reply = assistant.ask(Question(question))
            cited = {citation.clause_id for citation in reply.citations}
            total += 1
            if not (reply.status == "answered" and cited & of_a and cited & of_b):
                wrong.append(question)
    assert total >= 10
    assert len(wrong) <= lost * total, (len(wrong), total, wrong)


@pytest.mark.parametrize(("kind", "form", "lost"), [
    ("who", "{plan}里{a}、{b}和{c}分别由谁牵头", 0.0), ("who", "{plan}：{a}谁牵头？{b}谁牵头？{c}呢？", 0.1),
    ("how", "{plan}在{a}、{b}、{c}方面各写了什么", 0.05),
    ("indicators", "{plan}里{a}、{b}和{c}的目标分别是多少", 0.25)])
def test_three_matters_in_one_question_are_all_told(kind: str, form: str, lost: float, assistant: Assistant, knowledge: Knowledge) -> None:
    by_plan: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for plan_id, what, wanted, _ in _asked(kind, knowledge):
        by_plan[plan_id].append((re.sub(r"[数量]$", "", what), wanted))
    wrong, total = [], 0
    for plan_id, named in by_plan.items():
        for (a, of_a), (b, of_b), (c, of_c) in zip(named[::4], named[1::4], named[3::4], strict=False):
            if of_a & of_b or of_b & of_c or of_a & of_c:
                continue
            question = form.format(plan=PLANS[plan_id], a=a, b=b, c=c)
            cited = {citation.clause_id for citation in assistant.ask(Question(question)).citations}
            total += 1
            if not all(cited & each for each in (of_a, of_b, of_c)):
                wrong.append(question)
    assert total >= 8
    assert len(wrong) <= lost * total, (len(wrong), total, wrong)


NOT_STATED = {  # what no clause states, and the words by which one would
    "{plan}里{what}，一家企业能补多少钱": r"\d.{0,3}元", "{plan}{what}的联系电话是多少": r"\d{7}", "{plan}的{what}，去年实际完成得怎么样": "完成了|实现",
    "{plan}里{what}，分管领导是哪位": "同志", "{what}，{plan}，没完成要怎么处罚": "问责|处罚|通报", "{plan}{what}面积有多大": "平方米|亩",
    "{what}，{plan}有没有规定违约金": "违约", "{plan}{what}要交哪些材料": "材料|证明", "{what}，{plan}里有没有讲失败的教训": "教训|问题|不足",
    "{plan}里{what}申报截止到几月几号": "月|截止|季度", "{what}的贷款利率是几个点，{plan}": "利率|%|贴息", "{plan}{what}上个月进展到哪一步了": "已经完成",
    "{plan}里{what}需要满足什么条件才能申请": "条件|符合|资格", "{plan}里{what}办公室设在哪栋楼": "楼",
    # asked by a name that no clause on the matter has
    "参加{plan}{what}要交保证金吗": "保证金", "{plan}{what}，对营业额有没有要求": "营业|营收|收入|产值", "{plan}的{what}，收益怎么分成": "收益|分成|分配",
    "{plan}{what}的验收标准": "验收|标准", "{plan}{what}的投诉渠道是什么": "投诉|举报|热线", "{plan}的{what}有没有英文版材料": "英文|外文|双语",
    "{plan}{what}的法律依据是哪部法": "法》|法律|法规|条例|依法", "{plan}{what}的公示网站是哪个": "网站|平台|公示",
    # stated of another matter
    "{what}，{plan}，要去哪个窗口办": "窗口|受理", "{what}收不收费（{plan}）": "免费|收费|费用", "{what}，{plan}，找哪个律师事务所合作": "律师",
    "{what}能不能网上办，{plan}": "网上|在线|线上|电子|互联网|平台|信息化", "{what}是谁提出来的，{plan}": "提出", "{what}逾期了怎么补办，{plan}": "逾期|补办"}


NOT_STATED |= {
    "How much money does one company get under “{what}” in {plan}?": r"\d.{0,3}元", "What is the phone number for “{what}” in {plan}?": r"\d{7}",
    "Who is the person in charge of “{what}” in {plan}, by name?": "同志", "Which bank handles “{what}” in {plan}?": "银行|人行",
    "What documents are required to apply for “{what}” ({plan})?": "材料|证明", "What results has “{what}” achieved so far ({plan})?": "完成了|实现|成效",
    "What is the penalty for not completing “{what}” in {plan}?": "问责|处罚|通报", "Where is the office for “{what}” located ({plan})?": "楼|号",
    "How many staff will be hired for “{what}” in {plan}?": "人|名"}
ENGLISH = {"chongqing-2024": "the Chongqing 2024 plan", "zhuhai-2019": "the Zhuhai plan", "chongqing-2014": "the Chongqing 2014 plan",
           "qianjiang-2022": "the Qianjiang plan", "guizhou-2021": "the Guizhou plan"}


@pytest.mark.parametrize("form", NOT_STATED)
def test_what_no_clause_states_is_not_answered(form: str, assistant: Assistant, knowledge: Knowledge) -> None:
    told, total = [], 0
    for plan_id, what, wanted, _ in list(_asked("how", knowledge))[::3]:
        text = "".join(clause.text for clause in knowledge.view(plan_id).clauses if clause.id in wanted)
        if not re.search(NOT_STATED[form], text):
            total += 1
            question = form.format(plan=(ENGLISH if form[0].isascii() and form[0] != "{" else PLANS)[plan_id], what=what)
            reply = assistant.ask(Question(question))
            said = reply.text.rsplit("**", 1)[-1]
            if reply.status != "refused" and not re.search("没有(?:写明|写到|列出|说明|提到)", said):
                told.append(question)
    assert total >= 10
    assert len(told) <= 0.06 * total, told


@pytest.mark.parametrize("form", ["{plan}{what}目标多少，谁牵头", "{plan}{what}由谁牵头，要达到多少", "{plan}{what}目标多少，什么时候完成"])
def test_a_number_asked_together_with_something_else_is_told(form: str, assistant: Assistant, knowledge: Knowledge) -> None:
    facts = list(_asked("indicators", knowledge))
    replies = {question: (assistant.ask(Question(question)).text, said) for plan_id, what, _, said in facts
               if (question := form.format(plan=PLANS[plan_id], what=what))}
    wrong = [question for question, (text, said) in replies.items() if not all(number in text for number in said)]
    assert len(replies) >= 50
    assert len(wrong) <= 0.06 * len(replies), wrong


CLAIMED = ("{plan}里{what}是由{unit}牵头的吧？", "听说{what}归{unit}管，对吗（{plan}）", "{plan}{what}，{unit}是配合单位没错吧",
           "{unit}负责{what}，{plan}是这么写的吗")


def test_a_unit_that_a_clause_does_not_name_is_said_not_to_be_in_it(assistant: Assistant, knowledge: Knowledge) -> None:
    turn, wrong, total = count(), [], 0
    for plan_id, what, wanted, _ in _asked("who", knowledge):
        owners = _owners(knowledge, plan_id)
        inside = [unit for unit, ids in owners.items() if ids & wanted]
        others = [unit for unit in owners if len(unit) <= 12 and not any(each[-4:] in unit or unit[-4:] in each for each in inside)]
        if others:
            total += 1
            unit = others[total % len(others)]
            question = CLAIMED[next(turn) % len(CLAIMED)].format(plan=PLANS[plan_id], what=what, unit=unit)
            reply = assistant.ask(Question(question))
            denied = re.search(rf"没有(?:出现)?{re.escape(re.split('[(（]', unit)[0])}", reply.text)
            if not (denied and {citation.clause_id for citation in reply.citations} & wanted):
                wrong.append(question)
    assert total >= 30
    assert len(wrong) <= 0.06 * total, wrong


WRONG_NUMBER = ("{plan}里{what}的目标是{value}吧？", "{what}{plan}定的是{value}，对不对", "有人说{plan}要求{what}达到{value}，是真的吗",
                "{plan}{what}是不是{value}？")


def test_a_number_that_no_clause_has_is_said_not_to_be_there(assistant: Assistant, knowledge: Knowledge) -> None:
    turn, wrong, total = count(), [], 0
    for plan_id, what, _, said in _asked("indicators", knowledge):
        if said and float(said[0]) > 1:
            total += 1
            value = f"{float(said[0]) * 3 + 7:g}" + next(f.measure for f in knowledge.catalogue.indicators(plan_id) if f.name == what)
            question = WRONG_NUMBER[next(turn) % len(WRONG_NUMBER)].format(plan=PLANS[plan_id], what=re.sub("数$", "", what), value=value)
            reply = assistant.ask(Question(question))
            if said[0] not in reply.text or value not in reply.text.rsplit("**", 1)[-1] or "没有" not in reply.text.rsplit("**", 1)[-1]:
                wrong.append(question)
    assert total >= 50
    assert len(wrong) <= 0.06 * total, wrong
