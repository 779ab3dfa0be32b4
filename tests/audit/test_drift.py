"""What happened while Jira was asked is told apart from loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from auditlib.audit.population.drift import COLUMNS, edited, explain
from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.demo.story.company import Company, build_company
from auditlib.demo.world.records import History, Issue
from auditlib.evidence.opened import Evidence
from auditlib.pull.collect import collect

BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER, EARLIER = BEGAN + timedelta(minutes=1), BEGAN - timedelta(days=30)


def moves_of(*rows: tuple[int, datetime, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["issue_id", "at", "from_key", "to_key"])
    frame = frame.astype({"issue_id": "int64", "at": "datetime64[us, UTC]"})
    return frame.assign(history_id=range(900, 900 + len(frame)), author="Somebody")


@pytest.mark.parametrize(
    ("first", "second", "answers", "moves", "kind"),
    [
        ([1], [1, 2], {2: ("PAY-2", LATER)}, moves_of(), "new"),
        ([1], [1, 2], {2: ("PAY-2", BEGAN)}, moves_of(), "new"),
        ([1], [1, 2], {2: ("PAY-2", BEGAN - timedelta(microseconds=1))}, moves_of(), None),
        ([1], [1, 2], {2: ("PAY-2", EARLIER)}, moves_of((2, LATER, "OPS-9", "PAY-2")), "moved in"),
        ([1], [1, 2], {2: ("PAY-2", EARLIER)}, moves_of((2, BEGAN, "OPS-9", "PAY-2")), "moved in"),
        ([1, 2], [1], {2: ("OPS-9", EARLIER)}, moves_of((2, LATER, "PAY-2", "OPS-9")), "moved out"),
        ([1, 2], [1], {2: ("OPS-9", EARLIER)}, moves_of(), "moved out"),
        ([1, 2], [1], {}, moves_of(), "gone"),
        ([1], [1, 2], {2: ("PAY-2", EARLIER)}, moves_of(), None),
        ([1], [1, 2], {2: ("PAY-2", EARLIER)}, moves_of((2, EARLIER, "OPS-9", "PAY-2")), None),
        ([1], [1, 2], {}, moves_of(), None),
        ([1, 2], [1], {2: ("PAY-2", EARLIER)}, moves_of(), None),
        ([1, 2], [1, 2], {}, moves_of(), None),
    ],
)
def test_only_what_jira_shows_explains_a_difference(first, second, answers, moves, kind):
    """Created, moved or gone from the first pass on explains an issue in one pass; being there all the time does not."""
    found = explain("PAY", first, second, answers=answers, moves=moves, began=BEGAN)
    assert list(found.columns) == list(COLUMNS)
    assert list(found["kind"]) == ([] if kind is None else [kind])


def test_an_edit_after_the_first_pass_began_is_named():
    """An issue whose history has an entry from the time of the pull was changed under the reader's eyes."""
    population = pd.DataFrame({"project": "PAY", "id": [1, 2, 3], "key": ["PAY-1", "PAY-2", "PAY-3"]})
    found = edited(population, {1: LATER, 2: EARLIER}, frozenset({3}), BEGAN)
    assert list(found["key"]) == ["PAY-1", "PAY-3"]


def pulled_while(company: Company, params, folder: Path, change: Callable[[], None]) -> Evidence:
    """Pull, and let something happen when the first pass has read the issues of PAY."""
    done = False

    def watch(asked: Asked, answer: Answer) -> Answer:
        nonlocal done
        # The first pass over PAY is a single page here; its answer is made, and not yet sent.
        if not done and b'"summary"' in asked.body and b'"PAY\\"' in asked.body:
            done = True
            change()
        return answer

    embedded = partial(EmbeddedJira, company.world, tamper=watch)
    evidence = collect(params, folder, {}, lambda *_: None, base=folder, embedded=embedded)
    assert done
    return evidence


def some_issue(company: Company) -> Issue:
    """An issue of PAY in the last third of the period."""
    found = [one for one in company.world.issues.values() if one.project == "PAY" and one.visible]
    return next(
        one for one in sorted(found, key=lambda one: one.created) if one.created > datetime(2026, 9, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
@pytest.mark.parametrize("what", ["new", "gone", "edited"])
def test_drift_while_pulling_is_recognised(parameters, tmp_path, dialect, what):
    """An issue created, deleted or changed between the passes is told as such, and the run goes on."""
    company = build_company("drift", scale=0.1)
    world = company.world
    chosen = some_issue(company)
    now = datetime.now(UTC)
    params = parameters(deployment=dialect, period_end=(now + timedelta(days=1)).date().isoformat())

    def change() -> None:
        if what == "gone":
            del world.issues[chosen.id]
        elif what == "new":
            number = max(one.number for one in world.issues.values() if one.project == "PAY") + 1
            fields = {**chosen.fields, "created": now + timedelta(minutes=1), "updated": now + timedelta(minutes=1)}
            fresh = replace(
                chosen,
                id=max(world.issues) + 1,
                key=f"PAY-{number}",
                created=fields["created"],
                fields=fields,
                histories=[],
            )
            world.issues[fresh.id] = fresh
        else:
            author = next(iter(world.users.values()))
            item = {
                "field": "summary",
                "fieldtype": "jira",
                "fieldId": "summary",
                "from": None,
                "fromString": "a",
                "to": None,
                "toString": "b",
            }
            chosen.fields["updated"] = datetime.now(UTC) + timedelta(seconds=5)
            chosen.histories.append(History(9_999_999, datetime.now(UTC) + timedelta(seconds=5), author, (item,)))

    evidence = pulled_while(company, params, tmp_path, change)
    drift = evidence.drift
    assert (evidence.listing.reconciliation["difference"] == 0).all()
    assert what in set(drift["kind"])
    if what != "edited":
        assert evidence.listing.reconciliation["drift"].sum() == 1
    assert any(identity.startswith("population.drift") for identity in evidence.findings["id"])
