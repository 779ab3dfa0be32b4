"""What is an answer of Jira, and what only looks like one."""

from __future__ import annotations

import pytest
import requests
from carrier import Answer
from loopback import answered

from auditlib.errors import AccountRefusedError, AnswerError, RefusedError, SourceError
from auditlib.jira.credentials import Credentials
from auditlib.jira.identity import Identity
from auditlib.jira.judging import CutAnswerError, Judge, OtherTypeError
from auditlib.jira.retries import FaultError, Wanted


def judge(*, known: bool = True, again: requests.Response | None = None) -> Judge:
    identity = Identity("http://127.0.0.1", Credentials("t", "u"))
    identity.known = known
    return Judge(identity, lambda: again)


@pytest.mark.parametrize(
    ("answer", "wanted", "kind"),
    [
        (Answer({"a": 1}), Wanted(), None),
        (Answer({}, 404), Wanted((200, 404)), None),
        (Answer({}, 404), Wanted(), RefusedError),
        (Answer("<title>Log in</title>"), Wanted(), OtherTypeError),
        (Answer("<title>Not found</title>", 404), Wanted(), RefusedError),
        (Answer(b"{", headers={"Content-Type": "application/json"}), Wanted(), CutAnswerError),
        (Answer({}, 302, {"Location": "https://login.example/"}), Wanted(), AnswerError),
        (Answer({}, 407), Wanted(), SourceError),
        (Answer({}, 401), Wanted(), AccountRefusedError),
        (Answer({}, 403), Wanted(part=True), None),
        (Answer("no", 410), Wanted(part=True), None),
        (Answer({}, 418), Wanted(part=True), RefusedError),
    ],
)
def test_an_answer_is_told_from_what_is_none(answer, wanted, kind):
    """By status, content type, whole JSON, and whether the rest goes on without it."""
    _, problem = judge().judged(answered(answer), wanted)
    assert type(problem) is (kind or type(None))


def test_the_body_of_an_answer_comes_parsed():
    """It is not read a second time; the refusal of a part has none."""
    assert judge().judged(answered(Answer({"a": 1})), Wanted())[0] == {"a": 1}
    assert judge().judged(answered(Answer({"a": 1}, 403)), Wanted(part=True))[0] is None


def test_before_jira_said_who_we_are_a_refusal_is_the_accounts():
    """403 to the first question says nothing of a part."""
    _, problem = judge(known=False).judged(answered(Answer({}, 403)), Wanted(part=True))
    assert isinstance(problem, AccountRefusedError)


def test_a_part_refused_with_401_asks_once_more_who_we_are():
    """A token that ended meanwhile refuses everything; a part that is hidden only itself."""
    response = answered(Answer({}, 401))
    judge(again=answered(Answer({"name": "me"}))).require_account(response)
    with pytest.raises(AccountRefusedError):
        judge(again=response).judged(response, Wanted(part=True))


def test_a_fault_while_asking_who_we_are_says_nothing():
    """The part was refused all the same."""

    def fault() -> requests.Response:
        raise FaultError("status 503")

    identity = Identity("http://127.0.0.1", Credentials("t"))
    identity.known = True
    Judge(identity, fault).require_account(answered(Answer({}, 401)))
