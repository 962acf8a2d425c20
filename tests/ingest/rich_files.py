"""Small .html, .docx and .pdf files of one plan, made by code; the PDF writer knows just what these tests need."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

TITLE = "深圳市知识产权保护工作方案（2023—2025年）"
GOAL = "全面加强知识产权保护，营造良好的创新环境和营商环境，健全统一领导、衔接顺畅、快速高效的协同保护格局。"
TASK = "完善保护机制。推进快速预审和快速维权，到2025年维权援助服务站达到20个以上。（责任单位：市市场监管局；配合单位：市司法局）"
HEADER = ("类别", "序号", "指标名称", "单位", "2020年", "2025年")
ROWS = (("创造", "1", "每万人口高价值发明专利拥有量", "件", "12.5", "18"), ("", "2", "有效注册商标量", "万件", "3.1", "4.5"),
        ("保护", "3", "知识产权案件查办率", "%", "98", "100"))  # fmt: skip
WORK_HEADER = ("工作措施", "工作目标", "具体措施", "进度安排", "执行部门", "配合单位", "责任处室")
WORK_ROW = ("1.培育商标品牌", "新增商标一千件", "1.开展商标普查。\n2.公布结果。", "第一季度,完成普查。\n第二季度,公布结果。",
            "市工商局", "市财政局、各区县政府", "商标科")  # fmt: skip

_NUMBERING = f"""<w:abstractNum {nsdecls("w")} w:abstractNumId="77">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
</w:abstractNum>"""


def docx_bytes() -> bytes:
    """A Word file with automatic numbers, a merged cell, a tracked insertion and deletion, and a page header."""
    document = Document()
    document.add_paragraph(TITLE)
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(_NUMBERING))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for depth, text in ((0, "总体要求"), (None, GOAL), (0, "主要任务"), (1, TASK), (1, "促进转化运用。支持质押融资。")):
        paragraph = document.add_paragraph(text)
        if depth is not None:
            marks = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(marks))
    tracked = document.add_paragraph("加强宣传")
    tracked._p.append(parse_xml(f'<w:ins {nsdecls("w")}><w:r><w:t>和培训</w:t></w:r></w:ins>'))
    tracked._p.append(parse_xml(f'<w:del {nsdecls("w")}><w:r><w:delText>旧文字</w:delText></w:r></w:del>'))
    document.add_paragraph("专栏1 主要指标")
    table = document.add_table(rows=0, cols=len(HEADER))
    for row in (HEADER, *ROWS):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("三、保障措施")
    document.sections[0].header.paragraphs[0].text = "深圳市市场监督管理局文件"
    document.styles["Normal"].font.size = Pt(16)
    return saved(document)


def work_docx_bytes() -> bytes:
    """A Word file whose one table is a work plan."""
    document = Document()
    document.add_paragraph("某市2016年商标工作计划")
    document.add_paragraph(GOAL)
    table = document.add_table(rows=0, cols=len(WORK_HEADER))
    for row in (WORK_HEADER, ("(一)商标培育", *[""] * 6), WORK_ROW):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return saved(document)


def saved(document: object) -> bytes:
    """The bytes of a python-docx document."""
    file = io.BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def html_text() -> str:
    """A page as content systems write it: menu, unclosed cells, a merged cell, an ordered list, a footer."""
    cells = "".join(
        "<tr>" + "".join(f"<td{' rowspan=2' if text == '创造' else ''}>{text}" for text in row if text) for row in ROWS
    )
    head = "".join(f"<th>{text}</th>" for text in HEADER)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}_深圳政府在线</title>
<style>p{{}}</style><script>alert("脚本")</script></head><body>
<div class="top-nav"><a href="/">首页</a><a href="/a">政务公开</a></div>
<div id="zoom"><h1>{TITLE}</h1><p>一、总体要求<p>&nbsp;　　{GOAL}
<p>二、主要任务</p><div>（一）{TASK}<br>（二）促进转化&amp;运用。支持质押融资。</div>
<p style="display:none">隐藏的文字</p><ol><li>第一件事</li><li>第二件事</li></ol>
<p>专栏1 主要指标</p><table><tbody><tr>{head}</tr>{cells}</tbody></table><p>三、保障措施</p></div>
<footer>版权所有 粤ICP备00000000号</footer></body></html>"""


def pdf_bytes(pages: Sequence[Sequence[tuple[float, float, str]]], *, picture: Sequence[int] = ()) -> bytes:
    """A PDF of text pages: each line is (x, y, text) at 16 points; pages numbered in `picture` are one grey picture."""
    font = (b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
            b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
            b"/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]"
            b"/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>>>]>>")  # fmt: skip
    image = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>stream\n\x80\nendstream"
    objects = [b"", b"", font, image]
    kids = []
    for n, lines in enumerate(pages, 1):
        drawn = "".join(f"BT /F1 16 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n" for x, y, text in lines)
        if n in picture:
            drawn += "q 595 0 0 842 0 0 cm /I1 Do Q\n"
        objects.append(stream(drawn.encode()))
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R"
                       "/Resources<</Font<</F1 3 0 R>>/XObject<</I1 4 0 R>>>>>>".encode())  # fmt: skip
        kids.append(f"{len(objects)} 0 R")
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    return assembled(objects)


def stream(content: bytes) -> bytes:
    """A compressed stream object."""
    packed = zlib.compress(content)
    return b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed)


def assembled(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Objects 1, 2, … as a PDF file whose catalogue is object 1."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for n, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (n, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return bytes(out) + b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, trailer, len(out)
    )  # fmt: skip


def plan_pages() -> list[list[tuple[float, float, str]]]:
    """The plan printed over two pages, 28 characters a line, with page numbers; a paragraph runs over the page break."""
    printed = [(170.0, TITLE), *laid("一、总体要求"), *laid(GOAL), *laid("二、主要任务"), *laid("（一）" + TASK),
               *laid("（二）促进转化运用。支持中小企业开展知识产权质押融资。")]  # fmt: skip
    cut = 7
    return [
        [(x, 780.0 - 28 * n, text) for n, (x, text) in enumerate(part)] + [(280.0, 40.0, f"— {number} —")]
        for number, part in enumerate((printed[:cut], printed[cut:]), 1)
    ]


def laid(text: str, width: int = 28) -> list[tuple[float, str]]:
    """A paragraph as lines at the left margin (72), its first line two characters in."""
    lines = [(104.0, text[: width - 2])]
    lines += [(72.0, text[at : at + width]) for at in range(width - 2, len(text), width)]
    return lines


