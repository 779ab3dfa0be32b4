"""Text from Jira, made safe to look at."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.text import is_web_address, shorten, visible_text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain Ä 東京 👍🏽", "plain Ä 東京 👍🏽"),
        ("a\nb\tc", "a⏎b⇥c"),
        ("\x1b[31mred", "[U+001B][31mred"),
        ("file\u202egpj.exe", "file[U+202E]gpj.exe"),
        ("zero\u200bwidth\ufeff", "zero[U+200B]width[U+FEFF]"),
        ("AB\u200d-1", "AB[U+200D]-1"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("half \ud83d", "half [U+D83D]"),
        ("line\u2028two", "line[U+2028]two"),
        ("tag\U000e0041", "tag[U+E0041]"),
    ],
)
def test_unseen_characters_are_shown(text, seen):
    """What could mislead a reader is written out; letters of all languages stay."""
    assert visible_text(text) == seen


def test_line_feeds_may_be_kept():
    """Where a text has lines, they are no disguise."""
    assert visible_text("a\nb\u202e", keep="\n") == "a\nb[U+202E]"


@given(st.text(st.characters()))
def test_nothing_unseen_is_left(text):
    """The result holds no control or direction character, can be written, and is not changed by a second pass."""
    seen = visible_text(text)
    assert not {unicodedata.category(character) for character in seen if character not in "\u200c\u200d"} & {
        "Cc",
        "Cf",
        "Cs",
    }
    seen.encode()
    assert visible_text(seen) == seen


@pytest.mark.parametrize("address", ["https://jira.company.example/browse/AB-1", "http://127.0.0.1:8080/x?a=b#c"])
def test_web_addresses_may_become_links(address):
    """Http and https only."""
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "java\nscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "//host/x",
        "AB-1",
        "",
        "https://a b",
        "https://host/\u202e",
        "http://[x",
    ],
)
def test_nothing_else_becomes_a_link(address):
    """A link that runs, hides or leads to this machine is text."""
    assert not is_web_address(address)


def test_cut_text_says_that_it_is_cut():
    """An ellipsis stands for the rest."""
    assert (shorten("abc", 3), shorten("abcd", 3)) == ("abc", "ab…")
