"""The fields of the form, as the schema of the parameter file describes them, and what each shows of a text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from auditlib.errors import Problem
from auditlib.params import library
from auditlib.params.model import Parameters
from auditlib.params.types import DEFAULT_PERMISSIONS, DEMO, known_zones
from auditlib.params.writing import json_schema
from auditlib.params.yamlfile import Document, read_yaml
from auditlib.start.yaml_text import flow_list, flow_value, number_or_text, quoted, value_text

ORDER: Final = tuple(Parameters.model_fields)
"""All keys, as the contract orders them."""

_GROUPS: Final = (
    ("audit", "What is audited"),
    ("issue_types", "What narrows the population"),
    ("closing_resolutions", "What is judged"),
    ("sample_size", "The sample"),
    ("attributes", "Controls"),
    ("leavers", "People and permissions"),
    ("attachments", "Around it"),
)
"""The key with which each group of fields begins; all others are in that of the key before them."""

_SHORT: Final = {"jql": "JQL", "url": "URL", "id": "ID"}


class Kind(Enum):
    """How a value is entered."""

    TEXT = auto()
    NUMBER = auto()
    TRUTH = auto()
    LIST = auto()
    """Texts, with commas between them."""
    YAML = auto()
    """A value with parts of its own, as it stands in the file."""


@dataclass(frozen=True)
class Field:
    """One parameter, as a form shows it.

    Attributes
    ----------
    name : str
        Its key.
    label, about : str
        For people.
    kind : Kind
    required : bool
    hint : str
        What holds if nothing is entered, or the form of what is to be.
    options : tuple of str
        What can be completed to.
    patterns : tuple of (str, str)
        Of a value with parts: what each pattern is, and its YAML, to be filled in.
    """

    name: str
    label: str
    about: str
    kind: Kind
    required: bool
    hint: str = ""
    options: tuple[str, ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()

    def shown(self, text: str, document: Document) -> str:
        """Return what the form shows of a text: what was written, without quotes; a list with commas between."""
        values = document.value if isinstance(document.value, dict) else {}
        if self.name not in values:
            return ""
        value = values[self.name]
        if value is None:
            return ""
        if self.kind is Kind.TRUTH:
            return str(value is True).lower()
        if (
            self.kind is Kind.LIST
            and isinstance(value, list)
            and not any(isinstance(one, list | dict) for one in value)
        ):
            return joined(document.places[self.name, place].written for place in range(len(value)))
        if self.kind in {Kind.YAML, Kind.LIST} or isinstance(value, list | dict):
            return value_text(text, self.name)
        return document.places[self.name,].written

    def written(self, entered: str) -> str | None:
        """Return what was entered as YAML; None if the key is to be left out."""
        plain = entered.strip()
        if not plain:
            return None
        if self.kind is Kind.TRUTH or self.kind is Kind.YAML:
            return entered.strip("\n")
        if self.kind is Kind.NUMBER:
            return number_or_text(plain)
        if self.kind is Kind.LIST:
            return flow_list(items) if (items := split(entered)) else None
        return quoted(plain)


def fields() -> tuple[Field, ...]:
    """Return a field for each parameter, in the order of the contract."""
    schema = json_schema()
    return tuple(_field(name, schema) for name in ORDER)


def groups(all_fields: Sequence[Field]) -> list[tuple[str, list[Field]]]:
    """Return the fields by the group that they are shown in, with its title."""
    titles = dict(_GROUPS)
    found: list[tuple[str, list[Field]]] = []
    for field in all_fields:
        if field.name in titles or not found:
            found.append((titles.get(field.name, ""), [field]))
        else:
            found[-1][1].append(field)
    return found


def by_field(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Return what is wrong by the parameter it belongs to, each in one line; what belongs to none under the empty name."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        head = problem.key.partition(".")[0].partition("[")[0]
        name = head if head in ORDER else ""
        part = problem.key.removeprefix(head).lstrip(".") if name else problem.key
        shown = f"{part}{f' = {problem.value}' if problem.value else ''}: " if part else ""
        line = f"line {problem.line}: " if problem.line is not None and (part or not name) else ""
        found.setdefault(name, []).append(f"{line}{shown}{problem.message}")
    return found


def flaws_of(entered: str) -> str:
    """Return why a text is no YAML, in one line; empty if it is."""
    document = read_yaml(f"{entered}\n")
    return next((flaw.message for flaw in document.flaws if flaw.lost), "")


def joined(items: Iterable[str]) -> str:
    """Return texts with commas between them; one that has a comma or a quote of its own is quoted."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(items))
    return line.getvalue().replace(",", ", ") if '"' not in line.getvalue() else line.getvalue()


def split(entered: str) -> list[str]:
    """Return the texts between commas, without blanks around them; what is in quotes may hold commas."""
    rows = csv.reader([" ".join(entered.splitlines())], skipinitialspace=True)
    return [item.strip() for row in rows for item in row if item.strip()]


# From the schema -----------------------------------------------------------------------------------------------------


def _field(name: str, schema: Mapping[str, Any]) -> Field:
    about = _plain(schema["properties"][name])
    kind = _kind(about)
    return Field(
        name=name,
        label=_label(name),
        about=str(schema["properties"][name].get("description", "")).replace("`", ""),
        kind=kind,
        required=name in schema["required"],
        hint=_hint(about, schema["properties"][name]),
        options=_options(name, about),
        patterns=_patterns(about, schema) if kind is Kind.YAML else (),
    )


def _label(name: str) -> str:
    words = [_SHORT.get(word, word) for word in name.split("_")]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])


def _plain(about: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a value is, where it may also be left out."""
    kinds = [one for one in about.get("anyOf", ()) if one.get("type") != "null"]
    return kinds[0] if len(kinds) == 1 else about


def _kind(about: Mapping[str, Any]) -> Kind:
    match about.get("type"):
        case "boolean":
            return Kind.TRUTH
        case "integer":
            return Kind.NUMBER
        case "string":
            return Kind.TEXT
        case "array" if about["items"].get("type") == "string":
            return Kind.LIST
        case _:
            return Kind.YAML


def _hint(about: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    if about.get("format") == "date":
        return "year-month-day"
    default = whole.get("default")
    if default in (None, [], False):
        return ""
    return joined(default) if isinstance(default, list) else str(default)


def _options(name: str, about: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the schema, or else the check of the parameter, knows as values."""
    own: dict[str, Iterable[str]] = {
        "timezone": sorted(known_zones()),
        "permissions": DEFAULT_PERMISSIONS,
        "jira_url": (DEMO,),
    }
    if name in own:
        return tuple(own[name])
    return tuple((about.get("items") or about).get("enum", ()))


# Patterns ------------------------------------------------------------------------------------------------------------


def _patterns(about: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return a pattern of each form that a value with parts may have."""
    forms = about.get("oneOf") or about.get("anyOf") or [about]
    return tuple(pattern for form in forms for pattern in _forms(form, schema))


def _forms(form: Mapping[str, Any], schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    form = _resolved(form, schema)
    if form.get("type") == "array":
        item = _resolved(form["items"], schema)
        chosen: list[Any] = next((one["oneOf"] for one in item.get("anyOf", ()) if "oneOf" in one), [])
        if chosen:  # from the library
            return [(f"{one['const']} {one['title']}", f"- {library.entry(one['const']).example}") for one in chosen]
        if item.get("type") != "object":
            return [("a list", f"[{_skeleton(item, schema)}]")]
        tests = _resolved(item["properties"].get("test", {}), schema).get("properties", {})
        if tests:  # an attribute: one pattern for each test
            return [(test.replace("_", " "), _attribute(item, schema, test)) for test in tests]
        return [("one more", f"- {_skeleton(item, schema)}")]
    if form.get("type") == "object":
        return [_object(form, one.get("required", ()), schema) for one in form.get("anyOf", ({},))]
    return [("a number" if form.get("type") == "integer" else "a path", _skeleton(form, schema))]


def _object(form: Mapping[str, Any], more: Iterable[str], schema: Mapping[str, Any]) -> tuple[str, str]:
    """Return a pattern of a value with parts; some have more that are needed, in one of several ways."""
    needed = [*form.get("required", form["properties"]), *more]
    alone = {name: about for name, about in form.items() if name != "anyOf"} | ({"required": needed} if more else {})
    return ", ".join(needed).replace("_", " "), _skeleton(alone, schema)


def _attribute(item: Mapping[str, Any], schema: Mapping[str, Any], test: str) -> str:
    """Return a pattern of an attribute with one of the tests."""
    about = _plain(_resolved(item["properties"]["test"], schema)["properties"][test])
    lines = [f"{key}: {quoted('…')}" for key in item["required"] if key != "test"]
    return "\n  ".join(["- " + lines[0], *lines[1:], f"test: {{ {test}: {_skeleton(about, schema)} }}"])


def _skeleton(about: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return the shortest value that a part of the schema allows, with … where a person has to say something."""
    about = _resolved(about, schema)
    if about.get("examples"):
        return flow_value(about["examples"][0])
    for several in ("oneOf", "anyOf"):
        if several in about:
            return _skeleton(about[several][0], schema)
    if "const" in about or "enum" in about:
        return json.dumps(about["const"] if "const" in about else about["enum"][0])
    if about.get("type") == "object":
        names = about.get("required") or list(about["properties"])[: about.get("minProperties", 1)]
        parts = (f"{name}: {_skeleton(_plain(about['properties'][name]), schema)}" for name in names)
        return f"{{ {', '.join(parts)} }}"
    if about.get("type") == "array":
        items = about.get("prefixItems") or [about["items"]] * max(1, about.get("minItems", 1))
        return f"[{', '.join(_skeleton(one, schema) for one in items)}]"
    plain = {"integer": str(about.get("minimum", 1)), "string": quoted("…")}
    return plain.get(str(about.get("type")), "0.10")


def _resolved(about: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in about:
        about = schema["$defs"][about["$ref"].rpartition("/")[2]]
    return about
