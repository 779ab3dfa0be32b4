"""Names of files in a package: which ones every system can hold. Pure."""

from __future__ import annotations

import re

DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SIGNATURE = "tagmanifest-sha256.txt.sig"
TIME_STAMP = "tagmanifest-sha256.txt.tsr"

LONGEST_PATH = 200

MOST_TOLD = 1000
"""Differences of one kind that are told one by one; nobody reads more."""

LISTED_TAGS = (INFO, DECLARATION, MANIFEST)
TOP = frozenset({"data", DECLARATION, INFO, MANIFEST, TAG_MANIFEST, SIGNATURE, TIME_STAMP})
DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_FORBIDDEN = frozenset('<>:"|?*\\%')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\Z", re.IGNORECASE)
LABEL = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")


def name_problem(path: str) -> str | None:
    """Say why a file of this path can't stand in a package, or None if it can.

    Parameters
    ----------
    path : str
        Relative to the package, parts joined by ``/``.

    Returns
    -------
    str or None
        The reason, to be read after the path.

    Notes
    -----
    Windows file names: Microsoft Learn, "Naming Files, Paths, and Namespaces".
    """
    if len(path) > LONGEST_PATH:
        return f"its path has {len(path)} characters, at most {LONGEST_PATH} are allowed"
    for part in path.split("/"):
        stem = part.split(".", 1)[0].rstrip(" ")
        if part in {"", ".", ".."}:
            return "its path has a part that is no name"
        if not part.isprintable():
            return "its name holds a control or an invisible character"
        if _FORBIDDEN.intersection(part):
            return f"its name holds one of {' '.join(sorted(_FORBIDDEN))}"
        if part != part.strip() or part.endswith("."):
            return "its name begins with a space, or ends in a space or a dot"
        if _RESERVED.match(stem):
            return f"its name is reserved by Windows ({stem})"
    return None


# The disk


def path_bytes(path: str) -> bytes:
    """Return what paths are ordered by; a name that is not Unicode is refused elsewhere, it must not stop the walk."""
    return path.encode("utf-8", "surrogatepass")
