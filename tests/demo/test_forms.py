"""Every form in which a Jira may answer leads to the same tables, or to a finding that says what could not be known."""

from __future__ import annotations

import io
import itertools
import os
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import requests
from small_world import full_world

from auditlib.demo.server.exchange import ABSENT_ISSUE, HIDDEN_ISSUE, NO_ISSUE
from auditlib.demo.server.forms import FORMS, list_forms, parse_forms
from auditlib.demo.server.site import EmbeddedJira, Rate
from auditlib.demo.world.records import Issue, World
from auditlib.errors import SourceError, UsageError
from auditlib.jira.client import Credentials, JiraReader
from auditlib.jira.protocol import dialect as speaking
from auditlib.package.recompute import recompute
from auditlib.package.verify import check_bag
from auditlib.params.model import Parameters
from auditlib.pull.collect import collect
from auditlib.responses.store import RawStore
from auditlib.run.order import Run
from auditlib.run.workbook import run

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody
LONG = os.environ.get("AUDITLIB_FORMS") == "all"
DIALECTS = ("cloud", "data-center")
PAIRS = 15

BESIDE: Mapping[str, Mapping[str, str]] = {
    "refused-status": {"refused-part": "all"},
    "error-body": {"refused-part": "all"},
    "log-paging": {"log-page": "25"},
    "log-offset": {"log-page": "25"},
    "history-repeats": {"history-page": "7"},
    "is-last": {"search-page": "50"},
    "search-repeats": {"search-page": "50"},
}
"""What a form needs to show at all: more than one page, or a part that is refused."""

ELSEWHERE = frozenset({"retry-after", "rate-reset", "rate-answer", "wrong-credentials"})
"""Forms that a run within its limits and with the right credentials does not meet; they have tests of their own."""


@dataclass(frozen=True)
class Loss:
    """What a form takes away, and how that is told.

    ``columns`` by table ("*" for all) may be others; ``findings`` may come, go or say something else, and those of ``told``
    must be there; ``ends`` is how a run ends that can't go on.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    ends: type[Exception] | None = None


WHO = {
    "population": ("reporter", "assignee"),
    "sample": ("reporter", "assignee"),
    "gaps": ("actor",),
    "deletions": ("actor",),
    "sample_history": ("author", "author_id"),
    "sample_comments": ("author", "update_author"),
}
WITHOUT_LOG = Loss(
    {
        "numbering": ("deleted", "existed", "unexplained"),
        "gaps": ("classification", "actor", "at", "evidence", "possible"),
        "deletions": ("*",),
        "gap_explanations.template": ("*",),
    },
    ("numbering.*",),
    ("numbering.log",),
)
SHORT_RECORD = Loss({}, ("dossiers.*",), ("dossiers.incomplete",))
WITHOUT_COMMENTS = Loss({"sample_comments": ("*",)}, ("dossiers.*",), ("dossiers.incomplete",))
WITHOUT_LEVELS = Loss({}, ("scope.security*",), ("scope.security-untold",))
WITHOUT_CATEGORY = Loss(
    {
        "population": ("status_category",),
        "status": ("*",),
        "sample": ("status_category",),
        "closing": ("*",),
    },
    ("closing.*", "status.*"),
)
TOLD_FROM_ABSENT = Loss(
    {
        "numbering": ("existed", "unexplained"),
        "gaps": ("classification", "evidence", "possible"),
        "gap_explanations.template": ("*",),
    },
    ("numbering.*",),
)
NEWEST_ALONE = Loss(
    {
        "population": ("status_at_period_end", "resolution_at_period_end", "history"),
        "sample": ("status_at_period_end", "resolution_at_period_end", "history"),
        "numbering": ("moved_in", "existed", "unexplained", "missing", "numbers", "last_number"),
        "gaps": ("*",),
        "gap_explanations.template": ("*",),
        "status": ("*",),
        "closing": ("*",),
        "sample_history": ("*",),
        "excluded": ("now_key",),
    },
    ("numbering.*", "status.*", "closing.*", "dossiers.*", "population.*"),
    ("dossiers.incomplete",),
)
LOSSES: Mapping[tuple[str, str], Loss] = {
    ("log-in", "captcha"): Loss(ends=SourceError),
    ("log-in", "no-passwords"): Loss(ends=SourceError),
    ("refused-part", "log"): WITHOUT_LOG,
    **{("refused-part", part): SHORT_RECORD for part in ("watchers", "votes", "links", "worklogs", "files")},
    ("refused-part", "comments"): WITHOUT_COMMENTS,
    ("refused-part", "levels"): WITHOUT_LEVELS,
    ("field-ids", "system"): Loss({"sample_history": ("field_id",)}),
    ("field-ids", "absent"): Loss({"sample_history": ("field_id",)}),
    ("redaction", "texts"): Loss({"sample_history": ("from_text", "to_text")}, ("dossiers.*",)),
    ("authors", "some-absent"): Loss({"gaps": ("actor",), "sample_history": ("author", "author_id")}),
    ("people", "text"): Loss({"gaps": ("actor",), "deletions": ("actor",), "sample_history": ("author_id",)}),
    ("people", "without-ids"): Loss({"gaps": ("actor",), "deletions": ("actor",), "sample_history": ("author_id",)}),
    ("people", "unnamed"): Loss(WHO),
    ("people", "erased"): Loss(WHO),
    ("status-category", "missing"): WITHOUT_CATEGORY,
    ("status-category", "undefined"): WITHOUT_CATEGORY,
    ("attachment-created", "absent"): Loss({}, ("dossiers.*",)),
    ("log-ids", "absent"): Loss({"gaps": ("evidence",), "deletions": ("source",)}),
    ("log-ids", "present"): Loss({"gaps": ("evidence",), "deletions": ("source",)}),
    ("log-total", "one-more"): Loss({}, ("numbering.log",)),
    **{("hidden-issue", value): TOLD_FROM_ABSENT for value in ("404", "403", "401", "403-translated")},
    ("history-expand", "newest-alone"): NEWEST_ALONE,
}
"""Of every form that is not here, the tables are equal to those of the default form."""


def all_losses() -> dict[tuple[str, str], tuple[Loss, ...]]:
    """Return what each form takes away; who is refused everything loses what each part holds."""
    parts = tuple(loss for (name, _), loss in LOSSES.items() if name == "refused-part")
    return {**{form: (loss,) for form, loss in LOSSES.items()}, ("refused-part", "all"): parts}


def values_of(dialect: str) -> list[tuple[str, str]]:
    """List each form and value that is not the default, of those that a run meets."""
    return [
        (form.name, value)
        for form in FORMS
        if dialect in form.dialects and form.name not in ELSEWHERE
        for value in form.choices[1:]
    ]


def pairs_of(dialect: str) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """List pairs of two forms, drawn from a fixed seed; all of them in the long version."""
    every = [(one, other) for one, other in itertools.combinations(values_of(dialect), 2) if one[0] != other[0]]
    return every if LONG else random.Random(f"forms:{dialect}").sample(every, PAIRS)  # noqa: S311 - a fixed choice of cases


def with_beside(*chosen: tuple[str, str]) -> dict[str, str]:
    """Return the forms chosen, with what they need to show."""
    forms: dict[str, str] = {}
    for name, _ in chosen:
        forms |= BESIDE.get(name, {})
    return forms | dict(chosen)


class Pulls:
    """Pulls two projects of the small company in chosen forms, and gives the tables."""

    def __init__(self, world: World, parameters: Parameters, folder: Path) -> None:
        self.world, self._parameters, self._folder = world, parameters, folder
        self._usual: dict[str, dict[str, pd.DataFrame]] = {}
        self._numbers = itertools.count()

    def params(self, dialect: str) -> Parameters:
        """Return parameters that select the issues on which most hangs."""
        issues = [one for one in self.world.issues.values() if one.visible and one.project == "OPS" and _in_period(one)]
        fullest = sorted(
            issues, key=lambda one: (-len(one.attachments), -len(one.comments), -len(one.worklogs), one.id)
        )
        longest = sorted(issues, key=lambda one: (-len(one.histories), one.id))
        keys = sorted({one.key for one in (*fullest[:3], *longest[:2])})
        values = {
            "deployment": dialect,
            "projects": ["OPS", "PAYX"],
            "sample_keys": keys,
            "sample_seed": None,
            "attachments": True,
        }
        return self._parameters.model_copy(update=values)

    def tables(self, dialect: str, forms: Mapping[str, str]) -> dict[str, pd.DataFrame]:
        """Pull, and return every table by name."""
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        world = replace(self.world, forms=dict(forms))
        evidence = collect(self.params(dialect), folder, {}, QUIET, base=folder, embedded=partial(EmbeddedJira, world))
        files = evidence.table_files()
        shutil.rmtree(folder)
        return {
            name.removesuffix(".csv"): pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
            for name, content in files.items()
            if name.endswith(".csv")
        }

    def usual(self, dialect: str) -> dict[str, pd.DataFrame]:
        """Return the tables of the default forms."""
        if dialect not in self._usual:
            self._usual[dialect] = self.tables(dialect, {})
        return self._usual[dialect]


def _in_period(issue: Issue) -> bool:
    return datetime(2026, 4, 5, tzinfo=UTC) < issue.created < datetime(2026, 9, 25, tzinfo=UTC)


@pytest.fixture(scope="module")
def pulls(small_company, parameters, tmp_path_factory) -> Pulls:
    """The small company, pulled as often as asked."""
    return Pulls(small_company.world, parameters(), tmp_path_factory.mktemp("forms"))


def assert_as_usual(pulls: Pulls, dialect: str, forms: Mapping[str, str]) -> None:
    """Require the tables of the default forms, but for what these forms take away; and that this is told."""
    losses = [loss for form in forms.items() for loss in all_losses().get(form, ())]
    ends = tuple(loss.ends for loss in losses if loss.ends is not None)
    if ends:
        with pytest.raises(ends):
            pulls.tables(dialect, forms)
        return
    found, usual = pulls.tables(dialect, forms), pulls.usual(dialect)
    assert list(found) == list(usual)
    for name, table in usual.items():
        lost = {column for loss in losses for column in loss.columns.get(name, ())}
        if name == "findings":
            _assert_findings(found[name], table, losses)
        elif "*" not in lost:
            pd.testing.assert_frame_equal(
                found[name].drop(columns=lost), table.drop(columns=lost), obj=f"{name} of {dict(forms)}"
            )


def _assert_findings(found: pd.DataFrame, usual: pd.DataFrame, losses: Sequence[Loss]) -> None:
    free = [pattern for loss in losses for pattern in loss.findings]
    now, before = (dict(zip(one["id"], one["statement"], strict=True)) for one in (found, usual))
    other = {name for name in now.keys() | before.keys() if now.get(name) != before.get(name)}
    assert [name for name in sorted(other) if not any(fnmatchcase(name, pattern) for pattern in free)] == []
    for name in (name for loss in losses for name in loss.told):
        assert name in now, f"no finding {name}"
        assert name in other, f"the finding {name} says nothing else than without the loss: {now[name]}"


def named(forms: object) -> str:
    """Name a case by its forms."""
    pairs = [forms] if isinstance(forms, tuple) and isinstance(forms[0], str) else forms
    return " ".join("=".join(pair) for pair in pairs)


ALONE = [
    pytest.param(dialect, form, id=f"{dialect} {named(form)}") for dialect in DIALECTS for form in values_of(dialect)
]


@pytest.mark.slow
@pytest.mark.parametrize(("dialect", "form"), ALONE)
def test_a_form_alone_changes_nothing(pulls, dialect, form):
    """One form at a time: the same tables, or what it takes away is named by a finding."""
    assert_as_usual(pulls, dialect, with_beside(form))


PAIRED = [
    pytest.param(dialect, pair, id=f"{dialect} {named(pair)}") for dialect in DIALECTS for pair in pairs_of(dialect)
]


@pytest.mark.slow
@pytest.mark.parametrize(("dialect", "pair"), PAIRED)
def test_two_forms_at_once_change_nothing_more(pulls, dialect, pair):
    """Two forms at a time: nothing is lost but what each takes away by itself."""
    assert_as_usual(pulls, dialect, with_beside(*pair))


@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="the long version: make forms")
@pytest.mark.parametrize(("dialect", "form"), ALONE)
def test_the_whole_workbook_runs_in_every_form(pulls, dialect, form, tmp_path):
    """Pulled, executed in kernels, sealed, and computed again from what was sealed."""
    forms = with_beside(form)
    world = replace(pulls.world, forms=forms)
    order = Run(pulls.params(dialect), tmp_path / "package", jobs=2, embedded=partial(EmbeddedJira, world))
    if any(loss.ends for one in forms.items() for loss in all_losses().get(one, ())):
        with pytest.raises(SourceError):
            run(order, {}, QUIET)
        return
    package = run(order, {}, QUIET)
    assert check_bag(package) == []
    assert recompute(package) == []


# the forms themselves


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


LIMITS = [
    pytest.param(dialect, form.name, value, id=f"{dialect} {form.name}={value}")
    for form in FORMS
    if form.name in {"retry-after", "rate-reset", "rate-answer"}
    for dialect in form.dialects
    for value in form.choices
    if value != "absurd"
]


@pytest.mark.slow
@pytest.mark.parametrize(("dialect", "name", "value"), LIMITS)
def test_a_limit_is_kept_in_whatever_form_it_is_told(small_company, tmp_path, dialect, name, value):
    """Some questions are refused for speed; all are answered in the end."""
    forms = {"retry-after": "absent", name: value} if name == "rate-reset" else {name: value}
    with EmbeddedJira(small_company.world, dialect, rate=Rate(4, 2), forms=forms) as jira:
        who = Credentials(jira.token, jira.user)
        with JiraReader(jira.url, speaking(dialect), who, RawStore(tmp_path / "raw")) as reader:
            with ThreadPoolExecutor(8) as pool:
                entries = list(pool.map(lambda n: reader.ask(f"t/{n}", reader.dialect.myself()), range(12)))
        refused = [served.status for served in jira.requests if served.status != 200]
    assert len(entries) == 12
    assert refused
    assert set(refused) == {503 if value == "503-html" else 429}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_absurd_wait_is_not_waited_for(small_company, tmp_path, dialect):
    """Jira asks for more years than there will be: the run ends at once, and says so."""
    with EmbeddedJira(small_company.world, dialect, rate=Rate(0.001, 1), forms={"retry-after": "absurd"}) as jira:
        who = Credentials(jira.token, jira.user)
        with JiraReader(jira.url, speaking(dialect), who, RawStore(tmp_path / "raw")) as reader:
            reader.ask("t/1", reader.dialect.myself())
            with pytest.raises(SourceError):
                reader.ask("t/2", reader.dialect.myself())
        assert len(jira.requests) <= 3


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("value", ["refused", "anonymous", "log-in-page"])
def test_wrong_credentials_are_noticed(small_company, parameters, tmp_path, dialect, value):
    """Whatever a Jira makes of them, nothing is pulled as nobody."""
    with EmbeddedJira(small_company.world, dialect, forms={"wrong-credentials": value}) as jira:
        params = parameters(jira_url=jira.url, deployment=dialect)
        with pytest.raises(SourceError):
            collect(params, tmp_path, {"JIRA_USER": jira.user, "JIRA_TOKEN": "another"}, QUIET, base=tmp_path)


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
