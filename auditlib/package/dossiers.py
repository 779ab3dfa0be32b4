"""Dossiers written into a package: a folder for each issue, and all of them as one PDF."""

from __future__ import annotations

from auditlib.dossier.pdf import write_pdf
from auditlib.evidence.content import Content


def write_dossiers(evidence: Content) -> None:
    """Write ``dossiers/`` and ``dossiers.pdf`` of a working folder; downloaded files are there already.

    Parameters
    ----------
    evidence : Content
        With the sampled issues read.

    Raises
    ------
    AuditError
        If the PDF can't be set; what can't be made of one issue is named in its record.
    """
    data = evidence.folder / "data"
    for path, content in evidence.dossier_files().items():
        target = data / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    found, absent = evidence.collected.dossiers, evidence.collected.absent
    if found or absent:
        pdf = write_pdf(found, title=evidence.params.audit, place=evidence.pulled.place, absent=absent)
        (data / "dossiers.pdf").write_bytes(pdf)
