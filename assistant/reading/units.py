"""Which unit a question names, and which of the plans' unit names mean the same one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ingest.registry import canonical, key_of, registry

_STEM = re.compile(r"(委员会|局|委|厅|办公室|办)$")
_COLLECTIVE = re.compile(r"(各|有关|相关)(?=.{0,3}(?:区|县|市|州|部门|单位))")
_BELOW = re.compile(r"区|县|市州|镇|乡")
_ANY = re.compile(
    r"(?:国家|省|市|区|县)(?:(?![跟与和里])[\u4e00-\u9fff]){1,10}?(?:局|委员会|委|办|厅|法院|检察院|院|中心支行|海关|贸促会|政府|(?:保护|代理师?|发明|服务业?|行业)协会)"
    r"(?:[(（][\u4e00-\u9fff]{2,8}[)）])?"
)


_BODY = re.compile(r"(协会|学会|商会|联合会|中心|法院|检察院|海关|银行|公司|大学|学院)$")
"""Bodies that are no office of a government: 知识产权保护协会 is not like 知识产权局."""


_NAMED_OFFICE = re.compile(r"(?:处室(?:是|为|叫|写)?[“\"]?|知识产权局的?)$")
_ACTS = re.compile(r"(?:要|都|来|主要)?(?:负责|牵头|承担|配合|管|抓|在.{2,12}里|的(?:任务|职责|工作))")


def same_unit(asked: str, named: str) -> bool:
    """Whether a name in a question can mean a name in a plan of the region in question."""
    a, b = key_of(asked), key_of(named)
    if asked == named:
        return True
    if a.level and b.level and a.level != b.level:
        return False
    if _several(asked) != _several(named) and not (_several(named) and _BELOW.match(asked)):
        return False
    if asked.startswith("国家") != named.startswith("国家"):
        return named == f"国家知识产权局{asked}"
    if a.place and b.place and a.place != b.place:
        return False
    if a.cores & b.cores:
        return True
    return len(asked) >= 3 and named == f"国家知识产权局{asked}"


def part_of(asked: str, named: str) -> bool:
    """Whether a name in a plan is an office of the body asked about: 国家知识产权局保护司."""
    return len(asked) >= 4 and named.startswith(asked) and bool(re.fullmatch(r"[\u4e00-\u9fff]{1,8}(司|处|处室|部|办公室|中心|局)", named[len(asked):]))


def _several(name: str) -> str:
    """各 or 有关 where a name stands for units of many districts: 各区县(自治县)知识产权局 is not the city's 知识产权局."""
    found = _COLLECTIVE.match(name)
    return found.group(1) if found else ""


def renamed(asked: str, named: str) -> tuple[str, str, int] | None:
    """(old, new, year) where `named` is the earlier or later name of `asked`."""
    a, b = key_of(asked), key_of(named)
    if a.level and b.level and a.level != b.level:
        return None
    for old, new, year in registry().reforms:
        pair = (canonical(old), canonical(new))
        if (pair[0] in a.cores and pair[1] in b.cores) or (pair[1] in a.cores and pair[0] in b.cores):
            return old, new, year
    return None


def similar_unit(asked: str, named: str) -> bool:
    """Whether two names are alike enough to be taken for one another where no better match exists: 科技局 and
    科技创新局, 商务局 and 商务委. The difference must be told."""
    a, b = key_of(asked), key_of(named)
    if (a.level and b.level and a.level != b.level) or (a.place and b.place and a.place != b.place):
        return False
    if _BODY.search(asked) and not _BODY.search(named):
        return False
    stems = [{_STEM.sub("", core) for core in key.cores if len(_STEM.sub("", core)) >= 2} for key in (a, b)]
    return any(x.startswith(y) or y.startswith(x) for x in stems[0] for y in stems[1])


def find_units(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Names of units in a question, longest first, none inside another: the plans' own names, their other names,
    and anything that has the form of one (市财政局)."""
    text = text.replace("（", "(").replace("）", ")")
    found: list[tuple[int, int]] = []
    for name, at in sorted(_places(text, _by_start(known)), key=lambda spot: (-len(spot[0]), spot[1])):
        if not any(a < at + len(name) and at < b for a, b in found):
            found.append((at, at + len(name)))
    found = [(a - 2, b) if text[max(0, a - 2):a] == "国家" else (a, b) for a, b in found]
    for match in _ANY.finditer(text):
        if not any(a < match.end() and match.start() < b for a, b in found):
            found.append(match.span())
    return tuple(dict.fromkeys(text[a:b] for a, b in sorted(found) if _is_unit(text, a, b)))


def _is_unit(text: str, start: int, end: int) -> bool:
    """办公室 alone is a unit only where it does something: 办公室负责哪几项, not 设技术转移办公室的那项."""
    return text[start:end] != "办公室" or bool(_NAMED_OFFICE.search(text[:start]) or _ACTS.match(text[end:]))


# 重庆方案里 水利局 有什么任务   财务处 负责哪些
_UNLISTED = re.compile(r"(?:^|[\s，,。、；;：:的里中年度份])(?![里中的跟和与同向找由让])([\u4e00-\u9fff]{2,5}(?:局|委|厅|处))"
                       r"(?=负责|牵头|要|有(?!限)|在|是|的(?:任务|职责|工作)|承担|配合|参与|管|干|做|分到|领了|该|得)")
_NO_UNIT = re.compile(r"[布格全大结当]局$|[好用何到益坏难各此哪么些]处$|常委$|(?:责任|相关|有关|各个?|哪个?|什么)[局委厅处]$")


def unlisted(text: str) -> tuple[str, ...]:
    """A body that a text calls by its bare name and no plan lists: 水利局, 财务处."""
    return tuple(name for name in _UNLISTED.findall(text) if not _NO_UNIT.search(name) and not re.search("哪|什么|谁|几", name))[:1]


_indexes: list[tuple[Iterable[str], dict[str, tuple[str, ...]]]] = []  # by identity: an open catalogue has one tuple


def _by_start(known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """All spellings of the names, by their first two characters; built once for the names of a catalogue."""
    for names, index in _indexes:
        if names is known:
            return index
    grouped: dict[str, list[str]] = {}
    for spelling in dict.fromkeys(form for name in known for form in _spellings(name)):
        grouped.setdefault(spelling[:2], []).append(spelling)
    index = {start: tuple(forms) for start, forms in grouped.items()}
    if isinstance(known, tuple):
        _indexes[3:] = []
        _indexes.insert(0, (known, index))
    return index


def _places(text: str, names: dict[str, tuple[str, ...]]) -> list[tuple[str, int]]:
    return [(name, at) for at in range(len(text)) for name in names.get(text[at:at + 2], ()) if text.startswith(name, at)]


@lru_cache(maxsize=4096)
def _spellings(name: str) -> frozenset[str]:
    """Ways to write a unit: as the plan does, without brackets, each name inside them, each group member."""
    name = name.replace("（", "(").replace("）", ")")
    bare = re.sub(r"\([^)]*\)", "", name)
    forms = {name, bare}
    key = key_of(name)
    for core in key.cores:
        group = next((g for g in registry().groups if core in g), (core,))
        for other in group:
            if len(other) >= 3:
                forms.add(other)
            if key.level and len(other) >= 2:
                forms.add(key.level + other)
            if key.place:
                forms |= {key.place + other, f"{key.place}市{other}"}
    national = re.match(r"国家知识产权局(.{3,})", name)
    if national:
        forms.add(national.group(1))
    for form in tuple(forms):
        if found := re.match(r"(?:中国)?人民银行|人行", form):
            rest = form[found.end():]
            short = re.sub(r"市?中心支行$", "中支", rest)                      # 人行珠海中支
            forms |= {prefix + tail for prefix in ("人行", "人民银行", "中国人民银行") for tail in {rest, short, rest.replace("市中心支行", "中心支行")}}
    return frozenset(form for form in forms if len(form) >= 3)
