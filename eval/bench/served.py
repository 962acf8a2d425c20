"""The product as a process of its own: when it opens its port, when it answers, how much memory it takes, how many
questions it answers a second."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from eval.metrics import percentile
from eval.runner import RunError

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process to its open port and to its first answer."""

    port_s: float
    answer_s: float


@dataclass(frozen=True, slots=True)
class Load:
    """What so many clients, each asking one question after another, got."""

    clients: int
    answers: int
    busy: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    url: str
    pid: int
    start: Start

    def resident_mb(self) -> float:
        """Resident memory now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return round(pages * resource.getpagesize() / 2**20, 1)


@contextmanager
def served(index: Path, question: str, **settings: str) -> Iterator[Served]:
    """`python app.py` on a free loopback port over `index`, stopped afterwards. `settings`: more environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {"IPPLAN_RATE_ASK": "0", "IPPLAN_RATE_READ": "0", **os.environ, "IPPLAN_HOST": "127.0.0.1", "IPPLAN_PORT": str(port),
           "IPPLAN_INDEX": str(index), **settings}
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, ROOT / "app.py"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL,  # noqa: S603  our own program
                          stderr=subprocess.DEVNULL) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            opened = _until(lambda: _listens(port), process, began)
            answered = _until(lambda: _ask(url, question)[0] == httpx.codes.OK, process, began)
            yield Served(url, process.pid, Start(round(opened, 2), round(answered, 2)))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def load(server: Served, questions: Sequence[str], clients: int) -> Load:
    """All `questions` spread over so many clients at once. A 429 or 503 counts as busy and is not asked again."""
    shares = [questions[n::clients] for n in range(clients)]
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(lambda share: _client(server.url, share), shares))
    took = time.perf_counter() - began
    times = [ms for part, _ in parts for ms in part]
    busy = sum(count for _, count in parts)
    p50, p95, p99 = (round(percentile(times, share), 1) for share in (0.5, 0.95, 0.99))
    return Load(clients, len(times), busy, round(len(times) / took, 1), p50, p95, p99)


def _client(url: str, questions: Sequence[str]) -> tuple[list[float], int]:
    times: list[float] = []
    busy = 0
    with httpx.Client(base_url=url, timeout=120, trust_env=False) as client:
        for question in questions:
            began = time.perf_counter()
            status = client.post("/api/ask", json={"question": question}).status_code
            if status in (429, 503):
                busy += 1
            elif status == httpx.codes.OK:
                times.append((time.perf_counter() - began) * 1000)
            else:
                raise RunError(f"{url}/api/ask 回答了 {status}：{question}")
    return times, busy


def _ask(url: str, question: str) -> tuple[int, float]:
    began = time.perf_counter()
    try:
        status = httpx.post(f"{url}/api/ask", json={"question": question}, timeout=60, trust_env=False).status_code
    except httpx.HTTPError:
        status = 0
    return status, (time.perf_counter() - began) * 1000


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(done: Callable[[], bool], process: subprocess.Popen[bytes], began: float) -> float:

    while (took := time.perf_counter() - began) < LIMIT_S:
        if process.poll() is not None:
            raise RunError(f"python app.py 没有启动（退出码 {process.returncode}）")
        if done():
            return time.perf_counter() - began
        time.sleep(0.05)
    raise RunError(f"python app.py 在 {took:.0f} 秒内没有就绪")
