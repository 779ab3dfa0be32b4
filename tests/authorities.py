"""A time-stamping authority of its own: certificates made and answers given by ``openssl ts``, over HTTP on loopback."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

_CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[mail]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = critical, emailProtection
[own]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha512
signer_digest = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
"""


@dataclass(frozen=True)
class Authority:
    """Certificates and keys in a folder: ``ca.pem`` vouches for ``tsa.pem``, which signs the answers."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The certificate that vouches for the others."""
        return self.folder / "ca.pem"

    def answer(self, query: bytes, *, signer: str = "tsa") -> bytes:
        """Answer a question as ``openssl ts`` does."""
        (self.folder / "query.tsq").write_bytes(query)
        names = ["-inkey", f"{signer}.key", "-signer", f"{signer}.pem"]
        self.openssl(
            "ts", "-reply", "-config", "conf", "-section", "own", "-queryfile", "query.tsq", *names, "-out", "reply.tsr"
        )
        return (self.folder / "reply.tsr").read_bytes()

    def stamp(self, content: bytes, *, signer: str = "tsa", certificate: bool = True) -> bytes:
        """Return a token over bytes, with all of its answer."""
        (self.folder / "content").write_bytes(content)
        more = ["-cert"] if certificate else []
        self.openssl("ts", "-query", "-config", "conf", "-data", "content", "-sha256", *more, "-out", "own.tsq")
        return self.answer((self.folder / "own.tsq").read_bytes(), signer=signer)

    def misused(self, content: bytes, signer: str) -> bytes:
        """Return a token signed with a certificate that is not one for time stamps, which ``openssl ts`` itself refuses to do."""
        self.stamp(content)
        self.openssl("ts", "-reply", "-in", "reply.tsr", "-token_out", "-out", "token.der")
        self.openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", "token.der", "-out", "info.der")
        kind = ["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-binary", "-nodetach", "-cades", "-md", "sha256"]
        key = ["-signer", f"{signer}.pem", "-inkey", f"{signer}.key"]
        self.openssl("cms", "-sign", *kind, "-in", "info.der", *key, "-outform", "DER", "-out", "token.der")
        inner = b"\x30\x03\x02\x01\x00" + (self.folder / "token.der").read_bytes()
        return b"\x30\x82" + len(inner).to_bytes(2, "big") + inner

    def accepts(self, content: Path, stamp: Path) -> bool:
        """Say whether a plain ``openssl ts -verify`` accepts a file."""
        asked = ["openssl", "ts", "-verify", "-in", stamp, "-data", content, "-CAfile", self.ca]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    def certify(
        self, name: str, kind: str, *, since: str = "", until: str = "", by: str = "ca", key: str = "ec"
    ) -> None:
        """Make a key, and a certificate of a kind for it; days as ``20200101000000Z``."""
        kinds = {"ec": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["rsa:2048"]}
        asked = ["-newkey", *kinds[key], "-nodes", "-keyout", f"{name}.key", "-subj", f"/CN=Authority {name}"]
        self.openssl("req", "-new", *asked, "-config", "conf", "-out", f"{name}.csr")
        signs = (
            ["-keyfile", f"{name}.key", "-selfsign"] if by == name else ["-cert", f"{by}.pem", "-keyfile", f"{by}.key"]
        )
        for file in ("index", "index.attr"):
            (self.folder / file).write_text("")
        days = ["-startdate", since or "20200101000000Z", "-enddate", until or "20991231000000Z"]
        self.openssl(
            *("ca", "-batch", "-notext", "-config", "ca.conf", "-in", f"{name}.csr", "-out", f"{name}.pem"),
            *("-extfile", "conf", "-extensions", kind, *signs, *days),
        )

    def openssl(self, *arguments: str) -> None:
        """Run ``openssl`` in the folder."""
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()


def made_authority(folder: Path) -> Authority:
    """Make an authority; more certificates are made with `Authority.certify`."""
    if shutil.which("openssl") is None:
        pytest.skip("this machine has no openssl")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conf").write_text(_CONFIGURATION.format(folder=folder.as_posix()))
    (folder / "serial").write_text("01\n")
    (folder / "ca.conf").write_text(
        "[ca]\ndefault_ca = it\n[it]\ndatabase = index\nnew_certs_dir = .\nserial = number\ndefault_md = sha256\n"
        "policy = any\nunique_subject = no\n[any]\ncommonName = supplied\n"
    )
    (folder / "number").write_text("1000\n")
    authority = Authority(folder)
    authority.certify("ca", "ca", by="ca")
    authority.certify("tsa", "stamps")
    return authority


@contextmanager
def serving(answer: Callable[[bytes, BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Let something answer questions on loopback, by a handler of HTTP; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *ignored: object) -> None:
            """Keep the terminal quiet."""

        def do_POST(self) -> None:
            """Hand over what was asked."""
            answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)), self)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stamp"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **heads: str) -> None:
    """Send a whole answer."""
    handler.send_response(status)
    for name, value in {
        "Content-Type": "application/timestamp-reply",
        "Content-Length": str(len(body)),
        **heads,
    }.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)
