"""Three ways of answering beside one another: text for a terminal, JSON for machines, one HTML page for people."""

from __future__ import annotations

import html
from typing import Any

from eval.metrics import Rate, Score, rates
from eval.report import latencies
from eval.side_by_side import WAYS, Run

SHOWN = 40
"""So many failures of the unverified baseline are shown beside our answers."""


def rows(run: Run) -> list[tuple[str, dict[str, str]]]:
    """A label and, by way, the figure as text."""
    found = {way: rates(run.scores[way]) for way, _ in WAYS}
    table: list[tuple[str, dict[str, str]]] = [("有据率（核对程序认定）", {way: _rate(grounded(run, way)) for way, _ in WAYS})]
    for key, label in (("citation_recall", "条款引全率"), ("citation_precision", "引文相关率"), ("verbatim", "引文逐字一致"),
                       ("points", "要点齐全"), ("clean", "无禁用语"), ("sound", "完全可靠"), ("refusal", "应拒而拒"),
                       ("false_refusal", "误拒"), ("expiry", "到期提示"), ("mixing", "串地区")):
        table.append((label, {way: _rate(found[way][key]) for way, _ in WAYS}))
    for key, label in (("p50_ms", "用时 p50 ms"), ("p95_ms", "用时 p95 ms")):
        table.append((label, {way: "—" if way == "unverified" else f"{latencies(run.scores[way])[key]:.0f}" for way, _ in WAYS}))
    return table


def grounded(run: Run, way: str) -> Rate:
    """Claims that the verifier finds to follow from what they cite."""
    return Rate(sum(hits for hits, _ in run.grounded[way]), sum(total for _, total in run.grounded[way]))


def _rate(rate: Rate) -> str:
    return "—" if rate.value is None else f"{rate.value:.1%}（{rate.hits}/{rate.total}）"


def summary(run: Run) -> str:
    """What became of the model's drafts, in one line."""
    rejected = sum(row["verdict"] == "rejected" for row in run.claims)
    share = Rate(rejected, len(run.claims))
    return (f"模型 {run.model}：问了 {run.asked} 题，{run.worded} 题用上了它的句子，{run.faults} 题出错或超时；"
            f"草稿 {len(run.claims)} 句，未通过核对 {_rate(share)}；共 {run.tokens} 词元")


def as_text(run: Run, name: str) -> str:
    """Markdown."""
    total = len(run.scores["composed"])
    lines = [f"# 对照评测：{name}，{total} 题", "", f"- {summary(run)}", "", "| 指标 | " + " | ".join(label for _, label in WAYS) + " |",
             "|---|" + "---|" * len(WAYS)]
    lines += [f"| {label} | " + " | ".join(cells[way] for way, _ in WAYS) + " |" for label, cells in rows(run)]
    return "\n".join(lines)


def as_json(run: Run) -> dict[str, Any]:
    """Everything, each case with its three replies and what is wrong with them."""
    return {"model": run.model, "cases": len(run.scores["composed"]), "summary": summary(run), "table": rows(run), "claims": run.claims,
            "results": [{"id": one.case.id, "kind": one.case.kind, "question": one.case.question,
                         **{way: {"sound": run.scores[way][n].sound, "faults": list(run.scores[way][n].faults),
                                  "reply": run.scores[way][n].reply} for way, _ in WAYS}}
                        for n, one in enumerate(run.scores["composed"])]}


def as_html(run: Run, name: str) -> str:
    """One page without anything from outside: the table, the baseline's failures beside our answers, rejected claims."""
    head = "".join(f"<th>{label}</th>" for _, label in WAYS)
    body = "".join(f"<tr><td>{label}</td>" + "".join(f"<td>{cells[way]}</td>" for way, _ in WAYS) + "</tr>" for label, cells in rows(run))
    failed = [n for n, one in enumerate(run.scores["unverified"]) if not one.sound][:SHOWN]
    beside = "".join(_beside(run.scores["verified"][n], run.scores["unverified"][n]) for n in failed)
    rejected = "".join(f"<li>{html.escape(row['statement'])}<br><small>{html.escape(row['reason'])} · {html.escape(row['case'])}</small></li>"
                       for row in run.claims if row["verdict"] == "rejected")
    return _PAGE.format(title=html.escape(f"对照评测：{name}"), summary=html.escape(summary(run)), head=head, body=body, beside=beside, rejected=rejected)


def _beside(ours: Score, theirs: Score) -> str:
    cells = "".join(f"<td><pre>{html.escape(str(one.reply.get('text', '')))}</pre><ul>"
                    + "".join(f"<li>{html.escape(fault)}</li>" for fault in one.faults) + "</ul></td>" for one in (ours, theirs))
    return f"<tr><td>{html.escape(ours.case.question)}<br><small>{ours.case.id}</small></td>{cells}</tr>"


_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>
body{{font:15px/1.6 sans-serif;max-width:80em;margin:2em auto;padding:0 1em}}
table{{border-collapse:collapse;margin:1em 0}}td,th{{border:1px solid #ccc;padding:.2em .6em;text-align:left;vertical-align:top}}
pre{{white-space:pre-wrap;margin:0}}li{{color:#a11}}</style>
<h1>{title}</h1><p>{summary}</p><table><tr><th>指标</th>{head}</tr>{body}</table>
<h2>不核对时出的错，与核对后的回答</h2><table><tr><th>问题</th><th>核对后</th><th>不核对</th></tr>{beside}</table>
<h2>没有通过核对的句子</h2><ul>{rejected}</ul></html>
"""
