"""Whether a claim says what its proofs say: pure functions over text and facts, no index, no model.

A claim is cut into pieces. Each piece must stand in one proof word for word, be a list of units in the roles that the
facts give them, or be a statement rendered from a fact. Where paraphrase is allowed (a chat model's draft), a piece that
stands nowhere word for word is aligned with the proof that is most like it, and must neither add, drop nor exchange a
number with its measure, a negation, a word of scope, a role, a unit, a place or another word that turns the meaning.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path

from assistant.lexicon import lexicon

LIKE = 0.8
"""A paraphrase shares at least this share of its words, in order, with one proof."""
NOVEL = 4
"""So many characters in a row that stand in no proof are a statement of their own."""

_MARK = re.compile(r"\[\d{1,2}\]")
_PIECE = re.compile(r"[。;!?]|\.{3,}|…+")
_TITLE = re.compile(r"《([^》]+)》")
_QUOTED = re.compile(r"“([^”]+)”")
_BREAK = ",。;:!?、()《》“”\"<>〈〉〔〕【】"
_TRIM = ",:、“”-\x1f"
_MEASURE = ("万亿元|亿元|万元|元|万件|件|家|个百分点|个|人次|人|名|项|期|次|%|‰|年|月|日|条|批|所|支|场|份|种|天|小时|户|起|门|类|级|位|"
            "倍|台|篇|部|套|届|季度|阶段|章|节|号")
_NUMBER = (rf"第?\d+(?:\.\d+)?(?:-+\d+(?:\.\d+)?)?(?:万|亿|千|百)?(?:{_MEASURE})?|"
           rf"第?[一二三四五六七八九十两]+(?:-+[一二三四五六七八九十])?(?:{_MEASURE})")      # 第二--四季度, 80亿元, 2-3家
_UNIT = (r"(?:国家|省|市|区|县)[\u4e00-\u9fff]{1,9}?(?:局|委员会|委|办公室|办|厅|法院|检察院|中院|海关|分行|支行|政府|管委会)"
         r"(?![\u4e00-\u9fff]{0,1}[长级])(?:\([\u4e00-\u9fff]{2,8}\))?")


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
    for pattern, what in ((_TITLE, "文件名"), (_QUOTED, "引语")):
        for found in pattern.findall(body):
            if not any(found in text for text in (*texts, *about)):
                return f"{what}“{found}”不在所引条款中"
    body = _without_label(body, ground.labels)
    for raw in _PIECE.split(body):
        piece = raw.strip(_TRIM)
        if not piece or any(stands(piece, text) for text in texts):
            continue
        if (listed := _role_list(piece)) is not None:
            reason = _role_fault(*listed, ground.roles)
        elif paraphrase:
            reason = difference(piece, texts, about)
        else:
            reason = f"“{piece[:30]}”不是所引条款的原文"
        if reason:
            return reason
    return ""


def fold(text: str) -> str:
    """Width, dashes and white space unified, as claims and clauses are compared; numbers of two cells stay apart."""
    text = re.sub("[—–―─－]", "-", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\s|]+", "", re.sub(r"(?<=\d)[\s|]+(?=\d)", "\x1f", text))


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


@cache
def _words() -> dict[str, tuple[str, ...]]:
    data = tomllib.loads((Path(__file__).with_name("data") / "checks.toml").read_text(encoding="utf-8"))
    return {name: tuple(words) for name, words in data.items()}


@cache
def _tokens() -> re.Pattern[str]:
    """One token a match; the group's name is its class. Anything else is a single character."""
    words = _words()

    def any_of(*names: str) -> str:
        return "|".join(re.escape(w) for w in sorted({w for n in names for w in words[n]}, key=len, reverse=True))

    places = "|".join(sorted(lexicon().places, key=len, reverse=True))
    return re.compile(
        rf"(?P<plain>{any_of('harmless')})|(?P<number>{_NUMBER})|(?P<role>{any_of('role')})|(?P<unit>{_UNIT})|(?P<place>{places})|"
        rf"(?P<scope>{any_of('scope')})|(?P<negation>{any_of('negation')})|(?P<strength>{any_of('strength')})|"
        rf"(?P<direction>{any_of('direction')})|(?P<subject>{any_of('subject')})|(?P<other>[A-Za-z]+|[\u4e00-\u9fff])|(?P<stop>.)", re.DOTALL)


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
    words = "|".join(sorted(map(re.escape, _words()["role"]), key=len, reverse=True))
    return re.compile(rf"({words}|单位\(原文此处残缺,未写明牵头或配合\))(\(国家层面\))?:(.+)$")


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


def difference(piece: str, texts: Sequence[str], about: Sequence[str]) -> str:
    """What `piece` adds to, drops from or exchanges in the sentence that is most like it; '' where it says the same."""
    pairs = {piece[i:i + 2] for i in range(len(piece) - 1)}
    sentences = [each for text in texts for each in _PIECE.split(text)]
    best = max(sentences, key=lambda each: sum(pair in each for pair in pairs), default="")
    said, there = split(piece), split(best)
    code = _coder()
    blocks = SequenceMatcher(None, code(said), code(there), autojunk=False).get_matching_blocks()
    elsewhere = frozenset(word for text in about for word, _ in split(text))
    held = 0
    for added, dropped, size in _gaps(said, there, blocks):
        held += size
        if reason := _added(added, there, elsewhere) or _dropped(*dropped):
            return reason
    return "" if held >= LIKE * len(said) else "与所引条款不是同一回事"


Token = tuple[str, str]


@lru_cache(maxsize=512)
def split(text: str) -> tuple[Token, ...]:
    """Tokens as (word, class), punctuation as (mark, 'stop')."""
    return tuple((found.group(0), found.lastgroup or "other") for found in _tokens().finditer(text))


def _coder() -> Callable[[Sequence[Token]], str]:
    codes: dict[str, str] = {}
    return lambda tokens: "".join(codes.setdefault(word, chr(0xE000 + len(codes))) for word, _ in tokens)


def _gaps(said: Sequence[Token], there: Sequence[Token], blocks: Sequence[tuple[int, int, int]]
          ) -> Iterator[tuple[Sequence[Token], tuple[Sequence[Token], bool, bool], int]]:
    """Between matching blocks: what the claim has, what the text has (and whether after, before a block), the block's size."""
    a = b = 0
    for index, (at, to, size) in enumerate(blocks):
        yield said[a:at], (there[b:to], index > 0, size > 0), size
        a, b = at + size, to + size


def _added(tokens: Sequence[Token], there: Sequence[Token], elsewhere: frozenset[str]) -> str:
    """Said, but not there: a word that turns the meaning, or so many others in a row that they say something new."""
    run = ""
    for word, kind in tokens:
        if kind == "stop":
            run = ""
        elif kind in ("other", "plain"):
            run += word
        elif not ((kind == "number" and _only(word, there)) or (kind in ("place", "unit", "number") and word in elsewhere)):
            return f"“{word}”与所引条款不符"
        if len(run) >= NOVEL and len(_frames().sub("", run)) >= NOVEL:
            return f"“{run}”不在所引条款中"
    return ""


@cache
def _frames() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _words()["frame"]), key=len, reverse=True)))


def _only(number: str, there: Sequence[Token]) -> bool:
    """A number may change its place where the text holds no other of its measure."""
    measure = re.sub(r"[\d.第-]", "", number)
    same = [word for word, kind in there if kind == "number" and re.sub(r"[\d.第-]", "", word) == measure]
    return bool(measure) and same.count(number) == len(same) > 0


def _dropped(tokens: Sequence[Token], after: bool, before: bool) -> str:
    """Left out beside what is said: a negation, a bound, a role; and where a sentence is cut and goes on, a number too."""
    breaks = [i for i, (word, kind) in enumerate(tokens) if kind == "stop" and word in _BREAK]
    cut = ("number", "unit", "place") if breaks and after and before else ()
    first, last = (breaks[0], breaks[-1] + 1) if breaks else (len(tokens), len(tokens))
    near = (*(tokens[:first] if after or not breaks else ()), *(tokens[last:] if before else ()))
    word = next((word for word, kind in near if kind in ("negation", "scope", "role", *cut)), "")
    return f"所引条款另有“{word}”" if word and (after or before) else ""
