"""What was asked this year and last year: which Jira, which days, which parameters, which query. Pure."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from auditlib.audit.yearly.rows import Compared, Row, finding, of_numbers, of_texts
from auditlib.audit.yearly.year import DAY, Year, adjoin, days_in_both
from auditlib.phrases import agreeing, counted, day, listed
from auditlib.text import shorten

_TOLD_APART: Final = frozenset({"period_start", "period_end", "projects", "answers", "requests"})
"""Parameters that rows of their own compare; and those that say nothing of what was asked, so that a run which only adds them
leaves the table as it was."""

_OF_A_YEAR: Final = frozenset(
    {
        *("audit", "previous", "sample_seed", "sample_keys", "sample_extensions", "sample_replacements"),
        *("gap_explanations", "leavers", "review", "signing_key", "timestamp_url"),
    }
)
"""Parameters that belong to one year."""

_NARROWING: Final = frozenset({"issue_types", "population_jql", "filter_id"})

_DATES: Final = re.compile(r'"\d{4}[-/]\d{2}[-/]\d{2}(?: \d{2}:\d{2})?"|\b\d{4}[-/]\d{2}[-/]\d{2}\b')
_PROJECTS: Final = re.compile(r"^project (?:in \([^)]*\)|= \S+)")

_LONGEST: Final = 300

PARAMETER: Final = "parameter: "
"""How the rows begin that compare a parameter."""


def compare_scope(this: Year, last: Year) -> Compared:
    """Compare what was asked.

    Parameters
    ----------
    this, last : Year
        The package at hand, and the one before it.

    Returns
    -------
    Compared
        Rows of site, schema, period, projects, query and each parameter that differs.
    """
    return (
        _site(this, last) + _period(this, last) + _projects(this, last) + _query(this, last) + _parameters(this, last)
    )


def _site(this: Year, last: Year) -> Compared:
    moved = this.deployment != last.deployment
    ids = (
        "ids of issues and people are not those of last year: issues are compared by key, people by name"
        if moved
        else ""
    )
    rows = (
        of_texts("site: address", this.url, last.url),
        of_texts("site: deployment", this.deployment, last.deployment, ids),
        of_numbers("site: tables", this.schema, last.schema, "version of the tables"),
    )
    found = []
    if moved:
        said = (
            f"Last year's package is of {_called(last)}, this one of {_called(this)}: issues are compared by key, people by "
            "name."
        )
        found.append(finding("deployment", "note", said, 1))
    elif this.url != last.url:
        said = f"Last year's package is of {last.url}, this one of {this.url}."
        found.append(finding("site", "limit", f"{said} That both are one Jira is not shown.", 1))
    return Compared(rows, tuple(found))


def _called(year: Year) -> str:
    return "Jira Cloud" if year.deployment == "cloud" else "Jira Data Center"


def _period(this: Year, last: Year) -> Compared:
    said, both = f"{day(last.start)} to {day(last.end)}", days_in_both(this, last)
    row = Row("period", _days(this), _days(last), "same" if _days(this) == _days(last) else "other", _joint(this, last))
    found = []
    between = (this.start - last.end).days - 1
    if between > 0:
        gap = f"{day(last.end + DAY)} to {day(this.start - DAY)}"
        verb = agreeing(between, "lies", "lie")
        told = f"{counted(between, 'day')} between last year's period ({said}) and this one {verb} in neither: {gap}."
        found.append(finding("gap", "limit", told, between))
    elif both:
        told = f"{counted(both, 'day')} of this period {agreeing(both, 'lies', 'lie')} in last year's, too ({said})."
        found.append(finding("overlap", "note", told, both))
    if last.interim:
        told = "Last year's package was made before its period was over, so that it does not show all of it."
        found.append(finding("interim", "limit", told, 1))
    return Compared((row,), tuple(found))


def _days(year: Year) -> str:
    return f"{year.start.isoformat()} to {year.end.isoformat()}"


def _joint(this: Year, last: Year) -> str:
    if adjoin(this, last):
        return "this year begins on the day after last year's end"
    if both := days_in_both(this, last):
        return f"{counted(both, 'day')} in both"
    return f"{counted(abs((this.start - last.end).days) - 1, 'day')} in neither"


def _projects(this: Year, last: Year) -> Compared:
    row = of_texts("projects", ", ".join(this.projects), ", ".join(last.projects))
    gone, new = (
        sorted(set(one) - set(other)) for one, other in ((last.projects, this.projects), (this.projects, last.projects))
    )
    found = []
    if gone:
        verb = agreeing(len(gone), "is", "are")
        said = f"{counted(len(gone), 'project')} of last year {verb} not listed this year: {listed(gone)}."
        found.append(finding("projects-gone", "exception", said, len(gone)))
    if new:
        verb = agreeing(len(new), "was", "were")
        said = f"{counted(len(new), 'project')} {verb} not listed last year: {listed(new)}."
        found.append(finding("projects-new", "note", said, len(new)))
    return Compared((row,), tuple(found))


def _query(this: Year, last: Year) -> Compared:
    same = query_form(this.query) == query_form(last.query)
    remark = "the same but for dates and projects" if same else "not the same, whatever its dates and projects"
    row = Row("query", this.query, last.query, "same" if this.query == last.query else "other", remark)
    if same:
        return Compared((row,))
    said = "The population is asked for by another query than last year, not only with other dates or projects."
    return Compared((row,), (finding("query", "exception", said, 1),))


def query_form(jql: str) -> str:
    """Return what a query asks for, whatever its dates and the projects that it begins with.

    >>> query_form('project in ("A") AND created >= "2025-01-01" AND type = Bug')
    'AND created >= DATE AND type = Bug'
    """
    return " ".join(_DATES.sub("DATE", _PROJECTS.sub("", jql)).split())


def _parameters(this: Year, last: Year) -> Compared:
    names = [name for name in dict.fromkeys((*this.params, *last.params)) if name not in _TOLD_APART]
    pairs = [(name, _shown(this.params.get(name)), _shown(last.params.get(name))) for name in names]
    other = [
        of_texts(f"{PARAMETER}{name}", ours, theirs, _remark(name)) for name, ours, theirs in pairs if ours != theirs
    ]
    told = f"{len(pairs) - len(other)} of {len(names)} are the same"
    row = Row("parameters", "", "", "other" if other else "same", told)
    return Compared((row, *other))


def _remark(name: str) -> str:
    if name in _OF_A_YEAR:
        return "belongs to one year"
    return "narrows the population" if name in _NARROWING else ""


def _shown(value: Any) -> str:
    """Return a value as one line; one that says nothing, or is not there, as an empty text."""
    if value in (None, False, [], {}, ""):
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return shorten(text, _LONGEST)
