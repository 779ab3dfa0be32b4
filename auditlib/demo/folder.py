"""A folder of real Jira issues as a world for the embedded Jira. Nothing that the data lacks is invented.

Read are ``*.json``, ``*.jsonl`` and ``*.jsonl.gz``, in all sub-folders. A record is an issue if it has ``id``, ``key``
and ``fields.created``; search pages and lists are opened; everything else is ignored, and named with its reason.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from auditlib.demo.world.records import (
    Attachment,
    Comment,
    Filter,
    History,
    Issue,
    LogRecord,
    Project,
    User,
    Worklog,
    World,
)
from auditlib.errors import UsageError
from auditlib.keys import is_key

"""A key as Jira's own default pattern allows it; what does not match could not be asked for later."""

AUDITOR = User(
    account_id="712020:00000000-0000-4000-8000-00000000a0d1",
    key="JIRAUSER10000",
    name="auditor",
    display_name="Audra Sampledraw",
    email="auditor@example.com",
)
"""The made-up account that asks."""

PASSWORD = "demo-token-not-a-secret"  # noqa: S105  opens nothing but the embedded Jira


@dataclass(frozen=True)
class Folder:
    """What a folder held.

    Attributes
    ----------
    world : World
        The issues, and the projects, people, types, statuses, resolutions found in them. No audit log.
    ignored : tuple of str
        What was left out: file, line or item, reason.
    first_day, last_day : date
        First and last day created, in UTC.
    projects : tuple of str
        Project keys of the issues, sorted.
    notes : tuple of str
        Issues whose record says that it holds less than Jira had (history, comments).
    """

    world: World
    ignored: tuple[str, ...]
    first_day: date
    last_day: date
    projects: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where a record stood: ``text`` and a ``position`` (line or item, from 1; None for the whole file)."""

    text: str
    position: int | None = None

    def __str__(self) -> str:
        return self.text if self.position is None else f"{self.text}{self.position}"


@dataclass
class _Shelf:
    """What has been read so far: issues, and what was left out with its reason.

    ``cut`` holds, by kind of record, of each list that is shorter than its own count how many it holds, and of how many;
    ``without_history`` the ids of issues whose record brings no history.
    """

    issues: dict[int, tuple[Issue, _Place]] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    ignored: list[tuple[_Place, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cut: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    without_history: set[int] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)

    def ignore(self, place: _Place, reason: str) -> None:
        self.ignored.append((place, reason))

    def put(self, issue: Issue, place: _Place) -> None:
        """Keep an issue; of two with the same id or the same key the one updated later, of equals the first."""
        holders = {
            holder: self.issues[holder] for holder in (issue.id, self.keys.get(issue.key)) if holder in self.issues
        }
        for other, where in holders.values():
            if other.updated >= issue.updated:
                self.ignore(place, _again(issue, other, where))
                return
        for other, where in holders.values():
            self.ignore(where, _again(other, issue, place))
            del self.issues[other.id]
            self.keys.pop(other.key, None)
        self.issues[issue.id] = (issue, place)
        self.keys[issue.key] = issue.id


def _again(loser: Issue, winner: Issue, where: _Place) -> str:
    same = f"id {loser.id}" if loser.id == winner.id else f"key {loser.key}"
    return f"{loser.key} has the same {same} as {winner.key} at {where}, which was updated later or read first"


def load_folder(path: Path) -> Folder:
    """Read a folder of issue JSON.

    Parameters
    ----------
    path : Path
        The folder; its sub-folders are read too, in the order of their names.

    Returns
    -------
    Folder
        The world, what was ignored, and the scope that follows from the data.

    Raises
    ------
    UsageError
        If the folder is not there, or holds no issue.

    Notes
    -----
    Jira writes ids as text; they become numbers. ``fields`` are kept as received, but for links to issues that are not in
    the folder: Jira shows a link only as long as the account sees the issue at its other end, and this Jira has no other.
    """
    if not path.is_dir():
        raise UsageError(f"{path} is not a folder; name one that holds Jira issues as .json, .jsonl or .jsonl.gz")
    shelf = _Shelf()
    for file in sorted((file for file in path.rglob("*") if file.is_file()), key=lambda file: file.as_posix()):
        _read_file(file, file.relative_to(path).as_posix(), shelf)
    ignored = _merged(shelf.ignored)
    if not shelf.issues:
        seen = f"; ignored: {ignored[0]}" if ignored else "; it is empty"
        raise UsageError(f"{path} holds no Jira issue (id, key and fields.created){seen}")
    issues = {number: issue for number, (issue, _) in sorted(shelf.issues.items())}
    days = [issue.created.date() for issue in issues.values()]
    world = _world(issues, shelf.names, path.name)
    world.lacks = tuple(_lacks(issues.values(), shelf))
    shelf.notes += _without_loose_links(issues)
    return Folder(
        world=world,
        ignored=ignored,
        first_day=min(days),
        last_day=max(days),
        projects=tuple(sorted({issue.project for issue in issues.values()})),
        notes=tuple(shelf.notes),
    )


# Reading


def _read_file(file: Path, name: str, shelf: _Shelf) -> None:
    lower = name.lower()
    try:
        if lower.endswith(".json"):
            _read_record(_json(file.read_text("utf-8-sig")), _Place(name), shelf)
        elif lower.endswith((".jsonl", ".jsonl.gz")):
            for place, line in _lines(file, name, shelf):
                _read_line(place, line, shelf)
        else:
            shelf.ignore(_Place(name), "neither .json nor .jsonl nor .jsonl.gz")
    except (ValueError, RecursionError) as error:
        shelf.ignore(_Place(name), f"not JSON ({_short(error)})")
    except OSError as error:
        shelf.ignore(_Place(name), f"can't be read ({_short(error)})")


def _lines(file: Path, name: str, shelf: _Shelf) -> Iterator[tuple[_Place, bytes]]:
    """Yield the lines that hold something. A compressed file that ends early gives what it still holds."""
    number = 0
    with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as stream:
        try:
            for number, line in enumerate(stream, 1):  # the last number is told if the file breaks off
                if line.strip():
                    yield _Place(f"{name}:", number), line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            shelf.ignore(_Place(name), f"can't be unpacked after line {number} ({_short(error)})")


def _read_line(place: _Place, line: bytes, shelf: _Shelf) -> None:
    try:
        record = _json(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        shelf.ignore(place, f"not JSON ({_short(error)})")
    else:
        _read_record(record, place, shelf)


def _json(text: str) -> Any:
    """Decode JSON; what Python's reader takes and JSON does not know (NaN, Infinity, 1e999) could not be served again."""
    return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a number in JSON")
    return number


def _read_record(record: Any, place: _Place, shelf: _Shelf) -> None:
    """Take one decoded record: an issue, a search page, a list of issues, or something to name."""
    page = record.get("issues") if isinstance(record, dict) and "key" not in record else record
    if isinstance(page, list):
        if isinstance(record, dict) and isinstance(record.get("names"), dict):
            shelf.names.update({k: v for k, v in record["names"].items() if isinstance(v, str)})
        if not page:
            shelf.ignore(place, "an empty list")
        for number, item in enumerate(page, 1):
            _take(item, _Place(f"{place}, item ", number), shelf)
    else:
        _take(record, place, shelf)


def _take(record: Any, place: _Place, shelf: _Shelf) -> None:
    if not isinstance(record, dict):
        shelf.ignore(place, "not an issue (not an object)")
        return
    try:
        issue = _issue(record)
    except ValueError as error:
        shelf.ignore(place, f"not an issue ({error})")
        return
    issue.histories = list(_histories(record, place, issue, shelf))
    _note_missing(record, issue, shelf)
    shelf.put(issue, place)


def _issue(record: Mapping[str, Any]) -> Issue:
    """Turn a record into an issue, or say what it lacks."""
    fields = record.get("fields")
    created = fields.get("created") if isinstance(fields, dict) else None
    lacks = [
        name
        for name, value in (("id", record.get("id")), ("key", record.get("key")), ("fields.created", created))
        if value is None
    ]
    if lacks or not isinstance(fields, dict):
        raise ValueError(f"no {', no '.join(lacks)}")
    key = record["key"]
    if not is_key(key):
        raise ValueError(f"key {_short(key)} is not a Jira key")
    begun = _instant(created)
    return Issue(
        id=_number(record["id"]),
        key=key,
        created=begun,
        updated=begun if fields.get("updated") is None else _instant(fields["updated"]),
        fields=fields,
        comments=list(_comments(fields)),
        worklogs=list(_worklogs(fields)),
        attachments=list(_attachments(fields)),
        raw=True,
    )


def _histories(record: Mapping[str, Any], place: _Place, issue: Issue, shelf: _Shelf) -> Iterator[History]:
    for number, entry in enumerate(_entries(record.get("changelog"), "histories"), 1):
        try:
            yield History(
                _number(entry.get("id")),
                _instant(entry.get("created")),
                _object(entry, "author"),
                tuple(_entries(entry, "items")),
            )
        except ValueError as error:
            shelf.ignore(place, f"history entry {number} of {issue.key} ({error})")


def _comments(fields: Mapping[str, Any]) -> Iterator[Comment]:
    for entry in _entries(fields.get("comment"), "comments"):
        try:
            created = _instant(entry.get("created"))
            yield Comment(
                id=_number(entry.get("id")),
                author=_object(entry, "author"),
                created=created,
                updated=_instant(entry["updated"]) if entry.get("updated") else created,
                update_author=_object(entry, "updateAuthor"),
                body=_text(entry.get("body")),
                visibility=_object(entry, "visibility"),
            )
        except ValueError:
            continue  # it stays in ``fields``, which are served as received


def _worklogs(fields: Mapping[str, Any]) -> Iterator[Worklog]:
    for entry in _entries(fields.get("worklog"), "worklogs"):
        try:
            created = _instant(entry.get("created"))
            yield Worklog(
                id=_number(entry.get("id")),
                author=_object(entry, "author"),
                created=created,
                updated=_instant(entry["updated"]) if entry.get("updated") else created,
                started=_instant(entry["started"]) if entry.get("started") else created,
                seconds=_number(entry.get("timeSpentSeconds")),
                comment=_text(entry.get("comment")),
            )
        except ValueError:
            continue  # as above


def _attachments(fields: Mapping[str, Any]) -> Iterator[Attachment]:
    for entry in _entries(fields, "attachment"):
        try:
            yield Attachment(
                id=_number(entry.get("id")),
                filename=str(entry.get("filename", "")),
                author=_object(entry, "author"),
                created=_instant(entry.get("created")),
                mime_type=str(entry.get("mimeType", "application/octet-stream")),
                content=None,
                size=_number(entry.get("size")),
            )
        except ValueError:
            continue  # as above


def _note_missing(record: Mapping[str, Any], issue: Issue, shelf: _Shelf) -> None:
    """Note where Jira's own count says that the record holds only a part."""
    fields = record["fields"]
    for what, holder, name in (
        ("history entries", record.get("changelog"), "histories"),
        ("comments", fields.get("comment"), "comments"),
        ("worklogs", fields.get("worklog"), "worklogs"),
    ):
        total = holder.get("total") if isinstance(holder, dict) else None
        held = len(_entries(holder, name))
        if isinstance(total, int) and total > held:
            shelf.notes.append(f"{issue.key}: {held} of {total} {what}")
            shelf.cut.setdefault(what, []).append((held, total))
    if not isinstance(record.get("changelog"), dict):
        shelf.without_history.add(issue.id)


# The small conversions


def _entries(holder: Any, name: str) -> list[dict[str, Any]]:
    values = holder.get(name) if isinstance(holder, dict) else None
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _object(holder: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = holder.get(name)
    return value if isinstance(value, dict) else None


def _number(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return int(value)
    raise ValueError(f"{_short(value)} is not a number")


def _instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is not None:  # a time without an offset is no instant
            return instant.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(f"{_short(value)} is not a time with an offset")


def _text(value: Any) -> str:
    """Give text as it is; of Atlassian's document format (v3) the words."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    if value.get("type") == "text":
        return str(value.get("text", ""))
    between = "\n" if value.get("type") == "doc" else ""
    return between.join(_text(part) for part in _entries(value, "content"))


def _short(value: object) -> str:
    text = str(value) if isinstance(value, BaseException) else repr(value)
    text = text or type(value).__name__
    return text if len(text) <= 60 else f"{text[:57]}..."


def _without_loose_links(issues: Mapping[int, Issue]) -> Iterator[str]:
    """Take out links whose other end is not in the folder, and say of each issue how many those were."""
    keys = {issue.key for issue in issues.values()}
    for issue in issues.values():
        links = _entries(issue.fields, "issuelinks")
        tied = [
            link for link in links if (link.get("inwardIssue") or link.get("outwardIssue") or {}).get("key") in keys
        ]
        if len(tied) < len(links):
            issue.fields = issue.fields | {"issuelinks": tied}
            yield f"{issue.key}: {len(links) - len(tied)} of {len(links)} links lead out of the folder"


_PARTS = {"comment": "comments", "worklog": "worklogs", "watches": "watchers", "votes": "votes"}


def _lacks(issues: Collection[Issue], shelf: _Shelf) -> Iterator[str]:
    """Say in sentences what the records lack of what a Jira would tell. To be called before loose links are taken out."""
    total = len(issues)
    yield (
        f"{'The issue comes' if total == 1 else f'The {total:,} issues come'} from files, served by an embedded Jira, not from "
        f"the Jira that holds {'it' if total == 1 else 'them'}: what the "
        "files lack can't be known here, and who may see or change what is not told"
    )
    yield "There is no audit log, so that no deletion can be shown"
    silent = sum(issue.id in shelf.without_history for issue in issues)
    if silent:
        yield f"{_without(silent, total, 'a history')}: nothing of {'its' if silent == 1 else 'their'} past can be shown"
    for what, lists in sorted(shelf.cut.items()):
        held, there = sum(held for held, _ in lists), sum(there for _, there in lists)
        come = f"{len(lists):,} of {_counted(total, 'issue')} {'comes' if len(lists) == 1 else 'come'}"
        yield f"{come} with fewer {what} than Jira's own count says: {held:,} of {there:,}"
    keys = {issue.key for issue in issues}
    loose = [_loose(issue, keys) for issue in issues]
    if any(loose):
        count, holders = sum(loose), sum(map(bool, loose))
        lead = "1 link leads" if count == 1 else f"{count:,} links lead"
        yield f"{lead} out of the files, from {_counted(holders, 'issue')}, and {'is' if count == 1 else 'are'} not shown"
    for name, what in _PARTS.items():
        absent = sum(not isinstance(issue.fields.get(name), dict) for issue in issues)
        if absent:
            yield f"{_without(absent, total, what)}: whether there are any is not known"
    files = sum(len(issue.attachments) for issue in issues)
    if files:
        yield f"Of {_counted(files, 'attachment')} the record is there, and no file"


def _without(count: int, total: int, what: str) -> str:
    if count == total:
        return f"{'The issue comes without' if total == 1 else 'No issue comes with'} {what}"
    return f"{count:,} of {_counted(total, 'issue')} {'comes' if count == 1 else 'come'} without {what}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _loose(issue: Issue, keys: Collection[str]) -> int:
    """Count the links of an issue whose other end is not among the keys."""
    ends = (
        (link.get("inwardIssue") or link.get("outwardIssue") or {}) for link in _entries(issue.fields, "issuelinks")
    )
    return sum(end.get("key") not in keys for end in ends)


def _merged(ignored: Iterable[tuple[_Place, str]]) -> tuple[str, ...]:
    """Put neighbours with the same reason on one line: ``file:1-279: reason``."""
    runs: list[tuple[str, int | None, int | None, str]] = []
    for place, reason in ignored:
        if runs and place.position is not None:
            text, first, last, known = runs[-1]
            if (text, known) == (place.text, reason) and last is not None and last + 1 == place.position:
                runs[-1] = (text, first, place.position, known)
                continue
        runs.append((place.text, place.position, place.position, reason))
    lines = []
    for text, first, last, reason in runs:
        where = "" if first is None else str(first) if first == last else f"{first}-{last}"
        lines.append(f"{text}{where}: {reason}")
    return tuple(lines)


# The world that follows from the issues


def _world(issues: dict[int, Issue], names: Mapping[str, str], title: str) -> World:
    filters: dict[int, Filter] = {}
    log: list[LogRecord] = []  # such data has none, and none is made up
    everything = [
        fields for issue in issues.values() for fields in (issue.fields, *_neighbours(issue.fields)) if fields
    ]
    return World(
        base_url="https://jira.invalid",  # RFC 2606: resolves nowhere
        title=title or "issues",
        account=AUDITOR,
        password=PASSWORD,
        server_zone="UTC",
        powers=frozenset({"BROWSE_PROJECTS", "USER_PICKER"}),
        users=_users(issues.values()),
        projects=_projects(issues.values()),
        issues=issues,
        moved_keys=_moved_keys(issues),
        issue_types=_distinct(fields.get("issuetype") for fields in everything),
        statuses=_distinct(fields.get("status") for fields in everything),
        resolutions=_distinct(fields.get("resolution") for fields in everything),
        priorities=_distinct(fields.get("priority") for fields in everything),
        link_types=_distinct(link.get("type") for fields in everything for link in _entries(fields, "issuelinks")),
        field_names=_field_names(issues.values(), names),
        filters=filters,
        log=log,
    )


def _neighbours(fields: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the short fields of parent, sub-tasks and linked issues, which also name types and statuses."""
    near = [fields.get("parent"), *_entries(fields, "subtasks")]
    for link in _entries(fields, "issuelinks"):
        near += [link.get("inwardIssue"), link.get("outwardIssue")]
    for one in near:
        if isinstance(one, dict) and isinstance(one.get("fields"), dict):
            yield one["fields"]


def _distinct(values: Iterable[Any]) -> list[dict[str, Any]]:
    """Give each record once, by id, in the order of ids."""
    found: dict[str, dict[str, Any]] = {}
    for value in values:
        if isinstance(value, dict) and value.get("id") is not None:
            found.setdefault(str(value["id"]), value)
    return [found[name] for name in sorted(found, key=lambda name: (len(name), name))]


def _users(issues: Iterable[Issue]) -> dict[str, User]:
    users = {AUDITOR.account_id: AUDITOR}
    for issue in issues:
        _gather_users(issue.fields, users)
        for history in issue.histories:
            _gather_users(history.author, users)
    return users


def _gather_users(value: Any, users: dict[str, User]) -> None:
    """Walk through JSON of any depth; what has a ``displayName`` and a name of its own is a person or an app."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            user = _user(one)
            if user is None:
                waiting.extend(one.values())
            else:
                users.setdefault(user.account_id, user)


def _user(value: Mapping[str, Any]) -> User | None:
    shown = value.get("displayName")
    known = [value[name] for name in ("accountId", "key", "name") if isinstance(value.get(name), str) and value[name]]
    if not isinstance(shown, str) or not known:
        return None
    key = value.get("key") or known[0]
    return User(
        account_id=known[0],
        key=key,
        name=value.get("name") or key,
        display_name=shown,
        email=str(value.get("emailAddress") or ""),
        active=value.get("active") is not False,
        time_zone=str(value.get("timeZone") or "UTC"),
        account_type=str(value.get("accountType") or "atlassian"),
    )


def _projects(issues: Iterable[Issue]) -> dict[str, Project]:
    """Collect the projects; a record says its project's id and name, where it does not the key must do."""
    found: dict[str, Project] = {}
    taken: set[int] = set()
    for issue in issues:
        if issue.project in found:
            continue
        record = issue.fields.get("project")
        record = record if isinstance(record, dict) and record.get("key") == issue.project else {}
        try:
            number = _number(record.get("id"))
        except ValueError:
            number = 0
        while not number or number in taken:  # unknown, or of another site with the same number
            number = max(1_000_000, number) + 1
        taken.add(number)
        style = "next-gen" if record.get("simplified") is True else "classic"
        found[issue.project] = Project(
            id=number, key=issue.project, name=str(record.get("name") or issue.project), lead="", style=style
        )
    return dict(sorted(found.items()))


def _moved_keys(issues: Mapping[int, Issue]) -> dict[str, int]:
    """Find the keys that issues once had, in their own history; the later move wins."""
    present = {issue.key for issue in issues.values()}
    moves = sorted(
        (history.created, history.id, str(item.get("fromString")), issue.id)
        for issue in issues.values()
        for history in issue.histories
        for item in history.items
        if item.get("field") == "Key"
    )
    return {old: number for _, _, old, number in moves if is_key(old) and old not in present}


def _field_names(issues: Iterable[Issue], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """List the fields seen; a name is known from a search page, else from a history item, else it is the id."""
    known: dict[str, str] = {}
    for issue in issues:
        known.update(dict.fromkeys((name for name in issue.fields if name not in known), ""))
        for history in issue.histories:
            for item in history.items:
                if isinstance(item.get("fieldId"), str) and item.get("field"):
                    known[item["fieldId"]] = str(item["field"])
    return [
        {"id": name, "key": name, "name": names.get(name) or known[name] or name, "custom": name.startswith("custom")}
        for name in sorted(known)
    ]
