"""The page in a real browser: it asks no other host, works by keyboard, and shows the proof of what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, Route, expect

from app import create_app
from assistant.chain import Assistant
from assistant.pages.chat import answer
from assistant.pages.conversation import Exchange, evidence_html, standing_html, talk_html
from assistant.pages.index_page import localise
from assistant.pages.understood import understood_html
from assistant.service import Service, Standing
from tests.assistant.browsing import barriers, chromium, enlarge, sideways
from tests.assistant.web.serving import served

ASKED = "黔江区健全知识产权公共服务体系由哪个单位负责？"
EVIL = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'


@pytest.fixture(scope="module")
def service(assistant: Assistant) -> Service:
    opened = Service()
    opened.open(lambda progress: assistant)
    return opened


@pytest.fixture(scope="module")
def url(service: Service) -> Iterator[str]:
    with served(create_app(service)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def start(browser: Browser, url: str, width: int = 1440) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark")
    host = urlsplit(url).netloc
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url)
            if urlsplit(request.url).scheme in ("http", "https", "ws", "wss") and urlsplit(request.url).netloc != host
            else None)
    page.goto(url)
    page.locator("#question textarea").wait_for()
    return page, foreign


def ask(page: Page, question: str, turn: int) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    page.locator(f"#turn-{turn} .ipa-actions").wait_for(timeout=30_000)


def test_a_reader_asks_by_keyboard_and_follows_the_proof(browser: Browser, url: str) -> None:
    page, foreign = start(browser, url)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    expect(page).to_have_title("知识产权规划问答")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(page.locator(".ipa-ai")).to_contain_text("回答由程序自动生成（AI 生成内容），以规划原文为准")
    page.locator("#question textarea").fill("黔江区健全知识产权公共服务体系由哪个单位负责？")
    page.keyboard.press("Enter")
    expect(page.locator("#turn-1 .ipa-text")).to_contain_text("区市场监管局", timeout=30_000)
    page.locator("#turn-1 .ipa-ref").first.focus()
    page.keyboard.press("Enter")
    card = page.locator("#cite-1-1")
    expect(card).to_be_focused()
    expect(card).to_contain_text("已到期")
    assert card.locator("mark").count() > 0
    expect(card.locator(".ipa-around")).to_be_hidden()
    card.locator("summary").press("Enter")
    expect(card.locator(".ipa-around")).to_be_visible()
    with page.expect_popup() as opened:
        card.locator(".ipa-links a").first.click()
    whole = opened.value
    expect(whole.locator(":target")).to_have_count(1)
    assert whole.locator("mark").count() > 0
    assert foreign == []
    assert faults == []
    whole.close()
    page.close()


def test_markup_in_a_question_is_shown_and_not_run(browser: Browser, url: str) -> None:
    page, _ = start(browser, url)
    page.locator("#question textarea").fill(EVIL + "${window.hit=1}{{value}}")
    page.locator("#send").click()
    page.locator("#turn-1 .ipa-actions, #turn-1 .ipa-notice").first.wait_for()
    assert page.evaluate("window.hit") is None
    expect(page.locator("#turn-1 .ipa-question")).to_contain_text(EVIL + "${window.hit=1}{{value}}")
    page.close()


def test_examples_scope_and_clearing(browser: Browser, url: str) -> None:
    page, _ = start(browser, url)
    expect(page.locator(".ipa-plans li")).to_have_count(5)
    page.locator(".ipa-examples .ipa-chip").first.click()
    page.locator("#turn-1 .ipa-actions").wait_for()
    page.locator("#scope button").first.click()
    page.locator("#scope-regions input").click()
    page.get_by_role("option", name="黔江").click()
    page.keyboard.press("Escape")
    page.locator("#question textarea").fill("保障措施有哪些？")
    page.keyboard.press("Enter")
    page.locator("#turn-2 .ipa-actions").wait_for()
    titles = set(page.locator(".ipa-group:not([hidden]) h3").all_inner_texts())
    assert titles
    assert all("黔江" in title for title in titles)
    page.locator("#clear").click()
    expect(page.locator(".ipa-welcome")).to_be_visible()
    page.close()


def test_a_phone_needs_no_sideways_scrolling(browser: Browser, url: str) -> None:
    page, _ = start(browser, url, width=390)
    page.locator("#question textarea").fill("重庆2014年专利管理处负责哪些任务？")
    page.keyboard.press("Enter")
    page.locator("#turn-1 .ipa-actions").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    answer_bottom = page.locator("#talk").bounding_box()
    evidence_top = page.locator("#evidence").bounding_box()
    assert answer_bottom is not None
    assert evidence_top is not None
    assert evidence_top["y"] >= answer_bottom["y"] + answer_bottom["height"] - 1
    small = page.evaluate("""() => [...document.querySelectorAll('.gradio-container *')]
        .filter(e => e.childElementCount === 0 && e.textContent.trim() && e.checkVisibility()
                     && parseFloat(getComputedStyle(e).fontSize) < 15).map(e => e.outerHTML.slice(0, 80))""")
    assert small == []
    page.close()


def test_a_question_in_the_address_is_asked_once_and_can_be_shared(browser: Browser, url: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{url}/?q={quote(ASKED)}")
    page.locator("#turn-1 .ipa-text").wait_for(timeout=30_000)
    expect(page.locator(".ipa-turn")).to_have_count(1)
    expect(page.locator(".ipa-understood")).to_contain_text("黔江 · ")
    expect(page.locator(".ipa-understood")).to_contain_text("由谁负责")
    ask(page, "那配合单位呢？", 2)
    expect(page.locator("#turn-2 .ipa-understood")).to_contain_text("追问补全为：“黔江区")
    page.locator("#turn-2 [data-share]").click()
    expect(page.locator("#turn-2 [data-share]")).to_have_text("链接已复制")
    shared = page.evaluate("navigator.clipboard.readText()")
    assert shared.startswith(f"{url}/?q=")
    assert quote("黔江区健全知识产权公共服务体系") in shared
    page.goto(f"{url}/?q={quote(EVIL)}")
    page.locator("#turn-1 .ipa-actions").first.wait_for()
    assert page.evaluate("window.hit") is None
    page.goto(f"{url}/?q={'长' * 2001}")
    expect(page.locator(".ipa-plans li")).to_have_count(5)
    expect(page.locator(".ipa-turn")).to_have_count(0)
    context.close()


def test_a_shared_question_waits_in_the_box_until_the_index_is_open(browser: Browser) -> None:
    with served(create_app(Service())) as waiting:
        page = browser.new_page()
        page.goto(f"{waiting}/?q={quote(ASKED)}")
        expect(page.locator("#question textarea")).to_have_value(ASKED, timeout=15_000)
        expect(page.locator(".ipa-turn")).to_have_count(0)
        page.goto(f"{waiting}/duties")
        expect(page.locator("main")).to_contain_text("知识库正在准备")
        page.close()


def test_history_is_kept_on_this_device_and_forgotten_on_request(browser: Browser, url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    ask(page, ASKED, 1)
    ask(page, "贵州呢？", 2)
    kept = json.loads(page.evaluate("localStorage['ip-plan-history']"))
    assert [turn["q"] for turn in kept["items"][0]["turns"]] == [ASKED, "贵州呢？"]
    page.goto(url)
    page.locator("#history summary").first.click()
    expect(page.locator("#history")).to_contain_text("只保存在这台设备的这个浏览器里")
    page.locator(".ipa-history-list summary").click()
    expect(page.locator(".ipa-then-a").first).to_contain_text("区市场监管局")
    page.get_by_role("button", name="接着问").click()
    page.locator("#turn-2 .ipa-actions").wait_for(timeout=30_000)
    expect(page.locator("#turn-1 .ipa-text")).to_contain_text("区市场监管局")
    assert len(json.loads(page.evaluate("localStorage['ip-plan-history']"))["items"]) == 1
    page.get_by_role("button", name="删除这一条").click()
    expect(page.locator(".ipa-history-list")).to_have_text("还没有记录。")
    page.get_by_label("保存历史").uncheck()
    ask(page, ASKED, 3)
    assert json.loads(page.evaluate("localStorage['ip-plan-history']")) == {"on": False, "items": []}
    context.close()


def test_the_page_works_where_nothing_may_be_stored(browser: Browser, url: str) -> None:
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script("""Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }});""")
    page.goto(url)
    ask(page, ASKED, 1)
    expect(page.locator("#turn-1 .ipa-text")).to_contain_text("区市场监管局")
    assert [fault for fault in faults if "history" in fault] == []
    page.close()


def test_a_conversation_is_exported_with_its_label(browser: Browser, url: str) -> None:
    page = browser.new_page(accept_downloads=True)
    page.goto(url)
    ask(page, ASKED, 1)
    with page.expect_download() as download:
        page.locator("[data-export=md]").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert download.value.suggested_filename.endswith(".md")
    assert all(part in text for part in (ASKED, "人工智能", "已到期", "2026-03-01", "[1]"))
    with page.expect_download() as download:
        page.locator("[data-export=docx]").click()
    assert download.value.path().read_bytes()[:2] == b"PK"

    def refuse(route: Route) -> None:
        route.fulfill(status=422, json={"error": {"code": "citation_mismatch", "message": "引文与原文不一致。", "detail": None}})

    page.route("**/api/export*", refuse)
    page.locator("[data-export=md]").click()
    expect(page.locator("[data-export=md]")).to_have_text("引文与原文不一致。")
    page.close()


def test_the_chat_has_no_barrier_on_any_screen(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page.goto(url)
    page.locator(".ipa-plans li").first.wait_for()
    assert barriers(page) == []
    ask(page, "珠海和贵州的质押融资目标有什么不同？", 1)
    page.locator("#history summary").first.click()
    assert barriers(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways(page) == []
    assert barriers(page) == []
    enlarge(page)
    assert sideways(page) == []
    page.close()


def test_the_bar_leads_from_the_chat_to_every_page_and_back(browser: Browser, url: str) -> None:
    page, _ = start(browser, url)
    for name in ("责任分工", "指标", "进度", "原文", "语料体检", "问答"):
        page.locator(".ipa-nav").get_by_role("link", name=name, exact=True).click()
        expect(page.locator(".ipa-nav [aria-current=page]")).to_have_text(name)
    page.locator("#question textarea").wait_for()
    assert page.get_by_role("button", name="Share").count() == 0
    assert page.locator("footer:visible").count() == 0
    page.close()


def test_how_a_question_was_read_is_escaped_and_short() -> None:
    read = {"regions": [EVIL], "plan_ids": ["a"], "units": ["市科技局"], "quarters": [3], "intent": "duties", "role": "lead",
            "follow_up": True, "question": EVIL}
    html = understood_html(read, ())
    assert "<img" not in html
    assert "市科技局 · 第三季度 · 牵头 · 承担哪些任务" in html
    assert understood_html({}, ()) == ""


def test_index_page_is_chinese_and_names_no_other_host(service: Service) -> None:
    with TestClient(create_app(service)) as client:
        response = client.get("/")
        assert '<html\n\tlang="zh-CN"' in response.text
        assert "og:" not in response.text
        assert "connect-src 'self'" in response.headers["content-security-policy"]
        assert client.get("/ui/page.css").status_code == 200
        assert client.get("/api/nothing").json()["error"]["code"] == "not_found"


def test_localise_touches_only_the_shell() -> None:
    assert localise('<html lang="en"><head></head><body lang="en">').count('lang="en"') == 1


def test_a_fault_is_a_sentence_of_the_conversation(service: Service) -> None:
    assert "正在准备" in answer(Service(), "黔江", (), (), ()).fault
    assert "空字符" in answer(service, "黔\0江", (), (), ()).fault
    shown = talk_html((Exchange(EVIL, fault="暂时不能回答。"),))
    assert "<img" not in shown
    assert "暂时不能回答。" in shown


def test_standing_says_how_far_it_is() -> None:
    assert standing_html(Standing("ready", "")) == ""
    assert 'value="3" max="9"' in standing_html(Standing("starting", "正在计算向量 3/9", 3, 9))
    assert "&lt;b&gt;" in standing_html(Standing("error", "<b>"))


def test_evidence_shows_the_last_turn_only() -> None:
    shown = evidence_html((Exchange("甲", cards="<i>1</i>"), Exchange("乙", cards="<i>2</i>")))
    assert '<div class="ipa-group" data-turn="1" hidden>' in shown
    assert '<div class="ipa-group" data-turn="2">' in shown
