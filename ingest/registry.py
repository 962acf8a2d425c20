"""The one registry of units of government: names taken apart, other names, reforms, and which names it knows at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ingest.model import Finding, UnitFact

_DATA = Path(__file__).with_name("data")
_LEVEL = re.compile(r"^(省|市|区|县|州)(?!场)")
# 自治区财政厅, 越秀区财政局, 广州市越秀区知识产权局
_REGION = re.compile(r"^(?:[^和与及由对向、]{1,4}?(?:省|市|自治州|州|地区|新区|区|自治县|县|旗)){1,2}|^自治[区州县]")
_BRACKET = re.compile(r"[(〈<][^()]*[)〉>]")
_BELOW_PROVINCE = re.compile(r"(?:(?<!自治)区|[市县州旗])$")


@dataclass(frozen=True, slots=True)
class UnitKey:
    """A name taken apart: its level ('' if it says none), its cores in canonical form, its place ('' if none)."""

    level: str
    cores: frozenset[str]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """`groups` are names of one unit, the first is shown; `reforms` are (old, new, year); `known` are all cores of
    units, `forms` patterns of whole names, `places` regions of China by the names people
    use, `within` the province of each city and district."""

    groups: tuple[tuple[str, ...], ...]
    reforms: tuple[tuple[str, str, int], ...]
    known: frozenset[str]
    forms: re.Pattern[str]
    places: tuple[str, ...]
    within: Mapping[str, str]


@cache
def registry() -> Registry:
    """The data of `data/units.toml` and `data/places.toml`, loaded once."""
    units = tomllib.loads((_DATA / "units.toml").read_text(encoding="utf-8"))
    places = tomllib.loads((_DATA / "places.toml").read_text(encoding="utf-8"))
    groups = tuple(tuple(group) for group in units["same"])
    reforms = tuple((each["old"], each["new"], each["year"]) for each in units["reform"])
    known = {*units["known"], *(name for group in groups for name in group), *(name for r in reforms for name in r[:2])}
    forms = "|".join(f"(?:{form})" for kind in units["forms"].values() for form in kind)
    within = {city: province for province, cities in places["within"].items() for city in cities}
    return Registry(groups, reforms, frozenset(known), re.compile(forms), (*places["provinces"], *within), within)


@lru_cache(maxsize=4096)
def canonical(core: str) -> str:
    """The first name of the group a core belongs to."""
    return next((group[0] for group in registry().groups if core in group), core)


@lru_cache(maxsize=4096)
def key_of(name: str) -> UnitKey:
    """`省委宣传部(省新闻出版局〈省版权局〉)` → level 省, cores 委宣传部, 新闻出版局, 版权局."""
    name = _plain(name)
    place = _place(name)
    rest = name[len(place):] if place else name
    level = ""
    cores = set()
    for part in [*re.split(r"[(〈<)〉>]", rest), re.sub(r"\([^)]*\)", "", rest)]:
        found = _LEVEL.match(part)
        if found and len(part) > 2:
            level = level or found.group(1)
            part = part[1:]
        part = part.removeprefix("人民政府")
        if len(part) >= 2 and part not in ("管委会", "自治县", "自治区", "政府", "各区县"):
            cores.add(canonical(part))
    return UnitKey(level, frozenset(cores), place)


@lru_cache(maxsize=4096)
def in_registry(name: str) -> bool:
    """Whether a name, without its brackets, is a known core (市财政局, 贵州省林业局, 省委宣传部) or of a known form."""
    bare = _BRACKET.sub("", _BRACKET.sub("", _plain(name)))
    return registry().forms.fullmatch(bare) is not None or any(
        core in registry().known and not (core.endswith("厅") and _BELOW_PROVINCE.search(before))
        for before, core in _cuts(bare)
    )


def unlisted_units(facts: Iterable[UnitFact]) -> Iterator[Finding]:
    """One finding for each name of the facts that the registry does not know, where it stands first."""
    found: dict[str, list[UnitFact]] = {}
    for fact in facts:
        if not in_registry(fact.unit):
            found.setdefault(fact.unit, []).append(fact)
    for name, named in found.items():
        clauses = "、".join(dict.fromkeys(fact.clause_id for fact in named))
        yield Finding("info", "unit not in registry", f"“{name}”不在单位名录中，照原文收录（{clauses}）", named[0].start, named[0].end)


def _cuts(name: str) -> Iterator[tuple[str, str]]:
    """(region and level, core) as a name can be cut: 市委宣传部 is also 宣传部, 市政府外办 also 外办."""
    place = _place(name)
    befores = [place, *(found.group() for found in (_LEVEL.match(name), _REGION.match(name)) if found)]
    if place and (found := _LEVEL.match(name[len(place):])):
        befores.append(place + found.group())
    for before in befores:
        core = name[len(before):]
        yield before, core
        for body in ("人民政府", "政府", "党委", "委"):
            if core.startswith(body):
                yield before, core[len(body):]


def _plain(name: str) -> str:
    return re.sub(r"^(中国)?人民银行", "人行", name.replace("（", "(").replace("）", ")"))


def _place(name: str) -> str:
    return next((place for place in sorted(registry().places, key=len, reverse=True) if name.startswith(place)), "")
