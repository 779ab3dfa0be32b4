"""The files of a package as the cover lists them: tables with what they hold, and a line a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from auditlib.report.cover.contents import Contents

_SAYS: Final[Mapping[str, str]] = {
    "charts": "every figure, as SVG and PNG",
    "dossiers": "the full record of each sampled issue; the table of the sample leads to each",
    "notebooks": "every notebook as it was executed, as a page and as .ipynb",
    "page": "the script that makes tables sort and search",
    "raw": "every response of Jira as it came, compressed; index.jsonl tells which rows of which table each feeds",
    "tables": "the tables",
    "": "beside this page",
}
_MOST_NAMED: Final = 60
"""Files of a folder that are named one by one; of a folder with more, and of folders below, the numbers are told."""


@dataclass(frozen=True)
class Folder:
    """A folder, in one line.

    Attributes
    ----------
    name : str
        ``data/charts/``.
    says : str
    count : int
        Its files, those of folders below it too.
    size : str
    files : tuple of (str, str)
        Addresses and names of those that are named.
    """

    name: str
    says: str
    count: int
    size: str
    files: tuple[tuple[str, str], ...]


def folders(contents: Contents) -> list[Folder]:
    """Return the folders right below ``data/``, each with all that is in it."""
    found: dict[str, list[str]] = {}
    for path in contents.files:
        found.setdefault(path.partition("/")[0] if "/" in path else "", []).append(path)
    return [_folder(name, found[name], contents) for name in sorted(found)]


def _folder(name: str, paths: list[str], contents: Contents) -> Folder:
    own = [path for path in paths if path.count("/") == (1 if name else 0)]
    named = own if len(own) <= _MOST_NAMED else []
    return Folder(
        f"data/{name}".rstrip("/") + "/",
        _SAYS.get(name, ""),
        len(paths),
        size_in_words(sum(contents.files[path] for path in paths)),
        tuple((quote(path), path.rpartition("/")[2]) for path in named),
    )


def tables(contents: Contents, says: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the files in ``tables/`` with what they hold: in the order of ``says``, those that it does not know behind them."""
    found = [path.removeprefix("tables/") for path in contents.files if path.startswith("tables/")]
    names = [*(name for name in says if name in found), *(name for name in sorted(found) if name not in says)]
    return [
        {
            "name": name,
            "href": quote(f"tables/{name}"),
            "size": size_in_words(contents.files[f"tables/{name}"]),
            "says": says.get(name, ""),
        }
        for name in names
    ]


def size_in_words(size: int) -> str:
    """Write a size for people: bytes below 1000, else kB or MB with one decimal."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:,.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"
