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
    """Parse JSON, numbers kept as written.

    Raises
    ------
    ValueError
        If it is no JSON.
    """
    return json.loads(body, parse_float=_number, parse_int=_integer)


def _number(literal: str) -> float:
    plain = float(literal)
    return plain if repr(plain) == literal else Number(literal)


def _integer(literal: str) -> int | float:
    return int(literal) if len(literal) < _LONG else Number(literal)


def dumps(value: Any, *, indent: int | None = None, sort_keys: bool = False, ensure_ascii: bool = False) -> str:
    """Write JSON as ``json.dumps`` does, numbers as Jira wrote them."""
    if not any(True for _ in _numbers(value)):
        return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, sort_keys=sort_keys)
    # Texts that stand for numbers are told from all others by a mark that no text here has.
    plain, mark = json.dumps(value, ensure_ascii=False), "number "
    while mark in plain:
        mark += "of "
    text = json.dumps(_marked(value, mark), ensure_ascii=ensure_ascii, indent=indent, sort_keys=sort_keys)
    return re.sub(rf'"{mark}([-+.0-9eE]+)"', r"\1", text)


def _marked(value: Any, mark: str) -> Any:
    if isinstance(value, Number):
        return f"{mark}{value.literal}"
    if isinstance(value, Mapping):
        return {name: _marked(one, mark) for name, one in value.items()}
    return [_marked(one, mark) for one in value] if isinstance(value, list | tuple) else value


def _numbers(value: Any) -> Iterator[Number]:
    """Yield the numbers in JSON that keep their own text."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Mapping):
            stack.extend(one.values())
        elif isinstance(one, list | tuple):
            stack.extend(one)
        elif isinstance(one, Number):
            yield one


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
