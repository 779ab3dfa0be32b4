"""What an archive knows of an issue's comments beside what Jira says today: edits, and comments that are gone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.errors import AnswerError
from auditlib.phrases import minute
from auditlib.records.comment_census import (
    EDITED,
    GONE,
    CommentCensus,
    CommentChange,
    known_from,
    seen_comment,
)
from auditlib.records.history import Time, time_of

_TODAY: Final = datetime.max.replace(tzinfo=UTC)
"""Stands for the time of Jira's answer, which is later than any archive, and stands in no table."""


@dataclass(frozen=True)
class KnownChange:
    """An edit of a comment, or its being gone, as the archive shows it.

    Attributes
    ----------
    comment_id : int
    change : str
        ``edited``, ``deleted or hidden`` or ``returned``.
    last_seen : datetime
        When an archive last saw the comment as it was.
    first_missed : datetime or None
        When one first saw it otherwise, or not at all; None where only Jira's answer of this record does.
    created, updated : datetime or str
        As Jira said last.
    text_changed : bool or None
        Whether the text is another; None of one that is gone.
    """

    comment_id: int
    change: str
    last_seen: datetime
    first_missed: datetime | None
    created: Time
    updated: Time
    text_changed: bool | None

    def in_words(self, zone: ZoneInfo) -> str:
        """Say between which times it happened; ``Jira's answer`` is that of the record."""
        seen = minute(self.last_seen, zone)
        later = "Jira's answer" if self.first_missed is None else f"the archive of {minute(self.first_missed, zone)}"
        if self.change == GONE:
            return f"seen by the archive on {seen}; not in {later}: deleted, or hidden from this account"
        if self.change == EDITED:
            what = "with another text" if self.text_changed else "before it was saved again with the same text"
            return f"seen by the archive on {seen} {what}; as in {later} since"
        return f"seen by the archive on {seen}, then missed, and there again in {later}: it had been hidden"


@dataclass(frozen=True)
class ArchivedComments:
    """What the archive knows of one issue's comments.

    Attributes
    ----------
    times : sequence of datetime
        When archives read them, in order; none if no archive did.
    changes : sequence of KnownChange
        In the order of time, by comment.
    """

    times: Sequence[datetime]
    changes: Sequence[KnownChange]

    def says(self, zone: ZoneInfo) -> str:
        """Say how far the archive knows what Jira does not tell."""
        if not self.times:
            return "The archive did not read the comments of this issue: it says nothing of edits and deletions."
        first, last = (minute(one, zone) for one in (self.times[0], self.times[-1]))
        if len(self.times) == 1:
            noted, since = f"on {first}", "since"
        else:
            noted, since = (
                f"{len(self.times):,} times from {first} to {last}",
                "between two of these times, or since the last,",
            )
        return (
            f"An archive noted the comments of this issue {noted}. What was edited or removed {since} stands with the comments; "
            "what came and went between two readings is in no note, and of an earlier text the digest alone."
        )

    @property
    def gone(self) -> list[KnownChange]:
        """The comments that Jira did not give any more: the last word on each is that it is gone."""
        last = {one.comment_id: one for one in self.changes if one.change != EDITED}
        return [one for _, one in sorted(last.items()) if one.change == GONE]

    @property
    def edited(self) -> frozenset[int]:
        """The comments of which the archive saw another text than a later one, or Jira."""
        return frozenset(one.comment_id for one in self.changes if one.change == EDITED and one.text_changed)

    def of(self, comment_id: int | None) -> list[KnownChange]:
        """Return what became of a comment that is there."""
        return [one for one in self.changes if one.comment_id == comment_id]


def archived_comments(
    issue_id: int, censuses: Iterable[CommentCensus], given: Sequence[Mapping[str, Any]] | None, zone: ZoneInfo
) -> ArchivedComments:
    """Compare what the archive noted of an issue's comments with what Jira gives.

    Parameters
    ----------
    issue_id : int
    censuses : iterable of CommentCensus
        Of the archive; those that did not read the issue say nothing.
    given : sequence of mapping or None
        The comments of the record, as Jira sends them; None if it refused them.
    zone : ZoneInfo
        Of the audit.
    """
    read = sorted((one for one in censuses if issue_id in one.issues), key=lambda one: one.at)
    if read and given is not None:
        today = {}
        for one in given:
            with suppress(AnswerError):  # one without a number is named among what is missing
                number, seen = seen_comment(one)
                today[number] = seen
        read.append(CommentCensus(_TODAY, {issue_id: today}, {issue_id: ""}))
    times = [one.at for one in read if one.at != _TODAY]
    mine = [CommentCensus(one.at, {issue_id: one.issues[issue_id]}, {issue_id: ""}) for one in read]
    return ArchivedComments(times, [_known(one, zone) for one in known_from(mine)[1]])


def _known(change: CommentChange, zone: ZoneInfo) -> KnownChange:
    last = change.after or change.before
    return KnownChange(
        comment_id=change.comment_id,
        change=change.change,
        last_seen=change.last_seen,
        first_missed=None if change.first_missed == _TODAY else change.first_missed,
        created=time_of(change.before.created, zone),
        updated=time_of(last.updated, zone),
        text_changed=change.text_changed,
    )
