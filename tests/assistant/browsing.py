"""A real Chromium for tests of what readers see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SERIOUS = ("serious", "critical")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def barriers(page: Page, options: dict[str, Any] | None = None, within: str | None = None) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands, or `within` a part of it, one line each."""
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for each in found if each["impact"] in SERIOUS for node in each["nodes"][:3]]


def sideways(page: Page) -> list[str]:
    """Elements that stick out of the page to the right, or are cut off there; what scrolls by itself may."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll('body *')]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1
                && each.getBoundingClientRect().width > 1 && !each.closest('.scroll > *, .ipa-table > *, .hits'))
        .slice(0, 6).map((each) => each.outerHTML.slice(0, 120))""")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, "the page scrolls sideways"] if wide else found


def enlarge(page: Page) -> None:
    """Text at 200 %, as a reader's browser settings would have it: our policy lets in no style of a stranger."""
    page.evaluate("""() => { const sheet = new CSSStyleSheet(); sheet.replaceSync("html { font-size: 200% !important; }");
                     document.adoptedStyleSheets = [sheet]; }""")
