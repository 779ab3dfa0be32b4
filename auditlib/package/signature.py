"""An OpenSSH signature over the tag manifest: made and judged by ``ssh-keygen`` itself, so that anybody's ``ssh-keygen`` agrees.

What a signature is over and for which purpose (its *namespace*) is fixed: the bytes of ``tagmanifest-sha256.txt``, for
``auditlib``. So one that was made for a letter or a commit can't be put beside a package.

Notes
-----
ssh-keygen(1), ``-Y sign``, ``-Y check-novalidate``, ``-Y find-principals``, ``-Y verify``, *ALLOWED SIGNERS*; the format stands
in OpenSSH's ``PROTOCOL.sshsig``.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from auditlib.errors import AuditError, UsageError
from auditlib.text import shorten, visible_text

NAMESPACE: Final = "auditlib"
"""The purpose that every signature of a package names."""

LARGEST_SIGNATURE: Final = 1 << 16
"""Bytes; one by an RSA key of 16,384 bits has some 6,000."""

_BEGINS: Final = b"-----BEGIN SSH SIGNATURE-----"
_ENDS: Final = b"-----END SSH SIGNATURE-----"
_MAGIC: Final = b"SSHSIG"
_SIGNS_WITHIN: Final = 120.0
"""Seconds in which somebody may type a passphrase into a window, or touch a key."""

_JUDGES_WITHIN: Final = 30.0
_LONGEST: Final = 160
_GOOD: Final = re.compile(r"with ([\w.@-]+) key (SHA256:[A-Za-z0-9+/]{43})")
_TOO_OLD: Final = re.compile(r"(unknown|illegal|invalid) option")
_NO_SECRET: Final = re.compile(rb"[^A-Za-z0-9+/=\n]")


@dataclass(frozen=True)
class SigningKey:
    """A key that signs, and was found able to.

    Attributes
    ----------
    path : Path
        Of the private key; or of the public one whose private half an agent holds.
    fingerprint : str
        ``SHA256:…``.
    kind : str
        ``ED25519``.
    """

    path: Path
    fingerprint: str
    kind: str


class SignatureError(AuditError):
    """A file that is no signature over these bytes for this purpose; says what it is instead."""


# Make


def ready_key(path: Path) -> SigningKey:
    """Return a key after it signed something: so a run knows at its start that it can at its end.

    What is signed is for another purpose than packages, and thrown away.

    Raises
    ------
    UsageError
        If the key is not there or can't sign, or there is no ``ssh-keygen``; with what to do.
    """
    probe, purpose = b"could this key sign a package?\n", f"{NAMESPACE}-probe"
    made = _signed(probe, path, purpose)
    kind, fingerprint = _made_with(probe, made, purpose)
    return SigningKey(path, fingerprint, kind)


def sign(content: bytes, key: Path) -> bytes:
    """Sign bytes for the purpose of packages.

    A passphrase is taken from the agent, or asked for by the program in ``SSH_ASKPASS``, as ``ssh-keygen`` does; never from the
    terminal, at which nobody may sit when a run ends.

    Parameters
    ----------
    content : bytes
        The tag manifest.
    key : Path
        As of `SigningKey`.

    Returns
    -------
    bytes
        The signature, armoured, found to be good.

    Raises
    ------
    UsageError
        If the key can't sign, or not in time.
    SignatureError
        If what an agent gave is no signature over these bytes.
    """
    made = _signed(content, key, NAMESPACE)
    made_with(content, made)
    return made


def secret_of(key: Path) -> str:
    """Return what of a private key must stand in no package: its last whole line; empty of a public key."""
    try:
        content = key.read_bytes()[:LARGEST_SIGNATURE]
    except OSError:
        return ""
    lines = [line for line in content.splitlines() if len(line) >= 40 and not _NO_SECRET.search(line)]
    return lines[-1].decode("ascii") if b"PRIVATE KEY-----" in content and lines else ""


def _signed(content: bytes, key: Path, purpose: str) -> bytes:
    if not key.is_file():
        raise UsageError(f"signing_key {key} can't be read as a file; name an OpenSSH key")
    done = _run(["-Y", "sign", "-n", purpose, "-f", str(key)], content, _SIGNS_WITHIN, lonely=False)
    if done is None:
        raise UsageError(
            f"signing_key {key} did not sign within {_SIGNS_WITHIN:g} s: was a passphrase or a touch of the key waited for?"
        )
    if done.returncode != 0 or not done.stdout.startswith(_BEGINS):
        raise UsageError(f"signing_key {key} can't sign: {_why_not(done.stderr.decode('utf-8', 'replace'), key)}")
    return done.stdout


def _why_not(said: str, key: Path) -> str:
    """Return why ``ssh-keygen`` does not sign, and what to do."""
    lower = said.lower()
    if "passphrase" in lower:
        return (
            f"it has a passphrase, and nobody could be asked for it; give it to the agent (ssh-add {key}), or name a program "
            "that tells it in SSH_ASKPASS, with SSH_ASKPASS_REQUIRE=force"
        )
    if "too open" in lower or "unprotected" in lower:
        return f"others may read it, so ssh-keygen does not use it; keep it to yourself: chmod 600 {key}"
    if "couldn't load public key" in lower:
        return "it is no key of OpenSSH's own form, and no public key stands beside it; make one with ssh-keygen -t ed25519"
    if "no private key found" in lower:
        return "it is a public key, and neither the agent nor a file beside it has the private half; ssh-add it"
    if _TOO_OLD.search(lower):
        return "the ssh-keygen of this machine is too old to sign; install a newer OpenSSH"
    return _last_line(said)


# Judge


def made_with(content: bytes, signature: bytes) -> tuple[str, str]:
    """Return kind and fingerprint of the key that a signature over these bytes was made with.

    Whose key it is, is not asked.

    Parameters
    ----------
    content : bytes
        The tag manifest.
    signature : bytes
        The file ``.sig``.

    Raises
    ------
    SignatureError
        If it is none, was made for another purpose, or over something else.
    UsageError
        If there is no ``ssh-keygen``.
    """
    return _made_with(content, signature, NAMESPACE)


def _made_with(content: bytes, signature: bytes, purpose: str) -> tuple[str, str]:
    named = namespace_of(signature)
    if named != purpose:
        raise SignatureError(f"it is a signature for {shorten(visible_text(named), 40)!r}, not for {purpose!r}")
    with _kept(signature) as (file,):
        done = _run(["-Y", "check-novalidate", "-n", purpose, "-s", file], content, _JUDGES_WITHIN)
    if done is None:
        raise SignatureError(f"ssh-keygen did not judge it within {_JUDGES_WITHIN:g} s")
    found = _GOOD.search(done.stdout.decode("utf-8", "replace"))
    if done.returncode == 0 and found is not None:
        return found[1], found[2]
    said = done.stderr.decode("utf-8", "replace")
    if _TOO_OLD.search(said.lower()):
        raise UsageError("the ssh-keygen of this machine is too old to judge a signature; install a newer OpenSSH")
    if "incorrect signature" in said:
        raise SignatureError("it was made over other bytes, or was changed")
    raise SignatureError(f"ssh-keygen refuses it: {_last_line(said)}")


def accepted_as(content: bytes, signature: bytes, allowed: bytes) -> str:
    """Return as whom a list of allowed signers knows the one who signed.

    Parameters
    ----------
    content, signature : bytes
        As of `made_with`.
    allowed : bytes
        The list, as ssh-keygen(1) describes it. Its limits of time are held against the clock of this machine: a signature does
        not prove when it was made.

    Raises
    ------
    SignatureError
        If nobody in the list may have signed this, with the reason that ``ssh-keygen`` gives.
    """
    with _kept(signature, allowed) as (file, signers):
        found = _run(["-Y", "find-principals", "-s", file, "-f", signers], b"", _JUDGES_WITHIN)
        said = _said(found)
        for name in _lines_of(found):
            asked = ["-Y", "verify", "-n", NAMESPACE, "-f", signers, "-I", name, "-s", file]
            done = _run(asked, content, _JUDGES_WITHIN)
            if done is not None and done.returncode == 0:
                return visible_text(name)
            said = _said(done)
    lines = [line.removeprefix(signers).lstrip(":") for line in said.splitlines() if line.startswith(signers)]
    more = f" (line {_last_line(lines[0])})" if lines else ""
    raise SignatureError(f"nobody among the allowed signers made it{more}")


def _lines_of(done: subprocess.CompletedProcess[bytes] | None) -> list[str]:
    return [] if done is None or done.returncode else done.stdout.decode("utf-8", "replace").splitlines()


def _said(done: subprocess.CompletedProcess[bytes] | None) -> str:
    return "" if done is None else done.stderr.decode("utf-8", "replace")


def namespace_of(signature: bytes) -> str:
    """Return the purpose that a signature names.

    Raises
    ------
    SignatureError
        If it is no OpenSSH signature.

    Notes
    -----
    PROTOCOL.sshsig: the magic ``SSHSIG``, a version, the public key, the namespace, each text after its length.
    """
    if len(signature) > LARGEST_SIGNATURE:
        raise SignatureError(f"it has more than {LARGEST_SIGNATURE:,} bytes, which no signature has")
    armoured = signature.strip()
    if not (armoured.startswith(_BEGINS) and armoured.endswith(_ENDS)):
        raise SignatureError("it is no OpenSSH signature")
    try:
        packed = base64.b64decode(b"".join(armoured[len(_BEGINS) : -len(_ENDS)].split()), validate=True)
        if not packed.startswith(_MAGIC):
            raise SignatureError("it is no OpenSSH signature")
        _, place = _text(packed, len(_MAGIC) + 4)
        return _text(packed, place)[0].decode("utf-8")
    except (binascii.Error, struct.error, UnicodeDecodeError):
        raise SignatureError("it is an OpenSSH signature that is cut or spoiled") from None


def _text(packed: bytes, place: int) -> tuple[bytes, int]:
    """Return a text that stands after its length, and where it ends."""
    (length,) = struct.unpack_from(">I", packed, place)
    if place + 4 + length > len(packed):
        raise struct.error
    return packed[place + 4 : place + 4 + length], place + 4 + length


# The program


def program() -> str:
    """Return the path of ``ssh-keygen``.

    Raises
    ------
    UsageError
        If this machine has none.
    """
    found = shutil.which("ssh-keygen")
    if found is None:
        raise UsageError("signatures need ssh-keygen, and this machine has none; install the OpenSSH client")
    return found


@contextmanager
def _kept(*contents: bytes) -> Iterator[list[str]]:
    """Yield files of their own that hold what is judged: what a stranger could change meanwhile is not read twice."""
    with tempfile.TemporaryDirectory(prefix="auditlib-signature-") as folder:
        paths = [Path(folder) / str(number) for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        yield [str(path) for path in paths]


def _run(
    arguments: Sequence[str], content: bytes, seconds: float, *, lonely: bool = True
) -> subprocess.CompletedProcess[bytes] | None:
    """Run ``ssh-keygen`` on bytes, with no terminal to ask at and no credential of a Jira; None if it took too long.

    ``lonely`` keeps the agent from it, which it needs for signing only.
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith("JIRA_")} | {"LC_ALL": "C"}
    if lonely:
        environ.pop("SSH_AUTH_SOCK", None)
    own: dict[str, Any] = (
        {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
        if sys.platform == "win32"
        else {"start_new_session": True}
    )
    process = subprocess.Popen(  # noqa: S603 - fixed arguments
        [program(), *arguments],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **own,
    )
    try:
        out, err = process.communicate(content, seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            _end(process)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and whatever it asks a passphrase with."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return shorten(visible_text(lines[-1]), _LONGEST) if lines else "it says nothing"
