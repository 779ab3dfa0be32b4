"""Numbers of Jira as Jira wrote them: no digit is lost or invented on the way through Python. Pure.

Python reads ``1E+2`` as 100.0, and some numbers with fewer digits than came. A number that would be written otherwise than it
was read keeps its own text beside its value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from auditlib import deep_json
from auditlib.deep_json import DeepText

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WHOLE = re.compile(r"(-?[0-9]+)\.0+")
_LONG = 4_000  # digits of a whole number from which Python refuses to read it


class Number(float):
    """A number that Python would write otherwise than Jira did; ``literal`` is what came."""

    literal: str

    def __new__(cls, literal: str) -> Self:
        """Read a number as JSON writes it."""
        found = super().__new__(cls, literal)
        found.literal = literal
        return found

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override] # so that a copy or pickle keeps the text
        return (self.literal,)


def loads(body: bytes | str) -> Any:
    """Parse JSON, numbers kept as written; what is nested too deeply is kept as its text (`deep_json`).

    Raises
    ------
    ValueError
        If it is no JSON.
    """
    return deep_json.cut(deep_json.loads(body, parse_float=_number, parse_int=_integer))


def _number(literal: str) -> float:
    plain = float(literal)
    return plain if repr(plain) == literal else Number(literal)


def _integer(literal: str) -> int | float:
    return int(literal) if len(literal) < _LONG else Number(literal)


def dumps(value: Any, *, indent: int | None = None, sort_keys: bool = False, ensure_ascii: bool = False) -> str:
    """Write JSON as ``json.dumps`` does, numbers as Jira wrote them; what was too deep to be read stands on one line."""
    if not any(True for _ in _literals(value)):
        return _dumps(value, indent, ensure_ascii, sort_keys=sort_keys)
    # Texts that stand for these are told from all others by a mark that no text here has.
    plain, mark = json.dumps(value, ensure_ascii=False), "number "
    while mark in plain:
        mark += "of "
    literals: list[str] = []
    marked = _marked(value, mark, literals)
    text = json.dumps(marked, ensure_ascii=ensure_ascii, indent=indent, sort_keys=sort_keys)

    def literal(found: re.Match[str]) -> str:
        said = literals[int(found[1])]
        return _NOT_ASCII.sub(lambda one: json.dumps(one[0])[1:-1], said) if ensure_ascii else said

    return re.sub(rf'"{mark}([0-9]+)"', literal, text)


def _dumps(value: Any, indent: int | None, ensure_ascii: bool, *, sort_keys: bool) -> str:
    try:
        return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, sort_keys=sort_keys)
    except RecursionError:  # not of a dossier, whose answers are cut where they are read
        return deep_json.written(value, sort_keys=sort_keys)


def _marked(value: Any, mark: str, literals: list[str]) -> Any:
    """Return JSON with marks in place of what keeps its own text, which is added to the literals."""
    if isinstance(value, Number | DeepText):
        literals.append(value.literal if isinstance(value, Number) else str(value))
        return f"{mark}{len(literals) - 1}"
    if isinstance(value, Mapping):
        return {name: _marked(one, mark, literals) for name, one in value.items()}
    return [_marked(one, mark, literals) for one in value] if isinstance(value, list | tuple) else value


def _literals(value: Any) -> Iterator[Number | DeepText]:
    """Yield what in JSON keeps its own text."""
    return (one for one in deep_json.leaves(value) if isinstance(one, Number | DeepText))


def number_text(value: float) -> str:
    """Write a number as Jira wrote it; only an empty fraction, ``.0``, is left away.

    >>> number_text(loads("1500000.0")), number_text(loads("0.1234567")), number_text(loads("1E+2")), number_text(7)
    ('1500000', '0.1234567', '1E+2', '7')
    """
    text = value.literal if isinstance(value, Number) else repr(value)
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def exact(value: Any) -> Decimal | None:
    """Return the number that a number or text is, None if it is none: ``1E+2`` and ``100.0`` are one."""
    if isinstance(value, bool):
        return None
    text = number_text(value) if isinstance(value, int | float) else str(value).strip()
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
