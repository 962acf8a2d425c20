"""Settings of the assistant, read from the environment (prefix IPPLAN_) when asked for, never at import."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from ingest.settings import IngestSettings

_ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?", re.IGNORECASE)
"""An exact origin: https://www.cq.gov.cn, http://10.1.2.3:8080. No wildcard: who may embed is said site by site."""


class AssistantSettings(IngestSettings):
    """Ingestion's settings and where the web app listens."""

    host: str = Field(default="127.0.0.1", description="address the web app listens on")
    port: int = Field(default=7860, ge=1, le=65535, description="port of the web app")
    frame_ancestors: str = Field(default="", description="origins that may embed the chat beside this site itself")
    threads: int = Field(default=4, ge=1, le=64, description="questions answered at once")
    waiting: int = Field(default=32, ge=0, le=1000, description="questions that may wait beside; more get a 503")
    connections: int = Field(default=512, ge=8, le=10_000, description="open connections; more get a 503")
    trusted_proxies: str = Field(default="127.0.0.1 ::1", description="proxies whose X-Forwarded-For is believed")
    rate_ask: int = Field(default=60, ge=0, description="questions a minute from one client; 0: any number")
    rate_read: int = Field(default=600, ge=0, description="other requests a minute from one client; 0: any number")
    rate_site: int = Field(default=0, ge=0, description="questions a minute from one embedding site; 0: any number")
    quota_client: int = Field(default=0, ge=0, description="questions a day from one client; 0: any number")
    quota_site: int = Field(default=0, ge=0, description="questions a day from one embedding site; 0: any number")
    records: Path | None = Field(default=None, description="folder of the audit log and feedback; unset: in the index folder")
    audit: bool = Field(default=True, description="keep a log of what was answered, without the question's text")
    audit_text: bool = Field(default=False, description="keep the question's text in that log too")
    audit_days: int = Field(default=180, ge=1, le=3650, description="days after which log and feedback are deleted")
    log_format: Literal["text", "json"] = Field(default="text", description="service log as lines of text or of JSON")
    metrics: bool = Field(default=False, description="serve /metrics to this machine and private networks")
    admin_token: SecretStr = Field(default=SecretStr(""), description="switches the admin routes on; 24 characters or more")
    llm_base_url: str = Field(default="", pattern=r"^(https?://\S+)?$", description="base URL of an OpenAI-compatible server; empty: none")
    llm_model: str = Field(default="", validate_default=True, description="the chat model's name at that server")
    llm_key: SecretStr = Field(default=SecretStr(""), description="its key")
    llm_key_file: Path | None = Field(default=None, description="a file that holds the key")
    llm_timeout: float = Field(default=12.0, gt=0, description="seconds to wait for the model's next piece of text")
    llm_deadline: float = Field(default=15.0, gt=0, description="seconds until a question is answered without the model")
    llm_retries: int = Field(default=1, ge=0, le=5, description="times a call is tried again before anything came")
    llm_concurrency: int = Field(default=2, ge=1, le=64, description="calls to the model at once")
    llm_max_tokens: int = Field(default=600, ge=16, le=8192, description="tokens the model may write for one answer")
    llm_simple: bool = Field(default=False, description="the model is too small for JSON: ask it for marked lines")
    llm_rewrite: bool = Field(default=False, description="let the model suggest how a follow-up reads standing alone")

    @field_validator("llm_model")
    @classmethod
    def _named(cls, name: str, info: ValidationInfo) -> str:
        if info.data.get("llm_base_url") and not name.strip():
            raise ValueError("IPPLAN_LLM_BASE_URL 已设置，还要写明模型名")
        return name.strip()

    @field_validator("admin_token")
    @classmethod
    def _long_enough(cls, token: SecretStr) -> SecretStr:
        if 0 < len(token.get_secret_value().strip()) < 24 or not token.get_secret_value().isascii():
            raise ValueError("管理口令至少 24 个 ASCII 字符，可用 python -c 'import secrets; print(secrets.token_urlsafe(32))' 生成")
        return SecretStr(token.get_secret_value().strip())

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in _words(value):
            try:
                ip_network(each, strict=False)
            except ValueError:
                raise ValueError(f"“{each[:80]}”不是 IP 地址或网段；多个用空格分开") from None
        return value

    @field_validator("frame_ancestors")
    @classmethod
    def _origins(cls, value: str) -> str:
        for site in _words(value):
            if not _ORIGIN.fullmatch(site):
                raise ValueError(f"“{site[:80]}”不是一个网站的源，应写作 https://www.example.gov.cn，不带路径和通配符，多个用空格分开")
        return value

    def sites(self) -> tuple[str, ...]:
        """The exact origins of `frame_ancestors`, as browsers write them."""
        return tuple(dict.fromkeys(re.sub(r"^(https:.*):443$|^(http:.*):80$", r"\1\2", each.lower())
                                   for each in _words(self.frame_ancestors)))

    def proxies(self) -> list[str]:
        """The addresses and networks of `trusted_proxies`."""
        return _words(self.trusted_proxies)

    def records_folder(self) -> Path:
        """Where the audit log and the feedback are kept."""
        return self.records or self.index / "records"


def _words(value: str) -> list[str]:
    return value.replace(",", " ").split()
