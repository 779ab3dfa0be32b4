"""The first half of a run: a folder with the parameters, then everything that Jira is asked."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from auditlib.audit.answers.given import parse_answers
from auditlib.audit.controls.site.deployments import is_json_lines, read_deployments
from auditlib.audit.controls.site.ticket_keys import KeyFinder
from auditlib.audit.numbering.explanations import parse_explanations
from auditlib.audit.permissions.last_review import parse_review
from auditlib.audit.permissions.leavers import parse_leavers
from auditlib.audit.sampling.draw import parse_keys
from auditlib.audit.scope.request_list import parse_requests
from auditlib.errors import UsageError
from auditlib.evidence.content import Content
from auditlib.evidence.opened import PULLED, Evidence
from auditlib.evidence.origin import pulled_between
from auditlib.evidence.provenance import LACKS
from auditlib.evidence.request_list import COPY as REQUEST_LIST
from auditlib.evidence.request_list import nameable
from auditlib.evidence.schema import SCHEMA
from auditlib.evidence.second_source import SOURCE_FILES
from auditlib.evidence.witnesses import log_asked_from
from auditlib.files import demo_file, expanded, read_given, write_json, write_whole
from auditlib.jira.client import JiraReader
from auditlib.jira.connection import Embedded, connected, serve
from auditlib.keys import is_key
from auditlib.memory import give_back, take_sparingly
from auditlib.params.model import Parameters
from auditlib.params.second_source import SecondSource
from auditlib.params.types import DEMO
from auditlib.params.writing import dump_parameters
from auditlib.pull.dossiers import ask_dossiers
from auditlib.pull.from_archive import copy_archive, copy_comments
from auditlib.pull.plan import pull
from auditlib.pull.session import MOST_QUESTIONS, Tell
from auditlib.responses.copying import refuse_changed_files
from auditlib.text import shorten, visible_text

_LONGEST_LIST: Final = 50_000_000
"""Characters of a list that people made; whatever is longer is something else."""

_LONGEST_SOURCE: Final = 500_000_000
"""Characters of a file of deployments."""

_SECOND_SOURCE: Final = "second_source"

_LISTS: Final[Mapping[str, Callable[[str, str], object]]] = {
    "answers": parse_answers, "leavers": parse_leavers, "review": parse_review,
}  # fmt: skip
"""Parameters that name a list which people made, each with what reads it."""

_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a file begins that a spreadsheet writes as its own: a zip archive; or a compound file, which Excel wrote until 2003 and
still writes with a password (MS-CFB, 2.2; MS-OFFCRYPTO, 2.3.2)."""

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
"""How a text begins of which each character has two or four bytes (RFC 2781, 3.2); without it, a zero byte is among the first."""


def package_name(params: Parameters, now: datetime, what: str = "") -> str:
    """Return the default name of a package: the audit's slug, what else it is, and a UTC stamp."""
    return "-".join(filter(None, [params.slug, what, f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"]))


def with_seed(params: Parameters) -> Parameters:
    """Return the parameters with a seed: the given one, or one drawn from the system's randomness and recorded with them."""
    if params.sample_seed is not None or params.sample_keys is not None:
        return params
    return params.model_copy(update={"sample_seed": secrets.token_hex(16)})


def begin(params: Parameters, folder: Path, base: Path) -> Evidence:
    """Begin a package: put the parameters, and the files that they name, into a working folder.

    Parameters
    ----------
    params : Parameters
        As given.
    folder : Path
        Working folder of the package.
    base : Path
        Folder from which relative paths in the parameters count.

    Raises
    ------
    UsageError
        If a file that the parameters name can't be read.
    ParameterError
        If a list of people, the explanations, answers or requests are not in their form; whether each number is missing, and each
        answer is to a finding, is known only after the pull.
    """
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    recorded = with_seed(params)
    write_whole(data / "params.yaml", [dump_parameters(recorded).encode()], durable=True)
    if params.gap_explanations is not None:
        explanations = data / "gap_explanations.csv"
        _copy(_named(params, base, params.gap_explanations), explanations, "gap_explanations")
        text = _text_of(explanations, "gap_explanations", params.gap_explanations)
        parse_explanations(text, params.gap_explanations, params.projects)
    for key, read in _LISTS.items():
        named = getattr(params, key)
        if named is not None:
            _copy(_named(params, base, named), data / f"{key}.csv", key)
            read(_text_of(data / f"{key}.csv", key, named), named)
    if params.requests is not None:
        _copy(_named(params, base, params.requests), data / REQUEST_LIST, "requests")
        text = _text_of(data / REQUEST_LIST, "requests", params.requests)
        parse_requests(text, params.requests, nameable(Evidence.known_chapters))
    if params.second_source is not None:
        _copy_second_source(params, params.second_source, data, base)
    if isinstance(params.sample_keys, str):
        _copy(_named(params, base, params.sample_keys), data / "sample_keys.txt", "sample_keys")
        _require_some(_text_of(data / "sample_keys.txt", "sample_keys", params.sample_keys), params)
    copy_archive(archive_of(params, base), data, log_asked_from(params.period))
    return Evidence(folder, recorded)


def _copy_second_source(params: Parameters, source: SecondSource, data: Path, base: Path) -> None:
    """Copy the file of the second source; its name there says whether it is CSV or JSON Lines."""
    copy, named = data / SOURCE_FILES[0], f"{_SECOND_SOURCE}.file"
    _copy(_named(params, base, source.file), copy, named)
    text = _text_of(copy, named, source.file, _LONGEST_SOURCE)
    read_deployments(text, source.file, source, KeyFinder(params.projects))
    if is_json_lines(text):
        copy.replace(data / SOURCE_FILES[1])


def archive_of(params: Parameters, base: Path) -> Path:
    """Return the folder of the archive that the parameters name."""
    return base / expanded(params.archive)


def _named(params: Parameters, base: Path, named: str) -> Path:
    """Return a file that the parameters name; those of the demo come with it, wherever it is started."""
    return demo_file(base, named) if params.jira_url == DEMO else base / expanded(named)


def _text_of(path: Path, key: str, named: str, longest: int = _LONGEST_LIST) -> str:
    content = path.read_bytes()
    if content.startswith(_WORKBOOKS):
        raise UsageError(
            f"{key}: {named} is a workbook of a spreadsheet; save its first sheet as CSV UTF-8, and name that"
        )
    if content.startswith(_WIDE) or b"\0" in content[:4]:
        raise UsageError(f"{key}: {named} is UTF-16, as Excel saves Unicode Text; save it as CSV UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{key}: {named} is not UTF-8; save the file with that encoding") from None
    if len(text) > longest or "\0" in text:
        raise UsageError(f"{key}: {named} is no such list: it is too long, or holds what no text does") from None
    return text


def _require_some(text: str, params: Parameters) -> None:
    """Refuse a list of which no key can be in the population; which of the others are not, is told in the package."""
    given = parse_keys(text)
    if not any(is_key(key.upper()) and key.upper().rpartition("-")[0] in params.projects for key in given):
        seen = f"; the first is {shorten(visible_text(given[0]), 60)}" if given else ""
        raise UsageError(
            f"sample_keys: {params.sample_keys} names no issue of {', '.join(params.projects)}; a key a line is needed, "
            f"or a CSV file with a column key{seen}"
        )


def _copy(source: Path, target: Path, key: str) -> None:
    try:
        write_whole(target, [read_given(expanded(source))])
    except OSError as error:
        raise UsageError(f"{key}: {source} can't be read: {error.strerror or type(error).__name__}") from None


def collect(
    params: Parameters,
    folder: Path,
    environ: Mapping[str, str],
    tell: Tell,
    *,
    base: Path,
    embedded: Embedded | None = None,
    most_questions: int = MOST_QUESTIONS,
) -> Evidence:
    """Pull all that the tables need into a working folder.

    Parameters
    ----------
    params : Parameters
        What is asked for.
    folder : Path
        Working folder; ``data/`` is made in it.
    environ : mapping
        JIRA_USER and JIRA_TOKEN.
    tell : callable
        Progress.
    base : Path
        Folder from which relative paths in the parameters count.
    embedded : callable, optional
        Makes the embedded Jira, for ``jira_url: demo``.
    most_questions : int
        That may be spent on missing numbers.

    Returns
    -------
    Evidence
        Opened over what came.
    """
    take_sparingly()
    evidence = begin(params, folder, base)
    (folder / "data" / PULLED).unlink(missing_ok=True)  # of a pull that is gone on with, perhaps by an older version
    lacks = serve(params, embedded).lacks if params.jira_url == DEMO else ()
    if lacks:
        write_whole(folder / "data" / LACKS, [f"{line}\n".encode() for line in lacks])
    with connected(params, evidence.store, environ, embedded) as (reader, _):
        evidence = pull(reader, evidence, tell, most_questions)
        reader.on_answer = None  # with it goes what the pull remembered: from here on, all is read from disk
        give_back()
        collect_dossiers(reader, evidence, tell, base)
    write_json(folder / "data" / PULLED, {"schema": dict(SCHEMA), "pulled": pulled_between(evidence)})
    return evidence


def collect_dossiers(reader: JiraReader, evidence: Content, tell: Tell, base: Path) -> None:
    """Ask for the full record of the sampled issues, with their files if the parameters want them, and their archived notes.

    Parameters
    ----------
    reader : JiraReader
        Of the evidence's store.
    evidence : Content
        With the keys, or all that the sample is drawn from.
    tell : callable
        Progress.
    base : Path
        Folder from which relative paths in the parameters count.

    Raises
    ------
    SourceError
        If Jira can't be reached or can't be trusted.
    SampleError
        If no sample can be drawn.
    """
    refuse_changed_files(reader.store)
    folder = evidence.folder / "data" / "dossiers" if evidence.params.attachments else None
    ask_dossiers(reader, evidence.collected.keys, tell, attachments=folder)
    copy_comments(archive_of(evidence.params, base), evidence.folder / "data", evidence.collected.issue_ids)
