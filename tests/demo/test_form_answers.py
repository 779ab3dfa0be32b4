"""Each form shows in what the embedded Jira sends; a form that is not there is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
import requests
from form_cases import ALONE, BESIDE, DIALECTS, ELSEWHERE, LOSSES, with_beside
from small_world import full_world

from auditlib.demo.server.cloud.workspace import CLOUD_ID
from auditlib.demo.server.exchange import ABSENT_ISSUE, HIDDEN_ISSUE, NO_ISSUE
from auditlib.demo.server.forms import list_forms, parse_forms
from auditlib.demo.server.known_forms import FORMS
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.records import Issue, World
from auditlib.errors import UsageError


class Asker:
    """Asks what shows the forms, and gives the answers without the address."""

    def __init__(self, world: World, dialect: str) -> None:
        self._world, self._dialect = world, dialect
        self._known: dict[str, list[tuple[int, str, str]]] = {}

    def known(self, forms: Mapping[str, str]) -> list[tuple[int, str, str]]:
        """Return the answers, asked for once."""
        if repr(forms) not in self._known:
            self._known[repr(forms)] = self.answers(forms)
        return self._known[repr(forms)]

    def answers(self, forms: Mapping[str, str]) -> list[tuple[int, str, str]]:
        """Return status, kind and body of each answer."""
        with EmbeddedJira(
            self._world, self._dialect, forms=forms, clock=lambda: datetime(2026, 11, 1, tzinfo=UTC)
        ) as jira:
            ask = self._cloud if self._dialect == "cloud" else self._center
            with requests.Session() as session:
                session.trust_env = False
                session.auth = (jira.user, jira.token)
                return [
                    (answer.status_code, f"{answer.headers.get('Content-Type')} {answer.headers.get('X-AAccountId')}",
                     answer.text.replace(jira.url, "http://jira"))
                    for answer in ask(session, jira.url)
                ]  # fmt: skip

    def _issue(self) -> Issue:
        return max(self._world.issues.values(), key=lambda one: (one.visible, len(one.attachments), len(one.comments)))

    def _parts(self, session: requests.Session, api: str) -> Iterator[requests.Response]:
        issue = self._issue()
        hidden = next(one for one in self._world.issues.values() if not one.visible)
        fields = {"fields": "*all", "expand": "changelog"}
        yield session.get(f"{api}/issue/{issue.key}", params=fields)
        yield session.get(f"{api}/issue/{hidden.key}")
        for part in ("changelog", "comment", "worklog", "watchers", "votes", "remotelink"):
            yield session.get(f"{api}/issue/{issue.key}/{part}")
        yield session.get(f"{api}/project/PAY/securitylevel")
        yield session.get(f"{api}/status")

    def _cloud(self, session: requests.Session, url: str) -> Iterator[requests.Response]:
        api = f"{url}/rest/api/3"
        yield from self._parts(session, api)
        jql = "project in (PAY, OPS, PAYX) ORDER BY key ASC"
        for fields in (["key"], ["summary", "customfield_10016", "comment", "attachment"]):
            token: object = None
            for _ in range(4):
                asked = {"jql": jql, "fields": fields, "maxResults": 5000, "nextPageToken": token}
                yield (answer := session.post(f"{api}/search/jql", json=asked))
                token = answer.json().get("nextPageToken")
                if token is None:
                    break
        ids = [str(number) for number in self._world.issues]
        asked = {"issueIdsOrKeys": ids, "maxResults": 9000}
        yield (answer := session.post(f"{api}/changelog/bulkfetch", json=asked))
        token = answer.json().get("nextPageToken")
        if token is not None:
            yield session.post(f"{api}/changelog/bulkfetch", json={**asked, "nextPageToken": token})
        for offset in (0, 25, 1000):
            yield session.get(f"{api}/auditing/record", params={"offset": offset})
        workspace = f"{url}/audit-log/v1/workspaces/ari%3Acloud%3Ajira%3A%3Asite%2F{CLOUD_ID}"
        yield session.get(f"{workspace}/event-actions")
        yield session.get(f"{workspace}/events")
        yield session.get(f"{api}/attachment/content/{self._issue().attachments[0].id}", params={"redirect": "false"})

    def _center(self, session: requests.Session, url: str) -> Iterator[requests.Response]:
        api = f"{url}/rest/api/2"
        yield from self._parts(session, api)
        asked = {"jql": "project in (PAY, OPS, PAYX) ORDER BY key ASC", "maxResults": 1000}
        yield session.get(f"{api}/search", params=asked)
        events = f"{url}/rest/auditing/1.0/events"
        yield (answer := session.get(events, params={"limit": 1000}))
        paging = answer.json().get("pagingInfo", {}) if "json" in answer.headers["Content-Type"] else {}
        if isinstance(paging.get("nextPageCursor"), str):
            yield session.get(events, params={"limit": 1000, "pageCursor": paging["nextPageCursor"]})
        attachment = self._issue().attachments[0]
        yield session.get(f"{url}/secure/attachment/{attachment.id}/file")


@pytest.fixture(scope="module")
def askers(small_company) -> dict[str, Asker]:
    """Who asks the small company, by dialect."""
    return {dialect: Asker(small_company.world, dialect) for dialect in DIALECTS}


@pytest.mark.parametrize(("dialect", "form"), [one for one in ALONE if "log-in" not in str(one.id)])
def test_a_form_shows(askers, dialect, form):
    """No value of a form is a name alone: beside the default, an answer is another one."""
    beside = {name: value for name, value in with_beside(form).items() if name != form[0]}
    assert askers[dialect].answers(beside | dict([form])) != askers[dialect].known(beside)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_question_gets_the_same_answer(askers, dialect):
    """So that a difference is the form's."""
    assert askers[dialect].answers({}) == askers[dialect].known({})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"history-creatd": "text"}, "did you mean history-created?"),
        ({"history-created": "second"}, "did you mean seconds?"),
        ({"hidden-issue": "403"}, "only the other Jira does that"),
        ({"qqq": "403"}, "there is none of this name"),
    ],
)
def test_a_form_that_is_not_there_is_refused(small_company, given, message):
    """With what was probably meant."""
    with pytest.raises(UsageError, match=message) as raised:
        EmbeddedJira(small_company.world, "cloud", forms=given)
    assert raised.value.status == 2


@pytest.mark.parametrize("text", ["history-created", "=text", "history-created="])
def test_a_choice_is_a_name_and_a_value(text):
    """Anything else is wrong usage."""
    with pytest.raises(UsageError, match="NAME=VALUE"):
        parse_forms([text])


def test_every_form_is_listed_with_its_source():
    """Each name and value, default, dialect and source; no name twice in a dialect, and no value twice."""
    text = list_forms()
    for form in FORMS:
        assert f"{form.name}={'|'.join(form.choices)}" in text
        assert form.source.startswith("[")
        assert form.says.endswith(".")
        assert len(set(form.choices)) == len(form.choices) > 1
    for dialect in DIALECTS:
        names = [form.name for form in FORMS if dialect in form.dialects]
        assert len(set(names)) == len(names)
    assert {name for name, _ in LOSSES} | BESIDE.keys() | ELSEWHERE <= {form.name for form in FORMS}


# what single forms send


def one_answer(
    world: World, dialect: str, path: str, forms: Mapping[str, str], body: object = None
) -> requests.Response:
    with EmbeddedJira(world, dialect, forms=forms) as jira, requests.Session() as session:
        session.trust_env = False
        session.auth = (jira.user, jira.token)
        return session.request("GET" if body is None else "POST", f"{jira.url}{path}", json=body)


@pytest.mark.parametrize(
    ("value", "written"),
    [("milliseconds", 1767376800250), ("seconds", 1767376800), ("text", "2026-01-02T13:00:00.250-0500")],
)
def test_the_time_of_a_change_in_bulk(value, written):
    """One instant, in three forms."""
    asked = {"issueIdsOrKeys": ["AC-1"]}
    answer = one_answer(full_world(), "cloud", "/rest/api/3/changelog/bulkfetch", {"history-created": value}, asked)
    entries = answer.json()["issueChangeLogs"][0]["changeHistories"]
    assert {entry["id"]: entry["created"] for entry in entries}["1005"] == written


@pytest.mark.parametrize(
    ("value", "status", "words"),
    [
        ("as-absent", 404, NO_ISSUE),
        ("404", 404, HIDDEN_ISSUE),
        ("403", 403, HIDDEN_ISSUE),
        ("401", 401, HIDDEN_ISSUE),
        ("403-translated", 403, "Sie haben nicht das Recht"),
    ],
)
def test_a_hidden_issue_is_told_from_an_absent_one(value, status, words):
    """By status or text, on Data Center, in every form but one."""
    forms = {"hidden-issue": value}
    hidden = one_answer(full_world(), "data-center", "/rest/api/2/issue/AC-20", forms)
    absent = one_answer(full_world(), "data-center", "/rest/api/2/issue/AC-999", forms)
    assert hidden.status_code == status
    assert hidden.json()["errorMessages"][0].startswith(words)
    assert absent.status_code == 404
    assert absent.json()["errorMessages"] == [NO_ISSUE if value == "as-absent" else ABSENT_ISSUE]
    assert (hidden.content == absent.content) == (value == "as-absent")


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ("errorMessages", {"errorMessages": ["Unauthorized; scope does not match"], "errors": {}}),
        ("errors", {"errorMessages": [], "errors": {"permission": "Unauthorized; scope does not match"}}),
        ("message", {"code": 401, "message": "Unauthorized; scope does not match"}),
        ("html", "<h1>Unauthorized; scope does not match</h1>"),
        ("xml", "<message>Unauthorized; scope does not match</message>"),
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_refused_part_leaves_the_rest(dialect, value, body):
    """The words stand where the form says; the account is accepted all the same."""
    forms = {"refused-part": "log", "refused-status": "401", "error-body": value}
    path = "/rest/api/3/auditing/record" if dialect == "cloud" else "/rest/auditing/1.0/events"
    answer = one_answer(full_world(), dialect, path, forms)
    assert answer.status_code == 401
    assert body in answer.text if isinstance(body, str) else body == answer.json()
    assert one_answer(full_world(), dialect, f"/rest/api/{3 if dialect == 'cloud' else 2}/myself", forms).ok
