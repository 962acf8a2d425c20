"""The composition point of ingestion: build the index, add plans to it and take them out, open it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.corpus_meta import FILE, Entry, corpus_toml, load_corpus, load_entries, load_removed
from ingest.description import AddOptions, describe
from ingest.errors import PlanNotFound, SourceError
from ingest.generations import building, write_file
from ingest.index import Index, is_current, open_index
from ingest.rebuild import BuildReport, Job, PlanReport, Progress, rebuild, user_folder
from ingest.settings import IngestSettings
from ingest.sources import read_source, sha256_of

__all__ = ["BuildReport", "Index", "PlanReport", "add", "build", "is_current", "open_index", "remove", "user_folder"]

def build(settings: IngestSettings, *, full: bool = False, progress: Progress | None = None) -> BuildReport:
    """Bring the index up to the corpus. `full` trusts nothing that is stored. The old index stays until then."""
    with building(settings.index):
        jobs = [Job(entry) for entry in load_entries(settings.corpus, user_folder(settings))]
        return rebuild(settings, jobs, _nothing, full, progress)


def add(
    settings: IngestSettings, files: Sequence[Path], options: AddOptions, *, progress: Progress | None = None
) -> BuildReport:
    """Take files (or ids of packaged plans that were removed) into the index, in one build.

    A file that cannot be taken is refused with its reason and the others are taken; SourceError when none could be.
    """
    user = user_folder(settings)
    with building(settings.index):
        entries = list(load_entries(settings.corpus, user))
        removed = set(load_removed(user)) if (user / FILE).exists() else set()
        packaged = {meta.id: meta for meta in load_corpus(settings.corpus)}
        known = {entry.meta.id: sha256_of(entry.path) for entry in entries}
        jobs: dict[str, Job] = {entry.meta.id: Job(entry) for entry in entries}
        refused: list[str] = []
        for file in files:
            try:
                if str(file) in removed and not file.exists():
                    meta = packaged[str(file)]
                    jobs[meta.id] = Job(Entry(meta, settings.corpus / meta.file, "package"))
                    removed.discard(meta.id)
                    continue
                job = _new_job(file, user, options, jobs, known)
            except (SourceError, PlanNotFound) as error:
                if len(files) == 1:
                    raise
                refused.append(str(error))
                continue
            jobs[job.entry.meta.id] = job
            known[job.entry.meta.id] = job.source.sha256 if job.source else ""
        if len(refused) == len(files):
            raise SourceError("\n".join(refused))
        place = {plan_id: n for n, plan_id in enumerate(packaged)}
        ordered = sorted(jobs.values(), key=lambda job: place.get(job.entry.meta.id, len(place)))

        def commit() -> None:
            user.mkdir(exist_ok=True)
            for job in ordered:
                if job.source and job.entry.origin == "user":
                    write_file(job.entry.path, job.source.data)
            _write_corpus(user, ordered, removed)

        return replace(rebuild(settings, ordered, commit, False, progress), refused=tuple(refused))


def remove(settings: IngestSettings, plan_id: str, *, progress: Progress | None = None) -> BuildReport:
    """Take a plan out of the index. A packaged plan is only hidden: `add PLAN` brings it back."""
    user = user_folder(settings)
    with building(settings.index):
        entries = load_entries(settings.corpus, user)
        gone = next((entry for entry in entries if entry.meta.id == plan_id), None)
        if gone is None:
            ids = "、".join(entry.meta.id for entry in entries) or "无"
            raise PlanNotFound(f"没有编号为“{plan_id}”的规划；现有：{ids}")
        removed = set(load_removed(user)) if (user / FILE).exists() else set()
        if gone.origin == "package":
            removed.add(plan_id)
        jobs = [Job(entry) for entry in entries if entry is not gone]

        def commit() -> None:
            user.mkdir(exist_ok=True)
            _write_corpus(user, jobs, removed)

        report = rebuild(settings, jobs, commit, False, progress)
        if gone.origin == "user":
            gone.path.unlink(missing_ok=True)
        return report


def _new_job(
    file: Path, user: Path, options: AddOptions, jobs: Mapping[str, Job], known: Mapping[str, str]
) -> Job:
    """A file a user brings: read, described, and refused where its id or its text is in the index already."""
    from ingest.repair import repair

    source = read_source(file)
    meta = describe(file, repair(source.raw).text, options)
    taken = jobs.get(meta.id)
    if taken and taken.entry.origin == "package":
        raise SourceError(
            f"{file}：编号 {meta.id} 已用于“{taken.entry.meta.title}”；请用 --id 换一个编号，或先 remove {meta.id}"
        )
    same = next((plan_id for plan_id, sha256 in known.items() if sha256 == source.sha256 and plan_id != meta.id), None)
    if same:
        raise SourceError(f"{file}：与已收录的 {same} 内容完全相同；不必再添加")
    names = {job.entry.meta.file for i, job in jobs.items() if i != meta.id and job.entry.origin == "user"}
    if meta.file in names:
        meta = replace(meta, file=f"{meta.id}-{meta.file}")
    return Job(Entry(meta, user / meta.file, "user"), source)


def _write_corpus(user: Path, jobs: Iterable[Job], removed: Iterable[str]) -> None:
    metas = [job.entry.meta for job in jobs if job.entry.origin == "user"]
    write_file(user / FILE, corpus_toml(metas, removed).encode())


def _nothing() -> None:
    """A plain build changes nothing but the index."""
