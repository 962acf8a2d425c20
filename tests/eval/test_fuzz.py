"""What fuzzing found stays found, and what it watches for it sees."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from eval.fuzz import MOST, changed, check, check_plan, cuttings, mutate
from ingest.model import Plan, PlanMeta
from ingest.parse import parse_plan

META = PlanMeta("made-1", "某市知识产权工作方案", "made.txt", "某市人民政府", "某市", (), "city")
FOUND = {
    "a site line inside a table of tasks":
        "工作措施 工作目标 具体措施 进度安排 执行部门 配合单位 责任处室\n(七)专设\n1小程序",
    "page numbers and a site line between the lines of the contents":
        "目录\n第一章 总体要求……1\n第二章 重点任务……3\n- 1 -\n点击进入小程序\n第三章 保障措施……9\n第一章 总体要求\n坚持创新。\n",
    "a page number in the header of a table of tasks":
        "工作措施 工作目标 具\n-4-\n体措施 进度安排 执行部门 配合单位 责任处室\n(一)政策2.",
    "a page number in an indicator's row": "序号\n指标名称\n单位\n2020\n1\n2\n-4-\n省",
    "a column of units before the number":
        "牵头单位\n序号\n名称\n牵头单位\n单位\n2020\n1\n2|比\n|\n%\n1|—\n|\n产出\n4\n每\n市场\n|\n1",
    "an indicator's last line with the next one's category":
        "类别\n序号\n指标名称\n牵头单位\n单位\n2020\n1\n|\n厅|元\n|\n5|期\n3\n上\n省工\n|\n0",
    "an indicator table inside a table of tasks":
        "工作措施 工作目标 具体措施 进度安排 执行部门 配合单位 责任处室\n(六)专利4.\n序号\n指标\n牵头单位\n单位\n2020实现数\n1\n2",
}


@pytest.mark.parametrize("name", list(FOUND))
def test_what_was_found(name: str) -> None:
    check(FOUND[name].encode())


def test_contents_go_on_after_a_page_number() -> None:
    plan = parse_plan(FOUND["page numbers and a site line between the lines of the contents"], META, "")
    said = {(piece.name, plan.text[piece.start:piece.end]) for piece in plan.boilerplate}
    assert {("page number", "- 1 -"), ("site line", "点击进入小程序"), ("contents", "第三章 保障措施……9")} <= said
    assert [section.title for section in plan.sections if not section.inferred] == ["总体要求"]


def test_facts_go_with_the_part_they_stand_in() -> None:
    """A page break in a cell of units: what stands behind it is a clause of its own, and its units are facts of that."""
    header = "工作措施 工作目标 具体措施 进度安排 执行部门 配合单位 责任处室\n"
    row = "（一）提升质量\n1.培育企业。 培育25家。 1.开展培训。 第一季度：制定方案。 市知识产权局、\n- 4 -\n市财政局 市教委 规划处\n"
    plan = parse_plan(header + row, META, "")
    clauses = {clause.id: clause for clause in plan.clauses}
    assert {"市知识产权局", "市财政局"} <= {fact.unit for fact in plan.units}
    assert all(fact.unit in clauses[fact.clause_id].text for fact in plan.units)
    check_plan(plan)


def test_a_promise_that_is_broken_is_seen() -> None:
    plan = parse_plan("一、总体要求\n到2025年，发明专利达到12件。\n二、重点任务\n对首次通过认定的企业，每件奖励5万元。\n", META, "")
    check_plan(plan)
    measure = plan.measures[0]
    moved = replace(measure, amount_starts=tuple(start + 1 for start in measure.amount_starts))
    broken: tuple[Plan, ...] = (
        replace(plan, clauses=plan.clauses[1:]), replace(plan, clauses=(*plan.clauses, plan.clauses[0])),
        replace(plan, measures=(moved,)), replace(plan, measures=(replace(measure, end=len(plan.text) + 1),)),
    )
    for each in broken:
        with pytest.raises((AssertionError, KeyError)):
            check_plan(each)


def test_changed_plans_keep_the_promises() -> None:
    """A hundred of the inputs that `python -m eval.fuzz` makes, without its search for new ones."""
    random = Random(7)
    sound = [piece for piece in cuttings() if "?" not in piece]
    for _ in range(100):
        text = changed(random.choice(sound), sound, random).replace("?", "")
        check(text.encode())


def test_mutations_are_repeatable_and_short_enough() -> None:
    data = cuttings()[3].encode()
    assert mutate(data, MOST, 5) == mutate(data, MOST, 5)
    assert len({mutate(data, MOST, seed) for seed in range(20)}) > 15
    assert all(len(mutate(data * 5, MOST, seed)) <= MOST for seed in range(20))
