"""The forms of resources, over HTTP: what has none of them is one error, is kept as refused, and is asked for again."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from carrier import Answer
from loopback import client_of

from auditlib.errors import AnswerError, FormError
from auditlib.jira import cloud, data_center
from auditlib.jira.client import JiraReader
from auditlib.jira.last_seen import last_active_dates
from auditlib.jira.read_only import READ_ONLY, require_organization_request
from auditlib.responses.forms.resources import FORMS, form_of, require_form
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore

CLOUD_SEARCH = cloud.search("project = A", ["key"], None)
CENTER_SEARCH = data_center.search("project = A", ["created"], None, history=True)
BULK = cloud.histories([1, 2], None)
KEYS = cloud.by_identifier(["A-1"], ["created"])
ONE = data_center.by_identifier(["A-1"], ["created"])
COUNT = cloud.count("project = A")
SERVER, MYSELF, PROJECT, FILTER = (
    cloud.server_info(),
    cloud.myself(),
    cloud.project("A"),
    cloud.shared_filter(1),
)


def page(*issues: Any, **more: Any) -> dict[str, Any]:
    """Return a page of Data Center's search."""
    return {"startAt": 0, "maxResults": 50, "total": len(issues), "issues": list(issues)} | more


A1 = {"id": "1", "key": "A-1", "fields": {"created": "2026-06-01T10:00:00.000+0000"}}

MALFORMED: dict[str, tuple[Request, Any, str]] = {
    "nothing": (CLOUD_SEARCH, None, "it is null"),
    "a number": (CLOUD_SEARCH, 7, "it is 7"),
    "a text": (MYSELF, "me", 'it is "me"'),
    "a list for an object": (SERVER, ["hello"], "expected object, got array"),
    "no issues": (CLOUD_SEARCH, {"isLast": True}, "it lacks issues"),
    "issues null": (CLOUD_SEARCH, {"issues": None}, "at issues stands null"),
    "issues an object": (CLOUD_SEARCH, {"issues": {"id": "1"}}, "at issues stands"),
    "an issue that is null": (CLOUD_SEARCH, {"issues": [A1, None]}, r"at issues\[1\] stands null"),
    "an issue that is text": (CENTER_SEARCH, page("A-1"), r'at issues\[0\] stands "A-1"'),
    "an issue that is a list": (CENTER_SEARCH, page([A1]), r"at issues\[0\] stands"),
    "no id": (CLOUD_SEARCH, {"issues": [{"key": "A-1"}]}, r"issues\[0\] lacks id"),
    "an id that is null": (CLOUD_SEARCH, {"issues": [{"id": None, "key": "A-1"}]}, r"at issues\[0\]\.id stands null"),
    "an id that is true": (CLOUD_SEARCH, {"issues": [A1 | {"id": True}]}, "stands true"),
    "an id with a fraction": (CLOUD_SEARCH, {"issues": [A1 | {"id": 1.5}]}, "stands 1.5"),
    "a negative id": (CLOUD_SEARCH, {"issues": [A1 | {"id": -1}]}, "stands -1"),
    "an id of a superscript": (CLOUD_SEARCH, {"issues": [A1 | {"id": "²"}]}, 'stands "²"'),
    "an id of Arabic digits": (CENTER_SEARCH, page(A1 | {"id": "١"}), 'stands "١"'),
    "an id with a line feed": (CENTER_SEARCH, page(A1 | {"id": "1\n"}), "expected text matching"),
    "an id of 5,000 digits": (CLOUD_SEARCH, {"issues": [A1 | {"id": "9" * 5000}]}, 'stands "999'),
    "an id of 5,000 digits, as a number": (CLOUD_SEARCH, b'{"issues": [{"id": ' + b"9" * 5000 + b"}]}", 'stands "999'),
    "an id beyond 63 bits": (CLOUD_SEARCH, {"issues": [A1 | {"id": 10**30}]}, "stands 1000000"),
    "a key that is a number": (CLOUD_SEARCH, {"issues": [A1 | {"key": 1}]}, r"at issues\[0\]\.key stands 1"),
    "a key that is none": (CLOUD_SEARCH, {"issues": [A1 | {"key": "a-1"}]}, 'stands "a-1"'),
    "a key with an absurd number": (CLOUD_SEARCH, {"issues": [A1 | {"key": "A-999999999999"}]}, '"A-999999999999"'),
    "fields that are a list": (CLOUD_SEARCH, {"issues": [A1 | {"fields": []}]}, r"at issues\[0\]\.fields stands \[\]"),
    "two issues with one key": (
        CLOUD_SEARCH,
        {"issues": [A1, {"id": "2", "key": "A-1"}]},
        "issue A-1: Jira answered with two ids, 1 and 2",
    ),
    "one issue with two keys": (KEYS, {"issues": [A1, A1 | {"key": "A-2"}]}, "issue 1 has two keys, A-1 and A-2"),
    "a token that is an object": (CLOUD_SEARCH, {"issues": [], "nextPageToken": {}}, "at nextPageToken stands"),
    "a total that is text": (CENTER_SEARCH, page(total="many"), 'at total stands "many"'),
    "a total that is null": (CENTER_SEARCH, page(total=None), "at total stands null"),
    "a start that is missing": (CENTER_SEARCH, {"issues": [], "total": 0}, "it lacks startAt"),
    "a count that is negative": (COUNT, {"count": -1}, "at count stands -1"),
    "a count that is NaN": (COUNT, b'{"count": NaN}', "holds NaN, which is no JSON"),
    "a count without bounds": (COUNT, b'{"count": 1e999}', "beyond all bounds"),
    "histories that are an object": (BULK, {"issueChangeLogs": {}}, "at issueChangeLogs stands"),
    "no histories": (BULK, {}, "it lacks issueChangeLogs"),
    "a history of no issue": (
        BULK,
        {"issueChangeLogs": [{"changeHistories": []}]},
        r"issueChangeLogs\[0\] lacks issueId",
    ),
    "a history of text": (BULK, {"issueChangeLogs": ["1"]}, r'at issueChangeLogs\[0\] stands "1"'),
    "a page of one history": (
        data_center.issue_part("history", 1, None),
        {"values": [None]},
        r"at values\[0\] stands null",
    ),
    "an issue without a key": (ONE, {"id": "1", "fields": {}}, "it lacks key"),
    "errorMessages null": (ONE, {"errorMessages": None, "errors": None}, "it lacks id"),
    "deep": (ONE, b"[" * 400 + b"]" * 400, "it is"),
    "an account that is a number": (MYSELF, {"accountId": 5}, "at accountId stands 5"),
    "a project without a key": (PROJECT, {"id": "1"}, "it lacks key"),
    "former keys that are none": (PROJECT, {"key": "A", "projectKeys": [1]}, r"at projectKeys\[0\] stands 1"),
    "a filter without a query": (FILTER, {"id": "1", "jql": None}, "at jql stands null"),
    "a clock that is a list": (SERVER, {"serverTime": []}, r"at serverTime stands \[\]"),
    "comments that are null": (cloud.issue_part("comments", 1, None), {"comments": None}, "at comments stands null"),
    "worklogs that are a number": (cloud.issue_part("worklogs", 1, None), {"worklogs": 7}, "at worklogs stands 7"),
    "links that are an object": (cloud.issue_part("remote_links", 1, None), {}, "expected array, got object"),
    "watchers that are a list": (cloud.issue_part("watchers", 1, None), [], "expected object, got array"),
}

WELL_FORMED: list[tuple[Request, Any]] = [
    (CLOUD_SEARCH, {"issues": []}),
    (CLOUD_SEARCH, {"issues": [{"id": 10001, "key": "A_1-9"}], "isLast": "yes", "nextPageToken": "", "more": [1]}),
    (CLOUD_SEARCH, {"issues": [{"id": "1"}, {"id": "1"}], "nextPageToken": None}),
    (CENTER_SEARCH, page(A1, A1, {"id": "2", "key": "B-2", "fields": None, "changelog": []})),
    (CENTER_SEARCH, {"startAt": "0", "total": "3", "issues": None}),
    (BULK, {"issueChangeLogs": None}),
    (BULK, {"issueChangeLogs": [{"issueId": 1, "changeHistories": {"odd": 1}}], "nextPageToken": None}),
    (COUNT, {"count": "12"}),
    (SERVER, {"version": 10, "baseUrl": None}),
    (MYSELF, {"name": "admin", "displayName": None, "timeZone": None}),
    (PROJECT, {"key": "A", "projectKeys": None, "projectTypeKey": "product_discovery"}),
    (cloud.issue_part("comments", 1, None), {"comments": [None, {"id": 1}]}),
    (ONE, {"id": "1", "key": "A-1", "names": [], "fields": {"summary": "\ud800"}}),
]


def sent(value: Any) -> Answer:
    """Return JSON as it goes over the wire, half surrogates escaped."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(body, headers={"Content-Type": "application/json"})


def asked(reader: JiraReader, request: Request) -> Any:
    return reader.answer("settle/A", request)[1]


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_has_not_its_form_is_one_error_and_never_an_answer(kind, tmp_path):
    """It names the request, the place and what stands there; it is kept as refused, and asked for again until it is good."""
    request, value, words = MALFORMED[kind]
    answers = [sent(value), sent(value)]
    with client_of(lambda _: answers.pop(0) if answers else sent({"late": 1}), tmp_path) as reader:
        with pytest.raises(FormError, match=words) as refused:
            asked(reader, request)
        assert f"{request.method} " in str(refused.value)
        assert request.path in str(refused.value)
        assert len(str(refused.value)) < 500
        assert not answers, "asked once more: a gateway may have answered for Jira"
        store = RawStore(tmp_path / "raw")
        assert store.find("settle/A", request) is None
        assert [one.refused for one in store.refusals()] == [str(refused.value)]


@pytest.mark.parametrize("place", range(len(WELL_FORMED)))
def test_every_form_that_a_jira_is_known_to_send_is_read(place, tmp_path):
    """Ids as number or text, members that are missing or null, members that no description names, half a surrogate."""
    request, value = WELL_FORMED[place]
    with client_of(lambda _: sent(value), tmp_path) as reader:
        assert asked(reader, request) == value
        (entry,) = reader.store.entries()
        assert reader.store.json(entry) == value


def test_what_was_unusable_once_is_not_kept_for_ever(tmp_path):
    """A run that goes on asks again, and the good answer counts; what came before stays as evidence of what came."""
    with client_of(lambda _: sent({"issues": None}), tmp_path) as reader, pytest.raises(FormError):
        asked(reader, CLOUD_SEARCH)
    with client_of(lambda _: sent({"issues": [A1]}), tmp_path) as reader:
        assert asked(reader, CLOUD_SEARCH) == {"issues": [A1]}
        assert (len(reader.store.entries()), len(reader.store.refusals())) == (1, 1)


def test_an_answer_on_disk_is_checked_by_the_same_form(tmp_path):
    """A package may come from anybody: what is not Jira's is a sentence, for verify as for a run that goes on."""
    with client_of(lambda _: sent({"issues": [A1]}), tmp_path) as reader:
        asked(reader, CLOUD_SEARCH)
    index = tmp_path / "raw" / "index.jsonl"
    index.write_text(index.read_text().replace(CLOUD_SEARCH.path, BULK.path))
    store = RawStore(tmp_path / "raw")
    (entry,) = store.entries()
    with pytest.raises(AnswerError, match="it lacks issueChangeLogs"):
        store.json(entry)


def test_a_refusal_has_no_form():
    """What Jira answers with another status is read as why."""
    require_form(ONE, 404, {"errorMessages": None})
    require_form(Request("GET", "rest/api/2/nothing"), 200, None)


def test_each_form_is_of_something_that_may_be_asked():
    """No form stands there for a resource that is not on the read-only list; each resource has one form at most."""
    asked_for = {(method, re.sub(r"\(\?:.*?\)", "A-1", path)) for method, path in READ_ONLY}
    paths = {(method, path.replace(r"[A-Z][A-Z0-9_]*", "A").replace("[0-9]+", "1")) for method, path in asked_for}
    plain = {(method, re.sub(r"\[(\d)\d*\]", r"\1", path).replace("\\", "")) for method, path in paths}
    used = [form_of(method, path) for method, path in plain]
    organization = last_active_dates("o-1", "acc:ben")
    require_organization_request(organization.method, organization.path)
    used.append(form_of(organization.method, organization.path))
    assert {form for form in used if form is not None} == set(FORMS)
