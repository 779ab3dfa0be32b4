"""Carries requests and answers over HTTP, and nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HTML, JSON = "text/html;charset=UTF-8", "application/json;charset=UTF-8"


@dataclass
class Ask:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any = None

    def one(self, name: str, default: str = "") -> str:
        """Give one value of the query."""
        return self.query.get(name, [default])[0]

    def number(self, name: str, default: int) -> int:
        """Give a number of the query."""
        try:
            return int(self.one(name, str(default)))
        except ValueError:
            raise RefusalError(400, f"'{self.one(name)}' is not a number for {name}") from None

    def names(self, name: str) -> list[str]:
        """Give values that are repeated or separated by commas."""
        return [part for value in self.query.get(name, []) for part in value.split(",") if part]


@dataclass
class Answer:
    """What goes back: JSON unless it is bytes or text."""

    value: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """An answer of Jira's form of error."""

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(*messages)
        self.status, self.messages = status, messages


@contextmanager
def listening(answer: Callable[[Ask], Answer]) -> Iterator[str]:
    """Serve on a free port of loopback; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *ignored: object) -> None:
            """Keep the terminal quiet: requests are kept by whoever answers."""

        def handle_any(self) -> None:
            """Read the request, send the answer."""
            parts = urlsplit(self.path)
            held = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = parse_qs(parts.query, keep_blank_values=True)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(held) if held and self.command == "POST" else None
            back = answer(Ask(self.command, parts.path, query, headers, body))
            kind, sent = JSON, b""
            if isinstance(back.value, bytes):
                kind, sent = "application/octet-stream", back.value
            elif isinstance(back.value, str):
                kind, sent = HTML, back.value.encode()
            else:
                sent = json.dumps(back.value, ensure_ascii=False).replace('"@1E+2@"', "1E+2").encode()
            self.send_response(back.status)
            for name, value in {"Content-Type": kind, **back.headers, "Content-Length": str(len(sent))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent if self.command != "HEAD" else b"")

    for verb in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        setattr(Handler, f"do_{verb}", Handler.handle_any)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
