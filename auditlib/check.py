"""Would a run succeed, and what could it not prove? Asks a handful of questions, keeps nothing."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from auditlib import jql
from auditlib.errors import NotBrowsableError
from auditlib.evidence import Evidence
from auditlib.jira.connection import connected
from auditlib.jira.reader import JiraReader
from auditlib.jira.refusal import log_refusal
from auditlib.params import Parameters
from auditlib.pull import identify, require_browsable
from auditlib.times import format_instant, format_utc
from auditlib.words import counted, days, listed

_ISSUES_PER_PAGE = 100


def check_screen(params: Parameters, environ: Mapping[str, str]) -> str:
    """Return the screen that ``auditlib check`` shows.

    Raises
    ------
    SourceError
        If a run would end at once: Jira not reachable, account refused, a listed project not browsable.
    """
    with tempfile.TemporaryDirectory(prefix="auditlib-check-") as folder:
        evidence = Evidence(Path(folder), params)
        with connected(params, evidence.store, environ) as (reader, _):
            identify(reader)
            try:
                require_browsable(reader, evidence.projects)
            except NotBrowsableError as error:
                raise NotBrowsableError(f"{_site(evidence)}\n{error}", error.projects) from None
            started = time.monotonic()
            counts = _counts(reader, evidence)
            seconds = (time.monotonic() - started) / max(1, len(counts))
            if params.filter_id is not None:
                reader.ask("filter", reader.dialect.shared_filter(params.filter_id))
            log = _log(reader, evidence)
        return "\n".join(
            [
                _site(evidence),
                _period(evidence),
                *_projects(evidence, counts),
                log,
                *_limits(evidence),
                *_effort(counts, seconds),
                *_query(evidence),
            ]
        )


def _counts(reader: JiraReader, evidence: Evidence) -> dict[str, int]:
    for project in evidence.projects:
        reader.ask(f"count/{project}", reader.dialect.count(jql.count(project, evidence.period)))
    return evidence.counts


def _log(reader: JiraReader, evidence: Evidence) -> str:
    """Say whether the audit log can be read, and whether it reaches back to the beginning of the period."""
    begins = evidence.period.begins
    found = {}
    for name, until in (("any", None), ("older", begins)):
        entry, answer = reader.answer(f"log/{name}", reader.dialect.log(None, None, until, size=1), part=True)
        if entry.status != 200:
            why = log_refusal(entry.status, entry.headers, reader.store.body(entry))
            return f"Log       can't be read: {why}; no deletion can be shown by it"
        found[name] = bool(reader.dialect.read_log(entry.request, answer).records)
    if not found["any"]:
        return "Log       holds no record that this account can read: it can't show a deletion"
    return (
        "Log       can be read, and holds records from before the period"
        if found["older"]
        else "Log       can be read, and holds no record from before the period: it may not reach back to its beginning"
    )


def _site(evidence: Evidence) -> str:
    site = evidence.site
    return (
        f"Jira      {site.base_url} ({site.deployment} {site.version})\n"
        f"Account   {site.account_name} ({site.account_id}), time zone {site.account_zone or 'not told'}"
    )


def _period(evidence: Evidence) -> str:
    period = evidence.period
    begins, ends = format_instant(period.begins, period.zone), format_instant(period.ends, period.zone)
    over = "" if datetime.now(UTC) >= period.ends else "\n          not over yet: this would be an interim run"
    return (
        f"Period    {days(period)}\n          from {begins} ({format_utc(period.begins)})"
        f"\n          until before {ends} ({format_utc(period.ends)}){over}"
    )


def _projects(evidence: Evidence, counts: Mapping[str, int]) -> list[str]:
    lines = []
    for project in evidence.projects:
        about = "about " if evidence.deployment == "cloud" else ""
        powers = evidence.powers
        have = set(powers.loc[(powers["project"] == project) & powers["have"], "permission"])
        strong = sorted(have & {"DELETE_ISSUES", "MOVE_ISSUES", "ADMINISTER_PROJECTS"})
        more = f"; could also {listed([name.lower().replace('_', ' ') for name in strong])}" if strong else ""
        lines.append(
            f"Project   {project}: can be browsed; {about}{counted(counts[project], 'issue')} in the widened period{more}"
        )
    return lines


def _limits(evidence: Evidence) -> list[str]:
    lines = [
        f"Limit     {project} is {state}: Jira's search may leave its issues out, so no listing of it can be shown to be complete"
        for project, state in sorted(evidence.not_live.items())
    ]
    lines += [
        f"Limit     {project} uses issue security ({counted(levels, 'level')}): issues at levels without this account stay hidden"
        for project, levels in sorted(evidence.security_levels.items())
        if levels
    ]
    if evidence.unused_parameters:
        lines.append(f"Limit     set, but not acted on by this version: {listed(evidence.unused_parameters)}")
    return lines


def _effort(counts: Mapping[str, int], seconds: float) -> list[str]:
    issues = sum(counts.values())
    pages = sum(-(-count // _ISSUES_PER_PAGE) for count in counts.values())
    minutes = pages * seconds / 60
    estimate = "less than a minute" if minutes < 1 else f"about {counted(round(minutes), 'minute')}"
    size = f"{counted(issues, 'issue')}, about {counted(pages, 'page')} with fields"
    return [f"Size      {size}; {estimate} for the pass at today's speed"]


def _query(evidence: Evidence) -> list[str]:
    query = jql.shared_filter(evidence.projects, evidence.period, evidence.params.issue_types, evidence.restrictions)
    return ["Filter    paste this into the shared filter of the audit:", f"          {query}"]
