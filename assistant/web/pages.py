"""The pages that answer without a question: `/plans`, `/duties`, `/units/{name}`, `/indicators`, `/schedule`, `/report`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from assistant.contract import problems
from assistant.pages.duties import Wanted
from assistant.pages.duties_page import duties_page
from assistant.pages.indicators import indicators_page
from assistant.pages.original import list_page, plan_page
from assistant.pages.repaired import compare_page
from assistant.pages.reports import report_page, reports_page
from assistant.pages.schedule import QUARTERS, schedule_page
from assistant.pages.shell import message_page
from assistant.pages.unit import unit_page
from assistant.service import Service

if TYPE_CHECKING:
    from assistant.knowledge import Knowledge

log = logging.getLogger(__name__)


def pages(service: Service) -> APIRouter:
    """The reading pages, as routes that are no part of the API's schema."""
    router = APIRouter(include_in_schema=False)
    headers = {"Content-Security-Policy": "default-src 'self'; style-src 'self'; frame-ancestors 'self'; base-uri 'none'",
               "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}

    def show(build: Callable[[Knowledge], str]) -> HTMLResponse:
        try:
            return HTMLResponse(build(service.require().knowledge), headers=headers)
        except Exception as error:  # a reader of a page gets a page, with the same sentence the API would say
            problem = problems.problem_of(error)
            if problem.status == 500:
                log.exception("a page failed")
            return HTMLResponse(message_page(problem.message), problem.status, headers)

    @router.get("/plans")
    def plan_list(q: str = "") -> HTMLResponse:
        return show(lambda known: list_page(known.catalogue, q, known.today))

    @router.get("/plans/{plan_id}")
    def plan(plan_id: str, mark: str = "", q: str = "", view: str = "", kind: str = "") -> HTMLResponse:
        if view == "raw":
            return show(lambda known: compare_page(known.catalogue, plan_id, kind, known.today))
        return show(lambda known: plan_page(known.catalogue, plan_id, mark, q, known.today))

    @router.get("/plans/{plan_id}/report")
    def plan_report(plan_id: str) -> HTMLResponse:
        return show(lambda known: report_page(known, plan_id))

    @router.get("/duties")
    def duties(plan: str = "", role: str = "", unit: str = "", kind: str = "", sort: str = "") -> HTMLResponse:
        return show(lambda known: duties_page(known, Wanted.of(plan, role, unit, kind, sort)))

    @router.get("/units/{name:path}")
    def unit(name: str) -> HTMLResponse:
        return show(lambda known: unit_page(known, name))

    @router.get("/indicators")
    def indicators(plan: str = "", name: str = "") -> HTMLResponse:
        return show(lambda known: indicators_page(known, plan, name))

    @router.get("/schedule")
    def schedule(plan: str = "", quarter: str = "", unit: str = "") -> HTMLResponse:
        number = int(quarter) if quarter in map(str, QUARTERS) else None
        return show(lambda known: schedule_page(known, plan, number, unit))

    @router.get("/report")
    def report() -> HTMLResponse:
        return show(reports_page)

    return router
