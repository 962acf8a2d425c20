"""Reply → dict, Markdown, HTML: nothing lost, nothing taken as HTML."""

from __future__ import annotations

import dataclasses
import re
from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from assistant.chain import Assistant
from assistant.contract.views import Surroundings, surroundings
from assistant.markup import to_html
from assistant.model import Citation, Claim, Notice, Reply, Span
from assistant.pages.blocks import blocks
from assistant.pages.marking import parse_marks
from assistant.pages.original import plan_page
from assistant.render import answer_html, cards_html, deltas, highlight, reading_url, to_dict, to_markdown
from ingest.model import Clause

EVIL = '<img src=x onerror="alert(1)"> & </mark><script>'
ALLOWED = {"p", "ul", "ol", "li", "strong", "a", "h4", "br", "blockquote", "div", "table", "tr", "td", "th"}


def citation(**changes: object) -> Citation:
    base = Citation(1, "p-2020", "某规划", "p-2020#1.1", "一、目标", "到2025年达到5件。另行安排。", 10, 26, "a.txt", "0" * 64,
                    (Span(10, 20),), "over")
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def reply(text: str = "目标是5件。[1]", **changes: object) -> Reply:
    base = Reply("r1", "answered", text, (Claim("目标是5件。", (1,)),), (citation(),))
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


class Tags(HTMLParser):
    """The elements of a piece of HTML; complains of what is left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    found = Tags(html)
    assert found.open == []
    return found.seen


@given(st.text(alphabet=st.sampled_from(list("甲1<>&\"'*_#[]()|-.> \n`\\")), max_size=80))
def test_no_text_becomes_html(text: str) -> None:
    html = to_html(text, lambda n: "")
    assert {tag for tag, _ in tags(html)} <= ALLOWED


def test_html_is_escaped_wherever_a_text_comes_in() -> None:
    evil = reply(EVIL + "[1]", citations=(citation(plan_title=EVIL, path=EVIL, quote=EVIL, clause_id="p#" + EVIL,
                                                   plan_id='p"><script>'),),
                 suggestions=(EVIL,), notices=(Notice('x"><script>', "p", EVIL),), id='"><script>')
    for html in (answer_html(evil, 1), cards_html(evil, 1, {}, {'p"><script>': EVIL})):
        names = {tag for tag, _ in tags(html)}
        assert not names & {"script", "img"}
        assert not any(name.startswith("on") for _, attributes in tags(html) for name in attributes)


def test_marks_link_to_cards_and_unknown_numbers_stay_text() -> None:
    html = answer_html(reply("甲。[1]乙。[7]"), 3)
    assert 'href="#cite-3-1"' in html
    assert "cite-3-7" not in html
    assert "[7]" in html
    assert 'id="cite-3-1"' in cards_html(reply(), 3, {}, {})


def test_markdown_blocks() -> None:
    html = to_html("**标题**\n\n- 甲\n- 乙\n\n3. 丙\n\n| 指标 | 值 |\n| --- | --- |\n| a | 5 |\n\n> 提示", lambda n: "")
    assert [tag for tag, _ in tags(html)].count("li") == 3
    assert '<ol start="3">' in html
    assert "<strong>标题</strong>" in html
    assert '<th scope="col">指标</th>' in html
    assert "<td>5</td>" in html
    assert "<blockquote><p>提示</p></blockquote>" in html


def test_highlight_marks_exactly_the_spans() -> None:
    assert highlight("甲乙丙丁", 10, (Span(11, 13),)) == "甲<mark>乙丙</mark>丁"
    assert highlight("甲乙丙丁", 10, (Span(8, 11), Span(10, 12), Span(13, 99))) == "<mark>甲</mark><mark>乙</mark>丙<mark>丁</mark>"


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=5))
def test_highlight_loses_no_text(text: str, pairs: list[tuple[int, int]]) -> None:
    html = highlight(text, 0, tuple(Span(a, b) for a, b in pairs))
    bare = unescape(re.sub(r"</?mark>|<br>", "", html))
    assert re.sub(r"\s", "", bare) == re.sub(r"\s", "", text)


@given(st.text(max_size=200))
def test_deltas_add_up(text: str) -> None:
    assert "".join(deltas(text)) == text


def test_a_card_shows_state_place_and_context() -> None:
    clause = Clause("p-2020#1.1", "p-2020", "p-2020#1", "task", "1", "", "一、目标", "到2025年达到5件。另行安排。", 10, 26, 0)
    near = dataclasses.replace(clause, id="p-2020#1.2", text="第二款。", start=26, end=30)
    html = cards_html(reply(), 1, {clause.id: Surroundings(clause, (), (near,))}, {"p-2020": "某市"})
    assert "已到期" in html
    assert "某市" in html
    assert "<mark>到2025年达到5件</mark>" in html
    assert "查看上下文" in html
    assert "第二款。" in html
    assert reading_url(citation()) == "/plans/p-2020?mark=10-20#1.1"


def test_dict_and_markdown_say_the_same_as_the_reply() -> None:
    said = reply(notices=(Notice("expired", "p-2020", "已到期。"),), understood={"plans": {"a"}, "day": Span(1, 2)})
    told = to_dict(said)
    assert told["citations"][0]["marks"] == [{"start": 10, "end": 20}]
    assert told["notices"] == [{"kind": "expired", "plan_id": "p-2020", "text": "已到期。"}]
    assert told["understood"]["plans"] == ["a"]
    markdown = to_markdown(said)
    assert "《某规划》（已到期） 一、目标" in markdown
    assert markdown.count("已到期。") == 1
    assert to_markdown(reply("> 已到期。\n\n甲。[1]", notices=said.notices)).count("已到期。") == 1


def test_a_notice_is_shown_once() -> None:
    html = answer_html(reply("> 已到期。\n\n甲。[1]", notices=(Notice("expired", "p-2020", "已到期。"),)), 1)
    shown = html.split("<textarea")[0]
    assert shown.count("已到期。") == 1
    assert 'data-kind="expired"' in shown


def test_reading_page_has_every_character_and_every_clause(assistant: Assistant) -> None:
    catalogue = assistant.catalogue
    for meta in catalogue.metas():
        text = catalogue.text(meta.id)
        cut = list(blocks(catalogue, meta.id, len(text)))
        assert "".join(text[block.start:block.end] for block in cut) == text
        anchors = {block.anchor for block in cut}
        assert {clause.id.partition("#")[2] for clause in catalogue.clauses(meta.id)} <= anchors
        page = plan_page(catalogue, meta.id, "", "", assistant.settings.day())
        ids = [attributes["id"] for _, attributes in tags_of_page(page) if attributes.get("id")]
        assert len(ids) == len(set(ids))


def tags_of_page(page: str) -> list[tuple[str, dict[str, str | None]]]:
    return tags(re.sub(r"<!doctype html>|<(?:meta|link|input)[^>]*>", "", page))


def test_reading_page_marks_the_quote(assistant: Assistant) -> None:
    clause = next(each for each in assistant.catalogue.clauses("qianjiang-2022") if each.kind == "task")
    page = plan_page(assistant.catalogue, "qianjiang-2022", f"{clause.start}-{clause.end}", "", assistant.settings.day())
    marked = "".join(re.findall(r'<mark class="cite"[^>]*>(.*?)</mark>', page, re.S))
    assert re.sub(r"\s|<br>", "", unescape(marked)) == re.sub(r"\s", "", clause.text)
    assert parse_marks("5-3,0-4,3-999999,x", 10) == (Span(0, 4),)


def test_surroundings_are_neighbours_of_the_same_section(assistant: Assistant) -> None:
    for clause in assistant.catalogue.clauses("chongqing-2014")[::11]:
        around = surroundings(assistant.catalogue, clause.id)
        assert all(each.end <= clause.end and each.id != clause.id for each in around.before)
        assert {each.section_id for each in (*around.before, *around.after)} <= {clause.section_id}
