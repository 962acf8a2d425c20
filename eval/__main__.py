"""python -m eval run | latency | paint | load | retrieval | attack | verify. Exit status: 0 done, 1 a floor not met or bad input, 2 usage."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.cases import FOLDER, OWN_CASES, Case, CaseError, load_cases
from ingest.errors import IngestError

FLOORS = FOLDER / "floors.toml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; faults are told in one line on stderr."""
    from eval.pairs import PairError
    from eval.report import FloorError
    from eval.retrieval import BeirError
    from eval.runner import RunError

    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except (CaseError, FloorError, BeirError, PairError, RunError, IngestError, OSError) as error:
        print(f"错误：{error}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description="评测、测速、检索评测")
    commands = parser.add_subparsers(required=True, metavar="命令")

    run = commands.add_parser("run", help="逐题提问并评分")
    _add_cases(run)
    run.add_argument("--json", type=Path, help="把全部结果写成 JSON")
    run.add_argument("--html", type=Path, help="把结果写成一个网页")
    run.add_argument("--floors", type=Path, help="门槛文件；默认用 eval/floors.toml 评自有用例")
    run.add_argument("--brief", action="store_true", help="只打印指标，不打印未达标的题")
    run.add_argument("--llm", metavar="BASE_URL", help="同时用这个 OpenAI 兼容服务的模型作答，与程序写成的、不核对的并列")
    run.add_argument("--model", help="模型名，与 --llm 一起用")
    run.add_argument("--sample", type=_positive, help="与 --llm 一起用：只取均匀分布的这么多题")
    run.add_argument("--claims", type=Path, help="与 --llm 一起用：把模型写的每一句及核对结果追加到这个 JSONL 文件")
    run.set_defaults(command=_run)

    latency = commands.add_parser("latency", help="测量 /api/ask 的用时")
    _add_cases(latency)
    latency.add_argument("--rounds", type=_positive, default=3, help="每题问几遍（默认 3）")
    latency.add_argument("--json", type=Path, help="把结果写成 JSON")
    latency.set_defaults(command=_latency)

    paint = commands.add_parser("paint", help="测量嵌入的聊天页多久出现（需要 Chromium）")
    paint.add_argument("--rounds", type=_positive, default=10, help="打开几次（默认 10）")
    paint.add_argument("--json", type=Path, help="把结果写成 JSON")
    paint.set_defaults(command=_paint)

    retrieval = commands.add_parser("retrieval", help="用 BEIR 布局的公开集或自有用例评检索")
    for name in ("corpus", "queries", "qrels"):
        retrieval.add_argument(f"--{name}", type=Path, help=f"{name} 文件；与 --own 二选一")
    retrieval.add_argument("--own", action="store_true", help="不用公开集：自有用例的引文在哪一条款，产品的检索找不找得到")
    retrieval.add_argument("--half", choices=("dev", "test"), default="dev", help="与 --own 一起用：自有用例的哪一半（默认 dev）")
    retrieval.add_argument("--bare", action="store_true", help="去掉标题、章节与规划名，作对照")
    retrieval.add_argument("--json", type=Path, help="把结果写成 JSON")
    retrieval.set_defaults(command=_retrieval, misused=retrieval.error)

    verify = commands.add_parser("verify", help="用带标注的“陈述—引文”对检验转述的核对")
    verify.add_argument("--pairs", type=Path, required=True, help="每行一个 JSON：statement、quote、label")
    verify.add_argument("--json", type=Path, help="把结果写成 JSON")
    verify.set_defaults(command=_verify)

    attack = commands.add_parser("attack", help="用改动过的陈述检验核对程序")
    attack.add_argument("--loose", action="store_true", help="按对话模型的草稿来核对（允许转述）")
    attack.add_argument("--json", type=Path, help="把结果写成 JSON")
    attack.set_defaults(command=_attack)

    load = commands.add_parser("load", help="混合流量下的长时间运行：拒绝、用时、内存、是否串答")
    _add_cases(load)
    load.add_argument("--minutes", type=float, default=3.0, help="多少分钟（默认 3）")
    load.add_argument("--rate", type=float, default=20.0, help="每秒多少请求（默认 20）")
    load.add_argument("--json", type=Path, help="把结果写成 JSON")
    load.set_defaults(command=_load)

    bench = commands.add_parser("bench", help="测速：冷启动、建索引、编码、检索、回答、并发、内存")
    _add_bench(bench)
    return parser


def _add_cases(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=Path, default=OWN_CASES, help="用例文件（.jsonl、.yaml）或文件夹")
    parser.add_argument("--half", choices=("dev", "test"), help="只用自有用例的一半")
    parser.add_argument("--kind", help="只用一种题型")
    parser.add_argument("--url", help="已运行的服务，如 http://127.0.0.1:7860；不给则自行打开")


def _add_bench(parser: argparse.ArgumentParser) -> None:
    from eval.bench import run

    run.add_options(parser)
    parser.set_defaults(command=run.run)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("应为正整数")
    return number


def _selected(options: argparse.Namespace) -> tuple[Case, ...]:
    cases = load_cases(options.cases, options.half)
    chosen = tuple(case for case in cases if options.kind in (None, case.kind))
    if not chosen:
        raise CaseError(f"{options.cases}：没有符合条件的用例；请检查 --half 与 --kind")
    return chosen


def _run(options: argparse.Namespace) -> int:
    from eval import report
    from eval.runner import in_process, over_http, run

    cases = _selected(options)
    if options.llm:
        return _run_llm(options, cases)
    whole = options.cases == OWN_CASES and options.kind is None
    floors = options.floors or (FLOORS if whole else None)
    with over_http(options.url) if options.url else in_process() as target:
        scores = run(cases, target)
    text = report.as_text(scores, str(options.cases.name))
    print(text.split("\n## 未达标")[0] if options.brief else text)
    if options.json:
        _write_json(options.json, report.as_json(scores, target.name))
    if options.html:
        options.html.write_text(report.as_html(scores, str(options.cases.name)), encoding="utf-8")
    faults = report.shortfalls(scores, floors) if floors else ()
    for fault in faults:
        print(f"未达门槛：{fault}", file=sys.stderr)
    return 1 if faults else 0


def _run_llm(options: argparse.Namespace, cases: Sequence[Case]) -> int:
    from assistant.chain import open_assistant
    from assistant.settings import AssistantSettings
    from eval import side_by_side, side_by_side_report
    from eval.runner import RunError, texts_of

    if not options.model:
        raise RunError("--llm 要与 --model 一起用")
    settings = AssistantSettings(**{**AssistantSettings().model_dump(), "llm_base_url": options.llm, "llm_model": options.model})
    chosen = side_by_side.sample(cases, options.sample)
    assistant = open_assistant(settings)
    if assistant.chat is None:
        raise RunError("--llm 应是 http:// 或 https:// 开头的地址")
    found = side_by_side.compare(chosen, assistant, assistant.chat, texts_of(assistant), _progress, options.claims)
    assistant.close()
    name = str(options.cases.name)
    print(side_by_side_report.as_text(found, name))
    if options.json:
        _write_json(options.json, side_by_side_report.as_json(found))
    if options.html:
        options.html.write_text(side_by_side_report.as_html(found, name), encoding="utf-8")
    return 0


def _latency(options: argparse.Namespace) -> int:
    from eval import latency

    cases = _selected(options)
    with latency.target_at(options.url) as target:
        timings = latency.measure(cases, target, options.rounds)
    print(latency.as_table(timings))
    if options.json:
        _write_json(options.json, latency.as_json(timings, options.rounds))
    return 0


def _load(options: argparse.Namespace) -> int:
    from assistant.settings import AssistantSettings
    from eval import load
    from eval.bench.served import served

    cases = _selected(options)
    if options.url:
        tally = load.run(options.url, cases, options.minutes, options.rate)
    else:
        with served(AssistantSettings().index, cases[0].question) as server:
            tally = load.run(server.url, cases, options.minutes, options.rate, server.pid)
    print(load.as_text(tally))
    if options.json:
        _write_json(options.json, load.as_json(tally))
    return 1 if tally.faults else 0


def _paint(options: argparse.Namespace) -> int:
    from assistant.settings import AssistantSettings
    from eval.bench import paint

    found = paint.measure(AssistantSettings().index, load_cases(OWN_CASES)[0].question, options.rounds)
    print(paint.as_table(found))
    if options.json:
        options.json.write_text(paint.as_json(found), encoding="utf-8")
    return 0 if found.good() else 1


def _retrieval(options: argparse.Namespace) -> int:
    from assistant.retrieve import CANDIDATES, fuse
    from eval import retrieval, retrieval_product
    from ingest.encoder import open_encoder
    from ingest.index import open_index
    from ingest.settings import IngestSettings

    files = (options.corpus, options.queries, options.qrels)
    if any(files) == options.own or not (options.own or all(files)):
        options.misused("请给出 --corpus、--queries、--qrels 三个文件，或只给 --own")
    settings = IngestSettings()
    encoder = open_encoder(settings)
    if options.own:
        index = open_index(settings)
        cases = load_cases(OWN_CASES, options.half)
        beir, found = retrieval_product.evaluate_own(cases, index, encoder, context=not options.bare)
        index.close()
    else:
        beir = retrieval.load_set(*files, titles=not options.bare)
        rerank = retrieval_product.reranker(beir.documents)
        found = retrieval.evaluate(beir, encoder, fuse, CANDIDATES, _progress, rerank)
    print(f"文档 {len(beir.documents)}，问题 {len(beir.queries)}")
    print(retrieval.as_table(found))
    if options.json:
        _write_json(options.json, retrieval.as_json(found))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from eval import pairs

    judged = pairs.judge(pairs.load_pairs(options.pairs))
    print(pairs.as_text(judged).lstrip())
    if options.json:
        _write_json(options.json, pairs.as_json(judged))
    return 0


def _attack(options: argparse.Namespace) -> int:
    from assistant.chain import open_assistant
    from assistant.settings import AssistantSettings
    from eval import attacks

    assistant = open_assistant(AssistantSettings())
    outcome = attacks.measure(assistant.knowledge, attacks.loose if options.loose else attacks.product)
    assistant.close()
    print(attacks.as_table(outcome))
    if options.json:
        _write_json(options.json, attacks.as_json(outcome))
    faults = attacks.shortfalls(outcome)
    for fault in faults:
        print(f"未达门槛：{fault}", file=sys.stderr)
    return 1 if faults else 0


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r编码 {done}/{total}", end="" if done < total else "\n", file=sys.stderr, flush=True)


def _write_json(path: Path, found: Any) -> None:
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
