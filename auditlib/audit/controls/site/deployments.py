"""The file of the second source: deployments or merges that another tool tells, with the issue keys that each names. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.audit.controls.match import Deployment
from auditlib.audit.controls.site.source_times import read_time
from auditlib.audit.controls.site.ticket_keys import KeyFinder
from auditlib.audit.lists import Source, folded_name, read_list
from auditlib.deep_json import as_text, loads
from auditlib.errors import ParameterError, Problem
from auditlib.params.second_source import ExportMap, SecondSource
from auditlib.phrases import counted
from auditlib.text import shorten

_KEY: Final = "second_source"
_MOST_PROBLEMS: Final = 20

OTHER_ENVIRONMENT: Final = "of another environment"
OTHER_STATE: Final = "in another state"
NOT_YET: Final = "without a time, so not merged"
LEFT_OUT: Final = (OTHER_ENVIRONMENT, OTHER_STATE, NOT_YET)
"""Why a row of the file is no deployment that is looked at."""


@dataclass(frozen=True)
class SourceFile:
    """What the file tells.

    Attributes
    ----------
    rows : tuple of Deployment
        In the order of the file.
    left_out : mapping of str to int
        How many more rows it has, by what they are, of `LEFT_OUT`.
    """

    rows: tuple[Deployment, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """How many rows the file has."""
        return len(self.rows) + sum(self.left_out.values())


def is_json_lines(text: str) -> bool:
    """Say whether a file holds JSON: what it begins with tells."""
    return text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}


def read_deployments(text: str, path: str, source: SecondSource, finder: KeyFinder) -> SourceFile:
    """Read the file of the second source.

    Parameters
    ----------
    text : str
        CSV with a header line, its cells parted by commas, semicolons or tabs; or JSON Lines, an object a line.
    path : str
        Where it comes from, for messages.
    source : SecondSource
        What its columns mean.
    finder : KeyFinder
        Of the listed projects.

    Raises
    ------
    ParameterError
        With what is wrong in the file, a sentence for each line, and no more than twenty.
    """
    given = Source(text, path, _KEY)
    columns, zone = source.columns, ZoneInfo(source.timezone) if source.timezone else None
    problems: list[Problem] = []
    rows: list[Deployment] = []
    left_out: Counter[str] = Counter()
    seen: set[str] = set()
    wanted = _wanted(columns)
    for line, cells in _cells(given, wanted, problems):
        seen |= cells.keys()
        time = next((cells[one] for one in columns.time if cells.get(one)), "")
        other = _other(cells, time, columns, source.environments)
        if other:
            left_out[other] += 1
            continue
        try:
            when = read_time(time, zone)
        except ValueError as error:
            said = str(error) if time else f"{' and '.join(columns.time)} must say when it happened"
            problems.append(given.problem(line, shorten(time, 60), said))
            continue
        ref = cells.get(columns.ref) or f"line {line}"
        rows.append(
            Deployment(line, ref, when, time, cells.get(columns.environment, ""), _keys(cells, columns, finder))
        )
    if (rows or left_out) and not problems:
        problems += _absent(given, source, seen)
    if problems:
        raise ParameterError(_some(given, problems))
    return SourceFile(tuple(rows), {name: left_out[name] for name in LEFT_OUT if left_out[name]})


def _some(given: Source, problems: Sequence[Problem]) -> list[Problem]:
    """Return the first problems, and how many more there are."""
    more = len(problems) - _MOST_PROBLEMS
    if more <= 0:
        return list(problems)
    last = problems[_MOST_PROBLEMS]
    said = f"and {counted(more, 'more line')} from here on can't be read either"
    return [*problems[:_MOST_PROBLEMS], Problem(given.path, last.line, _KEY, "", said)]


def _wanted(columns: ExportMap) -> tuple[str, ...]:
    state = (columns.state.field,) if columns.state else ()
    beside = (one for one in (columns.ref, columns.environment) if one)
    return tuple(dict.fromkeys((*columns.key_from, *columns.time, *beside, *state)))


def _other(cells: Mapping[str, str], time: str, columns: ExportMap, environments: Sequence[str]) -> str:
    """Say why a row is left out; empty if it is not."""
    if environments and cells.get(columns.environment, "") not in environments:
        return OTHER_ENVIRONMENT
    if columns.state is not None and cells.get(columns.state.field, "") not in columns.state.values:
        return OTHER_STATE
    return NOT_YET if columns.merged and not time else ""


def _keys(cells: Mapping[str, str], columns: ExportMap, finder: KeyFinder) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for column in columns.key_from:
        for key in finder.find(cells.get(column, "")):
            found.setdefault(key, column)
    return tuple(found.items())


def _absent(given: Source, source: SecondSource, seen: set[str]) -> Iterator[Problem]:
    """Yield which columns no row has, of those that the parameters name, or that the export must have."""
    columns = source.columns
    for name in (*source.key_from, source.time, source.ref, source.state and source.state.field):
        if name and name not in seen:
            yield given.problem(1, name, "no row of the file has this column")
    if source.environment is not None and columns.environment not in seen:
        yield given.problem(1, columns.environment, "no row of the file has this column")
    for names in (columns.key_from, columns.time):
        if seen.isdisjoint(names) and not set(names) & {*source.key_from, source.time}:
            said = f"no row of the file has any of these columns, as {source.form} has them"
            yield given.problem(1, ", ".join(names), said)


# Rows as texts by column


def _cells(given: Source, wanted: Sequence[str], problems: list[Problem]) -> Iterable[tuple[int, dict[str, str]]]:
    """Yield the line of each row and its texts by column, those that are wanted and there; name what can't be read."""
    if not given.text.strip("\ufeff \t\r\n"):
        raise ParameterError([given.problem(1, "", "the file is empty; a header line and rows are needed")])
    return _of_json(given, wanted, problems) if is_json_lines(given.text) else _of_csv(given, wanted)


def _of_csv(given: Source, wanted: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    rows = read_list(given, ())
    meant = _meant(dict.fromkeys(name for _, row in rows for name in row), wanted)
    for line, row in rows:
        if any(row.values()):
            yield line, {meant[name]: cell for name, cell in row.items() if meant[name]}


def _meant(row: Mapping[str, object], wanted: Sequence[str]) -> dict[str, str]:
    """Return the wanted column that each column of a file is, empty for none: by its name, else by its folded name."""
    folded = {folded_name(one): one for one in wanted if one not in row}
    return {name: name if name in wanted else folded.get(folded_name(name), "") for name in row}


def _of_json(given: Source, wanted: Sequence[str], problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    paths = [(one, one.split(".")) for one in wanted]
    for line, text in enumerate(given.text.removeprefix("\ufeff").split("\n"), start=1):
        if not text.strip():
            continue
        try:
            record = loads(text)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            said = "one JSON object a line is needed; jq -c '.[]' makes such lines of a list"
            problems.append(given.problem(line, shorten(text.strip(), 40), said))
            continue
        yield line, dict(_found(record, paths))


def _found(record: Mapping[str, Any], paths: Sequence[tuple[str, Sequence[str]]]) -> Iterator[tuple[str, str]]:
    """Yield what stands at each path of an object, as text; of lists, all that stands in them."""
    for name, steps in paths:
        there, value = (True, record[name]) if name in record else _at(record, steps)
        if there:
            yield name, _text(value)


def _at(value: Any, steps: Sequence[str]) -> tuple[bool, Any]:
    """Return whether something stands at a path, and what."""
    for place, step in enumerate(steps):
        if isinstance(value, list):
            parts = [_at(one, steps[place:]) for one in value]
            return any(there for there, _ in parts) or not parts, [part for _, part in parts]
        if value is None:
            return True, None  # a job that has no commit, an environment that was deleted
        if not isinstance(value, Mapping) or step not in value:
            return False, None
        value = value[step]
    return True, value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(filter(None, map(_text, value)))
    return "" if value is None else as_text(value).strip()
