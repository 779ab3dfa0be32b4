"""The walk over all keys of a project, put together from its pages: what the project holds today."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.errors import AnswerError
from auditlib.evidence.digest import Digest
from auditlib.records.issues import split_key
from auditlib.responses.entry import Entry


def list_walk(
    project: str,
    walk: Iterable[tuple[Entry, Digest]],
    first_pass: Iterable[tuple[Entry, Digest]],
    created: Callable[[], pd.Series],
) -> pd.DataFrame:
    """Return all issues that a project holds today, in the order of creation: id, number.

    Those that only the pass with fields found are among them: where Jira counts pages by offset (Data Center), an issue
    that goes while a walk is under way moves another one to a page that was read already.

    Parameters
    ----------
    project : str
    walk, first_pass : iterable of (Entry, Digest)
        Pages of the walk, and of the pass with fields.
    created : callable
        Tells the creation times (UTC) by issue id; asked only where the walk left issues out.

    Raises
    ------
    AnswerError
        If the walk answers with a key of another project, or with one key for two issues.
    """
    ids, numbers = array("q"), array("q")
    for entry, digest in walk:
        ids.extend(digest.ids)
        for key in digest.keys:
            found, number = split_key(key)
            if found != project:
                message = (
                    f"the walk over {project} answered with {key} (raw/{entry.file}); list the project's key of today"
                )
                raise AnswerError(message, request=str(entry.request), expected=project, found=key)
            numbers.append(number)
    walked = _walk_frame(ids, numbers)
    slipped = _slipped(project, first_pass, walked["id"].to_numpy())
    listed = _in_place(walked, slipped, created()) if len(slipped) else walked
    _require_one_each(project, listed)
    return listed


def _require_one_each(project: str, listed: pd.DataFrame) -> None:
    """Refuse a list in which two issues have one key: nobody can know whose it is."""
    again = listed["number"].duplicated(keep=False)
    if again.any():
        number = int(listed.loc[again, "number"].min())
        ids = ", ".join(map(str, sorted(listed.loc[listed["number"] == number, "id"])))
        message = f"Jira's answers give the key {project}-{number} to more than one issue: ids {ids}"
        raise AnswerError(message, expected="one issue a key", found=ids)


def _slipped(project: str, first_pass: Iterable[tuple[Entry, Digest]], walked: NDArray[np.int64]) -> pd.DataFrame:
    """Return the issues of a project that the pass with fields found and the walk did not: id, number."""
    pages = [digest for _, digest in first_pass]
    passed = np.array([], np.int64) if not pages else np.concatenate([np.asarray(one.ids, np.int64) for one in pages])
    left = frozenset(np.setdiff1d(passed, walked).tolist())
    ids, numbers = array("q"), array("q")
    for digest in pages if left else ():
        for issue, key in zip(digest.ids, digest.keys, strict=True):
            if issue in left:
                found, number = split_key(key)
                if found == project:
                    ids.append(issue)
                    numbers.append(number)
    return _walk_frame(ids, numbers)


def _walk_frame(ids: Sequence[int], numbers: Sequence[int]) -> pd.DataFrame:
    """Make a walk's frame of id and number; of several of one id the first is kept."""
    frame = pd.DataFrame({"id": np.asarray(ids, dtype=np.int64), "number": np.asarray(numbers, dtype=np.int64)})
    return frame.drop_duplicates("id", ignore_index=True)


def _in_place(walked: pd.DataFrame, slipped: pd.DataFrame, created: pd.Series) -> pd.DataFrame:
    """Put issues that a walk left out behind the last one that it knows to be created no later.

    Parameters
    ----------
    walked, slipped : DataFrame
        Id and number; the first in the order of creation.
    created : Series
        Creation times (UTC) by issue id: of all that slipped, of as many of the others as are known.
    """
    at, known = (pd.DatetimeIndex(created.reindex(one["id"])).as_unit("us") for one in (slipped, walked))
    dated = np.flatnonzero(known.notna())
    places = np.concatenate(([-1], dated))[np.searchsorted(known.asi8[dated], at.asi8, side="right")]
    order = np.lexsort(
        (
            np.concatenate((walked["id"], slipped["id"])),
            np.concatenate((np.full(len(walked), np.iinfo(np.int64).min), at.asi8)),
            np.concatenate((np.arange(len(walked)), places)),
        )
    )
    return pd.concat([walked, slipped]).iloc[order].reset_index(drop=True)
