"""The kinds of values a parameter file holds: each type checks itself and says what is allowed. Pure, no I/O.

Pydantic converts generously (``"25"`` to 25, 1 to True). Parameters are evidence, so every type here looks at the value
before pydantic does and refuses whatever would have to be guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from auditlib.keys import ISSUE, PROJECT, is_key, is_project_key

__all__ = [
    "DEFAULT_PERMISSIONS",
    "DEMO",
    "POPULATION_COLUMNS",
    "AppliesTo",
    "Attribute",
    "Event",
    "FilledBefore",
    "Has",
    "Order",
    "SampleSize",
    "SizeByPopulation",
    "SizeFromRates",
    "Test",
    "ToStatus",
    "Within",
    "fault",
    "faults",
]

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
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?)%")
_PERMISSION = re.compile(r"[A-Za-z][\w.:-]*")
_FILTER_ORDER = re.compile(r"\border\s+by\b", re.IGNORECASE)
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")


# What a check says ---------------------------------------------------------------------------------------------------


def faults(found: Iterable[tuple[tuple[str | int, ...], str]], *, secret: bool = False) -> PydanticCustomError:
    """Make the error of several faults, each at a path below the value being checked.

    Parameters
    ----------
    found : iterable of (path, message)
        The path is relative to the value that the validator was given.
    secret : bool
        True if the value must not be shown.
    """
    listed = tuple(found)
    text = "; ".join(message for _, message in listed)
    return PydanticCustomError("parameter", "{text}", {"text": text, "faults": listed, "secret": secret})


def fault(message: str, at: tuple[str | int, ...] = (), *, secret: bool = False) -> PydanticCustomError:
    """Make the error of one fault."""
    return faults([(at, message)], secret=secret)


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant, or nothing."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.55)
    return f"did you mean {by_lower[found[0]]}? " if found else ""


def _kind(value: object) -> str:
    """Name what YAML made of a value."""
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | Decimal):
        # A number of thousands of digits is no number for people.
        return f"the number {value}" if len(f"{Decimal(value):e}") < 30 else "a number"
    if isinstance(value, date):
        return f"the {'time' if isinstance(value, datetime) else 'date'} {value.isoformat()}"
    if isinstance(value, str | list | tuple):
        return "text" if isinstance(value, str) else "a list"
    return "nothing" if value is None else "a mapping"


# Text ----------------------------------------------------------------------------------------------------------------


def _text(value: object, *, lines: bool = False) -> str:
    """Accept text that reads the same everywhere: not empty, no blanks around it, no control characters."""
    if value is None:
        raise fault("nothing is given; text in quotes is needed")
    if not isinstance(value, str):
        if isinstance(value, bool | int | float | Decimal | date):
            raise fault(f"text is needed, and YAML made of it {_kind(value)}; put it in quotes")
        raise fault(f"text in quotes is needed, not {_kind(value)}")
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
    text = _text(value, lines=True)
    if _FILTER_ORDER.search(_QUOTED.sub("", text)):
        raise fault("ORDER BY has no place here: the clause is joined to the period with AND; remove ORDER BY")
    return text


def _seed(value: object) -> str:
    if isinstance(value, bool | int | float | Decimal | date):
        raise fault(
            f"a seed is text, and YAML made of it {_kind(value)}, from which another sample would be drawn; "
            "put the seed in quotes exactly as the auditor gave it"
        )
    return _text(value)


def _one_of(words: tuple[str, ...]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        hint = nearest(value.replace("_", "-"), words) if isinstance(value, str) else ""
        raise fault(f"{hint}allowed are {', '.join(words)}")

    return check


_TEXT_SCHEMA = WithJsonSchema({"type": "string", "minLength": 1})
Text = Annotated[str, BeforeValidator(_text), _TEXT_SCHEMA]
Jql = Annotated[str, BeforeValidator(_jql), _TEXT_SCHEMA]
Seed = Annotated[str, BeforeValidator(_seed), _TEXT_SCHEMA]
Deployment = Annotated[
    Literal["auto", "cloud", "data-center"], BeforeValidator(_one_of(("auto", "cloud", "data-center")))
]


# Addresses -----------------------------------------------------------------------------------------------------------


def _address(value: object) -> str:
    """Accept an absolute http or https address without credentials; scheme and host become lower case."""
    text = _text(value)
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
    steps = [step for step in parts.path.split("/") if step]
    pages = {"browse", "rest", "secure", "projects", "issues"}.intersection(steps)
    if pages or (steps and (parts.hostname or "").endswith(".atlassian.net")):
        raise fault("this is the address of a page in Jira; the base address is needed, like https://jira.example.com")
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


def _whole(value: object, wanted: str = "a whole number, at least 1, without quotes") -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10**12:
        return value
    raise fault(f"{wanted} is needed")


def _size(value: object) -> int:
    return _whole(
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


_RATE_SCHEMA = WithJsonSchema(
    {"type": ["number", "string"], "minimum": 0, "maximum": 1, "pattern": r"^[0-9]*\.?[0-9]+$"}
)
Truth = Annotated[bool, BeforeValidator(_truth)]
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer", "minimum": 1})]
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
def _zones() -> frozenset[str]:
    """List the IANA names this computer knows, less the names that mean something else on each computer."""
    return frozenset(available_timezones() - {"Factory", "localtime", "posixrules"})


def _zone_name(value: object) -> str:
    """Accept an IANA name, in the spelling of the IANA list (some file systems would take any)."""
    text = _text(value)
    if text in _zones():
        return text
    city = text.replace(" ", "_").lower()
    same_city = sorted(name for name in _zones() if name.lower().rsplit("/", 1)[-1] == city)
    hint = f"did you mean {same_city[0]}? " if same_city else nearest(text, sorted(_zones()))
    raise fault(f"{hint}an IANA time zone is needed, like America/New_York, Europe/Berlin or UTC")


Day = Annotated[date, BeforeValidator(_day)]
ZoneName = Annotated[str, BeforeValidator(_zone_name), _TEXT_SCHEMA]


# Lists ---------------------------------------------------------------------------------------------------------------


def _listed(example: str) -> Callable[[object], list[object]]:
    def check(value: object) -> list[object]:
        if isinstance(value, list | tuple):
            return list(value)
        if value is None:
            raise fault(f"nothing is given; a list is needed, like {example}")
        raise fault(f"a list is needed, like {example}")

    return check


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse what stands in a list twice: one of the two was meant to be something else."""
    twice = [index for index, value in enumerate(values) if value in values[:index]]
    if twice:
        raise faults(((index,), f"stands in the list already, as number {values.index(values[index]) + 1}; remove one")
                     for index in twice)  # fmt: skip
    return values


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise fault("the list is empty; at least one is needed")
    return values


def _project_key(value: object) -> str:
    text = _text(value)
    if is_project_key(text):
        return text
    hint = f"did you mean {text.upper()}? " if is_project_key(text.upper()) else ""
    raise fault(f"{hint}a project key is needed: a capital letter, then capital letters, digits or _, like PAY")


def _issue_key(value: object) -> str:
    text = _text(value)
    if is_key(text):
        return text
    hint = f"did you mean {text.upper()}? " if is_key(text.upper()) else ""
    raise fault(f"{hint}an issue key is needed, like PAY-17")


def _column(value: object) -> str:
    text = _text(value)
    if text in POPULATION_COLUMNS:
        return text
    hint = nearest(text.replace(" ", "_"), POPULATION_COLUMNS)
    raise fault(f"{hint}a column of population.csv is needed: {', '.join(POPULATION_COLUMNS)}")


def _permission(value: object) -> str:
    text = _text(value)
    by_words = re.sub(r"[\s-]+", "_", text).upper()
    if text not in DEFAULT_PERMISSIONS and (by_words in DEFAULT_PERMISSIONS or not _PERMISSION.fullmatch(text)):
        hint = nearest(by_words, DEFAULT_PERMISSIONS)
        raise fault(f"{hint}Jira's key of a project permission is needed, like DELETE_ISSUES")
    return text


def _keys_path(value: object) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise fault("nothing is given; a list of issue keys or the path to a text or CSV file is needed")
    if not isinstance(value, str):
        raise fault(f"a list of issue keys or the path to a text or CSV file is needed, not {_kind(value)}")
    text = _text(value)
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
    BeforeValidator(_listed("[PAY, OPS]")),
    AfterValidator(_some),
    AfterValidator(_distinct),
    _AT_LEAST_ONE,
]
Names = Annotated[tuple[Text, ...], BeforeValidator(_listed('["Change", "Incident"]')), AfterValidator(_distinct)]
SomeNames = Annotated[Names, AfterValidator(_some), _AT_LEAST_ONE]
Columns = Annotated[tuple[Column, ...], BeforeValidator(_listed("[project, issue_type]")), AfterValidator(_distinct)]
Permissions = Annotated[
    tuple[Permission, ...],
    BeforeValidator(_listed("[DELETE_ISSUES, MOVE_ISSUES]")),
    AfterValidator(_some),
    AfterValidator(_distinct),
    _AT_LEAST_ONE,
]
_KeyList = Annotated[tuple[IssueKey, ...], AfterValidator(_some), AfterValidator(_distinct), _AT_LEAST_ONE]
_KeysPath = Annotated[str, BeforeValidator(_keys_path), _TEXT_SCHEMA]


def _keys_kind(value: object) -> str:
    return "<list>" if isinstance(value, list | tuple) else "<path>"


# A tag in angle brackets is dropped from the path that an error names: it stands in no file.
SampleKeys = Annotated[
    Annotated[_KeyList, Tag("<list>")] | Annotated[_KeysPath, Tag("<path>")], Discriminator(_keys_kind)
]


# Records -------------------------------------------------------------------------------------------------------------


class Record(BaseModel):
    """A mapping in a parameter file: fixed keys, never changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False, use_attribute_docstrings=True)


class SizeFromRates(Record):
    """Sample size computed from rates: the smallest n that gives the confidence."""

    confidence: InnerRate
    """Confidence wanted, a fraction; 0.90 means that one sample in ten may mislead."""
    tolerable_rate: InnerRate
    """Deviation rate, a fraction, above which the control can't be relied on."""
    expected_rate: Rate = Decimal(0)
    """Deviation rate expected in the sample, a fraction, less than `tolerable_rate`."""

    @model_validator(mode="after")
    def _confirmable(self) -> Self:
        """Refuse an expectation that no sample could confirm."""
        if self.expected_rate >= self.tolerable_rate:
            raise fault("must be less than tolerable_rate, or no sample is large enough", ("expected_rate",))
        return self


def _bound(value: object) -> int | None:
    return None if value is None else _whole(value, "a whole number, at least 1, or null for all larger populations")


def _band_size(value: object) -> int | str:
    """Accept a number, ``all`` or a percentage such as ``10%``."""
    if isinstance(value, str):
        percent = _PERCENT.fullmatch(value)
        if value == "all" or (percent and 0 < Decimal(percent[1]) <= 100):
            return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise fault('a whole number, all, or a percentage like "10%" is needed')


def _band(value: object) -> object:
    if isinstance(value, list | tuple) and len(value) == 2:
        return value
    raise fault('a row is a list of two, largest population and sample size, like [250, "10%"]')


def _bands(rows: tuple[tuple[int | None, int | str], ...]) -> tuple[tuple[int | None, int | str], ...]:
    """Refuse a table in which a row is never reached, or that ends before the largest population."""
    if not rows:
        raise fault('the table is empty; write rows like [[50, 5], [250, "10%"], [null, 25]]')
    found: list[tuple[tuple[str | int, ...], str]] = []
    bounds = [bound for bound, _ in rows]
    for index, bound in enumerate(bounds):
        before = bounds[index - 1] if index else 0
        if before is None:
            found.append(((index,), "no row can follow the one with null, which takes all larger populations"))
        elif bound is not None and bound <= before:
            found.append(((index, 0), f"bounds must rise from row to row, and this does not exceed {before}"))
    if bounds[-1] is not None and not found:
        found.append(((len(rows) - 1,), "the last row must begin with null, so that no population is without a size"))
    if found:
        raise faults(found)
    return rows


Bound = Annotated[
    int | None,
    BeforeValidator(_bound),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}),
]
BandSize = Annotated[
    int | str,
    BeforeValidator(_band_size),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "pattern": r"^(all|[0-9]{1,3}(\.[0-9]{1,9})?%)$"},
            ]
        }
    ),
]
Band = Annotated[tuple[Bound, BandSize], BeforeValidator(_band)]


class SizeByPopulation(Record):
    """Sample size by the audit firm's table."""

    by_population: Annotated[
        tuple[Band, ...], BeforeValidator(_listed('[[50, 5], [250, "10%"], [null, 25]]')), AfterValidator(_bands)
    ]
    """Rows of largest population (last: null) and size: a number, `all`, or a percentage that is rounded up."""


def _size_kind(value: object) -> str:
    if isinstance(value, SizeByPopulation) or (isinstance(value, dict) and "by_population" in value):
        return "<table>"
    return "<rates>" if isinstance(value, dict | SizeFromRates) else "<number>"


SampleSize = Annotated[
    Annotated[Size, Tag("<number>")]
    | Annotated[SizeFromRates, Tag("<rates>")]
    | Annotated[SizeByPopulation, Tag("<table>")],
    Discriminator(_size_kind),
]


class ToStatus(Record):
    """The event that an issue comes into a status."""

    to_status: Text
    """Name of the status."""


def _event_name(value: object) -> str:
    if isinstance(value, str) and value in {"created", "resolved"}:
        return value
    raise fault('an event is needed: created, resolved or {to_status: "NAME"}')


def _event_kind(value: object) -> str:
    return "<status>" if isinstance(value, dict | ToStatus) else "<name>"


Event = Annotated[
    Annotated[Literal["created", "resolved"], BeforeValidator(_event_name), Tag("<name>")]
    | Annotated[ToStatus, Tag("<status>")],
    Discriminator(_event_kind),
]
EventOrField = Annotated[
    Annotated[Text, Tag("<name>")] | Annotated[ToStatus, Tag("<status>")], Discriminator(_event_kind)
]


class AppliesTo(Record):
    """Which sampled issues an attribute is tested on; where several keys stand, all must hold."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    issue_type: SomeNames = ()
    """Names of issue types."""
    status: SomeNames = ()
    """Names of statuses, as at extraction."""
    project: ProjectKeys = ()
    """Project keys."""

    @model_validator(mode="after")
    def _restricts(self) -> Self:
        """Refuse an empty restriction."""
        if not (self.issue_type or self.status or self.project):
            raise fault("at least one of issue_type, status, project is needed; leave the key out to test all issues")
        return self


class Order(Record):
    """One event comes before another."""

    first: Event
    """Its first occurrence counts."""
    then: Event
    """Its last occurrence counts."""


class FilledBefore(Record):
    """A field is filled when an event happens."""

    field: Text
    """Name or id of the field."""
    event: Event
    """The event before which it must be filled."""


def _any_or_text(value: object) -> object:
    if value is True:
        return value
    if isinstance(value, str):
        return _text(value)
    raise fault("true (any will do) or text in quotes is needed")


AnyOrText = Annotated[
    Literal[True] | str,
    BeforeValidator(_any_or_text),
    WithJsonSchema({"anyOf": [{"const": True}, {"type": "string", "minLength": 1}]}),
]


class Has(Record):
    """Something hangs on the issue: exactly one of the three."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    link: AnyOrText | None = None
    """A link: `true` for any, or the name of a link type."""
    attachment: AnyOrText | None = None
    """An attachment: `true` for any, or a file name pattern with * and ?."""
    comment_by: Text | None = None
    """A comment by a person: a display name, an account id, or a field that holds one (`assignee`)."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        """Refuse none and several."""
        _exactly_one(self, "has")
        return self


class Within(Record):
    """One event follows another within a number of days of 24 hours."""

    from_event: Event = Field(alias="from")
    """Its first occurrence counts."""
    to_event: Event = Field(alias="to")
    """Its last occurrence counts."""
    days: Whole
    """Days of 24 hours."""


class Extension(Record):
    """More issues drawn after the first ones were tested, from the same seed."""

    issues: Size
    """How many more."""
    reason: Text
    """Why, as it is to stand in the evidence."""


class Replacement(Record):
    """A sampled issue that is not tested; the next one drawn takes its place."""

    key: IssueKey
    """The issue that is replaced; it stays listed."""
    reason: Text
    """Why, as it is to stand in the evidence."""


def _keys_differ(values: tuple[Replacement, ...]) -> tuple[Replacement, ...]:
    keys = [one.key for one in values]
    twice = [index for index, key in enumerate(keys) if key in keys[:index]]
    if twice:
        raise faults(((index, "key"), "is replaced already; name each issue once") for index in twice)
    return values


Extensions = Annotated[tuple[Extension, ...], BeforeValidator(_listed('[{issues: 15, reason: "..."}]'))]
Replacements = Annotated[
    tuple[Replacement, ...],
    BeforeValidator(_listed('[{key: PAY-17, reason: "..."}]')),
    AfterValidator(_keys_differ),
]


def _two_people(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(values) < 2:
        raise fault("at least two events or fields are needed, whose people are compared")
    return values


class Test(Record):
    """What is tested on one issue: exactly one of the five."""

    __test__ = False  # pytest would collect it for its name
    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    order: Order | None = None
    """One event before another."""
    different_people: (
        Annotated[
            tuple[EventOrField, ...],
            BeforeValidator(_listed("[reporter, {to_status: Approved}]")),
            AfterValidator(_two_people),
            AfterValidator(_distinct),
            Field(json_schema_extra={"minItems": 2}),
        ]
        | None
    ) = None
    """Events (`created`, `resolved`, `{to_status: NAME}`) or fields, whose people must all differ."""
    filled_before: FilledBefore | None = None
    """A field filled before an event."""
    has: Has | None = None
    """A link, an attachment or a comment."""
    within: Within | None = None
    """One event within some days of another."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        """Refuse none and several."""
        _exactly_one(self, "an attribute")
        return self

    @property
    def kind(self) -> str:
        """Name of the one test that is given, such as ``order``."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)


def _exactly_one(record: Record, what: str) -> None:
    """Refuse a record with none or several of its keys."""
    known = list(type(record).model_fields)
    given = [name for name in known if getattr(record, name) is not None]
    if len(given) != 1:
        seen = f"{' and '.join(given)} stand here" if given else "there is none"
        one = "test" if what == "an attribute" else "thing"
        raise fault(f"{what} has exactly one {one} of {', '.join(known)}, and {seen}")


class Attribute(Record):
    """One attribute of a control, tested on each sampled issue."""

    name: Text
    """Short name, as it stands in attributes.csv."""
    question: Text
    """What is asked of each issue, in words."""
    applies_to: AppliesTo | None = None
    """Which of the sampled issues; all if left out."""
    test: Test
    """How it is answered."""


def _names_differ(values: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
    names = [attribute.name for attribute in values]
    twice = [index for index, name in enumerate(names) if name in names[:index]]
    if twice:
        raise faults(((index, "name"), "another attribute has this name; give each its own") for index in twice)
    return values


Attributes = Annotated[
    tuple[Attribute, ...],
    BeforeValidator(_listed("[{name: ..., question: ..., test: {...}}]")),
    AfterValidator(_names_differ),
]
