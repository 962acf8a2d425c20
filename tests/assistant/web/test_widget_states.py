"""The widget while an answer is made, and when none can be had: in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from assistant.chain import Assistant
from assistant.service import Service
from assistant.settings import AssistantSettings
from assistant.web.app import create_api
from assistant.web.desk import Desk
from assistant.web.guard import guarded
from assistant.web.headers import protect
from tests.assistant.browsing import chromium
from tests.assistant.web.embedding import Place, embedded, visit
from tests.assistant.web.serving import Slow, wait_until

QUESTION = "黔江区健全知识产权公共服务体系由哪个单位负责？"
SLOW = "黔江区的研发投入强度目标是多少？"


class Halting(Slow):
    """Answers at once, but `SLOW` stops after its first line until it is let go or its reader leaves."""

    def ask(self, question: Any, on_line: Any = None, cancelled: threading.Event | None = None) -> Any:
        if question.text != SLOW:
            return self.real.ask(question, on_line, cancelled)
        reply = self.real.ask(question)
        if on_line:
            on_line(reply.text[:30])
        self.begun.append(question.text)
        assert cancelled is not None
        while not self.go.wait(0.01) and not cancelled.is_set():
            pass
        if cancelled.is_set():
            self.stopped.append(question.text)
        return reply


@pytest.fixture(scope="module")
def halting(assistant: Assistant) -> Halting:
    return Halting(assistant)


@pytest.fixture(scope="module")
def place(halting: Halting) -> Iterator[Place]:
    """One question at work and none waiting: a second one is told that the service is busy."""
    service = Service()
    service.open(lambda progress: halting.as_assistant())
    with embedded(lambda sites: protect(create_api(service, sites, Desk(threads=1, waiting=0)))) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def at_portal(browser: Browser, place: Place) -> Iterator[tuple[Page, FrameLocator]]:
    page, chat = visit(browser, place.portal)
    yield page, chat
    page.close()


def put(page: Page, question: str) -> None:
    page.evaluate("question => IpPlanChat.ask(question)", question)


def test_text_is_read_while_it_comes_and_can_be_stopped(at_portal: tuple[Page, FrameLocator], halting: Halting) -> None:
    page, chat = at_portal
    put(page, SLOW)
    expect(chat.locator(".text")).not_to_be_empty()
    expect(chat.locator(".answer")).to_have_attribute("aria-busy", "true")
    expect(chat.locator("#send")).to_be_hidden()
    expect(chat.locator(".acts")).to_have_count(0)
    shown = chat.locator(".text").inner_text()
    chat.locator("#stop").press("Enter")
    expect(chat.locator(".fault p")).to_have_text("已停止，以上内容不完整。")
    expect(chat.locator("#question")).to_be_focused()
    assert chat.locator(".text").inner_text() == shown
    wait_until(lambda: halting.stopped)     # the server has let it go too
    halting.go.set()
    chat.locator(".retry").click()
    expect(chat.locator(".acts")).to_be_visible()
    expect(chat.locator(".fault")).to_have_count(0)
    halting.go.clear()


def test_a_busy_service_says_when_to_come_back(at_portal: tuple[Page, FrameLocator], browser: Browser, place: Place,
                                               halting: Halting) -> None:
    page, chat = at_portal
    other, _ = visit(browser, place.portal)
    halting.begun.clear()
    put(other, SLOW)
    wait_until(lambda: halting.begun)
    put(page, QUESTION)
    expect(chat.locator(".fault")).to_have_attribute("data-kind", "busy")
    expect(chat.locator(".fault p")).to_contain_text("现在提问的人较多，请稍等片刻。约")
    expect(chat.locator(".retry")).to_be_disabled()
    halting.go.set()
    expect(chat.locator(".retry")).to_be_enabled(timeout=8_000)
    expect(chat.locator("#status")).to_have_text("现在可以重试")
    chat.locator(".retry").click()
    expect(chat.locator(".text")).to_contain_text("区市场监管局")
    other.close()
    halting.go.clear()


def test_it_waits_for_the_index_and_says_when_the_day_is_used_up(browser: Browser, assistant: Assistant) -> None:
    service = Service()

    def create(sites: tuple[str, ...]) -> Any:
        settings = AssistantSettings(index=assistant.settings.index, quota_client=2, audit=False)
        return protect(guarded(service, settings, lambda desk, metrics: create_api(service, sites, desk, settings, metrics)))

    with embedded(create) as place:
        page, chat = visit(browser, place.portal)
        put(page, QUESTION)
        expect(chat.locator("#banner")).to_contain_text("知识库正在准备")
        expect(chat.locator(".fault")).to_contain_text("稍候会自动回答")
        service.open(lambda progress: assistant)
        expect(chat.locator(".text")).to_contain_text("区市场监管局", timeout=10_000)
        expect(chat.locator("#banner")).to_be_hidden(timeout=10_000)
        put(page, "珠海的工作目标是什么？")
        expect(chat.locator(".fault")).to_have_attribute("data-kind", "quota")
        expect(chat.locator(".fault p")).to_have_text("今天的提问次数已用完，请明天再来。")
        expect(chat.locator(".retry")).to_have_count(0)
        page.close()


def test_offline_and_back(browser: Browser, place: Place) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(place.portal)
    chat = page.frame_locator("ip-plan-chat iframe")
    page.evaluate("IpPlanChat.open()")
    chat.locator("#regions label").first.wait_for()
    context.set_offline(True)
    expect(chat.locator("#banner")).to_have_text("网络已断开。")
    put(page, QUESTION)
    expect(chat.locator(".fault p")).to_have_text("网络没有连接。连接恢复后可以重试。")
    context.set_offline(False)
    expect(chat.locator(".text")).to_contain_text("区市场监管局")     # asked again by itself
    expect(chat.locator("#banner")).to_be_hidden()
    context.close()
