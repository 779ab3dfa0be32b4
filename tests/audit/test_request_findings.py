"""What is said of approvals of Jira Service Management that could not be read."""

from __future__ import annotations

import pytest

from auditlib.audit.controls.request_findings import request_findings


def test_approvals_that_were_all_read_need_no_sentence():
    """Of however many issues."""
    assert request_findings(3, 0, "", "an agent's licence") == []


@pytest.mark.parametrize(("why", "said"), [("HTTP 403", "could not be read (HTTP 403): "), ("", "could not be read: ")])
def test_approvals_that_were_not_read_are_a_limit(why, said):
    """With Jira's own words where it was asked, and what it takes."""
    (found,) = request_findings(3, 1, why, "an agent's licence")
    assert (found.id, found.severity, found.count) == ("controls.approvals-unread", "limit", 1)
    assert f"{said}it counts as without evidence there. It takes an agent's licence;" in found.statement
