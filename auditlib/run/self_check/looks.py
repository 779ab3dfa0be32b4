"""Where the workbook shows a fault: a row of a table, a finding, or the sentence with which a run ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.errors import SourceError
from auditlib.evidence.opened import Evidence
from auditlib.run.self_check.fault import Seen
from auditlib.text import shorten

_LONGEST = 160

Look = Callable[[Seen, str], str]


def refused(*words: str) -> Look:
    """Return what looks for a run that ends with status 3 and says these words; ``KEY`` stands for the key."""

    def look(seen: Seen, key: str) -> str:
        said = str(seen.error or "")
        wanted = (word.replace("KEY", key) for word in words)
        if not isinstance(seen.error, SourceError) or not all(word in said for word in wanted):
            return ""
        return f"the run ends with status {seen.error.status}: {shorten(said.splitlines()[0], _LONGEST)}"

    return look


def gap(classification: str, *, record: str = "", possible: str = "") -> Look:
    """Return what looks for a missing number of this class, with a record of this kind and this among what is possible."""

    def look(seen: Seen, key: str) -> str:
        for row in _rows(seen, lambda evidence: evidence.numbers.gaps, key):
            told = "" if pd.isna(row["evidence"]) else str(row["evidence"])
            may_be = "" if pd.isna(row["possible"]) else str(row["possible"])
            if row["classification"] == classification and told.startswith(record) and possible in may_be:
                more = [
                    told,
                    "" if pd.isna(row["now_key"]) else f"now {row['now_key']}",
                    f"possible: {may_be}" if may_be else "",
                ]
                return f"gaps.csv: {key} {', '.join(filter(None, [classification, *more]))}"
        return ""

    return look


def deletion(seen: Seen, key: str) -> str:
    """Look for a deletion with its record, in both tables that tell of it."""
    missing = gap("deleted", record="log ")(seen, key)
    listed = _rows(seen, lambda evidence: evidence.table("deletions"), key)
    return f"{missing}; deletions.csv: {key}" if missing and listed else ""


def control(name: str, outcome: str) -> Look:
    """Return what looks for an outcome of a control of an issue."""

    def look(seen: Seen, key: str) -> str:
        for row in _rows(seen, lambda evidence: evidence.controls.table, key):
            if (row["control"], row["outcome"]) == (name, outcome):
                return f"controls.csv: {name}, {key}: {outcome}; {row['evidence']}"
        return ""

    return look


def finding(notebook: str, name: str, *, severity: str = "", names: str = "KEY") -> Look:
    """Return what looks among a notebook's findings for one of this severity, if one is given, whose statement names this."""

    def look(seen: Seen, key: str) -> str:
        wanted = names.replace("KEY", key)
        for one in _findings(seen, notebook):
            if one.id == name and severity in {"", one.severity} and wanted in one.statement:
                return f"findings.csv: {one.id} ({one.severity}): {shorten(one.statement, _LONGEST)}"
        return ""

    return look


def _findings(seen: Seen, notebook: str) -> Iterator[Finding]:
    evidence = seen.evidence
    for one in () if evidence is None else evidence.chapters:
        if one.chapter.notebook == notebook:
            yield from one.findings(evidence)


def left_out(seen: Seen, key: str) -> str:
    """Look for an issue that the filter leaves out."""
    rows = _rows(seen, lambda evidence: evidence.listing.excluded, key)
    return f"excluded.csv: {key}: filter" if any(row["reason"] == "filter" for row in rows) else ""


def history_break(seen: Seen, key: str) -> str:
    """Look for a history that does not lead back to the creation of its issue."""
    rows = _rows(seen, lambda evidence: evidence.history_breaks, key)
    return f"04_status: the history of {key} does not lead back to its creation" if rows else ""


def _rows(seen: Seen, table: Callable[[Evidence], pd.DataFrame], key: str) -> list[dict[str, object]]:
    """Return the rows of a table that are about a key."""
    if seen.evidence is None:
        return []
    frame = table(seen.evidence)
    rows: list[dict[str, object]] = frame[frame["key"] == key].to_dict("records")
    return rows
