"""A conversation as it was given by the API → checked again against the plans → Markdown or the parts of a document.

What comes in was in the hands of a client. A quote that is not the plan's text at its place is refused; a sentence that
its own citations do not carry is marked; names and states of plans are taken from the catalogue, not from the client.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.contract.problems import Problem
from assistant.contract.schemas import MAX_QUESTION, CitationOut, ReplyOut
from assistant.knowledge import Knowledge, period
from assistant.model import DraftLine, Proof
from assistant.proof.verify import objection
from assistant.render import PERIODS
from ingest.errors import PlanNotFound
from ingest.model import PlanMeta

LABEL = "本文由人工智能（AI）生成：回答由程序自动生成并附规划原文条款，仅供参考，以规划原文为准。"
EXPLAINED = "带 [1] 标记的句子在导出时已与所引条款重新核对；没有标记的句子是程序的提示，不是规划内容。"
UNPROVED = "【未能与所引条款核对】"
STATUS = {"answered": "", "refused": "（没有依据，未作答）", "clarify": "（需要补充信息）"}
PRODUCER = "ip-plan-assistant"
_MARKS = re.compile(r"(?:\[\d{1,4}\])+")
_MARK = re.compile(r"\[(\d{1,4})\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
_RULE = re.compile(r"\|?[\s:|-]+\|?$")
_MARKDOWN = re.compile(r"([\\`*_{}|\[\]]|^#)")


class ReplyIn(ReplyOut):
    """A reply as the API gave it."""

    model_config = ConfigDict(strict=True)

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,100}$")]
    text: Annotated[str, Field(max_length=100_000)]
    citations: Annotated[list[CitationOut], Field(max_length=500)]


class ExchangeIn(BaseModel):
    """A question with the reply to it."""

    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)]
    reply: ReplyIn


class ExportRequest(BaseModel):
    """A conversation to be written out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"exchanges": [{
        "question": "今天天气怎么样？", "reply": {
            "id": "3f1c0a", "status": "refused", "text": "这个问题不在收录的规划之内。", "claims": [], "citations": [],
            "notices": [], "suggestions": [], "generator": "extractive", "timings_ms": {}}}]}]})

    exchanges: Annotated[list[ExchangeIn], Field(min_length=1, max_length=100, description="问题与接口给出的回答，由早到晚")]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an answer: a heading, a paragraph, a list item, a notice, or a table (rows of cells)."""

    kind: Literal["heading", "text", "bullet", "notice", "table"]
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A citation as it was found in the catalogue, or as the client gave it where its plan is not there any more."""

    n: int
    title: str
    state: str
    path: str
    clause_id: str
    quote: str
    place: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """An exchange that may be written out."""

    question: str
    status: str
    blocks: tuple[Block, ...]
    sources: tuple[Source, ...]
    reply_id: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation with what is known of the plans it cites. `today` is the day that their states are of."""

    exchanges: tuple[Checked, ...]
    plans: tuple[tuple[str, str, str], ...]
    today: date

    def metadata(self) -> str:
        """The implicit label, in the fields that GB 45438 names: made by AI (`Label` 1), by whom, which content."""
        made = {"Label": "1", "ContentProducer": PRODUCER, "ProduceID": self.exchanges[0].reply_id, "ReservedCode1": "",
                "ContentPropagator": PRODUCER, "PropagateID": self.exchanges[0].reply_id, "ReservedCode2": ""}
        return json.dumps({"AIGC": made}, ensure_ascii=False)


def checked(request: ExportRequest, knowledge: Knowledge) -> Transcript:
    """The conversation, every quote and every cited sentence held against the catalogue. Problem 422 for a false quote."""
    exchanges = tuple(_exchange(number, each, knowledge) for number, each in enumerate(request.exchanges, 1))
    cited = dict.fromkeys(citation.plan_id for each in request.exchanges for citation in each.reply.citations)
    metas = [meta for plan_id in cited if (meta := _meta(plan_id, knowledge))]
    plans = tuple((meta.title, period(meta), PERIODS[meta.status(knowledge.today)]) for meta in metas)
    return Transcript(exchanges, plans, knowledge.today)


def _exchange(number: int, exchange: ExchangeIn, knowledge: Knowledge) -> Checked:
    reply = exchange.reply
    known = {citation.n: citation for citation in reply.citations}
    named = {int(n) for n in _MARK.findall(reply.text)} | {n for claim in reply.claims for n in claim.citations}
    if len(known) < len(reply.citations) or named - set(known):
        raise Problem(422, "citation_mismatch", f"第 {number} 轮回答的引用编号不一致，不能导出。", {"exchange": number})
    sources = {n: _source(number, citation, knowledge) for n, citation in known.items()}
    proved = []
    for claim in reply.claims:
        proofs = [proof for n in claim.citations if sources[n].checked for proof in _proofs(known[n], knowledge)]
        line = DraftLine("fact", claim.text, tuple(proofs), paraphrase=reply.generator.startswith("llm"))
        if not objection(line, [meta.id for meta in knowledge.metas], knowledge):
            marks = "".join(f"[{n}]" for n in claim.citations)
            proved.append(claim.text.replace("[", "［").replace("]", "］").replace("|", "｜") + marks)
    return Checked(_plain(exchange.question), STATUS[reply.status], tuple(_blocks(_plain(reply.text), proved)),
                   tuple(sources.values()), _plain(reply.id))


def _meta(plan_id: str, knowledge: Knowledge) -> PlanMeta | None:
    return next((meta for meta in knowledge.metas if meta.id == plan_id), None)


def _source(number: int, citation: CitationOut, knowledge: Knowledge) -> Source:
    meta = _meta(citation.plan_id, knowledge)
    place = f"第 {citation.start}—{citation.end} 字"
    if meta is None or knowledge.catalogue.sha256(meta.id) != citation.source_sha256:
        state = "该规划已更新或不再收录，引文未能核对"
        return Source(citation.n, _plain(citation.plan_title), state, _plain(citation.path), _plain(citation.clause_id),
                      _plain(citation.quote), place, False)
    try:
        clause = knowledge.catalogue.clause(citation.clause_id)
    except PlanNotFound:
        clause = None
    text = knowledge.text(meta.id)
    genuine = (clause is not None and clause.plan_id == meta.id and 0 <= citation.start < citation.end <= len(text)
               and text[citation.start:citation.end] == citation.quote)
    if clause is None or not genuine:
        raise Problem(422, "citation_mismatch", f"第 {number} 轮回答的引用 [{citation.n}] 与规划原文不一致，不能导出。",
                      {"exchange": number, "citation": citation.n})
    return Source(citation.n, meta.title, PERIODS[meta.status(knowledge.today)], clause.path, clause.id, citation.quote,
                  place, True)


def _proofs(citation: CitationOut, knowledge: Knowledge) -> Iterator[Proof]:
    """What the quote proves: its clause, and for the row of a flattened table each cell that it holds."""
    clause = knowledge.catalogue.clause(citation.clause_id)
    cells = [cell for cell in knowledge.cells(clause) if cell.start < citation.end and citation.start < cell.end]
    for each in cells:
        yield Proof(each.id, max(each.start, citation.start), min(each.end, citation.end))
    start, end = max(clause.start, citation.start), min(clause.end, citation.end)
    if clause.cell:
        yield Proof(clause.id, citation.start, citation.end)
    elif start < end:
        yield Proof(clause.id, start, end)


def _blocks(text: str, proved: Sequence[str]) -> Iterator[Block]:
    """The lines of a reply; one with a mark that belongs to no proved claim says so."""
    table: list[tuple[str, ...]] = []
    for line in [*text.split("\n"), ""]:
        bare = line.strip()
        if bare.startswith("|") and bare.endswith("|") and len(bare) > 1:
            if not _RULE.match(bare):
                table.append(tuple(_doubted(cell.strip(), proved) for cell in bare.strip("|").split("|")))
            continue
        if table:
            yield Block("table", rows=tuple(table))
            table = []
        if not bare:
            continue
        if bare.startswith(">"):
            yield Block("notice", bare.lstrip("> "))
        elif bare.startswith("- "):
            yield Block("bullet", _doubted(bare[2:], proved))
        elif bare.startswith("**") and bare.endswith("**") and len(bare) > 4:
            yield Block("heading", bare.strip("*"))
        else:
            yield Block("text", _doubted(bare, proved))


def _doubted(text: str, proved: Sequence[str]) -> str:
    rest = text
    for claim in sorted(proved, key=len, reverse=True):
        rest = rest.replace(claim, "")
    return f"{UNPROVED}{text}" if _MARKS.search(rest) else text


def _plain(text: str) -> str:
    return _CONTROL.sub("", text)


def to_markdown(transcript: Transcript) -> str:
    """Markdown with the label in sight and, in the front matter, for programs."""
    parts = [f"---\ntitle: 知识产权规划问答记录\ndate: {transcript.today.isoformat()}\nmetadata: '{transcript.metadata()}'\n---",
             "# 知识产权规划问答记录", f"> {LABEL}", f"导出日期：{transcript.today.isoformat()}。{EXPLAINED}"]
    for number, each in enumerate(transcript.exchanges, 1):
        parts.append(f"## {number}. {_literal(' '.join(each.question.split()))}")
        if each.status:
            parts.append(each.status)
        parts += [_markdown_of(block) for block in each.blocks]
        if each.sources:
            parts.append("### 依据")
        for source in each.sources:
            quote = "\n".join(f"> {_literal(line)}" for line in source.quote.splitlines() if line.strip())
            parts.append(f"[{source.n}] {_literal(describe(source))}\n\n{quote}")
    if transcript.plans:
        rows = "\n".join(f"| 《{_literal(title)}》 | {years} | {state} |" for title, years, state in transcript.plans)
        parts.append(f"## 所引规划的状态（截至 {transcript.today.isoformat()}）\n\n| 规划 | 实施期 | 状态 |\n| --- | --- | --- |\n{rows}")
    return "\n\n".join([*parts, f"---\n\n{LABEL}"]) + "\n"


def describe(source: Source) -> str:
    """Where a quote stands: plan, state, path, clause, place."""
    return f"《{source.title}》（{source.state}） {source.path}（{source.clause_id}，{source.place}）"


def _markdown_of(block: Block) -> str:
    if block.kind == "table":
        width = max(len(row) for row in block.rows)
        lines = ["| " + " | ".join([*map(_literal_but_marks, row), *[""] * (width - len(row))]) + " |" for row in block.rows]
        return "\n".join([lines[0], "| " + " | ".join(["---"] * width) + " |", *lines[1:]])
    text = _literal_but_marks(block.text)
    return {"heading": f"**{text}**", "notice": f"> {text}", "bullet": f"- {text}"}.get(block.kind, text)


def _literal(text: str) -> str:
    """`text` with nothing in it that Markdown or HTML would take for its own."""
    return _MARKDOWN.sub(r"\\\1", escape(text, quote=False))


def _literal_but_marks(text: str) -> str:
    """The same with the citation marks left as they are."""
    return re.sub(r"\\\[(\d{1,4})\\\]", r"[\1]", _literal(text))
