"""Moves: every change of an issue's key that a history names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from auditlib.deep_json import as_text
from auditlib.records.history import readable_id
from auditlib.records.issues import person_name
from auditlib.records.transitions import instant_or_none


def key_moves(changelogs: Iterable[tuple[int, Sequence[Mapping[str, Any]]]]) -> pd.DataFrame:
    """List the changes of issue keys: the one trace that a move to another project leaves in a history.

    Parameters
    ----------
    changelogs : iterable of (int, sequence of mapping)
        Issue id and its history entries as received, in any order; an entry received twice counts once.

    Returns
    -------
    DataFrame, shape (n, 6)
        issue_id, at (UTC), history_id, from_key, to_key, author (None where Jira names nobody); sorted by at,
        history_id, issue_id.

    Notes
    -----
    An entry whose time can't be read has none here, and one whose id can't be read names no record and is left out.

    The item has ``field`` "Key" and no ``fieldId``, on Cloud as on Data Center; a custom field may carry the same name.
    """
    moves: dict[tuple[int, int, str, str], tuple[datetime | None, str | None]] = {}
    for issue_id, histories in changelogs:
        for history in histories:
            for item in history.get("items") or ():
                history_id = readable_id(history.get("id"))
                if item.get("field") != "Key" or item.get("fieldtype", "jira") != "jira" or history_id is None:
                    continue
                at = instant_or_none(history.get("created"))
                move = (issue_id, history_id, as_text(item.get("fromString")), as_text(item.get("toString")))
                moves[move] = (at, person_name(history.get("author")))
    columns = {
        "issue_id": pd.Series([move[0] for move in moves], dtype="int64"),
        "at": pd.Series(pd.DatetimeIndex([at for at, _ in moves.values()], dtype="datetime64[us, UTC]")),
        "history_id": pd.Series([move[1] for move in moves], dtype="int64"),
        "from_key": pd.Series([move[2] for move in moves], dtype="str"),
        "to_key": pd.Series([move[3] for move in moves], dtype="str"),
        "author": pd.Series([author for _, author in moves.values()], dtype="str"),
    }
    return pd.DataFrame(columns).sort_values(["at", "history_id", "issue_id"], kind="stable", ignore_index=True)
