"""The HTML of a conversation: questions with their answers, the evidence beside them, the state of the service.

Knows nothing of Gradio. Every text of a reader or a plan is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from assistant.model import Reply
from assistant.navigation import plan_url
from assistant.pages.understood import share_url
from assistant.render import answer_html, badge_html, to_dict
from assistant.service import Service, Standing

EXAMPLES = (
    ("企业", ("珠海如何支持企业海外布局？", "我们是一家科技型中小企业，能申请哪些专利质押融资支持？")),
    ("政府工作人员", ("黔江区健全知识产权公共服务体系由哪个单位负责？", "重庆2014年专利管理处负责哪些任务？")),
    ("公众", ("珠海到2022年每万人有效发明专利拥有量要达到多少件？", "贵州在知识产权宣传和普及教育上有哪些安排？")),
)
_BEFORE = '<p class="ipa-empty">回答中的每一句话都附有原文条款。提问后，所引条款将列在这里。</p>'


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its reply, the HTML of how it was read and of its evidence, or why there is none."""

    question: str
    reply: Reply | None = None
    cards: str = ""
    fault: str = ""
    understood: str = ""


def talk_html(turns: Sequence[Exchange]) -> str:
    """The conversation; before the first question, what to ask."""
    if not turns:
        return _welcome()
    shown = "".join(_turn_html(each, n) for n, each in enumerate(turns, 1))
    return f'<div class="ipa-talk">{shown}{_EXPORT if any(each.reply for each in turns) else ""}</div>'


def _turn_html(each: Exchange, n: int) -> str:
    if each.reply is not None:
        said = each.understood + answer_html(each.reply, n, _keep_html(each.question, each.reply))
    elif each.fault:
        said = f'<div class="ipa-answer" data-status="fault"><p class="ipa-notice">{escape(each.fault)}</p></div>'
    else:
        said = '<div class="ipa-answer" data-status="waiting"><p class="ipa-wait">正在检索规划原文，请稍候……</p></div>'
    return (f'<section class="ipa-turn" id="turn-{n}" tabindex="-1" aria-label="第 {n} 轮问答">'
            f'<h2 class="ipa-question"><span>问</span><span>{escape(each.question)}</span></h2>{said}</section>')


def _keep_html(question: str, reply: Reply) -> str:
    """The address of the question, and the exchange as the page's script keeps and exports it."""
    record = json.dumps({"question": question, "reply": to_dict(reply)}, ensure_ascii=False)
    return (f'<a class="ipa-action" href="{escape(share_url(question, reply.understood))}" data-share>复制本问的链接</a>'
            f'<textarea class="ipa-record" hidden readonly aria-hidden="true">{escape(record)}</textarea>')


_EXPORT = ('<p class="ipa-export"><span>导出本次对话（含依据、日期、规划状态和 AI 生成标识）：</span>'
           '<button type="button" class="ipa-action" data-export="docx">Word（DOCX）</button>'
           '<button type="button" class="ipa-action" data-export="md">Markdown</button></p>')


def history_html() -> str:
    """The frame of the earlier conversations; what is in it is known to the reader's browser only."""
    return ('<details class="ipa-history"><summary>历史记录</summary><p>只保存在这台设备的这个浏览器里，服务器上没有。'
            '公用电脑请用完后全部删除。“接着问”会把当时的问题重新提交作答。</p>'
            '<div class="ipa-history-list"></div>'
            '<p class="ipa-actions"><label><input type="checkbox" class="ipa-history-on" checked> 保存历史</label>'
            '<button type="button" class="ipa-action" data-forget="all">全部删除</button></p></details>')


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


def collection_html(service: Service) -> str:
    """The plans there are, as a list of links; '' while they are not known."""
    if service.standing.state != "ready":
        return ""
    assistant = service.require()
    today = assistant.settings.day()
    items = "".join(
        f'<li><a href="{escape(plan_url(meta.id))}" target="_blank" rel="noopener">{escape(meta.title)}'
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
    empty = _BEFORE if not turns else '<p class="ipa-empty">本轮没有引用条款。</p>'
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


def outcome(last: Exchange) -> str:
    """What a screen reader says when an answer has come."""
    if last.reply is None:
        return last.fault
    return f"已给出答复，附 {len(last.reply.citations)} 条原文依据"


def live_html(text: str) -> str:
    """A line for screen readers only."""
    return f'<p class="ipa-sr" role="status">{escape(text)}</p>'


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[:limit] + "……"
