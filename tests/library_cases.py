"""Controls of the library as they are tested, and what they say of issues, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from auditlib.audit.controls.control_rates import control_rates_table
from auditlib.audit.controls.control_sample import ControlSample, control_sample
from auditlib.audit.controls.outcomes import by_issue, controls_table, outcomes_of
from auditlib.audit.controls.result import Result
from auditlib.params.controls import Control, ControlTest, Workflow

ZONE = ZoneInfo("America/New_York")
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)


def control_test(label: str = "CT-01", **more: Any) -> ControlTest:
    """Return a control as it is tested."""
    known = {
        "id": label.partition(" ")[0], "label": label, "title": "approved before go", "criterion": "CC8.1",
        "question": "Was it approved before?", "rule": "approved_before_go", "given": Control(id="CT-01"),
        "workflow": Workflow(),
    }  # fmt: skip
    return ControlTest(**(known | more))


def result(key: str, outcome: str, label: str = "CT-01", number: int | None = 1, **more: Any) -> Result:
    """Return a row of ``controls.csv``."""
    known = {"decided_at": AT, "evidence": "history 7: approved", "history_ids": (7,)}
    return Result(label, key, number, outcome, **(known | more))


def whole_of(*results: Result) -> pd.DataFrame:
    """Return what controls say of each issue as a whole."""
    labels = list(dict.fromkeys(one.control for one in results))
    return by_issue(controls_table(results, labels, ZONE))


def rates_of(*results: Result, sample: tuple[str, ...] = (), further: tuple[str, ...] = (), **how: Any) -> pd.DataFrame:
    """Return ``control_rates.csv`` of results, with a sample of each control."""
    whole = whole_of(*results)
    labels = list(dict.fromkeys(one.control for one in results))
    samples: dict[str, ControlSample] = {
        label: control_sample(sample, further, outcomes_of(whole)[label]) for label in (labels if sample else ())
    }
    return control_rates_table([control_test(label) for label in labels], whole, samples, **({"random": True} | how))
