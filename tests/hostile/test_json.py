"""JSON that no Jira writes: nested, repeated, of other types, huge."""

from __future__ import annotations

import json

import pytest

from auditlib.responses import bounds
from hostile.ends import Answer, ends
from hostile.server import reply

QUERY = "project = A ORDER BY key"


def searched(reader):
    for _ in reader.search("walk/A", QUERY, ("id", "key")):
        pass


def page(issues: object, **more: object) -> bytes:
    return reply(json.dumps({"issues": issues, "isLast": True, **more}).encode())


ANSWERS: dict[str, Answer] = {
    "null": reply(b"null"),
    "a list": reply(b"[]"),
    "a text": reply(b'"hello"'),
    "a number": reply(b"7"),
    "NaN": reply(b"NaN"),
    "infinity": reply(b'{"issues": Infinity, "isLast": true}'),
    "no members": reply(b"{}"),
    "two documents": reply(b'{"issues": []}{"issues": []}'),
    "a byte-order mark": reply(b'\xef\xbb\xbf{"issues": [], '),
    "a comment": reply(b'/* none */ {"issues": []}'),
    "brackets alone": reply(b"[" * 300_000),
    "objects within objects": reply(b'{"issues":' * 100_000),
    "issues that are null": page(None),
    "issues that are an object": page({}),
    "issues that are a number": page(7),
    "an issue that is null": page([None]),
    "an issue that is a list": page([["1", "A-1"]]),
    "an issue without an id": page([{"key": "A-1"}]),
    "an issue without a key": page([{"id": "1"}]),
    "an id that is a list": page([{"id": [1], "key": "A-1"}]),
    "an id below nought": page([{"id": "-1", "key": "A-1"}]),
    "an id that is half": page([{"id": 1.5, "key": "A-1"}]),
    "a key that is a number": page([{"id": "1", "key": 1}]),
    "a number of a million digits": reply(
        b'{"issues": [{"id": ' + b"9" * 1_000_000 + b', "key": "A-1"}], "isLast": true}'
    ),
    "HTML": reply(b"<html><body>Sign in</body></html>", kind="text/html"),
    "XML": reply(b"<?xml version='1.0'?><e><message>no</message></e>", kind="text/xml"),
    "JSON that calls itself text": reply(b'{"issues": []}', kind="text/plain"),
    "no type at all": reply(b'{"issues": []}', kind=""),
    "more values than any answer": reply(b'{"issues": [' + b"{}," * 300_000 + b"{}]}"),
    "a warning": page([], warnings=[{"type": "CLAUSE_RESULT_TRUNCATED"}], warningMessages=["cut"]),
}

TAKEN = {"a warning"}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_page_of_another_form_ends_with_a_sentence(name, tmp_path, monkeypatch):
    """Whatever stands where a page of issues belongs, it is one error of the source, never one of ours."""
    monkeypatch.setattr(bounds, "MOST_VALUES", 200_000)
    ended = ends(tmp_path, ANSWERS[name], searched)
    ended.require_sentence()
    assert ended.status == 3 or name in TAKEN


@pytest.mark.parametrize("name", ["brackets alone", "more values than any answer"])
def test_what_would_fill_the_memory_is_not_parsed(name, tmp_path, monkeypatch):
    """It is counted before an object is made of it."""
    monkeypatch.setattr(bounds, "MOST_VALUES", 200_000)
    assert "it holds more than 200,000 values" in ends(tmp_path, ANSWERS[name], searched).said


def test_a_page_as_jira_writes_it_is_taken(tmp_path):
    """The same question takes it."""
    assert ends(tmp_path, page([{"id": "1", "key": "A-1"}]), searched).status == 0
