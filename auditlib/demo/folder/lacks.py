"""What the records of a folder lack of what a Jira would tell, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from auditlib.demo.folder.shelf import Shelf
from auditlib.demo.folder.values import entries_of
from auditlib.demo.world.records import Issue


def take_out_loose_links(issues: Mapping[int, Issue]) -> Iterator[str]:
    """Take out links whose other end is not in the folder, and say of each issue how many those were."""
    keys = {issue.key for issue in issues.values()}
    for issue in issues.values():
        links = entries_of(issue.fields, "issuelinks")
        tied = [
            link for link in links if (link.get("inwardIssue") or link.get("outwardIssue") or {}).get("key") in keys
        ]
        if len(tied) < len(links):
            issue.fields = issue.fields | {"issuelinks": tied}
            yield f"{issue.key}: {len(links) - len(tied)} of {len(links)} links lead out of the folder"


_PARTS = {"comment": "comments", "worklog": "worklogs", "watches": "watchers", "votes": "votes"}


def list_lacks(issues: Collection[Issue], shelf: Shelf) -> Iterator[str]:
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
        (link.get("inwardIssue") or link.get("outwardIssue") or {}) for link in entries_of(issue.fields, "issuelinks")
    )
    return sum(end.get("key") not in keys for end in ends)
