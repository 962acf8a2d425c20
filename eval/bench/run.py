"""One command, one table: `python -m eval bench [--size 5] [--size 1k] [--json OUT]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eval.bench.corpus import make_index
from eval.bench.encoders import Speed, compare
from eval.bench.rivals import Found, measure, quick_start
from eval.bench.served import Load, Start, load, served
from eval.cases import OWN_CASES, Case, load_cases
from ingest.encoder import open_encoder
from ingest.index import open_index
from ingest.pipeline import build
from ingest.settings import IngestSettings

CLIENTS = (1, 4, 16, 64)
SIZES = ("5", "1k", "10k")
REAL = "5"
"""The packaged plans themselves; any other size is a number of clauses."""


@dataclass(frozen=True, slots=True)
class Size:
    """What was measured over one corpus. `build_s` of made-up corpora leaves encoding out."""

    size: str
    plans: int
    clauses: int
    passages: int
    build_s: float
    start: Start
    resident_mb: float
    loads: tuple[Load, ...]


@dataclass(slots=True)
class Bench:
    """All that one run found."""

    machine: str
    passages_per_s: float = 0.0
    encoders: list[Speed] = field(default_factory=list)
    ways: list[Found] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--size", action="append", type=_size, help="5（随附的规划）或条款数，如 1k、10k、100k；可重复给出")
    parser.add_argument("--questions", type=int, default=100, help="每种并发至少问多少题（默认 100）")
    parser.add_argument("--skip-encoders", action="store_true", help="不比较向量模型的几种运行方式")
    parser.add_argument("--keep", type=Path, help="把造出的索引留在这个文件夹，下次直接用")
    parser.add_argument("--json", type=Path, help="把结果写成 JSON")


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m eval bench", description="测速：冷启动、建索引、编码、检索、回答、并发、内存")
    add_options(parser)
    return run(parser.parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Measure, print the tables, write the JSON."""
    bench = Bench(f"{os.cpu_count()} 核，{_processor()}，Python {platform.python_version()}")
    cases = load_cases(OWN_CASES)
    questions = [case.question for case in cases]
    with tempfile.TemporaryDirectory() as temporary:
        root = options.keep or Path(temporary)
        own = IngestSettings(index=root / "5")
        _tell("建立五份规划的索引")
        began = time.perf_counter()
        report = build(own, full=True)
        took = time.perf_counter() - began
        embedded = sum(plan.embedded for plan in report.plans)
        bench.passages_per_s = round(embedded / took, 1)
        _compare(bench, own, cases, questions, options.skip_encoders)
        for size in options.size or SIZES:
            bench.sizes.append(_measure(size, own, root, took, questions, options.questions))
    print(as_table(bench))
    if options.json:
        options.json.write_text(json.dumps(asdict(bench), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _compare(bench: Bench, own: IngestSettings, cases: Sequence[Case], questions: Sequence[str], skip: bool) -> None:
    from assistant.chain import open_assistant
    from assistant.model import Question
    from assistant.settings import AssistantSettings

    _tell("与 LangChain 入门 RAG、BM25 比较")
    with closing(open_assistant(AssistantSettings(index=own.index))) as assistant:
        def answer(question: str) -> list[str]:
            return [citation.quote for citation in assistant.ask(Question(question)).citations]

        texts = [assistant.catalogue.text(meta.id) for meta in assistant.catalogue.metas()]
        bench.ways = [measure("本产品（完整回答）", 0.0, answer, cases), *quick_start(texts, open_encoder(own), cases)]
        passages = [passage.text for passage in assistant.catalogue.passages()]
    if not skip:
        _tell("比较向量模型的运行方式")
        bench.encoders = list(compare(own, passages, questions[:200]))


def _measure(
    size: str, own: IngestSettings, root: Path, took: float, questions: Sequence[str], asked: int
) -> Size:
    folder, seconds = root / size, took
    if size != REAL and not (folder / "CURRENT").is_file():
        _tell(f"造一个 {size} 条款的索引")
        seconds = make_index(own, folder, clauses_of(size), lambda done, total: None).seconds
    with closing(open_index(IngestSettings(index=folder))) as index:
        counts = index.catalogue.info()["counts"]
    _tell(f"{size}：启动并提问")
    with served(folder, questions[0]) as server:
        load(server, questions[:20], 1)
        starts = [20 + sum(max(asked, 4 * c) for c in CLIENTS[:n]) for n in range(len(CLIENTS))]
        loads = tuple(load(server, _stretched(questions, max(asked, 4 * clients), start), clients)
                      for clients, start in zip(CLIENTS, starts, strict=True))
        return Size(size, counts["plans"], counts["clauses"], counts["passages"], round(seconds, 1), server.start,
                    server.resident_mb(), loads)


def _stretched(questions: Sequence[str], count: int, start: int) -> list[str]:
    """So many questions from `start` on; a second round asks them in other words, so that none is remembered."""
    asked = [(questions[n % len(questions)], n // len(questions)) for n in range(start, start + count)]
    return [f"{question}{'请说明依据。' * rounds}" for question, rounds in asked]


def clauses_of(size: str) -> int:
    """`10k` is ten thousand."""
    return int(size[:-1]) * 1000 if size.endswith("k") else int(size)


def _size(text: str) -> str:
    if text != REAL and clauses_of(text) < 500:
        raise argparse.ArgumentTypeError("条款数至少 500；5 表示随附的规划")
    return text


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}…\n")


def as_table(bench: Bench) -> str:
    """The tables in Markdown."""
    parts = [f"{bench.machine}。五份规划建索引每秒 {bench.passages_per_s} 段。"]
    if bench.encoders:
        parts.append(_table(
            ("向量模型的运行方式", "段/秒", "问题 p50 ms", "p95 ms", "与单精度余弦", "首位相同", "前十相同"),
            ((e.form, e.passages_per_s, e.p50_ms, e.p95_ms, e.cosine, e.first, e.kept) for e in bench.encoders)))
    parts.append(_table(
        ("五份规划，进程内", "p50 ms", "p95 ms", "p99 ms", "前五含应引原文", "题数"),
        ((w.way, w.p50_ms, w.p95_ms, w.p99_ms, f"{w.hit_5:.1%}", w.asked) for w in bench.ways)))
    parts.append(_table(
        ("规模", "规划", "条款", "段", "建立 s", "端口 s", "首答 s", "常驻 MB", "并发", "答/秒", "p50 ms", "p95 ms", "p99 ms", "忙"),
        ((s.size, s.plans, s.clauses, s.passages, s.build_s, s.start.port_s, s.start.answer_s, s.resident_mb, one.clients,
          one.per_second, one.p50_ms, one.p95_ms, one.p99_ms, one.busy) for s in bench.sizes for one in s.loads)))
    parts.append("1k 及以上为合成语料：由五份规划换地区、年份和数字得到，向量由原向量加噪声得到（余弦约 0.97），"
                 "“建立”不含编码；时间可比，检索质量不可比。“忙”是如实答复 429 或 503 的次数。")
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])
