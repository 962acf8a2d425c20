"""Facts of the plans: units of government, indicators, dates, the matrix of responsibilities; JSON, CSV, XLSX."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from assistant.contract.fact_schemas import IndicatorOut, MatrixOut, ScheduleOut, UnitClauseOut, UnitOut
from assistant.contract.fact_views import Facts
from assistant.contract.problems import Problem
from assistant.exports import sheets
from assistant.exports.sheets import Table
from assistant.service import Service
from assistant.web.documented import errors
from assistant.web.downloads import download
from ingest.model import Role

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PlanFilter = Annotated[str | None, Query(max_length=200, description="只看一份规划，编号见 /api/plans",
                                         examples=["chongqing-2014"])]
UnitFilter = Annotated[str | None, Query(max_length=200, description="只看名称含有这几个字的单位，名称见 /api/units", examples=["专利管理处"])]
RoleFilter = Annotated[Role | None, Query(description="lead 牵头或责任，support 配合，execute 执行，office 责任处室，"
                                                      "unstated 原文未写明", examples=["lead"])]
Format = Annotated[Literal["json", "csv"] | None, Query(
    description="csv：带字节序标记的 UTF-8，可直接用 Excel 打开；不填时看 Accept 请求头，默认 json", examples=["csv"])]
AS_CSV: dict[int | str, dict[str, Any]] = {200: {
    "description": "JSON 或 CSV", "content": {CSV: {"schema": {"type": "string"}}}}}


def facts(service: Service) -> APIRouter:
    """`GET /api/units`, `/api/units/{name}/clauses`, `/api/indicators`, `/api/schedule`, `/api/matrix`."""
    router = APIRouter(prefix="/api", tags=["事实"], responses=errors(404, 422, 503), dependencies=[Depends(_vary)])

    def of(plan_id: str | None) -> Facts:
        assistant = service.require()
        if plan_id is not None:
            assistant.catalogue.meta(plan_id)
        return Facts(assistant.catalogue, assistant.settings.day(), plan_id)

    @router.get("/units", response_model=list[UnitOut], responses=AS_CSV, summary="责任单位",
                description="规划中出现的单位、承担的角色，以及每一处的条款和原文。按涉及条款数由多到少。")
    def units(request: Request, plan_id: PlanFilter = None, format: Format = None) -> Any:
        found = of(plan_id).units()
        return _csv(sheets.unit_table(found), "units") if _wants_csv(request, format) else found

    @router.get("/units/{name:path}/clauses", response_model=list[UnitClauseOut], responses=AS_CSV,
                summary="一个单位的条款", description="某单位承担的全部条款及原文。")
    def unit_clauses(request: Request, name: Annotated[str, Path(examples=["专利管理处"], description="单位名称，须作 URL 编码")],
                     plan_id: PlanFilter = None, role: RoleFilter = None, format: Format = None) -> Any:
        facts = of(plan_id)
        known = facts.catalogue.units(plan_id)
        if not any(fact.unit == name for fact in known):
            near = get_close_matches(name, sorted({fact.unit for fact in known}), n=5, cutoff=0.4)
            raise Problem(404, "unit_not_found", f"规划中没有名为“{name[:60]}”的单位。", {"near": near})
        found = facts.unit_clauses(fact for fact in known if fact.unit == name and role in (None, fact.role))
        return _csv(sheets.naming_table(found), "unit-clauses") if _wants_csv(request, format) else found

    @router.get("/indicators", response_model=list[IndicatorOut], responses=AS_CSV, summary="指标",
                description="规划写明的目标值：基期值、目标值、计量单位、责任单位、备注，及其条款和原文。")
    def indicators(request: Request, plan_id: PlanFilter = None, format: Format = None) -> Any:
        found = of(plan_id).indicators()
        return _csv(sheets.indicator_table(found), "indicators") if _wants_csv(request, format) else found

    @router.get("/schedule", response_model=list[ScheduleOut], responses=AS_CSV, summary="进度",
                description="规划写明的季度、阶段和期限，及其条款、责任单位和原文。")
    def schedule(request: Request, plan_id: PlanFilter = None,
                 quarter: Annotated[int | None, Query(ge=1, le=4, description="第几季度", examples=[3])] = None,
                 year: Annotated[int | None, Query(ge=1900, le=2200, description="年份", examples=[2014])] = None,
                 unit: UnitFilter = None, format: Format = None) -> Any:
        found = of(plan_id).schedule(quarter, year, unit)
        return _csv(sheets.schedule_table(found), "schedule") if _wants_csv(request, format) else found

    @router.get("/matrix", response_model=MatrixOut, summary="责任分工表",
                description="单位与条款的对应：json 逐条列出；csv 逐条一行（layout=grid 时一行一条款、一列一单位，须指定 plan_id）；"
                            "xlsx 含说明、明细和每份规划一张分工表。",
                responses={200: {"description": "JSON、CSV 或 XLSX", "content": {
                    CSV: {"schema": {"type": "string"}}, XLSX: {"schema": {"type": "string", "format": "binary"}}}}})
    def matrix(request: Request, plan_id: PlanFilter = None, role: RoleFilter = None, unit: UnitFilter = None,
               layout: Annotated[Literal["list", "grid"], Query(description="CSV 的排法", examples=["list"])] = "list",
               format: Annotated[Literal["json", "csv", "xlsx"] | None, Query(
                   description="返回的形式；不填时看 Accept 请求头，默认 json", examples=["xlsx"])] = None) -> Any:
        facts = of(plan_id)
        found = facts.matrix(role, unit)
        if format == "xlsx":
            tables = [sheets.about_table(found, facts.today), sheets.naming_table(found.cells), *sheets.matrix_tables(found)]
            return download(sheets.to_xlsx(tables, "责任分工"), XLSX, "responsibilities.xlsx")
        if not _wants_csv(request, format):
            return found
        if layout == "list":
            return _csv(sheets.naming_table(found.cells), "responsibilities")
        if plan_id is None:
            raise Problem(422, "plan_required", "分工表（layout=grid）每次导出一份规划，请用 plan_id 指定。", "plan_id")
        return _csv((*sheets.matrix_tables(found), Table("", ("条款编号",), ()))[0], f"responsibilities-{plan_id}")

    return router


def _vary(response: Response) -> None:
    response.headers["Vary"] = "Accept"


def _wants_csv(request: Request, format: str | None) -> bool:
    """What was asked for in the address, else what the Accept header prefers."""
    if format is not None:
        return format == "csv"
    accepted = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")]
    return CSV in accepted and "application/json" not in accepted[:accepted.index(CSV)]


def _csv(table: Table, name: str) -> Response:
    return download(sheets.to_csv(table), CSV, f"{name}.csv")
