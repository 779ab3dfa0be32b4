"""``check`` shows what each control would meet, so that a wrong mapping is seen before anything is pulled."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.demo.story.company import Company
from auditlib.run import check_controls
from auditlib.run.check import check_screen

WORKFLOW = "{gate: [Approved], working: [In Progress], testing: [In Review], done: [Done]}"
SHOWN = ("Control", "Mapping", "Missing", "          none")
BOTH = ("cloud", "data-center")


@pytest.fixture
def lines(small_company: Company, parameters):
    """Return what ``check`` says of controls, and the queries that it had counted."""

    def show(controls: str, speaks: str = "data-center", workflow: str = WORKFLOW, refused: str = "", **values: object):
        asked: list[str] = []

        def tamper(one: Asked, answer: Answer) -> Answer:
            if one.path.endswith(("/search", "/approximate-count")) and one.body:
                asked.append(json.loads(one.body).get("jql", ""))
            if refused and one.path.endswith(refused):
                return replace(answer, status=403, body=b'{"errorMessages": ["Not for you"]}')
            return answer

        with EmbeddedJira(small_company.world, speaks, tamper=tamper) as jira:
            params = parameters(
                jira_url=jira.url, projects="[OPS]", workflow=workflow, controls=f"[{controls}]", **values
            )
            said = check_screen(params, {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token})
        return [line for line in said.splitlines() if line.startswith(SHOWN)], asked

    return show


def came_into(company: Company, status: str, wider: timedelta) -> int:
    """Count the issues of the period that came into a status in it, the ends moved by so much, without a query."""
    begins, ends = datetime(2026, 4, 1, 4, tzinfo=UTC) - wider, datetime(2026, 10, 1, 4, tzinfo=UTC) + wider
    return sum(
        begins <= issue.created < ends
        and any(
            item["field"] == "status" and item["toString"] == status and begins <= history.created < ends
            for history in issue.histories
            for item in history.items
        )
        for issue in company.world.issues.values()
        if issue.project == "OPS" and issue.visible
    )


@pytest.mark.parametrize("speaks", BOTH)
def test_gates_and_goes_are_counted_as_the_histories_have_them(lines, small_company, speaks):
    """Days are Jira's, so at the ends of the period a few issues may differ; Cloud's counts are estimates, and said to be."""
    (line,), _ = lines("CT-01", speaks)
    about = "about " if speaks == "cloud" else ""
    found = re.fullmatch(
        rf"Control   CT-01 approved before go: would concern {about}(\d+) issues; came in the period into "
        rf"gate {about}(\d+), done {about}(\d+)",
        line,
    )
    assert found, line
    day, slack = timedelta(days=1), 2 if speaks == "cloud" else 0
    for number, status in ((int(found[2]), "Approved"), (int(found[3]), "Done")):
        least, most = came_into(small_company, status, -day), came_into(small_company, status, day)
        assert 0 < least - slack <= number <= most + slack


def test_a_status_that_jira_does_not_have_is_told_with_the_one_that_is_meant(lines):
    """Where it stands, once, and that a name of before is none the less one; capitals and ids are no mistake."""
    told, _ = lines(
        "CT-01, CT-04", workflow="{gate: [aPPROVED, Aproved], working: [In Progress], done: [Done, Klosed]}"
    )
    mapping = [line for line in told if line.startswith("Mapping")]
    assert [line.partition(":")[0] for line in mapping] == [
        "Mapping   Aproved (workflow.gate)",
        "Mapping   Klosed (workflow.done)",
    ]
    assert "no status of OPS is called so; did you mean Approved?" in mapping[0]


def test_the_status_that_ends_a_time_is_looked_up_and_counted_too(lines):
    """A limit that is measured to a status of the wrong name would never be kept."""
    told, _ = lines("{id: CT-13, limits: {High: 4h}, ends: {to_status: Done}}")
    assert re.fullmatch(r"Control   CT-13 .* came in the period into ends \d+, done \d+; .*", told[0])
    told, _ = lines("{id: CT-13, limits: {High: 4h}, ends: {to_status: Doen}}")
    assert told[0].startswith("Mapping   Doen (CT-13.ends)")


def test_issues_whose_severity_or_priority_has_a_limit_are_counted(lines, small_company):
    """A limit for a value that Jira does not have would never be held against an issue."""
    values = [one["name"] for one in small_company.world.priorities]
    told, _ = lines(
        f"{{id: CT-13, limits: {{{values[0]}: 4h}}}}, {{id: CT-13, name: all, limits: {{{': 3d, '.join(values)}: 3d}}}}"
    )
    some, every = (int(re.search(r"hold a value of limits (\d+)$", line)[1]) for line in told)
    concerned = int(re.search(r"would concern (\d+) issues", told[1])[1])
    assert 0 < some < every == concerned
    told, _ = lines("{id: CT-13, limits: {Urgentest: 4h}}")
    assert "hold a value of limits not counted: Jira answered 400: The value 'Urgentest' does not exist" in told[0]


@pytest.mark.parametrize(
    ("instead", "word"), [("", "testing"), ("tested_by: {link: true}, ", None), ("tested_field: Test report, ", None)]
)
def test_what_stands_in_place_of_a_status_is_not_counted_as_one(lines, instead, word):
    """Where a file or a field shows the test, nobody need come into the status."""
    told, _ = lines(f"{{id: CT-06, {instead}testing: [In Review]}}")
    (line,) = (line for line in told if line.startswith("Control"))
    assert ("testing" in line) == (word is not None)


def test_a_field_that_approves_is_counted_by_its_values(lines):
    """Jira's search knows the history of few fields, so today's value counts."""
    told, asked = lines("{id: CT-01, gate_field: {field: labels, values: [never]}}")
    assert "hold a value of gate_field 0" in told[0]
    assert "gate " not in told[0].replace("gate_field", "")
    assert told[1] == "          none holds a value of gate_field: are these Jira's values?"
    assert any('"labels" in ("never")' in query for query in asked)


def test_an_id_names_a_status_as_its_name_does(lines, small_company):
    """Whoever maps by ids, because names change, is not told of a mistake, and has the same counts."""
    (status,) = (one for one in small_company.world.statuses if one["name"] == "Done")
    by_id, _ = lines(f'{{id: CT-20, done: ["{status["id"]}"]}}')
    by_name, _ = lines("CT-20")
    assert by_id == by_name
    assert len(by_id) == 1


@pytest.mark.parametrize("speaks", BOTH)
def test_a_field_that_jira_does_not_have_is_told_with_the_one_that_is_meant(lines, small_company, speaks):
    """Of all keys that name fields; those that Jira has, by name or id, are no mistake, and its own need no question."""
    known = next(one for one in small_company.world.field_names if one["id"].startswith("customfield_"))
    misspelt = f"{known['name'][:-1]}x"
    told, _ = lines(
        f"{{id: CT-03, protected: [summary, {known['id']}, '{misspelt}']}}, "
        f"{{id: CT-11, level: '{known['name']}', limits: {{a: 4h}}}}, {{id: CT-13, limits: {{High: 4h}}}}",
        speaks,
    )
    mapping = [line for line in told if line.startswith("Mapping")]
    assert mapping == [
        f"Mapping   {misspelt} (CT-03): Jira has no field of this name or id; did you mean {known['name']}?"
    ]


def test_the_list_of_fields_is_asked_for_only_where_a_field_is_named_that_not_every_jira_has(lines):
    """Summary, description, priority are every Jira's; where the list is refused, it is said what it takes."""
    told, _ = lines("CT-03, {id: CT-13, limits: {High: 4h}}", refused="/field")
    assert not [line for line in told if line.startswith(("Mapping", "Missing"))]
    told, _ = lines("{id: CT-03, protected: [Risk]}", refused="/field")
    assert [line for line in told if line.startswith("Missing   field: Jira answered 403")]
    assert not [line for line in told if line.startswith("Mapping")]


def test_a_region_into_which_nothing_came_is_asked_about(lines):
    """A gate of the wrong name would make every go an exception: `Open` is where issues are created."""
    told, _ = lines("{id: CT-01, gate: [Open]}")
    assert "gate 0, done" in told[0]
    assert told[1] == "          none came into gate: are these the statuses that are meant?"


def test_of_a_status_that_is_not_there_no_count_is_shown(lines):
    """It may have been there before: a nought would say what nobody knows."""
    told, _ = lines("{id: CT-01, gate: [Aproved]}")
    assert told[0].startswith("Mapping   Aproved (CT-01.gate)")
    assert "gate not counted, done" in told[1]
    assert len(told) == 2


def test_a_control_that_concerns_nothing_is_asked_about(lines):
    """A restriction that leaves no issue would pass without a test."""
    told, asked = lines("{id: CT-20, applies_to: {issue_type: [Change], field: {field: labels, values: [never]}}}")
    assert told == [
        "Control   CT-20 nothing changed after closing: would concern no issue of the period; is applies_to what is meant?"
    ]
    assert any('"issuetype" in ("Change")) AND ("labels" in ("never"))' in query for query in asked)


def test_what_jira_refuses_to_count_is_said_in_its_words(lines):
    """An issue type that is misspelt is one line, and no error."""
    told, _ = lines("{id: CT-20, applies_to: {issue_type: [Chagne]}}, CT-01")
    assert "not counted: Jira answered 400: The value 'Chagne' does not exist" in told[0]
    assert "would concern" in told[1]


@pytest.mark.parametrize(("control", "key"), [("CT-09", "second_source"), ("CT-15", "leavers"), ("CT-17", "review")])
def test_a_control_whose_file_is_not_given_is_said_to_be_not_applicable(lines, control, key):
    """It is no mistake, and must not look like a test."""
    (line,), _ = lines(control)
    assert line.endswith(f": {key} is not given, so it would be not applicable")


def test_the_questions_are_bounded_and_each_is_asked_once(lines, monkeypatch):
    """A hundred controls must not keep a Jira busy; what was not counted is said."""
    twice, asked = lines('CT-01, CT-02, {id: CT-01, name: "again"}')
    counted = [query for query in asked if "changed to" in query]
    assert len(counted) == len(set(counted)) == 2
    assert len({line.partition(": ")[2] for line in twice}) == 1
    monkeypatch.setattr(check_controls, "MOST_COUNTS", 2)
    told, asked = lines("CT-01, CT-02")
    assert len([query for query in asked if "changed to" in query]) == 1
    assert "done not counted, for more than 2 counts would be asked for" in told[0]


def test_without_a_list_of_statuses_the_names_are_asked_for_as_they_are(lines):
    """An account that may not see them still has its counts, and nothing is said to be missing."""
    told, _ = lines("CT-01", refused="/statuses")
    controls = [line for line in told if not line.startswith("Missing")]
    assert len(controls) == 1
    assert "would concern" in controls[0]


def test_without_controls_nothing_more_is_asked(lines):
    """A parameter file of before has its screen of before."""
    told, asked = lines("", workflow="{done: [Nowhere]}")
    assert told == []
    assert not any("changed" in query for query in asked)


def test_the_restrictions_of_the_population_hold_for_the_counts_too(lines):
    """What the population leaves out is no issue that a control would concern."""
    _, asked = lines("CT-20", issue_types="[Change]", population_jql="labels is EMPTY")
    (query,) = (query for query in asked if "changed to" in query)
    assert 'issuetype in ("Change") AND (labels is EMPTY) AND (status changed to "Done" during' in query
