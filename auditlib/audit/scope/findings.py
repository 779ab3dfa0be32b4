"""What the scope shows, in words: as whom Jira was asked, and what that account could do. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

import pandas as pd

from auditlib.audit.finding import Finding, not_live_in_words
from auditlib.phrases import agreeing, counted, days, listed
from auditlib.records.grants import GLOBAL, more_than_read
from auditlib.records.issues import person_name
from auditlib.text import shorten, visible_text
from auditlib.times import Period

_LONGEST_ADDRESS: Final = 200

# 01_scope


def scope_findings(
    *,
    interim_until: str | None,
    powers: pd.DataFrame,
    security_levels: Mapping[str, int | None],
    filter_record: Mapping[str, Any] | None,
    unused: Sequence[str],
    lacks: Sequence[str] = (),
    not_live: Mapping[str, str] = MappingProxyType({}),
    account_untold: str = "",
) -> list[Finding]:
    """Say what of the scope a reader must know.

    Parameters
    ----------
    interim_until : str or None
        Time at which Jira was asked, if the period was not over then.
    powers : DataFrame
        Columns project, permission, have.
    security_levels : mapping of str to int or None
        Number of issue security levels by project; None where Jira does not tell.
    filter_record : mapping or None
        The shared filter as Jira holds it.
    unused : sequence of str
        Parameters that are set and that this version does not act on.
    lacks : sequence of str
        What recorded issues lack that were served in place of a Jira; none for a Jira.
    not_live : mapping of str to str
        Projects that are archived or in the trash, with that word.
    account_untold : str
        Why Jira does not name the account that asked; empty if it does.
    """
    found = _account_untold(account_untold)
    if not_live:
        text = f"{not_live_in_words(not_live)} Restore what is in scope and run again, or say why it is not."
        found.append(Finding("scope.not-live", "01_scope", "limit", text, len(not_live), ""))
    if lacks:
        found.append(Finding("scope.folder", "01_scope", "limit", f"{'. '.join(lacks)}.", len(lacks), ""))
    if interim_until is not None:
        text = f"This is an interim run: the period was not over when Jira was asked ({interim_until})."
        found.append(Finding("scope.interim", "01_scope", "limit", text, 1, ""))
    if strong := _powers_in_words(powers):
        text = f"The account that asked can do more than read: {'; '.join(strong)}. The workbook sent reading requests only."
        found.append(Finding("scope.powers", "01_scope", "note", text, len(strong), ""))
    silent = sorted(set(security_levels) - set(powers["project"]))
    if silent:
        text = (
            f"{listed(silent)} {agreeing(len(silent), 'answers', 'answer')}, but Jira does not tell what the account may do "
            "there. Whether it can do more than read is not shown."
        )
        found.append(Finding("scope.powers-untold", "01_scope", "limit", text, len(silent), ""))
    guarded = {project: levels for project, levels in sorted(security_levels.items()) if levels}
    if guarded:
        shown = [f"{project} ({counted(levels, 'level')})" for project, levels in guarded.items()]
        text = (
            f"Issue security is in use in {listed(shown)}. An issue at a level that does not include this account is hidden from "
            "it and looks like a missing number."
        )
        found.append(Finding("scope.security", "01_scope", "limit", text, len(guarded), ""))
    untold = [project for project, levels in sorted(security_levels.items()) if levels is None]
    if untold:
        text = f"Jira does not tell this account whether {listed(untold)} {agreeing(len(untold), 'uses', 'use')} issue security."
        found.append(Finding("scope.security-untold", "01_scope", "limit", text, len(untold), ""))
    if filter_record is not None:
        owner = person_name(filter_record.get("owner")) or "nobody"
        shares = len(filter_record.get("sharePermissions") or [])
        text = (
            f"The population is narrowed by filter {filter_record.get('id')} ({filter_record.get('name')}), owned by {owner}, "
            f"with {counted(shares, 'share permission')}: {filter_record.get('jql')}"
        )
        found.append(Finding("scope.filter", "01_scope", "note", text, 1, "excluded"))
    if unused:
        text = f"Set in the parameter file, but not acted on by this version: {listed(unused)}."
        found.append(Finding("scope.unused-parameters", "01_scope", "limit", text, len(unused), ""))
    return found


def _account_untold(why: str) -> list[Finding]:
    """Say that Jira does not name the account that asked."""
    if not why:
        return []
    text = (
        f"Jira does not name the account that asked ({why}): its token may not ask who it is. It takes the scope "
        "read:jira-user, or all of read:application-role:jira, read:avatar:jira, read:group:jira and read:user:jira. That the "
        "answers were given to somebody logged in is shown by one that Jira gives to no stranger; whether all were given to "
        "the same account is shown only where an id stands above them."
    )
    return [Finding("scope.account-untold", "01_scope", "limit", text, 1, "")]


def address_findings(asked: str, said: str) -> list[Finding]:
    """Say that a Jira calls itself by another address than the one that was asked.

    Parameters
    ----------
    asked : str
        The address of the parameters.
    said : str
        What Jira tells as its own; empty if it tells none, or if there is nothing to compare.
    """
    if not said or _place(asked) == _place(said):
        return []
    text = (
        f"Jira calls itself {shorten(visible_text(said), _LONGEST_ADDRESS)}, and was asked at another address, jira_url in the "
        "parameter file; the links in this package lead to the former. A proxy in front of Jira or a site that was renamed does "
        "that. That both are the same Jira, no answer shows: open one of the links and compare."
    )
    return [Finding("scope.address", "01_scope", "limit", text, 1, "")]


def _place(address: str) -> tuple[str, str, str]:
    """Return where an address leads: host, port and path; whether encrypted or not is the same place."""
    try:
        parts = urlsplit(address)
        port = "" if parts.port in {None, 80, 443} else str(parts.port)
    except ValueError:
        return address, "", ""
    return (parts.hostname or "").rstrip("."), port, parts.path.rstrip("/")


def _powers_in_words(powers: pd.DataFrame) -> list[str]:
    """Return what the account can do beyond reading, the strongest first, each with its projects."""
    held = powers[powers["have"].astype(bool)]
    where = {str(name): sorted(set(group["project"])) for name, group in held.groupby("permission")}
    return [
        f"{name} {'of the whole Jira' if name in GLOBAL else f'in {listed(where[name])}'}"
        for name in more_than_read(where)
    ]


def conclude_scope(period: Period, site_address: str, account: str, reconciliation: pd.DataFrame) -> str:
    """Return the conclusion of ``01_scope``."""
    first, second = int(reconciliation["first_pass"].sum()), int(reconciliation["second_pass"].sum())
    difference = int(reconciliation["difference"].sum())
    agree = "agree issue by issue" if difference == 0 else f"differ by {counted(difference, 'issue')}"
    return (
        f"{site_address} was asked as {account} for every issue of {listed(list(reconciliation['project']))} created "
        f"{days(period)}, two days wider on both sides. A pass with all fields received {counted(first, 'issue')}, a second "
        f"pass for ids only {counted(second, 'issue')}; the two {agree}. All tables are computed from the responses kept in raw/."
    )
