"""JQL is read as Jira reads it, or refused in words."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.demo.jql.search import JqlError, parse, quote
from auditlib.demo.jql.syntax import Both, Call, Change, Clause, Either, Empty, Literal, Not, Query, Sorting
from auditlib.demo.jql.tree import structure


def test_and_binds_closer_than_or_and_not_closest() -> None:
    """Precedence decides what a population query means."""
    a, b, c = (Clause(name, "=", (Literal("1"),)) for name in "abc")
    assert parse("a = 1 OR NOT b = 1 AND c = 1").where == Either((a, Both((Not(b), c))))
    assert parse("(a = 1 || b = 1) && ! c = 1").where == Both((Either((a, b)), Not(c)))


def test_keywords_are_case_insensitive_and_words_may_start_like_them() -> None:
    """A value that begins with a keyword is still a value."""
    wanted = Both(
        (Clause("a", "not in", (Literal("order-1"), Literal("android")), listed=True), Clause("b", "is", (Empty(),)))
    )
    assert parse("a NoT iN (order-1, android) aNd b iS nUlL oRdEr bY c DeSc, d") == Query(
        wanted, (Sorting("c", "desc"), Sorting("d", None))
    )


def test_a_question_of_the_history_keeps_its_predicates() -> None:
    """CHANGED stands alone, or with what to, what from and when."""
    asked = parse("not status CHANGED to 'In Work' DURING (2026-01-01, now()) and changed = 1").where
    change = Change("status", (("to", (Literal("In Work"),)), ("during", (Literal("2026-01-01"), Call("now", ())))))
    assert asked == Both((Not(change), Clause("changed", "=", (Literal("1"),))))
    assert structure(parse("status changed to Done during (a, b)"))["where"] == {
        "field": {"name": "status", "encodedName": "status"},
        "operator": "changed",
        "predicates": [
            {"operator": "to", "operand": {"value": "Done", "encodedValue": "Done"}},
            {
                "operator": "during",
                "operand": {"values": [{"value": one, "encodedValue": one} for one in ("a", "b")]},
            },
        ],
    }


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("'it''", None),
        (r"'it\'s'", "it's"),
        (r'"a \"b\" \\ c"', 'a "b" \\ c'),
        (r"caf\u00e9", "café"),
        (r'"tab\tend"', "tab\tend"),
        ("-7d", "-7d"),
        ("2026-01-01", "2026-01-01"),
    ],
)
def test_values_are_unquoted_and_unescaped(text: str, meant: str | None) -> None:
    """Quotes of both kinds and escapes stand for the text that was meant."""
    if meant is None:
        with pytest.raises(JqlError):
            parse(f"summary ~ {text}")
    else:
        assert parse(f"summary ~ {text}").where == Clause("summary", "~", (Literal(meant),))


@given(st.text())
def test_a_quoted_value_survives(text: str) -> None:
    """What `quote` writes is read back as the same text, whatever it is."""
    assert parse(f"summary ~ {quote(text)}").where == Clause("summary", "~", (Literal(text),))


@given(st.text(alphabet="abAND ORnot()=!~<>,'\"\\in1 -is EMPTYorderby", max_size=40))
def test_any_text_is_parsed_or_refused_in_words(text: str) -> None:
    """No text makes the parser fail in another way than a refusal."""
    with contextlib.suppress(JqlError):
        parse(text)


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("invalid query", "Expecting operator but got 'query'."),
        ("project = A B", "Expecting either 'OR' or 'AND' but got 'B'. (line 1, character 13)"),
        ("project =", "Expecting either a value, list or function before the end"),
        ("project in ()", "Expecting either a value, list or function but got ')'"),
        ("(project = A", "Expecting ')' before the end of the query."),
        ("project = A AND", "Expecting a field name at the end of the query."),
        ("project", "Expecting operator before the end of the query."),
        ("= 3", "Expecting a field name but got '='."),
        ("project in (a b)", "Expecting ')' or ',' but got 'b'."),
        ("created > 2026/01/01", r"The character '/' is a reserved JQL character."),
        ('summary ~ "open', "The quoted string has not been completed."),
        ("summary ~ a\\", "The character '\\' is not allowed here."),
        ("project = ADD", "'ADD' is a reserved JQL word."),
        ("project = AC order by key down", "Expecting ',' but got 'down'."),
    ],
)
def test_bad_jql_is_told_in_words(jql: str, words: str) -> None:
    """A query that can't be read says what and where."""
    with pytest.raises(JqlError) as caught:
        parse(jql)
    assert caught.value.errors[0].startswith(f"Error in the JQL Query: {words}")


def test_functions_keep_their_arguments() -> None:
    """A call is read with its arguments as text."""
    assert parse("created > startOfDay('-1d')").where == Clause("created", ">", (Call("startOfDay", ("-1d",)),))
