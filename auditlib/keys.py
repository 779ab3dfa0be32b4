"""The form of project and issue keys, issue keys as records name them, and what they are called today. Pure.

Everything that reads, asks for or refuses a key takes its form from here.

A project that got another key keeps its numbers: the record that names ``INFRA-5`` is about what is ``OPS-5`` today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeGuard

import pandas as pd

from auditlib.errors import AnswerError

FormerKeys = Mapping[str, tuple[str, ...]]
"""Key of each listed project, with the keys that it had before."""

PROJECT: Final = "[A-Z][A-Z0-9_]*"
"""A project key: capital letters, digits and underscores, first a letter.

An administrator of Data Center chooses the form within these, so that none is refused for being short.
"""

NUMBER: Final = "[1-9][0-9]{0,17}"
"""The number of an issue in its project, which fits into 63 bits."""

ISSUE: Final = f"{PROJECT}-{NUMBER}"
"""An issue key."""

_PROJECT = re.compile(PROJECT)
_ISSUE = re.compile(f"({PROJECT})-({NUMBER})")

_DIGITS_IN_RECORDS = 12
"""A number with more digits that a record names was never given out: all up to the highest one named are asked for."""


def former_keys(answers: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Read which keys the projects had before.

    Parameters
    ----------
    answers : iterable of mapping
        Answers to ``project/{key}?expand=projectKeys``; where ``projectKeys`` is missing, none are known.

    Returns
    -------
    dict of str to tuple of str
        Every project by its key of today; its former keys, sorted.

    Raises
    ------
    AnswerError
        If an answer has no key, or ``projectKeys`` is no list of texts.
    """
    known: dict[str, tuple[str, ...]] = {}
    for answer in answers:
        key, before = answer.get("key"), answer.get("projectKeys") or []
        if not isinstance(key, str):
            raise AnswerError("an answer about a project has no key", expected="key", found=", ".join(answer))
        if not (isinstance(before, list) and all(isinstance(one, str) for one in before)):
            raise AnswerError(
                f"projectKeys of {key} is no list of keys", expected="list of text", found=str(before)[:80]
            )
        known[key] = tuple(sorted(set(before) - {key}))
    return known


def renames(former: FormerKeys) -> dict[str, str]:
    """Return today's project key for every former one that means one project and no other.

    Left out are a key that is a listed project's own today, because Jira lets a project take a key that another one
    gave up and never gives the numbers used under it out again (so such a record is about the key as it stands), and a
    key that two projects claim.
    """
    owners: dict[str, set[str]] = {}
    for today, before in former.items():
        for key in before:
            owners.setdefault(key, set()).add(today)
    return {key: min(today) for key, today in sorted(owners.items()) if len(today) == 1 and key not in former}


def reused(former: FormerKeys) -> dict[str, str]:
    """Return the listed projects whose key another listed project had before, and which one that was."""
    return {key: today for today, before in sorted(former.items()) for key in before if key in former}


def today_keys(keys: pd.Series, former: FormerKeys) -> pd.Series:
    """Return what each issue key of a column is called today: ``INFRA-5`` is ``OPS-5`` if ``OPS`` was ``INFRA``.

    What is no issue key, or of no former project key, is returned as it is, and a missing one stays missing.
    """
    known = renames(former)
    if not known:
        return keys
    return keys.map(lambda key: _renamed(key, known) if isinstance(key, str) else key).astype(keys.dtype)


def listed_number(text: Any, former: FormerKeys, known: Mapping[str, str]) -> tuple[str, int] | None:
    """Read a text that is an issue key of a listed project, of today or before, and nothing else.

    Parameters
    ----------
    text : any
        As a record has it. ``PAY-5`` is one, ``blocks PAY-5`` and ``PAY-05`` are none.
    former : mapping
        The listed projects.
    known : mapping
        From `renames`, made once by the caller.

    Returns
    -------
    (str, int) or None
        Today's project key and the number.
    """
    found = parts(text)
    if found is None or len(found[1]) > _DIGITS_IN_RECORDS:
        return None
    project = known.get(found[0], found[0])
    return (project, int(found[1])) if project in former else None


def parts(text: object) -> tuple[str, str] | None:
    """Return project key and number of an issue key, both as text; None if it is none."""
    found = _ISSUE.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else (found[1], found[2])


def is_key(text: object) -> TypeGuard[str]:
    """Say whether a text is an issue key, of whatever project, and nothing else."""
    return parts(text) is not None


def addresses(base_url: str, keys: pd.Series) -> pd.Series:
    """Return where each issue key opens in a Jira, whose address is given with or without a slash at its end."""
    return base_url.rstrip("/") + "/browse/" + keys


def is_project_key(text: object) -> TypeGuard[str]:
    """Say whether a text is a project key and nothing else."""
    return isinstance(text, str) and _PROJECT.fullmatch(text) is not None


def _renamed(key: str, known: Mapping[str, str]) -> str:
    project, dash, number = key.rpartition("-")
    return f"{known[project]}-{number}" if dash and project in known else key


def project_state(project: Mapping[str, Any]) -> str | None:
    """Return ``archived`` or ``in the trash`` of a project as received, None of one that is live.

    Notes
    -----
    Atlassian's description of a project has ``archived`` and ``deleted``; no text that we know promises that a search finds
    the issues of such a project.
    """
    if project.get("deleted") is True:
        return "in the trash"
    return "archived" if project.get("archived") is True else None
