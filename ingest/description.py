"""What the first lines of a plan say of it: title, issuer, document number, date, region, period.

Only what stands in the text is taken; the rest is asked for by the name of its option.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from ingest.errors import SourceError
from ingest.model import PlanMeta
from ingest.numerals import number_of

FRONT_LINES = 40
PERIOD_CHARS = 4000
_KIND = r"(?:规划纲要|规划|方案|计划|意见|办法|规定|条例|纲要|措施|行动|要点|细则|若干政策)"
# 某区知识产权扶持办法（2023年修订）, …实施细则（试行）
_EDITION = r"[（(](?:\d{4}年?)?(?:试行|暂行|修订|修正|版|征求意见)?(?:版|稿)?[）)]"
_YEARS = r"[（(]\s*(\d{4})\s*年?\s*[—–－\-~～至]+\s*(\d{4})\s*年\s*[）)]"
# 重庆市知识产权局关于印发《重庆市2014年专利事业发展战略推进计划》的通知
_NOTICE = re.compile(r"^(?P<issuer>.{0,40}?)\s*(?:关于)?印发《(?P<title>.{4,80})》的通知")
# 工作方案(2019—2022年)
_TITLE = re.compile(rf"^.{{0,60}}{_KIND}\s*(?:{_YEARS}|{_EDITION})?$")
_TITLE_TAIL = re.compile(rf"^(?:工作|实施|行动|推进|若干)?{_KIND}\s*(?:{_YEARS})?$")
_ONLY_YEARS = re.compile(rf"^{_YEARS}$")
# 黔江府办发〔2022〕80号
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[［](?:19|20)\d{2}[〕\]］]\s*\d{1,4}\s*号")
# 2022年12月1日, 二〇二二年十二月一日
_DATE = (
    r"(?P<year>(?:19|20)\d{2}|[一二][〇○零ＯOo一二三四五六七八九]{3})\s*年\s*"
    r"(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_DATE_LINE = re.compile(rf"^{_DATE}")
# 2021年10月28日 上海市第十五届人民代表大会常务委员会第三十六次会议通过
_ADOPTED = re.compile(
    rf"^[（(]?{_DATE}\s*(?P<place>[\u4e00-\u9fff]{{0,12}}?)第[一二三四五六七八九十]+届"
    r"(?P<body>人民代表大会(?:常务委员会)?)第.{1,6}次会议.*?(?:通过|修订|修正)"
)
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
# 2012年起5年内
_FROM_YEAR = re.compile(r"((?:19|20)\d{2})\s*年起[，,]?\s*(?:用|的)?\s*(\d{1,2}|[一二三四五六七八九十]{1,2})\s*年(?:内|时间|左右)?")
# 经过五年时间建设
_FOR_YEARS = re.compile(r"(?:经过|通过|力争用|用)\s*(\d{1,2}|[一二三四五六七八九十]{1,2})\s*年(?:左右)?(?:的)?(?:时间|努力|建设)")
# 到2022年,通过《企业知识产权管理规范》国家标准认证的企业达到700家
_UNTIL = re.compile(r"(?:^|[。；;：:\n]|力争)\s*(?:到|至)\s*((?:19|20)\d{2})\s*年(?:底|末)?[，,]")
_LAW = re.compile(r"(?:条例|规定|办法|细则)$")
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
    period: tuple[date | None, date] | None = None
    period_basis: str = ""
    period_quote: str = ""


def read_front(text: str) -> Front:
    """Read title, issuer, number, date, places and period off normalised text."""
    lines = [line.strip().lstrip("#").strip() for line in text.splitlines()]
    lines = [line for line in lines if line][:FRONT_LINES]
    title, issuer = _title_and_issuer(lines)
    issued, signed_by = _date_and_signature(lines)
    adopted, congress = _adoption(lines)
    issued, issuer = issued or adopted, issuer or signed_by or congress
    number = next((found[0] for line in lines if len(line) < 60 and (found := _NUMBER.search(line))), "")
    places = _places(title) or _places(issuer)
    if not places and (issuer.startswith(("国务院", "国家", "中共中央"))):
        places = ("全国",)
    period, basis, quote = _period(title, text)
    if period is None and not _LAW.search(title):
        period, basis, quote = _period_of_body(text, issued)
    return Front(title, issuer, number, issued, places, period, basis, quote)


def describe(path: Path, text: str, options: AddOptions) -> PlanMeta:
    """PlanMeta for a file a user adds. SourceError names the option to set for each thing that is missing."""
    front = read_front(text)
    title, plan_id = options.title or front.title, options.id or slug(path.stem) or f"plan-{zlib.crc32(path.stem.encode()):08x}"
    region, aliases = _region(front.places) if not options.region else (options.region, _spellings(options.region))
    missing = [
        f"{name}（--{option}）"
        for name, option, value in (("编号", "id", plan_id), ("标题", "title", title), ("地区", "region", region))
        if not value
    ]
    if missing:
        raise SourceError(f"{path}：文件里读不出{'、'.join(missing)}；请在命令里用括号中的选项写明")
    period, basis, quote = front.period, front.period_basis, front.period_quote
    if options.title and (told := _period(title, text))[0]:
        period, basis, quote = told
    start, end = period or (None, None)
    if options.period_start or options.period_end:
        start, end = options.period_start or start, options.period_end or end
        basis, quote = "添加时由用户指定。", ""
    if start and end and start > end:
        raise SourceError(f"{path}：实施期的开始（{start}）晚于结束（{end}）；请改正 --period-start 或 --period-end")
    return PlanMeta(
        id=plan_id, title=title, file=path.name, issuer=options.issuer or front.issuer, region=region,
        region_aliases=aliases, level=_level(front.places, region), aliases=_aliases(title, region, start, end),
        document_number=front.document_number,
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
            return _day(found), before if _ISSUER.match(before) else ""
    return None, ""


def _adoption(lines: list[str]) -> tuple[date | None, str]:
    """The last adoption or amendment of a law, and the congress that passed it."""
    passed = [found for line in lines if (found := _ADOPTED.match(line))]
    return (_day(passed[-1]), f"{passed[0]['place']}{passed[0]['body']}") if passed else (None, "")


def _day(found: re.Match[str]) -> date | None:
    year, month, day = found["year"], number_of(found["month"]), number_of(found["day"])
    try:
        return date(int(year) if year.isascii() and year.isdigit() else int(_digits(year)), month or 0, day or 0)
    except ValueError:
        return None


def _digits(year: str) -> str:
    """二〇二二 → 2022."""
    return "".join(str("〇一二三四五六七八九".index(char)) if char in "一二三四五六七八九" else "0" for char in year)


def _period(title: str, text: str) -> tuple[tuple[date | None, date] | None, str, str]:
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


def _period_of_body(text: str, issued: date | None) -> tuple[tuple[date | None, date] | None, str, str]:
    """A period that a sentence states, where the title states none."""
    head = text[:PERIOD_CHARS]  # further on, years are those of single projects
    if found := _FROM_YEAR.search(head):
        first, years = int(found[1]), number_of(found[2]) or 1
        last = first + years - 1
        return (date(first, 1, 1), date(last, 12, 31)), f"正文写明“{found[0]}”，即{first}年至{last}年。", found[0]
    if issued and (found := _FOR_YEARS.search(head)):
        years = number_of(found[1]) or 1
        basis = f"正文写明“{found[0]}”，没有写起止日期；按印发日{issued}起算{years}年推定。"
        return (issued, _years_later(issued, years) - timedelta(days=1)), basis, found[0]
    until = [found for found in _UNTIL.finditer(head) if issued is None or int(found[1]) >= issued.year]
    if until:
        nearest = min(until, key=lambda found: int(found[1]))
        said = nearest[0].strip("。；;：:，, \n")
        basis = f"正文的目标年是“{said}”；" + ("从印发日起算。" if issued else "没有写开始时间。")
        return (issued, date(int(nearest[1]), 12, 31)), basis, said
    return None, "", ""


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _aliases(title: str, region: str, start: date | None, end: date | None) -> tuple[str, ...]:
    """What people call a plan: 关于推进人才集聚工程的实施意见 of 广州 → 广州人才集聚工程实施意见, 广州实施意见."""
    bare = re.sub(rf"{_YEARS}|^关于|[“”\"《》]", "", title).strip()
    core = re.sub(r"^(?:进一步)?(?:推进|加强|促进|加快|实施|开展|深化|全面推进|印发)(?=.{6,})", "", bare).replace("的", "")
    kind = re.search(rf"(?:工作|实施|行动|发展|若干)?{_KIND}$", bare)
    here = "" if region in bare or region == "全国" else region
    names = [f"{here}{core}", bare]
    if kind and region:
        years = "" if not (start and end) else f"{start.year}年" if start.year == end.year else f"{start.year}—{end.year}年"
        names.append(f"{region}{years}{kind[0]}")
        if five := _FIVE_YEAR.search(title):
            names.append(f"{region}{five[1]}五{kind[0]}")
    return tuple(name for name in dict.fromkeys(names) if name != title and len(name) >= 4)


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
