r"""Texts of Jira as cells of a CSV file: nothing in one acts on who opens the file, and each can be read back. Pure.

A terminal obeys control characters, and a spreadsheet calculates what begins like a formula, also behind a separator if it takes
another one than the comma. So:

1. A control character but TAB and line ends, a carriage return alone, a separator of lines, a mark that turns the direction of
   a line, NUL and a lone surrogate are written as an escape of six characters, ``\u001b``. So that this can be read back
   without a doubt, a backslash that such an escape would begin with is itself written as ``\u005c``.
2. A text that begins, perhaps behind spaces, with ``=``, ``+``, ``-``, ``@`` or one of these full width, or with TAB, a carriage
   return or an apostrophe, gets an apostrophe before it.
3. Within a text, ``=``, ``+``, ``-`` or ``@`` behind a line end, a TAB, ``;`` or ``|`` gets an apostrophe before it, and
   one more where apostrophes stand there already; ``=`` and ``@`` behind a comma too. Not so the dash of a list or a smiley:
   behind it stands a space or a bracket, and nothing that could be calculated.

Who reads the file takes the apostrophes off again, then the escapes. Packages of tables before version `SINCE` had only NUL, lone
surrogates and the first character, as far as it is not an apostrophe; they are computed again in that form.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

SINCE: Final = 3
"""The version of the tables (`evidence.schema`) from which on cells are written so."""

_SIGNS: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_EQUALS: Final = "=@\uff1d\uff20"
_MINUS: Final = "+\\-\uff0b\uff0d"
_CALCULATES: Final = rf"(?:[{_EQUALS}]|[{_MINUS}](?=[^\s)]|[^\r\n\t;,(|]{{0,200}}[(|]))"
_SPACES: Final = r"[^\S\r\n\t]*"
_CONTROLS: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
)

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = re.compile(rf"[{_CONTROLS}]|\r(?!\n)|\\(?=u[0-9a-f]{{4}})")
_BEGINS = re.compile(rf"['\t\r]|\s*[{_SIGNS}]")
_BEHIND: Final = r"(?<=[\r\n\t;|])"
_INSIDE = re.compile(rf"{_BEHIND}({_SPACES})('*{_CALCULATES})|(?<=,)({_SPACES})('*[{_EQUALS}])")
_GUARDED_INSIDE = re.compile(rf"{_BEHIND}({_SPACES})'('*{_CALCULATES})|(?<=,)({_SPACES})'('*[{_EQUALS}])")
_CARE = re.compile(rf"\A(?:{_BEGINS.pattern})|{_ESCAPED.pattern}|[\r\n\t;|,]{_SPACES}'*[{_SIGNS}]")
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_QUOTED = re.compile('[",\r\n]')
_BEGINS_BEFORE = re.compile("[=+\\-@\t\r]")

_REMEMBERED = 4096  # most columns hold few different texts


def writable_text(text: str) -> str:
    r"""Show NUL and lone surrogates as escapes (``\u0000``, ``\ud800``), so that any file can hold the text."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNWRITABLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


@lru_cache(_REMEMBERED)
def write_cell(value: Any) -> str:
    """Write a text as a cell of a CSV file, quoted where RFC 4180 asks for it.

    Raises
    ------
    TypeError
        If it is no text.
    """
    text = _text(value)
    return _quoted(guarded(text) if _CARE.search(text) else text)


@lru_cache(_REMEMBERED)
def write_cell_before(value: Any) -> str:
    """Write a text as a cell as packages before version `SINCE` have it."""
    text = writable_text(_text(value))
    return _quoted("'" + text if _BEGINS_BEFORE.match(text) else text)


def guarded(text: str) -> str:
    """Return a text in which nothing acts on who opens it, before it is quoted."""
    first = "'" if _BEGINS.match(text) else ""
    return first + _ESCAPED.sub(_escape, _INSIDE.sub(_with_guard, text))


def _with_guard(found: re.Match[str]) -> str:
    return f"{found[1] or found[3] or ''}'{found[2] or found[4]}"


def read_cell(cell: str, version: int = SINCE) -> str:
    """Return the text that was written as a cell, after its quotes were taken off.

    Parameters
    ----------
    cell : str
    version : int
        Of the tables. Of those before `SINCE` the escapes stay, since a text may have held one itself.
    """
    if version < SINCE:
        return cell[1:] if cell[:1] == "'" and _BEGINS_BEFORE.match(cell, 1) else cell
    if "'" not in cell and "\\u" not in cell:
        return cell
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), cell)
    return _GUARDED_INSIDE.sub(
        lambda found: f"{found[1] or found[3] or ''}{found[2] or found[4]}", plain.removeprefix("'")
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _quoted(text: str) -> str:
    """Quote one cell if RFC 4180 asks for it."""
    if _QUOTED.search(text) is None:
        return text
    return '"' + text.replace('"', '""') + '"'
