"""Responsible units of a clause, with the role the text gives them.

Read by form: a bracket (or the end of a clause) that opens with a role word and a colon, then a list of names. Names may
hold nested brackets; a list may change its role half-way (`A、B牵头，C、D配合`), name the national side after a `；`, or be
cut off in the source, which is said and never completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.model import Role, Side, UnitFact

_OPEN, _CLOSE = "（(〔[【〈<", "）)〕]】〉>"
_ROLES: dict[str, Role] = {
    "责任单位": "lead", "责任部门": "lead", "牵头单位": "lead", "牵头部门": "lead", "主要责任单位": "lead", "负责单位": "lead",
    "主责单位": "lead", "主办单位": "lead", "牵头": "lead", "配合单位": "support", "配合部门": "support", "参与单位": "support",
    "参加单位": "support", "协办单位": "support", "支持单位": "support", "执行部门": "execute", "执行单位": "execute",
    "实施单位": "execute", "责任处室": "office", "牵头处室": "office",
}
_WORD = "|".join(sorted(_ROLES, key=len, reverse=True))
_HEAD = re.compile(rf"({_WORD})\s*[:：]\s*")                                  # （责任单位：区科技局、…；配合单位：区教委）
_SUFFIX: tuple[tuple[str, Role], ...] = (("分别牵头", "lead"), ("牵头负责", "lead"), ("牵头", "lead"), ("共同负责", "lead"),
                                         ("负责", "lead"), ("参与", "support"), ("协助", "support"), ("配合", "support"))
_NATIONAL = re.compile(r"^(国家[^、，,；;]{2,12}?(?:局|总局|部|委员会|委|办|院))(?=[^、，,；;]*(?:司|局|部|办|中心|室|处|院))")
_COLLECTIVE = re.compile(r"^各|有关|相关|其他|成员单位|等部门|等单位|各区|各县|各市")
_JUNK = re.compile(r"^[\s、，,；;。.]+|[\s、，,；;。.]+$")


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    start: int
    end: int
    stop: str


def has_unit_list(text: str) -> bool:
    """Whether a clause carries a list of responsible units at all."""
    return _HEAD.search(text) is not None


def read_units(clause_id: str, text: str, start: int) -> tuple[UnitFact, ...]:
    """The units of a clause whose text begins at `start` of its plan; () where it names none."""
    facts: list[UnitFact] = []
    for left, right, closed in _lists(text):
        facts += _read_list(clause_id, text, left, right, closed, start)
    return tuple(facts)


def read_names(clause_id: str, text: str, start: int, role: Role, word: str) -> tuple[UnitFact, ...]:
    """Every name of `text`, a bare list such as a table cell, in one given role."""
    return tuple(_fact(clause_id, item, role, word, start, "local", complete=True)
                 for item in _items(text, 0, len(text)))


def _lists(text: str) -> Iterator[tuple[int, int, bool]]:
    """Spans of unit lists inside a clause, and whether each was closed as it was opened."""
    at = 0
    while found := _HEAD.search(text, at):
        opener = text[found.start() - 1] if found.start() else ""
        depth, end = 0, len(text)
        for i in range(found.end(), len(text)):
            char = text[i]
            if char in _OPEN:
                depth += 1
            elif char in _CLOSE:
                depth -= 1
                if depth < 0:
                    end = i
                    break
            elif char == "\n" and depth <= 0 and opener not in _OPEN:
                end = i
                break
        else:
            if depth == 0 and opener not in _OPEN:
                end = len(text)
        yield found.start(), end, bool(end < len(text) or not opener or opener not in _OPEN)
        at = end + 1


def _read_list(clause_id: str, text: str, left: int, right: int, closed: bool, offset: int) -> list[UnitFact]:
    """One list: each role word with colon opens a run; `…牵头` and `…配合` after a name close one."""
    facts: list[UnitFact] = []
    heads = list(_HEAD.finditer(text, left, right))
    for head, until in zip(heads, [*(h.start() for h in heads[1:]), right], strict=True):
        word = head.group(1)
        pending: list[_Item] = []
        run: list[tuple[_Item, Role, str]] = []
        national = ""
        split = False
        for item in _items(text, head.end(), until):
            found = _NATIONAL.match(item.name)
            if found:
                national = found.group(1)
            suffix = next(((s, role) for s, role in _SUFFIX if item.name.endswith(s)), None)
            if suffix:
                name = item.name[: -len(suffix[0])]
                cut = _Item(name, item.start, item.start + len(name), item.stop)
                pending += [cut] if name else []
                run += [(p, suffix[1], suffix[0]) for p in pending]
                pending, split = [], True
                continue
            if national and not found:
                item = _Item(f"{national}{item.name}", item.start, item.end, item.stop)
            pending.append(item)
        run += [(p, _ROLES[word], word) for p in pending]
        last_open = not closed and until == right
        for item, role, said in run:
            loose = last_open and split and any(item is p for p in pending)
            facts.append(_fact(clause_id, item, "unstated" if loose else role, "原文残缺" if loose else said, offset,
                               "national" if item.name.startswith("国家") else "local", complete=not last_open))
    return facts


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
            lead = len(piece) - len(piece.lstrip(" 、，,；;\u3000"))
            name = _JUNK.sub("", piece)
            if name:
                yield _Item(name, start + lead, start + lead + len(name), char)
            start = i + 1


def _fact(clause_id: str, item: _Item, role: Role, word: str, offset: int, side: Side, *, complete: bool) -> UnitFact:
    return UnitFact(clause_id, item.name, role, word, offset + item.start, offset + item.end, side,
                    _COLLECTIVE.search(item.name) is not None, complete)
