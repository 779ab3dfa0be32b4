"""What systems do to a package on its way: names in another form, files of their own. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

from auditlib.evidence.differences import Kind

_LEFT_THERE: Final = re.compile(r"(?:.*/)?(?:\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)", re.IGNORECASE)


def left_by_a_file_manager(path: str) -> bool:
    """Say whether a file is one that a file manager leaves in folders."""
    return _LEFT_THERE.fullmatch(path) is not None


def stand_as(listed: Iterable[str], found: Iterable[str]) -> dict[str, str]:
    """Return under which path each listed file is found, where it is: its own, else one that differs as systems make it.

    Parameters
    ----------
    listed, found : iterable of str
        Paths.

    Returns
    -------
    dict of str to str
        A path that could stand for several files stands for none.
    """
    wanted, there = set(listed), set(found)
    known = {path: path for path in wanted & there}
    for same in (_composed, _folded):
        missing, spare = _by(same, wanted - known.keys()), _by(same, there - set(known.values()))
        known |= {
            paths[0]: spare[key][0] for key, paths in missing.items() if len(paths) == len(spare.get(key, ())) == 1
        }
    return known


def difference_of_names(listed: str, found: str) -> Kind | None:
    """Return the kind of difference between two paths of one file, or None if they are equal."""
    if listed == found:
        return None
    return Kind.FORM if _composed(listed) == _composed(found) else Kind.CASE


def _by(same: Callable[[str], str], paths: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(same(path), []).append(path)
    return groups


def _composed(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())
