"""The read-only list: what is on it may be sent, and nothing else."""

from __future__ import annotations

import pytest

from auditlib.errors import ForbiddenRequestError
from auditlib.jira.read_only import READ_ONLY, TOKEN_REQUEST, require_allowed, require_token_request


def test_the_list_knows_no_method_that_changes():
    """A POST is there only where Atlassian describes it as a question."""
    assert {method for method, _ in READ_ONLY} == {"GET", "POST"}
    asked = {path for method, path in READ_ONLY if method == "POST"}
    questions = ("search", "search/jql", "approximate-count", "bulkfetch", "worklog/list")
    questions += ("/workflows", "workflow/history", "workflow/history/list")
    assert all(path.endswith(questions) for path in asked)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "rest/api/3/issue/PAY-1"),
        ("GET", "rest/api/2/issue/10001/comment"),
        ("GET", "secure/attachment/7/a.txt"),
        ("POST", "rest/api/2/search"),
        ("GET", "rest/api/2/worklog/deleted"),
        ("POST", "rest/api/3/worklog/list"),
    ],
)
def test_a_question_is_allowed(method, path):
    """As the dialects ask it."""
    require_allowed(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "rest/api/3/issue/PAY-1"),
        ("get", "rest/api/3/myself"),
        ("GET", "rest/api/3/myself/"),
        ("GET", "rest/api/3/myself\n"),
        ("GET", "rest/api/3/issue/PAY-1/transitions"),
        ("GET", "rest/api/3/project/../serverInfo"),
        ("GET", "secure/attachment/7/.."),
        ("GET", "secure/attachment/7/a/b"),
        ("POST", "rest/api/3/issue"),
        ("POST", "rest/api/3/workflows/update"),
        ("POST", "rest/api/3/workflows/create"),
        ("POST", "rest/api/3/workflowscheme"),
        ("DELETE", "rest/api/3/workflows"),
        ("POST", "oauth/token"),
    ],
)
def test_anything_else_is_not(method, path):
    """The refusal names it, and the file in which the list stands."""
    with pytest.raises(ForbiddenRequestError, match=r"auditlib/jira/read_only\.py"):
        require_allowed(method, path)


def test_only_the_request_for_a_token_goes_to_the_host_of_accounts():
    """The list of Jira does not hold there."""
    require_token_request(*TOKEN_REQUEST)
    with pytest.raises(ForbiddenRequestError, match=r"auditlib/jira/read_only\.py"):
        require_token_request("GET", "rest/api/3/myself")
