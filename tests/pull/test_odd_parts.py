"""A part of an issue, or the log, that is odd ends nothing; an account that is nobody any more ends all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from dossier_collection import collect_dossiers
from one_reader import keys_of, reading

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import AccountRefusedError
from auditlib.pull.access import identify
from auditlib.pull.collect import collect

DIALECTS = ("cloud", "data-center")


def spoiled(ending: str, spoil: Callable[[Answer], Answer]) -> Callable[[Asked, Answer], Answer]:
    """Spoil every answer below an address."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        return spoil(answer) if asked.path.endswith(ending) else answer

    return tamper


def body(value: object) -> Callable[[Answer], Answer]:
    """Answer with another JSON."""
    return lambda answer: replace(answer, body=json.dumps(value).encode())


def html(answer: Answer) -> Answer:
    """Answer with a page."""
    return replace(answer, body=b"<h1>Log in</h1>", headers={**answer.headers, "Content-Type": "text/html"})


ODD: dict[str, tuple[str, Callable[[Answer], Answer]]] = {
    "watchers in HTML": ("/watchers", html),
    "watchers null": ("/watchers", body(None)),
    "watchers empty": ("/watchers", lambda answer: replace(answer, body=b"")),
    "watchers 204": ("/watchers", lambda answer: replace(answer, status=204, body=b"")),
    "worklogs null": ("/worklog", body({"worklogs": None})),
    "worklogs a number": ("/worklog", body({"worklogs": 7})),
    "comments of null": ("/comment", body({"comments": [None], "total": 1, "startAt": 0})),
    "comments from nowhere": ("/comment", body({"comments": [], "startAt": None, "total": 0})),
    "links an object": ("/remotelink", body({})),
    "votes 500": ("/votes", lambda answer: replace(answer, status=500, body=b"{}")),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("odd", ODD)
def test_a_part_that_is_odd_is_named_and_the_rest_goes_on(small_company, tmp_path, dialect, odd):
    """The record lacks that part, and says so; everything else is in it."""
    ending, spoil = ODD[odd]
    keys = [
        next(issue.key for issue in small_company.world.issues.values() if issue.histories and issue.project == "PAY")
    ]
    (record,) = collect_dossiers(
        small_company.world, dialect, keys, tmp_path, tamper=spoiled(ending, spoil), files=False
    ).found
    assert record.key == keys[0]
    assert record.changes
    if odd != "comments from nowhere":
        assert any(part in note for note in record.incomplete for part in (ending[1:5], "remote")), record.incomplete


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "spoil", [body([7]), body({"id": "10001", "key": 7}), lambda answer: replace(answer, body=answer.body[:90])]
)
def test_an_issue_that_is_odd_is_named_and_the_others_are_read(small_company, tmp_path, dialect, spoil):
    """Of another form, or never whole: one issue ends no audit; the next attempt asks for it anew."""
    odd, sound = [issue.key for issue in small_company.world.issues.values() if issue.project == "PAY"][:2]
    made = collect_dossiers(
        small_company.world, dialect, [odd, sound], tmp_path, tamper=spoiled(f"/issue/{odd}", spoil), files=False
    )
    assert [one.key for one in made.found] == [sound]
    assert [(one.asked, one.unreadable) for one in made.absent] == [(odd, True)]
    assert made.store.entries(f"dossier/{odd}") == []


@pytest.mark.parametrize("header", [("X-AUSERNAME", "anonymous"), ("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")])
def test_an_answer_to_nobody_is_refused_once_the_account_is_known(small_company, tmp_path, header):
    """A Jira may go on answering 200 after the credentials have ended: with what anybody may see."""

    def to_nobody(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/search/jql"):
            return replace(answer, headers={**answer.headers, header[0]: header[1]})
        return answer

    with reading(small_company, tmp_path, tamper=to_nobody) as (reader, _):
        identify(reader)
        with pytest.raises(AccountRefusedError, match="as to nobody"):
            keys_of(reader)


def test_a_401_that_passes_is_asked_again(small_company, tmp_path):
    """One node of several may not know the session: while myself is answered, the question is sent once more."""
    refused: list[bytes] = []

    def once(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/search/jql") and asked.body not in refused:
            refused.append(asked.body)
            return replace(answer, status=401, body=b'{"errorMessages": ["Client must be authenticated"]}')
        return answer

    with reading(small_company, tmp_path, tamper=once) as (reader, _):
        identify(reader)
        assert len(keys_of(reader)) > 50
    assert refused


@pytest.mark.parametrize("spoil", [html, lambda answer: replace(answer, status=403, body=b'{"message": "no scope"}')])
def test_a_count_that_is_refused_is_a_limit(small_company, parameters, tmp_path, monkeypatch, spoil):
    """The two passes are the proof; Jira's estimate stands beside them, where it gives one."""

    def refuse(asked: Asked, answer: Answer) -> Answer:
        return replace(spoil(answer), status=403) if asked.path.endswith("approximate-count") else answer

    with EmbeddedJira(small_company.world, "cloud", tamper=refuse) as jira:
        params = parameters(jira_url=jira.url, deployment="cloud")
        monkeypatch.chdir(tmp_path)
        environ = {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
        evidence = collect(params, tmp_path, environ, lambda *_: None, base=tmp_path)
    assert evidence.listing.reconciliation["jira_count"].isna().all()
    assert (evidence.listing.reconciliation["difference"] == 0).all()
    assert set(evidence.population["key"]) == small_company.truth.population(
        params.projects, params.period.begins, params.period.ends
    )
    untold = evidence.findings[evidence.findings["id"].str.startswith("population.count-untold:")]
    assert list(untold["severity"]) == ["limit"] * len(params.projects)


def pulled_from(company, parameters, folder, dialect, spoil, **values):
    """Pull all from an embedded Jira whose answers are spoiled, and open what came."""
    with EmbeddedJira(company.world, dialect, tamper=spoil, **values.pop("jira", {})) as jira:
        environ = {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
        params = parameters(jira_url=jira.url, deployment=dialect, **values)
        return collect(params, folder, environ, lambda *_: None, base=folder)


def changed(ending: str, change: Callable[[dict], object]) -> Callable[[Asked, Answer], Answer]:
    """Change the JSON of every answer below an address."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith(ending) or answer.status != 200:
            return answer
        content = json.loads(answer.body)
        content = change(content) or content
        return replace(answer, body=json.dumps(content).encode())

    return tamper


ODD_SURROUNDINGS = {
    "a grant that is none": ("/mypermissions", lambda told: told["permissions"].update(ADMINISTER=None)),
    "no permissions": ("/mypermissions", lambda _: {"permissions": None}),
    "a time that is none": ("/serverInfo", lambda told: told.update(serverTime="now")),
    "an owner as text": ("/filter/10100", lambda told: told.update(owner="Ana")),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("odd", ODD_SURROUNDINGS)
def test_what_is_odd_around_the_issues_changes_no_population(small_company, parameters, tmp_path, dialect, odd):
    """Permissions, clock and owner are shown as far as they can be read; no table is lost for them."""
    ending, change = ODD_SURROUNDINGS[odd]
    more = {"filter_id": 10100} if "filter" in ending else {}
    evidence = pulled_from(small_company, parameters, tmp_path, dialect, changed(ending, change), **more)
    assert evidence.table_files()
    if more:
        assert "owned by Ana" in evidence.findings.set_index("id").loc["scope.filter", "statement"]
    else:
        period = evidence.period
        true = small_company.truth.population(evidence.projects, period.begins, period.ends)
        assert set(evidence.population["key"]) == true


def test_a_total_that_is_too_small_loses_no_issue(small_company, parameters, tmp_path):
    """A page that is full may have another behind it, whatever the total says."""
    one_less = changed("/search", lambda page: page.update(total=max(0, page["total"] - 1)))
    evidence = pulled_from(small_company, parameters, tmp_path, "data-center", one_less, jira={"page_size": 1})
    period = evidence.period
    true = small_company.truth.population(evidence.projects, period.begins, period.ends)
    assert set(evidence.population["key"]) == true


FOUR_EYES = (
    "[{name: four eyes, question: Did another approve, test: {different_people: [reporter, {to_status: In Progress}]}}]"
)


def test_nothing_follows_from_a_part_of_a_history(small_company, parameters, tmp_path):
    """Of a history that came in part, no state is taken for the first: the outcome is that there is no evidence."""
    evidence = pulled_from(
        small_company,
        parameters,
        tmp_path,
        "data-center",
        None,
        attributes=FOUR_EYES,
        jira={"forms": {"history-expand": "newest-alone"}},
    )
    partial = set(evidence.population.loc[evidence.population["history"] == "read in part", "key"])
    assert partial
    outcomes = evidence.sampled.population_outcomes
    assert set(outcomes.loc[outcomes["key"].isin(partial), "outcome"]) <= {"no evidence", "not applicable"}
    sampled = evidence.sampled.attributes[evidence.sampled.attributes["key"].isin(partial)]
    assert set(sampled["outcome"]) <= {"no evidence", "not applicable"}
