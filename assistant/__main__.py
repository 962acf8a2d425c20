"""python -m assistant ask "问题" [--json] [--plan ID] [--region 地区]
   python -m assistant audit [--since 2026-01-01] [--format jsonl|csv]

Exit status: 0 a reply was given (a refusal is one), 1 bad input or no usable index (one line on stderr), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from assistant.model import Question
from assistant.render import to_dict, to_markdown
from assistant.settings import AssistantSettings
from ingest.errors import IngestError

_STAGES = {"read": "读取规划", "embed": "计算向量", "store": "写入索引"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.command == "ask" and not options.question.strip():
        parser.error("问题是空的")
    try:
        return _ask(options) if options.command == "ask" else _audit(options)
    except IngestError as error:
        print(error, file=sys.stderr)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"IPPLAN_{'_'.join(map(str, first['loc'])).upper()}"
        print(f"环境变量 {name} 有误：{first['msg']}；请改正", file=sys.stderr)
    except KeyboardInterrupt:
        print("已中断", file=sys.stderr)
        return 130
    return 1


def _ask(options: argparse.Namespace) -> int:
    settings = AssistantSettings()
    from assistant.chain import open_assistant  # after the settings are known to be good: it takes seconds to import

    assistant = open_assistant(settings, _progress)
    try:
        for plan_id in options.plan:
            assistant.catalogue.meta(plan_id)
        reply = assistant.ask(Question(options.question, plan_ids=tuple(options.plan), regions=tuple(options.region)))
    finally:
        assistant.close()
    print(json.dumps(to_dict(reply), ensure_ascii=False, indent=2) if options.json else to_markdown(reply))
    return 0


def _audit(options: argparse.Namespace) -> int:
    """Print the audit log. A pipe whose reader has gone ends it quietly."""
    from assistant.audit import export

    folder = AssistantSettings().records_folder()
    try:
        rows = export(folder, options.since or "")
        if options.format == "csv":
            table = csv.writer(sys.stdout)
            for n, row in enumerate(rows):
                if not n:
                    table.writerow(row)
                table.writerow([_cell(value) for value in row.values()])
        else:
            for row in rows:
                print(json.dumps(row, ensure_ascii=False))
        sys.stdout.flush()
    except sqlite3.Error as error:
        print(f"{folder}：问答记录读不出来（{error}）；请检查文件和读取权限", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _cell(value: object) -> str:
    """A field as spreadsheets may open it: nothing that begins like a formula."""
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _day(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期；请写成 2026-01-01") from None


def _progress(stage: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{_STAGES.get(stage, stage)} {done}/{total}", end="", file=sys.stderr, flush=True)
        if stage == "store" and done >= total:
            print("\r\033[K", end="", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assistant", description="依据收录的规划回答问题，逐句附原文条款")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    ask = commands.add_parser("ask", help="问一个问题")
    ask.add_argument("question", metavar="问题")
    ask.add_argument("--json", action="store_true", help="输出 JSON，与 POST /api/ask 相同")
    ask.add_argument("--plan", action="append", default=[], metavar="ID", help="只用这份规划，可重复")
    ask.add_argument("--region", action="append", default=[], metavar="地区", help="只用这个地区的规划，可重复")
    audit = commands.add_parser("audit", help="导出问答记录和反馈")
    audit.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="从这一天（UTC）起")
    audit.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    return parser


if __name__ == "__main__":
    sys.exit(main())
