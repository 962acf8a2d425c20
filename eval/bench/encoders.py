"""The encoder in the forms it could run in: speed, and how much of single precision's ranking each keeps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eval.metrics import percentile
from ingest.encoder import Encoder, Vectors, open_encoder, torch_forms
from ingest.settings import IngestSettings

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Speed:
    """`first` and `kept`: the share of questions whose nearest passage, and of the ten nearest passages, is that of
    single precision."""

    form: str
    passages_per_s: float
    p50_ms: float
    p95_ms: float
    cosine: float
    first: float
    kept: float


def compare(settings: IngestSettings, passages: Sequence[str], questions: Sequence[str]) -> Iterator[Speed]:
    """Single precision first: the others are held against it."""
    reference: tuple[Vectors, Vectors] | None = None
    forms: list[tuple[str, Callable[[], Encoder]]] = [*torch_forms(settings), ("onnxruntime 4 位（采用）", lambda: open_encoder(settings))]
    for form, opened in forms:
        encoder = opened()
        began = time.perf_counter()
        stored = encoder.encode_passages(passages)
        rate = len(passages) / (time.perf_counter() - began)
        times, rows = [], []
        for question in dict.fromkeys(questions):
            began = time.perf_counter()
            rows.append(encoder.encode_queries([question])[0])
            times.append((time.perf_counter() - began) * 1000)
        asked = np.stack(rows)
        reference = reference or (asked, stored)
        mine, theirs = np.argsort(-(asked @ stored.T)), np.argsort(-(reference[0] @ reference[1].T))
        kept = [len({*a[:DEPTH]} & {*b[:DEPTH]}) / DEPTH for a, b in zip(mine, theirs, strict=True)]
        yield Speed(form, round(rate, 1), round(percentile(times, 0.5), 1), round(percentile(times, 0.95), 1),
                    round(float((asked * reference[0]).sum(axis=1).mean()), 4),
                    round(float((mine[:, 0] == theirs[:, 0]).mean()), 3), round(float(np.mean(kept)), 3))
