"""The index beside what the parameters, the answers and the clocks say: what was asked, as whom, where, and when."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from auditlib.errors import AuditError
from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.opened import Evidence
from auditlib.package.index_lines import Line, of_line, path_of
from auditlib.package.index_questions import is_searched, missing_parts, queries_of, query_of, question_problem
from auditlib.params.types import DEMO
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.forms.resources import USABLE
from auditlib.responses.store import KEPT_HEADERS
from auditlib.responses.topics import read_topic

_ASIDE: Final = timedelta(minutes=5)
"""By so much a response may have come later, or earlier, than the header ``date`` above it says, beside what is usual here:
an answer may take minutes to come whole, and the nodes of a Data Center have clocks of their own."""

_BACK: Final = timedelta(minutes=1)
"""By so much a line may tell an earlier time than the one before it: responses that came at once are written one by one."""

_GATEWAY: Final = "api.atlassian.com"
"""Where Atlassian's gateway answers (docs/jira.md, on tokens with scopes)."""

_NOT_OF_SITE: Final = frozenset(
    {
        topics.GATEWAY,
        topics.SERVER,
        topics.AGAIN_SERVER,
        topics.EVENT_ACTIONS,
        topics.EVENTS,
        topics.LAST_SEEN_ORGANIZATION,
    }
)
"""Topics whose answers need not say for which account they are."""


def check_facts(records: Content, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each line that says something else than the parameters, the answers, the account or the clock."""
    for look in (_questions, _accounts, _addresses):
        yield from look(records, lines)
    yield from check_times(lines)


def _questions(records: Content, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each question that no run asks under its topic, or with another query than the parameters give."""
    usable = [one.entry for one in lines if not one.entry.refused]
    queries = queries_of(records, usable) if isinstance(records, Evidence) else {}
    for line in lines:
        entry = line.entry
        if why := question_problem(entry, records.deployment):
            yield of_line(line.number, why, "a question that a run asks")
        elif is_searched(read_topic(entry.topic).topic) and query_of(entry) != queries.get(
            entry.topic, query_of(entry)
        ):
            yield of_line(line.number, f"asks {query_of(entry)}", f"{queries[entry.topic]}, by the parameters")
    there = {one.entry.topic for one in lines}
    for topic in sorted({*missing_parts(usable), *(one for one in queries if one not in there)}):
        yield Difference(
            Kind.PAGES, f"data/raw/{topic}", "a response of it, as every run asks for one", "there is none"
        )
    yield from _projects(records, lines)
    yield from _asked_filter(records, lines)
    yield from _issue_numbers(records, lines)


def _asked_filter(records: Content, lines: Sequence[Line]) -> Iterator[Difference]:
    for line in lines:
        asked = line.entry.request.path.rpartition("/")[2]
        if read_topic(line.entry.topic).topic is topics.FILTER and asked != str(records.params.filter_id):
            yield of_line(
                line.number, f"asks for filter {asked}", f"filter {records.params.filter_id}, by the parameters"
            )


def _projects(records: Content, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each answer about a project that is of another one."""
    for line in lines:
        named = read_topic(line.entry.topic)
        if named.topic is topics.PROJECT and line.entry.status == USABLE and not line.entry.refused:
            key = records.pulled.told(line.entry.topic).get("key")
            if key != named.text("project"):
                yield Difference(
                    Kind.ANSWER, path_of(line.entry), f"of {named.text('project')}", f"is of project {key}", line.number
                )


def _issue_numbers(records: Content, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each question about a part of an issue that names another issue than the full record is of."""
    numbers: dict[str, str] = {}
    for line in lines:
        named = read_topic(line.entry.topic)
        if named.topic is topics.DOSSIER_ISSUE and line.entry.status == USABLE and not line.entry.refused:
            with suppress(AuditError, TypeError, AttributeError):
                numbers[named.text("key")] = str(records.store.json(line.entry).get("id"))
    of_parts = frozenset(topics.DOSSIER_PARTS.values())
    for line in lines:
        named = read_topic(line.entry.topic)
        number = numbers.get(named.text("key")) if named.topic in of_parts else None
        if number and number not in line.entry.request.path.split("/"):
            yield of_line(
                line.number, f"asks {line.entry.request.path}", f"issue {number}, which is {named.text('key')}"
            )


# account and address


def _accounts(records: Content, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each response that was given to another account than the one that the answers name, or does not say to which."""
    if records.deployment != "cloud":
        return  # Data Center says above no answer whose it is
    usable = [one for one in lines if not one.entry.refused]
    telling = {one.entry.request.kind for one in usable if one.entry.account_id and one.entry.status == USABLE}
    for line in usable:
        topic = read_topic(line.entry.topic).topic
        account = records.pulled.place.account_id if topic.anew else records.site.account_id
        told, expected = line.entry.account_id, f"account {account}, as which Jira was asked"
        must_tell = line.entry.status == USABLE and line.entry.request.kind in telling and topic not in _NOT_OF_SITE
        if told and account and told != account:
            yield of_line(line.number, f"is for account {told}", expected)
        elif not told and must_tell:
            yield of_line(line.number, "does not say for which account it is", expected)


def _addresses(records: Content, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each response that was asked at an address which is neither the site's nor that of Atlassian's gateway."""
    cloud_id = _cloud_id(records)
    for line in lines:
        asked_at = line.entry.asked_at
        if not asked_at:
            continue
        parts = urlsplit(asked_at)
        here = records.params.jira_url == DEMO or parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if not here and (parts.scheme != "https" or parts.hostname != _GATEWAY):
            yield of_line(line.number, f"was asked at {asked_at}", f"the site, or https://{_GATEWAY}")
        elif cloud_id and "/ex/jira/" in asked_at and not asked_at.rstrip("/").endswith(f"/{cloud_id}"):
            yield of_line(line.number, f"was asked at {asked_at}", f"the gateway of this site, {cloud_id}")


def _cloud_id(records: Content) -> str:
    """Return by what the gateway knows the site, as the site says it; empty if it was not asked."""
    with suppress(AuditError):
        told = records.pulled.told(topics.GATEWAY.of()).get("cloudId")
        return told if isinstance(told, str) else ""
    return ""


# times


def check_times(lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each response whose time does not fit to the clock above it, or to those before it."""
    asides = {one.number: one.entry.at - date for one in lines if (date := _date(one.entry)) is not None}
    usual = (
        timedelta(seconds=statistics.median(it.total_seconds() for it in asides.values())) if asides else timedelta()
    )
    latest: datetime | None = None
    for line in lines:
        entry = line.entry
        unknown = entry.headers.keys() - {*KEPT_HEADERS, "location"}
        if unknown:
            yield of_line(line.number, f"keeps the header {min(unknown)}", "headers that a run keeps")
        if entry.tries < 1:
            yield of_line(line.number, f"says {entry.tries} tries", "at least one")
        if (aside := asides.get(line.number)) is not None and abs(aside - usual) > _ASIDE:
            yield of_line(
                line.number, f"came {entry.at}", f"about {entry.at - aside + usual}, by the header date above it"
            )
        elif latest is not None and entry.at < latest - _BACK:
            yield of_line(line.number, f"came {entry.at}", f"a time after {latest}, as the lines before it")
        latest = entry.at if latest is None else max(latest, entry.at)


def _date(entry: Entry) -> datetime | None:
    """Return what the clock of the server said above a response; None if it said nothing that can be read."""
    with suppress(ValueError, TypeError, IndexError):
        at = parsedate_to_datetime(entry.headers["date"]) if "date" in entry.headers else None
        return at if at is not None and at.tzinfo is not None else None
    return None
