"""The index of responses: every line that says something else than a run wrote is named, though all digests were redone."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tampering import INDEX, Tampered, changed, copy_of

from auditlib.evidence.differences import Difference, Kind, sentence
from auditlib.evidence.opened import open_records
from auditlib.package.index_check import check_index
from auditlib.package.recompute import guarded

Line = dict[str, Any]


@pytest.fixture(scope="module")
def copied(sealed, tmp_path_factory) -> Tampered:
    return copy_of(sealed.folder, tmp_path_factory.mktemp("index") / "package")


@pytest.fixture
def package(copied) -> Iterator[Tampered]:
    with changed(copied):
        yield copied


def found_in(package: Tampered) -> list[Difference]:
    return guarded(package.folder, lambda: check_index(open_records(package.folder)))


def is_of(topic: str) -> Callable[[Line], bool]:
    return lambda line: line["topic"].split("/")[0] == topic


def test_an_untouched_index_is_consistent(package):
    """Nothing is found where nobody changed anything, in either dialect."""
    assert found_in(package) == []


def asked(line: Line, **values: object) -> None:
    line["body"].update(values)


EDITS: dict[str, tuple[Callable[[Line], bool], Callable[[Line], object], str]] = {
    "a method": (is_of("project"), lambda line: line.update(method="POST"), "read-only list"),
    "a path": (is_of("project"), lambda line: line.update(path="rest/api/3/issue"), "read-only list"),
    "another resource": (is_of("project"), lambda line: line.update(path="rest/api/2/field"), "is not what is asked for"),
    "another project's powers": (is_of("powers"), lambda line: line["query"].__setitem__(0, ["projectKey", "XX"]), "powers"),
    "another topic": (is_of("project"), lambda line: line.update(topic="powers/PAY"), "names the file"),
    "no topic": (is_of("server"), lambda line: line.update(topic="of/nobody"), "is no topic"),
    "a query": (is_of("second_pass"), lambda line: asked(line, jql=line["body"]["jql"] + " "), "by the parameters"),
    "the walk's query": (is_of("key_walk"), lambda line: asked(line, jql="project = X"), "by the parameters"),
    "the count's query": (is_of("count"), lambda line: asked(line, jql="created > -1d"), "by the parameters"),
    "the first pass's query": (is_of("first_pass"), lambda line: asked(line, jql="labels = x"), "by the parameters"),
    "a status": (is_of("account"), lambda line: line.update(status=404), "it holds what was asked for"),
    "a status of nothing": (is_of("account"), lambda line: line.update(status=204), "expected is 200"),
    "a size": (is_of("server"), lambda line: line.update(size=line["size"] + 1), "bytes"),
    "a digest": (is_of("server"), lambda line: line.update(sha256="0" * 64), "SHA-256"),
    "a time": (is_of("server"), lambda line: line.update(at="2020-01-01T00:00:00.000Z"), "by the header date"),
    "tries": (is_of("server"), lambda line: line.update(tries=0), "at least one"),
    "a header": (is_of("server"), lambda line: line["headers"].update(cookie="x"), "headers that a run keeps"),
    "an address": (is_of("server"), lambda line: line.update(asked_at="https://example.com"), "as a run writes it"),
    "rows": (is_of("powers"), lambda line: line.update(feeds={"findings": ["XX"]}), "feeds"),
    "no rows": (is_of("first_pass"), lambda line: line.update(feeds={}), "feeds"),
    "a member more": (is_of("server"), lambda line: line.update(note="x"), "not written as a run writes it"),
    "a page": (is_of("key_walk"), lambda line: asked(line, startAt=5, nextPageToken="x"), "begins at"),
}  # fmt: skip
"""A line, what is done to it, and a part of what is told; the line is named."""


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_line_is_named(package, name):
    """Method, path, query, status, size, digest, time, rows: each is held against what else the package says."""
    of, change, told = EDITS[name]
    number = package.edit_line(of, change)
    found = found_in(package)
    assert found
    lines = [one for one in found if one.line == number or one.kind is Kind.PAGES]
    assert lines, found
    assert any(told in sentence(one) for one in lines), [sentence(one) for one in lines]


def test_a_line_twice_is_named(package):
    """Two lines of one response, or of one question, are one too many."""
    lines = package.lines()
    package.write_lines([*lines, lines[3]])
    assert [(one.kind, one.line) for one in found_in(package)] == [(Kind.INDEX_LINE, len(lines) + 1)]


def test_a_line_that_went_leaves_its_file(package):
    """The file without a line is named."""
    lines = package.lines()
    package.write_lines(lines[:5] + lines[6:])
    assert Difference(Kind.NO_LINE, f"data/raw/{lines[5]['file']}") in found_in(package)


def test_a_response_that_went_with_its_line_is_missed(package):
    """A part of the first pass that is gone is missed: every run asks for one, and the parts follow each other."""
    lines = package.lines()
    place = next(number for number, line in enumerate(lines) if is_of("first_pass")(line))
    package.remove(f"data/raw/{lines[place]['file']}")
    package.write_lines(lines[:place] + lines[place + 1 :])
    assert found_in(package)


def test_an_answer_for_another_account_is_named(package):
    """On Cloud each answer says for whom it is; on Data Center none does, and nothing can be told."""
    if package.lines()[0]["headers"].get("x-aaccountid") is None:
        pytest.skip("Data Center says above no answer whose it is")
    edits = (
        lambda line: line["headers"].update({"x-aaccountid": "1:x"}),
        lambda line: line["headers"].pop("x-aaccountid"),
    )
    for change in edits:
        number = package.edit_line(is_of("project"), change)
        assert [one.line for one in found_in(package)] == [number]
        package.restore()


def test_an_address_of_a_stranger_is_named(package):
    """An answer comes from the site or from Atlassian's gateway; the embedded Jira is on this machine."""
    lines = package.lines()
    feeds = lines[0].pop("feeds")
    lines[0] |= {"asked_at": "https://example.com", "feeds": feeds}
    package.write_lines(lines)
    package.edit("data/params.yaml", lambda text: text.replace(b'"demo"', b'"https://jira.example.com"', 1))
    assert any("example.com" in one.found and one.line == 1 for one in found_in(package))


def test_exchanged_answers_are_named(package):
    """Two pages of one kind that stand in each other's place, with their digests, do not fit to their questions."""
    one, other = [line["file"] for line in package.lines() if is_of("project")(line)][:2]
    first, second = (package.read(f"data/raw/{file}") for file in (one, other))
    lines = {line["file"]: line for line in package.lines()}
    bodies = {file: {name: lines[file][name] for name in ("sha256", "size")} for file in (one, other)}
    package.write(f"data/raw/{one}", second)
    package.write(f"data/raw/{other}", first)
    package.edit_line(lambda line: line["file"] == one, lambda line: line.update(bodies[other]))
    package.edit_line(lambda line: line["file"] == other, lambda line: line.update(bodies[one]))
    assert found_in(package)


def test_a_file_without_a_line_is_named(package):
    """A response that no line names was never received."""
    package.write("data/raw/project/PAY/000009.json.gz", gzip.compress(b"{}", mtime=0))
    assert found_in(package) == [Difference(Kind.NO_LINE, "data/raw/project/PAY/000009.json.gz")]


def test_a_line_that_no_reader_takes_ends_in_a_difference(package):
    """What is no line of an index is told as what can't be opened."""
    package.edit(INDEX, lambda text: text + b"[1]\n")
    (found,) = found_in(package)
    assert found.kind is Kind.NOT_COMPUTED


def test_a_page_behind_the_last_is_named(package):
    """A page that no page before it leads to was put there."""
    lines = package.lines()
    last = [line for line in lines if is_of("second_pass")(line)][-1]
    more = json.loads(json.dumps(last))
    folder, _, name = last["file"].rpartition("/")
    more["file"] = f"{folder}/{int(name.partition('.')[0]) + 1:06d}.json.gz"
    more["body"].update({"nextPageToken": "more"} if "startAt" not in more["body"] else {"startAt": 1})
    package.write(f"data/raw/{more['file']}", package.read(f"data/raw/{last['file']}"))
    package.write_lines([*lines, more])
    assert f"data/raw/{more['file']}" in [one.path for one in found_in(package)]
