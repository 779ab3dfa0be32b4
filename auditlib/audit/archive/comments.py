"""What became of comments between two archives, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

from auditlib.records.comment_census import CommentChange
from auditlib.records.issues import split_key
from auditlib.records.transitions import instant_or_none
from auditlib.tables import Column, Table

COMMENT_CHANGES: Final = Table(
    "comment_changes",
    "Comments that were edited, are gone, or are there again since the archive noted them before.",
    (
        Column("key", "text", "Key of the issue, as it is when the change is seen."),
        Column("comment_id", "integer", "Jira's number of the comment."),
        Column(
            "change",
            "text",
            "`edited`; `deleted or hidden`: Jira leaves restricted comments out without a word; `returned`: it was hidden.",
        ),
        Column("last_seen", "instant_utc", "When an archive last saw it as it was."),
        Column("first_missed", "instant_utc", "When an archive first saw it otherwise, or not at all."),
    ),
    (
        Column("issue_id", "integer", "Jira's number of the issue."),
        Column("created", "instant_utc", "When it was written, as Jira says."),
        Column("updated", "instant_utc", "When it was last changed, as Jira said last."),
        Column("text_changed", "flag", "Whether its text is another; false where it was only saved again."),
    ),
)


def comment_changes(changes: Iterable[CommentChange]) -> pd.DataFrame:
    """Return the table of what became of comments."""
    rows = (
        (
            one.key, one.comment_id, one.change, one.last_seen, one.first_missed, one.issue_id,
            instant_or_none(one.before.created), instant_or_none((one.after or one.before).updated), one.text_changed,
        )
        for one in sorted(changes, key=lambda one: (split_key(one.key), one.comment_id, one.change))
    )  # fmt: skip
    return COMMENT_CHANGES.make(rows)
