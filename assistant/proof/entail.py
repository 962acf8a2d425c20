"""Whether a sentence in other words follows from the quotes it cites: hard facts first and exactly, then the wording.

Built to refuse what it is not sure of: on our own plans a claim that does not follow must not be shown, and a claim that is
refused is only told by the composed answer instead. `likeness` says which of two readings is likelier on any text;
`objection` is the gate of the product, and stricter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.proof.basis import HAN, PART, PIECE, Basis, basis_of, han, pairs_of, plain, share, soft, without
from assistant.proof.likeness import likeness
from assistant.proof.turns import claims_role, turned_meaning

ACCEPT = 0.5
"""The least likeness of a claim that may be shown."""
NOVEL = 2
"""So many characters in a row that stand in no quote are a statement of their own."""
LOOSE = 0.12
"""The largest share of characters that stand in no quote."""
FOREIGN = 4
"""So many characters in a row of one part out of another sentence than its rest are two statements made one."""
TOGETHER = 0.66
"""The least share of a part's character pairs that one sentence of the quotes holds."""
_MARK = re.compile(r"\[\d{1,2}\]")
_TITLE = re.compile(r"《([^》]+)》")
_QUOTED = re.compile(r"“([^”]+)”")
_SEAM = re.compile(r"[\u4e00-\u9fff]{6}")
_QUARTER = re.compile(r"第[\d一二三四-]+(?:季度|阶段)")
_YEAR = re.compile(r"(?<!\d)20\d\d年")


def objection(claim: str, quotes: Sequence[str], about: Sequence[str] = ()) -> str:
    """Why `claim` does not follow from `quotes`, in Chinese, or ''. `about`: titles, regions, dates of the cited plans."""
    body = plain(_MARK.sub("", claim))
    basis = basis_of(quotes, about)
    if reason := foreign_name(body, basis.texts, basis.about):
        return reason
    body = _without_name(body, basis.about)
    for piece in PIECE.split(body):
        if han(piece) and (reason := piece_objection(piece, basis)):
            return reason
    return ""


def piece_objection(piece: str, basis: Basis) -> str:
    """The same for one sentence, folded by `plain`, whose titles and quoted words are known to stand there."""
    if piece in basis.sentences:
        return ""
    if reason := turned_meaning(piece, basis) or _wording(piece, basis):
        return reason
    whole = 1.0 if claims_role(piece) else likeness(without(piece, basis.about), basis.texts)
    return "" if whole >= ACCEPT else "与所引条款不是同一回事"


def _without_name(body: str, about: Sequence[str]) -> str:
    """`第8项加强推进专利金融服务:1.与市财政局……` without the name of what is cited."""
    name = next((name for name in sorted(about, key=len, reverse=True) if name and body.startswith(f"{name}:")), "")
    return body[len(name) + 1:] if name else body


def foreign_name(body: str, texts: Sequence[str], about: Sequence[str]) -> str:
    """A title or quoted words that stand nowhere, or ''."""
    for pattern, what in ((_TITLE, "文件名"), (_QUOTED, "引语")):
        for found in pattern.findall(body):
            if not any(found in text for text in (*texts, *about)):
                return f"{what}“{found}”不在所引条款中"
    return ""


def _wording(piece: str, basis: Basis) -> str:
    """Nothing new beside the quotes, and each part out of one sentence of them."""
    body = _YEAR.sub(lambda found: "" if any(found[0] in each for each in basis.about) else found[0], without(piece, basis.about))
    body = _QUARTER.sub(lambda found: "" if basis.holds(found[0]) else found[0], body)      # 在第二季度与市财政局联合……
    joined = "。".join(basis.texts)
    runs = [run for run in _new_runs(body, joined) if len(run) > 1 or run not in joined]
    longest = max(runs, key=len, default="")
    if len(longest) >= NOVEL or sum(map(len, runs)) > LOOSE * max(1, len(han(body))):
        return f"“{longest}”不在所引条款中"
    for part in PART.split(body.replace("由", ",") if claims_role(piece) else body):          # 该工程由市教育局牵头
        pairs = pairs_of(soft().sub(",", part))
        best = max(basis.sentences, key=lambda each: share(pairs, each), default="")
        if len(pairs) >= 3 and (share(pairs, best) < TOGETHER or len(_longest_new(part, best)) >= FOREIGN):
            return f"“{part[:20]}”不是一处条款所说"
        if seam := _seam(part, basis):
            return f"“{seam}”把两处条款说成了一处"
    return ""


def _seam(part: str, basis: Basis) -> str:
    """Where the words of one sentence run into those of another: `推动规|商事争端解决`."""
    part, sentences = part.replace("的", ""), [each.replace("的", "") for each in basis.sentences]
    for at in range(3, len(part) - 2):
        left, right = part[at - 3:at], part[at:at + 3]
        if any(left[-1] + right[0] in each for each in sentences) or not _SEAM.fullmatch(left + right):
            continue
        lefts, rights = ({each for each in sentences if side in each} for side in (left, right))
        if lefts and rights and not lefts & rights:
            return left + right
    return ""


def _new_runs(body: str, text: str) -> list[str]:
    """The stretches of `body` that stand in `text` not even by two characters, without words that add nothing."""
    held = [False] * len(body)
    for at in range(len(body) - 1):
        if body[at:at + 2] in text:
            held[at] = held[at + 1] = True
    new = "".join(char if not ok and HAN.match(char) else "," for char, ok in zip(body, held, strict=True))
    return [run for part in new.split(",") for run in soft().sub(",", part).split(",") if run]


def _longest_new(body: str, text: str) -> str:
    return max(_new_runs(body, text), key=len, default="")
