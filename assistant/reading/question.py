"""A question as the assistant understands it: script and language, what is asked for, of which plans, units and times.

Everything here is a reading of the question's own words and of the turns before it; nothing is looked up in a clause.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from assistant.lexicon import lexicon
from assistant.model import Question, Turn
from assistant.reading.pinyin import from_pinyin, place_of
from assistant.reading.scope import Scope, read_scope
from assistant.reading.typos import corrected
from assistant.reading.units import find_units
from ingest.measures import names_in
from ingest.model import PlanMeta, Role
from ingest.numerals import number_of
from ingest.repair.script import is_traditional, simplified
from ingest.tokens import tokens

Intent = Literal["validity", "comparison", "schedule", "responsibility", "duties", "support", "definition", "target",
                 "detail"]

_QUARTER = re.compile(r"(?<![下上后前])第?([一二三四1-4])(?:个)?季度|Q([1-4])|q([1-4])")
_STAGE = re.compile(r"第([一二三四五1-5])阶段")
_NEXT = re.compile(r"(下|后)一?个?季度?(?=呢|$|[？?]|度)")
_POINTS_BACK = re.compile(
    r"也(要|算|是|会)?(参加|参与|负责|牵头|配合|管|有)|^(那|那么|这|该|它|其|上面|刚才|另外|还有|再|然后|所以|那个|这个|这条|这项|此)|呢[？?。]?$|(这|那|该|此|上述)(个|条|项|份|款)?(方案|规划|计划|指标|任务|条款|工作|措施|事)"
)
_ROLE: tuple[tuple[Role, str], ...] = (
    ("support", r"(只|仅)?.{0,2}(配合|协助|参与)(哪|什么|的|了|几|多少|单位)|配合(部门|单位)有?哪|哪些.{0,4}配合|谁配合"),
    ("lead", r"牵头"),
    ("office", r"责任处室|哪个处|处室"),
    ("execute", r"执行部门|谁执行"),
)
_DUTY = re.compile(
    r"(负责|承担|牵头|配合|参与|担|管|要做|做|干|涉及|有).{0,6}(哪些|什么|啥|几|多少|哪几)"
    r"|(哪些|什么|啥|几|多少).{0,8}(任务|事|活|工作|职责|指标|条款|项目|条|项)"
    r"|(任务|职责|分工|工作|事项|指标|活|角色) ?(有|是|清单|都|一共|全部|列|请|$)"
    r"|(牵头|负责|配合|参与|承担)的(任务|指标|工作|条款|事项)"
    r"|(全部|所有|各项)[^，,。？?]{0,3}(任务|工作|职责|指标|事项)|全.{0,3}列|列明|列举|悉数|逐一|管啥|管什么|列出|清单|一共"
)
_WHO = re.compile(
    r"谁|哪(几|两|三)?家(负责|牵头|管|办|做|承担)|哪(个|家|些)?[^，,。？?的]{0,4}(海关|法院|检察院|分局|协会|银行|分行)|哪[^，,。？?]{0,4}(部门|单位|处室|机构|司|局)|(责任|牵头|配合|执行)(单位|部门|处室)(都)?(是|有|为)?(谁|哪|什么|啥|[？?]|$)"
)
_COUNTS = re.compile(r"(哪些|哪几|几|多少|哪[一二两三四五六七八九十])(个|项|条)?(项|条|任务|指标|工作|事项|措施)")
_NUMBERED = re.compile(r"第 ?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?(条|项|款|号任务)|指标 ?(\d{1,2})|第 ?(\d{1,2}) ?个?(指标|任务)")
_STEP = re.compile(r"(下|后|上|前)(面)?一?(条|项|个指标|个任务|款)")
_ORDINAL = re.compile(r"第 ?([一二三四五六七八九1-9]) ?(?:个|条|项|点|款)(?!季度)(?:指标|任务|措施|工作|方面)?|(前者|后者)|(最后一(?:个|条|项))")
_ITEM = re.compile(r"^(?:[-*•]|\d{1,2}[.、)）]|[（(]\d{1,2}[)）]|[①-⑩])\s*(.+)$")
_COUNTED = re.compile(r"(多少|(?<!哪)几)\s?(件|家|个|项|人|名|次|期)")
_OFFER = re.compile(r"补贴|资助|奖|补助|优惠|好处|我们|公司|能拿|能领|帮")
_TIMES = re.compile(r"^(20\d\d|\d+|第?.季度|季度|第.|.季|第[一二三四五]阶段|阶段)$")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?\s*(?:亿元|万元|元|万件|件|家|个|人次|人|名|项|期|次|%|％|亿|万)")
_NOUN_MEASURE = re.compile(r"(人|件|家|户|次)数")
_MEASURE = re.compile(r"(?<!哪)(?:几|多少)\s*(?:万|亿|百|千)?(倍|家|户|件|项|省市|区县|年|人次|人|名|次|期|场|天|个月|元|块|钱|%|成)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ENGLISH = re.compile(r"[A-Za-z]{2,}")
_WHOLE_WORD = r"(?=s?(?:[^a-z]|$))"
_COMMON = frozenset({"IP", "IPR", "US", "RMB", "SME", "SMEs", "AI", "OK", "OR", "AND", "THE", "IS"})
_ABOUT = re.compile(r"“([^”]{2,30})”|\"([^\"]{2,30})\"|「([^」]{2,30})」|《([^》]{2,60})》")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood. `text` is the question in simplified Chinese, standing alone; `asked` its last turn only."""

    text: str
    asked: str
    language: Literal["zh", "en"]
    intent: Intent
    scope: Scope
    units: tuple[str, ...] = ()
    role: Role | None = None
    quarters: tuple[int, ...] = ()
    stage: int | None = None
    number: int | None = None
    step: int = 0
    years: tuple[int, ...] = ()
    value: str | None = None
    measure: str = ""
    numbers: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    follows: bool = False
    english: str = ""

    @property
    def wants_number(self) -> bool:
        """Whether the answer should state a number."""
        return self.intent == "target" or self.value in ("money", "percent") or (
            self.intent == "comparison" and bool(re.search(r"目标|指标|多少|数", self.asked)))

    def as_json(self) -> dict[str, object]:
        """What the page shows of it."""
        return {
            "question": self.text, "intent": self.intent, "regions": list(self.scope.regions),
            "plan_ids": list(self.scope.plan_ids), "units": list(self.units), "quarters": list(self.quarters),
            "years": list(self.years), "role": self.role, "follow_up": self.follows, "language": self.language,
        }


def normalise(text: str) -> str:
    """Width unified, white space folded, Cantonese particles and traditional characters in ordinary simplified form."""
    text = text.encode("utf-8", "ignore").decode("utf-8")       # half of a surrogate pair breaks the encoder
    text = unicodedata.normalize("NFKC", text).replace("\u200b", "")
    text = re.sub(r"\s+", " ", text).strip()
    if is_traditional(text) or any(word in text for word, _ in lexicon().cantonese if simplified(word[0]) != word[0]):
        for word, plain in lexicon().cantonese:
            text = text.replace(word, plain)
        text = "".join(simplified(char) for char in text)
    for word, plain in lexicon().cantonese:
        if len(word) > 1:
            text = text.replace(word, plain)
    return re.sub(r"(?<![\u4e00-\u9fff])边(?=[两几家份条年位])|(?<=[由在係是喺])边(?=[两几家份条年位])", "哪", text)


def _chinese(text: str) -> str:
    """An earlier turn in Chinese words, if it was in English."""
    return translate(text) if len("".join(_ENGLISH.findall(text))) > 2 * len(re.findall(r"[\u4e00-\u9fff]", text)) else text


def translate(text: str) -> str:
    """Chinese words for the English ones the lexicon knows and for places in pinyin, in order; Chinese and numbers stay."""
    lower = text.lower()
    found: list[tuple[int, str]] = []
    taken: list[tuple[int, int]] = []
    for word, chinese in lexicon().english:
        for match in re.finditer(rf"(?<![a-z]){re.escape(word)}{_WHOLE_WORD if len(word) <= 4 else ''}", lower):
            if not any(a < match.end() and match.start() < b for a, b in taken):
                taken.append(match.span())
                found.append((match.start(), chinese))
    for match in re.finditer(r"[A-Z][a-z]+", text):
        if not any(a < match.end() and match.start() < b for a, b in taken) and (place := place_of(match.group(0))):
            found.append((match.start(), place))
    found += [(m.start(), m.group(0)) for m in re.finditer(r"[\u4e00-\u9fff]+|\d[\d.]*|\b[A-Z]{2,}\b", text) if m.group(0) not in _COMMON]
    return " ".join(word for _, word in sorted(found))


def understand(question: Question, metas: Sequence[PlanMeta], unit_names: Sequence[str]) -> Reading:
    """The reading of `question`, with its earlier turns resolved."""
    asked = normalise(question.text)
    language: Literal["zh", "en"] = "zh"
    letters = len("".join(_ENGLISH.findall(asked)))
    typed = from_pinyin(asked, (*unit_names, *(n for m in metas for n in (m.region, *m.aliases)))) if letters else ""
    if typed:
        asked = typed
    elif letters > 2 * len(re.findall(r"[\u4e00-\u9fff]", asked)) and letters > 12:
        language = "en"
        asked = translate(asked)
        joined = asked.replace(" ", "")           # Chongqing Customs → 重庆 海关 → 重庆海关
        asked = " ".join((asked, *(unit for unit in find_units(joined, unit_names) if unit in unit_names and unit not in asked)))
    else:
        asked = corrected(asked, (*unit_names, *(name for meta in metas for name in (meta.region, *meta.region_aliases))))
    scope = read_scope(asked, metas)
    text, before, scope = _stand_alone(asked, scope, question.history, metas)
    follows = bool(before)
    intent = _intent(asked, unit_names)
    if follows and intent == "detail":
        intent = _intent(text, unit_names)
    described = " ".join(question.profile.values())
    home = read_scope(normalise(described), metas)
    if home.named and not scope.named:
        scope = replace(home, foreign=scope.foreign)
    if question.plan_ids or question.regions:
        scope = scope.narrowed(question.plan_ids, question.regions, metas)
    more = [phrase for key, words in lexicon().synonyms.items() if key in text for phrase in words]
    dates = tuple(re.findall(r"(?:20\d\d ?年 ?)?\d{1,2} ?月 ?\d{1,2} ?日", asked))
    quoted = tuple(term for m in _ABOUT.finditer(text)
                   if not re.search(r"[XxＸ×某]{2}|[.…]", term := next(p for p in m.groups() if p)) and re.search(r"[\u4e00-\u9fff]", term))
    if language == "en":
        quoted = (*quoted, *re.findall(r"[（(]([\u4e00-\u9fff]{2,12})[)）]", question.text))
    own = (*_terms(asked, scope), *(term for term in quoted if len(term) <= 12 and term in asked))
    terms = tuple(dict.fromkeys([*own, *_terms(text, scope)]))
    numbered = _number(asked)
    if numbered is None and follows and len(_terms(asked, scope)) <= 1:
        numbered = _number(before)
    quarters = _quarters(asked) or (_next_quarter(asked, question.history))
    return Reading(
        text, asked, language, intent, scope,
        units=_narrowest(find_units(asked, unit_names), unit_names) or (find_units(text, unit_names) if follows else ()),
        role=_role(asked),
        quarters=quarters,
        number=None if _nth(asked, question.history)[0] else numbered,
        step=_step(asked) if question.history else 0,
        stage=next((number_of(m.group(1)) for m in _STAGE.finditer(asked)), None),
        years=tuple(dict.fromkeys(int(y) for y in _YEAR.findall(asked))),
        value=next((name for name, pattern in lexicon().values if pattern.search(asked)), None),
        measure=next((m.group(1) for pattern in (_MEASURE, _NOUN_MEASURE) for m in pattern.finditer(asked)), ""),
        numbers=(*(re.sub(r"\s", "", n) for n in _NUMBERS.findall(asked)), *(re.sub(r"\s", "", d) for d in dates)),
        audiences=tuple(name for name in names_in(" ".join((text, *more, described)), "audiences") if name != "一般企业")
        if intent == "support" else (),
        quoted=quoted,
        terms=terms,
        before=tuple(t for t in terms if t not in own) if any(not _TIMES.match(t) for t in own) else (),
        more=tuple(dict.fromkeys(word for phrase in more for word in tokens(phrase))),
        phrases=tuple(dict.fromkeys(p for key, words in lexicon().synonyms.items() if key in asked for p in words)),
        follows=follows,
        english=normalise(question.text) if language == "en" else "",
    )


def _narrowest(units: tuple[str, ...], known: Sequence[str]) -> tuple[str, ...]:
    """Without a unit that is only named as the home of another one: CNIPA's 公共服务司 is 国家知识产权局公共服务司."""
    homes = {home for home in units for part in units
             if home != part and any(name.endswith(f"{home}{part}") for name in known)}
    return tuple(unit for unit in units if unit not in homes)


def _stand_alone(asked: str, scope: Scope, history: Sequence[Turn], metas: Sequence[PlanMeta]
                 ) -> tuple[str, str, Scope]:
    """The question with what it leaves out taken from the turns before (its topic, its region, its plan); the earlier
    question that was used, '' if none."""
    users = [_chinese(normalise(turn.content)) for turn in history if turn.role == "user"]
    if not users:
        return asked, "", scope
    meant, rest = _nth(asked, history)
    if meant:
        earlier = _earlier_scope(history, metas)
        return f"{meant} {rest}", meant, scope if scope.named or not earlier.named else earlier
    own = _terms(asked, scope)
    back = bool(_POINTS_BACK.search(asked)) or len(own) <= 1
    if not back:
        if not scope.named:
            earlier = _earlier_scope(history, metas)
            return asked, "", replace(earlier, foreign=scope.foreign) if earlier.named else scope
        return asked, "", scope
    before = users[-1]
    if len(users) > 1 and len(_terms(before, read_scope(before, metas))) <= 1:
        before = f"{users[-2]} {before}"
    if scope.named:
        for word in _earlier_scope(history, metas).words:
            before = before.replace(word, "")
        return f"{before} {asked}", before, scope
    earlier = _earlier_scope(history, metas)
    return f"{before} {asked}", before, earlier if earlier.named else scope


def _nth(asked: str, history: Sequence[Turn]) -> tuple[str, str]:
    """The item of the last answer's list that a question points at (第二个的目标值, 后者谁牵头) and the rest of the
    question; two empty strings where it points at none."""
    found = _ORDINAL.search(asked)
    answer = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    if not found or not answer:
        return "", ""
    items = _items(answer)
    at = number_of(found.group(1)) if found.group(1) else 1 if found.group(2) == "前者" else 2 if found.group(2) else len(items)
    if len(items) < 2 or not 1 <= at <= len(items):
        return "", ""
    return items[at - 1], asked.replace(found.group(0), "")


def _items(answer: str) -> list[str]:
    """What an answer listed: its bullets, else what it names one after another (两个：甲、乙。)."""
    lines = [normalise(re.sub(r"\[\d+\]|\*\*", "", line)).strip() for line in answer.splitlines()]
    bullets = [found.group(1) for line in lines if (found := _ITEM.match(line))]
    if len(bullets) > 1:
        return [re.split(r"[:：。；;]", item)[0] for item in bullets]
    for line in lines:
        named = re.search(r"[:：]([^:：。]+)。?$", line.split("。")[0])
        if named and len(parts := re.split(r"[、，；;]|(?<=[\u4e00-\u9fff])和(?=[\u4e00-\u9fff])", named.group(1))) > 1:
            return parts
    return []


def _earlier_scope(history: Sequence[Turn], metas: Sequence[PlanMeta]) -> Scope:
    """The scope of the latest turn that names one; what the reader said counts before what was answered."""
    for role in ("user", "assistant"):
        for turn in reversed(history):
            if turn.role == role:
                scope = read_scope(normalise(turn.content), metas)
                if scope.named:
                    return scope
    return read_scope("", metas)


def _intent(text: str, unit_names: Sequence[str]) -> Intent:
    units = find_units(text, unit_names)
    if units and not _QUARTER.search(text) and (_COUNTS.search(text) or (_DUTY.search(text) and not _WHO.search(text))):
        return "duties"
    if (_QUARTER.search(text) or _NEXT.search(text)) and not _WHO.search(text):
        return "schedule"
    for name, pattern in lexicon().intents:
        if name == "support" and _COUNTED.search(text) and not _OFFER.search(text):
            continue
        if pattern.search(text):
            return "responsibility" if name == "comparison" and _WHO.search(text) else _of_roles(cast(Intent, name), units, text)
    return _of_roles("detail", units, text)


def _of_roles(intent: Intent, units: tuple[str, ...], text: str) -> Intent:
    """What is said of a unit's role is settled where the roles stand: 让市农业农村局牵头抓商标，理由是什么"""
    return "responsibility" if units and intent in ("detail", "definition") and re.search(r"牵头|主责|配合单位|责任单位", text) else intent


def _terms(text: str, scope: Scope) -> tuple[str, ...]:
    """Words of the topic: no particles, no question words, no names of regions and plans already understood."""
    stop = lexicon().stop
    body = text
    for word in sorted(scope.words, key=len, reverse=True):
        body = body.replace(word, " ")
    if _QUARTER.search(body) or _NEXT.search(body):
        body = re.sub(r"第?[一二三四1-4]个?季度|[前下上后][一二三两]?个?季度", " ", body)
    found = [t for t in tokens(body) if t not in stop and not re.fullmatch(r"x+", t) and (len(t) > 1 or not "\u4e00" <= t <= "\u9fff")]
    return tuple(dict.fromkeys(found))


def _role(text: str) -> Role | None:
    """The one role a question asks for; None where it asks for none, or for several."""
    if re.search(r"配合的?(都|就)?(不要|不算|除外|不用)|(不要|不含|除了|去掉)[^，,。？?]{0,4}配合", text):
        return "lead"
    if re.search(r"(责任|牵头|主责)(的|单位)?[和与、及或跟]+配合|配合(的|单位)?[和与、及或跟]+(责任|牵头|主责)", text):
        return None
    both = re.search(r"(责任单位|牵头|主责)[^，,。？?]{0,4}[，,、；;和]", text) and not re.search(r"不(是|当|做|算|任)?(牵头|主责|责任单位)", text)
    if both and re.search(r"配合", text):
        return None
    if re.search(r"(只|仅|单纯)[^，,。？?]{0,2}(配合|协助|参与)|不(是|当|做)?(牵头|主责|责任单位)", text):
        return "support"
    if re.search(r"(只|仅)[^，,。？?]{0,2}(牵头|负责)|不(是)?配合", text):
        return "lead"
    found = [role for role, pattern in _ROLE if re.search(pattern, text)]
    if found == ["support"] and re.search(r"责任单位|牵头|负责的", text):
        return None
    return found[0] if len(found) == 1 else None


def _number(text: str) -> int | None:
    found = _NUMBERED.search(text)
    return number_of(next(g for g in (found.group(1), found.group(3), found.group(4)) if g)) if found else None


def _step(text: str) -> int:
    """`下一条呢` is the clause after the last one, `上一条` the one before."""
    found = _STEP.search(text)
    return 0 if not found else 1 if found.group(1) in "下后" else -1


def _quarters(text: str) -> tuple[int, ...]:
    first = re.search(r"前([二三两23])个?季度", text)
    spans = range(1, number_of(first.group(1).replace("两", "二")) + 1) if first else range(0)
    half = (1, 2) if "上半年" in text else (3, 4) if "下半年" in text else ()
    if re.search(r"(4|四)个季度|各季度|每个?季度|全年(进度|安排)", text):
        return (1, 2, 3, 4)
    named = (number_of(next(g for g in m.groups() if g)) for m in _QUARTER.finditer(text))
    return tuple(sorted({*spans, *half, *named}))


def _next_quarter(asked: str, history: Sequence[Turn]) -> tuple[int, ...]:
    """`下一季度呢` after a turn about the second quarter is the third."""
    if not _NEXT.search(asked):
        return ()
    for turn in reversed(history):
        known = _quarters(normalise(turn.content))
        if known:
            return (known[-1] + 1,) if known[-1] < 4 else ()
    return ()
