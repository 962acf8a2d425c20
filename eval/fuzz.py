"""Coverage-guided fuzzing of repair and tree, by name:    python -m eval.fuzz -max_total_time=3600

Needs `pip install atheris`. Every input that breaks a promise is written to the current folder as crash-…; run it again
with `python -m eval.fuzz crash-…`. Starts from cuttings of the packaged plans.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

CUT = 400
MOST = 1200


def check(data: bytes) -> None:
    """What `ingest` promises of any text: repair settles at once, offsets go back and forth, no character is lost."""
    from ingest.account import account
    from ingest.model import PlanMeta
    from ingest.parse import parse_plan
    from ingest.repair import repair

    raw = data.decode("utf-8", "replace")[:MOST]
    if not raw.strip():
        return
    clean = repair(raw)
    starts, ends = clean.offsets.starts, clean.offsets.ends
    _promise(repair(clean.text).text == clean.text, "repair does not settle")
    _promise(len(starts) == len(ends) == len(clean.text), "offsets and text differ in length")
    _promise(all(0 <= start <= end <= len(raw) for start, end in zip(starts, ends, strict=True)), "offsets leave the text")
    meta = PlanMeta("fuzz-1", "某市知识产权工作方案", "fuzz.txt", "某市人民政府", "某市", (), "city")
    plan = parse_plan(raw, meta, "0" * 64)
    _promise(account(plan) == [], "characters are lost or a span does not hold")
    _promise(len({clause.id for clause in plan.clauses}) == len(plan.clauses), "two clauses have one id")


def _promise(kept: bool, what: str) -> None:
    if not kept:
        raise AssertionError(what)


def _pieces() -> Iterator[bytes]:
    """Cuttings of the packaged plans."""
    from ingest.settings import PACKAGE

    for path in sorted((PACKAGE / "corpus").glob("*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for start in range(0, len(text), 8 * CUT):
            yield text[start:start + CUT].encode()


def main() -> int:
    """Fuzz until told to stop."""
    try:
        import atheris
    except ImportError:
        sys.stderr.write("没有安装 atheris；请先运行 pip install atheris\n")
        return 1
    logging.disable(logging.CRITICAL)
    with atheris.instrument_imports(include=["ingest"]):
        check("一、总体要求".encode())
    with tempfile.TemporaryDirectory() as seeds:
        for n, piece in enumerate(_pieces()):
            (Path(seeds) / str(n)).write_bytes(piece)
        again = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
        atheris.Setup([*sys.argv, *([] if again else [seeds])], check)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
