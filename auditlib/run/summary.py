"""The summary of a package for programs: every headline figure and finding (``summary.json``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from auditlib.audit.chapters import DOSSIERS, QUESTIONS
from auditlib.audit.finding import SEVERITIES
from auditlib.audit.numbering.findings import open_gaps
from auditlib.evidence.content import Content
from auditlib.evidence.opened import Evidence
from auditlib.pull.collect import stamp
from auditlib.run.notebooks import NOTEBOOKS

_TOTALS: Final = ("numbers", "present", "missing", "moved", "deleted", "existed", "unexplained", "moved_in")
"""Columns of ``numbering`` of which the summary has the sum over all projects."""


def summary_of_run(evidence: Evidence, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``summary.json`` of a whole run.

    Parameters
    ----------
    evidence : Evidence
        The package.
    record : mapping
        Its ``run.json``.
    """
    per_project = evidence.listing.reconciliation.merge(
        evidence.table("numbering"), on="project", validate="one_to_one"
    )
    parts = {
        "projects": list(evidence.projects),
        "period": _period(evidence),
        "interim": record["period"]["interim"],
        "conclusions": [
            _answered(name, QUESTIONS[name], evidence.conclusion(name))
            for name in NOTEBOOKS
            if name in record["notebooks"]
        ],
        "figures": _figures(evidence),
        "sums": evidence.numbers.sums,
        "per_project": [
            {name: (None if value != value else value) for name, value in row.items()}  # noqa: PLR0124 - NaN
            for row in json.loads(per_project.to_json(orient="records"))
        ],
    }
    return _summary(evidence, record, parts)


def summary_of_dossiers(records: Content, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``summary.json`` of a package of dossiers only, which has neither a period nor a population.

    Parameters
    ----------
    records : Content
        The package.
    record : mapping
        Its ``run.json``.
    """
    found, absent = records.collected.dossiers, records.collected.absent
    parts = {
        "projects": sorted({one.project for one in found}),
        "period": None,
        "interim": False,
        "conclusions": [_answered("dossiers", DOSSIERS.question, records.conclusion(DOSSIERS.notebook))],
        "figures": {
            "keys": len(records.collected.keys),
            "dossiers": len(found),
            "absent": len(absent),
            "moved": sum(one.moved for one in found),
            "history_entries": sum(one.entries for one in found),
            "comments": sum(len(one.comments) for one in found),
        },
        "per_project": [],
    }
    return _summary(records, record, parts)


def findings_of(records: Content) -> list[dict[str, Any]]:
    """Return every finding as a record, the gravest first."""
    found = json.loads(records.findings.to_json(orient="records"))
    return sorted(found, key=lambda finding: SEVERITIES.index(finding["severity"]))


_ORDER: Final = (
    *("audit", "jira_url", "deployment", "projects", "period", "interim", "account", "pulled"),
    *("conclusions", "figures", "sums", "per_project", "findings", "limits", "versions"),
)
"""The keys as they stand in the file."""


def _summary(records: Content, record: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a summary: what each package has, and the parts that are this one's own."""
    all_parts = {
        **parts,
        "audit": records.params.audit,
        "jira_url": records.site.base_url,
        "deployment": records.deployment,
        "account": record["account"],
        "pulled": record["pulled"],
        "findings": findings_of(records),
        "limits": list(records.limits),
        "versions": record["versions"],
    }
    return {name: all_parts[name] for name in _ORDER if name in all_parts}


def _answered(notebook: str, question: str, conclusion: str) -> dict[str, str]:
    return {"notebook": notebook, "question": question, "conclusion": conclusion}


def _period(evidence: Evidence) -> dict[str, str]:
    params, period = evidence.params, evidence.period
    return {
        "start": params.period_start.isoformat(),
        "end": params.period_end.isoformat(),
        "timezone": params.timezone,
        "begins": stamp(period.begins),
        "ends": stamp(period.ends),
    }


def _figures(evidence: Evidence) -> dict[str, int]:
    """Return the headline figures of a whole run."""
    numbering = evidence.table("numbering")
    return {
        "population": len(evidence.population),
        "excluded": len(evidence.listing.excluded),
        "difference": int(evidence.listing.reconciliation["difference"].sum()),
        **{name: int(numbering[name].sum()) for name in _TOTALS},
        "sample": len(evidence.sampled.sample),
        "open_gaps": open_gaps(evidence.table("gaps")),
        "dossiers": len(evidence.sampled.dossiers),
        "drift": int(
            evidence.drift["id"].isin(evidence.population["id"]).sum()
            + evidence.listing.reconciliation["drift"].sum()
            + len(evidence.sampled.changes)
        ),
    }
