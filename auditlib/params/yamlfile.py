"""YAML with a memory: plain values, and the line each of them stands in. Pure, no I/O.

PyYAML's own loaders forget where a value stood, keep the last of two equal keys without a word and turn ``0.10``
into a binary fraction. A parameter file is evidence, so here a repeated key is a flaw, a decimal stays the decimal
that was written, and a whole number that YAML 1.1 reads in another base (``025`` is 21) is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

import yaml

__all__ = ["Document", "Flaw", "Place", "Step", "dotted", "read_yaml"]

Step = str | int
"""One step into a document: a key, or an index counted from 0."""

_TAG = "tag:yaml.org,2002:"
_PLAIN_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_PLAIN_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_KEY_AT_MARGIN = re.compile(r"([A-Za-z_][\w-]*)\s*:")
# Far above any real parameter file; aliases of aliases can grow a few lines into gigabytes.
_MOST_VALUES = 200_000

# What PyYAML says, and what to tell a person instead. PyYAML's own words may quote the file, thus a secret in it.
_HINTS = (
    ("cannot start any token", "\t", "a tab; YAML indents with spaces only"),
    ("cannot start any token", "", "a value can't begin with this character; put the value in quotes"),
    ("mapping values are not allowed", "", "a colon followed by a space inside a value; put the value in quotes"),
    ("unexpected end of stream", "", "a quote is opened here and not closed"),
    ("could not find expected ':'", "", "a key without a colon; write key: value"),
    ("but got '<stream end>'", "", "a bracket or brace is opened here and not closed"),
    ("expected ',' or ']'", "", "a list is opened with [ here and not closed, or a comma is missing"),
    ("expected ',' or '}'", "", "a mapping is opened with { here and not closed, or a comma is missing"),
    (
        "expected <block end>",
        "",
        "does not fit the lines above: a quote is not closed there, or keys of one level do not begin in one column",
    ),
    ("unknown escape character", "", 'an unknown \\ escape in double quotes; use single quotes or write "\\\\"'),
    ("single document", "", "a second document (---) begins here; a parameter file is one document"),
    ("another document", "", "a second document (---) begins here; a parameter file is one document"),
    (
        "undefined alias",
        "",
        "a value beginning with * points to an anchor that does not exist; put the value in quotes",
    ),
    ("duplicate anchor", "", "an anchor (&name) that exists already"),
)


@dataclass(frozen=True)
class Place:
    """Where a value stands: its line, counted from 1, and the text of a scalar as written (else empty)."""

    line: int
    written: str


@dataclass(frozen=True)
class Flaw:
    """One thing wrong with the YAML itself.

    ``key`` is the path to it, ``value`` what was seen; ``lost`` says that nothing could be read at this path.
    """

    line: int
    key: tuple[Step, ...]
    value: str
    message: str
    lost: bool = True


@dataclass(frozen=True)
class Document:
    """What a YAML text says.

    Attributes
    ----------
    value : object
        dict, list, str, int, bool, None, date, datetime, or Decimal where YAML has a float; None if ``flaws``
        holds a syntax error.
    places : dict
        From the path of a value to its `Place`; for a key the line of the key.
    flaws : tuple of Flaw
        Syntax errors, repeated keys, tags that are not plain YAML.
    odd_numbers : dict
        From the path of a number written otherwise than in plain decimals to what YAML makes of it.
    """

    value: object
    places: dict[tuple[Step, ...], Place]
    flaws: tuple[Flaw, ...]
    odd_numbers: dict[tuple[Step, ...], str]


def dotted(path: tuple[Step, ...]) -> str:
    """Write a path for people: ``attributes[0].test``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_yaml(text: str) -> Document:
    """Read one YAML document, with SafeLoader's meaning of plain scalars.

    Parameters
    ----------
    text : str
        The whole document.

    Returns
    -------
    Document
        Never raises for what stands in ``text``: everything wrong is in ``flaws``.

    Notes
    -----
    YAML 1.1 as PyYAML implements it: ``yes`` and ``NO`` are booleans, ``1e3`` is text, ``025`` is octal.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        return Document(None, {}, (_syntax_flaw(text, error),), {})
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        shown = f"U+{ord(error.character) if isinstance(error.character, str) else error.character:04X}"
        message = "a control character that YAML forbids; delete it, or write it as an escape in double quotes"
        return Document(None, {}, (Flaw(line, _key_above(text, line), shown, message),), {})
    except (RecursionError, ValueError):
        # ValueError: an escape such as "\UFFFFFFFF" that is no character
        return Document(None, {}, (Flaw(1, (), "", "nested too deep, or an escape that is no character"),), {})
    if node is None:
        return Document(None, {}, (), {})
    reading = _Reading()
    try:
        value = reading.value_of(node, (), ())
    except RecursionError:
        return Document(None, {}, (Flaw(1, (), "", "nested too deep"),), {})
    return Document(value, reading.places, tuple(reading.flaws), reading.odd_numbers)


@dataclass
class _Reading:
    """The walk over the nodes of one document."""

    places: dict[tuple[Step, ...], Place] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    odd_numbers: dict[tuple[Step, ...], str] = field(default_factory=dict)
    construct: yaml.constructor.SafeConstructor = field(default_factory=yaml.constructor.SafeConstructor)

    def value_of(self, node: yaml.Node, path: tuple[Step, ...], above: tuple[int, ...], line: int = 0) -> object:
        """Turn a node into a plain value, noting where it stands; ``above`` holds the nodes it lies in."""
        place = Place(line or node.start_mark.line + 1, node.value if isinstance(node, yaml.ScalarNode) else "")
        self.places[path] = place
        if id(node) in above or len(self.places) > _MOST_VALUES:
            message = "an alias (*name) that holds itself or grows without end; write the values out"
            if len(self.places) <= _MOST_VALUES + 1:
                self.flaws.append(Flaw(place.line, path, "", message))
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path, place)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            inside = (*above, id(node))
            return [self.value_of(item, (*path, index), inside) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, path, (*above, id(node)))
        self._foreign(node, path, place)
        return None

    def _mapping(self, node: yaml.MappingNode, path: tuple[Step, ...], above: tuple[int, ...]) -> dict[str, object]:
        """Turn a mapping node into a dict; keys are the text that is written, whatever YAML would make of it."""
        values: dict[str, object] = {}
        for key, item in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.flaws.append(Flaw(line, path, "", "a key must be one word, not a list or mapping"))
            elif key.value == "<<" and key.style is None:
                message = "merging mappings with << is not understood here; write the keys out"
                self.flaws.append(Flaw(line, path, "<<", message))
            elif key.value in values:
                first = self.places[(*path, key.value)].line
                message = f"this key stands in line {first} already; one of the two must go"
                shown = item.value if isinstance(item, yaml.ScalarNode) else ""
                self.flaws.append(Flaw(line, (*path, key.value), shown, message, lost=False))
            else:
                values[key.value] = self.value_of(item, (*path, key.value), above, line)
        return values

    def _scalar(self, node: yaml.ScalarNode, path: tuple[Step, ...], place: Place) -> object:
        """Construct one scalar; what can't be constructed stays the text that was written."""
        kind = node.tag.removeprefix(_TAG)
        text: str = node.value
        if kind in {"str", "value", "merge"}:
            return text
        if kind not in {"null", "bool", "int", "float", "timestamp"}:
            self._foreign(node, path, place)
            return text
        value: object
        try:
            match kind:
                case "null":
                    return None
                case "bool":
                    return self.construct.construct_yaml_bool(node)
                case "timestamp":
                    value = self.construct.construct_yaml_timestamp(node)
                    return value if isinstance(value, date) else text
                case "int":
                    value = self.construct.construct_yaml_int(node)
                    plain = _PLAIN_INT.fullmatch(text)
                case _:
                    plain = _PLAIN_FLOAT.fullmatch(text)
                    value = Decimal(text) if plain else Decimal(repr(self.construct.construct_yaml_float(node)))
            if not plain:
                self.odd_numbers[path] = str(value)
        except (ValueError, KeyError, AttributeError, OverflowError, InvalidOperation):
            # 2026-02-30, an explicit tag that does not fit, a number in another base with more digits than Python writes:
            # the check of the key tells what is allowed
            return text
        return value

    def _foreign(self, node: yaml.Node, path: tuple[Step, ...], place: Place) -> None:
        message = "a YAML tag (!name) that is not understood here; write the plain value, text in quotes"
        self.flaws.append(Flaw(place.line, path, node.tag.replace(_TAG, "!!"), message))


def _syntax_flaw(text: str, error: yaml.MarkedYAMLError) -> Flaw:
    """Say in words what PyYAML could not parse, at the line where a person should look."""
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark or error.context_mark
    # An unclosed quote or bracket is noticed lines later; the place to look is where it was opened.
    opened_earlier = "stream" in problem or context.startswith("while parsing a flow")
    if opened_earlier and "document" not in problem and error.context_mark is not None:
        mark = error.context_mark
    line = mark.line + 1 if mark is not None else 1
    lines = text.splitlines()
    seen = lines[line - 1] if 0 < line <= len(lines) else ""
    key = () if seen.startswith("---") else _key_above(text, line)
    value = _KEY_AT_MARGIN.sub("", seen, count=1).strip()
    for words, character, hint in _HINTS:
        if words in problem and character in seen:
            return Flaw(line, key, value, hint)
    reason = re.sub(r"'[^']{2,}'", "…", problem)
    return Flaw(line, key, value, f"this is not YAML ({reason or context})")


def _key_above(text: str, line: int) -> tuple[Step, ...]:
    """Find the key at the left margin under which a line stands."""
    for above in reversed(text.splitlines()[:line]):
        if found := _KEY_AT_MARGIN.match(above):
            return (found[1],)
    return ()
