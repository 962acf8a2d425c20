"""Pieces that every kind of answer is made of: quotes, unit lists, notices of plans that are over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.knowledge import Knowledge, day_of, label_of, period
from assistant.model import DraftLine, Found, Notice, Proof
from assistant.topic import coverage, rank_sentences
from ingest.measures import names_in
from ingest.model import Clause, PlanMeta, UnitFact
from ingest.tokens import is_word
from ingest.units import has_unit_list

WHOLE = 150
"""A clause up to this many characters is quoted whole."""
NAMED = 2.5
"""A word of this weight names something that the answer has to speak of, where the clause does."""
KEEP = 0.5
"""A sentence is quoted when it scores at least this share of the clause's best."""
_CONDITION = re.compile(r"条件|标准|对象|符合|程序|流程|申报|不超过|最高|每(?:家|件|项|个)")
_COUNT = re.compile(r"\d+(?:\.\d+)?\s*(?:亿|万|元|件|家|个|项|人|名|期|次|%)")
_LISTS = re.compile(r"哪(?:些|几个?|几类|几种)([\u4e00-\u9fff]{2})")
_EACH = re.compile(r"每(?:一)?(?:家|件|项|个|人|户|次)[^，。；]{0,12}\d+(?:\.\d+)?\s*(?:亿|万)?元|(?:最高|不超过)[^，。；]{0,8}\d+(?:\.\d+)?\s*(?:亿|万)?元")
_MONEY = re.compile(r"\d+(?:\.\d+)?\s*(?:亿元|万元|元)")


def fact(text: str, *proofs: Proof, bullet: bool = False) -> DraftLine:
    """A statement with its proofs."""
    return DraftLine("fact", text, tuple(proofs), bullet)


def remark(text: str) -> DraftLine:
    """What the assistant says of itself or of what a plan lacks."""
    return DraftLine("remark", text)


def heading(text: str) -> DraftLine:
    """A heading for what follows."""
    return DraftLine("heading", text)


def whole(clause: Clause) -> Proof:
    """The clause as proof."""
    return Proof(clause.id, clause.start, clause.end)


def plan_heading(meta: PlanMeta) -> DraftLine:
    """The plan's name over what is said of it, with its region and period where the name does not say them."""
    years = [str(day.year) for day in (meta.period_start, meta.period_end) if day]
    more = [meta.region] if meta.region not in meta.title else []
    more += [period(meta)] if years and not all(year in meta.title for year in years) else []
    return heading(f"《{meta.title}》" + (f"（{'，'.join(more)}）" if more else ""))


def clean(text: str) -> str:
    """A quote as it reads on a page: no cell marks, no hard line breaks, no padding."""
    text = re.sub(r"\s*\|+", " ", text)
    text = re.sub(r"(?<=[\u4e00-\u9fff，。、；：）)])\s*\n+\s*", "", text)
    return re.sub(r"\s+", " ", text).strip(" -")


def body_sentences(clause: Clause, found: Found, extra: Sequence[str]) -> list[tuple[int, int, float]]:
    """Scored sentences of a clause without its unit list."""
    return [s for s in rank_sentences(clause, found.weights, extra)
            if not has_unit_list(clause.text[s[0] - clause.start:s[1] - clause.start])
            or len(clause.text[s[0] - clause.start:s[1] - clause.start].split("责任单位")[0]) > 12]


def quote(clause: Clause, found: Found, extra: Sequence[str], *, everything: bool = False,
          audiences: Sequence[str] = (), numbers: bool = False, explains: Sequence[str] = (), asked: str = "") -> DraftLine:
    """The sentences of a clause that bear on the question, in its own words; whole sentences only.

    `everything` keeps all of them; `audiences` also those that offer something to one of these; `numbers` also those
    that state a number near the topic; `asked` those that list what it asks for (围着哪些产业转). A sentence that says
    what one of `explains` is short for stands alone."""
    for start, end, _ in rank_sentences(clause, found.weights, extra):
        body = clause.text[start - clause.start:end - clause.start]
        if any(re.search(rf"简称[“\"]?{re.escape(term)}|{re.escape(term)}[”\"]?(?:是指|是.{{1,12}}的简称)", body) for term in explains):
            return fact(clean(body), Proof(clause.id, start, end))
    sentences = body_sentences(clause, found, extra)
    if not sentences:
        return fact(clean(clause.text), whole(clause))
    best = max(score for *_, score in sentences)
    size = sum(end - start for start, end, _ in sentences)
    keep = [s for s in sentences if everything or size <= WHOLE or s[2] >= KEEP * best or best == 0
            or (numbers and s[2] >= best / 4 and _COUNT.search(clause.text[s[0] - clause.start:s[1] - clause.start]))
            or set(audiences) & set(names_in(clause.text[s[0] - clause.start:s[1] - clause.start], "audiences"))]
    if listing := _LISTS.search(asked):
        bodies = {s: clause.text[s[0] - clause.start:s[1] - clause.start] for s in sentences}
        keep = [s for s in sentences if s in keep or (listing.group(1) in bodies[s] and bodies[s].count("、") > 1)]
    left = _left_out(clause, keep, found)
    keep = [s for s in sentences if s in keep or any(term in clause.text[s[0] - clause.start:s[1] - clause.start] for term in left)]
    if keep[0] is not sentences[0] and _is_title(clause, sentences[0]):
        keep.insert(0, sentences[0])
    if len(keep) == 1 and _is_title(clause, keep[0]) and keep[0][1] - keep[0][0] < len(clause.title) + 6:
        keep = sentences
    text, last = "", None
    for start, end, _ in keep:
        if last is not None and start - last > 1 and clause.text[last - clause.start:start - clause.start].strip():
            text += "……"
        text += clause.text[start - clause.start:end - clause.start]
        last = end
    return fact(_without_units(clean(text)), Proof(clause.id, keep[0][0], keep[-1][1]))


def _left_out(clause: Clause, kept: Sequence[tuple[int, int, float]], found: Found) -> list[str]:
    """The things a question names that the clause has, but not in the sentences kept (担保 beside 基金)."""
    said = "".join(clause.text[a - clause.start:b - clause.start] for a, b, _ in kept)
    return [term for term, weight in found.weights.items() if weight >= NAMED and is_word(term) and term not in said]


def segment(clause: Clause, found: Found) -> DraftLine | None:
    """Of a sentence that lists numbers one after another (新培养…30名；新培养…20名), the parts on the topic; None where the
    clause has no such sentence."""
    start, end, _ = max(body_sentences(clause, found, ()), key=lambda s: s[2], default=(0, 0, 0.0))
    body = clause.text[start - clause.start:end - clause.start]
    spans = [match.span() for match in re.finditer(r"[^；;]+[；;]?", body)]
    if sum(bool(_COUNT.search(body[a:b])) for a, b in spans) < 2 or len(spans) < 3:
        return None
    held = [coverage(found.weights, body[a:b]) for a, b in spans]
    kept = [span for span, share in zip(spans, held, strict=True) if share >= 0.75 * max(held)]
    if max(held) < 0.6 or len(kept) > 2:
        return None
    proofs = [Proof(clause.id, start + a, start + b) for a, b in kept]
    return fact(clean("".join(body[a:b] for a, b in kept)).rstrip("；;") + "。", *proofs)


def _is_title(clause: Clause, sentence: tuple[int, int, float]) -> bool:
    return bool(clause.title) and clause.title in clause.text[sentence[0] - clause.start:sentence[1] - clause.start]


def _without_units(text: str) -> str:
    return re.sub(r"[（(〔]\s*(?:责任单位|牵头单位)[:：].*$", "", text)


def role_line(facts: Sequence[UnitFact], knowledge: Knowledge) -> str:
    """`牵头：A；配合：B、C` in the text's own role words, as written there, the national side apart."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in facts:
        plan_id = each.clause_id.split("#")[0]
        groups.setdefault((each.word, each.side), []).append(knowledge.text(plan_id)[each.start:each.end])
    parts = []
    for (word, side), names in groups.items():
        name = "单位（原文此处残缺，未写明牵头或配合）" if word == "原文残缺" else word
        parts.append(f"{name}{'（国家层面）' if side == 'national' else ''}：{'、'.join(dict.fromkeys(names))}")
    return "；".join(parts)


def units_proof(clause: Clause, knowledge: Knowledge) -> Proof:
    """The list of units as proof. A flattened cell has no line of its own, so its proof is the lines it stands in."""
    if clause.cell != "units":
        return whole(clause)
    text = knowledge.text(clause.plan_id)
    start = text.rfind("\n", 0, clause.start) + 1
    end = text.find("\n", clause.end)
    return Proof(clause.id, start, end if end >= 0 else len(text))


def expiry(plan_ids: Iterable[str], knowledge: Knowledge) -> tuple[Notice, ...]:
    """A notice for each plan whose period is over, with the period and where it is stated."""
    notices = []
    for plan_id in dict.fromkeys(plan_ids):
        meta = knowledge.meta(plan_id)
        status = meta.status(knowledge.today)
        if status == "over" and meta.period_end:
            notices.append(Notice("expired", plan_id, (
                f"《{meta.title}》的实施期为{period(meta)}，已到期（已于{day_of(meta.period_end)}结束）；"
                "以下为历史规划内容，现行政策请以主管部门最新文件为准并核实。")))
        elif status == "unknown":
            notices.append(Notice("period_unknown", plan_id, f"《{meta.title}》未载明实施期，是否仍在执行请向发文机关核实。"))
    return tuple(notices)


def lacks(clauses: Sequence[Clause]) -> DraftLine | None:
    """What an enterprise would look for and these clauses do not state: amounts, conditions, how to apply."""
    text = "".join(clause.text for clause in clauses)
    missing = [name for name, pattern in (("具体金额标准", _MONEY), ("申报条件和办理流程", _CONDITION)) if not pattern.search(text)]
    if _EACH.search(text):
        return remark("金额和条件以上述原文为准；是否符合以主管部门的申报通知为准，本助手不作承诺。")
    if not missing:
        return remark("上述条款没有写明单个对象能得到的金额和逐项申报条件，是否符合以主管部门的申报通知为准，本助手不作承诺。")
    return remark(f"上述条款没有写明{'，也没有写明'.join(missing)}；能否享受以主管部门的通知为准，本助手不作承诺。")


def turn_to(clauses: Sequence[Clause], knowledge: Knowledge) -> str:
    """The units to ask about these clauses, as the plans name them; '' where they name none."""
    names: list[str] = []
    for clause in clauses:
        names += [each.unit for each in knowledge.units(clause) if each.role in ("lead", "execute") and each.side == "local"]
    return "、".join(list(dict.fromkeys(names))[:3])


__all__ = ["clean", "expiry", "fact", "heading", "label_of", "lacks", "period", "plan_heading", "quote", "remark", "role_line",
           "turn_to", "units_proof", "whole"]


def units_line(owner: Clause, knowledge: Knowledge, *, with_label: bool) -> DraftLine:
    """Who is responsible for a clause, in the roles of its text; `with_label`: after what the clause is called."""
    facts = knowledge.units(owner)
    cell = next((c for c in knowledge.cells(owner) if c.cell == "units"), owner)
    lead = f"{label_of(owner)}——" if with_label else ""
    named = Proof(cell.id, min(each.start for each in facts), max(each.end for each in facts))
    return DraftLine("fact", f"{lead}{role_line(facts, knowledge)}。", (units_proof(cell, knowledge), named))
