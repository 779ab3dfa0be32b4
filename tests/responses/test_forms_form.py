"""A form: what refuses an answer, in which words, and what one odd record does."""

from __future__ import annotations

import pytest
from msgspec import Struct

from auditlib.errors import FormError
from auditlib.responses.forms.form import Form, check, sound, tells
from auditlib.responses.forms.shapes import Id
from auditlib.responses.forms.site import FORMS
from auditlib.responses.request import get

QUESTION = get("rest/api/2/thing")


class Thing(Struct):
    """Something with a name."""

    id: Id
    name: str | None = None


class Page(Struct):
    """A page of things."""

    things: list[Thing]


FORM = Form("GET", "rest/api/2/thing", Page, (lambda page: "" if len(page["things"]) < 3 else "three are too many",))


def test_members_that_no_form_names_may_stand_there():
    """Answers grow; what is missing may be missing, and null stands for it."""
    check(FORM, QUESTION, {"things": [{"id": "1", "more": [1]}, {"id": 2, "name": None}], "total": "x"})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (["a"], r"thing has not the form of a Jira's: it is \[\"a\"\], expected object, got array"),
        ({}, "it lacks things"),
        ({"things": [{"id": 1}, {"name": "x"}]}, r"things\[1\] lacks id"),
        (
            {"things": [{"id": "1", "name": [2]}]},
            r"at things\[0\]\.name stands \[2\], expected text \| null, got array",
        ),
        ({"things": [{"id": "²"}]}, r'at things\[0\]\.id stands "²", expected text matching regex'),
        ({"things": [{"id": "9" * 5000}]}, r'at things\[0\]\.id stands "9{50,59}…'),
        ({"things": [{"id": 10**4000}]}, "a number of 13288 bits"),
        ({"things": [{"id": True}]}, r"stands true, expected number \| text, got bool"),
        ({"things": {"id": "1"}}, r'at things stands \{"id": …\}, expected array, got object'),
        ({"things": [{"id": n} for n in range(3)]}, "contradicts itself: three are too many"),
    ],
)
def test_a_refusal_names_the_request_the_place_and_what_stands_there(answer, words):
    """One sentence, short whatever came."""
    with pytest.raises(FormError, match=words) as refused:
        check(FORM, QUESTION, answer)
    assert refused.value.request == str(QUESTION)
    assert len(str(refused.value)) < 400


HALF = "\ud800"


@pytest.mark.parametrize(
    "answer", [{"things": [{"id": 1, "name": HALF}]}, {"things": [{"id": 1, HALF: 2}], HALF: HALF}, {"things": []}]
)
def test_half_a_surrogate_pair_is_text_like_any_other(answer):
    """People can write it into Jira, as a text or as the name of a member."""
    check(FORM, QUESTION, answer)


@pytest.mark.parametrize("answer", [HALF, {"things": HALF}, {"things": [HALF]}, {"things": [{"id": HALF}]}, {HALF: 1}])
def test_half_a_surrogate_pair_where_no_text_belongs_is_refused(answer):
    """As any other text there, in a sentence that can be written to a terminal."""
    with pytest.raises(FormError) as refused:
        check(FORM, QUESTION, answer)
    assert str(refused.value).encode()
    assert sound([answer, {"id": "1"}], Thing) == ([{"id": "1"}], False)


def test_one_odd_record_is_left_out_and_told():
    """The others are sound, and the list is not whole."""
    good = [{"id": "1"}, {"id": 2, "name": "x"}]
    assert sound(good, Thing) == (good, True)
    assert sound([good[0], {"id": "²"}, "text", good[1]], Thing) == (good, False)
    assert sound(None, Thing) == ([], True)
    assert sound({"id": "1"}, Thing) == ([], False)


@pytest.mark.parametrize(
    ("answer", "told"),
    [({}, False), ({"detail": "Not Found"}, False), ({"accountId": "7"}, True), ([], False), ([1], True)],
)
def test_a_form_that_asks_for_nothing_is_not_told_by_a_refusal(answer, told):
    """Every object meets it; only what it names speaks for it."""
    (form,) = (one for one in FORMS if one.path.endswith("myself"))
    assert tells(form, answer) == told
