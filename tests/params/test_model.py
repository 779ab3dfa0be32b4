"""Which parameters are accepted, and in which form they are kept."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from parameter_cases import GOOD, good, problems_of
from pydantic import ValidationError

from auditlib.audit.population.cut import POPULATION
from auditlib.errors import ParameterError
from auditlib.params.attributes import ToStatus
from auditlib.params.model import Parameters
from auditlib.params.reading import SCOPE_KEYS, TEXT_KEYS, check_overrides, load_parameters, parse_parameters
from auditlib.params.sizes import SizeByPopulation, SizeFromRates
from auditlib.params.types import DEFAULT_PERMISSIONS, POPULATION_COLUMNS
from auditlib.params.writing import json_schema
from auditlib.times import Period


def test_defaults_are_the_contracts():
    """The least file gives the contract's defaults."""
    parameters = parse_parameters(GOOD, "given.yaml")
    expected: dict[str, object] = {
        "audit": "SOC 2 Type II 2026", "jira_url": "https://jira.example.com", "projects": ("PAY", "OPS"),
        "period_start": date(2026, 4, 1), "period_end": date(2026, 9, 30), "timezone": "Europe/Berlin",
        "deployment": "auto", "issue_types": (), "population_jql": None, "filter_id": None, "closing_resolutions": (),
        "test_issue_jql": None, "gap_explanations": None, "sample_size": 25, "sample_seed": None, "sample_strata": (),
        "sample_extensions": (), "sample_replacements": (), "sample_keys": None, "attributes": (),
        "workflow": None, "controls": (), "second_source": None, "answers": None, "requests": None,
        "leavers": None, "review": None, "org_id": None, "permissions": DEFAULT_PERMISSIONS, "attachments": False, "mask": False,
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


@pytest.mark.parametrize("days", [100_000, 99_999_999_999, "30"])
def test_days_that_no_calendar_has_are_refused(days):
    """A limit is added to times: one of a hundred million days would end a run in the middle of its tables."""
    test = f"{{within: {{from: created, to: resolved, days: {days!r}}}}}"
    assert problems_of(GOOD + f"attributes: [{{name: g, question: q, test: {test}}}]\n")[0].key.endswith("days")


@pytest.mark.parametrize(
    "text", [".inf", ".nan", "1:30.5", "1_0.5", "0x19", "1_000", "1:30", "+025", "0x" + "f" * 4000]
)
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


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Apia", "2011-12-30"), ("Pacific/Kwajalein", "1993-08-21")])
def test_a_period_in_which_no_time_passes_is_refused(zone, day):
    """Of a zone that went to the other side of the date line: nothing can be created in it, and no share of it be counted."""
    given = {"period_start": day, "period_end": day, "timezone": zone}
    with pytest.raises(ValidationError, match=f"this zone went past {day} without having that day"):
        good(**given)
    later = date.fromisoformat(day) + timedelta(days=1)
    assert good(**given | {"period_end": later.isoformat()}).period.end == later


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
