"""The pages that answer without a question: complete, linked to their clauses, safe with anything in an address."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fastapi.testclient import TestClient

from assistant.chain import Assistant
from assistant.knowledge import Knowledge
from assistant.model import Span
from assistant.navigation import ITEMS, unit_url
from assistant.pages.duties import Wanted, matrices
from assistant.pages.indicators import _amount
from assistant.pages.marking import Mark, find, marked
from assistant.pages.repaired import pairs
from assistant.pages.schedule import Step, lanes, tasks_of
from assistant.pages.shell import DRAWN, some_plans
from assistant.pages.targets import number, targets
from ingest.model import Clause, ScheduleFact

EVIL = '"><img src=x onerror=alert(1)><script>'
PAGES = ("/plans", "/plans/guizhou-2021", "/plans/chongqing-2024?view=raw", "/plans/chongqing-2014/report", "/duties",
         "/units/专利管理处", "/indicators", "/schedule", "/report")


def links(html: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'<a [^>]*href="([^"]*)"', html)]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_bar_and_no_inline_code(client: TestClient, path: str) -> None:
    response = client.get(path)
    html = response.text
    assert response.status_code == 200
    assert set(links(html)) >= {href for href, _ in ITEMS}
    assert len(re.findall(r'<nav class="ipa-nav".*?</nav>', html)) == 1
    assert html.count('aria-current="page"') >= 1
    assert not re.search(r"<script(?![^>]* src=)|<style|<[^>]+ (?:style|on[a-z]+)=", html)
    assert set(re.findall(r'(?:src|href)="(https?:)?//', html)) == set()
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert "script-src" in (policy := response.headers["content-security-policy"]) or "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_somewhere(client: TestClient, path: str) -> None:
    """Pages that are linked exist, and so do the clauses they are linked at; a sample of each page's links."""
    html = client.get(path).text
    seen: dict[str, str] = {}
    for href in dict.fromkeys(links(html)[::7]):
        parts = urlsplit(href)
        if parts.path.startswith("/api/") or parts.path == "/":
            continue
        at = parts.path or path.partition("?")[0]
        if at not in seen:
            response = client.get(at)
            assert response.status_code == 200, href
            seen[at] = response.text
        whole = html if not parts.path else seen[at]
        if parts.fragment and parts.fragment != "marked":
            assert f'id="{unquote(parts.fragment)}"' in whole, href


@pytest.mark.parametrize("path", [
    f"/plans/{EVIL}", f"/units/{EVIL}", f"/plans?q={EVIL}", f"/plans/guizhou-2021?q={EVIL}&mark={EVIL}&kind={EVIL}",
    f"/duties?unit={EVIL}&role={EVIL}&kind={EVIL}&sort={EVIL}", f"/indicators?name={EVIL}", f"/schedule?unit={EVIL}&quarter={EVIL}",
    f"/duties?plan={EVIL}", "/schedule?quarter=99", "/plans/guizhou-2021?mark=9-1,5-999999999", "/plans?q=%00%F0",
    "/plans/guizhou-2021?q=" + "专" * 5000, f"/plans/{EVIL}/report",
])
def test_what_an_address_says_is_never_markup(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code in (200, 404)
    assert "<img src=x" not in response.text
    assert "<script>" not in response.text
    assert '<main id="main"' in response.text


def test_no_fact_of_a_unit_is_missing_from_the_matrix(client: TestClient, assistant: Assistant) -> None:
    html = client.get("/duties").text
    cells = re.findall(r'<td><?(.*?)</td>', html)
    shown = sum(cell.count('class="role ') for cell in cells)
    assert shown == len(assistant.catalogue.units())
    spans = {tuple(map(int, parse_qs(urlsplit(href).query)["mark"][0].split("-")))
             for href in links(html) if "mark=" in href}
    assert {(fact.start, fact.end) for fact in assistant.catalogue.units()} <= spans


def test_the_matrix_is_filtered_sorted_and_counted(knowledge: Knowledge, client: TestClient) -> None:
    whole = list(matrices(knowledge, Wanted()))
    assert [each.meta.id for each in whole] == [meta.id for meta in knowledge.metas]
    leads = list(matrices(knowledge, Wanted.of("zhuhai-2019", "lead", "", "single", "count")))
    assert len(leads) == 1
    duties = [duty for line in leads[0].lines for found in line.duties.values() for duty in found]
    assert {duty.fact.role for duty in duties} == {"lead"}
    assert not any(duty.fact.collective for duty in duties)
    counts = [len(line.duties) for line in leads[0].lines]
    assert counts == sorted(counts, reverse=True)
    assert leads[0].count == len(duties)
    assert "没有符合条件" in client.get("/duties?unit=没有这样的单位").text


def test_files_are_offered_of_what_is_shown(client: TestClient) -> None:
    exact = client.get("/duties?plan=zhuhai-2019&role=lead&unit=市司法局").text
    assert "文件不按" in exact    # 市司法局 leads nothing in Zhuhai: nothing is shown, so the file is not narrowed to it
    html = client.get("/duties?plan=zhuhai-2019&role=support&unit=市司法局").text
    assert "文件不按" not in html
    for path in (html, client.get("/schedule?quarter=3&unit=专利管理处").text, client.get("/indicators?plan=guizhou-2021").text):
        files = [href for href in links(path) if href.startswith("/api/") and "format" in href]
        assert files
        for href in files:
            assert client.get(href).status_code == 200, href
    assert "市司法局" in unquote(next(href for href in links(html) if "/api/matrix" in href))


def test_a_row_of_the_2014_table_is_one_column(knowledge: Knowledge) -> None:
    (found,) = matrices(knowledge, Wanted("chongqing-2014"))
    assert {clause.kind for clause in found.clauses} == {"row"}
    assert len(found.clauses) == 18


def test_a_unit_has_a_page_with_all_it_is_in_for(client: TestClient, assistant: Assistant) -> None:
    for name in dict.fromkeys(fact.unit for fact in assistant.catalogue.units()):
        html = client.get(unit_url(name)).text
        facts = [fact for fact in assistant.catalogue.units() if fact.unit == name]
        assert html.count("<blockquote>") == len(facts), name
    assert "2018年机构改革前，相关职责在科委" in client.get("/units/区科技局").text
    assert "由金融监管分局承担" in (bank := client.get("/units/珠海银保监分局").text)
    assert "银保监局的相关职责" not in bank
    two = client.get("/units/市知识产权局").text
    assert "写法：<a" in two
    assert "各区县(自治县)知识产权局</a>" not in two
    missing = client.get("/units/区市场监督局")
    assert missing.status_code == 404
    assert "区市场监管局" in missing.text


def test_a_name_in_two_regions_is_said_to_be_two_units(client: TestClient, assistant: Assistant) -> None:
    regions: dict[str, set[str]] = {}
    for meta in assistant.catalogue.metas():
        for fact in assistant.catalogue.units(meta.id):
            regions.setdefault(fact.unit, set()).add(meta.region)
    for name, found in regions.items():
        assert ("不是同一个单位" in client.get(unit_url(name)).text) == (len(found) > 1)


def test_every_target_is_in_the_table_and_linked(client: TestClient, assistant: Assistant) -> None:
    html = client.get("/indicators").text
    facts = assistant.catalogue.indicators()
    assert len(re.findall(r'<tr><th scope="row">[^0-9]', html)) >= len(facts)
    for fact in facts:
        assert f"mark={fact.start}-{fact.end}#" in html


def test_charts_keep_measures_and_growth_apart(knowledge: Knowledge, client: TestClient) -> None:
    html = client.get("/indicators?plan=guizhou-2021").text
    charts = re.findall(r'<section class="chart"><h4>(.*?)</h4>(.*?)</section>', html, re.S)
    assert len({title for title, _ in charts}) == len(charts)
    by_name = {target.fact.name: target for target in targets(knowledge, "guizhou-2021", "")}
    for title, body in charts:
        names = [unescape(name) for name in re.findall(r"<caption>(.*?)</caption>", body)]
        assert {by_name[name].fact.measure for name in names} == {title[title.index("（") + 1:-1]}
        assert len({by_name[name].sense for name in names}) == 1
    assert sum(body.count("<caption>") for _, body in charts) == 17
    assert by_name["规上工业企业研发经费支出与营业收入之比"].base_year == 2019   # 带*号均为2019年数


def test_numbers_and_how_they_are_written() -> None:
    assert [number(value) for value in ("12以上", "0.93*", "2-3", "超过20", "若干")] == [12.0, 0.93, None, 20.0, None]
    assert [_amount(*pair) for pair in (("12以上", "%"), ("0.93*", "%"), ("80余", "期"), ("超过20", "%"), ("2-3", "家"))] == [
        "12%以上", "0.93%*", "80余期", "超过20%", "2-3家"]


def test_every_step_of_2014_is_in_the_chart(client: TestClient, knowledge: Knowledge) -> None:
    html = client.get("/schedule").text
    facts = knowledge.catalogue.schedules()
    steps = [fact for fact in facts if fact.quarters or fact.stage]
    assert html.count('<td class="step"') == len(steps)
    assert html.count("<li><strong>") == len(facts) - len(steps)
    tasks = list(tasks_of(knowledge, knowledge.catalogue.meta("chongqing-2014")))
    assert html.count('<th scope="rowgroup"') == len(tasks) == 18
    second = client.get("/schedule?quarter=2").text
    assert "第一季度</th>" not in second
    assert second.count('<th scope="rowgroup"') == sum(
        any(step.first <= 2 <= step.last for step in task.steps) for task in tasks)
    one = client.get("/schedule?unit=专利管理处").text
    assert 0 < one.count('<th scope="rowgroup"') < 18


def test_steps_that_overlap_are_laid_out_one_below_the_other(assistant: Assistant) -> None:
    clause: Clause = assistant.catalogue.clauses("chongqing-2014")[0]
    steps = [Step(ScheduleFact("c", "", 0, 0), clause, first, last) for first, last in ((1, 3), (2, 2), (4, 4), (0, 0))]
    laid = [[(step.first, step.last) for step in lane] for lane in lanes(steps)]
    assert laid == [[(0, 0)], [(1, 3), (4, 4)], [(2, 2)]]


def test_search_finds_across_line_breaks_scripts_and_width() -> None:
    text = "专利质\n押融资,PCT专利。专利"
    assert [text[span.start:span.end] for span in find(text, "質押")] == ["质\n押"]
    assert len(find(text, "ＰＣＴ 质押")) == 2
    assert find(text, "  ") == ()
    assert find("a.c abc", "a.c") == (Span(0, 3),)


def test_search_marks_and_counts_the_same(client: TestClient, assistant: Assistant) -> None:
    html = client.get("/plans/guizhou-2021?q=质押").text
    count = len(find(assistant.catalogue.text("guizhou-2021"), "质押"))
    assert f"“质押”：{count} 处" in html
    assert [f'id="hit-{n}"' in html for n in range(1, count + 2)] == [True] * count + [False]
    assert f"“质押”：{count} 处" in client.get("/plans?q=质押").text
    assert "没有找到“量子计算机”" in client.get("/plans/guizhou-2021?q=量子计算机").text


def test_marks_may_overlap_and_lose_no_text() -> None:
    html = marked("甲乙丙丁", 10, (Mark(10, 13), Mark(11, 14, "hit", "hit-1")))
    assert html == ('<mark class="cite">甲</mark><mark class="cite hit" id="hit-1">乙丙</mark><mark class="hit">丁</mark>')
    assert marked("<b>", 0, (Mark(0, 1),)) == '<mark class="cite">&lt;</mark>b&gt;'


def test_inferred_headings_are_shown_where_their_clauses_begin(client: TestClient, assistant: Assistant) -> None:
    html = client.get("/plans/guizhou-2021").text
    inferred = [section for section in assistant.catalogue.sections("guizhou-2021") if section.inferred]
    assert inferred
    assert html.count("正文缺此标题，据目录推定") == len(inferred)
    for section in inferred:
        place = section.id.partition("#")[2]
        first = next((clause for clause in assistant.catalogue.clauses("guizhou-2021") if clause.section_id == section.id), None)
        if first is not None:
            assert html.index(f'id="{place}"') < html.index(f'id="{first.id.partition("#")[2]}"')


def test_raw_and_repaired_hold_every_repair(assistant: Assistant, client: TestClient) -> None:
    catalogue = assistant.catalogue
    for meta in catalogue.metas():
        text, raw, repairs = catalogue.text(meta.id), catalogue.raw(meta.id), catalogue.repairs(meta.id)
        found = list(pairs(text, raw, catalogue.offsets(meta.id), repairs))
        assert sorted(change.repair.raw_start for pair in found for change in pair.changes) == sorted(
            repair.raw_start for repair in repairs)
        for pair in found:
            assert raw[pair.raw_start:pair.raw_end] != text[pair.start:pair.end]
    html = client.get("/plans/chongqing-2024?view=raw&kind=mojibake").text
    assert html.count("<del ") == sum(repair.kind == "mojibake" for repair in catalogue.repairs("chongqing-2024"))
    assert "逐字相同，没有修复" in client.get("/plans/qianjiang-2022?view=raw").text


def test_the_report_adds_up(client: TestClient, assistant: Assistant) -> None:
    assert client.get("/report").text.count("100.00%") == len(assistant.catalogue.metas())
    whole = client.get("/plans/guizhou-2021/report").text
    assert "推定的标题（27 处）" in whole
    assert "<td>合计</td>" in whole


def test_a_mark_can_be_gone_to(client: TestClient, assistant: Assistant) -> None:
    clause = assistant.catalogue.clauses("zhuhai-2019")[9]
    html = client.get(f"/plans/zhuhai-2019?mark={clause.start}-{clause.end}").text
    assert html.count('id="marked"') == 1


def test_a_page_draws_a_dozen_plans_and_says_that_there_are_more() -> None:
    assert some_plans(range(DRAWN)) == (tuple(range(DRAWN)), "")
    shown, said = some_plans(iter(range(1000)))
    assert shown == tuple(range(DRAWN))
    assert f"前 {DRAWN} 份规划" in said
