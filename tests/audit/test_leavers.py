"""Who left: lists of people departments are read as they come, and matches that a name alone makes are doubtful."""

from __future__ import annotations

import pytest

from auditlib.audit.permissions.leavers import Account, Leaver, Left, match_leavers, name_key, parse_leavers
from auditlib.errors import ParameterError

PEOPLE = (
    Account("712020:1", "Ada Quill", "ada@example.com"),
    Account("712020:2", "José Müller-Lund", ""),
    Account("712020:3", "Pat Doe", "pat@example.com"),
    Account("JIRAUSER10100", "Pat Doe", "", "pdoe"),
)


def leavers(text: str) -> list[Leaver]:
    return parse_leavers(text, "left.csv")


@pytest.mark.parametrize(
    "text",
    [
        "account_id,email,name,left_on\n712020:1,ada@example.com,Ada Quill,2026-05-01\n",
        "Account ID;E-Mail;Full name;Last day\r\n712020:1;ada@example.com;Ada Quill;2026-05-01\r\n",
        "\ufeffLeft on\tUser\tMail\tGiven name\tSurname\n2026-05-01 00:00:00\t712020:1\tada@example.com\tAda\tQuill\n",
    ],
)
def test_a_list_is_read_under_usual_names_of_columns(text):
    """Nobody renames the columns of a people department's export by hand."""
    assert leavers(text) == [Leaver("712020:1", "ada@example.com", "Ada Quill", "2026-05-01", 2)]


def test_one_column_is_enough_and_empty_lines_say_nothing():
    """A list of mail addresses and days is a list of leavers."""
    assert [one.email for one in leavers("mail,left_on\nada@example.com,2026-05-01\n,\n\nx@example.com,\n")] == [
        "ada@example.com",
        "x@example.com",
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("name,left\nAda,01.05.2026\n", 2, "left_on must be a day like"),
        ("name,left_on\n,2026-05-01\n", 2, "says when somebody left, and not who"),
        ("name,email\nAda,a@example.com\n", 1, "missing column left_on"),
        ("office,left_on\nBerlin,2026-05-01\n", 1, "missing column account_id, email or name"),
        ("name,full name,left_on\nAda,Ada,2026-05-01\n", 1, "both mean name"),
        ("", 1, "missing column left_on"),
    ],
)
def test_a_list_that_cannot_be_read_is_told(text, line, message):
    """Each defect has its line and what is wanted."""
    with pytest.raises(ParameterError, match=message) as caught:
        leavers(text)
    assert [problem.line for problem in caught.value.problems] == [line]


def match(**told):
    one = Leaver(**{"account_id": "", "email": "", "name": "", "left_on": "2026-05-01", "line": 2} | told)
    return match_leavers([one], PEOPLE)


@pytest.mark.parametrize(
    ("told", "who"),
    [
        ({"account_id": "712020:1"}, ["712020:1"]),
        ({"account_id": "PDOE"}, ["JIRAUSER10100"]),
        ({"email": "Ada@Example.com"}, ["712020:1"]),
        ({"account_id": "nobody's", "email": "pat@example.com", "name": "Ada Quill"}, ["712020:3"]),
    ],
)
def test_an_account_or_an_address_is_one_persons(told, who):
    """Such a match is sure, whatever the case of its letters; a name beside it adds nobody."""
    left, unmatched = match(**told)
    assert (list(left), unmatched) == (who, [])
    assert left[who[0]] == Left("2026-05-01", sure=True)
    assert left[who[0]].words == "2026-05-01"


@pytest.mark.parametrize("name", ["Ada Quill", "QUILL, Ada", "ada  quill"])
def test_a_name_alone_is_doubtful(name):
    """Order, case and points of a name are no difference; that it is the same person nobody knows."""
    left, _ = match(name=name)
    assert {account: one.words for account, one in left.items()} == {"712020:1": "2026-05-01 (name only)"}


def test_accents_are_no_difference():
    """Payroll writes what Jira does not."""
    assert name_key("Jose Muller Lund") == name_key("José Müller-Lund")
    assert list(match(name="Jose Muller Lund")[0]) == ["712020:2"]


def test_two_people_of_one_name_are_both_shown():
    """Which of them left is for somebody to say who knows them."""
    left, _ = match(name="Pat Doe")
    assert {account: one.words for account, one in left.items()} == dict.fromkeys(
        ("712020:3", "JIRAUSER10100"), "2026-05-01 (name only, 2 people have it)"
    )


def test_whoever_matches_nobody_is_counted():
    """A leaver without an account is no error; an empty cell matches no empty cell."""
    left, unmatched = match(name="Nobody Here")
    assert (left, [one.name for one in unmatched]) == ({}, ["Nobody Here"])
    assert match(email="none@example.com")[0] == {}


def test_a_sure_match_goes_before_a_doubtful_one_and_the_later_day_counts():
    """Somebody who came back left again."""
    lines = [
        Leaver("", "", "Ada Quill", "2026-09-01", 2),
        Leaver("712020:1", "", "", "2025-01-01", 3),
        Leaver("712020:1", "", "", "2026-02-01", 4),
    ]
    assert match_leavers(lines, PEOPLE)[0] == {"712020:1": Left("2026-02-01")}


@pytest.mark.parametrize(
    ("left_on", "gone"), [("2026-09-30", True), ("2026-10-01", True), ("2026-10-02", False), ("", True)]
)
def test_who_leaves_later_has_not_left(left_on, gone):
    """A list may name those who have given notice."""
    assert Left(left_on).gone_by("2026-10-01") is gone
