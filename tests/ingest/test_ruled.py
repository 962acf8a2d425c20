"""A table printed to PDF comes back as rows of cells, also where a cell runs over several lines."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ingest.readers.pdf import read_pdf
from ingest.readers.ruled import Row, place, rows

PAGE = """<meta charset=utf-8><body style="font-family:'Noto Sans CJK SC';width:14cm"><h2>附件：重点任务分工表</h2><table border=1 width=100%>
<tr><th width=8%>序号</th><th>重点任务</th><th width=20%>牵头单位</th><th width=20%>配合单位</th></tr>
<tr><td>1</td><td>建设知识产权保护中心，建立健全快速协同保护体系，推进快速预审、快速确权、快速维权</td><td>市市场监管局</td><td>市财政局、市科技局、市司法局</td></tr>
<tr><td>2</td><td>开展专利转化专项行动</td><td>市科技局</td><td></td></tr></table><p>表后的一段话，不在表里。</p>"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The page as Chromium prints it."""
    folder = tmp_path_factory.mktemp("printed")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder / 'profile'}",
                    f"--print-to-pdf={folder / 'page.pdf'}", str(folder / "page.html")], check=True, capture_output=True, timeout=60)
    return Path(folder / "page.pdf").read_bytes()


def test_rows_of_a_printed_table(printed: bytes) -> None:
    lines = read_pdf("page.pdf", printed).text.splitlines()
    assert [line for line in lines if line.startswith("|")] == [
        "| 序号 | 重点任务 | 牵头单位 | 配合单位 |",
        "| 1 | 建设知识产权保护中心，建立健全快速协同保护体系，推进快速预审、快速确权、快速维权 | 市市场监管局 | 市财政局、市科技局、市司法局 |",
        "| 2 | 开展专利转化专项行动 | 市科技局 |  |",
    ]
    assert lines[0] == "附件：重点任务分工表"
    assert lines[-1] == "表后的一段话，不在表里。"


def test_rules_make_rows_and_a_frame_alone_makes_none() -> None:
    grid = [(0, y, 90, y + 0.5) for y in (0, 20, 40)] + [(x, 0, x + 0.5, 40) for x in (0, 30, 90)]
    found = rows(grid)
    assert [len(row.edges) for row in found] == [3, 3]
    assert place(found, 10, 30) == (0, 0)
    assert place(found, 60, 10) == (1, 1)
    assert place(found, 60, 90) is None
    assert rows([(0, 0, 90, 40)]) == ()
    assert rows([(0.0, 0.0, 90.0, 0.5)] * 3) == ()


def test_cells_drawn_as_boxes() -> None:
    found = rows([(0, 0, 30, 20), (30, 0, 90, 20)])
    assert found == (Row(20, 0, (0, 30, 90)),)
