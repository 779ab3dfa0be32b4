"""What of ``run.json`` the answers and the parameters decide: which Jira, which account, when, how much, which queries.

So that it can be computed again. When somebody ran it, who, and with what, is for `run.provenance`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from auditlib.evidence.content import Content
from auditlib.evidence.opened import Evidence
from auditlib.evidence.pulled import pulled_between
from auditlib.jira import jql
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic
from auditlib.times import stamp


def source_record(records: Content) -> dict[str, Any]:
    """Return of any package when it was pulled, of which Jira, as which account, and how much came."""
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
    """Return of a package with a population what `source_record` does, with the account's powers, the period and the queries."""
    origin, powers = source_record(evidence), evidence.provenance.powers[evidence.provenance.powers["have"]]
    origin["account"]["powers"] = {key: list(group["permission"]) for key, group in powers.groupby("project")}
    return origin | {
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


def _is_organization(entry: Entry) -> bool:
    """Say whether a response is the organisation's, not the site's."""
    return read_topic(entry.topic).topic is topics.LAST_SEEN_ORGANIZATION


def _asked_at(entries: Iterable[Entry]) -> str:
    """Return the address at which a question was asked, where that was not the site; empty if all were."""
    return next((entry.asked_at for entry in entries if entry.asked_at), "")
