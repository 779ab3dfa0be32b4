"""The key of the pseudonyms: a file beside the packages, never in one; made when it is needed first, and used year after year."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

from auditlib.errors import UsageError
from auditlib.files import read_given

NAME: Final = "mask.key"
_FORM: Final = re.compile(r"[0-9a-f]{64}(\r?\n)?")


def key_beside(package: Path) -> Path:
    """Return where the key of a package stands: in the folder in which the package is."""
    return package.absolute().parent / NAME


def read_key(path: Path) -> bytes:
    """Return a key.

    Raises
    ------
    UsageError
        If it can't be read, or is none.
    """
    try:
        text = read_given(path).decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(f"{path}: the key of the pseudonyms can't be read: {why}") from None
    if not _FORM.fullmatch(text):
        raise UsageError(f"{path} is no key of pseudonyms: it holds 64 hexadecimal digits")
    return bytes.fromhex(text.strip())


def key_or_new(path: Path) -> bytes:
    """Return a key; if there is none yet, make one that only its owner can read.

    Raises
    ------
    UsageError
        If it can't be read or made, or is none.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_key(path)
    except OSError as error:
        raise UsageError(f"{path}: the key of the pseudonyms can't be made: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as stream:
            stream.write(f"{secrets.token_hex(32)}\n")
    except OSError:
        path.unlink(missing_ok=True)  # an empty one would be no key for ever
        raise
    return read_key(path)
