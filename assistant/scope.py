"""Which plans a question is about: regions, years and plan names it mentions. Regions never mix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.lexicon import lexicon
from ingest.model import PlanMeta

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)|(?<!\d)(1\d|2\d)年(?!代)")
_GENERIC = re.compile(r"[（(].*?[)）]|\s|[“”\"]")
_SPACE = re.compile(r"\s|[“”\"]")
_KINDS = ("方案", "规划", "计划", "纲要", "意见", "办法", "条例")
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

    def narrowed(self, plan_ids: Sequence[str], regions: Sequence[str], metas: Sequence[PlanMeta]) -> Scope:
        """Only the plans of a filter that the reader set."""
        kept = tuple(m for m in metas if (not plan_ids or m.id in plan_ids) and (not regions or m.region in regions))
        inside = tuple(m.id for m in kept if m.id in self.plan_ids) or tuple(m.id for m in kept)
        return Scope(inside, tuple(dict.fromkeys(m.region for m in kept if m.id in inside)),
                     self.named or len({m.region for m in kept}) == 1, self.foreign, self.words)


def read_scope(text: str, metas: Sequence[PlanMeta]) -> Scope:
    """The scope of a text; all plans where it names none."""
    flat = _SPACE.sub("", text)
    words: list[str] = []
    by_title = [meta for meta in metas if _names_plan(flat, meta, words)]
    by_region = _by_region(flat, metas, words)
    chosen = by_title or by_region
    if by_title and by_region:
        both = [meta for meta in by_title if meta in by_region]
        chosen = both + [meta for meta in by_region if meta not in both
                         and meta.region not in {b.region for b in both}] if both else by_region
    years = [int(m.group(1) or f"20{m.group(2)}") for m in _YEAR.finditer(text)]
    chosen = _by_year(chosen, years, text) if years else _by_kind(chosen, flat)
    if not chosen and years:
        only = _by_year(list(metas), years, text)
        titled = [meta for meta in only if any(str(y) in meta.title for y in years)]
        if len(titled) == 1 and "计划" in text:
            chosen = titled
    words += [f"{y}年" if f"{y}年" in flat else str(y) for y in years if any(_starts_in(meta, y) for meta in chosen)]
    known = {name for meta in metas for name in (meta.region, *meta.region_aliases)}
    plain = flat
    for phrase in _NOT_A_PLACE:
        plain = plain.replace(phrase, "")
    foreign = tuple(p for p in lexicon().places if p in plain and not any(p in name or name in p for name in known))
    picked = chosen or list(metas)
    return Scope(tuple(meta.id for meta in picked), tuple(dict.fromkeys(meta.region for meta in picked)),
                 bool(chosen), foreign, tuple(dict.fromkeys(words)))


def _names_plan(flat: str, meta: PlanMeta, words: list[str]) -> bool:
    hit = [name for name in (meta.title, *meta.aliases) if len(_GENERIC.sub("", name)) >= 4 and _GENERIC.sub("", name) in flat]
    words += [_GENERIC.sub("", name) for name in hit]
    return bool(hit)


def _by_region(flat: str, metas: Sequence[PlanMeta], words: list[str]) -> list[PlanMeta]:
    """Plans of the regions named. A district named with its city (重庆黔江) is the district alone."""
    spots: list[tuple[int, int, PlanMeta, str]] = []
    for meta in metas:
        for name in (meta.region, *meta.region_aliases):
            at = flat.lower().find(name.lower())
            while at >= 0:
                if len(name) > 1 or _stands_for_region(flat, at):
                    spots.append((at, at + len(name), meta, name))
                at = flat.lower().find(name.lower(), at + 1)
    kept = [s for s in spots if not any(o[0] <= s[0] and s[1] <= o[1] and o[1] - o[0] > s[1] - s[0] and o[2].region != s[2].region
                                        for o in spots)]
    regions = {s[2].region for s in kept}
    words += [s[3] for s in kept]
    found: list[PlanMeta] = []
    for meta in metas:
        if meta.region in regions and meta not in found:
            found.append(meta)
    return found


def _stands_for_region(flat: str, at: int) -> bool:
    """`渝企`, `黔企`, `在黔`: a one-character name counts only in such company."""
    return flat[at + 1:at + 2] in ("企", "省", "内", "的") or flat[max(0, at - 1):at] in ("在", "来")


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


def _starts_in(meta: PlanMeta, year: int) -> bool:
    return str(year) in meta.title or (meta.issued is not None and meta.issued.year == year)


def _covers(meta: PlanMeta, year: int) -> bool:
    return bool(meta.period_start and meta.period_end and meta.period_start.year <= year <= meta.period_end.year)
