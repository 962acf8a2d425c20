"""Which plans a report is about, and what the reader of their file format left out."""

from __future__ import annotations

from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.corpus_meta import load_entries
from ingest.errors import IndexMissing, SourceError
from ingest.generations import CATALOGUE, current
from ingest.rebuild import user_folder
from ingest.report import Report, report_of
from ingest.settings import IngestSettings
from ingest.show import read_plan
from ingest.sources import read_source

RICH_SUFFIXES = (".html", ".htm", ".docx", ".pdf")
"""Formats whose readers may leave something out; the others are taken as they are."""


def gather(settings: IngestSettings, name: str | None) -> tuple[Report, ...]:
    """The report of one plan of the index or of a file, or of every plan of the index."""
    if name and Path(name).is_file():
        return (report_of(read_plan(settings, name), left_out(Path(name))),)
    files = {entry.meta.id: entry.path for entry in load_entries(settings.corpus, user_folder(settings))}
    if name:
        plan = read_plan(settings, name)
        return (report_of(plan, _stored_left_out(files.get(plan.id), plan.sha256)),)
    generation = current(settings.index)
    if generation is None:
        raise IndexMissing(f"{settings.index}：还没有建立索引；请先运行 python -m ingest build")
    catalogue = Catalogue.open(generation / CATALOGUE)
    plans = [catalogue.plan(meta.id) for meta in catalogue.metas()]
    return tuple(report_of(plan, _stored_left_out(files.get(plan.id), plan.sha256)) for plan in plans)


def left_out(path: Path) -> tuple[str, ...]:
    """What of a file is not in its text."""
    return read_source(path).left_out if path.suffix.lower() in RICH_SUFFIXES else ()


def _stored_left_out(path: Path | None, sha256: str) -> tuple[str, ...]:
    if path is None or path.suffix.lower() not in RICH_SUFFIXES:
        return ()
    try:
        source = read_source(path)
    except SourceError as error:
        return (f"原文件现在读不出来：{error}",)
    return source.left_out if source.sha256 == sha256 else ("原文件在建索引之后变了",)
