"""Whether this very code passed its tests, as the statement on the information (IPE) says.

``make test`` leaves ``.make/tests.json`` in the checkout after a complete run of the tests (``tests/suite_record.py``).
It counts for a package only as long as the code is, byte for byte, the code that was tested: the digest of the source
decides, so that neither a later edit nor another branch borrows its result.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from auditlib.digests import digest_file
from auditlib.phrases import listed

RECORD: Final = Path(".make") / "tests.json"
"""Where the result stands, below the checkout."""

_SOURCES: Final = ("auditlib", "notebooks", "params", "pyproject.toml", "requirements.lock")
_LEFT_OUT: Final = ("__pycache__", ".ipynb_checkpoints", "_carried")


@dataclass(frozen=True)
class SuiteResult:
    """The result of one complete run of all tests.

    Attributes
    ----------
    commit : str
        Of the checkout, empty if it is none; ``changed`` if files differed from it.
    passed, failed, errors, skipped, xfailed : int
        Tests; ``xfailed`` failed as is known and written in them.
    finished : str
        UTC, ISO 8601 with ``Z``.
    seconds : float
    python : str
        Its version.
    source_sha256 : str
        From `source_digest`, the same before and after the run.
    """

    commit: str
    changed: bool
    passed: int
    failed: int
    errors: int
    skipped: int
    xfailed: int
    finished: str
    seconds: float
    python: str
    source_sha256: str

    def to_json(self) -> str:
        """Return the text of the file."""
        return json.dumps(asdict(self), indent=2) + "\n"


def source_digest(checkout: Path) -> str:
    """Return the SHA-256 of what the tests test: code, notebooks, parameter files and the lock.

    Parameters
    ----------
    checkout : Path

    Returns
    -------
    str
        SHA-256 of the lines that ``sha256sum`` prints for these files, sorted by path; empty if there is no code.
    """
    digested = {path.relative_to(checkout).as_posix(): digest_file(path) for path in _source_files(checkout)}
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digested.items()))
    return hashlib.sha256(lines.encode()).hexdigest() if lines else ""


def _source_files(checkout: Path) -> Iterator[Path]:
    for name in _SOURCES:
        path = checkout / name
        if path.is_file():
            yield path
        for inner in sorted(path.rglob("*")) if path.is_dir() else ():
            hidden = any(part in _LEFT_OUT for part in inner.relative_to(checkout).parts)
            # parameter files of one's own are no part of what was tested
            own = (
                name == "params"
                and inner.name not in {"demo.yaml", "example.yaml", "schema.json"}
                and inner.parent.name != "demo"
            )
            if inner.is_file() and not hidden and not own:
                yield inner


def suite_result(checkout: Path) -> SuiteResult | None:
    """Return the result of the tests that this checkout holds, or None if there is none that can be read."""
    try:
        record = json.loads((checkout / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    kinds: dict[str, Any] = {field.name: field.type for field in fields(SuiteResult)}
    if not isinstance(record, dict) or record.keys() != kinds.keys():
        return None
    if any(type(record[name]).__name__ != kind for name, kind in kinds.items()):
        return None
    return SuiteResult(**record)


def suite_sentence(checkout: Path, result: SuiteResult | None) -> str:
    """Say whether the code of this checkout passed its tests.

    Parameters
    ----------
    checkout : Path
        Where the running code lies; for an installed package, where it is installed.
    result : SuiteResult or None
        From `suite_result`.

    Returns
    -------
    str
        ``1,234 passed at commit 0a1b2c3d4e5f on 2026-11-24 (Python 3.11.9)``, or ``not known``, with the reason.
    """
    if not (checkout / "pyproject.toml").is_file():
        return "not known: this is an installed copy, tests are run in a checkout"
    if result is None:
        return "not known: no complete run of the tests is recorded in this checkout (make test)"
    day = result.finished[:10]
    if source_digest(checkout) != result.source_sha256:
        return f"not known: the code has changed since the tests ran on {day} (make test)"
    counts = {
        "failed": result.failed,
        "with an error": result.errors,
        "passed": result.passed,
        "skipped": result.skipped,
        "failed as expected": result.xfailed,
    }
    told = [f"{count:,} {words}" for words, count in counts.items() if count or words == "passed"]
    commit = f"at commit {result.commit[:12]}" if result.commit else "outside of version control"
    changed = " with changes not committed" if result.changed and result.commit else ""
    return f"{listed(told)} {commit}{changed} on {day} (Python {result.python})"
