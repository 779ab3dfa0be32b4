"""Which issue keys a text of another tool names."""

from __future__ import annotations

import pytest

from auditlib.audit.controls.site.ticket_keys import KeyFinder

FINDER = KeyFinder(["PAY", "OPS", "MY_PAY"], {"OPS": ("INFRA",)})


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("PAY-1 login and OPS-22: both", ["PAY-1", "OPS-22"]),
        ("PAY-1, again PAY-1", ["PAY-1"]),
        ("feature/pay-17-login", ["PAY-17"]),
        ("refs/heads/john_pay-17_login", ["PAY-17"]),
        ("john_PAY-17", ["PAY-17"]),
        ("Merge branch 'fix-PAY-3' into 'main'", ["PAY-3"]),
        ("[PAY-4]", ["PAY-4"]),
        ("Closes PAY-5.", ["PAY-5"]),
        ("PAY-6-7", ["PAY-6"]),
        ("MY_PAY-8 is not PAY", ["MY_PAY-8"]),
    ],
)
def test_keys_of_listed_projects_are_found_in_branch_title_and_message(text, keys):
    """A row may name several, each counts once, and a branch is written in small letters as often as not."""
    assert FINDER.find(text) == keys


@pytest.mark.parametrize(
    "text",
    [
        "UTF-8 and CVE-2024-1234, ISO-8601",
        "REPAY-1",
        "PAY-1x",
        "PAY-01",
        "PAY-0",
        "PAY-1.2 of the driver",
        "the pay-1 of a sentence",
        "pay-1\nof two lines",
        "ÜPAY-1",
        "THEIR_PAY-1",
        "PAY - 1",
        "PAY1",
        "",
    ],
)
def test_what_only_looks_like_a_key_is_none(text):
    """A version or a standard would put a deployment down to an issue that it has nothing to do with."""
    assert FINDER.find(text) == []


def test_a_key_of_a_project_that_was_renamed_is_todays():
    """A branch keeps the key that its project had when it was made; Jira leads from it to the issue of today."""
    assert FINDER.find("INFRA-5 and infra") == ["OPS-5"]
    assert FINDER.find("infra-5") == ["OPS-5"]


def test_a_key_that_a_listed_project_has_today_is_its_own():
    """Jira gives a key that was given up to another project: a text that names it means the one that has it."""
    finder = KeyFinder(["PAY", "OPS"], {"PAY": (), "OPS": ("PAY",)})
    assert finder.find("PAY-5") == ["PAY-5"]


def test_the_former_key_of_a_moved_issue_is_todays():
    """A branch keeps the key under which the work was begun, even of a project that is not listed."""
    finder = KeyFinder(["PAY"], moved={"OLD-5": "PAY-9", "PAY-1": "PAY-10"})
    assert finder.find("OLD-5 and OLD-6, PAY-1, PAY-2") == ["PAY-9", "PAY-10", "PAY-2"]
    assert finder.find("old-5-login") == ["PAY-9"]
    renamed = KeyFinder(["PAY", "OPS"], {"OPS": ("INFRA",)}, moved={"OPS-5": "PAY-9"})
    assert renamed.find("INFRA-5") == ["PAY-9"]
