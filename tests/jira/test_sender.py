"""Sending one request once: what goes out, and what comes of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from carrier import Answer, Ask, listening

from auditlib.errors import AnswerError, ForbiddenRequestError, SourceError
from auditlib.jira.credentials import Credentials
from auditlib.jira.gate import Gate
from auditlib.jira.identity import Identity
from auditlib.jira.retries import FaultError
from auditlib.jira.sender import Sender
from auditlib.responses.request import Request, get, post

MYSELF = get("rest/api/2/myself")


@contextmanager
def sending(answer: Callable[[Ask], Answer] | None = None) -> Iterator[tuple[Sender, Gate, list[Ask]]]:
    seen: list[Ask] = []

    def noting(ask: Ask) -> Answer:
        seen.append(ask)
        return Answer({"name": "me"}) if answer is None else answer(ask)

    with listening(noting) as address:
        gate = Gate()
        sender = sender_to(address, gate)
        yield sender, gate, seen
        sender.close()


def sender_to(address: str, gate: Gate | None = None) -> Sender:
    identity = Identity(address, Credentials("secret"))
    return Sender(identity, gate or Gate(), is_cloud=False, timeouts=(5, 5), longest_answer=5, trust_environment=False)


def test_a_request_goes_out_as_it_is():
    """Method, path, query and body are those of the question; the gate has counted it."""
    with sending() as (sender, gate, seen):
        assert sender.send(MYSELF).json() == {"name": "me"}
        sender.send(post("rest/api/2/search", jql="a = b", maxResults=1))
    assert [(one.method, one.path, one.body) for one in seen] == [
        ("GET", "/rest/api/2/myself", None),
        ("POST", "/rest/api/2/search", {"jql": "a = b", "maxResults": 1}),
    ]
    assert gate.requests == 2


def test_a_parameter_that_is_named_several_times_goes_out_with_all_its_values():
    """As ``projectId=1&projectId=2``, where one question names several projects."""
    with sending() as (sender, _, seen):
        sender.send(Request("GET", "rest/api/2/myself", (("a", "1"), ("b", "x"), ("a", "2"))))
    assert [one.query for one in seen] == [{"a": ["1", "2"], "b": ["x"]}]


def test_what_no_address_can_hold_is_an_answer_gone_wrong():
    """A cursor may hold half of a surrogate pair; in a body it can be sent, in a query it can't."""
    with sending() as (sender, _, seen):
        with pytest.raises(AnswerError, match="half of a surrogate pair"):
            sender.send(Request("GET", "rest/api/2/myself", (("cursor", "\ud800"),)))
    assert seen == []


def test_only_a_question_with_credentials_carries_them():
    """What is asked of anybody is asked without."""
    with sending() as (sender, _, seen):
        sender.send(MYSELF)
        sender.send(MYSELF, anonymous=True)
    assert [one.headers.get("authorization") for one in seen] == ["Bearer secret", None]


def test_what_is_not_on_the_list_is_not_sent():
    """Whoever calls, the wire refuses."""
    with sending() as (sender, _, seen):
        with pytest.raises(ForbiddenRequestError):
            sender.send(Request("DELETE", "rest/api/2/issue/A-1"))
    assert seen == []


@pytest.mark.parametrize(("status", "heavy"), [(500, False), (502, False), (503, False), (504, True), (413, True)])
def test_a_fault_is_worth_asking_again(status, heavy):
    """With its status and words; what may have been too much at once is heavy."""
    with sending(lambda _: Answer({"message": "out of order"}, status)) as (sender, _, _):
        with pytest.raises(FaultError, match=f"status {status}: out of order") as caught:
            sender.send(MYSELF)
    assert caught.value.heavy == heavy


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_for_load_is_no_answer(status):
    """The gate is told, and says when to come again."""
    with sending(lambda _: Answer({}, status, {"Retry-After": "1"})) as (sender, gate, _):
        assert sender.send(MYSELF) is None
    assert gate.refusals == (status == 429)


def test_a_server_that_is_not_there_is_a_fault():
    """Nobody listens at that port."""
    with pytest.raises(FaultError, match="the connection was refused"):
        sender_to("http://127.0.0.1:9").send(MYSELF)


def test_a_file_of_certificates_that_is_not_there_ends_the_run(monkeypatch, tmp_path):
    """Asking again would not mend it."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nothing.pem"))
    identity = Identity("https://127.0.0.1:9", Credentials("t"))
    sender = Sender(identity, Gate(), is_cloud=True, timeouts=(5, 5), longest_answer=5, trust_environment=True)
    with pytest.raises(SourceError, match="can't be asked"):
        sender.send(MYSELF)


def test_a_file_comes_as_a_stream():
    """It is not read before whoever asked reads it; a refusal for load is none."""
    answers = [Answer(b"content"), Answer({}, 429)]
    with sending(lambda _: answers.pop(0)) as (sender, _, _):
        with sender.stream(get("secure/attachment/1/a.txt"), 1) as (response, trip):
            assert response is not None
            assert b"".join(response.iter_content(3)) == b"content"
            assert trip.status == 200
        with sender.stream(get("secure/attachment/1/a.txt"), 2) as (response, _):
            assert response is None


def test_each_request_has_a_line_in_the_log(caplog):
    """Status, size and the number of the try; no credential."""
    with caplog.at_level(logging.INFO, logger="auditlib.requests"), sending() as (sender, _, _):
        sender.send(MYSELF, 3)
    (line,) = caplog.messages
    assert line.startswith("GET rest/api/2/myself 200 ")
    assert line.endswith("try=3")
    assert "secret" not in line
