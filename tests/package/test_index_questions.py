"""Each response is to a question that a run asks under its topic, at an address of its Jira."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.package.index_questions import question_problem
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request


def entry(topic: str, path: str) -> Entry:
    request = Request("GET", path).packed()
    return Entry(
        f"{topic}/000001.json.gz", topic, request, datetime(2026, 10, 1, tzinfo=UTC), 200, "0" * 64, 2, {}, 1, "", ""
    )


@pytest.mark.parametrize(
    ("topic", "path", "deployment", "problem"),
    [
        ("server", "rest/api/3/serverInfo", "cloud", ""),
        ("server", "rest/api/2/serverInfo", "cloud", ""),
        ("server", "rest/api/2/serverInfo", "data-center", ""),
        ("again/server", "rest/api/2/serverInfo", "cloud", "no address of this Jira, which is cloud"),
        ("account", "rest/api/2/myself", "cloud", "no address of this Jira, which is cloud"),
        ("account", "rest/api/3/myself", "data-center", "no address of this Jira, which is data-center"),
        ("account", "rest/api/3/serverInfo", "cloud", "is not what is asked for"),
    ],
)
def test_a_question_is_asked_at_an_address_of_its_jira(topic, path, deployment, problem):
    """But for the very first one, where it is not known yet which Jira it is: both answer at the one of Data Center."""
    said = question_problem(entry(topic, path), deployment)
    assert said.endswith(problem) if not problem else problem in said
    assert bool(said) is bool(problem)
