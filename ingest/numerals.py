"""Chinese and Arabic numbering of official documents as integers."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100}


def chinese_number(text: str) -> int:
    """`二十三` → 23. Raises ValueError on anything but digits below one thousand."""
    total = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            raise ValueError(f"not a Chinese number: {text!r}")
    return total + digit


def label_number(label: str) -> int | None:
    """The number in a clause's label (`7`, `第二十条`, `（三）`); None where it has none."""
    found = re.search(r"\d+|[零〇一二三四五六七八九十百]+", label)
    return number_of(found.group(0)) if found else None


def number_of(text: str) -> int:
    """`7`, `十三` or `〇` as an integer. Raises ValueError on anything else."""
    return int(text) if text.isascii() and text.isdigit() else chinese_number(text)
