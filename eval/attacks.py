"""Altered claims against the verifier: true statements of the plans, each made false in one known way.

The plans themselves are the source: sentences of clauses, lists of units, targets, names of tasks. An attack keeps the
proofs of the statement it was made from (or takes another clause's), so that nothing but the words gives it away.
"""

from __future__ import annotations

import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.compose.indicator import sentence
from assistant.compose.pieces import clean, role_line, units_proof, whole
from assistant.knowledge import Knowledge, label_of
from assistant.model import DraftLine, Proof
from assistant.proof import checks, verify
from assistant.proof.checks import fold
from assistant.proof.ground import ground_of
from ingest.model import Clause
from ingest.sentences import split_sentences

CAUGHT = 0.98
"""Share of altered claims that must be rejected."""
LOST = 0.01
"""Share of true claims that may be rejected."""
A_KIND = 40
"""Altered claims of each kind."""
SEED = 20240426

Judge = Callable[[DraftLine, Sequence[str], Knowledge], str]


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim with its proofs. `kind` says how it was made; `origin` is the text it was made from."""

    kind: str
    text: str
    proofs: tuple[Proof, ...]
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many statements of a kind were judged, how many rejected, and those that were judged wrongly."""

    kind: str
    total: int
    rejected: int
    wrong: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Altered and true claims by kind, and the mean time of one judgement."""

    altered: tuple[Tally, ...]
    true: tuple[Tally, ...]
    mean_ms: float

    @property
    def caught(self) -> float:
        return sum(each.rejected for each in self.altered) / max(1, sum(each.total for each in self.altered))

    @property
    def lost(self) -> float:
        return sum(each.rejected for each in self.true) / max(1, sum(each.total for each in self.true))


def product(line: DraftLine, scope: Sequence[str], knowledge: Knowledge) -> str:
    """As the product judges what it composes itself."""
    return verify.objection(line, scope, knowledge)


def loose(line: DraftLine, _: Sequence[str], knowledge: Knowledge) -> str:
    """As a chat model's draft would be judged: in other words, but nothing else said."""
    return checks.objection(line.text, ground_of(line.proofs, knowledge), paraphrase=True)


def measure(knowledge: Knowledge, judge: Judge) -> Outcome:
    """Every true and every altered claim through `judge`."""
    true = true_claims(knowledge)
    began = time.perf_counter()
    outcome = [_tally(each, knowledge, judge, bad) for each, bad in ((altered_claims(true, knowledge), True), (true, False))]
    count = sum(each.total for side in outcome for each in side)
    return Outcome(outcome[0], outcome[1], (time.perf_counter() - began) * 1000 / max(1, count))


def _tally(statements: Sequence[Statement], knowledge: Knowledge, judge: Judge, bad: bool) -> tuple[Tally, ...]:
    groups: dict[str, list[tuple[Statement, str]]] = defaultdict(list)
    for each in statements:
        scope = tuple(dict.fromkeys(proof.clause_id.split("#")[0] for proof in each.proofs))
        groups[each.kind].append((each, judge(DraftLine("fact", each.text, each.proofs), scope, knowledge)))
    return tuple(Tally(kind, len(judged), sum(bool(reason) for _, reason in judged),
                       tuple((each.text, reason) for each, reason in judged if bool(reason) != bad))
                 for kind, judged in groups.items())


def true_claims(knowledge: Knowledge) -> tuple[Statement, ...]:
    """What the composers could say of every clause, in the forms they say it."""
    claims: list[Statement] = []
    for meta in knowledge.metas:
        for clause in knowledge.view(meta.id).clauses:
            claims += _of_clause(clause, knowledge)
    return tuple({(fold(each.text), each.proofs): each for each in claims}.values())


def _of_clause(clause: Clause, knowledge: Knowledge) -> Iterator[Statement]:
    owner = knowledge.owner(clause)
    known = knowledge.indicator(clause)
    if known:
        yield Statement("indicator", sentence(known, clause, knowledge), (whole(clause),))
    if clause.kind not in ("front", "row", "indicator"):
        for start, end in split_sentences(clause.text, clause.start):
            body = clean(clause.text[start - clause.start:end - clause.start])
            if len(body) >= 8:
                lead = f"{label_of(owner)}：" if owner is not clause else ""
                yield Statement("sentence", lead + body, (Proof(clause.id, start, end),))
    facts = knowledge.units(clause) if owner is clause and not known else ()
    if facts:
        cell = next((c for c in knowledge.cells(clause) if c.cell == "units"), clause)
        proof = units_proof(cell, knowledge)
        yield Statement("roles", f"{role_line(facts, knowledge)}。", (proof,))
        yield Statement("roles", f"{label_of(clause)}——{role_line(facts, knowledge)}。", (proof,))
        yield Statement("duty", label_of(clause), (whole(clause), proof))


def altered_claims(true: Sequence[Statement], knowledge: Knowledge) -> tuple[Statement, ...]:
    """Up to `A_KIND` claims of each kind, the same ones each time. None of them stands in its own proofs."""
    attacks: list[Statement] = []
    for kind, change in _CHANGES.items():
        rng = random.Random(f"{SEED}{kind}")
        order = list(true)
        rng.shuffle(order)
        made: dict[str, Statement] = {}
        for each in order:
            if len(made) >= A_KIND:
                break
            for altered in change(each, true, rng):
                if not _still_true(altered, knowledge):
                    made[fold(altered.text)] = altered
                    break
        attacks += made.values()
    return tuple(attacks)


def _still_true(altered: Statement, knowledge: Knowledge) -> bool:
    text = fold(altered.text).strip("“”。")
    if text == fold(altered.origin).strip("。") and altered.kind != "wrong clause":
        return True
    return any(text in fold(knowledge.text(p.clause_id.split("#")[0])[p.start:p.end]) for p in altered.proofs)


def _edit(kind: str, pattern: str, replacements: Callable[[re.Match[str], random.Random], Sequence[str]],
          only: tuple[str, ...] = ()) -> Callable[[Statement, Sequence[Statement], random.Random], Iterator[Statement]]:
    """An attack that rewrites one match of `pattern`."""
    compiled = re.compile(pattern)

    def change(each: Statement, _: Sequence[Statement], rng: random.Random) -> Iterator[Statement]:
        found = [] if only and each.kind not in only else list(compiled.finditer(each.text))
        rng.shuffle(found)
        for match in found:
            for new in replacements(match, rng):
                if new != match.group(0):
                    text = each.text[:match.start()] + new + each.text[match.end():]
                    yield Statement(kind, text, each.proofs, each.text)

    return change


def _other_number(match: re.Match[str], rng: random.Random) -> Sequence[str]:
    old = match.group(0)
    new = f"{float(old) * rng.choice((0.5, 1.1, 2, 3)):.2f}".rstrip("0").rstrip(".")
    return [new, str(int(float(old)) + rng.randint(1, 9))]


_MAGNITUDES = {"万": ("亿", "千", ""), "亿": ("万", "千", "")}
_MEASURES = ("件", "家", "个", "名", "项", "次", "%", "亿元", "人", "期")
_ROLES = {"牵头": "配合", "配合": "牵头", "责任单位": "配合单位", "配合单位": "责任单位", "执行部门": "配合单位", "责任处室": "配合单位",
          "牵头单位": "配合单位", "负责": "配合"}
_PLACES = ("成都", "深圳", "云南", "万州", "中山", "四川")
_TERMS = {"专利": ("商标", "版权"), "商标": ("专利",), "企业": ("高校", "个人"), "高校": ("企业",), "质押": ("许可",), "地理标志": ("植物新品种",),
          "行政": ("刑事",), "提高": ("降低",), "增加": ("减少",), "扩大": ("缩小",), "海外": ("国内",), "加强": ("削弱",), "培育": ("淘汰",)}
_BOUNDS = r"以上|以下|左右|以内|不少于|至少|力争|全部|部分|累计|年均|每年|超过|全面|各类|所有|优先"
_VERBS = r"支持|鼓励|建立|开展|实施|推动|建设|加强|完善|设立|培育|加大|落实|制定|引导|促进|打造|健全|提升"


def _wrong_clause(each: Statement, true: Sequence[Statement], rng: random.Random) -> Iterator[Statement]:
    own = {proof.clause_id for proof in each.proofs}
    plan = each.proofs[0].clause_id.split("#")[0]
    others = [o for o in true if o.kind == each.kind and o.proofs[0].clause_id.startswith(f"{plan}#")
              and not own & {proof.clause_id for proof in o.proofs} and fold(each.text) not in fold(o.text)]
    if others and not (each.kind == "roles" and "——" not in each.text):
        yield Statement("wrong clause", each.text, rng.choice(others).proofs, each.text)


def _near_quote(each: Statement, _: Sequence[Statement], rng: random.Random) -> Iterator[Statement]:
    body = each.text.rstrip("。")
    if each.kind != "sentence" or len(body) < 16 or "“" in body or "：" in body:
        return
    chars = list(body)
    for at in rng.sample(range(2, len(chars) - 2), rng.randint(1, 3)):
        if rng.random() < 0.5:
            chars[at], chars[at + 1] = chars[at + 1], chars[at]
        else:
            chars[at] = rng.choice("的了并与及各其等可能进行工作")
    yield Statement("near quote", f"“{''.join(chars)}”。", each.proofs, each.text)


def _merged(each: Statement, true: Sequence[Statement], rng: random.Random) -> Iterator[Statement]:
    if each.kind != "sentence":
        return
    other = rng.choice([o for o in true if o.kind == "sentence" and o.proofs[0].clause_id != each.proofs[0].clause_id])
    first, second = each.text.rstrip("。"), other.text.rstrip("。")
    if "“" in first + second or "：" in first + second or min(len(first), len(second)) < 16:
        return
    quote = first[:len(first) // 2] + second[len(second) // 2:]
    quoted = rng.random() < 0.5
    yield Statement("merged quotes", f"“{quote}”。" if quoted else f"{quote}。", (*each.proofs, *other.proofs))


def _moved_unit(each: Statement, _: Sequence[Statement], rng: random.Random) -> Iterator[Statement]:
    """A unit moved from the list of one role into that of another."""
    parts = each.text.rstrip("。").split("；")
    if each.kind != "roles" or len(parts) < 2 or "——" in each.text:
        return
    a, b = rng.sample(range(len(parts)), 2)
    name = rng.choice(parts[a].split("：", 1)[1].split("、"))
    word, others = parts[b].split("：", 1)
    if name not in others.split("、"):
        parts[b] = f"{word}：{others}、{name}"
        yield Statement("moved unit", "；".join(parts) + "。", each.proofs, each.text)


def _foreign_unit(each: Statement, true: Sequence[Statement], rng: random.Random) -> Iterator[Statement]:
    """A unit of another clause put into a list."""
    if each.kind == "roles":
        other = rng.choice([o for o in true if o.kind == "roles" and o.proofs != each.proofs])
        name = rng.choice(re.split("[、；]", other.text.rstrip("。"))).split("：")[-1]
        if fold(name) not in fold(each.text):
            yield Statement("wrong unit", f"{each.text.rstrip('。')}、{name}。", each.proofs, each.text)


def _negated(each: Statement, true: Sequence[Statement], rng: random.Random) -> Iterator[Statement]:
    yield from _edit("negation", _VERBS, lambda m, r: [r.choice(("不", "不得", "暂不", "禁止", "停止", "未")) + m.group(0)],
                     ("sentence",))(each, true, rng)


_CHANGES: Mapping[str, Callable[[Statement, Sequence[Statement], random.Random], Iterator[Statement]]] = {
    "number": _edit("number", r"(?<![\d.年第])\d+(?:\.\d+)?(?![\d.]|年|月|日)", _other_number, ("sentence", "indicator")),
    "magnitude": _edit("magnitude", r"(?<=\d)(?:万|亿)|(?<=\d)(?=家|件|个|元|名|人|项)",
                       lambda m, r: list(_MAGNITUDES.get(m.group(0), ("万", "百")))),
    "measure": _edit("measure", r"(?<=\d)(?:亿元|万元|元|万件|件|家|个|名|人|项|次|%|期)", lambda m, r: r.sample(_MEASURES, 3)),
    "year": _edit("year", r"20[0-3]\d(?=年|\D)", lambda m, r: [str(int(m.group(0)) + r.choice((-3, -2, -1, 1, 2, 3, 5)))]),
    "role": _edit("role", "|".join(sorted(_ROLES, key=len, reverse=True)), lambda m, r: [_ROLES[m.group(0)]], ("roles", "sentence", "indicator")),
    "moved unit": _moved_unit,
    "wrong unit": _foreign_unit,
    "city": _edit("city", r"珠海|重庆|贵州|黔江|我市|我省|我区|全省|全市|^", lambda m, r: [r.choice(_PLACES) + ("市" if m.group(0)[:1] in "我全" else "")],
                  ("sentence",)),
    "wrong clause": _wrong_clause,
    "negation": _negated,
    "near quote": _near_quote,
    "merged quotes": _merged,
    "scope dropped": _edit("scope dropped", _BOUNDS, lambda m, r: [""], ("sentence", "indicator")),
    "scope added": _edit("scope added", r"(?<=\d)(?:件|家|亿元|%|个|名|万元|人|次|项)(?!以上|以下|左右)|(?=企业|高校|机构|项目)",
                         lambda m, r: [m.group(0) + r.choice(("以上", "左右", "以下"))] if m.group(0) else [r.choice(("全部", "所有", "部分"))],
                         ("sentence", "indicator")),
    "term": _edit("term", "|".join(_TERMS), lambda m, r: [r.choice(_TERMS[m.group(0)])], ("sentence", "indicator", "duty")),
}


def as_table(outcome: Outcome) -> str:
    """The shares by kind, as people read them."""
    lines = ["改动类型            条数  拦下  比例"]
    lines += [f"{each.kind:<18}{each.total:>6}{each.rejected:>6}  {each.rejected / each.total:6.1%}" for each in outcome.altered]
    lines.append(f"合计拦下 {outcome.caught:.1%}（要求不低于 {CAUGHT:.0%}）")
    lines += ["", "真实陈述            条数  误拒  比例"]
    lines += [f"{each.kind:<18}{each.total:>6}{each.rejected:>6}  {each.rejected / each.total:6.1%}" for each in outcome.true]
    lines.append(f"合计误拒 {outcome.lost:.1%}（要求不高于 {LOST:.0%}）；平均每条 {outcome.mean_ms:.2f} 毫秒")
    return "\n".join(lines)


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The same with every claim that was judged wrongly."""
    def side(tallies: Sequence[Tally]) -> dict[str, Any]:
        return {each.kind: {"total": each.total, "rejected": each.rejected,
                            "wrong": [{"text": text, "reason": reason} for text, reason in each.wrong]} for each in tallies}

    return {"caught": round(outcome.caught, 4), "lost": round(outcome.lost, 4), "mean_ms": round(outcome.mean_ms, 3),
            "altered": side(outcome.altered), "true": side(outcome.true)}


def shortfalls(outcome: Outcome) -> tuple[str, ...]:
    """What fell short of the two limits."""
    faults = []
    if outcome.caught < CAUGHT:
        faults.append(f"改动的陈述只拦下 {outcome.caught:.1%}，要求不低于 {CAUGHT:.0%}")
    if outcome.lost > LOST:
        faults.append(f"真实陈述误拒 {outcome.lost:.1%}，要求不高于 {LOST:.0%}")
    return tuple(faults)
