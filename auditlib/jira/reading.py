"""Answers of Jira read with care: members that must be there, counts, instants, history entries that are sound. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlib.errors import AnswerError
from auditlib.responses.forms.form import sound
from auditlib.responses.forms.histories import Entry
from auditlib.responses.request import Request
from auditlib.times import history_instant, is_history_instant


@dataclass(frozen=True)
class Page:
    """One page of a search.

    Attributes
    ----------
    issues : sequence of mapping
        As received; may be empty although more follow.
    cursor : str or None
        What to ask for next; None on the last page.
    total : int or None
        What Jira says the whole search finds (Data Center only).
    is_last : bool
        Jira says that nothing follows, perhaps beside a cursor all the same (Cloud only).
    """

    issues: Sequence[Mapping[str, Any]]
    cursor: str | None
    total: int | None = None
    is_last: bool = False


@dataclass(frozen=True)
class Histories:
    """History entries by issue id, and the cursor of the next page; an issue may go on in the next answer.

    Attributes
    ----------
    by_issue : mapping of int to sequence of mapping
        As received, but for entries without a readable id or time, of which nothing can be said.
    cursor : str or None
        What to ask for next; None on the last page.
    partial : frozenset of int
        Issues of which this answer does not hold all entries although nothing more can be asked of the same kind: Jira
        counts more than it gives, or an entry can't be read.
    """

    by_issue: Mapping[int, Sequence[Mapping[str, Any]]]
    cursor: str | None = None
    partial: frozenset[int] = frozenset()


@dataclass(frozen=True)
class LogPage:
    """One page of the audit log.

    Attributes
    ----------
    records : sequence of mapping
        As received, newest first.
    cursor : str or None
        What to ask for next; None where the page names nothing.
    ended : bool
        The page says that nothing follows it.
    total : int or None
        What the page gives as ``total``, which Atlassian describes as "the number of audit items returned"; None where it
        gives none, or one that is known to count something else.
    """

    records: Sequence[Mapping[str, Any]]
    cursor: str | None = None
    ended: bool = False
    total: int | None = None


@dataclass(frozen=True)
class PartPage:
    """One page of the comments, worklogs, links, watchers or votes of an issue.

    Its records as received, what to ask for next (None after the last), and how many Jira says there are; None if it does
    not say. It is not ``whole`` if something stands among them that is no record, and is left out.
    """

    records: Sequence[Mapping[str, Any]]
    cursor: str | None
    total: int | None
    whole: bool = True


def require_records(answer: Mapping[str, Any], member: str, what: str) -> list[Mapping[str, Any]]:
    """Return a page's list of log records, each a JSON object."""
    records = answer[member]
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise AnswerError(f"{what}: '{member}' is not a list of records", expected="list", found=str(records)[:80])
    return records


def require_members(answer: Any, what: str, *names: str) -> Mapping[str, Any]:
    """Return the answer as a mapping that has these members.

    Raises
    ------
    AnswerError
        Naming what is missing.
    """
    if not isinstance(answer, dict):
        raise AnswerError(f"{what} is not a JSON object", expected="object", found=type(answer).__name__)
    missing = [name for name in names if name not in answer]
    if missing:
        raise AnswerError(f"{what} lacks {', '.join(missing)}", expected=", ".join(names), found=", ".join(answer))
    return answer


def require_issues(answer: Mapping[str, Any], what: str, *, ids_only: bool = False) -> list[Mapping[str, Any]]:
    """Return the list ``issues``, each with a numeric id and, unless only ids were asked for, a key."""
    issues = answer["issues"]
    if not isinstance(issues, list):
        raise AnswerError(f"{what}: 'issues' is not a list", expected="list", found=type(issues).__name__)
    for issue in issues:
        whole = isinstance(issue, dict) and whole_number(issue.get("id"), -1) >= 0
        if not (whole and (ids_only or isinstance(issue.get("key"), str))):
            raise AnswerError(f"{what} holds an issue without id and key", found=str(issue)[:80])
    return issues


def asks_for_ids_only(request: Request) -> bool:
    """Say whether a search asked for nothing but ids; Cloud then leaves the key out."""
    return list((request.body or {}).get("fields", [])) == ["id"]


def readable_instant(value: Any) -> datetime | None:
    """Return an instant (UTC) as a log or a history writes it, None if it can't be read."""
    try:
        return history_instant(value)
    except ValueError:
        return None


def whole_number(value: Any, otherwise: int) -> int:
    """Return a count as Jira writes it, as a number or as text; ``otherwise`` where it does not tell one."""
    text = str(value)
    return (
        int(text) if not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) < 19 else otherwise
    )


def count_of(answer: Mapping[str, Any], member: str) -> int:
    """Return a count that must be there.

    Raises
    ------
    AnswerError
        If it is no count.
    """
    count = whole_number(answer[member], -1)
    if count < 0:
        raise AnswerError(f"'{member}' is {str(answer[member])[:40]!r}, no count", expected="a count", found=member)
    return count


def sound_entries(entries: Any) -> tuple[list[Mapping[str, Any]], bool]:
    """Return the history entries that have their form and a readable time, each once, and whether those are all.

    Parameters
    ----------
    entries : object
        What stands where a list of history entries belongs; null and a missing list are an empty one.

    Returns
    -------
    entries : list of mapping
        As received; an entry that comes a second time, as at the seam of two pages (JRACLOUD-94906), is left out.
    whole : bool
        False if one was left out because it can't be read.
    """
    formed, whole = sound(entries, Entry)
    found = [entry for entry in formed if is_history_instant(entry["created"])]
    whole = whole and len(found) == len(formed)
    ids = [str(entry["id"]) for entry in found]
    if len(set(ids)) != len(ids):
        once: dict[str, Mapping[str, Any]] = {}
        for number, entry in zip(ids, found, strict=True):
            once.setdefault(number, entry)
        found = list(once.values())
    return found, whole


def next_token(body: Mapping[str, Any]) -> str | None:
    """Return the token of the next page; on the last page it is absent, null or empty."""
    token = body.get("nextPageToken")
    return None if token is None or token == "" else str(token)


def refuse_warnings(answer: Mapping[str, Any], what: str, member: str) -> None:
    """Refuse an answer that Jira itself calls incomplete."""
    if answer.get(member):
        message = f"{what} carries a warning, so it may be incomplete: {str(answer[member])[:200]}"
        raise AnswerError(message, found=str(answer[member])[:200])
