"""How long an answer takes over HTTP: warm-up, then every question several times, one after another."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import httpx

from eval.cases import Case
from eval.metrics import percentile
from eval.runner import RunError, Target, over_http

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 600.0
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of the requests of one kind of question."""

    kind: str
    requests: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


def measure(cases: Sequence[Case], target: Target, rounds: int) -> tuple[Timing, ...]:
    """A timing for all questions together, then one for each kind. RunError where a request fails."""
    for case in cases[:WARM_UP]:
        target.ask(case)
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        for case in cases:
            began = time.perf_counter()
            target.ask(case)
            times.setdefault(case.kind, []).append((time.perf_counter() - began) * 1000)
    everything = [one for values in times.values() for one in values]
    return (_timing("全部", everything), *(_timing(kind, values) for kind, values in sorted(times.items())))


def _timing(kind: str, values: Sequence[float]) -> Timing:
    rounded = {f"p{share}_ms": round(percentile(values, share / 100), 1) for share in (50, 95, 99)}
    mean = round(sum(values) / len(values), 1) if values else 0.0
    return Timing(kind, len(values), mean, max_ms=round(max(values, default=0.0), 1), **rounded)


def as_table(timings: Sequence[Timing]) -> str:
    """One Markdown table."""
    head = "| 题型 | 请求数 | 平均 ms | p50 ms | p95 ms | p99 ms | 最慢 ms |\n|---|---:|---:|---:|---:|---:|---:|"
    rows = (
        f"| {' | '.join(map(str, (t.kind, t.requests, t.mean_ms, t.p50_ms, t.p95_ms, t.p99_ms, t.max_ms)))} |"
        for t in timings
    )
    return "\n".join([head, *rows])


def as_json(timings: Sequence[Timing], rounds: int) -> dict[str, Any]:
    return {"rounds": rounds, "cpus": os.cpu_count(), "timings": [asdict(timing) for timing in timings]}


@contextmanager
def target_at(url: str | None) -> Iterator[Target]:
    """The product at `url`, or a server of our own on a free loopback port, stopped afterwards."""
    if url:
        with over_http(url) as target:
            yield target
        return
    with _server() as own, over_http(own) as target:
        yield target


@contextmanager
def _server() -> Iterator[str]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    env = {**os.environ, "IPPLAN_RATE_ASK": "0", "IPPLAN_RATE_READ": "0", "IPPLAN_HOST": "127.0.0.1", "IPPLAN_PORT": str(port)}
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen([sys.executable, ROOT / "app.py"], cwd=ROOT, env=env, stdout=log, stderr=log) as process,  # noqa: S603  our own program
    ):
        try:
            _await_ready(url, process, log)
            yield url
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_ready(url: str, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RunError(f"python app.py 没有启动（退出码 {process.returncode}）：{_tail(log)}")
        standing = _standing(url)
        if standing == "ready":
            return
        if standing == "error":
            raise RunError(f"python app.py 打不开索引：{_tail(log)}")
        time.sleep(0.3)
    raise RunError(f"python app.py 在 {START_LIMIT_S:.0f} 秒内没有就绪：{_tail(log)}")


def _standing(url: str) -> str:
    try:
        answer = httpx.get(f"{url}/api/health", timeout=5, trust_env=False)
        return str(answer.json().get("status", "")) if answer.status_code == httpx.codes.OK else ""
    except (httpx.HTTPError, ValueError):  # not listening yet
        return ""


def _tail(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "没有输出"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
