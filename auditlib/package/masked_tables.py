"""A table of a package without names: people called by their pseudonyms, and what they wrote left out, column by column."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

from auditlib.audit.personal import BESIDE, GROUP, LEFT_OUT, PERSON_FIELDS, PLAIN_FIELDS, Holds, holds
from auditlib.audit.yearly.scope import PARAMETER
from auditlib.keys import ISSUE, is_key
from auditlib.package.people import Pseudonyms
from auditlib.tables import Table

_RECORD: Final = re.compile(
    rf"\blog \d{{4}}-\d\d-\d\dT[\d:.]+Z|\b(?:history|log|approval|comment|worklog) \d+(?: of {ISSUE})?"
    rf"|\b(?:link|parent) of {ISSUE}|\bcensus \d{{4}}-\d\d-\d\d"
)


def masked_frame(table: Table, frame: pd.DataFrame, called: Pseudonyms) -> pd.DataFrame:
    """Return a table with people called by their pseudonyms, and without what they wrote.

    Its rows are sorted anew where they stood in the order of names, which would tell something of them.
    """
    masked = frame.copy()
    for column in table.columns:
        kind = holds(table.name, column)
        if kind is not Holds.PLAIN and len(frame):
            masked[column.name] = pd.Series(
                _masked_cells(kind, column.name, frame, called), index=frame.index, dtype=frame[column.name].dtype
            )
    by = {column.name: holds(table.name, column) for column in table.columns}
    if any(by[name] is not Holds.PLAIN for name in table.sort_keys):
        return table.sort(masked)
    return _people_last(masked, frame) if {"control", "key"} <= by.keys() and by["key"] is Holds.WORDS else masked


def _people_last(masked: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Put the cases of a control that are people behind those that are issues, in the order of their pseudonyms."""
    person = (masked["key"] != frame["key"]).fillna(value=False)
    place = pd.Series(pd.factorize(frame["control"])[0], index=frame.index)
    order = pd.DataFrame({"place": place, "person": person, "key": masked["key"].where(person, "")})
    rows = order.sort_values(["place", "person", "key"], kind="stable").index
    return masked.loc[rows].reset_index(drop=True)


def _masked_cells(kind: Holds, name: str, frame: pd.DataFrame, called: Pseudonyms) -> list[Any]:
    """Return the cells of one column; a missing one stays missing, an empty one empty."""
    cells = frame[name].tolist()
    present = [isinstance(cell, str) and cell != "" for cell in cells]
    if kind is Holds.TEXT:
        return [LEFT_OUT if there else cell for cell, there in zip(cells, present, strict=True)]
    if kind is Holds.RECORDS:
        return [_records(cell) if there else cell for cell, there in zip(cells, present, strict=True)]
    if kind is Holds.CHANGED:
        ids = frame[name.removesuffix("_text")].tolist()
        fields = zip(frame["field_id"].tolist(), frame["field"].tolist(), strict=True)
        named = [field_id or field for field_id, field in fields]
        return [
            _changed(cell, field, numbered=isinstance(identity, str) and identity.isdigit(), called=called)
            if there
            else cell
            for cell, there, field, identity in zip(cells, present, named, ids, strict=True)
        ]
    if kind is Holds.SETTING:
        written = frame["figure"].str.startswith(PARAMETER).tolist()
        cells = [LEFT_OUT if there and one else cell for cell, there, one in zip(cells, present, written, strict=True)]
    if kind in {Holds.WORDS, Holds.SENTENCE, Holds.SETTING}:
        say = called.sentence if kind is Holds.SENTENCE else called.within
        known = {cell: say(cell) for cell, there in zip(cells, present, strict=True) if there}
        return [known.get(cell, cell) if there else cell for cell, there in zip(cells, present, strict=True)]
    beside = frame[BESIDE[name]].tolist() if BESIDE.get(name) in frame.columns else cells
    return [
        _called(cell, account, called) if there else cell
        for cell, there, account in zip(cells, present, beside, strict=True)
    ]


def _called(cell: str, account: Any, called: Pseudonyms) -> str:
    """Return what somebody is called; a group that stands where people do keeps its name."""
    if cell.startswith(GROUP):
        return called.within(cell)
    return called.of(account if isinstance(account, str) and account else cell)


def _records(cell: str) -> str:
    """Return the records of Jira that a sentence names, each once."""
    return "; ".join(dict.fromkeys(_RECORD.findall(cell))) or LEFT_OUT


def _changed(cell: str, field: str, *, numbered: bool, called: Pseudonyms) -> str:
    """Return what a field changed from or to, as far as it may be told.

    Jira's own fields have values with a number, which no text has that somebody wrote into a field of the same name.
    """
    if (field in PLAIN_FIELDS and numbered) or (field == "Key" and is_key(cell)):
        return cell
    return called.of(cell) if field in PERSON_FIELDS else LEFT_OUT
