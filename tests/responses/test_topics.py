"""What each response was asked for: written and read in one place, known to every package, and nowhere else a text."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import AnswerError
from auditlib.evidence.answers import Answers
from auditlib.evidence.chapters import TABLES
from auditlib.jira import cloud
from auditlib.pull.collect import collect
from auditlib.responses import topics
from auditlib.responses.copying import copy_responses
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore
from auditlib.responses.topic import Topic
from auditlib.responses.topics import OTHER, TOPICS, folders, in_words, read_topic

HOUSE = ROOT / "auditlib"
AT = datetime(2026, 6, 1, tzinfo=UTC)

every_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)


def values_of(topic: Topic) -> list[str | int]:
    """Return a value for each part: a number for each that is written as one."""
    return [7 if f"{{{part}:" in topic.form else "PAY" for part in topic.parts]


@every_topic
def test_a_topic_reads_back_what_it_writes(topic):
    """A text is of one topic only, and gives back the parts of which it was written; a batch may be left out."""
    values = values_of(topic)
    for given_parts in [values, *([values[:-1]] if "[" in topic.form else [])]:
        text = topic.of(*given_parts)
        named = read_topic(text)
        assert named.topic is topic
        assert list(named.parts.items()) == list(zip(topic.parts, given_parts, strict=False))
        assert [one.name for one in TOPICS if one.read(text) is not None] == [topic.name]
        assert text == topic.of(*named.parts.values())


@every_topic
def test_a_topic_says_what_its_responses_are(topic):
    """A sentence, and tables that there are."""
    assert topic.says[0].isupper()
    assert topic.says.endswith(".")
    assert set(topic.feeds) <= {one.name for one in TABLES}


def test_each_topic_has_a_name_of_its_own():
    """Words are what tells topics apart."""
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)


def test_the_forms_on_disk_are_those_of_packages_made_before():
    """The texts stand in every index: numbers keep their width, words their order."""
    assert topics.FIRST_PASS.of("PAY", 1) == "first_pass/PAY/01"
    assert topics.HISTORY_FIRST_PASS.of() == "history/first_pass"
    assert topics.HISTORY_FIRST_PASS.of(3) == "history/first_pass/0003"
    assert topics.HISTORY_SETTLE.of("PAY", 12, 3) == "history/settle/PAY/000012/0003"
    assert topics.HISTORY_MISSING.of(1234) == "history/missing/0001234"
    assert topics.HISTORY_ONE.of(10001) == "history/one/10001"
    assert topics.MISSING.of(topics.SEVERAL) == "missing/several"
    assert topics.DOSSIER_PARTS["watchers"].of("PAY-1") == "dossier/PAY-1/watchers"
    assert topics.DOSSIER_ATTACHMENT.of("PAY-1", 77) == "dossier/PAY-1/attachment/77"
    assert topics.LOG_RECORDS.of() == "log/records"


@every_topic
def test_a_topic_is_not_written_with_parts_missing(topic):
    """A response that lacks a part of its topic would stand among others; one too many is a mistake too."""
    values = values_of(topic)
    with pytest.raises(ValueError, match="takes"):
        topic.of(*values, 8)
    if values and "[" not in topic.form:
        with pytest.raises(ValueError, match="takes"):
            topic.of(*values[:-1])


def test_what_texts_begin_with_ends_at_the_next_part():
    """So a store finds all of a project, of a kind, or of an issue."""
    assert topics.FIRST_PASS.below() == "first_pass"
    assert topics.FIRST_PASS.below("PAY") == "first_pass/PAY"
    assert topics.DOSSIER_ATTACHMENT.below("PAY-1") == "dossier/PAY-1/attachment"
    assert topics.HISTORY_ONE.below() == "history/one"


PIECES = st.sampled_from(
    [*folders(TOPICS), "one", "several", "first_pass", "PAY", "PAY-1", "0001", "9" * 5000, "", ".."]
)


@given(st.text() | st.lists(PIECES, max_size=5).map("/".join))
def test_any_text_can_be_read(text):
    """An index may come from anybody: what no topic has is of none, and nothing raises."""
    named = read_topic(text)
    assert named.topic is OTHER or named.topic in TOPICS
    assert named.topic is not OTHER or not named.parts


def test_a_part_that_a_text_lacks_is_told_as_a_fault_of_the_index():
    """Not as a mistake of the program."""
    with pytest.raises(AnswerError, match="names no issue"):
        read_topic("history/one").number("issue")


def test_people_read_words():
    """The page of questions shows topics without underscores and slashes."""
    assert in_words("first_pass/PAY/01") == "first pass, PAY, 01"


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_every_topic_of_a_run_is_known(small_company, parameters, tmp_path, dialect):
    """Whatever is asked has a record, reads back, and lies in the folder that its topic names."""
    given_jql = {"population_jql": "priority is not EMPTY", "test_issue_jql": "labels = x"}
    params = parameters(deployment=dialect, **given_jql).model_copy(update={"attachments": True})
    evidence = collect(
        params, tmp_path, {}, lambda *_: None, base=tmp_path, embedded=partial(EmbeddedJira, small_company.world)
    )
    asked = set()
    for entry in evidence.store.entries():
        named = read_topic(entry.topic)
        assert named.topic in TOPICS, entry.topic
        assert named.topic.of(*named.parts.values()) == entry.topic
        assert entry.file.startswith((f"{entry.topic}/", "../"))
        asked.add(named.topic)
    assert {topics.FIRST_PASS, topics.MISSING, topics.FILTER_PASS, topics.DOSSIER_ISSUE, topics.LOG_RECORDS} <= asked
    assert (topics.HISTORY_FIRST_PASS in asked) == (dialect == "cloud")


def keep(store: RawStore, topic: str, answer: object, *, body: dict[str, object] | None = None) -> None:
    store.keep(
        topic,
        Request("GET", "rest/api/3/search/jql", (("fields", "key"),), body),
        status=200,
        headers={},
        body=json.dumps(answer).encode(),
        at=AT,
        tries=1,
    )


def test_what_no_topic_has_brings_nothing(tmp_path):
    """A response below a folder of histories that is of none of its topics is no history, whatever it asked for."""
    store = RawStore(tmp_path)
    keep(store, "history/elsewhere/x", {"issueChangeLogs": []}, body={"issueIdsOrKeys": ["1"]})
    answers = Answers(store, cloud)
    assert answers.known_histories.tolist() == []
    assert list(answers.histories()) == []


def test_of_several_that_tell_a_key_the_highest_counts(tmp_path):
    """The pass with fields is later than the walk, whatever the order of receiving; a missing number's answer yields to both."""
    store = RawStore(tmp_path)
    for topic, key in (
        (topics.FIRST_PASS.of("PAY", 1), "PAY-3"),
        (topics.KEY_WALK.of("PAY"), "PAY-2"),
        (topics.SETTLE.of("PAY"), "PAY-1"),
    ):
        keep(store, topic, {"issues": [{"id": "1", "key": key}], "isLast": True})
    assert Answers(store, cloud).keys_of([1, 2]) == {1: "PAY-3"}


def test_a_frozen_population_goes_on_without_what_is_read_anew(tmp_path):
    """Answers of the sampled issues, and those that say when they were read, are left behind; all others come along."""
    store = RawStore(tmp_path / "from")
    for topic in TOPICS:
        keep(store, topic.of(*values_of(topic)), {})
    copy_responses(
        lambda path: (tmp_path / "from" / path).read_bytes(),
        tmp_path / "to",
        without=[one for one in TOPICS if one.anew],
    )
    copied = {read_topic(entry.topic).topic for entry in RawStore(tmp_path / "to").entries()}
    assert {one.folder for one in TOPICS if one not in copied} == {"again", "dossier"}
    assert copied == {one for one in TOPICS if one.folder not in {"again", "dossier"}}


# nowhere else

TAKE_A_TOPIC = {
    "answer", "answers", "ask", "by_identifier", "digests", "download", "entries", "find", "histories", "identify", "ids",
    "issues", "keep", "keep_file", "search", "_answer", "_only", "_told",
}  # fmt: skip
"""Functions that are given a topic."""

NO_TOPIC = {
    "project/permissionscheme",
    "project/role",
    "project/securitylevel",
    "project/statuses",
    "project/workflowscheme",
}
"""Begins like a topic, and is the name of a kind of request."""


def texts_in(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield the texts in a tree with what they say, as far as it stands there; texts that document are left out."""
    said = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    within = {id(value) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for value in one.values}
    for one in ast.walk(tree):
        if isinstance(one, ast.JoinedStr) and isinstance(first := one.values[0], ast.Constant):
            yield one, str(first.value)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str) and not {id(one)} & (said | within):
            yield one, one.value


def topic_texts(tree: ast.AST) -> list[str]:
    """Return where a module writes a topic's text, or takes one apart, by itself."""
    known = folders(TOPICS)
    found = [
        f"line {node.lineno}: {text}"
        for node, text in texts_in(tree)
        if text.startswith(tuple(f"{folder}/" for folder in known)) and text not in NO_TOPIC
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in TAKE_A_TOPIC:
                arguments = [*node.args, *(one.value for one in node.keywords)]
                given_texts = [one.value for one in arguments if isinstance(one, ast.Constant)]
                found += [f"line {node.lineno}: {text}" for text in given_texts if text in known]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "topic":
            if node.attr in {"startswith", "endswith", "partition", "rpartition", "split", "rsplit", "removeprefix"}:
                found.append(f"line {node.lineno}: topic.{node.attr}")
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(isinstance(one, ast.Attribute) and one.attr == "topic" for one in sides):
                found += [f"line {node.lineno}: {text}" for side in sides for _, text in texts_in(side)]
    return found


MODULES = [path for path in sorted(HOUSE.rglob("*.py")) if not {"_carried", "demo"} & set(path.parts)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_no_module_writes_a_topic_by_itself(path):
    """Topics are written and read by their records; the embedded Jira knows none."""
    if path != HOUSE / "responses" / "topics.py":
        assert topic_texts(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        'topic = f"first_pass/{project}/{number:02d}"',
        'topics = ("log/records",)',
        'store.entries("server")',
        'store.find(topic="filter", request=request)',
        'entry.topic.partition("/")[0]',
        'entry.topic.startswith(f"{name}/")',
        'entry.topic in {"account", "server"}',
        'entry.topic == "account"',
    ],
)
def test_a_topic_as_a_text_is_seen(line):
    """The test itself would notice."""
    assert topic_texts(ast.parse(line))
