"""The Gradio page: a conversation and, beside it, the evidence. The only module that knows Gradio.

Gradio carries events and state; what is shown is HTML from `render`, in which every text is escaped.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote as url_quote

import gradio as gr
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import problems
from assistant.model import Question, Reply, Turn
from assistant.problems import Problem
from assistant.render import ANSWER_NOTE, answer_html, badge_html, cards_html
from assistant.schemas import MAX_QUESTION, checked
from assistant.service import Service, Standing
from assistant.views import Surroundings, surroundings
from ingest.errors import PlanNotFound

TITLE = "知识产权规划问答"
FONTS = ["Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
EXAMPLES = (
    ("企业", ("我们是一家科技型中小企业，能申请哪些专利质押融资支持？", "珠海对企业海外知识产权维权有什么帮助？")),
    ("政府工作人员", ("黔江区高价值发明专利行动由哪个单位牵头？", "重庆共建知识产权强市的主要目标指标有哪些？")),
    ("公众", ("知识产权被侵犯了，可以到哪里寻求维权援助？", "贵州在知识产权宣传和普及教育上有哪些安排？")),
)
_NO_HEAD = '<p class="ipa-empty">回答中的每一句话都附有原文条款。提问后，所引条款将列在这里。</p>'

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its reply, the HTML of its evidence, or the sentence that says why there is none."""

    question: str
    reply: Reply | None = None
    cards: str = ""
    fault: str = ""


def mount_page(app: FastAPI, service: Service) -> FastAPI:
    """`app` with the page at `/`. Mount it last: it takes every path that is left."""
    app = gr.mount_gradio_app(
        app, build(service), path="/", footer_links=[], run_history=False, show_error=False, ssr_mode=False, pwa=False,
        mcp_server=False, theme=theme(), allowed_paths=[], max_file_size="1kb", enable_monitoring=False,
    )
    app.add_middleware(ChinesePage)
    return app


def theme() -> Any:
    """System fonts, white and deep blue; the dark variant is the light one."""
    look = gr.themes.Base(font=FONTS, font_mono=["monospace"], text_size="lg").set(
        body_background_fill="#f5f7fa", body_text_color="#1c2530", block_background_fill="#ffffff",
        input_background_fill="#ffffff", input_border_color="#8895a7", input_border_color_focus="#123f7d",
        button_primary_background_fill="#123f7d", button_primary_background_fill_hover="#0c2f60",
        button_primary_text_color="#ffffff", button_secondary_background_fill="#ffffff",
        button_secondary_text_color="#123f7d", button_secondary_border_color="#b6c2d1",
        block_label_text_color="#3c4858", block_title_text_color="#1c2530", block_border_color="#d5dce5",
    )
    for name in [name for name in vars(look) if name.endswith("_dark")]:
        setattr(look, name, getattr(look, name.removesuffix("_dark"), None))
    return look


def build(service: Service) -> Any:
    """The page as Gradio blocks."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        past = gr.State(())
        asked = gr.State("")
        _html(_header())
        standing = _html(standing_html(service.standing), elem_id="standing")
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="talk", scale=7, min_width=320):
                conversation = _html(talk_html(()), elem_id="conversation", js_on_load=_ASK_ON_CLICK)
                with gr.Column(elem_id="ask"):
                    box = gr.Textbox(
                        label="您的问题", placeholder="例如：某项任务由哪个单位牵头？什么时候完成？", lines=1, max_lines=8,
                        max_length=MAX_QUESTION, elem_id="question", submit_btn=False, autofocus=False,
                    )
                    with gr.Accordion("限定范围（可选）", open=False, elem_id="scope"):
                        plan_choice = gr.Dropdown([], multiselect=True, label="规划", elem_id="scope-plans")
                        region_choice = gr.Dropdown([], multiselect=True, label="地区", elem_id="scope-regions")
                    with gr.Row(elem_id="buttons"):
                        clear = gr.Button("清空对话", variant="secondary", elem_id="clear", scale=0)
                        send = gr.Button("提问", variant="primary", elem_id="send", scale=0)
                    _html(f'<p class="ipa-ai">{ANSWER_NOTE}。</p>', elem_id="ai-note")
            with gr.Column(elem_id="evidence", scale=5, min_width=320):
                evidence = _html(evidence_html(()), elem_id="cards")
        live = _html('<p class="ipa-sr" role="status"></p>', elem_id="live")
        timer = gr.Timer(1.0)

        def begin(text: str, history: Sequence[Exchange]) -> tuple[Any, ...]:
            if not text.strip():
                return "", text, gr.skip(), gr.skip()
            return text, "", talk_html((*history, Exchange(text))), _live("正在检索规划原文")

        def begin_click(history: Sequence[Exchange], event: gr.EventData) -> tuple[Any, ...]:
            data = getattr(event, "_data", None)
            text = data.get("question", "") if isinstance(data, dict) else ""
            return begin(text if isinstance(text, str) else "", history)

        def finish(text: str, history: Sequence[Exchange], plans: list[str] | None,
                   regions: list[str] | None) -> tuple[Any, ...]:
            if not text.strip():
                return (gr.skip(),) * 4
            now = (*history, answer(service, text, history, tuple(plans or ()), tuple(regions or ())))[-MAX_TURNS:]
            return now, talk_html(now), evidence_html(now), _live(_said(now[-1]))

        def watch(history: Sequence[Exchange]) -> tuple[Any, ...]:
            state = service.standing
            if state.state == "starting":
                return standing_html(state), *(gr.skip(),) * 4
            shown = gr.skip() if history else evidence_html((), _collection(service))
            return standing_html(state), *_choices(service), shown, gr.Timer(active=False)

        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        done = {"fn": finish, "inputs": [asked, past, plan_choice, region_choice],
                "outputs": [past, conversation, evidence, live], **hidden}
        for trigger in (box.submit, send.click):
            trigger(begin, [box, past], [asked, box, conversation, live], **hidden).then(**done)
        conversation.click(begin_click, [past], [asked, box, conversation, live], **hidden).then(**done)
        clear.click(lambda: ((), talk_html(()), evidence_html((), _collection(service)), _live("对话已清空")), None,
                    [past, conversation, evidence, live], **hidden)
        watched = [standing, plan_choice, region_choice, evidence, timer]
        timer.tick(watch, [past], watched, **hidden)
        page.load(watch, [past], watched, **hidden)
        page.queue(default_concurrency_limit=ASKERS, api_open=False)
    return page


MAX_TURNS = 30
ASKERS = 4   # readers served at the same time; the others wait in Gradio's queue
_ASK_ON_CLICK = """
element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-ask]');
  if (chip) trigger('click', {question: chip.dataset.ask});
});
"""


def _html(value: str, **options: Any) -> Any:
    """An HTML component without Gradio's own look for what is inside."""
    return gr.HTML(value, apply_default_css=False, padding=False, **options)


def answer(service: Service, text: str, history: Sequence[Exchange], plans: tuple[str, ...],
           regions: tuple[str, ...]) -> Exchange:
    """Ask and prepare what is shown. Never raises: a fault is a sentence of the conversation."""
    try:
        question = Question(checked(text), tuple(_turns(history)), plans, regions)
        assistant = service.require()
        reply = assistant.ask(question)
        around = {each.clause_id: found for each in reply.citations
                  if (found := _around(assistant.catalogue, each.clause_id)) is not None}
        regions_of = {meta.id: meta.region for meta in assistant.catalogue.metas()}
        return Exchange(question.text, reply, cards_html(reply, len(history) + 1, around, regions_of))
    except Exception as error:  # the reader gets one sentence in the conversation, the log the rest
        problem: Problem = problems.problem_of(error)
        if problem.status == 500:
            log.exception("a question on the page failed")
        return Exchange(text, fault=problem.message)


def _around(catalogue: Any, clause_id: str) -> Surroundings | None:
    try:
        return surroundings(catalogue, clause_id)
    except PlanNotFound:
        return None


def _turns(history: Sequence[Exchange]) -> Iterator[Turn]:
    for each in history:
        if each.reply is not None:
            yield Turn("user", each.question)
            yield Turn("assistant", each.reply.text)


def _choices(service: Service) -> tuple[Any, Any]:
    if service.standing.state != "ready":
        return gr.skip(), gr.skip()
    metas = service.require().catalogue.metas()
    return (gr.Dropdown(choices=[(meta.title, meta.id) for meta in metas]),
            gr.Dropdown(choices=list(dict.fromkeys(meta.region for meta in metas if meta.region))))


def talk_html(turns: Sequence[Exchange]) -> str:
    """The conversation; before the first question, what to ask."""
    if not turns:
        return _welcome()
    return '<div class="ipa-talk">' + "".join(_turn_html(each, n) for n, each in enumerate(turns, 1)) + "</div>"


def _turn_html(each: Exchange, n: int) -> str:
    if each.reply is not None:
        said = answer_html(each.reply, n)
    elif each.fault:
        said = f'<div class="ipa-answer" data-status="fault"><p class="ipa-notice">{escape(each.fault)}</p></div>'
    else:
        said = '<div class="ipa-answer" data-status="waiting"><p class="ipa-wait">正在检索规划原文，请稍候……</p></div>'
    return (f'<section class="ipa-turn" id="turn-{n}" tabindex="-1" aria-label="第 {n} 轮问答">'
            f'<h2 class="ipa-question"><span>问</span><span>{escape(each.question)}</span></h2>{said}</section>')


def _welcome() -> str:
    groups = "".join(
        f'<section><h3>{escape(who)}</h3><ul>' + "".join(
            f'<li><button type="button" class="ipa-chip" data-ask="{escape(each)}">{escape(each)}</button></li>'
            for each in questions) + "</ul></section>"
        for who, questions in EXAMPLES
    )
    return ('<div class="ipa-welcome"><h2>请就规划内容提问</h2><p>可以询问任务、目标指标、责任单位、时间安排和支持措施。'
            '回答只依据已收录的规划原文，逐句注明出处；原文没有的，会如实说明。</p>'
            f'<div class="ipa-examples">{groups}</div></div>')


def _collection(service: Service) -> str:
    """The plans there are, as a list of links; '' while they are not known."""
    if service.standing.state != "ready":
        return ""
    assistant = service.require()
    today = assistant.settings.day()
    items = "".join(
        f'<li><a href="/plans/{url_quote(meta.id, safe="")}" target="_blank" rel="noopener">{escape(meta.title)}'
        f'<span class="ipa-sr">（新窗口）</span></a><p class="ipa-meta"><span class="ipa-region">{escape(meta.region)}</span>'
        f"{badge_html(meta.status(today))}</p></li>"
        for meta in assistant.catalogue.metas()
    )
    return f'<h3 class="ipa-sub">已收录的规划</h3><ul class="ipa-plans">{items}</ul>'


def evidence_html(turns: Sequence[Exchange], collection: str = "") -> str:
    """The cards of all turns; those of the last one are shown, the page's script shows another on request.

    Before the first question the `collection` stands in their place.
    """
    groups = [(n, each) for n, each in enumerate(turns, 1) if each.cards]
    shown = groups[-1][0] if groups and groups[-1][0] == len(turns) else 0
    html = "".join(
        f'<div class="ipa-group" data-turn="{n}"{"" if n == shown else " hidden"}>'
        f'<p class="ipa-for">第 {n} 轮：{escape(_short(each.question))}</p>{each.cards}</div>'
        for n, each in groups
    )
    empty = _NO_HEAD if not turns else '<p class="ipa-empty">本轮没有引用条款。</p>'
    return (f'<div class="ipa-evidence"><h2 tabindex="-1">原文依据</h2>{html}{"" if shown else empty}'
            f"{'' if turns else collection}</div>")


def standing_html(standing: Standing) -> str:
    """The line under the header while questions cannot be answered; empty when they can."""
    if standing.state == "ready":
        return ""
    if standing.state == "error":
        return (f'<div class="ipa-standing" data-state="error" role="alert"><strong>知识库未能打开</strong>'
                f"<p>{escape(standing.message)}</p></div>")
    bar = (f'<progress value="{standing.done}" max="{standing.total}" aria-label="准备进度"></progress>'
           if standing.total else "")
    return ('<div class="ipa-standing" data-state="starting" role="status"><strong>正在准备知识库</strong>'
            f'<p>{escape(standing.message)}{bar}</p><p>首次启动需要建立索引，完成后即可提问。</p></div>')


def _header() -> str:
    return (f'<a class="ipa-skip" href="#question">跳到提问框</a><header class="ipa-header"><div class="ipa-name">'
            f'<img src="/ui/favicon.svg" alt="" width="40" height="40"><div><h1>{TITLE}</h1>'
            '<p>依据规划原文作答，逐句注明条款出处</p></div></div>'
            '<nav aria-label="主导航"><a href="/plans">规划原文</a></nav></header>')


def _said(last: Exchange) -> str:
    if last.reply is None:
        return last.fault
    return f"已给出答复，附 {len(last.reply.citations)} 条原文依据"


def _live(text: str) -> str:
    return f'<p class="ipa-sr" role="status">{escape(text)}</p>'


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[:limit] + "……"


_HEAD = (f'<title>{TITLE}</title><link rel="icon" href="/ui/favicon.svg" type="image/svg+xml">'
         '<link rel="stylesheet" href="/ui/page.css"><script src="/ui/page.js" defer></script></head>')
_CSP = ("default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "frame-ancestors 'self'")


class ChinesePage:
    """Makes Gradio's English shell the product's own: language, title, style; no link to other hosts in it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            html = localise(body.decode()).encode()
            kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            headers = [*kept, (b"content-length", str(len(html)).encode()), (b"content-security-policy", _CSP.encode()),
                       (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": html})

        await self.app({**scope, "headers": plain}, receive, collect)


def localise(html: str) -> str:
    """Gradio's index page with our language and head."""
    html = html.replace('lang="en"', 'lang="zh-CN"', 1)
    html = re.sub(r'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', "", html)
    return html.replace("</head>", _HEAD, 1)
