"""Which form the embedded Jira uses of each question that sites answer in several ways, and how forms are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from auditlib.demo.server.known_forms import FORMS, Dialect, Form
from auditlib.errors import UsageError


class Forms:
    """How one site answers: for each form of its dialect the value chosen, else the default.

    Parameters
    ----------
    dialect : {"cloud", "data-center"}
        Which Jira it is.
    given : mapping of str to str, optional
        Values by name of the form.

    Raises
    ------
    UsageError
        If there is no such form, or no such value of it.
    """

    def __init__(self, dialect: Dialect, given: Mapping[str, str] | None = None) -> None:
        self.dialect = dialect
        known = {form.name: form for form in FORMS if dialect in form.dialects}
        self._values = {name: form.default for name, form in known.items()}
        for name, value in (given or {}).items():
            if name not in known:
                raise UsageError(_no_form(name, dialect, known))
            if value not in known[name].choices:
                allowed = ", ".join(known[name].choices)
                raise UsageError(f"form {name}={value}: {_nearest(value, known[name].choices)}it is one of {allowed}")
            self._values[name] = value

    def uses(self, name: str, *values: str) -> bool:
        """Say whether a form has one of these values here; no form of the other dialect has any.

        Raises
        ------
        KeyError
            If no dialect has such a form or value.
        """
        for value in values:
            if (name, value) not in _KNOWN:
                raise KeyError(f"{name}={value}")
        return self._values.get(name) in values

    def value(self, name: str) -> str:
        """Return the value of a form of this dialect."""
        return self._values[name]

    def most(self, name: str, usual: int) -> int:
        """Return the number that a form sets, or the usual one."""
        value = self._values[name]
        return int(value) if value.isdigit() else usual

    @property
    def changed(self) -> dict[str, str]:
        """The forms that are not the default, by name."""
        defaults = {form.name: form.default for form in FORMS if self.dialect in form.dialects}
        return {name: value for name, value in self._values.items() if value != defaults[name]}


_KNOWN = {(form.name, value) for form in FORMS for value in form.choices}


def parse_forms(given: Iterable[str]) -> dict[str, str]:
    """Read choices of forms, each written ``NAME=VALUE``; of two for one form the last counts.

    Raises
    ------
    UsageError
        If one is written otherwise. Whether there are such forms, `Forms` says.
    """
    chosen = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise UsageError(f"form {text!r}: write NAME=VALUE; `--form list` shows all")
        chosen[name.strip()] = value.strip()
    return chosen


def list_forms() -> str:
    """Return every form as text: its values, the default first, where it is, what differs, and who says so."""
    return "\n".join(
        f"{form.name}={'|'.join(form.choices)}  ({', '.join(form.dialects)}; default {form.default})\n"
        f"    {form.says}\n    {form.source}"
        for form in FORMS
    )


def _no_form(name: str, dialect: Dialect, known: Mapping[str, Form]) -> str:
    if any(form.name == name for form in FORMS):
        return f"form {name}: only the other Jira does that, not {dialect}"
    return f"form {name}: {_nearest(name, list(known))}`--form list` shows all"


def _nearest(word: str, known: Sequence[str]) -> str:
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"did you mean {found[0]}? " if found else "there is none of this name; "
