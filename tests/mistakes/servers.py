"""What else answers where a Jira is expected: log-in pages, proxies, TLS with a certificate of one's own, nobody."""

from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path

LOG_IN_PAGE = "<!DOCTYPE html><html><head><title>Log in - Example SSO</title></head><body><h1>Log in</h1></body></html>"


def nobody() -> int:
    """Return a port of loopback at which nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def own_authority(folder: Path) -> ssl.SSLContext:
    """Return the server's side of TLS with a certificate that no system trusts, as a company makes for itself."""
    folder.mkdir(parents=True, exist_ok=True)
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=Example Company CA"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "own.key", "-out", "own.pem"]
    subprocess.run(["openssl", *words, *names], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem", folder / "own.key")
    return context
