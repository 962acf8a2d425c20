"""Settings of ingestion, read from the environment (prefix IPPLAN_) when asked for, never at import."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parent


def _cache() -> Path:
    return Path.home() / ".cache" / "ip-plan-assistant"


class IngestSettings(BaseSettings):
    """Where plans and the index are, and which encoder embeds them."""

    model_config = SettingsConfigDict(env_prefix="IPPLAN_", extra="ignore")

    corpus: Path = Field(default=PACKAGE / "corpus", description="folder with corpus.toml and the plans' files")
    index: Path = Field(default=PACKAGE.parent / ".index", description="folder of the built index")
    cache: Path = Field(default_factory=_cache, description="folder for the encoder that is unpacked once")
    encoder: str = Field(default="", description="a sentence-transformers path or hub name; empty: built-in e5-small")
    chroma: str = Field(
        default="", pattern=r"^(https?://[^\s/]+/?)?$", description="a Chroma server, http://host:port; empty: in the index"
    )
    today: date | None = Field(default=None, description="the day a plan's status is computed for; unset: today")

    def day(self) -> date:
        """The day that decides which plans are over."""
        return self.today or date.today()
