"""JSON that is nested more deeply than Python's own reader and writer bear. Pure.

Each level costs a reader that calls itself a frame of Python's stack, and how many there are differs between versions and
places. So nothing here calls itself for what lies deeper than `DEEPEST`: that is kept as the text of its JSON, and what is
done with an answer is the same everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

DEEPEST: Final = 300
"""Lists and objects within each other that are read as such; a text that Jira's editors write has some twenty."""

_MOST_DIGITS: Final = 4_000

_SPACE: Final = re.compile(r"[ \t\n\r]*")


class DeepText(str):
    """What lies too deeply, as JSON: a text for whoever reads it, and for `dossier.numbers.dumps` what it is."""

    __slots__ = ()


def loads(
    body: bytes | str,
    *,
    parse_float: Callable[[str], Any] | None = None,
    parse_int: Callable[[str], Any] | None = None,
    parse_constant: Callable[[str], Any] | None = None,
) -> Any:
    """Parse JSON as ``json.loads`` does; what is too deep for that is read all the same, and cut as `cut` says.

    A whole number of more digits than Python reads, some four thousand, becomes the text of its digits.

    Raises
    ------
    ValueError
        If it is no JSON.
    """
    try:
        return json.loads(body, parse_float=parse_float, parse_int=parse_int, parse_constant=parse_constant)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:
        if parse_int is not None:
            raise
        return loads(body, parse_float=parse_float, parse_int=_whole, parse_constant=parse_constant)
    except RecursionError:
        text = body if isinstance(body, str) else body.decode(json.detect_encoding(body), "surrogatepass")
        decoder = json.JSONDecoder(
            parse_float=parse_float, parse_int=parse_int or _whole, parse_constant=parse_constant
        )
        return cut(_read(text, decoder))


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < _MOST_DIGITS else digits


def _read(text: str, decoder: json.JSONDecoder) -> Any:
    """Parse JSON of any depth; single values are read by Python's own reader."""
    open_ones: list[list[Any] | dict[str, Any]] = []
    names: list[str] = []
    at = _skip(text, 0)
    while True:
        if text[at : at + 1] in {"[", "{"}:
            made: list[Any] | dict[str, Any] = [] if text[at] == "[" else {}
            at = _skip(text, at + 1)
            if text[at : at + 1] != _end_of(made):
                open_ones.append(made)
                at = _named(text, at, made, names, decoder)
                continue
            value: Any = made
            at += 1
        else:
            value, at = decoder.raw_decode(text, at)
        while True:  # the value is whole: it belongs to what is open, which may end here
            at = _skip(text, at)
            if not open_ones:
                if at != len(text):
                    raise json.JSONDecodeError("Extra data", text, at)
                return value
            around = open_ones[-1]
            if isinstance(around, dict):
                around[names.pop()] = value
            else:
                around.append(value)
            sign, at = text[at : at + 1], at + 1
            if sign == ",":
                at = _named(text, _skip(text, at), around, names, decoder)
                break
            if sign != _end_of(around):
                raise json.JSONDecodeError("Expecting ',' delimiter", text, at - 1)
            value = open_ones.pop()


def _named(text: str, at: int, around: list[Any] | dict[str, Any], names: list[str], decoder: json.JSONDecoder) -> int:
    """Read the name of the next member of an object; return where its value begins."""
    if isinstance(around, list):
        return at
    if text[at : at + 1] != '"':
        raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
    name, at = decoder.raw_decode(text, at)
    at = _skip(text, at)
    if text[at : at + 1] != ":":
        raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
    names.append(name)
    return _skip(text, at + 1)


def _end_of(around: list[Any] | dict[str, Any]) -> str:
    return "]" if isinstance(around, list) else "}"


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def is_deep(value: Any, deepest: int = DEEPEST) -> bool:
    """Say whether lists and objects lie deeper within each other than so many."""
    level = [value]
    for _ in range(deepest):
        level = [below for one in level if isinstance(one, dict | list) for below in _below(one)]
        if not level:
            return False
    return any(isinstance(one, dict | list) for one in level)


def _below(one: dict[str, Any] | list[Any]) -> Iterator[Any]:
    yield from one.values() if isinstance(one, dict) else one


def cut(value: Any, deepest: int = DEEPEST) -> Any:
    """Return a value in which what lies deeper than so many levels is the text of its JSON, as `DeepText`."""
    return _cut(value, deepest) if is_deep(value, deepest) else value


def _cut(value: Any, left: int) -> Any:
    if not isinstance(value, dict | list):
        return value
    if left == 0:
        return DeepText(written(value))
    if isinstance(value, dict):
        return {name: _cut(one, left - 1) for name, one in value.items()}
    return [_cut(one, left - 1) for one in value]


def leaves(value: Any) -> Iterator[Any]:
    """Yield what in JSON is neither a list nor an object, in no particular order."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Mapping):
            stack.extend(one.values())
        elif isinstance(one, list | tuple):
            stack.extend(one)
        else:
            yield one


def deep_parts(value: Any) -> int:
    """Return how many parts of a value were too deep to be read as more than their text."""
    return sum(isinstance(one, DeepText) for one in leaves(value))


def written(value: Any, *, sort_keys: bool = False) -> str:
    """Write JSON of any depth on one line, as ``json.dumps`` writes it; numbers that kept their own text stay so."""
    pieces: list[str] = []
    stack: list[Any] = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, _Sign):
            pieces.append(one)
        elif isinstance(one, Mapping):
            members = sorted(one.items()) if sort_keys else one.items()
            inner = [
                part
                for name, below in members
                for part in (_Sign(f"{json.dumps(name, ensure_ascii=False)}: "), below, _COMMA)
            ]
            stack += [_Sign("}"), *reversed(inner[:-1]), _Sign("{")]
        elif isinstance(one, list | tuple):
            inner = [part for below in one for part in (below, _COMMA)]
            stack += [_Sign("]"), *reversed(inner[:-1]), _Sign("[")]
        elif isinstance(one, DeepText):
            pieces.append(str(one))
        else:
            literal = getattr(one, "literal", None)
            pieces.append(literal if isinstance(literal, str) else json.dumps(one, ensure_ascii=False))
    return "".join(pieces)


def as_text(value: Any) -> str:
    """Return what Jira sent as people read it: empty for null, an object or a list as JSON, anything else as it is.

    >>> as_text(["a", None]), as_text(None), as_text(7)
    ('["a", null]', '', '7')
    """
    if type(value) is str:
        return value
    if isinstance(value, Mapping | list):
        return written(value)
    return "" if value is None else str(value)


class _Sign(str):
    """A piece of JSON that is written as it is."""

    __slots__ = ()


_COMMA: Final = _Sign(", ")
