"""Every form in which a Jira may answer leads to the same tables, or to a finding that says what could not be known."""

from __future__ import annotations

import io
import itertools
import os
import random
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from form_cases import ALONE, DIALECTS, LOSSES, Loss, named, values_of, with_beside

from auditlib.demo.server.known_forms import FORMS
from auditlib.demo.server.site import EmbeddedJira, Rate
from auditlib.demo.world.records import Issue, World
from auditlib.errors import SourceError
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
PAIRS = 15


def all_losses() -> dict[tuple[str, str], tuple[Loss, ...]]:
    """Return what each form takes away; who is refused everything loses what each part holds."""
    parts = tuple(loss for (name, _), loss in LOSSES.items() if name == "refused-part")
    return {**{form: (loss,) for form, loss in LOSSES.items()}, ("refused-part", "all"): parts}


def pairs_of(dialect: str) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """List pairs of two forms, drawn from a fixed seed; all of them in the long version."""
    every = [(one, other) for one, other in itertools.combinations(values_of(dialect), 2) if one[0] != other[0]]
    return every if LONG else random.Random(f"forms:{dialect}").sample(every, PAIRS)  # noqa: S311 - a fixed choice of cases


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
        elif name in {
            "answers",
            "answers.template",
        }:  # the findings once more; their cases are rows of the other tables
            assert _to_answer(found[name], losses) == _to_answer(table, losses)
        elif "*" not in lost:
            pd.testing.assert_frame_equal(
                found[name].drop(columns=lost), table.drop(columns=lost), obj=f"{name} of {dict(forms)}"
            )


def _to_answer(answers: pd.DataFrame, losses: Sequence[Loss]) -> set[tuple[str, str]]:
    """Return the findings that are to be answered, each with its severity, but for those that a loss may change."""
    free = [pattern for loss in losses for pattern in loss.findings]
    pairs = zip(answers["finding"], answers["severity"], strict=True)
    return {(name, weight) for name, weight in pairs if not any(fnmatchcase(name, pattern) for pattern in free)}


def _assert_findings(found: pd.DataFrame, usual: pd.DataFrame, losses: Sequence[Loss]) -> None:
    free = [pattern for loss in losses for pattern in loss.findings]
    now, before = (dict(zip(one["id"], one["statement"], strict=True)) for one in (found, usual))
    other = {name for name in now.keys() | before.keys() if now.get(name) != before.get(name)}
    assert [name for name in sorted(other) if not any(fnmatchcase(name, pattern) for pattern in free)] == []
    for told_of, name in ((loss, name) for loss in losses for name in loss.told):
        if name not in now and any(
            fnmatchcase(name, free) for one in losses if one is not told_of for free in one.findings
        ):
            continue  # what it is about was lost to another form, which says so
        assert name in now, f"no finding {name}"
        assert name in other, f"the finding {name} says nothing else than without the loss: {now[name]}"


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
