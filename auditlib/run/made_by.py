"""What made a package: the code by its digest, and the libraries that decide how its pages look.

Tables and full records are computed again by any later version. Pages, charts and workbooks are compared only by the code that
made them, with the same libraries: another may say the same in other words, or draw a line elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from auditlib import __version__
from auditlib.digests import digest_file
from auditlib.run.notebooks import own_notebooks

_HOUSE: Final = Path(__file__).parents[1]
_LEFT_OUT: Final = frozenset({"__pycache__", ".ipynb_checkpoints", "_carried"})

_LIBRARIES: Final = (
    *("atlassian-python-api", "pandas", "numpy", "matplotlib", "papermill", "nbconvert", "typst", "bagit"),
    *("xlsxwriter", "itables"),
)
_OF_THE_LOOK: Final = ("pandas", "numpy", "matplotlib", "nbconvert", "typst", "xlsxwriter", "itables")
"""Of these, those whose version may change a byte of what people read."""

_CODE: Final = "code_sha256"


def versions() -> dict[str, str]:
    """Return the versions of what makes a package, the commit, and the digests of code and lock, as far as they are known."""
    found = {"auditlib": __version__, "python": platform.python_version(), "platform": platform.system()}
    found |= {name: metadata.version(name) for name in _LIBRARIES}
    checkout = _HOUSE.parent
    lock = checkout / "requirements.lock"
    if lock.is_file():
        found["lock_sha256"] = digest_file(lock)
    found[_CODE] = code_digest()
    commit = _git(checkout, "rev-parse", "HEAD")
    if commit and (checkout / "pyproject.toml").is_file():
        found["commit"] = commit + (
            "-changed" if _git(checkout, "status", "--porcelain", "--", "auditlib", "notebooks") else ""
        )
    return found


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return the SHA-256 of this code: of the lines that ``sha256sum`` prints for its files and its notebooks, sorted by path."""
    named = {f"auditlib/{path.relative_to(_HOUSE).as_posix()}": path for path in _files_of(_HOUSE)}
    folder = own_notebooks()
    named |= {f"notebooks/{path.name}": path for path in sorted(folder.glob("*.ipynb"))}
    lines = "".join(f"{digest_file(path)}  {name}\n" for name, path in sorted(named.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def made_otherwise(record: Mapping[str, Any]) -> str:
    """Say by what a package was made that is not here; empty if its pages can be made again to the byte.

    Parameters
    ----------
    record : mapping
        ``run.json``.

    Returns
    -------
    str
        ``auditlib 0.1.0, commit 176f4e5df59f``, or ``typst 0.15.1 (here 0.15.2)``.
    """
    said = record.get("versions")
    made, here = (
        (dict(said) if isinstance(said, Mapping) else {}),
        {name: metadata.version(name) for name in _OF_THE_LOOK},
    )
    if made.get(_CODE) != code_digest():
        commit = str(made.get("commit", ""))[:12]
        return f"auditlib {made.get('auditlib', 'of no known version')}" + (f", commit {commit}" if commit else "")
    other = [f"{name} {made.get(name)} (here {version})" for name, version in here.items() if made.get(name) != version]
    return ", ".join(other)


def read_record(package: Path) -> dict[str, Any]:
    """Return ``run.json`` of a package; empty if it can't be read."""
    try:
        record = json.loads((package / "data" / "run.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _files_of(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not _LEFT_OUT.intersection(path.relative_to(folder).parts):
            yield path


def _git(folder: Path, *arguments: str) -> str:
    git = shutil.which("git")
    if git is None or not (folder / ".git").exists():
        return ""
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [git, *arguments], cwd=folder, capture_output=True, text=True, timeout=10, check=True
        )
        return done.stdout.strip()
    return ""
