"""The full record of single issues: complete in both dialects, replayed, and honest about what is missing."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from dossier_collection import ZONE, collect_dossiers
from hostile_issues import AT, PLACE, fields_of, received
from hypothesis import given
from hypothesis import strategies as st
from table_reading import from_csv

from auditlib.audit.controls.findings import unreadable_findings
from auditlib.demo.server.site import Answer, Asked
from auditlib.demo.server.weather import Faults
from auditlib.demo.world.records import Comment, History, World
from auditlib.dossier.files import SAMPLE_HISTORY, TABLES, all_rows, dossier_files
from auditlib.dossier.names import ACTS, LONGEST, stored_names
from auditlib.dossier.parts import File
from auditlib.dossier.plain import document_text
from auditlib.dossier.record import read_dossier
from auditlib.dossier.values import value_text
from auditlib.errors import AccountRefusedError, ForbiddenRequestError
from auditlib.evidence import dossiers as reading
from auditlib.jira.read_only import require_allowed
from auditlib.package.layout import name_problem

DIALECTS = ("cloud", "data-center")
both_dialects = pytest.mark.parametrize("deployment", DIALECTS)


@pytest.fixture(scope="module")
def planted(company) -> Callable[..., list[str]]:
    """Keys of planted cases whose issues answer."""

    def keys(*names: str) -> list[str]:
        wanted = [key for name in names for key in company.truth.planted[name]]
        return list(dict.fromkeys(key for key in wanted if company.truth.fate(key).kind in {"present", "moved"}))

    return keys


# complete


@pytest.fixture(scope="module")
def busy(small_company) -> World:
    """Sixty issues with a hundred history entries and 230 comments more than they had."""
    world = copy.deepcopy(small_company.world)
    chosen = [issue for issue in world.issues.values() if issue.visible and world.projects[issue.project].browsable][
        :60
    ]
    people = list(world.users.values())
    for issue in chosen:
        last = issue.updated
        summary = str(issue.fields["summary"])
        for step in range(100):
            after = f"{summary} ({step})"
            before = summary if step == 0 else f"{summary} ({step - 1})"
            item = {"field": "summary", "fieldtype": "jira", "fieldId": "summary", "from": None, "fromString": before,
                    "to": None, "toString": after}  # fmt: skip
            last += timedelta(minutes=1)
            number = 10_000_000 + issue.id * 1000 + step
            issue.histories.append(History(number, last, people[step % len(people)], (item,)))
        for step in range(230):
            written = last + timedelta(seconds=step)
            number = 20_000_000 + issue.id * 1000 + step
            issue.comments.append(Comment(number, people[0], written, written, people[0], f"comment {step}"))
        issue.fields["summary"] = f"{summary} (99)"
        issue.updated = last
    world.issues = {issue.id: issue for issue in chosen} | world.issues
    return world


@pytest.mark.slow
@both_dialects
def test_sixty_issues_are_complete(busy, deployment, tmp_path):
    """Every history entry and comment of sixty long issues is there, counted, in order, and the history closes."""
    chosen = list(busy.issues.values())[:60]
    asking = collect_dossiers(busy, deployment, [issue.key for issue in chosen], tmp_path)
    assert not asking.absent
    for issue, dossier in zip(chosen, asking.found, strict=True):
        assert dossier.incomplete == ()
        assert {change.history_id for change in dossier.changes} == {entry.id for entry in issue.histories}
        assert dossier.entries == len(issue.histories) >= 100
        assert len(dossier.changes) == sum(len(entry.items) for entry in issue.histories)
        assert [change.at for change in dossier.changes] == sorted(change.at for change in dossier.changes)
        assert [one.id for one in dossier.comments] == [
            one.id for one in sorted(issue.comments, key=lambda it: (it.created, it.id)) if one.visible
        ]
        assert [one.text for one in dossier.comments[-3:]] == ["comment 227", "comment 228", "comment 229"]
        assert next(one for one in dossier.replay if one.field == "summary").closes is True


@both_dialects
def test_pages_of_one_are_put_together(company, planted, deployment, tmp_path):
    """With a page size of one, every record crosses a page boundary, and nothing is lost or twice."""
    keys = planted("hostile comment", "issue with everything")
    small = collect_dossiers(company.world, deployment, keys, tmp_path / "small", page_size=1)
    whole = collect_dossiers(company.world, deployment, keys, tmp_path / "whole")
    for one, other in zip(small.found, whole.found, strict=True):
        assert [comment.id for comment in one.comments] == [comment.id for comment in other.comments]
        assert one.changes == other.changes
        assert one.worklogs == other.worklogs
        assert one.incomplete == ()


@both_dialects
def test_what_hangs_on_an_issue(company, planted, deployment, tmp_path):
    """Sub-tasks, links both ways, links to elsewhere, worklogs, watchers: all as the company has them."""
    key = planted("issue with everything")[0]
    issue = next(one for one in company.world.issues.values() if one.key == key)
    dossier = collect_dossiers(company.world, deployment, [key], tmp_path).found[0]
    kinds = [one.direction for one in dossier.links]
    assert kinds.count("sub-task") == 3
    assert [one.title for one in dossier.links if one.direction == "remote"] == ["Build 1", "<b>Build</b> 2"]
    assert {one.key for one in dossier.links if one.direction in {"outward", "inward"}} == {
        side["key"]
        for link in issue.fields["issuelinks"]
        for side in (link.get("outwardIssue"), link.get("inwardIssue"))
        if side
    }
    assert [one.seconds for one in dossier.worklogs] == [one.seconds for one in issue.worklogs]
    assert dossier.watch_count == 13
    assert dossier.url == f"https://jira.example.com/browse/{key}"


@both_dialects
def test_every_field_is_there_by_its_name(company, planted, deployment, tmp_path):
    """Nothing that Jira sends is left out, and each field is called as people call it."""
    key = planted("issue with everything")[0]
    asking = collect_dossiers(company.world, deployment, [key], tmp_path)
    answer = asking.store.json(asking.store.entries(f"dossier/{key}/issue")[0])
    dossier = asking.found[0]
    assert dossier.fields.keys() == answer["fields"].keys()
    named = {str(one["id"]): one["name"] for one in company.world.field_names}
    assert all(one.name == named.get(one.id, one.id) for one in dossier.fields.values())
    assert (
        dossier.digest == hashlib.sha256(asking.store.body(asking.store.entries(f"dossier/{key}/issue")[0])).hexdigest()
    )


# moved, absent, hidden


@both_dialects
def test_an_old_key_leads_to_the_issue_of_today(company, planted, deployment, tmp_path):
    """A moved key is followed, and both keys are told; the move closes in the replay."""
    old = company.truth.planted["moved"]
    fates = [company.truth.fate(key) for key in old]
    keys = [fate.key for fate in fates if fate.kind == "moved" and fate.now_visible]
    found = collect_dossiers(company.world, deployment, keys, tmp_path).found
    assert [(one.asked, one.key) for one in found] == [(key, company.truth.fate(key).now_key) for key in keys]
    assert all(one.moved for one in found)
    moves = [field for one in found for field in one.replay if field.field == "Key"]
    assert moves
    assert all(one.closes for one in moves)


@both_dialects
def test_a_key_that_does_not_answer_is_told(company, deployment, tmp_path):
    """Deleted, hidden and never given out are one answer; the others come nevertheless."""
    gone, there = (
        "PAY-999999",
        next(one.key for one in company.world.issues.values() if one.visible and one.project == "PAY"),
    )
    asking = collect_dossiers(company.world, deployment, [gone, there, gone], tmp_path)
    assert [one.asked for one in asking.absent] == [gone]
    assert "does not exist" in asking.absent[0].said
    assert [one.asked for one in asking.found] == [there]


@both_dialects
def test_edits_and_restrictions_of_comments_are_shown(company, planted, deployment, tmp_path):
    """An edited comment says so; one that the account may not see is not there, and nothing claims it is."""
    edited = collect_dossiers(company.world, deployment, planted("edited comment"), tmp_path / "edited").found[0]
    assert any(one.edited and one.text == "I meant something else." for one in edited.comments)
    shown = collect_dossiers(
        company.world, deployment, planted("comment restricted in sight"), tmp_path / "shown"
    ).found[0]
    assert any(one.visibility for one in shown.comments)
    hidden = planted("comment hidden by group")
    issue = next(one for one in company.world.issues.values() if one.key == hidden[0])
    out_of_sight = {one.id for one in issue.comments if not one.visible}
    seen = {
        one.id for one in collect_dossiers(company.world, deployment, hidden, tmp_path / "hidden").found[0].comments
    }
    assert out_of_sight
    assert not out_of_sight & seen


def tampered(end: str, change: Callable[[dict], None]) -> Callable[[Asked, Answer], Answer]:
    """Change the JSON of answers whose path ends so."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith(end) or answer.status != 200:
            return answer
        body = json.loads(answer.body)
        change(body)
        return replace(answer, body=json.dumps(body).encode())

    return tamper


def test_a_count_that_does_not_agree_is_named(company, planted, tmp_path):
    """Jira says how many there are; a record that has fewer says so on its own page."""
    key = planted("issue with everything")[0]
    asking = collect_dossiers(
        company.world, "data-center", [key], tmp_path, tamper=tampered("/worklog", lambda body: body["worklogs"].pop())
    )
    assert len(asking.found[0].incomplete) == 1
    assert asking.found[0].incomplete[0] == "Jira says there are 4 worklogs, and gave 3"


def test_pages_that_do_not_get_on_are_named(company, planted, tmp_path):
    """A server that gives the same page again and again is not followed for ever; the record says so."""
    key = planted("hostile comment")[0]

    def again(body: dict) -> None:
        body["startAt"] = 0
        body["total"] = 1000

    asking = collect_dossiers(company.world, "cloud", [key], tmp_path, page_size=2, tamper=tampered("/comment", again))
    assert any("begins at 0" in note for note in asking.found[0].incomplete)
    assert asking.requests < 30


def test_what_the_account_may_not_read_is_named(company, planted, tmp_path):
    """A part that Jira refuses is missing, not empty."""
    key = planted("issue with everything")[0]

    def refuse(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/watchers"):
            return Answer(403, {"Content-Type": "application/json"}, b'{"errorMessages": ["Not for you."]}')
        return answer

    dossier = collect_dossiers(company.world, "cloud", [key], tmp_path, tamper=refuse).found[0]
    assert dossier.watchers is None
    assert dossier.incomplete == ("watchers: Jira answered 403: Not for you.",)


# replay


@both_dialects
def test_every_planted_hole_is_named_and_nothing_else(company, deployment, tmp_path):
    """Over all issues of the company, exactly the histories that were tampered with do not close."""
    visible = [
        one for one in company.world.issues.values() if one.visible and company.world.projects[one.project].browsable
    ]
    chosen = [one for one in visible if one.id in company.truth.holes] + visible[::12]
    found = collect_dossiers(company.world, deployment, [one.key for one in chosen], tmp_path).found
    by_id = {one.id: {broken.field for broken in one.breaks} for one in found}
    for issue, fields in by_id.items():
        assert fields == ({company.truth.holes[issue]} if issue in company.truth.holes else set()), issue
    assert len(by_id) > 100


def test_real_histories_close(real_data, tmp_path):
    """Thirty-three real issues of Jira Cloud: every field that can be compared leads to what it is today."""
    from auditlib.demo.folder.load import load_folder  # noqa: PLC0415 - only here

    world = load_folder(real_data / "devlake").world
    keys = [one.key for one in world.issues.values()]
    for deployment in DIALECTS:
        found = collect_dossiers(world, deployment, keys, tmp_path / deployment).found
        replayed = [field for one in found for field in one.replay]
        assert [field for field in replayed if field.closes is False] == []
        assert sum(field.closes is True for field in replayed) > 150


def test_a_change_taken_out_is_noticed(company, planted, tmp_path):
    """Whichever of its status changes is missing, the history of an issue does not close."""
    key = planted("change approved by another")[0]
    issue = next(one for one in company.world.issues.values() if one.key == key)
    whole = list(issue.histories)
    steps = [entry for entry in whole if any(item["field"] == "status" for item in entry.items)]
    assert len(steps) > 2
    for number, left_out in enumerate(steps[1:]):
        world = copy.deepcopy(company.world)
        world.issues[issue.id].histories = [entry for entry in whole if entry.id != left_out.id]
        found = collect_dossiers(world, "cloud", [key], tmp_path / str(number)).found[0]
        assert "status" in {one.field for one in found.breaks}


# files


@both_dialects
def test_attachments_come_whole(company, planted, deployment, tmp_path):
    """Files are on disk with the digest of what Jira holds, under names that every system takes."""
    key = planted("hostile attachment names")[0]
    asking = collect_dossiers(company.world, deployment, [key], tmp_path, files=True)
    issue = next(one for one in company.world.issues.values() if one.key == key)
    dossier = asking.found[0]
    folder = tmp_path / "data" / "dossiers" / key / "attachments"
    assert {path.name for path in folder.iterdir()} == {one.stored_as for one in dossier.attachments}
    contents = {one.id: one.content for one in issue.attachments}
    for one in dossier.attachments:
        assert (folder / one.stored_as).read_bytes() == contents[one.id]
        assert one.sha256 == hashlib.sha256(contents[one.id]).hexdigest()
        assert one.size == one.downloaded == len(contents[one.id])
        assert name_problem(f"data/dossiers/{key}/attachments/{one.stored_as}") is None
    assert not list((tmp_path / "data" / "raw").glob("*.part"))
    assert asking.store.body(asking.store.entries(f"dossier/{key}/attachment")[0]) in contents.values()


def test_a_file_of_another_size_is_named(company, planted, tmp_path):
    """Jira gives no digest, but a size; a file that has another is not passed over."""
    key = planted("issue with everything")[0]

    def longer(body: dict) -> None:
        body["fields"]["attachment"][0]["size"] += 1

    dossier = collect_dossiers(
        company.world, "cloud", [key], tmp_path, files=True, tamper=tampered(f"/issue/{key}", longer)
    ).found[0]
    assert "10 bytes, 9 came" in dossier.incomplete[0]


@both_dialects
def test_faults_change_nothing(company, planted, deployment, tmp_path):
    """Errors, resets and cut bodies, in answers and in files: the record is the same."""
    keys = planted("hostile attachment names", "issue with everything", "hostile comment")
    calm = collect_dossiers(company.world, deployment, keys, tmp_path / "calm", files=True)
    faults = Faults(seed=7, error=0.05, unavailable=0.05, reset=0.05, silent=0.0, cut=0.05)
    rough = collect_dossiers(company.world, deployment, keys, tmp_path / "rough", files=True, faults=faults)
    for one, other in zip(calm.found, rough.found, strict=True):
        assert (one.changes, one.comments, one.replay) == (other.changes, other.comments, other.replay)
        assert [file.sha256 for file in one.attachments] == [file.sha256 for file in other.attachments]


def test_what_is_on_disk_is_not_asked_again(company, planted, tmp_path):
    """A second collection in the same folder sends nothing, files included."""
    keys = planted("hostile attachment names", "issue with everything")
    first = collect_dossiers(company.world, "cloud", keys, tmp_path, files=True)
    again = collect_dossiers(company.world, "cloud", keys, tmp_path, files=True)
    assert first.requests > 10
    assert again.requests == 0
    assert [one.key for one in again.found] == [one.key for one in first.found]


@pytest.mark.parametrize(
    "path", ["secure/attachment/1/..", "secure/attachment/1/.", "secure/attachment/1/a/b", "secure/attachment/x/a"]
)
def test_no_address_of_a_file_leads_elsewhere(path):
    """What a file is called in Jira does not decide what is asked for."""
    with pytest.raises(ForbiddenRequestError):
        require_allowed("GET", path)


@given(st.dictionaries(st.integers(1, 10**9), st.text(max_size=300), max_size=5))
def test_stored_names_are_names(names):
    """Whatever a file is called: its place is one name in its folder, fits every system, and is nobody else's."""
    stored = stored_names(names)
    assert len({name.casefold() for name in stored.values()}) == len(names)
    for name in stored.values():
        assert len(name) <= LONGEST
        assert name_problem(f"data/dossiers/{'A' * 20}-123456/attachments/{name}") is None


ACTING = (
    *(
        "x.JSE",
        "x.vbe",
        "x.wsh",
        "x.pif",
        "x.library-ms",
        "x.settingcontent-ms",
        "x.desktop",
        "x.iqy",
        "x.slk",
        "x.reg",
    ),
    *("x.webarchive", "x.exe. . ", "x.exe\u202e", "invoice\u202efdp.exe", "x.pdf.lnk", "x.txt:y.hta", "x.appref-ms"),
    *(f"{'a' * 60}.exe{'b' * 100}", f"{'a' * 70}.scr{'b' * 100}", f"{'a' * 300}.searchconnector-ms", ".url", "CON.msc"),
)


@pytest.mark.parametrize("name", ACTING, ids=ascii)
def test_no_stored_file_acts_when_it_is_opened(name):
    """Whatever stands before or behind the ending, and wherever a long name is cut."""
    stored = stored_names({10400: name})[10400]
    assert stored.rpartition(".")[2].lower() not in ACTS
    assert stored == stored.strip(". ")
    assert len(stored) <= LONGEST


def test_a_file_keeps_the_name_under_which_it_is_stored():
    """A package made before there were more endings still says where its files are."""
    file = File(3, "0" * 64, name="7-x.reg")
    attachment = {"id": "7", "filename": "x.reg", "size": 3, "created": AT}
    one = read_dossier(replace(received({"fields": fields_of(attachment=[attachment])}), files={7: file}), PLACE)
    assert one.attachments[0].stored_as == "7-x.reg"


@both_dialects
def test_the_tables_of_a_dossier_are_read_back(company, planted, deployment, tmp_path):
    """Every row is in the CSV files, and the JSON holds what Jira answered."""
    key = planted("issue with everything")[0]
    asking = collect_dossiers(company.world, deployment, [key], tmp_path)
    dossier = asking.found[0]
    files = dossier_files(dossier)
    counts = {table.name: len(from_csv(table, files[table.file], zone=ZONE)) for table in TABLES}
    assert counts == {
        "details": len(dossier.fields), "history": len(dossier.changes), "comments": len(dossier.comments),
        "worklogs": len(dossier.worklogs), "links": len(dossier.links), "attachments": len(dossier.attachments),
    }  # fmt: skip
    assert json.loads(files["issue.json"])["issue"] == asking.store.json(
        asking.store.entries(f"dossier/{key}/issue")[0]
    )
    assert len(all_rows(SAMPLE_HISTORY, [dossier], ZONE)) == len(dossier.changes)


def test_values_in_words():
    """Options, people, sprints, versions, documents; what nobody knows is shown as it came."""
    sprint = (
        "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=1,rapidViewId=2,state=CLOSED,name=Sprint 1,startDate=x]"
    )
    assert value_text({"value": "Cloud", "child": {"value": "EU"}}) == "Cloud / EU"
    assert value_text([{"name": "1.0"}, {"name": "1.1"}]) == "1.0; 1.1"
    assert value_text([sprint]) == "Sprint 1"
    assert value_text({"displayName": "Ann", "name": "ann"}) == "Ann"
    assert value_text({"key": "PAY-1", "fields": {"summary": "All of it"}}) == "PAY-1 All of it"
    assert value_text("2026-04-01T09:15:00.000+0000", "datetime", ZONE) == "2026-04-01T05:15:00.000-04:00"
    assert value_text({"odd": [1]}) == '{"odd": [1]}'
    assert (value_text(None), value_text(True), value_text(2.0), value_text(0)) == ("", "yes", "2", "0")


def test_a_document_in_words():
    """Blocks stand on lines, and what has no text is named."""
    document = {
        "type": "doc", "version": 1,
        "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Steps"}]},
            {"type": "paragraph", "content": [
                {"type": "text", "text": "Ask "}, {"type": "mention", "attrs": {"id": "a1", "text": "@Ann"}},
                {"type": "hardBreak"}, {"type": "emoji", "attrs": {"shortName": ":+1:"}}]},
            {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "x"}}]},
        ],
    }  # fmt: skip
    assert document_text(document) == "Steps\nAsk @Ann\n:+1:\n[picture: x]"


def test_a_file_that_was_given_to_another_account_is_refused(company, planted, tmp_path):
    """A file proves what this account sees, as every other answer does."""
    key = planted("issue with everything")[0]

    def of_another(asked: Asked, answer: Answer) -> Answer:
        if "/attachment/content/" in asked.path:
            return replace(answer, headers={**answer.headers, "X-AAccountId": "someone-else"})
        return answer

    with pytest.raises(AccountRefusedError, match="answered for account someone-else"):
        collect_dossiers(
            company.world, "cloud", [key], tmp_path, account_id=company.world.account.account_id, tamper=of_another
        )


def test_an_issue_that_cannot_be_read_is_named_and_the_others_are_there(company, planted, tmp_path, monkeypatch):
    """A boundary around one issue: whatever reading it does, the next is read."""
    first, other = planted("issue with everything", "hostile comment")[:2]

    def breaks(received, place):
        if received.asked == first:
            raise KeyError("a form that nobody foresaw")
        return read_dossier(received, place)

    monkeypatch.setattr(reading, "read_dossier", breaks)
    asking = collect_dossiers(company.world, "cloud", [first, other], tmp_path, files=False)
    assert [one.asked for one in asking.found] == [other]
    (absent,) = asking.absent
    assert (absent.asked, absent.unreadable) == (first, True)
    (finding,) = unreadable_findings({absent.asked: absent.said})
    assert (finding.id, finding.severity, finding.count) == ("dossiers.unreadable", "exception", 1)
    assert f"{first} (a form that is not known (KeyError))" in finding.statement
