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
WHO = ("{plan}{what}由谁牵头", "{what}这件事，{plan}哪些单位负责？", "{plan}里负责{what}的是哪个部门", "谁来{what}，{plan}")
TASKS = ("{plan}里{what}负责哪些任务", "{what}在{plan}里要做什么", "帮我列一份{what}的任务清单，{plan}", "{what}，{plan}给它派了哪些活")
HOW_MUCH = ("{plan}里{what}的目标是多少", "{plan}里，{what}要做到多少", "{what}，{plan}定的是多少？", "想问下{plan}到期末{what}要达到几多",
            "{what}这一项{plan}里是怎么定的")
WHEN = ("{what}，{plan}安排在哪个季度", "{plan}什么时候{what}")
HOW = ("{plan}在{what}方面有哪些举措", "{plan}怎么{what}", "{what}，{plan}具体写了什么")
MEANING = ("{plan}里“{what}”是什么意思", "{what}在{plan}里指什么", "{plan}提到的“{what}”具体怎么做")


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
