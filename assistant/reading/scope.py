"""Which plans a question is about: regions, years and plan names it mentions. Regions never mix."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.lexicon import lexicon
from ingest.model import PlanMeta

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)|(?<!\d)(1\d|2\d)年(?!代)")
_GENERIC = re.compile(r"[（(].*?[)）]|\s|[“”\"]")
# 2024方案第16条   2014年那份计划
_DATED_PLAN = re.compile(r"(?<!\d)(?:(20\d\d)|(1\d|2\d)(?=年))年?(?:度|的|版|那份|那个|这份|这个)*"
                         r"(?:知识产权|专利|市里?的?|共建|强市|推进|发展|战略|事业|工作|实施|行动)*(方案|规划|计划)")
_SPACE = re.compile(r"\s|[“”\"]")
_FIVE = re.compile(r"(十[一二三四五六七]五)(?:时期|期间)?[^，,。？?]{0,8}(?:规划|计划|方案|纲要)")
_PERIOD = re.compile(r"十[一二三四五六七]五")
_TITLE = re.compile(r"《[^》]*》")
_KINDS = ("方案", "规划", "计划", "纲要", "意见", "办法", "条例", "规定", "细则")
_NATIONAL = re.compile(r"(?:国家|全国|国务院|中央)(?=(?:层面)?的?(?:知识产权)?(?:保护和运用)?“?(?:十[一二三四五六七]五|规划|纲要|那份|这份))")
# 市里2024方案跟黔江方案的说法有啥不一样
_ABOVE = re.compile(r"(?:市|省)(?:里|上|级)的?(?:那[个份])?(?:20\d\d年?的?)?(?:知识产权)?(?:方案|规划|计划|文件|说法|提法|要求|规定|做法)")
_BESIDE = re.compile(r"跟|和|与|同|比|不一样|区别|不同|对照")
_BEFORE = re.compile(r"当年(?!的?数|度|新增|增)|那会儿|早年|(?:以前|过去|之前|从前)的?(?:那|方案|计划|规划)|"
                     r"[老旧](?:的)?(?:方案|计划|规划)|上一[轮个份]的?(?:方案|计划|规划)")
_LATEST = re.compile(r"现行|最新|(?<!全)新(?:的|出的?|一[轮份])?(?:方案|计划|规划)|(?:现在|目前|眼下|如今)(?:这份|执行|在用|有效|实施|的)")
_NOT_A_PLACE = ("粤港澳", "长三角", "京津冀", "成渝", "珠三角")
"""Areas whose names hold a place and that plans of every region speak of: not the place a question is about."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`plan_ids` an answer may rest on. `named` when the question itself says which; `foreign` are places that no plan
    covers; `words` are the question's own words that said it."""

    plan_ids: tuple[str, ...]
    regions: tuple[str, ...]
    named: bool = False
    foreign: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def taken_from(self, text: str, blank: str = " ") -> str:
        """The text without the words that said which plans are meant."""
        for word in sorted(self.words, key=len, reverse=True):
            text = text.replace(word, blank)
        return text

    def of_years(self, text: str, metas: Sequence[PlanMeta]) -> Scope:
        """The plans of the same region that a year in the text picks (2014年的呢)."""
        years = [int(found.group(1) or f"20{found.group(2)}") for found in _YEAR.finditer(text)]
        kept = tuple(meta.id for meta in metas if meta.region in self.regions and any(of_year(meta, year) for year in years))
        return replace(self, plan_ids=kept) if kept and len(self.regions) == 1 else self

    def joined(self, other: Scope, metas: Sequence[PlanMeta]) -> Scope:
        """The plans of both, for what is compared."""
        kept = tuple(meta for meta in metas if meta.id in self.plan_ids or meta.id in other.plan_ids)
        return Scope(tuple(meta.id for meta in kept), tuple(dict.fromkeys(meta.region for meta in kept)), True,
                     tuple(dict.fromkeys((*self.foreign, *other.foreign))), tuple(dict.fromkeys((*self.words, *other.words))))

    def narrowed(self, plan_ids: Sequence[str], regions: Sequence[str], metas: Sequence[PlanMeta]) -> Scope:
        """Only the plans of a filter that the reader set."""
        kept = tuple(m for m in metas if (not plan_ids or m.id in plan_ids) and (not regions or m.region in regions))
        inside = tuple(m.id for m in kept if m.id in self.plan_ids) or tuple(m.id for m in kept)
        return Scope(inside, tuple(dict.fromkeys(m.region for m in kept if m.id in inside)),
                     self.named or len({m.region for m in kept}) == 1, self.foreign, self.words)


def covering(scope: Scope, metas: Sequence[PlanMeta]) -> Scope:
    """The plans of the provinces in which the places lie that have no plan of their own: what a province offers, it
    offers in 遵义 too. The scope as it is where a place lies in none of them."""
    regions = {lexicon().within.get(place, "") for place in scope.foreign}
    kept = [meta for meta in metas if meta.region in regions]
    if scope.named or not kept or regions - {meta.region for meta in kept}:
        return scope
    return replace(scope, plan_ids=tuple(meta.id for meta in kept), regions=tuple(dict.fromkeys(meta.region for meta in kept)), named=True,
                   words=(*scope.words, *scope.foreign))


@dataclass(frozen=True, slots=True)
class Index:
    """Names of plans and regions → where they stand among the plans: built once, so that a question is looked up and
    not compared with every plan."""

    title_names: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[tuple[int, int, str], ...]]
    region_names: Mapping[str, tuple[str, ...]]
    names: Mapping[str, tuple[tuple[int, int, str], ...]]
    regions: Mapping[str, None]
    regions_at: Mapping[str, tuple[int, ...]]
    order: tuple[str, ...]


_indexes: list[tuple[Sequence[PlanMeta], Index]] = []  # by identity: an open catalogue hands out one tuple


def index_of(metas: Sequence[PlanMeta]) -> Index:
    """The names of these plans, looked up fast."""
    for known, index in _indexes:
        if known is metas:
            return index
    titles: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    names: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    at_region: dict[str, list[int]] = defaultdict(list)
    for at, meta in enumerate(metas):
        at_region[meta.region].append(at)
        for n, name in enumerate((meta.title, *meta.aliases)):
            if len(plain := _GENERIC.sub("", name)) >= 4:
                titles[plain].append((at, n, plain))
        for n, name in enumerate((meta.region, *meta.region_aliases)):
            names[name.lower()].append((at, n, name))
    index = Index(
        by_start(titles), {k: tuple(v) for k, v in titles.items()}, by_start(names), {k: tuple(v) for k, v in names.items()},
        {name: None for meta in metas for name in (meta.region, *meta.region_aliases)},
        {k: tuple(v) for k, v in at_region.items()}, tuple(meta.region for meta in metas))
    _indexes[3:] = []
    _indexes.insert(0, (metas, index))
    return index


_names: list[tuple[Sequence[PlanMeta], Sequence[str], tuple[str, ...]]] = []  # by identity, like the indexes


def known_names(metas: Sequence[PlanMeta], unit_names: Sequence[str]) -> tuple[str, ...]:
    """The names of all units and regions; put together once for an open catalogue."""
    for plans, units, names in _names:
        if plans is metas and units is unit_names:
            return names
    together = tuple(dict.fromkeys((*unit_names, *index_of(metas).regions)))
    _names[3:] = []
    _names.insert(0, (metas, unit_names, together))
    return together


def by_start(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Names by their first two characters."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if name:
            grouped[name[:2]].append(name)
    return {key: tuple(value) for key, value in grouped.items()}


def spots(text: str, names: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, int]]:
    """Every place where one of the names (grouped by `by_start`) stands in the text."""
    for at in range(len(text)):
        for start in (text[at:at + 2], text[at]) if at + 1 < len(text) else (text[at],):
            for name in names.get(start, ()):
                if text.startswith(name, at):
                    yield name, at


def read_scope(text: str, metas: Sequence[PlanMeta]) -> Scope:
    """The scope of a text; all plans where it names none."""
    flat = _SPACE.sub("", text)
    words: list[str] = []
    by_title = _by_title(flat, metas, words)
    by_region = _by_region(flat, metas, words)
    years = [int(m.group(1) or f"20{m.group(2)}") for m in _YEAR.finditer(text)]
    chosen = by_title or by_region
    if by_title and by_region:
        both = [meta for meta in by_title if meta in by_region]
        chosen = both + [meta for meta in by_region if meta not in both and (
            meta.region not in {b.region for b in both} or any(_starts_in(meta, y) for y in years))] if both else by_region
    chosen = _by_year(chosen, years, text) if years else _by_age(_by_kind(chosen, _TITLE.sub("", flat) or flat), flat)
    if not chosen and (dated := _DATED_PLAN.search(flat)):
        year = int(dated.group(1) or f"20{dated.group(2)}")
        called = [meta for meta in metas if meta.title.endswith(dated.group(3)) and of_year(meta, year)]
        chosen = called if len(called) == 1 else []
    if not chosen and years and not any(place in flat for place in lexicon().places):
        titled = [meta for meta in metas if any(f"{year}年" in flat and re.search(rf"(?<![\d—–~至-]){year}年", meta.title) for year in years)]
        chosen = titled if len(titled) == 1 else []             # 2014年培育服务业那项
    if not chosen and (five := _FIVE.search(flat)) and not any(place in flat for place in lexicon().places):
        chosen = [meta for meta in metas if five.group(1) in _GENERIC.sub("", meta.title)]
    if chosen and _ABOVE.search(flat) and _BESIDE.search(flat):
        above = {lexicon().within.get(meta.region, "") for meta in chosen}
        chosen = [*chosen, *(meta for meta in metas if meta.region in above and meta not in chosen and (not years or any(_starts_in(meta, y) for y in years)))]
    if national := _NATIONAL.search(flat):
        kinds = [meta for meta in metas if meta.region == "全国"]
        five_years = _PERIOD.search(flat)
        chosen = [*chosen, *(meta for meta in kinds if meta not in chosen and (not five_years or five_years.group(0) in _GENERIC.sub("", meta.title)))]
        words += [national.group(0)] if kinds else []
    words += [kind for kind in _KINDS if kind in flat and any(meta.title.endswith(kind) for meta in chosen)]
    words += [period.group(0) for meta in chosen if (period := _PERIOD.search(_GENERIC.sub("", meta.title))) and period.group(0) in flat]
    words += [f"{y}年" if f"{y}年" in flat else str(y) for y in years if any(_starts_in(meta, y) for meta in chosen)]
    known = index_of(metas).regions.keys()
    plain = flat
    for phrase in _NOT_A_PLACE:
        plain = plain.replace(phrase, "")
    foreign = tuple(p for p in lexicon().places if p in plain and not any(p in name or (len(name) > 1 and name in p) for name in known))
    picked = chosen or list(metas)
    return Scope(tuple(meta.id for meta in picked), tuple(dict.fromkeys(meta.region for meta in picked)),
                 bool(chosen), foreign, tuple(dict.fromkeys(words)))


def _by_title(flat: str, metas: Sequence[PlanMeta], words: list[str]) -> list[PlanMeta]:
    index = index_of(metas)
    hits = sorted({place for name, _ in spots(flat, index.title_names) for place in index.titles[name]})
    words += [name for _, _, name in hits]
    return [metas[at] for at in dict.fromkeys(at for at, _, _ in hits)]


def _by_region(flat: str, metas: Sequence[PlanMeta], words: list[str]) -> list[PlanMeta]:
    """Plans of the regions named. A district named with its city (重庆黔江) is the district alone."""
    index = index_of(metas)
    found = sorted((place, at) for key, at in spots(flat.lower(), index.region_names) for place in index.names[key])
    named = [(at, at + len(name), index.order[n], name) for (n, _, name), at in found
             if len(name) > 1 or _stands_for_region(flat, at)]
    kept = [s for s in named if not any(o[0] <= s[0] and s[1] <= o[1] and o[1] - o[0] > s[1] - s[0] and o[2] != s[2]
                                        for o in named)]
    words += [s[3] for s in kept]
    regions = {s[2] for s in kept}
    return [metas[at] for at in sorted({at for region in regions for at in index.regions_at[region]})]


def _stands_for_region(flat: str, at: int) -> bool:
    """`渝企`, `黔企`, `在黔`: a one-character name counts only in such company."""
    return flat[at + 1:at + 2] in ("企", "省", "内", "的", "那", "这") or flat[max(0, at - 1):at] in ("在", "来")


def _by_year(metas: list[PlanMeta], years: Sequence[int], text: str) -> list[PlanMeta]:
    """Among several plans of one region, those that a year in the question picks: by title first, then by period."""
    if not years:
        return metas
    kept: list[PlanMeta] = []
    for region in dict.fromkeys(meta.region for meta in metas):
        group = [meta for meta in metas if meta.region == region]
        if len(group) > 1:
            titled = [m for m in group if any(_starts_in(m, y) for y in years)]
            spanning = [m for m in group if any(_covers(m, y) for y in years)]
            group = titled or spanning or group
        kept += group
    return kept


def _by_kind(metas: list[PlanMeta], flat: str) -> list[PlanMeta]:
    """Among several plans of one region, the one that is called as the question calls it: 方案, 规划 or 计划."""
    kept: list[PlanMeta] = []
    for region in dict.fromkeys(meta.region for meta in metas):
        group = [meta for meta in metas if meta.region == region]
        called = [meta for meta in group for kind in _KINDS if meta.title.endswith(kind) and kind in flat]
        kept += called if len(called) == 1 else group
    return kept


def _by_age(metas: list[PlanMeta], flat: str) -> list[PlanMeta]:
    """Among several plans of one region, the latest or those before it, where the question says so (当年重庆搞的试点, 现行方案)."""
    before, latest = _BEFORE.search(flat), _LATEST.search(flat)
    if bool(before) == bool(latest):
        return metas
    kept: list[PlanMeta] = []
    for region in dict.fromkeys(meta.region for meta in metas):
        group = [meta for meta in metas if meta.region == region]
        last = max(group, key=lambda meta: str(meta.period_start or ""))
        kept += [meta for meta in group if len(group) == 1 or (meta is last) == bool(latest)]
    return kept


def of_year(meta: PlanMeta, year: int) -> bool:
    """Whether a plan is known by a year: the one in which it was issued or begins."""
    begins = meta.period_start.year if meta.period_start else None
    return year in (begins, meta.issued.year if meta.issued else None)


def _starts_in(meta: PlanMeta, year: int) -> bool:
    return str(year) in meta.title or (meta.issued is not None and meta.issued.year == year)


def _covers(meta: PlanMeta, year: int) -> bool:
    return bool(meta.period_start and meta.period_end and meta.period_start.year <= year <= meta.period_end.year)
