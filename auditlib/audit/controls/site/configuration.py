"""CT-19, the configuration changed only with a ticket: each record of the log joined to an issue that names what changed. Pure.

A ticket counts if it names the thing that changed in its summary or description, as they stood when the record was made, or if
the record itself names the ticket's key; and if the record was made while the ticket authorised it. Of a name of one word the
kind of thing must stand beside it (``field Risk``), since a short name stands in many texts that mean something else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pandas as pd

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.site.tickets import ALL_THESE, Ticket, ticket_of
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Subject
from auditlib.keys import ISSUE
from auditlib.params.controls import ControlTest
from auditlib.phrases import clauses, listed, minute
from auditlib.records.audit_log import text_or_none
from auditlib.records.log_reach import LogReach
from auditlib.records.names import NO_NAMES, Called
from auditlib.times import Period

LOG: Final = "audit log"
"""What the row is called that says how far the log reaches."""

_KEY = re.compile(rf"(?<![\w-]){ISSUE}(?![\w-])")
_OF_PROJECTS: Final = frozenset({"role membership", "project access", "project lead", "other"})
_ASSIGNMENTS: Final = frozenset({"scheme assigned", "scheme swapped"})
_EVERYWHERE: Final = frozenset({"field", "role"})
_GRANTS: Final = frozenset({"grant added", "grant removed"})
_OF_SCHEMES: Final = frozenset({"scheme changed", *_GRANTS})
_GLOBAL: Final = "global permission"


@dataclass(frozen=True)
class Configuration:
    """What the log records, and what of it concerns the listed projects.

    Attributes
    ----------
    changes : DataFrame
        From `permission_changes.permission_changes`, of all the log.
    reach : LogReach
        How far the log reaches.
    projects : collection of str
        Keys of the listed projects.
    workflows : collection of str or None
        Names of their workflows; None where Jira did not tell them all, so that every workflow counts.
    schemes_told : bool
        Whether Jira told the permission scheme of each of them; else every permission scheme counts.
    """

    changes: pd.DataFrame
    reach: LogReach
    projects: Collection[str]
    workflows: Collection[str] | None = None
    schemes_told: bool = True

    def concerned(self) -> pd.DataFrame:
        """Return the changes of the configuration of the listed projects."""
        assigned = self.changes[self.changes["kind"].isin(_ASSIGNMENTS) & self.changes["project"].map(self._lists)]
        held = {
            (row.scheme_kind, name) for row in assigned.itertuples() for name in (row.scheme, row.before, row.after)
        }
        chosen = [self._concerns(row, held) for row in self.changes.itertuples()]
        return self.changes[pd.Series(chosen, index=self.changes.index, dtype=bool)]

    def _lists(self, project: Any) -> bool:
        return any(one in self.projects for one in (text_or_none(project) or "").split(", "))

    def _concerns(self, row: Any, held: Collection[tuple[Any, Any]]) -> bool:
        if row.kind in _EVERYWHERE or row.what == _GLOBAL:
            return True
        if row.kind == "workflow":
            return self.workflows is None or row.thing in self.workflows
        if row.kind in _OF_SCHEMES:
            known = row.scheme_kind == "permission" and self.schemes_told
            return not known or self._lists(row.project) or (row.scheme_kind, row.scheme) in held
        return row.kind in _OF_PROJECTS | _ASSIGNMENTS and self._lists(row.project)


def configuration_ticketed(
    test: ControlTest, known: Configuration, subjects: Iterable[Subject], period: Period, called: Called = NO_NAMES
) -> list[Result]:
    """Test each record of the log in the period that changed the configuration of the listed projects.

    Parameters
    ----------
    test : ControlTest
    known : Configuration
    subjects : iterable of Subject
        The issues of the population that the control applies to: the change tickets.
    period : Period
    called : Called

    Returns
    -------
    list of Result
        By time; first a row for the part of the period that the log does not cover, if there is one.
    """
    found = list(_uncovered(test, known.reach, period))
    changes = known.concerned()
    undated = changes[changes["at"].isna()]
    found += [
        Result(test.label, f"log {one}", None, NO_EVIDENCE, None, "the time of the record can't be read")
        for one in dict.fromkeys(undated["id"])
    ]
    within = changes[period.holds(changes["at"])]
    records = [group for _, group in within.groupby(["at", "id"])]
    tickets = [ticket_of(one, test, period, called) for one in subjects] if records else []
    found += [_record(test, list(group.itertuples()), tickets, period) for group in records]
    if not found:
        none = "the log records no change of the configuration of these projects in the period"
        return [Result(test.label, LOG, None, NOT_APPLICABLE, None, none)]
    return found


def _uncovered(test: ControlTest, reach: LogReach, period: Period) -> Iterator[Result]:
    """Yield a row for what the log does not cover."""
    if reach.covers(period.begins):
        return
    if not reach.readable:
        why = f" ({reach.why_not})" if reach.why_not else ""
        said = f"Jira's audit log could not be read{why}"
    elif reach.begins is None:
        said = "Jira's audit log was not read whole: what else was changed in the period is not known"
    else:
        begins = minute(min(reach.begins, period.ends), period.zone)
        said = f"the log does not reach back before {begins}: what was changed in the period before is not known"
    yield Result(test.label, LOG, None, NO_EVIDENCE, None, said)


def _record(test: ControlTest, rows: Sequence[Any], tickets: Sequence[Ticket], period: Period) -> Result:
    """Return the row of one record of the log, which may have changed several things."""
    at: datetime = rows[0].at.to_pydatetime()
    what = listed([f"{row.what}{_sides(row)}" for row in rows], 3)
    said = f"{what}, by {text_or_none(rows[0].actor) or 'nobody that Jira names'}"
    named = _named_keys(rows)
    wanted = [words for row in rows for words in names_of(row)]
    naming = [one for one in tickets if one.key in named or one.names(wanted, at)]
    key, local = f"log {rows[0].id}", at.astimezone(period.zone)
    for ticket in naming:
        for window in ticket.windows:
            if window.holds(at):
                with_it = f"{said}; {ticket.key} names it, {window.shown}"
                return Result(test.label, key, None, PASS, local, with_it, window.history_ids)
    if any(not one.subject.whole for one in naming):
        cut = listed([one.key for one in naming if not one.subject.whole])
        unread = f"{said}; {cut} names it, but its history was not read whole"
        return Result(test.label, key, None, NO_EVIDENCE, local, unread)
    if naming:
        late = clauses([f"{one.key} names it, but {_why(one)}" for one in naming], 3)
        return Result(test.label, key, None, EXCEPTION, local, f"{said}; {late}")
    return Result(test.label, key, None, EXCEPTION, local, f"{said}; no change ticket names it")


def _why(ticket: Ticket) -> str:
    """Say why a ticket does not authorise what it names."""
    if not ticket.windows:
        return "was not approved by a person"
    return f"not for that time: {clauses([one.shown for one in ticket.windows], 3, ', ')}"


def _sides(row: Any) -> str:
    before, after = text_or_none(row.before), text_or_none(row.after)
    return f" ({before or ''} → {after or ''})" if before or after else ""


def _named_keys(rows: Iterable[Any]) -> frozenset[str]:
    """Return the issue keys that a record names."""
    texts = [text_or_none(value) or "" for row in rows for value in (row.what, row.before, row.after, row.thing)]
    return frozenset(found[0] for text in texts for found in _KEY.finditer(text))


def names_of(row: Any) -> list[ALL_THESE]:
    """Return what a text must hold to name the thing that was changed: of several ways, one is enough."""
    if row.kind == "role membership":
        member = text_or_none(row.after) or text_or_none(row.before)
        return [(row.holder, member)] if text_or_none(row.holder) and member else []
    granted = [(text_or_none(side) or "").partition(" → ")[0] for side in (row.before, row.after)]
    if row.what == _GLOBAL:
        kind, names = "permission", granted
    elif row.kind in _GRANTS:
        kind, names = "permission", [row.scheme, *granted]
    elif row.kind in _ASSIGNMENTS:
        kind, names = "scheme", [row.scheme, row.before, row.after]
    else:
        kind, names = row.kind.partition(" ")[0], [row.thing, row.scheme]
    known = dict.fromkeys(name for one in names if (name := text_or_none(one)))
    return [(name,) if len(name.split()) > 1 else (name, kind) for name in known]
