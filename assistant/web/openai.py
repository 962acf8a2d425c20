"""`/v1/chat/completions` and `/v1/models`, so that what speaks to OpenAI speaks to the assistant.

Citations stand in `message.citations`, and as OpenAI's own `annotations` (`url_citation`) at the marks [1] of the text.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from assistant.contract import problems
from assistant.contract.chat_schemas import ChatCompletion, ChatRequest, ModelList, ModelOut, OpenAIError
from assistant.contract.problems import Problem
from assistant.model import Question, Reply
from assistant.render import reading_url, sources_markdown, to_dict
from assistant.service import Service
from assistant.web.asking import NOBODY, attended, check_scope, logged, told
from assistant.web.desk import Desk, Ticket
from assistant.web.documented import errors
from assistant.web.stream import DOCUMENTED, Emit, EventStream

if TYPE_CHECKING:
    from assistant.chain import Assistant

MODEL = "ip-plan-assistant"
BESIDE = ("status", "notices", "claims", "suggestions", "generator")
_MARK = re.compile(r"\[(\d+)\]")
_CJK = re.compile(r"[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]")


def openai(service: Service, desk: Desk) -> APIRouter:
    """`POST /v1/chat/completions`, `GET /v1/models`. An Authorization header is taken and not looked at."""
    router = APIRouter(prefix="/v1", tags=["OpenAI 兼容"])

    @router.post(
        "/chat/completions", response_model=ChatCompletion, summary="对话（OpenAI 兼容）",
        description="可直接用 openai 客户端或 LangChain 的 ChatOpenAI 调用，流式与否均可。最后一条 user 消息是问题，此前的对话用于理解追问；"
                    "system 消息不作为事实来源。temperature、max_tokens、stop 等生成参数不起作用（回答须逐句核对，不截断）；"
                    "tools、functions、logprobs、n>1、非文字格式会被拒绝（400）。token 数为估计值。",
        responses={**errors(400, 404, 413, 422, 503, model=OpenAIError),
                   200: {"description": "回答；stream 为 true 时是事件流，以 [DONE] 结束", "content": DOCUMENTED}})
    async def complete(request: Request, body: ChatRequest) -> Response:
        question = body.to_question()
        assistant = service.require()
        check_scope(assistant, question)
        base = str(request.base_url).rstrip("/")
        ticket = desk.enter()
        if body.stream:
            return EventStream(ticket, lambda emit: _stream(emit, ticket, assistant, question, body, base))
        reply = await attended(request, ticket, assistant, question)
        return JSONResponse(_completion(reply, body, base)) if reply else Response(status_code=NOBODY)

    @router.get("/models", summary="模型（OpenAI 兼容）", description="只有一个模型：本助手。")
    def models() -> ModelList:
        return ModelList(data=[_model()])

    @router.get("/models/{name}", summary="模型（OpenAI 兼容）", responses=errors(404, 422, model=OpenAIError),
                description="`ip-plan-assistant` 的说明。")
    def model(name: Annotated[str, Path(description="模型名称", examples=[MODEL])]) -> ModelOut:
        if name != MODEL:
            raise Problem(404, "model_not_found", f"没有名为“{name[:80]}”的模型，请用 {MODEL}。", "model")
        return _model()

    return router


def _model() -> ModelOut:
    return ModelOut(id=MODEL, created=0, owned_by=MODEL)


def _completion(reply: Reply, body: ChatRequest, base: str) -> dict[str, Any]:
    whole = to_dict(reply)
    content = reply.text + _sources(reply, body)
    message = {"role": "assistant", "content": content, "refusal": None, "citations": whole["citations"],
               "annotations": _annotations(reply, base)}
    return {**_head(reply.id, int(time.time()), "chat.completion"),
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": _usage(body, content), **{name: whole[name] for name in BESIDE}}


async def _stream(emit: Emit, ticket: Ticket, assistant: Assistant, question: Question, body: ChatRequest, base: str) -> None:
    created = int(time.time())
    name = f"{created:x}{id(ticket):x}"     # the reply's own id is known when it is complete; a stream needs one now

    async def chunk(delta: Mapping[str, Any], finish: str | None = None, beside: Mapping[str, Any] | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        await emit(_data({**_head(name, created, "chat.completion.chunk"), "choices": [choice], **(beside or {})}))

    await chunk({"role": "assistant", "content": ""})
    try:
        reply = await told(ticket, assistant, question, lambda piece: chunk({"content": piece}))
    except Exception as error:  # the response has begun: OpenAI's clients raise on a chunk that holds an error
        await emit(_data(problems.openai_body(logged(error))))
        return
    sources = _sources(reply, body)
    if sources:
        await chunk({"content": sources})
    whole = to_dict(reply)
    await chunk({"citations": whole["citations"], "annotations": _annotations(reply, base)}, "stop",
                {"reply_id": reply.id, **{each: whole[each] for each in BESIDE}})
    if body.stream_options and body.stream_options.include_usage:
        usage = _usage(body, reply.text + sources)
        await emit(_data({**_head(name, created, "chat.completion.chunk"), "choices": [], "usage": usage}))
    await emit("data: [DONE]\n\n")


def _head(name: str, created: int, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{name}", "object": kind, "created": created, "model": MODEL, "system_fingerprint": None}


def _data(content: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"


def _sources(reply: Reply, body: ChatRequest) -> str:
    return f"\n\n{sources_markdown(reply)}" if body.append_sources and reply.citations else ""


def _annotations(reply: Reply, base: str) -> list[dict[str, Any]]:
    """Every mark [1] of the text as OpenAI's `url_citation`: the page of the plan with the quote marked."""
    known = {citation.n: citation for citation in reply.citations}
    return [
        {"type": "url_citation", "url_citation": {
            "start_index": found.start(), "end_index": found.end(), "title": f"《{cited.plan_title}》{cited.path}",
            "url": base + reading_url(cited)}}
        for found in _MARK.finditer(reply.text) if (cited := known.get(int(found.group(1))))
    ]


def _usage(body: ChatRequest, content: str) -> dict[str, Any]:
    asked = sum(_tokens(json.dumps(message.content, ensure_ascii=False, default=lambda part: part.text))
                for message in body.messages)
    said = _tokens(content)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said, "estimated": True}


def _tokens(text: str) -> int:
    """A Chinese character as one token, four other characters as one."""
    chinese = len(_CJK.findall(text))
    return chinese + (len(text) - chinese + 3) // 4
