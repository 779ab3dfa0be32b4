"""Each response beside its line of the index: size, digest, and whether it is what its status promises."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from auditlib.errors import AuditError
from auditlib.evidence.differences import Difference, Kind
from auditlib.package.disk import open_bytes
from auditlib.package.index_lines import Line, of_line, path_of
from auditlib.responses.bounds import BoundError, read_packed
from auditlib.responses.entry import Entry
from auditlib.responses.forms.form import Form, check, tells
from auditlib.responses.forms.resources import USABLE, form_of
from auditlib.responses.forms.text import NotUsableError, NotWholeError, read_json
from auditlib.responses.request import Request


def check_bodies(folder: Path, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each response that is not what its line says: size, digest, and the form that its status promises."""
    for line in lines:
        entry, path = line.entry, path_of(line.entry)
        try:
            digest, size, body = _read(folder / path, packed=not entry.file.startswith("../"))
        except (OSError, EOFError, zlib.error, BoundError, AuditError) as error:
            yield Difference(Kind.ANSWER, path, f"{entry.size:,} bytes", f"can't be read: {error}", line.number)
            continue
        if size != entry.size:
            yield Difference(Kind.ANSWER, path, f"{entry.size:,} bytes", f"has {size:,} bytes", line.number)
        elif digest != entry.sha256:
            yield Difference(Kind.ANSWER, path, f"SHA-256 {entry.sha256}", f"has SHA-256 {digest}", line.number)
        elif body is not None and (why := _status_problem(entry, body)):
            yield of_line(line.number, f"says status {entry.status} of {entry.file}", why)


def _read(path: Path, *, packed: bool) -> tuple[str, int, bytes | None]:
    """Return SHA-256 and size of a response, and its body unless it is a file that somebody attached."""
    if packed:
        body = read_packed(path)
        return hashlib.sha256(body).hexdigest(), len(body), body
    with open_bytes(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell(), None


def _status_problem(entry: Entry, body: bytes) -> str:
    """Say which status the body of a response speaks for, if that is another; empty if none does."""
    if not 200 <= entry.status <= 599:
        return "a status of an answer"
    if entry.refused:
        return ""
    if 200 < entry.status < 400:
        return "200, or the status of a refusal"
    try:
        answer = read_json(body)
    except (NotWholeError, NotUsableError):
        return "the status of a refusal: it is not JSON" if entry.status == USABLE else ""
    return _contradiction(entry, answer)


def _contradiction(entry: Entry, answer: Any) -> str:
    told = answer.get("status-code", answer.get("status")) if isinstance(answer, dict) else None
    if entry.status != USABLE and type(told) is int and told != entry.status:
        return f"{told}, as the answer says"
    form = form_of(entry.request.method, entry.request.path)
    if form is None:
        return ""
    fits = _fits(form, entry.request, answer)
    if entry.status == USABLE:
        return "" if fits else "the status of a refusal: it does not hold what was asked for"
    refuses = isinstance(answer, dict) and ("errorMessages" in answer or "message" in answer)
    holds = fits and not refuses and tells(form, answer)
    return f"{USABLE}: it holds what was asked for" if holds else ""


def _fits(form: Form, request: Request, answer: Any) -> bool:
    """Say whether an answer has the form of what was asked for."""
    with suppress(AuditError):
        check(form, request, answer)
        return True
    return False
