"""The Gradio page: a conversation and, beside it, the evidence. The only module that knows Gradio.

Gradio carries events and state; what is shown is HTML from `conversation`, in which every text is escaped.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.contract import problems
from assistant.contract.problems import Problem
from assistant.contract.schemas import MAX_QUESTION, checked
from assistant.contract.views import Surroundings, surroundings
from assistant.model import Question, Turn
from assistant.navigation import TITLE, header_html
from assistant.pages.conversation import (
    Exchange,
    collection_html,
    evidence_html,
    history_html,
    live_html,
    outcome,
    standing_html,
    talk_html,
)
from assistant.pages.index_page import SCRIPTS, ChinesePage
from assistant.pages.understood import understood_html
from assistant.render import ANSWER_NOTE, cards_html, to_dict
from assistant.service import Service
from ingest.errors import PlanNotFound

MAX_TURNS = 30   # of one conversation; older ones are forgotten
MAX_AGAIN = 10   # questions of an earlier conversation that are asked again when it is reopened
ASKERS = 4       # readers served at the same time; the others wait in Gradio's queue
WAITING = 200    # readers in that queue; more are told to come back
FONTS = ["Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
log = logging.getLogger(__name__)


def mount_page(app: FastAPI, service: Service) -> FastAPI:
    """`app` with the page at `/`. Mount it last: it takes every path that is left."""
    app = gr.mount_gradio_app(
        app, build(service), path="/", footer_links=[], run_history=False, show_error=False, ssr_mode=False, pwa=False,
        mcp_server=False, theme=theme(), head=SCRIPTS, allowed_paths=[], max_file_size="1kb", enable_monitoring=False,
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
        asked = gr.State(())
        shared = gr.Textbox(visible=False)
        _html(header_html("/", "question", "跳到提问框"))
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
                kept = _html(history_html(), elem_id="history", js_on_load=_REOPEN)
            with gr.Column(elem_id="evidence", scale=5, min_width=320):
                evidence = _html(evidence_html(()), elem_id="cards")
        live = _html('<p class="ipa-sr" role="status"></p>', elem_id="live")
        timer = gr.Timer(1.0)

        def begin(text: str, history: Sequence[Exchange]) -> tuple[Any, ...]:
            if not text.strip():
                return (), text, gr.skip(), gr.skip()
            return (text,), "", talk_html((*history, Exchange(text))), live_html("正在检索规划原文")

        def begin_click(history: Sequence[Exchange], event: gr.EventData) -> tuple[Any, ...]:
            return begin(next(iter(_sent(event, "question")), ""), history)

        def arrive(text: str, history: Sequence[Exchange]) -> tuple[Any, ...]:
            text = text.strip()
            if not text or len(text) > MAX_QUESTION or history:
                return (gr.skip(),) * 4
            if service.standing.state != "ready":
                return (), text, gr.skip(), live_html("问题已填好，知识库准备好后请按“提问”")
            return begin(text, ())

        def reopen(event: gr.EventData) -> tuple[Any, ...]:
            questions = _sent(event, "questions")[-MAX_AGAIN:]
            waiting = talk_html(tuple(map(Exchange, questions)))
            return (), questions, waiting, live_html("正在重新作答")

        def finish(texts: Sequence[str], history: Sequence[Exchange], plans: list[str] | None,
                   regions: list[str] | None) -> tuple[Any, ...]:
            if not texts:
                return (gr.skip(),) * 5
            for text in texts:
                history = (*history, answer(service, text, history, tuple(plans or ()), tuple(regions or ())))[-MAX_TURNS:]
            return (), history, talk_html(history), evidence_html(history), live_html(outcome(history[-1]))

        def watch(history: Sequence[Exchange]) -> tuple[Any, ...]:
            state = service.standing
            if state.state == "starting":
                return standing_html(state), *(gr.skip(),) * 4
            shown = gr.skip() if history else evidence_html((), collection_html(service))
            return standing_html(state), *_choices(service), shown, gr.Timer(active=False)

        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        done = {"fn": finish, "inputs": [asked, past, plan_choice, region_choice],
                "outputs": [asked, past, conversation, evidence, live], **hidden}
        for trigger in (box.submit, send.click):
            trigger(begin, [box, past], [asked, box, conversation, live], **hidden).then(**done)
        conversation.click(begin_click, [past], [asked, box, conversation, live], **hidden).then(**done)
        kept.click(reopen, None, [past, asked, conversation, live], **hidden).then(**done)
        page.load(arrive, [shared, past], [asked, box, conversation, live], js=_SHARED, **hidden).then(**done)
        clear.click(lambda: ((), talk_html(()), evidence_html((), collection_html(service)), live_html("对话已清空")), None,
                    [past, conversation, evidence, live], **hidden)
        watched = [standing, plan_choice, region_choice, evidence, timer]
        timer.tick(watch, [past], watched, **hidden)
        page.load(watch, [past], watched, **hidden)
        page.queue(default_concurrency_limit=ASKERS, max_size=WAITING, api_open=False)
    return page


_ASK_ON_CLICK = """
element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-ask]');
  if (chip) trigger('click', {question: chip.dataset.ask});
});
"""


_REOPEN = """
element.addEventListener('ipa-reopen', (event) => trigger('click', {questions: event.detail}));
"""
_SHARED = "(shared, past) => [new URLSearchParams(window.location.search).get('q') || '', past]"
"""A question in the address (`/?q=…`) is filled in and asked once, when the page opens."""


def _sent(event: gr.EventData, name: str) -> tuple[str, ...]:
    """What the page's script sent along: one text or several, nothing else."""
    data = getattr(event, "_data", None)
    found = data.get(name) if isinstance(data, dict) else None
    texts = found if isinstance(found, list) else [found]
    return tuple(text[:MAX_QUESTION] for text in texts if isinstance(text, str) and text.strip())


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
        service.heard(question, reply)
        around = {each.clause_id: found for each in reply.citations
                  if (found := _around(assistant.catalogue, each.clause_id)) is not None}
        regions_of = {meta.id: meta.region for meta in assistant.catalogue.metas()}
        return Exchange(question.text, reply, cards_html(reply, len(history) + 1, around, regions_of),
                        understood=understood_html(to_dict(reply)["understood"], assistant.catalogue.metas()))
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
