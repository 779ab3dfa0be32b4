"""What the parameters say of the second source."""

from __future__ import annotations

import pytest
from parameter_cases import GOOD, problems_of

from auditlib.params.reading import parse_parameters
from auditlib.params.second_source import EXPORTS, SecondSource


def source(**given: object) -> SecondSource:
    return SecondSource.model_validate({"name": "builds", "file": "builds.csv", **given})


def test_a_file_of_its_own_columns_names_them():
    """What another tool calls its columns can't be guessed: keys and times must be named, and both are told at once."""
    text = GOOD + "second_source:\n  name: builds\n  file: builds.csv\n"
    found = problems_of(text)
    assert [(one.line, one.key) for one in found] == [(7, "second_source.key_from"), (7, "second_source.time")]
    assert "say by form whose export it is: github-deployments" in found[0].message
    read = parse_parameters(text + "  key_from: [branch, title]\n  time: at\n", "x").second_source
    assert read is not None
    assert (read.columns.key_from, read.columns.time, read.columns.ref, read.environments) == (
        ("branch", "title"), ("at",), "", (),
    )  # fmt: skip


def test_a_form_that_is_mistyped_is_told_with_the_one_that_was_meant():
    """One of four words is easily mistyped."""
    said = problems_of(GOOD + "second_source: {name: x, file: y, form: github-pullrequests}\n")[0]
    assert (said.key, said.message[:36]) == ("second_source.form", "did you mean github-pull-requests? a")


@pytest.mark.parametrize("form", sorted(EXPORTS))
def test_a_known_export_needs_no_columns_and_says_where_it_is_described(form):
    """The maps of GitHub and GitLab stand here with the address of the page that names the fields."""
    known = source(form=form).columns
    assert known.key_from
    assert known.time
    assert known.ref
    assert known.about.startswith(("https://docs.github.com/", "https://docs.gitlab.com/"))


def test_what_the_parameters_say_goes_before_the_export():
    """A company whose deployments carry the key in the payload says so, and keeps the rest."""
    own = source(
        form="github-deployments", key_from=["payload.ticket"], time="updated_at", ref="sha",
        environment={"field": "environment", "values": ["production"]}, state={"field": "task", "values": ["deploy"]},
    )  # fmt: skip
    assert (own.columns.key_from, own.columns.time, own.columns.ref) == (("payload.ticket",), ("updated_at",), "sha")
    assert (own.columns.environment, own.environments) == ("environment", ("production",))
    assert own.columns.state is not None
    assert own.columns.state.values == ("deploy",)
    assert source(form="github-deployments", environment="task").columns.environment == "task"
    assert source(form="github-deployments").columns.environment == "environment"
