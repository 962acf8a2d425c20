"""A tiny assistant for tests of the web layer: the real catalogue over two real plans, canned replies."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.model import Citation, Claim, Notice, Question, Reply, Span
from ingest.catalogue import Catalogue, Stored, write_catalogue
from ingest.corpus_meta import load_corpus
from ingest.parse import parse_plan
from ingest.settings import IngestSettings
from ingest.sources import read_source

TODAY = date(2025, 6, 1)


def build_catalogue(folder: Path, plan_ids: tuple[str, ...] = ("chongqing-2014", "qianjiang-2022")) -> Catalogue:
    """A catalogue without vectors."""
    corpus = IngestSettings().corpus
    stored = []
    for meta in load_corpus(corpus):
        if not plan_ids or meta.id in plan_ids:
            source = read_source(corpus / meta.file)
            stored.append(Stored(parse_plan(source.raw, meta, source.sha256), "test", (), ()))
    path = folder / "catalogue.sqlite"
    write_catalogue(path, stored, {"encoder": "none"})
    return Catalogue.open(path)


@dataclass
class StandIn:
    """Answers each question with the first tasks of the first plan in scope that name one of its words."""

    catalogue: Catalogue
    settings: IngestSettings
    failing: Exception | None = None
    asked: list[Question] = dataclasses.field(default_factory=list)

    def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        if self.failing is not None:
            raise self.failing
        metas = [meta for meta in self.catalogue.metas()
                 if (not question.plan_ids or meta.id in question.plan_ids)
                 and (not question.regions or meta.region in question.regions)]
        meta = next((meta for meta in metas if meta.region in question.text), metas[-1])
        clauses = [each for each in self.catalogue.clauses(meta.id) if each.kind in ("task", "cell", "safeguard")][:3]
        citations = tuple(self._cite(n, each.id) for n, each in enumerate(clauses, 1))
        claims = tuple(Claim(f"{each.title or each.number}：{_first(each.text)}", (n,)) for n, each in enumerate(clauses, 1))
        text = (f"{meta.title}对此有以下规定：\n\n"
                + "\n".join(f"- **{each.title or each.number}**　{_first(each.text)}[{n}]" for n, each in enumerate(clauses, 1))
                + "\n\n回显：" + question.text)
        over = meta.status(TODAY) == "over"
        notices = (Notice("expired", meta.id, f"《{meta.title}》的实施期已于{meta.period_end}结束，以下内容供参考。"),) if over else ()
        return Reply(f"r{len(self.asked)}", "answered", text, claims, citations, notices,
                     ("责任单位是哪些？", "什么时候完成？"), timings_ms={"total": 1.0})

    def _cite(self, n: int, clause_id: str) -> Citation:
        clause = self.catalogue.clause(clause_id)
        meta = self.catalogue.meta(clause.plan_id)
        first = _first(clause.text)
        at = clause.start + clause.text.index(first)
        return Citation(n, meta.id, meta.title, clause.id, clause.path, clause.text, clause.start, clause.end, meta.file,
                        self.catalogue.sha256(meta.id), (Span(at, at + len(first)),), meta.status(TODAY))


def open_standin(folder: Path, plan_ids: tuple[str, ...] = ("chongqing-2014", "qianjiang-2022")) -> StandIn:
    """A stand-in over a fresh catalogue in `folder`."""
    return StandIn(build_catalogue(folder, plan_ids), IngestSettings(index=folder, today=TODAY))


def _first(text: str) -> str:
    body = text.split("\n")[0]
    return body[: body.find("。") + 1] or body
