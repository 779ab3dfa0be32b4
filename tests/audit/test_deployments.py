"""The file of the second source, read."""

from __future__ import annotations

import json

import pytest

from auditlib.audit.controls.match import Deployment
from auditlib.audit.controls.site.deployments import (
    NOT_YET,
    OTHER_ENVIRONMENT,
    OTHER_STATE,
    SourceFile,
    read_deployments,
)
from auditlib.audit.controls.site.ticket_keys import KeyFinder
from auditlib.errors import ParameterError
from auditlib.params.second_source import SecondSource

FINDER = KeyFinder(["PAY", "OPS"])
OWN = {"key_from": ["branch", "title"], "time": "at"}


def read(text: str, **given: object) -> SourceFile:
    source = SecondSource.model_validate({"name": "builds", "file": "builds", **(given or OWN)})
    return read_deployments(text, "builds.csv", source, FINDER)


def shown(row: Deployment) -> tuple[str, list[str], str]:
    return row.ref, [key for key, _ in row.keys], f"{row.when.at:%m-%d %H:%M:%S}"


def problems(text: str, **given: object) -> list[tuple[int | None, str, str]]:
    with pytest.raises(ParameterError) as caught:
        read(text, **given)
    assert {one.path for one in caught.value.problems} == {"builds.csv"}
    return [(one.line, one.value, one.message) for one in caught.value.problems]


def test_a_csv_file_of_any_tool_is_read_by_the_columns_that_the_parameters_name():
    """Branch and title are looked through, a row may name several issues, each once, and where each stands is kept."""
    text = (
        'build;Branch;title;at\n7;pay-1-login;"PAY-1; OPS-2";2026-04-01T09:00:00Z\n8;main;no key;2026-04-02T09:00:00Z\n'
    )
    found = read(text, **OWN, ref="build")
    assert [shown(one) for one in found.rows] == [
        ("7", ["PAY-1", "OPS-2"], "04-01 09:00:00"),
        ("8", [], "04-02 09:00:00"),
    ]
    assert found.rows[0].keys == (("PAY-1", "branch"), ("OPS-2", "title"))
    assert [one.line for one in found.rows] == [2, 3]


def test_json_lines_are_read_by_paths():
    """An export is objects within objects; of a list, everything in it is looked through."""
    rows = [
        {"id": 1, "at": 1775034900, "commits": [{"message": "PAY-1"}, {"message": None}, {"message": "OPS-2"}]},
        {"id": 2, "at": "2026-04-01T10:00:00Z", "commits": []},
    ]
    text = "\n\n".join(map(json.dumps, rows))
    found = read(text, key_from=["commits.message"], time="at", ref="id")
    assert [shown(one) for one in found.rows] == [
        ("1", ["PAY-1", "OPS-2"], "04-01 09:15:00"),
        ("2", [], "04-01 10:00:00"),
    ]
    assert [one.line for one in found.rows] == [1, 3]


EXPORTED: dict[str, tuple[dict[str, object], tuple[str, list[str], str]]] = {
    "github-deployments": (
        {
            "id": 42, "sha": "a84d", "ref": "pay-1-login", "task": "deploy", "payload": {}, "environment": "production",
            "description": "Login, OPS-2", "created_at": "2026-04-01T09:00:00Z", "updated_at": "2026-04-01T09:30:00Z",
        },
        ("42", ["PAY-1", "OPS-2"], "04-01 09:00:00"),
    ),
    "github-pull-requests": (
        {
            "number": 7, "state": "closed", "title": "Login", "body": None, "created_at": "2026-03-01T09:00:00Z",
            "merged_at": "2026-04-01T09:00:00Z", "head": {"ref": "pay-1-login"}, "base": {"ref": "main"},
        },
        ("7", ["PAY-1"], "04-01 09:00:00"),
    ),
    "gitlab-deployments": (
        {
            "id": 42, "iid": 2, "ref": "main", "status": "success", "created_at": "2026-04-01T08:00:00.222Z",
            "environment": {"id": 9, "name": "production"},
            "deployable": {
                "started_at": None, "finished_at": "2026-04-01T09:00:00.357Z",
                "commit": {"title": "Merge branch 'login'", "message": "Merge branch 'login'\n\nPAY-1"},
            },
        },
        ("2", ["PAY-1"], "04-01 09:00:00"),
    ),
    "gitlab-merge-requests": (
        {
            "id": 84, "iid": 14, "title": "Login", "description": "Closes PAY-1", "state": "merged",
            "merged_at": "2026-04-01T09:00:00.000Z", "source_branch": "login", "target_branch": "main",
        },
        ("14", ["PAY-1"], "04-01 09:00:00"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", sorted(EXPORTED))
def test_the_exports_of_github_and_gitlab_are_read_as_they_come(form):
    """The fields are those that the pages of both name; nobody has to say where the key and the time stand."""
    record, expected = EXPORTED[form]
    assert [shown(one) for one in read(json.dumps(record), form=form).rows] == [expected]


def test_a_gitlab_deployment_without_a_job_has_the_time_of_its_creation():
    """One that another tool recorded has no job."""
    record = {"iid": 1, "ref": "pay-1", "status": "success", "created_at": "2026-04-01T08:00:00Z", "deployable": None}
    found = read(json.dumps(record), form="gitlab-deployments")
    assert [shown(one) for one in found.rows] == [("1", ["PAY-1"], "04-01 08:00:00")]


def test_rows_that_are_no_deployment_are_left_out_and_counted():
    """Another environment, a job that failed, a pull request that is open: each by its reason, so that all rows add up."""
    text = (
        "branch,title,at,env,result\n"
        "pay-1,x,2026-04-01T09:00Z,production,ok\n"
        "pay-1,x,2026-04-01T09:00Z,staging,ok\n"
        "pay-1,x,2026-04-01T09:00Z,production,failed\n"
    )
    within = {"environment": {"field": "env", "values": ["production"]}, "state": {"field": "result", "values": ["ok"]}}
    found = read(text, **OWN, **within)
    assert found.left_out == {OTHER_ENVIRONMENT: 1, OTHER_STATE: 1}
    assert (len(found.rows), found.lines) == (1, 3)
    assert found.rows[0].environment == "production"
    unmerged = {"number": 7, "title": "PAY-1", "body": "", "merged_at": None, "head": {"ref": "x"}}
    assert read(json.dumps(unmerged), form="github-pull-requests").left_out == {NOT_YET: 1}


def test_each_line_that_can_not_be_read_is_a_sentence_of_its_own():
    """What is wrong, where it stands, and what to do; all at once."""
    text = "branch,title,at\npay-1,x,2026-04-01T09:00Z\npay-1,x,1.4.2026\npay-1,x,\npay-1,x,2026-04-01 09:00\n"
    assert problems(text) == [
        (3, "1.4.2026", "a time is needed, like 2026-04-01T09:15:00Z"),
        (4, "", "at must say when it happened"),
        (
            5,
            "2026-04-01 09:00",
            "this time has no offset from UTC; say by timezone in which zone the tool writes its times",
        ),
    ]
    assert len(read(text.replace("1.4.2026", "").replace("pay-1,x,\n", ""), **OWN, timezone="Europe/Berlin").rows) == 2


def test_a_file_of_thousands_of_bad_lines_is_told_in_twenty():
    """Nobody reads more, and the rest is counted."""
    told = problems("branch,title,at\n" + "x,y,z\n" * 1_000)
    assert len(told) == 21
    assert told[-1] == (22, "", "and 980 more lines from here on can't be read either")
    assert [line for line, _, _ in problems("branch,title,at\n" + "x,y,z\n" * 20)] == list(range(2, 22))
    told = problems("branch,title,at\n" + "x,y,z\n" * 21)
    assert told[20:] == [(22, "", "and 1 more line from here on can't be read either")]
    told = problems('{"branch": "x"\n' * 1_000)
    assert told[20:] == [(21, "", "and 980 more lines from here on can't be read either")]


def test_a_long_text_is_cut_in_a_message():
    """A line that is no JSON, and what stands where a time belongs."""
    for length, shown in ((60, "z" * 60), (61, f"{'z' * 59}…")):
        assert problems(f"branch,title,at\nx,y,{'z' * length}\n")[0][1] == shown
    for length, shown in ((38, f"{{{'z' * 38}}}"), (39, f"{{{'z' * 38}…")):
        assert problems(f"{{{'z' * length}}}")[0][1] == shown


def test_a_column_that_no_row_has_is_told():
    """A name that is mistyped must not turn every deployment into one without a ticket."""
    assert problems("brunch,title,at\nx,y,2026-04-01T09:00Z\n") == [(1, "branch", "no row of the file has this column")]
    other = json.dumps({"status": "success", "created_at": "2026-04-01T08:00:00Z"})
    assert problems(other, form="gitlab-deployments") == [
        (
            1,
            "ref, deployable.commit.title, deployable.commit.message",
            "no row of the file has any of these columns, as gitlab-deployments has them",
        )
    ]
    state = {"state": {"field": "resutl", "values": ["ok"]}}
    assert problems("branch,title,at,result\nx,y,2026-04-01T09:00Z,ok\n", **OWN, **state) == [
        (1, "resutl", "no row of the file has this column")
    ], "though every row is left out by it"
    assert problems("brunch,title,at\nx,y,2026-04-01T09:00Z\nx,y,z\n") == [
        (3, "z", "a time is needed, like 2026-04-01T09:15:00Z")
    ], "first what can't be read"
    own = {"form": "gitlab-deployments", "key_from": ["branch"]}
    assert problems(other, **own) == [(1, "branch", "no row of the file has this column")], "by its own name, once"
    env = {"environment": {"field": "env", "values": ["production"]}}
    assert problems("branch,title,at\nx,y,2026-04-01T09:00Z\n", **OWN, **env) == [
        (1, "env", "no row of the file has this column")
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "the file is empty"),
        ("\ufeff \n", 1, "the file is empty"),
        ('[{"a": 1}]', 1, "one JSON object a line is needed; jq -c '.[]' makes such lines of a list"),
        ('{"branch": "x", "title": "", "at": 1775034900}\n{"branch"\n', 2, "one JSON object a line is needed"),
        ('branch,title,at\n"x,y,z\n', 2, "a quotation mark in this row is not closed"),
    ],
)
def test_a_file_of_another_form_is_told(text, line, said):
    """A list of JSON, a file that was cut off, a quotation mark that was forgotten."""
    told = problems(text)
    assert (told[0][0], told[0][2][: len(said)]) == (line, said)


def test_what_a_path_does_not_lead_to_is_empty():
    """Without a commit, or with an empty list, the column is there; with a number or a text where an object belongs it is not."""
    by_path = {"key_from": ["commit.title"], "time": "at", "environment": "places"}
    for commit in (None, [], [{"title": None}], {"title": ""}, [{"title": "x"}, {"author": "PAY-1"}]):
        record = {"commit": commit, "at": 1775034900, "places": ["eu", None, "us"], "": "no name"}
        (found,) = read(json.dumps(record), **by_path).rows
        assert (found.keys, found.ref, found.environment) == ((), "line 1", "eu\nus")
    for commit in (5, "title", {}, [{}]):
        record = {"commit": commit, "at": 1775034900, "places": ""}
        assert problems(json.dumps(record), **by_path) == [(1, "commit.title", "no row of the file has this column")]
    (found,) = read('{"branch": "pay-1", "title": "", "at": 1775034900, "": "no name"}').rows
    assert (found.ref, found.environment) == ("line 1", "")


def test_of_two_columns_that_are_called_alike_the_one_of_that_name_counts():
    """Upper and lower case tell them apart where both are there."""
    (found,) = read("branch,title,at,At\npay-1,x,2026-04-01T09:00Z,2026-04-02T09:00Z\n").rows
    assert found.told == "2026-04-01T09:00Z"


def test_a_file_without_rows_has_no_deployments():
    """A header alone is a file: nothing was deployed, and every ticket is without one."""
    assert read("branch,title,at\n\n").rows == ()


def test_deep_json_and_odd_values_are_texts():
    """What a tool puts where a text belongs must not end the run."""
    deep = '{"branch": ' + "[" * 2_000 + '"PAY-1"' + "]" * 2_000 + ', "title": {"a": 1}, "at": 1775034900}'
    assert len(read(deep).rows) == 1
    assert read('{"branch": 5, "title": true, "at": 1775034900}').rows[0].keys == ()


def test_the_columns_of_a_file_need_not_be_those_that_are_looked_at():
    """More columns, one without a name, others written otherwise, and rows that are short: each cell keeps its column."""
    plain = read(
        "branch,title,at\npay-1,PAY-2\nx,y,2026-04-01T09:00Z\n".replace("PAY-2\n", "PAY-2,2026-04-01T08:00Z\n")
    )
    more = read("At,,branch,title\n2026-04-01T08:00Z,PAY-9,pay-1,PAY-2\n2026-04-01T09:00Z,PAY-9,x\n", **OWN)
    assert [shown(one)[1:] for one in plain.rows] == [shown(one)[1:] for one in more.rows]
    assert [one.ref for one in more.rows] == ["line 2", "line 3"]
    assert [one.environment for one in more.rows] == ["", ""]
