"""`POST /api/export`: a conversation with its proofs as Markdown or DOCX."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from assistant.exports import transcript
from assistant.exports.transcript import ExportRequest
from assistant.service import Service
from assistant.web.documented import errors
from assistant.web.downloads import download

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MARKDOWN = "text/markdown"


def exports(service: Service) -> APIRouter:
    """`POST /api/export`."""
    router = APIRouter(prefix="/api", tags=["导出"])

    @router.post(
        "/export", summary="导出对话", response_class=Response,
        description="把问题和接口给出的回答（原样）导出为带依据、日期、规划状态和 AI 生成标识的文档。导出时逐条核对：引文与原文不一致的拒绝"
                    "（citation_mismatch），所引条款不能证明的句子加注；规划名称和状态以收录的为准。",
        responses={**errors(400, 413, 422, 503), 200: {"description": "文档", "content": {
            MARKDOWN: {"schema": {"type": "string"}}, DOCX: {"schema": {"type": "string", "format": "binary"}}}}})
    def export(body: ExportRequest, format: Annotated[Literal["md", "docx"], Query(
            description="md：Markdown；docx：Word 文档", examples=["docx"])] = "md") -> Response:
        found = transcript.checked(body, service.require().knowledge)
        name = f"知识产权规划问答-{found.today.isoformat()}.{format}"
        if format == "md":
            return download(transcript.to_markdown(found), MARKDOWN, name)
        from assistant.exports.transcript_docx import to_docx  # python-docx is wanted here only

        return download(to_docx(found), DOCX, name)

    return router
