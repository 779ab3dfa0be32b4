"""A parameter file under change: the form beside the text, each following the other, and what is wrong with both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import ipywidgets

from auditlib.errors import AuditError, ParameterError, UsageError
from auditlib.package.target import is_masked
from auditlib.params.masking import NOT_HERE
from auditlib.params.model import Parameters
from auditlib.params.reading import parse_parameters, problems_of
from auditlib.params.yamlfile import read_yaml
from auditlib.start.fields import ORDER, Field, Kind, by_field, fields, flaws_of
from auditlib.start.form import Form
from auditlib.start.shelf import PARAMS, Sheet, new_sheet, parameter_files, read_sheet, save_sheet
from auditlib.start.words import in_one_line, lines_of
from auditlib.start.yaml_text import can_be_edited, with_value

_PATTERN: Final = "example.yaml"
_FIRST: Final = "demo.yaml"
_IN_BRACES: Final = "the keys of this file don't begin lines of their own, so the form can't change them; edit the text"


class Editor:
    """A parameter file, chosen or made, in a form and as text.

    Parameters
    ----------
    root : Path
        Folder above ``params/``; relative paths in the file count from there.
    changed : callable
        Told when the text changed, or another file was chosen.

    Attributes
    ----------
    files : Widget
        The choice of the file.
    widget : Widget
        Form and text.
    """

    def __init__(self, root: Path, changed: Callable[[], None]) -> None:
        self._root, self._changed = root, changed
        self._sheet: Sheet | None = None
        self._following = False
        self._problems: dict[str, list[str]] = {}
        self._choice = ipywidgets.Dropdown(description="Parameter file", style={"description_width": "150px"})
        self._choice.add_class("auditlib-file")
        self._name = ipywidgets.Text(placeholder="name of a new file", layout={"width": "170px"})
        self._name.add_class("auditlib-new-name")
        self._new = ipywidgets.Button(
            description="New from pattern", tooltip=f"a copy of {PARAMS}/{_PATTERN} under that name"
        )
        self._new.add_class("auditlib-new")
        self._save = ipywidgets.Button(description="Save", tooltip="Check, Pull, Run and Seal save first")
        self._save.add_class("auditlib-save")
        self._said, self._wrong = ipywidgets.HTML(), ipywidgets.HTML()
        self._wrong.add_class("auditlib-message-file")
        self._text = ipywidgets.Textarea(rows=36, layout={"width": "auto"})
        self._text.add_class("auditlib-yaml")
        self._text.add_class("auditlib-text")
        self._form = Form(fields(), _on_disk(root), self._on_entered)
        bar = ipywidgets.HBox([self._choice, self._save, self._name, self._new])
        bar.add_class("auditlib-bar")
        self.files = ipywidgets.VBox([bar, self._said])
        self.widget = self._composed()
        self._choice.observe(lambda change: self._tried(lambda: self._open(change["new"])), "value")
        self._text.observe(lambda _: self._on_text(), "value")
        self._new.on_click(lambda _: self._tried(self._make))
        self._save.on_click(lambda _: self._tried(self.save))
        self._list()

    @property
    def path(self) -> Path | None:
        """The file, from the root; None if none is chosen."""
        return None if self._sheet is None else self._sheet.path.relative_to(self._root)

    @property
    def text(self) -> str:
        """The text as it stands on the page."""
        return str(self._text.value)

    @property
    def wrong(self) -> bool:
        """Whether something is wrong with the text, or there is none."""
        return self._sheet is None or bool(self._problems)

    @property
    def jira_url(self) -> str:
        """The address of Jira that the text has; empty if it has none."""
        values = read_yaml(self.text).value
        found = values.get("jira_url") if isinstance(values, dict) else None
        return found if isinstance(found, str) else ""

    def parameters(self) -> Parameters:
        """Return the parameters.

        Raises
        ------
        ParameterError
            If something is wrong.
        """
        return parse_parameters(self.text, str(self.path))

    def save(self) -> None:
        """Write the text into its file.

        Raises
        ------
        UsageError
            If it can't be written, or holds what must not get into a file.
        """
        if self._sheet is None:
            raise UsageError("no parameter file is chosen")
        if any(NOT_HERE in message for messages in self._problems.values() for message in messages):
            raise UsageError("not saved: a credential stands in the text; take it out")
        before = self._sheet
        self._sheet = save_sheet(before, self.text)
        if self._sheet is not before:
            self._say(f"saved: {self.path}", "good")

    # What follows what ------------------------------------------------------------------------------------------------

    def _on_text(self) -> None:
        if not self._following:
            self._follow(None)

    def _on_entered(self, field: Field, entered: str) -> None:
        """Put what was entered into the text."""
        if field.kind is Kind.YAML and (why := flaws_of(entered)):
            self._form.rows[field.name].say([f"{why}; not in the text yet"])
            return
        before = self.text
        changed = with_value(before, field.name, field.written(entered), ORDER)
        self._following = True
        try:
            self._text.value = changed
        finally:
            self._following = False
        self._follow(field)

    def _follow(self, source: Field | None) -> None:
        """Let the form follow the text, but for the field that was the source of the change, and say what is wrong."""
        document, text = read_yaml(self.text), self.text
        found = by_field(problems_of(text, str(self.path), self._root))
        editable = can_be_edited(text)
        if not editable and not found:
            found = {"": [_IN_BRACES]}
        self._problems = {} if found == {"": [_IN_BRACES]} else found
        for row in self._form.rows.values():
            if editable and row.field is not source:
                row.show(row.field.shown(text, document))
        self._form.enable(enabled=editable)
        self._form.say(found)
        self._wrong.value = lines_of(found.get("", ()), "wrong")
        if source is not None or self._sheet is None or text != self._sheet.text:
            self._say("changed, not saved yet")
        self._changed()

    # Files ------------------------------------------------------------------------------------------------------------

    def _list(self, chosen: Path | None = None) -> None:
        """List the files anew, and open one: the chosen one, or that of the demo, or the first."""
        found = parameter_files(self._root)
        first = next((path for path in found if path.name == _FIRST), found[0] if found else None)
        self._choice.options = [(path.name, path) for path in found]
        self._choice.value = chosen or first
        if not found:
            self._say(f"there is no parameter file in {PARAMS}/; make one under a name of your choice")

    def _open(self, path: Path | None) -> None:
        if path is None:
            return
        self._sheet = read_sheet(path)
        self._following = True
        try:
            self._text.value = self._sheet.text
        finally:
            self._following = False
        self._say("")
        self._follow(None)

    def _make(self) -> None:
        pattern = self._root / PARAMS / _PATTERN
        text = read_sheet(pattern).text if pattern.is_file() else "".join(f"{name}:\n" for name in ORDER[:6])
        made = new_sheet(self._root, self._name.value, text)
        self._name.value = ""
        self._list(made.path)
        self._say(f"made: {self.path}; fill in what is yours", "good")

    # Words ------------------------------------------------------------------------------------------------------------

    def _say(self, text: str, kind: str = "") -> None:
        self._said.value = lines_of([text] if text else (), kind)

    def _tried(self, act: Callable[[], None]) -> None:
        """Act, and say in one line what went wrong."""
        try:
            act()
        except ParameterError as error:
            self._say(str(error.problems[0]), "wrong")
        except (AuditError, OSError) as error:
            self._say(in_one_line(error), "wrong")

    def _composed(self) -> Any:
        text = ipywidgets.VBox([ipywidgets.HTML("<h3>The same as YAML</h3>"), self._wrong, self._text])
        text.add_class("auditlib-beside")
        both = ipywidgets.HBox([self._form.widget, text])
        both.add_class("auditlib-both")
        return both


def _on_disk(root: Path) -> Mapping[str, Sequence[str]]:
    """Return completions that name files: lists of people in params/, packages under evidence/."""
    lists = [path.relative_to(root).as_posix() for path in sorted((root / PARAMS).glob("*.csv"))]
    folders = [path.parent for path in sorted(root.glob("evidence/*/bagit.txt"))]
    sealed = [folder.relative_to(root).as_posix() for folder in folders if not is_masked(folder)]
    given = ("gap_explanations", "answers", "requests", "leavers", "review")
    return {**dict.fromkeys(given, lists), "previous": sealed}
