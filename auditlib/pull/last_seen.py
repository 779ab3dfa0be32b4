"""When those who hold a permission were last active: Data Center is asked itself, on Cloud the organisation."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from threading import Event

from auditlib.errors import AnswerError, SourceError
from auditlib.evidence.last_seen import PeopleSeen
from auditlib.jira.gateway import tenant_info
from auditlib.jira.organization import Organization
from auditlib.pull.session import Progress, Session
from auditlib.records.last_seen import read_activity, read_logins
from auditlib.responses import topics
from auditlib.responses.request import Request

_MOST_PAGES = 5


def ask_last_seen(session: Session) -> None:
    """Ask when people were last active; whatever is refused is kept as that answer, and the run goes on."""
    people = session.evidence.review.people_seen
    told = Progress(session.tell, "people, when they were last active")
    if session.reader.organization is not None and people.asks_organization:
        _ask_organization(session, session.reader.organization, people, told)
    singles = []
    for topic, request in people.open_users():
        if topic is topics.LAST_SEEN_USERS:
            _ask_users(session, topic.of(), request, told)
        else:
            singles.append(partial(_ask_users, session, topic.of(), request, told))
    session.side_by_side(singles)


def _ask_users(session: Session, topic: str, request: Request, told: Progress) -> None:
    reader = session.reader
    try:
        entry, answer = reader.answer(topic, request, part=True)
        if entry.status == 200:
            with reader.reading(entry):
                told.add(len(read_logins(answer)))
    except AnswerError:
        pass  # kept with the reason


def _ask_organization(session: Session, organization: Organization, people: PeopleSeen, told: Progress) -> None:
    """Ask about one person first: a key that is refused is refused for all."""
    if not people.wanted:
        return
    with suppress(SourceError):  # where the site does not tell its id, all sites of the organisation count
        session.reader.ask(topics.GATEWAY.of(), tenant_info(), anonymous=True, part=True)
    ended = Event()
    first, *others = people.wanted
    _ask_about(organization, people, told, ended, first)
    if not ended.is_set():
        session.side_by_side([partial(_ask_about, organization, people, told, ended, one) for one in others])


def _ask_about(organization: Organization, people: PeopleSeen, told: Progress, ended: Event, account: str) -> None:
    """Ask about an account, to the last page; where the key is refused or no answer comes, nobody else is asked about."""
    request: Request | None = people.first_page(account)
    for _ in range(_MOST_PAGES):
        if request is None or ended.is_set():
            break
        try:
            entry, answer = organization.ask(topics.LAST_SEEN_ORGANIZATION.of(), request)
        except SourceError:
            ended.set()  # it can't be reached, or something else answers in its place: the package says so
            return
        if entry.status in {401, 403}:
            ended.set()
        if entry.status != 200:
            return
        try:
            with organization.reading(entry):
                read_activity(answer)
        except AnswerError:
            return  # kept with the reason
        request = people.following_page(account, answer)
    told.add(1)
