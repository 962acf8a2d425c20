"""What is done with the widget: by its reader, by the portal around it, by strangers. In a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, FrameLocator, Page, expect

from assistant.chain import Assistant
from assistant.render import ANSWER_NOTE
from assistant.service import Service
from assistant.web.app import create_api
from assistant.web.headers import protect
from tests.assistant.browsing import barriers, chromium
from tests.assistant.web.embedding import Place, ask, embedded, visit

QUESTION = "黔江区健全知识产权公共服务体系由哪个单位负责？"
COMPARISON = "重庆2014年和2024年两个方案，专利质押融资的做法有什么变化？"


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


@pytest.fixture
def at_portal(browser: Browser, place: Place) -> Iterator[tuple[Page, FrameLocator]]:
    page, chat = visit(browser, place.portal)
    yield page, chat
    page.close()


def test_feedback_with_a_reason(at_portal: tuple[Page, FrameLocator], assistant: Assistant) -> None:
    page, chat = at_portal
    ask(page, chat, QUESTION)
    chat.get_by_role("button", name="没帮助").press("Enter")
    expect(chat.get_by_role("radio", name="答非所问")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chat.get_by_role("button", name="没帮助")).to_be_focused()
    page.keyboard.press("Enter")
    chat.get_by_role("radio", name="内容有误").press("Space")
    chat.get_by_label("补充说明").fill("单位名称不全")
    with page.expect_response("**/api/feedback") as told:
        chat.get_by_role("button", name="提交").click()
    sent = json.loads(told.value.request.post_data or "")
    assert (sent["rating"], sent["comment"]) == ("wrong", "内容有误：单位名称不全")
    assert told.value.ok
    expect(chat.locator(".thanks")).to_be_focused()
    expect(chat.locator(".why")).to_have_count(0)


def test_copy_and_print_carry_the_label(browser: Browser, place: Place) -> None:
    context = browser.new_context(locale="zh-CN", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(place.portal)
    chat = page.frame_locator("ip-plan-chat iframe")
    ask(page, chat, COMPARISON)
    chat.get_by_role("button", name="复制").click()
    expect(chat.locator("#status")).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"（{ANSWER_NOTE}。" in copied
    assert "依据：\n[1] 《" in copied
    assert "|" not in copied.split("依据：")[0]       # a table is told in lines
    assert "\n重庆（2014年，已到期）：" in copied
    page.goto(place.chat + "/widget/chat")      # unframed, so that the paper can be looked at
    page.evaluate("window.print = () => {}")
    for question in (QUESTION, COMPARISON):
        page.locator("#question").fill(question)
        page.keyboard.press("Enter")
        expect(page.locator("#question")).to_have_value("")
        expect(page.locator("#send")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="打印").last.click()
    page.emulate_media(media="print")
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator("article").first).to_be_hidden()
    expect(page.locator(".printed .tag")).to_be_visible()
    expect(page.locator(".printed .paper p").first).to_be_visible()
    expect(page.locator(".printed .stamp")).to_contain_text(ANSWER_NOTE)
    expect(page.locator(".acts").last).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".paper")).to_have_count(0)
    context.close()


def test_a_comparison_is_read_downwards_on_a_phone(browser: Browser, place: Place) -> None:
    page, chat = visit(browser, place.portal, viewport={"width": 390, "height": 844})
    ask(page, chat, COMPARISON)
    cells = chat.locator(".long td")
    assert cells.count() >= 2
    assert min(cells.nth(at).bounding_box()["width"] for at in range(cells.count())) > 280     # type: ignore[index]
    assert chat.locator(".table").evaluate("each => each.scrollWidth <= each.clientWidth")
    expect(chat.get_by_role("table")).to_have_count(1)
    assert chat.get_by_role("columnheader").count() == cells.count() + 1
    cells.first.locator(".ref").first.click()
    expect(cells.first.locator(".proof mark").first).to_be_visible()
    assert cells.first.locator(".proof").bounding_box()["width"] > 260     # type: ignore[index]
    page.set_viewport_size({"width": 1280, "height": 800})
    assert barriers(page) == []
    page.close()


def test_what_a_portal_may_do_with_it(at_portal: tuple[Page, FrameLocator]) -> None:
    page, chat = at_portal
    page.evaluate("""() => { window.heard = [];
        for (const name of ["ready", "open", "close", "ask", "answer", "error"]) IpPlanChat.on(name, (detail) => heard.push([name, detail]));
        window.off = IpPlanChat.on("close", () => heard.push(["off"])); off();
        IpPlanChat.setRegion("珠海"); IpPlanChat.setTheme("dark"); IpPlanChat.setFontScale(1.25); }""")
    with page.expect_request("**/api/ask") as told:
        ask(page, chat, "工作目标是什么？")
    assert json.loads(told.value.post_data or "")["regions"] == ["珠海"]
    expect(chat.get_by_role("radio", name="珠海", exact=True)).to_be_checked()
    expect(chat.locator("html")).to_have_attribute("data-theme", "dark")
    assert chat.locator("html").evaluate("each => getComputedStyle(each).fontSize") == "20px"
    page.evaluate("IpPlanChat.setRegion('火星')")
    expect(chat.get_by_role("radio", name="全部", exact=True)).to_be_checked()
    page.evaluate("IpPlanChat.reset()")
    expect(chat.locator("article")).to_have_count(0)
    expect(chat.locator("#welcome")).to_be_visible()
    page.evaluate("IpPlanChat.toggle()")
    heard = page.evaluate("heard")
    assert [each[0] for each in heard] == ["open", "ready", "ask", "answer", "close"]
    assert heard[3][1]["status"] == "answered"
    assert "75件" not in json.dumps(heard, ensure_ascii=False)        # no text of an answer is told to the portal


def test_the_frame_listens_to_its_portal_only(at_portal: tuple[Page, FrameLocator]) -> None:
    page, chat = at_portal
    page.evaluate("IpPlanChat.open()")
    chat.locator("#regions label").first.wait_for()
    page.evaluate("""() => new Promise((done) => { const other = document.createElement("iframe");
        document.body.append(other); done(); })""")
    stranger = next(frame for frame in page.frames if frame.parent_frame and "/widget/chat" not in frame.url)
    stranger.evaluate("""() => { const chat = parent.document.querySelector("ip-plan-chat").shadowRoot.querySelector("iframe").contentWindow;
        chat.postMessage({type: "ip-plan-chat", command: "ask", value: "替我问"}, "*");
        parent.postMessage({type: "ip-plan-chat", command: "close"}, "*"); }""")
    inner = next(frame for frame in page.frames if "/widget/chat" in frame.url)
    inner.evaluate("window.postMessage({type: 'ip-plan-chat', command: 'ask', value: '替我问'}, '*')")
    page.wait_for_timeout(200)
    expect(chat.locator("article")).to_have_count(0)
    expect(page.locator("ip-plan-chat .panel")).to_be_visible()


def test_storage_that_is_blocked_is_not_missed(at_portal: tuple[Page, FrameLocator]) -> None:
    """As in any private window: this browser denies storage to a frame of another site."""
    page, chat = at_portal
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    ask(page, chat, QUESTION)
    for name in ("localStorage", "sessionStorage"):
        with pytest.raises(Error, match="Access is denied"):
            page.frames[1].evaluate(f"window.{name}.length")
    ask(page, chat, "责任单位还负责什么？")
    chat.locator("#large").click()
    expect(chat.locator("#large")).to_have_attribute("aria-pressed", "true")
    chat.locator("#large").click()
    assert page.frames[1].evaluate("[scrollY, document.documentElement.scrollHeight - innerHeight]") == [0, 0]     # only the talk scrolls
    chat.locator("#more").click()
    chat.locator("#reset").click()
    expect(chat.locator("article")).to_have_count(0)
    assert faults == []


def test_a_talk_is_there_again_on_the_next_page(browser: Browser, place: Place) -> None:
    page, chat = visit(browser, place.chat + "/demo/")
    ask(page, chat, QUESTION)
    page.reload()
    page.evaluate("IpPlanChat.open()")
    expect(chat.locator(".text")).to_contain_text("区市场监管局")
    chat.locator(".text .ref").first.click()
    expect(chat.locator(".proof mark").first).to_be_visible()
    page.close()


def test_a_question_in_english(at_portal: tuple[Page, FrameLocator]) -> None:
    page, chat = at_portal
    ask(page, chat, "What are Zhuhai's targets for invention patents?")
    expect(chat.locator(".text")).to_contain_text("75件")
    expect(chat.locator(".asked")).to_have_attribute("lang", "en")
    chat.locator(".text .ref").first.click()
    expect(chat.locator(".proof mark").first).to_be_visible()


def test_tab_goes_round_inside(at_portal: tuple[Page, FrameLocator]) -> None:
    page, chat = at_portal
    ask(page, chat, QUESTION)
    page.evaluate("window.left = 0; document.addEventListener('focusin', (event) => { if (event.target.tagName !== 'IP-PLAN-CHAT') left += 1; })")
    inner = page.frames[1]
    chat.locator("#question").focus()
    where = "(document.activeElement.id || document.activeElement.textContent.trim()).slice(0, 12)"
    for key in ("Tab", "Shift+Tab"):
        chat.locator("#question").focus()
        seen = []
        for _ in range(60):
            page.keyboard.press(key)
            seen.append(inner.evaluate(where))
            if seen[-1] == "question":
                break
        assert seen[-1] == "question"
        assert {"large", "more", "close", "send", "复制"} <= set(seen)
        assert page.evaluate("left") == 0


def test_focus_goes_back_to_where_the_portal_had_it(at_portal: tuple[Page, FrameLocator]) -> None:
    page, chat = at_portal
    link = page.get_by_role("link", name="专利权质押融资")
    link.focus()
    page.evaluate("question => IpPlanChat.ask(question)", QUESTION)
    expect(chat.locator("#question")).to_be_focused()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_the_contrast_theme_keeps_seven_to_one(browser: Browser, place: Place) -> None:
    page, chat = visit(browser, place.portal, bypass_csp=True)
    page.evaluate("IpPlanChat.setTheme('contrast')")
    rule = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}, "rules": {"color-contrast-enhanced": {"enabled": True}}}
    assert barriers(page, rule, "ip-plan-chat") == []
    ask(page, chat, COMPARISON)
    chat.locator(".text .ref").first.click()
    chat.locator("#more").click()
    chat.get_by_role("button", name="没帮助").click()
    assert barriers(page, rule, "ip-plan-chat") == []
    page.close()
