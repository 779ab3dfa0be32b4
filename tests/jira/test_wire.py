"""The last place before the wire: what may go out, where to, and for how long an answer may drip."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import requests
from carrier import Answer, listening
from loopback import answered

from auditlib.errors import ForbiddenRequestError
from auditlib.jira.credentials import Authorization
from auditlib.jira.watch import TooLargeError
from auditlib.jira.wire import make_session, pieces_of
from auditlib.responses.bounds import LARGEST_ANSWER


def session_for(address: str, *, longest_answer: float = 5.0, **more: object) -> requests.Session:
    return make_session(
        address,
        Authorization(lambda: "Bearer t"),
        timeouts=(5, 5),
        longest_answer=longest_answer,
        trust_environment=False,
        **more,
    )


def test_only_one_address_can_be_reached():
    """There is no way out to any other host or port."""
    with listening(lambda _: Answer({})) as address, listening(lambda _: Answer({})) as other:
        session = session_for(address)
        assert session.get(f"{address}/rest/api/2/myself").status_code == 200
        with pytest.raises(requests.exceptions.InvalidSchema):
            session.get(f"{other}/rest/api/2/myself")


def test_what_is_not_permitted_ends_before_the_wire():
    """The path is seen below the base address, whatever path that has; another list can be given."""
    came: list[str] = []
    with listening(lambda ask: came.append(ask.path) or Answer({})) as address:
        session = session_for(f"{address}/jira")
        session.get(f"{address}/jira/rest/api/2/myself")
        for path in ("jira/rest/api/2/dashboard", "jira/rest/api/2/myself/../dashboard"):
            with pytest.raises(ForbiddenRequestError):
                session.get(f"{address}/{path}")
        session_for(address, permit=lambda *_: None).get(f"{address}/anything")
    assert came == ["/jira/rest/api/2/myself", "/anything"]


def test_a_redirect_is_an_answer_and_not_followed():
    """Credentials would go where it leads."""
    came: list[str] = []

    def away(ask):
        came.append(ask.path)
        return Answer({}, 302, {"Location": "/rest/api/2/serverInfo"})

    with listening(away) as address:
        assert session_for(address).get(f"{address}/rest/api/2/myself").status_code == 302
    assert came == ["/rest/api/2/myself"]


class Dripping(BaseHTTPRequestHandler):
    """Answers a byte at a time, for as long as somebody reads."""

    def do_GET(self) -> None:
        """Drip."""
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 3000)
                time.sleep(0.01)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_answer_without_end_is_ended():
    """The time-out is for each wait for data; a drip would last for ever."""
    server = HTTPServer(("127.0.0.1", 0), Dripping)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(requests.exceptions.ReadTimeout):
            session_for(address, longest_answer=0.0).get(f"{address}/rest/api/2/myself")
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def test_what_broke_a_bound_is_not_held_by_its_error():
    """Eight threads with a few tries each would hold a gigabyte until the garbage is collected."""
    bomb = gzip.compress(b" " * (LARGEST_ANSWER + 1))
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    with listening(lambda _: Answer(bomb, headers=packed)) as address:
        session = session_for(address, longest_answer=60.0)
        tracemalloc.start()
        try:
            with pytest.raises(TooLargeError) as broken:
                session.get(f"{address}/rest/api/2/myself")
            held, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert broken.value is not None
    assert most > LARGEST_ANSWER
    assert held < LARGEST_ANSWER / 8


def test_a_file_comes_in_pieces_and_a_short_one_is_cut():
    """Its head says how long it is; a packed body has another length than its content."""
    response = answered(Answer(b"content"))
    assert b"".join(pieces_of(response)) == b"content"
    response.headers["Content-Length"] = "9"
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(pieces_of(response))
    response.headers["Content-Encoding"] = "gzip"
    assert b"".join(pieces_of(response)) == b"content"
