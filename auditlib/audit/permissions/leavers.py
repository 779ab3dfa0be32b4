"""People who left, as a list of somebody else's has them, and which accounts are theirs. Pure.

An account id or an e-mail address is one person's. A name is not: two people may have it, and it may be written in another
order or without its accents. So a match by name alone is shown as a doubtful one, for somebody who knows the people.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from auditlib.audit.lists import Source, is_day, read_list
from auditlib.errors import ParameterError, Problem

_WAYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "account_id": (
            *("account_id", "account", "accountid", "atlassian_account_id", "user_id", "user_key", "userkey"),
            *("username", "user_name", "user", "login"),
        ),
        "email": ("email", "e_mail", "mail", "email_address", "e_mail_address", "emailaddress", "work_email"),
        "name": ("name", "full_name", "fullname", "display_name", "displayname", "employee", "employee_name", "person"),
        "first_name": ("first_name", "firstname", "given_name"),
        "last_name": ("last_name", "lastname", "family_name", "surname"),
        "left_on": (
            *("left_on", "left", "leave_date", "leaving_date", "last_day", "last_working_day", "end_date"),
            *("termination_date", "terminated_on", "exit_date", "departure_date"),
        ),
    }
)
"""The columns of the list, each with the names under which they are found."""

MEANT: Final[Mapping[str, str]] = MappingProxyType({name: column for column, names in _WAYS.items() for name in names})

_DAY_WITH_TIME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(?::00(?:\.0+)?)?Z?")


@dataclass(frozen=True)
class Leaver:
    """One person who left; what the list does not tell is empty.

    Attributes
    ----------
    account_id, email, name : str
        At least one of them.
    left_on : str
        The day, 2026-05-01.
    line : int
        Where it stands in the list.
    """

    account_id: str
    email: str
    name: str
    left_on: str
    line: int


@dataclass(frozen=True)
class Account:
    """An account of Jira, with what tells whose it is.

    Attributes
    ----------
    account_id : str
        Account id; on Data Center the user's key.
    name : str
        As Jira shows it.
    email : str
        Empty where Jira does not tell it.
    login : str
        The user's name on Data Center; empty on Cloud.
    """

    account_id: str
    name: str
    email: str = ""
    login: str = ""


@dataclass(frozen=True)
class Left:
    """That a person of Jira left.

    Attributes
    ----------
    left_on : str
        The day; empty where the list tells none.
    sure : bool
        Whether it is known by account or e-mail address, not by name alone.
    namesakes : int
        How many accounts bear the name, where it is known by name alone; else 1.
    """

    left_on: str
    sure: bool = True
    namesakes: int = 1

    @property
    def words(self) -> str:
        """What the review says: the day, and what is doubtful about it."""
        said = self.left_on or "day not told"
        if self.sure:
            return said
        return f"{said} (name only)" if self.namesakes == 1 else f"{said} (name only, {self.namesakes} people have it)"

    def gone_by(self, day: str) -> bool:
        """Say whether the person had left at a day, 2026-10-01; one of whom no day is told has."""
        return self.left_on <= day


def parse_leavers(text: str, path: str) -> list[Leaver]:
    """Read a list of people who left.

    Parameters
    ----------
    text : str
        CSV, its cells parted by commas, semicolons or tabs. Columns: left_on (days like 2026-05-01), and account_id,
        email or name, under these and other usual names; upper and lower case, blanks and hyphens do not matter. First and
        last name may stand apart. Other columns are ignored.
    path : str
        Where it comes from, for messages.

    Returns
    -------
    list of Leaver
        In the order of the list, without its empty lines.

    Raises
    ------
    ParameterError
        With everything that is wrong in the file.
    """
    source = Source(text, path, "leavers")
    rows = read_list(source, ("left_on",), meant=MEANT)
    _require_names(source, rows)
    problems: list[Problem] = []
    found: list[Leaver] = []
    for line, row in rows:
        name = row.get("name") or f"{row.get('first_name', '')} {row.get('last_name', '')}".strip()
        account_id, email, given = row.get("account_id", ""), row.get("email", ""), row["left_on"]
        if not any((account_id, email, name, given)):
            continue
        timeless = _DAY_WITH_TIME.fullmatch(given)
        left_on = timeless[1] if timeless else given
        if not any((account_id, email, name)):
            problems.append(source.problem(line, given, "says when somebody left, and not who"))
        if left_on and not is_day(left_on):
            problems.append(source.problem(line, given, "left_on must be a day like 2026-04-30"))
        found.append(Leaver(account_id, email, name, left_on, line))
    if problems:
        raise ParameterError(problems)
    return found


def _require_names(source: Source, rows: Sequence[tuple[int, Mapping[str, str]]]) -> None:
    """Refuse a list that has no column with people."""
    header = source.text.removeprefix("\ufeff").partition("\n")[0].strip()
    named = {column for _, row in rows for column in row}
    if rows and not named & {"account_id", "email", "name", "first_name", "last_name"}:
        message = "missing column account_id, email or name; one of them must say who left"
        raise ParameterError([source.problem(1, header[:80], message)])


def match_leavers(leavers: Iterable[Leaver], people: Iterable[Account]) -> tuple[dict[str, Left], list[Leaver]]:
    """Find out which accounts are those of people who left.

    Parameters
    ----------
    leavers : iterable of Leaver
    people : iterable of Account
        Each account once.

    Returns
    -------
    left : dict of str to Left
        By account id. Of an account that several lines mean, one by account or e-mail address goes before one by name, and
        the latest day counts: somebody who came back left again.
    unmatched : list of Leaver
        Those that are none of these people, in their order.
    """
    everybody = list(people)
    by_account = _index(everybody, lambda one: (_plain(one.account_id), _plain(one.login)))
    by_email = _index(everybody, lambda one: (_plain(one.email),))
    by_name = _index(everybody, lambda one: (name_key(one.name),))
    left: dict[str, Left] = {}
    unmatched: list[Leaver] = []
    for one in leavers:
        sure = by_account.get(_plain(one.account_id), []) + by_email.get(_plain(one.email), [])
        named = [] if sure else by_name.get(name_key(one.name), [])
        for account in dict.fromkeys(sure):
            _take(left, account, Left(one.left_on))
        for account in named:
            _take(left, account, Left(one.left_on, sure=False, namesakes=len(named)))
        if not (sure or named):
            unmatched.append(one)
    return left, unmatched


def _take(left: dict[str, Left], account: str, one: Left) -> None:
    known = left.get(account)
    if known is None or (one.sure, one.left_on) > (known.sure, known.left_on):
        left[account] = one


def _index(people: Iterable[Account], keys: Callable[[Account], tuple[str, ...]]) -> dict[str, list[str]]:
    """Return the accounts that each key leads to."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in people:
        for key in keys(one):
            if key and one.account_id not in found[key]:
                found[key].append(one.account_id)
    return dict(found)


def _plain(text: str) -> str:
    return text.strip().casefold()


def name_key(name: str) -> str:
    """Return a name as it is compared: without case, accents and points, its words in one order.

    >>> name_key("Müller, José") == name_key("jose  MULLER")
    True
    """
    bare = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return " ".join(sorted(re.findall(r"\w+", bare.casefold())))
