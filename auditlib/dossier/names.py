"""Names for downloaded files that every system takes and that lead nowhere. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from auditlib.records.history import readable_id
from auditlib.records.issues import json_object

LONGEST: Final = 80
"""Characters of a stored name; with the folders above it a path stays well below what Windows allows."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*%]')
_ACTS = re.compile(
    r"\.(?:[ms]?html?|mht|svgz?|xht|xhtml|xml|xslt?|hta|m?js|vbs|wsf|url|lnk|scf|bat|cmd|com|cpl|exe|jar|msi|ps1|scr)",
    re.IGNORECASE,
)
"""Endings of files that a browser or system would run or load when somebody opens them; they get another ending."""

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")


def stored_names(names: Mapping[int, str]) -> dict[int, str]:
    """Return the file name under which each attachment is stored.

    The attachment's id comes first, so that no two names are equal, none is reserved by Windows and none begins with a
    dot, whatever Jira calls the file. Folders in a name are part of the name, never a path.

    Parameters
    ----------
    names : mapping of int to str
        File name as Jira has it, by attachment id.

    Returns
    -------
    dict of int to str
        At most `LONGEST` characters; the ending stays.

    Examples
    --------
    >>> stored_names({10400: "../../etc/passwd", 10401: "CON.txt", 10402: "page.HTML"})
    {10400: '10400-.._.._etc_passwd', 10401: '10401-CON.txt', 10402: '10402-page.HTML.txt'}
    """
    return {number: _stored(number, name) for number, name in names.items()}


def attachment_names(issue: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of an issue's attachments by id, as received; one without a readable id can't be asked for."""
    records = json_object(issue.get("fields")).get("attachment")
    found = (one for one in records if isinstance(one, Mapping)) if isinstance(records, list) else ()
    numbered = ((readable_id(one.get("id")), str(one.get("filename") or "")) for one in found)
    return {number: name for number, name in numbered if number is not None}


def attachment_sizes(issue: Mapping[str, Any]) -> dict[int, int]:
    """Return the sizes of an issue's attachments by id, in bytes as Jira tells them; without those that it does not tell."""
    records = json_object(issue.get("fields")).get("attachment")
    found = (one for one in records if isinstance(one, Mapping)) if isinstance(records, list) else ()
    sized = ((readable_id(one.get("id")), one.get("size")) for one in found)
    return {number: size for number, size in sized if number is not None and type(size) is int and size >= 0}


def _stored(number: int, name: str) -> str:
    shown = "".join(
        character if character.isprintable() and unicodedata.category(character)[0] != "M" else "_"
        for character in unicodedata.normalize("NFC", name)
    )
    clean = _FORBIDDEN.sub("_", shown).strip()
    ending = _ENDING.search(clean)
    tail = ending[0] if ending else ""
    acts = _ACTS.fullmatch(tail)
    head = clean[: len(clean) - len(tail)]
    tail += ".txt" if acts else ""
    cut = head[: LONGEST - len(f"{number}-") - len(tail)]
    return f"{number}-{cut}{tail}".rstrip(". ")
