"""What the tests of the embedded Jira and its company share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from jira_caller import Caller, serve
from made_up import SEEDS, company_of
from small_world import BUG, CYD, DONE, FIXED, START, full_issue, full_world, issue, small_world

from auditlib.demo.world.records import World


@pytest.fixture(params=[("demo", 1.0), *((seed, 0.1) for seed in SEEDS)], ids=lambda param: f"{param[0]} at {param[1]}")
def company(request):
    return company_of(*request.param)


@pytest.fixture(params=[("demo", 1.0), ("another", 1.0), *((seed, 0.1) for seed in SEEDS[:5]), ("tiny", 0.0)], ids=str)
def any_scale(request):
    return company_of(*request.param)


@pytest.fixture
def cloud() -> Iterator[Caller]:
    yield from serve(full_world())


@pytest.fixture
def center() -> Iterator[Caller]:
    yield from serve(full_world(), "data-center")


@pytest.fixture(params=["cloud", "data-center"])
def either(request: pytest.FixtureRequest) -> Iterator[Caller]:
    yield from serve(full_world(), request.param)


@pytest.fixture
def world() -> World:
    made = small_world(
        full_issue(1),
        issue(2, labels=["Red"]),
        issue(3, assignee=CYD, description="It's a   fault in the engine"),
        issue(10, issuetype=BUG, status=DONE, resolution=FIXED, resolutiondate=START + timedelta(days=60)),
        issue(30, "HID"),
        issue(40, "OLD"),
        issue(50, "NEW"),
    )
    hidden = issue(20)
    hidden.visible = False
    made.issues[hidden.id] = hidden
    made.moved_keys = {"HID-7": 101, "AC-900": 150, "AC-901": 777}
    return made
