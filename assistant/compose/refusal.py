"""When no plan answers: said in one sentence, with what is nearest and where to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from assistant.compose.indicator import asks_meaning, named_indicators, sentence
from assistant.compose.pieces import expiry, fact, plan_heading, quote, remark, turn_to, whole
from assistant.compose.sections import family
from assistant.compose.select import plans_meant
from assistant.knowledge import Knowledge
from assistant.lexicon import lexicon
from assistant.model import Draft, DraftLine, Found
from assistant.pointed import quotes
from assistant.reading.asked import ORIGINAL, asks_further
from assistant.reading.question import Reading
from assistant.topic import bodies, coverage, held, measured, valued
from ingest.measures import names_in
from ingest.model import Clause, PlanMeta
from ingest.numerals import label_number
from ingest.tokens import domain_words, is_word, part_of_speech, tokens

COVERED = 0.34
"""Below this share of the question's topic no clause is about it."""
LIKE = 0.915
"""Above this cosine a clause may be about it in other words."""
ANYWHERE = 0.6
"""The same where the question names neither a region nor a plan: it may be about anything under the sun."""
OFFERED = 0.885
"""The same where a reader describes a need to a plan of the region: needs are told in everyday words."""
STATED = 0.45
"""Share of the topic that a sentence with a number must hold to answer a question for one."""
_HOLDS = {
    "money": re.compile(r"\d+(?:\.\d+)?\s*(?:亿元|万元|元)|亿元 \||万元 \||[一二两三四五六七八九十百千万]+元"),
    "rate": re.compile(r"利率|贴息|费率|利息"),
    "percent": re.compile(r"\d+(?:\.\d+)?\s*%|% \|"),
    "condition": re.compile(r"条件|标准|程序|流程|材料|手续|对象|申报|符合"),
    "bank": re.compile(r"(?:工商|农业|建设|交通|中国|招商|邮政?储蓄?|商业|开发|民生|兴业|光大|中信|华夏|平安)银行(?!业|机构)"),
    "names": re.compile(r"[\u4e00-\u9fff]{2,8}(?:公司|集团|电器|制药|股份)"),
    "date": re.compile(r"报名|\d+月\d+日|截止"),
    "contact": re.compile(r"\d{3,4}-?\d{7,8}|@|热线"),
    "person": re.compile(r"(?!)"),
    "form": re.compile(r"申请表|模板|附件|下载"),
    "duration": re.compile(r"\d+\s*个?(?:工作日|天|日内|个月)"),
}
_PAPERS = re.compile(r"(什么|哪些|哪几|啥|要交|提交|准备)[^，,。？?]{0,6}(材料|手续)")
_EXISTS = re.compile(r"有没有|有无|提到|讲到|写到|说到|提及|涉及|讲没讲|写没写|(有|讲|提|写)[^，,。？?]{1,12}(吗|么|没有?)[？?。]?$")
_GRANTED = re.compile(r"(补|奖|资助|给予|贴)[^。；]{0,24}\d+(?:\.\d+)?\s*%|\d+(?:\.\d+)?\s*%[^。；]{0,16}(补|奖|资助|贴)")
_GIVEN = re.compile(r"补(?!充)|奖|资助|贴息|报销|给(不给)?(?!我|出|个)")
_PAID = re.compile(r"补(?!充|偿)|奖(?!项|的)|资助|报销")
_PAID_OUT = re.compile(r"(补|奖|资助|给予|(?<!融)资金|经费)[^。；]{0,40}\d+(?:\.\d+)?\s*(?:亿元|万元|元)|"
                       r"\d+(?:\.\d+)?\s*(?:亿元|万元|元)[^。；]{0,24}(补|奖|资助|(?<!融)资金|经费)")
_HOW_MUCH = re.compile(r"多少|几(?!个?季度|月|时)|百分|数值|目标(?!表)|达到|比例|多大")
# 申请一件发明专利官费多少钱 asks for the 官费
_THING = re.compile(r"([\u4e00-\u9fff]{2,8}?)"
                    r"(?:是|要|为|有|得|各|占|分别|到底|大概|一般|一共|提?达?到|百分之|目标值?|数值?|打算){0,8}+(?:多少|几(?!个|项|条|家))")
_COUNTED_THING = re.compile(r"(?:多少|几)(?:个|家|名|位|件|人|所|项)([\u4e00-\u9fff]{4,8})")
_BESIDE = re.compile(r"吗|么|什么|哪些|哪个(?:平台|中心|基地|项目)|啥|能不能|有没有|可以|怎么|不|没$|季度|何时|几月")
_THINGS = re.compile(r"什么|啥|哪些|怎么|如何")
_AMOUNTS = re.compile(r"多少|几|百分|数值|比例|多大")
# “重庆小面”的注册人是哪个协会
_BODY = re.compile(r"哪(?:一?个|家|所|些)(协会|公司|大学|学院|银行|医院|企业|学校)")
_OURS = re.compile(r"方案|规划|计划|牵头|配合|负责")
_NAMED = re.compile(r"分别(是|叫|为)(?!多少|几)|各(是|叫)(什么|啥|哪)|叫(啥|什么)|(是|有)?哪(些|几)|都是(啥|什么)")
STATED_EACH = 0.25
"""The same for a question that asks for several numbers, each of which has its own sentence."""
_ANY_NUMBER = re.compile(r"\d\s*[\u4e00-\u9fff%]")
ALMOST = 0.75
"""Share of its characters in which a name must agree with another to be meant for it."""
RIGHTS = ("专利", "商标", "版权", "著作权", "发明专利", "实用新型", "外观设计", "地理标志", "植物新品种", "商业秘密")
"""Kinds of rights: what a plan counts of one says nothing of another."""
AHEAD = 8.0
"""A clause that stands out by itself has this score, and the next at most half of it."""
OWN = 0.15
"""Share of the topic that a sentence must hold for its headings to count."""
# 珠海方案里怎么规定的
_HOW_WORDED = re.compile(r"(?:方案|规划|计划|文件|原文)里?中?(?:是)?(?:怎么|如何)(?:规定|写|说|讲)的?$|"
                         r"(?:方案|规划|计划|文件|原文)?(?:里|中)?(?:有没有|有无|有)(?:写|说|定|给)?(?:明|过|具体|出)?(?:的)?(?:标准|规定|数|数额|说法)?(?:没有?|吗|么)?$")
# A、B、C各定的多少
_EACH = re.compile(r"、[^。？?]*(?:各|分别)")
_ANYBODY = ("人员", "老师", "朋友", "老板", "同学")
FEW_PLANS = 12
"""Among so many plans it is looked up which have a word of what was asked."""
LITTLE = 1.5
"""Nothing else is asked for beside a part from less than this weight of words."""
HELD = 0.7
"""A clause that holds this share of the topic speaks of it, whatever one word is called."""
SPOKEN = 0.5
"""A clause with no word of the question is about it where other words for them make up this share of its topic."""
_FIVE = re.compile(r"[“\"]?(十[一二三四五六七]五)[”\"]?(?:时期|期间)?[^，,。？?]{0,8}(?:规划|计划|方案)")
_DATED = re.compile(r"(20\d\d) ?年(?! ?\d{1,2} ?月)[^，,。？?]{0,18}(计划|方案|规划)")
_NAMES = {"money": "金额", "rate": "利率或费率", "percent": "比例", "condition": "条件、材料或办理流程",
          "bank": "具体银行", "date": "报名或办理日期", "contact": "联系方式",
          "person": "个人信息", "form": "表格或下载链接", "duration": "办理时限", "names": "名单", "actual": "实际完成情况"}


# 执行情况啥时候评估
_PLANNED = re.compile(r"(?:什么|啥)时候[^，,。？?了]{1,6}$|何时[^，,。？?了]{1,6}$|(?:第?几|哪个) ?季度")


def _absent_part(reading: Reading, found: Found, knowledge: Knowledge) -> str:
    """The part that plans often have (基本原则) and for which alone one is asked that has none; '' where another thing is asked."""
    if reading.intent not in ("detail", "definition") or reading.follows or reading.units or len(reading.scope.plan_ids) != 1:
        return ""
    text = reading.scope.taken_from(reading.asked)
    if family(text, knowledge, reading.scope.plan_ids[0]):
        return ""
    parts = [name for names in lexicon().headings if "主要任务" not in names and "主要目标" not in names for name in names if name in text]
    return next((name for name in parts if sum(weight for term, weight in found.weights.items() if term not in name) < LITTLE), "")


def _nothing(reading: Reading, found: Found, knowledge: Knowledge) -> str:
    """That nothing is found; by its name where one plan is asked that has no word of it."""
    text = knowledge.text(reading.scope.plan_ids[0]) if reading.scope.named and len(reading.scope.plan_ids) == 1 else ""
    names = [term for term in found.weights if len(term) > 1 and is_word(term) and not held(term, text)]
    name = max(names, key=lambda term: (found.weights[term], len(term)), default="") if all(term not in _ANYBODY for term in names) else ""
    return f"该规划没有写到“{name}”" if text and name else "收录的规划中没有找到相关内容"


def why_not(reading: Reading, found: Found, knowledge: Knowledge) -> str:
    """Why the plans in scope do not answer, or '' where they may."""
    if not found.evidence and reading.follows and asks_further(reading.asked):
        return "收录的规划中没有找到更多相关的条款"
    if reading.scope.named and ORIGINAL.search(reading.asked):
        return "规划文本没有写明下载地址；收录的全文可以在“原文”页查看，正式文本以发布机关公布的为准"
    if name := _absent_part(reading, found, knowledge):
        return f"该规划没有单列“{name}”"
    if not found.evidence:
        return _nothing(reading, found, knowledge)
    if asks_meaning(reading):
        return ""
    if reading.number and reading.scope.named and _bare_number(reading, found, knowledge):
        return f"该规划没有编号为{reading.number}的条款"
    where = "该规划" if len(reading.scope.plan_ids) == 1 else "收录的规划中"
    best = max(found.evidence[:5], key=lambda each: each.coverage)
    similar = max(each.similarity for each in found.evidence[:5])
    known = bool(reading.numbers and any(n in each.clause.text for each in found.evidence[:5] for n in reading.numbers))
    quoted = any(_stands(term, reading, knowledge) for term in reading.quoted)
    served = bool(reading.audiences and reading.scope.named
                  and set(reading.audiences) & set(names_in(found.evidence[0].clause.text, "audiences")))
    like = OFFERED if reading.intent == "support" and reading.scope.named else LIKE
    nearest = "".join(each.clause.text for each in found.evidence[:3])
    spoken = reading.scope.named and _OURS.search(reading.asked) and any(phrase in nearest for phrase in reading.phrases)
    if reading.follows and reading.value in ("contact", "form", "person") and best.coverage < COVERED:
        return f"相关条款没有写明{_NAMES[reading.value]}"
    meant = spoken or reading.units or known or served or quoted
    if best.coverage < COVERED and similar < like and not meant and not _one_indicator(found):
        return _nothing(reading, found, knowledge)
    if reading.terms and len(found.unknown) == len(reading.terms) and best.coverage < SPOKEN and not (reading.units or reading.number or reading.quarters):
        return _nothing(reading, found, knowledge)
    if reading.value == "actual" and not _PLANNED.search(reading.asked) and not _recorded(reading, knowledge):
        return "收录的是规划文本，没有写明实际完成情况"
    period = re.search(r"十[一二三四五六七]五", reading.text)
    if period and not _stands(period.group(0), reading, knowledge):
        return f"收录的规划中没有写到“{period.group(0)}”的相关内容"
    gone = [q for q in reading.quoted if not re.search(r"[了着过]", q) and not _stands(q, reading, knowledge)
            and not any(_nearly(q, body) for each in found.evidence[:3] for body in bodies(each.clause))]
    if gone and reading.intent != "support" and (best.coverage < 0.6 or _EXISTS.search(reading.asked)):
        return f"收录的规划中没有出现“{gone[0]}”"
    body = _BODY.search(reading.asked)
    if body and reading.intent == "responsibility" and body.group(1) not in found.evidence[0].clause.text:
        return f"相关条款没有写到是哪个{body.group(1)}"
    thing = _THING.search(reading.asked)
    named = _THING.search(re.sub(r"\d+年", " ", reading.scope.taken_from(reading.asked)))       # 作品登记, of 贵州2025年作品登记要到多少
    if thing and named and _stands(named.group(1), reading, knowledge):
        thing = None
    if thing and reading.scope.named and reading.measure and (other := _cousin(reading, found, knowledge)):
        return f"{where}没有写到“{other}”"
    if thing and not reading.value and any(
            (thing.group(1).endswith(term) or thing.group(1).startswith(term)) and term not in reading.phrases and not way_of_speaking(term)
            for term in found.unknown):
        return f"{where}没有写到“{thing.group(1)}”"
    sought = reading.intent in ("detail", "definition") and best.coverage < HELD and _EXISTS.search(reading.asked)
    absent = _absent_matter(reading, knowledge) if best.coverage < HELD else ""                         # 布图设计有奖励吗
    if absent or (sought and (absent := _absent(reading, knowledge))):
        return f"{where}没有写到“{absent}”"
    if not (reading.scope.named or reading.follows or reading.units or _OURS.search(reading.asked)) and best.coverage < ANYWHERE:
        return _nothing(reading, found, knowledge)
    return "" if asks_more(reading) else no_value(reading, found, knowledge)


def _bare_number(reading: Reading, found: Found, knowledge: Knowledge) -> bool:
    """Whether a clause is asked for by a number that no plan in scope has, and by nothing else (第20项写的什么)."""
    numbers = {label_number(clause.number) for p in reading.scope.plan_ids for clause in knowledge.view(p).clauses if not clause.parent_id}
    topic = sum(weight for term, weight in found.weights.items() if not re.search(r"\d|^第", term) and weight >= 1.5)
    return reading.number not in numbers and topic < 3.0


def no_value(reading: Reading, found: Found, knowledge: Knowledge) -> str:
    """Which value the question asks for and the clauses about its topic do not state; '' where they do, or none is asked."""
    known = bool(reading.numbers and any(n in each.clause.text for each in found.evidence[:5] for n in reading.numbers))
    number = reading.measure or (reading.intent == "target" and _HOW_MUCH.search(reading.asked))
    asks_number = number and not _NAMED.search(reading.asked) and (reading.measure or not _THINGS.search(reading.asked) or _AMOUNTS.search(reading.asked))
    called = len(reading.scope.plan_ids) == 1 and bool(named_indicators(reading, knowledge, reading.scope.plan_ids[0]))
    if asks_number and not known and not called and not (reading.number or reading.step or reading.follows) and not _states_number(reading, found, knowledge):
        return "相关条款没有写明这一数值"
    if reading.value in _HOLDS:
        pattern = _HOLDS[reading.value]
        best = max((each.coverage for each in found.evidence[:5]), default=0.0)
        near = [each for each in found.evidence[:6] if each.coverage >= 0.75 * best]
        least = 0.5 * best if reading.value == "condition" else 0.0
        if reading.value == "condition" and _PAPERS.search(reading.asked):
            pattern = re.compile("材料|手续|办理|备案|变更")
        if reading.value == "percent" and _GIVEN.search(reading.asked):
            pattern = _GRANTED
        if reading.value == "money" and _PAID.search(reading.asked):
            pattern = _PAID_OUT
        if not any(pattern.search(body) and coverage(found.weights, body) >= least
                   for each in near for body in bodies(each.clause)):
            return f"相关条款没有写明{_NAMES[reading.value]}"
    return ""


def _absent(reading: Reading, knowledge: Knowledge) -> str:
    """The longest word of the domain that the question asks about and no plan in scope has, in these or other words."""
    texts = [knowledge.text(plan_id) + knowledge.meta(plan_id).title for plan_id in reading.scope.plan_ids]
    bare = not any(term in reading.asked for term in reading.terms)                      # 重庆2014年有没有
    words = [term for term in reading.terms if term in domain_words() and (bare or term in reading.asked)
             and not any(term in unit for unit in reading.units) and not any(held(term, text) for text in texts)]
    return max(words, key=len, default="")


def matters_of(reading: Reading, knowledge: Knowledge) -> tuple[list[str], list[str]]:
    """The rights and procedures that a question is about: those that the plans in scope speak of, and those that none does."""
    asked = reading.text.replace(reading.trade, " ") if reading.trade else reading.text
    matters: list[str] = []
    for matter in lexicon().matters:
        if matter in asked and matter not in reading.aside and not any(matter in longer for longer in matters):
            matters.append(matter)
    texts = [knowledge.text(plan_id) + knowledge.meta(plan_id).title for plan_id in reading.scope.plan_ids]
    spoken_of = [matter for matter in matters if any(held(matter, text) for text in texts)]
    return spoken_of, [matter for matter in matters if matter not in spoken_of]


def _absent_matter(reading: Reading, knowledge: Knowledge) -> str:
    """The right or procedure that a question is about and that no plan in scope speaks of (商标续展)."""
    if reading.intent in ("duties", "validity") or not reading.scope.named or reading.language == "en":
        return ""
    spoken_of, absent = matters_of(reading, knowledge)
    return absent[0] if absent and not spoken_of else ""


def _cousin(reading: Reading, found: Found, knowledge: Knowledge) -> str:
    """What is counted where the plans only count its cousin: 多少名商标代理人, of which there are 专利代理人; '' if they do count it."""
    asked = _COUNTED_THING.search(reading.asked)
    thing = asked.group(1) if asked else ""
    if not thing or _stands(thing, reading, knowledge) or thing in reading.phrases:
        return ""
    parts = [(thing[:at], thing[at:]) for at in range(2, len(thing) - 1) if thing[:at] in RIGHTS and is_word(thing[at:])]
    text = found.evidence[0].clause.text
    return thing if any(head in text and kind not in text for kind, head in parts) else ""


def way_of_speaking(term: str) -> bool:
    """Whether a word that no clause has is a way of speaking: the lexicon knows another word for it, or it names nothing."""
    return part_of_speech(term) != "name" or any(key in term for key in lexicon().synonyms)


def _recorded(reading: Reading, knowledge: Knowledge) -> bool:
    """Whether the question is about a time that a plan itself looks back on: the base year of its indicators, or an
    earlier five-year period that its text names (“十三五”时期的成就)."""
    bases = {fact.base_year for p in reading.scope.plan_ids for group in knowledge.view(p).indicators.values() for fact in group}
    period = re.search(r"十[一二三四五六七]五", re.sub(r"[“”\"]", "", reading.text))
    own = "".join(knowledge.meta(p).title for p in reading.scope.plan_ids)
    earlier = bool(period and period.group(0) not in own and _stands(period.group(0), reading, knowledge))
    return earlier or "基期" in reading.text or any(year in bases for year in reading.years)


def _states_number(reading: Reading, found: Found, knowledge: Knowledge) -> bool:
    """Whether a sentence about the topic has a number, and one of the kind asked for (几倍 is not answered by 10件)."""
    if _one_indicator(found):
        return True
    several = len(re.findall(r"几|多少", reading.asked)) > 1 or bool(_EACH.search(reading.asked))
    wanted = None if several else measured(reading)
    for each in found.evidence[:10]:
        if max(valued(each.clause, found.weights, wanted), _valued_under(each.clause, found, wanted)) < (STATED_EACH if several else STATED):
            continue
        fact = knowledge.indicator(each.clause)
        if wanted is None or (fact and wanted.search(f"1{fact.measure}")) or any(
                wanted.search(body) and coverage(found.weights, body) >= STATED for body in bodies(each.clause)):
            return True
    return False


def _one_indicator(found: Found) -> bool:
    """Whether a row of an indicator table is far ahead of all else, in whatever words it was asked for (打完一审就服判的比例)."""
    first, second = (*found.evidence[:2], None, None)[:2]
    return bool(first and first.clause.kind == "indicator" and first.score >= AHEAD and (not second or first.score >= 2 * second.score))


def _valued_under(clause: Clause, found: Found, wanted: re.Pattern[str] | None) -> float:
    """The same for a sentence together with the headings over it, where it holds something of the topic itself."""
    numbered = [body for body in bodies(clause) if (wanted or _ANY_NUMBER).search(body) and coverage(found.weights, body) >= OWN]
    return max((coverage(found.weights, f"{clause.headings}\n{body}") for body in numbered), default=0.0)


def other_plan(reading: Reading, knowledge: Knowledge) -> str:
    """A plan that the question names by its time and that is not in the corpus: 2015年…计划, “十三五”规划; '' if none."""
    metas = [knowledge.meta(plan_id) for plan_id in reading.scope.plan_ids]
    for title in _other_years(reading, metas):
        return f"《{title}》"
    for title in re.findall(r"《([^》]{6,60}(?:方案|规划|计划|纲要|意见|办法|细则|条例|规定|通知|指南|目录)(?:[（(]\d{4}[^)）]{0,3}[)）])?)》", reading.asked):
        if not _stands(re.sub(r"[“”\"]", "", title), reading, knowledge) and not any(_like(title, meta.title) for meta in metas):
            return f"《{title}》"
    five = _FIVE.search(reading.asked)
    if five and not any(five.group(1) in re.sub(r"[“”\"]", "", meta.title) for meta in metas):
        return f"“{five.group(1)}”规划"
    dated = _DATED.search(reading.asked)
    if dated:
        year = int(dated.group(1))
        if not any(str(year) in meta.title or (meta.issued and meta.issued.year == year)
                   or (meta.period_start and meta.period_end and meta.period_start.year <= year <= meta.period_end.year)
                   for meta in metas):
            return f"{year}年的{dated.group(2)}"
    return ""


def _other_years(reading: Reading, metas: Sequence[PlanMeta]) -> list[str]:
    """Titles in the question that are a plan's but for their years: （2025—2027年） where the plan is of 2022—2024."""
    asked = [(title, years) for title in re.findall(r"《([^》]{6,60})》", reading.asked) if (years := re.findall(r"20\d\d", title))]
    return [title for title, years in asked
            if any(_like(title, meta.title) and (own := re.findall(r"20\d\d", meta.title)) and not set(own) & set(years) for meta in metas)
            and not any(_like(title, meta.title) and set(re.findall(r"20\d\d", meta.title)) & set(years) for meta in metas)]


def _like(one: str, other: str) -> bool:
    """Whether two titles share half of their character pairs: people shorten and misremember titles."""
    pairs = [{text[i:i + 2] for i in range(len(text) - 1)} for text in (one, other)]
    return len(pairs[0] & pairs[1]) >= 0.5 * min(len(p) for p in pairs)


def misremembered(reading: Reading, knowledge: Knowledge) -> dict[str, str]:
    """Names in quotation marks that no plan in scope has, with the one that it does have and that is almost the same:
    “知识产权渝北论坛” for “知识产权江北论坛”."""
    wrong = [term for term in reading.quoted if len(term) >= 4 and not _stands(term, reading, knowledge)] if reading.scope.named else []
    names = {name for p in reading.scope.plan_ids for name in re.findall(r"“([^”\n]{4,24})”", knowledge.text(p))} if wrong else set()
    found = {}
    for term in wrong:
        near = max(names, key=lambda name: SequenceMatcher(None, term, name).ratio(), default="")
        if near and abs(len(near) - len(term)) <= 1 and SequenceMatcher(None, term, near).ratio() >= ALMOST:
            found[term] = near
    return found


def _nearly(term: str, sentence: str) -> bool:
    """Whether a sentence has all words of a term, in order (“围绕主导产业” in 围绕卷烟、新材料等主导产业), or all characters of a
    short one side by side (“零专利” in 专利灭零)."""
    if len(term) in (3, 4) and any(set(term) <= set(sentence[at:at + len(term) + 1]) for at in range(len(sentence))):
        return True
    parts = [word for word in tokens(term) if len(word) > 1]
    words = [word for word in parts if not any(word in other for other in parts if other != word)]
    return len(words) > 1 and bool(re.search(".*?".join(map(re.escape, words)), sentence))


def _stands(term: str, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a term stands anywhere in the plans in scope."""
    return any(quotes(knowledge.text(p) + knowledge.meta(p).title, term) for p in reading.scope.plan_ids)


def asks_more(reading: Reading) -> bool:
    """Whether the question asks for more than an amount: 有补助吗？多少钱"""
    if reading.language == "en" or reading.intent not in ("support", "detail", "target", "schedule") or not (reading.value or reading.measure):
        return False
    parts = [p for p in re.split(r"[？?，,。；; ]", reading.asked) if p]
    parts = [p for p in parts if not _HOW_WORDED.search(p)]
    return any(not _asks_value(p) and not _HOW_MUCH.search(p) and _BESIDE.search(p) for p in parts)


def _asks_value(text: str) -> bool:
    """Whether a piece of a question asks for a value at all."""
    return any(pattern.search(text) for _, pattern in lexicon().values)


def refuse(reading: Reading, found: Found, knowledge: Knowledge, reason: str) -> Draft:
    """One sentence, the nearest clause where it is about the same thing, and where to ask."""
    lines: list[DraftLine] = [remark(f"没有找到可以回答的依据：{reason}。")]
    if reading.scope.foreign and reading.scope.named and not any(place in reason for place in reading.scope.foreign):
        lines.append(remark(f"收录的规划中也没有{'、'.join(reading.scope.foreign)}的规划。"))
    plans: list[str] = []
    foreign = reading.scope.foreign and not reading.scope.named
    near = [] if foreign or "没有编号为" in reason else [each for each in found.evidence[:1] if each.coverage >= COVERED]
    for each in near:
        plan_ids = plans_meant(reading, found, knowledge)
        clause = next((e.clause for e in found.evidence if e.clause.plan_id in plan_ids[:1]), each.clause)
        lines += [remark("最接近的条款是："), plan_heading(knowledge.meta(clause.plan_id)),
                  fact(sentence(known, clause, knowledge), whole(clause)) if (known := knowledge.indicator(clause)) else quote(clause, found, reading.more)]
        plans.append(clause.plan_id)
        units = turn_to([clause], knowledge)
        lines.append(remark(f"可向{units}咨询。" if units else "可向当地知识产权主管部门咨询。"))
    if not near:
        lines.append(remark(f"可向当地知识产权主管部门咨询，或换一种问法{'' if reading.scope.named else '并写明地区'}。"))
    return Draft("refused", tuple(lines), expiry(plans, knowledge), tuple(_instead(reading, knowledge)))


def _instead(reading: Reading, knowledge: Knowledge) -> list[str]:
    """Questions on the same matter of the plans that have a word of it: those asked, else those of other regions."""
    names = [term for term in reading.terms if len(term) > 1 and is_word(term) and part_of_speech(term) == "name"
             and term not in lexicon().stop and term not in reading.scope.foreign]
    topic = max(names, key=len, default="质押融资")
    asked = [meta for meta in knowledge.metas if meta.id in reading.scope.plan_ids]
    others = [meta for meta in knowledge.metas if meta not in asked] if len(knowledge.metas) <= FEW_PLANS else []
    holding = [meta for meta in (*asked[:FEW_PLANS], *others) if topic in knowledge.text(meta.id)]
    return list(dict.fromkeys(f"{meta.region}的规划对{topic}有什么安排？" for meta in holding))[:3]
