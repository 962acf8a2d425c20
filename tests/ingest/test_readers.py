"""Web pages, Word files and PDFs: read as a person reads them, or refused in one line; the index is never harmed."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.description import AddOptions, describe
from ingest.generations import CURRENT
from ingest.model import Plan
from ingest.parse import parse_plan
from ingest.readers.grid import table_lines
from ingest.readers.numbering import chinese
from ingest.repair import repair
from ingest.sources import read_source
from tests.ingest.rich_files import (
    GOAL,
    TASK,
    TITLE,
    assembled,
    docx_bytes,
    html_text,
    pdf_bytes,
    plan_pages,
    work_docx_bytes,
)
from tests.ingest.small_corpus import make_corpus

DATA = Path(__file__).parent / "data"


def parsed(path: Path) -> Plan:
    source = read_source(path)
    return parse_plan(source.raw, describe(path, repair(source.raw).text, AddOptions(id="x-1", region="深圳")), source.sha256)


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data"),
    [("plan.docx", docx_bytes()), ("plan.html", html_text().encode()), ("plan.pdf", pdf_bytes(plan_pages())),
     ("plan.htm", html_text().replace('"utf-8"', '"gb2312"').encode("gb18030"))],
)  # fmt: skip
def test_every_format_gives_the_same_outline_and_units(tmp_path: Path, name: str, data: bytes) -> None:
    plan = parsed(write(tmp_path / name, data))
    assert plan.meta.title == TITLE
    assert plan.meta.region == "深圳"
    assert [section.title for section in plan.sections][:2] == ["总体要求", "主要任务"]
    assert any(GOAL in clause.text for clause in plan.clauses)
    task = next(clause for clause in plan.clauses if TASK in clause.text)
    assert [(fact.unit, fact.role) for fact in plan.units if fact.clause_id == task.id] == [
        ("市市场监管局", "lead"), ("市司法局", "support"),
    ]  # fmt: skip
    assert not [finding for finding in plan.findings if finding.grade == "error"]


@pytest.mark.parametrize(("name", "data"), [("plan.docx", docx_bytes()), ("plan.html", html_text().encode())])
def test_indicator_tables_keep_their_columns(tmp_path: Path, name: str, data: bytes) -> None:
    plan = parsed(write(tmp_path / name, data))
    rows = [fact for fact in plan.indicators if fact.base_year == 2020]
    assert [(fact.name, fact.measure, fact.base_value, fact.value, fact.target_year) for fact in rows] == [
        ("每万人口高价值发明专利拥有量", "件", "12.5", "18", 2025),
        ("有效注册商标量", "万件", "3.1", "4.5", 2025),
        ("知识产权案件查办率", "%", "98", "100", 2025),
    ]


def test_a_work_plan_table_of_a_word_file(tmp_path: Path) -> None:
    plan = parsed(write(tmp_path / "work.docx", work_docx_bytes()))
    cells = {clause.id.split("#")[1]: clause.text for clause in plan.clauses if clause.kind == "cell"}
    assert cells["1.1.goal"] == "新增商标一千件"
    assert cells["1.1.m2"] == "2.公布结果。"
    assert cells["1.1.q2"] == "第二季度,公布结果。"
    assert {(fact.unit, fact.role) for fact in plan.units} == {
        ("市工商局", "execute"), ("市财政局", "support"), ("各区县政府", "support"), ("商标科", "office"),
    }  # fmt: skip


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    word = read_source(write(tmp_path / "plan.docx", docx_bytes()))
    assert "加强宣传和培训" in word.raw
    assert "旧文字" not in word.raw
    assert word.left_out == ("修订中已删除的 3 个字未收入", "页眉页脚未收入：深圳市市场监督管理局文件")
    page = read_source(write(tmp_path / "plan.html", html_text().encode()))
    assert "隐藏" not in page.raw
    assert "脚本" not in page.raw
    assert "1.第一件事" in page.raw
    assert [line[:9] for line in page.left_out] == ["网页的菜单、页脚等"]
    assert read_source(write(tmp_path / "plan.pdf", pdf_bytes(plan_pages()))).left_out == ("页码 2 处未收入",)


def test_a_paragraph_over_a_page_break_is_one(tmp_path: Path) -> None:
    lines = read_source(write(tmp_path / "plan.pdf", pdf_bytes(plan_pages()))).raw.splitlines()
    assert lines == [TITLE, "一、总体要求", GOAL, "二、主要任务", "（一）" + TASK,
                     "（二）促进转化运用。支持中小企业开展知识产权质押融资。"]  # fmt: skip


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password: its keys match none."""
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<%b>/U<%b>>>/ID[<00><00>]" % (b"11" * 32, b"22" * 32)
    pages = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", pages, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"], lock)


def swollen_docx() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(210):
            part.write(bytes(1 << 20))
    return file.getvalue()


def swollen_pdf() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(210)) + packer.flush()
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>",
                      b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed)])  # fmt: skip


BAD = {
    "scan.pdf": (lambda: pdf_bytes([plan_pages()[0], [], plan_pages()[1], [(280.0, 40.0, "— 4 —")]], picture=[2, 4]),
                 "第 2、4 页是扫描的图片"),
    "locked.pdf": (encrypted_pdf, "有打开密码"),
    "torn.pdf": (lambda: pdf_bytes(plan_pages())[:300], "已损坏"),
    "notreally.pdf": (lambda: b"%PDF-1.7\n" + TASK.encode() * 9, "已损坏"),
    "bomb.pdf": (swollen_pdf, "解压后超过"),
    "bomb.docx": (swollen_docx, "解压后有"),
    "torn.docx": (lambda: docx_bytes()[:20000], "已损坏"),
    "sheet.docx": (lambda: zipped("xl/workbook.xml"), "不是 Word 文件"),
    "locked.docx": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "有密码保护"),
    "empty.html": (lambda: b"<html><body><script>1</script></body></html>", "0 个汉字"),
    "big5.html": (lambda: ("<p>" + "知識產權強市實施方案，發揮專利審查協作與轉化運用優勢。" * 9).encode("big5"), "编码"),
}  # fmt: skip


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "<workbook/>")
    return file.getvalue()


@pytest.mark.parametrize("name", list(BAD))
def test_bad_files_are_refused_in_one_line(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make, said = BAD[name]
    path = write(tmp_path / name, make())
    make_corpus(tmp_path / "corpus")
    index = tmp_path / "index"
    index.mkdir()
    (index / CURRENT).write_text("gen-0001\n")
    monkeypatch.setenv("IPPLAN_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("IPPLAN_INDEX", str(index))
    assert main(["add", str(path), "--id", "x-1", "--region", "某市", "--title", "某规划"]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert str(path) in error
    assert error.count("\n") == 1
    assert (index / CURRENT).read_text() == "gen-0001\n"
    assert not (index / "plans").exists()


def test_deep_and_odd_pages_are_read(tmp_path: Path) -> None:
    deep = "<div>" * 3000 + f"<p>{TITLE}</p>" + "</div>" * 3000
    inner = f"<table><tr><td><p>一、总体要求</p><p>{GOAL}</p></td></tr></table>"
    raw = read_source(write(tmp_path / "deep.html", f"<body>{deep}{inner}<table></table>".encode())).raw
    assert raw.splitlines() == [TITLE, "一、总体要求", GOAL]


def test_table_lines() -> None:
    assert table_lines([["a", "", "b|c"], ["", "", ""], ["牵头\n单位", "d"]]) == ["| a |  | b｜c |", "| 牵头单位 | d |  |"]
    assert table_lines([["只有一栏\n两行"]]) == ["只有一栏", "两行"]
    assert table_lines([]) == []


@pytest.mark.parametrize(
    ("value", "text"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (1000, "1000")]
)
def test_chinese_numbers(value: int, text: str) -> None:
    assert chinese(value) == text


def test_a_pdf_printed_by_a_browser() -> None:
    """office.pdf: a page printed by Chromium, with embedded fonts and a table; few distinct characters keep it small."""
    lines = read_source(DATA / "office.pdf").raw.splitlines()
    assert lines[0] == "加强知识产权工作工作工作方案（2023—2025年）"
    assert lines[2] == "加强知识产权工作，" * 8 + "方案。"
    assert lines[4:] == ["| 序号 | 指标 | 单位 | 2020年 | 2025年 |", "| 1 | 知识产权 | 件 | 12 | 25 |", "| 2 | 方案 | 件 | 3 | 5 |"]
