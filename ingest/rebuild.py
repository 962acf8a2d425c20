"""Plans → a new generation of the index, taking over from the old one whatever has not changed."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

from ingest.catalogue import Catalogue
from ingest.catalogue_file import FORMAT, Stored, write_catalogue
from ingest.corpus_meta import Entry
from ingest.encoder import encoder_name, open_encoder
from ingest.errors import IndexCorrupt, IndexMissing, IngestError, SourceError
from ingest.generations import CATALOGUE, CHROMA, current, new_generation, publish, sweep, writing
from ingest.model import Passage, Plan
from ingest.passages import passages_of
from ingest.records import to_row
from ingest.settings import PACKAGE, IngestSettings
from ingest.sources import Source, read_source, sha256_of
from ingest.vector_files import check_files

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Called with a stage (`read`, `embed`, `store`), how much is done, and how much there is."""


_SHAPE_NO_PLAN = frozenset(
    ("__main__", "bounded", "show", "audit", "pipeline", "rebuild", "index", "generations", "settings", "errors",
     "vectors",
     "vector_files", "vector_server", "nearest", "encoder", "e5_weights", "e5_onnx", "onnx_file", "report", "report_html")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What one plan came to. `embedded` passages were new; `reused` ones kept the embedding they had."""

    id: str
    title: str
    state: str
    sections: int
    clauses: int
    units: int
    indicators: int
    embedded: int
    reused: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `changed` is False when the index was up to date; `refused` are files that were not taken."""

    plans: tuple[PlanReport, ...]
    changed: bool
    generation: str
    encoder: str
    milliseconds: float
    refused: tuple[str, ...] = ()


def user_folder(settings: IngestSettings) -> Path:
    """Where plans that the user added are kept."""
    return settings.index / "plans"


@dataclass(frozen=True, slots=True)
class Job:
    """A plan to have in the index; `source` is set when its file was read already."""

    entry: Entry
    source: Source | None = None


def rebuild(
    settings: IngestSettings, jobs: Sequence[Job], commit: Callable[[], None], full: bool, progress: Progress | None
) -> BuildReport:
    """Write and publish a generation of exactly these plans, or find that there is one. `commit` is called when all is
    written and just before the new generation becomes the current one. The caller holds the builders' lock.
    """
    began = time.perf_counter()
    name = encoder_name(settings)
    version = parser_version()
    wanted = [(job, fingerprint(job, version)) for job in jobs]
    generation, old = (None, None) if full else _usable(settings.index)
    try:
        if generation and old and _same(old, name, wanted) and _vectors_sound(settings, generation, old):
            with writing(settings.index):
                commit()
                sweep(settings.index, generation)
            reports = tuple(_unchanged(old, job.entry.meta.id) for job, _ in wanted)
            return BuildReport(reports, False, generation.name, name, _since(began))
        try:
            return _write(settings, wanted, old, name, commit, progress, began)
        except IndexCorrupt:
            if old is None:
                raise
            return _write(settings, wanted, None, name, commit, progress, began)
    finally:
        if old:
            old.close()


def _write(
    settings: IngestSettings,
    wanted: Sequence[tuple[Job, str]],
    old: Catalogue | None,
    name: str,
    commit: Callable[[], None],
    progress: Progress | None,
    began: float,
) -> BuildReport:
    read: list[tuple[Plan, str, tuple[Passage, ...], bool, float]] = []
    for n, (job, fingerprint) in enumerate(wanted):
        _tell(progress, "read", n, len(wanted))
        start = time.perf_counter()
        plan, fresh = _plan(job, fingerprint, old)
        read.append((plan, fingerprint, passages_of(plan), fresh, _since(start)))
    _tell(progress, "read", len(wanted), len(wanted))
    stored = old.embeddings() if old and old.info()["encoder"] == name else {}
    new = {p.digest: p.text for _, _, passages, _, _ in read for p in passages if p.digest not in stored}
    embeddings = {**stored, **_embed(settings, new, progress)}
    reports = tuple(_report(plan, passages, new, fresh, ms) for plan, _, passages, fresh, ms in read)

    plans = [Stored(plan, mark, ps, tuple(embeddings[p.digest] for p in ps)) for plan, mark, ps, _, _ in read]
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    info = {"encoder": name, "built_at": built_at, "collection": collection_name(name, plans)}
    _tell(progress, "store", 0, 2)
    with writing(settings.index):
        sweep(settings.index, _pointed(settings.index))
        generation = new_generation(settings.index)
        write_catalogue(generation / CATALOGUE, plans, info)
        _tell(progress, "store", 1, 2)
        write_vectors(settings, generation, info, plans)
        commit()
        publish(settings.index, generation)
        sweep(settings.index, generation)
    _tell(progress, "store", 2, 2)
    return BuildReport(reports, True, generation.name, name, _since(began))


@cache
def parser_version() -> str:
    """A hash of the code and data that shape a stored plan: any change to how plans are read gives another one.

    Taken once a process: what was loaded does not change when the files do.
    """
    digest = hashlib.sha256()
    folders = (PACKAGE, *(path for path in PACKAGE.iterdir() if path.is_dir() and path.name != "corpus"))
    files = (file for folder in folders for file in folder.iterdir() if file.suffix in (".py", ".txt", ".sql", ".toml"))
    try:
        for path in sorted(file for file in files if file.stem not in _SHAPE_NO_PLAN):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    except OSError as error:
        raise IngestError(f"{error.filename}：程序自己的文件读不出来（{error.strerror}）；请重试，或重新安装程序") from error
    return digest.hexdigest()[:16]


def fingerprint(job: Job, version: str) -> str:
    """What a stored plan depends on: its file, what is said of it, and the code that reads it."""
    sha256 = job.source.sha256 if job.source else _of_file(job.entry, sha256_of)
    return hashlib.sha256(json.dumps([version, sha256, to_row(job.entry.meta)]).encode()).hexdigest()


def _usable(root: Path) -> tuple[Path, Catalogue] | tuple[None, None]:
    """The current generation, None where there is none that this code can read: then all is made anew."""
    try:
        generation = current(root)
        if generation is None:
            return None, None
        catalogue = Catalogue.open(generation / CATALOGUE)
        return (generation, catalogue) if catalogue.info()["format"] == FORMAT else (None, None)
    except IndexCorrupt:
        return None, None


def _pointed(root: Path) -> Path | None:
    try:
        return current(root)
    except IndexCorrupt:
        return None


def _same(old: Catalogue, name: str, wanted: Sequence[tuple[Job, str]]) -> bool:
    try:
        stored = [(meta.id, old.fingerprint(meta.id)) for meta in old.metas()]
        return old.info()["encoder"] == name and stored == [(job.entry.meta.id, mark) for job, mark in wanted]
    except IndexCorrupt:
        return False


def _vectors_sound(settings: IngestSettings, generation: Path, old: Catalogue) -> bool:
    """Whether Chroma's files are those that were sealed. If not, they are written anew from the stored embeddings.

    The database is only read where nothing in this process can have it open (see `check_files`).
    """
    count = int(old.info()["counts"].get("passages", 0))
    if settings.chroma:
        from ingest.vector_server import ServerStore

        return ServerStore(settings.chroma, str(old.info()["collection"])).finished(count)
    try:
        return check_files(generation / CHROMA, database="chromadb" not in sys.modules) == count
    except (IndexCorrupt, IndexMissing, OSError):
        return False


def _plan(job: Job, fingerprint: str, old: Catalogue | None) -> tuple[Plan, bool]:
    """The plan, and whether it was read anew."""
    meta = job.entry.meta
    if old and any(known.id == meta.id for known in old.metas()) and old.fingerprint(meta.id) == fingerprint:
        return old.plan(meta.id), False
    from ingest.parse import parse_plan

    source = job.source or _of_file(job.entry, read_source)
    return parse_plan(source.raw, meta, source.sha256), True


def _of_file(entry: Entry, read: Callable[[Path], T]) -> T:
    """What `read` gives for a plan's file; a SourceError also says how to do without a plan whose file is gone."""
    try:
        return read(entry.path)
    except SourceError as error:
        if entry.path.exists():
            raise
        plan_id = entry.meta.id
        raise SourceError(f"{error}；或用 python -m ingest remove {plan_id} 移除这份规划（原有索引未受影响）") from None


def _embed(settings: IngestSettings, texts: Mapping[str, str], progress: Progress | None) -> dict[str, bytes]:
    """Digest → little-endian float32 bytes, for passages that have no embedding yet. Loads the model only for those."""
    if not texts:
        return {}
    _tell(progress, "embed", 0, len(texts))
    encoder = open_encoder(settings)
    vectors = encoder.encode_passages(list(texts.values()), lambda done, total: _tell(progress, "embed", done, total))
    return {digest: vector.astype("<f4").tobytes() for digest, vector in zip(texts, vectors, strict=True)}


def collection_name(encoder: str, plans: Sequence[Stored]) -> str:
    """What a Chroma server calls the vectors of these plans: by their content, so equal catalogues share them."""
    digest = hashlib.sha256(encoder.encode())
    for passage in (passage for stored in plans for passage in stored.passages):
        digest.update(f"{passage.id}\0{passage.digest}\n".encode())
    return f"ipplan-{digest.hexdigest()[:16]}"


def write_vectors(settings: IngestSettings, generation: Path, info: Mapping[str, str], plans: Sequence[Stored]) -> None:
    """Write the plans' vectors where the settings say: beside the catalogue, or on a server unless it has them."""
    import numpy as np

    passages = [passage for stored in plans for passage in stored.passages]
    blobs = b"".join(blob for stored in plans for blob in stored.embeddings)
    rows = np.frombuffer(blobs, "<f4").reshape(len(passages), -1 if passages else 0)
    if settings.chroma:
        from ingest.vector_server import ServerStore

        server = ServerStore(settings.chroma, info["collection"])
        if not server.finished(len(passages)):
            server.write(passages, rows)
        server.close()
        return
    from ingest.vectors import VectorStore

    with VectorStore.open(generation / CHROMA, info["encoder"], create=True) as store:  # an error leaves it unsealed
        if passages:
            store.upsert(passages, rows)


def _report(plan: Plan, passages: Sequence[Passage], new: Mapping[str, str], fresh: bool, ms: float) -> PlanReport:
    embedded = sum(passage.digest in new for passage in passages)
    return PlanReport(
        plan.id, plan.meta.title, "read" if fresh else "kept", len(plan.sections), len(plan.clauses), len(plan.units),
        len(plan.indicators), embedded, len(passages) - embedded, ms,
    )  # fmt: skip


def _unchanged(old: Catalogue, plan_id: str) -> PlanReport:
    return PlanReport(
        plan_id, old.meta(plan_id).title, "kept", len(old.sections(plan_id)), len(old.clauses(plan_id)),
        len(old.units(plan_id)), len(old.indicators(plan_id)), 0, len(old.passages(plan_id)), 0.0,
    )  # fmt: skip


def _tell(progress: Progress | None, stage: str, done: int, total: int) -> None:
    if progress:
        progress(stage, done, total)


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 1)
