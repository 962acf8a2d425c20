"""One reply, as the JSON object of POST /api/ask, against one case; and many together, with Wilson intervals."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.cases import Case, Point, Quote, phrases
from eval.matching import Answer, covers, fold, forbidden, read_answer, says, touches

STATUSES = ("answered", "refused", "clarify")
_MARK = re.compile(r"\[(\d+(?:[,，、]\s*\d+)*)\]")


@dataclass(frozen=True, slots=True)
class Texts:
    """The truth that citations are checked against: a plan's normalised text, a clause's text; None if unknown."""

    plan: Callable[[str], str | None]
    clause: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Score:
    """What one reply got. Pairs are (right, of how many). `faults` says in Chinese what is wrong; none is sound."""

    case: Case
    reply: Mapping[str, Any]
    status_right: bool
    points_met: bool
    nothing_forbidden: bool
    recall: tuple[int, int]
    precision: tuple[int, int]
    verbatim: tuple[int, int]
    mixed: bool
    notice: bool | None
    latency_ms: float
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.faults

    @property
    def status(self) -> str:
        return str(self.reply.get("status", ""))


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `total` with its Wilson 95% interval. Of nothing, the rate is None."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.hits, self.total)


def wilson(hits: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson score interval (Wilson 1927) of a proportion; (0, 1) when nothing was counted."""
    if not total:
        return 0.0, 1.0
    share = hits / total
    centre = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank); 0.0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def score(case: Case, reply: Mapping[str, Any], latency_ms: float, texts: Texts) -> Score:
    """Score one reply by the rules of the sample: points, forbidden phrases, clauses, regions, expiry, status."""
    status = str(reply.get("status", ""))
    text = str(reply.get("text", ""))
    notices: Sequence[Mapping[str, Any]] = reply.get("notices") or ()
    answer = read_answer(text)
    citations: Sequence[Mapping[str, Any]] = reply.get("citations") or ()

    missing_points = unmet(case.points, answer)
    hits = forbidden(answer, case.must_not)
    missing_quotes = _uncovered(case, status, citations)
    required = _required(case, status)
    stray = [c for c in citations if not _relevant(c, (*case.quotes, *case.allowed), texts)]
    foreign = [c for c in citations if len(case.plans) == 1 and not is_of(c, case.plans[0])]
    broken = [fault for citation in citations if (fault := _not_verbatim(citation, texts))]
    notice = _notice(case, status, notices, answer)
    status_right = _status_right(case, status, answer)
    faults = [
        *([] if status_right else [f"状态应为 {case.expect}，实为 {status or '空'}"]),
        *(f"缺要点：{point.name}" for point in missing_points),
        *(f"出现禁用语：{phrase}" for phrase in hits),
        *(f"未引条款：〔{quote.plan}〕{quote.texts[-1]}" for quote in missing_quotes),
        *(f"串引其他规划：{c.get('clause_id')}" for c in foreign),
        *broken,
        *_loose_marks(text, reply.get("claims") or (), citations),
        *(["未提示实施期已结束"] if notice is False else []),
        *_false_expiry(case, notices),
    ]
    return Score(
        case=case,
        reply=reply,
        status_right=status_right,
        points_met=not missing_points,
        nothing_forbidden=not hits,
        recall=(len(required) - len(missing_quotes), len(required)),
        precision=(len(citations) - len(stray), len(citations)) if case.quotes or case.allowed else (0, 0),
        verbatim=(len(citations) - len(broken), len(citations)),
        mixed=bool(foreign),
        notice=notice,
        latency_ms=latency_ms,
        faults=tuple(faults),
    )


def unmet(points: Iterable[Point], answer: Answer) -> tuple[Point, ...]:
    """Points that the answer does not make; where there are groups, those of the group that is nearest complete."""
    groups: dict[str, list[Point]] = {}
    for point in points:
        groups.setdefault(point.group, []).append(point)
    missing = {name: tuple(p for p in members if not says(answer, p.any_of)) for name, members in groups.items()}
    named = [name for name in groups if name]
    nearest = min(named, key=lambda name: len(missing[name]) / len(groups[name]), default="")
    return missing.get("", ()) + (missing[nearest] if nearest else ())


def is_of(citation: Mapping[str, Any], plan: str) -> bool:
    """Whether a citation is of `plan`, given as a plan id or as the name of its source file."""
    return plan in (citation.get("plan_id"), str(citation.get("source_file", "")).rsplit("/", 1)[-1])


def _required(case: Case, status: str) -> tuple[Quote, ...]:
    # A refusal of a false premise and a question back have nothing to prove; an expected answer always has.
    if status != "answered" and case.expect != "answer":
        return ()
    return tuple(quote for quote in case.quotes if not quote.optional)


def _uncovered(case: Case, status: str, citations: Iterable[Mapping[str, Any]]) -> tuple[Quote, ...]:
    shown = list(citations)
    return tuple(
        quote
        for quote in _required(case, status)
        if not any(is_of(c, quote.plan) and covers(str(c.get("quote", "")), quote.texts) for c in shown)
    )


def _relevant(citation: Mapping[str, Any], quotes: Iterable[Quote], texts: Texts) -> bool:
    same_plan = [quote for quote in quotes if is_of(citation, quote.plan)]
    shown = str(citation.get("quote", ""))
    if any(touches(shown, quote.texts) for quote in same_plan):
        return True
    clause = texts.clause(str(citation.get("clause_id", "")))
    return clause is not None and any(covers(clause, quote.texts) for quote in same_plan)


def _not_verbatim(citation: Mapping[str, Any], texts: Texts) -> str:
    quote, start, end = citation.get("quote"), citation.get("start"), citation.get("end")
    text = texts.plan(str(citation.get("plan_id", "")))
    if text is None:
        return f"引文的规划不存在：{citation.get('plan_id')}"
    if not quote or not isinstance(start, int) or not isinstance(end, int) or text[start:end] != quote:
        return f"引文与原文不符：{citation.get('clause_id')} [{start}:{end}]"
    return ""


def _loose_marks(
    text: str, claims: Iterable[Mapping[str, Any]], citations: Iterable[Mapping[str, Any]]
) -> tuple[str, ...]:
    known = {citation.get("n") for citation in citations}
    marked = {int(n) for group in _MARK.findall(text) for n in re.split(r"[,，、]\s*", group)}
    claimed = {n for claim in claims for n in claim.get("citations", ())}
    return tuple(f"角标 [{n}] 没有对应引文" for n in sorted((marked | claimed) - known))


def _notice(case: Case, status: str, notices: Iterable[Mapping[str, Any]], answer: Answer) -> bool | None:
    # Only an answer can mislead about a period that is over; a refusal or a question back states nothing to rely on.
    if not case.expiry or status != "answered":
        return None
    return any(notice.get("kind") == "expired" for notice in notices) or says(answer, phrases()["over"])


def _false_expiry(case: Case, notices: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    if case.expiry or case.expect != "answer" or len(case.plans) != 1:
        return ()
    wrong = [notice for notice in notices if notice.get("kind") == "expired" and notice.get("plan_id") in case.plans]
    return ("规划仍在实施期内，却提示已结束",) if wrong else ()


def _status_right(case: Case, status: str, answer: Answer) -> bool:
    if case.expect == "answer":
        return status == "answered"
    if case.expect == "refuse":
        return status == "refused"
    if case.expect == "resist":
        return status in ("answered", "refused")
    return status == "clarify" or (status == "answered" and not unmet(case.points, answer))


def quote_occurs(quote: Quote, text: str) -> bool:
    """Whether the expectation stands verbatim (folded) in a text."""
    return any(fold(wanted) in fold(text) for wanted in quote.texts)


RATES: tuple[tuple[str, str], ...] = (
    ("sound", "完全可靠"),
    ("points", "要点齐全"),
    ("clean", "无禁用语"),
    ("status", "状态正确"),
    ("citation_recall", "条款引全率"),
    ("citation_precision", "引文相关率"),
    ("verbatim", "引文逐字一致"),
    ("refusal", "应拒而拒"),
    ("clarification", "应问而问或分列"),
    ("expiry", "到期提示"),
    ("false_refusal", "误拒"),
    ("needless_question", "多余追问"),
    ("mixing", "串地区"),
)


def rates(scores: Sequence[Score]) -> dict[str, Rate]:
    """Every rate of RATES over `scores`; citation rates count citations and clauses, the others count questions."""
    answerable = [s for s in scores if s.case.expect == "answer"]
    refusable = [s for s in scores if s.case.expect == "refuse"]
    unclear = [s for s in scores if s.case.expect == "clarify_or_list"]
    one_plan = [s for s in scores if len(s.case.plans) == 1]
    over = [s for s in scores if s.notice is not None]
    return {
        "sound": _share(s.sound for s in scores),
        "points": _share(s.points_met for s in scores),
        "clean": _share(s.nothing_forbidden for s in scores),
        "status": _share(s.status_right for s in scores),
        "citation_recall": _pool(s.recall for s in scores),
        "citation_precision": _pool(s.precision for s in scores),
        "verbatim": _pool(s.verbatim for s in scores),
        "refusal": _share(s.status_right for s in refusable),
        "clarification": _share(s.status_right for s in unclear),
        "expiry": _share(bool(s.notice) for s in over),
        "false_refusal": _share(s.status == "refused" for s in answerable),
        "needless_question": _share(s.status == "clarify" for s in answerable),
        "mixing": _share(s.mixed for s in one_plan),
    }


def _share(values: Iterable[bool]) -> Rate:
    counted = list(values)
    return Rate(sum(counted), len(counted))


def _pool(pairs: Iterable[tuple[int, int]]) -> Rate:
    counted = list(pairs)
    return Rate(sum(hits for hits, _ in counted), sum(total for _, total in counted))
