"""A folder of real Jira issues as a world for the embedded Jira. Nothing that the data lacks is invented.

Read are ``*.json``, ``*.jsonl`` and ``*.jsonl.gz``, in all sub-folders. A record is an issue if it has ``id``, ``key``
and ``fields.created``; search pages and lists are opened; everything else is ignored, and named with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from auditlib.demo.folder.lacks import list_lacks, take_out_loose_links
from auditlib.demo.folder.read import read_file
from auditlib.demo.folder.shelf import Shelf, merge_ignored
from auditlib.demo.folder.world import world_of
from auditlib.demo.world.records import World
from auditlib.errors import UsageError


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
    shelf = Shelf()
    for file in sorted((file for file in path.rglob("*") if file.is_file()), key=lambda file: file.as_posix()):
        read_file(file, file.relative_to(path).as_posix(), shelf)
    ignored = merge_ignored(shelf.ignored)
    if not shelf.issues:
        seen = f"; ignored: {ignored[0]}" if ignored else "; it is empty"
        raise UsageError(f"{path} holds no Jira issue (id, key and fields.created){seen}")
    issues = {number: issue for number, (issue, _) in sorted(shelf.issues.items())}
    days = [issue.created.date() for issue in issues.values()]
    world = world_of(issues, shelf.names, path.name)
    world.lacks = tuple(list_lacks(issues.values(), shelf))
    shelf.notes += take_out_loose_links(issues)
    return Folder(
        world=world,
        ignored=ignored,
        first_day=min(days),
        last_day=max(days),
        projects=tuple(sorted({issue.project for issue in issues.values()})),
        notes=tuple(shelf.notes),
    )
