"""What answers to the keys of missing numbers: under which key, whether it is hidden, and which key was meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import pandas as pd

from auditlib.audit.numbering.key_search import common
from auditlib.evidence.digest import Digest, identifiers_of
from auditlib.records.issues import split_key
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic


def former_keys_told(
    responses: Iterable[tuple[Entry, Digest]], moves: pd.DataFrame, former: Mapping[str, Sequence[str]]
) -> tuple[dict[int, list[str]], dict[int, list[tuple[str, ...]]]]:
    """Return to which missing numbers' keys each issue answered under another key, and where that is not told.

    Jira answers with the issue and does not repeat the key that was asked for. Where more than one was asked for at
    once, the history's ``Key`` item says which it was, perhaps by a key that the project had before; where no history
    does, it is the one key that all other questions which the issue answered to have in common.

    Parameters
    ----------
    responses : iterable of (Entry, Digest)
        Those to missing numbers.
    moves : DataFrame
        Changes of keys, as ``moves.key_moves``.
    former : mapping of str to sequence of str
        The listed projects, each with the keys that it had before.

    Returns
    -------
    told : dict of int to list of str
        By issue id.
    left : dict of int to list of tuple of str
        By issue id, the keys of each question that the issue answered to and that holds none of those told.
    """
    names: dict[int, set[str]] = {}
    for issue, name in zip(moves["issue_id"].tolist(), moves["from_key"].tolist(), strict=True):
        project, _, number = name.rpartition("-")
        today = (f"{key}-{number}" for key, before in former.items() if project in before)
        names.setdefault(issue, set()).update((name, *today))
    answered: dict[int, list[tuple[str, ...]]] = {}
    for entry, digest in responses:
        asked = identifiers_of(entry)
        for issue, key in zip(digest.ids, digest.keys, strict=True):
            if key not in asked:
                answered.setdefault(issue, []).append(asked)
    told: dict[int, list[str]] = {}
    left: dict[int, list[tuple[str, ...]]] = {}
    for issue, questions in answered.items():
        known = names.get(issue, set())
        keys = dict.fromkeys(key for asked in questions for key in asked if len(asked) == 1 or key in known)
        silent = [asked for asked in questions if keys.keys().isdisjoint(asked)]
        if silent and len(shared := common(silent)) == 1:
            keys[shared[0]] = None
        elif silent:
            left[issue] = silent
        told[issue] = list(keys)
    return told, left


def hidden_keys(asked: Iterable[Entry], manner: Iterable[Entry], refused: Collection[int]) -> list[str]:
    """Return the keys of which Jira says that the account may not see them, where it tells that from keys that do not exist.

    Jira's manner is known from a key that surely does not exist: where that gets the same answer, nothing is told.

    Parameters
    ----------
    asked, manner : iterable of Entry
        Responses to missing numbers, and to keys that surely do not exist.
    refused : collection of int
        The statuses with which Jira may refuse a number.
    """
    usual = {read_topic(entry.topic).text("project"): entry.status for entry in manner}
    return sorted(
        key
        for entry in asked
        if entry.status in refused
        for key in identifiers_of(entry)
        if usual.get(split_key(key)[0]) not in {None, entry.status}
    )


def unlisted_keys(responses: Iterable[tuple[Entry, Digest]]) -> list[str]:
    """Return the keys that no walk listed and that answer nevertheless when asked for: Jira's search left them out."""
    return sorted(
        {key for entry, digest in responses for key in frozenset(identifiers_of(entry)).intersection(digest.keys)}
    )


def resolve_numbers(
    project: str, responses: Iterable[tuple[Entry, Digest]], told: Mapping[int, Sequence[str]]
) -> pd.DataFrame:
    """Return the missing numbers of a project that answer under another key: number, now_key, id, issue_type, created.

    Parameters
    ----------
    project : str
    responses : iterable of (Entry, Digest)
        Those to missing numbers.
    told : mapping of int to sequence of str
        As `former_keys_told` gives it.
    """
    rows: dict[int, tuple[int, str, int, str, datetime]] = {}
    for _, digest in responses:
        for issue, key in zip(digest.ids, digest.keys, strict=True):
            for old in told.get(issue, ()):
                found, number = split_key(old)
                if found == project:
                    rows[number] = (number, key, issue, digest.issue_types[issue], digest.created[issue])
    frame = pd.DataFrame(rows.values(), columns=["number", "now_key", "id", "issue_type", "created"])
    frame = frame.astype({"number": "int64", "id": "int64", "created": "datetime64[us, UTC]"})
    return frame.sort_values("number", ignore_index=True)
