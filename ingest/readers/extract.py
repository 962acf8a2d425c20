"""What a reader gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extract:
    """`text` of a file; `left_out` says in Chinese, one line each, what of the file is not in it and why."""

    text: str
    encoding: str
    left_out: tuple[str, ...] = ()
