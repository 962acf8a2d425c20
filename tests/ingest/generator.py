"""Plans of this family made up from a seed, with what a reader should find in them, also after damage.

Damage is inflicted on the finished text: traditional script, pinyin behind characters, bytes lost (the forward model),
headings that only the table of contents still has. What a reader should find stays the same.

Left out, because a reader could not tell either: a glued `1.` with no space before it, a dash item that spans paragraphs
under a numbered task, a box without `|` followed by numbered tasks, names of units that hold a comma, a task glued to a unit list that was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from random import Random

from opencc import OpenCC

from ingest.repair.damage import inflict, tables

S2T, T2S = OpenCC("s2t"), OpenCC("t2s")
HANZI = re.compile("[\u4e00-\u9fff]")
PLAIN = re.compile(r"(?<=。)[\u4e00-\u9fff，]+。")

HEAD = "工作措施 工作目标 具体措施 进度安排 执行部门 配合单位 责任处室"
HAN = "一二三四五六七八九十"
FIELDS = ("专利", "商标", "版权", "地理标志", "商业秘密", "植物新品种", "数据知识产权", "高价值专利", "老字号", "海外布局")
ACTS = ("加强", "完善", "推进", "优化", "提升", "健全", "深化", "强化")
THINGS = ("保护体系", "运用机制", "服务能力", "人才队伍", "质量导向", "交易平台", "维权援助", "金融服务", "宣传教育", "监测评价")
SENTENCES = (
    "鼓励企业、高校院所开展{f}布局，支持中小企业提高{f}管理水平。", "推动建立{f}{t}，健全跨部门协作机制。", "引导金融机构创新{f}质押融资产品（含保险产品）。",
    "完善“互联网+{f}”{t}，打造一批示范园区。", "组织开展{f}专项行动；加大侵权假冒行为查处力度。", "支持重点产业（汽车、电子信息等）建设{f}联盟。",
    "围绕汽车、电子信息等12个重点产业开展{f}布局。", "依据《{f}条例》（2019年修订）第3条开展执法，打造“1+1+4”{t}。",
    "对获得3项{f}奖励的企业优先支持。", "落实《{f}促进条例》，加强{f}{t}。", "坚持问题导向、目标导向，统筹{f}全链条工作。",
)
UNITS = ("市知识产权局", "市财政局", "市教育局", "市科技局", "市市场监管局(知识产权局)", "市发展改革局(市信用办)", "市司法局", "市中院", "拱北海关",
         "各区政府(管委会)", "市委宣传部", "人民银行某市中心支行", "市工业和信息化局", "团市委", "市版权局〈市新闻出版局〉")
NATIONAL = ("国家知识产权局运用促进司", "保护司", "公共服务司", "国际合作司", "专利局审业部")
TARGETS = (
    ("每万人{f}拥有量达到{n}件", "件"), ("{f}质押融资金额累计达{n}亿元", "亿元"), ("新增{f}示范企业{n}家", "家"), ("{f}案件年结案率达到{n}%以上", "%"),
    ("{f}服务机构达到{n}家左右", "家"), ("力争{f}有效拥有量突破{n}万件", "万件"), ("培养{n}名以上{f}专业人才", "名"),
)  # fmt: skip


@dataclass(slots=True)
class Made:
    """A plan's text and what is in it. Texts are compared without white space.

    `runs` are the runs that lost a byte: (the sound characters, what they show as, the sound line); `lost` the sections without heading.
    """

    text: str = ""
    clauses: list[tuple[str, str]] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    units: list[tuple[str, str, str, str]] = field(default_factory=list)
    targets: list[tuple[str, str, str, int]] = field(default_factory=list)
    quarters: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    runs: list[tuple[str, str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Writer:
    """Lines as they are written; `glue` makes the next one continue the last."""

    rng: Random
    made: Made
    lines: list[str] = field(default_factory=list)
    blank: bool = False
    half: bool = False

    def line(self, text: str, glue: str | None = None) -> None:
        if glue is not None and self.lines and self.lines[-1][-1:] in "）〕。|":
            self.lines[-1] += glue + text
        else:
            self.lines.append(text)
            if self.blank:
                self.lines.append("")

    def clause(self, key: str, text: str, glue: str | None = None) -> None:
        self.made.clauses.append((key, "".join(text.split())))
        self.line(text, glue if not self.blank else None)


def han(number: int) -> str:
    """1–99 in Chinese."""
    tens, ones = divmod(number, 10)
    return HAN[number - 1] if number <= 10 else ("" if tens == 1 else HAN[tens - 1]) + "十" + (HAN[ones - 1] if ones else "")


def make(seed: int) -> Made:
    """The plan of a seed."""
    rng = Random(seed)
    made = Made()
    writer = _Writer(rng, made, blank=rng.random() < 0.3, half=rng.random() < 0.5)
    _front(writer)
    rng.choice(FORMS)(writer)
    if rng.random() < 0.4:
        writer.lines.append(rng.choice(("扫一扫在手机打开当前页面", "扫一扫进入小程序\n发现更多精彩", "打印本页 关闭窗口")))
    made.text = "\n".join(writer.lines) + "\n"
    if writer.half:
        made.text = made.text.replace("（责任", "(责任").replace("，", ",").replace("：", ":")
        made.clauses = [(key, text.replace("（责任", "(责任").replace("，", ",").replace("：", ":"))
                        for key, text in made.clauses]
    return made


def make_damaged(seed: int) -> Made:
    """The plan of a seed with one family of damage or several."""
    rng = Random(f"damage {seed}")
    made = make_lost(seed) if rng.random() < 0.3 else make(seed)
    if rng.random() < 0.75:
        made.text = to_traditional(made.text)
        if rng.random() < 0.6:
            made.text = annotate(made.text, rng)
        if rng.random() < 0.6:
            inflict_runs(made, rng)
    else:
        made.text = annotate(made.text, rng)
    return made


def make_lost(seed: int) -> Made:
    """Chapters and sections of which some have lost their headings; the contents name them."""
    rng = Random(f"lost {seed}")
    made = Made()
    writer = _Writer(rng, made)
    _front(writer)
    _lost_headings(writer)
    made.text = "\n".join(writer.lines) + "\n"
    return made


def to_traditional(text: str) -> str:
    """The text in traditional script, but for lines that would not come back."""
    lines = text.split("\n")
    turned = [S2T.convert(line) for line in lines]
    return "\n".join(new if T2S.convert(new) == old else old for old, new in zip(lines, turned, strict=True))


def annotate(text: str, rng: Random) -> str:
    """The text with pinyin behind some of the characters whose forms differ between the scripts: 區(qū), 關(guan) ."""
    dense = rng.choice((0.03, 0.1, 0.5))
    spaced = rng.random() < 0.3
    said = readings()
    out = []
    for n, char in enumerate(text):
        out.append(char)
        if char in said and HANZI.match(text[n + 1:n + 2]) and rng.random() < dense:
            out.append(f"({said[char]})" + (" " if spaced else ""))
    return "".join(out)


def inflict_runs(made: Made, rng: Random) -> None:
    """One to three runs in plain sentences lose a byte."""
    lines = made.text.split("\n")
    for number in rng.sample(range(len(lines)), min(len(lines), rng.randint(1, 3))):
        places = [found for found in PLAIN.finditer(lines[number]) if len(found.group()) > 12]
        if not places:
            continue
        found = rng.choice(places)
        for at in rng.sample(range(found.start(), found.end() - 8), min(20, found.end() - 8 - found.start())):
            if lines[number][at] not in tables().pair:
                continue
            shown, end = inflict(lines[number], at)
            if at + 3 < end <= found.end():
                whole = re.sub(r"\s|\([a-zü]+\)", "", T2S.convert(lines[number]))
                made.runs.append((T2S.convert(lines[number][at:end]), shown, whole))
                lines[number] = lines[number][:at] + shown + lines[number][end:]
                break
    made.text = "\n".join(lines)


@cache
def readings() -> dict[str, str]:
    """A toneless reading of the characters whose traditional forms differ, from the product's own table."""
    lines = files("ingest").joinpath("data/pinyin.txt").read_text(encoding="utf-8").splitlines()
    said: dict[str, str] = {}
    for line in lines:
        if not line.startswith("#"):
            syllable, chars = line.split(" ")
            said |= {char: syllable for char in chars if len(syllable) > 1 and T2S.convert(char) != char}
    return said


def title_of(rng: Random) -> str:
    """The title every made plan has."""
    return f"某市知识产权{rng.choice(('强市建设', '保护和运用', '高质量发展'))}实施方案（2021—2025年）"


def _front(w: _Writer) -> None:
    title = title_of(Random(0))
    if w.rng.random() < 0.3:
        w.lines.append(w.rng.choice(("来源:某网 作者: 时间:2021-03-02 阅读数:", "发布时间：2021-08-04", "某市人民政府办公室电子公文")))
    n = 1
    if w.rng.random() < 0.5:
        for text in (f"某市人民政府关于印发《{title}》的通知", "各区人民政府，市政府各部门、有关单位：", f"现将《{title}》印发给你们，请认真贯彻执行。",
                     "某市人民政府", "2021年3月2日", "（此件公开发布）"):
            w.clause(f"0.p{n}", text)
            n += 1
    w.clause(f"0.p{n}", title)
    if w.rng.random() < 0.5:
        w.clause(f"0.p{n + 1}", f"为深入贯彻落实国家和省有关决策部署，全面提升我市知识产权{w.rng.choice(THINGS)}，结合实际，制定本方案。")


def _words(rng: Random) -> str:
    return rng.choice(ACTS) + rng.choice(FIELDS) + rng.choice(THINGS)


def _body(rng: Random, low: int = 1, high: int = 3) -> str:
    return "".join(rng.choice(SENTENCES).format(f=rng.choice(FIELDS), t=rng.choice(THINGS)) for _ in range(rng.randint(low, high)))


def _target(w: _Writer, key: str) -> str:
    if w.rng.random() > 0.5:
        return ""
    year = w.rng.choice((2022, 2023, 2024, 2025))
    parts = []
    for form, measure in w.rng.sample(TARGETS, w.rng.randint(1, 3)):
        number = w.rng.choice(("5", "12", "8.5", "150", "2000"))
        parts.append(form.format(f=w.rng.choice(FIELDS), n=number))
        w.made.targets.append((key, number, measure, year))
    return f"到{year}年，" + "，".join(parts) + "。"


def _list(w: _Writer, key: str) -> str:
    """A unit list in one of the forms, written down in the truth."""
    rng = w.rng
    form = rng.randrange(10)
    names = rng.sample(UNITS, rng.randint(2, 6))
    cut = rng.randint(1, len(names) - 1)
    leads, supports = names[:cut], names[cut:]

    def note(roles: str, *groups: list[str], side: str = "local") -> None:
        for role, group in zip(roles, groups, strict=True):
            w.made.units += [(key, name, {"L": "lead", "S": "support", "?": "unstated"}[role], side) for name in group]

    a, b = "、".join(leads), "、".join(supports)
    if form == 0:
        note("LS", leads, supports)
        return f"（责任单位：{a}；配合单位：{b}）"
    if form == 1:
        note("LS", leads, supports)
        return f"（责任单位：{a}牵头，{b}配合）"
    if form == 2:
        note("L", names)
        return f"（责任单位：{'、'.join(names)}）"
    if form == 3:
        note("L", names)
        return f"（责任单位：{'、'.join(names)}负责）"
    if form == 4:
        note("LS", leads, supports)
        return f"（牵头单位：{a}，配合单位：{b}）"
    if form == 5:
        note("LS", leads, supports)
        return f"（责任单位：{a}牵头，{b}、配合）"
    if form == 6:
        offices = rng.sample(NATIONAL[1:], 2)
        note("L", names)
        note("L", [NATIONAL[0], *(f"国家知识产权局{office}" for office in offices)], side="national")
        return f"（责任单位：{'、'.join(names)};{NATIONAL[0]}、{'、'.join(offices)}）"
    if form == 7:
        note("LS", leads, supports)
        return f"（{a}牵头，{b}配合）"
    if form == 8:
        note("LS?", leads, supports[:-1], supports[-1:])
        return f"（责任单位：{a}牵头，{'、'.join(supports[:-1]) + '配合，' if supports[1:] else ''}{supports[-1]}"
    note("LS", leads, supports)
    return f"〔责任单位：{a}；参与单位：{b}〕"


def _task(w: _Writer, key: str, label: str, listed: bool, glue: str | None) -> None:
    text = f"{label}{_words(w.rng)}。{_body(w.rng)}{_target(w, key)}{_list(w, key) if listed else ''}"
    w.clause(key, text, glue)


def _paragraphs(w: _Writer, key: str, low: int = 1, high: int = 3) -> None:
    for n in range(1, w.rng.randint(low, high) + 1):
        own = f"{key}.p{n}"
        w.clause(own, f"{_words(w.rng)}。{_body(w.rng)}{_target(w, own)}")


def _goals(w: _Writer, key: str) -> None:
    w.clause(f"{key}.p1", f"到2025年，{_body(w.rng, 1, 1)}")
    if w.rng.random() < 0.6:
        for n in range(1, w.rng.randint(2, 4) + 1):
            own = f"{key}.d{n}"
            w.clause(own, f"--{_words(w.rng)}。{_body(w.rng)}{_target(w, own)}", " " if n > 1 and w.rng.random() < 0.3 else None)


def _heading(w: _Writer, key: str, text: str, glue: str | None = None) -> None:
    w.made.sections.append(key)
    w.line(text, glue if not w.blank else None)


def _numbered(w: _Writer) -> None:
    """一、（一）1. — running on or restarting, glued or not, safeguards as （一） leaves."""
    rng = w.rng
    dot = rng.choice((".", "．", "﹒"))
    listed, runs_on, deep = rng.random() < 0.8, rng.random() < 0.5, rng.random() < 0.75
    _heading(w, "1", "一、总体要求")
    _heading(w, "1.1", "（一）指导思想")
    w.clause("1.1.p1", "以习近平新时代中国特色社会主义思想为指导，" + _body(rng))
    _heading(w, "1.2", "（二）工作目标")
    _goals(w, "1.2")
    _heading(w, "2", "二、主要任务")
    number = 0
    for i in range(1, rng.randint(2, 12) + 1):
        glued = i > 1 and listed and rng.random() < 0.15
        if not deep:
            _task(w, f"2.{i}", f"（{han(i)}）", listed, rng.choice((" ", "")) if glued else None)
            continue
        _heading(w, f"2.{i}", f"（{han(i)}）{_words(rng)}", "   " if glued else None)
        number = number if runs_on else 0
        for j in range(rng.randint(1, 4)):
            number += 1
            glue = rng.choice((" ", "   ", "")) if j and listed and rng.random() < 0.25 and not w.blank else None
            _task(w, f"2.{i}.{number}", f"{number}{dot}", listed, glue)
    _heading(w, "3", "三、保障措施")
    for i in range(1, rng.randint(2, 5) + 1):
        _task(w, f"3.{i}", f"（{han(i)}）", listed and rng.random() < 0.5, None)


def _flat(w: _Writer) -> None:
    """一、 with 1. below it, or paragraphs."""
    for i in range(1, w.rng.randint(3, 12) + 1):
        _heading(w, str(i), f"{han(i)}、{_words(w.rng)}")
        if w.rng.random() < 0.4:
            _paragraphs(w, str(i), 2, 4)
            continue
        for number in range(1, w.rng.randint(1, 5) + 1):
            _task(w, f"{i}.{number}", f"{number}.", w.rng.random() < 0.7, None)


def _chapters(w: _Writer) -> None:
    """第一章, 第一节, paragraphs and boxes."""
    box = 0
    space = w.rng.choice((" ", ""))
    first = len(w.lines)
    for i in range(1, w.rng.randint(2, 6) + 1):
        _heading(w, str(i), f"第{han(i)}章{space}{_words(w.rng)} {_words(w.rng)}")
        for j in range(1, w.rng.randint(1, 4) + 1):
            _heading(w, f"{i}.{j}", f"第{han(j)}节{space}{_words(w.rng)}")
            _paragraphs(w, f"{i}.{j}", 1, 4)
            if w.rng.random() < 0.3 and not w.blank:
                box += 1
                _box(w, f"{i}.{j}.box{box}", box)
            elif w.rng.random() < 0.2 and not w.blank:
                box += 1
                _indicators(w, f"{i}.{j}.box{box}", box)
    if w.rng.random() < 0.5:
        heads = [line for line in w.lines[first:] if line.startswith("第") and line[2:4].strip("章节") != line[2:4]]
        w.lines.insert(0, "\n".join(["目 录", *heads]))


def _lost_headings(w: _Writer) -> None:
    """Chapters whose sections each speak of a subject of their own; one to three of the sections have no heading."""
    rng = w.rng
    subjects = [(f, t) for f in FIELDS for t in THINGS]
    rng.shuffle(subjects)
    contents, first = ["目 录"], len(w.lines)
    heads: list[tuple[str, str]] = []
    for i in range(1, rng.randint(2, 4) + 1):
        title = f"第{han(i)}章 {_words(rng)}"
        contents.append(title)
        _heading(w, str(i), title)
        used: set[str] = set()
        for j in range(1, rng.randint(2, 4) + 1):
            subject = next(each for each in subjects if not used & set(each))
            subjects.remove(subject)
            used |= set(subject)
            key, title = f"{i}.{j}", f"第{han(j)}节 {rng.choice(ACTS)}{''.join(subject)}"
            contents.append(title)
            heads.append((key, title))
            _heading(w, key, title)
            for n in range(1, rng.randint(1, 3) + 1):
                act = rng.choice(ACTS)
                body = f"{act}{subject[0]}{subject[1]}。推动建立{''.join(subject)}，健全跨部门协作机制。"
                w.clause(f"{key}.p{n}", body)
    for key, title in rng.sample(heads, rng.randint(1, min(3, len(heads)))):
        w.lines.remove(title)
        w.made.lost.append(key)
    w.lines[first:first] = contents


def _indicators(w: _Writer, key: str, number: int) -> None:
    """An indicator table, a cell a line."""
    rng = w.rng
    _heading(w, key, f"专栏{number}：主要指标表 |")
    named = rng.random() < 0.5
    w.lines += [f"{each} |" for each in ("序号", "指标名称", *(("牵头单位",) if named else ()), "单位", "2020年实现数", "2025年目标数")]
    for n, thing in enumerate(rng.sample(FIELDS, rng.randint(2, 6)), 1):
        measure, value = rng.choice((("件", "120"), ("万件", "8.5"), ("%", "12以上"), ("亿元", "80")))
        unit = rng.choice(UNITS)
        cells = [str(n), f"{thing}拥有量", *((unit,) if named else ()), measure, "5", value]
        w.lines += [f"{cell} |" for cell in cells]
        own = f"{key}.{n}"
        w.made.clauses.append((own, "".join(f"{cell}|" for cell in cells)))
        w.made.targets.append((own, value.removesuffix("以上"), measure, 2025))
        if named:
            w.made.units.append((own, unit, "lead", "local"))



def _box(w: _Writer, key: str, number: int) -> None:
    _heading(w, key, f"专栏{number}：{_words(w.rng)}工程 |")
    w.line("")
    for n in range(1, w.rng.randint(2, 4) + 1):
        own = f"{key}.{n}"
        w.clause(own, f"{n}.{_words(w.rng)}。{_body(w.rng, 1, 2)}{_target(w, own)}", " " if n > 1 else "")
    w.line(" |", "")


def _articles(w: _Writer) -> None:
    """第N条, in chapters or not, with items and further paragraphs inside an article."""
    chapters = w.rng.random() < 0.5
    number = 0
    for i in range(1, (w.rng.randint(2, 4) if chapters else 1) + 1):
        if chapters:
            _heading(w, str(i), f"第{han(i)}章 {_words(w.rng)}")
        for _ in range(w.rng.randint(2, 8)):
            number += 1
            text = f"第{han(number)}条 市人民政府应当{_words(w.rng)}。{_body(w.rng)}"
            if w.rng.random() < 0.3:
                text += "".join(f"\n（{han(k)}）{_words(w.rng)}；" for k in range(1, w.rng.randint(2, 4)))
            if w.rng.random() < 0.3:
                text += f"\n{_body(w.rng)}"
            w.clause(f"{i}.{number}" if chapters else str(number), text)


def _table(w: _Writer) -> None:
    """A work table flattened by page: header and group repeat, a row a piece of it, measures after the units."""
    rng = w.rng
    number = 0
    for i in range(1, rng.randint(2, 5) + 1):
        group = f"（{han(i)}）{_words(rng)}"
        w.made.sections.append(str(i))
        for _ in range(rng.randint(1, 3)):
            number += 1
            if rng.random() < 0.5 or number == 1:
                w.lines.append(HEAD)
            w.lines.append(group)
            _row(w, f"{i}.{number}", number, group)


def _row(w: _Writer, key: str, number: int, group: str) -> None:
    rng = w.rng
    title, goal = f"{number}.{_words(rng)}", f"{rng.choice(ACTS)}{rng.choice(FIELDS)}工作，初步建立{rng.choice(THINGS)}"
    measures = [f"{n}.{_words(rng)}，制定发布工作方案。" for n in range(1, rng.randint(2, 4) + 1)]
    spans = rng.choice((((1,), (2,), (3,), (4,)), ((1,), (2, 3), (4,)), ((1,), (2,), (3, 4)), ((1, 2, 3, 4),)))
    steps = [(f"第{han(q[0])}{'--' + han(q[-1]) if len(q) > 1 else ''}季度，{_words(rng)}。", q) for q in spans]
    names = ("某市知识产权局", rng.choice(("各区知识产权局", "有关行业协会")), rng.choice(("规划发展处", "专利管理处")))
    w.lines.append(f"{title} {goal} {measures[0]} {steps[0][0]}")
    w.lines += [text for text, _ in steps[1:]]
    w.lines[-1] += " " + " ".join(names)
    for measure in measures[1:]:
        if rng.random() < 0.15:
            w.lines += [HEAD, group, f"{title} {goal} {measure} {' '.join(names)}"]
        else:
            w.lines.append(measure)
    w.made.clauses += [(key, title), (f"{key}.goal", goal)]
    w.made.clauses += [(f"{key}.m{n}", text) for n, text in enumerate(measures, 1)]
    for text, quarters in steps:
        name = f"{key}.q{quarters[0]}" + (f"-{quarters[-1]}" if len(quarters) > 1 else "")
        w.made.clauses.append((name, text))
        w.made.quarters.append((name, quarters))
    w.made.clauses.append((f"{key}.units", "".join(names)))
    w.made.units += [(f"{key}.units", name, role, "local")
                     for name, role in zip(names, ("execute", "support", "office"), strict=True)]


FORMS: tuple[Callable[[_Writer], None], ...] = (_numbered, _numbered, _numbered, _flat, _chapters, _articles, _table)
