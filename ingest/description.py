"""What the first lines of a plan say of it: title, issuer, document number, date, region, period.

Only what stands in the text is taken; the rest is asked for by the name of its option.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from ingest.errors import SourceError
from ingest.model import PlanMeta

FRONT_LINES = 40
_KIND = r"(?:规划纲要|规划|方案|计划|意见|办法|规定|条例|纲要|措施|行动)"
_YEARS = r"[（(]\s*(\d{4})\s*年?\s*[—–－\-~～至]+\s*(\d{4})\s*年\s*[）)]"
# 重庆市知识产权局关于印发《重庆市2014年专利事业发展战略推进计划》的通知
_NOTICE = re.compile(r"^(?P<issuer>.{0,40}?)\s*(?:关于)?印发《(?P<title>.{4,80})》的通知")
# 工作方案(2019—2022年)
_TITLE = re.compile(rf"^.{{0,60}}{_KIND}\s*(?:{_YEARS})?$")
_TITLE_TAIL = re.compile(rf"^(?:工作|实施|行动|推进|若干)?{_KIND}\s*(?:{_YEARS})?$")
_ONLY_YEARS = re.compile(rf"^{_YEARS}$")
# 黔江府办发〔2022〕80号
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[［](?:19|20)\d{2}[〕\]］]\s*\d{1,4}\s*号")
_DATE_LINE = re.compile(r"^((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
# 重庆市黔江区人民政府办公室
_ISSUER = re.compile(r"^[\u4e00-\u9fff（）() ]{3,40}(?:政府|办公厅|办公室|局|厅|委员会|委|国务院|部|院)$")
# 上海市浦东新区建立高水平知识产权保护制度若干规定
_PLACE = re.compile(
    r"(?!关于|推进|建设|加快|国家)(?:[\u4e00-\u9fff]{2,8}?(?:特别行政区|自治区|自治州|自治县)"
    r"|[\u4e00-\u9fff]{2,4}?(?:新区|省|(?<!城)市|区|县|盟|旗))"
)
_HEADING = re.compile(r"第.{1,3}[章节条]|[（(]?[一二三四五六七八九十]+[、）)]")
_FIVE_YEAR = re.compile(r"[“\"「]?(十[一二三四五六七八九]|二十)五[”\"」]?")
_ORDINALS = ("十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十")
_ONE_YEAR = re.compile(rf"((?:19|20)\d{{2}})\s*年(?!代).*{_KIND}")
_CITIES = frozenset({"北京", "上海", "天津", "重庆"})
_SUFFIX = re.compile(r"(特别行政区|自治区|自治州|自治县|新区|省|市|区|县)$")


@dataclass(frozen=True, slots=True)
class AddOptions:
    """What the command line says of a plan; it wins over what the text says."""

    id: str | None = None
    title: str | None = None
    region: str | None = None
    issuer: str | None = None
    period_start: date | None = None
    period_end: date | None = None


@dataclass(frozen=True, slots=True)
class Front:
    """What could be read out of the text; '' and None where nothing stands there."""

    title: str = ""
    issuer: str = ""
    document_number: str = ""
    issued: date | None = None
    places: tuple[str, ...] = ()
    period: tuple[date, date] | None = None
    period_basis: str = ""
    period_quote: str = ""


def read_front(text: str) -> Front:
    """Read title, issuer, number, date, places and period off normalised text."""
    lines = [line.strip().lstrip("#").strip() for line in text.splitlines()]
    lines = [line for line in lines if line][:FRONT_LINES]
    title, issuer = _title_and_issuer(lines)
    issued, signed_by = _date_and_signature(lines)
    issuer = issuer or signed_by
    number = next((found[0] for line in lines if len(line) < 60 and (found := _NUMBER.search(line))), "")
    places = _places(title) or _places(issuer)
    if not places and (issuer.startswith(("国务院", "国家", "中共中央"))):
        places = ("全国",)
    period, basis, quote = _period(title, text)
    return Front(title, issuer, number, issued, places, period, basis, quote)


def describe(path: Path, text: str, options: AddOptions) -> PlanMeta:
    """PlanMeta for a file a user adds. SourceError names the option to set for each thing that is missing."""
    front = read_front(text)
    title, plan_id = options.title or front.title, options.id or slug(path.stem)
    region, aliases = _region(front.places) if not options.region else (options.region, _spellings(options.region))
    missing = [
        f"{name}（--{option}）"
        for name, option, value in (("编号", "id", plan_id), ("标题", "title", title), ("地区", "region", region))
        if not value
    ]
    if missing:
        raise SourceError(f"{path}：文件里读不出{'、'.join(missing)}；请在命令里用括号中的选项写明")
    start, end = front.period or (None, None)
    basis, quote = front.period_basis, front.period_quote
    if options.period_start or options.period_end:
        start, end = options.period_start or start, options.period_end or end
        basis, quote = "添加时由用户指定。", ""
    if start and end and start > end:
        raise SourceError(f"{path}：实施期的开始（{start}）晚于结束（{end}）；请改正 --period-start 或 --period-end")
    return PlanMeta(
        id=plan_id, title=title, file=path.name, issuer=options.issuer or front.issuer, region=region,
        region_aliases=aliases, level=_level(front.places, region), document_number=front.document_number,
        issued=front.issued, period_start=start, period_end=end, period_basis=basis, period_quote=quote,
        provenance=f"用户添加；原文件名 {path.name}",
    )  # fmt: skip


def slug(stem: str) -> str:
    """A plan id out of a file name, '' where the name has no latin letter: `Shenzhen_2023` → `shenzhen-2023`."""
    plain = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKC", stem).lower()).strip("-")
    return plain if re.search(r"[a-z]", plain) and not re.search(r"[\u3400-\u9fff]", stem) else ""


def _places(name: str) -> tuple[str, ...]:
    """The places a name begins with, the wider first: 上海市, 浦东新区."""
    first = _PLACE.match(name)
    if not first:
        return ()
    second = _PLACE.match(name, first.end())
    narrower = second and second[0].endswith(("区", "县", "市") if first[0][-1] in "省区" else ("区", "县"))
    return (first[0], second[0]) if second and narrower else (first[0],)


def _title_and_issuer(lines: list[str]) -> tuple[str, str]:
    joined = [*lines, *(a + b for a, b in pairwise(lines) if len(a) < 40)]
    for line in joined:
        if found := _NOTICE.match(line):
            return found["title"], found["issuer"]
    for index, line in enumerate(lines):
        if _TITLE.match(line) and not _HEADING.match(line) and not re.search(r"[，。；：、]", line):
            before = lines[index - 1] if index else ""
            if _TITLE_TAIL.match(line):
                line = before + line
            after = lines[index + 1] if index + 1 < len(lines) else ""
            return line + (after if _ONLY_YEARS.match(after) else ""), ""
    return "", ""


def _date_and_signature(lines: list[str]) -> tuple[date | None, str]:
    for index, line in enumerate(lines):
        if (found := _DATE_LINE.match(line)) and len(line) < 30:
            before = re.sub(r"\s+", " ", lines[index - 1]) if index else ""
            return _day(*map(int, found.groups())), before if _ISSUER.match(before) else ""
    return None, ""


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _period(title: str, text: str) -> tuple[tuple[date, date] | None, str, str]:
    if found := re.search(_YEARS, title):
        first, last, basis = int(found[1]), int(found[2]), f"标题写明“{found[0].strip('（()）')}”，按自然年起止。"
    elif found := _FIVE_YEAR.search(title):
        first = 2006 + 5 * _ORDINALS.index(found[1])  # 十一五: 2006—2010
        last, basis = first + 4, f"标题写明“{found[1]}五”时期，即{first}年至{first + 4}年。"
    elif found := _ONE_YEAR.search(title):
        first = last = int(found[1])
        basis = f"标题写明是{first}年的文件。"
    else:
        return None, "", ""
    quote = found[0].strip("（()）") if found.re.pattern == _YEARS else found[0]
    return (date(first, 1, 1), date(last, 12, 31)), basis, quote if quote in text else ""


def _region(places: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if not places:
        return "", ()
    name = _short(places[-1])
    spellings = (places[-1], "".join(places), "".join(_short(place) for place in places))
    return name, tuple(dict.fromkeys(item for item in spellings if item != name))


def _spellings(region: str) -> tuple[str, ...]:
    return () if _short(region) == region else (_short(region),)


def _short(place: str) -> str:
    bare = _SUFFIX.sub("", place)
    return bare if len(bare) >= 2 else place


def _level(places: tuple[str, ...], region: str) -> str:
    last = places[-1] if places else region
    if last == "全国":
        return "国家级"
    if _short(last) in _CITIES or last.endswith(("省", "自治区", "特别行政区")):
        return "省级"
    if last.endswith(("市", "自治州", "州", "盟")):
        return "市级"
    return "区县级" if last.endswith(("区", "县", "旗")) else ""
