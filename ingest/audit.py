"""What `check` looks at: do the stored plans keep their promises, is the index what a build would write now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from ingest.account import destinations
from ingest.corpus_meta import load_entries
from ingest.errors import IngestError
from ingest.index import open_index
from ingest.model import Plan
from ingest.rebuild import Job, fingerprint, parser_version, user_folder
from ingest.settings import IngestSettings


@dataclass(frozen=True, slots=True)
class PlanAudit:
    """One plan: the share of its characters that are accounted for, where they went, what is wrong with it."""

    id: str
    characters: int
    accounted: float
    destinations: Counter[str]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """All plans, and what is wrong with the index as a whole."""

    plans: tuple[PlanAudit, ...]
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.problems and not any(plan.problems for plan in self.plans)


def audit(settings: IngestSettings) -> Audit:
    """Check every stored plan and the index. IndexFault where the index cannot be opened at all."""
    index = open_index(settings)
    try:
        catalogue = index.catalogue
        catalogue.verify()
        plans = tuple(audit_plan(catalogue.plan(meta.id)) for meta in catalogue.metas())
        problems = _stale(settings, {meta.id: catalogue.fingerprint(meta.id) for meta in catalogue.metas()})
        wanted, stored = {passage.id for passage in catalogue.passages()}, index.vectors.ids()
        if wanted != stored:
            problems.append(
                f"向量库与目录不一致：缺 {len(wanted - stored)} 段，多 {len(stored - wanted)} 段；请运行 build --full"
            )
        return Audit(plans, tuple(problems))
    finally:
        index.close()


def audit_plan(plan: Plan) -> PlanAudit:
    """Spans, accounting, offsets and error-grade findings of one plan."""
    counts = destinations(plan)
    lost = counts["unaccounted"] + counts["twice"]
    problems = [
        f"{item.id}：位置 {item.start}–{item.end} 与条款文字不符"
        for item in plan.clauses
        if plan.text[item.start : item.end] != item.text
    ]
    if counts["unaccounted"]:
        problems.append(f"有 {counts['unaccounted']} 个字符不属于任何条款、标题或套话")
    if counts["twice"]:
        problems.append(f"有 {counts['twice']} 个字符被算了两次")
    problems += _offset_problems(plan)
    problems += [f"{item.kind}：{item.message}" for item in plan.findings if item.grade == "error"]
    return PlanAudit(plan.id, len(plan.text), 1 - lost / max(1, len(plan.text)), counts, tuple(dict.fromkeys(problems)))


def _offset_problems(plan: Plan) -> list[str]:
    """The map to the raw file must cover the text, run forwards, and leave out only what a repair took away."""
    starts, ends = plan.offsets.starts, plan.offsets.ends
    if not len(starts) == len(ends) == len(plan.text):
        return [f"与原文件的位置对照表长 {len(starts)}，正文长 {len(plan.text)}"]
    if any(a > b for a, b in (*zip(starts, ends, strict=True), *pairwise(starts))):
        return ["与原文件的位置对照表不是顺序的"]
    covered = bytearray(len(plan.raw))
    for start, end in (*zip(starts, ends, strict=True), *((r.raw_start, r.raw_end) for r in plan.repairs)):
        covered[start:end] = b"\1" * (min(end, len(covered)) - start)
    left_out = (char for char, seen in zip(plan.raw, covered, strict=True) if not seen)
    lost = sum(1 for char in left_out if not char.isspace() and char != "\ufeff")
    return [f"原文件有 {lost} 个字符既不在正文里，也没有修复记录"] if lost else []


def _stale(settings: IngestSettings, stored: dict[str, str]) -> list[str]:
    """How the index differs from what a build would write now."""
    version, wanted, problems = parser_version(), {}, []
    for entry in load_entries(settings.corpus, user_folder(settings)):
        try:
            wanted[entry.meta.id] = fingerprint(Job(entry), version)
        except IngestError as error:
            problems.append(str(error))
            wanted[entry.meta.id] = ""
    for plan_id in (*wanted, *(known for known in stored if known not in wanted)):
        if plan_id not in stored:
            problems.append(f"{plan_id}：还不在索引里；请运行 python -m ingest build")
        elif plan_id not in wanted:
            problems.append(f"{plan_id}：已不在 corpus.toml 里；请运行 python -m ingest build")
        elif wanted[plan_id] and wanted[plan_id] != stored[plan_id]:
            problems.append(f"{plan_id}：文件、说明或程序在建索引之后变了；请运行 python -m ingest build")
    return problems
