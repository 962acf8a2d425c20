"""What turns the meaning of a sentence: terms, strength, direction, order, bounds. Each check names the first fault or ''."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from assistant.proof.basis import HAN, PART, Basis, meanings, pairs_of, share, soft, without
from assistant.proof.duty import duties_claimed, duties_stated, foreign_duty
from assistant.proof.figures import foreign_figure
from assistant.proof.slips import slipped
from assistant.proof.words import split, words

WITH = 0.7
"""The least share of what a claim says of a place or a unit that one clause of the quotes says with it."""
KEPT = 0.6
"""A claim that holds so much of what follows a word like 探索 repeats it, and must keep the word."""
_TITLE = re.compile(r"《([^》]+)》")
_PLACED = re.compile(r"[\u4e00-\u9fff]{2,3}[区县市省]、?")
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2}[区县]")
# 由市财政给予项目启动资助; 市人民政府设立专利专项资金
_LEVEL = re.compile(r"(?:国家|中央|省|市|区|县)(?:财政|人民政府|政府|级)")
_EDGE_LEFT = re.compile(r"[\u4e00-\u9fffA-Za-z0-9%]{1,2}$")
_EDGE_RIGHT = re.compile(r"[\u4e00-\u9fffA-Za-z0-9%]{1,3}")
# 加快推动知识产权工作转变: the claim may leave these out, and use them for 支持
_LIGHT = ("推动", "促进", "推进")
# 力争实现9个市州全覆盖, where the plan says 力争全覆盖
_HOPED = ("实现", "完成", "建成")
_ALLOWED = re.compile(r"允许|可以|准许|许可其")
# 深入15家企业进行专场培训 is not 每场培训班深入15家企业; 在黔高校 are not 各地高校
_EACH = re.compile(r"[每各][\u4e00-\u9fff]")
# 从数量规模型向质量效益型转变; 由引进大国转变为创造大国
_TURN = re.compile(r"[从由]([^,。;]{2,16}?)(?:向|转变为|转向|变为|到)([^,。;]{2,16}?)(?:转变|转型|迈进|[,。;]|$)")


def turned_meaning(piece: str, basis: Basis) -> str:
    """The first hard fact or turning word in which `piece` differs from its quotes, or ''."""
    checks: tuple[Callable[[str, Basis], str], ...] = (
        _drafts, _figures, _roles, _terms, _dropped, slipped, _added, _direction, _held, _exception, _turned, _agents, _permitted)
    return next((reason for check in checks if (reason := check(piece, basis))), "")


def _drafts(piece: str, basis: Basis) -> str:
    """A draft for comment (征求意见稿) is not the document."""
    for title in _TITLE.findall(piece):
        if basis.holds(f"《{title}(") and not basis.holds(f"《{title}》"):
            return f"所引条款的“{title}”另有限定"
    return ""


def _figures(piece: str, basis: Basis) -> str:
    return foreign_figure(piece, basis.texts, basis.about)


def claims_role(piece: str) -> bool:
    return bool(duties_claimed(piece))


def _roles(piece: str, basis: Basis) -> str:
    claimed = duties_claimed(piece)
    return foreign_duty(claimed, duties_stated(basis.texts)) if claimed else ""


def _terms(piece: str, basis: Basis) -> str:
    """A place, a unit or a kind of right that the quotes do not name."""
    for word, kind in split(piece):
        known = basis.knows(word) if kind in ("place", "unit") else basis.holds(word)
        if kind in ("place", "unit", "subject") and not known:
            return f"“{word}”与所引条款不符"
    at = 0
    for word, kind in split(piece):
        end = at + len(word)
        before = "" if soft().fullmatch(piece[max(0, at - 2):at]) or soft().fullmatch(piece[at - 1:at]) else piece[max(0, at - 1):at]
        after = "" if soft().match(piece, end) else piece[end:end + 1]
        at = end
        sides = [side for side, char in ((before + word, before), (word + after, after)) if HAN.match(char)]
        if kind == "subject" and sides and not any(basis.holds(side) for side in sides):
            return f"“{word}”在所引条款中说的不是这件事"
    level = next((word for word in _LEVEL.findall(piece) if not basis.knows(word)), "")
    return f"“{level}”与所引条款不符" if level else ""


def _added(piece: str, basis: Basis) -> str:
    """Stronger, wider, of each one, denied: a word of a group that the quotes do not use."""
    bare = _harmless().sub("", without(piece, basis.about))
    if each := next((word for word in _EACH.findall(bare) if not basis.holds(word)), ""):
        return f"“{each}”与所引条款不符"
    hoped = any(word in bare and basis.holds(word) for word in meanings()["held"]["hope"])
    for group in meanings()["added"].values():
        for word in group:
            if word in bare and not basis.holds(word) and not (hoped and word in _HOPED):
                return f"“{word}”与所引条款不符"
    return ""


@cache
def _harmless() -> re.Pattern[str]:
    plain_words = (*words()["harmless"], "不少于", "不低于", "不超过", "不高于", "不多于", "非诉讼")
    return re.compile("|".join(sorted(map(re.escape, plain_words), key=len, reverse=True)))


def _direction(piece: str, basis: Basis) -> str:
    groups = meanings()["direction"]
    for name, other in (("up", "down"), ("down", "up")):
        for word in groups[name]:
            if word in piece and not any(basis.holds(each) for each in groups[name]) and any(basis.holds(each) for each in groups[other]):
                return f"“{word}”与所引条款不符"
        if name == "down" and any(word in piece and not basis.holds(word) for word in groups[name]):
            return "所引条款没有说降低或减少"
    return ""


def _held(piece: str, basis: Basis) -> str:
    """`探索建立专利信息服务长效机制` is not `建立专利信息服务长效机制`."""
    for group in meanings()["held"].values():
        if any(word in piece for word in group):
            continue
        for word, after in _after(group, basis.texts):
            pairs = pairs_of(soft().sub(",", after)) if word not in _LIGHT else []
            if len(pairs) >= 2 and share(pairs, piece) >= KEPT and not _elsewhere(word, after, pairs, basis):
                return f"所引条款说的是“{word}”"
    return ""


def _after(group: Sequence[str], texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        for word in group:
            for found in re.finditer(re.escape(word), text):
                yield word, re.split(r"[,。;、:()]", text[found.end():found.end() + 18])[0]


def _elsewhere(word: str, after: str, pairs: Sequence[str], basis: Basis) -> bool:
    """The same is said in the quotes without the word, too."""
    return any(share(pairs, part) >= KEPT for text in basis.texts for part in PART.split(text.replace(word + after, "")))


def _exception(piece: str, basis: Basis) -> str:
    """`但是涉嫌犯罪的案件除外` goes with what it is an exception to."""
    if re.search(r"除外|但|例外|不包括", piece):
        return ""
    for sentence in basis.sentences:
        head, mark, _ = sentence.partition("但是") if "但是" in sentence else sentence.partition("除外")
        if mark and share(pairs_of(soft().sub(",", piece)), head) >= KEPT:
            return "所引条款另有例外"
    return ""


def _turned(piece: str, basis: Basis) -> str:
    """From one thing to another, told the other way round."""
    said = _TURN.search(piece)
    there = next((found for text in basis.texts if (found := _TURN.search(text))), None)
    if said and there and share(pairs_of(said[1]), there[2]) > share(pairs_of(said[1]), there[1]):
        return "所引条款说的方向相反"
    return ""


def _dropped(piece: str, basis: Basis) -> str:
    """Word for word but for one: what stood on both sides of `力争`, `优先`, `不` stands together."""
    for text in basis.texts:
        at = 0
        tokens = split(text)
        for word, kind in tokens:
            before, after = text[:at], text[at + len(word):]
            at += len(word)
            if kind not in ("scope", "negation"):
                continue
            left, right = _EDGE_LEFT.search(before), _EDGE_RIGHT.match(after)
            near = (left[0] if left else "") + (right[0] if right else "")
            if len(near) >= 3 and _told(near, bool(left), bool(right), piece) and not _told(near, bool(left), bool(right), text):
                return f"所引条款另有“{word}”"
    return ""


def _told(near: str, left: bool, right: bool, text: str) -> bool:
    """Whether `near` stands in the text; where it has one side only, at that edge of a part."""
    if left and right:
        return near in text
    return any(part.startswith(near) if right else part.endswith(near) for part in PART.split(text))


def _agents(piece: str, basis: Basis) -> str:
    """Who does it to whom, and what is said of which place: units in the quote's order, a place with what is said of it."""
    if claims_role(piece):
        return ""
    for part in PART.split(piece):
        tokens = [(word, kind) for word, kind in split(part) if kind in ("unit", "place") and basis.holds(word)]
        named = [word for word, kind in tokens if kind == "unit"]
        for first, second in itertools.pairwise(named):
            if re.search(f"{re.escape(first)}[、和与及等]", part):
                continue
            if not any(0 <= each.find(first) < each.rfind(second) for each in basis.sentences) and any(
                    first in each and second in each for each in basis.sentences):
                return f"“{first}”与“{second}”在所引条款中的关系不同"
        own = [word for word in (*(word for word, _ in tokens), *_DISTRICT.findall(part))
               if basis.holds(word) and not any(word in each for each in basis.about)]
        pairs = pairs_of(_PLACED.sub(",", soft().sub(",", part)))
        parts = [each for text in basis.texts for each in PART.split(text) if own and all(word in each for word in own)]
        if parts and len(pairs) >= 4 and max(share(pairs, each) for each in parts) < WITH:
            return f"“{own[0]}”在所引条款中说的不是这件事"
    return ""


def _permitted(piece: str, basis: Basis) -> str:
    """What a quote forbids is not allowed."""
    if not _ALLOWED.search(piece) or any(word in piece for word in meanings()["held"]["never"]):
        return ""
    pairs = pairs_of(soft().sub(",", piece))
    best = max(basis.sentences, key=lambda each: share(pairs, each), default="")
    return "所引条款有禁止的规定" if re.search("不得|禁止|严禁", best) else ""
