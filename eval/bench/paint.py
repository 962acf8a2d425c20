"""When a visitor of a portal sees the embedded chat: its first paint, and from the click until it can be typed in.

A real Chromium, a portal on another origin than the chat, a fresh profile every round (nothing cached).
"""

from __future__ import annotations

import gzip
import json
import runpy
import socket
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from eval.bench.served import ROOT, served
from eval.metrics import percentile

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu")
LIMIT_MS = 300.0
CLICK = """() => new Promise((done) => { const began = performance.now();
    IpPlanChat.on("ready", () => requestAnimationFrame(() => done(performance.now() - began)));
    document.querySelector("ip-plan-chat").shadowRoot.querySelector(".launch").click(); })"""
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => { for (const each of list.getEntries())
    if (each.name === "first-contentful-paint") done(each.startTime); }).observe({type: "paint", buffered: true}))"""
BYTES = """() => performance.getEntries().filter((each) => ["navigation", "resource"].includes(each.entryType)
    && !each.name.includes("/api/")).reduce((sum, each) => sum + each.decodedBodySize, 0)"""


@dataclass(frozen=True, slots=True)
class Paint:
    """One run. Milliseconds of the frame's own clock (`paint_ms`) and from the click (`usable_ms`); bytes as said."""

    rounds: int
    paint_ms: float
    paint_p95_ms: float
    usable_ms: float
    usable_p95_ms: float
    launcher_gzip_bytes: int
    chat_bytes: int

    def good(self) -> bool:
        """Whether the median first paint is within the limit."""
        return self.paint_ms <= LIMIT_MS


def measure(index: Path, question: str, rounds: int) -> Paint:
    """Serve the product over `index` and open the chat `rounds` times."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = int(free.getsockname()[1])
    portal = f"http://localhost:{port}"
    with (served(index, question, IPPLAN_FRAME_ANCESTORS=portal) as server, sync_playwright() as playwright,
          runpy.run_path(str(ROOT / "docs/portal/serve.py"))["portal"](server.url, port) as host):
        threading.Thread(target=host.serve_forever, args=(0.05,), daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        seen = [_once(browser, portal) for _ in range(rounds + 1)][1:]      # the first one starts the browser's processes
        browser.close()
        host.shutdown()
    return of_rounds(seen)


def of_rounds(seen: Sequence[tuple[float, float, int, int]]) -> Paint:
    """The figures of rounds of (first paint, usable, launcher, chat)."""
    paints, usable = ([each[at] for each in seen] for at in (0, 1))
    _, _, launcher, chat = seen[-1]
    return Paint(len(seen), percentile(paints, 0.5), percentile(paints, 0.95), round(percentile(usable, 0.5), 1),
                 round(percentile(usable, 0.95), 1), launcher, chat)


def _once(browser: Browser, portal: str) -> tuple[float, float, int, int]:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    with page.expect_response("**/widget.js") as told:
        page.goto(portal + "/")
    launcher = len(gzip.compress(told.value.body()))
    page.locator("ip-plan-chat .launch").wait_for()
    usable = float(page.evaluate(CLICK))
    frame = next(each for each in page.frames if "/widget/chat" in each.url)
    found = float(frame.evaluate(PAINTED)), usable, launcher, int(frame.evaluate(BYTES))
    context.close()
    return found


def as_table(paint: Paint) -> str:
    """Markdown."""
    rows = ((f"嵌入的聊天页首次绘制（目标 ≤ {LIMIT_MS:.0f} 毫秒）", f"{paint.paint_ms} 毫秒", f"{paint.paint_p95_ms} 毫秒"),
            ("从点击按钮到可以输入", f"{paint.usable_ms} 毫秒", f"{paint.usable_p95_ms} 毫秒"),
            ("启动脚本，gzip 后（目标 ≤ 15 KB）", f"{paint.launcher_gzip_bytes / 1000:.1f} KB", ""),
            ("聊天页全部文件，未压缩（目标 ≤ 100 KB）", f"{paint.chat_bytes / 1000:.1f} KB", ""))
    lines = [f"| {paint.rounds} 次，每次全新的浏览器配置 | 中位 | p95 |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def as_json(paint: Paint) -> str:
    """One object."""
    return json.dumps(asdict(paint), indent=1) + "\n"
