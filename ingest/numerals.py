"""Chinese and Arabic numbering of official documents as integers."""

from __future__ import annotations

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


def number_of(text: str) -> int:
    """`7`, `十三` or `〇` as an integer. Raises ValueError on anything else."""
    return int(text) if text.isascii() and text.isdigit() else chinese_number(text)
