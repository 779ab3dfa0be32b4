"""What is wrong with a parameter file is told at once, with its place, and no secret is repeated."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parameter_cases import DEFECTS, GOOD, problems_of
from places import TESTS

from auditlib.errors import ParameterError, Problem
from auditlib.params.model import Parameters
from auditlib.params.reading import load_parameters, parse_parameters
from auditlib.params.writing import dump_parameters

FILES = TESTS / "params"
SECRET = "hunter2hunter2"


@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_a_defect_is_told_with_file_line_key_value_and_what_is_allowed(name):
    """One error names every defect of a file, each with its place, what was seen and what is allowed."""
    path = FILES / f"{name}.yaml"
    with pytest.raises(ParameterError) as caught:
        load_parameters(path)
    found = caught.value.problems
    assert [(p.path, p.line, p.key, p.value) for p in found] == [
        (path.as_posix(), line, key, value) for line, key, value, _ in DEFECTS[name]
    ]
    for problem, (*_, words) in zip(found, DEFECTS[name], strict=True):
        assert words in problem.message
    assert caught.value.status == 2


def test_every_malformed_file_is_in_the_table():
    """A defective file that no test reads protects nothing."""
    assert {path.stem for path in FILES.glob("*.yaml")} == set(DEFECTS)


@pytest.mark.parametrize("path", sorted(p for p in FILES.glob("*.yaml") if SECRET.encode() in p.read_bytes()))
def test_a_secret_in_the_file_is_not_repeated(path):
    """An error message ends up in logs and tickets: a credential that stands in a file must not follow it there."""
    with pytest.raises(ParameterError) as caught:
        load_parameters(path)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value.problems)


@pytest.mark.parametrize(
    "override",
    [
        f"jira_token={SECRET}",
        f"password={SECRET}",
        f"jira_url=https://me:{SECRET}@jira.example.com",
        f"jira_url=me:{SECRET}@jira.example.com",
        f"timestamp_url=https://me:{SECRET}@tsa.example.com/?a",
        f"archive=https://me:{SECRET}@jira.example.com\x00",
        f"sample_seed=ATATT3xFfGF0{SECRET}",
        f"filter_id=ATATT3xFfGF0{SECRET}",
        f"apiKey={{value: {SECRET}}}",
        f"sample_size={{jira_token: {SECRET}}}",
        f"issue_types=[password {SECRET}, password {SECRET}]",
        f"unexpected={SECRET}{SECRET}",
    ],
)
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(override):
    """Credentials come from the environment only; one given elsewhere is not shown again."""
    found = problems_of(GOOD, override)
    assert found
    assert SECRET not in str(ParameterError(found))


@pytest.mark.parametrize("line", [f"password: *{SECRET}", f'user: "{SECRET}', f"  my token {SECRET}", f"pw: %{SECRET}"])
def test_a_syntax_error_does_not_repeat_a_secret(line):
    """PyYAML's own messages quote the file; ours must not."""
    found = problems_of(GOOD + line + "\n")
    assert SECRET not in str(ParameterError(found))


def test_a_missing_file_is_told_as_a_problem(tmp_path):
    """A file that isn't there is an error in words, not a traceback."""
    path = tmp_path / "2026.yaml"
    with pytest.raises(ParameterError, match="there is no such file") as caught:
        load_parameters(path)
    assert caught.value.problems[0].path == path.as_posix()


def test_a_folder_instead_of_a_file_is_told_as_a_problem(tmp_path):
    """`auditlib run params` is an easy slip."""
    with pytest.raises(ParameterError, match="this is a folder"):
        load_parameters(tmp_path)


def test_files_that_are_named_must_exist_if_asked(tmp_path):
    """A run must not fail at its end for want of the signing key; a package is read where its files are not."""
    path = tmp_path / "2026.yaml"
    path.write_text(
        GOOD + f"signing_key: {tmp_path.as_posix()}/no_key\nsample_keys: 7\nprevious: {tmp_path.as_posix()}\n"
    )
    with pytest.raises(ParameterError) as caught:
        load_parameters(path, ["gap_explanations=no/such.csv", "leavers=none.csv", "review=none.csv"], check_files=True)
    assert [(p.path, p.line, p.key) for p in caught.value.problems] == [
        (path.as_posix(), 7, "signing_key"),
        (path.as_posix(), 8, "sample_keys"),
        ("-p", None, "gap_explanations"),
        ("-p", None, "leavers"),
        ("-p", None, "review"),
    ]
    path.write_text(GOOD + "second_source:\n  name: builds\n  file: no/builds.csv\n  key_from: [branch]\n  time: at\n")
    with pytest.raises(ParameterError, match="there is no such file") as caught:
        load_parameters(path, check_files=True)
    assert [(p.line, p.key) for p in caught.value.problems] == [(9, "second_source.file")]
    path.write_text(GOOD + f"signing_key: {tmp_path.as_posix()}/no_key\n")
    assert load_parameters(path, ["sample_keys=null"]).signing_key == f"{tmp_path.as_posix()}/no_key"


def test_a_value_can_not_speak_to_the_terminal():
    """What is shown of a file holds no control or direction characters."""
    found = problems_of(GOOD + '"a\\e[2Jb": "x\\e[31m\\u202ey"\n')[0]
    assert (found.key, found.value) == ("a[U+001B][2Jb", "x[U+001B][31m[U+202E]y")


def test_deep_nesting_is_told_as_a_problem():
    """No text makes the reader fall over."""
    assert problems_of("audit: " + "[" * 5000)[0].line == 1


def test_aliases_that_grow_without_end_are_told_quickly():
    """Nine lines of aliases would make a billion values."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join(['*' + old] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    assert any("grows without end" in problem.message for problem in problems_of("\n".join(lines)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"closing_resolutions: [{', '.join(f'r{n}' for n in range(80_000))}]\nnope: 1\n", "1"),
        (f"sample_size: {{confidence: 0.{'9' * 100_000}, tolerable_rate: 0.1}}\n", "100,002 characters"),
        (f"test_issue_jql: {['x' + 'token' * 100_000]}\n", "500,003 characters"),
    ],
)
def test_a_file_of_a_megabyte_is_judged_quickly(text, shown):
    """A list or a value that a script wrote takes no time that grows with its square: minutes, for a flaw in one line."""
    written = re.sub(r"^(closing_resolutions|sample_size):.*\n", "", GOOD, flags=re.MULTILINE)
    assert shown in {problem.value for problem in problems_of(written + text)}


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_gives_parameters_or_problems(text):
    """Whatever stands in a file, the answer is a ParameterError whose lines lie in the file."""
    for problem in problems_of(text):
        assert problem.line is not None
        assert 1 <= problem.line <= max(1, len(re.split("\r\n|[\n\r\x85\u2028\u2029]", text)))
        assert problem.message


@settings(deadline=None)
@given(st.sampled_from(sorted(Parameters.model_fields)), st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_override_gives_parameters_or_problems_of_that_key(name, text):
    """Whatever stands after -p, either it holds or the problem names it."""
    try:
        parameters = parse_parameters(GOOD, "given.yaml", [f"{name}={text}"])
    except ParameterError as error:
        told = {re.split(r"[.\[]", problem.key)[0] for problem in error.problems}
        # Another period or other projects may be at odds with the rest of the file.
        assert name in told or name == "period_start"
    else:
        assert parse_parameters(dump_parameters(parameters), "params.yaml") == parameters


def test_of_very_many_problems_the_first_are_told():
    """A list of the wrong file would fill the terminal; how many more there are is said."""
    found = [Problem("list.csv", line, "leavers", "x", "no day") for line in range(1, 200_001)]
    told = str(ParameterError(found)).splitlines()
    assert told[:2] == ["list.csv:1: leavers = x: no day", "list.csv:2: leavers = x: no day"]
    assert told[100:] == ["… and 199,900 more"]
    assert str(ParameterError(found[:100])).splitlines() == told[:100]
