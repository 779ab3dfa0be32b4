"""The histories as control tests look at them; it needs nothing of the engine."""

from __future__ import annotations

from functools import cache

from control_histories import Reading

from auditlib.audit.controls.subject import Subject
from auditlib.dossier.subject import names_in_dossier, subject_of_dossier, subject_of_issue
from auditlib.records.history import Time, time_of
from auditlib.records.names import Called, called_by
from auditlib.times import parse_instant


@cache
def called(told: Reading) -> Called:
    """Return what statuses and fields are and were called, by the list of today and every history."""
    today = (("status", one["id"], one["name"]) for one in told.case["statuses"])
    return called_by((*today, *(seen for one in told.dossiers for seen in names_in_dossier(one))))


def closed(told: Reading) -> dict[str, Time]:
    """Return when each issue of a history was resolved, an empty text where it is not."""
    return {one.key: time_of(one.fields["resolutiondate"].raw, told.period.zone) for one in told.dossiers}


@cache
def subjects(told: Reading, way: str) -> tuple[Subject, ...]:
    """Return the issues as tests look at them: by their whole record, or by what is pulled for the whole population."""
    period, read_at = told.period, parse_instant(told.case["read_at"])
    if way == "record":
        return tuple(subject_of_dossier(one, read_at, period.ends, period.begins) for one in told.dossiers)
    found = []
    for one in told.dossiers:
        log = one.received.issue["changelog"]
        whole = len({entry["id"] for entry in log["histories"]}) >= log["total"]
        entries = log["histories"] if whole else None
        found.append(subject_of_issue(one.key, one.received.issue, entries, read_at, period))
    return tuple(found)
