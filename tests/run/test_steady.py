"""What is sealed tells no times of which `verify` would say that they can't be true."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta

import pytest

from auditlib.errors import ClockError
from auditlib.evidence.opened import open_evidence
from auditlib.run.steady import require_steady_clock


@pytest.fixture
def opened(sealed, tmp_path):
    """A package that may be changed, and its record of the run."""
    package = shutil.copytree(sealed.folder, tmp_path / "package")
    return open_evidence(package), json.loads((package / "data" / "run.json").read_text("utf-8"))


def earlier(moment: str, seconds: int) -> str:
    """Return a time some seconds before another."""
    return (datetime.fromisoformat(moment) - timedelta(seconds=seconds)).isoformat()


def test_a_clock_that_runs_steadily_is_nothing_to_tell(opened):
    """As in every run."""
    require_steady_clock(*opened)


def test_a_run_that_would_end_before_it_began_is_not_sealed(opened):
    """The clock was set back by an hour: begin anew, or set it right."""
    records, record = opened
    with pytest.raises(ClockError, match=r"the clock .* was set .*begin anew .*set it right and go on with --resume"):
        require_steady_clock(records, record | {"finished": earlier(record["started"], 3600)})


def test_notebooks_outside_of_the_run_are_executed_again(opened):
    """The clock was set back by seconds while they were executed: --resume asks for nothing again."""
    records, record = opened
    name = min((records.folder / "data" / "notebooks").glob("*.ipynb"))
    notebook = json.loads(name.read_bytes())
    notebook["cells"][0]["metadata"]["papermill"]["duration"] = -0.5
    name.write_text(json.dumps(notebook), "utf-8")
    with pytest.raises(ClockError, match=r"notebooks were executed can't be told.*go on with --resume"):
        require_steady_clock(records, record)


def test_answers_that_go_back_in_time_are_asked_for_anew(opened):
    """When they came can't be known any more, so --resume would not help."""
    records, record = opened
    index = records.folder / "data" / "raw" / "index.jsonl"
    *before, last = index.read_text("utf-8").splitlines()
    entry = json.loads(last)
    entry["at"] = earlier(entry["at"].replace("Z", "+00:00"), 86_400).replace("+00:00", "Z")
    index.write_text("\n".join([*before, json.dumps(entry)]) + "\n", "utf-8")
    with pytest.raises(ClockError, match="another --out") as told:
        require_steady_clock(records, record)
    assert "--resume" not in str(told.value)
