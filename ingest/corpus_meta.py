"""corpus.toml → PlanMeta: one table a plan, checked key by key; and the same file written for plans a user adds."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ingest.errors import CorpusError
from ingest.model import PlanMeta

FILE = "corpus.toml"
ID_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
REMOVED = "removed"
"""The one top-level key that is not a plan: ids of packaged plans that a user took out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A plan that belongs to the index: what is known of it, the file it is read from, who brought it."""

    meta: PlanMeta
    path: Path
    origin: Literal["package", "user"]


class _PlanTable(BaseModel):
    """One table of corpus.toml. Dates are TOML dates, or absent where the file has none."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: str = Field(pattern=ID_PATTERN)
    file: str = Field(min_length=1)
    title: str = Field(min_length=1)
    issuer: str
    region: str = Field(min_length=1)
    region_aliases: tuple[str, ...]
    level: str
    aliases: tuple[str, ...] = ()
    document_number: str = ""
    issued: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    period_basis: str = ""
    period_quote: str = ""
    provenance: str = ""

    @field_validator("file")
    @classmethod
    def _bare_name(cls, value: str) -> str:
        if value in {".", ".."} or "/" in value or "\\" in value:
            raise ValueError("只能写文件名，不带路径")
        return value

    @field_validator("issued", "period_start", "period_end", mode="before")
    @classmethod
    def _plain_date(cls, value: object) -> object:
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        raise ValueError("要写成日期，如 2024-10-11，不加引号")

    @model_validator(mode="after")
    def _period(self) -> _PlanTable:
        if self.period_start and self.period_end and self.period_start > self.period_end:
            raise ValueError("period_start 晚于 period_end")
        if (self.period_start or self.period_end) and not self.period_basis:
            raise ValueError("写了实施期就要写 period_basis（依据）")
        return self


def load_corpus(folder: Path) -> tuple[PlanMeta, ...]:
    """The plans that `folder/corpus.toml` describes, in its order. CorpusError names file, plan, key and remedy."""
    path = folder / FILE
    plans = tuple(_meta(path, plan_id, table) for plan_id, table in _tables(path).items() if plan_id != REMOVED)
    names: dict[str, str] = {}
    for meta in plans:
        if meta.file in names:
            raise CorpusError(f"{path}：[{meta.id}] 的 file 与 [{names[meta.file]}] 相同；一份文件只能登记一次，请改正")
        names[meta.file] = meta.id
    return plans


def load_removed(folder: Path) -> tuple[str, ...]:
    """Ids of packaged plans that the user took out."""
    value = _tables(folder / FILE).get(REMOVED, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise CorpusError(f'{folder / FILE}：键 {REMOVED} 应是编号的列表，如 {REMOVED} = ["zhuhai-2019"]；请改正或删去')
    return tuple(value)


def load_entries(package: Path, user: Path) -> tuple[Entry, ...]:
    """All plans of the index: the packaged ones that were not removed, then the user's; a user's id wins."""
    if not (user / FILE).exists():
        return tuple(Entry(meta, package / meta.file, "package") for meta in load_corpus(package))
    own = load_corpus(user)
    hidden = {*load_removed(user), *(meta.id for meta in own)}
    kept = [Entry(meta, package / meta.file, "package") for meta in load_corpus(package) if meta.id not in hidden]
    return (*kept, *(Entry(meta, user / meta.file, "user") for meta in own))


def corpus_toml(metas: Iterable[PlanMeta], removed: Iterable[str]) -> str:
    """The text of a corpus.toml that loads back into `metas` and `removed`."""
    lines = ["# 用户添加的规划，由 python -m ingest add / remove 维护。", f"{REMOVED} = {_toml(sorted(set(removed)))}"]
    for meta in metas:
        lines += ["", f"[{meta.id}]"]
        for name in _PlanTable.model_fields:
            value = getattr(meta, name)
            if name != "id" and value is not None:
                lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _tables(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CorpusError(f"{path}：没有这个文件；请检查 IPPLAN_CORPUS 指向的文件夹") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}：读不出来（{error}）；请检查文件权限，并存成 UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise CorpusError(f"{path}：不是正确的 TOML（{error}）；请改正这一处") from error


def _meta(path: Path, plan_id: str, table: object) -> PlanMeta:
    if not isinstance(table, Mapping):
        raise CorpusError(f"{path}：{plan_id} 应是一张表；请写成 [{plan_id}]，键写在它下面")
    try:
        checked = _PlanTable.model_validate({**table, "id": plan_id})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "period"
        raise CorpusError(f"{path}：[{plan_id}] 的键 {key} {_reason(first['type'], first['msg'])}") from error
    return PlanMeta(**{name: getattr(checked, name) for name in _PlanTable.model_fields})


def _reason(kind: str, message: str) -> str:
    known = {
        "missing": "缺失；请补上这一项",
        "extra_forbidden": "不认识；请核对拼写，或删去",
        "string_too_short": "是空的；请填写",
        "string_pattern_mismatch": "不合要求；编号只能用小写字母、数字和连字符，如 zhuhai-2019",
        "string_type": "应是带引号的文字；请改正",
        "tuple_type": '应是列表，如 ["重庆市", "渝"]；请改正',
    }
    return known.get(kind) or f"有误：{message.removeprefix('Value error, ')}；请改正"


def _toml(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    raise TypeError(f"no TOML form for {type(value).__name__}")
