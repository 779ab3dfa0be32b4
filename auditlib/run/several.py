"""Several audits by one command: where each package goes, whose credentials each takes, and what all of them came to."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from auditlib.audit.finding import SEVERITIES
from auditlib.errors import UsageError
from auditlib.evidence.opened import open_records
from auditlib.jira.credentials import ending_of, environment_for, has_own
from auditlib.package.target import PARTIAL, is_sealed
from auditlib.params.model import Parameters
from auditlib.params.types import DEMO
from auditlib.phrases import agreeing, counted, listed
from auditlib.report.packages import Row
from auditlib.run.order import other_keys
from auditlib.run.together import read_row
from auditlib.text import shorten, visible_text

COVER: Final = "index.html"
"""The page over all packages, in the folder that has them."""

_ATLASSIAN: Final = "atlassian.net"
_COLUMNS: Final = 38
"""Of figures, at the right of a line of the closing table."""

_SHORTEST: Final = 20


@dataclass(frozen=True)
class Audit:
    """One of several audits.

    Attributes
    ----------
    file : Path
        Its parameter file.
    params : Parameters
        What that says.
    """

    file: Path
    params: Parameters

    @property
    def name(self) -> str:
        """The name of the parameter file without ending: that of the package's folder, and of variables."""
        return self.file.stem


@dataclass(frozen=True)
class Outcome:
    """What an audit came to.

    Attributes
    ----------
    audit : Audit
        Which.
    status : int
        The exit status that it would have ended with alone.
    package : Path or None
        Where it was sealed.
    summary : mapping
        Of the package.
    said : str
        Why there is no package, or what of it was to be told.
    """

    audit: Audit
    status: int
    package: Path | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""


# Before the first one begins


def require_names(audits: Sequence[Audit]) -> None:
    """Refuse parameter files that would want the same folder.

    Raises
    ------
    UsageError
        Naming them.
    """
    by_name: dict[str, list[str]] = {}
    for audit in audits:
        by_name.setdefault(audit.name.casefold(), []).append(str(audit.file))
    for files in by_name.values():
        if len(files) > 1:
            raise UsageError(
                f"{listed(files)} would have their packages in one folder, which has the name of the file; rename one, or leave "
                "it out"
            )


def require_folder(out: Path, *, resume: bool) -> None:
    """Refuse a folder that has something, unless an interrupted run is to go on in it.

    Raises
    ------
    UsageError
        Naming the way out.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} exists and is no folder; give another --out")
    if is_sealed(out):
        raise UsageError(f"{out} is a sealed package; give --out a folder that is to hold a package for each file")
    if not resume and out.is_dir() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty; give another --out, or go on with --resume")
    if resume and not out.is_dir():
        raise UsageError(f"{out} is not there, so there is nothing to resume")


def environments(audits: Sequence[Audit], environ: Mapping[str, str]) -> list[Mapping[str, str]]:
    """Return the environment of each audit; credentials that are set for all go to one Jira only.

    A token that one server was given could be used on another by whoever runs that one. Sites of Jira Cloud at Atlassian's own
    addresses are run by one company, and a person's token there is one of the account.

    Raises
    ------
    UsageError
        If credentials would go to two Jiras, or two audits have one name for theirs.
    """
    general: dict[str, Audit] = {}
    own: dict[str, Audit] = {}
    for audit in audits:
        if audit.params.jira_url == DEMO:
            continue
        if not has_own(environ, audit.name):
            general.setdefault(_keeper(audit.params.jira_url), audit)
            continue
        other = own.setdefault(ending_of(audit.name), audit)
        if other is not audit:
            raise UsageError(
                f"{other.file} and {audit.file} would both take JIRA_TOKEN{ending_of(audit.name)}; rename one of the files"
            )
    if len(general) > 1:
        one, other, *_ = general.values()
        raise UsageError(
            f"{one.file} asks {one.params.jira_url} and {other.file} asks {other.params.jira_url}: what JIRA_USER and JIRA_TOKEN "
            f"hold would be sent to both. Set JIRA_USER{ending_of(other.name)} and JIRA_TOKEN{ending_of(other.name)} for the "
            "latter, or run it by itself"
        )
    return [environment_for(environ, audit.name) for audit in audits]


def _keeper(url: str) -> str:
    """Return whoever runs a Jira, as far as its address tells."""
    address = urlsplit(url)
    host = (address.hostname or "").lower()
    return _ATLASSIAN if host.endswith(f".{_ATLASSIAN}") else f"{address.scheme}://{host}:{address.port}"


def is_done(audit: Audit, out: Path) -> bool:
    """Say whether an audit that is to be gone on with is sealed already.

    Raises
    ------
    UsageError
        If what is sealed was made with other parameters.
    """
    if not is_sealed(out):
        return False
    different = other_keys(audit.params, open_records(out).params)
    if different:
        raise UsageError(
            f"{out} was sealed with another {', '.join(different)} than {audit.file} says; give another --out"
        )
    return True


def is_begun(out: Path) -> bool:
    """Say whether a run of a package was interrupted after something of it was pulled."""
    return (out.with_name(out.name + PARTIAL) / "data" / "params.yaml").is_file()


# After the last one


def rows_of(outcomes: Sequence[Outcome], page: Path) -> list[Row]:
    """Return the rows of the page over all packages, with one for each audit that has none."""
    return [
        Row(one.audit.params.audit, visible_text(str(one.audit.file)), fault=one.said)
        if one.package is None
        else read_row(one.package, page)
        for one in outcomes
    ]


def closing_table(outcomes: Sequence[Outcome], *, width: int = 80) -> list[str]:
    """Return what all audits came to: a line or two each, the figures below each other.

    Parameters
    ----------
    outcomes : sequence of Outcome
        In the order in which they ran.
    width : int
        Of the screen.
    """
    sealed = sum(one.package is not None for one in outcomes)
    room = max(_SHORTEST, width - _COLUMNS)
    lines = [f"{sealed:,} of {counted(len(outcomes), 'audit')} {agreeing(sealed, 'is', 'are')} sealed", ""]
    lines.append(f"{'audit':<{room}}{'issues':>9}{'unexplained':>18}{'to answer':>11}")
    for one in outcomes:
        lines += _lines_of(one, room, width)
    return lines


def _lines_of(one: Outcome, room: int, width: int) -> list[str]:
    title = shorten(visible_text(one.audit.params.audit), room - 1)
    if one.package is None:
        why = textwrap.wrap(f"not sealed (status {one.status}): {visible_text(one.said)}", max(_SHORTEST, width - 2))
        return [title, *(f"  {line}" for line in why), f"  {visible_text(str(one.audit.file))}"]
    figures = one.summary.get("figures", {})
    unexplained = f"{figures['unexplained']:,} of {figures['numbers']:,}" if "numbers" in figures else "–"
    causes = {each["cause"] for each in one.summary.get("findings", ()) if each["severity"] == SEVERITIES[0]}
    lines = [f"{title:<{room}}{figures.get('population', 0):>9,}{unexplained:>18}{len(causes):>11,}"]
    lines += [f"  {line}" for line in textwrap.wrap(visible_text(one.said), max(_SHORTEST, width - 2))]
    return [*lines, f"  {visible_text(str(one.package))}"]
