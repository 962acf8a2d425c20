"""Texts sent to a chat model: one Markdown file each in `prompts/`, checked when loaded, named by their hash.

A file has a head, the system message and the user message; `$name` or `${name}` is a placeholder (string.Template):

    ---
    purpose: 依据资料回答问题
    placeholders: question, evidence, fence
    ---
    # system
    …
    # user
    ${fence} …
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).resolve().parents[2] / "prompts"
SUPPLIED: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"question", "evidence", "fence"}),
    "support": frozenset({"question", "evidence", "fence"}),
    "comparison": frozenset({"question", "evidence", "fence"}),
    "english": frozenset({"question", "evidence", "fence"}),
    "lines": frozenset({"question", "evidence", "fence"}),
    "repair": frozenset({"question", "evidence", "fence", "faults"}),
    "rewrite": frozenset({"question", "history", "fence"}),
}
"""The prompts of the product and what the program fills in."""
_HEAD = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_PARTS = re.compile(r"^# (system|user)[ \t]*$", re.MULTILINE)


class PromptError(Exception):
    """A prompt file is wrong: says the file, the line and what to mend."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One checked prompt. `sha256` is that of the file."""

    name: str
    system: str
    user: str
    sha256: str

    def fill(self, values: Mapping[str, str]) -> tuple[str, str]:
        """The two messages. Values are put in once: what looks like a placeholder in a value stays as it is."""
        return Template(self.system).substitute(values), Template(self.user).substitute(values)


@cache
def prompt(name: str) -> Prompt:
    """A prompt of the product."""
    return load(FOLDER / f"{name}.md", SUPPLIED[name])


def load(path: Path, supplied: Collection[str]) -> Prompt:
    """Reads and checks one file. PromptError where a placeholder is missing, unknown or malformed."""
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path}：读不了提示词文件（{error}）") from error
    head = _HEAD.match(text)
    declared_at = _line_of(text, "placeholders:")
    if not head or not declared_at:
        raise PromptError(f"{path}:1：开头要有 --- 之间的 purpose 和 placeholders")
    listed = text.splitlines()[declared_at - 1].partition(":")[2]
    declared = {name for each in listed.split(",") if (name := each.strip())}
    found = _PARTS.split(text[head.end():])
    parts = dict(zip(found[1::2], (part.strip() for part in found[2::2]), strict=True))
    if sorted(parts) != ["system", "user"] or not all(parts.values()):
        raise PromptError(f"{path}：要有 # system 和 # user 各一段，且不为空")
    used: set[str] = set()
    for part in parts.values():
        template = Template(part)
        if not template.is_valid():
            raise PromptError(f"{path}:{_malformed(text)}：占位符写法不对，单独的 $ 要写成 $$")
        used |= set(template.get_identifiers())
    for name in sorted(used - declared):
        raise PromptError(f"{path}:{_line_of(text[head.end():], name, '$') + text[:head.end()].count(chr(10))}：占位符 {name} 没有在开头声明")
    for name in sorted(declared - used):
        raise PromptError(f"{path}:{declared_at}：声明了占位符 {name}，正文没有用到")
    for name in sorted(declared - set(supplied)):
        raise PromptError(f"{path}:{declared_at}：程序不提供占位符 {name}；可用：{'、'.join(sorted(supplied))}")
    for name in sorted(set(supplied) - declared):
        raise PromptError(f"{path}:{declared_at}：缺少占位符 {name}")
    return Prompt(path.stem, parts["system"], parts["user"], hashlib.sha256(text.encode()).hexdigest())


def _line_of(text: str, word: str, sign: str = "") -> int:
    """The number of the first line that holds `word` (after `sign`), 0 for none."""
    pattern = re.compile(rf"{re.escape(sign)}\{{?{re.escape(word)}" if sign else rf"^{re.escape(word)}", re.MULTILINE)
    found = pattern.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _malformed(text: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if not Template(line).is_valid())
