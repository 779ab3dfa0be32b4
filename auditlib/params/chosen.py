"""The controls that a parameter file chooses from the library: by id or as mappings, checked all at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from auditlib.params import library
from auditlib.params.controls import REGIONS, Control, Workflow
from auditlib.params.faults import fault, faults, nearest
from auditlib.params.types import list_of

Found = tuple[tuple[str | int, ...], str]
"""A path below a control, and what is wrong there."""

_LOOSE_ID = re.compile(r"ct[\s_-]*0*([0-9]{1,2})", re.IGNORECASE)
_LIKE_A_SECRET = re.compile(r"[\w+/=.\-]{20,}")

# One control ---------------------------------------------------------------------------------------------------------


def _chosen(value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Control:
    """Check one control with all that the library says of it, and fill in its defaults."""
    if isinstance(value, Control):
        value = given(value)
    short = isinstance(value, str)
    if short:
        value = {"id": value}
    if not isinstance(value, dict):
        raise fault("the id of a control is needed, like CT-03, or a mapping like {id: CT-03, protected: [summary]}")
    wanted = value.get("id")
    if not isinstance(wanted, str) or wanted not in library.ids():
        return _unknown(wanted, handler, () if short else ("id",), value)
    known = library.entry(wanted)
    taken = {*library.ALWAYS, *known.takes}
    lines = [_line((key,), *_not_taken(key, one, known), one) for key, one in value.items() if key not in taken]
    kept = {**known.defaults, **{key: one for key, one in value.items() if key in taken}}
    control: Control | None = None
    try:
        control = handler(kept)
    except ValidationError as error:
        lines += _lines_of(error)
    if control is not None and "workflow" in info.data:
        meant = {nearest_key(key, known) for key in value if key not in taken}
        lines += [_line(at, said, False, None) for at, said in lacking(control, info.data["workflow"], meant)]
    if lines or control is None:
        raise ValidationError.from_exception_data("controls", lines)
    return control


def _unknown(
    wanted: object, handler: ValidatorFunctionWrapHandler, at: tuple[str, ...], value: Mapping[str, object]
) -> Control:
    """Say of an id that the library does not have it; of a missing one, what the model says."""
    if isinstance(wanted, str) and wanted.strip():
        first, last = library.ids()[0], library.ids()[-1]
        raise fault(f"{_meant(wanted)}the library has {first} to {last}", at)
    handler({key: one for key, one in value.items() if key == "id"})
    raise fault("the id of a control is needed, like CT-03", at)


def _meant(wanted: str) -> str:
    """Say which control was probably meant: by a number written otherwise, a title, or the name of a rule."""
    if (loose := _LOOSE_ID.fullmatch(wanted.strip())) and f"CT-{int(loose[1]):02d}" in library.ids():
        return f"did you mean CT-{int(loose[1]):02d}? "
    by_word = {word: one for one in library.ids() for word in (library.entry(one).title, library.entry(one).rule)}
    hint = nearest(wanted.replace("-", " "), by_word)
    word = hint.removeprefix("did you mean ").removesuffix("? ")
    return f"did you mean {by_word[word]} ({library.entry(by_word[word]).title})? " if hint else ""


def _not_taken(key: str, value: object, known: library.Entry) -> tuple[str, bool]:
    """Say of a key that the control does not take it, and whether its value may be a secret."""
    taken = list(known.takes)
    takes = f"{known.id} takes {', '.join([*taken, 'name'])}"
    if key in Control.model_fields:
        return f"{known.id} ({known.title}) does not take this key; {takes}", False
    seen = isinstance(value, str) and _LIKE_A_SECRET.fullmatch(value) is not None
    hint = nearest_key(key, known)
    return f"unknown key; {f'did you mean {hint}? ' if hint else ''}{takes}", seen


def nearest_key(key: str, known: library.Entry) -> str:
    """Return the key of a control that was probably meant by another; empty if none looks like it, or it is another's."""
    return (
        ""
        if key in Control.model_fields
        else nearest(key, known.takes).removeprefix("did you mean ").removesuffix("? ")
    )


def _line(at: tuple[str | int, ...], said: str, secret: bool, value: object) -> InitErrorDetails:
    return InitErrorDetails(type=faults([(at, said)], secret=secret), input=value)


def _lines_of(error: ValidationError) -> list[InitErrorDetails]:
    """Take an error apart, so that it can be told together with others."""
    lines = []
    for item in error.errors(include_url=False):
        own = item["type"] == "parameter"
        line = InitErrorDetails(
            type=PydanticCustomError("parameter", "{text}", item["ctx"]) if own else item["type"],
            loc=item["loc"],
            input=item["input"],
        )
        if "ctx" in item and not own:
            line["ctx"] = item["ctx"]
        lines.append(line)
    return lines


def given(control: Control) -> dict[str, Any]:
    """Return what was given of a control, by the keys of the file."""
    return {name: getattr(control, name) for name in Control.model_fields if name in control.model_fields_set}


def lacking(control: Control, workflow: Workflow | None, meant: Collection[str] = ()) -> list[Found]:
    """Return what a control needs and has not, and what contradicts itself in its regions.

    Parameters
    ----------
    control : Control
    workflow : Workflow or None
    meant : collection of str
        Keys that were probably meant by misspelt ones, which are told: what they would give is not missing.
    """
    known = library.entry(control.id)
    here = library.regions(control, workflow)
    values = {**{name: getattr(control, name) for name in Control.model_fields}, **dict(here)}
    missing = [group for group in known.needs if not any(values[name] or name in meant for name in group)]
    found: list[Found] = []
    if missing:
        where = " (here or in workflow)" if any(name in REGIONS for group in missing for name in group) else ""
        needs = ", and ".join(" or ".join(group) for group in missing)
        found.append(((), f"{known.id} ({known.title}) needs {needs}{where}"))
    named = [name for name in REGIONS if name in known.takes]
    for first, second in combinations(named, 2):
        if second == "done" and (both := _shared(getattr(here, first), here.done)):
            own = first if getattr(control, first) is not None else "done" if control.done is not None else ""
            at = (own,) if own else ()
            found.append(
                (at, f"{both} stands under {first} and under done: what ends the work can't be {_ROLE[first]}")
            )
    return found


_ROLE = {"gate": "its approval", "working": "the work itself", "testing": "its test"}


def _shared(some: Iterable[str], others: Iterable[str]) -> str:
    """Return the first of some names that is among others, however it is written."""
    there = {name.casefold() for name in others}
    return next((name for name in some if name.casefold() in there), "")


# All of them ---------------------------------------------------------------------------------------------------------


def _labels_differ(values: tuple[Control, ...]) -> tuple[Control, ...]:
    labels = [control.label.casefold() for control in values]
    twice = [index for index, label in enumerate(labels) if label in labels[:index]]
    if twice:
        raise faults(
            (
                (index,),
                f"{values[index].label} stands in the list already, as number {labels.index(labels[index]) + 1}; "
                "remove one, or give it a name: {id: " + values[index].id + ', name: "..."}',
            )
            for index in twice
        )
    return values


class _Schema:
    """How a control stands in the schema for editors: an id of the library, or a mapping."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe each control of the library by its id and title."""
        known = [{"const": one, "title": library.entry(one).title} for one in library.ids()]
        return {"anyOf": [{"oneOf": known}, handler(core)]}


OneControl = Annotated[Control, WrapValidator(_chosen), _Schema()]

Controls = Annotated[
    tuple[OneControl, ...],
    BeforeValidator(list_of("[CT-01, {id: CT-03, protected: [summary, description]}]")),
    AfterValidator(_labels_differ),
]
