"""python -m ingest build | add FILE… | remove PLAN | show PLAN|FILE | report [PLAN|FILE] | check | list

Exit status: 0 done, 1 bad input or a check that failed (one line each on stderr), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from ingest.audit import audit
from ingest.catalogue import Catalogue
from ingest.description import AddOptions
from ingest.errors import IndexMissing, IngestError, SourceError
from ingest.generations import CATALOGUE, current
from ingest.pipeline import BuildReport, add, build, remove
from ingest.report import as_json as report_json
from ingest.report import as_text as report_text
from ingest.report_html import as_html
from ingest.reporting import gather, left_out
from ingest.settings import IngestSettings
from ingest.show import as_json, as_text, read_plan

_STAGES = {"read": "读取规划", "embed": "计算向量", "store": "写入索引"}
_STATUS = {"in_force": "实施期内", "over": "已过期", "not_started": "未开始", "unknown": "期限不明"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.command == "add" and len(options.files) > 1 and (options.id or options.title):
        parser.error("--id 和 --title 一次只能用于一份文件")
    try:
        settings = IngestSettings()
        return int(options.run(settings, options))
    except IngestError as error:
        print(error, file=sys.stderr)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"IPPLAN_{'_'.join(map(str, first['loc'])).upper()}"
        print(f"环境变量 {name} 有误：{first['msg']}；请改正", file=sys.stderr)
    except KeyboardInterrupt:
        print("已中断；原有索引未受影响", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `show … | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 1


def _build(settings: IngestSettings, options: argparse.Namespace) -> int:
    return _summary(build(settings, full=options.full, progress=_bar))


def _add(settings: IngestSettings, options: argparse.Namespace) -> int:
    given = AddOptions(
        options.id, options.title, options.region, options.issuer, options.period_start, options.period_end
    )
    status = _summary(add(settings, [Path(file) for file in options.files], given, progress=_bar))
    for file in (Path(name) for name in options.files):
        with suppress(SourceError):  # it was refused, and that was said above
            print(*(f"{file}：{line}\n" for line in left_out(file)), sep="", end="")
    return status


def _remove(settings: IngestSettings, options: argparse.Namespace) -> int:
    return _summary(remove(settings, options.plan, progress=_bar))


def _show(settings: IngestSettings, options: argparse.Namespace) -> int:
    plan = read_plan(settings, options.plan)
    print(as_json(plan) if options.json else as_text(plan))
    return 0


def _report(settings: IngestSettings, options: argparse.Namespace) -> int:
    reports = gather(settings, options.plan)
    if options.html:
        page = Path(options.html)
        try:
            page.write_text(as_html(reports, settings.day()), encoding="utf-8")
        except OSError as error:
            raise IngestError(f"{page}：写不进去（{error.strerror}）；请检查文件夹和写权限") from error
        print(f"已写入 {page}：{len(reports)} 份规划", file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(report_json(reports))
    elif not options.html:
        print("\n\n".join(report_text(report) for report in reports))
    return 0


def _list(settings: IngestSettings, options: argparse.Namespace) -> int:
    generation = current(settings.index)
    if generation is None:
        raise IndexMissing(f"{settings.index}：还没有建立索引；请先运行 python -m ingest build")
    for meta in Catalogue.open(generation / CATALOGUE).metas():
        period = f"{meta.period_start or '？'} 至 {meta.period_end or '？'}"
        print(f"{meta.id}\t{meta.region}\t{meta.title}\t{period}\t{_STATUS[meta.status(settings.day())]}")
    return 0


def _check(settings: IngestSettings, options: argparse.Namespace) -> int:
    result = audit(settings)
    for plan in result.plans:
        went = "，".join(f"{name} {count}" for name, count in plan.destinations.most_common() if count)
        print(f"{plan.id}：{plan.characters} 字，归属 {plan.accounted:.2%}（{went}）")
        for problem in plan.problems:
            print(f"{plan.id}：{problem}", file=sys.stderr)
    for problem in result.problems:
        print(problem, file=sys.stderr)
    print("检查通过" if result.sound else "检查未通过")
    return 0 if result.sound else 1


def _summary(report: BuildReport) -> int:
    for plan in report.plans:
        print(
            f"{plan.id}：章节 {plan.sections}，条款 {plan.clauses}，单位 {plan.units}，指标 {plan.indicators}，"
            f"向量新算 {plan.embedded}、沿用 {plan.reused}，{plan.milliseconds:.0f} 毫秒"
        )
    what = "索引已更新" if report.changed else "没有变化，索引未动"
    print(f"{what}：{len(report.plans)} 份规划，{report.generation}，{report.encoder}，{report.milliseconds:.0f} 毫秒")
    for line in report.refused:
        print(line, file=sys.stderr)
    return 1 if report.refused else 0


def _bar(stage: str, done: int, total: int) -> None:
    """One line on a terminal, rewritten in place; nothing where stderr goes to a file."""
    if not sys.stderr.isatty():
        return
    filled = 24 * done // max(1, total)
    end = "\r\033[K" if stage == "store" and done >= total else ""
    bar = f"{'█' * filled}{'░' * (24 - filled)}"
    print(f"\r\033[K{_STAGES[stage]} [{bar}] {done}/{total}{end}", end="", file=sys.stderr, flush=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期；请写成 2021-01-01") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description="把规划文件读成条款、事实和向量索引")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")

    command = commands.add_parser("build", help="建立或更新索引")
    command.add_argument("--full", action="store_true", help="不沿用任何已存的结果，全部重建")
    command.set_defaults(run=_build)

    command = commands.add_parser("add", help="添加规划文件（.txt、.md、.html、.docx、.pdf），或恢复移除过的内置规划")
    command.add_argument("files", nargs="+", metavar="FILE", help="文件；或移除过的内置规划的编号")
    command.add_argument("--id", help="编号，如 shenzhen-2023；不写则由文件名得出")
    command.add_argument("--title", help="标题")
    command.add_argument("--region", help="地区，如 深圳")
    command.add_argument("--issuer", help="发文机关")
    command.add_argument("--period-start", type=_day, metavar="YYYY-MM-DD", help="实施期开始")
    command.add_argument("--period-end", type=_day, metavar="YYYY-MM-DD", help="实施期结束")
    command.set_defaults(run=_add)

    command = commands.add_parser("remove", help="从索引移除一份规划")
    command.add_argument("plan", metavar="PLAN", help="规划编号")
    command.set_defaults(run=_remove)

    command = commands.add_parser("show", help="显示一份规划读成了什么")
    command.add_argument("plan", metavar="PLAN|FILE", help="规划编号，或一份还没有添加的文件")
    command.add_argument("--json", action="store_true", help="输出 JSON")
    command.set_defaults(run=_show)

    command = commands.add_parser("report", help="读取报告：字数归属、修复、推定、疑点和前后矛盾；不写名字则报告全部")
    command.add_argument("plan", nargs="?", metavar="PLAN|FILE", help="规划编号，或一份还没有添加的文件")
    command.add_argument("--json", action="store_true", help="输出 JSON")
    command.add_argument("--html", metavar="OUT", help="写成一个网页文件")
    command.set_defaults(run=_report)

    commands.add_parser("check", help="检查位置、字数归属和索引是否最新").set_defaults(run=_check)
    commands.add_parser("list", help="列出索引里的规划").set_defaults(run=_list)
    return parser


if __name__ == "__main__":
    sys.exit(main())
