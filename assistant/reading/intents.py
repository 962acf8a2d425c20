"""What kind of answer a question asks for: by the patterns of the lexicon, and learned, where these say nothing or the
wrong thing.

What is learned is a softmax regression over the pieces of a question (one to three characters, hashed) and what the
patterns made of it. The names of plans, places and units are masked, so that nothing of the five plans is learned. The
weights are data (`data/intents.npz`), fitted by `python -m eval.intents_fit`; a question takes a tenth of a millisecond.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from assistant.lexicon import lexicon
from assistant.reading.asked import CONFIRM, NEXT, QUARTER

Vector = NDArray[np.float32]
Intent = Literal["validity", "comparison", "schedule", "responsibility", "duties", "support", "definition", "target",
                 "detail"]
INTENTS: tuple[Intent, ...] = get_args(Intent)

WEIGHTS = Path(__file__).parents[1] / "data" / "intents.npz"
BUCKETS = 2048
LONGEST = 3
SAID = 0.3
"""How much what the patterns say counts beside the pieces, which have length 1 together."""
SURE = 0.6
"""From this chance on the learned intent of a question counts before that of the patterns."""
_DUTY = re.compile(
    r"(负责|承担|牵头|配合|参与|担|管(?!到)|要做|做|干(?!部)|涉及|有).{0,6}(哪些|什么|啥|几(?![年时月号天])|多少|哪几)"
    r"|(哪些|什么|啥|几(?![年时月号天])|多少).{0,8}(任务|事|活|工作|职责|指标|条款|项目|条|项)"
    r"|(任务|职责|分工|工作|事项|指标|活|角色) ?(有|是|清单|都|一共|全部|列|请|$)"
    r"|有[^，,。？?]{0,4}(任务|职责|分工)(吗|么|没|不)"
    r"|(牵头|负责|配合|参与|承担)的(任务|指标|工作|条款|事项)"
    r"|(牵头|负责|配合|参与|承担)(事项|条目|清单)|涉及的?(条目|条款|事项)|(涉及|关于|提到|牵扯)[^，,。？?]{2,20}的(条款|条目|任务|事项)|的(职责|任务|分工)[（(]|打下手"
    r"|(全部|所有|各项)[^，,。？?]{0,3}(任务|工作|职责|指标|事项)|要做的(事|工作|任务)|(牵头|负责|配合)的[、和及与,，](牵头|负责|配合)的|都列|列一下|列个|全.{0,3}列|列明|列举|悉数|逐一|管啥|管什么|列出|清单|一共"
)
_WHO = re.compile(
    r"谁|负总责|(算|扮演|担任|是)(什么|啥|哪个|哪种)角色|哪(几|两|三)?家(负责|负总责|牵头|管|办|做|承担)|哪(个|家|些)?[^，,。？?的]{0,4}(海关|法院|检察院|分局|协会|银行|分行)|哪[^，,。？?]{0,4}(部门|单位|处室|机构|司|局)|(?<!还是)(责任|牵头|配合|执行)(单位|部门|处室)(都|各|分别|各自)*(是|有|为)?(谁|哪|什么|啥|[？?]|$)"
)
_COUNTS = re.compile(r"(哪些|哪几|哪个(?= ?指标)|哪(?=[条项]任务)|几|多少|哪[一二两三四五六七八九十]) ?(个|项|条)?(项|条|任务|指标|工作|事项|措施)")
_OF_UNIT = re.compile(r"哪(?:些|几[条项个]?)[^，,。？?]{0,6}(?:是|由|归)[^，,。？?]{2,16}(?:牵头|负责|主责|主抓|挑头|配合|参与|管|承担)的?[？?。]?$")
"""Which of several things a unit is in for: 指标里哪些是省市场监管局牵头的"""
_COUNTED = re.compile(r"(多少|(?<!哪)几)\s?(件|家|个|项|人|名|次|期)")
_OFFER = re.compile(r"补贴|资助|奖|补助|优惠|好处|我们|公司|能拿|能领|帮")
# 我们是做辣椒酱的，地理标志能不能帮我们，找谁，有没有钱: what is offered names whom to turn to
_SEEKS = re.compile(
    r"(?=.*(?:我们|我家|我这|我[开是在有想搞做]|咱|俺))"
    r"(?=.*(?:能不能帮|能帮|帮我|扶持|有没有钱|有没有补|有补|补贴|补助|资助|优惠|好处|政策|支持))"
    r"(?=.*(?:找谁|找哪|去哪找|该找|问谁))"
)
_FUNDED = re.compile(r"(?:钱|资金|经费)[^，,。？?]{0,4}(?:由|是|归)?谁(?:来)?(?:出|掏|拨)(?!台)")
_FEES = re.compile(r"续展|年费|官费|补缴|滞纳")
"""What runs out is then a right, not a plan."""
_ROLE_SAID = re.compile(r"牵头|主责|配合|责任单位|(对|是)吧|没错吧|对不对|是不是")
_OPEN = re.compile(r"哪|什么|啥|几|多少|谁|怎么|如何")
_PARTS = r"(?:来|去|在|要)?(?:负责|牵头|配合|主责|管|承担|参与|主抓|主办|承办|协办)"
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|「[^」]*」")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_PLACES = re.compile(r"(?:某地)+")


def intent_of(text: str, units: Sequence[str]) -> Intent:
    """What the patterns say of a text that names these units: the first that fits, after units and quarters, whose words
    say it by themselves."""
    if units and CONFIRM.search(text) and not _OPEN.search(text) and any(
            re.search(rf"(?:归|由|是|交给|让){re.escape(unit)}|{re.escape(unit)}{_PARTS}", text) for unit in units):
        return "responsibility"                             # 听说这事归市场监管局管，对吗
    if units and not QUARTER.search(text) and (_COUNTS.search(text) or _OF_UNIT.search(text) or (_DUTY.search(text) and not _WHO.search(text))):
        return "duties"
    if _FUNDED.search(text):
        return "detail"                                     # 这笔钱由谁出: asks for the fund, and for no lead
    if (QUARTER.search(text) or NEXT.search(text)) and not _WHO.search(text):
        return "schedule"
    for name, pattern in lexicon().intents:
        if name == "validity" and _FEES.search(text):
            continue
        if name == "support" and _COUNTED.search(text) and not _OFFER.search(text):
            continue
        if name == "responsibility" and not units and _SEEKS.search(text):
            return "support"
        if pattern.search(text):
            return "responsibility" if name == "comparison" and _WHO.search(text) else _of_roles(cast(Intent, name), units, text)
    return _of_roles("detail", units, text)


def _of_roles(intent: Intent, units: Sequence[str], text: str) -> Intent:
    """What is said of a unit's role is settled where the roles stand: 让市农业农村局牵头抓商标，理由是什么"""
    return "responsibility" if units and intent in ("detail", "definition") and _ROLE_SAID.search(text) else intent


def learned(asked: str, said: Intent, names: Sequence[str], units: Sequence[str]) -> Intent:
    """The intent that questions of such a wording have, where that is clear; else what the patterns say."""
    guess, chance = likely(masked(asked, names, units), said)
    if said == "validity" or chance < SURE or guess == "detail" or (guess == "duties" and not units):
        return said                                     # a pattern found something where the model finds nothing in particular
    return guess


def masked(text: str, names: Sequence[str], units: Sequence[str]) -> str:
    """A question without what its plans, places, units, numbers and quoted terms are called."""
    for unit in sorted(units, key=len, reverse=True):
        text = text.replace(unit, "某局")
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "某地")
    return _DIGITS.sub("9", _PLACES.sub("某地", _QUOTED.sub("某词", text)))


def features(text: str, said: str) -> Vector:
    """Of a masked question and the intent the patterns give it: (BUCKETS + len(INTENTS) + 2,)."""
    pieces: Vector = np.zeros(BUCKETS, dtype=np.float32)
    bounded = f"^{text}$"
    for size in range(1, LONGEST + 1):
        for at in range(len(bounded) - size + 1):
            pieces[zlib.crc32(bounded[at:at + size].encode()) % BUCKETS] += 1
    pieces = np.sqrt(pieces)
    known = [float(said == name) for name in INTENTS] + [float(text.count("某地") > 1), float("某局" in text)]
    return np.concatenate([pieces / np.linalg.norm(pieces), SAID * np.array(known, dtype=np.float32)])


def likely(text: str, said: str) -> tuple[Intent, float]:
    """The likeliest intent of a masked question, and how likely it is."""
    weights, bias = _weights()
    scores = features(text, said) @ weights + bias
    chances = np.exp(scores - scores.max())
    best = int(chances.argmax())
    return INTENTS[best], float(chances[best] / chances.sum())


@lru_cache(maxsize=1)
def _weights() -> tuple[Vector, Vector]:
    with np.load(WEIGHTS) as stored:
        return stored["weights"].astype(np.float32), stored["bias"].astype(np.float32)
