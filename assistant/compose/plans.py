"""Questions about a plan itself: is it in force, when and by whom was it issued, its number; and which plan is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.compose.pieces import clean, expiry, remark
from assistant.knowledge import Knowledge, period
from assistant.model import Draft, DraftLine, Proof
from assistant.reading.question import Reading
from ingest.model import PlanMeta
from ingest.sentences import split_sentences
from ingest.tokens import tokens

_ALL = re.compile(r"[这那]几[份个]|几[份个](规划|方案|计划|文件)|哪(几|些|一)?份|哪些(?=[^，,。？?]{0,6}(有效|到期|过期))|哪些(规划|方案|计划|文件)|"
                  r"[二三四五六七八九十\d]份|所有|全部|各个?(规划|方案|计划)")
_OVER = re.compile(r"(哪|几)[^，,。？?]{0,8}(过期|到期|失效|结束|作废)")
_IN_FORCE = re.compile(
    r"(还|仍|现在|目前|现行)[^，,。？?]{0,8}(有效|实施期[里内中]|执行|管用|算数)[^，,。？?]{0,4}(哪|几)|"
    r"哪[^，,。？?]{0,8}(还|仍)[^，,。？?]{0,4}(有效|实施|执行|管用)|现行[^，,。？?]{0,4}(有|是)?哪")
_COMMENCES = re.compile(r"自[^。；]{4,16}起(施行|实施|生效|执行)")
_EXTREME = re.compile(r"最(新|近|晚|早)[^，,。？?]{0,6}(?:哪|什么)|(?:哪|什么)[^，,。？?]{0,4}最(新|近|晚|早)")
_SUCCESSOR = re.compile(r"(?<!最)新的|新版|新规划|新方案|替代|取代|废止|接续|后续")
GENERIC = frozenset(("知识产权", "知识", "产权", "专利", "方案", "规划", "计划", "实施", "工作", "发展", "推进"))
"""Words of titles that plans have in common, or that questions use for any of them."""
_STATUS = {"over": "已到期（实施期已结束）", "in_force": "仍在实施期内", "not_started": "尚未到实施期", "unknown": "未载明实施期，无法确认是否仍在执行"}


MOST = 12
"""Most plans that one answer lists."""


def validity(reading: Reading, knowledge: Knowledge) -> Draft:
    """Status, period and where it is stated; date, issuer and number as far as the text gives them."""
    if not reading.scope.named and not _ALL.search(reading.asked):
        return clarify_plan(reading, knowledge)
    lines: list[DraftLine] = []
    plan_ids = _called(reading, knowledge)
    if not reading.scope.named:
        plan_ids = tuple(meta.id for meta in knowledge.metas)       # retrieval looks into a few of many
        if kept := _of_state(reading, plan_ids, knowledge):
            lines.append(remark(f"收录的{len(plan_ids)}份规划中有{len(kept)}份："))
            plan_ids = kept
        if extreme := _EXTREME.search(reading.asked):
            plan_ids = _first_or_last(plan_ids, "早" in extreme.group(0), knowledge)
        if len(plan_ids) > MOST:
            lines.append(remark(f"共{len(plan_ids)}份，下面先列{MOST}份；请补充地区，或在“原文”页查看全部。"))
            plan_ids = plan_ids[:MOST]
    for plan_id in plan_ids:
        meta = knowledge.meta(plan_id)
        lines += _of_plan(reading, meta, knowledge)
        outside = [year for year in reading.years if meta.period_start and meta.period_end and str(year) not in meta.title
                   and not meta.period_start.year <= year <= meta.period_end.year]
        if outside:
            lines += _mentions(outside, meta, knowledge)
            lines.append(remark(f"{'、'.join(f'{year}年' for year in outside)}不在该规划的实施期（{period(meta)}）内，文本中没有写明延长或另行规定。"))
        if _SUCCESSOR.search(reading.asked):
            lines.append(_successor(meta, plan_ids, knowledge))
    return Draft("answered", tuple(lines), expiry(plan_ids, knowledge))


def _successor(meta: PlanMeta, told: Sequence[str], knowledge: Knowledge) -> DraftLine:
    """Which later plans of the same region there are, for a question whether a plan was replaced."""
    later = [other for other in knowledge.metas if other.region == meta.region and other.id not in told and meta.period_end
             and other.period_start and other.period_start > meta.period_end]
    if later:
        return remark(f"收录的{meta.region}更晚的规划：{'、'.join(f'《{other.title}》' for other in later)}。")
    return remark(f"收录的规划中没有{meta.region}更晚的规划；是否已有新的规划，请向主管部门核实。")


def _first_or_last(plan_ids: tuple[str, ...], first: bool, knowledge: Knowledge) -> tuple[str, ...]:
    """The plan that was issued, else begins, first or last."""
    days = {p: meta.issued or meta.period_start for p in plan_ids if (meta := knowledge.meta(p))}
    dated = sorted((day, p) for p, day in days.items() if day)
    return (dated[0 if first else -1][1],) if dated else plan_ids


def _of_state(reading: Reading, plan_ids: tuple[str, ...], knowledge: Knowledge) -> tuple[str, ...]:
    """Of all plans those that are over, or in force, where only those are asked for (哪几份已经过期了)."""
    wanted = "over" if _OVER.search(reading.asked) else "in_force" if _IN_FORCE.search(reading.asked) else ""
    return tuple(p for p in plan_ids if knowledge.meta(p).status(knowledge.today) == wanted)


def _called(reading: Reading, knowledge: Knowledge) -> tuple[str, ...]:
    """Of several plans of one region, the one of which the question says a word that stands in no other's title (共建强市)."""
    titles = {plan_id: knowledge.meta(plan_id).title for plan_id in reading.scope.plan_ids}
    if len(reading.scope.regions) != 1 or reading.years or _ALL.search(reading.asked):
        return reading.scope.plan_ids
    own = {p: {word for word in tokens(title) if len(word) > 1 and not any(word in other for q, other in titles.items() if q != p)}
           for p, title in titles.items()}
    spoken = f"{reading.text} {reading.answered}"
    called = tuple(p for p, words in own.items() if any(word in spoken and word not in GENERIC for word in words))
    return called if len(called) == 1 else reading.scope.plan_ids


def _mentions(years: list[int], meta: PlanMeta, knowledge: Knowledge) -> list[DraftLine]:
    """Where the text does speak of a year outside its period: 展望2035年."""
    for clause in knowledge.view(meta.id).clauses:
        for start, end in split_sentences(clause.text, clause.start) if clause.kind != "front" else ():
            body = clause.text[start - clause.start:end - clause.start]
            if any(f"{year}年" in body for year in years):
                return [DraftLine("fact", clean(body), (Proof(clause.id, start, end),))]
    return []


def _of_plan(reading: Reading, meta: PlanMeta, knowledge: Knowledge) -> list[DraftLine]:
    asked = reading.asked
    lines: list[DraftLine] = []
    day = knowledge.today
    proof = _find(meta, knowledge, meta.period_quote)
    status = meta.status(day)
    state = f"《{meta.title}》的实施期为{period(meta)}，截至{day.year}年{day.month}月{day.day}日{_STATUS[status]}。{meta.period_basis}"
    if status == "unknown":
        state = f"《{meta.title}》没有写明实施期，无法确认是否仍在执行。"
    issued = re.search(r"文号|字号|编号|落(?:的)?款|印的|(发布|印发|出台|下发|成文|发文|公布)", asked)
    if not issued or re.search(r"到期|过期|有效|失效|实施期|还在|管用|期限|截止|现行|算数|作数|为止|依据|执行|管到|照着?办|还能|几年|多长时间|多久", asked):
        lines.append(DraftLine("fact", state, proof) if proof else remark(state))
    if re.search(r"发布|印发|出台|下发|成文|发文|公布|哪天印|印的|发的|(?<!到期)日期|落的?款|编号|谁|文号|字号|机关", asked) or not lines:
        lines += _issue(meta, knowledge, asked)
    if not meta.period_end:
        lines = [*_commencement(meta, knowledge), *lines]
    if not any(line.kind == "fact" for line in lines):
        lines.append(DraftLine("fact", state, proof) if proof else remark(state))
    return lines


def _commencement(meta: PlanMeta, knowledge: Knowledge) -> list[DraftLine]:
    """From when a text without a period holds: 本条例自2007年9月15日起施行。"""
    for clause in reversed(knowledge.view(meta.id).clauses):
        for start, end in split_sentences(clause.text, clause.start):
            if _COMMENCES.search(body := clause.text[start - clause.start:end - clause.start]):
                return [DraftLine("fact", clean(body), (Proof(clause.id, start, end),))]
    return []


def _issue(meta: PlanMeta, knowledge: Knowledge, asked: str) -> list[DraftLine]:
    lines: list[DraftLine] = []
    dated = bool(re.search(r"发布|印发|印的|出台|下发|日期|时间|落的?款|(?<![第])几号(?!文)|什么时候|何时|哪天|哪年", asked))
    if meta.issued and (dated or not re.search(r"文号|字号|编号", asked)):
        day = f"{meta.issued.year}年{meta.issued.month}月{meta.issued.day}日"
        proof = _find(meta, knowledge, day)
        if proof:
            lines.append(DraftLine("fact", f"印发日期：{day}。", proof))
    elif dated:
        lines.append(remark(f"《{meta.title}》的文本没有写明印发日期。"))
    if re.search(r"文号|字号|编号|几号文|第几号", asked):
        proof = _find(meta, knowledge, meta.document_number) if meta.document_number else ()
        lines.append(DraftLine("fact", f"文号：{meta.document_number}。", proof) if proof
                     else remark(f"《{meta.title}》的文本没有写明文号。"))
    if re.search(r"谁|落的?款|哪[个家两几]|机关|单位|部门|联合|[局府委厅](?:20\d\d ?年)?(?:自己|单独|独自)?(?:发|印|出台|制定)", asked):
        proof = next((p for part in meta.issuer.split() if (p := _find(meta, knowledge, part))), ())
        lines.append(DraftLine("fact", f"印发机关：{meta.issuer}。", proof) if proof
                     else remark(f"《{meta.title}》的文本没有写明印发机关全称。"))
    return lines


def _find(meta: PlanMeta, knowledge: Knowledge, quote: str) -> tuple[Proof, ...]:
    """The clause that holds `quote`: the front matter first, and the title as a whole."""
    if not quote:
        return ()
    for clause in sorted(knowledge.view(meta.id).clauses, key=lambda c: (c.title != "标题", c.kind != "front", c.order)):
        if quote in clause.text:
            start = clause.start + clause.text.index(quote)
            sentence = next((span for span in split_sentences(clause.text, clause.start) if span[0] <= start and start + len(quote) <= span[1]),
                            (start, start + len(quote)))
            return (Proof(clause.id, clause.start, clause.end) if clause.kind == "front" else Proof(clause.id, *sentence),)
    section = next((s for s in knowledge.view(meta.id).sections.values()
                    if quote in knowledge.text(meta.id)[s.start:s.end]), None)
    return (Proof(section.id, section.start, section.end),) if section else ()


def introduction(reading: Reading, knowledge: Knowledge) -> Draft:
    """What the assistant is for, for somebody who greets it or asks what it can do."""
    asked = clarify_plan(reading, knowledge)
    lines = (remark("本助手只依据收录的规划原文回答，每句话附条款：某项工作由谁负责、某个单位有哪些任务、有什么支持、目标是多少、"
                    "什么时候完成、名词的含义、是否到期，以及几份规划的异同。回答由程序写成，不是法律意见；现行政策以主管部门的最新文件为准。"),
             remark(asked.lines[0].text.rpartition("。")[2]), *asked.lines[1:])
    titles = [meta for meta in knowledge.metas if meta.id in reading.scope.plan_ids][:3]
    return Draft("clarify", lines, (), tuple(f"{meta.region}的规划主要讲了什么？" for meta in titles))


def clarify_plan(reading: Reading, knowledge: Knowledge) -> Draft:
    """Which plan is meant? Each with its period and status, so that the reader may have the answer already."""
    shown, all_of_them = len(reading.scope.plan_ids), len(knowledge.metas)
    many = f"{all_of_them}份，与问题较近的有" if not reading.scope.named and shown < all_of_them else ""
    lines = [remark(f"您问的是哪个地区、哪一份规划？请补充地区或规划名称。已收录{many}：")]
    for meta in knowledge.metas:
        if meta.id in reading.scope.plan_ids:
            lines.append(DraftLine("remark", f"{meta.region}：《{meta.title}》，实施期{period(meta)}，{_STATUS[meta.status(knowledge.today)]}。",
                                   bullet=True))
    return Draft("clarify", tuple(lines), (), tuple(f"{meta.region}：{reading.asked}" for meta in knowledge.metas
                                                    if meta.id in reading.scope.plan_ids))
