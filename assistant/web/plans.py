"""Plans, their text and their clauses."""

from __future__ import annotations

from fastapi import APIRouter

from assistant import views
from assistant.schemas import ClauseOut, OutlineOut, PlanOut, TextOut
from assistant.service import Service


def plans(service: Service) -> APIRouter:
    """`GET /api/plans`, `/api/plans/{id}`, `/api/plans/{id}/text`, `/api/clauses/{id}`."""
    router = APIRouter(prefix="/api")

    @router.get("/plans")
    def all_plans() -> list[PlanOut]:
        assistant = service.require()
        return [views.plan_out(assistant.catalogue, meta, assistant.settings.day()) for meta in assistant.catalogue.metas()]

    @router.get("/plans/{plan_id}")
    def outline(plan_id: str) -> OutlineOut:
        assistant = service.require()
        meta = assistant.catalogue.meta(plan_id)
        return views.outline_out(assistant.catalogue, meta, assistant.settings.day())

    @router.get("/plans/{plan_id}/text")
    def text(plan_id: str) -> TextOut:
        catalogue = service.require().catalogue
        found = catalogue.text(catalogue.meta(plan_id).id)
        return TextOut(id=plan_id, text=found, sha256=catalogue.sha256(plan_id), characters=len(found))

    @router.get("/clauses/{clause_id:path}")
    def clause(clause_id: str) -> ClauseOut:
        assistant = service.require()
        return views.clause_out(assistant.catalogue, clause_id, assistant.settings.day())

    return router
