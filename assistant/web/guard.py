"""What stands around the web app in service: request ids and the log, limits, metrics, the audit log."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from assistant.audit import AuditLog
from assistant.service import Service
from assistant.settings import AssistantSettings
from assistant.web.desk import Desk
from assistant.web.limits import LimitRequests, Limits
from assistant.web.metrics import Metrics
from assistant.web.trace import Trace


def guarded(service: Service, settings: AssistantSettings, create: Callable[[Desk, Metrics | None], FastAPI]) -> FastAPI:
    """The app that `create` makes of a desk and metrics, with all of it around. The outermost is added last."""
    desk = Desk(settings.threads, settings.waiting)
    service.inside = lambda: desk.inside
    metrics = Metrics() if settings.metrics else None
    audit = AuditLog(settings.records_folder(), settings.audit_days, settings.audit_text) if settings.audit else None
    if audit:
        service.witnesses.append(audit.answered)
        service.closers.append(audit.close)
    if metrics:
        service.witnesses.append(metrics.answered)
        metrics.watch(service, desk, audit)
    app = create(desk, metrics)
    app.add_middleware(LimitRequests, limits=Limits(settings))
    app.add_middleware(Trace, metrics=metrics)
    return app
