"""Secrets in a parameter file: found, and never shown. Pure."""

from __future__ import annotations

import re

from auditlib.errors import Problem
from auditlib.params.yamlfile import Step
from auditlib.text import shorten, visible_text

WHOLE_FILE = "parameter file"
NOT_HERE = (
    "a user, password or token has no place in a parameter file or after -p; take it out (and renew it, if the file "
    "was shared): credentials come from the environment variables JIRA_USER and JIRA_TOKEN only"
)


# What may be shown ---------------------------------------------------------------------------------------------------

_SECRET_WORDS = frozenset({
    "token", "tokens", "password", "passwd", "passphrase", "pass", "pwd", "pw", "secret", "secrets", "user",
    "username", "login", "apikey", "pat", "credential", "credentials", "bearer", "auth", "authorization", "email",
})  # fmt: skip
_SECRET_PARTS = re.compile(r"token|passw|secret|api_?key|credential|bearer", re.IGNORECASE)
SECRET_VALUE = re.compile(r"(token|passw|secret)\w{0,99}\s{0,99}[:= ]|\buser(name)?\s{0,99}[:=]", re.IGNORECASE)
_MOST_SHOWN = 10_000  # the time for what follows grows with the square of the length
ATLASSIAN_TOKEN = re.compile(r"\bAT[A-Z]TT3[\w\-=.]{8,}")


def secret_name(name: str) -> bool:
    """Say whether a key is named like a credential: ``jira_token``, ``apiKey``, ``user``."""
    words = re.split(r"[\W_]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower())
    return bool(_SECRET_PARTS.search(name)) or not _SECRET_WORDS.isdisjoint(words)


def masked(text: str) -> str:
    """Cover what may be a secret in a value, and keep it short; of one that nobody wrote by hand its length is told."""
    if len(text) > _MOST_SHOWN:
        return f"{len(text):,} characters"
    text = ATLASSIAN_TOKEN.sub("…", text)
    text = re.sub(r"://\S*@", "://…@", text)
    text = re.sub(r"(://[^\s?#]*[?#])\S*", r"\1…", text)
    if text != text.strip():
        text = f'"{text}"'  # the blank is what is wrong with it
    return shorten(visible_text(" ".join(text.split())), 80)


def shown_value(values: object, path: tuple[Step, ...]) -> str:
    """Show the value at a path as short text; what lies inside of mappings is not shown."""
    for step in path:
        if isinstance(values, dict):
            values = values.get(step)
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            values = values[step]
        else:
            return ""
    match values:
        case None:
            return ""
        case bool():
            return str(values).lower()
        case dict():
            return f"a mapping of {len(values)}" if values else "{}"
        case list() if any(isinstance(item, dict | list) for item in values) or len(values) > 5:
            return f"a list of {len(values)}"
        case list():
            return f"[{', '.join('null' if item is None else str(item) for item in values)}]"
        case _:
            return str(values)


def leaked(text: str, source: str) -> list[Problem]:
    """Find what looks like one of Atlassian's tokens, wherever it stands, comments included."""
    return [
        Problem(source, number, WHOLE_FILE, "", f"holds an Atlassian token: {NOT_HERE}")
        for number, line in enumerate(text.splitlines(), start=1)
        if ATLASSIAN_TOKEN.search(line)
    ]
