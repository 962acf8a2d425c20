"""Facts of the plans: units of government, indicators."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

from fastapi import APIRouter, Query

from assistant import views
from assistant.problems import Problem
from assistant.schemas import IndicatorOut, UnitClauseOut, UnitOut
from assistant.service import Service
from ingest.model import Role

PlanFilter = Annotated[str | None, Query(max_length=200)]


def facts(service: Service) -> APIRouter:
    """`GET /api/units`, `/api/units/{name}/clauses`, `/api/indicators`."""
    router = APIRouter(prefix="/api")

    @router.get("/units")
    def units(plan_id: PlanFilter = None) -> list[UnitOut]:
        catalogue = service.require().catalogue
        if plan_id is not None:
            catalogue.meta(plan_id)
        return views.units_out(catalogue.units(plan_id))

    @router.get("/units/{name:path}/clauses")
    def unit_clauses(name: str, plan_id: PlanFilter = None, role: Role | None = None) -> list[UnitClauseOut]:
        assistant = service.require()
        if plan_id is not None:
            assistant.catalogue.meta(plan_id)
        known = assistant.catalogue.units(plan_id)
        found = [fact for fact in known if fact.unit == name and role in (None, fact.role)]
        if not any(fact.unit == name for fact in known):
            near = get_close_matches(name, sorted({fact.unit for fact in known}), n=5, cutoff=0.4)
            raise Problem(404, "unit_not_found", f"规划中没有名为“{name[:60]}”的单位。", {"near": near})
        return views.unit_clauses_out(assistant.catalogue, found, assistant.settings.day())

    @router.get("/indicators")
    def indicators(plan_id: PlanFilter = None) -> list[IndicatorOut]:
        assistant = service.require()
        if plan_id is not None:
            assistant.catalogue.meta(plan_id)
        return views.indicators_out(assistant.catalogue, plan_id, assistant.settings.day())

    return router
