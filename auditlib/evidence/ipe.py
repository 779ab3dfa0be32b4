"""The statement on the information (IPE) of a package: what is known of it, gathered for ``audit.scope.ipe``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from auditlib.audit.finding import FINDINGS
from auditlib.audit.scope.digests import index_digest
from auditlib.audit.scope.ipe import UNSAID, IpeStatement, Part, Reading, way
from auditlib.audit.scope.ipe_population import Described, completeness, particulars, reliability
from auditlib.audit.scope.ipe_records import Chosen, completeness_of_records, reliability_of_records
from auditlib.audit.scope.request_list import requests_in_words
from auditlib.errors import ForbiddenRequestError
from auditlib.evidence.content import Content
from auditlib.evidence.opened import Evidence
from auditlib.evidence.origin import pulled_between
from auditlib.jira import jql
from auditlib.jira.read_only import require_allowed, require_organization_request
from auditlib.jira.site import server_time
from auditlib.phrases import days, minute
from auditlib.records.grants import more_than_read
from auditlib.report.sheets import package_id
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic
from auditlib.tables import Kind
from auditlib.times import format_instant

_DEPLOYMENTS: Final = {"cloud": "Jira Cloud", "data-center": "Jira Data Center"}
_SAME_TIME: Final = timedelta(seconds=0.1)
"""Below it nothing is said of which clock was ahead: Jira tells its time to the millisecond, and the answer takes its time."""

_KINDS: Final[dict[Kind, str]] = {
    "text": "text", "integer": "whole numbers", "fraction": "rates", "instant": "times", "instant_utc": "times in UTC",
    "flag": "true or false",
}  # fmt: skip
_GIVEN: Final = (
    *("gap_explanations", "answers", "requests", "leavers", "review", "second_source"),
    "sample_keys",
)
"""Parameters by which the company or the auditor gives a file that is copied into the package."""


def ipe_statement(content: Content) -> IpeStatement:
    """Return the statement on the information of any package; a function of its answers and parameters alone."""
    reading, site = _reading(content), content.site
    package = package_id(content.params.slug, pulled_between(content)["to"])
    about = [("audit", content.params.audit), ("package", package), ("Jira", f"{site.base_url} ({reading.system})")]
    if isinstance(content, Evidence):
        of = _described(content, reading)
        about += [("period", days(content.period)), ("query", _query(content))]
        parts: tuple[Part, ...] = (reliability(of), particulars(of), way(reading, completeness=completeness(of)))
    else:
        chosen = _chosen(content)
        parts = (reliability_of_records(chosen), way(reading, completeness=completeness_of_records(chosen)))
    return IpeStatement(tuple(about), parts, UNSAID)


def _reading(content: Content) -> Reading:
    entries, site, zone = content.store.entries(), content.site, content.period.zone
    index = content.store.index.read_text(encoding="utf-8").splitlines(keepends=True)
    powers = content.provenance.powers if isinstance(content, Evidence) else None
    held = [] if powers is None else more_than_read(powers.loc[powers["have"].astype(bool), "permission"])
    times = [entry.at for entry in entries]
    return Reading(
        address=site.base_url,
        system=f"{_DEPLOYMENTS.get(site.deployment, site.deployment)} {site.version}".strip(),
        account=site.account_name,
        account_id=site.account_id,
        read=_span(minute(min(times), zone), minute(max(times), zone)),
        answers=len(entries),
        size=sum(entry.size for entry in entries),
        repeated=sum(entry.tries - 1 for entry in entries),
        refused=len(content.store.refusals()),
        strangers=sum(not _on_list(entry) for entry in entries),
        index=index_digest(index),
        more_than_read=tuple(held),
        powers_told=None if powers is None else bool(len(powers)),
        recorded=isinstance(content, Evidence) and bool(content.provenance.lacks),
        given=tuple(name for name in _GIVEN if _gives(getattr(content.params, name, None))),
        tables=len(content.tables),
        signs=content.params.signing_key is not None,
        stamps=content.params.timestamp_url is not None,
    )


def _span(first: str, last: str) -> str:
    return f"at {first}" if first == last else f"from {first} to {last}"


def _gives(value: object) -> bool:
    """Say whether a parameter names a file; keys of a sample may stand in the parameters themselves."""
    return value is not None and not isinstance(value, tuple)


def _on_list(entry: Entry) -> bool:
    """Say whether the request of an answer is on the read-only list, or what an organisation may be asked."""
    of_organization = read_topic(entry.topic).topic is topics.LAST_SEEN_ORGANIZATION
    require: Callable[[str, str], None] = require_organization_request if of_organization else require_allowed
    try:
        require(entry.request.method, entry.request.path)
    except ForbiddenRequestError:
        return False
    return True


def _described(evidence: Evidence, reading: Reading) -> Described:
    period, listing, numbers = evidence.period, evidence.listing, evidence.numbers
    gaps, findings = numbers.gaps, evidence.table(FINDINGS.name)
    silent = gaps["classification"].isin(["unexplained", "existed"])
    limits = findings.loc[findings["severity"] == "limit", "cause"]
    return Described(
        reconciliation=listing.reconciliation,
        numbering=numbers.numbering,
        columns=list(evidence.population.columns),
        kinds=_kinds(evidence),
        histories=evidence.states.history_counts,
        projects=evidence.projects,
        issue_types=evidence.params.issue_types,
        restrictions=evidence.passes.restrictions,
        period=days(period),
        begins=format_instant(period.begins, period.zone),
        ends=format_instant(period.ends, period.zone),
        zone=period.zone.key,
        interim_until=evidence.provenance.interim_until or "",
        read=reading.read,
        source=f"{reading.address}, {reading.system}, read as {reading.account}",
        recorded=reading.recorded,
        ahead=_ahead(evidence),
        estimate=evidence.deployment == "cloud",
        unread_times=int(listing.cut.population["unread_times"].notna().sum()),
        contradictions=len(evidence.identity.contradictions) + len(evidence.identity.odd_counts),
        explained=int((silent & gaps["explanation"].notna()).sum()),
        hidden=[name for name, levels in sorted(evidence.provenance.security_levels.items()) if levels != 0],
        sample=len(evidence.sampled.sample),
        records=len(evidence.sampled.dossiers),
        requests=requests_in_words(evidence.requests),
        own_limits=int(limits.nunique()),
        limits=len(evidence.limits),
    )


def _query(evidence: Evidence) -> str:
    return jql.shared_filter(
        evidence.projects, evidence.period, evidence.params.issue_types, evidence.passes.restrictions
    )


def _kinds(content: Content) -> dict[str, int]:
    """Return how many columns all tables have of each kind, in words."""
    counts: Counter[Kind] = Counter(column.kind for table in content.tables for column in table.columns)
    return {words: counts[kind] for kind, words in _KINDS.items() if counts[kind]}


def _ahead(content: Content) -> str:
    """Say how far Jira's clock was ahead of ours; empty where Jira does not tell its time."""
    if server_time(content.pulled.only(topics.SERVER.of())) is None:
        return ""
    ahead = content.pulled.clock_ahead
    if abs(ahead) < _SAME_TIME:
        return "within 0.1 s of"
    side = "behind" if ahead < timedelta() else "ahead of"
    return f"{abs(ahead).total_seconds():,.1f} s {side}"


def _chosen(content: Content) -> Chosen:
    found, absent = content.collected.dossiers, content.collected.absent
    return Chosen(
        asked=len(content.collected.keys),
        absent=[one.asked for one in absent],
        whole=sum(not one.incomplete for one in found),
        histories=[one.history_verdict for one in found],
    )
