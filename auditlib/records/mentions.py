"""Which issue numbers Jira's own records name: links, parents, sub-tasks and history items. Pure.

Only what Jira itself keeps as a reference counts. A key in a summary, a description, a comment or the title of a remote
link is text that anyone can write, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from auditlib.deep_json import as_text
from auditlib.keys import FormerKeys, is_key, listed_number, renames
from auditlib.records.issues import number_of
from auditlib.records.transitions import instant_or_none

MENTION_COLUMNS = ("key", "project", "number", "evidence", "at", "kind")

KINDS = ("hidden", "history", "link", "parent", "sub-task", "log", "census")
"""What can name a number; of several, evidence is taken from the kind that comes first here."""

MAY_NOT_BE_SEEN = "Jira: may not be seen"
"""Evidence of a number of which Jira itself says that the account may not see it (Data Center)."""

NAMING_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "Key": "jira",  # a move
        "Link": "jira",
        "Parent": "jira",
        "Parent Issue": "jira",
        "IssueParentAssociation": "jira",  # team-managed projects
        "Epic Link": "custom",
        "Epic Child": "custom",
        "Parent Link": "custom",
    }
)
"""History fields whose values name issues, with their ``fieldtype``; anyone may give a field of the other type this name.

Not among them: ``RemoteIssueLink``, whose text is the title that another program gave.
"""

_FIELDS = frozenset(NAMING_FIELDS)
_PARTS = ("from", "to", "fromString", "toString")


class Reference(NamedTuple):
    """One place where a record names an issue.

    Attributes
    ----------
    named : str
        The key, as the record has it.
    kind : str
        Of `KINDS`.
    issue_id : int
        Whose record it is.
    history_id : str
        Of the history entry; empty for fields.
    at : datetime or None
        When the history entry was made, UTC.
    """

    named: str
    kind: str
    issue_id: int
    history_id: str = ""
    at: datetime | None = None


def issue_references(issues: Iterable[Mapping[str, Any]]) -> Iterator[Reference]:
    """Yield what the links, parents and sub-tasks of issues, as received, name, of whatever project."""
    for issue in issues:
        fields = issue.get("fields")
        if isinstance(fields, Mapping):
            issue_id = number_of(issue.get("id"), f"issue {issue.get('key')}")
            for kind, text in _references(fields):
                if is_key(text):
                    yield Reference(text, kind, issue_id)


def history_references(histories: Iterable[tuple[int, Sequence[Mapping[str, Any]]]]) -> Iterator[Reference]:
    """Yield what history entries, as received, name in the fields of `NAMING_FIELDS`, of whatever project.

    A time that can't be read is none; the entry names the issue all the same.
    """
    for issue_id, entries in histories:
        for entry in entries:
            # Nearly no item is of these fields, and this runs over every item of every history.
            naming = [item for item in entry.get("items") or () if item.get("field") in _FIELDS]
            if naming:
                for key in _named_by(naming):
                    at = instant_or_none(entry.get("created"))
                    yield Reference(key, "history", issue_id, as_text(entry.get("id")), at)


def mention_table(references: Iterable[Reference], keys: Mapping[int, str], former: FormerKeys) -> pd.DataFrame:
    """Make the table of the numbers of the listed projects that references name.

    Parameters
    ----------
    references : iterable of Reference
        Of all records pulled.
    keys : mapping of int to str
        Today's key by issue id; an issue that is not there is named by its id.
    former : mapping
        The listed projects with their former keys.

    Returns
    -------
    DataFrame, shape (n, 6)
        key and project (of today), number, evidence (``history 11508 of PROMO-1``, ``link of AB-9``, ``parent of AB-9``,
        ``sub-task of AB-9``), at (of the history entry, UTC, else missing), kind (of `KINDS`); each once, as `best_first`.
    """
    known = renames(former)
    rows: dict[tuple[str, int, str], tuple[datetime | None, str]] = {}
    for reference in references:
        number = listed_number(reference.named, former, known)
        if number is not None:
            record = f"history {reference.history_id}" if reference.kind == "history" else reference.kind
            name = keys.get(reference.issue_id, f"issue {reference.issue_id}")
            rows.setdefault((*number, f"{record} of {name}"), (reference.at, reference.kind))
    return mention_frame(
        (project, number, evidence, at, kind) for (project, number, evidence), (at, kind) in rows.items()
    )


def mention_frame(rows: Iterable[tuple[str, int, str, datetime | None, str]]) -> pd.DataFrame:
    """Make the frame of `mention_table` of (project, number, evidence, at, kind)."""
    columns = list(zip(*rows, strict=True)) or [()] * 5
    project, number, evidence, at, kind = columns
    frame = pd.DataFrame(
        {
            "key": pd.Series([f"{one}-{other}" for one, other in zip(project, number, strict=True)], dtype="str"),
            "project": pd.Series(project, dtype="str"),
            "number": pd.Series(number, dtype="int64"),
            "evidence": pd.Series(evidence, dtype="str"),
            "at": pd.Series(pd.DatetimeIndex(list(at), dtype="datetime64[us, UTC]")),
            "kind": pd.Series(kind, dtype="str"),
        }
    )
    return best_first(frame)


def best_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort mentions by project, number and kind; within one kind the newest first, ties by the evidence's text."""
    rank = frame["kind"].map({kind: place for place, kind in enumerate(KINDS)}).astype("int64")
    sorted_frame = frame.assign(_rank=rank).sort_values("evidence", kind="stable")
    sorted_frame = sorted_frame.sort_values("at", ascending=False, kind="stable")
    return sorted_frame.sort_values(["project", "number", "_rank"], kind="stable", ignore_index=True).drop(
        columns="_rank"
    )


def named_highest(project: str, *frames: pd.DataFrame | None) -> int | None:
    """Return the highest number of a project that any of the frames (columns project, number) names, or None."""
    numbers = [frame.loc[frame["project"] == project, "number"].max() for frame in frames if frame is not None]
    return max((int(number) for number in numbers if pd.notna(number)), default=None)


def _references(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (kind, key) of every issue that the fields of an issue refer to."""
    for link in _records(fields.get("issuelinks")):
        for side in ("inwardIssue", "outwardIssue"):
            if isinstance(link.get(side), Mapping):
                yield "link", link[side].get("key")
    parent = fields.get("parent")
    if isinstance(parent, Mapping):
        yield "parent", parent.get("key")
    for child in _records(fields.get("subtasks")):
        yield "sub-task", child.get("key")


def _records(value: Any) -> Iterable[Mapping[str, Any]]:
    """Return the records of a list; Jira leaves a field out, or gives null, where there is nothing."""
    return (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()


def _named_by(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the keys that a history entry's items of `NAMING_FIELDS` name, each once."""
    found: list[str] = []
    for item in items:
        kind = NAMING_FIELDS[item["field"]]
        if item.get("fieldtype", kind) != kind:
            continue
        texts = [item.get(part) for part in _PARTS]
        if item["field"] == "Link":
            texts = [_linked(item, "from"), _linked(item, "to")]
        found += [text for text in texts if is_key(text)]
    return list(dict.fromkeys(found))


def _linked(item: Mapping[str, Any], side: str) -> Any:
    """Return the key on one side of a link's item: bare in ``from`` and ``to``, else the last word of the sentence.

    The sentence before it holds the link type's own words, which an administrator may choose to look like a key.
    """
    if is_key(item.get(side)):
        return item[side]
    text = item.get(f"{side}String")
    return text.split()[-1] if isinstance(text, str) and text.split() else None
