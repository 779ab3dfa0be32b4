"""A server that says what it is told to, byte by byte: no library stands between an answer and the wire."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True)
class Heard:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """What stands before the question mark."""
        return self.target.partition("?")[0]


Says = Callable[[Heard], Iterable[bytes]]


def reply(body: Any = b"{}", status: str = "200 OK", *lines: str, kind: str = JSON, length: int | None = -1) -> bytes:
    """Make an answer; ``length`` None says none, -1 the right one."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), *lines, "Connection: close"]
    if length is not None:
        head.append(f"Content-Length: {len(content) if length < 0 else length}")
    return "\r\n".join([*head, "", ""]).encode("latin-1", "replace") + content


@contextmanager
def speaking(says: Says) -> Iterator[str]:
    """Answer each connection once on loopback, and end it; yields the address."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            connection.settimeout(20)
            heard = _hear(connection)
            if heard is None:
                return
            for piece in says(heard):
                if ended.is_set():
                    return
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):  # else what was sent may be lost with a reset
                pass

    def accept() -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _hear(connection: socket.socket) -> Heard | None:
    came = b""
    while b"\r\n\r\n" not in came:
        piece = connection.recv(65536)
        if not piece:
            return None
        came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    method, target, _ = first.split(" ", 2)
    return Heard(method, target, headers, body)


@contextmanager
def in_front_of(jira: str, spoil: Callable[[Heard], Iterable[bytes] | None]) -> Iterator[str]:
    """Stand in front of a Jira: whatever is not spoilt is answered by it."""
    place = urlsplit(jira)

    def says(heard: Heard) -> Iterable[bytes]:
        instead = spoil(heard)
        return [_ask(place.netloc, heard)] if instead is None else instead

    with speaking(says) as address:
        yield address


def _ask(netloc: str, heard: Heard) -> bytes:
    connection = HTTPConnection(netloc, timeout=20)
    sent = {
        name: value for name, value in heard.headers.items() if name not in {"connection", "accept-encoding", "host"}
    }
    connection.request(heard.method, heard.target, heard.body, sent)
    came = connection.getresponse()
    body = came.read()
    connection.close()
    left = {"content-length", "connection", "content-type", "transfer-encoding"}
    lines = [f"{name}: {value}" for name, value in came.getheaders() if name.lower() not in left]
    return reply(body, f"{came.status} {came.reason}", *lines, kind=came.getheader("Content-Type", ""))
