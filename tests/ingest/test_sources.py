"""Files as they come: every way a file can be unfit is one clear SourceError; every encoding in use is read."""

from __future__ import annotations

import codecs
import hashlib
from datetime import date
from pathlib import Path

import pytest

from ingest.corpus_meta import corpus_toml, load_corpus, load_removed
from ingest.description import AddOptions, describe, read_front, slug
from ingest.errors import CorpusError, SourceError
from ingest.repair import repair
from ingest.settings import IngestSettings
from ingest.sources import MAX_BYTES, read_source

CORPUS = IngestSettings().corpus
TEXT = "深圳市知识产权保护工作方案（2023—2025年）\n一、总体要求\n" + "加强知识产权保护，完善行政执法与司法衔接。" * 5


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE),
     ("gb18030", b"")],
)  # fmt: skip
def test_encodings_give_the_same_text(tmp_path: Path, encoding: str, mark: bytes) -> None:
    data = mark + TEXT.replace("\n", "\r\n").encode(encoding)
    source = read_source(write(tmp_path / "plan.txt", data))
    assert source.raw == TEXT.replace("\n", "\r\n")
    assert source.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "空文件"),
        ("blank.txt", b" \n\n ", "空文件"),
        ("binary.txt", bytes(range(256)) * 20, "二进制"),
        ("control.txt", (TEXT + "\x01\x02" * 20).encode(), "控制字符"),
        ("latin.txt", b"All rights reserved. " * 50, "汉字"),
        ("short.txt", "只有一句话。".encode(), "汉字"),
        ("torn.txt", TEXT.encode()[:200] + b"\xff" + TEXT.encode()[201:], "字节处损坏"),
        ("big5.txt", ("知識產權強市實施方案，發揮專利審查協作與轉化運用優勢。" * 9).encode("big5"), "编码"),
        ("large.txt", b"\xe7\x9f\xa5" * (MAX_BYTES // 3 + 1), "MB"),
        ("plan.pdf", b"%PDF-1.7", "已损坏"),
        ("plan.docx", b"PK", "Word"),
        ("plan.doc", b"\xd0\xcf", "另存为 .docx"),
        ("noname", TEXT.encode(), "另存为"),
    ],
)
def test_unfit_files_are_refused_with_a_remedy(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = write(tmp_path / name, data)
    with pytest.raises(SourceError, match=said) as caught:
        read_source(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="没有这个文件"):
        read_source(tmp_path / "none.txt")
    with pytest.raises(SourceError, match="文件夹"):
        read_source(tmp_path)


def test_corpus_describes_five_plans_and_quotes_prove_their_periods() -> None:
    metas = {meta.id: meta for meta in load_corpus(CORPUS)}
    assert list(metas) == ["chongqing-2024", "zhuhai-2019", "chongqing-2014", "qianjiang-2022", "guizhou-2021"]
    assert metas["qianjiang-2022"].document_number == "黔江府办发〔2022〕80号"
    assert {i: meta.status(date(2026, 11, 22)) for i, meta in metas.items() if i != "chongqing-2024"} == dict.fromkeys(
        ["zhuhai-2019", "chongqing-2014", "qianjiang-2022", "guizhou-2021"], "over"
    )
    assert metas["chongqing-2024"].status(date(2026, 11, 22)) == "in_force"
    for meta in metas.values():
        raw = read_source(CORPUS / meta.file).raw
        text = raw if meta.id != "chongqing-2024" else raw.replace("經過五年時間建設", meta.period_quote)
        assert meta.period_quote
        assert meta.period_quote in text
        assert not meta.document_number or meta.document_number in raw


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('file = "a.txt"', r"\[x-1\] 的键 title 缺失"),
        ('file = "../a.txt"\ntitle = "t"', "file 有误：只能写文件名"),
        ('file = "a.txt"\ntitle = "t"\nregoin = "珠海"', "issuer 缺失"),
        ('file = "a.txt"\ntitle = "t"\nissuer = ""\nregion = "珠海"\nregion_aliases = []\nlevel = ""\n'
         "year = 1", "year 不认识"),
        ('file = "a.txt"\ntitle = "t"\nissuer = ""\nregion = "珠海"\nregion_aliases = []\nlevel = ""\n'
         'period_start = "2019"', "period_start 有误：要写成日期"),
        ('file = "a.txt"\ntitle = "t"\nissuer = ""\nregion = "珠海"\nregion_aliases = []\nlevel = ""\n'
         "period_start = 2020-01-01\nperiod_end = 2019-01-01", "period_start 晚于"),
        ("file = ", "不是正确的 TOML"),
    ],
)  # fmt: skip
def test_corpus_errors_name_file_plan_and_key(tmp_path: Path, table: str, said: str) -> None:
    (tmp_path / "corpus.toml").write_text(f"[x-1]\n{table}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=said) as caught:
        load_corpus(tmp_path)
    assert "corpus.toml" in str(caught.value)


def test_written_corpus_loads_back(tmp_path: Path) -> None:
    metas = load_corpus(CORPUS)
    (tmp_path / "corpus.toml").write_text(corpus_toml(metas, ["zhuhai-2019"]), encoding="utf-8")
    assert load_corpus(tmp_path) == metas
    assert load_removed(tmp_path) == ("zhuhai-2019",)


@pytest.mark.parametrize(
    ("plan_id", "title", "region"),
    [
        ("chongqing-2024", "共建现代化新重庆知识产权强市实施方案", "重庆"),
        ("zhuhai-2019", "珠海市推进国家知识产权示范城市建设工作方案(2019—2022年)", "珠海"),
        ("chongqing-2014", "重庆市2014年专利事业发展战略推进计划", "重庆"),
        ("qianjiang-2022", "黔江区高价值发明专利质量提升行动实施方案（2022—2024年）", "黔江"),
    ],
)
def test_front_of_the_plans_is_read(plan_id: str, title: str, region: str) -> None:
    known = next(meta for meta in load_corpus(CORPUS) if meta.id == plan_id)
    raw = read_source(CORPUS / known.file).raw
    text = repair(raw[:1500]).text
    meta = describe(CORPUS / known.file, text, AddOptions(id=plan_id))
    assert (meta.title, meta.region) == (title, region)
    assert meta.issued == known.issued
    assert meta.document_number == known.document_number
    assert (meta.period_start, meta.period_end) == (known.period_start, known.period_end)
    assert meta.period_quote in text


def test_five_year_plan_and_national_issuer() -> None:
    title = "国务院关于印发《知识产权保护和运用“十五五”规划》的通知"
    front = read_front(f"{title}\n国发〔2026〕30号\n国务院\n2026年7月27日\n")
    assert front.title == "知识产权保护和运用“十五五”规划"
    assert front.issuer == "国务院"
    assert front.places == ("全国",)
    assert front.period == (date(2026, 1, 1), date(2030, 12, 31))
    assert front.document_number == "国发〔2026〕30号"


def test_a_period_stated_in_the_body() -> None:
    front = read_front("关于推进人才集聚工程的实施意见\n一、总体目标\n1.目标。2012年起5年内，大力实施六大计划。\n")
    assert front.period == (date(2012, 1, 1), date(2016, 12, 31))
    assert front.period_quote == "2012年起5年内"
    until = read_front("某市商标工作方案\n某市人民政府\n二〇二二年十二月一日\n一、目标\n到2025年,注册量翻番。展望2035年,建成强市。\n")
    assert until.period == (date(2022, 12, 1), date(2025, 12, 31))
    assert until.period_quote == "到2025年"
    assert read_front("某市专利条例\n第一条 到2025年,注册量翻番。\n").period is None


@pytest.mark.parametrize(
    ("line", "day"),
    [("二〇二二年十二月一日", date(2022, 12, 1)), ("二○一二年十月三十一日", date(2012, 10, 31)),
     ("2021年10月8日", date(2021, 10, 8)), ("二〇二二年十三月一日", None)],
)  # fmt: skip
def test_dates_in_either_numerals(line: str, day: date | None) -> None:
    front = read_front(f"某市商标工作方案\n某市人民政府办公室\n{line}\n一、目标\n")
    assert front.issued == day
    assert front.issuer == "某市人民政府办公室"


def test_a_law_is_dated_by_its_last_adoption() -> None:
    front = read_front(
        "# 重庆市专利促进与保护条例\n2007年7月27日 重庆市第二届人民代表大会常务委员会第三十二次会议通过\n"
        "2010年7月23日 重庆市第三届人民代表大会常务委员会第十八次会议《关于修改的决定》第一次修正\n第一条 为鼓励发明创造\n"
    )
    assert (front.issued, front.issuer) == (date(2010, 7, 23), "重庆市人民代表大会常务委员会")


def test_aliases_are_made_of_region_year_and_kind(tmp_path: Path) -> None:
    text = "关于推进人才集聚工程的实施意见\n2012年起5年内，大力实施六大计划。\n"
    meta = describe(tmp_path / "talent.txt", text, AddOptions(region="广州"))
    assert meta.aliases == ("广州人才集聚工程实施意见", "推进人才集聚工程的实施意见", "广州2012—2016年实施意见")
    five = describe(tmp_path / "a.txt", "无题", AddOptions(title="贵州省“十四五”知识产权发展规划", region="贵州"))
    assert "贵州十四五发展规划" in five.aliases
    assert five.period_end == date(2025, 12, 31)


def test_what_is_missing_is_asked_for_by_option(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"读不出标题（--title）、地区（--region）"):
        describe(tmp_path / "规划.txt", "没有标题的一段话。", AddOptions())
    meta = describe(tmp_path / "规划.txt", "没有标题的一段话。", AddOptions(id="x-1", title="某规划", region="深圳市"))
    assert (meta.id, meta.title, meta.region, meta.region_aliases) == ("x-1", "某规划", "深圳市", ("深圳",))


@pytest.mark.parametrize(
    ("stem", "plan_id"), [("Shenzhen_2023", "shenzhen-2023"), ("规划2023", ""), ("2023", ""), ("a b.c", "a-b-c")]
)
def test_slug(stem: str, plan_id: str) -> None:
    assert slug(stem) == plan_id
