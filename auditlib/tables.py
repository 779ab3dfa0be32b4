r"""The columns of each table, and how a frame becomes the bytes of a CSV file. Pure.

Bytes are canonical, so that equal answers of Jira give equal files: RFC 4180 quoting where it is needed and nowhere
else, LF, UTF-8 without BOM, a header row, the contract's columns first. The quoting is done here, not by the ``csv``
module, whose minimal quoting differs between Python versions (3.11 leaves a lone CR bare, which splits a row).

Text that no file can hold is shown as an escape of six characters, one way: a lone surrogate as ``\ud800``, NUL as
``\u0000``. All other characters stay as they are. The raw responses keep the original.

A text whose first character is ``=``, ``+``, ``-``, ``@``, TAB or CR gets a leading apostrophe, so that a spreadsheet
doesn't take it for a formula. Who reads the file takes it off again; so a text that itself starts with an apostrophe and one of
these comes back without the apostrophe.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from auditlib.times import format_instants

Kind = Literal["text", "integer", "fraction", "instant", "instant_utc", "flag"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
    kind : str
        ``text``; ``integer``; ``fraction`` (at most 6 decimals); ``instant`` (audit's zone); ``instant_utc``;
        ``flag`` (``true`` or ``false``).
    meaning : str
        One sentence, for the data dictionary.
    """

    name: str
    kind: Kind
    meaning: str


_POPULATION = (
    Column("key", "text", "The issue's key when it was read."),
    Column("project", "text", "Key of the project, the part of the issue's key before the number."),
    Column("number", "integer", "The issue's number within its project."),
    Column("id", "integer", "Jira's own number for the issue, which stays when the issue moves."),
    Column("issue_type", "text", "The issue's type when it was read."),
    Column("summary", "text", "The issue's title when it was read."),
    Column("status", "text", "The issue's status when it was read."),
    Column("status_category", "text", "Jira's key for the kind of that status: new, indeterminate or done."),
    Column("resolution", "text", "The issue's resolution when it was read; empty if unresolved."),
    Column("status_at_period_end", "text", "The status at the end of the period's last day, by its name of then."),
    Column(
        "resolution_at_period_end", "text", "The resolution at the end of the period's last day, by its name of then."
    ),
    Column("created", "instant", "When the issue was created, in the audit's time zone."),
    Column("created_utc", "instant_utc", "When the issue was created, in UTC."),
    Column("updated", "instant", "When the issue was last changed before it was read, in the audit's time zone."),
    Column("resolved", "instant", "When the issue got its resolution, in the audit's time zone; empty if unresolved."),
    Column("reporter", "text", "Name of the person whom Jira shows as reporter."),
    Column("assignee", "text", "Name of the person to whom the issue was assigned when it was read."),
    Column("url", "text", "Where the issue opens in Jira."),
)

_HISTORY = (
    Column("key", "text", "Key of the issue, as it was asked for."),
    Column("history_id", "integer", "Jira's number of the history entry; several rows are the items of one entry."),
    Column("at", "instant", "When the change was made, in the audit's time zone."),
    Column("author", "text", "Name of who made it; empty where Jira names nobody."),
    Column("author_id", "text", "Account id (Data Center: user key) of who made it."),
    Column("field", "text", "The field that was changed, as the history names it."),
    Column("field_id", "text", "Jira's id of the field, where the history gives one."),
    Column("from", "text", "Jira's id of the value before, where it has one."),
    Column("from_text", "text", "The value before, as people see it."),
    Column("to", "text", "Jira's id of the value after, where it has one."),
    Column("to_text", "text", "The value after, as people see it."),
)

_COMMENTS = (
    Column("key", "text", "Key of the issue, as it was asked for."),
    Column("comment_id", "integer", "Jira's number of the comment."),
    Column("created", "instant", "When it was written, in the audit's time zone."),
    Column("updated", "instant", "When it was last changed; later than created for an edited comment."),
    Column("author", "text", "Name of who wrote it; empty where Jira names nobody."),
    Column("update_author", "text", "Name of who changed it last."),
    Column("visibility", "text", "Whom it is restricted to, a group or role; empty for everyone who sees the issue."),
    Column("body", "text", "Its text, without formatting."),
    Column("url", "text", "Where the comment opens in Jira."),
)

COLUMNS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "population": _POPULATION,
        "excluded": (
            Column("key", "text", "The issue's key; of an issue that moved out, its key in this project."),
            Column("project", "text", "Key of the listed project."),
            Column("number", "integer", "The issue's number within that project."),
            Column("issue_type", "text", "The issue's type when it was read."),
            Column("created", "instant", "When the issue was created, in the audit's time zone."),
            Column("reason", "text", "Why the issue is not in the population: issue type, filter or moved out."),
        ),
        "reconciliation": (
            Column("project", "text", "Key of the project."),
            Column("first_pass", "integer", "Distinct issues that the widened query gave the first time."),
            Column("second_pass", "integer", "Distinct issues that the same query gave the second time."),
            Column("jira_count", "integer", "Jira's own count for the same query; on Cloud an estimate."),
            Column("in_period", "integer", "Issues of the first pass created in the period, to the exact instant."),
            Column("excluded_by_type", "integer", "Of these, issues left out by their type."),
            Column("excluded_by_filter", "integer", "Of the rest, issues left out by the filter."),
            Column("population", "integer", "Issues in the population: in_period less both exclusions."),
            Column("drift", "integer", "Issues in one pass only for a reason that is known: new, gone or moved."),
            Column("difference", "integer", "Issues in one pass only for no known reason; 0 in a complete pull."),
            Column(
                "moved_out",
                "integer",
                "Issues created in the period that now stand in a project that is not listed: in no pass, and not in in_period.",
            ),
        ),
        "numbering": (
            Column("project", "text", "Key of the project."),
            Column(
                "first_number",
                "integer",
                "First number of the range that the period has to account for; empty if there is none.",
            ),
            Column("last_number", "integer", "Last number of that range."),
            Column("numbers", "integer", "Numbers from first to last: present plus missing."),
            Column("present", "integer", "Numbers that answer under their own key."),
            Column("missing", "integer", "Numbers that don't: moved, deleted, existed and unexplained together."),
            Column("moved", "integer", "Missing numbers that answer with another key."),
            Column("deleted", "integer", "Missing numbers whose deletion Jira's log records."),
            Column("existed", "integer", "Missing numbers that another record of Jira names."),
            Column("unexplained", "integer", "Missing numbers of which Jira holds no trace."),
            Column("moved_in", "integer", "Present numbers whose issue came from another project."),
            Column("out_of_order", "integer", "Present issues created before a lower-numbered one."),
            Column(
                "continuity", "fraction", "Present and moved numbers as a fraction of all; empty if there are none."
            ),
        ),
        "gaps": (
            Column("project", "text", "Key of the project."),
            Column("number", "integer", "The missing number."),
            Column("key", "text", "The key that does not answer."),
            Column("classification", "text", "What is known: moved, deleted, existed or unexplained."),
            Column("now_key", "text", "The key with which a moved issue answers."),
            Column("actor", "text", "Who moved or deleted the issue, where a record says so."),
            Column("at", "instant", "When it was moved or deleted, where a record says so, in the audit's time zone."),
            Column("evidence", "text", "Jira's record that shows it."),
            Column("created_after", "instant", "When the next lower witness was given out, in the audit's time zone."),
            Column(
                "created_before", "instant", "When the next higher witness was given out, in the audit's time zone."
            ),
            Column(
                "in_period",
                "text",
                "Whether the number falls into the period, by the issues beside it: yes, no or unknown.",
            ),
            Column("url", "text", "Where the key would open in Jira."),
            Column("explanation", "text", "The analyst's explanation."),
            Column("explained_by", "text", "Who explained it."),
            Column("explained_on", "text", "The day of the explanation, as the analyst wrote it."),
        ),
        "gap_explanations": (
            Column("project", "text", "Key of the project."),
            Column("number", "text", "The missing number, or a run of them: 12446-12465."),
            Column("explanation", "text", "The analyst's explanation; empty until it is given."),
            Column("explained_by", "text", "Who explained it."),
            Column("explained_on", "text", "The day of the explanation."),
        ),
        "deletions": (
            Column("key", "text", "The key that the deleted issue had last; its project's key is today's."),
            Column("at", "instant", "When it was deleted; of censuses, when it was first missed. Audit's time zone."),
            Column("not_before", "instant", "When it was last seen, by a census; empty for a record of the log."),
            Column("actor", "text", "Who deleted it, where a record says so."),
            Column("source", "text", "Jira's record of the log, or the two censuses, that show it."),
        ),
        "status": (
            Column("project", "text", "Key of the project."),
            Column("issue_type", "text", "The issue type."),
            Column("status", "text", "The status."),
            Column("status_category", "text", "Jira's key for the kind of that status: new, indeterminate or done."),
            Column("resolution", "text", "The resolution; empty for unresolved issues."),
            Column("at_extraction", "integer", "Issues of the population with this pair when they were read."),
            Column("at_period_end", "integer", "Issues of the population with this pair at the end of the period."),
        ),
        "closing": (
            Column("key", "text", "The issue's key when it was read."),
            Column("status", "text", "The issue's status when it was read, one of those that are done."),
            Column("resolution", "text", "The issue's resolution when it was read; empty if there is none."),
            Column("reason", "text", "Why it is to question: no resolution, not accepted or test issue."),
            Column("project", "text", "Key of the project."),
            Column("number", "integer", "The issue's number within its project."),
            Column("issue_type", "text", "The issue's type when it was read."),
            Column("summary", "text", "The issue's title when it was read."),
            Column("status_at_period_end", "text", "The status at the end of the period's last day."),
            Column("resolution_at_period_end", "text", "The resolution at the end of the period's last day."),
            Column("url", "text", "Where the issue opens in Jira."),
        ),
        "sample": (
            Column("order", "integer", "Place in drawing order, from 1."),
            Column("key", "text", "The issue's key when it was read."),
            Column("ticket", "text", "SHA-256 of seed, colon and key, in lower-case hex; the smallest are drawn."),
            Column("stratum", "text", "The stratum from which the issue was drawn."),
            *(column for column in _POPULATION if column.name != "key"),
        ),
        "sample_history": _HISTORY,
        "sample_comments": _COMMENTS,
        "attributes": (
            Column("key", "text", "Key of the sampled issue."),
            Column("attribute", "text", "Name of the attribute, as the parameters give it."),
            Column("outcome", "text", "pass, exception, no evidence or not applicable; the second and third deviate."),
            Column("evidence", "text", "The records of Jira that show it."),
            Column("history_id", "integer", "Jira's number of the history entry that decides; empty if none does."),
        ),
        "attribute_rates": (
            Column("attribute", "text", "Name of the attribute."),
            Column("question", "text", "What is asked of each issue."),
            Column("scope", "text", "What was tested: the sample, or the whole population."),
            Column("tested", "integer", "Issues tested: passed, exceptions and no evidence together."),
            Column("passed", "integer", "Issues that show what is asked."),
            Column("exceptions", "integer", "Issues that show the contrary."),
            Column("no_evidence", "integer", "Issues that don't show it; they count as deviations."),
            Column("not_applicable", "integer", "Issues that the attribute does not concern."),
            Column("deviation_rate", "fraction", "Exceptions and no evidence as a fraction of the issues tested."),
            Column("upper_limit", "fraction", "Upper limit of the deviation rate; empty where none follows."),
            Column("confidence", "fraction", "One-sided confidence of the upper limit."),
            Column("tolerable_rate", "fraction", "Deviation rate above which the control can't be relied on."),
        ),
        "attribute_deviations": (
            Column("key", "text", "Key of the issue of the population."),
            Column("attribute", "text", "Name of the attribute."),
            Column("outcome", "text", "exception or no evidence."),
            Column("evidence", "text", "The records of Jira that show it."),
            Column("history_id", "integer", "Jira's number of the history entry that decides; empty if none does."),
            Column("sampled", "flag", "Whether the issue is in the sample, where people looked at it."),
        ),
        "sample_changes": (
            Column("key", "text", "Key of the sampled issue in the population."),
            Column("change", "text", "What happened since the population was read: gone, moved or edited."),
            Column(
                "at", "instant", "When it was changed last, in the audit's time zone; empty for an issue that is gone."
            ),
            Column("now_key", "text", "The key to which it answers now."),
            Column("evidence", "text", "Jira's record that shows it."),
        ),
        "details": (
            Column("field_id", "text", "Jira's id of the field."),
            Column("name", "text", "The field's name for people."),
            Column("value", "text", "Its value in words; empty where there is none."),
            Column("raw", "text", "Its value as Jira sent it, as JSON."),
            Column("rendered", "text", "Jira's own rendering of it, as HTML, where there is one."),
        ),
        "history": _HISTORY,
        "comments": _COMMENTS,
        "worklogs": (
            Column("key", "text", "Key of the issue, as it was asked for."),
            Column("worklog_id", "integer", "Jira's number of the worklog."),
            Column("started", "instant", "When the work began, in the audit's time zone."),
            Column("author", "text", "Name of who worked."),
            Column("seconds", "integer", "Time spent, in seconds."),
            Column("comment", "text", "What was noted, without formatting."),
        ),
        "links": (
            Column("key", "text", "Key of the issue, as it was asked for."),
            Column("type", "text", "What the link says, seen from this issue."),
            Column("direction", "text", "outward, inward, parent, sub-task or remote."),
            Column("other_key", "text", "Key of the other issue; empty for a remote link."),
            Column("url", "text", "Where the link leads."),
        ),
        "attachments": (
            Column("key", "text", "Key of the issue, as it was asked for."),
            Column("attachment_id", "integer", "Jira's number of the attachment."),
            Column("name", "text", "Its name in Jira."),
            Column("stored_as", "text", "Its name in the folder attachments; empty if it was not downloaded."),
            Column("size", "integer", "Its size in bytes, as Jira says."),
            Column("sha256", "text", "SHA-256 of the file as downloaded, in lower-case hex."),
            Column("created", "instant", "When it was attached, in the audit's time zone."),
            Column("author", "text", "Name of who attached it."),
            Column("url", "text", "Where Jira gives it."),
        ),
        "findings": (
            Column("id", "text", "Name of the finding."),
            Column("notebook", "text", "The notebook that shows it."),
            Column("severity", "text", "How much it matters."),
            Column("statement", "text", "What was found, in one sentence."),
            Column("count", "integer", "How many it concerns."),
            Column("table", "text", "The table that lists them."),
            Column(
                "cause",
                "text",
                "What it comes from: findings of one cause, such as one in each project, want one answer.",
            ),
        ),
    }
)

_SORT_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "population": ("project", "number"),
        "excluded": ("project", "number", "key"),
        "reconciliation": ("project",),
        "numbering": ("project",),
        "gaps": ("project", "number"),
        "status": ("project", "issue_type", "status", "status_category", "resolution"),
        "closing": ("project", "number", "reason"),
        "sample": ("order",),
        "findings": ("notebook", "id"),
    }
)

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_QUOTED = re.compile('[",\r\n]')
_GUARDED = re.compile("[=+\\-@\t\r]")

_ROWS_AT_ONCE = 50_000  # as text, a table of a million rows takes gigabytes
_REMEMBERED = 4096  # most columns hold few different texts


def writable_text(text: str) -> str:
    r"""Show NUL and lone surrogates as escapes (``\u0000``, ``\ud800``), so that any file can hold the text."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def column_names(name: str) -> list[str]:
    """Return the names of a table's columns, in the contract's order."""
    return [column.name for column in COLUMNS[name]]


def sort_table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows sorted by the table's keys, numbered from 0.

    Text is compared by code point, which is the byte order of UTF-8; a missing value comes first.

    Parameters
    ----------
    name : str
        Name of the table.
    frame : DataFrame, shape (n, k)

    Returns
    -------
    DataFrame, shape (n, k)
    """
    return frame.sort_values(list(_SORT_KEYS[name]), kind="stable", na_position="first", ignore_index=True)


_DTYPES: Mapping[str, str] = MappingProxyType(
    {"text": "str", "integer": "Int64", "fraction": "float64", "flag": "boolean", "instant_utc": "datetime64[us, UTC]"}
)


def make_table(name: str, rows: Sequence[Sequence[Any]], zone: ZoneInfo) -> pd.DataFrame:
    """Return a table from its rows, each column of the kind that the contract gives it.

    Parameters
    ----------
    name : str
        Name of the table, a key of `COLUMNS`.
    rows : sequence of sequence
        Cells in the order of the columns; None is missing, and empty text is empty text.
    zone : ZoneInfo
        In which instants are shown.

    Returns
    -------
    DataFrame, shape (n, k)
    """
    frame = pd.DataFrame(list(rows), columns=column_names(name), dtype=object)
    kinds = {column.name: _DTYPES.get(column.kind, f"datetime64[us, {zone.key}]") for column in COLUMNS[name]}
    for column in (column for column, kind in kinds.items() if kind.startswith("datetime")):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame.astype(kinds)


def to_csv(name: str, frame: pd.DataFrame) -> bytes:
    """Write a table as the bytes of a CSV file; `csv_pieces` gives the same piece by piece."""
    return b"".join(csv_pieces(name, frame))


def csv_pieces(name: str, frame: pd.DataFrame) -> Iterator[bytes]:
    """Yield a table as the bytes of a CSV file, some ten thousand rows at once.

    The rows stay in the order of the frame (see `sort_table`); the contract's columns come first, others follow in the
    frame's order and are written by what they hold.

    Parameters
    ----------
    name : str
        Name of the table, a key of `COLUMNS`.
    frame : DataFrame, shape (n, k)

    Yields
    ------
    bytes
        UTF-8; together a header row and n rows, each closed by LF.

    Raises
    ------
    ValueError
        If a column of the contract is missing, or holds what its kind can't say; the message names the column.
    """
    known = {column.name: column.kind for column in COLUMNS[name]}
    missing = [column for column in known if column not in frame.columns]
    if missing:
        raise ValueError(f"table {name}: no column {', '.join(missing)}")
    kinds = known | {str(column): _kind_of(frame[column]) for column in frame.columns if column not in known}
    header = ",".join(_quoted(writable_text(column)) for column in kinds)
    yield f"{header}\n".encode()
    for start in range(0, len(frame), _ROWS_AT_ONCE):
        part = frame.iloc[start : start + _ROWS_AT_ONCE]
        cells = []
        for column, kind in kinds.items():
            try:
                cells.append(_WRITERS[kind](part[column]))
            except (TypeError, ValueError) as error:
                raise ValueError(f"table {name}, column {column}: {error}") from error
        yield "\n".join((*map(",".join, zip(*cells, strict=True)), "")).encode()


def take_long_cells(longest: int) -> None:
    """Let Python's ``csv`` read cells of up to so many characters; by itself it refuses those above 131,072.

    Called beside every reader, since Python keeps one limit for the whole process. It is only ever raised: a thread beside
    may be reading a longer text, and a higher limit refuses nobody anything.
    """
    csv.field_size_limit(max(csv.field_size_limit(), longest))


def _kind_of(column: pd.Series) -> Kind:
    """Return the kind of a column that the contract does not name, by what it holds."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return "instant_utc" if str(column.name).endswith("_utc") else "instant"
    if pd.api.types.is_bool_dtype(column.dtype):
        return "flag"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "integer"
    return "fraction" if pd.api.types.is_float_dtype(column.dtype) else "text"


def _quoted(text: str) -> str:
    """Quote one cell if RFC 4180 asks for it."""
    if _QUOTED.search(text) is None:
        return text
    return '"' + text.replace('"', '""') + '"'


def _present(column: pd.Series) -> list[bool]:
    """Say of each value whether there is one."""
    present: list[bool] = column.notna().tolist()
    return present


def _written(column: pd.Series, write: Callable[[Any], str]) -> list[str]:
    """Write each value, a missing one as an empty text."""
    return [write(value) if there else "" for value, there in zip(column.tolist(), _present(column), strict=True)]


@lru_cache(_REMEMBERED)
def _write_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    text = writable_text(value)
    return _quoted("'" + text if _GUARDED.match(text) else text)


def _write_integer(value: Any) -> str:
    if isinstance(value, bool) or int(value) != value:
        raise ValueError(f"{value!r} is not a whole number")
    return str(int(value))


def _write_fraction(value: Any) -> str:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a fraction")
    text = f"{number:.6f}"
    if 0 < number < 1:
        # All but one of ten million is not all: what is not 0 or 1 does not read as 0 or 1.
        text = min(max(text, "0.000001"), "0.999999")
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _write_flag(value: Any) -> str:
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{value!r} is not true or false")
    return "true" if value else "false"


def _write_instants(column: pd.Series, *, utc: bool) -> list[str]:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return format_instants(column, utc=utc)
    # A frame without rows, or without a single value, knows no zone.
    if column.notna().any():
        raise ValueError(f"a column of instants needs a time zone, found {column.dtype}")
    return [""] * len(column)


_WRITERS: Mapping[Kind, Callable[[pd.Series], list[str]]] = MappingProxyType(
    {
        "text": lambda column: _written(column, _write_text),
        "integer": lambda column: _written(column, _write_integer),
        "fraction": lambda column: _written(column, _write_fraction),
        "flag": lambda column: _written(column, _write_flag),
        "instant": lambda column: _write_instants(column, utc=False),
        "instant_utc": lambda column: _write_instants(column, utc=True),
    }
)
