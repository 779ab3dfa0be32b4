"""A form: what an answer of one resource must be to be usable, and the one place where that is checked. Pure.

A form is a type that ``msgspec`` checks: objects are declared by their members, and members that no form names may stand
beside. What passed has an object wherever the form says so; whoever reads it need not look.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

import msgspec

from auditlib.errors import FormError
from auditlib.responses.request import Request
from auditlib.text import shorten, visible_text

_SAID: Final = re.compile(r"(?P<why>.*?)(?: - at `(?P<path>.*)`)?", re.DOTALL)
_LACKS: Final = re.compile(r"Object missing required field `(?P<name>.+)`")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[([0-9]+)\]")
_SHOWN: Final = 60
_LARGE: Final = 200

Rule = Callable[[Any], str]
"""What a type can't say: returns what is wrong with an answer of the right form, empty if nothing is."""


@dataclass(frozen=True)
class Form:
    """The form of the answers of one resource.

    Parameters
    ----------
    method : str
        How it is asked for.
    path : str
        Where it is asked for, as a pattern (`re.fullmatch`).
    shape : type
        What a usable answer is. Members that may be missing have a default; members that it does not name may stand there.
    rules : tuple of callable
        What must hold beside.
    """

    method: str
    path: str
    shape: Any
    rules: tuple[Rule, ...] = ()


def check(form: Form, request: Request, answer: Any) -> None:
    """Refuse an answer that has not the form of its resource.

    Raises
    ------
    FormError
        Naming the request, the place in the answer, what stands there and what should.
    """
    try:
        _require(answer, form.shape)
    except msgspec.ValidationError as error:
        raise _refused(request, answer, str(error)) from None
    for rule in form.rules:
        if wrong := rule(answer):
            raise FormError(f"the answer to {request} contradicts itself: {wrong}", request=str(request), found=wrong)


def tells(form: Form, answer: Any) -> bool:
    """Say whether an answer of a form holds anything that the form names; a refusal of another server meets an open form, too."""
    if isinstance(answer, list):
        return bool(answer)
    if not isinstance(answer, dict) or not has_form({}, form.shape):
        return True
    kinds = get_args(form.shape) or (form.shape,)
    return any(name in answer for kind in kinds for name in getattr(kind, "__struct_encode_fields__", ()))


def sound(records: Any, shape: Any) -> tuple[list[Mapping[str, Any]], bool]:
    """Return the records of a list that have a form, as received, and whether those are all.

    One that has it not is none of the others' fault: it is left out, and whoever reads the list says that it is not whole.

    Parameters
    ----------
    records : object
        What stands where a list belongs; null, or nothing, is an empty one.
    shape : type
        As `Form.shape`, of one record.
    """
    if not isinstance(records, list):
        return [], records is None
    try:
        _require(records, list[shape])
    except msgspec.ValidationError:
        return [one for one in records if has_form(one, shape)], False
    return records, True


def has_form(value: Any, shape: Any) -> bool:
    """Say whether a value has a form."""
    try:
        _require(value, shape)
    except msgspec.ValidationError:
        return False
    return True


def _require(value: Any, shape: Any) -> None:
    """Refuse a value that has not a form.

    msgspec can't look at half of a surrogate pair where it names a member, or stands where no text belongs; so something
    else stands for it then.

    Raises
    ------
    msgspec.ValidationError
        In the library's words.
    """
    try:
        msgspec.convert(value, shape)
    except UnicodeEncodeError:
        msgspec.convert(_with_whole_text(value), shape)


def _with_whole_text(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_with_whole_text(name): _with_whole_text(one) for name, one in value.items()}
    return [_with_whole_text(one) for one in value] if isinstance(value, list) else value


def _refused(request: Request, answer: Any, said: str) -> FormError:
    """Put what the library says into a sentence that names the place, and what stands there."""
    found = _SAID.fullmatch(said)
    why, path = (found["why"], found["path"] or "") if found else (said, "")
    stands: Any = answer
    for member, number in _STEP.findall(path):
        stands = _below(stands, member, number)
    place = path.removeprefix("$").removeprefix(".")
    shown = shorten(visible_text(_outline(stands)), _SHOWN)
    lacks = _LACKS.fullmatch(why)
    what = (
        f"{place or 'it'} lacks {lacks['name']}" if lacks else f"{f'at {place} stands' if place else 'it is'} {shown}"
    )
    wanted = "" if lacks else f", {_expected(why)}"
    message = f"the answer to {request} has not the form of a Jira's: {what}{wanted}"
    return FormError(message, request=str(request), expected=why, found=shown)


def _expected(why: str) -> str:
    """Return what should stand there, in the words of JSON."""
    return f"{why[:1].lower()}{why[1:]}".replace("`", "").replace("str", "text").replace("int", "number")


def _below(value: Any, member: str, number: str) -> Any:
    if member:
        return value.get(member) if isinstance(value, Mapping) else None
    return value[int(number)] if isinstance(value, Sequence) and int(number) < len(value) else None


def _outline(value: Any) -> str:
    """Return a value as JSON that is not written out: the names of an object's members, a list's beginning."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_outline(str(name))}: …' for name in list(value)[:5])}}}"
    if isinstance(value, list):
        return f"[{', '.join('…' if isinstance(one, Mapping | list) else _outline(one) for one in value[:3])}]"
    if isinstance(value, int) and value.bit_length() > _LARGE:
        return f"a number of {value.bit_length()} bits"
    return json.dumps(value[:_SHOWN] if isinstance(value, str) else value, ensure_ascii=False)
