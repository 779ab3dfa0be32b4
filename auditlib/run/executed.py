"""What an executed notebook tells beside its cells and outputs: when each was executed, by what. Pure.

That can't be computed, so it is taken over from the notebook of the package: as far as it has the form in which papermill and
nbclient write it, and lies between the beginning and the end of the run. Whatever has not is put as it should be, and so differs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

_MOMENTS: Final = ("iopub.execute_input", "iopub.status.busy", "iopub.status.idle", "shell.execute_reply")
_ID: Final = re.compile(r"[0-9a-f]{8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GIVEN: Final = "injected-parameters"
_SPARE: Final = 1000
"""Characters by which the text of a cell may be longer than twice what it should be."""

_LONGEST_RUN: Final = 1e7
"""Seconds that a cell may take."""


def as_executed(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], record: Mapping[str, Any], name: str
) -> dict[str, Any]:
    """Return a notebook as it was executed in a run.

    Parameters
    ----------
    ours : mapping
        Executed here.
    theirs : mapping
        The notebook of the package, as JSON; may be anything.
    record : mapping
        ``run.json``.
    name : str
        Of the notebook's file.

    Returns
    -------
    dict
        All of it ours, but for times, the id of the cell that papermill puts in, and how that cell writes its values.
    """
    run, cells = _Run(record), _cells(theirs, len(ours["cells"]))
    told = _mapping(_mapping(theirs.get("metadata")).get("papermill"))
    versions = _mapping(record.get("versions"))
    metadata = {
        **ours["metadata"],
        "language_info": _language(str(versions.get("python", ""))),
        "papermill": {
            "default_parameters": {},
            "environment_variables": {},
            "exception": None,
            "input_path": name,
            "output_path": name,
            "parameters": ours["metadata"]["papermill"]["parameters"],
            "version": str(versions.get("papermill", "")),
            **run.took(told),
        },
    }
    return {
        **ours,
        "metadata": metadata,
        "cells": [_cell(mine, yours, run) for mine, yours in zip(ours["cells"], cells, strict=True)],
    }


def times_hold(theirs: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Say whether all times that an executed notebook tells can be true, so that `as_executed` takes them over.

    Parameters
    ----------
    theirs : mapping
        The notebook of the package, as JSON.
    record : mapping
        ``run.json``.
    """
    run = _Run(record)
    metadata = [_mapping(one.get("metadata")) for one in (theirs, *theirs["cells"])]
    took = [_mapping(one["papermill"]) for one in metadata if "papermill" in one]
    moments = [at for one in metadata for at in _mapping(one.get("execution")).values()]
    return all(run.took(one).items() <= one.items() for one in took) and all(run.when(at) == at for at in moments)


class _Run:
    """The time within which a run executed its notebooks.

    Parameters
    ----------
    record : mapping
        ``run.json``.
    """

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._words = f"a time from {record.get('started')} to {record.get('finished')}"
        self._begins, self._ends = (_moment(record.get(name)) for name in ("started", "finished"))

    def when(self, told: Any) -> Any:
        """Return a moment as it is told, if it lies in the run; else what it should be, in words."""
        moment = _moment(told)
        if moment is None or self._begins is None or self._ends is None:
            return self._words
        within = self._begins <= moment < self._ends + timedelta(seconds=1)  # which are told to the second
        return told if within else self._words

    def took(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Return begin, end and duration as papermill tells them."""
        seconds = told.get("duration")
        sound = type(seconds) in {int, float} and 0 <= seconds < _LONGEST_RUN  # type: ignore[operator]
        return {
            "duration": seconds if sound else "a number of seconds",
            "start_time": self.when(told.get("start_time")),
            "end_time": self.when(told.get("end_time")),
        }


def _cell(ours: Mapping[str, Any], theirs: Mapping[str, Any], run: _Run) -> dict[str, Any]:
    metadata = _mapping(theirs.get("metadata"))
    told = {**run.took(_mapping(metadata.get("papermill"))), "exception": False, "status": "completed"}
    made = {**ours, "metadata": {**ours["metadata"], "papermill": told}}
    if ours["cell_type"] == "code":
        moments = _mapping(metadata.get("execution"))
        made["metadata"]["execution"] = {name: run.when(moments[name]) for name in _MOMENTS if name in moments}
    if _GIVEN in ours["metadata"]["tags"]:
        identity = theirs.get("id")
        sound = isinstance(identity, str) and _ID.fullmatch(identity)
        made |= {
            "id": identity if sound else "an id",
            "source": _same_values(_text(theirs.get("source")), ours["source"]),
        }
    return made


def _same_values(theirs: str, ours: str) -> str:
    """Return the text of the cell that hands values over as the package has it, if it hands over the same and says no more."""
    lines = theirs.splitlines() if len(theirs) <= 2 * len(ours) + _SPARE else []
    if lines[:1] != ["# Parameters"] or "#" in re.sub(
        r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", "", "".join(lines[1:])
    ):
        return ours
    return theirs if _assigned(theirs) == _assigned(ours) is not None else ours


def _assigned(source: str) -> list[tuple[str, Any]] | None:
    """Return what a text assigns, in order; None if it does anything else."""
    found = []
    try:
        for one in ast.parse(source).body:
            match one:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    found.append((name, ast.literal_eval(value)))
                case _:
                    return None
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    return found


def _language(python: str) -> dict[str, Any]:
    return {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": python,
    }


def _cells(notebook: Mapping[str, Any], count: int) -> Sequence[Mapping[str, Any]]:
    """Return as many cells as there should be, what is none as an empty one."""
    found = notebook.get("cells")
    cells = [_mapping(one) for one in found] if isinstance(found, list) else []
    return [*cells, *({} for _ in range(count - len(cells)))][:count]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _moment(told: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None
