"""The made-up company is the same from the same seed, of the size asked for, and its population is what a search finds."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time

import pytest
from made_up import bounds, company_of, sees
from places import ROOT

from auditlib.demo.story.company import (
    BEGIN,
    END,
    PROJECTS,
    TIME_ZONE,
    build_company,
    edges,
)

# The whole


def test_the_same_seed_gives_the_same_bytes():
    """A demo can be compared with yesterday's only if the company did not change."""
    first, second = (pickle.dumps(build_company("twice", scale=0.1)) for _ in range(2))
    assert first == second


def test_the_company_does_not_hang_on_the_hash_seed():
    """Another process, with other hashes of text, makes the same company."""
    code = """if True:
        import hashlib
        from auditlib.demo.story.company import build_company
        company = build_company("twice", scale=0.1)
        assert company.world.powers
        company.world.powers = frozenset()  # a set of texts shows itself in the order of hashes
        print(hashlib.sha256(repr(company).encode()).hexdigest())
    """
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) == 64


def test_another_seed_gives_another_company():
    """The seed is not decoration."""
    first, second = company_of("seed 1", 0.1), company_of("seed 2", 0.1)
    assert [issue.fields["summary"] for issue in first.world.issues.values()] != [
        issue.fields["summary"] for issue in second.world.issues.values()
    ]


def test_a_negative_scale_is_refused():
    """A wrong argument is an error, not an empty company."""
    with pytest.raises(ValueError, match="negative"):
        build_company(scale=-1)


def test_the_full_company_is_made_in_three_seconds():
    """The demo must not keep people waiting."""
    begins = time.process_time()
    build_company("stop watch")
    assert time.process_time() - begins < 3


def test_the_full_company_has_the_size_that_was_asked_for():
    """A few hundred issues in the period, in projects one of whose keys is the beginning of another's."""
    company = company_of("demo", 1.0)
    assert 1200 <= len(company.world.issues) <= 2000
    assert 200 <= len(company.truth.population(PROJECTS, *bounds())) <= 600
    assert set(PROJECTS) <= set(company.world.projects)
    assert PROJECTS[1].startswith(PROJECTS[0])


def test_there_are_issues_before_in_and_after_the_period(any_scale):
    """Only then the cut by the period is a cut."""
    begins, ends = bounds()
    for project in PROJECTS:
        times = [issue.created for issue in any_scale.world.issues.values() if issue.project == project]
        assert min(times) < begins
        assert any(begins <= one < ends for one in times)
        assert max(times) >= ends


# Population


def test_the_population_is_what_search_can_find(company):
    """Found again by brute force over the world."""
    world = company.world
    begins, ends = bounds()
    found = {
        issue.key
        for issue in world.issues.values()
        if sees(world, issue) and issue.project in PROJECTS and begins <= issue.created < ends
    }
    assert company.truth.population(PROJECTS, begins, ends) == found
    assert company.truth.population(("HR", "OLD"), BEGIN, END) == set()


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "UTC"])
def test_edges_of_the_period_are_hit_in_every_zone(any_scale, zone):
    """One second decides, and the end does not belong to the period."""
    keys = any_scale.truth.population(PROJECTS, *bounds(zone))
    wanted = {"begin -1s": False, "begin exact": True, "begin +1s": True}
    wanted |= {"end -1s": True, "end exact": False, "end +1s": False}
    if zone == TIME_ZONE:
        wanted |= {"begin -1ms": False, "begin +1ms": True, "end -1ms": True, "end +1ms": False}
    for name, inside in wanted.items():
        (key,) = any_scale.truth.planted[f"edge {zone} {name}"]
        assert (key in keys) == inside
    assert {name for name, _ in edges()} <= set(any_scale.truth.planted)


def test_the_filter_finds_what_the_truth_says(company):
    """Read off the fields, as the filter's JQL says in words."""
    found = {
        issue.id
        for issue in company.world.issues.values()
        if issue.fields["issuetype"]["name"] in {"Story", "Task", "Bug", "Change", "Incident", "Sub-task"}
        and "test-data" not in issue.fields["labels"]
    }
    assert company.truth.filtered == found
    assert 0 < len(found) < len(company.world.issues)
    assert company.world.filters[10100].jql
