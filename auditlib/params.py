"""The parameter file: what an audit asks for, checked before anything is asked of Jira.

`load_parameters` reads a file as a person wrote it and tells everything that is wrong with it at once;
`parse_parameters` does the same with text, such as the ``params.yaml`` of an evidence package, and touches no disk;
`dump_parameters` writes that text. ``python -m auditlib.params > params/schema.json`` writes the schema for editors.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from auditlib import paramtypes as kinds
from auditlib.errors import ParameterError, Problem
from auditlib.paramtypes import DEFAULT_PERMISSIONS, DEMO, fault, faults, nearest
from auditlib.text import shorten, visible_text
from auditlib.times import Period
from auditlib.yamlfile import Place, Step, dotted, read_yaml

__all__ = [
    "DEMO",
    "SCOPE_KEYS",
    "TEXT_KEYS",
    "Parameters",
    "check_overrides",
    "dump_parameters",
    "json_schema",
    "load_parameters",
    "parameter_values",
    "parse_parameters",
]

SCOPE_KEYS = (
    "jira_url", "projects", "period_start", "period_end", "timezone", "deployment", "issue_types", "population_jql",
    "filter_id",
)  # fmt: skip
"""Keys that say what the population is: a run that starts from a frozen one must have the same."""

TEXT_KEYS = frozenset({
    "audit", "jira_url", "period_start", "period_end", "timezone", "deployment", "population_jql", "test_issue_jql",
    "gap_explanations", "sample_seed", "archive", "previous", "signing_key", "timestamp_url",
})  # fmt: skip
"""Keys whose value ``-p`` takes as text, whatever YAML would make of it."""

_UNSET = ("", "null")
"""What is given after ``-p`` to leave a key out that the file has."""

_WHOLE_FILE = "parameter file"
_NOT_HERE = (
    "a user, password or token has no place in a parameter file or after -p; take it out (and renew it, if the file "
    "was shared): credentials come from the environment variables JIRA_USER and JIRA_TOKEN only"
)


# The model -----------------------------------------------------------------------------------------------------------


def _default_archive(data: Mapping[str, Any]) -> str:
    """Name the archive for the host, without the characters that Windows forbids."""
    host = DEMO if data["jira_url"] == DEMO else urlsplit(data["jira_url"]).hostname or ""
    return f"archive/{host.replace(':', '-')}"


class Parameters(kinds.Record):
    """Everything that one audit asks for; see the contract's table of keys."""

    audit: kinds.Text
    """Title of the audit, for example `SOC 2 Type II 2026`."""
    jira_url: kinds.JiraAddress
    """Base address of Jira, with its context path if there is one; `demo` means the embedded Jira."""
    projects: kinds.ProjectKeys
    """Keys of the projects in scope, at least one."""
    period_start: kinds.Day
    """First day of the period, which belongs to it: `"2026-04-01"`."""
    period_end: kinds.Day
    """Last day of the period, which belongs to it. A period that is not over makes the run an interim one."""
    timezone: kinds.ZoneName
    """IANA name of the time zone in which the period's days are counted: `America/New_York`."""
    deployment: kinds.Deployment = "auto"
    """`cloud`, `data-center`, or `auto` to ask Jira."""
    issue_types: kinds.Names = ()
    """Issue types of the population; empty means all. Narrows the population, never the numbering."""
    population_jql: kinds.Jql | None = None
    """JQL that restricts the population further; what it leaves out is listed in excluded.csv."""
    filter_id: kinds.Whole | None = None
    """Number of a shared filter that restricts the population further; its JQL and shares are recorded."""
    closing_resolutions: kinds.Names = ()
    """Every resolution acceptable on a closed issue, ordinary completion included; empty means any."""
    test_issue_jql: kinds.Jql | None = None
    """JQL that says how this company marks test issues."""
    gap_explanations: kinds.Text | None = None
    """Path of the CSV file in which the analyst explains missing numbers."""
    sample_size: kinds.SampleSize = 25
    """A number; rates to compute it from; or the audit firm's table by size of the population."""
    sample_seed: kinds.Seed | None = None
    """Text from which the sample is drawn, in quotes; drawn and recorded if left out."""
    sample_strata: kinds.Columns = ()
    """Columns of population.csv by which the sample is spread; empty means a simple random sample."""
    sample_extensions: kinds.Extensions = ()
    """Issues drawn in addition, after the first ones were tested, each with the reason; the first ones stay."""
    sample_replacements: kinds.Replacements = ()
    """Sampled issues that are not tested, each with the reason; the next ones drawn take their places."""
    sample_keys: kinds.SampleKeys | None = None
    """The auditor's own selection instead of a draw: a list of issue keys, or the path of a text or CSV file."""
    attributes: kinds.Attributes = ()
    """Control attributes tested on each sampled issue."""
    permissions: kinds.Permissions = DEFAULT_PERMISSIONS
    """Jira's keys of the project permissions to evidence."""
    attachments: kinds.Truth = False
    """`true` downloads the attachments of the sampled issues."""
    archive: kinds.Text = Field(default_factory=_default_archive)
    """Folder of `auditlib archive`, read where it exists; `archive/<host>` if left out."""
    previous: kinds.Text | None = None
    """Path of last year's evidence package, to compare with."""
    signing_key: kinds.Text | None = None
    """Path of the OpenSSH key that signs the package."""
    timestamp_url: kinds.Address | None = None
    """Address of the authority (RFC 3161) that time-stamps the package."""

    @property
    def zone(self) -> ZoneInfo:
        """The audit's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def period(self) -> Period:
        """The period, both days included, in the audit's time zone."""
        return Period(self.period_start, self.period_end, self.zone)

    @property
    def size_rule(self) -> int | dict[str, Any]:
        """The sample size in the form of the file: a number, or a mapping with decimals and lists."""
        if isinstance(self.sample_size, int):
            return self.sample_size
        return {name: getattr(self.sample_size, name) for name in type(self.sample_size).model_fields}

    @property
    def slug(self) -> str:
        """The title as a file name that is safe everywhere: ``soc-2-type-ii-2026``."""
        plain = unicodedata.normalize("NFKD", self.audit.casefold()).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
        if not slug or re.fullmatch(r"con|prn|aux|nul|com[0-9]|lpt[0-9]", slug):
            # A title without Latin letters, or a name that Windows keeps for itself.
            slug = f"audit-{slug or sha256(self.audit.encode()).hexdigest()[:8]}"
        return slug

    # The checks across keys are bound to the later key, so that they run although other keys are wrong.

    @field_validator("period_end")
    @classmethod
    def _ends_after_it_starts(cls, value: date, info: ValidationInfo) -> date:
        start = info.data.get("period_start")
        if start is not None and value < start:
            raise fault(f"the period ends before it starts ({start}); exchange the days, or correct the year")
        return value

    @field_validator("sample_keys")
    @classmethod
    def _selected_or_drawn(cls, value: object, info: ValidationInfo) -> object:
        if value is None:
            return value
        draws = ("sample_seed", "sample_strata", "sample_extensions", "sample_replacements")
        drawing = [name for name in draws if info.data.get(name)]
        if drawing:
            raise fault(
                f"a selection is not drawn, so {' and '.join(drawing)} would mean nothing; keep one or the other "
                f"(-p {drawing[0]}= leaves it out)"
            )
        projects = info.data.get("projects")
        if isinstance(value, tuple) and projects:
            found = [index for index, key in enumerate(value) if key.rsplit("-", 1)[0] not in projects]
            if found:
                raise faults(
                    ((index,), f"its project is not one of projects: {', '.join(projects)}") for index in found
                )
        return value

    @field_validator("sample_replacements")
    @classmethod
    def _of_listed_projects(cls, value: tuple[kinds.Replacement, ...], info: ValidationInfo) -> object:
        projects = info.data.get("projects") or ()
        found = [index for index, one in enumerate(value) if one.key.rsplit("-", 1)[0] not in projects]
        if projects and found:
            said = f"its project is not one of projects: {', '.join(projects)}"
            raise faults(((index, "key"), said) for index in found)
        return value

    @field_validator("attributes")
    @classmethod
    def _within_scope(cls, value: tuple[kinds.Attribute, ...], info: ValidationInfo) -> tuple[kinds.Attribute, ...]:
        """Refuse an attribute that could never apply."""
        found: list[tuple[tuple[Step, ...], str]] = []
        scopes = {
            "project": ("projects", info.data.get("projects")),
            "issue_type": ("issue_types", info.data.get("issue_types")),
        }
        for index, attribute in enumerate(value):
            for name, (scope, allowed) in scopes.items():
                wanted, known = getattr(attribute.applies_to, name, ()), {one.casefold() for one in allowed or ()}
                found += [
                    ((index, "applies_to", name, at), f"is not in scope; {scope} are {', '.join(allowed)}")
                    for at, word in enumerate(wanted)
                    if allowed and word.casefold() not in known
                ]
        if found:
            raise faults(found)
        return value


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
            seen = self.overridden[str(path[0])] if len(path) == 1 else _shown(self.values, path)
        else:
            source, seen = self.source, _shown(self.values, path)
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
        data = path.read_bytes()
    except OSError as error:
        if path.is_dir():
            message = "this is a folder; give the file in it"
        elif not path.exists():
            message = "there is no such file; params/demo.yaml and params/example.yaml are patterns to copy"
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


def _all_or_nothing(parameters: Parameters | None, problems: list[Problem]) -> Parameters:
    if parameters is None or problems:
        # The order of the file, what is wrong on the command line last.
        raise ParameterError(sorted(dict.fromkeys(problems), key=lambda p: (p.path == "-p", p.line or 0)))
    return parameters


def _checked(text: str, source: str, overrides: Sequence[str]) -> tuple[Parameters | None, _Given, list[Problem]]:
    """Read, override, check; the parameters are None if a value is wrong."""
    document = read_yaml(text.removeprefix("\ufeff"))
    given, problems = _overridden(source, document.value, document.places, overrides)
    problems = _leaked(text, source) + problems
    if isinstance(document.value, dict):
        kept = [flaw for flaw in document.flaws if not flaw.key or flaw.key[0] not in given.overridden]
        problems += [_problem(source, flaw.line, flaw.key, flaw.value, flaw.message) for flaw in kept]
    elif document.flaws:
        problems += [_problem(source, flaw.line, flaw.key, flaw.value, flaw.message) for flaw in document.flaws]
        return None, given, problems
    else:
        seen = "" if document.value is None else _shown({"": document.value}, ("",))
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
        elif _ATLASSIAN_TOKEN.search(text):
            problems.append(_problem("-p", None, (name,), "", f"holds an Atlassian token: {_NOT_HERE}"))
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
        about = _fields_at(raw[:-1]).get(str(path[-1]))
        return [given.problem(path, f"is missing, and is needed: {_described(about)}", value="")]
    if kind in {"model_type", "dict_type", "model_attributes_type"}:
        return [given.problem(path, f"a mapping is needed with the keys {', '.join(_fields_at(raw))}")]
    return [given.problem(path, item["msg"])]


def _unknown(given: _Given, path: tuple[Step, ...], raw: tuple[Step, ...]) -> Problem:
    """Say that a key does not exist, and which one may be meant."""
    name = str(path[-1])
    known = _fields_at(raw[:-1])
    seen = _shown(given.values, path)
    # What nobody expected here may be anything, a key to something included.
    secret = re.fullmatch(r"[\w+/=.\-]{20,}", seen) is not None
    message = f"unknown key; {nearest(name, known)}allowed are {', '.join(known)}"
    return given.problem(path, message, secret=secret)


def _fields_at(raw: tuple[Step, ...]) -> dict[str, FieldInfo | None]:
    """List the keys of the mapping at a path of pydantic's, by the name they have in a file."""
    names = [step for step in raw if isinstance(step, str)]
    events = {"first", "then", "event", "from", "to", "different_people"}
    records: dict[str, type[BaseModel]] = {
        "<rates>": kinds.SizeFromRates, "<table>": kinds.SizeByPopulation, "<status>": kinds.ToStatus,
        "attributes": kinds.Attribute, "applies_to": kinds.AppliesTo, "test": kinds.Test, "order": kinds.Order,
        "filled_before": kinds.FilledBefore, "has": kinds.Has, "within": kinds.Within,
    }  # fmt: skip
    record = records.get(names[-1], Parameters) if names else Parameters
    if names and names[-1] in events:
        record = kinds.ToStatus
    return {about.alias or name: about for name, about in record.model_fields.items()}


def _described(about: FieldInfo | None) -> str:
    text = about.description if about is not None and about.description else "see params/example.yaml"
    return (text if text[1:2].isupper() else text[0].lower() + text[1:]).rstrip(".")


def _missing_files(given: _Given) -> list[Problem]:
    """Find the files and folders that are named and do not exist."""
    problems = []
    for name in ("gap_explanations", "sample_keys", "previous", "signing_key"):
        value = given.values.get(name)
        if isinstance(value, str) and value.strip() and "\0" not in value and not Path(value).expanduser().exists():
            where = "" if Path(value).expanduser().is_absolute() else " (counted from the working directory)"
            problems.append(given.problem((name,), f"there is no such file or folder{where}"))
    return problems


# What may be shown ---------------------------------------------------------------------------------------------------

_SECRET_WORDS = frozenset({
    "token", "tokens", "password", "passwd", "passphrase", "pass", "pwd", "pw", "secret", "secrets", "user",
    "username", "login", "apikey", "pat", "credential", "credentials", "bearer", "auth", "authorization", "email",
})  # fmt: skip
_SECRET_PARTS = re.compile(r"token|passw|secret|api_?key|credential|bearer", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"\w*(token|passw|secret)\w*\s*[:= ]|\buser(name)?\s*[:=]", re.IGNORECASE)
_ATLASSIAN_TOKEN = re.compile(r"\bAT[A-Z]TT3[\w\-=.]{8,}")


def _secret_name(name: str) -> bool:
    """Say whether a key is named like a credential: ``jira_token``, ``apiKey``, ``user``."""
    words = re.split(r"[\W_]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower())
    return bool(_SECRET_PARTS.search(name)) or not _SECRET_WORDS.isdisjoint(words)


def _masked(text: str) -> str:
    """Cover what may be a secret in a value, and keep it short."""
    text = _ATLASSIAN_TOKEN.sub("…", text)
    text = re.sub(r"://\S*@", "://…@", text)
    text = re.sub(r"(://[^\s?#]*[?#])\S*", r"\1…", text)
    if text != text.strip():
        text = f'"{text}"'  # the blank is what is wrong with it
    return shorten(visible_text(" ".join(text.split())), 80)


def _shown(values: object, path: tuple[Step, ...]) -> str:
    """Show the value at a path as short text; what lies inside of mappings is not shown."""
    for step in path:
        if isinstance(values, dict):
            values = values.get(step)
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            values = values[step]
        else:
            return ""
    match values:
        case None:
            return ""
        case bool():
            return str(values).lower()
        case dict():
            return f"a mapping of {len(values)}" if values else "{}"
        case list() if any(isinstance(item, dict | list) for item in values) or len(values) > 5:
            return f"a list of {len(values)}"
        case list():
            return f"[{', '.join('null' if item is None else str(item) for item in values)}]"
        case _:
            return str(values)


def _problem(
    source: str, line: int | None, path: tuple[Step, ...], value: str, message: str, *, secret: bool = False
) -> Problem:
    """Make a problem; the only place that does, so that no secret is shown by any."""
    words = [step for step in path if isinstance(step, str)]
    if any(step not in Parameters.model_fields and _secret_name(step) for step in words):
        message, secret = _NOT_HERE, True
    elif _SECRET_VALUE.search(value):
        secret = True
    return Problem(source, line, _masked(dotted(path)) or _WHOLE_FILE, "" if secret else _masked(value), message)


def _leaked(text: str, source: str) -> list[Problem]:
    """Find what looks like one of Atlassian's tokens, wherever it stands, comments included."""
    return [
        Problem(source, number, _WHOLE_FILE, "", f"holds an Atlassian token: {_NOT_HERE}")
        for number, line in enumerate(text.splitlines(), start=1)
        if _ATLASSIAN_TOKEN.search(line)
    ]


# Writing -------------------------------------------------------------------------------------------------------------


class _Quoted(str):
    """Text that is written in quotes, so that every YAML reader takes it for text."""

    __slots__ = ()


class _Writer(yaml.SafeDumper):
    """SafeDumper, with quoted text and decimals as they were given; never an anchor."""

    def ignore_aliases(self, _data: object) -> bool:
        """Write equal values out each time."""
        return True


def _write_quoted(writer: _Writer, text: _Quoted) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


def _write_decimal(writer: _Writer, number: Decimal) -> yaml.Node:
    text = f"{number:f}"
    return writer.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Writer.add_representer(_Quoted, _write_quoted)
_Writer.add_representer(Decimal, _write_decimal)


def dump_parameters(params: Parameters) -> str:
    """Write parameters as canonical YAML: every key, in the contract's order, with the value that holds.

    Parameters
    ----------
    params : Parameters
        A model holds no credentials, so the text holds none.

    Returns
    -------
    str
        YAML that `parse_parameters` reads back as an equal model, and equal text for equal models.
    """
    values = {name: _plain(getattr(params, name)) for name in Parameters.model_fields}
    return yaml.dump(values, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=10**9, default_flow_style=False)


def _plain(value: object) -> object:
    """Turn a value of the model into what YAML has; inside of mappings, what was not given is left out."""
    match value:
        case BaseModel():
            fields = type(value).model_fields.items()
            items = ((about.alias or name, getattr(value, name)) for name, about in fields)
            return {name: _plain(item) for name, item in items if item is not None and item != ()}
        case tuple():
            return [_plain(item) for item in value]
        case date():
            return _Quoted(value.isoformat())
        case str():
            return _Quoted(value)
        case _:
            return value


def parameter_values(params: Parameters) -> dict[str, Any]:
    """Return the effective values by key, as JSON can hold them: a rate is its decimal text, so that it stays exact."""
    value = read_yaml(dump_parameters(params)).value
    return {str(key): _json_ready(part) for key, part in value.items()} if isinstance(value, dict) else {}


def _json_ready(value: object) -> Any:
    if isinstance(value, dict):
        return {str(key): _json_ready(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_json_ready(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value


def json_schema() -> dict[str, Any]:
    """Describe the parameter file as JSON Schema (2020-12), for editors.

    Returns
    -------
    dict
        The content of ``params/schema.json``. It knows each key and its form; checks across keys are made by
        `load_parameters` alone.
    """
    schema = Parameters.model_json_schema(by_alias=True)
    schema.pop("description", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Parameter file of auditlib",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def schema_text() -> str:
    """Write the schema as the file ``params/schema.json`` holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
