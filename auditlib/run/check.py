"""Would a run succeed, and what could it not prove? Asks one harmless question of each kind, keeps nothing."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

from auditlib.errors import AnswerError, NotBrowsableError, SourceError
from auditlib.evidence.opened import Evidence
from auditlib.jira import data_center, jql, workflows
from auditlib.jira.client import JiraReader
from auditlib.jira.connection import Embedded, connected
from auditlib.jira.last_seen import KEY, last_active_dates
from auditlib.jira.log_pages import LOG_IS_MISSING, logs_of
from auditlib.jira.refusal import log_refusal, refusal
from auditlib.jira.scopes import NEEDS, name_of
from auditlib.package.previous import read_previous
from auditlib.params.model import Parameters
from auditlib.phrases import counted, day, days, listed
from auditlib.pull.access import identify, require_browsable
from auditlib.records.grants import more_than_read
from auditlib.records.issues import number_of
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.run.check_controls import controls_lines, fields_looked_at
from auditlib.run.vouching import seal_lines
from auditlib.text import visible_text
from auditlib.times import format_instant, format_utc

_ISSUES_PER_PAGE = 100
_CLOCKS_AGREE: Final = 60.0
"""Seconds by which two clocks may differ without a word: an answer takes its time, and its date has whole seconds."""

_LOGS: Final = frozenset({"auditing/record", "auditing/events"})


def check_screen(params: Parameters, environ: Mapping[str, str], embedded: Embedded | None = None) -> str:
    """Return the screen that ``auditlib check`` shows.

    Parameters
    ----------
    params : Parameters
        As given.
    environ : mapping
        For the credentials.
    embedded : callable, optional
        Makes the embedded Jira, for ``jira_url: demo``.

    Raises
    ------
    SourceError
        If a run would end at once: Jira not reachable, account refused, a listed project not browsable, or a right or a
        scope missing without which there is no package.
    UsageError
        If the key that is to sign the package can't, or last year's package is not what was sealed.
    """
    named = [*_last_year(params, Path.cwd()), *seal_lines(params, Path.cwd())]
    with tempfile.TemporaryDirectory(prefix="auditlib-check-") as folder:
        evidence = Evidence(Path(folder), params)
        with connected(params, evidence.store, environ, embedded) as (reader, _):
            identify(reader)
            try:
                require_browsable(reader, evidence.projects)
            except NotBrowsableError as error:
                raise NotBrowsableError(f"{error}\n{_asked_as(evidence)}", error.projects) from None
            missing = dict(_refused(reader, evidence))
            ends = [_end(reader, evidence, name, entry) for name, entry in missing.items() if NEEDS[name].essential]
            if ends:
                raise SourceError("\n".join(["A run would end without this:", *ends, _asked_as(evidence)]))
            started = time.monotonic()
            counts = _counts(reader, evidence)
            seconds = (time.monotonic() - started) / max(1, len(counts))
            log = _log(reader, evidence)
            people = _people(reader, evidence)
            controls = controls_lines(reader, evidence)
            lacks = [_missing(reader, name, entry) for name, entry in missing.items() if name not in _LOGS]
        return "\n".join(
            [
                _site(evidence, reader),
                *_clock(evidence.store.entries(topics.SERVER.of())[0]),
                _period(evidence),
                *_projects(evidence, counts),
                log,
                *people,
                *lacks,
                *_limits(evidence),
                *_sample(params, counts),
                *controls,
                *named,
                *_effort(counts, seconds),
                *_query(evidence),
            ]
        )


def _last_year(params: Parameters, base: Path) -> list[str]:
    """Say with which package a run would be compared, after it was checked."""
    found = read_previous(params, base)
    if found is None:
        return []
    year = found[1]
    issues = counted(len(year.population), "issue")
    named = visible_text(str(params.previous))
    return [f"Previous  {named}, {day(year.start)} to {day(year.end)}: as it was sealed, {issues}"]


def _refused(reader: JiraReader, evidence: Evidence) -> Iterator[tuple[str, Entry]]:
    """Ask one question of each kind that a run asks, and yield the kinds that are refused, with the answer."""
    for topic, request in _questions(reader, evidence):
        entry, _ = reader.answer(topic, request, part=True)
        if entry.status != 200:
            yield name_of(request), entry


def _questions(reader: JiraReader, evidence: Evidence) -> Iterator[tuple[str, Request]]:
    """Yield a question of each kind; those that hang on an issue are tried on the first that a search finds, if any."""
    dialect = reader.dialect
    for topic in (topics.POWERS, topics.SECURITY):  # asked already, for each project
        entries = sorted(reader.store.entries(topic.below()), key=lambda entry: entry.topic)
        yield from ((entry.topic, entry.request) for entry in entries if entry.status != 200)
    if evidence.params.filter_id is not None:
        yield topics.FILTER.of(), dialect.shared_filter(evidence.params.filter_id)
    yield topics.LOG_ANY.of(), dialect.log(None, None, None, size=1)
    yield from _questions_of_workflows(reader, evidence)
    if fields_looked_at(evidence):
        yield topics.FIELDS.of(), dialect.all_fields()
    yield topics.RIGHTS.of("count"), dialect.count(jql.count(evidence.projects[0], evidence.period))
    first = dialect.search(jql.key_walk(evidence.projects[0]), ("created",), None, size=1)
    yield topics.RIGHTS.of("search"), first
    entry, answer = reader.answer(topics.RIGHTS.of("search"), first, part=True)
    found = dialect.read_search(first, answer).issues if entry.status == 200 else ()
    for issue in found[:1]:
        yield from _questions_of(reader, number_of(issue["id"], "an issue"))


def _questions_of_workflows(reader: JiraReader, evidence: Evidence) -> Iterator[tuple[str, Request]]:
    """Yield a question of each kind about the workflows of the first project, but for their versions."""
    key, name = evidence.projects[0], reader.dialect.NAME
    statuses = workflows.statuses_of(name, key)
    yield topics.RIGHTS.of("statuses"), statuses
    if name == data_center.NAME:
        yield topics.RIGHTS.of("scheme"), workflows.scheme_of(key)
        return
    told = str(evidence.pulled.told(topics.PROJECT.of(key)).get("id"))
    if not (told.isascii() and told.isdigit()):
        return
    yield topics.RIGHTS.of("schemes"), workflows.schemes_of([int(told)])
    entry, answer = reader.answer(topics.RIGHTS.of("statuses"), statuses, part=True)
    types = answer if entry.status == 200 and isinstance(answer, list) else []
    for one in types[:1]:
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            yield topics.RIGHTS.of("workflow"), workflows.workflow_of(int(told), one["id"])


def _questions_of(reader: JiraReader, issue: int) -> Iterator[tuple[str, Request]]:
    """Yield a question of each kind that hangs on an issue."""
    dialect = reader.dialect
    if not dialect.HISTORY_WITH_SEARCH:
        yield topics.RIGHTS.of("histories"), dialect.histories([issue], None)
    yield topics.RIGHTS.of("identifier"), dialect.by_identifier([str(issue)], ("created",))
    yield topics.RIGHTS.of("issue"), dialect.issue(str(issue))
    for part in dialect.PARTS:
        yield topics.RIGHTS.of(part), dialect.issue_part(part, issue, None)


def _missing(reader: JiraReader, name: str, entry: Entry) -> str:
    """Say of a kind of request that is refused why, what it takes, and what is missing without it."""
    need = NEEDS[name]
    why = refusal(entry.status, entry.headers, reader.store.body(entry))
    takes = (
        need.takes(scopes=reader.dialect.NAME == "cloud") if entry.status in {401, 403} else ""
    )  # any other status says that it is not there
    lines = [f"Missing   {name}: {why}", f"          without it {need.without}"]
    return "\n".join([*lines, *([f"          it takes {takes}"] if takes else [])])


def _end(reader: JiraReader, evidence: Evidence, name: str, entry: Entry) -> str:
    """Say on one line of a kind of request without which a run ends why it is refused, and what it takes."""
    need, params = NEEDS[name], evidence.params
    why = refusal(entry.status, entry.headers, reader.store.body(entry)).removesuffix(".")
    if entry.status in {401, 403}:
        takes = f"it takes {need.takes(scopes=reader.dialect.NAME == 'cloud')}"
    elif entry.topic == topics.FILTER.of():
        takes = f"let its owner share filter {params.filter_id} with this account, or leave filter_id out"
    else:
        takes = "ask Jira's administrator why"
    return f"{name}: {why}; without it {need.without}; {takes}"


def _asked_as(evidence: Evidence) -> str:
    return f"Asked as {visible_text(evidence.site.account_name)} ({evidence.site.account_id})."


def _counts(reader: JiraReader, evidence: Evidence) -> dict[str, int | None]:
    for project in evidence.projects:
        reader.ask(topics.COUNT.of(project), reader.dialect.count(jql.count(project, evidence.period)), part=True)
    return evidence.provenance.counts


def _log(reader: JiraReader, evidence: Evidence) -> str:
    """Say whether the audit log can be read, and whether it reaches back to the beginning of the period."""
    logs, begins = logs_of(reader.dialect), evidence.period.begins
    found = {}
    for topic, until in ((topics.LOG_ANY, None), (topics.LOG_OLDER, begins)):
        for log in logs:
            entry, answer = reader.answer(topic.of(), log.log(None, None, until, size=1), part=True)
            if entry.status not in LOG_IS_MISSING:
                break
        logs = (log,)
        if entry.status != 200:
            why = log_refusal(entry.status, entry.headers, reader.store.body(entry))
            return f"Log       can't be read: {why}; no deletion can be shown by it"
        try:
            found[topic] = bool(log.read_log(entry.request, answer).records)
        except AnswerError as error:
            return f"Log       can't be read: {error}; no deletion can be shown by it"
    if not found[topics.LOG_ANY]:
        return "Log       holds no record that this account can read: it can't show a deletion"
    return (
        "Log       can be read, and holds records from before the period"
        if found[topics.LOG_OLDER]
        else "Log       can be read, and holds no record from before the period: it may not reach back to its beginning"
    )


def _people(reader: JiraReader, evidence: Evidence) -> list[str]:
    """Say whether the organisation tells when people were last active, if the parameters name one (Cloud)."""
    params, without = evidence.params, "without it access_review.csv does not tell when people were last active"
    if params.org_id is None or evidence.deployment != "cloud":
        return []
    if reader.organization is None:
        return [f"Missing   {KEY}, the key of the organisation of org_id, is not set\n          {without}"]
    request = last_active_dates(params.org_id, evidence.site.account_id)
    try:
        entry, _ = reader.organization.ask(topics.LAST_SEEN_ORGANIZATION.of(), request)
    except SourceError as error:
        return [f"Missing   the organisation: {error}\n          {without}"]
    if entry.status in {200, 404}:  # 404: of this account it knows nothing, and the key was accepted
        return ["People    the organisation can be asked when they were last active"]
    why = refusal(entry.status, entry.headers, reader.store.body(entry))
    return [f"Missing   the organisation: {why}\n          {without}\n          it takes an API key of org_id in {KEY}"]


def _site(evidence: Evidence, reader: JiraReader) -> str:
    site = evidence.site
    at = "" if reader.address == reader.base_url else f", asked at {reader.address}: the site refuses this token"
    return (
        f"Jira      {site.base_url} ({site.deployment} {site.version}){at}\n"
        f"Account   {site.account_name} ({site.account_id}), time zone {site.account_zone or 'not told'}"
    )


def _clock(entry: Entry) -> list[str]:
    """Say by how much Jira's clock and this machine's differ, if it is more than a minute."""
    try:
        told: Any = parsedate_to_datetime(entry.headers.get("date", ""))
        apart = ((told if told.tzinfo else told.replace(tzinfo=UTC)) - entry.at).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return []
    if abs(apart) <= _CLOCKS_AGREE:
        return []
    size = counted(round(abs(apart) / 60), "minute") if abs(apart) < 7200 else counted(round(abs(apart) / 3600), "hour")
    side = "ahead of" if apart > 0 else "behind"
    wrong = "set the wrong one right, for the package says by this machine's when Jira was asked"
    return [f"Clock     Jira's is {size} {side} this machine's: {wrong}"]


def _period(evidence: Evidence) -> str:
    period = evidence.period
    begins, ends = format_instant(period.begins, period.zone), format_instant(period.ends, period.zone)
    over = "" if datetime.now(UTC) >= period.ends else "\n          not over yet: this would be an interim run"
    return (
        f"Period    {days(period)}\n          from {begins} ({format_utc(period.begins)})"
        f"\n          until before {ends} ({format_utc(period.ends)}){over}"
    )


def _projects(evidence: Evidence, counts: Mapping[str, int | None]) -> list[str]:
    lines = []
    for project in evidence.projects:
        about = "about " if evidence.deployment == "cloud" else ""
        count = counts[project]
        size = (
            "Jira does not count its issues for this account"
            if count is None
            else f"{about}{counted(count, 'issue')} in the widened period"
        )
        powers = evidence.provenance.powers
        if project not in set(powers["project"]):
            lines.append(f"Project   {project}: answers, but not what the account may do there; {size}")
            continue
        strong = more_than_read(powers.loc[(powers["project"] == project) & powers["have"], "permission"])
        more = f"; could also {listed([name.lower().replace('_', ' ') for name in strong])}" if strong else ""
        lines.append(f"Project   {project}: can be browsed; {size}{more}")
    return lines


def _limits(evidence: Evidence) -> list[str]:
    lines = [
        f"Limit     {project} is {state}: Jira's search may leave its issues out, so no listing of it can be shown to be complete"
        for project, state in sorted(evidence.provenance.not_live.items())
    ]
    lines += [
        f"Limit     {project} uses issue security ({counted(levels, 'level')}): issues at levels without this account stay hidden"
        for project, levels in sorted(evidence.provenance.security_levels.items())
        if levels
    ]
    if evidence.provenance.unused_parameters:
        lines.append(
            f"Limit     set, but not acted on by this version: {listed(evidence.provenance.unused_parameters)}"
        )
    return lines


def _sample(params: Parameters, counts: Mapping[str, int | None]) -> list[str]:
    """Say of a sample that is larger than all that may be drawn from that all would be tested."""
    size, known = params.sample_size, [count for count in counts.values() if count is not None]
    if not isinstance(size, int) or params.sample_keys is not None or len(known) < len(counts) or size <= sum(known):
        return []
    return [
        f"Sample    {size:,} asked for, of at most {counted(sum(known), 'issue')}: all of them would be tested, and nothing drawn"
    ]


def _effort(counts: Mapping[str, int | None], seconds: float) -> list[str]:
    known = [count for count in counts.values() if count is not None]
    if len(known) < len(counts):
        return ["Size      not known: Jira does not count"]
    issues, pages = sum(known), sum(-(-count // _ISSUES_PER_PAGE) for count in known)
    minutes = pages * seconds / 60
    estimate = "less than a minute" if minutes < 1 else f"about {counted(round(minutes), 'minute')}"
    size = f"{counted(issues, 'issue')}, about {counted(pages, 'page')} with fields"
    return [f"Size      {size}; {estimate} for the pass at today's speed"]


def _query(evidence: Evidence) -> list[str]:
    """Print the query with the dates of the period, to be pasted by hand: nothing here writes to Jira."""
    params, shared = evidence.params, evidence.provenance.filter_read
    stripped = [jql.without_dates(one) for one in evidence.passes.restrictions]
    query = jql.shared_filter(evidence.projects, evidence.period, params.issue_types, [left for left, _ in stripped])
    lines = ["Filter    paste this into the shared filter of the audit:", f"          {visible_text(query)}"]
    if shared is None:
        return lines
    address = f"{evidence.site.base_url}/issues/?filter={params.filter_id}"
    lines.append(f"          it is filter {params.filter_id} ({visible_text(shared.name)}): {address}")
    left, dates = jql.without_dates(shared.jql)
    if dates and not jql.of_period(dates, evidence.period):
        said = visible_text(" AND ".join(dates))
        lines.append(
            f"          it says {said} itself, which are not the days of the period: a run leaves out what it does"
        )
    if jql.names_created(left):
        lines.append("          it also asks elsewhere when issues were created, which stays as it is: look at it")
    return lines
