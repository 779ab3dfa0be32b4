"""What became of sampled issues between the reading of the population and the reading of their records. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from auditlib.dossier.parts import Absent, is_later
from auditlib.dossier.record import Dossier
from auditlib.records.history import time_of
from auditlib.tables import Column, Table

SAMPLE_CHANGES: Final = Table(
    "sample_changes",
    "What became of the sampled issues between the reading of the population and of their records.",
    (
        Column("key", "text", "Key of the sampled issue in the population."),
        Column("change", "text", "What happened since the population was read: gone, moved or edited."),
        Column("at", "instant", "When it was changed last, in the audit's time zone; empty for an issue that is gone."),
        Column("now_key", "text", "The key to which it answers now."),
        Column("evidence", "text", "Jira's record that shows it."),
    ),
)


def changes_since(
    sample: pd.DataFrame, dossiers: Iterable[Dossier], absent: Sequence[Absent], zone: ZoneInfo
) -> pd.DataFrame:
    """Compare each sampled issue's record with its row of the population.

    Parameters
    ----------
    sample : DataFrame, shape (n, k)
        ``sample.csv``.
    dossiers : iterable of Dossier
        Records of the sampled issues, by the keys of the population.
    absent : sequence of Absent
        Keys that did not answer.
    zone : ZoneInfo
        The audit's.

    Returns
    -------
    DataFrame
        ``sample_changes.csv``, in drawing order: a row for an issue that is gone, has moved, or was changed.
    """
    records = {one.asked: one for one in dossiers}
    gone = {one.asked: one.said for one in absent}
    rows: list[tuple[str, str, datetime | None, str | None, str]] = []
    for row in sample.itertuples():
        key = str(row.key)
        record = records.get(key)
        if record is None:
            if key in gone:
                rows.append((key, "gone", None, None, f"Jira says: {gone[key]}"))
            continue
        updated = time_of(record.fields["updated"].raw, zone) if "updated" in record.fields else ""
        if record.moved:
            moves = [change for change in record.changes if change.field == "Key" and change.after_text == record.key]
            at = moves[-1].at if moves and isinstance(moves[-1].at, datetime) else None
            shown = f"history {moves[-1].history_id}" if moves else "the key that it answers to"
            rows.append((key, "moved", at, record.key, shown))
        elif isinstance(updated, datetime) and not pd.isna(row.updated) and updated > row.updated:
            rows.append((key, "edited", updated, record.key, _what(record, row.updated)))
    return SAMPLE_CHANGES.make(rows, zone)


def _what(record: Dossier, since: pd.Timestamp) -> str:
    """Name what was changed since an instant, as far as Jira shows it."""
    shown = list(dict.fromkeys(f"history {one.history_id}" for one in record.changes if is_later(one.at, since)))
    shown += [f"comment {one.id}" for one in record.comments if is_later(one.updated, since)]
    return ", ".join(shown) or "the time of the last change, without a history entry or comment that shows it"
