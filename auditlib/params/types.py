"""The kinds of values a parameter file holds: each type checks itself and says what is allowed. Pure, no I/O.

Pydantic converts generously (``"25"`` to 25, 1 to True). Parameters are evidence, so every type here looks at the value
before pydantic does and refuses whatever would have to be guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)

from auditlib.keys import ISSUE, PROJECT, is_key, is_project_key
from auditlib.params.faults import fault, faults, kind, nearest

DEMO: Final = "demo"
"""The value of ``jira_url`` that means the embedded Jira."""

POPULATION_COLUMNS = (
    "key", "project", "number", "id", "issue_type", "summary", "status", "status_category", "resolution",
    "status_at_period_end", "resolution_at_period_end", "created", "created_utc", "updated", "resolved", "reporter",
    "assignee", "url",
)  # fmt: skip
"""Columns of ``population.csv``, any of which may be a stratum."""

DEFAULT_PERMISSIONS = (
    "BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "DELETE_ISSUES", "MOVE_ISSUES", "EDIT_ALL_COMMENTS",
    "DELETE_ALL_COMMENTS", "DELETE_OWN_COMMENTS", "DELETE_ALL_ATTACHMENTS", "DELETE_OWN_ATTACHMENTS",
    "DELETE_ALL_WORKLOGS", "DELETE_OWN_WORKLOGS", "SET_ISSUE_SECURITY", "ADMINISTER_PROJECTS",
)  # fmt: skip
"""Permissions evidenced unless the file says otherwise: who can see, make, change, remove or hide issues."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"[0-9]*\.?[0-9]+|[0-9]+\.")
PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?)%")
_PERMISSION = re.compile(r"[A-Za-z][\w.:-]*")
_ORGANIZATION = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_FILTER_ORDER = re.compile(r"\border\s+by\b", re.IGNORECASE)
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")


# Text ----------------------------------------------------------------------------------------------------------------


def text_of(value: object, *, lines: bool = False) -> str:
    """Accept text that reads the same everywhere: not empty, no blanks around it, no control characters."""
    if value is None:
        raise fault("nothing is given; text in quotes is needed")
    if not isinstance(value, str):
        if isinstance(value, bool | int | float | Decimal | date):
            raise fault(f"text is needed, and YAML made of it {kind(value)}; put it in quotes")
        raise fault(f"text in quotes is needed, not {kind(value)}")
    if not value.strip():
        raise fault("text is needed, and this is empty; leave the key out if it is not wanted")
    if value != value.strip():
        raise fault("begins or ends with a blank, which nobody sees; remove it")
    unseen = [c for c in value if not c.isprintable() and c != " " and not (lines and c in "\n\t")]
    if unseen:
        raise fault(f"holds the character {unseen[0]!a}, which nobody sees; one line of printable text is needed")
    return value


def _jql(value: object) -> str:
    """Accept a JQL clause that can be joined to others with AND."""
    text = text_of(value, lines=True)
    if _FILTER_ORDER.search(_QUOTED.sub("", text)):
        raise fault("ORDER BY has no place here: the clause is joined to the period with AND; remove ORDER BY")
    return text


def _seed(value: object) -> str:
    if isinstance(value, bool | int | float | Decimal | date):
        raise fault(
            f"a seed is text, and YAML made of it {kind(value)}, from which another sample would be drawn; "
            "put the seed in quotes exactly as the auditor gave it"
        )
    return text_of(value)


def _organization_id(value: object) -> str:
    """Accept the id of an organisation, which becomes a part of an address."""
    text = text_of(value)
    if not _ORGANIZATION.fullmatch(text):
        raise fault(
            "the id of an organisation is needed, letters, digits and hyphens, as admin.atlassian.com/o/ID shows it"
        )
    return text


def one_of(words: tuple[str, ...]) -> Callable[[object], str]:
    """Return a check that takes one of some words, and names the one that may be meant where something else stands."""

    def check(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        hint = nearest(value.replace("_", "-"), words) if isinstance(value, str) else ""
        raise fault(f"{hint}allowed are {', '.join(words)}")

    return check


_TEXT_SCHEMA = WithJsonSchema({"type": "string", "minLength": 1})
Text = Annotated[str, BeforeValidator(text_of), _TEXT_SCHEMA]
Jql = Annotated[str, BeforeValidator(_jql), _TEXT_SCHEMA]
Seed = Annotated[str, BeforeValidator(_seed), _TEXT_SCHEMA]
OrganizationId = Annotated[
    str, BeforeValidator(_organization_id), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9-]+$"})
]
_DEPLOYMENTS = ("auto", "cloud", "data-center")
Deployment = Annotated[Literal["auto", "cloud", "data-center"], BeforeValidator(one_of(_DEPLOYMENTS))]


# Addresses -----------------------------------------------------------------------------------------------------------


def _address(value: object) -> str:
    """Accept an absolute http or https address without credentials; scheme and host become lower case."""
    text = text_of(value)
    if "@" in text:
        raise fault(
            "an address must not hold a user or password; take them out here, and give them in the environment "
            "variables JIRA_USER and JIRA_TOKEN only",
            secret=True,
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise fault("this is no address; write it like https://jira.example.com") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in text:
        raise fault("a full address is needed, beginning with https:// (or http://), like https://jira.example.com")
    if "#" in text:
        raise fault("an address without # is needed")
    if not re.fullmatch(r"[\w.-]+|[0-9a-f:.]+", parts.hostname):
        raise fault(f"{parts.hostname} is no name of a computer; write the address like https://jira.example.com")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts._replace(scheme=parts.scheme, netloc=host if port is None else f"{host}:{port}").geturl()


def _jira_url(value: object) -> str:
    """Accept Jira's base address, or ``demo``; without the slash at its end."""
    if value == DEMO:
        return DEMO
    text = _address(value)
    if "?" in str(value):
        raise fault("the base address without ? is needed, like https://jira.example.com or https://example.com/jira")
    parts = urlsplit(text)
    page = re.search(r"/(browse|rest|secure|projects|issues)(/|$)", parts.path)
    above = "" if (parts.hostname or "").endswith(".atlassian.net") else parts.path[: page.start() if page else None]
    if above.rstrip("/") != parts.path.rstrip("/"):
        base = f"{parts.scheme}://{parts.netloc}{above}"
        raise fault(f"this is the address of a page in Jira; write {base}, its base address")
    return text.rstrip("/")


Address = Annotated[str, BeforeValidator(_address), WithJsonSchema({"type": "string", "pattern": "^https?://[^@]+$"})]
JiraAddress = Annotated[
    str, BeforeValidator(_jira_url), WithJsonSchema({"type": "string", "pattern": "^(demo|https?://[^@?#]+)$"})
]


# Numbers -------------------------------------------------------------------------------------------------------------


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise fault("true or false is needed, without quotes")


def whole(value: object, wanted: str = "a whole number, at least 1, without quotes") -> int:
    """Return a whole number of at least 1; refuse everything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10**12:
        return value
    raise fault(f"{wanted} is needed")


def _days(value: object) -> int:
    """Accept a number of days that can be counted from any day: 99,999 are more than the years that a period may lie in."""
    days = whole(value)
    if days > _MOST_DAYS:
        raise fault(f"at most {_MOST_DAYS:,} days are allowed")
    return days


def _size(value: object) -> int:
    return whole(
        value,
        "a whole number, at least 1, or a mapping {confidence: 0.90, tolerable_rate: 0.10} or {by_population: [...]}",
    )


def _rate(value: object) -> Decimal:
    """Accept a fraction as the decimal text it was written as; a binary float is refused."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise fault("a decimal fraction from 0 to 1 is needed, like 0.10")
    rate = Decimal(value)
    if not rate.is_finite() or not 0 <= rate <= 1:
        hint = (
            f", like {rate.normalize() / 100:f} for {rate.normalize():f} %"
            if rate.is_finite() and 1 < rate <= 100
            else ", like 0.10"
        )
        raise fault(f"a decimal fraction from 0 to 1 is needed{hint}")
    exponent = rate.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -12:
        raise fault("a decimal fraction with at most 12 decimals is needed")
    return rate


def _inner_rate(value: object) -> Decimal:
    rate = _rate(value)
    if not 0 < rate < 1:
        raise fault("a decimal fraction greater than 0 and less than 1 is needed, like 0.10")
    return rate


_MOST_DAYS = 99_999
_RATE_SCHEMA = WithJsonSchema(
    {"type": ["number", "string"], "minimum": 0, "maximum": 1, "pattern": r"^[0-9]*\.?[0-9]+$"}
)
Truth = Annotated[bool, BeforeValidator(_truth)]
Whole = Annotated[int, BeforeValidator(whole), WithJsonSchema({"type": "integer", "minimum": 1})]
Days = Annotated[int, BeforeValidator(_days), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": _MOST_DAYS})]
Size = Annotated[int, BeforeValidator(_size), WithJsonSchema({"type": "integer", "minimum": 1})]
Rate = Annotated[Decimal, BeforeValidator(_rate), _RATE_SCHEMA]
InnerRate = Annotated[Decimal, BeforeValidator(_inner_rate), _RATE_SCHEMA]


# Days and time zones -------------------------------------------------------------------------------------------------


def _day(value: object) -> date:
    """Accept a day; a time of day is refused, because the period's days are whole ones."""
    if isinstance(value, datetime):
        raise fault('a day without time is needed, like "2026-04-01"; the whole day belongs to the period')
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise fault("there is no such day in the calendar") from None
    if not isinstance(value, date):
        raise fault('a day is needed, year-month-day, like "2026-04-01"')
    if not 1970 <= value.year <= 2199:
        raise fault("a year from 1970 to 2199 is needed")
    return value


@cache
def known_zones() -> frozenset[str]:
    """List the IANA names this computer knows, less the names that mean something else on each computer."""
    return frozenset(available_timezones() - {"Factory", "localtime", "posixrules"})


def _zone_name(value: object) -> str:
    """Accept an IANA name, in the spelling of the IANA list (some file systems would take any)."""
    text = text_of(value)
    if text in known_zones():
        return text
    city = text.replace(" ", "_").lower()
    same_city = sorted(name for name in known_zones() if name.lower().rsplit("/", 1)[-1] == city)
    hint = f"did you mean {same_city[0]}? " if same_city else nearest(text, sorted(known_zones()))
    raise fault(f"{hint}an IANA time zone is needed, like America/New_York, Europe/Berlin or UTC")


Day = Annotated[date, BeforeValidator(_day)]
ZoneName = Annotated[str, BeforeValidator(_zone_name), _TEXT_SCHEMA]


# Lists ---------------------------------------------------------------------------------------------------------------


def list_of(example: str) -> Callable[[object], list[object]]:
    """Return a check that takes a list, and shows an example where something else stands."""

    def check(value: object) -> list[object]:
        if isinstance(value, list | tuple):
            return list(value)
        if value is None:
            raise fault(f"nothing is given; a list is needed, like {example}")
        raise fault(f"a list is needed, like {example}")

    return check


def distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse what stands in a list twice: one of the two was meant to be something else."""
    first: dict[Any, int] = {}
    twice = [index for index, value in enumerate(values) if first.setdefault(value, index) != index]
    if twice:
        raise faults(((index,), f"stands in the list already, as number {first[values[index]] + 1}; remove one")
                     for index in twice)  # fmt: skip
    return values


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise fault("the list is empty; at least one is needed")
    return values


def _project_key(value: object) -> str:
    text = text_of(value)
    if is_project_key(text):
        return text
    hint = f"did you mean {text.upper()}? " if is_project_key(text.upper()) else ""
    raise fault(f"{hint}a project key is needed: a capital letter, then capital letters, digits or _, like PAY")


def _issue_key(value: object) -> str:
    text = text_of(value)
    if is_key(text):
        return text
    hint = f"did you mean {text.upper()}? " if is_key(text.upper()) else ""
    raise fault(f"{hint}an issue key is needed, like PAY-17")


def _column(value: object) -> str:
    text = text_of(value)
    if text in POPULATION_COLUMNS:
        return text
    hint = nearest(text.replace(" ", "_"), POPULATION_COLUMNS)
    raise fault(f"{hint}a column of population.csv is needed: {', '.join(POPULATION_COLUMNS)}")


def _permission(value: object) -> str:
    text = text_of(value)
    by_words = re.sub(r"[\s-]+", "_", text).upper()
    if text not in DEFAULT_PERMISSIONS and (by_words in DEFAULT_PERMISSIONS or not _PERMISSION.fullmatch(text)):
        hint = nearest(by_words, DEFAULT_PERMISSIONS)
        raise fault(f"{hint}Jira's key of a project permission is needed, like DELETE_ISSUES")
    return text


def _keys_path(value: object) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise fault("nothing is given; a list of issue keys or the path to a text or CSV file is needed")
    if not isinstance(value, str):
        raise fault(f"a list of issue keys or the path to a text or CSV file is needed, not {kind(value)}")
    text = text_of(value)
    words = re.split(r"[\s,;]+", text)
    if all(is_key(word) for word in words):
        raise fault(f"issue keys are written as a list: [{', '.join(words)}]")
    return text


_PROJECT_SCHEMA = WithJsonSchema({"type": "string", "pattern": f"^{PROJECT}$"})
_ISSUE_SCHEMA = WithJsonSchema({"type": "string", "pattern": f"^{ISSUE}$"})
_COLUMN_SCHEMA = WithJsonSchema({"type": "string", "enum": list(POPULATION_COLUMNS)})
ProjectKey = Annotated[str, BeforeValidator(_project_key), _PROJECT_SCHEMA]
IssueKey = Annotated[str, BeforeValidator(_issue_key), _ISSUE_SCHEMA]
Column = Annotated[str, BeforeValidator(_column), _COLUMN_SCHEMA]
Permission = Annotated[str, BeforeValidator(_permission), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]"})]

_AT_LEAST_ONE = Field(json_schema_extra={"minItems": 1, "uniqueItems": True})
ProjectKeys = Annotated[
    tuple[ProjectKey, ...],
    BeforeValidator(list_of("[PAY, OPS]")),
    AfterValidator(_some),
    AfterValidator(distinct),
    _AT_LEAST_ONE,
]
Names = Annotated[tuple[Text, ...], BeforeValidator(list_of('["Change", "Incident"]')), AfterValidator(distinct)]
SomeNames = Annotated[Names, AfterValidator(_some), _AT_LEAST_ONE]
Columns = Annotated[tuple[Column, ...], BeforeValidator(list_of("[project, issue_type]")), AfterValidator(distinct)]
Permissions = Annotated[
    tuple[Permission, ...],
    BeforeValidator(list_of("[DELETE_ISSUES, MOVE_ISSUES]")),
    AfterValidator(_some),
    AfterValidator(distinct),
    _AT_LEAST_ONE,
]
_KeyList = Annotated[tuple[IssueKey, ...], AfterValidator(_some), AfterValidator(distinct), _AT_LEAST_ONE]
_KeysPath = Annotated[str, BeforeValidator(_keys_path), _TEXT_SCHEMA]


def _keys_kind(value: object) -> str:
    return "<list>" if isinstance(value, list | tuple) else "<path>"


# A tag in angle brackets is dropped from the path that an error names: it stands in no file.
SampleKeys = Annotated[
    Annotated[_KeyList, Tag("<list>")] | Annotated[_KeysPath, Tag("<path>")], Discriminator(_keys_kind)
]
