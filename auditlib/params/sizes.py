"""Sample sizes in a parameter file: a number, rates, or bands by population. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Tag,
    WithJsonSchema,
    model_validator,
)

from auditlib.params.faults import fault, faults
from auditlib.params.types import PERCENT, InnerRate, IssueKey, Rate, Size, Text, list_of, whole

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
    return None if value is None else whole(value, "a whole number, at least 1, or null for all larger populations")


def _band_size(value: object) -> int | str:
    """Accept a number, ``all`` or a percentage such as ``10%``."""
    if isinstance(value, str):
        percent = PERCENT.fullmatch(value)
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
        tuple[Band, ...], BeforeValidator(list_of('[[50, 5], [250, "10%"], [null, 25]]')), AfterValidator(_bands)
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


Extensions = Annotated[tuple[Extension, ...], BeforeValidator(list_of('[{issues: 15, reason: "..."}]'))]
Replacements = Annotated[
    tuple[Replacement, ...],
    BeforeValidator(list_of('[{key: PAY-17, reason: "..."}]')),
    AfterValidator(_keys_differ),
]
