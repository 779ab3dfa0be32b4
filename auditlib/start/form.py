"""The form: a row for each parameter, which shows what the text says and what is wrong with it, and tells what is entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import ipywidgets

from auditlib.phrases import counted
from auditlib.start.fields import Field, Kind, groups
from auditlib.start.words import escaped, lines_of

Entered = Callable[[Field, str], None]
"""Told the field and what was entered."""

_LABEL: Final = {"description_width": "150px"}
_WIDE: Final = {"width": "auto"}
_ADD: Final = "add …"


class Row:
    """One parameter in the form.

    Parameters
    ----------
    field : Field
    options : sequence of str
        What it can be completed to, beside what the field knows.
    entered : callable
        Told what a person enters, and not what is shown.

    Attributes
    ----------
    field : Field
    widget : Widget
    """

    def __init__(self, field: Field, options: Sequence[str], entered: Entered) -> None:
        self.field = field
        self._entered = entered
        self._showing = False
        self._control = _control(field, (*field.options, *options))
        self._message = ipywidgets.HTML(layout={"display": "none"})
        self._message.add_class("auditlib-message")
        self._message.add_class(f"auditlib-message-{field.name}")
        about = ipywidgets.HTML(f"<code>{field.name}</code>: {escaped(field.about)}")
        about.add_class("auditlib-about")
        self._control.add_class(f"auditlib-field-{field.name}")
        self._control.observe(self._on_value, "value")
        self.widget = ipywidgets.VBox([self._with_additions(), self._message, about])
        self.widget.add_class("auditlib-row")

    def show(self, value: str) -> None:
        """Show what the text says."""
        wanted: str | bool = value == "true" if self.field.kind is Kind.TRUTH else value
        if self._control.value == wanted:
            return
        self._showing = True
        try:
            self._control.value = wanted
        finally:
            self._showing = False

    def say(self, messages: Sequence[str]) -> None:
        """Show what is wrong, in one line each; nothing if nothing is."""
        self._message.value = lines_of(messages, "wrong")
        self._message.layout.display = "" if messages else "none"

    def enable(self, *, enabled: bool) -> None:
        """Let a value be entered, or not."""
        self._control.disabled = not enabled

    def _on_value(self, change: Mapping[str, Any]) -> None:
        if not self._showing:
            value = change["new"]
            self._entered(self.field, str(value).lower() if isinstance(value, bool) else value)

    def _with_additions(self) -> Any:
        """Return the control, with a choice beside it of what can be added to a list or a value with parts."""
        additions = self.field.patterns or (
            [(one, one) for one in self.field.options] if self.field.kind is Kind.LIST else []
        )
        if not additions:
            return self._control
        choice = ipywidgets.Dropdown(options=[(_ADD, ""), *additions], layout={"width": "110px"})
        choice.add_class("auditlib-add")
        choice.add_class(f"auditlib-add-{self.field.name}")

        def add(change: Mapping[str, Any]) -> None:
            if change["new"]:
                self._control.value = self._extended(change["new"])
                choice.value = ""

        choice.observe(add, "value")
        self._control.add_class("auditlib-with-add")
        return ipywidgets.HBox([self._control, choice])

    def _extended(self, addition: str) -> str:
        there = str(self._control.value).rstrip()
        if self.field.kind is Kind.LIST:
            return f"{there}, {addition}" if there else addition
        return f"{there}\n{addition}" if there.startswith("-") and addition.startswith("-") else addition


def _control(field: Field, options: Sequence[str]) -> Any:
    about: dict[str, Any] = {"description": field.label, "style": _LABEL, "layout": _WIDE}
    if field.kind is Kind.TRUTH:
        return ipywidgets.Checkbox(**about, indent=True)
    about["placeholder"] = field.hint
    if field.kind is Kind.YAML:
        control = ipywidgets.Textarea(**about, rows=8 if field.name in {"attributes", "controls"} else 2)
        control.add_class("auditlib-yaml")
        return control
    if options and field.kind is not Kind.LIST:
        return ipywidgets.Combobox(**about, options=tuple(options), ensure_option=False)
    return ipywidgets.Text(**about)


class Form:
    """All rows, in groups; those of a group that may be left out are folded.

    Parameters
    ----------
    fields : sequence of Field
    options : mapping of str to sequence of str
        Further completions by the name of the field.
    entered : callable
        Told what a person enters.
    """

    def __init__(self, fields: Sequence[Field], options: Mapping[str, Sequence[str]], entered: Entered) -> None:
        self._groups = groups(fields)
        self.rows = {field.name: Row(field, options.get(field.name, ()), entered) for field in fields}
        boxes = [ipywidgets.VBox([self.rows[field.name].widget for field in inside]) for _, inside in self._groups]
        head = ipywidgets.HTML(f"<h3>{escaped(self._groups[0][0])}</h3>")
        self._folds = ipywidgets.Accordion(boxes[1:])
        self.widget = ipywidgets.VBox([head, boxes[0], self._folds])
        self.widget.add_class("auditlib-form")
        self.say({})

    def say(self, messages: Mapping[str, Sequence[str]]) -> None:
        """Show what is wrong beside each field, and in the titles of folded groups how much there is."""
        for name, row in self.rows.items():
            row.say(messages.get(name, ()))
        for place, (title, inside) in enumerate(self._groups[1:]):
            wrong = sum(len(messages.get(field.name, ())) for field in inside)
            self._folds.set_title(place, f"{title}: {counted(wrong, 'wrong value')}" if wrong else title)

    def enable(self, *, enabled: bool) -> None:
        """Let values be entered, or not."""
        for row in self.rows.values():
            row.enable(enabled=enabled)
