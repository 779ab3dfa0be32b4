"""When people were last active: Data Center's last log-in, and what an organisation of Cloud tells. Pure.

Data Center tells ``lastLoginTime`` in the record of a user (Jira Data Center 10.3). On Cloud the organisation tells the last day
on which somebody looked at a page of a product, product by product and site by site
(developer.atlassian.com/cloud/admin/organization/user-last-active-dates).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from auditlib.errors import AnswerError
from auditlib.text import shorten
from auditlib.times import history_instant

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAST_LOGIN: Final = "lastLoginTime"


@dataclass(frozen=True)
class Seen:
    """When an account was last active, as one answer has it.

    Attributes
    ----------
    told : bool
        Whether the answer speaks of it at all.
    at : datetime or str or None
        An instant; a day, 2026-09-14, where no more is told; None if no time is told.
    """

    told: bool
    at: datetime | str | None = None


def read_logins(answer: Any) -> dict[str, Seen]:
    """Read the last log-ins of the users in an answer of Data Center, by their keys; a time that can't be read is none of them.

    Parameters
    ----------
    answer : parsed JSON
        A user, a list of users, or a page of ``user/list``.

    Raises
    ------
    AnswerError
        If it is none of these.
    """
    users = answer.get("values", [answer]) if isinstance(answer, Mapping) else answer
    if not isinstance(users, list) or not all(isinstance(one, Mapping) for one in users):
        raise AnswerError("an answer about users holds no records of users", found=shorten(str(answer), 80))
    found = {}
    for one in users:
        key, told = one.get("key") or one.get("name"), one.get(_LAST_LOGIN)
        at = _instant(told)
        if isinstance(key, str) and key and (at is not None or told is None):
            found[key] = Seen(_LAST_LOGIN in one, at)
    return found


def next_of_list(answer: Any) -> str | None:
    """Return the cursor of the next page of ``user/list``; None on the last one."""
    if not isinstance(answer, Mapping) or answer.get("isLast") is True:
        return None
    cursor = answer.get("nextCursor")
    return str(cursor) if isinstance(cursor, str | int) and cursor != "" and not isinstance(cursor, bool) else None


def read_activity(answer: Any, cloud_id: str = "") -> Seen:
    """Read what an organisation tells of one account.

    Parameters
    ----------
    answer : parsed JSON
        Of ``last-active-dates``.
    cloud_id : str
        The site; what other sites of the organisation tell does not count. Empty: it is not known, and all of them do.

    Returns
    -------
    Seen
        The latest time of any product of Jira.

    Raises
    ------
    AnswerError
        If it has another form, or a time of a product of Jira can't be read.
    """
    data = answer.get("data") if isinstance(answer, Mapping) else None
    products = data.get("product_access", []) if isinstance(data, Mapping) else None
    if products is None and isinstance(data, Mapping):
        products = []
    if not isinstance(products, list) or not all(isinstance(one, Mapping) for one in products):
        raise AnswerError(
            "the last active dates of an account have no list of products", found=shorten(str(answer), 80)
        )
    times = [time for one in products if _is_of_jira(one, cloud_id) and (time := _time_of(one)) is not None]
    return Seen(told=True, at=latest(times))


def next_of_activity(answer: Any) -> str | None:
    """Return the cursor of the next page, which stands by itself or in an address; None on the last one."""
    links = answer.get("links") if isinstance(answer, Mapping) else None
    following = links.get("next") if isinstance(links, Mapping) else None
    if not isinstance(following, str) or not following:
        return None
    try:
        return parse_qs(urlsplit(following).query).get("cursor", [following if "/" not in following else ""])[0] or None
    except ValueError:
        return None


def latest(times: Iterable[datetime | str]) -> datetime | str | None:
    """Return the latest of instants and days; an instant counts before its day, which tells less."""
    return max(times, key=lambda one: (_day_of(one), isinstance(one, datetime), str(one)), default=None)


def _day_of(time: datetime | str) -> str:
    return f"{time:%Y-%m-%d}" if isinstance(time, datetime) else time


def _is_of_jira(product: Mapping[str, Any], cloud_id: str) -> bool:
    key, place = product.get("key"), product.get("id")
    if not isinstance(key, str) or not key.casefold().startswith("jira"):
        return False
    return not (cloud_id and isinstance(place, str) and place) or place.rpartition("/")[2] == cloud_id


def _time_of(product: Mapping[str, Any]) -> datetime | str | None:
    """Return the time that a product tells, an instant rather than a day; None where it tells none."""
    told = [one for one in (product.get("last_active_timestamp"), product.get("last_active")) if one]
    times = (one if isinstance(one, str) and _is_day(one) else _instant(one) for one in told)
    read = next((one for one in times if one is not None), None)
    if told and read is None:
        raise AnswerError("a time of last activity can't be read", found=shorten(str(told[0]), 80))
    return read


def _is_day(text: str) -> bool:
    """Say whether a text is a day that the calendar has."""
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _instant(value: Any) -> datetime | None:
    try:
        return history_instant(value)
    except ValueError:
        return None
