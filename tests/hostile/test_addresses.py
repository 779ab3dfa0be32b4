"""What a Jira says of its own address: another one, a script, nothing at all."""

from __future__ import annotations

import pytest

from auditlib.audit.scope.findings import address_findings
from auditlib.jira.site import read_site

ASKED = "https://jira.example.com/jira"


@pytest.mark.parametrize(
    "said",
    ["https://jira.example.com/jira", "https://JIRA.example.com/jira/", "http://jira.example.com/jira",
     "https://jira.example.com:443/jira", ""],
)  # fmt: skip
def test_the_same_place_is_no_finding(said):
    """Whatever its letters, its scheme and its usual port; nor is one that is not told."""
    assert address_findings(ASKED, said) == []


@pytest.mark.parametrize(
    "said",
    ["https://other.example.com/jira", "https://jira.example.com", "https://jira.example.com:8443/jira", "http://[1::",
     "javascript:alert(1)", "x" * 10_000, "https://jira.example.com/jira\x1b[2J"],
)  # fmt: skip
def test_another_place_is_a_limit_and_shown_harmlessly(said):
    """A reverse proxy does that, so nothing ends; but no answer shows that both are the same Jira."""
    (finding,) = address_findings(ASKED, said)
    assert (finding.id, finding.severity, finding.notebook) == ("scope.address", "limit", "01_scope")
    assert said[:20].strip("\x1b") in finding.statement
    assert len(finding.statement) < 700
    assert finding.statement.isprintable()


@pytest.mark.parametrize("said", [None, 7, [], {}, "", "javascript:alert(1)", "file:///etc/passwd", "https://", "x y"])
def test_links_lead_to_the_address_that_was_asked_where_none_is_told(said):
    """What is no web address becomes no link."""
    assert read_site({"baseUrl": said}, {}, "cloud", ASKED).base_url == ASKED
