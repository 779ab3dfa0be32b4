"""Draws of small populations."""

from __future__ import annotations

import math
from fractions import Fraction

import pandas as pd
from hypothesis import strategies as st


def issues(**counts):
    """A population with so many issues of each project, of two types, with a summary that looks like CSV."""
    rows = [
        (
            f"{project}-{number}",
            project,
            number,
            ["Bug", "Story", None][number % 3],
            f'{number},"x",\n1,PAY-1,{"0" * 64},',
        )
        for project, count in counts.items()
        for number in range(1, count + 1)
    ]
    return pd.DataFrame(rows, columns=["key", "project", "number", "issue_type", "summary"])


def binomial_tail(k, n, rate):
    return sum(math.comb(n, i) * rate**i * (1 - rate) ** (n - i) for i in range(k + 1))


def hypergeometric_tail(k, n, bad, population):
    count = sum(math.comb(bad, i) * math.comb(population - bad, n - i) for i in range(min(k, n) + 1))
    return Fraction(count, math.comb(population, n))


rates = st.integers(1, 99).map(lambda percent: Fraction(percent, 100))
