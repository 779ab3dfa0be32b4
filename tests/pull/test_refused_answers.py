"""An answer that could not be read is not kept as if it could: when a run goes on, it is asked for again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from one_reader import keys_of, reading

from auditlib.demo.server.site import Answer, Asked
from auditlib.errors import AnswerError, SourceError
from auditlib.pull.access import identify
from auditlib.responses.store import RawStore


class Healing:
    """A server that answers a question badly until it is mended."""

    def __init__(self, ending: str, spoil: Callable[[dict], object]) -> None:
        self.ill = True
        self._ending = ending
        self._spoil = spoil

    def __call__(self, asked: Asked, answer: Answer) -> Answer:
        """Spoil the answer while ill."""
        if not self.ill or not asked.path.endswith(self._ending):
            return answer
        body = json.loads(answer.body)
        return replace(answer, body=json.dumps(self._spoil(body) or body).encode())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: page.pop("issues"),
        lambda page: page.update(issues=7),
        lambda page: page.update(issues=[7]),
        lambda page: page.update(warnings=["cut"]),
        lambda _: [1, 2],
        lambda _: "no",
    ],
)
def test_a_page_that_can_not_be_read_is_asked_for_again(small_company, tmp_path, spoil):
    """It is kept as refused, feeds nothing, and the same command goes on once Jira is mended."""
    healing = Healing("/search/jql", lambda page: spoil(page) if not isinstance(spoil(dict(page)), dict) else None)
    with reading(small_company, tmp_path, tamper=healing) as (reader, _):
        with pytest.raises(AnswerError):
            keys_of(reader)
        assert reader.store.entries("walk") == []
        (refused,) = reader.store.refusals()
        assert refused.refused
        healing.ill = False
        found = keys_of(reader)
    assert len(found) > 50
    again = RawStore(tmp_path / "raw")
    assert [entry.refused != "" for entry in again.refusals()] == [True]
    assert len(again.entries("walk")) == len(reader.store.entries("walk")) > 0


def test_the_index_names_a_refused_file_once_when_it_is_sealed(small_company, tmp_path):
    """While a run goes on the index only grows; sealed, it has one line a file, with why it was refused."""
    healing = Healing("/search/jql", lambda page: page.pop("issues"))
    with reading(small_company, tmp_path, tamper=healing) as (reader, _):
        with pytest.raises(AnswerError):
            keys_of(reader)
        healing.ill = False
        keys_of(reader)
        before = reader.store.count
        reader.store.write_feeds({})
        assert reader.store.count == before
    lines = [json.loads(line) for line in (tmp_path / "raw" / "index.jsonl").read_text().splitlines()]
    files = [line["file"] for line in lines]
    assert len(files) == len(set(files))
    assert sum("refused" in line for line in lines) == 1
    assert len(RawStore(tmp_path / "raw").refusals()) == 1


def test_what_no_code_foresaw_is_an_answer_error(small_company, tmp_path):
    """A form that breaks the code which reads it ends with status 3, names the file, and is asked for again."""
    with reading(small_company, tmp_path) as (reader, _):
        entry = reader.ask("account", reader.dialect.myself())
        for error in (
            KeyError("x"),
            ValueError("y"),
            TypeError("z"),
            AttributeError("a"),
            RecursionError(),
            OverflowError(),
        ):
            with pytest.raises(AnswerError, match="a form that is not known"), reader.reading(entry):
                raise error
        with pytest.raises(SourceError, match="as it is"), reader.reading(entry):
            raise SourceError("as it is")
        with pytest.raises(KeyboardInterrupt), reader.reading(entry):
            raise KeyboardInterrupt


@pytest.mark.parametrize("account", [[], "me", {"accountId": None}, {"accountId": "", "name": ""}, {}, 7])
def test_an_account_that_is_none_is_told(small_company, tmp_path, account):
    """Whatever stands where the account should, it is no error in auditlib, and it is not kept as an answer."""
    healing = Healing("/myself", lambda _: account or {"x": 1})
    with reading(small_company, tmp_path, tamper=healing) as (reader, _):
        with pytest.raises(SourceError):
            identify(reader)
        assert not reader.knows_account
        healing.ill = False
        identify(reader)
        assert reader.knows_account


@pytest.mark.parametrize(
    "damage", [lambda body: body[:-9], lambda body: body[:20] + b"\xff\xff\xff" + body[23:], lambda _: b""]
)
def test_a_file_that_is_damaged_on_disk_is_asked_for_again(small_company, tmp_path, damage):
    """A flipped byte in what an interrupted run left behind does not end the run that goes on."""
    with reading(small_company, tmp_path) as (reader, jira):
        found = keys_of(reader)
        path = reader.store.folder / reader.store.entries("walk")[0].file
        path.write_bytes(damage(path.read_bytes()))
        before = len(jira.requests)
        assert keys_of(reader) == found
        assert len(jira.requests) == before + 1
        assert len(reader.store.refusals()) == 1
