"""The summary of a package for programs: every headline figure and finding (``summary.json``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any, Final

import pandas as pd

from auditlib.audit.answers.answered import tally
from auditlib.audit.causes import by_cause
from auditlib.audit.chapters import DOSSIERS, QUESTIONS
from auditlib.audit.controls.control_rates import beside_attributes
from auditlib.audit.finding import SEVERITIES
from auditlib.audit.numbering.findings import open_gaps
from auditlib.audit.numbering.stretches import lines
from auditlib.audit.status.closing import is_closed
from auditlib.audit.verdict import (
    Answer,
    about_controls,
    about_limits,
    about_numbers,
    about_population,
    about_records,
    about_years,
)
from auditlib.evidence.content import Content
from auditlib.evidence.ipe import ipe_statement
from auditlib.evidence.opened import Evidence
from auditlib.evidence.origin import stamp
from auditlib.report.sheets import package_id
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
    numbering, gaps = evidence.table("numbering"), evidence.table("gaps")
    difference, drift = (int(evidence.listing.reconciliation[name].sum()) for name in ("difference", "drift"))
    silent = gaps["classification"].isin(["unexplained", "existed"])
    explained = int((silent & gaps["explanation"].notna()).sum())

    def answers(exceptions: Collection[str]) -> list[Answer]:
        return [
            about_population(len(evidence.population), difference, drift, exceptions),
            about_numbers(lines(numbering, gaps), explained, exceptions),
            about_controls(_rates(evidence)),
            *_years(evidence),
        ]

    return _summary(evidence, record, parts, answers)


def _years(evidence: Evidence) -> list[Answer]:
    """Say how the package stands beside last year's, if it is compared with one."""
    years = evidence.years
    return [] if years is None else [about_years(years.conclusion, {one.severity for one in years.compared.findings})]


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
        "keys": list(records.collected.keys),
    }

    def answers(_: Collection[str]) -> list[Answer]:
        rates = _rates(records)
        controls = [about_controls(rates, drawn=False)] if len(rates) else []
        return [*about_records(len(records.collected.keys), _records(records)), *controls]

    return _summary(records, record, parts, answers)


def findings_of(records: Content) -> list[dict[str, Any]]:
    """Return every finding as a record, the gravest first."""
    found = json.loads(records.findings.to_json(orient="records"))
    return sorted(found, key=lambda finding: SEVERITIES.index(finding["severity"]))


_ORDER: Final = (
    *("audit", "package", "jira_url", "deployment", "projects", "period", "interim", "account", "pulled"),
    *("verdict", "conclusions", "figures", "sums", "controls", "per_project", "causes", "findings", "keys", "records"),
    *("limits", "ipe", "seal", "versions"),
)
"""The keys as they stand in the file."""


def _summary(
    records: Content,
    record: Mapping[str, Any],
    parts: Mapping[str, Any],
    answers: Callable[[Collection[str]], list[Answer]],
) -> dict[str, Any]:
    """Return a summary: what each package has, and the parts that are this one's own; ``answers`` of the ids of exceptions."""
    findings = findings_of(records)
    causes = by_cause(findings, _wholes(records, parts["figures"]), _tested(records))
    exceptions = {str(one["id"]) for one in findings if one["severity"] == "exception"}
    limits = [one for one in causes if one.severity == "limit"]
    verdict = [*answers(exceptions), about_limits(limits, len(records.limits))]
    all_parts = {
        **parts,
        "audit": records.params.audit,
        "jira_url": records.site.base_url,
        "deployment": records.deployment,
        "account": record["account"],
        "pulled": record["pulled"],
        "package": package_id(records.params.slug, record["pulled"]["to"]),
        "verdict": [asdict(one) for one in verdict],
        "causes": [asdict(one) for one in causes],
        "findings": findings,
        "controls": json.loads(records.controls.rates.to_json(orient="records")),
        "records": _records(records),
        "limits": list(records.limits),
        "ipe": asdict(ipe_statement(records)),
        "versions": record["versions"],
        **({"seal": record["seal"]} if "seal" in record else {}),
    }
    return {name: all_parts[name] for name in _ORDER if name in all_parts}


def _wholes(records: Content, figures: Mapping[str, int]) -> dict[str, int]:
    """Return of how many the cases of findings are a part, by the names of `causes.WHOLES`."""
    wholes = {**figures, "dossiers": len(records.collected.dossiers)}
    if isinstance(records, Evidence):
        reconciliation = records.listing.reconciliation
        wholes["closed"] = int(is_closed(records.population).sum())
        wholes["created"] = int(reconciliation["in_period"].sum() + reconciliation["moved_out"].sum())
    else:
        wholes["sample"] = len(records.collected.keys)
    return wholes


def _tested(records: Content) -> dict[tuple[str, str], int]:
    """Return how many issues were tested, by attribute and scope."""
    rates = _rates(records)
    return {(str(row.attribute), str(row.scope)): int(row.tested) for row in rates.itertuples()}


def _rates(records: Content) -> pd.DataFrame:
    """Return the rates of attributes and of controls of the library, in one form."""
    return beside_attributes(records.collected.attribute_rates, records.controls.rates)


def _records(records: Content) -> list[dict[str, Any]]:
    """Return what the cover says of each full record."""
    return [
        {
            "key": one.asked,
            "now_key": one.key,
            "issue_type": one.text("issuetype"),
            "summary": one.text("summary"),
            "status": one.text("status"),
            "history": one.history_verdict,
            "complete": not one.incomplete,
        }
        for one in records.collected.dossiers
    ]


def _answered(notebook: str, question: str, conclusion: str) -> dict[str, str]:
    return {"notebook": notebook, "question": question, "conclusion": conclusion}


def _deviations(rates: pd.DataFrame) -> int:
    """Return how often a control or attribute is deviated from: in the population where that was tested, else in the sample."""
    over = rates[(rates["scope"] == "population") & (rates["tested"] > 0)]
    mine = rates[(rates["scope"] == "sample") & ~rates["attribute"].isin(over["attribute"])]
    return int(sum(one[["exceptions", "no_evidence"]].to_numpy().sum() for one in (over, mine)))


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
        **_answers(evidence),
        "dossiers": len(evidence.sampled.dossiers),
        "exceptions": _deviations(_rates(evidence)),
        "drift": int(
            evidence.drift["id"].isin(evidence.population["id"]).sum()
            + evidence.listing.reconciliation["drift"].sum()
            + len(evidence.sampled.changes)
        ),
    }


def _answers(evidence: Evidence) -> dict[str, int]:
    """Return how many exceptions and limits have an answer, and how many do not; nothing of a package that does not tell."""
    if not evidence.has_answers:
        return {}
    told = tally(evidence.answered)
    return {
        "to_answer": told.asked,
        "answered": told.answered,
        "unanswered": told.asked - told.answered,
        "open_findings": told.open_exceptions,
    }
