"""The files of one issue, with a boundary around it: what can't be made is named, and everything else goes on.

Nothing that an issue holds should keep a file from being made. Should one fail all the same, it fails for this issue alone: its
other files are made, a page that says so stands in the place of one that could not be, and each reader of the record is told.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, replace

from auditlib.dossier.files import KINDS_SINCE, file_makers
from auditlib.dossier.page import issue_page
from auditlib.dossier.record import Dossier
from auditlib.dossier.standing import Standing
from auditlib.errors import AuditError
from auditlib.text import shorten, visible_text

_PAGE = "issue.html"


@dataclass(frozen=True)
class Made:
    """The files of a dossier by name, and what could not be made, one sentence each."""

    files: dict[str, bytes]
    lacks: tuple[str, ...]


def made_files(dossier: Dossier, audit: str, version: int = KINDS_SINCE, standing: Standing | None = None) -> Made:
    """Make all files of a dossier but its attachments; a function of Jira's answers and of what is handed over here.

    Parameters
    ----------
    dossier : Dossier
    audit : str
        For the foot of the page.
    version : int
        Of the tables; an older package has its texts in an older form.
    standing : Standing, optional
        Where the issue stands among those collected with it, for its page; without it the page is that of an older package.
    """
    files, lacks = {}, []
    for name, make in file_makers(dossier, version).items():
        content, why = attempt(make)
        if content is not None:
            files[name] = content
        else:
            lacks.append(f"{name} could not be made: {why}")
    whole = replace(dossier, incomplete=(*dossier.incomplete, *lacks)) if lacks else dossier
    page, why = attempt(
        lambda: issue_page(whole, audit=audit, standing=standing, kinds=version >= KINDS_SINCE).encode()
    )
    if page is None:
        lacks.append(f"{_PAGE} could not be made: {why}")
        page = _page_without(dossier, lacks)
    return Made(files | {_PAGE: page}, tuple(lacks))


def attempt(make: Callable[[], bytes]) -> tuple[bytes | None, str]:
    """Return what was made, or None and why it could not be; what was not foreseen is named by its kind alone."""
    try:
        return make(), ""
    except Exception as error:  # noqa: BLE001 - of one issue; the others are none the worse for it
        return None, reason(error)


def reason(error: Exception) -> str:
    """Say why something of an issue could not be read or made; equal issues give equal words on every machine."""
    if isinstance(error, AuditError):
        return shorten(visible_text(" ".join(str(error).split())), 300)
    return f"a form that is not known ({type(error).__name__})"


def _page_without(dossier: Dossier, lacks: list[str]) -> bytes:
    """Return the page that stands in the place of one that could not be made."""
    said = "".join(f"<li>{html.escape(visible_text(one))}</li>" for one in (*dossier.incomplete, *lacks))
    key = html.escape(visible_text(dossier.asked))
    policy = "default-src 'none'; style-src 'none'"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{key}</title></head>'
        f"<body><h1>{key}</h1><p><strong>This record is incomplete.</strong> The page of the issue could not be made. "
        f"What Jira answered stands in issue.json beside it, and in the responses that were kept.</p><ul>{said}</ul>"
        f"</body></html>\n"
    ).encode("utf-8", "replace")
