"""The result of a run: text for a terminal, JSON for machines, one self-contained HTML page for people; floors."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.metrics import RATES, Rate, Score, percentile, rates

LABELS = dict(RATES)
UPPER_IS_WORSE = ("false_refusal", "needless_question", "mixing")
_COLUMNS = ("sound", "points", "status", "citation_recall", "citation_precision")


class FloorError(Exception):
    """The floors file is wrong: says the key."""


def groups(scores: Sequence[Score]) -> dict[str, dict[str, list[Score]]]:
    """The scores by kind of question and by the plans that an answer may rest on."""
    by_kind: dict[str, list[Score]] = {}
    by_plan: dict[str, list[Score]] = {}
    for one in scores:
        by_kind.setdefault(one.case.kind, []).append(one)
        by_plan.setdefault(_plan_name(one), []).append(one)
    return {"kind": by_kind, "plan": dict(sorted(by_plan.items()))}


def _plan_name(one: Score) -> str:
    plans = one.case.plans
    return plans[0] if len(plans) == 1 else "几份规划" if plans else "不涉及规划"


def latencies(scores: Sequence[Score]) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    times = [one.latency_ms for one in scores]
    return {"p50_ms": round(percentile(times, 0.5), 1), "p95_ms": round(percentile(times, 0.95), 1)}


def as_text(scores: Sequence[Score], name: str) -> str:
    """Markdown: the overall rates, a table by kind and by plan, then every failure with its evidence."""
    times = latencies(scores)
    lines = [f"# 评测：{name}，{len(scores)} 题", ""]
    lines += [f"- {LABELS[key]}：{_rate(rate)}" for key, rate in rates(scores).items() if rate.total]
    lines += [f"- 用时：p50 {times['p50_ms']:.0f} ms，p95 {times['p95_ms']:.0f} ms", ""]
    for title, table in groups(scores).items():
        lines += _table("类型" if title == "kind" else "规划", table)
    failed = [one for one in scores if not one.sound]
    lines.append(f"## 未达标 {len(failed)} 题")
    lines += [line for one in failed for line in _failure(one)]
    return "\n".join(lines)


def _table(title: str, table: Mapping[str, Sequence[Score]]) -> list[str]:
    head = [title, "题数", *(LABELS[key] for key in _COLUMNS), "p95 ms"]
    rows = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name, members in table.items():
        found = rates(members)
        cells = [name, str(len(members)), *(_percent(found[key]) for key in _COLUMNS)]
        rows.append(f"| {' | '.join([*cells, format(latencies(members)['p95_ms'], '.0f')])} |")
    return [*rows, ""]


def _percent(rate: Rate) -> str:
    return "—" if rate.value is None else f"{rate.value:.1%}"


def _rate(rate: Rate) -> str:
    low, high = rate.interval
    return f"{_percent(rate)}（{rate.hits}/{rate.total}，95% 区间 {low:.1%}–{high:.1%}）"


def _failure(one: Score) -> list[str]:
    lines = ["", f"### {one.case.id} · {one.case.kind} · {one.status}", f"问：{one.case.question}"]
    lines += [f"  （前文 {turn.role}：{turn.content}）" for turn in one.case.history]
    lines += [f"- 原因：{fault}" for fault in one.faults]
    lines += ["答：", *(f"    {line}" for line in str(one.reply.get("text", "")).splitlines())]
    lines += [f"  [{c.get('n')}] {c.get('clause_id')}：{c.get('quote')}" for c in one.reply.get("citations") or ()]
    return lines


def as_json(scores: Sequence[Score], name: str) -> dict[str, Any]:
    """Everything: overall, by kind, by plan, and each case with its reply and faults."""
    return {
        "target": name,
        "cases": len(scores),
        "overall": _rates_json(scores),
        **{
            f"by_{title}": {key: _rates_json(members) for key, members in table.items()}
            for title, table in groups(scores).items()
        },
        "results": [_result_json(one) for one in scores],
    }


def _rates_json(scores: Sequence[Score]) -> dict[str, Any]:
    found = {
        key: {"hits": rate.hits, "total": rate.total, "rate": rate.value, "wilson95": rate.interval}
        for key, rate in rates(scores).items()
    }
    return {"cases": len(scores), **found, "latency": latencies(scores)}


def _result_json(one: Score) -> dict[str, Any]:
    return {
        "id": one.case.id,
        "kind": one.case.kind,
        "question": one.case.question,
        "expect": one.case.expect,
        "sound": one.sound,
        "faults": list(one.faults),
        "recall": list(one.recall),
        "precision": list(one.precision),
        "latency_ms": round(one.latency_ms, 1),
        "reply": one.reply,
    }


def as_html(scores: Sequence[Score], name: str) -> str:
    """One page without anything from outside: rates, tables, failures open, the rest folded."""
    overall = "".join(
        f"<tr><td>{LABELS[key]}</td><td>{_rate(rate)}</td></tr>" for key, rate in rates(scores).items() if rate.total
    )
    tables = "".join(
        _html_table("类型" if title == "kind" else "规划", table) for title, table in groups(scores).items()
    )
    ordered = sorted(scores, key=lambda one: one.sound)
    times = latencies(scores)
    return _PAGE.format(
        title=html.escape(f"评测：{name}，{len(scores)} 题"),
        times=f"p50 {times['p50_ms']:.0f} ms，p95 {times['p95_ms']:.0f} ms",
        overall=overall,
        tables=tables,
        results="".join(_html_result(one) for one in ordered),
    )


def _html_table(title: str, table: Mapping[str, Sequence[Score]]) -> str:
    head = "".join(f"<th>{cell}</th>" for cell in (title, "题数", *(LABELS[key] for key in _COLUMNS)))
    rows = []
    for name, members in table.items():
        found = rates(members)
        cells = (html.escape(name), str(len(members)), *(_percent(found[key]) for key in _COLUMNS))
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _html_result(one: Score) -> str:
    faults = "".join(f"<li>{html.escape(fault)}</li>" for fault in one.faults)
    quotes = "".join(
        f"<li>[{c.get('n')}] <code>{html.escape(str(c.get('clause_id')))}</code> "
        f"{html.escape(str(c.get('quote')))}</li>"
        for c in one.reply.get("citations") or ()
    )
    history = "".join(f"<p class=h>{turn.role}：{html.escape(turn.content)}</p>" for turn in one.case.history)
    mark = "✓" if one.sound else "✗"
    return (
        f"<details{'' if one.sound else ' open'}><summary class={'ok' if one.sound else 'bad'}>{mark} {one.case.id} · "
        f"{one.case.kind} · {html.escape(one.status)} · {html.escape(one.case.question)}</summary>{history}"
        f"<ul class=bad>{faults}</ul><pre>{html.escape(str(one.reply.get('text', '')))}</pre>"
        f"<ul>{quotes}</ul></details>"
    )


_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>
body{{font:15px/1.6 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}}
table{{border-collapse:collapse;margin:1em 0}}td,th{{border:1px solid #ccc;padding:.2em .6em;text-align:left}}
pre{{white-space:pre-wrap;background:#f6f6f6;padding:.6em}}
.bad{{color:#a11}}.ok{{color:#174}}.h{{color:#666;margin:.2em 0}}summary{{cursor:pointer}}</style>
<h1>{title}</h1><p>用时：{times}</p><table>{overall}</table>{tables}<h2>逐题</h2>{results}</html>
"""


def shortfalls(scores: Sequence[Score], floors: Path) -> tuple[str, ...]:
    """What falls short of the floors file: `[at_least]` and `[at_most]` by rate, `[kinds.NAME]` at least, `p95_ms`."""
    try:
        wanted = tomllib.loads(floors.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise FloorError(f"读不了门槛文件 {floors}：{error}") from error
    by_kind = groups(scores)["kind"]
    faults = [*_below(rates(scores), wanted.get("at_least", {}), "总体")]
    for kind, least in wanted.get("kinds", {}).items():
        faults += _below(rates(by_kind.get(kind, [])), least, kind)
    for key, most in wanted.get("at_most", {}).items():
        value = latencies(scores)["p95_ms"] if key == "p95_ms" else _value(rates(scores), key)
        if value is not None and value > most:
            faults.append(f"总体 {LABELS.get(key, key)} {value:g} 高于上限 {most}")
    return tuple(faults)


def _below(found: Mapping[str, Rate], least: Mapping[str, float], where: str) -> Iterable[str]:
    for key, floor in least.items():
        value = _value(found, key)
        if value is not None and value < floor:
            yield f"{where} {LABELS[key]} {value:.3f} 低于门槛 {floor}"


def _value(found: Mapping[str, Rate], key: str) -> float | None:
    if key not in found:
        raise FloorError(f"门槛文件里的 {key} 不是指标，可用：{'、'.join([*found, 'p95_ms'])}")
    return found[key].value
