"""The text of a parameter file, changed at one key: everything else, comments above all, stays as it was written. Pure."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from auditlib.params.yamlfile import read_yaml

_INDENT: Final = "  "
_PLAIN_NUMBER: Final = re.compile(r"[1-9][0-9]{0,11}")
_ALIAS: Final = re.compile(r"\s*\*[\w-]+")


def quoted(text: str) -> str:
    """Return text as YAML has it in quotes, so that it is text for every reader."""
    return json.dumps(text, ensure_ascii=False)


def number_or_text(text: str) -> str:
    """Return a plain whole number as it is, everything else in quotes."""
    return text if _PLAIN_NUMBER.fullmatch(text) else quoted(text)


def flow_list(items: Iterable[str]) -> str:
    """Return texts as a list on one line."""
    return f"[{', '.join(map(quoted, items))}]"


def flow_value(value: Mapping[str, Sequence[str]]) -> str:
    """Return lists of texts by their keys as a mapping on one line."""
    return f"{{ {', '.join(f'{key}: {flow_list(items)}' for key, items in value.items())} }}"


def can_be_edited(text: str) -> bool:
    """Say whether keys of a text can be changed in place: it is YAML, and its keys begin lines of their own."""
    try:
        _entries(text)
    except _NotEditableError:
        return False
    return True


def value_text(text: str, key: str) -> str:
    """Return how the value of a key is written, without the indentation of its place; empty if there is no such key."""
    try:
        entry = next((one for one in _entries(text) if one.key == key), None)
    except _NotEditableError:
        return ""
    if entry is None:
        return ""
    column = entry.start - (text.rfind("\n", 0, entry.start) + 1)
    return textwrap.dedent(" " * column + text[entry.start : entry.end]).strip("\n")


def with_value(text: str, key: str, written: str | None, order: Sequence[str]) -> str:
    """Return a text with another value of one key.

    Parameters
    ----------
    text : str
        YAML, as a person wrote it.
    key : str
        At the left margin.
    written : str or None
        The value as YAML, of one line or several; None takes the key out.
    order : sequence of str
        All keys: a new one goes behind the nearest before it that is there.

    Returns
    -------
    str
        As it was, if ``text`` can't be changed in place, or if the change would change anything else.
    """
    try:
        entries = _entries(text)
    except _NotEditableError:
        return text
    entry = next((one for one in entries if one.key == key), None)
    if written is None:
        changed = text if entry is None else _without(text, entry)
    elif entry is None:
        changed = _added(text, entries, key, written, order)
    else:
        changed = _replaced(text, entry, written)
    return changed if _only_changed(text, changed, key) else text


class _NotEditableError(Exception):
    """The text has no keys that begin lines of their own."""


@dataclass(frozen=True)
class _Entry:
    """One key of the text, as places in it: of the key, behind its colon, and of its value."""

    key: str
    line: int
    colon: int
    start: int
    end: int


def _entries(text: str) -> list[_Entry]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        raise _NotEditableError from None
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _NotEditableError
    found = []
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode) or key.start_mark.column:
            raise _NotEditableError
        colon = text.find(":", key.end_mark.index) + 1
        start, end = value.start_mark.index, _end(value)
        if start < colon:  # an alias: its node stands where its anchor is
            alias = _ALIAS.match(text, colon)
            if alias is None:
                raise _NotEditableError
            start, end = alias.end() - len(alias[0].lstrip()), alias.end()
        end = start + len(text[start:end].rstrip())
        found.append(_Entry(key.value, key.start_mark.index, colon, start, end))
    return found


def _end(node: yaml.Node) -> int:
    """Return where a value ends; PyYAML's own mark of a block is where the next one begins."""
    parts = []
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        parts = [part for one in node.value for part in (one if isinstance(one, tuple) else (one,))]
    ends = [_end(part) for part in parts if part.start_mark.index >= node.start_mark.index]
    return max(ends, default=node.end_mark.index)


def _end_of_line(text: str, place: int) -> int:
    found = text.find("\n", place)
    return len(text) if found < 0 else found


def _without(text: str, entry: _Entry) -> str:
    return text[: entry.line] + text[_end_of_line(text, entry.end) + 1 :]


def _replaced(text: str, entry: _Entry, written: str) -> str:
    stop = _end_of_line(text, entry.end)
    behind = text[entry.end : stop]
    between = text[entry.colon : entry.start].split("\n", 1)
    remark = between[0].strip() if len(between) > 1 else ""  # a comment behind the colon of a block
    if not remark and behind.strip().startswith("#"):
        remark = behind.strip()
    return text[: entry.colon] + _valued(written, remark) + text[stop:]


def _valued(written: str, remark: str) -> str:
    """Return what stands behind the colon of a key."""
    about = f" {remark}" if remark else ""
    if "\n" in written.strip("\n") or written.lstrip().startswith("- "):
        return f"{about}\n{textwrap.indent(written.strip(chr(10)), _INDENT)}"
    return f" {written.strip()}{about}"


def _added(text: str, entries: Sequence[_Entry], key: str, written: str, order: Sequence[str]) -> str:
    line = f"{key}:{_valued(written, '')}\n"
    before = order[: order.index(key)] if key in order else order
    above = [one for one in entries if one.key in before]
    if above:
        latest = max(above, key=lambda one: (order.index(one.key), one.line))
        place = _end_of_line(text, latest.end)
        return f"{text[:place]}\n{line}{text[place + 1 :]}"
    if entries:
        return text[: entries[0].line] + line + text[entries[0].line :]
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}"


def _only_changed(before: str, after: str, key: str) -> bool:
    """Say whether a change left all other keys as they were, and the text YAML."""
    first, second = read_yaml(before), read_yaml(after)
    if any(flaw.lost for flaw in second.flaws):
        return False
    values = [one.value if isinstance(one.value, dict) else {} for one in (first, second)]
    return all(
        values[0].get(name) == values[1].get(name) and (name in values[0]) is (name in values[1])
        for name in values[0].keys() | values[1].keys()
        if name != key
    )
