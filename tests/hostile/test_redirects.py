"""Redirects: to elsewhere, to itself, to nothing; none is followed, and no secret goes there."""

from __future__ import annotations

import pytest

from hostile.ends import ends
from hostile.server import Heard, reply

LOCATIONS = {
    "another host": "https://evil.example/rest/api/3/project/A",
    "another host over http": "http://evil.example/",
    "itself": "/rest/api/3/project/A?expand=projectKeys",
    "a log-in page": "https://sso.example.com/login?SAMLRequest=abc",
    "a file": "file:///etc/passwd",
    "a script": "javascript:alert(1)",
    "nothing": "",
    "a broken address": "http://[1::",
    "a port that is none": "http://evil.example:99999999/",
    "a line of its own": "https://evil.example/\x1b[2J",
    "a megabyte": "https://evil.example/" + "a" * 50_000,
    "a name of another script": "https://еvil.example/",
}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 399])
def test_a_redirect_of_each_sort_is_an_end(status, tmp_path):
    """It is asked once, and says where it leads."""
    seen: list[str] = []

    def away(heard: Heard):
        seen.append(heard.target)
        return [reply(b"", f"{status} Moved", "Location: https://evil.example/a?secret=1")]

    ended = ends(tmp_path, away, by_request=True)
    ended.require_sentence()
    assert "https://evil.example/a" in ended.said
    assert "secret=1" not in ended.said
    assert len(seen) == 1


@pytest.mark.parametrize("name", LOCATIONS)
def test_a_redirect_to_anywhere_is_an_end(name, tmp_path):
    """Whatever stands as its address is shown harmlessly."""
    ended = ends(tmp_path, reply(b"", "302 Found", f"Location: {LOCATIONS[name]}"))
    ended.require_sentence()
    assert ended.status == 3
    assert "\x1b" not in ended.said


def test_two_that_lead_to_each_other_are_not_followed(tmp_path):
    """A loop is one answer."""
    seen: list[str] = []

    def loop(heard: Heard):
        seen.append(heard.path)
        return [reply(b"", "302 Found", "Location: /b" if heard.path != "/b" else "Location: /a")]

    assert ends(tmp_path, loop, by_request=True).status == 3
    assert len(seen) == 1
