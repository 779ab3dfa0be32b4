"""What several tests share: the made-up company, the real data beside the checkout, parameters for the embedded Jira."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib.demo.company import Company, build_company
from auditlib.params import Parameters, parse_parameters

SHARED = Path(__file__).parents[2] / "shared"


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


@pytest.fixture
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
