"""Line ends, the byte order mark, odd spaces and characters of no width."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.repair.draft import Draft, Edit, apply

SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
INVISIBLE = "\u200b-\u200f\u2060\ufeff"
# `工作方案(2019—2022年)\xa0\xa0 ` (Zhuhai) ends in NO-BREAK SPACEs; `　　（一）` is indented by IDEOGRAPHIC SPACEs.
ODD = re.compile(f"(?P<line>\r\n?)|(?P<space>[{SPACES}]+)|(?P<none>[{INVISIBLE}]+)")


def mend_spaces(draft: Draft) -> Draft:
    """CR and CRLF become LF, odd spaces ordinary ones one for one, what has no width goes."""
    return apply(draft, _edits(draft.text))


def _edits(text: str) -> Iterator[Edit]:
    for match in ODD.finditer(text):
        start, end = match.span()
        if match["line"]:
            yield Edit(start, end, "\n", ((start, end),), "space")
        elif match["space"]:
            yield Edit(start, end, " " * (end - start), tuple((at, at + 1) for at in range(start, end)), "space")
        else:
            yield Edit(start, end, "", (), "space")
