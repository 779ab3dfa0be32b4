"""The order of questions: what a pull hands on."""

from __future__ import annotations

from functools import partial

import pytest

from auditlib.demo.server.site import EmbeddedJira
from auditlib.evidence.dossier_package import Records
from auditlib.jira.connection import connected
from auditlib.pull import plan
from auditlib.pull.collect import begin
from auditlib.responses import topics
from auditlib.responses.topics import read_topic

ORDER = (
    {topics.SERVER, topics.ACCOUNT},
    {topics.PROJECT, topics.POWERS, topics.SECURITY},
    {topics.COUNT, topics.KEY_WALK},
    {topics.PROBE},
    {topics.FIRST_PASS},
    {topics.SECOND_PASS, topics.TEST_ISSUES},
    {topics.HISTORY_FIRST_PASS},
    {topics.LOG_RECORDS, topics.LOG_OLDER},
    {topics.GATEWAY, topics.EVENT_ACTIONS, topics.EVENTS},
    {topics.WORKFLOW_STATUSES},
    {topics.WORKFLOW_SCHEMES, topics.WORKFLOW_NAMES},
    {topics.WORKFLOW_SCHEME, topics.WORKFLOW_NOW},
    {topics.WORKFLOW_VERSIONS, topics.WORKFLOW_VERSION},
    {topics.SETTLE, topics.HISTORY_SETTLE, topics.MISSING, topics.HISTORY_MISSING, topics.MANNER},
    {topics.SCHEME},
    {topics.ROLE, topics.APPLICATIONS},
    {topics.MEMBERS},
    {topics.PEOPLE},
    {topics.LAST_SEEN_USERS, topics.LAST_SEEN_USER, topics.LAST_SEEN_ORGANIZATION},
)
"""What a pull from Cloud asks, step after step."""


def test_what_a_pull_hands_on_reads_what_is_asked_later(small_company, parameters, tmp_path):
    """The sampled issues are asked for after the pull: there is one store, so that what comes then is seen at once."""
    params = parameters(projects="[PAY]")
    evidence = begin(params, tmp_path, tmp_path)
    with connected(params, evidence.store, {}, partial(EmbeddedJira, small_company.world)) as (reader, _):
        handed_on = plan.pull(reader, evidence, lambda *_: None)
        assert handed_on is not evidence
        assert handed_on.store is reader.store
        before = handed_on.store.count
        reader.ask("later/account", reader.dialect.myself())
        assert handed_on.store.count == before + 1
        assert len(handed_on.store.entries("later")) == 1


def test_a_package_is_opened_by_itself_unless_a_store_is_given(parameters, tmp_path):
    """Who reads gets a store of its own; who writes gives the one that it writes into."""
    opened = Records(tmp_path, parameters())
    assert opened.store.folder == tmp_path / "data" / "raw"
    assert Records(tmp_path, parameters(), store=opened.store).store is opened.store


@pytest.mark.parametrize("deployment", ["cloud", "data-center"])
def test_no_step_begins_before_the_one_before_it_is_answered(small_company, parameters, tmp_path, deployment):
    """Each question depends on answers of the steps before: whatever is asked side by side is of one step."""
    params = parameters(projects="[PAY]", deployment=deployment, test_issue_jql="labels = x")
    evidence = begin(params, tmp_path, tmp_path)
    with connected(params, evidence.store, {}, partial(EmbeddedJira, small_company.world)) as (reader, _):
        plan.pull(reader, evidence, lambda *_: None)
    asked = [read_topic(entry.topic).topic for entry in evidence.store.entries()]
    places = [next(place for place, step in enumerate(ORDER) if topic in step) for topic in asked]
    assert places == sorted(places)
    assert {topics.FIRST_PASS, topics.SECOND_PASS, topics.TEST_ISSUES, topics.LOG_OLDER, topics.MISSING} <= set(asked)
