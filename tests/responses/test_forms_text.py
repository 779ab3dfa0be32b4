"""Answers as text: what JSON is, and nothing that Python reads beyond."""

from __future__ import annotations

import json

import pytest

from auditlib import deep_json
from auditlib.responses.forms.text import NotUsableError, NotWholeError, read_json


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, -2, 1.5, 1E+2, true, false, null, "x"], "b": {}}',
        r'{"half": "\ud800", "pair": "\ud83d\ude00"}',
        '{"twice": 1, "twice": 2}',
        '{"large": 123456789012345678901234567890}',
        '"\ufeff"',
        "[]",
    ],
)
def test_what_is_json_reads_as_python_reads_it(text):
    """The faster parser changes no value: half of a surrogate pair lives, the last of two members counts."""
    assert read_json(text.encode()) == json.loads(text)


def test_depth_and_digits_without_end_are_read_as_text():
    """What Python does not read ends nothing: a form decides whether it may stand where it stands."""
    assert read_json(b'{"id": ' + b"9" * 5000 + b"}") == {"id": "9" * 5000}
    assert isinstance(read_json(b"[" * 5_000 + b"]" * 5_000), list)
    with pytest.raises(NotWholeError):
        read_json(b"[" * 5_000)


def test_other_encodings_of_unicode_are_read():
    """RFC 8259 asks for UTF-8; older texts allowed UTF-16, and a mark before the first byte is no reason to refuse."""
    assert read_json('{"a": "ä"}'.encode("utf-16")) == {"a": "ä"}
    assert read_json('{"a": 1}'.encode("utf-8-sig")) == {"a": 1}


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": 1', b"\xff\xfe\x00", b'{"a": "\xff"}', b"{'a': 1}", b'{"a": 1} x'])
def test_what_is_not_whole_is_told_from_what_is_not_usable(body):
    """It may come whole when it is asked for again."""
    with pytest.raises(NotWholeError):
        read_json(body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"a": NaN}', "holds NaN, which is no JSON"),
        (b'{"a": -Infinity}', "holds -Infinity"),
        (b'{"a": 1e999}', "beyond all bounds"),
    ],
)
def test_what_nothing_can_be_made_of_is_a_sentence(body, words):
    """No number that is none."""
    with pytest.raises(NotUsableError, match=words):
        read_json(body)


def test_what_is_too_deep_or_too_long_is_read_as_its_text():
    """One value that no reader bears is no reason to refuse the answer that it stands in."""
    answer = read_json(
        b'{"deep": ' + b"[" * 200_000 + b"]" * 200_000 + b', "long": ' + b"9" * 5000 + b', "issues": [1]}'
    )
    assert answer["issues"] == [1]
    assert answer["long"] == "9" * 5000
    depth, inner = 0, answer["deep"]
    while isinstance(inner, list):
        depth, inner = depth + 1, inner[0]
    assert 100 < depth <= deep_json.DEEPEST
    assert inner.count("[") == inner.count("]") == 200_000 - depth


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a": ' * 100_000])
def test_what_is_deep_and_never_closed_is_not_whole(body):
    """Depth ends no reader: what lacks its end is cut, and may come whole when it is asked for again."""
    with pytest.raises(NotWholeError):
        read_json(body)
