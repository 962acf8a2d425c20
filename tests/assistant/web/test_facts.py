"""Units, indicators, dates, the matrix: every row with its clause and a quote, as JSON, CSV and XLSX."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from assistant.chain import Assistant
from assistant.exports.sheets import NOTE, Table, to_csv, to_xlsx

EVIL = ("=HYPERLINK(\"x\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "＝1+1", "--知识产权管理能力", "-5", "12.5", "平常")


def rows_of(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("path", ["/api/units", "/api/indicators", "/api/schedule", "/api/matrix",
                                  "/api/units/%E4%B8%93%E5%88%A9%E7%AE%A1%E7%90%86%E5%A4%84/clauses"])
def test_every_row_has_a_clause_and_its_quote(client: TestClient, assistant: Assistant, path: str) -> None:
    told = client.get(path).json()
    entries = told["cells"] if path == "/api/matrix" else told
    entries = [naming for each in entries for naming in each["namings"]] if path == "/api/units" else entries
    assert entries
    for each in entries:
        clause = assistant.catalogue.clause(each["clause_id"])
        text = assistant.catalogue.text(each["plan_id"])
        assert clause.plan_id == each["plan_id"]
        assert text[each["quote_start"]:each["quote_end"]] == each["quote"] != ""
        assert each["quote_start"] <= each["start"] < each["end"] <= each["quote_end"]
    rows = rows_of(client.get(path, params={"format": "csv"}))
    assert len(rows) == len(entries)
    assert [row["条款编号"] for row in rows] == [each["clause_id"] for each in entries]
    assert {row["说明"] for row in rows} == {NOTE}
    assert [row["原文引语"].lstrip("'") for row in rows] == [each["quote"].replace("\r\n", "\n") for each in entries]


@pytest.mark.parametrize(("accept", "kind"), [
    ("text/csv", "text/csv"), ("text/csv, */*;q=0.1", "text/csv"), ("application/json, text/csv", "application/json"),
    ("*/*", "application/json"), ("text/html", "application/json"),
])
def test_the_form_follows_the_accept_header(client: TestClient, accept: str, kind: str) -> None:
    assert client.get("/api/indicators", headers={"accept": accept}).headers["content-type"].startswith(kind)
    forced = client.get("/api/indicators", params={"format": "json"}, headers={"accept": "text/csv"})
    assert forced.headers["content-type"] == "application/json"


def test_schedule_by_plan_quarter_unit_and_year(client: TestClient) -> None:
    def ask(**given: Any) -> list[dict[str, Any]]:
        return list(client.get("/api/schedule", params=given).json())

    third = ask(plan_id="chongqing-2014", quarter=3)
    assert third
    assert all(3 in each["quarters"] and each["plan_id"] == "chongqing-2014" for each in third)
    ours = ask(plan_id="chongqing-2014", quarter=3, unit="专利管理处")
    assert 0 < len(ours) < len(third)
    assert all("专利管理处" in each["units"] and each["certainty"] for each in ours)
    assert {each["year"] for each in ask(year=2024)} == {2024}
    assert {each["plan_id"] for each in ask()} > {"zhuhai-2019", "guizhou-2021"}
    assert client.get("/api/schedule", params={"quarter": 5}).status_code == 422
    assert client.get("/api/schedule", params={"plan_id": "nowhere"}).status_code == 404


def test_matrix_as_json_grid_and_workbook(client: TestClient) -> None:
    told = client.get("/api/matrix", params={"plan_id": "qianjiang-2022"}).json()
    rows = rows_of(client.get("/api/matrix", params={"plan_id": "qianjiang-2022", "format": "csv", "layout": "grid"}))
    assert [row["条款编号"] for row in rows] == [row["row_id"] for row in told["rows"]]
    assert sum(row[unit] != "" for row in rows for unit in told["units"]) == len(
        {(cell["row_id"], cell["unit"]) for cell in told["cells"]})
    first = next(row for row in rows if row["条款编号"] == "qianjiang-2022#3.3.1")
    assert first["区市场监管局"] == "牵头/责任"
    assert "责任单位：区市场监管局" in first["原文引语"]
    lead = client.get("/api/matrix", params={"role": "lead"}).json()
    assert {cell["role"] for cell in lead["cells"]} == {"lead"}
    some = client.get("/api/matrix", params={"unit": "市场监管局"}).json()["units"]
    assert len(some) > 1
    assert all("市场监管局" in unit for unit in some)
    response = client.get("/api/matrix", params={"format": "xlsx"})
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["说明", "单位明细", "chongqing-2024", "zhuhai-2019", "chongqing-2014", "qianjiang-2022", "guizhou-2021"]
    assert book["单位明细"].max_row == len(client.get("/api/matrix").json()["cells"]) + 1
    assert NOTE in [cell.value for row in book["说明"] for cell in row]
    assert client.get("/api/matrix", params={"format": "csv", "layout": "grid"}).json()["error"]["code"] == "plan_required"
    none = client.get("/api/matrix", params={"unit": "没有的单位", "plan_id": "zhuhai-2019", "format": "csv", "layout": "grid"})
    assert rows_of(none) == []


def test_no_cell_is_a_formula() -> None:
    table = Table("a/b*c:[d]" * 9, ("=x", "值"), tuple((text, 1) for text in EVIL))
    csv_rows = list(csv.reader(io.StringIO(to_csv(table).decode("utf-8-sig"), newline="")))
    for text, row in zip(EVIL, csv_rows[1:], strict=True):
        assert row[0] in (text, "'" + text)
        assert row[0][0] not in "=+@\t＝"
        assert row[0][0] != "-" or row[0] == "-5"
    book = load_workbook(io.BytesIO(to_xlsx([table, table], "题")))
    assert len(book.sheetnames) == 2
    for row in book.worksheets[0].iter_rows(min_row=2):
        assert row[0].data_type == "s"
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == list(EVIL)
