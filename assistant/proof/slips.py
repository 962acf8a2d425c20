"""How small models slip when they reword: they ask, tell as done, raise, regrade, head, stitch together, widen, affirm or
hand to another what the quotes do not so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from assistant.proof.basis import HAN, PART, Basis, han, meanings, pairs_of, share, soft, without
from assistant.proof.duty import duties_claimed

WHOLE = 2
"""So many characters in a row, without words that add nothing, are words of one place of the quotes."""
AHEAD = 8
"""So many characters behind 有条件的 say of what it is a condition."""
LIKE = 0.6
"""A part of the claim is about a part of the quotes when so much of it stands there."""
# 认证的企业达到了700家, where the plan says 到2022年,……达到700家; not 规划提出了, 为了, 了解
_DONE = re.compile(r"(?<![为除])了(?!解)")
_TELLS = re.compile(r"(?:提出|明确|规定|要求|列出|列举|部署|安排|说明|提到|写明|指出)了")
# 全国首个打击假酒犯罪情报监测点在哪
_ASKS = re.compile(r"(?:在|从|到)?哪(?:里|儿|些|个|几|一)?|什么|怎么|如何|多少|谁|是不是|能不能|有没有|[吗呢]$")
# 高质量组织开展专利奖评选 is not 高质量的专利奖励; 持续提升……意识 is not 持续开展……活动
_GRADE = re.compile(r"高(?:质量|价值|水平|标准|效益|效率|层次|规格|品质|起点|能级|端|效)|持续|不断|长期|全面|大力")


# 以质量和价值为导向: joined, or the way it is done
# 支持有条件的区县建设; 对已实际转化实施的高价值发明专利给予资助
_LIMITED = re.compile(r"(?:有条件|条件成熟|符合条件|具备条件|已|未|经|获|达到|通过|列入|纳入|入选|从事|参与)[\u4e00-\u9fff]{0,12}?的(?=[\u4e00-\u9fff])")
# 到2022年, 在第二季度
_DATED = re.compile(r"[到在]?(?:20\d\d年底?|第[\d一二三四-]+(?:季度|阶段))")
_AND = re.compile("[、和及与或并以按]")
_TAIL = re.compile(r"(?:等?工作|等|的)?[)）\"”]*$")
# 非诉讼争议解决方式, 非正常专利申请
_DENIED = re.compile(r"[非未不无]([\u4e00-\u9fff]{2})")
# 国家知识产权局制定完善高质量发展评价指标体系
_NATIONAL = re.compile(r"国家[\u4e00-\u9fff]{1,8}?(?:局|委|部|署|院)")


def slipped(piece: str, basis: Basis) -> str:
    """The first such slip of `piece`, or ''."""
    checks = (_asked, _finished, _raised, _graded, _headed, _stitched, _widened, _affirmed, _handed)
    return next((reason for check in checks if (reason := check(piece, basis))), "")


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
        if sides and not any(basis.holds(side) for side in (*sides, found[0] + after)):
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


def _stitched(piece: str, basis: Basis) -> str:
    """`支持重庆两江新区|高标准建设示范园区`: words of two parts of the quotes that are no neighbours, made one."""
    lines = [[part.replace("的", "") for part in PART.split(line) if part] for line in basis.sentences]
    parts = [part for line in lines for part in line]
    told = _DATED.sub("", without(piece, basis.about)).replace("的", "")
    for said in PART.split(told) if not duties_claimed(piece) else ():           # dates and roles are judged by their own rules
        for (start, end), (after, stop) in itertools.pairwise(_runs(said, parts)):
            if soft().sub("", said[end:after]) or _AND.search(said[end:after]) or min(_weight(said[start:end]), _weight(said[after:stop])) < WHOLE:
                continue
            while after > start and any(said[after - 1:stop] in part for part in parts):
                after -= 1
            cuts = range(max(start, min(after, end) - 1), end + 1)          # a character that both could hold is neither's
            if _weight(said[start:after]) >= WHOLE and not any(_joins(said[start:cut], said[max(cut, after):stop], lines) for cut in cuts):
                return f"“{said[max(start, end - 6):end]}”与“{said[max(end, after):stop][:6]}”在所引条款中不是一件事"
    return ""


def _weight(text: str) -> int:
    return len(han(soft().sub("", text)))


def _runs(said: str, parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The longest pieces of the claim that stand in one part of the quotes, from left to right: start and end."""
    at = 0
    while at < len(said):
        end = at
        while end < len(said) and any(said[at:end + 1] in part for part in parts):
            end += 1
        if end - at >= 2:
            yield at, end
        at = max(end, at + 1)


def _joins(left: str, right: str, lines: Sequence[Sequence[str]]) -> bool:
    """Whether both stand in one part; or in one sentence, the one at the end of its part and the other in the next, or the
    other at the beginning of a later part (专利管理部门处理纠纷时,认定侵权的,责令停止)."""
    return any(left in part and (right in part or any(later.startswith(right) for later in line[i + 1:])
                                 or (_TAIL.sub("", part).endswith(left) and right in "".join(line[i + 1:i + 2])))
               for line in lines for i, part in enumerate(line))


def _widened(piece: str, basis: Basis) -> str:
    """`支持有条件的区县建设` is not `支持区县建设`."""
    bare = _bare(piece)
    for text in basis.texts:
        for found in _LIMITED.finditer(text):
            head = _bare(re.split("[,。;、:]", text[found.end():found.end() + 24])[0])[:AHEAD]
            rest = text[:found.start()] + "," + text[found.end() + 24:]
            if len(head) >= 4 and head in bare and head not in _bare(rest) and share(pairs_of(found[0][:-1]), piece) < LIKE:
                return f"所引条款说的是“{found[0]}”"
    return ""


def _bare(text: str) -> str:
    return soft().sub("", re.sub(r"[()]", "", text))


def _affirmed(piece: str, basis: Basis) -> str:
    """`非诉讼争议解决方式` is not `诉讼方式`: a word that the quotes have only with a denial before it."""
    whole = "。".join(basis.texts)
    for found in _DENIED.finditer(whole):
        word = found[1]
        if re.search(f"(?<![非未不无]){word}", piece) and not re.search(f"(?<![非未不无]){word}", whole):
            return f"所引条款说的是“{found[0]}”"
    return ""


def _handed(piece: str, basis: Basis) -> str:
    """`国家知识产权局制定评价指标体系` is not `重庆市制定评价指标体系`."""
    for said in PART.split(piece):
        pairs = pairs_of(soft().sub(",", without(said, basis.about)))
        if len(pairs) < 4 or _NATIONAL.search(said) or not any(said.startswith(name) for name in basis.about if len(name) >= 2):
            continue
        best = max((part for text in basis.texts for part in PART.split(text)), key=lambda part: share(pairs, part), default="")
        if (found := _NATIONAL.match(best)) and share(pairs, best) >= LIKE:
            return f"所引条款中这是“{found[0]}”做的"
    return ""
