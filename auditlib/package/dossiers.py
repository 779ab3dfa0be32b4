"""Dossiers written into a package: a folder for each issue, and all of them as one PDF."""

from __future__ import annotations

from pathlib import Path

from auditlib.dossier.pdf import write_pdf
from auditlib.evidence.content import Content
from auditlib.files import write_whole


def write_dossiers(evidence: Content, data: Path) -> dict[str, str]:
    """Write ``dossiers/`` and ``dossiers.pdf``; downloaded files are there already.

    Parameters
    ----------
    evidence : Content
        With the sampled issues read.
    data : Path
        The folder ``data`` that is written into.

    Returns
    -------
    dict of str to str
        SHA-256 of each file of a dossier, by path below ``data/``.

    Raises
    ------
    AuditError
        If the PDF can't be set; what can't be made of one issue is named in its record.
    """
    written = {}
    for path, content in evidence.dossier_files().items():
        written[path] = write_whole(data / path, [content])
    found, absent = evidence.collected.dossiers, evidence.collected.absent
    if found or absent:
        pdf = write_pdf(found, title=evidence.params.audit, place=evidence.pulled.place, absent=absent)
        write_whole(data / "dossiers.pdf", [pdf])
    return written
