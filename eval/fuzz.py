"""Coverage-guided fuzzing of repair and tree, by name:    python -m eval.fuzz -max_total_time=3600

Needs `pip install atheris`. Starts from cuttings of the packaged plans and changes them as plans differ: signs, lines and
pieces put in, taken out, doubled and moved; one time in twelve, bytes. An input that breaks a promise stops the run and
is written to the current folder as crash-… (slow-unit-… where it only takes long); run it again with
`python -m eval.fuzz crash-…`. A folder named on the command line keeps what was found, for the next run to begin with.
"""

from __future__ import annotations

import logging
import re
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from ingest.model import IndicatorFact, MeasureFact, Plan, ScheduleFact, UnitFact

CUT = 400
MOST = 1200
BYTES_IN, DAMAGED_IN = 12, 6
"""One change in twelve is of bytes; one text in six keeps its damaged runs, whose search takes a hundred times as long."""
_LOST = re.compile("[?\ufffd]")
SIGNS = (
    *"\n\n|\t ?。；：、，（）“”%％-—·.0123456789一二三四五六七八九十\u3000\u3001\ue000\ufeff\x00\r\u2028",
    "第一章", "第二节", "一、", "（一）", "(2)", "1.", "1．", "①", "3.2.1", "专栏1", "附件：", "目录", "……", "……12", "— 3 —", "\n-4-\n",
    "责任单位：", "（市知识产权局牵头，市财政局配合）", "牵头单位", "各区县政府", "到2025年，", "达到12.5件", "第二——四季度", "长期坚持",
    "| 序号 | 指标 | 2020年 | 2025年 |\n", "| 1 | 每万人口发明专利拥有量（件） | 5.2 | 8 |\n", "序号 工作任务 责任单位 完成时限\n",
    "对首次通过认定的企业，", "每件奖励5万元", "最高不超过50万元", "鼓励", "2024年12月31日", "渝知发〔2024〕1号",
)


def check(data: bytes) -> None:
    """What `ingest` promises of any text: repair settles at once, offsets go back and forth, no character is lost."""
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
    _promise(list(starts) == sorted(starts), "offsets go back")
    meta = PlanMeta("fuzz-1", "某市知识产权工作方案", "fuzz.txt", "某市人民政府", "某市", (), "city")
    check_plan(parse_plan(raw, meta, "0" * 64))


def check_plan(plan: Plan) -> None:
    """Every character once, every id once, and every fact and its pieces where they say they are."""
    from ingest.account import account

    _promise(account(plan) == [], "characters are lost or a span does not hold")
    clauses = {clause.id: clause for clause in plan.clauses}
    sections = {section.id for section in plan.sections}
    _promise(len(clauses) == len(plan.clauses), "two clauses have one id")
    _promise(len(sections) == len(plan.sections), "two sections have one id")
    _promise(all(each in clauses for clause in plan.clauses for each in (clause.parent_id, clause.continues) if each),
             "a clause hangs on one that is not there")
    _promise(all(section.parent_id in sections for section in plan.sections if section.parent_id),
             "a section hangs on one that is not there")
    facts: tuple[UnitFact | IndicatorFact | ScheduleFact | MeasureFact, ...] = (
        *plan.units, *plan.indicators, *plan.schedules, *plan.measures)
    for fact in facts:
        clause = clauses[fact.clause_id]
        _promise(clause.start <= fact.start < fact.end <= clause.end, f"a fact outside its clause: {fact}")
    for measure in plan.measures:
        pieces = zip((*measure.amounts, *measure.conditions), (*measure.amount_starts, *measure.condition_starts), strict=True)
        _promise(all(plan.text.startswith(piece, start) for piece, start in pieces), f"a piece is not where it is said to be: {measure}")


def _promise(kept: bool, what: str) -> None:
    if not kept:
        raise AssertionError(what)


@cache
def cuttings() -> tuple[str, ...]:
    """The packaged plans in pieces."""
    from ingest.settings import PACKAGE

    texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted((PACKAGE / "corpus").glob("*.txt"))]
    return tuple(text[start:start + CUT] for text in texts for start in range(0, len(text), CUT))


def changed(text: str, others: Sequence[str], random: Random) -> str:
    """`text` with one to four changes of the kinds that plans differ by."""
    for _ in range(random.randint(1, 4)):
        start = random.randint(0, len(text))
        end = min(len(text), start + random.choice((1, 2, 5, 20, 100)))
        match random.randrange(6):
            case 0 | 1:
                text = text[:start] + random.choice(SIGNS) + text[start:]
            case 2:
                text = text[:start] + text[end:]
            case 3:
                text = text[:end] + text[start:]
            case 4:
                lines = text.split("\n")
                lines.insert(random.randint(0, len(lines)), lines.pop(random.randrange(len(lines))))
                text = "\n".join(lines)
            case _:
                other = random.choice(others)
                begin = random.randrange(len(other))
                text = text[:start] + other[begin:begin + random.choice((5, 20, 100, CUT))] + text[end:]
    return text


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """What libFuzzer asks for: another input made of `data`."""
    random = Random(seed)
    if random.randrange(BYTES_IN):
        text = changed(data.decode("utf-8", "replace"), cuttings(), random)
        return (text if not random.randrange(DAMAGED_IN) else _LOST.sub("", text)).encode()[:most]
    at = random.randint(0, len(data))
    return (data[:at] + random.randbytes(random.randint(0, 3)) + data[at + random.randint(0, 3):])[:most]


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
        for n, piece in enumerate(cuttings()):
            (Path(seeds) / str(n)).write_bytes(piece.encode())
        again = any(Path(argument).is_file() for argument in sys.argv[1:])
        given = [f"-max_len={3 * MOST}", "-entropic_scale_per_exec_time=1", *sys.argv[1:], *([] if again else [seeds])]
        atheris.Setup([sys.argv[0], *given], check, custom_mutator=mutate)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
