"""The widget in a real browser, embedded by a portal on another origin."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from assistant.chain import Assistant
from assistant.service import Service
from assistant.settings import AssistantSettings
from assistant.web.app import STATIC, create_api
from assistant.web.headers import protect
from tests.assistant.browsing import barriers, chromium
from tests.assistant.web.embedding import Place, ask, embedded, visit

QUESTION = "黔江区健全知识产权公共服务体系由哪个单位负责？"
SHAPE = """() => JSON.stringify([[...document.body.querySelectorAll('*')].map((each) => {
    const box = each.getBoundingClientRect(), style = getComputedStyle(each);
    return [each.outerHTML.length, box.x, box.y, box.width, box.height, style.color, style.font]; }),
    document.documentElement.scrollWidth, document.documentElement.scrollHeight, document.styleSheets.length, document.cookie])"""


@pytest.fixture(scope="module")
def place(assistant: Assistant) -> Iterator[Place]:
    service = Service()
    service.open(lambda progress: assistant)
    with embedded(lambda sites: protect(create_api(service, sites))) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_the_portal_is_as_it_was(browser: Browser, place: Place) -> None:
    bare = browser.new_page()
    bare.route("**/widget.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    bare.goto(place.portal)
    page, chat = visit(browser, place.portal)
    page.locator("ip-plan-chat .launch").click()
    chat.locator("#question").wait_for()
    assert page.evaluate(SHAPE) == bare.evaluate(SHAPE)
    names = "Object.getOwnPropertyNames(window).filter((each) => isNaN(each))"
    assert set(page.evaluate(names)) - set(bare.evaluate(names)) == {"IpPlanChat"}
    assert page.evaluate("""() => new Promise((done) => { new PerformanceObserver((list) => done(list.getEntries().length))
        .observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(0), 300); })""") == 0
    assert page.context.cookies() == []


def test_a_citizen_needs_only_a_keyboard(browser: Browser, place: Place) -> None:
    page, chat = visit(browser, place.portal)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.keyboard.press("Shift+Tab")
    expect(page.locator("ip-plan-chat .launch")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.locator("#question")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(chat.locator(".text")).to_contain_text("区市场监管局", timeout=30_000)
    chat.locator(".acts").wait_for()
    expect(chat.locator("#status")).to_contain_text("回答完毕")
    chat.locator(".text .ref").first.focus()
    page.keyboard.press("Enter")
    proof = chat.locator(".proof")
    expect(proof).to_be_focused()
    expect(proof.locator("mark").first).to_contain_text("知识产权公共服务")
    expect(proof.locator(".badge")).to_have_text("已到期")
    with page.expect_popup() as opened:
        proof.locator("a").press("Enter")
    expect(opened.value.locator("mark").first).to_be_visible()
    opened.value.close()
    proof.focus()
    page.keyboard.press("Escape")
    expect(chat.locator(".text .ref").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("ip-plan-chat .launch")).to_be_focused()
    assert faults == []


def test_a_refusal_and_messages_of_strangers(browser: Browser, place: Place) -> None:
    page, chat = visit(browser, place.portal)
    ask(page, chat, "明天北京的天气怎么样？")
    expect(chat.locator(".answer .label")).to_have_text("未作答")
    page.evaluate("window.postMessage({type: 'ip-plan-chat', command: 'close'}, '*')")
    page.wait_for_timeout(100)
    expect(page.locator("ip-plan-chat .panel")).to_be_visible()
    page.evaluate("IpPlanChat.close()")
    expect(page.locator("ip-plan-chat .panel")).to_be_hidden()


def test_a_broken_answer_can_be_had_again(browser: Browser, place: Place) -> None:
    page, chat = visit(browser, place.portal)
    page.evaluate("IpPlanChat.open()")
    chat.locator("#regions label").first.wait_for()
    place.line.cut = True
    page.evaluate("question => IpPlanChat.ask(question)", QUESTION)
    expect(chat.locator(".fault")).to_be_visible(timeout=30_000)
    place.line.cut = False
    chat.locator(".retry").click()
    expect(chat.locator(".text")).to_contain_text("区市场监管局", timeout=30_000)
    expect(chat.locator(".fault")).to_have_count(0)


def test_a_site_that_is_not_allowed_sees_nothing(browser: Browser, place: Place) -> None:
    page, _ = visit(browser, place.stranger)
    expect(page.locator("ip-plan-chat")).to_have_count(0)
    page.evaluate("""url => new Promise((done) => { const frame = document.createElement('iframe');
        frame.onload = done; frame.src = url; document.body.append(frame); })""", f"{place.chat}/widget/chat")
    assert page.frame_locator("iframe").locator("#question").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_no_barriers(browser: Browser, place: Place, theme: str) -> None:
    page, chat = visit(browser, place.portal, bypass_csp=True)
    page.evaluate("theme => IpPlanChat.setTheme(theme)", theme)
    assert barriers(page) == []
    ask(page, chat, QUESTION)
    chat.locator(".text .ref").first.click()
    chat.locator("#more").click()
    assert barriers(page) == []


@pytest.mark.parametrize("scale", [1, 2])
def test_a_phone_and_large_text(browser: Browser, place: Place, scale: int) -> None:
    page, chat = visit(browser, place.portal, viewport={"width": 390, "height": 844}, bypass_csp=True)
    page.evaluate("scale => IpPlanChat.setFontScale(scale)", scale)
    ask(page, chat, QUESTION)
    box = page.locator("ip-plan-chat .panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    inner = page.frames[1]
    chat.locator(".text .ref").first.click()
    chat.get_by_role("button", name="没帮助").click()
    chat.locator("#more").click()
    assert barriers(page) == []
    assert inner.evaluate("document.documentElement.scrollWidth") <= 390
    assert inner.evaluate("""[...document.querySelectorAll('a, summary, label:not(.sr), button:not(.ref)')].filter((each) => each.checkVisibility())
        .map((each) => each.getBoundingClientRect()).filter((box) => box.width < 43.9 || box.height < 43.9).length""") == 0


def test_sizes_and_headers(assistant: Assistant) -> None:
    assert len(gzip.compress((STATIC / "widget.js").read_bytes())) <= 15_000
    assert sum(path.stat().st_size for path in STATIC.glob("chat*")) <= 100_000
    with TestClient(protect(create_api(Service(), ("https://a.example",)))) as client:
        good = client.get("/widget/chat?site=https://a.example")
        bad = [client.get(f"/widget/chat?site={site}") for site in ("https://b.example", "https://a.example.evil", "*")]
        assert good.headers["content-security-policy"].endswith("frame-ancestors https://a.example")
        assert "unsafe" not in good.headers["content-security-policy"]
        assert {each.status_code for each in bad} == {403}
        assert len({each.text for each in bad}) == 1
        assert all(each.headers["content-security-policy"].endswith("frame-ancestors 'none'") for each in bad)
        assert client.get("/widget/chat").headers["content-security-policy"].endswith("frame-ancestors 'self'")
        for name in ("x-content-type-options", "referrer-policy", "permissions-policy"):
            assert good.headers[name]
            assert client.get("/api/health").headers[name]


@pytest.mark.parametrize("value", ["*", "https://*.gov.cn", "https://a.cn/path", "a.cn"])
def test_no_wildcard_may_embed(value: str) -> None:
    with pytest.raises(ValueError, match="不是一个网站的源"):
        AssistantSettings(frame_ancestors=value)
