"""The honesty report of a plan: where every character went, what was repaired, inferred, doubtful or contradictory."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

from ingest.account import destinations
from ingest.contradictions import find_contradictions
from ingest.model import Certainty, Finding, Plan, Repair, RepairKind

REPAIR_KINDS: dict[RepairKind, str] = {"mojibake": "乱码", "pinyin": "夹入的拼音", "traditional": "繁体字", "space": "空白"}
CERTAINTIES: dict[Certainty, str] = {"certain": "确定", "inferred": "推定", "uncertain": "存疑"}
FACTS = {"units": "单位及其角色", "indicators": "指标", "schedules": "进度和时限", "measures": "支持措施"}
GRADES = {"error": "错误", "warning": "注意", "info": "说明"}
_DESTINATIONS = {
    "clause:front": "条款：文首", "clause:text": "条款：段落", "clause:principle": "条款：原则", "clause:goal": "条款：目标",
    "clause:task": "条款：任务", "clause:safeguard": "条款：保障", "clause:indicator": "条款：指标行", "clause:row": "条款：表格行",
    "clause:cell": "条款：单元格", "clause:note": "条款：表注", "heading": "标题", "blank": "空白与分隔符",
    "boilerplate:contents": "套话：目录", "boilerplate:letterhead": "套话：文头", "boilerplate:site line": "套话：网页附带",
    "boilerplate:biography": "套话：作者简介", "boilerplate:table header": "套话：表头", "boilerplate:markup": "套话：标记",
    "boilerplate:repeated cell": "套话：跨页重复的单元格", "boilerplate:category cell": "套话：表格类别",
    "boilerplate:table mark": "套话：表格符号", "boilerplate:row number": "套话：表格序号",
    "boilerplate:page number": "套话：页码", "unaccounted": "没有归属", "twice": "算了两次",
}
# 区市场监管局, 市仲裁委, 拱北海关, 人行黔江中心支行, 国家知识产权培训基地
_UNIT = re.compile(
    r"(?:局|委|委员会|办|厅|部|司|处|室|科|中心|院|政府|海关|行|会|公司|集团|组|园区|开发区|校|学|联|协|基地|社|站|队|所|台|馆)$"
)
_PLACE = re.compile(r"^[\u4e00-\u9fff]{1,5}[省市区县]$")  # 越秀区
_COMMON = re.compile(r"(?:机构|企业|部门|单位|高校|院校|处室|组织)$")
_SAMPLES = 5
_LEAST_NAME = 8


@dataclass(frozen=True, slots=True)
class Share:
    """Characters that went to one destination; the percentages of a plan add up to exactly 100."""

    name: str
    label: str
    characters: int
    percent: float


@dataclass(frozen=True, slots=True)
class RepairCount:
    """How many repairs of one kind and certainty, with a few distinct ones as (before, after)."""

    kind: RepairKind
    certainty: Certainty
    count: int
    samples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FactCount:
    """How many facts of one kind (`units`, `indicators`, `schedules`, `measures`) there are, by how sure they are."""

    kind: str
    label: str
    certain: int
    inferred: int
    uncertain: int


@dataclass(frozen=True, slots=True)
class OddUnit:
    """A name in a list of responsible units that an answer should not take for one certain unit."""

    name: str
    reason: str
    clause_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that ingestion owns up to about one plan. `reading` says what the reader of the file format left out."""

    plan_id: str
    title: str
    file: str
    sha256: str
    characters: int
    raw_characters: int
    shares: tuple[Share, ...]
    repair_counts: tuple[RepairCount, ...]
    mojibake: tuple[Repair, ...]
    odd_units: tuple[OddUnit, ...]
    findings: tuple[Finding, ...]
    reading: tuple[str, ...] = ()
    facts: tuple[FactCount, ...] = ()

    def of(self, *kinds: str) -> tuple[Finding, ...]:
        """The findings of these kinds, in the order of the text."""
        return tuple(finding for finding in self.findings if finding.kind in kinds)

    def others(self) -> tuple[Finding, ...]:
        """The findings that belong to no section of their own."""
        own = {kind for _, kinds in SECTIONS for kind in kinds}
        return tuple(finding for finding in self.findings if finding.kind not in own)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.grade == "error")


SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("前后矛盾", ("contradiction",)),
    ("推定的标题", ("heading inferred",)),
    ("编号不连续", ("gap in numbering",)),
    ("拿不准的单元格", ("uncertain cell",)),
    ("残缺的单位名单", ("unit list cut off",)),
    ("不在名录中的单位", ("unit not in registry",)),
)
"""Title of a section of the report and the kinds of findings that stand in it."""


def report_of(plan: Plan, reading: Sequence[str] = ()) -> Report:
    """The report of one plan, stored or just read; contradictions are looked for here if the parser did not."""
    findings = (*plan.findings, *(found for found in find_contradictions(plan) if found not in plan.findings))
    return Report(
        plan_id=plan.id, title=plan.meta.title, file=plan.meta.file, sha256=plan.sha256, characters=len(plan.text),
        raw_characters=len(plan.raw), shares=shares_of(destinations(plan), len(plan.text)),
        repair_counts=tuple(_repair_counts(plan.repairs)),
        mojibake=tuple(repair for repair in plan.repairs if repair.kind == "mojibake"),
        odd_units=tuple(_odd_units(plan)), findings=tuple(sorted(findings, key=_rank)), reading=tuple(reading),
        facts=tuple(_fact_counts(plan)),
    )  # fmt: skip


def shares_of(counts: Counter[str], total: int) -> tuple[Share, ...]:
    """Shares in hundredths of a percent that add up to 100 exactly (largest remainder); `twice` is no share of its own."""
    whole = {name: count for name, count in counts.most_common() if count and name != "twice"}
    exact = {name: count * 10_000 / max(1, total) for name, count in whole.items()}
    cut = {name: int(value) for name, value in exact.items()}
    missing = 10_000 - sum(cut.values()) if sum(whole.values()) == total and total else 0
    for name in sorted(exact, key=lambda name: cut[name] - exact[name])[:missing]:
        cut[name] += 1
    return tuple(
        Share(name, _DESTINATIONS.get(name, name.replace("boilerplate:", "套话：").replace("clause:", "条款：")), count,
              cut[name] / 100)
        for name, count in whole.items()
    )  # fmt: skip


def as_json(reports: Sequence[Report]) -> str:
    """The reports as a JSON list."""
    return json.dumps([asdict(report) for report in reports], ensure_ascii=False, indent=1)


def as_text(report: Report) -> str:
    """The report for a terminal."""
    lines = [f"{report.title}（{report.plan_id}）", f"{report.file}  sha256 {report.sha256}"]
    lines += ["", f"字数归属：正文 {report.characters} 字，原文件 {report.raw_characters} 字"]
    lines += [f"  {share.percent:6.2f}%  {share.characters:6d}  {share.label}" for share in report.shares]
    lines.append(f"  {sum(share.percent for share in report.shares):6.2f}%  {report.characters:6d}  合计")
    lines += ["", f"修复：{sum(count.count for count in report.repair_counts)} 处"]
    lines += [
        f"  {REPAIR_KINDS[count.kind]}（{CERTAINTIES[count.certainty]}）{count.count} 处{_samples(count)}"
        for count in report.repair_counts
    ]
    lines += [
        f"    原文件 {r.raw_start}–{r.raw_end}：{plain(r.before)} → {plain(r.after)}（{CERTAINTIES[r.certainty]}）"
        for r in report.mojibake
    ]
    lines += ["", "读出的事实："]
    lines += [f"  {c.label}：确定 {c.certain}，推定 {c.inferred}，存疑 {c.uncertain}" for c in report.facts]
    for title, kinds in SECTIONS:
        lines += _section(title, [_line(finding) for finding in report.of(*kinds)])
    lines += _section("要留意的单位名称", [f"{u.name}：{u.reason}（{'、'.join(u.clause_ids)}）" for u in report.odd_units])
    lines += _section("其他", [*(_line(finding) for finding in report.others()), *report.reading])
    return "\n".join(lines)


def plain(text: str) -> str:
    """Text on one line; what cannot be seen is named: '' as a word, a lone no-break space as U+00A0."""
    if text and not text.strip():
        return "".join("空格" if char == " " else f"U+{ord(char):04X}" for char in text)
    return text.replace("\n", "⏎") or "（删去）"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"{title}：{len(lines)} 处" if lines else f"{title}：无", *(f"  {line}" for line in lines)]


def _line(finding: Finding) -> str:
    return f"[{GRADES[finding.grade]}] {finding.message}"


def _samples(count: RepairCount) -> str:
    if count.kind == "mojibake":
        return "，全部列在下面"
    return "，如 " + "、".join(f"{plain(before)}→{plain(after)}" for before, after in count.samples)


def _rank(finding: Finding) -> tuple[int, int]:
    return list(GRADES).index(finding.grade), finding.start


def _repair_counts(repairs: Sequence[Repair]) -> Iterator[RepairCount]:
    groups: dict[tuple[RepairKind, Certainty], list[Repair]] = defaultdict(list)
    for repair in repairs:
        groups[repair.kind, repair.certainty].append(repair)
    for (kind, certainty), group in sorted(groups.items(), key=lambda item: list(REPAIR_KINDS).index(item[0][0])):
        common = Counter((repair.before, repair.after) for repair in group).most_common(_SAMPLES)
        yield RepairCount(kind, certainty, len(group), tuple(pair for pair, _ in common))


def _fact_counts(plan: Plan) -> Iterator[FactCount]:
    for kind, label in FACTS.items():
        found = Counter(fact.certainty for fact in getattr(plan, kind))
        yield FactCount(kind, label, found["certain"], found["inferred"], found["uncertain"])


def _odd_units(plan: Plan) -> Iterator[OddUnit]:
    """Names whose form is not that of a unit, kinds of units, and pairs that differ in one character."""
    places: dict[str, list[str]] = defaultdict(list)
    collective = set()
    for fact in plan.units:
        places[fact.unit].append(fact.clause_id)
        if fact.collective:
            collective.add(fact.unit)
    for name, clause_ids in places.items():
        bare = re.sub(r"[(（〈][^()（）]*[)）〉]$", "", name)
        if name in collective:
            continue
        if _COMMON.search(bare):
            yield OddUnit(name, "是一类单位，不是某一个单位", tuple(dict.fromkeys(clause_ids)))
        elif _PLACE.search(bare):
            yield OddUnit(name, "是地方名，没有写明是哪个单位", tuple(dict.fromkeys(clause_ids)))
        elif not _UNIT.search(bare):
            yield OddUnit(name, "不像单位名称，可能读错或原文残缺", tuple(dict.fromkeys(clause_ids)))
    for one, other in combinations(places, 2):
        if len(one) == len(other) >= _LEAST_NAME and sum(a != b for a, b in zip(one, other, strict=True)) == 1:
            both = tuple(dict.fromkeys((*places[one], *places[other])))
            yield OddUnit(f"{one} / {other}", "只差一个字，可能是同一单位的两种写法", both)
