"""What the page says: lines of HTML in which nothing of a file or a Jira is taken for markup; errors in one line."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Final

from auditlib.errors import AuditError
from auditlib.jira.credentials import credentials_from
from auditlib.machine import machine_words
from auditlib.params.types import DEMO
from auditlib.text import shorten, visible_text

_LONGEST: Final = 500
HOW_TO_BEGIN: Final = "End JupyterLab, and begin it where they are set: JIRA_USER=… JIRA_TOKEN=… make lab"


def escaped(text: str) -> str:
    """Return text for HTML; what no reader would see is shown by its number."""
    return html.escape(visible_text(text))


def lines_of(said: Iterable[str], kind: str = "") -> str:
    """Return lines, one below the other.

    Parameters
    ----------
    said : iterable of str
    kind : str
        ``wrong``, ``good`` or nothing: what they look like. That they are wrong is said with a sign too.
    """
    sign = {"wrong": "✗ ", "good": "✓ "}.get(kind, "")
    return "".join(f'<div class="auditlib-line {kind}">{sign}{escaped(one)}</div>' for one in said)


def printed(said: Iterable[str]) -> str:
    """Return lines as a terminal shows them."""
    return f'<pre class="auditlib-printed">{chr(10).join(map(escaped, said))}</pre>'


def in_one_line(error: BaseException) -> str:
    """Return what went wrong, in one line that a person can act on."""
    if isinstance(error, AuditError):
        return " ".join(str(error).split())
    told = machine_words(error)
    if told is not None:
        return told
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return shorten(visible_text(f"{type(error).__name__}: {' '.join(said.split())}"), _LONGEST)


def credentials_line(jira_url: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return what is said of the credentials, and whether that is wrong or good.

    Parameters
    ----------
    jira_url : str
        Of the parameters; empty if it is not known.
    environ : mapping
        Where they come from: nowhere else.
    """
    if jira_url == DEMO:
        return "The embedded Jira answers: no account is needed.", "good"
    try:
        who = credentials_from(environ)
    except AuditError as error:
        return f"{error}. {HOW_TO_BEGIN}", "wrong"
    as_whom = "JIRA_CLIENT_ID" if who.client else "JIRA_USER" if who.user else "JIRA_TOKEN alone"
    return f"Credentials are set in the environment ({as_whom}).", "good"
