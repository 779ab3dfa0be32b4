"""What is wrong with a value of a parameter file, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches

from pydantic_core import PydanticCustomError

# What a check says ---------------------------------------------------------------------------------------------------


def faults(found: Iterable[tuple[tuple[str | int, ...], str]], *, secret: bool = False) -> PydanticCustomError:
    """Make the error of several faults, each at a path below the value being checked.

    Parameters
    ----------
    found : iterable of (path, message)
        The path is relative to the value that the validator was given.
    secret : bool
        True if the value must not be shown.
    """
    listed = tuple(found)
    text = "; ".join(message for _, message in listed)
    return PydanticCustomError("parameter", "{text}", {"text": text, "faults": listed, "secret": secret})


def fault(message: str, at: tuple[str | int, ...] = (), *, secret: bool = False) -> PydanticCustomError:
    """Make the error of one fault."""
    return faults([(at, message)], secret=secret)


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant, or nothing."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.55)
    return f"did you mean {by_lower[found[0]]}? " if found else ""


def kind(value: object) -> str:
    """Name what YAML made of a value."""
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | Decimal):
        # A number of thousands of digits is no number for people.
        return f"the number {value}" if len(f"{Decimal(value):e}") < 30 else "a number"
    if isinstance(value, date):
        return f"the {'time' if isinstance(value, datetime) else 'date'} {value.isoformat()}"
    if isinstance(value, str | list | tuple):
        return "text" if isinstance(value, str) else "a list"
    return "nothing" if value is None else "a mapping"
