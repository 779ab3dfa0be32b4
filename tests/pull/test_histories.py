"""The histories of a pull: what no answer names is asked for by itself, and what can't be read is a part of a history."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import FormError
from auditlib.evidence.opened import Evidence
from auditlib.params.reading import parse_parameters
from auditlib.pull.collect import collect
from auditlib.responses import topics

BULK = "changelog/bulkfetch"

Change = Callable[[dict[str, Any]], None]


def spoiled(change: Change, ending: str = BULK) -> Callable[[Asked, Answer], Answer]:
    """Change every answer below an address."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith(ending) or answer.status != 200:
            return answer
        body = json.loads(answer.body)
        change(body)
        return replace(answer, body=json.dumps(body).encode())

    return tamper


def entries_of(evidence: Evidence) -> dict[int, list[str]]:
    """Return the ids of the history entries by issue."""
    return {issue: sorted(str(one["id"]) for one in entries) for issue, entries in evidence.answers.histories()}


@pytest.fixture(scope="module")
def pulled(small_company, tmp_path_factory):
    """Return what a pull gives that nothing spoiled."""
    return _pull(small_company, tmp_path_factory.mktemp("good"), None)


def _pull(company, folder, tamper) -> Evidence:
    text = (
        "audit: Test\njira_url: demo\nprojects: [PAY]\nperiod_start: 2026-04-01\nperiod_end: 2026-09-30\n"
        "timezone: America/New_York\nsample_seed: a seed for tests\n"
    )
    embedded = partial(EmbeddedJira, company.world, tamper=tamper)
    return collect(parse_parameters(text, "test"), folder, {}, lambda *_: None, base=folder, embedded=embedded)


@pytest.fixture
def pull(small_company, tmp_path):
    """Pull into one folder, anew or going on, from a Jira that spoils its answers."""
    return partial(_pull, small_company, tmp_path / "package")


def changed_issue(evidence: Evidence) -> int:
    """Return an issue of the first pass with a history."""
    first = evidence.answers.ids(topics.FIRST_PASS.below())
    return min(issue for issue, entries in entries_of(evidence).items() if entries and issue in first)


def test_a_history_that_no_answer_names_is_asked_for_by_itself(pulled, pull):
    """That Jira leaves a changed issue out is not taken for no history: the tables are those of a whole answer."""
    issue = changed_issue(pulled)

    def leave_out(body: dict[str, Any]) -> None:
        body["issueChangeLogs"] = [one for one in body["issueChangeLogs"] if int(one["issueId"]) != issue]

    evidence = pull(spoiled(leave_out))
    assert evidence.store.entries(topics.HISTORY_ONE.of(issue))
    assert entries_of(evidence) == entries_of(pulled)
    assert not evidence.answers.partial_histories


def test_a_history_of_null_is_no_empty_one(pulled, pull):
    """Jira names the issue and tells nothing of it."""
    issue = changed_issue(pulled)

    def empty(body: dict[str, Any]) -> None:
        for one in body["issueChangeLogs"]:
            if int(one["issueId"]) == issue:
                one["changeHistories"] = None

    assert entries_of(pull(spoiled(empty))) == entries_of(pulled)


def test_a_history_that_is_refused_by_itself_too_is_partial(pulled, pull):
    """Nothing is known of it, and that is said."""
    issue = changed_issue(pulled)

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith(f"issue/{issue}/changelog"):
            return replace(answer, status=404, body=b'{"errorMessages": ["no"]}')
        return spoiled(lambda body: body.update(issueChangeLogs=[]))(asked, answer)

    evidence = pull(tamper)
    assert issue in evidence.answers.partial_histories
    assert issue not in entries_of(evidence)


@pytest.mark.parametrize("odd", [["status"], {"name": "status"}])
def test_an_item_whose_field_is_no_text_makes_that_history_partial(pulled, pull, odd):
    """The pull goes on, the history is named, all others are whole."""
    issue = changed_issue(pulled)

    def spoil(body: dict[str, Any]) -> None:
        for one in body["issueChangeLogs"]:
            if int(one["issueId"]) == issue:
                one["changeHistories"][0]["items"][0]["field"] = odd

    evidence = pull(spoiled(spoil))
    assert evidence.answers.partial_histories == {issue}
    told = entries_of(pulled)
    del told[issue]
    assert entries_of(evidence) == told
    evidence.table_files()


def test_what_was_unusable_is_asked_for_again_when_the_run_goes_on(pulled, pull):
    """A server that answered badly once does not spoil the folder for ever."""
    with pytest.raises(FormError, match=r"bulkfetch .*at issueChangeLogs stands \{\}, expected array"):
        pull(spoiled(lambda body: body.update(issueChangeLogs={})))
    evidence = pull(None)
    assert entries_of(evidence) == entries_of(pulled)
    assert [one.topic for one in evidence.store.refusals()] == [topics.HISTORY_FIRST_PASS.of()]
