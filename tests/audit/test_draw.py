"""The draw is the contract's, and the auditor's own selection is checked."""

from __future__ import annotations

import hashlib
import time
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from draws import issues
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.audit.sampling.draw import draw_sample, parse_keys, select_keys, stratum_names, ticket
from auditlib.errors import SampleError


def test_ticket_is_pinned():
    """A change of the ticket changes past workpapers: it must be seen here first."""
    assert ticket("2026", "PAY-1") == hashlib.sha256(b"2026:PAY-1").hexdigest()
    assert ticket("é", "PAY-1") == hashlib.sha256("é:PAY-1".encode()).hexdigest()


def test_draw_is_pinned():
    """A change of the draw changes past workpapers: it must be seen here first."""
    drawn = draw_sample(issues(PAY=40, OPS=9), 5, "FY26")
    tickets = sorted((hashlib.sha256(f"FY26:{key}".encode()).hexdigest(), key) for key in issues(PAY=40, OPS=9)["key"])
    assert list(drawn["key"]) == [key for _, key in tickets[:5]] == ["PAY-20", "OPS-5", "PAY-26", "PAY-27", "PAY-31"]
    assert list(drawn["ticket"]) == [digest for digest, _ in tickets[:5]]
    assert list(drawn.columns) == ["order", "key", "ticket", "stratum", "project", "number", "issue_type", "summary"]
    assert list(drawn["order"]) == [1, 2, 3, 4, 5]
    assert set(drawn["stratum"]) == {""}
    assert (drawn["key"] == drawn["project"] + "-" + drawn["number"].astype(str)).all()


def dealt_by_the_contract(counts, size):
    """The contract's rule for strata, word for word and slowly."""
    given_to = dict.fromkeys(counts, 0)
    turns = []
    for name in sorted(sorted(counts), key=lambda name: -counts[name]):
        if len(turns) < size:
            turns.append(name)
            given_to[name] += 1
    while len(turns) < size:
        left = [name for name in sorted(counts) if given_to[name] < counts[name]]
        best = max(Fraction(counts[name], 2 * given_to[name] + 1) for name in left)
        name = next(name for name in left if Fraction(counts[name], 2 * given_to[name] + 1) == best)
        turns.append(name)
        given_to[name] += 1
    return turns


@given(st.dictionaries(st.sampled_from(["PAY", "OPS", "LAB", "NEW", "OLD"]), st.integers(1, 12)), st.data())
@settings(max_examples=100, deadline=None)
def test_strata_are_dealt_by_the_contract(counts, data):
    """Places go to strata as the contract says, and within a stratum to the smallest tickets in their order."""
    population = issues(**counts)
    size = data.draw(st.integers(0, len(population)))
    drawn = draw_sample(population, size, "seed", ["project"])
    assert list(drawn["stratum"]) == dealt_by_the_contract(counts, size)
    for project, rows in drawn.groupby("stratum"):
        mine = sorted(ticket("seed", key) for key in population.loc[population["project"] == project, "key"])
        assert list(rows["ticket"]) == mine[: len(rows)]


@given(
    st.integers(0, 21), st.integers(0, 21), st.sampled_from([(), ("project",), ("project", "issue_type")]), st.randoms()
)
@settings(max_examples=50, deadline=None)
def test_a_larger_sample_contains_the_smaller(one, other, strata, random):
    """The smaller sample is the beginning of the larger, and the order of the population does not matter."""
    population = issues(PAY=12, OPS=6, LAB=3)
    shuffled = population.iloc[random.sample(range(21), 21)]
    small, large = sorted((one, other))
    first, second = draw_sample(population, small, "s", strata), draw_sample(shuffled, large, "s", strata)
    pd.testing.assert_frame_equal(first, second.head(small))


def test_strata_are_named_for_readers():
    """Values are joined with a slash, empty ones are shown, and a name is one line."""
    population = pd.DataFrame({"key": ["A-1", "A-2", "A-3"], "a": ["x", None, " "], "b": ["y\tz\n", 3, float("nan")]})
    assert stratum_names(population, ["a", "b"]) == ["x / y z", "(none) / 3", "(none) / (none)"]


@pytest.mark.parametrize(
    ("size", "seed", "strata", "message"),
    [
        (-1, "s", (), "can't draw -1 of 3"),
        (4, "s", (), "can't draw 4 of 3"),
        (1, 412, (), "no text .int.; give it as quoted text"),
        (1, "\ud800", (), "half a character"),
        (1, "a\0b", (), "NUL"),
        (1, "s", ["team"], "no column team; it has key, project"),
    ],
)
def test_what_cannot_be_drawn_is_told(size, seed, strata, message):
    """A draw that can't be redone, or asks for more than there is, is refused."""
    with pytest.raises(SampleError, match=message):
        draw_sample(issues(PAY=3), size, seed, strata)


def test_repeated_keys_are_refused():
    """An issue that stands twice would have two chances."""
    with pytest.raises(SampleError, match="PAY-1 more than once"):
        draw_sample(pd.concat([issues(PAY=2), issues(PAY=1)]), 1, "s")


def test_an_empty_population_gives_an_empty_sample():
    """A quiet period is no error."""
    drawn = draw_sample(issues(PAY=1).head(0), 0, "s")
    assert list(drawn.columns)[:4] == ["order", "key", "ticket", "stratum"]
    assert len(drawn) == 0


def test_the_auditors_own_selection_is_checked():
    """Each key of the list is in the sample, in the auditor's order, or rejected with a reason."""
    given_keys = [" pay-3 ", "PAY-1", "PAY-3", "PAY-99", "PAY", "", "PAY-03", "OPS-2"]
    chosen = select_keys(issues(PAY=5, OPS=2), given_keys)
    assert list(chosen.sample["key"]) == ["PAY-3", "PAY-1", "OPS-2"]
    assert list(chosen.sample["order"]) == [1, 2, 3]
    assert set(chosen.sample["ticket"]) == set(chosen.sample["stratum"]) == {""}
    assert list(chosen.sample["number"]) == [3, 1, 2]
    assert [tuple(row) for row in chosen.rejected.itertuples(index=False)] == [
        (3, "PAY-3", "repeated"),
        (4, "PAY-99", "not in the population"),
        (5, "PAY", "not an issue key"),
        (6, "", "not an issue key"),
        (7, "PAY-03", "not an issue key"),
    ]
    assert set(chosen.rejected["reason"]) == {"not an issue key", "repeated", "not in the population"}
    assert len(select_keys(issues(PAY=1), []).sample) == 0


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("PAY-1\nPAY-2\n", ["PAY-1", "PAY-2"]),
        ("\ufeff# chosen on site\r\nPAY-1\r\n\r\n PAY-2 \r\n", ["PAY-1", "PAY-2"]),
        ('why,Key\n"large, old",PAY-1\nx,PAY-2\n', ["PAY-1", "PAY-2"]),
        ("PAY-1,large\nPAY-2,small\n", ["PAY-1", "PAY-2"]),
        ("", []),
    ],
)
def test_a_list_of_keys_is_read(text, keys):
    """A key a line, or a CSV file."""
    assert parse_keys(text) == keys


def test_a_hundred_thousand_issues_are_drawn_at_once():
    """Drawing, also by strata, takes a second for a large population."""
    rng = np.random.default_rng(1)
    population = pd.DataFrame({"key": [f"PAY-{n}" for n in range(100_000)], "team": rng.integers(0, 50, 100_000)})
    begin = time.perf_counter()
    assert len(draw_sample(population, 5000, "s", ["team"])) == 5000
    assert time.perf_counter() - begin < 5
