"""Plans, their text and their clauses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from assistant.contract import views
from assistant.contract.schemas import ClauseOut, OutlineOut, PlanOut, TextOut
from assistant.service import Service
from assistant.web.documented import errors

PlanId = Annotated[str, Path(description="规划编号，见 /api/plans", examples=["qianjiang-2022"])]


def plans(service: Service) -> APIRouter:
    """`GET /api/plans`, `/api/plans/{id}`, `/api/plans/{id}/text`, `/api/clauses/{id}`."""
    router = APIRouter(prefix="/api", tags=["规划原文"], responses=errors(503))

    @router.get("/plans", summary="收录的规划", description="每份规划的名称、地区、发文机关、实施期及其在当天的状态。")
    def all_plans() -> list[PlanOut]:
        assistant = service.require()
        return [views.plan_out(assistant.catalogue, meta, assistant.settings.day()) for meta in assistant.catalogue.metas()]

    @router.get("/plans/{plan_id}", summary="一份规划的目录", responses=errors(404, 422),
                description="章节和条款，按原文次序；条款的文字见 /api/clauses。")
    def outline(plan_id: PlanId) -> OutlineOut:
        assistant = service.require()
        meta = assistant.catalogue.meta(plan_id)
        return views.outline_out(assistant.catalogue, meta, assistant.settings.day())

    @router.get("/plans/{plan_id}/text", summary="一份规划的全文", responses=errors(404, 422),
                description="所有位置所指的规范化文本；sha256 是收到的原文件的。")
    def text(plan_id: PlanId) -> TextOut:
        catalogue = service.require().catalogue
        found = catalogue.text(catalogue.meta(plan_id).id)
        return TextOut(id=plan_id, text=found, sha256=catalogue.sha256(plan_id), characters=len(found))

    @router.get("/clauses/{clause_id:path}", summary="一个条款", responses=errors(404, 422),
                description="条款的文字、位置、在原文件中的位置和前后条款。")
    def clause(clause_id: Annotated[str, Path(description="条款编号；地址中的 # 写作 %23",
                                              examples=["qianjiang-2022#3.3.1"])]) -> ClauseOut:
        assistant = service.require()
        return views.clause_out(assistant.catalogue, clause_id, assistant.settings.day())

    return router
