"""Pairs of a statement and what it cites: the verifier of paraphrases against anybody's labels.

One JSON object a line: `statement`, `quote` (a text or a list of texts), `label`; any other field is kept or ignored.
Labels: 1, true, "supported", "支持", "是" … and 0, false, "unsupported", "refuted", "不支持", "否" … (`YES`, `NO`).
Optional: `about` (what is known of the plan: title, region), `half` (tune or held), `kind`, `written_by`.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.proof import entail
from assistant.proof.likeness import likeness

YES = frozenset({"1", "true", "yes", "supported", "support", "supports", "entailment", "entailed", "支持", "是", "正确", "有依据"})
NO = frozenset({"0", "false", "no", "unsupported", "not_supported", "not supported", "refuted", "refutes", "contradiction",
                "neutral", "not_enough_info", "不支持", "否", "错误", "无依据"})
EXAMPLES = 5


class PairError(Exception):
    """The file of pairs cannot be used; the message names the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement, its quotes and whether they support it."""

    statement: str
    quotes: tuple[str, ...]
    supported: bool
    about: tuple[str, ...] = ()
    kind: str = ""
    half: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with its likeness and the reason why the product would not show it ('' where it would)."""

    pair: Pair
    likeness: float
    reason: str

    @property
    def likely(self) -> bool:
        return self.likeness >= 0.5

    @property
    def shown(self) -> bool:
        return not self.reason


def load_pairs(path: Path) -> tuple[Pair, ...]:
    """Every line of the file; PairError names the first bad one by its number."""
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                pairs.append(_pair(json.loads(line)))
            except (ValueError, TypeError) as error:
                raise PairError(f"{path.name} 第{number}行：{_told(error)}") from error
    if not pairs:
        raise PairError(f"{path.name}：没有一对陈述；每行写一个含 statement、quote、label 的 JSON 对象")
    return tuple(pairs)


def _told(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"不是 JSON（第{error.colno}列）；每行写一个含 statement、quote、label 的 JSON 对象"
    return str(error)


def _pair(data: Any) -> Pair:
    if not isinstance(data, Mapping):
        raise TypeError("应为一个 JSON 对象，含 statement、quote、label")
    statement, quote = data.get("statement"), data.get("quote")
    if not isinstance(statement, str) or not statement.strip():
        raise ValueError("缺 statement；请填写陈述的文字")
    quotes = tuple(quote) if isinstance(quote, list) else (quote,)
    if not quotes or not all(isinstance(each, str) and each.strip() for each in quotes):
        raise ValueError("缺 quote；请填写所引的文字，或文字的列表")
    label = str(data.get("label")).strip().lower()
    if label not in YES | NO:
        raise ValueError(f"label “{data.get('label')}”不认识；请写 1（有依据）或 0（无依据）")
    about = data.get("about") or ()
    return Pair(statement, quotes, label in YES, tuple(map(str, about)) if isinstance(about, list) else (str(about),) if about else (),
                str(data.get("kind", "")), str(data.get("half", "")))


def judge(pairs: Sequence[Pair]) -> tuple[Judged, ...]:
    """Each pair through both: the likeness alone, and the product's own gate."""
    return tuple(Judged(pair, likeness(pair.statement, pair.quotes), entail.objection(pair.statement, pair.quotes, pair.about))
                 for pair in pairs)


def interval(right: int, total: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson)."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, right / total
    middle, spread = share + z * z / (2 * total), z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - spread) / (1 + z * z / total), (middle + spread) / (1 + z * z / total)


def counts(judged: Sequence[Judged], strict: bool) -> dict[str, int]:
    """The confusion of one way of judging: `kept`, `lost` of the supported; `caught`, `passed` of the unsupported."""
    found = {"kept": 0, "lost": 0, "caught": 0, "passed": 0}
    for each in judged:
        yes = each.shown if strict else each.likely
        found[("kept" if yes else "lost") if each.pair.supported else ("passed" if yes else "caught")] += 1
    return found


def summary(judged: Sequence[Judged], strict: bool) -> dict[str, Any]:
    """Accuracy with its interval, the confusion, and per label: precision, recall."""
    found = counts(judged, strict)
    right, total = found["kept"] + found["caught"], len(judged)
    low, high = interval(right, total)
    return {"pairs": total, "accuracy": round(right / max(1, total), 4), "interval": [round(low, 4), round(high, 4)], **found,
            "supported": {"precision": _rate(found["kept"], found["passed"]), "recall": _rate(found["kept"], found["lost"])},
            "unsupported": {"precision": _rate(found["caught"], found["lost"]), "recall": _rate(found["caught"], found["passed"])}}


def _rate(part: int, rest: int) -> float:
    return round(part / (part + rest), 4) if part + rest else 0.0


def as_json(judged: Sequence[Judged]) -> dict[str, Any]:
    """Both summaries and every pair's judgement."""
    return {"likeness": summary(judged, strict=False), "shown": summary(judged, strict=True),
            "pairs": [{"statement": each.pair.statement, "label": int(each.pair.supported), "likeness": round(each.likeness, 4),
                       "reason": each.reason} for each in judged]}


def as_text(judged: Sequence[Judged]) -> str:
    """What a reader wants to know first: how often right, which way it errs, and examples of both."""
    halves: dict[str, list[Judged]] = defaultdict(list)
    for each in judged:
        halves[each.pair.half].append(each)
    lines = []
    for half, part in sorted(halves.items()):
        lines += _side(f"像不像（学得的权重，≥ 0.5）{half}", summary(part, strict=False))
        lines += _side(f"给不给人看（产品的门槛）{half}", summary(part, strict=True))
    for strict, name in ((False, "像不像"), (True, "给不给人看")):
        wrong = [each for each in judged if (each.shown if strict else each.likely) != each.pair.supported]
        wrong.sort(key=lambda each: (each.pair.supported, -abs(each.likeness - 0.5)))
        for supported in (False, True):
            some = [each for each in wrong if each.pair.supported is supported][:EXAMPLES]
            lines += [f"\n## {name}：{'有依据而被拒' if supported else '无依据而放过'}"] if some else []
            lines += [f"- {each.pair.statement[:80]}（{each.likeness:.2f}{'；' + each.reason if each.reason else ''}）" for each in some]
    return "\n".join(lines)


def _side(name: str, found: Mapping[str, Any]) -> list[str]:
    low, high = found["interval"]
    return [f"\n## {name}", f"{found['pairs']} 对，判对 {found['accuracy']:.1%}（95% 区间 {low:.1%} 至 {high:.1%}）",
            "| 标注 | 判有依据 | 判无依据 | 精确率 | 召回率 |", "|---|---|---|---|---|",
            f"| 有依据 | {found['kept']} | {found['lost']} | {found['supported']['precision']:.1%} | {found['supported']['recall']:.1%} |",
            f"| 无依据 | {found['passed']} | {found['caught']} | {found['unsupported']['precision']:.1%} | "
            f"{found['unsupported']['recall']:.1%} |"]
