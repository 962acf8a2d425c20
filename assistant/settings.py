"""Settings of the assistant, read from the environment (prefix IPPLAN_) when asked for, never at import."""

from __future__ import annotations

from pydantic import Field

from ingest.settings import IngestSettings


class AssistantSettings(IngestSettings):
    """Ingestion's settings and where the web app listens."""

    host: str = Field(default="127.0.0.1", description="address the web app listens on")
    port: int = Field(default=7860, ge=1, le=65535, description="port of the web app")
