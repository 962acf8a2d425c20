"""One reading and its evidence → a draft. The order of the branches is the order in which a question is understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.compose.beside import mentions
from assistant.compose.census import census
from assistant.compose.compare import compare
from assistant.compose.duties import duties
from assistant.compose.english import in_english_words
from assistant.compose.indicator import asks_all, asks_meaning, indicator_lines, indicators
from assistant.compose.lacking import lacking
from assistant.compose.overview import asks_overview, overview
from assistant.compose.pieces import expiry, plan_heading, remark
from assistant.compose.plans import clarify_plan, introduction, validity
from assistant.compose.premises import NAMED, PART, beyond, of_no_plan, strange_numbers
from assistant.compose.refusal import misremembered, other_plan, refuse, why_not
from assistant.compose.responsibility import responsibility, units_beside
from assistant.compose.schedule import schedule
from assistant.compose.sections import asked_sections, nth_of_section, same_number
from assistant.compose.select import asks_which, by_plan, plans_meant, stating_numbers
from assistant.compose.support import asks_offers, every_offer
from assistant.compose.text import passages, with_figures
from assistant.knowledge import Knowledge, PlanView, period
from assistant.lexicon import lexicon
from assistant.model import Draft, DraftLine, Evidence, Found
from assistant.pointed import WIDE
from assistant.reading.question import Reading
from assistant.topic import coverage, measured

_EACH = re.compile(r"各(是|有|自|写|怎么|要|多少|什么|啥)|分别|都|和|与|跟|、")

MEANT = 0.6
"""A plan that nobody named is meant where its best clause holds this share of the topic."""
CLEAR = 0.8
"""A plan that holds this share of what is looked for is meant where no other holds …"""
ELSEWHERE = 0.75
"""… this share of that."""
_OURSELVES = re.compile(r"我(?!国|省|市|区|县)|咱|俺")
_LISTING = re.compile(r"任务|职责|分工|清单|列出|列一|全部|所有|一共|总共|哪些(事|工作|活|项|条)|几(条|项|个|件事|样)(?!季度)|多少(条|项)|"
                      r"什么(事|活|工作)|(?<!用来)(干|做|管)(啥|什么)")
MATTER = 9.0
"""A matter is named by words of this weight …"""
ALSO = 0.8
"""Another plan speaks of the matter too from this share of the best plan's coverage on."""
STATED = 0.6
"""… and stated by a clause that holds this share of them."""
_BODY = r"(?:高院|法院|检察院|海关|[\u4e00-\u9fff]{2,6}[局厅委]|政府|部门)"
_WHICH_BODY = re.compile(r"哪(?:个|家|些|几个|几家)?(海关|法院|检察院|银保监分局)")
# 哪些有数字   哪几条写了具体数
_FIGURES = re.compile(r"哪(?:些|几[个条项]?)[^，,。？?]{0,8}(?:数字|数值|量化|具体数)")
_ABOUT_ME = re.compile(
    r"^(你好|您好|嗨|哈喽|在吗|在不在|谢谢|多谢|hi|hello|who are you|what (?:can|do) you do|help)[，,。！!？? ]*$|"
    r"^[^，,。？?]{0,4}(你|您|本助手|这个助手|这助手|机器人)(是谁|叫什么|是(什么|啥|做什么|干什么|干啥)|有(什么|啥|哪些)(功能|用|作用|本事)|"
    r"(能|会|可以|都能)?(帮我)?(做|干|回答|答|问|查)(什么|啥|哪些|点啥))|"
    r"^(你|您|这|上面|刚才)[^，,。？?]{0,8}(回答|答案|说的|内容|资料|数据|信息)[^，,。？?]{0,10}(准|可靠|可信|靠谱|效力|来源|哪里来|哪儿来|从哪|能信)[^，,。？?]{0,6}[？?]?$|"
    r"^(你|您)?刚才[^，,。？?]{0,4}(说|答|讲)[^，,。？?]{0,4}(对|准|真)[^，,。？?]{0,3}[？?]?$|"
    r"^(怎么|如何)(用|使用|提问|问)[^，,。？?]{0,4}[？?。]?$", re.IGNORECASE)


def compose(reading: Reading, found: Found, knowledge: Knowledge) -> Draft:
    """The answer, a refusal with what is nearest, or a question back; in English words where it was asked in English."""
    wrong = misremembered(reading, knowledge)
    for said, right in wrong.items():
        reading = replace(reading, asked=reading.asked.replace(said, right), text=reading.text.replace(said, right),
                          quoted=tuple(right if term == said else term for term in reading.quoted))
    draft = _compose(reading, found, knowledge)
    draft = replace(draft, lines=tuple(line for n, line in enumerate(draft.lines) if line.kind != "fact" or line not in draft.lines[:n]))
    if wrong:
        told = (remark(f"收录的规划中没有出现“{said}”，写到的是“{right}”。") for said, right in wrong.items())
        draft = replace(draft, lines=(*told, *draft.lines))
    return in_english_words(draft, knowledge) if reading.language == "en" else draft


def _compose(reading: Reading, found: Found, knowledge: Knowledge) -> Draft:
    foreign_body = next((place for place in reading.scope.foreign if re.search(rf"{place}(?:省|市|区|县)?(?:那边|那里|方面)?的?{_BODY}", reading.asked)), "")
    owner = next((place for place in reading.scope.foreign if _is_owner(place, reading)), "")
    if owner:
        return refuse(reading, found, knowledge, f"收录的规划中没有{owner}的规划")
    if foreign_body and not any(foreign_body in unit for unit in reading.units):
        return refuse(reading, found, knowledge, f"所问的是{foreign_body}的单位，收录的规划中没有{foreign_body}的规划")
    if reading.scope.foreign and not reading.scope.named:
        if told := _spoken_of(reading, found, knowledge):
            return _compose(reading.of(told), _of_plans(found, told), knowledge)
        return refuse(reading, found, knowledge, f"收录的规划中没有{'、'.join(reading.scope.foreign)}的规划")
    if reading.value in ("contact", "person"):
        return refuse(reading, found, knowledge, why_not(reading, found, knowledge) or "收录的规划中没有这类信息")
    if reading.intent == "validity":
        return validity(reading, knowledge)
    if _ABOUT_ME.search(reading.asked) and not reading.scope.named and not reading.units:
        return introduction(reading, knowledge)
    if not (reading.scope.named or reading.follows or reading.units or reading.number or reading.path or reading.value or reading.terms):
        # no matter at all: 谁牵头？第三季度要干什么？
        timed = [p for p in reading.scope.plan_ids if _has_quarters(knowledge.view(p))] if reading.quarters else []
        if len(timed) != 1:
            return clarify_plan(reading, knowledge)
        return _plan_by_plan(reading, found, timed, knowledge)
    missing = other_plan(reading, knowledge)
    if missing:
        return refuse(reading, found, knowledge, f"没有收录{missing}")
    if not reading.units and not reading.scope.named and (kind := _WHICH_BODY.search(reading.asked)):
        names = dict.fromkeys(f.unit for p in reading.scope.plan_ids for group in knowledge.view(p).units.values() for f in group
                              if f.unit.endswith(kind.group(1)))
        if names:
            return duties(replace(reading, units=tuple(names), role=None), knowledge)
    counted = [plan_id for plan_id in reading.scope.plan_ids if reading.scope.named and census(reading, found, knowledge, plan_id)]
    if counted:
        return _plan_by_plan(reading, found, counted, knowledge)
    if reading.units and reading.intent == "duties":
        if not _of_a_matter(reading, found):
            return duties(reading, knowledge)
        reading = replace(reading, intent="responsibility" if PART.search(reading.asked) else "detail")
    numbered = reading.scope.named and bool(asked_sections(reading))
    whole = asks_overview(reading, found, knowledge)
    listed = whole or (reading.scope.named and (asks_all(reading) or asks_offers(reading, found, knowledge)))
    reason = "" if numbered or listed else why_not(reading, found, knowledge)
    if reason:
        needs = reading.intent == "support" or bool(reading.aside and _OURSELVES.search(reading.asked))
        if reading.value and not _OURSELVES.search(reading.asked):
            needs = False
        if needs and not reading.scope.named and "没有写到" not in reason and (reading.audiences or _about(found)):
            return clarify_plan(reading, knowledge)
        return refuse(reading, found, knowledge, reason)
    timed = [p for p in reading.scope.plan_ids if _has_quarters(knowledge.view(p))] if reading.quarters and reading.intent == "schedule" else []
    if len(timed) == 1 and len(reading.scope.regions) == 1 and len(reading.scope.plan_ids) > 1:
        reading, found = reading.of((timed[0],)), _of_plans(found, timed)       # only one plan of the region goes by quarters
    plan_ids = plans_meant(reading, found, knowledge)
    if not plan_ids or _of_any_region(reading, found):
        return clarify_plan(reading, knowledge)
    if _side_by_side(reading, plan_ids):
        return compare(reading, found, plan_ids, knowledge)
    draft = _plan_by_plan(reading, found, plan_ids, knowledge)
    sure = len(plan_ids) == 1 and not whole and draft.status == "answered" and (reading.scope.named or found.evidence[0].coverage >= MEANT)
    missing = lacking(reading.of((plan_ids[0],)), draft.lines, knowledge, found.weights) if sure else ""
    if not missing:
        return draft
    if stating := _that_state(reading, found, plan_ids, knowledge):
        return _plan_by_plan(reading, found, stating, knowledge)
    cited = [proof.clause_id for line in draft.lines for proof in line.proofs]
    evidence = tuple(sorted(found.evidence, key=lambda each: each.clause.id not in cited))
    return refuse(reading, replace(found, evidence=evidence), knowledge, missing)


def _that_state(reading: Reading, found: Found, but: Sequence[str], knowledge: Knowledge) -> list[str]:
    """The other plans that state what the best one leaves out, where the question names none (专利导航归哪个部门管)."""
    if reading.scope.named or reading.follows or len(reading.scope.plan_ids) > WIDE:
        return []
    near = [plan_id for plan_id, evidence in by_plan(found).items()
            if plan_id not in but and evidence[0].coverage >= ALSO * found.evidence[0].coverage]
    drafts = {plan_id: _plan_by_plan(reading, found, [plan_id], knowledge) for plan_id in near}
    return [plan_id for plan_id, draft in drafts.items()
            if draft.status == "answered" and not lacking(reading.of((plan_id,)), draft.lines, knowledge)]


def _is_owner(place: str, reading: Reading) -> bool:
    """Whether the plan asked about is that of a place that has none, and ours is named beside (中山市的方案…？跟珠海挨着应该也有吧)."""
    found = re.search(rf"{place}(?:省|市|区|县)?的?[^，,。？?]{{0,14}}(?:方案|规划|计划)", reading.asked)
    sentence = next((part for part in re.split(r"[。？?；;]", reading.asked) if found and found.group(0) in part), "")
    return bool(sentence) and not any(word in sentence for word in reading.scope.words if word not in ("方案", "规划", "计划"))


def _has_quarters(view: PlanView) -> bool:
    return any(fact.quarters for group in view.schedules.values() for fact in group)


def _spoken_of(reading: Reading, found: Found, knowledge: Knowledge) -> tuple[str, ...]:
    """The plans that have a clause on the matter which names the places that have no plan of their own (江津花椒, in the
    plan of 重庆); none where no clause does."""
    plans = {p: knowledge.text(p) for p in reading.scope.plan_ids}
    naming = [p for p, text in plans.items() if all(place in text for place in reading.scope.foreign)]
    matter = {term: weight for term, weight in found.weights.items() if not any(place in term for place in reading.scope.foreign)}
    if sum(matter.values()) < NAMED:
        return ()
    return tuple(p for p in naming if any(
        each.clause.plan_id == p and coverage(matter, each.clause.text) >= STATED and any(place in each.clause.text for place in reading.scope.foreign)
        for each in found.evidence[:5]))


def _of_plans(found: Found, plan_ids: Sequence[str]) -> Found:
    return replace(found, evidence=tuple(each for each in found.evidence if each.clause.plan_id in plan_ids))


def _of_a_matter(reading: Reading, found: Found) -> bool:
    """Whether a question that names a unit is about one matter, which a clause states (宣传部约稿：公益宣传有哪几种方式), and not
    about all that the unit does."""
    if _LISTING.search(reading.asked):
        return False
    weights = {term: weight for term, weight in found.weights.items() if not any(term in unit or unit in term for unit in reading.units)}
    named = sum(weight for term, weight in weights.items() if weight >= NAMED)
    return named >= MATTER and any(coverage(weights, each.clause.text) >= STATED for each in found.evidence[:3])


def _of_any_region(reading: Reading, found: Found) -> bool:
    """Whether somebody who looks for support has not said where, and more than one region's plan offers as much: the
    region is then the one fact that matters most."""
    if reading.intent != "support" or reading.scope.named or reading.follows or asks_which(reading) or len(reading.scope.regions) < 2:
        return False
    best = [each[0].coverage for each in by_plan(found).values()]
    return max(best) < CLEAR or sum(coverage >= ELSEWHERE * max(best) for coverage in best) > 1


def _side_by_side(reading: Reading, plan_ids: list[str]) -> bool:
    """Whether several plans are named in one question about the same matter."""
    if len(plan_ids) < 2 or reading.stage or reading.quarters:
        return False
    return reading.intent == "comparison" or (reading.scope.named and bool(_EACH.search(reading.asked)))


def _about(found: Found) -> bool:
    """Whether any clause is about the question at all."""
    return any(each.coverage >= 0.15 for each in found.evidence[:3])


def _plan_by_plan(reading: Reading, found: Found, plan_ids: list[str], knowledge: Knowledge) -> Draft:
    """The answer out of each plan under its name; what was assumed of the region is said first."""
    evidence = by_plan(found)
    lines: list[DraftLine] = []
    foreign = [place for place in reading.scope.foreign if not any(place in knowledge.text(plan_id) for plan_id in plan_ids)]
    if foreign:
        places = "、".join(foreign)
        inside = {lexicon().within.get(place, "") for place in foreign} <= set(reading.scope.regions)
        lines.append(remark(f"收录的规划中没有{places}自己的规划，以下是{'、'.join(reading.scope.regions)}的规划。" if inside
                            else f"收录的规划中没有{places}的规划，以下只答收录的部分。"))
    for plan_id in plan_ids:
        part = replace(found, evidence=tuple(evidence.get(plan_id, ())))
        answer = _one_plan(reading, part, knowledge, plan_id)
        if reading.intent in ("schedule", "target", "detail", "definition"):
            answer = [*answer, *units_beside(reading, answer, knowledge)]
        if reading.standing:
            answer = [*answer, *(line for line in validity(reading.of((plan_id,)), knowledge).lines)]
        lines += [*answer[:1], *of_no_plan(reading, part), *answer[1:], *beyond(reading, answer, part, knowledge.view(plan_id), knowledge, len(plan_ids) == 1)]
    if len(plan_ids) > 1:
        lines += [remark(text) for text in strange_numbers(reading, lines, knowledge)]
    stated = any(line.kind == "fact" for line in lines)
    return Draft("answered" if stated else "refused", (*_assumed(reading, found, plan_ids, knowledge), *lines),
                 expiry(plan_ids, knowledge), _wider(reading, plan_ids, knowledge))


def _wider(reading: Reading, plan_ids: Sequence[str], knowledge: Knowledge) -> tuple[str, ...]:
    """For a reader who looks for support where the plan is over: the question to ask of the province's plan in force."""
    if reading.intent != "support":
        return ()
    over = [meta.region for p in plan_ids if (meta := knowledge.meta(p)).status(knowledge.today) == "over"]
    around = {*over, *(lexicon().within.get(region, "") for region in over)}
    return tuple(f"{meta.region}现行的规划对此有什么支持？" for meta in knowledge.metas
                 if meta.region in around and meta.id not in plan_ids and meta.status(knowledge.today) == "in_force")[:1]


def _one_plan(reading: Reading, found: Found, knowledge: Knowledge, plan_id: str) -> list[DraftLine]:
    """The answer out of one plan."""
    if lines := census(reading, found, knowledge, plan_id):
        return lines
    if clause := nth_of_section(reading, knowledge, plan_id):
        found = replace(found, evidence=(Evidence(clause, 1.0, 1.0, 1.0),), told=True)
    elif (lines := same_number(reading, found, knowledge, plan_id)) or (lines := overview(reading, found, knowledge, plan_id)):
        return lines
    if asks_all(reading) and (lines := indicators(reading, found, knowledge, plan_id)):
        return lines
    if not found.told and (lines := mentions(reading, found, knowledge, plan_id)):
        return [plan_heading(knowledge.meta(plan_id)), *lines]
    if asked_sections(reading) and reading.intent != "responsibility" and not found.told:
        return passages(reading, found, knowledge, plan_id)
    if found.told and _FIGURES.search(reading.asked):
        return [plan_heading(knowledge.meta(plan_id)), *with_figures(found)]
    if found.told and reading.intent == "target":
        rows = [each.clause for each in found.evidence if each.clause.kind == "indicator"]
        return [plan_heading(knowledge.meta(plan_id)), *(line for row in rows for line in indicator_lines(row, reading, knowledge))] if rows else passages(
            reading, found, knowledge, plan_id)
    if reading.wants_number and not reading.number and not reading.step:
        found = stating_numbers(found, measured(reading), reading.measure)
    writers = {"responsibility": responsibility, "schedule": schedule}
    writer = writers.get(reading.intent)
    if writer:
        lines = writer(reading, found, knowledge, plan_id)
        if lines:
            return lines
    if reading.intent == "support" and not found.told and not asks_meaning(reading) and (lines := every_offer(reading, found, knowledge, plan_id)):
        return lines
    return indicators(reading, found, knowledge, plan_id) or passages(reading, found, knowledge, plan_id)


def _assumed(reading: Reading, found: Found, plan_ids: list[str], knowledge: Knowledge) -> list[DraftLine]:
    """Which plan was taken to be meant, where the question leaves it open, and which others there are."""
    metas = [knowledge.meta(plan_id) for plan_id in plan_ids]
    if asks_which(reading):
        return [remark(f"收录的{len(knowledge.metas)}份规划中，写到这方面内容的有{len(plan_ids)}份：")]
    if not reading.scope.named:
        titles = "、".join(f"《{meta.title}》" for meta in metas)
        others = [meta.region for meta in knowledge.metas if meta.id in reading.scope.plan_ids
                  and meta.region not in {m.region for m in metas}]
        more = f"；如问的是其他地区（{'、'.join(dict.fromkeys(others))}），请补充地区" if others else ""
        return [remark(f"问题没有写明是哪个地区、哪一份规划，下面依据内容最相符的{titles}作答{more}。")]
    evidence = by_plan(found)
    for meta in metas:
        siblings = [knowledge.meta(p) for p in reading.scope.plan_ids
                    if p != meta.id and p not in plan_ids and knowledge.meta(p).region == meta.region and p in evidence]
        over = meta.status(knowledge.today) == "over" and reading.intent == "support" and not reading.years
        current = [m for p in reading.scope.plan_ids if over and p not in plan_ids and (m := knowledge.meta(p)).region == meta.region
                   and m.status(knowledge.today) == "in_force"]
        if current:
            names = "、".join(f"《{m.title}》" for m in current)
            return [remark(f"{meta.region}现行的{names}中没有找到与所问直接对应的措施；下面是已到期的《{meta.title}》写过的，现在不能作为依据。")]
        near = [m for m in siblings if evidence[m.id][0].coverage >= 0.6 * evidence[meta.id][0].coverage]
        if near and reading.intent != "comparison":
            names = "、".join(f"《{m.title}》（实施期{period(m)}{'，已到期' if m.status(knowledge.today) == 'over' else ''}）" for m in near)
            return [remark(f"{meta.region}有不止一份规划，下面依据《{meta.title}》；{names}也有相关内容，如问的是哪一份请说明。")]
    return []


