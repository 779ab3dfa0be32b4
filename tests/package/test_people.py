"""One person, one pseudonym: by account, name or address, in tables and sentences, year after year with one key."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.audit.personal import LEFT_OUT
from auditlib.package.people import Known, Pseudonyms, identity_of, objects_in

KEY = bytes(range(32))


def known() -> Known:
    people = Known()
    people.add(["712020:aaaaaaaa-0000-4000-8000-00000000000a", "ana@company.example"], ["Ana Brook"])
    people.add(["JIRAUSER10001", "bo.crane", "bo@company.example"], ["Bo Crane"])
    people.add(["JIRAUSER10002", "bo.crane2"], ["Bo Crane"])
    people.add(["JIRAUSER10003", "cyd"], ["山田 太郎"])
    people.add([None, "", 7], ["Nobody"])
    return people


def test_a_person_has_one_pseudonym_by_account_name_and_address():
    """Whatever a table shows of them."""
    called = Pseudonyms(KEY, known())
    ana = called.of("Ana Brook")
    assert {ana} == {called.of("ana@company.example"), called.of("712020:aaaaaaaa-0000-4000-8000-00000000000a")}
    assert called.of("bo.crane") == called.of("JIRAUSER10001") == called.of("bo@company.example")
    assert len({ana, called.of("bo.crane"), called.of("bo.crane2"), called.of("Bo Crane"), called.of("cyd")}) == 5


def test_the_same_key_gives_the_same_pseudonyms_and_another_key_others():
    """Other people may be known in another year."""
    one, again, other = Pseudonyms(KEY, known()), Pseudonyms(KEY, Known()), Pseudonyms(KEY[::-1], known())
    assert one.of("JIRAUSER10001") == again.of("JIRAUSER10001") != other.of("JIRAUSER10001")
    assert identity_of(KEY) != identity_of(KEY[::-1])
    assert KEY.hex()[:8] not in identity_of(KEY)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("approved by Ana Brook; done", "Ana Brook"),
        ("Ana Brook", "Ana Brook"),
        ("(ana@company.example)", "ana@company.example"),
        ("by 712020:aaaaaaaa-0000-4000-8000-00000000000a.", "Ana Brook"),
        ("USER bo.crane2, removed", "bo.crane2"),
        ("承認者は山田 太郎さん", "cyd"),
        ("account JIRAUSER99999 is not known", "JIRAUSER99999"),
        ("write to somebody.else@company.example", "somebody.else@company.example"),
    ],
)
def test_people_in_sentences_are_called_by_their_pseudonyms(text, who):
    """As whole words, and whatever looks like an account or an address."""
    called = Pseudonyms(KEY, known())
    assert called.of(who) in called.within(text)
    assert who not in called.within(text)


@pytest.mark.parametrize(
    ("name", "text", "telling"),
    [
        ("Dan  Fold", "PAY / Dan Fold", "Dan"),
        ("Dan Fold ", "by Dan Fold, today", "Fold"),
        ("Dan\nFold", "who left: Dan Fold", "Fold"),
        ("Dan\u200bFold", "who left: Dan[U+200B]Fold", "Dan"),
        ("Li", "still holds: Li.", "Li"),
        ("\u674e", "still holds (\u674e)", "\u674e"),
        ('"Dan" <b>', 'by "Dan" <b>, today', "Dan"),
        ("Dan Fold the Elder", "role Viewers by Dan Fold the Eld…", "Dan"),
        ("712020:aaaaaaaa-0000-4000-8000-00000000000b", "only 712020:aaaaaaaa-0000-40…", "aaaa"),
    ],
)
def test_a_name_is_found_in_every_form_that_sentences_give_it(name, text, telling):
    """On one line, with unseen characters made visible, short as it is, or cut short itself."""
    people = Known()
    people.add([name], [name])
    assert telling not in Pseudonyms(KEY, people).within(text)


def test_whom_lists_alone_name_is_covered_and_changes_nobody_else():
    """Known by account or by name alone; what the answers say of a name stands, so that pseudonyms are those of the account."""
    people = known()
    people.mention("", "Dan Fold")
    people.mention("hr-4711", "Eva Gray")
    people.mention("JIRAUSER77777", "Ana Brook")
    called, before = Pseudonyms(KEY, people), Pseudonyms(KEY, known())
    assert called.within("Dan Fold, Eva Gray (hr-4711)").count("Person ") == 3
    assert called.of("Eva Gray") == called.of("hr-4711")
    assert called.of("Ana Brook") == before.of("Ana Brook")


@pytest.mark.parametrize(
    "text",
    [
        "1 request is open: all of it, please.",
        "PAY-1: no readable day; Jira sent 'all \\'of it, please'.",
        'PAY-1: no readable day; Jira sent {"value": "of it, please"}.',
        "PAY-1: no readable day; Jira sent 'of it, please, and ever…",
        "1 row names no issue: all of it, ple….",
    ],
)
def test_what_people_wrote_is_left_out_of_sentences(text):
    """Texts that findings name their cases by, whole or cut short, and values of Jira in quotation marks."""
    told = Pseudonyms(KEY, known(), ["all of it, please", "no"]).sentence(text)
    assert "of it" not in told
    assert LEFT_OUT in told
    assert told.startswith(text[:5])
    assert Pseudonyms(KEY, Known()).sentence("Jira's log and last year's: the issues' own") == (
        "Jira's log and last year's: the issues' own"
    )


@pytest.mark.parametrize("text", ["", "Banana Brook", "Ana Brookfield", "PAY-17 is Done", "Bo", "bo.cranex"])
def test_other_words_stay(text):
    """A name within a longer word is none."""
    assert Pseudonyms(KEY, known()).within(text) == text


NAME = st.text(string.ascii_lowercase + "éß山", min_size=3, max_size=9)


@given(
    st.lists(st.lists(NAME, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=6),
    st.sampled_from([" ", "; ", " (", "\n"]),
)
def test_no_known_name_survives_in_a_sentence(names, between):
    """Whatever the names are, also where one begins or ends with another: none stands there as words of its own."""
    people = Known()
    for number, name in enumerate(names):
        people.add([f"JIRAUSER{number}"], [name])
    told = Pseudonyms(KEY, people).within(between.join(names))
    assert not [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told)]


def test_a_deep_answer_does_not_fall():
    """People are looked for without recursion."""
    answer: dict = {}
    for _ in range(5_000):
        answer = {"in": [answer]}
    assert sum(1 for _ in objects_in(answer)) == 5_001
