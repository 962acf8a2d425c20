"""How small models slip when they reword: they ask, tell as done, raise, regrade or head what the quotes do not so."""

from __future__ import annotations

import re

from assistant.proof.basis import HAN, PART, Basis, meanings, pairs_of, share, soft

LIKE = 0.6
"""A part of the claim is about a part of the quotes when so much of it stands there."""
# 认证的企业达到了700家, where the plan says 到2022年,……达到700家; not 规划提出了, 为了, 了解
_DONE = re.compile(r"(?<![为除])了(?!解)")
_TELLS = re.compile(r"(?:提出|明确|规定|要求|列出|列举|部署|安排|说明|提到|写明|指出)了")
# 全国首个打击假酒犯罪情报监测点在哪
_ASKS = re.compile(r"(?:在|从|到)?哪(?:里|儿|些|个|几|一)?|什么|怎么|如何|多少|谁|是不是|能不能|有没有|[吗呢]$")
# 高质量组织开展专利奖评选 is not 高质量的专利奖励; 持续提升……意识 is not 持续开展……活动
_GRADE = re.compile(r"高(?:质量|价值|水平|标准|效益|效率|层次|规格|品质|起点|能级|端|效)|持续|不断|长期|全面|大力")


def slipped(piece: str, basis: Basis) -> str:
    """The first such slip of `piece`, or ''."""
    return next((reason for check in (_asked, _finished, _raised, _graded, _headed) if (reason := check(piece, basis))), "")


def _asked(piece: str, basis: Basis) -> str:
    """A question is no statement."""
    return "是问题，不是陈述" if any(not basis.holds(found[0]) for found in _ASKS.finditer(piece)) else ""


def _finished(piece: str, basis: Basis) -> str:
    """What a plan means to do, told as done."""
    if _DONE.search(_TELLS.sub("", piece)) and not any(_DONE.search(text) for text in basis.texts):
        return "把所引条款要做的事说成已经做了"
    return ""


def _raised(piece: str, basis: Basis) -> str:
    """`满足发展需求的信息服务` is not `提高发展需求的信息服务`: a word of a direction goes with what the quotes turn that way."""
    for part in PART.split(piece):
        for words_of in meanings()["direction"].values():
            word = next((word for word in words_of if word in part and not basis.holds(word)), "")
            pairs = pairs_of(soft().sub(",", part.replace(word, ","))) if word else []
            best = max((each for text in basis.texts for each in PART.split(text)), key=lambda each: share(pairs, each), default="")
            if len(pairs) >= 3 and share(pairs, best) >= LIKE and not any(other in best for other in words_of):
                return f"“{word}”与所引条款不符"
    return ""


def _graded(piece: str, basis: Basis) -> str:
    """`高质量`, `高价值`, `持续` go with what they are said of."""
    for found in _GRADE.finditer(piece):
        before, after = piece[max(0, found.start() - 1):found.start()], piece[found.end():].removeprefix("的")[:1]
        sides = [side for side, char in ((before + found[0], before), (found[0] + after, after), (f"{found[0]}的{after}", after))
                 if HAN.match(char) and not soft().fullmatch(char)]
        if sides and not any(basis.holds(side) for side in sides):
            return f"“{found[0]}”在所引条款中说的不是这件事"
    return ""


def _headed(piece: str, basis: Basis) -> str:
    """`建立专家库:引入社会资本……` where the quote lists the library behind the capital: no heading of what it stands among."""
    head, mark, rest = piece.partition(":")
    first = PART.split(rest)[0]
    for text in basis.texts if mark and len(head) >= 4 and len(first) >= 4 else ():
        if 0 <= text.find(first) < text.find(head):
            return f"“{head}”在所引条款中不统领后文"
    return ""
