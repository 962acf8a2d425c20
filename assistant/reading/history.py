"""A follow-up → a question that stands alone: what it leaves out is taken from the turns before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.model import Turn
from assistant.reading.asked import (
    NEXT,
    OF_ANY,
    asks_further,
    bare_intent,
    clause_number,
    of_a_whole_plan,
    quarters_in,
    topic_terms,
)
from assistant.reading.language import in_chinese, normalise
from assistant.reading.scope import Scope, covering, read_scope
from ingest.model import PlanMeta
from ingest.numerals import number_of
from ingest.tokens import is_word, part_of_speech

_POINTS_BACK = re.compile(
    r"^[^，,。？?]{1,8}呢[，,？?]|也(要|算|是|会)?(参加|参与|负责|牵头|配合|管|有)|也(是|归|由|属)(它|他|这|那|同)(们|几|两|俩|些|家|个)|^(那|那么|这|该|它|其|上面|刚才|另外|还有|再|然后|所以|那个|这个|这条|这项|此)|呢[？?。]?$|[这同][一二三四五六七八九十两几]?(条|项|款|件事)|(这|那|该|此|上述)(个|条|项|份|款)?(方案|规划|计划|指标|任务|条款|工作|措施|事)"
)
_ORDINAL = re.compile(r"第 ?([一二三四五六七八九1-9]) ?(?:个|条|项|点|款|块|样|部分)(?!季度)(?:指标|任务|措施|工作|方面)?|"
                      r"(前者|后者)|(最后(?:那|这)?一(?:个|条|项))")
FURTHEST = 3
"""Most turns before the last that are looked into for what a question is about."""
# 这些跟贵州比怎么样   和重庆的一样吗
_COMPARED = re.compile(r"(?:跟|和|与|同|比)[^，,。？?]{2,10}(?:相?比|比较|对比|对照|一样|相同|不同|区别|差别|差多少|谁高|哪个)")
_NTH_ITEM = re.compile(r"第 ?[一二三四五六七八九1-9] ?[条项点款]")
# 这两个一样吗
_ALL_OF_THEM = re.compile(r"(?:这|那)?(?:[两俩几])(?:个|份|家|地|边|座|者)[^，,。？?]{0,6}(?:一样|相同|不同|区别|差别|比)|"
                          r"^(?:它们|两者|两地|二者|两边)?都?有?(?:什么|啥|哪些)?(?:地方)?(?:不同|区别|差别|不一样|差异)")
_GREETING = re.compile(r"^(你好|您好|嗨|哈喽|在吗|谢谢|多谢|好的|嗯|hi|hello)[^\u4e00-\u9fffA-Za-z]*$", re.IGNORECASE)
_SECTION = re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]")
_OTHERS = re.compile(r"[；;，,]?如问的是[^。]*。?")
"""Where an answer names the plans that it is not from."""
_ITEM = re.compile(r"^(?:[-*•]|\d{1,2}[.、)）]|[（(]\d{1,2}[)）]|[①-⑩])\s*(.+)$")


def stand_alone(asked: str, scope: Scope, history: Sequence[Turn], metas: Sequence[PlanMeta]
                 ) -> tuple[str, str, Scope]:
    """The question with what it leaves out taken from the turns before (its topic, its region, its plan); the earlier
    question that was used, '' if none."""
    users = [in_chinese(normalise(turn.content)) for turn in history if turn.role == "user"]
    users = [user for user in users if not (_GREETING.match(user) or asks_further(user))] or users
    if not users or (scope.named and of_a_whole_plan(asked) and not _POINTS_BACK.search(asked)):
        return asked, "", scope
    meant, rest = pointed_item(asked, history)
    if meant:
        earlier = _earlier_scope(history, metas)
        return f"{meant} {rest}", meant, scope if scope.named or not earlier.named else earlier
    own = topic_terms(asked, scope)
    back = bool(_POINTS_BACK.search(asked) or bare_intent(scope.taken_from(asked, ""))) or len(own) <= 1 or (
        not scope.named and len(_names(own)) <= 1)
    if not back:
        if not scope.named:
            earlier = _earlier_scope(history, metas)
            return asked, "", replace(earlier, foreign=tuple(dict.fromkeys((*scope.foreign, *earlier.foreign)))) if earlier.named or earlier.foreign else scope
        return asked, "", scope
    before = users[-1]
    for earlier_turn in users[-2:-2 - FURTHEST:-1]:
        known = topic_terms(before, read_scope(before, metas))
        if len(known) > 1 and _names(known):
            break
        before = f"{earlier_turn} {before}"
    if scope.named:
        earlier = _earlier_scope(history, metas)
        for user in users:
            before = read_scope(user, metas).taken_from(before, "")
        return f"{before} {asked}", before, earlier.joined(scope, metas) if earlier.named and _COMPARED.search(asked) else scope
    earlier = _earlier_scope(history, metas)
    if bare_intent(asked):
        earlier = _as_answered(earlier, history, metas)
    if _ALL_OF_THEM.search(asked):
        for user in users:
            if (other := read_scope(user, metas)).named:
                earlier = earlier.joined(other, metas) if earlier.named else other
    if not (earlier.named or (earlier.foreign and not scope.foreign)):
        return f"{before} {asked}", before, scope
    earlier = earlier.of_years(asked, metas)
    return f"{before} {asked}", before, replace(earlier, foreign=tuple(dict.fromkeys((*scope.foreign, *earlier.foreign))))


def _names(terms: Sequence[str]) -> list[str]:
    """The names of things among topic words, none inside another: 每年新认定几家 has none, and is asked of what was before."""
    return [term for term in terms if part_of_speech(term) == "name" and is_word(term) and term not in OF_ANY
            and not any(term in other for other in terms if other != term)]


def last_topic(history: Sequence[Turn], metas: Sequence[PlanMeta]) -> tuple[str, ...]:
    """The topic of the question before."""
    users = [in_chinese(normalise(turn.content)) for turn in history if turn.role == "user"]
    return topic_terms(users[-1], read_scope(users[-1], metas)) if users else ()


def pointed_item(asked: str, history: Sequence[Turn]) -> tuple[str, str]:
    """The item of the last answer's list that a question points at (第二个的目标值, 后者谁牵头) and the rest of the
    question; two empty strings where it points at none."""
    found = _ORDINAL.search(asked)
    answers = [turn.content for turn in reversed(history) if turn.role == "assistant"]
    if not found or not answers:
        return "", ""
    bulleted = next((each for answer in answers if len(each := _bullets(answer)) > 1), [])
    items = bulleted if _NTH_ITEM.search(asked) and bulleted else _items(answers[0]) or bulleted
    at = number_of(found.group(1)) if found.group(1) else 1 if found.group(2) == "前者" else 2 if found.group(2) else len(items)
    if len(items) < 2 or not 1 <= at <= len(items):
        return "", ""
    if _NTH_ITEM.search(asked) and _SECTION.match(items[at - 1]):
        return "", ""                                    # 第5项, after a list of sections: the clause of that number
    rest = asked.replace(found.group(0), "")
    last = next((turn.content for turn in reversed(history) if turn.role == "user"), "")
    if re.fullmatch(r"[那么的呢，,。？?\s]*", rest) and (same := _ORDINAL.search(last)):      # 第一条谁牵头 … 第二条呢
        rest = normalise(last.replace(same.group(0), ""))
    return items[at - 1], rest


def last_clause(history: Sequence[Turn]) -> int | None:
    """The number of the one clause that the last answer, else the question before it, speaks of (第14条)."""
    for turn in reversed(history):
        numbers = {number for match in re.finditer(r"第 ?(?:\d{1,2}|[一二三四五六七八九十]{1,3}) ?[条项]", turn.content)
                   if (number := clause_number(match.group(0)))}
        if numbers:
            return numbers.pop() if len(numbers) == 1 else None
    return None


def _plain_lines(answer: str) -> list[str]:
    return [normalise(re.sub(r"\[\d+\]|\*\*", "", line)).strip() for line in answer.splitlines()]


def _bullets(answer: str) -> list[str]:
    """What an answer listed line by line."""
    return [re.split(r"——|[:：。；;]", found.group(1))[0] for line in _plain_lines(answer) if (found := _ITEM.match(line))]


def _items(answer: str) -> list[str]:
    """What an answer listed: its bullets, else what it names one after another (两个：甲、乙。)."""
    if len(bullets := _bullets(answer)) > 1:
        return bullets
    for line in _plain_lines(answer):
        named = re.search(r"[:：]([^:：。]+)。?$", line.split("。")[0])
        if named and len(parts := re.split(r"[、，；;]|(?<=[\u4e00-\u9fff])和(?=[\u4e00-\u9fff])", named.group(1))) > 1:
            return parts
    return []


def _earlier_scope(history: Sequence[Turn], metas: Sequence[PlanMeta]) -> Scope:
    """The scope of the latest turn that names one; what the reader said counts before what was answered."""
    for role in ("user", "assistant"):
        for turn in reversed(history):
            if turn.role == role:
                scope = read_scope(normalise(_OTHERS.sub("", turn.content)), metas)
                if not scope.named and role == "user":          # the reader is of a place without a plan of its own
                    scope = covering(scope, metas)
                if scope.named or (scope.foreign and role == "user"):
                    return scope
    return read_scope("", metas)


def _as_answered(scope: Scope, history: Sequence[Turn], metas: Sequence[PlanMeta]) -> Scope:
    """Of several plans of a region those that the last answer named (重庆 … 重庆2024年方案第13条)."""
    last = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    told = read_scope(normalise(_OTHERS.sub("", last)), metas)
    kept = tuple(plan_id for plan_id in scope.plan_ids if plan_id in told.plan_ids)
    return replace(scope, plan_ids=kept) if told.named and kept and len(scope.regions) == 1 else scope


def next_quarter(asked: str, history: Sequence[Turn]) -> tuple[int, ...]:
    """`下一季度呢` after a turn about the second quarter is the third."""
    if not NEXT.search(asked):
        return ()
    for turn in reversed(history):
        known = quarters_in(normalise(turn.content))
        if known:
            return (known[-1] + 1,) if known[-1] < 4 else ()
    return ()
