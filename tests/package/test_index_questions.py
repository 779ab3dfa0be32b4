"""Where each topic is asked for: what a run asks passes, whatever it did not know yet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.package.index_questions import question_problem
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request


def entry(topic: str, path: str) -> Entry:
    return Entry("x/000001.json.gz", topic, Request("GET", path), datetime(2026, 10, 2, tzinfo=UTC), 200, "", 0, {}, 1)


@pytest.mark.parametrize("deployment", ["cloud", "data-center"])
def test_which_jira_it_is_may_be_asked_at_the_address_that_both_answer(deployment):
    """With deployment: auto a run begins so, whatever it then finds; the account it asks where its Jira answers."""
    assert question_problem(entry(topics.SERVER.of(), "rest/api/2/serverInfo"), deployment) == ""
    said = question_problem(entry(topics.ACCOUNT.of(), "rest/api/2/myself"), deployment)
    assert ("no address of this Jira" in said) == (deployment == "cloud")
