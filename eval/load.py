"""Mixed traffic at a steady rate for minutes: what was refused, how long answers took, whether memory grows, whether
any answer belongs to another question.    python -m eval load --minutes 3 --rate 20"""

from __future__ import annotations

import json
import random
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from eval.cases import Case
from eval.metrics import percentile

CLIENTS = 64
WARM_SHARE = 0.25
MIX: Mapping[str, int] = {"ask": 50, "stream": 15, "v1": 10, "page": 10, "units": 8, "feedback": 5, "health": 2}
"""Of a hundred requests."""


@dataclass(slots=True)
class Tally:
    """What came back. `faults` should stay empty: statuses other than 2xx, 429 and 503, missing Retry-After, mixed answers."""

    requests: Counter[str] = field(default_factory=Counter)
    busy: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)
    memory_mb: list[tuple[float, float]] = field(default_factory=list)


def run(url: str, cases: Sequence[Case], minutes: float, rate: float, pid: int | None = None, seed: int = 1) -> Tally:
    """Send `rate` requests a second for so many minutes, whether or not earlier ones have been answered."""
    tally, lock, rng = Tally(), threading.Lock(), random.Random(seed)
    expected: dict[str, str] = {}
    with httpx.Client(base_url=url, timeout=60, trust_env=False, limits=httpx.Limits(max_connections=CLIENTS)) as client:
        for case in cases:
            expected[case.id] = _fingerprint(client.post("/api/ask", json=_body(case)).json())
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            for n in range(int(minutes * 60 * rate)):
                time.sleep(max(0.0, began + n / rate - time.monotonic()))
                kind = rng.choices(list(MIX), list(MIX.values()))[0]
                pool.submit(_send, client, kind, rng.choice(cases), expected, tally, lock)
                if pid and n % max(1, int(rate * 2)) == 0:
                    tally.memory_mb.append((round(time.monotonic() - began, 1), _resident_mb(pid)))
    return tally


def _send(client: httpx.Client, kind: str, case: Case, expected: Mapping[str, str], tally: Tally, lock: threading.Lock) -> None:
    began = time.perf_counter()
    try:
        response = _ASK[kind](client, case)
        fault = _fault(kind, case, response, expected)
        status = response.status_code
    except Exception as error:  # whatever goes wrong in a thread of the pool is a finding, not the end of the run
        fault, status = f"{kind}：{type(error).__name__} {error}", 0
    took = (time.perf_counter() - began) * 1000
    with lock:
        tally.requests[kind] += 1
        if status in (429, 503):
            tally.busy[str(status)] += 1
        elif status:
            tally.times.setdefault(kind, []).append(took)
        if fault:
            tally.faults.append(fault[:300])


def _body(case: Case, **more: Any) -> dict[str, Any]:
    return {"question": case.question, "history": [{"role": t.role, "content": t.content} for t in case.history], **more}


_ASK: Mapping[str, Callable[[httpx.Client, Case], httpx.Response]] = {
    "ask": lambda client, case: client.post("/api/ask", json=_body(case)),
    "stream": lambda client, case: client.post("/api/ask", json=_body(case, stream=True)),
    "v1": lambda client, case: client.post("/v1/chat/completions", json={
        "model": "ip-plan-assistant", "messages": [*_body(case)["history"], {"role": "user", "content": case.question}]}),
    "page": lambda client, case: client.get("/plans", params={"q": case.question[:20]}),
    "units": lambda client, case: client.get("/api/units"),
    "feedback": lambda client, case: client.post("/api/feedback", json={"reply_id": "load", "rating": "helpful"}),
    "health": lambda client, case: client.get("/api/health"),
}


def _fault(kind: str, case: Case, response: httpx.Response, expected: Mapping[str, str]) -> str:
    if response.status_code in (429, 503):
        return "" if response.headers.get("retry-after", "").isdigit() else f"{kind}：{response.status_code} 没有 Retry-After"
    if not response.is_success:
        return f"{kind}：{response.status_code} {response.text[:120]}"
    if kind == "ask" and _fingerprint(response.json()) != expected[case.id]:
        return f"{case.id}：回答与单独提问时不同"
    if kind == "stream":
        done = response.text.rsplit("event: done\ndata: ", 1)
        if len(done) < 2 or _fingerprint(json.loads(done[1])) != expected[case.id]:
            return f"{case.id}：流式回答与单独提问时不同"
    if kind == "v1" and response.json()["choices"][0]["message"]["content"] != json.loads(expected[case.id])[1]:
        return f"{case.id}：/v1 的回答与单独提问时不同"
    return ""


def _fingerprint(reply: Mapping[str, Any]) -> str:
    return json.dumps([reply.get("status"), reply.get("text"), [each["clause_id"] for each in reply.get("citations", ())]])


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * resource.getpagesize() / 2**20, 1)


def growth(tally: Tally) -> float:
    """How much resident memory grew after the warm-up, as a share; medians of the first and the last tenth."""
    after = [mb for _, mb in tally.memory_mb[int(len(tally.memory_mb) * WARM_SHARE):]]
    if len(after) < 4:
        return 0.0
    tenth = max(1, len(after) // 10)
    first, last = (sorted(part)[len(part) // 2] for part in (after[:tenth], after[-tenth:]))
    return last / first - 1


def as_text(tally: Tally) -> str:
    """The report as Markdown."""
    total = sum(tally.requests.values())
    busy = "、".join(f"{status} × {count}" for status, count in sorted(tally.busy.items())) or "无"
    lines = [f"请求 {total}，被拒（带 Retry-After）：{busy}，出错 {len(tally.faults)}", "",
             "| 种类 | 请求数 | p50 ms | p95 ms | p99 ms |", "|---|---:|---:|---:|---:|"]
    for kind, times in sorted(tally.times.items()):
        shown = (round(percentile(times, share), 1) for share in (0.5, 0.95, 0.99))
        lines.append(f"| {kind} | {tally.requests[kind]} | {' | '.join(map(str, shown))} |")
    if tally.memory_mb:
        lines += ["", f"内存：开始 {tally.memory_mb[0][1]} MB，结束 {tally.memory_mb[-1][1]} MB，预热后增长 {growth(tally):.1%}"]
    return "\n".join([*lines, *(f"- {fault}" for fault, _ in Counter(tally.faults).most_common(20))])


def as_json(tally: Tally) -> dict[str, Any]:
    return {"requests": dict(tally.requests), "busy": dict(tally.busy), "faults": tally.faults, "memory_mb": tally.memory_mb, "growth": growth(tally),
            "times_ms": {kind: [round(each, 1) for each in times] for kind, times in tally.times.items()}}
