"""One question, asked until there is an answer: again after faults, in another way after a 401."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from carrier import Answer, Ask
from loopback import client_of

from auditlib.errors import AccountRefusedError, AnswerError, UnreachableError
from auditlib.jira.protocol import dialect

SAYS = dialect("data-center")
PROJECT = SAYS.project("A")


def scripted(**answers: list[Answer]) -> tuple[Callable[[Ask], Answer], list[Ask]]:
    """Answer each path with what is left for its last step; note what came."""
    seen: list[Ask] = []

    def answer(ask: Ask) -> Answer:
        seen.append(ask)
        left = answers[ask.path.rpartition("/")[2]]
        return left.pop(0) if len(left) > 1 else left[0]

    return answer, seen


def test_what_a_jira_is_it_tells_to_anybody(tmp_path):
    """A site that refuses the account for its server info is asked without one."""
    answer, seen = scripted(serverInfo=[Answer({}, 401), Answer({"version": "9"})])
    with client_of(answer, tmp_path) as reader:
        assert reader.ask("server", SAYS.server_info()).status == 200
    assert [one.headers.get("authorization") for one in seen] == ["Bearer t", None]


def test_a_single_401_is_excused_once(tmp_path):
    """One of several nodes may not know a session: Jira is asked who we are, and the question goes once more."""
    answer, seen = scripted(A=[Answer({}, 401), Answer({"key": "A"})], myself=[Answer({"name": "me"})])
    with client_of(answer, tmp_path) as reader:
        reader.knows_account = True
        assert reader.answer("project", PROJECT)[1] == {"key": "A"}
    assert [one.path.rpartition("/")[2] for one in seen] == ["A", "myself", "A"]


def test_a_401_that_stays_is_the_accounts_refusal(tmp_path):
    """Also where Jira still says who we are."""
    answer, seen = scripted(A=[Answer({}, 401)], myself=[Answer({"name": "me"})])
    with client_of(answer, tmp_path) as reader:
        reader.knows_account = True
        with pytest.raises(AccountRefusedError):
            reader.ask("project", PROJECT)
    assert len(seen) == 3


def test_a_login_page_is_asked_for_once_more(tmp_path):
    """It may be a gateway's hiccup once; twice it is an answer, and kept as refused."""
    page = Answer("<title>Log in</title>")
    answer, seen = scripted(A=[page, Answer({"key": "A"}), page])
    with client_of(answer, tmp_path) as reader:
        assert reader.ask("one", PROJECT).tries == 2
        with pytest.raises(AnswerError, match="a login page"):
            reader.ask("two", PROJECT)
        assert len(reader.store.refusals()) == 1
    assert len(seen) == 4


def test_a_part_that_breaks_jira_is_missed_and_anything_else_ends_the_run(tmp_path):
    """500 after all tries is the answer of a part, once Jira said who we are."""
    answer, _ = scripted(A=[Answer({}, 500)])
    with client_of(answer, tmp_path, retries=50) as reader:
        reader.knows_account = True
        assert reader.answer("part", PROJECT, part=True)[0].status == 500
        with pytest.raises(UnreachableError, match=r"no usable answer to .* in 6 tries: status 500"):
            reader.ask("whole", PROJECT)


def test_what_breaks_whoever_looks_at_an_answer_takes_it_back(tmp_path):
    """The answer is kept as refused, and asked for again."""
    answer, seen = scripted(A=[Answer({"key": "A"})])
    with client_of(answer, tmp_path) as reader:
        reader.on_answer = lambda _, body: body["nothing"]
        with pytest.raises(AnswerError, match="a form that is not known"):
            reader.ask("one", PROJECT)
        reader.on_answer = None
        reader.ask("one", PROJECT)
    assert len(seen) == 2
