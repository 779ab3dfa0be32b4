"""What looks like a credential in the texts of Jira: which kind, and where. Never the text itself. Pure.

Whoever gets a package reads what people wrote into issues, and a token that stood there is known to strangers from then on.
Only forms that their owners document are looked for, so that a finding says something; a password in plain words has none.

Notes
-----
Forms: AWS, IAM User Guide, "IAM identifiers" (``AKIA``, ``ASIA``; their published example ends in ``EXAMPLE`` and is left out).
GitHub, "About authentication to GitHub", token formats, and "Behind GitHub's new authentication token formats". GitLab, "Security
tokens overview", token prefixes. Slack, "Tokens". Stripe, "API keys" (live keys alone). Google Cloud, "Manage API keys". Private
keys: RFC 7468, section 10, OpenSSH, ``PROTOCOL.key``, and RFC 9580, section 6.2.1; encrypted ones are left out, and
headers without a key. JSON Web Tokens: RFC 7519, section 3; the header must be one that RFC 7515 allows, with ``alg``, and not
``none``. Atlassian documents no form: its tokens are taken as its Cloud gives them out, from ``ATATT3``, ``ATCTT3`` or ``ATSTT3``
to a checksum of eight hexadecimal digits.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from auditlib.audit.finding import Finding
from auditlib.phrases import clauses, counted, listed

SINCE: Final = 6
"""Version of the tables from which on findings tell of them."""

_MOST: Final = 20
"""Issues named in a sentence."""

_FORMS: Final = {
    "AWS access key": r"\b(?:AKIA|ASIA)(?![A-Z0-9]{9}EXAMPLE)[A-Z0-9]{16}\b",
    "Atlassian token": r"\bAT[ACS]TT3[\w\-]{20,400}=[0-9A-F]{8}\b",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
    "GitLab token": r"\bglpat-[\w\-]{20,300}(?![\w\-])",
    "Google API key": r"\bAIza[\w\-]{35}(?![\w\-])",
    "JSON Web Token": r"\b(?P<header>eyJ[\w\-]{10,2000})\.eyJ[\w\-]{4,8000}\.[\w\-]{20,2000}(?![\w\-])",
    "private key": r"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH) )?PRIVATE KEY-----\s{1,9}(?:[\w\-]+: [^\n]*\s+){0,9}"
    r"[A-Za-z0-9+/]{40}|-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "Slack token": r"\b(?:xox[abeprs](?:\.xox[bp])?-\d{1,20}-[0-9A-Za-z\-]{10,300}"
    r"|xapp-\d-[A-Z0-9]{5,20}-\d{5,20}-[0-9a-f]{20,100})\b",
    "Stripe key": r"\b[rs]k_live_[0-9A-Za-z]{16,250}\b",
}
_COMPILED: Final = {kind: re.compile(form) for kind, form in _FORMS.items()}
_SIGNS: Final = re.compile(r"A[KS]IA|AT[ACS]TT3|gh[pousr]_|github_pat_|glpat-|AIza|eyJ|PRIVATE KEY|xox|xapp-|k_live_")
"""One of them stands in everything that is looked for; most texts have none."""


class Seen(NamedTuple):
    """Where something stands that looks like a credential.

    Attributes
    ----------
    key : str
        The issue.
    where : str
        The kind of place within it, such as ``comment 10023``.
    kind : str
        Of credential.
    """

    key: str
    where: str
    kind: str


def token_kinds(text: str) -> list[str]:
    """Return the kinds of credential that something in a text looks like, sorted.

    >>> token_kinds("use AKIAIOSFODNN7EXAMPLE")
    []
    """
    if not _SIGNS.search(text):
        return []
    return [kind for kind, form in _COMPILED.items() if any(map(_is_meant, form.finditer(text)))]


def _is_meant(found: re.Match[str]) -> bool:
    """Say whether what has the form of a web token has its header too; anything else is meant by its form."""
    header = found.groupdict().get("header")
    if header is None:
        return True
    try:
        said = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and isinstance(said.get("alg"), str) and said["alg"] != "none"


def places_of(key: str, texts: Iterable[tuple[str, str]]) -> list[Seen]:
    """Return where something in the texts of an issue looks like a credential, each place and kind once.

    Parameters
    ----------
    key : str
    texts : iterable of (str, str)
        The kind of place, and what stands there.
    """
    found = (Seen(key, where, kind) for where, text in texts for kind in token_kinds(text))
    return list(dict.fromkeys(found))


def places_of_summaries(keys: Sequence[str], summaries: Sequence[str]) -> list[Seen]:
    """Return which summaries of many issues hold something that looks like a credential; both in one order."""
    if not _SIGNS.search("\n".join(summaries)):
        return []
    pairs = zip(keys, summaries, strict=True)
    return [place for key, text in pairs for place in places_of(key, [("summary", text)])]


def token_findings(identity: str, notebook: str, places: Sequence[Seen]) -> list[Finding]:
    """Say where something looks like a credential, and what is to be done.

    Parameters
    ----------
    identity : str
        Of the finding.
    notebook : str
        Where it is shown.
    places : sequence of Seen
    """
    if not places:
        return []
    by_issue: dict[str, list[str]] = {}
    for place in places:
        by_issue.setdefault(place.key, []).append(f"{place.kind} in {place.where}")
    named = clauses([f"{key}: {listed(where, most=4)}" for key, where in by_issue.items()], most=_MOST)
    text = (
        f"What looks like a credential stands in {counted(len(by_issue), 'issue')}, where everybody can read it to whom this "
        f"package is given ({named}). Revoke what is one where it was given out, and take "
        "it out of Jira."
    )
    return [Finding(identity, notebook, "exception", text, len(by_issue), "")]
