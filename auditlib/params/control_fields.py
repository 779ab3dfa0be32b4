"""Which fields the controls of a parameter file look at, so that the population is pulled with them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from auditlib.params.controls import ControlTest

ATTACHMENTS: Final = "attachment"
"""The field that lists an issue's files, by its id."""

_SAYS_WHAT: Final = {"configuration_ticketed": "description"}
"""Rules that look for names in a text, with the field that holds it by its id; the summary comes in any case."""


def fields_named(tests: Iterable[ControlTest]) -> dict[str, tuple[str, ...]]:
    """Return the fields whose value of today some control needs, as the parameters write them, each with those controls' labels.

    What is only looked up in the history (the protected fields) is not among them: the history tells what they held.
    """
    found: dict[str, list[str]] = {}
    for test in tests:
        for name in dict.fromkeys(_named(test)):
            found.setdefault(name, []).append(test.label)
    return {name: tuple(labels) for name, labels in found.items()}


def _named(test: ControlTest) -> Iterator[str]:
    given = test.given
    if test.rule in _SAYS_WHAT:
        yield _SAYS_WHAT[test.rule]
    yield from filter(None, (given.level, given.root_cause, given.tested_field, given.beneficiary))
    if given.gate_field is not None:
        yield given.gate_field.field
    if given.applies_to is not None and given.applies_to.field is not None:
        yield given.applies_to.field.field
    if given.tested_by is not None and given.tested_by.attachment is not None:
        yield ATTACHMENTS
