"""A question as the assistant understands it: script and language, what is asked for, of which plans, units and times.

Everything here is a reading of the question's own words and of the turns before it; nothing is looked up in a clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.lexicon import lexicon
from assistant.model import Question, Turn
from assistant.reading.asked import (
    OTHER_PAPER,
    UNDONE,
    asked_role,
    asks_further,
    bare_intent,
    clause_number,
    clause_path,
    quarters_in,
    step,
    topic_terms,
)
from assistant.reading.history import last_clause, last_topic, next_quarter, pointed_item, stand_alone
from assistant.reading.intents import Intent, intent_of, learned
from assistant.reading.language import LETTERS, normalise, translate, without_courtesy
from assistant.reading.pinyin import from_pinyin
from assistant.reading.scope import Scope, covering, known_names, read_scope
from assistant.reading.typos import corrected
from assistant.reading.units import find_units, unlisted
from ingest.measures import names_in
from ingest.model import PlanMeta, Role
from ingest.numerals import number_of
from ingest.registry import key_of
from ingest.tokens import is_word, tokens

_STAGE = re.compile(r"第([一二三四五1-5])阶段")
_TIMES = re.compile(r"^(20\d\d|\d+|年底|年末|年初|底|第?.季度|季度|第.|.季|第[一二三四五]阶段|阶段)$")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?\s*(?:亿元|万元|元|万件|件|家|个|人次|人|名|项|期|次|%|％|亿|万)")
_NOUN_MEASURE = re.compile(r"(人|件|家|户|次)数")
_MEASURE = re.compile(r"(?<!哪)(?<!出了)(?<!得)(?<!有了)(?<!只有)(?<![这那])(?:几|多少)\s*(?:万|亿|百|千)?"
                      r"(倍|家|户|件|项|省市|区县|年|人次|人|名|次|期|场|天|个月|元|块|钱|%|成)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ASKS = re.compile(r"[？?]|吗|么(?![^，。]{3})|什么|啥|哪|谁|多少|几(?=[个家项条件])|怎么|如何|是否|能不能|有没有|可不可以|"
                   r"想(问|知道|了解)|请问|支持|打算|希望|担心")
_TOGETHER = re.compile(r"(跟|与|和|同)([^，,。？?跟与和同]{3,14})(?=(?:联手|联合|一起|一道|共同|合作))")
_SHARED = re.compile(r"(一起|共同|联合|联手)(做|负责|参与|参加|承担|牵头|推进|配合|管)?的(?=任务|工作|事|条|指标|项|有|[？?。]|$)|"
                     r"(哪些|什么)(任务|工作|事|条款|项目?)[^，,。？?]{0,4}(一起|共同|联合)|哪[几些][条项]?(任务|工作|事)?(是)?[跟与和同][^，,。？?]{2,14}(一起|共同|联合)")
"""What two units do together is asked for, and both count."""
_PLAN_WORDS = re.compile(r"(?:20\d\d ?年?)?(?:那份|这份|的)?(?:方案|规划|计划|文件)(?=[^，,。？?]{4})")
_OF_PLAN = re.compile(r"几年|发给|依据|方案|规划|计划|文件|管到|印|发的|时候|哪一?[天年]|日期|文号")
_OF_MATTER = re.compile(r"呢$|谁|多少|什么|啥|哪(?!一?[天年])|几|怎么")
_COURTS = re.compile(r"(?<![\u4e00-\u9fff]{4})法院(?!.{0,2}(?:判|起诉|打官司))")
_ISSUED = re.compile(r"([\u4e00-\u9fff]{2}(?:办法|意见|指南|条例|规定|细则|目录|政策|标准|制度|白皮书|报告|名单|清单|榜单|结果|成绩|公告))[^。？?《》]{0,10}"
                     r"(?:什么时候|何时|几时|哪一?[天年]|啥时候|几月|多久)[^，,。？?]{0,6}(?:印发|出台|发布|发|公布|制定)")
_READER = re.compile(r"我[家厂店们司公屋]|屋头|我(?:想|要|有|是|在)|咱|俺")
_FIELD = re.compile(r"(?:那么?|还有|再看|换成|跟|和)?([\u4e00-\u9fff]{2,4}?)(?:部门|系统|口)?(?:的?呢|怎么样|一起的|共同的)?[？?]?")
# 省法院呢: from then on it is asked of that one
_ONLY_A_NAME = re.compile(r"(?:那么?|换成|再看)?[^，,。？?]{2,14}呢[？?]?")
_OF_FIELD = re.compile(r"(?:^|[，,。 的里中])(?!相关|有关|各|哪|什么|主管|责任|牵头|配合|职能|业务|政府|其他|这|那)"
                       r"([\u4e00-\u9fff]{2,4}?)(?:主管)?部门(?=要|有(?!哪)|负责|做|该|的任务|配合|牵头|承担|参与|在)")
# 国家局那头对应的是哪几个司
_NATIONAL_SIDE = re.compile(r"(?:国家(?:知识产权)?局|国知局)(?:那头|那边|这边|方面|那里)")
_LISTED = re.compile(r"共\d+(?:条任务|个指标|条)[（(]原文写作[:：]")
"""How a list of what a unit is in for begins."""
_BOTH = re.compile(r"(?:[两俩几三][家个]?|这些|它们|他们)[^，,。？?]{0,6}(?:一起|共同|都|联合)")
_IN_FORCE = re.compile(r"(?:现在|目前|当前|如今|仍然?|还)?(?:有效|生效|在执行|在实施|现行有效|现行|管用)的?"
                       r"(?=[^，,。？?吗呢]{0,14}(?:规划|方案|计划|政策|文件)(?![是有都]{0,2}[哪什啥几])[^，,。？?]{2})")
"""Which plan is meant, and not whether it is in force: 现行的方案讲了什么."""
_AMONG = re.compile(r"^(?:那么?)?(?:其中|这里面|里面|当中|这些|那些|上面)")
_HOW_MANY = re.compile(r"(?:哪|几)[些几]?[条项个]|哪些(?=是|算|属于|[它他]|要|只)")
_NTH_PART = re.compile(r"第 ?[一二三四五六七八九十\d]{1,3} ?(?:章|节|部分|条|款|项)|专栏")
_ENGLISH = re.compile(r"\b(?:how|what|who|whom|when|where|which|why|and|is|are|does|do|the|any|for|by|of|in|to|list|all|tell|me)\b", re.IGNORECASE)
_WITH = re.compile(r"^(?:那|哪[几些][条项个]?(?:任务|工作|是)?)?(?:那|和|与|跟|同)[^，,。？?]{2,12}(?:一起|共同|联合|都)")
# 区政府办让我汇总…
_ASKER = re.compile(r"^(?:刚才|今天|上午|下午)?[\u4e00-\u9fff]{2,10}(?:让|叫|要求|安排|派|嘱咐)(?:我们|我)(?:来|去)?"
                    r"(?=汇总|整理|查|问|报|统计|梳理|核|填|写|列|找)")
_BODIES = re.compile(r"谁|哪|部门|单位|处室|机构|找")
_THE_NTH = re.compile(r"第 ?([一二三四五六七八九十]{1,3}|\d{1,2}) ?个")
_THIS = re.compile(r"(这|该|此|上述|同)(一)?(条|项|款|件事|个事)|^(它|其)(?!他|它|余|实|中)")
_GRANTED = re.compile(r"(?:既然|都说了?|不是说|明明)[^，,。？?]*\d[^，,。？?]*[，,](那.*|所以.*|岂不.*|是不是.*|平均.*|算下来.*)$")
"""What follows from a premise with a number; the premise is what the plan can bear out."""
STORY = 45
"""A question of this many characters tells a story, and the sentences of it that ask are what it is about."""
_TRADE = re.compile(r"(?:做|搞|从事|经营|生产|种|卖|开(?![展发始放拓设通创]))[^，,。？?！!]{0,12}?"
                    r"(?:企业|公司|厂子?|店|馆|铺|作坊|工坊|合作社|民宿|农家乐|个体户|商户|农户|农场|果园|茶园)|"
                    r"(?:我|我们|咱们?|本公司)(?:是|在)[^，,。？?！!]{0,3}?的?[^，,。？?！!]{1,10}(?:企业|公司|厂子?|店|馆|铺|作坊|工坊|合作社|农户|农场)|"
                    r"(?:做|搞|从事|经营|生产|种|卖)[^，,。？?！!]{1,12}的|(?:是|开)(?:个|一?家)[^，,。？?！!]{1,12}(?=企业|公司|厂|店|作坊|合作社)")
_PERIODS = re.compile(r"^十[一二三四五六七]五$")
NARROW = 12
"""Of no more plans than this the names are looked up."""
_WANTS = re.compile(r"想(?!问|知道|了解|咨询)|要(?!求)|打算|准备|希望|缺|怕|愁")
_ABOUT = re.compile(r"“([^”]{2,30})”|\"([^\"]{2,30})\"|「([^」]{2,30})」|《([^》]{2,60})》")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood. `text` is the question in simplified Chinese, standing alone; `asked` its last turn only;
    `said` the intent by the patterns alone; `answers` what was answered before, the last first, for a question that points
    back at it; `trade` what a reader says of their business; `item` that of an answer's list which is meant
    (第二个的目标值); `bare` where a follow-up has no matter of its own (那要找谁？)."""

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
    path: str = ""
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
    earlier: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    trade: str = ""
    follows: bool = False
    answers: tuple[str, ...] = ()
    bare: bool = False
    item: str = ""
    standing: bool = False
    english: str = ""
    said: Intent = "detail"

    @property
    def answered(self) -> str:
        """The answer that a question points back at: the last one; all of them where more is asked for."""
        return "\n".join(self.answers if asks_further(self.asked) else self.answers[:1])

    def of_trade(self, term: str) -> bool:
        """Whether a term stands only in what a reader says of their business."""
        return term in self.trade and term not in self.asked.replace(self.trade, " ")

    @property
    def wants_number(self) -> bool:
        """Whether the answer should state a number."""
        return self.intent == "target" or self.value in ("money", "percent") or (
            self.intent == "comparison" and bool(re.search(r"目标|指标|多少|数", self.asked))) or (
            self.intent == "schedule" and "多少" in self.asked)

    def of(self, plan_ids: tuple[str, ...]) -> Reading:
        """The same question of these plans only."""
        return replace(self, scope=replace(self.scope, plan_ids=plan_ids, named=True))

    def as_json(self) -> dict[str, object]:
        """What the page shows of it."""
        return {
            "question": self.text, "intent": self.intent, "regions": list(self.scope.regions),
            "plan_ids": list(self.scope.plan_ids), "units": list(self.units), "quarters": list(self.quarters),
            "years": list(self.years), "role": self.role, "follow_up": self.follows, "language": self.language,
        }


def understand(
    question: Question, metas: Sequence[PlanMeta], unit_names: Sequence[str], words: Callable[[], Sequence[str]] = tuple,
    marked: Callable[[str], Sequence[str]] = lambda _: (),
) -> Reading:
    """The reading of `question`, with its earlier turns resolved. `words`: those of the plans, for what is typed in pinyin;
    `marked`: the names that a plan puts in quotation marks, and a question need not."""
    asked, language = _put_in_chinese(question.text, metas, unit_names, words)
    scope = own_scope = _home(asked, metas, unit_names)
    text, before, scope = stand_alone(asked, scope, question.history, metas)
    follows = bool(before)
    inherited = scope if question.history and not own_scope.named else None
    asked = _subject(asked, unit_names)
    intent, said, units, bare, beside = _wanted(asked, text, before, scope, question.history, metas, unit_names)
    described = " ".join(question.profile.values())
    home = read_scope(normalise(described), metas)
    if home.named and not scope.named:
        scope = replace(home, foreign=scope.foreign)
    if intent == "support" or _READER.search(asked):
        scope = covering(scope, metas)
    if question.plan_ids or question.regions:
        scope = scope.narrowed(question.plan_ids, question.regions, metas)
    more = [phrase for key, words in lexicon().synonyms.items() if key in text for phrase in words]
    dates = tuple(re.findall(r"(?:20\d\d ?年 ?)?\d{1,2} ?月 ?\d{1,2} ?日", asked))
    quoted = _quoted(text, scope, question.text if language == "en" else "")
    quoted = (*quoted, *_named_by_plans(text, quoted, scope, marked))
    own = (*topic_terms(asked, scope), *(term for term in quoted if len(term) <= 12 and term in asked))
    asking = _asking(asked)
    terms = tuple(dict.fromkeys([*own, *topic_terms(text, scope)]))
    numbered = _clause_meant(asked, before, scope, question.history)
    back = follows and bool(bare or _THIS.search(asked) or len(topic_terms(asked, scope)) <= 1)
    item = pointed_item(asked, question.history)[0]
    trade = match.group(0) if (match := _TRADE.search(asked)) else ""
    quarters = quarters_in(asked) or next_quarter(asked, question.history)
    if follows and units and not quarters and _AMONG.search(asked) and (quarters := quarters_in(before)):
        intent = "schedule"                              # 第二季度都要做什么？其中法律事务处的
    return Reading(
        text, asked, language, intent, scope,
        units=_partners(units, asked, question.history, unit_names) if units and follows and _WITH.search(asked) else
        _narrowest(units, unit_names, asked) or (_units_before(text, asked, question.history, unit_names) if follows else ()),
        role=asked_role(asked),
        quarters=quarters,
        path=clause_path(asked) or (clause_path(before) if follows and len(topic_terms(asked, scope)) <= 1 else ""),
        number=None if item else numbered,
        item=item,
        step=step(asked) if question.history else 0,
        stage=next((number_of(m.group(1)) for m in _STAGE.finditer(asked)), None),
        years=tuple(dict.fromkeys(int(y) for y in _YEAR.findall(asked))),
        value=next((name for name, pattern in lexicon().values if pattern.search(asked)), None),
        measure=next((m.group(1) for pattern in (_MEASURE, _NOUN_MEASURE) for m in pattern.finditer(asked)), ""),
        numbers=(*(re.sub(r"\s", "", n) for n in _NUMBERS.findall(asked)), *(re.sub(r"\s", "", d) for d in dates)),
        audiences=_audiences(" ".join((text, *more, described)), trade) if intent == "support" else (),
        quoted=quoted,
        terms=terms,
        before=tuple(t for t in terms if t not in own) if any(not _TIMES.match(t) for t in own) else (),
        earlier=last_topic(question.history, metas) if not follows and scope == inherited else (),
        aside=_aside(terms, text, asked, asking),
        trade=trade,
        more=tuple(dict.fromkeys(word for phrase in more for word in tokens(phrase))),
        phrases=tuple(dict.fromkeys(p for key, words in lexicon().synonyms.items() if key in asked for p in words)),
        follows=follows,
        standing=bool(beside),
        answers=_answers(question.history) if back and _still(own_scope, question.history, metas) else (),
        bare=bare,
        english=normalise(question.text) if language == "en" else "",
        said=said,
    )


def _put_in_chinese(text: str, metas: Sequence[PlanMeta], unit_names: Sequence[str], words: Callable[[], Sequence[str]]
                    ) -> tuple[str, Literal["zh", "en"]]:
    """A question in simplified Chinese, typos and courtesy gone, and the language it was asked in."""
    asked = without_courtesy(normalise(text))
    language: Literal["zh", "en"] = "zh"
    letters = len("".join(LETTERS.findall(asked)))
    typed = from_pinyin(asked, (*unit_names, *(n for m in metas for n in (m.region, *m.aliases))), words) if letters else ""
    if typed:
        asked = typed
    elif (letters > 2 * (han := len(re.findall(r"[\u4e00-\u9fff]", asked))) and (letters > 12 or _ENGLISH.search(asked))) or (
            letters > han and len(_ENGLISH.findall(asked)) > 1):
        language = "en"
        asked = translate(asked)
        joined = asked.replace(" ", "")           # Chongqing Customs → 重庆 海关 → 重庆海关
        asked = " ".join((asked, *(unit for unit in find_units(joined, unit_names) if unit in unit_names and unit not in asked)))
    else:
        asked = corrected(asked, known_names(metas, unit_names))
    return _NATIONAL_SIDE.sub("国家层面", _IN_FORCE.sub("", _ASKER.sub("", asked))), language


def _wanted(asked: str, text: str, before: str, scope: Scope, history: Sequence[Turn], metas: Sequence[PlanMeta],
            unit_names: Sequence[str]) -> tuple[Intent, Intent, tuple[str, ...], bool, str]:
    """What is asked for: the intent, the intent by the patterns alone, the units named, whether a follow-up has no matter
    of its own, and what is asked of a matter beside whether the plan is in force."""
    follows = bool(before)
    units = _named(asked, unit_names) or unlisted(scope.taken_from(asked))
    said = intent = intent_of(asked, units)
    of_units = follows and (intent_of(before, _named(before, unit_names)) == "duties"      # what a unit is in for was asked before
                            or any(_LISTED.search(answer) for answer in _answers(history)[:1]))
    if of_units and not units:
        units = _short_name(asked, unit_names)
    if follows and intent == "detail" and not UNDONE.search(asked):
        intent = "duties" if units and of_units else intent_of(text, _named(text, unit_names))
        if intent == "validity" and (_NTH_PART.search(asked) or any(not _TIMES.match(term) for term in topic_terms(asked, scope))):
            intent = said                                # whether the plan is in force was asked before, and another thing is now
    elif not follows:
        intent = learned(asked, said, scope.words, units)
    bare = bare_intent(scope.taken_from(asked, "")) if follows else None
    if bare and said != "validity":                      # 只要牵头的, after what a unit is in for, is asked of the unit
        of_unit = of_units and asked_role(asked) and not _BODIES.search(_HOW_MANY.sub("", asked))
        intent = "duties" if of_unit else said if said == "target" and bare == "support" else bare
    parts = [part for part in re.split(r"[？?。；;]", asked) if part]
    if follows and intent == "duties" and len(parts) > 1 and bare_intent(parts[0]) == "responsibility":
        intent = "responsibility"                        # 配合的是哪几家？统计局有份吗
    if intent == "duties" and OTHER_PAPER.search(asked):
        intent = "detail"                                # 国家知识产权局和重庆市的工作要点排了哪几项任务
    if intent == "validity" and _of_other_document(text if follows else asked, metas):
        intent = said = "schedule"
    beside = _beside(asked, scope) if intent == "validity" else ""
    return intent_of(beside, find_units(beside, unit_names)) if beside else intent, said, units, bool(bare), beside


def _quoted(text: str, scope: Scope, english: str) -> tuple[str, ...]:
    """The terms in quotation marks, none that stands for a name left out (某某) or names a plan; of a question in English
    the Chinese in brackets too."""
    quoted = tuple(term for m in _ABOUT.finditer(text)
                   if not re.search(r"[XxＸ×某]{2}|[.…]", term := next(p for p in m.groups() if p)) and re.search(r"[\u4e00-\u9fff]|\d\D+\d", term)
                   and term not in scope.words)
    return (*quoted, *re.findall(r"[（(]([\u4e00-\u9fff]{2,12})[)）]", english), *re.findall(r"[“\"](\d\D?[\d+]{1,8})[”\"]", english))


def _named_by_plans(text: str, quoted: Sequence[str], scope: Scope, marked: Callable[[str], Sequence[str]]) -> list[str]:
    """The names that stand in quotation marks in a plan of a narrow scope and without them in the question (四链是怎么回事)."""
    if len(scope.plan_ids) > NARROW:
        return []
    names = dict.fromkeys(name for plan_id in scope.plan_ids for name in marked(plan_id))
    found = [name for name in names if name in text and not _PERIODS.search(name) and (len(name) > 2 or not is_word(name))
             and not any(name in word for word in (*scope.words, *quoted))]
    return [name for name in found if not any(name != other and name in other for other in found)]


def _clause_meant(asked: str, before: str, scope: Scope, history: Sequence[Turn]) -> int | None:
    """The number of the clause that a question names, or goes on from."""
    numbered = clause_number(asked)
    if numbered is None and before and len(topic_terms(asked, scope)) <= 1:
        numbered = clause_number(before, last=True)
    if numbered is None and "指标" in before and (ordinal := _THE_NTH.search(asked)):
        numbered = number_of(ordinal.group(1))
    if numbered is None and history and (step(asked) or _THIS.search(asked)):
        numbered = last_clause(history)
    return numbered


def _home(asked: str, metas: Sequence[PlanMeta], unit_names: Sequence[str]) -> Scope:
    """The scope by what stands outside the names of units, where that names one: 黔江方案里的重庆海关 is asked of 黔江."""
    scope, outside = read_scope(asked, metas), asked
    if len(scope.regions) > 1 and scope.named:
        for unit in find_units(asked, unit_names):
            outside = outside.replace(unit, "")
        plain = read_scope(outside, metas)
        return replace(plain, foreign=scope.foreign, words=scope.words) if plain.named else scope
    return scope


def _named(text: str, unit_names: Sequence[str]) -> tuple[str, ...]:
    """The units a text names; 法院 alone stands for every court."""
    units = find_units(text, unit_names)
    courts = (name for name in unit_names if name.endswith(("法院", "中院", "高院"))) if _COURTS.search(text) else ()
    if not units and (field := _OF_FIELD.search(text)):
        units = tuple(name for name in unit_names if any(core.startswith(field.group(1)) for core in key_of(name).cores))
    return units if any("法院" in unit for unit in units) else (*units, *courts)


def _of_other_document(asked: str, metas: Sequence[PlanMeta]) -> bool:
    """Whether it is asked when a document comes out that is none of the plans: 专利资助办法什么时候印发."""
    named = _ISSUED.search(asked)
    titles = re.findall(r"《([^》]{4,60})》", asked)
    if titles and not any(title in meta.title or meta.title in title for title in titles for meta in metas):
        return True
    return bool(named) and not any(named.group(1) in meta.title for meta in metas)     # type: ignore[union-attr]


def _short_name(asked: str, unit_names: Sequence[str]) -> tuple[str, ...]:
    """The units that a follow-up of a few words calls by their field alone: 公安呢, 那财政."""
    field = _FIELD.fullmatch(asked)
    form = re.compile(rf"(?:.{{0,3}}[省市区县])?({field.group(1)}[局委厅部院])") if field else None
    return tuple(dict.fromkeys(match.group(1) for name in unit_names if (match := form.fullmatch(name)))) if form else ()


def _partners(units: tuple[str, ...], asked: str, history: Sequence[Turn], unit_names: Sequence[str]) -> tuple[str, ...]:
    """The units of the question before with those that it is asked of together now (和市科技局共同的)."""
    before = next((found for turn in reversed(history) if turn.role == "user" and (found := find_units(normalise(turn.content), unit_names))), ())
    return tuple(dict.fromkeys((*before, *units)))


def _units_before(text: str, asked: str, history: Sequence[Turn], unit_names: Sequence[str]) -> tuple[str, ...]:
    """The units that a follow-up leaves out: those of the question with what it goes on from; of all questions before for
    what they do together (两家一起的有哪些)."""
    users = [normalise(turn.content) for turn in history if turn.role == "user"]
    if not _BOTH.search(asked):
        latest = next(((user, units) for user in reversed(users) if (units := find_units(user, unit_names))), ("", ()))
        return latest[1] if _ONLY_A_NAME.fullmatch(latest[0]) else _named(text, unit_names)
    return tuple(dict.fromkeys(unit for user in users for unit in find_units(user, unit_names)))


def _subject(text: str, known: Sequence[str]) -> str:
    """Without the partner of a common task: what 经信委 does 跟市知识产权局联手 is asked of 经信委."""
    found = None if _SHARED.search(text) else _TOGETHER.search(text)
    partner = found.group(2) if found else ""
    return text.replace(found.group(1) + partner, "", 1) if found and any(partner.endswith(unit) for unit in find_units(text, known)) else text


def _aside(terms: Sequence[str], text: str, asked: str, asking: str) -> tuple[str, ...]:
    """The terms that are not what is asked for: what a long story tells beside, and the trade of a reader who says what
    they want (贵阳一家做大数据的小企业，想融资)."""
    beside = tuple(t for t in terms if t not in asking) if len(asked) >= STORY or _GRANTED.search(asked) else ()
    trade = _TRADE.search(text)
    told = trade and (_WANTS.search(text, trade.end()) or trade.group(0) not in asked)
    wanted = text[:trade.start()] + text[trade.end():] if trade and told else text
    return (*beside, *(t for t in terms if t not in wanted and t not in beside))


def _audiences(text: str, trade: str) -> tuple[str, ...]:
    """The kinds of readers a text names, or a reader's business shows (开火锅店)."""
    named = names_in(text, "audiences")
    shown = (kind for kind, words in lexicon().readers.items() if any(word in trade for word in words))
    return tuple(name for name in dict.fromkeys((*named, *shown)) if name != "一般企业")


def _beside(text: str, scope: Scope) -> str:
    """What a question asks of a matter beside whether the plan is in force: 地理标志数呢？还有这规划到期没有; '' if nothing."""
    validity = next(pattern for name, pattern in lexicon().intents if name == "validity")
    asking = [part for part in re.split(r"[？?。；;，,]", text)
              if _OF_MATTER.search(part) and not _OF_PLAN.search(_PLAN_WORDS.sub("", part)) and not validity.search(part)]
    return "，".join(part for part in asking if any(not _TIMES.match(t) for t in topic_terms(part, scope)) or bare_intent(part) == "responsibility")


def _still(own: Scope, history: Sequence[Turn], metas: Sequence[PlanMeta]) -> bool:
    """Whether a follow-up stays with the plans of the last answer: 贵州呢 goes elsewhere."""
    last = next((normalise(turn.content) for turn in reversed(history) if turn.role == "assistant"), "")
    told = read_scope(last, metas)
    return not (own.named and told.named) or bool(set(own.plan_ids) & set(told.plan_ids))


def _answers(history: Sequence[Turn]) -> tuple[str, ...]:
    """What was answered, the last first."""
    return tuple(normalise(turn.content) for turn in reversed(history) if turn.role == "assistant")


def _asking(text: str) -> str:
    """The sentences of a long question that ask, or the premise it draws a conclusion from; all of it where none does."""
    if granted := _GRANTED.search(text):
        return text[:granted.start(1)]
    sentences = re.findall(r"[^。；;！!？?\n]+[。；;！!？?\n]?", text)
    return "".join(s for s in sentences if _ASKS.search(s)) or text


def _narrowest(units: tuple[str, ...], known: Sequence[str], text: str) -> tuple[str, ...]:
    """Without a unit that is only named as the home of another one: CNIPA's 公共服务司 is 国家知识产权局公共服务司, and
    重庆市知识产权局法律事务处 is an office of the bureau."""
    homes = {home for home in units for part in units if home != part and (
        any(name.endswith(f"{home}{part}") for name in known)
        or (part[-1] in "处科室司" and re.search(rf"{re.escape(home)}(?:的|下属的?|内设的?)?{re.escape(part)}", text)))}
    return tuple(unit for unit in units if unit not in homes)


