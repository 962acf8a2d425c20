"""`GET /api/health`: whether the index is open, what is in it, which versions made it."""

from __future__ import annotations

from importlib import metadata

from fastapi import APIRouter

from assistant.contract.schemas import HealthOut
from assistant.service import Service

VERSIONS = ("fastapi", "gradio", "chromadb", "sentence-transformers", "torch", "jieba")


def version() -> str:
    """The installed version of the product, or 'dev' in a bare checkout."""
    return _version_of("ip-plan-assistant") or "dev"


def health(service: Service) -> APIRouter:
    """`GET /api/health`."""
    router = APIRouter(prefix="/api")

    @router.get("/health", tags=["运行"], summary="运行状况",
                description="总是 200；`status` 为 starting（正在准备）、ready（可以提问）或 error（知识库未能打开）。")
    def standing() -> HealthOut:
        now = service.standing
        counts: dict[str, int] = {}
        index: dict[str, str] = {}
        if now.state == "ready":
            catalogue = service.require().catalogue
            info = catalogue.info()
            counts = {str(name): int(count) for name, count in info["counts"].items()}
            index = {name: str(value) for name, value in info.items() if name != "counts"}
        return HealthOut(status=now.state, message=now.message, version=version(),
                         versions={name: found for name in VERSIONS if (found := _version_of(name))},
                         counts=counts, index=index)

    return router


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
