"""Keys made by ``ssh-keygen``, an agent that holds some, and what a plain ``ssh-keygen`` says of a signature."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PHRASE = "a phrase for tests"


def made_key(folder: Path, kind: str = "ed25519", phrase: str = "") -> Path:
    """Make a key; skip where there is no ``ssh-keygen``."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("this machine has no ssh-keygen")
    path = folder / f"key_{kind}{'_locked' if phrase else ''}"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", phrase, "-C", "tests", "-f", path], check=True)
    return path


def public_half(key: Path) -> str:
    """Return kind and public half of a key, as a line of allowed signers has them."""
    return " ".join(key.with_name(f"{key.name}.pub").read_text().split()[:2])


def fingerprint(key: Path) -> str:
    done = subprocess.run(["ssh-keygen", "-l", "-f", f"{key}.pub"], capture_output=True, text=True, check=True)
    return done.stdout.split()[1]


def accepts(allowed: Path, name: str, signature: Path, content: Path) -> bool:
    """Say whether a plain ``ssh-keygen -Y verify`` accepts a file."""
    asked = ["ssh-keygen", "-Y", "verify", "-n", "auditlib", "-f", allowed, "-I", name, "-s", signature]
    return subprocess.run(asked, input=content.read_bytes(), capture_output=True, check=False).returncode == 0


def telling(folder: Path, phrase: str = PHRASE) -> Path:
    """Make a program that tells a passphrase, as ``SSH_ASKPASS`` names one."""
    path = folder / "tell"
    path.write_text(f"#!/bin/sh\necho '{phrase}'\n")
    path.chmod(0o700)
    return path


@contextmanager
def agent_with(key: Path, folder: Path) -> Iterator[str]:
    """Run an agent that holds a locked key; yields its socket."""
    begun = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    socket, process = (re.search(rf"{name}=([^;]+);", begun)[1] for name in ("SSH_AUTH_SOCK", "SSH_AGENT_PID"))
    asks = {"SSH_ASKPASS": str(telling(folder)), "SSH_ASKPASS_REQUIRE": "force"}
    try:
        environ = {**os.environ, **asks, "SSH_AUTH_SOCK": socket}
        subprocess.run(["ssh-add", "-q", key], env=environ, stdin=subprocess.DEVNULL, check=True, capture_output=True)
        yield socket
    finally:
        subprocess.run(
            ["ssh-agent", "-k"], env={**os.environ, "SSH_AGENT_PID": process}, capture_output=True, check=False
        )
