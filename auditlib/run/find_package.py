"""Which package a notebook is to work on: the one that is named, or the newest of its audit."""

from __future__ import annotations

from pathlib import Path

from auditlib.errors import AuditError, UsageError
from auditlib.evidence.opened import PULLED, open_evidence
from auditlib.package.target import EVIDENCE


def evidence_folder(start: Path) -> Path:
    """Return the folder ``evidence/`` for a working directory: beside ``notebooks/`` when it is that folder."""
    return (start.parent if start.name == "notebooks" else start) / EVIDENCE


def find_package(package: str, audit: str, start: Path) -> Path | None:
    """Return the package that a notebook is to work on.

    Parameters
    ----------
    package : str
        Its path; empty for the newest of this audit under ``evidence/``.
    audit : str
        Title of the audit; empty takes any audit.
    start : Path
        Working directory of the notebook.

    Returns
    -------
    Path or None
        None if there is no package of this audit yet.

    Raises
    ------
    UsageError
        If ``package`` is given and holds no evidence.
    """
    if package:
        for candidate in (start / package, evidence_folder(start).parent / package):
            if (candidate / "data" / "params.yaml").is_file():
                return candidate
        raise UsageError(f"package {package!r} holds no evidence (looked below {start})")
    newest: tuple[float, Path] | None = None
    for path in sorted(evidence_folder(start).glob(f"*/data/{PULLED}")):
        candidate = path.parents[1]
        title = _title(candidate)
        if title is None or (audit and title != audit):
            continue
        made = path.stat().st_mtime
        if newest is None or made >= newest[0]:
            newest = (made, candidate)
    return None if newest is None else newest[1]


def _title(package: Path) -> str | None:
    """Return the title of a package's audit; None if it can't be read, which is no reason not to find another package."""
    try:
        return open_evidence(package).params.audit
    except AuditError:
        return None
