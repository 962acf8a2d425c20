"""The tables of the corpus: every row compared with its golden file, every character accounted for.

The golden files were checked by hand against the plans. REGEN_GOLDEN=1 rewrites them; a missing one fails.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ingest.settings import PACKAGE
from ingest.tables import (
    IndicatorTable,
    Item,
    Piece,
    Span,
    WorkTable,
    account,
    find_indicator_tables,
    find_work_tables,
    indicator_pieces,
    read_indicator_table,
    read_work_table,
    work_pieces,
)

GOLDEN = Path(__file__).parents[1] / "golden"
PLANS = sorted(PACKAGE.joinpath("corpus").glob("0*.txt"))


def plan(number: str) -> str:
    path = next(path for path in PLANS if path.name.startswith(number))
    return path.read_text(encoding="utf-8").replace("\xa0", " ")


@pytest.fixture(scope="module")
def chongqing() -> tuple[str, WorkTable]:
    text = plan("002")
    [(start, end)] = find_work_tables(text)
    return text, read_work_table(text, start, end)


@pytest.fixture(scope="module")
def guizhou() -> tuple[str, IndicatorTable]:
    text = plan("004")
    [(start, end)] = find_indicator_tables(text)
    return text, read_indicator_table(text, start, end)


def compare(name: str, found: object) -> None:
    path = GOLDEN / name
    if os.environ.get("REGEN_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert path.exists(), f"{path.name} is missing: look at it after REGEN_GOLDEN=1"
    assert found == json.loads(path.read_text(encoding="utf-8"))


def shown(text: str, span: Span | None) -> list[Any] | None:
    return None if span is None else [span.start, span.end, span.of(text)]


def item(text: str, one: Item) -> dict[str, Any]:
    return {
        "label": one.label, "text": shown(text, one.span), "continues_previous": one.continues_previous,
        "certain": one.certain, "quarters": list(one.quarters), "stage": one.stage,
    }


def test_work_rows_match_the_golden_file(chongqing: tuple[str, WorkTable]) -> None:
    text, table = chongqing
    compare("tables_work.json", {
        "span": [table.span.start, table.span.end],
        "headers": [shown(text, span) for span in table.headers],
        "repeats": [shown(text, span) for span in table.repeats],
        "rows": [
            {
                "number": row.number, "group_label": row.group_label, "group_title": row.group_title,
                "group": shown(text, row.group_span), "title": row.title, "title_span": shown(text, row.title_span),
                "goal": shown(text, row.goal_span), "measures": [item(text, one) for one in row.measures],
                "schedule": [item(text, one) for one in row.schedule], "execute": shown(text, row.execute_span),
                "support": shown(text, row.support_span), "office": shown(text, row.office_span),
                "uncertain": list(row.uncertain),
            }
            for row in table.rows
        ],
    })


def test_indicators_match_the_golden_file(guizhou: tuple[str, IndicatorTable]) -> None:
    text, table = guizhou
    compare("tables_indicator.json", {
        "span": [table.span.start, table.span.end],
        "title": shown(text, table.title_span),
        "headers": [shown(text, span) for span in table.header_spans],
        "years": [table.base_year, table.target_year],
        "rows": [
            {
                "number": row.number, "name": row.name, "category": row.category, "subcategory": row.subcategory,
                "units": shown(text, row.units_span), "measure": row.measure, "base": shown(text, row.base_span),
                "base_value": row.base_value, "base_starred": row.base_starred,
                "target": shown(text, row.target_span), "target_value": row.target_value,
                "span": [row.span.start, row.span.end], "notes": [note.label for note in table.notes_of(row)],
                "uncertain": list(row.uncertain),
            }
            for row in table.rows
        ],
        "notes": [{"label": note.label, "text": shown(text, note.span)} for note in table.notes],
    })


def test_only_these_plans_have_tables() -> None:
    found = {
        path.name[:3]: (len(find_work_tables(text)), len(find_indicator_tables(text)))
        for path in PLANS
        if (text := plan(path.name[:3]))
    }
    assert found == {"000": (0, 0), "001": (0, 0), "002": (1, 0), "003": (0, 0), "004": (0, 1)}


def test_every_character_of_the_work_table_is_in_one_piece(chongqing: tuple[str, WorkTable]) -> None:
    text, table = chongqing
    total = account(text, table.span.start, table.span.end, work_pieces(table))
    assert total.missing == ()
    assert total.double == ()
    assert total.total == sum(count for _, count in total.by_role)
    assert {role for role, _ in total.by_role} == {
        "header", "repeat", "group", "title", "goal", "measure", "schedule", "execute", "support", "office"
    }


def test_every_character_of_the_indicator_table_is_in_one_piece(guizhou: tuple[str, IndicatorTable]) -> None:
    text, table = guizhou
    total = account(text, table.span.start, table.span.end, indicator_pieces(table))
    assert total.balanced
    assert total.total == sum(count for _, count in total.by_role)


def test_account_tells_lost_and_doubled_characters() -> None:
    total = account("甲 乙丙", 0, 4, [Piece("a", Span(0, 3)), Piece("b", Span(2, 3))])
    assert (total.missing, total.double, total.balanced) == ((Span(3, 4),), (Span(2, 3),), False)


def test_the_table_ends_before_the_biography(chongqing: tuple[str, WorkTable]) -> None:
    text, table = chongqing
    assert text[table.span.end:].lstrip().startswith("- 个人简介")
    assert text[:table.span.start].endswith("重庆市2014年专利事业发展战略推进计划\n")


def test_sentences_cut_by_a_page_break_are_joined(chongqing: tuple[str, WorkTable]) -> None:
    text, table = chongqing
    row = next(row for row in table.rows if row.number == "14")
    at = next(at for at, step in enumerate(row.schedule) if step.continues_previous)
    before, after = row.schedule[at - 1], row.schedule[at]
    assert "制定完善项目管理、服务规范、绩效考核等" in before.span.of(text) + after.span.of(text)
    assert (after.label, after.quarters) == (before.label, (2, 3, 4))
    assert row.uncertain == ()


def test_what_form_cannot_settle_is_said(chongqing: tuple[str, WorkTable]) -> None:
    """Title and goal of row 25 are only parted by a line break, which may as well be a wrapped title."""
    _, table = chongqing
    assert {row.number: row.uncertain for row in table.rows if row.uncertain} == {"25": ("title_goal",)}


def test_tables_are_found_wherever_a_page_ends(chongqing: tuple[str, WorkTable]) -> None:
    """However many rows a file has left, nothing of the region is lost and read rows stay as they are."""
    text, table = chongqing
    for row in table.rows[3:]:
        cut = text[:(row.group_span or row.title_span).start].rstrip()
        [(start, end)] = find_work_tables(cut)
        part = read_work_table(cut, start, end)
        assert part.rows == table.rows[:len(part.rows)]
        assert account(cut, start, end, work_pieces(part)).balanced


def test_offsets_shift_with_the_text(guizhou: tuple[str, IndicatorTable]) -> None:
    text, table = guizhou
    piece = "第二章 目标\n" + text[table.span.start:table.span.end]
    [(start, end)] = find_indicator_tables(piece)
    again = read_indicator_table(piece, start, end)
    assert [row.cells[-1].span.start - start for row in again.rows] == [
        row.cells[-1].span.start - table.span.start for row in table.rows
    ]
    assert [row.target_value for row in again.rows] == [row.target_value for row in table.rows]
