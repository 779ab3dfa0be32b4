"""Where a package comes from, as far as its own answers and parameters say it: most of ``run.json``, and ``bag-info.txt``.

What made the package writes it, what verifies the package computes it again. Who ran the command, when it began and ended,
and with which versions, no answer of a Jira says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from auditlib.evidence.content import Content
from auditlib.evidence.opened import Evidence
from auditlib.jira import jql
from auditlib.phrases import counted, days
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic


def stamp(instant: datetime) -> str:
    """Return an instant as a UTC time stamp, to the second."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def pulled_between(records: Content) -> dict[str, str]:
    """Return when the first and the last answer came, in UTC."""
    times = [entry.at for entry in records.store.entries()]
    return {"from": stamp(min(times)), "to": stamp(max(times))}


def asked_record(records: Content) -> dict[str, Any]:
    """Return what answers and parameters of any package say for ``run.json``: versions, times, Jira, account, counts."""
    entries, site = records.store.entries(), records.site
    return {
        "schema": dict(records.pulled.schema),
        "pulled": pulled_between(records),
        "jira": {
            "url": site.base_url,
            "asked_at": records.params.jira_url,
            "gateway": _asked_at(entry for entry in entries if not _is_organization(entry)),
            "organization": _asked_at(filter(_is_organization, entries)),
            "deployment": site.deployment,
            "version": site.version,
            "title": site.title,
        },
        "account": {"id": site.account_id, "name": site.account_name, "time_zone": site.account_zone},
        "counts": {
            "responses": len(entries),
            "bytes": sum(entry.size for entry in entries),
            "repeated_questions": sum(entry.tries - 1 for entry in entries),
            "unusable_responses": len(records.store.refusals()),
        },
    }


def population_record(evidence: Evidence) -> dict[str, Any]:
    """Return what those of a package with a population say beside `asked_record`: powers, period, and the queries."""
    powers = evidence.provenance.powers[evidence.provenance.powers["have"]]
    return {
        "powers": {key: list(group["permission"]) for key, group in powers.groupby("project")},
        "period": {
            "begins": stamp(evidence.period.begins),
            "ends": stamp(evidence.period.ends),
            "interim": evidence.provenance.interim_until is not None,
        },
        "jql": {
            "shared_filter": jql.shared_filter(
                evidence.projects, evidence.period, evidence.params.issue_types, evidence.passes.restrictions
            ),
            "passes": {project: jql.period_pass(project, evidence.period) for project in evidence.projects},
        },
    }


def bag_info(records: Content, record: Mapping[str, Any]) -> dict[str, str]:
    """Return the lines of ``bag-info.txt`` but for the size, in their order.

    Parameters
    ----------
    records : Content
    record : mapping
        ``run.json``: when the package was made, and by which version.
    """
    of = (
        days(records.period)
        if isinstance(records, Evidence)
        else counted(len(records.collected.dossiers), "full record")
    )
    return {
        "Source-Organization": records.site.base_url,
        "External-Description": f"{records.params.audit}: Jira evidence, {of}",
        "External-Identifier": records.params.slug,
        "Bagging-Date": record["finished"][:10],
        "Bag-Software-Agent": f"auditlib {record['versions']['auditlib']}",
    }


def _is_organization(entry: Entry) -> bool:
    """Say whether a response is the organisation's, not the site's."""
    return read_topic(entry.topic).topic is topics.LAST_SEEN_ORGANIZATION


def _asked_at(entries: Iterable[Entry]) -> str:
    """Return the address at which a question was asked, where that was not the site; empty if all were."""
    return next((entry.asked_at for entry in entries if entry.asked_at), "")
