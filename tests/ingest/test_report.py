"""The honesty report: adds up to 100 %, names what was repaired or doubtful, finds the contradictions and no others."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.audit import audit_plan
from ingest.contradictions import find_contradictions
from ingest.corpus_meta import load_corpus
from ingest.model import Finding, Plan, PlanMeta
from ingest.parse import parse_plan
from ingest.report import Report, as_json, as_text, report_of, shares_of
from ingest.report_html import as_html
from ingest.settings import IngestSettings
from ingest.sources import read_source
from tests.ingest.rich_files import TASK, docx_bytes

CORPUS = IngestSettings().corpus
META = PlanMeta("x-1", "某市方案", "x.txt", "", "某市", (), "", period_start=date(2021, 1, 1), period_end=date(2025, 12, 31))
TABLE = "专栏1 主要指标\n| 序号 | 指标 | 单位 | 2020年 | 2025年 |\n| 1 | 有效注册商标量 | 万件 | 3 | 5 |\n| 2 | 示范企业数 | 家 | 10 | 60 |\n"


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    found = {}
    for meta in load_corpus(CORPUS):
        source = read_source(CORPUS / meta.file)
        found[meta.id] = parse_plan(source.raw, meta, source.sha256)
    return found


@pytest.fixture(scope="module")
def reports(plans: dict[str, Plan]) -> dict[str, Report]:
    return {plan_id: report_of(plan) for plan_id, plan in plans.items()}


def test_shares_add_up_to_exactly_100(reports: dict[str, Report]) -> None:
    for report in reports.values():
        assert sum(share.characters for share in report.shares) == report.characters
        assert sum(round(share.percent * 100) for share in report.shares) == 10_000
        assert not {"unaccounted", "twice"} & {share.name for share in report.shares}
        assert all(re.search(r"[\u4e00-\u9fff]", share.label) for share in report.shares)
    assert [share.percent for share in shares_of(Counter(a=1, b=1, c=1), 3)] == [33.34, 33.33, 33.33]


def test_only_the_real_contradictions_are_found(plans: dict[str, Plan]) -> None:
    found = {plan_id: find_contradictions(plan) for plan_id, plan in plans.items()}
    assert {plan_id: len(findings) for plan_id, findings in found.items() if findings} == {"guizhou-2021": 2}
    first, second = found["guizhou-2021"]
    assert "222件" in first.message
    assert "386件" in first.message
    assert "102＋5×10＝152" in second.message
    for finding in (first, second):
        assert (finding.grade, finding.kind) == ("warning", "contradiction")
    text = plans["guizhou-2021"].text
    assert "地理标志获批量为222件" in text[first.start : first.end]
    assert "每年新增认定“贵州老字号”企业10家" in text[second.start : second.end]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("到2025年，有效注册商标量达到6万件。", "2025年有两个不一致的数"),
        ("“十三五”末，全市注册有效商标总量达到2.5万件。", "2020年有两个不一致的数"),
        ("“十四五”期间，每年新增示范企业5家。", "10＋5×5＝35"),
        ("“十四五”期间，培育示范企业20家。", "10＋20＝30"),
        ("到2025年，有效注册商标量达到50000件。", ""),
        ("到2025年，有效注册商标量达到4万件以上。", ""),
        ("到2025年，有效注册商标量达到5.2万件左右。", ""),
        ("到2024年，有效注册商标量达到4.5万件。", ""),
        ("到2025年，有效注册商标量增长6%。", ""),
        ("“十四五”期间，每年新增示范企业10家。", ""),
        ("“十四五”期间，新增示范企业30家以上。", ""),
        ("到2025年，国家级示范企业数达到20家。", ""),
        ("有效注册商标量达到6万件。", ""),
    ],
)
def test_contradictions_by_rule(sentence: str, said: str) -> None:
    text = f"一、目标\n{TABLE}二、任务\n（一）加强培育。{sentence}\n（二）加强保护。完善机制。\n"
    found = find_contradictions(parse_plan(text, META, ""))
    assert len(found) == bool(said), [finding.message for finding in found]
    assert not said or said in found[0].message


def test_repairs_headings_gaps_and_units_are_listed(reports: dict[str, Report]) -> None:
    repaired = reports["chongqing-2024"]
    kinds = {(count.kind, count.certainty) for count in repaired.repair_counts}
    assert ("pinyin", "certain") in kinds
    assert len(repaired.mojibake) == sum(c.count for c in repaired.repair_counts if c.kind == "mojibake") > 5
    text = as_text(repaired)
    for repair in repaired.mojibake:
        assert f"{repair.raw_start}–{repair.raw_end}：" in text
        assert repair.after in text
    assert len(reports["guizhou-2021"].of("heading inferred")) > 10
    assert "编号从 4 跳到 7" in as_text(reports["chongqing-2014"])
    assert reports["chongqing-2014"].of("uncertain cell")
    odd = {unit.name: unit.reason for unit in reports["chongqing-2014"].odd_units}
    assert "是一类单位" in odd["下属机构"]
    assert any("自治区" in name and "自治县" in name for name in odd)
    assert not reports["zhuhai-2019"].odd_units
    assert reports["zhuhai-2019"].of("unit list cut off")


def test_a_name_that_is_no_unit_is_odd() -> None:
    report = report_of(parse_plan("一、任务\n（一）加强保护。完善机制。（责任单位：市财政局、加强协同；配合单位：市教委）\n", META, ""))
    assert [(unit.name, unit.clause_ids) for unit in report.odd_units] == [("加强协同", ("x-1#1.1",))]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.lang = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.lang = (known.get("lang") or "") if tag == "html" else self.lang
        self.links += [known[name] or "" for name in ("href", "src") if name in known]
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_escaped_and_asks_nobody(reports: dict[str, Report]) -> None:
    evil = Finding("error", "no clause", "<script>alert('1')</script>&", 0, 1)
    bad = replace(reports["zhuhai-2019"], title="<b>珠海</b>", findings=(evil,), reading=("<i>页码</i>",))
    html = as_html([*reports.values(), bad], date(2026, 11, 22))
    page = _Page()
    page.feed(html)
    assert page.open == []
    assert page.lang == "zh-CN"
    assert page.links
    assert all(link.startswith("#") for link in page.links)
    assert not re.search(r"https?:|@import|url\(|<script|<b>|<i>", html)
    assert "<script>alert('1')</script>&" in page.text
    assert "102＋5×10＝152" in page.text
    assert page.text.count("100.00%") == len(reports) + 1
    for mojibake in reports["chongqing-2024"].mojibake:
        assert mojibake.before in page.text


def test_json_has_all(reports: dict[str, Report]) -> None:
    [guizhou] = json.loads(as_json([reports["guizhou-2021"]]))
    assert guizhou["plan_id"] == "guizhou-2021"
    assert round(sum(share["percent"] for share in guizhou["shares"]), 6) == 100
    assert [finding["kind"] for finding in guizhou["findings"]].count("contradiction") == 2


def test_an_error_in_the_report_fails_the_check(plans: dict[str, Plan]) -> None:
    plan = plans["zhuhai-2019"]
    lost = replace(plan, clauses=plan.clauses[1:])
    assert report_of(plan).errors == ()
    assert audit_plan(plan).problems == ()
    assert any("不属于任何条款" in problem for problem in audit_plan(lost).problems)
    wrong = replace(plan, findings=(*plan.findings, Finding("error", "span", "位置与文字不符", 0, 1)))
    assert report_of(wrong).errors
    assert audit_plan(wrong).problems == ("span：位置与文字不符",)


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPPLAN_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("IPPLAN_TODAY", "2026-11-22")
    assert main(["report"]) == 1
    assert "python -m ingest build" in capsys.readouterr().err
    path, out = tmp_path / "plan.docx", tmp_path / "report.html"
    path.write_bytes(docx_bytes())
    assert main(["report", str(path)]) == 0
    text = capsys.readouterr().out
    assert "100.00%" in text
    assert "修订中已删除的 3 个字未收入" in text
    assert main(["report", str(path), "--html", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["reading"]
    assert "生成日期 2026-11-22" in out.read_text(encoding="utf-8")
    assert main(["report", str(path), "--html", str(tmp_path / "none" / "report.html")]) == 1
    error = capsys.readouterr().err
    assert "写不进去" in error
    assert error.count("\n") == 1
    assert TASK not in error
