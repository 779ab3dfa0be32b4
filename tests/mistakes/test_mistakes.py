"""The likeliest mistakes of a first user, each made for real: what is wrong, where, what to do, in one to three lines."""

from __future__ import annotations

import shutil
import unicodedata

import pytest
from mistakes.catalogue import ALL, DOCUMENT, document, made
from mistakes.scene import Mistake, Said

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mistakes")]


@pytest.fixture(scope="module")
def said(small_company, tmp_path_factory) -> dict[str, Said]:
    """What is said of each."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to make a certificate")
    return made(tmp_path_factory.mktemp("mistakes"), small_company.world)


def test_there_are_at_least_twenty_five():
    """The list does not shrink unseen, and no two are one."""
    assert len(ALL) >= 25
    assert len({mistake.name for mistake in ALL}) == len(ALL)


@pytest.mark.parametrize("mistake", ALL, ids=lambda mistake: mistake.name)
def test_a_mistake_is_answered(said, mistake: Mistake):
    """With its status; its words name the cause, the place and the cure; no traceback, no error of ours."""
    one = said[mistake.name]
    assert one.status == mistake.status, one.text
    assert [word for word in mistake.says if word not in "\n".join(mistake.answer(one))] == [], one.text
    assert "Traceback" not in "\n".join(mistake.answer(one))
    assert "error in auditlib" not in one.text


@pytest.mark.parametrize("mistake", ALL, ids=lambda mistake: mistake.name)
def test_an_answer_is_short_and_plain(said, mistake: Mistake):
    """One to three lines that a person reads: no more than 480 characters, and nothing that a terminal obeys."""
    lines = mistake.answer(said[mistake.name])
    assert 1 <= len(lines) <= 3, lines
    assert sum(map(len, lines)) <= 480, lines
    assert not [one for line in lines for one in line if unicodedata.category(one) in {"Cc", "Cf"}]


@pytest.mark.parametrize("mistake", ALL, ids=lambda mistake: mistake.name)
def test_no_answer_tells_a_secret(said, mistake: Mistake):
    """Tokens and passwords of the environment and of files stand in no answer."""
    for secret in ("a-token", "second-line", "first-line", "ann:secret", "not-a-secret", "RelayState"):
        assert secret not in said[mistake.name].text


def test_the_document_is_what_was_said(said):
    """``make docs/mistakes.md`` writes it anew."""
    assert DOCUMENT.read_text("utf-8") == document(said)
