"""What each chapter shows of a package: its tables, its findings, its conclusion, each with where it comes from.

A new table of a chapter is a line in its ``frames``; a new chapter is one of ``audit.chapters``, and a `Shown` here.
"""

from __future__ import annotations

from typing import Final

from auditlib.audit import chapters
from auditlib.audit.activity.records import ACTIVITY
from auditlib.audit.archive.findings import archive_findings, archive_site_findings
from auditlib.audit.controls.actors import ACTORS
from auditlib.audit.controls.control_rates import CONTROL_RATES
from auditlib.audit.controls.control_sample import CONTROL_SAMPLE
from auditlib.audit.controls.findings import conclude_dossiers
from auditlib.audit.controls.outcomes import CONTROLS
from auditlib.audit.controls.outcomes import SINCE as CONTROLS_SINCE
from auditlib.audit.controls.rates import ATTRIBUTE_DEVIATIONS, ATTRIBUTE_RATES, ATTRIBUTES
from auditlib.audit.controls.site.second_source import SECOND_SOURCE
from auditlib.audit.finding import Finding
from auditlib.audit.numbering.causes import DELETIONS
from auditlib.audit.numbering.explanations import GAP_EXPLANATIONS
from auditlib.audit.numbering.findings import conclude_numbering, log_findings, numbering_findings, unlisted_findings
from auditlib.audit.numbering.gaps import GAPS, NUMBERING
from auditlib.audit.numbering.runs import RUNS
from auditlib.audit.numbering.runs import SINCE as RUNS_SINCE
from auditlib.audit.permissions.able import PERMISSION_COUNTS
from auditlib.audit.permissions.changes import MEMBERSHIPS, PERMISSION_CHANGES
from auditlib.audit.permissions.import_sheet import ACCESS_REVIEW_IMPORT
from auditlib.audit.permissions.projects import PROJECT_ROLES, SCHEMES
from auditlib.audit.permissions.review import ACCESS_REVIEW
from auditlib.audit.permissions.table import GROUP_MEMBERS, PERMISSIONS
from auditlib.audit.population.cut import EXCLUDED, POPULATION, RECONCILIATION
from auditlib.audit.population.findings import (
    conclude_population,
    drift_findings,
    population_findings,
    unused_type_findings,
)
from auditlib.audit.population.identity import identity_findings, walk_findings
from auditlib.audit.sampling.findings import conclude_sample, sample_findings
from auditlib.audit.sampling.sample import BESIDE, SAMPLE
from auditlib.audit.scope.findings import address_findings, conclude_scope, scope_findings
from auditlib.audit.scope.request_list import REQUESTS, request_findings
from auditlib.audit.scope.request_list import SINCE as REQUESTS_SINCE
from auditlib.audit.scope.shared_filter import filter_findings
from auditlib.audit.status.closing import CLOSING
from auditlib.audit.status.distribution import STATUS
from auditlib.audit.status.findings import (
    closing_findings,
    conclude_closing,
    conclude_status,
    status_findings,
    unread_times_findings,
)
from auditlib.audit.status.histories import history_findings
from auditlib.audit.tokens import SINCE as TOKENS_SINCE
from auditlib.audit.tokens import places_of_summaries, token_findings
from auditlib.audit.workflows.versions import WORKFLOWS
from auditlib.dossier.files import SAMPLE_COMMENTS, SAMPLE_HISTORY
from auditlib.evidence.changed import SAMPLE_CHANGES
from auditlib.evidence.content import Content, Shown, tables_of
from auditlib.evidence.subjects import Subjects
from auditlib.evidence.summary_chapter import SUMMARY_OF_POPULATION, SUMMARY_SHOWN
from auditlib.phrases import minute
from auditlib.records.filters import kept_on
from auditlib.records.log_reach import describe_log
from auditlib.times import format_instant

_FILTERS_SINCE: Final = 2
"""Version of the tables from which on findings tell who can change the filter."""

_ADDRESS_SINCE: Final = 2
"""Version of the tables from which on the address that Jira gives itself is compared with the one asked."""

_TYPES_SINCE: Final = 4
"""Version of the tables from which on findings tell of types in scope that no issue has."""

_ESTIMATES_SINCE: Final = 5
"""Version of the tables from which on an estimate of Jira that is far away is a limit."""

_MINUTES_SINCE: Final = 2
"""Version of the tables from which on sentences tell times to the minute."""


def _archive_findings(evidence: Content, notebook: str) -> list[Finding]:
    archive, site = evidence.pulled.archive, evidence.params.jira_url
    return [*archive_findings(archive.problems, notebook), *archive_site_findings(archive.sites, site, notebook)]


def _scope_findings(evidence: Subjects) -> list[Finding]:
    asked = evidence.provenance
    found = _archive_findings(evidence, "01_scope")
    found += scope_findings(
        interim_until=asked.interim_until,
        powers=asked.powers,
        security_levels=asked.security_levels,
        filter_record=asked.shared_filter,
        unused=asked.unused_parameters,
        not_live=asked.not_live,
        account_untold=evidence.pulled.account_untold,
        lacks=asked.lacks,
    )
    if evidence.pulled.schema["tables"] >= _FILTERS_SINCE:
        kept = [(kept_on(at, evidence.period.zone), one) for at, one in asked.kept_filters]
        found += filter_findings(asked.filter_read, kept)
    if evidence.pulled.schema["tables"] >= _ADDRESS_SINCE:
        found += address_findings(evidence.params.jira_url, evidence.pulled.address_said)
    if evidence.pulled.schema["tables"] >= REQUESTS_SINCE:
        found += request_findings(evidence.requests)
    return found


def _conclude_scope(evidence: Subjects) -> str:
    address, account = evidence.site.base_url, evidence.site.account_name
    return conclude_scope(evidence.period, address, account, evidence.listing.reconciliation)


SCOPE_SHOWN: Final = Shown[Subjects](
    chapters.SCOPE,
    frames={REQUESTS: lambda evidence: evidence.requests},
    findings=_scope_findings,
    conclude=_conclude_scope,
    later={REQUESTS: REQUESTS_SINCE},
)


def _population_findings(evidence: Subjects) -> list[Finding]:
    listing, estimate = evidence.listing, evidence.deployment == "cloud"
    return [
        *drift_findings(evidence.passes.drift),
        *identity_findings(evidence.identity.contradictions),
        *population_findings(
            listing.reconciliation,
            listing.excluded,
            estimate=estimate,
            odd_counts=evidence.identity.odd_counts,
            weigh_estimates=evidence.pulled.schema["tables"] >= _ESTIMATES_SINCE,
        ),
        *unread_times_findings(listing.cut.population),
        *(_summary_tokens(evidence) if evidence.pulled.schema["tables"] >= TOKENS_SINCE else ()),
        *(_unused_types(evidence) if evidence.pulled.schema["tables"] >= _TYPES_SINCE else ()),
    ]


def _summary_tokens(evidence: Subjects) -> list[Finding]:
    population = evidence.listing.with_ids
    seen = places_of_summaries(population["key"].tolist(), population["summary"].fillna("").tolist())
    return token_findings("population.tokens", "02_population", seen)


def _unused_types(evidence: Subjects) -> list[Finding]:
    listing = evidence.listing
    return unused_type_findings(listing.unused_types, listing.cut.in_period["issue_type"].dropna().unique())


def _conclude_population(evidence: Subjects) -> str:
    listing, not_live = evidence.listing, evidence.provenance.not_live
    contradicted = bool(len(evidence.identity.contradictions) or evidence.identity.odd_counts)
    return conclude_population(
        evidence.period, listing.with_ids, listing.reconciliation, not_live, contradicted=contradicted
    )


POPULATION_SHOWN: Final = Shown[Subjects](
    chapters.POPULATION,
    frames={
        POPULATION: lambda evidence: evidence.listing.population,
        EXCLUDED: lambda evidence: evidence.listing.excluded,
        RECONCILIATION: lambda evidence: evidence.listing.reconciliation,
    },
    findings=_population_findings,
    conclude=_conclude_population,
)


def _numbering_findings(evidence: Subjects) -> list[Finding]:
    numbers, period = evidence.numbers, evidence.period
    told = minute if evidence.pulled.schema["tables"] >= _MINUTES_SINCE else format_instant
    log = describe_log(evidence.witnesses.log_reach, period, told)
    return [
        *walk_findings(evidence.identity.contradictions),
        *unlisted_findings(evidence.answers.unlisted),
        *numbering_findings(numbers.numbering, numbers.gaps),
        *log_findings(log, numbers.deletions, numbers.contradicted, numbers.gaps, period),
    ]


def _conclude_numbering(evidence: Subjects) -> str:
    numbers = evidence.numbers
    not_live, unsure = evidence.provenance.not_live, evidence.identity.unsure
    return conclude_numbering(numbers.numbering, numbers.gaps, numbers.range_sums, not_live, unsure)


NUMBERING_SHOWN: Final = Shown[Subjects](
    chapters.NUMBERING,
    frames={
        NUMBERING: lambda evidence: evidence.numbers.numbering,
        GAPS: lambda evidence: evidence.numbers.gaps,
        RUNS: lambda evidence: evidence.numbers.runs,
        DELETIONS: lambda evidence: evidence.numbers.deletions,
    },
    findings=_numbering_findings,
    conclude=_conclude_numbering,
    beside={GAP_EXPLANATIONS.file: GAP_EXPLANATIONS.says},
    later={RUNS: RUNS_SINCE},
)


def _status_findings(evidence: Subjects) -> list[Finding]:
    listing, accepted = evidence.listing, evidence.params.closing_resolutions
    return [
        *status_findings(listing.with_ids),
        *history_findings(listing.cut.population, listing.states, evidence.period.ends),
        *closing_findings(listing.with_ids, evidence.states.closing, accepted, evidence.histories.called),
    ]


def _conclude_status(evidence: Subjects) -> str:
    listing, states = evidence.listing, evidence.states
    said = conclude_status(listing.with_ids, states.categories, states.history_counts)
    any_accepted, tests_marked = not evidence.params.closing_resolutions, states.test_issues is not None
    closed = conclude_closing(listing.with_ids, states.closing, any_accepted=any_accepted, tests_marked=tests_marked)
    return f"{said} {closed}".strip()


STATUS_SHOWN: Final = Shown[Subjects](
    chapters.STATUS,
    frames={
        STATUS: lambda evidence: evidence.states.status,
        CLOSING: lambda evidence: evidence.states.closing,
    },
    findings=_status_findings,
    conclude=_conclude_status,
)


def _sample_findings(evidence: Subjects) -> list[Finding]:
    sampled, drawn = evidence.sampled, evidence.sampled.drawn
    return sample_findings(
        drawn.reason, drawn.rejected, reduced=drawn.reduced, sample=drawn.sample, changes=sampled.changes
    )


def _conclude_sample(evidence: Subjects) -> str:
    drawn = evidence.sampled.drawn
    return conclude_sample(
        drawn.sample,
        len(evidence.listing.with_ids),
        seed=drawn.seed,
        strata=drawn.strata,
        reason=drawn.reason,
        confidence=drawn.confidence,
    )


SAMPLE_SHOWN: Final = Shown[Subjects](
    chapters.SAMPLE,
    frames={
        SAMPLE: lambda evidence: evidence.sampled.sample,
        SAMPLE_CHANGES: lambda evidence: evidence.sampled.changes,
    },
    findings=_sample_findings,
    conclude=_conclude_sample,
    beside=BESIDE,
)


def _conclude_chosen(records: Content) -> str:
    """Conclude from issues that nobody drew."""
    return conclude_dossiers(records.collected.facts, records.collected.attribute_rates, random=False)


def _conclude_sampled(evidence: Subjects) -> str:
    sampled = evidence.sampled
    return conclude_dossiers(sampled.facts, sampled.attribute_rates, random=sampled.drawn.random)


CHOSEN_SHOWN: Final = Shown[Content](
    chapters.DOSSIERS,
    frames={
        SAMPLE_HISTORY: lambda records: records.collected.history,
        SAMPLE_COMMENTS: lambda records: records.collected.comments,
        ATTRIBUTES: lambda records: records.collected.attributes,
        ATTRIBUTE_RATES: lambda records: records.collected.attribute_rates,
    },
    findings=lambda records: [
        *_archive_findings(records, "06_dossiers"),
        *records.collected.findings,
    ],
    conclude=_conclude_chosen,
)
"""The full records of issues that an auditor chose, without a population."""

DOSSIERS_SHOWN: Final = Shown[Subjects](
    chapters.DOSSIERS,
    frames={**CHOSEN_SHOWN.frames, ATTRIBUTE_DEVIATIONS: lambda evidence: evidence.sampled.attribute_deviations},
    findings=lambda evidence: evidence.sampled.findings,
    conclude=_conclude_sampled,
)


OF_CHOSEN_SHOWN: Final = Shown[Content](
    chapters.CONTROLS,
    frames={
        CONTROLS: lambda records: records.controls.table,
        CONTROL_RATES: lambda records: records.controls.rates,
        CONTROL_SAMPLE: lambda records: records.controls.control_sample,
    },
    findings=lambda records: records.controls.findings,
    conclude=lambda records: records.controls.conclusion,
    since=CONTROLS_SINCE,
)
"""The controls of the library, of issues that an auditor chose or of a population."""

CONTROLS_SHOWN: Final = Shown[Subjects](
    chapters.CONTROLS,
    frames={
        **OF_CHOSEN_SHOWN.frames,
        ACTORS: lambda evidence: evidence.actors.table,
        SECOND_SOURCE: lambda evidence: evidence.reconciliation.table,
    },
    findings=lambda evidence: [
        *evidence.controls.findings,
        *evidence.actors.findings,
        *evidence.reconciliation.findings,
        *evidence.control_fields.findings,
        *evidence.request_approvals.findings,
    ],
    conclude=lambda evidence: f"{evidence.controls.conclusion} {evidence.reconciliation.conclusion}".strip(),
    since=CONTROLS_SINCE,
)


def _conclude_permissions(evidence: Subjects) -> str:
    said = (evidence.access.conclusion, evidence.access_changes.conclusion, evidence.review.conclusion)
    return " ".join(one for one in said if one)


PERMISSIONS_SHOWN: Final = Shown[Subjects](
    chapters.PERMISSIONS,
    frames={
        PERMISSIONS: lambda evidence: evidence.access.permissions,
        PERMISSION_COUNTS: lambda evidence: evidence.access.counts,
        GROUP_MEMBERS: lambda evidence: evidence.access.group_members,
        SCHEMES: lambda evidence: evidence.access.schemes,
        PROJECT_ROLES: lambda evidence: evidence.access.project_roles,
        PERMISSION_CHANGES: lambda evidence: evidence.access_changes.changes,
        MEMBERSHIPS: lambda evidence: evidence.access_changes.memberships,
        ACCESS_REVIEW: lambda evidence: evidence.review.sheet,
        ACCESS_REVIEW_IMPORT: lambda evidence: evidence.review.import_sheet,
    },
    findings=lambda evidence: (*evidence.access.findings, *evidence.access_changes.findings, *evidence.review.findings),
    conclude=_conclude_permissions,
    since=2,
)

ACTIVITY_SHOWN: Final = Shown[Subjects](
    chapters.ACTIVITY,
    frames={
        ACTIVITY: lambda evidence: evidence.activity.activity,
        WORKFLOWS: lambda evidence: evidence.workflows.workflows,
    },
    findings=lambda evidence: [*evidence.activity.findings, *evidence.workflows.findings],
    conclude=lambda evidence: evidence.activity.conclusion,
    since=2,
)

OF_POPULATION: Final[tuple[Shown[Subjects], ...]] = (
    SCOPE_SHOWN,
    POPULATION_SHOWN,
    NUMBERING_SHOWN,
    STATUS_SHOWN,
    SAMPLE_SHOWN,
    DOSSIERS_SHOWN,
    CONTROLS_SHOWN,
    PERMISSIONS_SHOWN,
    ACTIVITY_SHOWN,
    SUMMARY_OF_POPULATION,
)
"""What a package with a population shows, in the order of `audit.chapters.CHAPTERS`."""

OF_DOSSIERS: Final[tuple[Shown[Content], ...]] = (CHOSEN_SHOWN, OF_CHOSEN_SHOWN, SUMMARY_SHOWN)
"""What a package of dossiers shows."""

TABLES: Final = tables_of(OF_POPULATION)
"""The tables of this version, in the order in which the notebooks make them."""
