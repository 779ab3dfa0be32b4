"""One odd record ends nothing: what can't be read is shown as sent and named, and nothing else is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from dossier_collection import ZONE, collect_dossiers
from table_reading import from_csv

from auditlib.audit.controls.subject import people_of
from auditlib.deep_json import as_text
from auditlib.demo.server.exchange import Answer, Asked
from auditlib.demo.story.company import Company
from auditlib.dossier.complete import count_records
from auditlib.dossier.fields import Field
from auditlib.dossier.files import DETAILS, TABLES, WORKLOGS, dossier_files
from auditlib.dossier.leads import NOT_COMPARED, REDACTED
from auditlib.dossier.numbers import Number, dumps, exact, loads, number_text
from auditlib.dossier.odd import Odd
from auditlib.dossier.page import issue_page
from auditlib.dossier.parts import Place, Received, Source
from auditlib.dossier.pdf import write_pdf
from auditlib.dossier.record import Dossier, read_dossier
from auditlib.dossier.replay import BREAKS, CLOSES, COLLECTIONS, FieldReplay, history_verdict, replay
from auditlib.dossier.subject import names_in_dossier, subject_of_dossier
from auditlib.evidence.changed import changes_since
from auditlib.records.history import NOTHING, Change, read_changes, time_of

DIALECTS = ("cloud", "data-center")
both_dialects = pytest.mark.parametrize("deployment", DIALECTS)
UTC = ZoneInfo("UTC")
FAR = [
    "20226-03-06T09:00:00.000+0000",
    "0001-01-01T00:00:00.000+1400",
    "0001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999-1400",
    "2026-02-30T00:00:00.000+0000",
    "yesterday",
    10**30,
    -(10**30),
    True,
    {"at": 1},
]
"""Times that can't be read, or not in the audit's zone."""


def tampering(changes: dict[str, Callable[[Any], None]]) -> Callable[[Asked, Answer], Answer]:
    """Return what changes the JSON of the answers whose path ends so."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        for end, change in changes.items():
            if asked.path.endswith(end) and answer.status == 200:
                body = json.loads(answer.body)
                change(body)
                answer = replace(answer, body=json.dumps(body).encode())
        return answer

    return tamper


@pytest.fixture(scope="module")
def full(company: Company) -> str:
    """Key of the issue with one of everything."""
    return str(company.truth.planted["issue with everything"][0])


def everywhere(dossier: Dossier) -> str:
    """Return the text of the page, after making all other files of the record; all of them are made."""
    files = dossier_files(dossier)
    for table in TABLES:
        from_csv(table, files[table.file])
    assert write_pdf([dossier], title="t", place=dossier.place).startswith(b"%PDF")
    subject_of_dossier(dossier, dossier.collected[0])
    return BeautifulSoup(issue_page(dossier), "html.parser").get_text()


@both_dialects
def test_odd_times_numbers_and_ids_are_shown_and_named(company, full, deployment, tmp_path):
    """A worklog, comment, attachment and entry that are odd stand among the others, which are as they were."""

    def spoil_issue(body: dict) -> None:
        fields = body["fields"]
        fields["updated"], fields["duedate"] = FAR[0], "10000-01-01"
        first = fields["attachment"][0]
        for name in ("created", "size", "author"):
            first.pop(name, None)
        fields["attachment"].append({"filename": "no id.txt", "created": None, "size": 10**30})
        fields["attachment"].append("odd")
        fields["attachment"].append(dict(first))
        fields["subtasks"] = [*(fields.get("subtasks") or []), None, "odd"]
        if "changelog" in body:
            spoil_history(body["changelog"]["histories"])

    def spoil_history(entries: list) -> None:
        entries[0]["created"] = "soon"
        entries[1]["author"] = None
        entries.append({"id": "x", "created": entries[1]["created"], "author": "plain", "items": None})

    def spoil_comments(body: dict) -> None:
        body["comments"][0].update({"created": FAR[1], "updated": FAR[0], "author": None})
        body["comments"][1].pop("id")

    def spoil_worklogs(body: dict) -> None:
        body["worklogs"][0].update({"started": FAR[0], "timeSpentSeconds": 1e40, "author": "person.one"})
        body["worklogs"][1].update({"timeSpentSeconds": {"value": None}})

    untouched = collect_dossiers(company.world, deployment, [full], tmp_path / "before", files=False).found[0]
    tamper = tampering(
        {
            f"/issue/{full}": spoil_issue,
            "/changelog": lambda body: spoil_history(body["values"]),
            "/comment": spoil_comments,
            "/worklog": spoil_worklogs,
        }
    )
    found = collect_dossiers(company.world, deployment, [full], tmp_path / "after", tamper=tamper).found[0]
    said = "\n".join(found.incomplete)
    for expected in (
        f"no readable time; Jira sent '{FAR[0]}'",
        "no readable day; Jira sent '10000-01-01'",
        "no readable time; Jira sent 'soon'",
        "no readable id; Jira sent 'x'",
        "a comment: no readable id; Jira sent none",
        "created: no readable time; Jira sent none",
        "time spent: no readable number",
        'no readable number; Jira sent {"value": null}',
        "Jira sent 'odd' where a record stands",
        "an attachment without id (no id.txt)",
        "Jira lists it 2 times",
    ):
        assert expected in said, expected
    assert len(found.comments) == len(untouched.comments)
    assert len(found.worklogs) == len(untouched.worklogs)
    assert len(found.attachments) == len(untouched.attachments) + 2
    assert {one.history_id for one in untouched.changes} == {one.history_id for one in found.changes}
    assert [one.text for one in found.comments] == [one.text for one in untouched.comments]
    page = everywhere(found)
    assert FAR[0] in page
    assert "person.one" in page


@pytest.mark.parametrize("sent", FAR)
@pytest.mark.parametrize("zone", [ZONE, UTC, ZoneInfo("Pacific/Kiritimati")])
def test_any_time_is_an_instant_or_as_it_came(sent, zone):
    """No year, zone or form ends anything; what is an instant in UTC may be none in the audit's zone."""
    found = time_of(sent, zone)
    assert isinstance(found, datetime) or found == as_text(sent)
    odd = Odd(zone)
    assert odd.time(sent, "it") == found
    assert bool(odd.sentences) is not isinstance(found, datetime)


def test_times_of_years_that_zones_had_seconds_in_are_written_and_read():
    """An offset may have seconds, as zones of long ago; the tables give it back."""
    old = read_record(worklogs=[{"id": "1", "started": "1850-01-01T00:00:00.000Z", "timeSpentSeconds": 60}])
    assert old.worklogs[0].started.utcoffset().total_seconds() % 60 != 0
    table = from_csv(WORKLOGS, dossier_files(old)["worklogs.csv"])
    assert table["started"].iloc[0].year == 1850
    assert "-04:56:02" in issue_page(old)


@pytest.mark.parametrize(
    "sent", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "0999-06-01T00:00:00.000+0019"]
)
def test_the_first_and_the_last_year_are_years(sent):
    """What is an instant in the audit's zone is shown as one in every file."""
    one = read_record({"customfield_1": sent}, schema={"customfield_1": {"type": "datetime"}}, zone=UTC,
                      worklogs=[{"id": "1", "started": sent, "timeSpentSeconds": "60"}],
                      history=[{"id": "1", "created": sent, "items": [{"field": "x", "toString": "y"}]}])  # fmt: skip
    assert one.incomplete == ()
    assert sent[:4] in everywhere(one)
    assert dossier_files(one)["worklogs.csv"].decode().splitlines()[1].startswith(f"AB-7,1,{sent[:4]}")


def read_record(fields: dict[str, Any] | None = None, *, zone: ZoneInfo = ZONE, **parts: Any) -> Dossier:
    """Read a record of one issue by hand."""
    whole = {
        "id": "7", "key": "AB-7", "names": parts.pop("names", {}), "schema": parts.pop("schema", {}),
        "fields": {"summary": "It", "created": "2026-01-01T00:00:00.000Z", **(fields or {})},
    }  # fmt: skip
    known: dict[str, Any] = {
        "history": (), "comments": (), "worklogs": (), "remote_links": (), "watchers": None, "votes": None, "totals": {},
        "sources": [Source("issue", "dossier/AB-7/issue/000001.json.gz", "0" * 64, datetime(2026, 1, 2, tzinfo=UTC), "GET")],
    }  # fmt: skip
    received = Received(asked="AB-7", issue=whole, **(known | parts))
    return read_dossier(received, Place("https://jira.example.com", "cloud", "Ana", "a", zone))


def test_an_empty_record_is_a_record():
    """No history, comments, fields: every file is made, and the history has nothing to compare."""
    bare = read_record()
    assert everywhere(bare)
    assert (bare.history_verdict, bare.incomplete) == (NOTHING, ())
    assert "Nothing to compare" in issue_page(bare)
    assert "no comment" not in bare.incomplete
    no_creation = read_record({"created": None})
    assert everywhere(no_creation)
    assert no_creation.incomplete == ("created: no readable time; Jira sent none",)


def test_people_without_ids_names_or_records():
    """Text is the name, nobody has an id; a list may hold anything."""
    odd = read_record(
        {"reporter": "person.one", "assignee": None, "creator": {"accountId": "unknown", "displayName": "Former user"}},
        comments=[
            {"id": "1", "created": "2026-01-01T00:00:00Z", "author": one, "body": "x"} for one in (None, "two", 5, {})
        ],
        watchers={"watchCount": "many", "watchers": ["person.one", None, {}]},
    )
    assert everywhere(odd)
    assert [(one.author, one.author_id) for one in odd.comments] == [("", ""), ("two", ""), ("", ""), ("", "")]
    assert odd.watchers == ("person.one", "", "")
    assert odd.watch_count is None
    assert people_of("person.one") == ()
    (person,) = people_of("person.one", named=True)
    assert (person.name, person.told_apart) == ("person.one", False)
    subject = subject_of_dossier(odd, odd.collected[0])
    assert [one.told_apart for one in subject.fields["creator"].people] == [False]


# complete


@pytest.mark.parametrize(
    ("fields", "parts", "said"),
    [
        ({"comment": {"total": 3}}, {}, "the issue itself says that it has 3 comments, and 0 came"),
        ({"worklog": {"total": 1}}, {}, "the issue itself says that it has 1 worklog, and 0 came"),
        ({}, {"totals": {"history": 229}, "history": "228"}, "Jira says there are 229 history entries, and gave 228"),
        (
            {"watches": {"watchCount": 3}},
            {"watchers": {"watchCount": 2, "watchers": []}},
            "the issue itself says that it has 3 watchers, its list of watchers 2",
        ),
        (
            {},
            {"watchers": {"watchCount": 3, "watchers": [{"name": "a"}]}},
            "Jira says there are 3 watchers, and named 1",
        ),
        (
            {"votes": {"votes": 2}},
            {"votes": {"votes": 1}},
            "the issue itself says that it has 2 votes, its list of votes 1",
        ),
        ({}, {"refused": {"comments": "Jira answered 403"}}, "comments: Jira answered 403"),
    ],
)
def test_every_count_that_jira_gives_is_compared(fields, parts, said):
    """Whatever says that something else should be here is named; a part that was refused is named once."""
    if parts.get("history") == "228":
        entry = {"created": "2026-01-01T00:00:00Z", "items": []}
        parts = {**parts, "history": [{"id": str(number), **entry} for number in range(228)]}
    assert read_record(fields, **parts).incomplete == (said,)


def test_counts_that_agree_are_not_told():
    """A complete record says nothing; an entry that came twice is one."""
    entry = {"id": "5", "created": "2026-01-01T00:00:00Z", "items": [{"field": "x", "toString": "y"}]}
    one = read_record(
        {"comment": {"total": 0}, "watches": {"watchCount": 1}, "votes": {"votes": 0}},
        history=[entry, entry],
        totals={"history": 1},
        watchers={"watchCount": 1, "watchers": []},
        votes={"votes": 0, "voters": []},
    )
    assert (one.incomplete, one.entries, len(one.changes)) == ((), 1, 1)
    assert count_records([{"id": 1}, {"id": "1"}, {}, {}]) == 3


# numbers


LITERALS = [
    "1234567.89", "1500000.0", "20261231.0", "0.1234567", "12345678901.0", "10000000", "1E+2", "1e400", "0.10",
    "123456789012345678901234567890", "0.1234567890123456789", "-0.0", "9007199254740993",
]  # fmt: skip


@pytest.mark.parametrize("literal", LITERALS)
def test_a_number_keeps_its_digits(literal):
    """In the table, in the raw column, on the page, in the JSON as received."""
    fields = loads(f'{{"customfield_1": {literal}}}')
    one = read_record(fields, names={"customfield_1": "Amount"}, schema={"customfield_1": {"type": "number"}})
    shown = literal.removesuffix(".0")
    assert one.fields["customfield_1"].text == shown
    files = dossier_files(one)
    row = from_csv(DETAILS, files["details.csv"]).set_index("field_id").loc["customfield_1"]
    assert (row["value"], row["raw"]) == (shown, literal)
    assert f'"customfield_1": {literal}' in files["issue.json"].decode()
    assert f">{shown}<" in issue_page(one)
    assert write_pdf([one], title="t", place=one.place)


def test_json_is_written_as_it_came():
    """Texts that look like numbers stay texts; equal JSON is written as the library writes it."""
    text = '{"a": [1E+2, "number 5", "number of 1E+2", {"b": 0.10}], "c": "1E+2", "d": 1.5, "e": true}'
    assert dumps(loads(text)) == text
    assert dumps(loads(text), sort_keys=True) == text
    assert isinstance(loads("1E+2"), Number)
    assert not isinstance(loads("1.5"), Number)
    assert (number_text(2.0), number_text(7)) == ("2", "7")
    assert exact("1E+2") == exact(100) == exact(loads("100.00"))
    assert [exact(one) for one in ("x", True, "NaN", "1,000")] == [None] * 4


# replay


def changed(named: str, old: str, new: str, number: int = 1, /, **more: Any) -> Change:
    """Make a change by text."""
    known: dict[str, Any] = {
        "history_id": number, "at": datetime(2026, 1, 1 + number, tzinfo=UTC), "author": "A", "author_id": "a",
        "field": named, "field_id": named, "before": "", "before_text": old, "after": "", "after_text": new,
    }  # fmt: skip
    return Change(**(known | more))


def verdict(raw: Any, *changes: Change, kind: str = "", custom: str = "", field_id: str = "f") -> FieldReplay:
    """Replay the changes of one field."""
    found = replay(changes, {field_id: Field(field_id, "Field", kind, str(raw), "", raw, custom)}, None)
    return found[0]


@pytest.mark.parametrize(
    ("raw", "after", "kind", "custom", "expected"),
    [
        (loads("1E+2"), "100", "number", "float", CLOSES),
        (100.0, "1E+2", "number", "float", CLOSES),
        (loads("1234567.89"), "1234567.89", "number", "float", CLOSES),
        (20261231.0, "2.0261231E7", "number", "float", CLOSES),
        (100, "101", "number", "float", BREAKS),
        (100, "a hundred", "number", "float", NOT_COMPARED),
        (None, "101", "number", "float", BREAKS),
        ("2026-04-01T03:15:00.000-0400", "2026-04-01T09:15:00+0200", "datetime", "datetime", CLOSES),
        ("2026-04-01T03:15:00.000-0400", "2026-04-01T09:16:00+0200", "datetime", "datetime", BREAKS),
        ("2026-04-01T03:15:00.000-0400", "1/Apr/26 9:15 AM", "datetime", "datetime", NOT_COMPARED),
        ("2026-04-01", "2026-04-01 00:00:00.0", "date", "", CLOSES),
        ("2026-04-01", "2026-04-02 00:00:00.0", "date", "", BREAKS),
        (["b", "a"], "a b", "array", "labels", CLOSES),
        (["b", "a"], "a c", "array", "labels", BREAKS),
        ([{"id": "2", "value": "B b"}, {"id": "1", "value": "A"}], "A, B b", "array", "multiselect", CLOSES),
        ({"id": "1", "value": "A", "child": {"id": "2", "value": "B"}}, "A(1)", "option-with-child", "", NOT_COMPARED),
        ([{"id": 1, "name": "Sprint 1", "boardId": 4}], "Sprint 2", "array", "gh-sprint", NOT_COMPARED),
        ([{"id": 1, "name": "Sprint 1", "boardId": 4}], "Sprint 1", "array", "gh-sprint", CLOSES),
        (None, "Sprint 1", "array", "gh-sprint", NOT_COMPARED),
        ({"odd": 1}, "x", "any", "app-field", NOT_COMPARED),
        ("words", "other words", "string", "textfield", BREAKS),
        ("words", "██████", "string", "textfield", REDACTED),
        ("██████ ████", "words", "string", "textarea", REDACTED),
    ],
)  # fmt: skip
def test_only_what_can_be_compared_is(raw, after, kind, custom, expected):
    """Numbers as numbers, instants as instants, lists in any order; a form that is not known breaks no chain."""
    assert verdict(raw, changed("f", "", after), kind=kind, custom=custom).verdict == expected


@pytest.mark.parametrize(
    ("raw", "change", "kind", "expected"),
    [
        ({"id": "6", "name": "Done"}, {"after": "6", "after_text": "Closed"}, "status", CLOSES),
        ({"id": "9", "name": "Done"}, {"after": "6", "after_text": "Done"}, "status", BREAKS),
        ({"accountId": "5f0000000000000000000001", "displayName": "Ana"},
         {"after": "5f0000000000000000000001", "after_text": "Former name"}, "user", CLOSES),
        ({"accountId": "5f0000000000000000000001", "displayName": "Ana"},
         {"after": "5f0000000000000000000002", "after_text": "Ben"}, "user", BREAKS),
        ({"accountId": "5f0000000000000000000001", "displayName": "Ana"},
         {"after": "ana", "after_text": "Ana B."}, "user", NOT_COMPARED),
        ({"key": "JIRAUSER1", "name": "ana", "displayName": "Ana"}, {"after": "JIRAUSER1", "after_text": "A"}, "user", CLOSES),
    ],
)  # fmt: skip
def test_values_with_ids_are_compared_by_them(raw, change, kind, expected):
    """A renamed status or person is the same; of two statuses with one name only one is."""
    field = "status" if kind == "status" else "f"
    assert verdict(raw, changed(field, "", "", **change), kind=kind, field_id=field).verdict == expected


def test_a_renamed_field_keeps_its_chain():
    """An administrator's new name makes no second field; where an item gives no id, the name that the history knows does."""
    old, new = {"field": "Old name", "field_id": "customfield_1"}, {"field": "New name", "field_id": "customfield_1"}
    bare = {"field": "New name", "field_id": ""}
    chain = (changed("", "", "a", 1, **old), changed("", "a", "b", 2, **new), changed("", "b", "c", 3, **bare))
    fields = {"customfield_1": Field("customfield_1", "New name", "string", "c", "", "c", "textfield")}
    (found,) = replay(chain, fields, None)
    assert (found.changes, found.verdict) == (3, CLOSES)
    (broken,) = replay(chain[::2], fields, None)
    assert (broken.changes, broken.verdict) == (2, BREAKS)


def test_a_gap_within_a_history_is_a_break_where_the_form_is_known():
    """Texts, numbers and instants that differ only in writing meet."""
    one, other = changed("f", "", "1E+2", 1), changed("f", "100", "7", 2)
    assert verdict(7, one, other, kind="number", custom="float").verdict == CLOSES
    assert verdict(7, one, replace(other, before_text="99"), kind="number", custom="float").verdict == BREAKS
    assert verdict("x", one, replace(other, before_text="99"), kind="any", custom="of-an-app").closes is None
    bars = replace(other, before_text="█████")
    assert verdict(7, one, bars, kind="number", custom="float").verdict == REDACTED


def thing(
    named: str, number: int, *, added: str = "", removed: str = "", text: str = "a.txt", data_center: bool = False
) -> Change:
    """Make a change that adds or removes one thing of a field that holds several."""
    more = {"before": removed, "after": added, "field_id": "" if data_center else COLLECTIONS[named]}
    return changed(named, text if removed else "", text if added else "", number, **more)


def held(named: str, *things: Mapping[str, Any]) -> dict[str, Field]:
    field_id = COLLECTIONS[named]
    return {field_id: Field(field_id, "Field", "array", "", "", list(things), "")}


@pytest.mark.parametrize("data_center", [False, True])
@pytest.mark.parametrize(
    ("named", "label"),
    [("Attachment", "filename"), ("Component", "name"), ("Fix Version", "name"), ("Version", "name")],
)
def test_things_that_come_and_go_are_walked_back_one_by_one(named, label, data_center):
    """A file, component or version that a history adds is there, one that it removes is not; two may have one name."""
    one, two = {"id": "1", label: "a.txt"}, {"id": "2", label: "a.txt"}

    def added(number: int, which: str) -> Change:
        return thing(named, number, added=which, data_center=data_center)

    def removed(number: int, which: str) -> Change:
        return thing(named, number, removed=which, data_center=data_center)

    def shown(chain: Sequence[Change], *things: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
        (found,) = replay(chain, held(named, *things), None)
        assert found.changes == len(chain)
        return found.verdict, found.notes

    assert shown([added(1, "1")], one) == (CLOSES, ())
    assert shown([added(1, "1"), removed(2, "1")]) == (CLOSES, ())
    assert shown([added(1, "1"), added(2, "2")], two, one) == (CLOSES, ())
    assert shown([added(1, "1")]) == (BREAKS, ("history 1 added 'a.txt', which is not there after it",))
    assert shown([added(1, "1"), removed(2, "1")], one) == (
        BREAKS,
        ("history 2 removed 'a.txt', which is there after it",),
    )
    assert shown([added(1, "1"), added(2, "2")], one)[0] == BREAKS
    assert shown([removed(1, "1")]) == (CLOSES, ())
    (untold,) = replay([added(1, "1")], {}, None)
    assert untold.verdict == NOT_COMPARED


def test_a_link_that_is_gone_breaks_nothing():
    """The issue at its other end may have been deleted, moved or hidden; it is said all the same."""
    chain = [thing("Link", 1, added="AB-2", text="This issue blocks AB-2")]
    (found,) = replay(chain, held("Link"), None)
    assert found.verdict == NOT_COMPARED
    assert "the other issue may have been deleted, moved or hidden" in found.notes[0]
    (there,) = replay(chain, held("Link", {"outwardIssue": {"key": "AB-2"}}), None)
    assert (there.verdict, there.notes) == (CLOSES, ())


def test_a_history_has_three_verdicts():
    """One break breaks it, one chain that closes closes it, and nothing compared is nothing."""
    good, bad = verdict("x", changed("f", "", "x")), verdict("x", changed("f", "", "y"))
    silent = verdict({"odd": 1}, changed("f", "", "y"), kind="any")
    assert history_verdict([good, bad]) == BREAKS
    assert history_verdict([good, silent]) == CLOSES
    assert history_verdict([silent]) == history_verdict([]) == NOTHING


def test_an_entry_without_a_time_stands_by_its_id():
    """Jira counts entries in order; so one whose time can't be read comes behind the next smaller id."""
    entries = [
        {"id": str(number), "created": at, "items": [{"field": "f", "toString": str(number)}]}
        for number, at in ((3, "2026-01-03T00:00:00Z"), (2, "soon"), (1, "2026-01-01T00:00:00Z"), (4, None))
    ]
    assert [one.history_id for one in read_changes(entries, UTC)] == [1, 2, 3, 4]


def test_a_record_names_what_things_were_called():
    """Statuses, resolutions, types and fields, today and in the history: what names in the parameters are read by."""
    entry = {
        "id": "1",
        "created": "2026-01-01T00:00:00Z",
        "items": [
            {
                "field": "status",
                "fieldId": "status",
                "from": "1",
                "fromString": "Offen",
                "to": "6",
                "toString": "Erledigt",
            },
            {"field": "Old", "fieldId": "customfield_1", "toString": "x"},
        ],
    }
    one = read_record(
        {"status": {"id": "6", "name": "Done"}, "customfield_1": "x"}, names={"customfield_1": "New"}, history=[entry]
    )
    found = set(names_in_dossier(one))
    assert {("status", "6", "Done"), ("status", "6", "Erledigt"), ("status", "1", "Offen")} <= found
    assert {("field", "customfield_1", "Old"), ("field", "customfield_1", "New")} <= found


def test_a_sampled_issue_whose_last_change_is_odd_is_not_called_edited():
    """It is not known to have changed; the record names the time."""
    sample = pd.DataFrame({"key": ["AB-7"], "updated": [pd.Timestamp("2026-01-01", tz=ZONE)]})
    later, odd = read_record({"updated": "2026-01-05T00:00:00Z"}), read_record({"updated": "soon"})
    assert changes_since(sample, [later], [], ZONE)["change"].tolist() == ["edited"]
    assert len(changes_since(sample, [odd], [], ZONE)) == 0
    assert odd.incomplete == ("updated: no readable time; Jira sent 'soon'",)


@pytest.mark.parametrize("items", [None, "status", ["status"], [{"field": "f", "toString": "x"}, None]])
def test_an_entry_that_does_not_tell_what_it_changed_is_named(items):
    """Its changes stand in no table; a record without a word of them would look whole."""
    entry = {"id": "5", "created": "2026-01-01T00:00:00Z", "items": items}
    assert read_record({}, history=[entry]).incomplete[0] == "history 5: what it changed can't be read"
    whole = read_record({}, history=[entry | {"items": [{"field": "f", "toString": "x"}]}])
    assert not [one for one in whole.incomplete if "history" in one]
