"""A gateway that repeats what it was sent: no secret reaches a message, the log, or what is kept, in whatever form."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from urllib.parse import quote

import pytest

from auditlib.secret_forms import needles_of
from hostile.ends import TOKEN, USER, ends, kept, require_no_secret
from hostile.server import Heard, reply

SESSION = "0A1B2C3D4E5F60718293A4B5C6D7E8F9"

FORMS: dict[str, Callable[[Heard], str]] = {
    "the header": lambda heard: heard.headers["authorization"],
    "its value": lambda heard: heard.headers["authorization"].partition(" ")[2],
    "the header in capitals": lambda heard: heard.headers["authorization"].upper(),
    "the token": lambda _: TOKEN,
    "the token in capitals": lambda _: TOKEN.upper(),
    "user and token": lambda _: f"{USER}:{TOKEN}",
    "the token in base64": lambda _: base64.b64encode(TOKEN.encode()).decode(),
    "the token within base64": lambda _: base64.b64encode(f"x:{TOKEN}:y".encode()).decode(),
    "the token for an address": lambda _: quote(TOKEN, safe=""),
    "every letter for an address": lambda _: "".join(f"%{ord(one):02x}" for one in TOKEN),
    "the token for an address twice": lambda _: quote(quote(TOKEN, safe=""), safe=""),
    "the token for HTML": lambda _: "".join(f"&#{ord(one)};" for one in TOKEN),
}

PLACES: dict[str, Callable[[str], bytes]] = {
    "the message of a refusal": lambda text: reply({"errorMessages": [f"bad header {text}"]}, "403 Forbidden"),
    "a page of HTML": lambda text: reply(f"<h1>{text}</h1>".encode(), "502 Bad Gateway", kind="text/html"),
    "a page of 401": lambda text: reply(text.encode(), "401 Unauthorized", kind="text/plain"),
    "a redirect": lambda text: reply(b"", "302 Found", f"Location: https://evil.example/{text}"),
    "a reason": lambda text: reply(b"{}", f"400 {text}"),
    "a header that is kept": lambda text: reply(b"{}", "403 Forbidden", f'WWW-Authenticate: Basic error="{text}"'),
    "a header of a refusal": lambda text: reply(b"{}", "403 Forbidden", f"X-Authentication-Denied-Reason: {text}"),
    "an answer": lambda text: reply({"key": "A", "name": text}),
    "an answer of another type": lambda text: reply(text.encode(), kind=f"text/x-{text}"),
    "no answer": lambda text: text.encode() + b"\r\n\r\n",
    "a broken header": lambda text: f"HTTP/1.1 200 OK\r\n{text}\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
}


def repeated(folder, form: str, place: str, *, part: bool, caplog) -> None:
    def says(heard: Heard):
        return [PLACES[place](FORMS[form](heard))]

    def ask(reader):
        reader.answer("project/A", reader.dialect.project("A"), part=part)

    with caplog.at_level(logging.DEBUG):
        ended = ends(folder, says, ask, by_request=True)
    ended.require_sentence()
    for text in (ended.said, kept(folder), caplog.text):
        require_no_secret(text)
        assert not any(needle.decode("utf-8", "replace").lower() in text.lower() for needle in needles_of([TOKEN]))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_secret_comes_back(form, place, tmp_path, caplog, capfd):
    """Wherever it stands in what a gateway says, be the question one of the core or of a part."""
    repeated(tmp_path / "core", form, place, part=False, caplog=caplog)
    repeated(tmp_path / "part", form, place, part=True, caplog=caplog)
    said = capfd.readouterr()
    require_no_secret(said.out + said.err)


def test_letters_written_as_numbers_in_json_are_read(tmp_path):
    """As a program may write them that escapes whatever it can."""
    text = "".join(f"\\u{ord(one):04x}" for one in TOKEN)
    for status in ("200 OK", "403 Forbidden"):
        body = f'{{"key": "A", "errorMessages": ["{text}"]}}'.encode()
        ended = ends(tmp_path / status[:3], reply(body, status))
        assert ended.status == 3
        assert "repeats a credential" in ended.said
        require_no_secret(ended.said + kept(tmp_path / status[:3]))


def test_an_answer_that_repeats_a_secret_is_no_evidence_and_says_so(tmp_path):
    """It can't be kept with it, and is not altered: a core question ends with the reason and what to do."""
    ended = ends(tmp_path, reply({"key": "A", "name": TOKEN}))
    assert ended.status == 3
    assert "repeats a credential, and is neither shown nor kept" in ended.said
    assert "ask its administrator" in ended.said


def test_a_refused_part_is_kept_without_its_words_and_says_why(tmp_path):
    """Its status stands, its body does not; the index tells that something was left out."""
    refusal = reply({"errorMessages": [TOKEN]}, "403 Forbidden")

    def ask(reader):
        entry, _ = reader.answer("log", reader.dialect.project("A"), part=True)
        assert (entry.status, entry.size) == (403, 0)

    assert ends(tmp_path, refusal, ask).status == 0
    line = json.loads((tmp_path / "raw" / "index.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert "repeats a credential" in line["headers"]["x-auditlib-left-out"]


def test_a_session_that_comes_back_is_left_out(tmp_path):
    """A cookie that the server set is sent again, and opens what the account may see."""
    count = 0

    def says(heard: Heard):
        nonlocal count
        count += 1
        if count == 1:
            return [reply({"key": "A"}, "200 OK", f"Set-Cookie: JSESSIONID={SESSION}; Path=/")]
        assert SESSION in heard.headers.get("cookie", "")
        return [reply({"errorMessages": [f"no session {SESSION}"]}, "400 Bad Request")]

    def ask(reader):
        reader.answer("project/A", reader.dialect.project("A"))
        reader.answer("project/B", reader.dialect.project("B"))

    ended = ends(tmp_path, says, ask, by_request=True)
    assert ended.status == 3
    assert SESSION not in ended.said + kept(tmp_path)


def test_words_that_are_no_secret_are_shown(tmp_path):
    """Only what repeats a credential is left out."""
    assert "mind the gap" in ends(tmp_path, reply({"errorMessages": ["mind the gap"]}, "400 Bad Request")).said
