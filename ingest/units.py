"""Responsible units of a clause, with the role the text gives them.

Read by form: a bracket (or the end of a clause) that opens with a role word and a colon, then a list of names; or a
bracket at the end of a line whose names close with a role (`（市知识产权局牵头，市财政局配合）`). Names may hold nested
brackets; a list may change its role half-way, name the national side after a `；`, or be cut off in the source, which is
said and never completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.model import Certainty, Role, Side, UnitFact

_OPEN, _CLOSE = "（(〔[【〈<", "）)〕]】〉>"
_ROLES: dict[str, Role] = {
    "责任单位": "lead", "责任部门": "lead", "责任主体": "lead", "牵头单位": "lead", "牵头部门": "lead", "主要责任单位": "lead",
    "负责单位": "lead", "负责部门": "lead", "主责单位": "lead", "主办单位": "lead", "主办部门": "lead", "承办单位": "lead",
    "牵头": "lead", "配合单位": "support", "配合部门": "support", "参与单位": "support", "参与部门": "support",
    "参加单位": "support", "协办单位": "support", "协办部门": "support", "协助单位": "support", "协同单位": "support",
    "支持单位": "support", "配合": "support", "参与": "support", "执行部门": "execute", "执行单位": "execute",
    "实施单位": "execute", "实施部门": "execute", "落实单位": "execute", "落实部门": "execute", "责任处室": "office",
    "责任科室": "office", "牵头处室": "office",
}
_WORD = "|".join(sorted(_ROLES, key=len, reverse=True))
_HEAD = re.compile(rf"({_WORD})\s*[:：]\s*")                                  # （责任单位：区科技局、…；配合单位：区教委）
_SUFFIX: tuple[tuple[str, Role], ...] = (
    ("按照职责分工负责", "lead"), ("按职责分工负责", "lead"), ("按职责分工配合", "support"), ("分别牵头", "lead"),
    ("共同牵头", "lead"), ("牵头负责", "lead"), ("牵头", "lead"), ("分工负责", "lead"), ("分别负责", "lead"),
    ("共同负责", "lead"), ("具体负责", "lead"), ("负责", "lead"), ("共同配合", "support"), ("配合", "support"),
    ("共同参与", "support"), ("参与", "support"), ("协助", "support"),
)
_NATIONAL = re.compile(r"国家[^、，,；;省市区县州]{2,10}?(?:总局|局|委员会|委|部|办公室|院)")   # ;国家知识产权局条法司、联席办
_OFFICE = re.compile(r"[^省市区县州各]+(?:司|局|部|办|中心|室|处|院|办公室)")
_COLLECTIVE = re.compile(r"^各|有关|相关|其他|成员单位|等部门|等单位|^县级市$")
_AND_OTHERS = re.compile(r"等(?:有关|相关)?(?:部门|单位)?$")                     # 市财政局、市教育局等部门配合
_NOT_UNIT = re.compile(r"20\d\d年|时限|时间|完成$|长期坚持|持续推进|[:：]")        # …，完成时限：2025年12月）
_UNIT_END = re.compile(r"[局委办部院厅司府会处行区县市团关]$|中心|单位|公司|园区|企业|机构|税务|高校|街道|乡镇|分局")
_LAST_BRACKET = re.compile(r"[)）〕】](?=[。；;\s|]*(?:\n|$))")
_LONGEST = 2000
_BY = re.compile(r"^由(?=.{3})")                                               # （由市知识产权局负责）
_BRACKET = re.compile(rf"[{re.escape(_OPEN)}].*$")
_WRAP = re.compile(r"\s*\n\s*")
_JUNK = re.compile(r"^[\s、，,；;。.]+|[\s、，,；;。.]+$")


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    start: int
    end: int
    stop: str


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece of a list under one role word: `[start, end)` are its names. `closed`: not cut off by the source."""

    word: str
    role: Role
    start: int
    end: int
    closed: bool


def has_unit_list(text: str) -> bool:
    """Whether a clause carries a list of responsible units at all."""
    return _HEAD.search(text) is not None or any(True for _ in _headless(text))


def read_units(clause_id: str, text: str, start: int) -> tuple[UnitFact, ...]:
    """The units of a clause whose text begins at `start` of its plan; () where it names none."""
    facts: list[UnitFact] = []
    lists = [*_lists(text)]
    lists += [run for run in _headless(text) if not any(each.start <= run.end and run.start <= each.end for each in lists)]
    for run in sorted(lists, key=lambda each: each.start):
        facts += _read_run(clause_id, text, run, start)
    return tuple(facts)


def read_names(clause_id: str, text: str, start: int, role: Role, word: str) -> tuple[UnitFact, ...]:
    """Every name of `text`, a bare list such as a table cell, in one given role."""
    named = ((item, _AND_OTHERS.sub("", item.name)) for item in _items(text, 0, len(text)))
    return tuple(
        _fact(clause_id, replace(item, name=name, end=item.end - (len(item.name) - len(name))), role, word, start, "local",
              complete=True)
        for item, name in named if name)


def _lists(text: str) -> Iterator[_Run]:
    """Runs of the lists that open with a role word and a colon."""
    at = 0
    while found := _HEAD.search(text, at):
        bracketed = found.start() > 0 and text[found.start() - 1] in _OPEN
        end, closed = _close(text, found.end(), bracketed)
        heads = list(_HEAD.finditer(text, found.start(), end))
        for head, until in zip(heads, [*(h.start() for h in heads[1:]), end], strict=True):
            yield _Run(head.group(1), _ROLES[head.group(1)], head.end(), until, closed or until < end)
        at = end + 1


def _close(text: str, start: int, bracketed: bool) -> tuple[int, bool]:
    """Where a list that begins at `start` ends, and whether it ends there of its own accord.

    A list in a bracket ends with the bracket; one that the source never closes, and any other, with its line or
    sentence (`责任单位：市司法局、市财政局。配合单位：市教委。` is one list of two runs).
    """
    depth, stop = 0, -1
    for i in range(start, len(text)):
        char = text[i]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
            if depth < 0:
                return i, True
        elif stop < 0 and (char == "\n" or (char == "。" and not _HEAD.match(text, i + 1))):
            stop = i
            if not bracketed and depth <= 0:
                return stop, True
        if i - start > _LONGEST:
            return (stop if stop >= 0 else i), not bracketed
    return (stop if stop >= 0 else len(text)), not bracketed


def _headless(text: str) -> Iterator[_Run]:
    """Brackets that end a line, hold nothing but names, and close with a role: `（市科技局牵头，市财政局配合）`."""
    for found in _LAST_BRACKET.finditer(text):
        depth, start = 1, -1
        for i in range(found.start() - 1, max(-1, found.start() - _LONGEST), -1):
            depth += (text[i] in _CLOSE) - (text[i] in _OPEN)
            if depth == 0:
                start = i + 1
                break
        names = [item.name for item in _items(text, start, found.start())] if start > 0 else []
        bare = [_suffix(name)[0] for name in names]
        if names and _suffix(names[-1])[1] and all(_UNIT_END.search(_BRACKET.sub("", name)) for name in bare if name):
            yield _Run(_suffix(names[-1])[2], "lead", start, found.start(), closed=True)


def _suffix(name: str) -> tuple[str, Role | None, str]:
    """`市财政局配合` → the name, the role it closes with, the word for it."""
    for word, role in _SUFFIX:
        if name.endswith(word):
            return _AND_OTHERS.sub("", name[: -len(word)]), role, word
    return _AND_OTHERS.sub("", name), None, ""


def _read_run(clause_id: str, text: str, run: _Run, offset: int) -> list[UnitFact]:
    """One run: `…牵头` and `…配合` after a name give all names since the last such word their role."""
    pending: list[tuple[_Item, Side]] = []
    given: list[tuple[_Item, Side, Role, str]] = []
    national, split, stop = "", False, ""
    for item in _items(text, run.start, run.end):
        if stop in ("；", ";"):
            national = ""
        name, role, word = _suffix(item.name)
        found = _NATIONAL.match(name) if stop in ("；", ";", "") else None
        stop = item.stop
        if found and (found.end() == len(name) or _OFFICE.fullmatch(name, found.end())):
            national = found.group(0)
        inner = bool(national) and not found and _OFFICE.fullmatch(name) is not None
        if name and not _NOT_UNIT.search(name):
            end = item.end - (len(item.name) - len(name))
            # 国家知识产权局运用促进司、保护司: the second name is completed, which its item tells by being longer than its span
            cut = _Item(f"{national}{name}" if inner else name, item.start, end, item.stop)
            pending.append((cut, "national" if national and (found or inner) else "local"))
        if role:
            given += [(each, side, role, word) for each, side in pending]
            pending, split = [], True
    for each, side in pending:
        loose = split and not run.closed
        given.append((each, side, "unstated" if loose else run.role, "原文残缺" if loose else run.word))
    return [_fact(clause_id, each, role, word, offset, side, complete=run.closed) for each, side, role, word in given]


def _items(text: str, left: int, right: int) -> Iterator[_Item]:
    """Names between separators, brackets kept whole: `市发展改革局(市信用办)`, `各区县(自治县,以下简称区县)政府`."""
    depth = 0
    start = left
    for i in range(left, right + 1):
        char = text[i] if i < right else "、"
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char in "、，,；;。\n" and (depth == 0 or i == right):
            piece = text[start:i]
            if char == "\n" and piece.strip() and not _UNIT_END.search(_BRACKET.sub("", piece.rstrip())):
                continue  # a name wrapped at the end of a printed line: 市知识产⏎权局
            lead = len(piece) - len(piece.lstrip(" 、，,；;\u3000"))
            lead += len(piece[lead:]) - len(_BY.sub("", piece[lead:]))
            name = _JUNK.sub("", piece[lead:])
            if name:
                yield _Item(_WRAP.sub("", name), start + lead, start + lead + len(name), char)
            start = i + 1


def _fact(clause_id: str, item: _Item, role: Role, word: str, offset: int, side: Side, *, complete: bool) -> UnitFact:
    certainty: Certainty = "certain"
    if role == "unstated":
        certainty = "uncertain"  # cut off before it says the role
    elif len(item.name) > item.end - item.start:
        certainty = "inferred"  # 保护司 read as 国家知识产权局保护司
    return UnitFact(clause_id, item.name, role, word, offset + item.start, offset + item.end, side,
                    _COLLECTIVE.search(item.name) is not None, complete, certainty)
