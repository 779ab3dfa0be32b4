"""What the tables show, in words: a question, a conclusion and the findings of each notebook. Pure.

Severity says what a reader has to do: ``exception`` asks for an answer, ``limit`` says what can't be proved, ``note`` is
for knowledge. There are no scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Final

import pandas as pd

from auditlib.audit.chapters import CHAPTERS
from auditlib.phrases import listed
from auditlib.tables import Column, Table

SEVERITIES: Final = ("exception", "limit", "note")


FINDINGS: Final = Table(
    "findings",
    "Every finding, with the notebook that shows it and the table that lists its cases.",
    (
        Column("id", "text", "Name of the finding."),
        Column("notebook", "text", "The notebook that shows it."),
        Column("severity", "text", "How much it matters."),
        Column("statement", "text", "What was found, in one sentence."),
        Column("count", "integer", "How many it concerns."),
        Column("table", "text", "The table that lists them."),
    ),
    further=(
        Column(
            "cause",
            "text",
            "What it comes from: findings of one cause, such as one in each project, want one answer.",
        ),
    ),
)


@dataclass(frozen=True)
class Finding:
    """One row of ``findings.csv``.

    Attributes
    ----------
    id : str
        Stable name, ``<subject>.<what>``; with the project after a colon where there is one for each.
    notebook : str
        Where it is shown.
    severity : str
        One of ``SEVERITIES``.
    statement : str
        A sentence.
    count : int
        How many it is about.
    table : str
        The table that lists them; empty if none does.
    """

    id: str
    notebook: str
    severity: str
    statement: str
    count: int
    table: str

    @property
    def cause(self) -> str:
        """What it comes from; findings of one cause, such as one in each project, want one answer."""
        kind, _, of = self.id.partition(":")
        if kind in _OF_ATTRIBUTES or kind == _OF_CONTROLS:
            return f"deviations from “{of}”"
        return _CAUSES.get(kind, kind.replace(".", ": ").replace("-", " "))


_OF_ATTRIBUTES: Final = ("attributes.population", "attributes.exception", "attributes.no-evidence")
_OF_CONTROLS: Final = "controls.population"
_CAUSES: Final[Mapping[str, str]] = {
    "scope.not-live": "projects that are not live",
    "scope.interim": "the period was not over",
    "scope.powers": "what the account may do",
    "scope.powers-untold": "what the account may do",
    "scope.security": "issue security",
    "scope.security-untold": "issue security",
    "scope.filter": "the filter of the population",
    "scope.filter-editors": "the filter of the population",
    "scope.filter-changed": "the filter of the population",
    "scope.filter-same": "the filter of the population",
    "scope.unused-parameters": "parameters that are not acted on",
    "scope.archive": "a damaged archive",
    "scope.archive-site": "an archive of another address",
    "scope.address": "the address that Jira gives itself",
    "scope.folder": "what the files lack",
    "requests.open": "requests of the auditor",
    "requests.absent": "requests of the auditor",
    "requests.no-rows": "requests of the auditor",
    "population.difference": "passes that differ",
    "population.count": "Jira's own count",
    "population.count-untold": "Jira's own count",
    "population.identity": "answers that contradict each other",
    "population.moved-out": "issues that moved out of the listed projects",
    "population.issue-type": "issues out of scope",
    "population.filter": "issues out of scope",
    "population.type-untold": "issues whose type is not told",
    "population.tokens": "credentials in texts of Jira",
    "population.unused-types": "issue types in scope that no issue has",
    "actors.rules": "rules under a person's name",
    "actors.kinds-untold": "kinds of accounts that Jira does not tell",
    "actors.others": "entries that no person is known to have made",
    "numbering.unexplained": "numbers that nothing explains",
    "numbering.existed": "numbers that a record names and that do not answer",
    "numbering.deleted": "deleted issues",
    "numbering.deletions": "deleted issues",
    "numbering.moved": "moved issues",
    "numbering.order": "issues created out of order",
    "numbering.log": "reach of the audit log",
    "numbering.contradicted": "deletions that the log records of issues that answer",
    "numbering.unlisted": "issues that no search lists",
    "numbering.unwalked": "lists of keys that are not whole",
    "numbering.walk-total": "lists of keys that are not whole",
    "changes.administrators-made": "administrators made and removed",
    "changes.administrators-removed": "administrators made and removed",
    "changes.grants-added": "grants added and removed",
    "changes.grants-removed": "grants added and removed",
    "changes.schemes": "schemes of projects replaced",
    "changes.members-left": "members that changed since the period",
    "changes.members-joined": "members that changed since the period",
    "changes.contradictions": "records that do not fit today's members",
    "changes.nested-groups": "groups within groups",
    "changes.other": "records that do not show what changed",
    "changes.log": "reach of the audit log",
    "status.later": "changes after the period",
    "status.history": "histories with a change missing",
    "status.history-before": "histories with a change missing",
    "status.history-earlier": "histories older than their issue",
    "status.history-unread": "histories that were not given",
    "status.history-in-part": "histories that were not given",
    "status.history-later": "histories that begin later than their issue",
    "status.history-none": "histories that hold nothing to compare",
    "status.no-history": "histories that hold nothing to compare",
    "closing.no-resolution": "closed issues without a resolution",
    "closing.not-accepted": "resolutions that are not accepted",
    "closing.test-issue": "test issues",
    "closing.unused-names": "accepted resolutions that nobody uses",
    "closing.no-category": "statuses without a category",
    "closing.resolved-not-done": "issues with a resolution that are not done",
    "sample.all": "size of the sample",
    "sample.extended": "size of the sample",
    "sample.replaced": "sampled issues that were replaced",
    "sample.changed": "sampled issues that changed since",
    "dossiers.absent": "sampled issues that do not answer",
    "dossiers.unreadable": "sampled issues of which no record can be made",
    "dossiers.unread": "sampled issues that were not read",
    "dossiers.moved": "moved issues",
    "dossiers.replay": "histories with a change missing",
    "dossiers.no-history": "histories that hold nothing to compare",
    "dossiers.nothing-to-compare": "histories that hold nothing to compare",
    "dossiers.redacted": "redacted texts",
    "dossiers.comments": "deleted comments",
    "dossiers.comments-gone": "deleted comments",
    "dossiers.comments-edited": "edited comments",
    "dossiers.identity": "answers that contradict each other",
    "dossiers.incomplete": "records that are not complete",
    "dossiers.tokens": "credentials in texts of Jira",
    "activity.reach": "reach of the audit log",
    "activity.archive": "reach of the audit log",
    "activity.total": "reach of the audit log",
    "activity.ids": "ids that the audit log leaves out",
    "activity.catalogue": "whether deletions of issues are recorded",
    "activity.events": "Workspace Events",
    "activity.deletions": "deleted issues",
    "activity.undated": "reach of the audit log",
    "permissions.everybody": "powers that everybody has",
    "permissions.anonymous": "powers that everybody has",
    "permissions.public": "projects that anybody can browse",
    "permissions.delete": "who can delete or move issues",
    "permissions.comments": "who can change what others wrote",
    "permissions.security": "who can hide issues",
    "permissions.administer": "who can administer",
    "permissions.customers": "customers and apps with powers",
    "permissions.apps": "customers and apps with powers",
    "permissions.deactivated": "deactivated accounts",
    "permissions.of-issues": "permissions of whoever an issue names",
    "permissions.not-granted": "permissions that nobody was granted",
    "permissions.state-unknown": "permissions that could not be read",
    "permissions.unread": "permissions that could not be read",
    "permissions.unknown-holders": "permissions that could not be read",
    "permissions.in-part": "permissions that could not be read",
    "permissions.not-asked": "permissions that could not be read",
    "permissions.team-managed": "permissions that could not be read",
    "access.leavers": "people who left",
    "access.leavers-doubtful": "people who left",
    "access.leavers-to-come": "people who left",
    "access.leavers-unmatched": "people who left",
    "access.not-removed": "decisions of the last review",
    "access.removed": "decisions of the last review",
    "access.removals-unseen": "decisions of the last review",
    "access.review-of-others": "decisions of the last review",
    "access.undecided": "decisions of the last review",
    "access.deactivated": "deactivated accounts",
    "access.inactive": "when people were last active",
    "access.activity-unread": "when people were last active",
    "access.activity-unasked": "when people were last active",
    "workflows.changed": "workflows changed in the period",
    "workflows.safeguard-gone": "safeguards of workflows that are gone",
    "workflows.only-logged": "workflows of which versions are not known",
    "workflows.late": "workflows of which versions are not known",
    "workflows.unread": "workflows that can't be read",
    "workflows.data-center": "workflows that can't be read",
    "workflows.untold": "workflows that can't be read",
    "attributes.sample-only": "attributes that only the sample was asked",
    "controls.noted": "what a control notes without a deviation",
    "controls.idle": "controls that concern nothing",
    "controls.due-later": "what falls due after the period",
    "controls.replaced": "sampled issues that a control does not concern",
    "controls.few": "controls that concern few issues",
    "controls.approvals-unread": "approvals that could not be read",
    "controls.fields-unknown": "fields that controls name",
    "controls.fields-untold": "fields that controls name",
    "controls.fields-not-pulled": "fields that controls name",
    "second-source.rows": "how far the second source counts",
    "second-source.nothing": "how far the second source counts",
    "second-source.not-compared": "how far the second source counts",
    "second-source.without-ticket": "deployments without a ticket",
    "second-source.no-issue": "deployments without a ticket",
    "second-source.other-issues": "deployments of issues that are not in the population",
    "yearly.deployment": "another Jira than last year",
    "yearly.site": "another Jira than last year",
    "yearly.gap": "days between the periods of two years",
    "yearly.overlap": "days of two years' periods",
    "yearly.interim": "last year's period was not over",
    "yearly.projects-gone": "other projects than last year",
    "yearly.projects-new": "other projects than last year",
    "yearly.query": "another query than last year",
    "yearly.numbers-between": "numbers between two years",
    "yearly.no-longer-there": "issues of last year that are not there",
    "yearly.issues-lost": "issues of last year that are not there",
    "yearly.issues-new": "issues that last year's package lacks",
    "yearly.ids": "issues that changed their id",
    "yearly.created": "issues that changed their time of creation",
    "yearly.histories-broken": "histories that lost entries",
    "yearly.histories-lost": "histories that lost entries",
    "yearly.leavers": "people who left",
    "yearly.repeated": "exceptions found for the second year",
}

BANNERS: Final = ("scope.not-live", "scope.interim", "scope.folder", "status.no-history", "dossiers.no-history")
"""Findings that concern all of a package: its cover says them first."""


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return ``findings.csv``: by notebook, the gravest first; of an attribute, the population before the sample."""
    return FINDINGS.make((*astuple(one), one.cause) for one in sorted(findings, key=_rank))


_PLACES: Final[Mapping[str, int]] = {one.notebook: place for place, one in enumerate(CHAPTERS)}


def _rank(finding: Finding) -> tuple[int, int, str, bool, str]:
    kind, _, of = finding.id.partition(":")
    subject = f"attributes:{of}" if kind in _OF_ATTRIBUTES else finding.id
    place = _PLACES.get(finding.notebook, len(_PLACES))
    return place, SEVERITIES.index(finding.severity), subject, kind != "attributes.population", finding.id


# 02_population

LEFT_OUT: Final[Mapping[str, tuple[str, str]]] = {
    "issue type": ("is of a type that is not in scope", "are of a type that is not in scope"),
    "filter": (
        "is left out by the JQL or filter of the parameters",
        "are left out by the JQL or filter of the parameters",
    ),
    "moved out": (
        "was created in the period under a listed project's key and now stands in a project that is not listed",
        "were created in the period under a listed project's key and now stand in a project that is not listed",
    ),
}
"""Predicates of one excluded issue and of several, by the reason."""


def not_live_in_words(not_live: Mapping[str, str]) -> str:
    """Say what an archived project means for its listing."""
    named = listed([f"{project} is {state}" for project, state in sorted(not_live.items())])
    return f"{named}: Jira's search may leave issues of such a project out, so that its listing is not shown to be complete."
