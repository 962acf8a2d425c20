"""Questions with what a right answer holds, from the product's own YAML files or from third-party JSON lines.

A YAML file holds defaults and a list; everything but `id`, `kind`, `half` and `ask` may be left out:

    plan: zhuhai-2019            # default for `plans` and for the plan of a quote
    expiry: true                 # default for `expiry`
    cases:
    - id: zh-target-01
      kind: target_number
      half: dev                  # dev is looked at while the product is tuned, test is not
      ask: 珠海到2022年每万人有效发明专利要达到多少件？
      history: [{user: …}, {assistant: …}]
      expect: answer             # answer | refuse | clarify_or_list | resist
      quotes: [每万人有效发明专利拥有量达到75件, {text: …, plan: …, optional: true}]
      points: [75件, [2次, 两次], {any_of: [珠海], group: list}, ~over]
      must_not: [8.5万件]

A point `~name` stands for the phrases of that name in `phrases.toml`, `"=80"` for the number 80 by itself. The
JSON-lines layout names plans by source file; a citation is therefore matched by plan id or by source file.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

Kind = Literal[
    "responsibility_of_clause",
    "duties_of_unit",
    "support_for_enterprise",
    "target_number",
    "schedule",
    "definition",
    "measure_detail",
    "comparison",
    "validity",
    "followup",
    "unanswerable",
    "ambiguous",
    "adversarial",
]
Expect = Literal["answer", "refuse", "clarify_or_list", "resist"]
Half = Literal["dev", "test"]

FOLDER = Path(__file__).resolve().parent
OWN_CASES = FOLDER / "cases"


class CaseError(Exception):
    """A case file cannot be read as one: says the file, the case and what to mend."""


@dataclass(frozen=True, slots=True)
class Turn:
    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What must be cited: one place of plan `plan`, in one or two spellings (raw, repaired)."""

    plan: str
    texts: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """Met when one of `any_of` is said. Of points with a `group`, one complete group suffices."""

    name: str
    any_of: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    kind: Kind
    question: str
    plans: tuple[str, ...]
    expect: Expect
    expiry: bool
    quotes: tuple[Quote, ...]
    allowed: tuple[Quote, ...]
    points: tuple[Point, ...]
    must_not: tuple[str, ...]
    history: tuple[Turn, ...] = ()
    half: Half | None = None
    notes: str = ""


def load_cases(path: Path = OWN_CASES, half: Half | None = None) -> tuple[Case, ...]:
    """All cases of a file or a folder, in order, ids unique. CaseError names the place of a fault."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise CaseError(f"找不到用例：{path}。请给出 .jsonl 或 .yaml 文件，或含 .yaml 的文件夹")
    cases = [case for file in files for case in (_read_jsonl(file) if file.suffix == ".jsonl" else _read_yaml(file))]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise CaseError(f"{path}：用例编号重复：{case.id}。请改名")
        seen.add(case.id)
    return tuple(case for case in cases if half is None or case.half == half)


@cache
def phrases() -> Mapping[str, tuple[str, ...]]:
    """Named phrase lists: ways to say that a period is over, that something is not stated, to ask which plan."""
    table = tomllib.loads((FOLDER / "phrases.toml").read_text(encoding="utf-8"))
    return {name: tuple(entry) for name, entry in table.items()}


def _read_jsonl(path: Path) -> list[Case]:
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            cases.append(_from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise CaseError(f"{path} 第 {number} 行：{error!r}。请按 EVAL 样例的字段填写") from error
    return cases


def _from_json(row: Mapping[str, Any]) -> Case:
    return Case(
        id=row["id"],
        kind=_one_of(Kind, row["kind"]),
        question=row["question"],
        plans=tuple(row["docs"]),
        expect=_one_of(Expect, row["expect"]),
        expiry=bool(row["expect_expiry_notice"]),
        quotes=tuple(_json_quote(entry) for entry in row["clauses"]),
        allowed=tuple(_json_quote(entry) for entry in row.get("allowed_clauses", ())),
        points=tuple(Point(p["point"], tuple(p["any_of"]), p.get("group", "")) for p in row["answer_points"]),
        must_not=tuple(row["must_not"]),
        history=tuple(_turn(turn["role"], turn["content"]) for turn in row.get("history", ())),
        notes=row.get("notes", ""),
    )


def _json_quote(entry: Mapping[str, Any]) -> Quote:
    texts = (entry["quote"], *((entry["quote_clean"],) if entry.get("quote_clean") else ()))
    return Quote(entry["doc"], texts, bool(entry.get("optional")))


def _read_yaml(path: Path) -> list[Case]:
    try:
        sheet = yaml.safe_load(path.read_text(encoding="utf-8"))
        rows = sheet["cases"]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise CaseError(f"{path}：不是用例文件：{error}。顶层需要 cases 列表") from error
    cases = []
    for row in rows:
        try:
            cases.append(_from_yaml(row, sheet))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            name = row.get("id", "?") if isinstance(row, Mapping) else row
            raise CaseError(f"{path}，用例 {name}：{error!r}。请对照 eval/cases.py 开头的说明修改") from error
    return cases


_YAML_KEYS = {
    *("id", "kind", "half", "ask", "history", "plans", "expect", "expiry", "quotes", "allowed", "points", "must_not"),
    "notes",
}


def _from_yaml(row: Mapping[str, Any], sheet: Mapping[str, Any]) -> Case:
    if unknown := set(row) - _YAML_KEYS:
        raise ValueError(f"不认识的键 {sorted(unknown)}")
    plan = sheet.get("plan", "")
    plans = tuple(row.get("plans", (plan,) if plan else ()))
    home = plans[0] if len(plans) == 1 else ""
    return Case(
        id=row["id"],
        kind=_one_of(Kind, row["kind"]),
        question=row["ask"],
        plans=plans,
        expect=_one_of(Expect, row.get("expect", "answer")),
        expiry=bool(row.get("expiry", sheet.get("expiry", False))),
        quotes=tuple(_yaml_quote(entry, home) for entry in row.get("quotes", ())),
        allowed=tuple(_yaml_quote(entry, home) for entry in row.get("allowed", ())),
        points=tuple(_yaml_point(entry) for entry in row.get("points", ())),
        must_not=tuple(str(entry) for entry in row.get("must_not", ())),
        history=tuple(_turn(role, text) for turn in row.get("history", ()) for role, text in turn.items()),
        half=_one_of(Half, row["half"]),
        notes=row.get("notes", ""),
    )


def _turn(role: str, content: str) -> Turn:
    return Turn(_one_of(Literal["user", "assistant"], role), content)


def _yaml_quote(entry: str | Mapping[str, Any], home: str) -> Quote:
    fields: Mapping[str, Any] = {"text": entry} if isinstance(entry, str) else entry
    plan = fields.get("plan", home)
    if not plan:
        raise ValueError(f"引文没有写明 plan：{fields['text']}")
    return Quote(plan, (fields["text"],), bool(fields.get("optional")))


def _yaml_point(entry: str | Sequence[str] | Mapping[str, Any]) -> Point:
    fields: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {"any_of": entry}
    given = fields["any_of"]
    words = [str(word) for word in given] if isinstance(given, list) else [str(given)]
    any_of = tuple(phrase for word in words for phrase in _expand(word))
    return Point(fields.get("name", words[0]), any_of, fields.get("group", ""))


def _expand(word: str) -> tuple[str, ...]:
    return phrases()[word[1:]] if word.startswith("~") else (word,)


def _one_of(literal: Any, value: str) -> Any:
    if value not in get_args(literal):
        raise ValueError(f"{value!r} 应为 {'、'.join(get_args(literal))} 之一")
    return value
