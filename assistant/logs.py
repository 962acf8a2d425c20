"""The service log: lines of text, or of JSON with the id of the request they belong to. No question, no secret.

    {"at": "2026-03-01T08:00:00.123+00:00", "level": "INFO", "logger": "requests", "message": "POST /api/ask 200",
     "request_id": "9f…", "status": 200, "ms": 21.4, …}
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Literal

from assistant.audit import CALLER

FIELDS = "fields"
"""The name of `extra=` under which a call hands over fields of its own."""
NOISY = ("httpx", "httpx2", "chromadb", "sentence_transformers")
_SECRET = re.compile(r"(?i)((?:bearer|basic)\s+|(?:api[_-]?key|token|password|authorization)[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic)\s+)?)"
                     r"[^\s\"',;]{6,}")
_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def set_up(form: Literal["text", "json"] = "text") -> None:
    """The one place where the log's form is decided. For `app.py`: libraries and tests leave it alone."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else Lines(_TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def without_secrets(text: str) -> str:
    """`text` with what follows "Bearer", "token=" and the like taken out."""
    return _SECRET.sub(r"\1***", text)


class Lines(logging.Formatter):
    """A line of text; secrets taken out, tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "message": without_secrets(record.getMessage())}
        if name := CALLER.get().request_id:
            entry["request_id"] = name
        fields = getattr(record, FIELDS, None)
        if isinstance(fields, dict):
            entry.update(fields)
        if record.exc_info:
            entry["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)
