"""When people were last active: what was asked, what is still to be asked, and what came of it.

The pull asks what this says is missing, so that what is asked and what the tables are made of can't differ. People of whom
permissions tell are asked about one by one as long as they are few; of many, Data Center lists all users, and an organisation
of Cloud is asked about those who hold a power that matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from auditlib.audit.permissions.findings import STRONG
from auditlib.audit.permissions.review import NONE_TOLD, NOT_ASKED, NOT_READABLE, accounts_of
from auditlib.errors import AnswerError
from auditlib.evidence.access import Access
from auditlib.evidence.pulled import Part, Pulled
from auditlib.jira.last_seen import KEY, account_of, all_users, can_be_asked, last_active_dates, one_user
from auditlib.jira.refusal import refusal
from auditlib.records.last_seen import Seen, latest, next_of_activity, next_of_list, read_activity, read_logins
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.topic import Topic
from auditlib.times import format_instant

MOST_SINGLY: Final = 200
"""People who are asked about one by one. An organisation is said to take 200 questions a minute (docs/jira.md)."""

_MOST_PAGES: Final = 100


@dataclass(frozen=True)
class LastSeen:
    """When people were last active, as far as anybody tells.

    Attributes
    ----------
    by_account : dict of str to str
        An instant in the audit's zone, a day, or why there is none.
    otherwise : str
        What holds for all others.
    unread, unasked : str
        Why something could not be read, or was not asked; a sentence with what would cure it.
    """

    by_account: dict[str, str] = field(default_factory=dict)
    otherwise: str = NOT_READABLE
    unread: str = ""
    unasked: str = ""


class PeopleSeen(Part):
    """The last activity of those who hold a permission."""

    def __init__(self, pulled: Pulled, access: Access) -> None:
        super().__init__(pulled)
        self._access = access

    @cached_property
    def accounts(self) -> tuple[str, ...]:
        """Everybody whom the access review is about."""
        return accounts_of(self._access.answered)

    @cached_property
    def powerful(self) -> tuple[str, ...]:
        """Those who hold a power by which a record can be changed, hidden or lost."""
        return tuple(self._access.answered.able.people(self.projects, STRONG))

    @property
    def _on_cloud(self) -> bool:
        return self.deployment == "cloud"

    @property
    def wanted(self) -> tuple[str, ...]:
        """Who is asked about one by one."""
        among = self.accounts if len(self.accounts) <= MOST_SINGLY else self.powerful[:MOST_SINGLY]
        return tuple(one for one in among if not self._on_cloud or can_be_asked(one))

    # Data Center

    def open_users(self) -> Iterator[tuple[Topic, Request]]:
        """Yield what Data Center is still to be asked, each after the answer to the one before, and the single users last."""
        if self._on_cloud or not self._access.answered.asked:
            return
        if len(self.accounts) > MOST_SINGLY:
            request: Request | None = all_users()
            for _ in range(_MOST_PAGES):
                if request is None:
                    break
                entry = self.store.find(topics.LAST_SEEN_USERS.of(), request)
                if entry is None:
                    yield topics.LAST_SEEN_USERS, request
                    entry = self.store.find(topics.LAST_SEEN_USERS.of(), request)
                request = self._following(entry)
        told = self._logins()
        yield from ((topics.LAST_SEEN_USER, one_user(one)) for one in self.wanted if one not in told)

    def _following(self, entry: Entry | None) -> Request | None:
        cursor = next_of_list(self.store.json(entry)) if entry is not None and entry.status == 200 else None
        return None if cursor is None else all_users(cursor)

    def _logins(self) -> dict[str, Seen]:
        """Return the last log-ins by user key, of every answer that holds users."""
        found: dict[str, Seen] = {}
        for topic in (topics.PEOPLE, topics.LAST_SEEN_USERS, topics.LAST_SEEN_USER):
            for entry in self.store.entries(topic.of()):
                if entry.status == 200:
                    try:
                        found |= read_logins(self.store.json(entry))
                    except AnswerError:
                        continue  # nobody is told of in it
        return found

    # Cloud

    @property
    def asks_organization(self) -> bool:
        """Whether an organisation is to be asked, given its key."""
        return self._on_cloud and self.params.org_id is not None and self._access.answered.asked

    def first_page(self, account: str) -> Request:
        """Return the question about an account."""
        return last_active_dates(str(self.params.org_id), account)

    def following_page(self, account: str, answer: object) -> Request | None:
        """Return the question that an answer leaves open."""
        cursor = next_of_activity(answer)
        return None if cursor is None else last_active_dates(str(self.params.org_id), account, cursor)

    @cached_property
    def cloud_id(self) -> str:
        """The id of the site among those of the organisation; empty if the site does not tell it."""
        told = self.pulled.told(topics.GATEWAY.of()).get("cloudId")
        return told if isinstance(told, str) else ""

    # what came of it

    @cached_property
    def last_seen(self) -> LastSeen:
        """When people were last active."""
        if not self._access.answered.asked:
            return LastSeen()
        return self._of_organization() if self._on_cloud else self._of_data_center()

    def _of_data_center(self) -> LastSeen:
        logins = self._logins()
        refused = self._refused(topics.LAST_SEEN_USER, topics.LAST_SEEN_USERS)
        cure = "The account that asks needs the global permission Browse Users; Jira tells it from version 10.3 on."
        if not any(one.told for one in logins.values()):
            why = _sentence(refused) or ("No answer of this Jira speaks of it. " if logins else "")
            return LastSeen(unread=why + cure)
        why = _sentence(refused)
        return self._told({account: self._words(one) for account, one in logins.items()}, why + cure)

    @property
    def _bound(self) -> str:
        most = f", {MOST_SINGLY} of them" if len(self.powerful) > MOST_SINGLY else ""
        return (
            f"Of more than {MOST_SINGLY} people only those who can delete, move, rewrite, hide or administer were asked about, "
            f"one by one{most}."
        )

    def _of_organization(self) -> LastSeen:
        if self.params.org_id is None:
            return LastSeen(unread=f"Set org_id, and an API key of the organisation in {KEY}, to read it.")
        seen: dict[str, list[Seen]] = {}
        for entry in self.store.entries(topics.LAST_SEEN_ORGANIZATION.of()):
            if entry.status == 200:
                try:
                    seen.setdefault(account_of(entry.request), []).append(
                        read_activity(self.store.json(entry), self.cloud_id)
                    )
                except AnswerError:
                    continue  # it stays not readable
        refused = self._refused(topics.LAST_SEEN_ORGANIZATION)
        cure = f"It takes an API key of the organisation {self.params.org_id} in {KEY}."
        why = f"The organisation was asked: {_sentence(refused)}" if refused else ""
        if not seen:
            return LastSeen(unread=why + (cure if refused else f"No answer of the organisation came. {cure}"))
        return self._told({account: self._words(_joined(pages)) for account, pages in seen.items()}, why + cure)

    def _told(self, told: dict[str, str], unread: str) -> LastSeen:
        wanted = set(self.wanted)
        beyond = {one: NOT_READABLE if one in wanted else NOT_ASKED for one in self.accounts if one not in told}
        return LastSeen(told | beyond, unread=unread, unasked=self._bound)

    def _words(self, seen: Seen) -> str:
        if seen.at is None:
            return NONE_TOLD
        return format_instant(seen.at, self.period.zone) if isinstance(seen.at, datetime) else seen.at

    def _refused(self, *of: Topic) -> list[str]:
        """Return why questions were refused, each reason once."""
        entries = [entry for topic in of for entry in self.store.entries(topic.of()) if entry.status != 200]
        return list(dict.fromkeys(refusal(entry.status, entry.headers, self.store.body(entry)) for entry in entries))


def _joined(pages: Sequence[Seen]) -> Seen:
    return Seen(told=True, at=latest(one.at for one in pages if one.at is not None))


def _sentence(refused: Sequence[str]) -> str:
    """Return the first reason as a sentence, which it may be already; empty if there is none."""
    return f"{refused[0].rstrip('.')}. " if refused else ""
