"""Lists that no Jira has: who left, what the last review decided, what was deployed; and what the controls say of them.

They are files beside the parameters of the demo (``params/demo/``); those of the company of that name are the ones of its seed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from auditlib.demo.story.cast import Cast
from auditlib.demo.story.last_seen import departures
from auditlib.demo.story.period import TIME_ZONE
from auditlib.demo.story.process.answers import ANSWERS, answers
from auditlib.demo.story.process.case import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Case, Outcomes
from auditlib.demo.story.scenery import PROCESS
from auditlib.demo.world.records import User
from auditlib.demo.world.truth import Departure

LEAVERS: Final = "leavers.csv"
REVIEW: Final = "review.csv"
DEPLOYMENTS: Final = "deployments.jsonl"

_OF_LEAVERS: Final = (EXCEPTION, NO_EVIDENCE, NO_EVIDENCE, NOT_APPLICABLE, NOT_APPLICABLE, PASS)
"""Of each departure: still there; still there, by name alone; deactivated, nobody knows since when; before the period; unknown
to Jira; deactivated in time, as the log has it."""


def deployed(both: tuple[Outcomes, Outcomes]) -> str:
    """Return what a deployment an hour before the go makes of a change; empty of one that has none, or a deployment of its own.

    Parameters
    ----------
    both : (mapping, mapping)
        What the controls say of it without one, on Cloud and on Data Center.
    """
    said = {tuple(one.get(control) for control in ("CT-01", "CT-02", "CT-09")) for one in both}
    if said == {(PASS, PASS, NO_EVIDENCE)}:
        return PASS
    return EXCEPTION if said == {(EXCEPTION, NOT_APPLICABLE, NO_EVIDENCE)} else ""


def before_go(case: Case) -> datetime:
    """Return the hour before a change was done."""
    begins = datetime.strptime(f"2026-{case.at}", "%Y-%m-%d %H").replace(tzinfo=UTC)
    done = max(hours for hours, _, verb, what in case.steps if (verb, what) == ("moves to", "Done"))
    return begins + timedelta(hours=done - 1)


def lists(
    cast: Cast, cases: Mapping[str, str], deactivated: datetime, released: Mapping[str, datetime]
) -> dict[str, str]:
    """Return the files by their names.

    Parameters
    ----------
    cast : Cast
    cases : mapping of str to str
        Key of the issue by the name of the case.
    deactivated : datetime
        When the log says that somebody was deactivated.
    released : mapping of str to datetime
        By name of the case, the changes that were deployed as they should be, or without an approval.
    """
    return {
        LEAVERS: _leavers(cast, deactivated),
        REVIEW: _review(cast),
        DEPLOYMENTS: _deployments(cases, released),
        ANSWERS: answers(cases),
    }


def of_people(cast: Cast, deactivated: datetime) -> dict[str, dict[str, dict[str, tuple[str, ...]]]]:
    """Return what CT-15 and CT-17 say, by dialect, control and what each row is called."""
    return {
        "cloud": _of_people(cast, deactivated, {one.account_id: one.account_id for one in cast.users.values()}),
        "data-center": _of_people(cast, deactivated, {one.account_id: one.key for one in cast.users.values()}),
    }


def _of_people(cast: Cast, deactivated: datetime, ids: Mapping[str, str]) -> dict[str, dict[str, tuple[str, ...]]]:
    def called(one: User) -> str:
        return f"{one.display_name} ({ids[one.account_id]})"

    left: dict[str, tuple[str, ...]] = {
        called(cast.users[one.account_id]) if one.account_id else one.name: (outcome,)
        for one, outcome in zip(_gone(cast, deactivated), _OF_LEAVERS, strict=True)
    }
    decided: dict[str, tuple[str, ...]] = {}
    for one, project, decision, _, outcome in _decisions(cast):
        for written in (one.account_id, one.key):
            known = written == ids[one.account_id]
            name = called(one) if known else written
            # The id of the other Jira is nobody's here, so that nothing is held.
            said = PASS if not known and outcome == EXCEPTION else outcome
            decided[f"{name} in {project}"] = (said if decision == "remove" else NOT_APPLICABLE,)
    return {"CT-15": left, "CT-17": decided}


def _gone(cast: Cast, deactivated: datetime) -> tuple[Departure, ...]:
    """Return who left: the last one was deactivated on the next day, as the log records."""
    in_time, day = cast.left[2], deactivated.astimezone(ZoneInfo(TIME_ZONE)).date() - timedelta(days=1)
    known = departures(cast)
    return (*known, Departure(in_time.account_id, day.isoformat(), "", in_time.email, in_time.display_name))


def _leavers(cast: Cast, deactivated: datetime) -> str:
    """Write the list of the people department: an address where there is one, else the name alone."""
    emails = {one.account_id: one.email for one in cast.users.values()}
    rows = []
    for one in _gone(cast, deactivated):
        email = one.email or (emails[one.account_id] if one.account else "")
        rows.append(f'"{one.name}",{email},{one.left_on}\n')
    return "name,email,left_on\n" + "".join(rows)


def _decisions(cast: Cast) -> tuple[tuple[User, str, str, str, str], ...]:
    """Return whose access was decided on, where, how, of which permissions, and what became of it."""
    return (
        (cast.staff[2], PROCESS, "remove", "MOVE_ISSUES", EXCEPTION),
        (cast.staff[30], PROCESS, "remove", "MOVE_ISSUES", PASS),
        (cast.staff[31], PROCESS, "keep", "BROWSE_PROJECTS", NOT_APPLICABLE),
        (cast.staff[33], "HR", "remove", "BROWSE_PROJECTS", NO_EVIDENCE),
    )


def _review(cast: Cast) -> str:
    """Write the decisions, under the ids of both Jiras: account ids of Cloud, user keys of Data Center."""
    rows = [
        f"{written},{project},{permissions},{decision},Made-up reviewer,2026-04-15\n"
        for one, project, decision, permissions, _ in _decisions(cast)
        for written in (one.account_id, one.key)
    ]
    return "account_id,project,permissions,decision,reviewer,reviewed_on\n" + "".join(rows)


def _deployments(cases: Mapping[str, str], released: Mapping[str, datetime]) -> str:
    """Write what GitLab's list of deployments would say: of changes, one that failed, one without a ticket, one of no issue."""
    good, anew = cases["change as it should be"], cases["change approved anew after rework"]
    rows = [
        (f"release/{good.lower()}", "2026-07-15T04:30:00.000Z", f"{good} As it should be", "success"),
        (
            "main",
            "2026-07-21T23:00:00.000Z",
            f"Merge branch 'rework'\n\nSee {anew}, and UTF-8 of the exports.",
            "success",
        ),
        (f"release/{anew.lower()}", "2026-07-22T12:00:00.000Z", "Failed", "failed"),
        ("hotfix", "2026-08-03T18:20:00.000Z", "Restart the pumps", "success"),
        ("release/next", "2026-08-10T09:00:00.000Z", f"{PROCESS}-9999 A ticket that nobody made", "success"),
    ]
    rows += [
        (f"release/{cases[name].lower()}", f"{at:%Y-%m-%dT%H:%M:%S.000Z}", f"Release of {cases[name]}", "success")
        for name, at in released.items()
    ]
    made = (_deployment(number, *row) for number, row in enumerate(sorted(rows, key=lambda row: row[1]), start=1))
    return "".join(f"{json.dumps(row)}\n" for row in made)


def _deployment(number: int, ref: str, at: str, message: str, status: str) -> dict[str, object]:
    return {
        "id": 7000 + number, "iid": number, "ref": ref, "sha": f"{number:040x}", "status": status, "created_at": at,
        "environment": {"id": 9, "name": "production"},
        "deployable": {
            "id": 60 + number, "name": "deploy", "started_at": at,
            "commit": {"title": message.partition("\n")[0], "message": message},
        },
    }  # fmt: skip
