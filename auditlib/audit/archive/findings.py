"""What the archive shows, in words: what of it is damaged, and what became of comments. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditlib.audit.finding import Finding
from auditlib.phrases import agreeing, counted, listed

_MOST = 5


def archive_findings(problems: Sequence[str], notebook: str) -> list[Finding]:
    """Say what of the archive is not what its chain says, so that it was not used.

    Parameters
    ----------
    problems : sequence of str
        One sentence or part of one each, naming the file.
    notebook : str
        That shows it.
    """
    if not problems:
        return []
    text = (
        f"The archive is damaged, and what is damaged was not used: {listed(list(problems), _MOST)}. What Jira has deleted "
        "since is shown by nothing else. Find out who changed it, and restore it from a copy."
    )
    return [Finding("scope.archive", notebook, "exception", text, len(problems), "")]


def archive_site_findings(sites: Sequence[str], site: str, notebook: str) -> list[Finding]:
    """Say that archives in the folder were made of another address than the one that was asked.

    Parameters
    ----------
    sites : sequence of str
        Addresses of which the archives were made.
    site : str
        The address of the parameters.
    notebook : str
        That shows it.
    """
    others = sorted({one for one in sites if one != site})
    if not others:
        return []
    text = (
        f"The folder of the archive holds archives of {listed(others, _MOST)}, and Jira was asked at {site}. If that is another "
        "Jira and not a former address of this one, the issues, records and comments that the archive names are not of this "
        "Jira: name the right folder in archive, and pull again."
    )
    return [Finding("scope.archive-site", notebook, "limit", text, len(others), "")]


def archived_comment_findings(facts: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Say which sampled issues have comments that the archive saw and Jira no longer shows, or shows with another text.

    Parameters
    ----------
    facts : sequence of mapping
        Of each dossier: key, comments_gone, comments_edited.
    """
    found = []
    gone = [one["key"] for one in facts if one["comments_gone"]]
    if gone:
        count = sum(one["comments_gone"] for one in facts)
        text = (
            f"{counted(count, 'comment')} of {counted(len(gone), 'issue')} {agreeing(count, 'was', 'were')} seen by the archive "
            f"and {agreeing(count, 'is', 'are')} not in Jira's answer: deleted, or hidden from this account. {listed(gone)}; "
            "between which times, comment_changes.csv of each record says. Ask who removed them, and why."
        )
        found.append(Finding("dossiers.comments-gone", "06_dossiers", "exception", text, len(gone), ""))
    edited = [one["key"] for one in facts if one["comments_edited"]]
    if edited:
        count = sum(one["comments_edited"] for one in facts)
        text = (
            f"{counted(count, 'comment')} of {counted(len(edited), 'issue')} had another text when the archive saw "
            f"{agreeing(count, 'it', 'them')}: {listed(edited)}; between which times, comment_changes.csv of each record says."
        )
        found.append(Finding("dossiers.comments-edited", "06_dossiers", "note", text, len(edited), ""))
    return found
