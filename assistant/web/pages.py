"""The read-only pages `/plans` and `/plans/{id}`."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from assistant import problems, reading
from assistant.service import Service

log = logging.getLogger(__name__)


def pages(service: Service) -> APIRouter:
    """The read-only pages `/plans` and `/plans/{id}`."""
    router = APIRouter(include_in_schema=False)
    headers = {"Content-Security-Policy": "default-src 'self'; style-src 'self'; frame-ancestors 'self'; base-uri 'none'",
               "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}

    def show(build: Any) -> HTMLResponse:
        try:
            assistant = service.require()
            return HTMLResponse(build(assistant.catalogue, assistant.settings.day()), headers=headers)
        except Exception as error:  # a reader of a page gets a page, with the same sentence the API would say
            problem = problems.problem_of(error)
            if problem.status == 500:
                log.exception("a reading page failed")
            return HTMLResponse(reading.message_page(problem.message), problem.status, headers)

    @router.get("/plans")
    def plan_list() -> HTMLResponse:
        return show(reading.list_page)

    @router.get("/plans/{plan_id}")
    def plan(plan_id: str, mark: str = "") -> HTMLResponse:
        return show(lambda catalogue, today: reading.plan_page(catalogue, plan_id, mark, today))

    return router
