"""Customer requests over real HTTP, in both dialects: approvals and SLAs are in the record, and nothing where there are none."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from dossier_collection import collect_dossiers
from small_world import ANA, BEN, BOT, START, issue, small_world

from auditlib.demo.server.exchange import json_answer
from auditlib.demo.world.records import World
from auditlib.demo.world.service_desk import Approval, CustomerRequest, Cycle, Sla
from auditlib.dossier.files import dossier_files
from auditlib.dossier.page import issue_page
from auditlib.dossier.pdf import write_pdf
from auditlib.records.actors import PERSON, UNKNOWN

both = pytest.mark.parametrize("dialect", ["cloud", "data-center"])

HOUR = timedelta(hours=1)
KEY = "AC-1"


def world_with_request(*, type_key: str = "service_desk", approvals: int = 1) -> World:
    """Return a world whose issue AC-1 is a customer request; its reporter Ana approves, and an app does."""
    world = small_world()
    one = issue(1)
    world.issues[one.id] = one
    world.projects["AC"] = replace(world.projects["AC"], type_key=type_key)
    people = ((ANA.account_id, "approved"), (BOT.account_id, "approved"))
    decided = [Approval(7 + n, "Board <b>", "approved", START, START + HOUR, people) for n in range(approvals)]
    sla = Sla(3, "Time to resolution", (Cycle(START, 4 * HOUR, START + 5 * HOUR, breached=True), Cycle(START, HOUR)))
    world.requests[one.id] = CustomerRequest(12, "Access", (*decided, Approval(90, "Later", "pending", START)), (sla,))
    return world


def asked_of(found) -> list[str]:
    return [
        str(entry.request).partition("/request/")[2]
        for entry in found.store.entries("dossier")
        if "servicedesk" in str(entry.request)
    ]


@both
def test_a_request_has_its_type_approvals_and_slas(tmp_path, dialect):
    """In the record, with the kind of each approver as far as the issue itself tells it."""
    found = collect_dossiers(world_with_request(), dialect, [KEY], tmp_path)
    (one,) = found.found
    assert one.incomplete == ()
    assert one.served is not None
    assert one.served.type == "Access"
    first, later = one.served.approvals
    assert (first.decision, first.completed, later.completed) == ("approved", START + HOUR, "")
    kinds = [who.actor.kind for who in first.approvers]
    assert kinds == ([PERSON, UNKNOWN] if dialect == "cloud" else [PERSON, PERSON])
    ended, runs = one.served.cycles
    assert (ended.breached, ended.goal, ended.ongoing, runs.ongoing) == (True, 14_400_000, False, True)


@both
def test_the_files_have_a_row_an_approver_and_a_row_a_cycle(tmp_path, dialect):
    """An approval that nobody can decide has a row too; what Jira answered stands in issue.json."""
    (one,) = collect_dossiers(world_with_request(), dialect, [KEY], tmp_path).found
    files = dossier_files(one)
    rows = list(csv.DictReader(io.StringIO(files["approvals.csv"].decode())))
    assert [(row["approval_id"], row["approver"], row["approver_decision"]) for row in rows] == [
        ("7", "Ana Brook", "approved"),
        ("7", "Deploy Bot", "approved"),
        ("90", "", ""),
    ]
    assert rows[0]["completed"] == "2026-01-01T08:00:00.250-05:00"
    slas = list(csv.DictReader(io.StringIO(files["sla.csv"].decode())))
    assert [(row["sla"], row["breached"], row["goal_seconds"], row["state"]) for row in slas] == [
        ("Time to resolution", "yes", "14400", "completed"),
        ("Time to resolution", "no", "3600", "ongoing"),
    ]
    whole = json.loads(files["issue.json"])
    assert whole["request"]["requestTypeId"] == "12"
    assert (len(whole["approvals"]), len(whole["sla"])) == (2, 1)


def test_page_and_paper_show_it_with_texts_of_jira_made_harmless(tmp_path):
    """What is approved is text that somebody wrote."""
    (one,) = collect_dossiers(world_with_request(), "cloud", [KEY], tmp_path).found
    page = issue_page(one)
    assert "Board &lt;b&gt;" in page
    assert "Customer request" in page
    assert "Deploy Bot" in page
    paper = write_pdf([one], title="Audit", place=one.place)
    assert paper.startswith(b"%PDF")
    assert len(paper) > len(write_pdf([replace(one, served=None)], title="Audit", place=one.place))


@both
@pytest.mark.parametrize("kind", ["software", "service_desk"])
def test_an_issue_that_is_no_request_says_nothing_of_it(tmp_path, dialect, kind):
    """Outside of service projects nothing is asked; within, one refused question is enough."""
    world = world_with_request(type_key=kind)
    world.requests.clear()
    found = collect_dossiers(world, dialect, [KEY], tmp_path)
    (one,) = found.found
    assert (one.served, one.incomplete) == (None, ())
    assert len(asked_of(found)) == (1 if kind == "service_desk" else 0)
    assert "approvals.csv" not in dossier_files(one)
    assert "Customer request" not in issue_page(one)


@both
@pytest.mark.parametrize("status", [401, 403, 404])
def test_approvals_that_are_refused_are_unknown_not_none(tmp_path, dialect, status):
    """The rest of the record is whole; the page says that they are not known, and the control that needs them can say why."""

    def tamper(asked, answer):
        refused = asked.path.endswith("/approval")
        return json_answer({"errorMessages": ["Not for you."]}, status) if refused else answer

    (one,) = collect_dossiers(world_with_request(), dialect, [KEY], tmp_path, tamper=tamper).found
    assert one.served is not None
    assert (one.served.approvals, len(one.served.cycles)) == (None, 2)
    assert "Not for you." in one.received.unserved["approvals"]
    assert one.incomplete == ()
    assert "Not known: " in issue_page(one)
    assert "approvals.csv" not in dossier_files(one)


@both
def test_pages_of_approvals_are_followed_to_the_last(tmp_path, dialect):
    """However few a server grants."""
    (one,) = collect_dossiers(world_with_request(approvals=5), dialect, [KEY], tmp_path, page_size=2).found
    assert [approval.id for approval in one.served.approvals] == ["7", "8", "9", "10", "11", "90"]


def test_who_is_named_elsewhere_in_the_issue_is_known(tmp_path):
    """By the field that lists the approvers, as service projects have one."""
    world = world_with_request()
    one = world.issues[101]
    world.issues[101] = replace(one, fields=one.fields | {"assignee": BOT, "reporter": BEN})
    (found,) = collect_dossiers(world, "cloud", [KEY], tmp_path).found
    assert [who.actor.kind for who in found.served.approvals[0].approvers] == [PERSON, "app"]
