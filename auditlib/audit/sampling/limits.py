"""Upper limits of a deviation rate: what the deviations found in a sample allow to conclude. Pure."""

from __future__ import annotations

from fractions import Fraction
from math import comb

from auditlib.audit.sampling.sizes import LIMIT_DIGITS, Rate, count_of, is_possible, rate_of, samples
from auditlib.errors import SampleError
from auditlib.phrases import percent, percent_up

CONFIDENCE = "0.90"
"""Confidence of conclusions where nobody names one."""


def upper_limit(size: int, deviations: int, confidence: Rate, population: int | None = None) -> Fraction:
    """Return the upper limit of the deviation rate: the largest rate that the sample does not rule out.

    The largest rate for which at most ``deviations`` deviations are still more probable than 1 − confidence. It is
    meant for random draws only; a selection by hand has no such limit.

    Parameters
    ----------
    size : int
        Issues tested, n.
    deviations : int
        Deviations found, k; 0 <= k <= n.
    confidence : rate
        One-sided confidence, between 0 and 1.
    population : int, optional
        N: the sample was drawn without replacement from so many issues (hypergeometric); the limit is then K / N with
        the largest K. Default: binomial (Clopper and Pearson's limit), never more than 10⁻¹⁵ above the true one.

    Returns
    -------
    Fraction
        Between 0 and 1.

    Raises
    ------
    SampleError
        If the numbers contradict one another or confidence is out of range.

    Notes
    -----
    C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), doi:10.1093/biomet/26.4.404. AICPA table A-3.
    """
    risk = 1 - rate_of(confidence, "confidence", above=0, below=1)
    if size < 1 or not 0 <= deviations <= size:
        raise SampleError(f"{deviations} deviations in {size} issues: need size >= 1 and 0 <= deviations <= size")
    if population is not None:
        if population < size:
            raise SampleError(f"a sample of {size} can't come from a population of {population}")
        return _limit_hypergeometric(size, deviations, risk, population)
    if deviations == size:
        return Fraction(1)
    low, high = 0, 10**LIMIT_DIGITS  # at 0 the sample is certain, at 1 impossible
    while high - low > 1:
        middle = (low + high) // 2
        if is_possible(size, deviations, middle, risk):
            low = middle
        else:
            high = middle
    return Fraction(high, 10**LIMIT_DIGITS)


def says_nothing(tested: int, confidence: str, tolerable: str | None = None) -> bool:
    """Say whether a sample is too small to show anything: not even without a deviation would the limit be of use.

    Parameters
    ----------
    tested : int
        Sampled issues that an attribute concerns.
    confidence : str
        Of the limit.
    tolerable : str, optional
        The tolerable rate; without one, a limit above one half says nothing.

    Examples
    --------
    >>> says_nothing(3, "0.90"), says_nothing(4, "0.90"), says_nothing(21, "0.90", "0.10")
    (True, False, True)
    """
    return tested == 0 or upper_limit(tested, 0, confidence) > Fraction(tolerable or "0.5")


def evaluation_words(size: int, deviations: int, confidence: Rate, population: int | None = None) -> str:
    """Say what a tested sample allows to conclude, as one sentence without a full stop.

    Raises
    ------
    SampleError
        If the numbers contradict one another.
    """
    limit = percent_up(upper_limit(size, deviations, confidence, population))
    drawn = "" if population is None else f", drawn from {population:,}"
    found = count_of(deviations, "deviation") if deviations else "no deviation"
    return (
        f"{count_of(size, 'issue')} drawn at random{drawn}, with {found}, {'supports' if size == 1 else 'support'} a deviation "
        f"rate of at most {limit} % in the population, at {percent(confidence)} % confidence"
    )


def plan_words(size: int, confidence: Rate) -> str:
    """Say before the test what a sample of this size can show, and what a deviation would cost.

    >>> plan_words(25, "0.90")
    '25 without a deviation support at most 8.8 % at 90 % confidence; one deviation raises that to 14.7 %'
    """
    none = percent_up(upper_limit(size, 0, confidence))
    shows = "supports" if size == 1 else "support"
    words = f"{size:,} without a deviation {shows} at most {none} % at {percent(confidence)} % confidence"
    if size == 1:
        return words
    return f"{words}; one deviation raises that to {percent_up(upper_limit(size, 1, confidence))} %"


def _limit_hypergeometric(size: int, deviations: int, risk: Fraction, population: int) -> Fraction:
    """Largest K / N for which at most ``deviations`` of ``size`` are more probable than ``risk``."""
    whole = comb(population, size) * risk.numerator
    low, high = deviations, population - size + deviations + 1  # certain at the one, impossible at the other
    while high - low > 1:
        bad = (low + high) // 2
        good = population - bad
        least = max(0, size - good)
        term = samples(bad, good, size, least)
        tail = term
        for i in range(least, deviations):
            term = term * (bad - i) * (size - i) // ((i + 1) * (good - size + i + 1))
            tail += term
        if tail * risk.denominator > whole:
            low = bad
        else:
            high = bad
    return Fraction(low, population)
