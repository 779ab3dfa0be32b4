"""Answers as text become values: JSON as RFC 8259 has it, and nothing that Python reads beyond."""

from __future__ import annotations

import math
from typing import Any, Final, NoReturn

import msgspec

from auditlib import deep_json

_DECODER: Final = msgspec.json.Decoder()


class NotWholeError(ValueError):
    """The text is no whole JSON; asked once more, it may be."""


class NotUsableError(ValueError):
    """The text is JSON of a kind that nothing can be made of: it holds a number that is none."""


def read_json(body: bytes) -> Any:
    r"""Return what JSON holds.

    Parameters
    ----------
    body : bytes
        As received.

    Returns
    -------
    JSON
        Objects as dict, the last of several members with one name; half of a surrogate pair stays what it is.

    Raises
    ------
    NotWholeError
        If it is no whole JSON.
    NotUsableError
        If it holds ``NaN`` or a number beyond all bounds.

    Notes
    -----
    msgspec reads in three quarters of the time of ``json``, but refuses half of a surrogate pair (``"\ud800"``), which people
    can write into Jira, and other encodings than UTF-8: what it refuses is read once more with ``json``, which decides. What is
    nested too deeply for both is cut, and a whole number of thousands of digits becomes their text (`deep_json`).
    """
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _read_slowly(body)


def _read_slowly(body: bytes) -> Any:
    try:
        return deep_json.loads(body, parse_constant=_refuse_constant, parse_float=_finite)
    except NotUsableError:
        raise
    except ValueError as error:
        raise NotWholeError(str(error)) from None


def _refuse_constant(name: str) -> NoReturn:
    raise NotUsableError(f"it holds {name}, which is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotUsableError(f"it holds the number {text[:40]}, which is beyond all bounds")
    return number
