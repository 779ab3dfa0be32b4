"""Whether a run from a frozen package only adds answers: then that package has all that Jira is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from auditlib.evidence.second_source import SOURCE_FILES
from auditlib.package.frozen import SealedFiles
from auditlib.params.model import Parameters
from auditlib.run.order import Frozen, other_keys

ANSWERING_KEYS: Final = frozenset({
    "gap_explanations", "answers", "requests", "previous", "mask", "signing_key", "timestamp_url",
})  # fmt: skip
"""Keys that ask nothing of Jira: a run from a frozen package that differs from it in these alone takes all of its answers."""

_ANSWERS: Final = ("gap_explanations.csv", "answers.csv", "requests.csv")
_LISTS: Final = ("leavers.csv", "review.csv", *SOURCE_FILES, "sample_keys.txt")
"""Copies of files that people made, below ``data/``: those that answer, and those from which tables are made."""


def only_answers(params: Parameters, frozen: Frozen, data: Path) -> bool:
    """Say whether a run from a frozen package adds answers and nothing else, so that Jira has to be asked nothing.

    Parameters
    ----------
    params : Parameters
        Of the run.
    frozen : Frozen
    data : Path
        The folder ``data`` of the run, with copies of the files that its parameters name.

    Returns
    -------
    bool
        False also where nothing at all differs: then the sampled issues are read anew, to see what changed since.
    """
    different = set(other_keys(params, frozen.evidence.params))
    if different - ANSWERING_KEYS or any(_other_file(name, frozen.files, data) for name in _LISTS):
        return False
    return bool(different) or any(_other_file(name, frozen.files, data) for name in _ANSWERS)


def _other_file(name: str, frozen: SealedFiles, data: Path) -> bool:
    """Say whether a copy of a file that people made is another one than in a frozen package, or only in one of the two."""
    here, there = data / name, f"data/{name}"
    if here.is_file() and there in frozen:
        return here.read_bytes() != frozen.read(there)
    return here.is_file() or there in frozen
