"""What may be wrong with an answer: one place of it, changed by chance that a seed fixes."""

from __future__ import annotations

import copy
import json
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from auditlib.demo.server.site import Answer

Path = tuple[str | int, ...]
"""Members and indices from the whole body down to a place."""

_LONGEST_DIGITS: Final = 5_000
_DEEP: Final = 100_000
_LONG_TEXT: Final = 300_000


class _Raw(str):
    """Stands for JSON that no value of Python is written as: it is put in as it is."""

    __slots__ = ()


RAW: Final = {
    "a number of 5,000 digits": _Raw("9" * _LONGEST_DIGITS),
    "lists nested 100,000 deep": _Raw("[" * _DEEP + "]" * _DEEP),
    "objects nested 900 deep": _Raw('{"a":' * 900 + "1" + "}" * 900),
    "1e999": _Raw("1e999"),
    "-0": _Raw("-0"),
}

VALUES: Final[dict[str, Any]] = {
    "null": None,
    "true": True,
    "false": False,
    "zero": 0,
    "minus one": -1,
    "a fraction": 1.5,
    "a huge number": 10**30,
    "a number beyond a key": 999_999_999_999,
    "NaN": math.nan,
    "infinity": math.inf,
    "an empty text": "",
    "a blank": " ",
    "a word": "none of yours",
    "²": "²",
    "an Arabic three": "٣",
    "half a surrogate": "\ud800",
    "control characters": "a\x00b\x1b[31mc\u202ed",
    "a long text": "x" * _LONG_TEXT,
    "markup": "<script>alert(1)</script>",
    "a formula": "=1+1",
    "a time of no day": "2026-02-30T25:61:00.000+0000",
    "a time of year 10,000": "10000-01-01T00:00:00.000+0000",
    "an empty list": [],
    "an empty object": {},
    "a list of null": [None],
    "a list of lists": [[], [[]]],
    "an object of null": {"": None},
    **RAW,
}
"""What may stand in the place of a value, by its name."""

BODIES: Final[dict[str, bytes]] = {
    "no bytes": b"",
    "null": b"null",
    "a list": b"[]",
    "an object": b"{}",
    "a text": b'"yes"',
    "a number": b"7",
    "NaN": b"NaN",
    "true": b"true",
    "markup": b"<html><body>Log in</body></html>",
    "errors of null": b'{"errorMessages": null, "errors": null}',
    "errors that are a text": b'{"errorMessages": "no", "errors": "no"}',
    "errors of another type": b'{"errorMessages": {"a": [1]}, "errors": [null], "message": 7}',
    "a list of null": b"[null]",
    "another encoding": "\ufeff{}".encode("utf-16"),
    "no text": b"\xff\xfe\x00\x80",
}
"""What may come instead of a whole body, by its name."""

STATUSES: Final = (400, 401, 403, 404, 410, 201, 204, 302)
"""Other statuses, with whatever body."""


@dataclass(frozen=True)
class Mutation:
    """One change of one answer.

    Attributes
    ----------
    name : str
        What was done, and where.
    answer : Answer
        What is sent instead.
    malformed : bool
        Whether what came can be no answer; else it is one of another Jira, whose words count.
    """

    name: str
    answer: Answer
    malformed: bool


def mutated(answer: Answer, rng: random.Random) -> Mutation:
    """Change one place of an answer, or its whole body, or its status."""
    fate = rng.random()
    try:
        body = json.loads(answer.body)
    except ValueError:  # a file, say
        fate, body = 1.0, None
    if fate < 0.9 and isinstance(body, dict | list) and body:
        name, text, malformed = _changed(body, rng)
        return Mutation(name, replace(answer, body=text), malformed)
    name, content = rng.choice(list(BODIES.items()))
    if rng.random() < 0.4:
        cut = answer.body[: rng.randrange(len(answer.body) + 1)]
        name, content = f"cut after {len(cut)} bytes", cut
    status = rng.choice(STATUSES) if rng.random() < 0.4 else answer.status
    return Mutation(f"the body is {name}, status {status}", replace(answer, body=content, status=status), True)


def _changed(body: Any, rng: random.Random) -> tuple[str, bytes, bool]:
    """Change one place of a body, each field being as likely as any other, however often it is there."""
    body = copy.deepcopy(body)
    by_shape: dict[Path, list[Path]] = {}
    for path in _places(body):
        by_shape.setdefault(tuple("*" if isinstance(step, int) else step for step in path), []).append(path)
    path = rng.choice(by_shape[rng.choice(sorted(by_shape))])
    value = _at(body, path)
    ways: list[tuple[str, Callable[..., Any], bool]] = [("replaced", _replaced, True)] * 8 + [
        ("dropped", _dropped, True)
    ] * 3
    if isinstance(value, list) and value:
        ways += [
            ("an element twice", _twice, False),
            ("turned round", _reversed, False),
            ("one element", _element, True),
        ] * 2
    if isinstance(value, dict) and value:
        ways += [("a member twice", _member_twice, True), ("all members of one value", _levelled, True)]
    ways.append(("wrapped", _wrapped, True))
    if isinstance(value, str | int) and not isinstance(value, bool) and len(by_shape) > 1:
        ways += [
            ("exchanged with another's", _exchanged, False),
            ("as another's", _copied, False),
            ("retyped", _retyped, True),
        ] * 2
    name, way, malformed = rng.choice(ways)
    if way is _dropped and path and isinstance(path[-1], int):
        malformed = False  # a list that is shorter by one may be all that there is
    said, body = way(body, path, value, rng)
    where = "/".join(map(str, path)) or "the whole"
    return f"{where}: {name}{said}", _written(body), malformed


def _places(value: Any, path: Path = ()) -> list[Path]:
    found = [path]
    members: Sequence[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list):
        members = list(enumerate(value))
    for step, inner in members:
        found += _places(inner, (*path, step))
    return found


def _at(body: Any, path: Path) -> Any:
    for step in path:
        body = body[step]
    return body


def _put(body: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    _at(body, path[:-1])[path[-1]] = value
    return body


def _replaced(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    name = rng.choice([one for one, other in VALUES.items() if other is not value])
    return f" by {name}", _put(body, path, VALUES[name])


def _dropped(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    if not path:
        return "", {}
    del _at(body, path[:-1])[path[-1]]
    return "", body


def _twice(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    return "", _put(body, path, [*value, copy.deepcopy(rng.choice(value))])


def _reversed(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    return "", _put(body, path, value[::-1])


def _element(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    index, name = rng.randrange(len(value)), rng.choice(list(VALUES))
    return f" ({index}) by {name}", _put(body, path, [*value[:index], VALUES[name], *value[index + 1 :]])


def _levelled(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    name = rng.choice(list(VALUES))
    return f": {name}", _put(body, path, dict.fromkeys(value, VALUES[name]))


def _member_twice(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    member, name = rng.choice(sorted(value)), rng.choice(list(VALUES))
    first = {member: VALUES[name]} if rng.random() < 0.5 else {}
    last = {} if first else {member: VALUES[name]}
    inner = ",".join(_written(one)[1:-1].decode() for one in (first, value, last) if one)
    return f" ({member}, {'first' if first else 'then'} {name})", _put(body, path, _Raw("{" + inner + "}"))


def _wrapped(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    if rng.random() < 0.5:
        return " in a list", _put(body, path, [value])
    return " in an object", _put(body, path, {"value": value})


def _retyped(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    if isinstance(value, int):
        return " to text", _put(body, path, str(value))
    if value.isdecimal():
        return " to a number", _put(body, path, int(value))
    return " to a number", _put(body, path, 20_260_101)


def _others(body: Any, path: Path, value: Any) -> list[Path]:
    """Return where another value of the same field stands: the same members, other indices."""
    shape = [step for step in path if isinstance(step, str)]
    return [
        one
        for one in _places(body)
        if one != path
        and len(one) == len(path)
        and [step for step in one if isinstance(step, str)] == shape
        and type(_at(body, one)) is type(value)
        and _at(body, one) != value
    ]


def _exchanged(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    others = _others(body, path, value)
    if not others:
        return _retyped(body, path, value, rng)
    other = rng.choice(others)
    theirs = _at(body, other)
    return f" ({'/'.join(map(str, other))})", _put(_put(body, path, theirs), other, value)


def _copied(body: Any, path: Path, value: Any, rng: random.Random) -> tuple[str, Any]:
    others = _others(body, path, value)
    if not others:
        return _retyped(body, path, value, rng)
    return "", _put(body, path, _at(body, rng.choice(others)))


def _written(body: Any) -> bytes:
    """Write JSON, with what is raw as it is."""
    raw: list[str] = []

    def marked(value: Any) -> Any:
        if isinstance(value, _Raw):
            raw.append(str(value))
            return f"\uf8ff{len(raw) - 1}\uf8ff"
        if isinstance(value, dict):
            return {name: marked(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [marked(inner) for inner in value]
        return value

    text = json.dumps(marked(body))
    for index, content in enumerate(raw):
        text = text.replace(f'"\\uf8ff{index}\\uf8ff"', content)
    return text.encode()
