"""Who does what: units in a role, out of a plan's list and out of a sentence that tells it in other words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Duty = Literal["lead", "support", "duty", "charge"]
Duties = tuple[tuple[Duty, str], ...]
"""A role and the text that names its units."""

_WORDS: dict[str, Duty] = {"牵头": "lead", "配合": "support", "协助": "support", "参与": "support", "协办": "support", "责任": "duty", "执行": "duty"}
# 该工作由区市场监管局负责: who leads, or where nobody is said to lead, whose duty it is
_CHARGED = re.compile(r"由([^,;。:]{2,40}?)(?:共同|具体)?负责$")
# 责任单位:市市场监管局(知识产权局)牵头,市发展改革局、市司法局配合
_LISTED = re.compile(r"(主要责任|责任|牵头|配合|执行|参与|协办)(?:单位|部门|处室):([^:;。〕]*?)"
                     r"(?=[;。〕]|$|[,、]?(?:主要责任|责任|牵头|配合|执行|参与|协办)(?:单位|部门|处室):)")
_INLINE = re.compile(r"(?=(?s:.*)(?:牵头|配合|协助)(?![\u4e00-\u9fff]))"     # nothing to look for: no search
                     r"([^,;。:(（]+(?:\([^)]*\))?[^,;。:]*?)(分别牵头|牵头|配合|协助)(?![\u4e00-\u9fff])")
_CLAIM = re.compile(r"牵头|配合|(?:责任|执行)(?:单位|部门|处室)|负责的?单位|协助")
_AFTER = re.compile(r"^(?:的)?(?:单位|部门|处室|机构)?(?:之一)?(?:主要)?(?:为|是|有|包括|包含|:)(.+)$")
_NAMES = re.compile(r"、|以及|还有|,")
_JOINED = re.compile(r"和|及|与")
_LABEL = re.compile(r"(?:责任|牵头|配合|执行|参与|协办|单位)[^:：]{0,12}[:：]")
_UNITS_ALONE = re.compile(r"[^\d,。:：]+[局委厅办院府会行关司处部室](?:\([^)]*\))?")
_FILLER = re.compile(r"^(?:该项?(?:任务|工作)的?|这项(?:任务|工作)的?|该工作|此项工作|由|其中|是|为|则|负责|国家层面|本项任务的?|任务的?|作为|分别)+|"
                     r"(?:负责|予以|进行|是|为|作为|等|共同|一起|开展工作)+$")


def duties_stated(texts: Sequence[str]) -> Duties:
    """Every role of the quotes with the text of its list. A list of `责任单位` that says who leads is split."""
    found: list[tuple[Duty, str]] = []
    for text in texts:
        for word, names in _LISTED.findall(text):
            role = _WORDS[word.removeprefix("主要")]
            inline = _INLINE.findall(names)
            found += [(_WORDS[verb.removeprefix("分别")], part) for part, verb in inline]
            found.append((role, names))
            if role == "duty" and not inline:
                found.append(("duty", text[text.find(names) + len(names):].lstrip(";").split(":")[0] if "国家知识产权局" in text else ""))
        if not _LISTED.search(text):
            found += [(_WORDS[verb.removeprefix("分别")], part) for part, verb in _INLINE.findall(text)]
    return tuple((role, names) for role, names in found if names)


def duties_claimed(piece: str) -> Duties:
    """`市财政局、市司法局配合市市场监管局` → support: 市财政局、市司法局; lead: 市市场监管局. Empty: no role is told."""
    found: list[tuple[Duty, str]] = []
    pending = ""
    for part in re.split(r"[,;。]", piece):
        if charged := _CHARGED.search(part):
            found.append(("charge", charged[1]))
            continue
        verb = _CLAIM.search(part)
        if not verb:
            if found and re.match(r"(?:各|市|区|县|国家|省)", part):
                found.append((found[-1][0], part))
            else:
                pending += f"、{part}" if re.search(r"[局委厅府院部办司]", part) else ""
            continue
        role: Duty = next((duty for word, duty in _WORDS.items() if word in verb[0]), "duty")
        before, after = part[:verb.start()], part[verb.end():]
        before = before.rpartition("由")[2]          # 人才培养工程由市教育局牵头
        listed = _AFTER.match(after)
        if listed and not re.fullmatch(r".*单位之一", after):
            names = listed[1]
        elif re.match(r"(?:单位|部门)", after) or not after or re.match(r"(?:单位)?之一|开展|完成|推进|的", after):
            names = before
        else:
            names = before
            if role == "support" and (other := re.sub(r"(?:开展|推进|完成|做好).*$", "", after)):
                found.append(("lead", other))
        if pending and names == before:
            names, pending = f"{pending}、{names}", ""
        if names.strip("、"):
            found.append((role, names))
    return tuple(found)


def unlabelled(piece: str) -> str:
    """The units that begin a list without a role while the others have theirs (珠海银保监分局;配合:市财政局), or ''."""
    first, *rest = re.split(r"[;；]", piece)
    told = any(_LABEL.match(part.strip()) for part in rest)
    return first.strip() if told and _UNITS_ALONE.fullmatch(first.strip()) and not _CLAIM.search(first) else ""


def foreign_duty(claimed: Duties, stated: Duties) -> str:
    """The first unit that the quotes do not give this role, or ''."""
    for role, names in claimed:
        if role == "charge":
            role = "lead" if any(duty == "lead" for duty, _ in stated) else "duty"
        allowed = [text for duty, text in stated if duty == role]
        for raw in _NAMES.split(names):
            for name in (raw,) if any(_bare(raw) in text for text in allowed) else _JOINED.split(raw):
                if len(_bare(name)) >= 2 and not any(_bare(name) in text for text in allowed):
                    return f"“{_bare(name)}”在所引条款中不是这个角色"
    return ""


def _bare(name: str) -> str:
    return _FILLER.sub("", _FILLER.sub("", name)).strip("()")
