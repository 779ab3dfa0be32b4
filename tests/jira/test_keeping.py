"""Keeping: what came is on disk, with what speaks against its use."""

from __future__ import annotations

import pytest
from carrier import Answer
from loopback import answered

from auditlib.errors import AnswerError, SourceError
from auditlib.jira.credentials import Credentials
from auditlib.jira.identity import Identity
from auditlib.jira.keeping import Keeper
from auditlib.responses.request import get
from auditlib.responses.store import RawStore

QUESTION = get("rest/api/2/myself")


@pytest.fixture
def store(tmp_path) -> RawStore:
    return RawStore(tmp_path / "raw")


@pytest.fixture
def keeper(store) -> Keeper:
    return Keeper(store, Identity("https://jira.example", Credentials("t"), address="https://gateway.example/x"))


def test_an_answer_is_kept_as_it_came(store, keeper):
    """Its bytes, its status, how often it was asked for, and where, if that was not the site."""
    entry = keeper.take("account", QUESTION, answered(Answer({"a": 1})), None, sent=2)
    assert store.body(entry) == b'{"a": 1}'
    assert (entry.status, entry.tries, entry.asked_at) == (200, 2, "https://gateway.example/x")


def test_what_is_no_answer_is_kept_as_refused_and_raised(store, keeper):
    """It is evidence of what came, and the question is open."""
    with pytest.raises(SourceError, match="useless"):
        keeper.take("account", QUESTION, answered(Answer({})), SourceError("useless"), sent=1)
    assert store.find("account", QUESTION) is None
    assert [one.refused for one in store.refusals()] == ["useless"]


def test_a_file_is_kept_at_its_place(store, keeper, tmp_path):
    """As a stream, with its digest in the index."""
    target = tmp_path / "dossiers" / "A-1" / "attachments" / "1-a.txt"
    entry = keeper.keep_file("file", QUESTION, answered(Answer(b"content")), target, sent=1)
    assert target.read_bytes() == b"content"
    assert entry.size == 7


def test_a_file_that_never_came_whole_is_kept_as_missed(store, keeper):
    """With how often it was tried, and why."""
    keeper.keep_missed("file", QUESTION, 6, "it broke off")
    assert [one.refused for one in store.refusals()] == [f"{QUESTION} gave no whole answer in 6 tries: it broke off"]


def test_an_answer_that_can_not_be_read_is_taken_back(store, keeper):
    """Whatever broke the code that reads it is told with the file's name."""
    entry = keeper.take("account", QUESTION, answered(Answer({})), None, sent=1)
    with pytest.raises(AnswerError, match="a form that is not known: KeyError"), keeper.reading(entry):
        raise KeyError("x")
    assert store.find("account", QUESTION) is None
