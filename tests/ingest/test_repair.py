"""Repair of whole texts: spaces, pinyin, script, and the map back to the raw text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.model import CleanText
from ingest.repair import repair

CORPUS = Path(__file__).parents[2] / "ingest" / "corpus"
CHONGQING = next(CORPUS.glob("000_*"))
CLEAN = [path for path in sorted(CORPUS.glob("*.txt")) if path != CHONGQING]

# Excerpts of official documents that no rule was written for.
OTHERS = [
    "牵头单位：市委组织部、市人力资源和社会保障局\n配合单位：市发展改革委、市科技和信息化局",
    "第十二条　浦东新区应当建立知识产权保护中心（以下简称保护中心）。",
    "到2030年，每万人口高价值发明专利拥有量达到25件（PCT申请另计），系统(an)、金额(e)、附件(a)不变。",
    "“专精特新”企业≥30%；第二--四季度；是否适用?另行通知。设备(an)，县(市、区)，设计人(shè计人)",
]


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def check_map(got: CleanText) -> None:
    """The map is ordered and disjoint; what no repair touches is the raw text itself; repairs quote the raw text."""
    starts, ends = got.offsets.starts, got.offsets.ends
    assert len(starts) == len(ends) == len(got.text)
    assert all(0 <= start <= end <= len(got.raw) for start, end in zip(starts, ends, strict=True))
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
    touched = {at for repaired in got.repairs for at in range(repaired.raw_start, repaired.raw_end)}
    same = [at for at, start in enumerate(starts) if start not in touched]
    assert all(got.raw[starts[at] : ends[at]] == got.text[at] for at in same)
    assert len(set(range(len(got.raw))) - touched) == len(same)  # no raw character is lost without a repair


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.name[:3])
def test_clean_plans_stay(path: Path) -> None:
    got = repair(read(path))
    assert got.text == got.raw.replace("\xa0", " ")
    assert {repaired.kind for repaired in got.repairs} <= {"space"}


@pytest.mark.parametrize("text", OTHERS)
def test_other_documents_stay(text: str) -> None:
    got = repair(text)
    assert got.text == text.replace("　", " ")
    assert {repaired.kind for repaired in got.repairs} <= {"space"}


def test_the_chongqing_plan() -> None:
    got = repair(read(CHONGQING))
    check_map(got)
    assert sum(repaired.kind == "pinyin" for repaired in got.repairs) == 317
    assert "重庆市各区县(自治县)人民政府、市政府各部门、有关单位,国家知识产权局局机关各有关部门" in got.text
    for kept in ("(设计人)", "强区(县)协议", "培训中心(重庆)", "促进西部省（区、市)与“一带一路”"):
        assert kept in got.text
    assert repair(got.text).text == got.text
    start = got.text.index("区县(自治县)")
    assert got.raw[slice(*got.offsets.to_raw(start, start + 7))] == "區(qū)縣(自治縣)"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\ufeff一\r\n二\r三\n", "一\n二\n三\n"),
        ("一\u3000二\xa0三\u200b四\t﹒，（）(2022)", "一 二 三四\t﹒，（）(2022)"),
        ("知識(shí)產(chǎn)權(quán)", "知识产权"),
        ("知识(shi)产(chan)权(quan)", "知识产权"),
        ("機關(guan) 鍵", "机关键"),
        ("关（guān）键，绿(lǜ)色，战略(lve)", "关键，绿色，战略"),
        ("区(qū)(qū)县", "区县"),
        ("发明人(设计人)、县(PCT)(TISC)、系统(an)", "发明人(设计人)、县(PCT)(TISC)、系统(an)"),
        ("於是乎，著作权", "於是乎，著作权"),
        ("", ""),
    ],
)
def test_small_texts(raw: str, text: str) -> None:
    got = repair(raw)
    assert got.text == text
    check_map(got)


def test_inserted_pinyin_is_undone() -> None:
    text = read(CLEAN[0])
    for char, syllable in (("区", "qū"), ("业", "yè"), ("权", "quan"), ("发", "fā"), ("产", "chǎn")):
        assert repair(text.replace(char, f"{char}({syllable})")).text == repair(text).text


PIECES = [
    "?", "?。ㄒ唬┘訌娍傮w", "區", "(qū)", "(qū", ")", "關(guan) ", "\r", "\r\n", "\n", "\u200b", "\ufeff", "\u3000", "於",
    "知識產權", "知识产权", "w", "２", "！", "藏熑螁", "\ud800", " ", "1﹒",
]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join))
def test_repair_is_idempotent_and_maps_back(raw: str) -> None:
    got = repair(raw)
    check_map(got)
    assert repair(got.text).text == got.text


def test_time_grows_with_the_size_of_a_file_and_not_faster() -> None:
    def spent(times: int) -> float:
        begun = time.process_time()                  # of this process: what else runs on the machine does not count
        got = repair(read(CHONGQING) * times + "?訌娍傮\n" * 1_000 * times + "區(qū" * 1_000 * times)
        assert "（一）加强总体设计" in got.text
        return time.process_time() - begun

    spent(1)                                         # loads the dictionary
    assert spent(4) < 9 * spent(1)                   # four times the text; sixteen times the work were it quadratic
