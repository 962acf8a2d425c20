"""Pictures of the running pages in Debian's Chromium, and a check that they ask no other host for anything.

    python tests/screenshots.py http://127.0.0.1:7860 pictures/            # all
    python tests/screenshots.py http://127.0.0.1:7860 pictures/ widget     # only the portal with the widget
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu"]
VIEWS = (("desktop", 1440, 900, 1.0, "auto"), ("phone", 390, 844, 1.0, "auto"), ("text200", 1280, 900, 2.0, "auto"),
         ("phone200", 390, 844, 2.0, "auto"), ("contrast", 1440, 900, 1.0, "contrast"))
PARTS = ("widget", "chat", "reading")
QUESTION = "重庆2014年专利管理处负责哪些任务？"
COMPARISON = "珠海和贵州的质押融资目标有什么不同？"
READING = {
    "plans": "/plans", "plan": "/plans/guizhou-2021", "found": "/plans/guizhou-2021?q=质押", "table": "/plans/chongqing-2014",
    "raw": "/plans/chongqing-2024?view=raw", "duties": "/duties", "unit": "/units/专利管理处",
    "indicators": "/indicators?plan=guizhou-2021", "schedule": "/schedule?plan=chongqing-2014", "report": "/report",
    "planreport": "/plans/chongqing-2014/report",
}
CHANGE = "重庆2014年和2024年两个方案，专利质押融资的做法有什么变化？"
TALLEST = 3000      # pixels of a picture of a long page


@dataclass(slots=True)
class Watch:
    """What went wrong while pictures were taken."""

    host: str
    foreign: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def on(self, page: Page) -> Page:
        page.on("request", lambda request: self.foreign.add(request.url) if urlsplit(request.url).netloc != self.host
                and urlsplit(request.url).scheme.startswith(("http", "ws")) else None)
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        return page

    def width(self, page: Page, name: str) -> None:
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            self.faults.append(f"{name}: the page scrolls sideways")


def ask(page: Page, question: str) -> None:
    """Type a question, send it with Enter and wait for the reply."""
    before = page.locator(".ipa-turn").count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    page.locator(f"#turn-{before + 1} .ipa-actions, #turn-{before + 1} .ipa-notice").first.wait_for(timeout=60_000)


def enlarge(page: Page, zoom: float) -> None:
    """Text `zoom` times as large; in a way that the pages' security policy allows."""
    if zoom != 1.0:
        page.evaluate("""(size) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`html { font-size: ${size} !important; }`);
                         document.adoptedStyleSheets = [sheet]; }""", f"{100 * zoom:.0f}%")


def chat(page: Page, url: str, zoom: float, shot: Callable[[str, bool], None]) -> None:
    """The chat before a question, with an answer, with its proof, with a table and the history."""
    page.goto(url)
    page.locator("#question textarea").wait_for()
    page.wait_for_selector(".ipa-standing", state="detached", timeout=60_000)
    page.locator(".ipa-plans li").first.wait_for()
    enlarge(page, zoom)
    page.wait_for_timeout(400)
    shot("chat-1-start", True)
    ask(page, QUESTION)
    page.wait_for_timeout(800)
    shot("chat-2-answer", zoom != 1.0)
    page.locator(".ipa-ref").first.click()
    page.locator(".ipa-group:not([hidden]) .ipa-context summary").first.click()
    page.wait_for_timeout(800)
    shot("chat-3-evidence", False)
    ask(page, COMPARISON)
    page.locator("#history summary").first.click()
    page.wait_for_timeout(500)
    shot("chat-4-table-history", True)


def widget(page: Page, url: str, zoom: float, theme: str, shot: Callable[[str, bool], None]) -> None:
    """The portal with the widget closed and open, with an answer, its proof, and a comparison."""
    page.goto(url.rstrip("/") + "/demo/")
    page.evaluate("([theme, zoom]) => { IpPlanChat.setTheme(theme); IpPlanChat.setFontScale(zoom); }", [theme, zoom])
    page.locator("ip-plan-chat .launch").wait_for()
    shot("portal-1-closed", False)
    page.locator("ip-plan-chat .launch").click()
    inner = page.frame_locator("ip-plan-chat iframe")
    inner.locator("#regions label").first.wait_for()
    page.wait_for_timeout(300)
    shot("portal-2-open", False)
    for at, question in enumerate((QUESTION, CHANGE)):
        page.evaluate("question => IpPlanChat.ask(question)", question)
        inner.locator(".acts").nth(at).wait_for(timeout=60_000)
        page.wait_for_timeout(400)
        shot(f"portal-{3 + 2 * at}-answer", False)
        inner.locator("article").nth(at).locator(".text .ref").first.click()
        page.wait_for_timeout(500)
        shot(f"portal-{4 + 2 * at}-proof", False)
    inner.locator(".sources").last.locator("summary").click()
    inner.locator(".acts").last.scroll_into_view_if_needed()
    inner.get_by_role("button", name="没帮助").last.click()
    shot("portal-7-feedback", False)
    inner.locator("#more").click()
    shot("portal-8-settings", False)


def take(browser: Browser, url: str, folder: Path, watch: Watch, parts: tuple[str, ...] = PARTS) -> None:
    """All pictures, or those of some parts."""
    for name, width, height, zoom, theme in VIEWS:
        page = watch.on(browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN"))

        def shot(what: str, whole: bool = True, page: Page = page, name: str = name, width: int = width,
                 height: int = height) -> None:
            tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST) if whole else height
            clip = {"x": 0, "y": 0, "width": width, "height": tall}
            page.screenshot(path=folder / f"{name}-{what}.png", **({"full_page": True, "clip": clip} if whole else {}))
            watch.width(page, f"{name} {what}")

        if "widget" in parts:
            widget(page, url, zoom, theme, shot)
        if "chat" in parts and theme == "auto":
            chat(page, url, zoom, shot)
        for what, path in READING.items() if "reading" in parts and theme == "auto" else ():
            page.goto(url.rstrip("/") + path)
            enlarge(page, zoom)
            page.wait_for_timeout(200)
            shot(what)
        page.close()


def main(url: str, folder: Path, *parts: str) -> int:
    """Write the pictures; 1 where a page asked another host, scrolled sideways or the browser's console reported an error."""
    folder.mkdir(parents=True, exist_ok=True)
    watch = Watch(urlsplit(url).netloc)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        take(browser, url, folder, watch, parts or PARTS)
        browser.close()
    for line in (*sorted(watch.foreign), *watch.faults):
        sys.stderr.write(line + "\n")
    return 1 if watch.foreign or watch.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
