"""What several tests share: the made-up company, the real data beside the checkout, parameters for the embedded Jira."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from places import ROOT, SHARED
from suite_groups import SuiteGroups
from suite_record import SuiteRecorder
from whole_packages import KINDS, Package, made_package

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.company import Company, build_company
from auditlib.jira.client import JiraReader
from auditlib.jira.organization import Organization
from auditlib.params.model import Parameters
from auditlib.params.reading import load_parameters, parse_parameters
from auditlib.run.order import Run
from auditlib.run.workbook import run

# A slow machine is no fault of the code: hypothesis measures time by default.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    """Record what a complete run comes to; with xdist only where the results come together. Workers keep groups together."""
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(SuiteGroups(), "suite-groups")
    else:
        config.pluginmanager.register(SuiteRecorder(ROOT), "suite-recorder")


def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers ``-n auto`` gets: more than there are cores, as tests wait for processes and browsers."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name packed bytes by their argument: a gzip header holds the clock, and two workers must collect the same names."""
    return argname if isinstance(val, bytes) and val.startswith(b"\x1f\x8b") else None


@pytest.fixture(scope="session", autouse=True)
def short_waits() -> Iterator[None]:
    """Let readers of this process wait a hundredth of the time before they ask again, as often as ever."""
    with pytest.MonkeyPatch.context() as patch:
        for reader in (JiraReader, Organization):
            usual = vars(reader)["__init__"].__kwdefaults__
            patch.setitem(usual, "first_wait_seconds", usual["first_wait_seconds"] / 100)
        yield


@pytest.fixture(scope="session")
def company() -> Company:
    """The made-up company of the demo; not to be changed."""
    return build_company()


@pytest.fixture(scope="session")
def small_company() -> Company:
    """The same story with a tenth of the issues; not to be changed."""
    return build_company("small", scale=0.1)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real Jira responses beside the checkout."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real data is not beside this checkout (../shared/data)")
    return SHARED / "data"


@pytest.fixture(scope="session")
def parameters() -> Callable[..., Parameters]:
    """Make parameters for the embedded Jira; keyword arguments replace the demo's values."""

    def make(**values: object) -> Parameters:
        given: dict[str, object] = {
            "audit": "Test audit",
            "jira_url": "demo",
            "projects": "[PAY, PAYX, OPS]",
            "period_start": "2026-04-01",
            "period_end": "2026-09-30",
            "timezone": "America/New_York",
            "sample_seed": "a seed for tests",
            **values,
        }
        text = "\n".join(
            f"{name}: {value if str(value)[:1] in '[{' else repr(str(value))}" for name, value in given.items()
        )
        numbers = ("sample_size", "filter_id")
        for name in numbers:
            text = text.replace(f"{name}: '{given.get(name)}'", f"{name}: {given.get(name)}")
        return parse_parameters(text, "test")

    return make


@dataclass(frozen=True)
class Sealed:
    """A sealed package of the small company, and what it was made from."""

    dialect: str
    folder: Path
    company: Company
    params: Parameters


@pytest.fixture(
    scope="session",
    params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ("cloud", "data-center")],
)
def sealed(request, small_company, parameters, tmp_path_factory) -> Sealed:
    """A sealed package, made once for each dialect: pulled, executed in kernels, sealed. Not to be changed."""
    params = parameters(deployment=request.param, sample_strata="[project]", sample_size=12)
    folder = tmp_path_factory.mktemp(request.param) / "package"
    run(Run(params, folder, jobs=2, embedded=partial(EmbeddedJira, small_company.world)), {}, lambda *_: None)
    return Sealed(request.param, folder, small_company, params)


@pytest.fixture(scope="session")
def demo_package(company, tmp_path_factory) -> Path:
    """The sealed package of ``auditlib demo``, whole. Not to be changed; who asks for it belongs to the group "pages of demo"."""
    params = load_parameters(ROOT / "params" / "demo.yaml", [])
    folder = tmp_path_factory.mktemp("demo") / "package"
    run(Run(params, folder, jobs=2, embedded=partial(EmbeddedJira, company.world)), {}, lambda *_: None)
    return folder


@pytest.fixture(
    scope="session",
    params=[pytest.param(kind, marks=pytest.mark.xdist_group(f"pages of {kind}")) for kind in KINDS],
)
def whole_package(request, parameters, tmp_path_factory) -> Package:
    """One whole package after another, each with its tables and its pages. Not to be changed."""
    if request.param == "demo":
        return Package("demo", request.getfixturevalue("demo_package"))
    if request.param == "real":
        request.getfixturevalue("real_data")
    company = request.getfixturevalue("small_company")
    return made_package(request.param, company, parameters, tmp_path_factory.mktemp(request.param))
