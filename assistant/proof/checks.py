"""Whether a claim says what its proofs say: pure functions over text and facts, no index, no model.

A claim is cut into pieces. Each piece must stand in one proof word for word, be a list of units in the roles that the
facts give them, or be a statement rendered from a fact. Where paraphrase is allowed (a chat model's draft), a piece that
stands nowhere word for word is judged by `entail`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.proof import entail
from assistant.proof.basis import PIECE, basis_of, plain
from assistant.proof.duty import unlabelled
from assistant.proof.words import fold, split, words

__all__ = ["Ground", "Role", "fold", "objection", "split", "stands"]

_MARK = re.compile(r"\[\d{1,2}\]")
_BREAK = ",。;:!?、()《》“”\"<>〈〉〔〕【】"
_NUMBER = re.compile(r"(?:[〔(\[]?\d{4}[〕)\]]|\d{4}年)第?\d{1,4}号")
"""A document's number, whole: 2022年80号 is not 〔2022〕80号."""
_FIGURE = re.compile(r"\d[\d.,]*(?:年(?:度|底|末)?|月|日|号)?(?:左右|以上|以下|以内)?|[万亿%‰元件家个名人项次期倍]|"
                     r"左右|以上|以下|以内|达到?|约|超过|不少于|[^\u4e00-\u9fff]")
SAYS = 3
"""A sentence of so many characters beside figures, dates and measures says what they are of."""
_TRIM = ",:、“”-\x1f"


@dataclass(frozen=True, slots=True)
class Role:
    """A unit in a role: the text's word for the role, the names it may be called by, the national side or the local."""

    word: str
    names: frozenset[str]
    national: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What one claim may rest on.

    `texts`: the quoted pieces of the plans. `stated`: sentences rendered from facts. `labels`: what the cited clauses
    are called. `about`: what is known of the plan as a whole (title, issuer, region, dates, headings). `roles`: units
    of the cited pieces.
    """

    texts: tuple[str, ...]
    stated: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()


def objection(claim: str, ground: Ground, *, paraphrase: bool = False) -> str:
    """Why `claim` does not follow from `ground`, or ''. Without `paraphrase` every piece must stand there as it is."""
    body = fold(_MARK.sub("", claim))
    texts = tuple(fold(text) for text in (*ground.texts, *ground.stated))
    about = tuple(fold(text) for text in (*ground.about, *ground.labels))
    if reason := entail.foreign_name(body, texts, about):
        return reason
    if paraphrase and len(_FIGURE.sub("", body)) < SAYS:
        return "只有数字或日期，没有说是什么"
    body = _without_label(body, ground.labels)
    if paraphrase and (units := unlabelled(body)):
        return f"“{units[:20]}”没有写明角色"
    if paraphrase and (number := next((n for n in _NUMBER.findall(body) if not any(n in text for text in (*texts, *about))), "")):
        return f"“{number}”不是原文的文号"
    for raw in PIECE.split(body):
        piece = raw.strip(_TRIM)
        if not piece or any(stands(piece, text) for text in texts):
            continue
        if (listed := _role_list(piece)) is not None:
            reason = _role_fault(*listed, ground.roles)
        elif paraphrase:
            reason = entail.piece_objection(plain(piece), basis_of((*ground.texts, *ground.stated), (*ground.about, *ground.labels)))
        else:
            reason = f"“{piece[:30]}”不是所引条款的原文"
        if reason:
            return reason
    return ""


def stands(piece: str, text: str) -> bool:
    """Whether `piece` stands in `text` word for word and nothing beside it there turns its meaning (以上, 不得 …)."""
    at = text.find(piece)
    while at >= 0:
        end = at + len(piece)
        if not (_numeral(text[at - 1:at]) and _numeral(piece[0])) and not (_numeral(piece[-1]) and _goes_on(text[end:end + 2])):
            before, after = re.split(f"[{re.escape(_BREAK)}]", text[:at])[-1], re.split(f"[{re.escape(_BREAK)}]", text[end:])[0]
            if not _turning(before) and not _turning(after):
                return True
        at = text.find(piece, at + 1)
    return False


def _numeral(char: str) -> bool:
    return char.isdigit() or char == "."


def _goes_on(after: str) -> bool:
    """`80` before `亿元` or `.5` is not the number 80."""
    return bool(re.match(r"[\d%‰万亿千百]|\.\d", after))


def _turning(text: str) -> bool:
    return any(kind in ("negation", "scope") for _, kind in split(text)) if text else False


def _without_label(body: str, labels: Sequence[str]) -> str:
    """`第4项大力提升专利申请质量:…` without the name of the cited clause; '' where the name is all there is."""
    for label in sorted({fold(label) for label in labels if label}, key=len, reverse=True):
        if body.startswith(label):
            rest = body[len(label):]
            if not rest or rest[0] in ":-。":
                return rest.lstrip(":-。")
    return body.removeprefix("注")


@cache
def _role_line() -> re.Pattern[str]:
    known = "|".join(sorted(map(re.escape, words()["role"]), key=len, reverse=True))
    return re.compile(rf"({known}|单位\(原文此处残缺,未写明牵头或配合\))(\(国家层面\))?:(.+)$")


def _role_list(piece: str) -> tuple[str, bool, str] | None:
    """`配合单位:区教委、区科技局` taken apart: word, national, names."""
    found = _role_line().match(piece)
    return (found.group(1), bool(found.group(2)), found.group(3)) if found else None


def _role_fault(word: str, national: bool, names: str, roles: Sequence[Role]) -> str:
    word = "原文残缺" if word.startswith("单位(") else word
    allowed = {fold(name) for role in roles if role.word == word and role.national == national for name in role.names}
    rest = names.strip("、,")
    for name in sorted(allowed, key=len, reverse=True):
        rest = re.sub(rf"(^|、){re.escape(name)}(?=、|$)", "", rest)
    return f"{rest.strip('、')}不是所引条款的{word}" if rest else ""
