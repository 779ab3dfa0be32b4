"""What each request takes: one entry for each that may be sent, with what a package lacks without it."""

from __future__ import annotations

import re

import pytest

from auditlib.jira.read_only import READ_ONLY
from auditlib.jira.scopes import NEEDS, name_of
from auditlib.responses.request import Request


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("rest/api/3/search/jql", "search/jql"),
        ("rest/api/2/search", "search"),
        ("rest/api/3/issue/PAY-1", "issue"),
        ("rest/api/3/issue/10001/comment", "issue/comment"),
        ("rest/api/3/project/PAY/securitylevel", "project/securitylevel"),
        ("rest/api/3/project/PAY/statuses", "project/statuses"),
        ("rest/api/2/project/PAY/workflowscheme", "project/workflowscheme"),
        ("rest/api/3/workflow/history/list", "workflow/history/list"),
        ("rest/auditing/1.0/events", "auditing/events"),
        ("secure/attachment/7/a.txt", "secure/attachment"),
    ],
)
def test_a_request_has_its_name(path, name):
    """Without root, keys and numbers; and there is an entry for it."""
    assert name_of(Request("GET", path)) == name
    assert name in NEEDS


def test_every_request_that_may_be_sent_has_its_needs():
    """All but the one for the cloud id, which a site tells to anybody."""
    paths = {re.sub(r"\[23\]", "3", path).replace(r"\.", ".") for _, path in READ_ONLY}
    for path in paths - {"_edge/tenant_info"}:
        plain = re.sub(r"\(\?:.*?\)(?=/|\Z)|\[0-9\]\+|\(\?!.*", "7", path)
        plain = re.sub(r"(?<=project/)[^/]+\*", "PAY", plain)
        assert name_of(Request("GET", plain)) in NEEDS, path


def test_what_ends_a_run_is_called_essential():
    """Where it is said that there is no package without it, a run does not begin without it."""
    assert all(need.essential for need in NEEDS.values() if "there is no package" in need.without)
