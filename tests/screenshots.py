"""Pictures of the running page in Debian's Chromium, and a check that it asks no other host for anything.

    python tests/screenshots.py http://127.0.0.1:7860 pictures/
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu"]
VIEWS = (("desktop", 1440, 900, 1.0), ("phone", 390, 844, 1.0), ("text200", 1280, 900, 2.0), ("phone200", 390, 844, 2.0))
QUESTION = "重庆2014年专利管理处负责哪些任务？"


def ask(page: Page, question: str) -> None:
    """Type a question, send it with Enter and wait for the reply."""
    before = page.locator(".ipa-turn").count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    page.locator(f"#turn-{before + 1} .ipa-actions, #turn-{before + 1} .ipa-notice").first.wait_for(timeout=60_000)


def main(url: str, folder: Path) -> int:
    """Write the pictures; 1 where the page asked another host or the browser's console reported an error."""
    folder.mkdir(parents=True, exist_ok=True)
    host = urlsplit(url).netloc
    foreign: set[str] = set()
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for name, width, height, zoom in VIEWS:
            page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
            page.on("request", lambda request: foreign.add(request.url) if urlsplit(request.url).netloc != host
                    and urlsplit(request.url).scheme.startswith(("http", "ws")) else None)
            page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
            page.goto(url)
            page.locator("#question textarea").wait_for()
            page.wait_for_selector(".ipa-standing", state="detached", timeout=60_000)
            if zoom != 1.0:
                page.add_style_tag(content=f"html {{ font-size: {16 * zoom}px; }}")
            page.wait_for_timeout(500)
            page.screenshot(path=folder / f"{name}-1-start.png", full_page=True)
            ask(page, QUESTION)
            page.wait_for_timeout(800)
            page.screenshot(path=folder / f"{name}-2-answer.png", full_page=name != "desktop")
            page.locator(".ipa-ref").first.click()
            page.locator(".ipa-group:not([hidden]) .ipa-context summary").first.click()
            page.wait_for_timeout(800)
            page.screenshot(path=folder / f"{name}-3-evidence.png")
            link = page.locator(".ipa-group:not([hidden]) .ipa-links a").first.get_attribute("href") or ""
            page.goto(url.rstrip("/") + link)
            page.wait_for_timeout(300)
            page.screenshot(path=folder / f"{name}-4-plan.png")
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
            if wide:
                faults.append(f"{name}: the plan page scrolls sideways")
            page.close()
        browser.close()
    for line in (*sorted(foreign), *faults):
        sys.stderr.write(line + "\n")
    return 1 if foreign or faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
