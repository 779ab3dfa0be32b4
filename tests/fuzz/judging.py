"""Is what came of a mutated answer allowed? Equal tables, a finding, one clear error; never another number in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fuzz.pulls import Result

from auditlib.errors import AuditError

_LEAKS: Final = re.compile(r"\{'|\['|\bNone\b|<NA>|\bNaT\b|Traceback|dtype|Timestamp\(|object at 0x")
"""What Python writes of its own values, which no reader of a table is to see."""

_UNREAD: Final = re.compile(rb"can't|not readable|Unread|Not seen|not kept|not followed|without")


@dataclass(frozen=True)
class Verdict:
    """What came, in a word, and why that is so."""

    outcome: str
    why: str = ""


def judged(result: Result, usual: Result, *, malformed: bool) -> Verdict:
    """Compare with what comes of the answers as they are.

    Parameters
    ----------
    result, usual : Result
        With the mutated answer, and without.
    malformed : bool
        Whether what came is no answer that a Jira gives: then no row may get lost without a word.
    """
    if result.error is not None:
        return _of_error(result, result.error)
    told = {name: said for name, said in result.findings.items() if usual.findings.get(name) != said}
    grave = [f"{name}: {said}" for name, (severity, said) in told.items() if severity in {"exception", "limit"}]
    if result.numbers != usual.numbers and not grave:
        return Verdict("silent number", f"{result.numbers} for {usual.numbers}")
    leak = _leak(result, usual)
    if leak:
        return Verdict("leak", leak)
    if grave:
        return Verdict("told", "; ".join(grave)[:500])
    if result.files == usual.files:
        return Verdict("equal")
    fewer = [name for name, count in result.lengths.items() if count < usual.lengths.get(name, 0)]
    archived = result.files.get("archive", b"") != usual.files.get("archive", b"")
    if malformed and archived and _unread_lines(result) <= _unread_lines(usual):
        return Verdict("silent rows", f"the archive says: {result.files['archive'].decode('utf-8', 'replace')}")
    if malformed and fewer and result.findings == usual.findings:
        return Verdict("silent rows", f"{', '.join(fewer)} are shorter")
    return Verdict(
        "other rows", ", ".join(name for name, content in result.files.items() if content != usual.files.get(name))
    )


def _unread_lines(result: Result) -> int:
    """Return how many words of an archive's screen say that something was not read."""
    return len(_UNREAD.findall(result.files.get("archive", b"")))


def _of_error(result: Result, error: Exception) -> Verdict:
    if not isinstance(error, AuditError):
        return Verdict("unforeseen", result.trace)
    if error.status not in {1, 2, 3}:
        return Verdict("wrong status", f"{error.status}: {error}")
    if len(str(error).split()) < 4 or _LEAKS.search(str(error)):
        return Verdict("no sentence", str(error)[:300])
    return Verdict("refused", f"{error.status}: {str(error)[:300]}")


def _leak(result: Result, usual: Result) -> str:
    """Return where a table or a sentence shows what Python writes of its own values."""
    for name, content in result.files.items():
        if name == "feeds" or name.startswith("record ") or content == usual.files.get(name):
            continue
        text, known = content.decode("utf-8", "replace"), usual.files.get(name, b"").decode("utf-8", "replace")
        for found in _LEAKS.finditer(text):
            if found.group() not in known:
                return f"{name}: …{text[max(0, found.start() - 80) : found.end() + 80]}…"
    return ""
