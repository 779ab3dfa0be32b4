"""The sheet of a self-check, to be printed and filed: what was planted, what was found of it, by which version, and who signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from auditlib.errors import AuditError
from auditlib.phrases import agreeing, counted, listed
from auditlib.report.safe_html import network_requests
from auditlib.report.templating import TEMPLATES, page_environment


@dataclass(frozen=True)
class Line:
    """A planted fault on the sheet.

    Attributes
    ----------
    name, planted, expected : str
        As of the fault.
    about : str
        The key or the file that it is about; empty if it is about none.
    verdict : str
        Found, not found, a false alarm, or not tried.
    found : str
        Where it was found.
    alarm : str
        What is found where it is not planted.
    untried : str
        Why it was not planted; empty if it was.
    good : bool
        Whether it was found where it was planted, and only there; also if it could not be planted here.
    """

    name: str
    planted: str
    expected: str
    about: str
    verdict: str
    found: str
    alarm: str
    untried: str
    good: bool


def verdict_of(lines: Sequence[Line]) -> str:
    """Say of all faults how many were found, and whether one was reported where it was not planted."""
    planted = [one for one in lines if not one.untried]
    found = sum(bool(one.found) for one in planted)
    alarms = [one.name for one in planted if one.alarm]
    lost = [one.name for one in planted if not one.found]
    untried = [f"{one.name} was not tried, since {one.untried}" for one in lines if one.untried]
    said = f"{found:,} of {counted(len(planted), 'planted fault')} {agreeing(found, 'was', 'were')} found"
    said += f"; not {listed(lost)}" if lost else ""
    said += "".join(f"; {one}" for one in untried)
    if alarms:
        return f"{said}. {listed(alarms)} {agreeing(len(alarms), 'was', 'were')} reported where nothing was planted."
    return f"{said}. None was reported where it was not planted."


def self_check_page(lines: Sequence[Line], facts: Mapping[str, str]) -> str:
    """Return the sheet as a page that loads nothing.

    Parameters
    ----------
    lines : sequence of Line
    facts : mapping of str to str
        What was checked, when, and on what, by name.

    Raises
    ------
    AuditError
        If it would load something from the network.
    """
    page = (
        page_environment()
        .get_template("self_check.html.j2")
        .render(
            style=Markup((TEMPLATES / "self_check.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
            lines=lines,
            facts=facts,
            verdict=verdict_of(lines),
            good=all(one.good for one in lines),
        )
    )
    if network_requests(page):
        raise AuditError("the sheet of the self-check would load something from the network")
    return page
