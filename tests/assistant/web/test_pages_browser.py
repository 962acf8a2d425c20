"""The reading pages in a real browser: no barrier, by keyboard, on a phone, with large text, without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.assistant.browsing import barriers, chromium, enlarge, sideways

PAGES = ("/plans", "/plans/guizhou-2021?q=质押", "/plans/chongqing-2024?view=raw&kind=mojibake", "/plans/chongqing-2014/report",
         "/duties", "/units/市财政局", "/indicators", "/schedule", "/report", "/plans/none")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield page
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_barrier_or_a_fault(desk: Page, address: str, path: str) -> None:
    faults: list[str] = []
    desk.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    desk.goto(address + path)
    assert barriers(desk) == []
    assert [fault for fault in faults if "404" not in fault] == []


def test_a_phone_and_large_text_need_no_sideways_scrolling(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
    for path in PAGES:
        page.goto(address + path)
        assert sideways(page) == [], path
        if path in ("/duties", "/schedule"):
            assert barriers(page) == []
        enlarge(page)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert sideways(page) == [], f"{path} with large text"
    page.close()


def test_by_keyboard_from_the_matrix_to_the_clause(desk: Page, address: str) -> None:
    desk.goto(address + "/duties")
    desk.keyboard.press("Tab")
    expect(desk.locator(".ipa-skip")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#main")).to_be_focused()
    desk.get_by_label("单位名称含有").fill("科技局")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("2 份规划")
    assert desk.url.split("?")[1].count("unit=")
    cell = desk.locator(".matrix td a").first
    cell.focus()
    assert desk.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    desk.keyboard.press("Enter")
    expect(desk.locator("mark.cite").first).to_have_text("市科技局")
    assert desk.evaluate("document.querySelector(':target').innerText").count("市科技局")


def test_links_by_unit_and_by_clause(desk: Page, address: str) -> None:
    desk.goto(address + "/duties?plan=chongqing-2014")
    desk.get_by_role("link", name="专利管理处").first.click()
    expect(desk.locator("h1")).to_have_text("专利管理处")
    desk.locator(".duties a").first.click()
    expect(desk.locator("mark.cite")).to_have_text("专利管理处")


def test_the_outline_folds_on_a_phone_and_hits_can_be_gone_to(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page.goto(address + "/plans/guizhou-2021?q=质押")
    expect(page.locator(".outline > details")).not_to_have_attribute("open", "")
    page.locator(".hits a").nth(4).click()
    assert page.evaluate("document.querySelector(':target').id") == "hit-5"
    assert page.evaluate("document.querySelector(':target').getBoundingClientRect().top") < 844
    page.close()


def test_everything_is_there_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/indicators?plan=guizhou-2021")
    expect(page.locator(".bars")).to_have_count(17)
    page.get_by_label("指标名称含有").fill("质押")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("status")).to_contain_text("共 3 项目标")
    context.close()
