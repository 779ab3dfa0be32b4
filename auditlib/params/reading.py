"""Parameter files read, checked as a whole, and overridden from the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from auditlib.errors import ParameterError, Problem
from auditlib.files import demo_file, expanded, is_there, read_given
from auditlib.params.faults import nearest
from auditlib.params.masking import (
    ATLASSIAN_TOKEN,
    NOT_HERE,
    SECRET_VALUE,
    WHOLE_FILE,
    leaked,
    masked,
    secret_name,
    shown_value,
)
from auditlib.params.members import described, fields_at
from auditlib.params.model import Parameters
from auditlib.params.types import DEMO
from auditlib.params.yamlfile import Place, Step, dotted, read_yaml
from auditlib.text import shorten, visible_text

_MOST_NEAR: Final = 5

_MOST_NAMES: Final = 8
"""Keys that are named beside the one that is probably meant."""

_LONGEST_FILE: Final = 20_000_000
"""Bytes of a parameter file, which has some hundred lines."""

SCOPE_KEYS = (
    "jira_url", "projects", "period_start", "period_end", "timezone", "deployment", "issue_types", "population_jql",
    "filter_id",
)  # fmt: skip
"""Keys that say what the population is: a run that starts from a frozen one must have the same."""

TEXT_KEYS = frozenset({
    "audit", "jira_url", "period_start", "period_end", "timezone", "deployment", "population_jql", "test_issue_jql",
    "gap_explanations", "sample_seed", "answers", "requests", "leavers", "review", "org_id", "archive", "previous",
    "signing_key", "timestamp_url",
})  # fmt: skip
"""Keys whose value ``-p`` takes as text, whatever YAML would make of it."""

_UNSET = ("", "null")
"""What is given after ``-p`` to leave a key out that the file has."""


# Reading -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Given:
    """What the file and the command line say together, before it is checked.

    ``places`` has the file's lines; a key in ``overridden`` (name to text) comes from the command line instead.
    """

    source: str
    values: dict[str, object]
    places: Mapping[tuple[Step, ...], Place]
    overridden: Mapping[str, str]

    def problem(
        self, path: tuple[Step, ...], message: str, *, value: str | None = None, secret: bool = False
    ) -> Problem:
        """Say what is wrong at a path; the line is that of the nearest thing above it that stands in the file."""
        if path and path[0] in self.overridden:
            source, line = "-p", None
            seen = self.overridden[str(path[0])] if len(path) == 1 else shown_value(self.values, path)
        else:
            source, seen = self.source, shown_value(self.values, path)
            above = next((path[:n] for n in range(len(path), -1, -1) if path[:n] in self.places), None)
            line = 1 if above is None else self.places[above].line
            if path in self.places and self.places[path].written:
                seen = self.places[path].written
        return _problem(source, line, path, seen if value is None else value, message, secret=secret)


def load_parameters(path: Path, overrides: Sequence[str] = (), *, check_files: bool = False) -> Parameters:
    """Read and check a parameter file.

    Parameters
    ----------
    path : Path
        The file, UTF-8.
    overrides : sequence of str
        What was given with ``-p``, each ``name=value``; text keys take the value as text, others as YAML.
    check_files : bool
        Whether the files that the parameters name must exist, so that a long run does not fail at its end. Not for
        the parameters of a package, whose files stayed where it was made. Paths count from the working directory;
        ``~`` is the home directory.

    Returns
    -------
    params : Parameters
        With every default filled in.

    Raises
    ------
    ParameterError
        If anything is wrong; it tells all at once.
    """
    source = path.as_posix()
    try:
        data = read_given(path, _LONGEST_FILE)
    except OSError as error:
        if path.is_dir():
            message = f"this is a folder; give the file in it: {_near(path / 'x')}"
        elif not path.exists():
            message = f"there is no such file; {_near(path)}"
        else:
            message = f"can't be read: {error.strerror or type(error).__name__}"
        raise ParameterError([_problem(source, None, (), "", message)]) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = f"byte 0x{data[error.start]:02x}"
        message = "is not UTF-8; save the file with the encoding UTF-8"
        raise ParameterError([_problem(source, line, (), shown, message)]) from None
    parameters, given, problems = _checked(text, source, overrides)
    if check_files:
        wrong = {problem.key for problem in problems}
        problems += [problem for problem in _missing_files(given) if problem.key not in wrong]
    return _all_or_nothing(parameters, problems)


def check_overrides(overrides: Sequence[str]) -> None:
    """Check what was given with ``-p`` by itself, before a file or a folder is read that the rest comes from.

    Parameters
    ----------
    overrides : sequence of str
        As in `load_parameters`; the files that they name must exist.

    Raises
    ------
    ParameterError
        If anything is wrong; it tells all at once. Whether the values go with the rest is not known yet.
    """
    given, problems = _overridden("", None, {}, overrides)
    _, wrong = _validated(given)
    told = {problem.key for problem in problems + wrong}
    wrong += [problem for problem in _missing_files(given) if problem.key not in told]
    if found := [problem for problem in problems + wrong if problem.path == "-p"]:
        raise ParameterError(list(dict.fromkeys(found)))


def parse_parameters(text: str, source: str, overrides: Sequence[str] = ()) -> Parameters:
    """Check the text of a parameter file, without a look at the disk.

    Parameters
    ----------
    text : str
        YAML.
    source : str
        Where the text comes from, for messages.
    overrides : sequence of str
        As in `load_parameters`.

    Returns
    -------
    params : Parameters
        With every default filled in.

    Raises
    ------
    ParameterError
        If anything is wrong; it tells all at once.
    """
    parameters, _, problems = _checked(text, source, overrides)
    return _all_or_nothing(parameters, problems)


def problems_of(text: str, source: str, base: Path) -> list[Problem]:
    """Return what `load_parameters` would say is wrong with a text, the files that it names included.

    Parameters
    ----------
    text : str
        YAML.
    source : str
        Where the text comes from, for messages.
    base : Path
        Folder from which relative paths count.
    """
    _, given, problems = _checked(text, source, ())
    wrong = {problem.key for problem in problems}
    return _in_order([*problems, *(problem for problem in _missing_files(given, base) if problem.key not in wrong)])


def _all_or_nothing(parameters: Parameters | None, problems: list[Problem]) -> Parameters:
    if parameters is None or problems:
        raise ParameterError(_in_order(problems))
    return parameters


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Return problems in the order of the file, what is wrong on the command line last."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.path == "-p", p.line or 0))


def _checked(text: str, source: str, overrides: Sequence[str]) -> tuple[Parameters | None, _Given, list[Problem]]:
    """Read, override, check; the parameters are None if a value is wrong."""
    document = read_yaml(text.removeprefix("\ufeff"))
    given, problems = _overridden(source, document.value, document.places, overrides)
    problems = leaked(text, source) + problems
    if isinstance(document.value, dict):
        kept = [flaw for flaw in document.flaws if not flaw.key or flaw.key[0] not in given.overridden]
        problems += [_problem(source, flaw.line, flaw.key, flaw.value, flaw.message) for flaw in kept]
    elif document.flaws:
        problems += [_problem(source, flaw.line, flaw.key, flaw.value, flaw.message) for flaw in document.flaws]
        return None, given, problems
    else:
        seen = "" if document.value is None else shown_value({"": document.value}, ("",))
        what = "is empty" if document.value is None else "holds no keys"
        required = ", ".join(name for name, about in Parameters.model_fields.items() if about.is_required())
        problems.append(_problem(source, 1, (), seen, f"{what}; lines of key: value are needed, at least {required}"))
        return None, given, problems
    parameters, wrong = _validated(given)
    lost = tuple(dotted(flaw.key) for flaw in kept if flaw.lost and flaw.key)
    wrong = [problem for problem in wrong if problem.path == "-p" or not problem.key.startswith(lost)]
    taken = {(problem.path, problem.key) for problem in wrong + problems}
    for path, number in document.odd_numbers.items():
        found = given.problem(
            path, f"YAML makes the number {number} of this; write the number plainly, or put text in quotes"
        )
        if path[0] not in given.overridden and (found.path, found.key) not in taken:
            wrong.append(found)
    return parameters, given, problems + wrong


def _overridden(
    source: str, value: object, places: Mapping[tuple[Step, ...], Place], overrides: Sequence[str]
) -> tuple[_Given, list[Problem]]:
    """Put the values of the command line over those of the file."""
    problems: list[Problem] = []
    values = dict(value) if isinstance(value, dict) else {}
    texts: dict[str, str] = {}
    for override in overrides:
        name, equals, text = override.partition("=")
        if not equals:
            problems.append(_problem("-p", None, (name,), "", "a value is given as name=value"))
        elif ATLASSIAN_TOKEN.search(text):
            problems.append(_problem("-p", None, (name,), "", f"holds an Atlassian token: {NOT_HERE}"))
        elif name in texts:
            problems.append(_problem("-p", None, (name,), text, "is given twice; give it once"))
        elif (
            text.strip() in _UNSET
            and name in Parameters.model_fields
            and not Parameters.model_fields[name].is_required()
        ):
            texts[name] = text
            values.pop(name, None)
        elif name in TEXT_KEYS:
            texts[name] = values[name] = text
        else:
            texts[name] = text
            document = read_yaml(text)
            values[name] = document.value
            wrong = [(flaw.key, flaw.message) for flaw in document.flaws]
            wrong += [
                (key, f"YAML makes the number {number} of this; write the number plainly, or put text in quotes")
                for key, number in document.odd_numbers.items()
                if name in Parameters.model_fields
            ]
            problems += [_problem("-p", None, (name,), text, message) for _, message in wrong]
            if document.flaws:
                # Told already: its checks would only say that nothing is given.
                values.pop(name)
    return _Given(source, values, places, texts), problems


def _validated(given: _Given) -> tuple[Parameters | None, list[Problem]]:
    """Let the model check the values, and say each error with its place."""
    try:
        return Parameters.model_validate(given.values), []
    except ValidationError as error:
        problems: list[Problem] = []
        for item in error.errors(include_url=False, include_input=False):
            # Tags of unions, in angle brackets, stand in no file.
            path = tuple(step for step in item["loc"] if not (isinstance(step, str) and step.startswith("<")))
            problems += _told(given, path, item)
        return None, problems


def _told(given: _Given, path: tuple[Step, ...], item: ErrorDetails) -> list[Problem]:
    """Turn one of pydantic's errors into problems."""
    kind, raw = item["type"], item["loc"]
    if kind == "parameter":
        context = item["ctx"]
        return [given.problem(path + at, message, secret=context["secret"]) for at, message in context["faults"]]
    if kind == "default_factory_not_called":
        return []  # it depends on a key that is told to be wrong
    if kind == "extra_forbidden":
        return [_unknown(given, path, raw)]
    if kind == "missing":
        if given.overridden.get(str(path[0])) is not None and path[0] not in given.values:
            return []  # its YAML was wrong, which is told
        about = fields_at(raw[:-1]).get(str(path[-1]))
        return [given.problem(path, f"is missing, and is needed: {described(about)}", value="")]
    if kind in {"model_type", "dict_type", "model_attributes_type"}:
        return [given.problem(path, f"a mapping is needed with the keys {', '.join(fields_at(raw))}")]
    return [given.problem(path, item["msg"])]


def _unknown(given: _Given, path: tuple[Step, ...], raw: tuple[Step, ...]) -> Problem:
    """Say that a key does not exist, and which one may be meant."""
    name = str(path[-1])
    known = fields_at(raw[:-1])
    seen = shown_value(given.values, path)
    # What nobody expected here may be anything, a key to something included.
    secret = re.fullmatch(r"[\w+/=.\-]{20,}", seen) is not None
    meant = nearest(name, known)
    allowed = "" if meant and len(known) > _MOST_NAMES else f"allowed are {', '.join(known)}"
    message = f"unknown key; {meant}{allowed}".strip()
    return given.problem(path, message, secret=secret)


def _near(path: Path) -> str:
    """Say which parameter files lie where somebody looked for one, or where they are to be got from."""
    folders = dict.fromkeys([path.parent, Path(), Path("params")])
    found = [one for folder in folders for one in _yaml_files(folder)]
    if not found:
        return "params/demo.yaml and params/example.yaml are patterns to copy"
    shown = ", ".join(shorten(visible_text(one.as_posix()), 80) for one in found[:_MOST_NEAR])
    return f"here {'is' if len(found) == 1 else 'are'} {shown}" + (" and others" if len(found) > _MOST_NEAR else "")


def _yaml_files(folder: Path) -> list[Path]:
    try:
        return sorted(
            one for one in folder.iterdir() if one.suffix in {".yaml", ".yml"} and not one.name.startswith(".")
        )
    except OSError:
        return []


def _missing_files(given: _Given, base: Path = Path()) -> list[Problem]:
    """Find the files and folders that are named and do not exist."""
    names = ("gap_explanations", "sample_keys", "answers", "requests", "leavers", "review", "previous", "signing_key")
    named: list[tuple[tuple[Step, ...], object]] = [((name,), given.values.get(name)) for name in names]
    source, demo = given.values.get("second_source"), given.values.get("jira_url") == DEMO
    named.append((("second_source", "file"), source.get("file") if isinstance(source, dict) else None))
    problems = []
    for path, value in named:
        if isinstance(value, str) and value.strip() and "\0" not in value:
            where = "" if expanded(value).is_absolute() else " (counted from the working directory)"
            if not is_there(demo_file(base, value) if demo else base / expanded(value)):
                problems.append(given.problem(path, f"there is no such file or folder{where}"))
    return problems


def _problem(
    source: str, line: int | None, path: tuple[Step, ...], value: str, message: str, *, secret: bool = False
) -> Problem:
    """Make a problem; the only place that does, so that no secret is shown by any."""
    words = [step for step in path if isinstance(step, str)]
    if any(step not in Parameters.model_fields and secret_name(step) for step in words):
        message, secret = NOT_HERE, True
    elif SECRET_VALUE.search(value):
        secret = True
    return Problem(source, line, masked(dotted(path)) or WHOLE_FILE, "" if secret else masked(value), message)
