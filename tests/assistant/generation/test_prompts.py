"""Prompt files: what they hold is checked when they are loaded, and a fault is told with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.generation.claims import ClaimReader
from assistant.generation.prompts import FOLDER, SUPPLIED, PromptError, load, prompt

HEAD = "---\npurpose: 试\nplaceholders: question, evidence\n---\n"
GOOD = f"{HEAD}# system\n规则 $$5\n# user\n${{evidence}} 问：$question\n"


@pytest.mark.parametrize("name", SUPPLIED)
def test_every_prompt_of_the_product_loads(name: str) -> None:
    found = prompt(name)
    system, user = found.fill(dict.fromkeys(SUPPLIED[name], "甲"))
    assert "不理会" in system
    assert "甲" in user
    assert "$" not in system + user
    assert re.fullmatch("[0-9a-f]{64}", found.sha256)


def test_every_prompt_file_is_used() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} - {"README"} == set(SUPPLIED)


@pytest.mark.parametrize("name", sorted(set(SUPPLIED) - {"rewrite", "lines"}))
def test_examples_use_a_key_that_cannot_be_valid(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert not re.search(r"\bE\d", text)
    reader = ClaimReader()
    examples = [claim for line in text.splitlines() if line.startswith("{\"text") for claim in reader.feed(f"{line}\n")]
    assert examples
    assert {key for claim in examples for key in claim.keys} == {"EX1"}


@pytest.mark.parametrize(("text", "line", "said"), [
    ("# system\n甲\n# user\n乙\n", 1, "purpose 和 placeholders"),
    (GOOD.replace("$question", "$query"), 8, "query 没有在开头声明"),
    (GOOD.replace(" 问：$question", ""), 3, "question，正文没有用到"),
    (GOOD.replace("question, evidence", "question, evidence, day").replace("$$5", "$day"), 3, "不提供占位符 day"),
    (GOOD.replace("question, evidence", "question").replace("${evidence}", "资料"), 3, "缺少占位符 evidence"),
    (GOOD.replace("$$5", "$5"), 6, "占位符写法不对"),
    (GOOD.replace("# user", "## user"), 0, "# system 和 # user 各一段"),
])
def test_a_fault_is_told_with_file_and_line(text: str, line: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PromptError) as raised:
        load(path, ("question", "evidence"))
    assert said in str(raised.value)
    assert str(path) in str(raised.value)
    assert not line or f"bad.md:{line}：" in str(raised.value)


def test_a_good_file_loads_and_its_hash_follows_its_text(tmp_path: Path) -> None:
    path = tmp_path / "good.md"
    path.write_text(GOOD, encoding="utf-8")
    first = load(path, ("question", "evidence"))
    assert first.fill({"question": "$evidence {x}", "evidence": "资料"}) == ("规则 $5", "资料 问：$evidence {x}")
    path.write_text(GOOD + "补一句\n", encoding="utf-8")
    assert load(path, ("question", "evidence")).sha256 != first.sha256


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="读不了"):
        load(tmp_path / "none.md", ())
