"""What stands before and after the plan proper: titles, notices, dates, letterhead, site lines, biographies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ingest.model import Boilerplate, Clause, PlanMeta
from ingest.outline import lines_of
from ingest.tree import Draft

# Lines that web pages and office systems add around a document, with an example of each.
_NOISE: tuple[tuple[str, str], ...] = (
    ("site line", r"^来源[:：].*(阅读|时间|作者|浏览)"),                       # 来源:知识产权学术与实务研究网 作者: 时间:…
    ("site line", r"扫一扫|发现更多精彩|小程序|点击进入|手机打开|分享到|打印本页|关闭窗口|字体[:：]|浏览次数|阅读数"),
    ("site line", r"^(?:发布时间|发布日期|发文日期|成文日期|索引号|主题分类|信息来源|来源)[:：].{0,30}$"),         # 发布时间：2026-08-04
    ("letterhead", r"电子公文$|^核收[:：]?$"),                               # 重庆市黔江区人民政府办公室电子公文
    ("markup", r"^<!--.*-->$"),
)
_BIOGRAPHY = re.compile(r"^-\s*(?:个人)?简介|^作者简介")                      # - 个人简介:（学术）
_CONTACT = re.compile(r"^-\s|@|^(?:邮箱|地址|通讯处|电话|邮编)[:：]|Zip[:：]")  # 地址:北京市海淀区西土城路25号…
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,8}[〔\[（(]\d{4}[〕\])）]\d+号")       # 黔江府办发〔2022〕80号


def fold(text: str) -> str:
    """Compatibility forms unified and white space gone: how two spellings of one thing are compared."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def find_noise(text: str) -> list[Boilerplate]:
    """Lines that are not part of the document, by name. A biography runs as long as its kind of lines do."""
    found: list[Boilerplate] = []
    biography = False
    seen: set[str] = set()
    for left, right in lines_of(text, 0, len(text)):
        line = text[left:right]
        name = next((name for name, pattern in _NOISE if len(line) < 80 and re.search(pattern, line)), None)
        if _BIOGRAPHY.match(line):
            biography = True
        if biography and (_BIOGRAPHY.match(line) or _CONTACT.search(line)):
            name = "biography"
        elif biography:
            biography = False
        number = _NUMBER.search(line) if len(line) < 60 else None
        if name is None and number:
            if fold(number.group(0)) in seen:
                name = "letterhead"
            seen.add(fold(number.group(0)))
        if name:
            found.append(Boilerplate(name, left, right))
    return found


def emit_front(text: str, lines: Sequence[tuple[int, int]], meta: PlanMeta, draft: Draft) -> None:
    """Clauses `0.p1`, `0.p2` … for the lines before the first numbered unit; neighbouring title lines are one clause."""
    whole = fold(meta.title)
    groups: list[tuple[int, int, bool]] = []
    for left, right in lines:
        line = fold(text[left:right])
        titled = len(line) >= 4 and (line in whole or (whole in line and len(line) < len(whole) + 8))
        if titled and groups and groups[-1][2] and not text[groups[-1][1]:left].strip():
            groups[-1] = (groups[-1][0], right, True)
        else:
            groups.append((left, right, titled))
    for n, (left, right, titled) in enumerate(groups, 1):
        body = text[left:right]
        name = "标题" if titled else ""
        draft.clauses.append(Clause(
            draft.fresh(f"0.p{n}"), draft.plan_id, "", "front" if titled or len(body) < 80 else "text", "", name,
            name or "文首", body, left, right, 0))
