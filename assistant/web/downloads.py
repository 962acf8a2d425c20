"""Files to be kept, not shown."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response


def download(content: bytes | str, kind: str, name: str) -> Response:
    """A response that a browser stores as `name`; an old one, that reads no Chinese name, as `export` with its ending."""
    plain = name if name.isascii() else f"export.{name.rpartition('.')[2]}"
    headers = {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}", "Vary": "Accept"}
    return Response(content, media_type=kind, headers=headers)
