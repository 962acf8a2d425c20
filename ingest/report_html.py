"""The honesty report as one self-contained page: no script, no request to anywhere, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from ingest.model import Finding
from ingest.report import CERTAINTIES, GRADES, REPAIR_KINDS, SECTIONS, Report, plain

_STYLE = """
:root{color-scheme:light dark;--line:#8886;--soft:#8881}
body{font:16px/1.7 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.25rem;margin-top:3rem;border-top:2px solid var(--line);padding-top:1rem}
h3{font-size:1.05rem;margin:1.6rem 0 .4rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{border:1px solid var(--line);padding:.25rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:var(--soft)}td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.small{font-size:.85rem;opacity:.8;overflow-wrap:anywhere}
.grade{display:inline-block;padding:0 .5em;border-radius:.3em;border:1px solid var(--line);white-space:nowrap}
.error{background:#c0392b;color:#fff}.warning{background:#f5c84c;color:#222}.info{background:var(--soft)}
"""


def as_html(reports: Sequence[Report], day: date) -> str:
    """A whole page in Chinese with one part for each plan."""
    links = "".join(f'<li><a href="#{_id(report)}">{escape(report.title)}</a>{_verdict(report)}</li>' for report in reports)
    parts = "".join(_part(report) for report in reports)
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>规划读取报告</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>规划读取报告</h1><p>生成日期 {day.isoformat()}。每份规划的每个字去了哪里，改了什么，什么是推定的，"
        f"什么拿不准，原文哪里前后不一致。</p><ul>{links}</ul>{parts}</main></body></html>\n"
    )


def _part(report: Report) -> str:
    found = [(title, report.of(*kinds)) for title, kinds in SECTIONS] + [("其他", report.others())]
    absent = [title for title, findings in found if not findings] + ([] if report.odd_units else ["要留意的单位名称"])
    return "".join((
        f'<section id="{_id(report)}"><h2>{escape(report.title)}</h2>',
        f'<p class="small">{escape(report.plan_id)}　{escape(report.file)}　sha256 {escape(report.sha256)}</p>',
        _shares(report), _repairs(report), _facts(report),
        *(_findings(title, findings) for title, findings in found if findings), _units(report),
        *(f"<p>{escape(line)}</p>" for line in report.reading),
        f"<p>没有发现：{escape('、'.join(absent))}。</p>" if absent else "", "</section>",
    ))  # fmt: skip


def _shares(report: Report) -> str:
    rows: list[Sequence[str]] = [(share.label, str(share.characters), f"{share.percent:.2f}%") for share in report.shares]
    total = sum(share.percent for share in report.shares)
    rows.append(("合计", str(report.characters), f"{total:.2f}%"))
    return _headed("字数归属") + _table(("去处", "字数", "占比"), rows, numeric=(1, 2))


def _repairs(report: Report) -> str:
    counted = [
        (REPAIR_KINDS[c.kind], CERTAINTIES[c.certainty], str(c.count),
         "" if c.kind == "mojibake" else "、".join(f"{plain(before)}→{plain(after)}" for before, after in c.samples))
        for c in report.repair_counts
    ]  # fmt: skip
    if not counted:
        return _headed("修复") + "<p>无。正文与原文件逐字相同。</p>"
    page = _headed("修复") + _table(("种类", "把握", "处数", "例"), counted, numeric=(2,))
    if report.mojibake:
        rows = [(f"{r.raw_start}–{r.raw_end}", plain(r.before), plain(r.after), CERTAINTIES[r.certainty])
                for r in report.mojibake]
        page += _headed("乱码修复逐处") + _table(("原文件位置", "修复前", "修复后", "把握"), rows, numeric=(0,))
    return page


def _facts(report: Report) -> str:
    rows = [(c.label, str(c.certain), str(c.inferred), str(c.uncertain)) for c in report.facts]
    return _headed("读出的事实") + _table(("种类", *CERTAINTIES.values()), rows, numeric=(1, 2, 3))


def _units(report: Report) -> str:
    rows = [(unit.name, unit.reason, "、".join(unit.clause_ids)) for unit in report.odd_units]
    return _headed("要留意的单位名称") + _table(("名称", "原因", "条款"), rows) if rows else ""


def _findings(title: str, findings: Sequence[Finding]) -> str:
    items = "".join(
        f'<li><span class="grade {escape(f.grade)}">{GRADES[f.grade]}</span> {escape(f.message)}</li>' for f in findings
    )
    return f"{_headed(f'{title}（{len(findings)} 处）')}<ul>{items}</ul>"


def _headed(title: str) -> str:
    return f"<h3>{escape(title)}</h3>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    def line(tag: str, cells: Sequence[str]) -> str:
        return "<tr>" + "".join(
            f"<{tag}{' class=n' if n in numeric else ''}>{escape(cell)}</{tag}>" for n, cell in enumerate(cells)
        ) + "</tr>"

    body = "".join(line("td", row) for row in rows)
    return f'<div class="scroll"><table><thead>{line("th", head)}</thead><tbody>{body}</tbody></table></div>'


def _verdict(report: Report) -> str:
    errors, warned = len(report.errors), sum(finding.grade == "warning" for finding in report.findings)
    if errors:
        return f' <span class="grade error">错误 {errors}</span>'
    return f' <span class="grade warning">注意 {warned}</span>' if warned else ""


def _id(report: Report) -> str:
    return escape(report.plan_id, quote=True)
