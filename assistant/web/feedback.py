"""`POST /api/feedback`: what readers thought of an answer."""

from __future__ import annotations

import json
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter

from assistant.problems import Problem
from assistant.schemas import FeedbackOut, FeedbackRequest
from assistant.service import Service
from assistant.web.documented import errors


def feedback(service: Service) -> APIRouter:
    """`POST /api/feedback`."""
    router = APIRouter(prefix="/api")
    feedback_lock = threading.Lock()

    @router.post("/feedback", status_code=201, tags=["问答"], summary="反馈", responses=errors(400, 413, 422, 503),
                 description="对一次回答的评价：有帮助、没帮助或有错误，可附说明。")
    def add(request: FeedbackRequest) -> FeedbackOut:
        entry = {"id": uuid.uuid4().hex, "at": datetime.now(UTC).isoformat(timespec="seconds"), **request.model_dump()}
        path = Path(service.require().settings.index) / "feedback.jsonl"
        try:
            with feedback_lock, path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        except OSError as error:
            raise Problem(503, "feedback_not_stored", "反馈暂时无法保存，请稍后重试。") from error
        return FeedbackOut(id=entry["id"])

    return router
