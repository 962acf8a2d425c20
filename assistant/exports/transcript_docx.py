"""A checked conversation as a DOCX file, labelled in sight on every page and in its properties."""

from __future__ import annotations

import io
import re
from datetime import datetime, time
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from assistant.exports.transcript import EXPLAINED, LABEL, Block, Checked, Transcript, describe

FONT = "宋体"
TITLE = "知识产权规划问答记录"
_MARK = re.compile(r"(\[\d{1,4}\])")


def to_docx(transcript: Transcript) -> bytes:
    """The bytes of the file."""
    document = Document()
    _styles(document)
    section = document.sections[0]
    section.header.paragraphs[0].text = LABEL
    section.footer.paragraphs[0].text = f"{TITLE} · 导出日期 {transcript.today.isoformat()} · AI 生成"
    document.add_heading(TITLE, 0)
    document.add_paragraph(LABEL).runs[0].bold = True
    document.add_paragraph(f"导出日期：{transcript.today.isoformat()}。{EXPLAINED}")
    for number, each in enumerate(transcript.exchanges, 1):
        _exchange(document, number, each)
    if transcript.plans:
        document.add_heading(f"所引规划的状态（截至 {transcript.today.isoformat()}）", 1)
        _table(document, (("规划", "实施期", "状态"), *((f"《{title}》", *rest) for title, *rest in transcript.plans)))
    _properties(document, transcript)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _styles(document: Any) -> None:
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x1F, 0x2A, 0x44)
    document.styles["Normal"].font.size = Pt(11)


def _properties(document: Any, transcript: Transcript) -> None:
    properties = document.core_properties
    properties.title = TITLE
    properties.author = "知识产权规划问答（AI 生成）"
    properties.category = "人工智能生成合成内容"
    properties.keywords = "AIGC；人工智能生成；知识产权规划"
    properties.comments = transcript.metadata()
    properties.created = properties.modified = datetime.combine(transcript.today, time())
    properties.language = "zh-CN"


def _exchange(document: Any, number: int, each: Checked) -> None:
    document.add_heading(f"{number}. {' '.join(each.question.split())}", 1)
    if each.status:
        document.add_paragraph(each.status)
    for block in each.blocks:
        _block(document, block)
    if each.sources:
        document.add_heading("依据", 2)
    for source in each.sources:
        document.add_paragraph(f"[{source.n}] {describe(source)}")
        for line in source.quote.splitlines():
            if line.strip():
                document.add_paragraph(line.strip(), style="Quote")


def _block(document: Any, block: Block) -> None:
    if block.kind == "table":
        _table(document, block.rows)
        return
    style = {"bullet": "List Bullet", "notice": "Intense Quote"}.get(block.kind, "Normal")
    paragraph = document.add_paragraph(style=style)
    for piece in _MARK.split(block.text):
        run = paragraph.add_run(piece)
        run.bold = block.kind == "heading"
        run.font.superscript = bool(_MARK.fullmatch(piece))


def _table(document: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    width = max(len(row) for row in rows)
    table = document.add_table(rows=0, cols=width, style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
