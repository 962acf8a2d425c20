"""An index of any size out of the real one: its plans again for made-up regions, other years and other figures.

Every replacement keeps its length, so offsets, clauses and facts of the original hold in the copy, and the real build's
writers store it. Vectors are the originals' with noise (cosine about 0.97), because encoding a hundred thousand clauses
would take most of an hour on two cores: so times are those of a corpus of this size, and the quality of retrieval is not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import numpy as np

from ingest.catalogue import Catalogue
from ingest.catalogue_file import Stored, write_catalogue
from ingest.generations import CATALOGUE, building, current, new_generation, publish
from ingest.model import Passage, Plan
from ingest.rebuild import collection_name, write_vectors
from ingest.settings import IngestSettings

T = TypeVar("T")

NOISE = 0.25
_FIRST = "安宁阳平江河海山川云林泉石岭峰原野湖溪港洲城东西南北中新长永兴昌盛和顺泰康福瑞祥景春秋金银玉珠松柏竹梅兰桂"
_SECOND = "州阳江山川原湖溪港城陵源丰台关门口沙坪坝滩湾岛屏峪"
_YEAR = re.compile(r"(?<!\d)20[0-3]\d(?!\d)")
_FIGURE = re.compile(r"(?<![\d.])\d{3,}(?![\d.])")


@dataclass(frozen=True, slots=True)
class Made:
    """An index that was written: clauses, passages, and what writing it took."""

    folder: Path
    plans: int
    clauses: int
    passages: int
    seconds: float


def make_index(source: IngestSettings, folder: Path, clauses: int, progress: Callable[[int, int], None]) -> Made:
    """Write an index of at least `clauses` clauses into `folder`: the real plans first, then copies."""
    generation = current(source.index)
    if generation is None:
        raise FileNotFoundError(f"{source.index}：还没有建立索引；请先运行 python -m ingest build")
    catalogue = Catalogue.open(generation / CATALOGUE)
    vectors = catalogue.embeddings()
    originals = [(catalogue.plan(meta.id), catalogue.passages(meta.id)) for meta in catalogue.metas()]
    began = time.perf_counter()
    plans: list[Stored] = []
    total = 0
    for number, (plan, passages) in enumerate(_copies(originals, clauses)):
        blobs = tuple(vectors[passage.digest] for passage in originals[number % len(originals)][1])
        if number >= len(originals):
            blobs = _near(blobs, number)
        plans.append(Stored(plan, "bench", passages, blobs))
        total += len(plan.clauses)
        progress(total, clauses)
    with building(folder):
        new = new_generation(folder)
        encoder = str(catalogue.info()["encoder"])
        info = {"encoder": encoder, "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "collection": collection_name(encoder, plans)}
        write_catalogue(new / CATALOGUE, plans, info)
        write_vectors(source, new, info, plans)
        publish(folder, new)
    catalogue.close()
    return Made(folder, len(plans), total, sum(len(each.passages) for each in plans), time.perf_counter() - began)


def regions() -> Iterator[str]:
    """Made-up names of two characters, none of them twice."""
    names = [first + second for first in _FIRST for second in _SECOND]
    Random(7).shuffle(names)
    yield from names


def _copies(
    originals: list[tuple[Plan, tuple[Passage, ...]]], clauses: int
) -> Iterator[tuple[Plan, tuple[Passage, ...]]]:
    total = 0
    names = regions()
    number = 0
    while total < clauses:
        region = next(names)
        for plan, passages in originals:
            made = (plan, passages) if number < len(originals) else copy_of(plan, passages, region, number)
            yield made
            total += len(made[0].clauses)
            number += 1
            if total >= clauses:
                return


def copy_of(
    plan: Plan, passages: tuple[Passage, ...], region: str, number: int
) -> tuple[Plan, tuple[Passage, ...]]:
    """The plan for another region; years move by up to four, figures of three digits and more change."""
    rng = Random(number)
    by = rng.randint(-4, 4)
    old, new = plan.id, f"copy{number:05d}"

    def figure(match: re.Match[str]) -> str:
        return "".join(str(1 + (int(digit) + number) % 9) for digit in match[0])

    def text(value: str) -> str:
        if value.startswith(f"{old}#"):
            return new + value[len(old):]
        if value == old:
            return new
        value = _YEAR.sub(lambda match: str(int(match[0]) + by), value.replace(plan.meta.region, region))
        return _FIGURE.sub(lambda match: match[0] if _YEAR.fullmatch(match[0]) else figure(match), value)

    def moved(value: Any, name: str = "") -> Any:
        if isinstance(value, str):
            return text(value)
        if isinstance(value, tuple):
            return tuple(moved(each) for each in value)
        return value + by if name.endswith("year") and isinstance(value, int) else value

    def record(one: T) -> T:
        return replace(one, **{f.name: moved(getattr(one, f.name), f.name) for f in fields(one)})  # type: ignore[type-var, arg-type]

    meta = record(plan.meta)
    days = {name: day and day.replace(year=day.year + by, day=min(day.day, 28) if day.month == 2 else day.day)
            for name in ("issued", "period_start", "period_end") for day in (getattr(plan.meta, name),)}
    aliases = tuple(name for name in meta.region_aliases if region in name)
    meta = replace(meta, **days, region_aliases=aliases, file=f"{new}.txt")
    lists = {f.name: tuple(record(one) for one in getattr(plan, f.name)) for f in fields(plan)
             if isinstance(getattr(plan, f.name), tuple)}
    copied = replace(plan, meta=meta, sha256=f"{number:064x}", raw=text(plan.raw), text=text(plan.text), **lists)  # type: ignore[arg-type]
    return copied, tuple(replace(record(one), digest=f"{number:08x}{n:08x}") for n, one in enumerate(passages))


def _near(blobs: tuple[bytes, ...], seed: int) -> tuple[bytes, ...]:
    if not blobs:
        return ()
    rows = np.frombuffer(b"".join(blobs), "<f4").reshape(len(blobs), -1)
    noise = np.random.default_rng(seed).normal(size=rows.shape)
    moved = rows + NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    unit = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype("<f4")
    return tuple(row.tobytes() for row in unit)
