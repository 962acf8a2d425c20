"""python -m ingest as a person meets it: exit status, one clear line for each mistake, no traceback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.generations import CURRENT
from ingest.pipeline import build
from ingest.settings import PACKAGE
from tests.ingest.small_corpus import QIANJIANG, SHENZHEN, make_corpus, settings_for


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built")
    make_corpus(root / "corpus")
    build(settings_for(root))
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(built, tmp_path / "copy")
    monkeypatch.setenv("IPPLAN_CORPUS", str(tmp_path / "copy" / "corpus"))
    monkeypatch.setenv("IPPLAN_INDEX", str(tmp_path / "copy" / "index"))
    monkeypatch.setenv("IPPLAN_TODAY", "2026-11-22")
    return tmp_path / "copy"


def test_build_check_and_list(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    assert "没有变化" in capsys.readouterr().out
    assert main(["check"]) == 0
    assert "归属 100.00%" in capsys.readouterr().out
    assert main(["list"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("qianjiang-2022\t黔江\t")
    assert "2022-01-01 至 2024-12-31\t已过期" in out


def test_add_and_remove(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "方案.txt"
    path.write_text(SHENZHEN, encoding="gb18030")
    assert main(["add", str(path)]) == 0                       # a name without latin letters: the id is made of its digest
    made = capsys.readouterr().out.partition("plan-")[2][:8]
    assert main(["remove", f"plan-{made}"]) == 0
    good = ["add", str(path), "--id", "shenzhen-2023", "--period-end", "2026-01-01", "--issuer", "深圳市知识产权局"]
    assert main(good) == 0
    assert "shenzhen-2023：章节" in capsys.readouterr().out
    assert main(["show", "shenzhen-2023", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["meta"]["period_end"] == "2026-01-01"
    assert shown["meta"]["issuer"] == "深圳市知识产权局"
    assert main(["remove", "shenzhen-2023"]) == 0
    assert main(["remove", "shenzhen-2023"]) == 1
    assert "没有编号" in capsys.readouterr().err


def test_a_bad_file_among_good_ones(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "shenzhen-2023.txt", tmp_path / "empty.txt"
    good.write_text(SHENZHEN, encoding="utf-8")
    bad.touch()
    assert main(["add", str(bad), str(good)]) == 1
    said = capsys.readouterr()
    assert "empty.txt：是空文件" in said.err
    assert "2 份规划" in said.out


def test_show_a_plan_and_a_file(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "qianjiang-2022"]) == 0
    out = capsys.readouterr().out
    assert "指导思想" in out
    assert "牵头 " in out
    assert main(["show", str(PACKAGE / "corpus" / QIANJIANG), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    text = shown["text"]
    assert all(text[clause["start"] : clause["end"]] == clause["text"] for clause in shown["clauses"])
    assert shown["accounting"].get("unaccounted", 0) == 0
    assert shown["meta"]["document_number"] == "黔江府办发〔2022〕80号"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "none-1"], "没有编号为“none-1”的规划"),
        (["show", "none.txt"], "没有这个文件"),
        (["add", "none.txt"], "没有这个文件"),
        (["add", "none.pdf"], "没有这个文件"),
        (["add", "none.xls"], "目前只收"),
        (["report", "none-1"], "没有编号为“none-1”的规划"),
        (["remove", "none-1"], "没有编号"),
    ],
)
def test_bad_input_is_one_line(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["add"], ["add", "a.txt", "b.txt", "--id", "x"], ["add", "a.txt", "--period-end", "2022"],
     ["build", "extra"]],
)  # fmt: skip
def test_wrong_usage_is_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


def test_check_finds_what_is_wrong(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = root / "corpus" / QIANJIANG
    plan.write_text(plan.read_text(encoding="utf-8") + "\n（四）新增一条。", encoding="utf-8")
    assert main(["check"]) == 1
    assert "qianjiang-2022：文件、说明或程序在建索引之后变了" in capsys.readouterr().err
    plan.unlink()
    assert main(["check"]) == 1
    assert main(["build"]) == 1
    assert "没有这个文件" in capsys.readouterr().err
    (root / "index" / CURRENT).unlink()
    assert main(["check"]) == 1
    assert "python -m ingest build" in capsys.readouterr().err


def test_a_wrong_setting_is_named(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IPPLAN_TODAY", "tomorrow")
    assert main(["list"]) == 1
    assert "IPPLAN_TODAY" in capsys.readouterr().err
