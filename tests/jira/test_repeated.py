"""What repeats a secret is found, and only that."""

from __future__ import annotations

import base64

import pytest
import requests
from carrier import Answer
from loopback import answered

from auditlib.jira.refusal import LEFT_OUT, reason
from auditlib.jira.repeated import cleanse, secrets_of, tells_secret

TOKEN = "tok3n-of-tests-only"
BASIC = "Basic " + base64.b64encode(f"ana:{TOKEN}".encode()).decode()


def of(value: object, status: int = 200, **headers: str) -> requests.Response:
    return answered(Answer(value, status, headers), Authorization=BASIC)


def test_the_secrets_are_those_that_went_out():
    """The header's value, the pair and the token; nothing where nothing was sent."""
    assert set(secrets_of(of({}))) == {BASIC.partition(" ")[2], f"ana:{TOKEN}", TOKEN}
    assert secrets_of(answered(Answer({}))) == ()


@pytest.mark.parametrize("status", [200, 403])
def test_a_body_that_repeats_one_is_left_out_whole(status):
    """A header of ours says so, and so do the words of the answer."""
    response = cleanse(of({"message": f"bad {BASIC}"}, status))
    assert response.content == b""
    assert "repeats a credential" in reason(status, response.headers, response.content)


def test_a_header_that_repeats_one_is_left_out():
    """The body stands."""
    response = cleanse(of({"key": "A"}, 200, Location=f"https://x.example/{TOKEN}"))
    assert response.headers["Location"] == ""
    assert response.headers[LEFT_OUT]
    assert response.json() == {"key": "A"}


def test_an_ordinary_response_stays_as_it_is():
    """To the byte; the body of a file is not looked at."""
    response = of({"key": "A", "user": "ana"})
    before = response.content, dict(response.headers)
    cleanse(response)
    assert (response.content, dict(response.headers)) == before
    file = cleanse(of(TOKEN.encode()), with_body=False)
    assert file.content == TOKEN.encode()


def test_the_text_of_an_error_is_searched_too():
    """A library may quote what came."""
    request = of({}).request
    assert tells_secret(request, f"bad line {TOKEN.upper()}")
    assert not tells_secret(request, "bad line")
    assert not tells_secret(None, TOKEN)
