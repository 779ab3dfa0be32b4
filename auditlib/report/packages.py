"""One page over many packages: a row each, what it shows, and whether it is what was sealed.

The page stands outside of all packages and is no evidence itself: it repeats what their summaries say, and every row leads
to its package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any, Final

from markupsafe import Markup

from auditlib.audit.finding import SEVERITIES
from auditlib.errors import AuditError
from auditlib.phrases import agreeing, counted, day, listed
from auditlib.report.safe_html import network_requests
from auditlib.report.templating import TEMPLATES, page_environment
from auditlib.text import is_web_address

_MOST_PROJECTS: Final = 12

TITLE: Final = "Evidence packages"
"""Of the page, by which one is known."""


@dataclass(frozen=True)
class Row:
    """A package, or an audit that has none.

    Attributes
    ----------
    audit : str
        Title.
    where : str
        Folder of the package, or the parameter file of which there is none; as it is told.
    href : str
        Of its cover page, relative to this one; empty if there is none.
    site : str
        Address of the Jira.
    projects : tuple of str
        Their keys.
    period : tuple of (date, date) or None
        First and last day; None where a package has no period, as one of dossiers.
    zone : str
        Of the period.
    interim : bool
        Whether the period was not over when Jira was read.
    figures : mapping of str to int
        The headline figures, as ``summary.json`` has them; empty if there is no package.
    answers : int or None
        Causes that need an answer.
    limits : int or None
        Causes that limit what is proved.
    digest : str
        SHA-256 of the tag manifest, which stands for all of the package; empty if it is none, or not what was sealed.
    altered : bool
        Whether there is a package, and it is not what was sealed.
    fault : str
        Why there is no package, or where it is not what was sealed.
    """

    audit: str
    where: str
    href: str = ""
    site: str = ""
    projects: tuple[str, ...] = ()
    period: tuple[date, date] | None = None
    zone: str = ""
    interim: bool = False
    figures: Mapping[str, int] = field(default_factory=dict)
    answers: int | None = None
    limits: int | None = None
    digest: str = ""
    altered: bool = False
    fault: str = ""


def row_of(summary: Mapping[str, Any], where: str, *, href: str, digest: str) -> Row:
    """Return the row of a package from its ``summary.json``, of whichever version: what one does not say stays open.

    Parameters
    ----------
    summary : mapping
        As it was read; it may be anything.
    where, href, digest
        As in `Row`.
    """
    period, figures = _mapping(summary.get("period")), _mapping(summary.get("figures"))
    return Row(
        audit=str(summary.get("audit") or where),
        where=where,
        href=href,
        site=str(summary.get("jira_url") or ""),
        projects=tuple(str(one) for one in _list(summary.get("projects"))),
        period=_days(period),
        zone=str(period.get("timezone") or ""),
        interim=summary.get("interim") is True,
        figures={name: value for name, value in figures.items() if isinstance(value, int)},
        answers=_causes(summary, SEVERITIES[0]),
        limits=_causes(summary, SEVERITIES[1]),
        digest=digest,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _days(period: Mapping[str, Any]) -> tuple[date, date] | None:
    try:
        return date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    except (KeyError, TypeError, ValueError):
        return None


def _causes(summary: Mapping[str, Any], severity: str) -> int | None:
    """Count the causes of a severity; None where the summary has no findings, not even none."""
    findings = summary.get("findings")
    if not isinstance(findings, list):
        return None
    mine = [one for one in findings if isinstance(one, Mapping) and one.get("severity") == severity]
    return len({str(one.get("cause") or one.get("id")) for one in mine})


# Sentences


def headline(rows: Sequence[Row]) -> str:
    """Return the answer over all packages, in one sentence or two."""
    whole = [row for row in rows if row.digest]
    altered = [row for row in rows if row.altered]
    without = len(rows) - len(whole) - len(altered)
    parts = [f"{counted(len(whole), 'package')} {agreeing(len(whole), 'is', 'are')} what was sealed"]
    if altered:
        parts.append(f"{len(altered):,} {agreeing(len(altered), 'is', 'are')} not")
    if without:
        parts.append(f"{counted(without, 'audit')} {agreeing(without, 'has', 'have')} no package")
    need = [row for row in whole if row.answers]
    sentence = "; ".join(parts)
    sentence = f"{sentence[0].upper()}{sentence[1:]}."
    if not whole:
        return sentence
    causes = sum(row.answers or 0 for row in need)
    told = f"{counted(causes, 'cause')} {agreeing(causes, 'needs', 'need')} an answer"
    return f"{sentence} {told[0].upper()}{told[1:]}" + (f", in {len(need):,} of them." if need else ".")


def sums(rows: Sequence[Row]) -> list[str]:
    """Return what the packages that are what was sealed come to together, and what stands in two of them."""
    whole = [row for row in rows if row.digest and "population" in row.figures]
    if len(whole) < 2:
        return []
    names = ("population", "numbers", "missing", "unexplained")
    total = {name: sum(row.figures.get(name, 0) for row in whole) for name in names}
    missing, unexplained = total["missing"], total["unexplained"]
    issues, numbers = counted(total["population"], "issue"), counted(total["numbers"], "number")
    told = [
        f"Together: {issues} in the populations, {numbers} in the ranges.",
        f"{missing:,} of these {agreeing(missing, 'is', 'are')} missing, and {unexplained:,} of those unexplained.",
    ]
    twice = list(dict.fromkeys(one for pair in combinations(whole, 2) for one in _overlap(*pair)))
    if twice:
        told.append(
            f"Periods of packages overlap, so these sums may count issues and numbers of {listed(twice)} more than once."
        )
    return told


def _overlap(one: Row, other: Row) -> list[str]:
    """Return the projects whose issues two packages may both have."""
    if one.site != other.site or one.period is None or other.period is None:
        return []
    if one.period[0] > other.period[1] or other.period[0] > one.period[1]:
        return []
    return [key for key in one.projects if key in other.projects]


# The page


def packages_page(rows: Sequence[Row], made: datetime) -> str:
    """Return the page over packages as HTML: offline, without script.

    Parameters
    ----------
    rows : sequence of Row
        In the order in which they are to stand.
    made : datetime
        When it is made.

    Raises
    ------
    AuditError
        If the page could ask the network for something, which would be an error of the template.
    """
    style = "".join((TEMPLATES / name).read_text("utf-8") for name in ("style.css", "packages.css"))
    page = (
        page_environment()
        .get_template("packages.html.j2")
        .render(
            title=TITLE,
            style=Markup(style),  # noqa: S704 -- our own files
            headline=headline(rows),
            sums=sums(rows),
            rows=[_cells(row) for row in rows],
            caption=f"{len(rows):,} of {counted(len(rows), 'row')}, in the order in which they were named",
            made=f"{made.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        )
    )
    doubts = network_requests(page)
    if doubts:
        raise AuditError(f"the page over packages would ask for something: {'; '.join(doubts[:3])}")
    return page


def _cells(row: Row) -> dict[str, Any]:
    """Return what the template shows of a row."""
    figures = row.figures
    return {
        "row": row,
        "href": row.href,
        "site": row.site if is_web_address(row.site) else "",
        "projects": listed(row.projects, _MOST_PROJECTS),
        "period": " to ".join(dict.fromkeys(map(day, row.period))) if row.period else "no period",
        "population": _number(figures.get("population")),
        "dossiers": "" if "population" in figures else _number(figures.get("dossiers")),
        "missing": _part(figures, "missing"),
        "unexplained": _number(figures.get("unexplained")),
        "open": _number(figures.get("open_gaps")),
        "answers": _number(row.answers),
        "limits": _number(row.limits),
    }


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _part(figures: Mapping[str, int], name: str) -> str:
    if name not in figures:
        return "–"
    return f"{figures[name]:,} of {figures['numbers']:,}" if "numbers" in figures else f"{figures[name]:,}"
