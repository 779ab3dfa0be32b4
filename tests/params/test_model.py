"""The parameter file: what is wrong with it is told at once, with its place; what is right survives a round trip."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT, TESTS
from pydantic import ValidationError

from auditlib.audit.population.cut import POPULATION
from auditlib.demo.story import scenery
from auditlib.errors import ParameterError, Problem
from auditlib.params.attributes import ToStatus
from auditlib.params.model import Parameters
from auditlib.params.reading import SCOPE_KEYS, TEXT_KEYS, check_overrides, load_parameters, parse_parameters
from auditlib.params.sizes import SizeByPopulation, SizeFromRates
from auditlib.params.types import DEFAULT_PERMISSIONS, POPULATION_COLUMNS
from auditlib.params.writing import dump_parameters, json_schema, schema_text
from auditlib.params.yamlfile import read_yaml
from auditlib.times import Period

FILES = TESTS / "params"
SECRET = "hunter2hunter2"
GOOD = """\
audit: "SOC 2 Type II 2026"
jira_url: "https://jira.example.com"
projects: [PAY, OPS]
period_start: "2026-04-01"
period_end: "2026-09-30"
timezone: Europe/Berlin
"""

# By file: line, key, value as shown, and words that say what is allowed or what to do.
DEFECTS: dict[str, list[tuple[int, str, str, str]]] = {
    "alias-holds-itself": [
        (7, "issue_types[0]", "", "an alias (*name) that holds itself or grows without end; write the values")
    ],
    "alias-of-nothing": [
        (7, "issue_types", "*types", "a value beginning with * points to an anchor that does not exist; put the")
    ],
    "attachments-is-text": [(7, "attachments", "true", "true or false is needed, without quotes")],
    "attribute-applies-to-nothing": [
        (
            10,
            "attributes[0].applies_to",
            "{}",
            "at least one of issue_type, status, project is needed; leave the key out",
        )
    ],
    "attribute-days-missing": [
        (10, "attributes[0].test.within.days", "", "is missing, and is needed: days of 24 hours")
    ],
    "attribute-event-key-unknown": [
        (12, "attributes[0].test.order.first.to_status", "", "is missing, and is needed: name of the status"),
        (
            12,
            "attributes[0].test.order.first.status",
            "Approved",
            "unknown key; did you mean to_status? allowed are to_status",
        ),
    ],
    "attribute-event-unknown": [
        (
            12,
            "attributes[0].test.order.first",
            "approved",
            'an event is needed: created, resolved or {to_status: "NAME"}',
        )
    ],
    "attribute-has-two-things": [
        (
            10,
            "attributes[0].test.has",
            "a mapping of 2",
            "has has exactly one thing of link, attachment, comment_by, and link and",
        )
    ],
    "attribute-is-text": [
        (7, "attributes[0]", "approved", "a mapping is needed with the keys name, question, applies_to, test")
    ],
    "attribute-name-repeated": [
        (11, "attributes[1].name", "approved", "another attribute has this name; give each its own")
    ],
    "attribute-one-person": [
        (
            10,
            "attributes[0].test.different_people",
            "[reporter]",
            "at least two events or fields are needed, whose people are compared",
        )
    ],
    "attribute-out-of-scope": [
        (10, "attributes[0].applies_to.project[0]", "HR", "is not in scope; projects are PAY, OPS")
    ],
    "attribute-test-is-empty": [
        (10, "attributes[0].test", "{}", "an attribute has exactly one test of order, different_people,")
    ],
    "attribute-test-unknown": [
        (
            11,
            "attributes[0].test.ordre",
            "a mapping of 2",
            "unknown key; did you mean order? allowed are order, different_people,",
        )
    ],
    "attribute-with-two-tests": [
        (10, "attributes[0].test", "a mapping of 2", "an attribute has exactly one test of order, different_people,")
    ],
    "attribute-without-test": [(8, "attributes[0].test", "", "is missing, and is needed: how it is answered")],
    "bracket-not-closed": [
        (3, "projects", "[PAY, OPS", "a list is opened with [ here and not closed, or a comma is missing")
    ],
    "colon-in-unquoted-text": [
        (1, "audit", "SOC 2: Type II", "a colon followed by a space inside a value; put the value in quotes")
    ],
    "confidence-in-percent": [
        (8, "sample_size.confidence", "90", "a decimal fraction from 0 to 1 is needed, like 0.9 for 90 %")
    ],
    "control-character": [
        (1, "audit", "U+0007", "a control character that YAML forbids; delete it, or write it as an escape")
    ],
    "day-is-not-in-the-calendar": [(5, "period_end", "2026-09-31", "there is no such day in the calendar")],
    "day-written-the-other-way": [
        (4, "period_start", "01.04.2026", 'a day is needed, year-month-day, like "2026-04-01"')
    ],
    "deployment-mistyped": [
        (7, "deployment", "datacenter", "did you mean data-center? allowed are auto, cloud, data-center")
    ],
    "duplicate-key": [(9, "sample_size", "60", "this key stands in line 7 already; one of the two must go")],
    "empty": [(1, "parameter file", "", "is empty; lines of key: value are needed, at least audit, jira_url,")],
    "everything-at-once": [
        (3, "projects[0]", "pay", "did you mean PAY? a project key is needed: a capital letter, then capital"),
        (5, "period_end", "2026-03-01", "the period ends before it starts (2026-04-01); exchange the days, or"),
        (6, "timezone", "Berlin", "did you mean Europe/Berlin? an IANA time zone is needed, like"),
        (7, "sampel_size", "60", "unknown key; did you mean sample_size? allowed are audit, jira_url"),
        (8, "sample_seed", "7", "a seed is text, and YAML made of it the number 7, from which another"),
    ],
    "expected-rate-not-below-tolerable": [
        (7, "sample_size.expected_rate", "0.05", "must be less than tolerable_rate, or no sample is large enough")
    ],
    "filter-id-is-text": [(7, "filter_id", "10100", "a whole number, at least 1, without quotes is needed")],
    "issue-types-null": [(7, "issue_types", "", 'nothing is given; a list is needed, like ["Change", "Incident"]')],
    "jql-with-order-by": [
        (
            7,
            "population_jql",
            "component = A ORDER BY created",
            "ORDER BY has no place here: the clause is joined to the period with AND;",
        )
    ],
    "merge-key": [
        (10, "attributes[0].test", "<<", "merging mappings with << is not understood here; write the keys out")
    ],
    "missing-keys": [
        (1, "projects", "", "is missing, and is needed: keys of the projects in scope, at least one"),
        (1, "timezone", "", "is missing, and is needed: IANA name of the time zone in which the"),
    ],
    "nested-key-unknown": [
        (11, "attributes[0].test.within.to", "", "is missing, and is needed: its last occurrence counts"),
        (11, "attributes[0].test.within.until", "resolved", "unknown key; allowed are from, to, days"),
    ],
    "not-a-mapping": [
        (1, "parameter file", "[PAY, OPS]", "holds no keys; lines of key: value are needed, at least audit, jira_url,")
    ],
    "not-utf8": [(1, "parameter file", "byte 0xfc", "is not UTF-8; save the file with the encoding UTF-8")],
    "only-comments": [(1, "parameter file", "", "is empty; lines of key: value are needed, at least audit, jira_url,")],
    "only-text": [
        (
            1,
            "parameter file",
            "SOC 2 Type II 2026",
            "holds no keys; lines of key: value are needed, at least audit, jira_url,",
        )
    ],
    "password-in-the-file": [(7, "credentials", "", "JIRA_USER and JIRA_TOKEN only")],
    "period-ends-before-it-starts": [
        (5, "period_end", "2026-04-01", "the period ends before it starts (2026-09-30); exchange the days, or")
    ],
    "period-has-a-time": [
        (
            4,
            "period_start",
            "2026-04-01 09:00:00",
            'a day without time is needed, like "2026-04-01"; the whole day belongs to',
        )
    ],
    "permission-mistyped": [
        (
            7,
            "permissions[1]",
            "delete issues",
            "did you mean DELETE_ISSUES? Jira's key of a project permission is needed,",
        )
    ],
    "project-key-became-false": [
        (3, "projects[1]", "NO", "text is needed, and YAML made of it the truth value false; put it in quotes")
    ],
    "project-key-in-lower-case": [
        (3, "projects[1]", "ops", "did you mean OPS? a project key is needed: a capital letter, then capital")
    ],
    "project-key-with-a-blank": [
        (3, "projects[0]", '"PAY "', "begins or ends with a blank, which nobody sees; remove it")
    ],
    "project-repeated": [(6, "projects[2]", "PAY", "stands in the list already, as number 1; remove one")],
    "projects-is-empty": [(3, "projects", "[]", "the list is empty; at least one is needed")],
    "projects-is-text": [(3, "projects", "PAY", "a list is needed, like [PAY, OPS]")],
    "quote-not-closed": [
        (
            2,
            "jira_url",
            '"https://jira.example.com"',
            "does not fit the lines above: a quote is not closed there, or keys of one",
        )
    ],
    "rate-key-unknown": [
        (9, "sample_size.tolerable", "0.10", "unknown key; did you mean tolerable_rate? allowed are confidence,")
    ],
    "rate-missing": [
        (7, "sample_size.tolerable_rate", "", "is missing, and is needed: deviation rate, a fraction, above which the")
    ],
    "rates-and-table": [(8, "sample_size.confidence", "0.90", "unknown key; allowed are by_population")],
    "sample-key-malformed": [(9, "sample_keys[1]", "PAY-007", "an issue key is needed, like PAY-17")],
    "sample-key-of-another-project": [(7, "sample_keys[1]", "PAYX-2", "its project is not one of projects: PAY, OPS")],
    "sample-key-repeated": [(7, "sample_keys[2]", "PAY-1", "stands in the list already, as number 1; remove one")],
    "sample-keys-and-seed": [
        (8, "sample_keys", "[PAY-1]", "a selection is not drawn, so sample_seed would mean nothing; keep one or")
    ],
    "sample-keys-as-one-text": [(7, "sample_keys", "PAY-1, PAY-2", "issue keys are written as a list: [PAY-1, PAY-2]")],
    "sample-size-is-octal": [
        (7, "sample_size", "025", "YAML makes the number 21 of this; write the number plainly, or put text in")
    ],
    "sample-size-is-text": [(7, "sample_size", "25", "a whole number, at least 1, or a mapping {confidence: 0.90,")],
    "sample-size-is-true": [(7, "sample_size", "yes", "a whole number, at least 1, or a mapping {confidence: 0.90,")],
    "sample-size-zero": [(7, "sample_size", "0", "a whole number, at least 1, or a mapping {confidence: 0.90,")],
    "second-document": [
        (7, "parameter file", "---", "a second document (---) begins here; a parameter file is one document")
    ],
    "seed-became-a-date": [
        (7, "sample_seed", "2026-10-05", "a seed is text, and YAML made of it the date 2026-10-05, from which")
    ],
    "seed-became-a-number": [
        (7, "sample_seed", "00412", "a seed is text, and YAML made of it the number 266, from which another")
    ],
    "seed-ends-with-a-blank": [
        (7, "sample_seed", '"blue river "', "begins or ends with a blank, which nobody sees; remove it")
    ],
    "seed-is-empty": [
        (7, "sample_seed", "", "text is needed, and this is empty; leave the key out if it is not wanted")
    ],
    "strata-repeated": [(7, "sample_strata[1]", "project", "stands in the list already, as number 1; remove one")],
    "strata-unknown-column": [
        (7, "sample_strata[1]", "type", "did you mean issue_type? a column of population.csv is needed: key, project")
    ],
    "tab-indentation": [(4, "projects", "- PAY", "a tab; YAML indents with spaces only")],
    "table-goes-on-after-null": [
        (
            7,
            "sample_size.by_population[1]",
            "[50, 5]",
            "no row can follow the one with null, which takes all larger populations",
        )
    ],
    "table-not-sorted": [
        (10, "sample_size.by_population[1][0]", "50", "bounds must rise from row to row, and this does not exceed 250")
    ],
    "table-row-of-three": [
        (
            7,
            "sample_size.by_population[0]",
            "[1, 50, 5]",
            "a row is a list of two, largest population and sample size, like [250,",
        )
    ],
    "table-with-a-bad-percentage": [
        (7, "sample_size.by_population[0][1]", "110%", 'a whole number, all, or a percentage like "10%" is needed')
    ],
    "table-without-null": [
        (
            10,
            "sample_size.by_population[1]",
            "[250, 10]",
            "the last row must begin with null, so that no population is without a size",
        )
    ],
    "time-zone-is-an-offset": [
        (6, "timezone", "+02:00", "an IANA time zone is needed, like America/New_York, Europe/Berlin or UTC")
    ],
    "time-zone-unknown": [
        (6, "timezone", "New York", "did you mean America/New_York? an IANA time zone is needed, like")
    ],
    "timestamp-url-is-a-host": [
        (
            7,
            "timestamp_url",
            "timestamp.example.com",
            "a full address is needed, beginning with https:// (or http://), like",
        )
    ],
    "title-is-a-number": [
        (1, "audit", "2026", "text is needed, and YAML made of it the number 2026; put it in quotes")
    ],
    "token-as-seed": [(7, "parameter file", "", "JIRA_USER and JIRA_TOKEN only")],
    "token-in-a-comment": [(7, "parameter file", "", "JIRA_USER and JIRA_TOKEN only")],
    "token-in-the-file": [(7, "jira_token", "", "JIRA_USER and JIRA_TOKEN only")],
    "token-on-a-broken-line": [(7, "token", "", "JIRA_USER and JIRA_TOKEN only")],
    "tolerable-rate-is-zero": [
        (
            7,
            "sample_size.tolerable_rate",
            "0.0",
            "a decimal fraction greater than 0 and less than 1 is needed, like 0.10",
        )
    ],
    "unknown-key": [(7, "sampel_size", "60", "unknown key; did you mean sample_size? allowed are audit, jira_url")],
    "url-of-a-page": [
        (
            2,
            "jira_url",
            "https://example.atlassian.net/browse/PAY-1",
            "this is the address of a page in Jira; the base address is needed, like",
        )
    ],
    "url-with-a-bad-port": [
        (2, "jira_url", "https://jira.example.com:https", "this is no address; write it like https://jira.example.com")
    ],
    "url-with-a-query": [
        (
            2,
            "jira_url",
            "https://jira.example.com/?…",
            "the base address without ? is needed, like https://jira.example.com or",
        )
    ],
    "url-with-credentials": [(2, "jira_url", "", "JIRA_USER and JIRA_TOKEN only")],
    "url-without-scheme": [
        (2, "jira_url", "jira.example.com", "a full address is needed, beginning with https:// (or http://), like")
    ],
    "utf16": [(1, "parameter file", "byte 0xff", "is not UTF-8; save the file with the encoding UTF-8")],
    "yaml-tag": [
        (
            1,
            "audit",
            "!!python/name:os.system",
            "a YAML tag (!name) that is not understood here; write the plain value,",
        )
    ],
    "year-mistyped": [(4, "period_start", "0206-04-01", "a year from 1970 to 2199 is needed")],
}


def problems_of(text: str, *overrides: str) -> list[Problem]:
    with pytest.raises(ParameterError) as caught:
        parse_parameters(text, "given.yaml", overrides)
    return caught.value.problems


def good(**changes: Any) -> Parameters:
    values = yaml.safe_load(GOOD)
    return Parameters(**(values | changes))


# Malformed files


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
        load_parameters(path, ["gap_explanations=no/such.csv"], check_files=True)
    assert [(p.path, p.line, p.key) for p in caught.value.problems] == [
        (path.as_posix(), 7, "signing_key"),
        (path.as_posix(), 8, "sample_keys"),
        ("-p", None, "gap_explanations"),
    ]
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


# What is accepted


def test_defaults_are_the_contracts():
    """The least file gives the contract's defaults."""
    parameters = parse_parameters(GOOD, "given.yaml")
    expected: dict[str, object] = {
        "audit": "SOC 2 Type II 2026", "jira_url": "https://jira.example.com", "projects": ("PAY", "OPS"),
        "period_start": date(2026, 4, 1), "period_end": date(2026, 9, 30), "timezone": "Europe/Berlin",
        "deployment": "auto", "issue_types": (), "population_jql": None, "filter_id": None, "closing_resolutions": (),
        "test_issue_jql": None, "gap_explanations": None, "sample_size": 25, "sample_seed": None, "sample_strata": (),
        "sample_extensions": (), "sample_replacements": (), "sample_keys": None, "attributes": (),
        "permissions": DEFAULT_PERMISSIONS, "attachments": False,
        "archive": "archive/jira.example.com", "previous": None, "signing_key": None, "timestamp_url": None,
    }  # fmt: skip
    assert dict(parameters) == expected
    assert list(dict(parameters)) == list(expected)


def test_a_model_does_not_change():
    """Parameters are evidence: nothing writes to them."""
    with pytest.raises(ValidationError):
        good().audit = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given_url", "kept"),
    [
        ("demo", "demo"),
        ("https://jira.example.com/", "https://jira.example.com"),
        ("HTTPS://Jira.Example.com//", "https://jira.example.com"),
        ("http://jira.corp:8080/jira/", "http://jira.corp:8080/jira"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://api.atlassian.com/ex/jira/1-2", "https://api.atlassian.com/ex/jira/1-2"),
    ],
)
def test_a_base_address_is_kept_in_one_form(given_url, kept):
    """Two spellings of one address must not look like two scopes."""
    assert good(jira_url=given_url).jira_url == kept


@pytest.mark.parametrize(
    "url", ["", "Demo", "//jira.example.com", "ftp://jira.example.com", "https://", "https:jira.example.com", "https://a b",
            "https://jira.example.com?", "https://jira.example.com#x", "https://jira.example.com/secure/Dashboard.jspa",
            "https://jira.example.com/rest/api/2", "https://example.atlassian.net/jira", "https://a,b", "https://x:99999"],
)  # fmt: skip
def test_what_is_no_base_address_is_refused(url):
    """A wrong address is told before anything is asked of Jira."""
    with pytest.raises(ValidationError):
        good(jira_url=url)


def test_the_archive_is_named_for_the_host():
    """No file name holds a character that Windows forbids."""
    assert good(jira_url="http://[::1]:8080/jira").archive == "archive/--1"
    assert good(jira_url="demo").archive == "archive/demo"
    assert good(archive="else/where").archive == "else/where"


def test_rates_are_the_decimals_that_were_written():
    """0.10 as a binary float is not a tenth; the sample size is computed exactly."""
    text = GOOD + "sample_size: {confidence: 0.90, tolerable_rate: '0.1', expected_rate: 0}\n"
    size = parse_parameters(text, "given.yaml").sample_size
    assert isinstance(size, SizeFromRates)
    assert (size.confidence, size.tolerable_rate, size.expected_rate) == (Decimal("0.90"), Decimal("0.1"), 0)
    with pytest.raises(ValidationError):
        good(sample_size={"confidence": 0.9, "tolerable_rate": Decimal("0.1")})


def test_the_firms_table_is_read_as_the_contract_writes_it():
    """The contract's own line is understood."""
    text = GOOD + 'sample_size: {by_population: [[5, all], [50, 5], [250, "10%"], [null, 25]]}\n'
    parameters = parse_parameters(text, "given.yaml")
    rows = ((5, "all"), (50, 5), (250, "10%"), (None, 25))
    assert parameters.sample_size == SizeByPopulation(by_population=rows)
    assert parameters.size_rule == {"by_population": rows}


@pytest.mark.parametrize(
    "size",
    [
        25.0, True, "all", -1, None, [], {}, {"by_population": []}, {"by_population": [[None, 0]]},
        {"by_population": [[None, "0%"]]}, {"by_population": [[None, None]]}, {"by_population": [[True, 5], [None, 5]]},
        {"confidence": "1", "tolerable_rate": "0.1"}, {"confidence": "0.9", "tolerable_rate": "-0.1"},
        {"confidence": "0.9", "tolerable_rate": "10%"}, {"confidence": Decimal("NaN"), "tolerable_rate": "0.1"},
        {"confidence": Decimal("Infinity"), "tolerable_rate": "0.1"},
        {"confidence": "0.9", "tolerable_rate": Decimal("1e-999999")},
    ],
)  # fmt: skip
def test_a_sample_size_that_would_have_to_be_guessed_is_refused(size):
    """Sizes are plain numbers, decimals between 0 and 1, or a complete table."""
    with pytest.raises(ValidationError):
        good(sample_size=size)


@pytest.mark.parametrize("text", [".inf", ".nan", "1:30.5", "1_0.5", "0x19", "1_000", "1:30", "+025"])
def test_numbers_written_oddly_are_refused(text):
    """YAML 1.1 reads 025 as 21 and 1:30 as 90: nothing that changes a number is silent."""
    assert problems_of(GOOD + f"sample_size: {text}\n")[0].line == 7
    assert problems_of(GOOD, f"sample_size={text}")


@pytest.mark.parametrize(
    "seed", ["00412", "12", "1.10", "yes", "NO", "~", "2026-10-05", "a: b", "[x", "# x", "'", "1e3", "=", "=x"]
)
def test_a_seed_after_p_is_taken_as_text(seed):
    """`-p sample_seed=00412` draws with the text 00412."""
    assert parse_parameters(GOOD, "given.yaml", [f"sample_seed={seed}"]).sample_seed == seed


@pytest.mark.parametrize("seed", ["00412", "12", "yes", "2026-10-05", "0.10"])
def test_an_unquoted_seed_that_is_no_text_is_refused(seed):
    """Whoever redoes the draw must have the very text."""
    assert "put the seed in quotes" in problems_of(GOOD + f"sample_seed: {seed}\n")[0].message
    assert parse_parameters(GOOD + f'sample_seed: "{seed}"\n', "given.yaml").sample_seed == seed


@pytest.mark.parametrize("seed", ["", " ", "a\nb", "a\tb", "a ", "\u200bx", "\ud800", "a\u202eb", "a\u00a0b"])
def test_a_seed_with_what_nobody_sees_is_refused(seed):
    """A seed is copied by eye and by hand."""
    with pytest.raises(ValidationError):
        good(sample_seed=seed)


def test_other_values_after_p_are_yaml():
    """Lists, numbers and truth values can be given after -p."""
    overrides = ["projects=[HR]", "sample_size=60", "attachments=true", "period_start=2026-05-01", "filter_id=7"]
    parameters = parse_parameters(GOOD, "given.yaml", overrides)
    assert (parameters.projects, parameters.sample_size, parameters.attachments) == (("HR",), 60, True)
    assert (parameters.period_start, parameters.filter_id) == (date(2026, 5, 1), 7)


@pytest.mark.parametrize("nothing", ["", "null"])
def test_a_key_is_left_out_by_p(nothing):
    """What the file says can be taken back without another file; what is needed can't."""
    text = GOOD + 'sample_seed: "a"\narchive: "b"\nissue_types: [Bug]\nfilter_id: 7\npopulation_jql: "x = y"\n'
    names = ("sample_seed", "archive", "issue_types", "filter_id", "population_jql")
    left = parse_parameters(text, "given.yaml", [f"{name}={nothing}" for name in names])
    assert left == parse_parameters(GOOD, "given.yaml")
    keys = parse_parameters(text, "given.yaml", ["sample_keys=[PAY-1]", f"sample_seed={nothing}"]).sample_keys
    assert keys == ("PAY-1",)
    assert [problem.key for problem in problems_of(text, f"timezone={nothing}")] == ["timezone"]


def test_what_is_given_after_p_is_checked_by_itself():
    """Before the data are read that the rest comes from: everything at once, and nothing that only the rest could show."""
    check_overrides(["sample_keys=[PAY-1]", "period_start=2026-05-01"])
    check_overrides(["sample_replacements=[{key: A-1, reason: x}]", "sample_seed="])
    with pytest.raises(ParameterError) as caught:
        check_overrides(
            [
                "sampel=1",
                "sample_size=x",
                "period_end=no",
                "gap_explanations=nowhere.csv",
                "projects=[a b]",
                "seed",
                "audit=",
            ]
        )
    told = [problem.key for problem in caught.value.problems]
    assert sorted(told) == ["audit", "gap_explanations", "period_end", "projects[0]", "sampel", "sample_size", "seed"]
    assert {(problem.path, problem.line) for problem in caught.value.problems} == {("-p", None)}


def test_a_replaced_issue_is_of_a_listed_project():
    """It could not be in the sample; that is told before anything is asked of Jira."""
    found = problems_of(GOOD + "sample_replacements: [{key: OPS-1, reason: x}, {key: WEB-1, reason: y}]\n")
    assert [problem.key for problem in found] == ["sample_replacements[1].key"]


def test_what_is_wrong_after_p_is_told_with_p_as_its_place():
    """A value of the command line has no line; what it replaces in the file is not held against it."""
    text = GOOD.replace("[PAY, OPS]", "[pay]")
    found = problems_of(
        text, "sampel_size=60", "sample_size=[1", "seed", "sample_seed=a", "sample_seed=b", "projects=[HR, hr]"
    )
    assert [(p.path, p.line, p.key) for p in found] == [
        ("-p", None, "sample_size"),
        ("-p", None, "seed"),
        ("-p", None, "sample_seed"),
        ("-p", None, "projects[1]"),
        ("-p", None, "sampel_size"),
    ]


def test_a_replaced_value_is_not_checked():
    """What the command line replaces can't be wrong any more, repeated keys included."""
    text = GOOD.replace("[PAY, OPS]", "[pay]") + "sample_size: 0\nsample_size: 1\n"
    assert parse_parameters(text, "x", ["projects=[HR]", "sample_size=5"]).sample_size == 5


def test_text_keys_are_those_whose_schema_is_text():
    """-p takes a key as text if and only if text is all it can be."""
    told = json_schema()["properties"]
    is_text = set()
    for name, about in told.items():
        forms = [form.get("type") for form in about.get("anyOf", [about]) if form.get("type") != "null"]
        if forms == ["string"]:
            is_text.add(name)
    assert is_text == set(TEXT_KEYS)


def test_an_unquoted_date_is_understood():
    """YAML's own dates are as good as quoted ones."""
    assert parse_parameters(GOOD.replace('"2026-04-01"', "2026-04-01"), "x").period_start == date(2026, 4, 1)


def test_a_period_of_one_day_is_one():
    """Both days belong to the period."""
    assert good(period_end="2026-04-01").period == Period(date(2026, 4, 1), date(2026, 4, 1), good().zone)


def test_checks_across_keys_are_made_although_others_are_wrong():
    """All errors are told at once, also those that need two keys."""
    text = (
        GOOD.replace("2026-09-30", "2026-03-30")
        + "attachments: perhaps\nsample_strata: [project]\nsample_keys: [HR-1]\n"
    )
    assert [p.key for p in problems_of(text)] == ["period_end", "attachments", "sample_keys"]


def test_a_byte_order_mark_and_windows_lines_are_no_defect(tmp_path):
    """Editors on Windows write both."""
    path = tmp_path / "2026.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_parameters(path) == parse_parameters(GOOD, "x")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("SOC 2 Type II 2026", "soc-2-type-ii-2026"),
        ("Prüfung: Größe / §5", "prufung-grosse-5"),
        ("../../etc", "etc"),
        ("CON", "audit-con"),
        ("x" * 100, "x" * 60),
    ],
)
def test_the_slug_is_a_safe_file_name(title, slug):
    """The title becomes a folder's name on any system."""
    assert good(audit=title).slug == slug


def test_titles_without_latin_letters_have_different_slugs():
    """Two audits must not share a folder's name because their titles can't be written in ASCII."""
    slugs = {good(audit=title).slug for title in ("監査", "検査", "§")}
    assert len(slugs) == 3
    assert all(re.fullmatch(r"audit-[0-9a-f]{8}", slug) for slug in slugs)


def test_attributes_are_read_in_full():
    """Every test and event of the contract is understood."""
    attributes = """\
attributes:
  - {name: a, question: q, applies_to: {issue_type: [Change], status: [Done], project: [PAY]},
     test: {order: {first: {to_status: Approved}, then: resolved}}}
  - {name: b, question: q, test: {different_people: [created, reporter, {to_status: Approved}]}}
  - {name: c, question: q, test: {filled_before: {field: Risk, event: {to_status: Approved}}}}
  - {name: d, question: q, test: {has: {link: true}}}
  - {name: e, question: q, test: {has: {attachment: "*.pdf"}}}
  - {name: f, question: q, test: {has: {comment_by: assignee}}}
  - {name: g, question: q, test: {within: {from: created, to: resolved, days: 30}}}
"""
    found = parse_parameters(GOOD + attributes, "x").attributes
    assert [a.test.kind for a in found] == [
        "order", "different_people", "filled_before", "has", "has", "has", "within"
    ]  # fmt: skip
    order, people, within = found[0].test.order, found[1].test.different_people, found[6].test.within
    assert order is not None
    assert (order.first, order.then) == (ToStatus(to_status="Approved"), "resolved")
    assert people == ("created", "reporter", ToStatus(to_status="Approved"))
    assert within is not None
    assert (within.from_event, within.to_event, within.days) == ("created", "resolved", 30)
    applies = found[0].applies_to
    assert applies is not None
    assert (applies.issue_type, applies.status, applies.project) == (("Change",), ("Done",), ("PAY",))


def test_scope_keys_are_the_contracts_from_address_to_filters():
    """What must equal the frozen package's."""
    names = list(Parameters.model_fields)
    assert names[1 : names.index("filter_id") + 1] == list(SCOPE_KEYS)


def test_strata_are_the_columns_of_the_population():
    """The list here is the table's."""
    assert tuple(POPULATION.contract_names) == POPULATION_COLUMNS


# Writing


WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and text.isprintable()
)
SCHEMA = jsonschema.Draft202012Validator(json_schema())
# Printable text is where YAML writers slip; what looks like something else is where YAML readers do.
TEXTS = WORDS | st.sampled_from(
    ["no", "00412", "1.10", "2026-04-01", "null", "~", "a: b", "- x", "#", "'\"\\", "%", "=", "<<"]
)
JQL = TEXTS.filter(lambda text: "order" not in text.lower()) | st.just("a = 1\n  AND b = 2")
RATES = st.decimals("0.0001", "0.4999", places=4)
COUNTS = st.integers(1, 10**6)
EVENTS = st.sampled_from(["created", "resolved"]) | st.builds(lambda name: {"to_status": name}, TEXTS)
TESTS = (
    st.fixed_dictionaries({"order": st.fixed_dictionaries({"first": EVENTS, "then": EVENTS})})
    | st.fixed_dictionaries({"different_people": st.lists(TEXTS | EVENTS, min_size=2, max_size=4, unique_by=str)})
    | st.fixed_dictionaries({"filled_before": st.fixed_dictionaries({"field": TEXTS, "event": EVENTS})})
    | st.fixed_dictionaries({"has": st.sampled_from([{"link": True}, {"attachment": "*.pdf"}, {"comment_by": "no"}])})
    | st.fixed_dictionaries({"within": st.fixed_dictionaries({"from": EVENTS, "to": EVENTS, "days": COUNTS})})
)
TABLES = st.builds(
    lambda bounds, sizes: {"by_population": list(zip([*sorted(bounds), None], sizes, strict=False))},
    st.lists(COUNTS, max_size=4, unique=True),
    st.lists(COUNTS | st.sampled_from(["all", "10%", "2.5%"]), min_size=5, max_size=5),
)
SIZES = (
    COUNTS
    | TABLES
    | st.builds(lambda c, t, e: {"confidence": 1 - c, "tolerable_rate": t, "expected_rate": t * e}, RATES, RATES, RATES)
)
DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))


@st.composite
def parameters(draw: st.DrawFn) -> Parameters:
    start, end = sorted((draw(DAYS), draw(DAYS)))
    projects = draw(
        st.lists(st.from_regex(r"[A-Z][A-Z0-9_]{1,5}", fullmatch=True), min_size=1, max_size=4, unique=True)
    )
    names = st.lists(TEXTS, max_size=3, unique=True)
    values: dict[str, Any] = {
        "audit": draw(TEXTS),
        "jira_url": draw(st.sampled_from(["demo", "https://jira.example.com/", "http://jira.corp:8080/jira"])),
        "projects": projects,
        "period_start": start,
        "period_end": end,
        "timezone": draw(st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"])),
        "deployment": draw(st.sampled_from(["auto", "cloud", "data-center"])),
        "population_jql": draw(st.none() | JQL),
        "filter_id": draw(st.none() | COUNTS),
        "closing_resolutions": draw(names),
        "test_issue_jql": draw(st.none() | JQL),
        "gap_explanations": draw(st.none() | TEXTS),
        "sample_size": draw(SIZES),
        "attributes": [
            {"name": str(number), "question": draw(TEXTS), "test": draw(TESTS),
             "applies_to": draw(st.none() | st.just({"project": projects[:1], "status": ["no"]}))}
            for number in range(draw(st.integers(0, 2)))
        ],
        "attachments": draw(st.booleans()),
        "previous": draw(st.none() | TEXTS),
        "timestamp_url": draw(st.none() | st.just("https://tsa.example.com/tsr?x=1")),
    }  # fmt: skip
    if draw(st.booleans()):
        values["sample_seed"] = draw(TEXTS)
        values["sample_strata"] = draw(st.lists(st.sampled_from(POPULATION_COLUMNS), max_size=2, unique=True))
    else:
        values["sample_keys"] = draw(st.just("keys.csv") | st.just([f"{key}-1" for key in projects]))
    if draw(st.booleans()):
        values["issue_types"] = draw(names)
        values["permissions"] = draw(st.just(["DELETE_ISSUES", "com.example__OWN"]))
        values["archive"] = draw(TEXTS)
    return Parameters(**values)


@settings(deadline=None)
@given(parameters())
def test_what_is_written_reads_back_as_it_was(given_parameters):
    """The package's params.yaml is the run's parameters, no more and no less."""
    text = dump_parameters(given_parameters)
    back = parse_parameters(text, "params.yaml")
    assert back == given_parameters
    assert dump_parameters(back) == text


@settings(deadline=None)
@given(parameters())
def test_what_is_written_has_the_schemas_form(given_parameters):
    """The model and its schema agree on every key."""
    SCHEMA.validate(yaml.safe_load(dump_parameters(given_parameters)))


def test_what_is_written_names_every_key():
    """Defaults of today stand in the package, for readers of the years to come."""
    assert list(yaml.safe_load(dump_parameters(good()))) == list(Parameters.model_fields)


def test_text_is_written_in_quotes():
    """Another reader of YAML, of whatever version, takes text for text."""
    assert 'sample_seed: "1e3"\n' in dump_parameters(good(sample_seed="1e3"))


# The files in params/


def test_the_schema_file_is_in_step():
    """`python -m auditlib.params.model > params/schema.json` was run after the last change of the model."""
    assert (ROOT / "params" / "schema.json").read_text(encoding="utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_the_module_writes_the_schema():
    """The command that the test above names does it."""
    run = subprocess.run([sys.executable, "-m", "auditlib.params.model"], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(run.stdout) == json_schema()


def test_every_key_is_described_for_editors():
    """An editor shows what each key means."""
    schema = json_schema()
    for record in [schema, *schema["$defs"].values()]:
        assert all(about.get("description") for about in record["properties"].values())


def test_the_demo_is_the_demo_companys():
    """The demo needs no account, and draws the same sample each time."""
    demo = load_parameters(ROOT / "params" / "demo.yaml", check_files=True)
    assert (demo.jira_url, demo.projects, demo.slug) == ("demo", ("PAY", "PAYX", "OPS"), "soc-2-type-ii-demo")
    assert demo.sample_seed
    assert demo.projects == scenery.PROJECTS
    assert demo.test_issue_jql == f'labels = "{scenery.TEST_LABEL}"'
    assert set(demo.closing_resolutions) < set(scenery.RESOLUTIONS)
    assert demo.period == Period(date(2026, 4, 1), date(2026, 9, 30), demo.zone)


def test_the_example_shows_every_key_and_all_of_it_is_right():
    """A person takes a # away and it works."""
    text = (ROOT / "params" / "example.yaml").read_text(encoding="utf-8")
    first, rest = text.split("\n", 1)
    assert first == "# yaml-language-server: $schema=schema.json"
    load_parameters(ROOT / "params" / "example.yaml", check_files=True)
    shown = re.compile(rf"# ((?:{'|'.join(Parameters.model_fields)}):.*|  +(?:- |\w+: ).*)")
    blocks: dict[str, list[str]] = {}
    name = ""
    for line in rest.splitlines():
        if found := shown.fullmatch(line):
            if not found[1].startswith(" "):
                name = found[1].split(":")[0]
                blocks.setdefault(name, []).append("")
            blocks[name][-1] += found[1] + "\n"
    live = set(yaml.safe_load(text))
    assert live | set(blocks) == set(Parameters.model_fields)
    for name, variants in blocks.items():
        for block in variants:
            assert yaml.safe_load(block)[name] not in (None, [])
            other = "\n".join(line for line in text.splitlines() if not line.startswith(f"{name}:"))
            assert parse_parameters(f"{other}\n{block}", name)


# Reading YAML


def test_a_place_is_known_for_every_value():
    """Lines are those an editor shows, for nested values too."""
    document = read_yaml("a: 1\nb:\n  - x\n  - c: >\n      long\n      text\n    d: [1,\n      2]\n")
    lines = {path: place.line for path, place in document.places.items()}
    assert lines == {
        (): 1, ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("b", 1, "d"): 7, ("b", 1, "d", 0): 7,
        ("b", 1, "d", 1): 8,
    }  # fmt: skip


@settings(deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.dates() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab: 1-#'", max_size=5), inner, max_size=3),
    max_leaves=12,
))  # fmt: skip
def test_values_are_those_of_safe_load(value):
    """Beside decimals, a plain value means what PyYAML's safe loader says."""
    text = yaml.safe_dump(value)
    document = read_yaml(text)
    if not document.flaws:
        assert document.value == yaml.safe_load(text)
