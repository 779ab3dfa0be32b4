"""What each column of a table holds of people, so that a package can be made for parties who may not see names. Pure.

A column is called alike wherever it means the same, so it is classified once, by its name; what a table means otherwise stands
beside it. A column of text that nobody classified is taken for what people wrote, and left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from auditlib.tables import Column


class Holds(StrEnum):
    """What a column holds."""

    PLAIN = "plain"
    """Keys, statuses, words of the workbook's own, times and numbers: stays."""
    PERSON = "person"
    """Somebody's account, name or address: becomes a pseudonym."""
    WORDS = "words"
    """A sentence of the workbook, or a name of Jira's configuration: people in it become pseudonyms."""
    SENTENCE = "sentence"
    """A sentence that may quote a value as Jira sent it: people in it become pseudonyms, what is quoted is left out."""
    SETTING = "setting"
    """A figure of a year, or a parameter as somebody wrote it: as `WORDS`, and a parameter is left out."""
    CHANGED = "changed"
    """A value of the field that the row names: of `PLAIN_FIELDS` it stays, of `PERSON_FIELDS` it is a person, else left out."""
    RECORDS = "records"
    """A sentence on one case, in which a value that people wrote may stand: of it the records of Jira stay that it names."""
    TEXT = "text"
    """What people wrote, or may have: left out."""


LEFT_OUT: Final = "[left out]"
"""What stands in the place of what people wrote."""

GROUP: Final = "group "
"""How a cell of a column of people begins that holds the name of a group, as of one within a role."""

PLAIN_FIELDS: Final = frozenset({"status", "resolution", "issuetype", "priority"})
PERSON_FIELDS: Final = frozenset({"assignee", "reporter", "creator"})

_NAMES: Final[Mapping[Holds, str]] = {
    Holds.PLAIN: """
        access account_type action actor_kind answered_by attribute author_kind category classification control criterion
        decision drawn_as event explained_on field_id finding found_in grant_id history history_ids holder_type id
        in_period in_place_of issue_type key kind last_active log_id not_before notebook now_key on outcome permission permissions
        possible project reason resolution resolution_at_period_end reviewed_on role_id scheme_id scheme_kind scope severity side
        since state status status_at_period_end status_category still_held style table ticket told_in update_author_kind url
        verdict version who workflow_id""",
    Holds.PERSON: """
        account_id actor actor_id author author_id by changed_by display_name email explained_by lead on_behalf_of reporter
        assignee reviewer update_author""",
    Holds.WORDS: """
        added case cause change environment field figure group group_id holder holder_id leaver name not_read note of_issues
        question remark role rules scheme source statuses stratum title transitions via visibility workflow""",
    Holds.SENTENCE: "statement",
    Holds.SETTING: "last_year this_year",
    Holds.RECORDS: "evidence nature",
    Holds.CHANGED: "from from_text to to_text",
    Holds.TEXT: """
        after before body changes explanation external_id full_name job_title object ref remote_address replaced request response
        summary told wanted what""",
}
BY_NAME: Final = {name: holds for holds, names in _NAMES.items() for name in names.split()}
"""What a column of text of a name holds in every table that has one."""

IN_TABLE: Final[Mapping[tuple[str, str], Holds]] = {
    ("answers", "cause"): Holds.TEXT,
    ("access_review_import", "role"): Holds.WORDS,
    ("activity", "summary"): Holds.WORDS,
    ("control_sample", "in_place_of"): Holds.WORDS,
    ("control_sample", "key"): Holds.WORDS,
    ("controls", "key"): Holds.WORDS,
    ("permission_changes", "permission"): Holds.WORDS,
    ("permission_changes", "project"): Holds.WORDS,
    ("project_roles", "actor"): Holds.PLAIN,
    ("workflows", "from"): Holds.PLAIN,
}
"""Columns that mean something else in one table."""

BESIDE: Final[Mapping[str, str]] = {
    "actor": "actor_id",
    "author": "author_id",
    "display_name": "account_id",
    "email": "account_id",
}
"""By which column a name is told from the same name of somebody else, where the table has it."""


def holds(table: str, column: Column) -> Holds:
    """Return what a column of a table holds."""
    if column.kind != "text":
        return Holds.PLAIN
    return IN_TABLE.get((table, column.name)) or BY_NAME.get(column.name, Holds.TEXT)
