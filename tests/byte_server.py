"""Bytes for whoever connects, over TLS or not: what stands where a Jira is expected, and is none."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def answering(reply: bytes, context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """Serve these bytes to whoever connects and asks; yields the port, and what was asked."""
    asked: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                connection.settimeout(5)
                stream = context.wrap_socket(connection, server_side=True) if context is not None else connection
                with stream:
                    asked.append(stream.recv(65536))
                    stream.sendall(reply)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], asked
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def head(status: str, *lines: str, body: bytes = b"") -> bytes:
    """Return an answer of HTTP."""
    text = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *lines, "", ""])
    return text.encode() + body
