"""`POST /api/feedback`: what readers thought of an answer."""

from __future__ import annotations

import sqlite3

from fastapi import APIRouter

from assistant.audit import feedback_to, take_old_feedback
from assistant.contract.problems import Problem
from assistant.contract.schemas import FeedbackOut, FeedbackRequest
from assistant.service import Service
from assistant.settings import AssistantSettings
from assistant.web.documented import errors


def feedback(service: Service, settings: AssistantSettings | None = None) -> APIRouter:
    """`POST /api/feedback`. Kept where `settings` say, else where those of the open assistant do."""
    router = APIRouter(prefix="/api")

    @router.post("/feedback", status_code=201, tags=["问答"], summary="反馈", responses=errors(400, 413, 422, 503),
                 description="对一次回答的评价：有帮助、没帮助或有错误，可附说明。")
    def add(request: FeedbackRequest) -> FeedbackOut:
        ours = settings or service.require().settings
        folder = ours.records_folder()
        try:
            take_old_feedback(ours.index, folder)
            return FeedbackOut(id=feedback_to(folder, request.reply_id, request.rating, request.comment))
        except (OSError, sqlite3.Error) as error:
            raise Problem(503, "feedback_not_stored", "反馈暂时无法保存，请稍后重试。") from error

    return router
