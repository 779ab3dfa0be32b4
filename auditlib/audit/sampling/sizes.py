"""Sample sizes: from a table by population, or from rates and confidence. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import ceil, comb
from typing import Any

from auditlib.errors import SampleError

_LARGEST_SAMPLE = 20_000  # beyond it the exact calculation takes minutes, and nobody tests that many by hand
LIMIT_DIGITS = 15  # decimals of a binomial upper limit
_PRECISE = Context(prec=60)

Rate = str | int | float | Decimal | Fraction
"""A rate as a fraction of 1: decimal text (``"0.05"``), or a number that is read as its shortest decimal text."""


@dataclass(frozen=True)
class Plan:
    """A sample size from rates: ``n`` issues, of which up to ``deviations`` may deviate."""

    n: int
    deviations: int


@dataclass(frozen=True)
class PlannedSize:
    """The sample size of an audit.

    Attributes
    ----------
    size : int
        Issues to draw, never more than there are.
    asked : int
        Issues the parameter asks for.
    deviations : int or None
        Deviations planned for, if the size comes from rates.
    reason : str
        One sentence: where the size comes from.
    """

    size: int
    asked: int
    deviations: int | None
    reason: str


def planned_size(sample_size: object, population: int) -> PlannedSize:
    """Work out how many issues to draw, from the parameter ``sample_size``.

    A size above the population means all of it: an auditor who asks for 25 of 7 issues gets the 7, and is told.

    Parameters
    ----------
    sample_size : int or mapping
        A number; ``{"confidence": …, "tolerable_rate": …, "expected_rate": …}``; or ``{"by_population": rows}``.
    population : int
        Issues in the population, N.

    Returns
    -------
    PlannedSize
        ``size`` = min(asked, N).

    Raises
    ------
    SampleError
        If the parameter has another form, or no size meets it.
    """
    asked, deviations, source = _asked_size(sample_size, population)
    if asked < 1 and population > 0:
        raise SampleError(f"sample_size is {asked}; at least one issue must be drawn")
    if population == 0:
        return PlannedSize(0, asked, deviations, f"{source}; the population is empty, so nothing is drawn")
    if asked > population:
        reason = f"{source}; the population has only {count_of(population, 'issue')}, so all of it is drawn"
        return PlannedSize(population, asked, deviations, reason)
    return PlannedSize(asked, asked, deviations, f"{source}; drawn from {count_of(population, 'issue')}")


def size_from_table(rows: Sequence[Sequence[Any]], population: int) -> int:
    """Read a sample size from an audit firm's table.

    Parameters
    ----------
    rows : sequence of (bound, size)
        ``bound`` is a number or None (any population); ``size`` a number, ``"all"``, or a percentage like ``"10%"``,
        rounded up. The first row whose bound is not below N counts.
    population : int
        Issues in the population, N.

    Returns
    -------
    int
        What the table says; it may be more than N.

    Raises
    ------
    SampleError
        If no row covers N, or a row can't be read.
    """
    for row in rows:
        if len(row) != 2 or not (row[0] is None or _is_count(row[0])):
            raise SampleError(
                f"sample_size.by_population: {list(row)} is not [bound, size] with a number or null first"
            )
        bound, size = row
        if bound is not None and bound < population:
            continue
        if size == "all":
            return population
        if _is_count(size):
            return int(size)
        percentage = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*", size) if isinstance(size, str) else None
        if percentage is None or Fraction(percentage[1]) > 100:
            raise SampleError(f"sample_size.by_population: {size!r} is not a number, all, or a percentage like 10%")
        return ceil(Fraction(percentage[1]) * population / 100)
    raise SampleError(f"sample_size.by_population: no row covers {population:,} issues; end with [null, size]")


def size_from_rates(
    confidence: Rate,
    tolerable: Rate,
    expected: Rate = 0,
    population: int | None = None,
    *,
    expected_deviations: int | None = None,
) -> Plan:
    """Find the smallest sample that can show the deviation rate to be tolerable.

    Parameters
    ----------
    confidence : rate
        One-sided confidence, between 0 and 1.
    tolerable : rate
        Tolerable deviation rate, between 0 and 1.
    expected : rate
        Expected deviation rate, less than tolerable; k = ceil(n · expected) deviations are planned for.
    population : int, optional
        N: take the sample for one without replacement (hypergeometric) from a population in which
        K = ceil(tolerable · N) issues deviate. Default: binomial.
    expected_deviations : int, optional
        Plan for this count instead of ``expected``.

    Returns
    -------
    Plan
        The smallest n whose probability of at most k deviations is ≤ 1 − confidence, and k.

    Raises
    ------
    SampleError
        If a rate is out of range, or no sample of up to 20,000 issues will do.

    Notes
    -----
    AICPA Audit Guide *Audit Sampling*, appendix A, table A-1. Integers only: the probability of n + 1 issues follows
    from that of n by one subtraction, so thousands of sizes are tried in exact arithmetic in well under a second.
    """
    risk = 1 - rate_of(confidence, "confidence", above=0, below=1)
    rate = rate_of(tolerable, "tolerable rate", above=0, below=1)
    share = Fraction(0)
    if expected_deviations is not None:
        if expected_deviations < 0:
            raise SampleError(f"expected deviations is {expected_deviations}; it can't be negative")
    else:
        share = rate_of(expected, "expected rate", least=0, below=1)
        if share >= rate:
            raise SampleError(
                f"expected rate {expected} is not below the tolerable rate {tolerable}: no sample will do"
            )
    if population is None:
        found = _size_binomial(risk, rate, share, expected_deviations)
    else:
        if population < 1:
            raise SampleError(f"population is {population}; it must be at least 1")
        found = _size_hypergeometric(risk, ceil(rate * population), share, expected_deviations, population)
    if found is None:
        most = _LARGEST_SAMPLE if population is None else min(_LARGEST_SAMPLE, population)
        raise SampleError(
            f"no sample of up to {most:,} issues will do: too many deviations expected for tolerable {tolerable}"
        )
    return found


def _asked_size(sample_size: object, population: int) -> tuple[int, int | None, str]:
    """Return the size that the parameter asks for, the deviations planned for, and where they come from."""
    if isinstance(sample_size, int) and not isinstance(sample_size, bool):
        return sample_size, None, f"{sample_size:,} asked for"
    spec: dict[str, Any] = dict(
        sample_size if isinstance(sample_size, Mapping) else getattr(sample_size, "__dict__", {})
    )
    if set(spec) == {"by_population"}:
        asked = size_from_table(spec["by_population"], population)
        return asked, None, f"the firm's table gives {asked:,} for a population of {population:,}"
    if {"confidence", "tolerable_rate"} <= set(spec) <= {"confidence", "tolerable_rate", "expected_rate"}:
        confidence, tolerable, expected = spec["confidence"], spec["tolerable_rate"], spec.get("expected_rate", 0)
        plan = size_from_rates(confidence, tolerable, expected)
        source = (
            f"{plan.n:,} for confidence {confidence}, tolerable rate {tolerable} and expected rate {expected}, "
            f"{count_of(plan.deviations, 'deviation')} planned for (binomial)"
        )
        return plan.n, plan.deviations, source
    raise SampleError(
        f"sample_size is {sample_size!r}; give a number, {{confidence, tolerable_rate, expected_rate}}, "
        "or {by_population: [[bound, size], …]}"
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def count_of(number: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def rate_of(
    value: Rate, name: str, *, above: int | None = None, least: int | None = None, below: int | None = None
) -> Fraction:
    """Read a rate exactly, as decimal text, and refuse one that is out of range."""
    try:
        rate = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError) as error:
        raise SampleError(f"{name} is {value!r}; give a fraction like 0.05") from error
    if (
        (above is not None and rate <= above)
        or (least is not None and rate < least)
        or (below is not None and rate >= below)
    ):
        raise SampleError(f"{name} is {value}; it must lie between 0 and 1 (5 % is 0.05)")
    return rate


def _size_binomial(risk: Fraction, rate: Fraction, share: Fraction, fixed: int | None) -> Plan | None:
    """Smallest n with P(at most k of n) <= risk; all probabilities are integers over b^n, with rate = a / b.

    ``tail`` is P(at most k of n) and ``last`` is P(exactly k of n). One issue more: tail loses a / b of last. One
    deviation more: tail gains the next last.
    """
    a, b = rate.numerator, rate.denominator
    k = 0
    whole, tail, last = 1, 1, 1  # n = 0
    for n in range(1, _LARGEST_SAMPLE + 1):
        whole *= b
        tail = tail * b - last * a
        last = last * (b - a) * n // (n - k)
        wanted = ceil(n * share) if fixed is None else fixed
        while k < min(wanted, n - 1):
            last = last * (n - k) * a // ((k + 1) * (b - a))
            tail += last
            k += 1
        if k == wanted and tail * risk.denominator <= risk.numerator * whole:
            return Plan(n, k)
    return None


def _size_hypergeometric(risk: Fraction, bad: int, share: Fraction, fixed: int | None, population: int) -> Plan | None:
    """Smallest n with P(at most k of n) <= risk, drawn without replacement; ``bad`` of ``population`` deviate.

    ``tail`` is P(at most k of n) as a count of samples, ``whole`` the count of all samples of n.
    """
    good = population - bad
    k = 0
    whole, tail, last = 1, 1, 1  # n = 0
    for n in range(1, min(_LARGEST_SAMPLE, population) + 1):
        left = population - n + 1
        whole = whole * left // n
        tail = (tail * left - last * (bad - k)) // n
        wanted = ceil(n * share) if fixed is None else fixed
        last = last * (good - n + 1 + k) // (n - k) if last and n > k else samples(bad, good, n, k)
        while k < wanted:
            k += 1
            last = samples(bad, good, n, k)
            tail += last
        if tail * risk.denominator <= risk.numerator * whole:
            return Plan(n, k)
    return None


def samples(bad: int, good: int, n: int, k: int) -> int:
    """Count the samples of n that hold exactly k of the ``bad``."""
    return comb(bad, k) * comb(good, n - k) if k <= n else 0


def is_possible(size: int, deviations: int, rate: int, risk: Fraction) -> bool:
    """Say whether at most ``deviations`` of ``size`` are more probable than ``risk`` at a rate of ``rate`` / 10¹⁵.

    Sixty digits decide it, since every term is positive and each step adds at most one unit in the last; what they
    can't tell apart is decided by integers.
    """
    one = 10**LIMIT_DIGITS
    good, bad = Decimal(one - rate).scaleb(-LIMIT_DIGITS), Decimal(rate).scaleb(-LIMIT_DIGITS)
    odds = _PRECISE.divide(bad, good)
    term = _PRECISE.power(good, size)
    tail = term
    for i in range(deviations):
        term = _PRECISE.divide(_PRECISE.multiply(_PRECISE.multiply(term, Decimal(size - i)), odds), Decimal(i + 1))
        tail = _PRECISE.add(tail, term)
    wanted = _PRECISE.divide(Decimal(risk.numerator), Decimal(risk.denominator))
    if abs(tail - wanted) > wanted * Decimal("1e-40"):
        return tail > wanted
    exact = sum(comb(size, i) * rate**i * (one - rate) ** (size - i) for i in range(deviations + 1))
    return bool(exact * risk.denominator > risk.numerator * one**size)
