"""A clock that was set while a run was under way: its times contradict each other, and a package of them would be refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from auditlib.errors import ClockError
from auditlib.evidence.content import Content
from auditlib.package.index_facts import check_times
from auditlib.package.index_lines import read_index
from auditlib.package.run_record import check_span
from auditlib.run.executed import times_hold

_SET: Final = "the clock of this machine was set while this was under way"


def require_steady_clock(records: Content, record: Mapping[str, Any]) -> None:
    """Refuse to seal what tells times that can't all be true, by the rules that `verify` goes by.

    Parameters
    ----------
    records : Content
        The working folder, with its responses and executed notebooks.
    record : mapping
        ``run.json``.

    Raises
    ------
    ClockError
        Saying whether the times of the responses are sound, so that the run can go on.
    """
    lines, _ = read_index(records.folder)
    if any(check_times(lines)):
        raise ClockError(
            f"{_SET}: when Jira's answers came can't be told from their times. Nothing is sealed; let the clock run "
            "steadily, and begin anew with another --out"
        )
    if any(check_span(record)):
        raise ClockError(
            f"{_SET}: it shows {record['finished']}, and the run began at {record['started']}, its last answer came at "
            f"{record['pulled']['to']}. Nothing is sealed; if the clock is right now, begin anew with another --out, else set it "
            "right and go on with --resume"
        )
    notebooks = sorted((records.folder / "data" / "notebooks").glob("*.ipynb"))
    if not all(times_hold(_json(path), record) for path in notebooks):
        raise ClockError(
            f"{_SET}: when the notebooks were executed can't be told. Nothing is sealed; go on with --resume, which executes "
            "them again and asks for nothing that came"
        )


def _json(path: Path) -> Any:
    return json.loads(path.read_bytes())
