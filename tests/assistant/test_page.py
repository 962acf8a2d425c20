"""The page in a real browser: it asks no other host, works by keyboard, and shows the proof of what it says."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app import create_app
from assistant.chain import Assistant
from assistant.conversation import Exchange, evidence_html, standing_html, talk_html
from assistant.page import answer, localise
from assistant.service import Service, Standing

CHROMIUM = Path("/usr/bin/chromium")
EVIL = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'


@pytest.fixture(scope="module")
def service(assistant: Assistant) -> Service:
    opened = Service()
    opened.open(lambda progress: assistant)
    return opened


@pytest.fixture(scope="module")
def url(service: Service) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(service), host="127.0.0.1", port=port, log_level="error",
                                           timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


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
    assert whole.locator("mark").count() > 0
    assert whole.evaluate("document.querySelector(':target') !== null")
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
