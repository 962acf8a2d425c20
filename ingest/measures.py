"""Sentences that offer something: for whom, what kind of support, how strongly worded, any amount or condition."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import cast

from ingest.model import MeasureFact, Strength
from ingest.sentences import split_sentences

_OFFERS = re.compile(
    r"支持|鼓励|引导|扶持|资助|奖励|补助|补贴|给予|提供|帮助|指导|培育|培训|优先|绿色通道|推广|开展|实施|搭建|设立|完善|探索|推动|落实|构建"
)
_NUMBER = r"(?:\d[\d,.]*|[一二两三四五六七八九十百千]+)"
_SUM = rf"{_NUMBER}\s*(?:亿|[百千]?万|千|百)?元"                                             # 5万元, 3000元, 五十万元, 100万元
_SHARE = rf"{_NUMBER}\s*[%％]|百分之{_NUMBER}"                                             # 50%, 百分之五十
_GRANT = r"(?:奖励|资助|补助|补贴|奖补|贴息|补偿|扶持|支持|奖金|给予|减免|返还)"
_CAP = r"(?:累计)?(?:最高|上限|封顶|总额|总计|合计)?(?:不超过|不高于|可达|达|为)?"
# 每件奖励5万元, 给予不低于20万元的一次性奖励, 按实际支出的50%给予补助, 最高不超过50万元, 单个企业每年最高资助100万元, 财政资金1000万元
_AMOUNTS = (
    re.compile(rf"(?:每[件家个项人年户]|单[个件项笔]|一次性|分别|各)?[^，,。.；;、（）()0-9一二两三四五六七八九十]{{0,12}}?{_GRANT}"
               rf"[^，,。；;（）()0-9一二两三四五六七八九十]{{0,8}}(?:一次性)?{_CAP}(?:{_SUM}|{_SHARE})(?:[、和或]{_SUM})*(?:以上|以下|以内|左右)?"),
    re.compile(rf"按(?:照)?[^，,。；;]{{0,30}}?(?:{_SHARE})(?:的比例|的标准|比例|标准)?[^，,。；;0-9]{{0,6}}{_GRANT}?"),
    re.compile(rf"每[件家个项人年户次]\s*{_SUM}(?:的?(?:标准|额度))?[^，,。；;0-9]{{0,6}}{_GRANT}?"),
    re.compile(rf"(?:单[个件项笔][^，,。；;0-9]{{0,10}}|每[件家个项人年户][^，,。；;0-9]{{0,8}}|累计)?(?:最高|最多|封顶|上限|不超过|不高于)"
               rf"[^，,。；;0-9一二两三四五六七八九十]{{0,8}}(?:{_SUM}|{_SHARE})"),
    re.compile(rf"(?<![^，,。；;：:\s])(?:设立|安排)?[^，,。；;：:.0-9]{{0,10}}(?:专项|财政|扶持|引导|奖励|补助|风险补偿)[^，,。；;0-9]{{0,8}}(?:资金|经费|基金)[^，,。；;0-9]{{0,6}}{_SUM}(?:以上)?"),
    re.compile(rf"(?:每年|统筹|累计)?(?:安排|设立|列支)[^，,。；;0-9]{{0,6}}{_SUM}[^，,。；;0-9]{{0,12}}(?:资金|经费|基金)"),
)
# Conditions open a part of a sentence, and what is given follows:
# 对首次通过认定的企业，给予…; 符合下列条件的企业; 首次获得中国专利金奖的，每件奖励…; 发明专利获得授权的，
_BEGINS = r"(?<![^，,；;。：:、（(\s.．﹒])"
_WHO = r"[^，,。；;：:、]{0,14}?"
_GIVEN = rf"(?=[，,；;：:]|给予|予以|实行|一次性|每[件家个项人年户]|按|优先|可|{_GRANT}|$)"
_CONDITIONS = (
    re.compile(rf"{_BEGINS}凡?(?:对于?)(?!.{{0,60}}?(?:进行|开展|加强|实施))[^，,。；;：:]{{2,60}}?的[^，,。；;：:]{{0,24}}?{_GIVEN}"),
    re.compile(rf"{_BEGINS}凡?(?:对于?)?(?:符合|满足|具备)[^，,。；;：:]{{1,40}}?的{_WHO}{_GIVEN}"),
    re.compile(rf"{_BEGINS}凡?(?:首次|新(?:认定|引进|获批|获评|设立)|当年|连续\S年|获得?|荣获|通过|取得|被?评(?:为|定为)"
               rf"|经(?=[^，,。；;]{{0,12}}(?:认定|评审|考核|审核|批准|备案)))[^，,。；;：:]{{2,50}}?的{_WHO}{_GIVEN}"),
    re.compile(rf"{_BEGINS}(?![按经])[^，,。；;：:.\s]{{4,60}}的(?=[，,])"),
)
_GIVES = re.compile(rf"给予|予以|优先|{_GRANT}")
_LONGEST = 2000
"""What goes on longer without a full stop is no sentence: nothing is read behind."""
_SUPERVISES = re.compile(r"监督管理|监管|打击|查处|整治|惩戒|约谈|清退|曝光")
_FAVOURS = re.compile(rf"支持|鼓励|扶持|资助|奖|补助|补贴|给予|提供|帮助|指导|培育|培训|优先|绿色通道|减免|{_GRANT}")
"""What a sentence on supervision must have to offer something beside."""
_PUNISHES = re.compile(r"罚款|处罚|违法所得|违法经营额|判决|罚金|赔偿")


@cache
def lexicon() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """`audiences`, `supports`, `strength` and `hints`, each name with the words that show it."""
    path = Path(__file__).with_name("data") / "measures.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {part: {name: tuple(words) for name, words in names.items()} for part, names in data.items()}


def audience_words(name: str) -> tuple[str, ...]:
    """The words that show one kind of reader; () for a kind that is not known."""
    return lexicon()["audiences"].get(name, ())


def names_in(text: str, part: str) -> tuple[str, ...]:
    """Names of one part of the lexicon whose words occur in `text`."""
    text = text.replace("融资金额", "融资额")         # no 资金 is offered there
    return tuple(name for name, words in lexicon()[part].items() if any(word in text for word in words))


def read_measures(clause_id: str, text: str, start: int) -> tuple[MeasureFact, ...]:
    """Offers of a clause whose text begins at `start`, one a sentence.

    A sentence that names nobody is an offer only by its amount (`每件奖励5万元。`). `inferred` where some audience is
    shown by a hint alone.
    """
    facts = []
    for left, right in split_sentences(text):
        sentence = text[left:right]
        audiences = names_in(sentence, "audiences")
        amounts = tuple(_apart(sentence, _AMOUNTS)) if not _PUNISHES.search(sentence) else ()
        if not (audiences or amounts) or not (amounts or _OFFERS.search(sentence)):
            continue
        supports = names_in(sentence, "supports")
        if supervises(sentence) and "保护维权" not in supports:
            continue                                  # 严厉打击知识产权代理违法行为: done to the agencies, not for them
        conditions = tuple(_apart(sentence, _CONDITIONS)) if _GIVES.search(sentence) else ()
        strength = next((name for name, words in lexicon()["strength"].items()
                         if any(word in sentence for word in words)), "implement")
        facts.append(MeasureFact(
            clause_id, start + left, start + right, audiences, supports, cast(Strength, strength),
            tuple(sentence[a:b] for a, b in amounts), tuple(sentence[a:b] for a, b in conditions),
            tuple(start + left + a for a, _ in amounts), tuple(start + left + a for a, _ in conditions),
            "inferred" if any(_hinted(sentence, name) for name in audiences) else "certain"))
    return tuple(facts)


def supervises(text: str) -> bool:
    """Whether a text is on supervision and penalties, and offers nothing beside."""
    return bool(_SUPERVISES.search(text)) and not _FAVOURS.search(text)


def _apart(sentence: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[tuple[int, int]]:
    """Spans of what the patterns find, in order; of two that overlap the earlier pattern's."""
    taken: list[tuple[int, int]] = []
    for pattern in patterns:
        for found in pattern.finditer(sentence, 0, _LONGEST):
            a, b = found.span()
            if not any(a < right and left < b for left, right in taken):
                taken.append((a, b))
    yield from sorted(taken)


def _hinted(sentence: str, audience: str) -> bool:
    """Whether only a hint shows the audience: `海外维权` for 出海企业, `金融服务` never."""
    words = [word for word in lexicon()["audiences"][audience] if word in sentence]
    return all(word in lexicon()["hints"].get(audience, ()) for word in words)
