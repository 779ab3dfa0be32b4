"""What systems do to a package on its way: names in another form, other line ends, files of their own. Pure.

Each of these touches many files at once, so that each is told once, by what it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from auditlib.words import counted

FORM: Final = "form"
LINE_ENDS: Final = "line ends"
LEFT: Final = "left"
CASE: Final = "case"

_WORDS: Final[Mapping[str, str]] = {
    LINE_ENDS: "every line ends in CR LF, as a transfer of text between systems makes it; with LF alone the content is what was "
    "sealed. Fetch the package again as it is, for example within a zip file",
    LEFT: "not of the package: the macOS Finder and the Windows Explorer leave such files in folders that they show. Remove them",
    CASE: "upper and lower case of the name are not those of the manifest. Fetch the package again by a way that keeps them",
    FORM: "the same name in another form of Unicode, as macOS writes it; the content is what was sealed",
}

_LEFT_THERE: Final = re.compile(r"(?:.*/)?(?:\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)", re.IGNORECASE)


class Difference(NamedTuple):
    """A difference between a package and its manifests.

    Attributes
    ----------
    text : str
        A line for people, if it is told by itself.
    kind, path : str
        What a system on the way did, and to which file; else empty.
    """

    text: str = ""
    kind: str = ""
    path: str = ""


def left_by_a_file_manager(path: str) -> bool:
    """Say whether a file is one that a file manager leaves in folders."""
    return _LEFT_THERE.fullmatch(path) is not None


def stand_as(listed: Iterable[str], found: Iterable[str]) -> dict[str, str]:
    """Match each listed file with the path under which it is found: its own, else one that differs as systems make it.

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


def difference_of_names(listed: str, found: str) -> str:
    """Return the kind of difference between two paths of one file, or an empty text."""
    if listed == found:
        return ""
    return FORM if _composed(listed) == _composed(found) else CASE


def told(differences: Iterable[Difference]) -> list[str]:
    """Describe differences in lines: one for each that stands by itself, and one for all of each other kind."""
    lines, kinds = [], dict[str, set[str]]()
    for one in differences:
        if one.kind:
            kinds.setdefault(one.kind, set()).add(one.path)
        else:
            lines.append(one.text)
    for kind, paths in kinds.items():
        some = ", ".join(sorted(paths)[:2]) + (", …" if len(paths) > 2 else "")
        lines.append(f"{counted(len(paths), 'file')} ({some}): {_WORDS[kind]}")
    return lines


def _by(same: Callable[[str], str], paths: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(same(path), []).append(path)
    return groups


def _composed(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())
