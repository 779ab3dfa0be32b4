"""Who could do what, who acted, and who had left, this year and last year. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from auditlib.audit.yearly.rows import MOST_NAMED, Compared, Row, come_and_gone, finding, of_numbers, of_texts
from auditlib.audit.yearly.year import Year, days_in_both, same_people
from auditlib.phrases import agreeing, counted, listed

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

People = Mapping[str, str]
"""Names by what a person is known by in both packages: the id of the account, else the name itself."""


def compare_people(this: Year, last: Year) -> Compared:
    """Compare the holders of each permission, the actors of the histories, and the leavers who can still act.

    Notes
    -----
    By account where both packages know it by the same id, else by display name alone, which two people may share.
    """
    by_id = same_people(this, last)
    return _holders(this, last, by_id=by_id) + _actors(this, last, by_id=by_id) + _leavers(this, last, by_id=by_id)


def _holders(this: Year, last: Year, *, by_id: bool) -> Compared:
    ours, theirs = (_by_permission(year, by_id=by_id) for year in (this, last))
    asked = [_asked(year) for year in (this, last)]
    rows = []
    for name in sorted({*ours, *theirs}):
        figure = f"people who hold: {name}"
        if name in asked[0] and name in asked[1]:
            rows.append(_of_people(figure, ours.get(name, {}), theirs.get(name, {}), by_id=by_id))
        else:
            counts = [str(len(one[name])) if name in one else "" for one in (ours, theirs)]
            rows.append(of_texts(figure, counts[0], counts[1], "not asked for in both years"))
    return Compared(tuple(rows))


def _asked(year: Year) -> frozenset[str]:
    asked = year.params.get("permissions")
    return frozenset(map(str, asked)) if isinstance(asked, list) else frozenset()


def _by_permission(year: Year, *, by_id: bool) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in year.rows("permissions"):
        if row.get("account_id"):
            found[row["permission"]][_known_by(row, by_id=by_id)] = row["display_name"]
    return dict(found)


def _known_by(row: Mapping[str, str], *, by_id: bool) -> str:
    return row["account_id"] if by_id else row["display_name"]


def _of_people(figure: str, ours: People, theirs: People, *, by_id: bool) -> Row:
    """Return a row of two groups of people, with who is new in it and who is gone."""
    new, gone = (
        {ours[one] for one in ours.keys() - theirs.keys()},
        {theirs[one] for one in theirs.keys() - ours.keys()},
    )
    remark = come_and_gone(new - gone, gone - new) if by_id else come_and_gone(new, gone)
    renewed = len(new & gone) if by_id else 0
    parts = [
        remark,
        f"{counted(renewed, 'name')} with another account" if renewed else "",
        "" if by_id else "by name alone",
    ]
    return of_numbers(figure, len(ours), len(theirs), "; ".join(part for part in parts if part))


def _actors(this: Year, last: Year, *, by_id: bool) -> Compared:
    ours, theirs = (
        {_known_by(row, by_id=by_id): row["display_name"] for row in year.rows("actors")} for year in (this, last)
    )
    return Compared((_of_people("people and rules that acted", ours, theirs, by_id=by_id),))


def _leavers(this: Year, last: Year, *, by_id: bool) -> Compared:
    """Compare who had left and could still act; who is among them for the second year is a finding."""
    ours, theirs = (_still_there(year, by_id=by_id) for year in (this, last))
    row = _of_people("people who left and can still act", ours, theirs, by_id=by_id)
    again = sorted(ours[one] for one in ours.keys() & theirs.keys())
    if not again or days_in_both(this, last):
        return Compared((row,))
    verb = agreeing(len(again), "still holds", "still hold")
    who = agreeing(len(again), "person", "people")
    named = listed(again, MOST_NAMED)
    said = f"{len(again):,} {who} who had left when last year's period ended {verb} permissions with an active account: {named}."
    return Compared((row,), (finding("leavers", "exception", said, len(again)),))


def _still_there(year: Year, *, by_id: bool) -> dict[str, str]:
    """Return who had left by the end of the period, by the list of leavers, and holds a permission with an active account.

    Whom the list names by a name alone may be another person, and is left out.
    """
    return {
        _known_by(row, by_id=by_id): row["display_name"]
        for row in year.rows("access_review")
        if _is_day(row["leaver"])
        and row["leaver"] <= year.end.isoformat()
        and row["active"] == "true"
        and row["permissions"]
    }


def _is_day(cell: str) -> bool:
    return _DAY.fullmatch(cell) is not None
