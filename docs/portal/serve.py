"""The demonstration portal at an origin of its own, as a portal's web server would serve it.

    IPPLAN_FRAME_ANCESTORS=http://localhost:8000 ./run
    python docs/portal/serve.py http://127.0.0.1:7860 8000
"""

from __future__ import annotations

import sys
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
KINDS = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8"}


class Portal(BaseHTTPRequestHandler):
    """The files beside this one, with https://HOST replaced by the address of the chat."""

    def __init__(self, chat: str, policy: str, *rest: object) -> None:
        self.chat, self.policy = chat, policy
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A page or a style sheet; anything else is not here."""
        name = self.path.partition("?")[0].strip("/") or "index.html"
        found = {path.name: path for path in FOLDER.iterdir() if path.suffix in KINDS}.get(name)
        if found is None:
            self.send_error(404)
            return
        body = found.read_text(encoding="utf-8").replace("https://HOST", self.chat).encode()
        self.send_response(200)
        self.send_header("Content-Type", KINDS[found.suffix])
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


def portal(chat: str, port: int = 0) -> ThreadingHTTPServer:
    """The portal's server, embedding the chat at `chat`. Its policy has the two lines docs/EMBEDDING.md asks for."""
    policy = f"default-src 'self'; img-src 'self' data:; script-src 'self' {chat}; frame-src {chat}; object-src 'none'; base-uri 'none'"
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Portal, chat, policy))


if __name__ == "__main__":
    with portal(sys.argv[1].rstrip("/"), int(sys.argv[2])) as server:
        sys.stderr.write(f"示例门户：http://localhost:{server.server_port}/\n")
        server.serve_forever()
