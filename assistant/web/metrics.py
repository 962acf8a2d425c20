"""`GET /metrics` in Prometheus' text format. Labels are closed sets: routes as they are declared, never what was sent."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector
from starlette.exceptions import HTTPException

from assistant.audit import AuditLog
from assistant.model import Question, Reply
from assistant.service import Service
from assistant.web.desk import Desk

SECONDS = (0.005, 0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
STAGES = ("understand", "retrieve", "compose", "verify", "total")


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter("ipplan_requests_total", "Requests", ["route", "method", "status"], registry=self.registry)
        self.seconds = Histogram("ipplan_request_seconds", "Time to the end of the response", ["route"], buckets=SECONDS,
                                 registry=self.registry)
        self.open = Gauge("ipplan_requests_open", "Requests in flight", registry=self.registry)
        self.answers = Counter("ipplan_answers_total", "Answers", ["status", "generator"], registry=self.registry)
        self.stages = Histogram("ipplan_answer_stage_seconds", "Time of each step of an answer", ["stage"], buckets=SECONDS,
                                registry=self.registry)

    def answered(self, question: Question, reply: Reply) -> None:
        """Count an answer."""
        self.answers.labels(reply.status, reply.generator).inc()
        for stage in STAGES:
            if (ms := reply.timings_ms.get(stage)) is not None:
                self.stages.labels(stage).observe(ms / 1000)

    def watch(self, service: Service, desk: Desk, audit: AuditLog | None) -> None:
        """Gauges that are read when they are asked for."""
        for name, said, read in (
                ("ipplan_ready", "1 when questions are answered", lambda: service.standing.state == "ready"),
                ("ipplan_desk_inside", "Questions at work or waiting", lambda: desk.inside),
                ("ipplan_desk_at_work", "Questions whose answer is being made", lambda: desk.at_work),
                ("ipplan_audit_lost", "Answers that could not be kept in the audit log", lambda: audit.lost if audit else 0)):
            Gauge(name, said, registry=self.registry).set_function(read)


def metrics_route(metrics: Metrics) -> APIRouter:
    """`GET /metrics`, for this machine and private networks: everybody else is told that there is no such page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    def show(request: Request) -> Response:
        if not _near(request.client.host if request.client else ""):
            raise HTTPException(404)
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


def _near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:      # a test client, a Unix socket
        return host in ("", "testclient")
