"""What Jiras did to other people's clients, as told in public threads: each with the right answer, and its source.

Keys, people and texts are made up; only the behaviour is that of the thread.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import requests
from dossier_collection import collect_dossiers
from one_reader import keys_of, reading
from small_world import BEN, DONE, FIXED, START, full_world, issue, small_world

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira, Tamper
from auditlib.demo.world.records import Attachment, History, Issue, LogRecord, Project, World
from auditlib.dossier.files import dossier_files
from auditlib.dossier.page import issue_page
from auditlib.dossier.record import Dossier
from auditlib.errors import AccountRefusedError, AnswerError, ReconciliationError
from auditlib.evidence.opened import Evidence
from auditlib.jira.connection import connected
from auditlib.params.model import Parameters
from auditlib.pull.access import identify
from auditlib.pull.collect import collect
from auditlib.responses.store import RawStore

DIALECTS = ("cloud", "data-center")
both_dialects = pytest.mark.parametrize("speaks", DIALECTS)
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html;charset=UTF-8"}

Pull = Callable[..., Evidence]


def edited(ending: str, change: Callable[[Any], object]) -> Tamper:
    """Change the JSON of each good answer whose path ends like that."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if answer.status != 200 or not asked.path.endswith(ending):
            return answer
        body = json.loads(answer.body)
        change(body)
        return replace(answer, body=json.dumps(body).encode())

    return tamper


def question(asked: Asked) -> Mapping[str, Any]:
    """Return the body of a search; an empty one for whatever is none."""
    return json.loads(asked.body) if "/search" in asked.path and asked.body else {}


def is_walk(asked: Asked) -> bool:
    """Say whether a question is for a page of the walk over all keys."""
    return "jql" in question(asked) and "created >=" not in question(asked)["jql"]


def is_first_pass(asked: Asked) -> bool:
    """Say whether a question is for a page of the pass with fields."""
    return "summary" in question(asked).get("fields", ())


@pytest.fixture
def pull(parameters: Callable[..., Parameters], tmp_path: Path) -> Pull:
    """Pull the project AC of a small world over loopback, January 2026 in UTC."""

    def pulled(
        world: World, speaks: str, tamper: Tamper | None = None, *, ends: str = "", jira: Mapping[str, Any] | None = None,
        **values: object,
    ) -> Evidence:  # fmt: skip
        period = {"period_start": "2026-01-01", "period_end": "2026-01-31", "timezone": "UTC"}
        with EmbeddedJira(world, speaks, tamper=tamper, **(jira or {})) as server:
            given = {
                "jira_url": server.url + ends,
                "projects": "[AC]",
                "deployment": speaks,
                **period,
                "sample_size": 2,
            }
            folder = tmp_path / f"pull-{len(list(tmp_path.iterdir()))}"
            who = {"JIRA_USER": server.user, "JIRA_TOKEN": server.token}
            return collect(parameters(**(given | values)), folder, who, lambda *_: None, base=tmp_path)

    return pulled


def table(evidence: Evidence, name: str) -> pd.DataFrame:
    """Return a table as text, as it would stand in the package."""
    return pd.read_csv(io.BytesIO(evidence.table_files()[f"{name}.csv"]), dtype=str, keep_default_na=False)


def statements(evidence: Evidence) -> dict[str, str]:
    """Return what the findings say, by their names."""
    found = table(evidence, "findings")
    return dict(zip(found["id"], found["statement"], strict=True))


def rows(dossier: Dossier, name: str) -> list[dict[str, str]]:
    """Return the rows of a file of a dossier."""
    text = io.BytesIO(dossier_files(dossier)[f"{name}.csv"])
    return pd.read_csv(text, dtype=str, keep_default_na=False).to_dict("records")


# a form of answer that is not read


@both_dialects
def test_an_empty_answer_with_status_200_is_asked_for_again(small_company, tmp_path, speaks):
    """Jira sends 200 and not one byte now and then; that is no answer, and neither the end nor nothing found.

    Source: elastic/connectors#2480, pycontribs/jira#257.
    """
    seen: set[bytes] = set()

    def empty_first(asked: Asked, answer: Answer) -> Answer:
        if asked.body in seen:
            return answer
        seen.add(asked.body)
        bare = {name: value for name, value in answer.headers.items() if name.lower() != "content-type"}
        return replace(answer, headers=bare, body=b"")

    with reading(small_company, tmp_path / "whole", speaks=speaks) as (reader, _):
        whole = keys_of(reader)
    with reading(small_company, tmp_path / "odd", speaks=speaks, tamper=empty_first, page_size=50) as (reader, _):
        assert keys_of(reader) == whole
        assert {entry.tries for entry in reader.store.entries()} == {2}


@both_dialects
@pytest.mark.parametrize("how", ["null", "absent"])
def test_an_issue_of_which_only_the_id_was_asked_for_may_have_no_fields(pull, speaks, how):
    """``fields`` is null, or is not there, where nothing but id or key was asked for.

    Source: pycontribs/jira#2355 (null), pycontribs/jira#289 (absent).
    """

    def bare(asked: Asked, answer: Answer) -> Answer:
        asked_for = set(question(asked).get("fields", ("*all",)))
        if asked_for - {"id", "key"} or answer.status != 200:
            return answer
        body = json.loads(answer.body)
        for one in body.get("issues", ()):
            one.pop("fields", None)
            if how == "null":
                one["fields"] = None
        return replace(answer, body=json.dumps(body).encode())

    usual, odd = pull(full_world(), speaks), pull(full_world(), speaks, bare)
    for name in ("numbering", "reconciliation"):
        pd.testing.assert_frame_equal(table(odd, name), table(usual, name))
    assert table(odd, "population")["key"].tolist() == table(usual, "population")["key"].tolist()


@both_dialects
def test_people_may_be_left_out_altogether(tmp_path, speaks):
    """What nobody is named for was done by nobody in particular: no name is invented, and nothing ends.

    Source: chaoss/grimoirelab-elk#931 (comments), firebus/splunk-jira#34 (history), swingbit/jira2gitlab#8 (reporter).
    """

    def nobody(asked: Asked, answer: Answer) -> Answer:
        if answer.status != 200 or not asked.path.startswith("/rest/api/"):
            return answer
        body = json.loads(answer.body)
        lists = [body.get(name) or () for name in ("comments", "worklogs", "values")] if isinstance(body, dict) else []
        if "fields" in body and "AC-1" in asked.path:
            body["fields"] |= {"reporter": None, "creator": None}
            lists.append((body.get("changelog") or {}).get("histories") or ())
        for one in (one for records in lists for one in records):
            one.pop("author", None)
            one.pop("updateAuthor", None)
        return replace(answer, body=json.dumps(body).encode())

    found = collect_dossiers(full_world(), speaks, ["AC-1"], tmp_path, files=False, tamper=nobody)
    (dossier,) = found.found
    for name, count in (("comments", 26), ("worklogs", 22), ("history", 46)):
        assert [row["author"] for row in rows(dossier, name)] == [""] * count
    assert dossier.text("reporter") == ""
    assert dossier.incomplete == ()
    assert issue_page(dossier)


def test_the_text_of_a_comment_may_be_plain_in_version_3(tmp_path):
    """A body that is a text instead of a document is that text; a document is its words, beside it in one answer.

    Source: sooperset/mcp-atlassian#1489.
    """

    def plain(body: Any) -> None:
        body["comments"][0]["body"] = "Only *words* <b>here</b>"
        body["comments"][0].pop("renderedBody", None)

    found = collect_dossiers(full_world(), "cloud", ["AC-1"], tmp_path, files=False, tamper=edited("/comment", plain))
    first, second, *_ = rows(found.found[0], "comments")
    assert first["body"] == "Only *words* <b>here</b>"
    assert second["body"] == "Comment 1 of the fault"


@both_dialects
def test_an_issue_without_priority_type_or_people_keeps_its_row(pull, speaks):
    """Fields that are null on old issues, or left out of a search, are empty cells.

    Source: databricks/spark-pr-dashboard#44 (priority null), sooperset/mcp-atlassian#71 (issuetype left out).
    """

    def poor(asked: Asked, answer: Answer) -> Answer:
        if not is_first_pass(asked) or answer.status != 200:
            return answer
        body = json.loads(answer.body)
        for one in body["issues"]:
            one["fields"] |= {"priority": None, "assignee": None, "reporter": None, "resolution": None}
            one["fields"].pop("issuetype", None)
        return replace(answer, body=json.dumps(body).encode())

    found = table(pull(full_world(), speaks, poor), "population")
    assert found["key"].tolist() == [f"AC-{number}" for number in range(1, 9)]
    assert set(found["issue_type"]) == set(found["reporter"]) == set(found["assignee"]) == {""}


@both_dialects
@pytest.mark.parametrize("zone", ["GMT-08:00", "US/Pacific-New", "SystemV/PST8PDT", "", None])
def test_a_time_zone_that_only_java_knows_changes_nothing(pull, speaks, zone):
    """The zone of a profile decides how questions are cut, never which issues belong to the period.

    Source: java.util.TimeZone, Java SE 8 ("GMT-8" becomes "GMT-08:00"), whose names Jira's profiles use.
    """
    odd = pull(full_world(), speaks, edited("/myself", lambda account: account.update(timeZone=zone)))
    assert table(odd, "population")["key"].tolist() == [f"AC-{number}" for number in range(1, 9)]


# pages that shift while they are read (Data Center counts by offset)


def test_an_issue_that_comes_on_two_pages_is_one_issue(pull):
    """An update while pages are read moves the last issue of one page to the beginning of the next.

    Source: openjdk/skara#1575.
    """
    left: dict[str, list[Any]] = {}

    def again(asked: Asked, answer: Answer) -> Answer:
        if not (is_walk(asked) or is_first_pass(asked)):
            return answer
        body, query = json.loads(answer.body), question(asked)["jql"]
        issues = left.get(query, []) + body["issues"]
        body |= {"issues": issues[:3], "total": body["total"] + 1}
        left[query] = issues[3:] if question(asked)["startAt"] else issues[-1:]
        return replace(answer, body=json.dumps(body).encode())

    found = pull(full_world(), "data-center", again, jira={"page_size": 3})
    assert table(found, "population")["key"].tolist() == [f"AC-{number}" for number in range(1, 9)]
    assert table(found, "numbering")["present"].tolist() == ["8"]


def going(world: World, number: int, when: Callable[[Asked], bool]) -> Tamper:
    """Delete an issue right after the first page of those questions was made."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if when(asked) and question(asked)["startAt"] == 0:
            world.issues.pop(100 + number, None)
        return answer

    return tamper


def test_an_issue_that_slips_out_of_the_walk_is_no_missing_number(pull):
    """What the pass with fields found is there, though a deletion moved it to a page of the walk that was read already.

    Source: singer-io/tap-jira#109.
    """
    world = full_world()
    found = pull(world, "data-center", going(world, 2, is_walk), jira={"page_size": 3})
    assert "AC-4" in table(found, "population")["key"].tolist()
    assert "AC-4" not in table(found, "gaps")["key"].tolist()
    assert "numbering.unlisted" not in statements(found)


def test_an_issue_that_slips_out_of_a_pass_is_not_left_out_without_a_word(pull):
    """A pass that lacks an issue which nothing explains is no population: status 3, and what to do.

    Source: singer-io/tap-jira#109.
    """
    world = full_world()
    with pytest.raises(ReconciliationError, match=r"1 of AC\): run again when nobody edits"):
        pull(world, "data-center", going(world, 2, is_first_pass), jira={"page_size": 3})


def test_a_search_that_comes_with_a_warning_is_no_population(pull):
    """Data Center answers 200 and no issue, and says beside it that it did not understand a value: that is told.

    Source: psss/did#201.
    """
    words = "The value 'Chnage' does not exist for the field 'issuetype'."

    def warned(asked: Asked, answer: Answer) -> Answer:
        if not is_first_pass(asked):
            return answer
        page = {"startAt": 0, "maxResults": 50, "total": 0, "issues": [], "warningMessages": [words]}
        return replace(answer, body=json.dumps(page).encode())

    with pytest.raises(AnswerError, match=r"may be incomplete: .*does not exist for the field 'issuetype'"):
        pull(full_world(), "data-center", warned)


# a part that is refused or odd


def with_files(*records: Mapping[str, Any]) -> Callable[[Any], None]:
    def change(body: Any) -> None:
        body["fields"]["attachment"] = [dict(one) for one in records]

    return change


def file_record(number: int, name: str, size: int = 60) -> dict[str, Any]:
    """Return the record of an attachment as an issue holds it."""
    return {
        "id": str(number), "filename": name, "size": size, "author": None, "created": "2026-01-02T00:00:00.000+0000",
        "mimeType": "application/pdf",
    }  # fmt: skip


FRENCH = "La pièce jointe avec l'ID '12604' n'existe pas"
BAD_FILES: Mapping[str, tuple[int, Mapping[str, str], bytes, str]] = {
    "a log-in page as the file": (200, HTML, b"<html><title>Log in</title></html>", "Jira says 60 bytes, 34 came"),
    "nothing as the file": (200, {"Content-Type": "image/gif"}, b"", "Jira says 60 bytes, 0 came"),
    "an error page of the server": (400, HTML, b"<h1>HTTP Status 400</h1><p>Invalid URI: noSlash</p>", "noSlash"),
    "gone, in French": (404, JSON, json.dumps({"errorMessages": [FRENCH], "errors": {}}).encode(), FRENCH),
}


@both_dialects
@pytest.mark.parametrize("case", BAD_FILES)
def test_what_comes_instead_of_a_file_is_not_taken_for_it(tmp_path, speaks, case):
    """The record says which file is not the one that Jira has, and why; the others come.

    Source: netresearch/jira-skill#88 and solidify/jira-azuredevops-migrator#986 (log-in page), pycontribs/jira#1188 (empty),
    solidify/jira-azuredevops-migrator#548 (error page) and #50 (gone).
    """
    status, headers, content, told = BAD_FILES[case]
    records = edited("/issue/AC-1", with_files(file_record(4000, "good.txt"), file_record(12604, "scan.pdf")))

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if "12604" in asked.path:
            return replace(answer, status=status, headers=headers, body=content)
        return records(asked, answer)

    (dossier,) = collect_dossiers(full_world(), speaks, ["AC-1"], tmp_path, tamper=tamper).found
    (sentence,) = dossier.incomplete
    assert sentence.startswith("attachment 12604 (scan.pdf): ")
    assert told in sentence
    good = tmp_path / "data" / "dossiers" / "AC-1" / "attachments" / "4000-good.txt"
    assert good.read_bytes() == b"hello\n" * 10


@both_dialects
def test_a_file_that_leads_elsewhere_is_not_followed(tmp_path, speaks):
    """A redirect of a download to a log-in page or another host is told; the credentials stay, and so does the run.

    Source: sooperset/mcp-atlassian#1634 (Data Center, personal access token), Blazity/ai-workflow#50 (another host).
    """
    with EmbeddedJira(full_world(), "cloud") as elsewhere:

        def lead(asked: Asked, answer: Answer) -> Answer:
            if "/attachment/" in asked.path:
                return replace(answer, status=302, headers={"Location": f"{elsewhere.url}/login.jsp"}, body=b"")
            return answer

        (dossier,) = collect_dossiers(full_world(), speaks, ["AC-1"], tmp_path, tamper=lead).found
        assert elsewhere.requests == []
    assert [sentence.partition(": ")[2] for sentence in dossier.incomplete] == [
        "Jira answered 302 and leads to 127.0.0.1, which was not asked"
    ] * 2
    assert len(rows(dossier, "comments")) == 26


@pytest.mark.parametrize("name", ["two words.txt", "50% of #1?.txt", "ünï cödé.txt", "a+b&c;d.txt"])
def test_a_file_of_any_name_is_fetched_from_below_the_context_path(tmp_path, name):
    """Data Center gives files under their name, outside of the REST interface; the name is encoded, the path kept.

    Source: solidify/jira-azuredevops-migrator#437 (blanks), whyisdifficult/jiratui#202 (path).
    """
    world = full_world()
    world.issues[101].attachments[:] = [Attachment(4000, name, BEN, START, "text/plain", b"hello\n" * 10, 60)]
    found = collect_dossiers(world, "data-center", ["AC-1"], tmp_path, context_path="/jira")
    assert found.found[0].incomplete == ()
    (stored,) = (tmp_path / "data" / "dossiers" / "AC-1" / "attachments").iterdir()
    assert stored.read_bytes() == b"hello\n" * 10


@both_dialects
def test_a_jira_that_lacks_a_permission_is_pulled_nevertheless(pull, speaks):
    """A site that does not know one of the permissions refuses the question with 400; what the account may do is not known.

    Source: estuary/connectors#3032.
    """

    def unknown(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("/mypermissions"):
            return answer
        words = {"errorMessages": ["Unrecognized permission: SET_ISSUE_SECURITY"], "errors": {}}
        return replace(answer, status=400, headers=JSON, body=json.dumps(words).encode())

    found = pull(full_world(), speaks, unknown)
    assert found.provenance.powers.empty
    assert len(table(found, "population")) == 8
    assert "scope.powers" not in statements(found)


def test_the_log_of_data_center_names_nobody_and_things_without_id(pull):
    """Records by Anonymous, and of groups that have a name only, are read; a deletion keeps who made it.

    Source: elastic/integrations, packages/atlassian_jira, recorded events of Jira 8.20.
    """
    world = full_world()
    gone = {"id": "999", "name": "AC-9", "typeName": "ISSUE"}
    world.log.append(
        LogRecord(50, START + timedelta(days=9), None, "Issue deleted", "projects", "jira.auditing.issue.deleted", gone)
    )

    def anonymous(body: Any) -> None:
        for record in body["entities"]:
            record["author"] = {"id": "-2", "name": "Anonymous", "type": "user"}
            for thing in record.get("affectedObjects") or ():
                if thing.get("type") != "ISSUE":
                    thing.pop("id", None)

    found = pull(world, "data-center", edited("/auditing/1.0/events", anonymous))
    assert set(table(found, "deletions")["actor"]) == {"Anonymous"}
    assert "8 records" in statements(found)["numbering.log"]


@both_dialects
def test_an_issue_that_goes_while_its_record_is_read_ends_nothing(pull, speaks):
    """The issue answers, and what hangs on it no longer does: the record says what it lacks, and the rest is done.

    Source: apache/devlake#2226.
    """

    def gone(asked: Asked, answer: Answer) -> Answer:
        if not re.search(r"/issue/\d+/[a-z]+\Z", asked.path):
            return answer
        words = {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
        return replace(answer, status=404, headers=JSON, body=json.dumps(words).encode())

    found = pull(full_world(), speaks, gone)
    told = statements(found)["dossiers.incomplete"]
    assert told.startswith("2 of 2 records are not complete.")
    assert "comments: Jira answered 404: Issue does not exist or you do not have permission to see it." in told


@both_dialects
def test_a_change_at_the_end_of_time_loses_only_itself(pull, speaks):
    """Old servers answer with the largest number there is instead of a time; the entry is named, the others count.

    Source: sooperset/mcp-atlassian#837.
    """

    def endless(asked: Asked, answer: Answer) -> Answer:
        if answer.status == 200 and asked.path.startswith("/rest/api/"):
            late = re.compile(rb'("id": ?"1000", ?(?:"author": ?\{[^{}]*\}, ?)?"created": ?)(?:"[^"]*"|\d+)')
            return replace(answer, body=late.sub(rb"\g<1>9223372036854775807", answer.body))
        return answer

    world = small_world(issue(1), issue(2))
    people = {"field": "assignee", "fieldtype": "jira", "fieldId": "assignee", "fromString": None, "from": None}
    for number in (1000, 1001):
        item = {**people, "to": "acc:ben", "toString": "Ben Crane"}
        world.issues[101].histories.append(History(number, START + timedelta(days=2), None, (item,)))
    found = pull(world, speaks, endless, period_end="2026-01-10")
    assert statements(found)["status.history-in-part"].startswith(
        "Of the history of 1 issue Jira gave only a part that can be read (AC-1)"
    )
    assert "history 1000: no readable time; Jira sent 9223372036854775807" in statements(found)["dossiers.incomplete"]
    assert table(found, "sample_history")["history_id"].tolist() == ["1000", "1001"]


# ordinary keys, addresses and credentials


def named_world(key: str) -> World:
    """Make a world with a project of that key: numbers 1, 2 and 4."""
    world = small_world(*(issue(number, key) for number in (1, 2, 4)))
    world.projects[key] = Project(9, key, "Named", "acc:ben", permission_scheme=40)
    return world


@both_dialects
@pytest.mark.parametrize("key", ["AS", "IF", "SET", "IN", "ORDER"])
def test_a_project_may_be_called_like_a_word_of_jql(pull, speaks, key):
    """Every query quotes the key; unquoted, Jira refuses it.

    Source: apache/maven-changes-plugin#203 (AS), sooperset/mcp-atlassian#966 (IF), canonical/gh-jira-sync-bot#45 (SET).
    """
    with EmbeddedJira(named_world(key), speaks) as jira:
        address = f"{jira.url}/rest/api/{'3/search/jql' if speaks == 'cloud' else '2/search'}"
        bare = requests.post(address, json={"jql": f"project = {key}"}, auth=(jira.user, jira.token), timeout=10)
        assert bare.status_code == 400
    found = pull(named_world(key), speaks, projects=f"[{key}]", period_end="2026-01-10")
    assert table(found, "population")["key"].tolist() == [f"{key}-1", f"{key}-2", f"{key}-4"]
    assert table(found, "gaps")["key"].tolist() == [f"{key}-3"]


@both_dialects
@pytest.mark.parametrize("key", ["D_DEV", "SDR_6", "R2D2", "PRODUCT_2013"])
def test_a_project_key_may_hold_digits_and_underscores(pull, speaks, key):
    """Numbers are asked for, and whole records read, by the whole key.

    Source: sooperset/mcp-atlassian#1030, atlassian/atlascode#1830, scm-manager/scm-manager#932.
    """
    found = pull(named_world(key), speaks, projects=f"[{key}]", period_end="2026-01-10")
    assert table(found, "gaps")["key"].tolist() == [f"{key}-3"]
    assert sorted(one.asked for one in found.sampled.dossiers) == sorted(table(found, "sample")["key"])


@both_dialects
def test_links_keep_the_context_path(pull, speaks):
    """A Jira in a folder of its host is linked to there; a slash at the end of the address is not doubled.

    Source: apache/devlake#4326, everit-org/jira-timetracker-plugin#191.
    """
    found = pull(full_world(), speaks, ends="/", jira={"context_path": "/prefix"})
    address = table(found, "population")["url"].iloc[0]
    assert address.startswith("http://127.0.0.1:")
    assert address.endswith("/prefix/browse/AC-1")


@pytest.mark.parametrize("status", [200, 403])
def test_a_wrong_password_that_is_answered_with_200_is_noticed(small_company, parameters, tmp_path, status):
    """Jira may answer as to a known user and say only in a header that the password was not accepted; asked once.

    Source: go-jira/jira#8.
    """

    def denied(asked: Asked, answer: Answer) -> Answer:
        del asked
        more = {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED", "X-AUSERNAME": "ana"}
        return replace(answer, status=status, headers={**answer.headers, **more})

    with EmbeddedJira(small_company.world, "data-center", tamper=denied) as jira:
        params = parameters(jira_url=jira.url)
        who = {"JIRA_USER": jira.user, "JIRA_TOKEN": "wrong-password"}
        with pytest.raises(AccountRefusedError, match="CAPTCHA"), connected(params, RawStore(tmp_path / "raw"), who):
            pass
        assert len(jira.requests) == 1


def test_no_question_is_asked_again_with_a_refused_password(small_company, parameters, tmp_path):
    """401 is an answer: each further try with the same password is one more failed log-in.

    Source: DefectDojo/django-DefectDojo#3164, pycontribs/jira#372.
    """
    with EmbeddedJira(small_company.world, "data-center") as jira:
        params = parameters(jira_url=jira.url, deployment="data-center")
        who = {"JIRA_USER": jira.user, "JIRA_TOKEN": "wrong-password"}
        with pytest.raises(AccountRefusedError), connected(params, RawStore(tmp_path / "raw"), who) as (reader, _):
            identify(reader)
        refused = [asked.path for asked in jira.requests if asked.status == 401]
        assert len(refused) == len(set(refused)) <= 2


@both_dialects
def test_a_token_read_from_a_file_may_end_with_a_line_end(small_company, parameters, tmp_path, speaks):
    """Blanks and line ends around what was copied into a variable are not part of it.

    Source: atlassian-api/atlassian-python-api#1337.
    """
    with EmbeddedJira(small_company.world, speaks) as jira:
        params = parameters(jira_url=jira.url, deployment=speaks)
        who = {"JIRA_USER": f"{jira.user}\r\n", "JIRA_TOKEN": f" {jira.token}\n"}
        with connected(params, RawStore(tmp_path / "raw"), who) as (reader, _):
            identify(reader)
            assert reader.knows_account


# wrong without a word


@both_dialects
def test_several_changes_within_one_second_are_all_there(tmp_path, speaks):
    """Entries are told apart by their ids, not by their time, and stay in order.

    Source: badoo/jira-client#14.
    """
    world = small_world(issue(1))
    steps = ["One", "Two", "Three", "Issue number 1"]
    for number, (before, after) in enumerate(pairwise(steps)):
        item = {
            "field": "summary", "fieldtype": "jira", "fieldId": "summary", "from": None, "fromString": before,
            "to": None, "toString": after,
        }  # fmt: skip
        world.issues[101].histories.append(History(1000 + number, START + timedelta(days=2), BEN, (item,)))
    (dossier,) = collect_dossiers(world, speaks, ["AC-1"], tmp_path, files=False).found
    found = rows(dossier, "history")
    assert len({row["at"] for row in found}) == 1
    assert [row["to_text"] for row in found] == steps[1:]
    assert dossier.breaks == ()


@both_dialects
def test_what_was_closed_after_the_period_without_a_history_was_not_closed_in_it(pull, speaks):
    """Closed issues whose history holds no change of status are told, and not dated by their creation.

    Source: constructorfabric/insight#3486.
    """
    closed = issue(3, status=DONE, resolution=FIXED, resolutiondate=START + timedelta(days=20))
    found = pull(small_world(issue(1), issue(2), closed), speaks, period_end="2026-01-10")
    row = table(found, "population").set_index("key").loc["AC-3"]
    assert (row["status"], row["status_at_period_end"], row["resolution_at_period_end"]) == ("Done", "", "")
    assert row["resolved"].startswith("2026-01-21")
    assert any(name.startswith("status.") and "history" in text for name, text in statements(found).items())


@both_dialects
def test_a_status_that_is_gone_from_jira_keeps_its_name(pull, speaks):
    """The history names a status that no workflow has any more; the state at the period's end is called so.

    Source: mikebowler/jirametrics#32, singer-io/tap-jira#50.
    """
    late: Issue = issue(1, status=DONE, resolution=FIXED, resolutiondate=START + timedelta(days=20))
    items = [
        {
            "field": name, "fieldtype": "jira", "fieldId": name, "from": before[0], "fromString": before[1],
            "to": after[0], "toString": after[1],
        }
        for name, before, after in (
            ("status", ("777", "Waiting"), ("3", "Done")),
            ("resolution", (None, None), ("1", "Fixed")),
        )
    ]  # fmt: skip
    late.histories.append(History(1000, START + timedelta(days=20), BEN, tuple(items)))
    found = pull(small_world(late, issue(2)), speaks, period_end="2026-01-10")
    row = table(found, "population").set_index("key").loc["AC-1"]
    assert row["status_at_period_end"] == "Waiting"
    states = table(found, "status")
    assert states.loc[states["status"] == "Waiting", "at_period_end"].tolist() == ["1"]


@both_dialects
def test_time_is_logged_in_the_future_and_of_long_ago(tmp_path, speaks):
    """Planned work, and years mistyped by hand, are shown as they are; nothing is cut to the period.

    Source: constructorfabric/insight#2609.
    """
    dates = {
        "3000": "2035-07-01T09:00:00.000+0000",
        "3001": "9999-12-31T23:59:00.000+0000",
        "3002": "0026-01-02T09:00:00.000+0000",
    }

    def mistyped(body: Any) -> None:
        for one in body["worklogs"]:
            one["started"] = dates.get(str(one["id"]), one["started"])

    (dossier,) = collect_dossiers(
        full_world(), speaks, ["AC-1"], tmp_path, files=False, tamper=edited("/worklog", mistyped)
    ).found
    found = {row["worklog_id"]: row for row in rows(dossier, "worklogs")}
    assert len(found) == 22
    assert found["3000"]["started"].startswith("2035-07-01")
    odd = " ".join(dossier.incomplete)
    assert all(found[number]["started"] or f"worklog {number}" in odd for number in dates)
    assert issue_page(dossier)


@both_dialects
def test_a_choice_in_two_steps_is_not_taken_for_a_change_that_lacks(tmp_path, speaks):
    """The history writes such a value in words of its own; that is no proof of a hole, and the record says so.

    Source: solidify/jira-azuredevops-migrator#960.
    """
    site = "customfield_10777"
    value = {"value": "North", "id": "12233", "child": {"value": "Harbour", "id": "12234"}}
    item = {
        "field": "Company - Site",
        "fieldtype": "custom",
        "fieldId": site,
        "from": None,
        "fromString": None,
        "to": None,
        "toString": "Parent values: North(12233)Level 1 values: Harbour(12234)",
    }
    world = small_world(issue(1, **{site: value}))
    schema = {"type": "option-with-child", "custom": "com.example:cascadingselect", "customId": 10777}
    world.field_names.append(
        {**world.field_names[-1], "id": site, "key": site, "name": "Company - Site", "schema": schema}
    )
    world.issues[101].histories.append(History(1000, START + timedelta(days=2), BEN, (item,)))
    (dossier,) = collect_dossiers(world, speaks, ["AC-1"], tmp_path, files=False).found
    assert dossier.text(site) == "North / Harbour"
    (replayed,) = dossier.replay
    assert replayed.closes is None
    assert "not compared" in replayed.notes[0]
