"""Controls on the cover: the population's rate is exact, a sample's says what it allows, and too small a one says nothing."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from auditlib.report.cover.controls import COLUMNS, OF_LIBRARY, controls, of_library


def row(scope, tested, exceptions, no_evidence=0, *, limit="", tolerable=""):
    cells = {
        "attribute": "in time", "question": "In time?", "scope": scope, "tested": str(tested), "passed": "",
        "exceptions": str(exceptions), "no_evidence": str(no_evidence), "not_applicable": "0", "upper_limit": limit,
        "confidence": "0.9" if limit else "", "tolerable_rate": tolerable,
    }  # fmt: skip
    return [cells[name] for name in COLUMNS]


def shown(*rows):
    (found, *others), end = controls(pd.DataFrame(rows, columns=list(COLUMNS)))
    assert not others
    return found, end


@pytest.mark.parametrize(
    ("given", "words", "limit"),
    [
        (
            row("sample", 23, 9, limit="0.546219"),
            "9 of 23 (39.1 %)",
            "at most 54.7 % of the population, at 90 % confidence",
        ),
        (row("sample", 1, 0, limit="0.9"), "0 of 1 (0 %)", "too few to say anything of the population"),
        (row("sample", 9, 9, limit="1"), "9 of 9 (100 %)", "sets no limit for the population"),
        (row("sample", 5, 2, 1), "3 of 5 (60.0 %): 2 exceptions, 1 without evidence", "no limit follows"),
        (row("sample", 0, 0), "concerns none", ""),
    ],
)
def test_a_sample_says_what_it_allows(given, words, limit):
    """An upper limit is rounded up; without a random draw none follows."""
    found, _ = shown(given)
    assert found.population is None
    assert found.sample.words == words
    assert found.sample.limit_words.startswith(limit)
    assert bool(found.sample.limit_words) == bool(limit)


def test_population_and_sample_are_drawn_on_one_scale():
    """A bar of 19.6 % is half as long as a dot at 39.1 % is far; the line of what can be tolerated stands where its rate is."""
    found, end = shown(row("sample", 23, 9, limit="0.546219", tolerable="0.10"), row("population", 332, 64, 1))
    assert end == 0.6
    bar, dot = (float(re.search(pattern, found.drawing)[1]) for pattern in (r'width="([\d.]+)"', r'cx="([\d.]+)"'))
    assert bar / dot == pytest.approx((65 / 332) / (9 / 23), rel=0.01)
    assert float(re.search(r'class="tolerable" d="M([\d.]+)', found.drawing)[1]) == pytest.approx(300 * 0.1 / 0.6)
    for said in ("population 65 of 332 (19.6 %)", "sample 9 of 23 (39.1 %)", "tolerable 10 %"):
        assert said in found.drawing


def test_a_sample_that_is_all_that_is_concerned_estimates_nothing():
    """It was drawn at random all the same, and what is found in it is exact."""
    found, _ = shown(row("population", 16, 3), row("sample", 16, 3))
    assert found.sample.limit_words == "all that it concerns, so that nothing is estimated"
    found, _ = shown(row("population", 16, 3), row("sample", 5, 3))
    assert found.sample.limit_words.startswith("no limit follows")


def test_a_sample_too_small_is_not_drawn():
    """A dot would say something."""
    found, _ = shown(row("sample", 1, 0, limit="0.9"))
    assert "<circle" not in found.drawing
    assert "nothing to draw" in found.drawing


def test_no_control_is_no_drawing():
    """And a scale all the same."""
    assert controls(pd.DataFrame(columns=list(COLUMNS)))[0] == []


def test_controls_of_the_library_are_shown_as_attributes_are():
    """The exact rate and the sample's limit stand in one row; what looks at no issue has no sample."""
    row_of = dict.fromkeys(OF_LIBRARY, "")
    first = row_of | {
        "control": "CT-01", "title": "approved before go", "criterion": "CC8.1", "question": "Was it?",
        "population_tested": "35", "exceptions": "5", "no_evidence": "1", "sample_tested": "25", "sample_exceptions": "3",
        "sample_no_evidence": "0", "upper_limit": "0.24", "confidence": "0.9", "tolerable_rate": "0.1",
    }  # fmt: skip
    other = row_of | {"control": "CT-22", "title": "nothing deleted", "population_tested": "2", "exceptions": "0"}
    found, _ = controls(of_library(pd.DataFrame([first, other])))
    assert [one.name for one in found] == ["CT-01 approved before go", "CT-22 nothing deleted"]
    assert found[0].question == "Was it? (CC8.1)"
    assert found[0].population.words == "6 of 35 (17.1 %): 5 exceptions, 1 without evidence"
    assert (found[0].sample.words, found[0].sample.tolerable) == ("3 of 25 (12.0 %)", "0.1")
    assert found[0].sample.limit_words == "at most 24.0 % of the population, at 90 % confidence"
    assert found[0].population.limit == ""
    assert found[1].sample is None
