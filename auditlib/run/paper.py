"""What a notebook works with: the evidence of one package, its question and conclusion, and where its results go.

A notebook of a working folder writes its tables and figures into it; on a sealed package, or with other values than those
the package was made with, it only shows them. In a run it writes its figures alone: the run itself writes each table, once.
"""

from __future__ import annotations

import base64
import html
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from matplotlib.figure import Figure

from auditlib import __version__
from auditlib.audit.controls.subject import OUTCOMES
from auditlib.audit.population.cut import POPULATION
from auditlib.audit.sampling.draw import stratum_names, ticket
from auditlib.audit.sampling.limits import evaluation_words, upper_limit
from auditlib.audit.sampling.sample import SAMPLE
from auditlib.audit.scope.spot_check import keys_to_look_up, places_to_look_up
from auditlib.audit.summary import LIMITS, QUESTIONS
from auditlib.dossier.record import Dossier
from auditlib.errors import AuditError, UsageError
from auditlib.evidence.opened import PULLED, Evidence, open_evidence
from auditlib.package.disk import write_whole
from auditlib.package.target import EVIDENCE, PARTIAL, is_sealed
from auditlib.params.model import Parameters
from auditlib.params.reading import SCOPE_KEYS, load_parameters, parse_parameters
from auditlib.params.types import DEMO
from auditlib.params.writing import parameter_values
from auditlib.phrases import counted
from auditlib.records.grants import POWERS
from auditlib.records.history import HISTORY_WORDS
from auditlib.report.charts.style import figure_files
from auditlib.report.display import Conclusion, Lines, Sheet, Sheets, Table, conclusion, show_table
from auditlib.responses.store import Entry
from auditlib.responses.topics import in_words
from auditlib.run.notebooks import demo_parameters
from auditlib.run.redraw import redraw_shown
from auditlib.run.self_test import digests, suite_result, suite_sentence
from auditlib.tables import csv_pieces, to_csv
from auditlib.text import visible_text
from auditlib.times import format_instant, format_utc

if TYPE_CHECKING:
    from auditlib.jira.connection import Embedded

CHECKOUT: Final = Path(__file__).parents[2]
"""Where this code was checked out, if it was."""


_ALWAYS_SHOWN: Final = ("sample_size", "deployment")


class Workpaper:
    """One notebook's view of a package.

    Parameters
    ----------
    notebook : str
        Name of the notebook, e.g. ``03_numbering``.
    evidence : Evidence
        The package or working folder.
    given : mapping
        Parameter values that were given to the notebook and differ from the package's.
    """

    def __init__(self, notebook: str, evidence: Evidence, given: Mapping[str, Any]) -> None:
        self.notebook = notebook
        self.evidence = evidence
        self._given = given

    @property
    def sealed(self) -> bool:
        """Whether the package is sealed."""
        return is_sealed(self.evidence.folder)

    @property
    def writes(self) -> bool:
        """Whether results go into the package: not into a sealed one, and not those of other parameters."""
        return not self.sealed and not self._given

    @property
    def _in_run(self) -> bool:
        """Whether a run executes this notebook, with others beside it that show the same tables."""
        return self.evidence.kept is not None

    @property
    def opening(self) -> Conclusion:
        """The question, the computed conclusion and the findings, to stand first."""
        mine = self.evidence.findings
        if self.notebook != "09_summary":
            mine = mine[mine["notebook"] == self.notebook]
        question, text = QUESTIONS[self.notebook], self.evidence.conclusion(self.notebook)
        return conclusion(question, text, mine[["severity", "statement"]].to_dict("records"))

    @property
    def parameters(self) -> Table:
        """What this notebook was given: the parameters of the package, and where it came from."""
        params = self.evidence.params
        rows = [("package", self.evidence.folder.resolve().name.removesuffix(PARTIAL)), ("state", self._state)]
        default = {
            name: field.get_default(call_default_factory=False) for name, field in type(params).model_fields.items()
        }
        rows += [
            (name, _as_text(value))
            for name, value in parameter_values(params).items()
            if name in _ALWAYS_SHOWN or (name != "archive" and getattr(params, name) != default[name])
        ]
        frame = pd.DataFrame(rows, columns=["parameter", "value"])
        return show_table(frame, rows="parameters", limit=len(frame), file="params.yaml")

    @property
    def _state(self) -> str:
        if self.sealed:
            return "sealed; nothing is written into it"
        if self._given:
            return f"shown with other values than the package has ({', '.join(sorted(self._given))}); nothing is written into it"
        return "executed before the package was sealed; its seal is the manifest in the package's folder (manifest-sha256.txt)"

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the package, and write it as ``tables/<name>.csv`` unless a run does."""
        frame = self.evidence.table(name)
        if not self._in_run:
            (written,) = (one for one in self.evidence.tables if one.name == name)
            self._write(f"tables/{written.file}", csv_pieces(written, frame))
        return frame

    def files(self, *names: str) -> list[str]:
        """Write further files of ``tables/`` by name, where this package has them; return those that it has."""
        content = self.evidence.companion_files()
        made = [name for name in names if name in content]
        for name in () if self._in_run else made:
            self._write(f"tables/{name}", [content[name]])
        return made

    def figure(self, figure: Figure, name: str, caption: str) -> Picture:
        """Show a figure with its caption, and write it as SVG and PNG into ``charts/``."""
        content = figure_files(figure, caption)
        for kind, body in content.items():
            self._write(f"charts/{name}.{kind}", [body])
        return Picture(content["png"], caption)

    def _write(self, path: str, pieces: Iterable[bytes]) -> None:
        if self.writes:
            write_whole(self.evidence.folder / "data" / path, pieces)

    @property
    def zone(self) -> str:
        """Name of the audit's time zone, for captions."""
        return self.evidence.period.zone.key

    @property
    def unproved_states(self) -> str:
        """For the caption of the states: of how many issues the one at the period's end rests on today's alone."""
        silent = self.evidence.history_counts.silent
        if not silent:
            return "The state at the period's end is walked back through each history."
        return (
            f"The state of {counted(silent, 'issue')} at the period's end is today's, or empty where Jira's own date of the "
            "resolution speaks against it: no history entry tells another."
        )

    # small tables that only notebooks show

    @property
    def source(self) -> pd.DataFrame:
        """Facts about the source: fact, value."""
        evidence, period = self.evidence, self.evidence.period
        site, entries = evidence.site, evidence.store.entries()
        asked = (min(entry.at for entry in entries), max(entry.at for entry in entries))
        rows = [
            ("Jira", site.base_url),
            ("deployment and version", f"{site.deployment} {site.version}"),
            ("account", f"{site.account_name} ({site.account_id})"),
            ("time zone of the account", site.account_zone or "not told"),
            ("period, first instant", f"{format_instant(period.begins, period.zone)} = {format_utc(period.begins)}"),
            (
                "period, first instant after it",
                f"{format_instant(period.ends, period.zone)} = {format_utc(period.ends)}",
            ),
            ("asked from", f"{format_instant(asked[0], period.zone)} = {format_utc(asked[0])}"),
            ("asked until (cut-off)", f"{format_instant(asked[1], period.zone)} = {format_utc(asked[1])}"),
            (
                "interim run",
                "no" if evidence.interim_until is None else f"yes: the period was not over at {evidence.interim_until}",
            ),
            ("responses kept", f"{len(entries):,} with {sum(entry.size for entry in entries):,} bytes"),
            ("auditlib", __version__),
            ("tests of auditlib", suite_sentence(CHECKOUT, suite_result(CHECKOUT))),
        ]
        return pd.DataFrame(rows, columns=["fact", "value"])

    @property
    def powers(self) -> pd.DataFrame:
        """Permissions of the account, a column a project."""
        powers = self.evidence.powers
        shown = powers[powers["permission"].isin(POWERS)].pivot_table(
            index="permission", columns="project", values="have", aggfunc="first"
        )
        return shown.reindex(POWERS).map(lambda have: {True: "yes", False: "no"}.get(have, "not told")).reset_index()

    @property
    def questions(self) -> pd.DataFrame:
        """The requests by kind: purpose, requests, first, last, example."""
        rows: dict[str, list[Entry]] = {}
        for entry in self.evidence.store.entries():
            rows.setdefault(entry.topic, []).append(entry)
        zone = self.evidence.period.zone
        return pd.DataFrame(
            [
                (
                    in_words(topic),
                    len(found),
                    format_instant(found[0].at, zone),
                    format_instant(found[-1].at, zone),
                    (found[0].request.body or {}).get("jql") or str(found[0].request),
                )
                for topic, found in rows.items()
            ],
            columns=["purpose", "requests", "first answer", "last answer", "query"],
        )

    @property
    def digests(self) -> pd.DataFrame:
        """Digests that tie the statement to its data, as ``attest.digests``."""
        evidence = self.evidence
        index = evidence.store.index.read_text(encoding="utf-8").splitlines(keepends=True)
        keys = evidence.companion_files()["keys.txt"]
        return digests(keys, to_csv(POPULATION, evidence.population), index)

    @property
    def keys_to_look_up(self) -> pd.DataFrame:
        """Keys to open in Jira in a live spot check, as ``spotcheck.keys_to_look_up``."""
        return keys_to_look_up(self.evidence.population, self.evidence.table("gaps"))

    @property
    def places_to_look_up(self) -> pd.DataFrame:
        """Queries to run in Jira in a live spot check, as ``spotcheck.places_to_look_up``."""
        evidence = self.evidence
        return places_to_look_up(evidence.issues, evidence.population, evidence.period, evidence.projects)

    @property
    def strata(self) -> pd.DataFrame:
        """Issues of the population and of the sample by stratum."""
        evidence = self.evidence
        names = pd.Series(stratum_names(evidence.population, evidence.drawn.strata), dtype=object)
        counts = pd.DataFrame(
            {"population": names.value_counts(), "sample": evidence.sample["stratum"].value_counts()}
        ).fillna(0)
        shown = counts.astype("int64").rename_axis("stratum").reset_index()
        return shown.replace({"stratum": {"": "(no strata)"}}).sort_values("stratum", ignore_index=True)

    @property
    def redraw(self) -> pd.DataFrame:
        """The tickets of the sample once more, from seed and key: key, text hashed, ticket, agrees."""
        seed, sample = self.evidence.drawn.seed, self.evidence.sample
        if seed is None:
            return pd.DataFrame(columns=["key", "text", "ticket", "agrees"])
        rows = [
            (
                row.key,
                f"{seed}:{row.key}",
                ticket(seed, row.key),
                "yes" if ticket(seed, row.key) == row.ticket else "no",
            )
            for row in sample.itertuples()
        ]
        return pd.DataFrame(rows, columns=["key", "text", "ticket", "agrees"])

    @property
    def sizes(self) -> pd.DataFrame:
        """What a sample of this size can show, by the number of deviations found: deviations, upper limit, in words."""
        drawn, tested = self.evidence.drawn, len(self.evidence.drawn.tested)
        if not drawn.random or not tested or self.evidence.all_drawn:
            return pd.DataFrame(columns=["deviations", "upper_limit", "conclusion"])
        rows = [
            (
                count,
                float(upper_limit(tested, count, drawn.confidence)),
                evaluation_words(tested, count, drawn.confidence),
            )
            for count in range(min(4, tested + 1))
        ]
        return pd.DataFrame(rows, columns=["deviations", "upper_limit", "conclusion"])

    @property
    def coreutils(self) -> Lines:
        """The redraw with the shell's own tools, run here: what was typed and what came."""
        files = self.evidence.companion_files()
        return Lines(tuple(redraw_shown(files, to_csv(SAMPLE, self.evidence.sample))))

    @property
    def matrix(self) -> pd.DataFrame:
        """The outcome of each attribute on each sampled issue, a column an attribute; issues with exceptions first."""
        outcomes, sample = self.evidence.attributes, self.evidence.sample
        names = [one.name for one in self.evidence.params.attributes]
        wide = (
            outcomes.pivot_table(index="key", columns="attribute", values="outcome", aggfunc="first") if names else None
        )
        frame = sample[["order", "key", "issue_type", "summary", "url"]]
        if wide is not None:
            frame = frame.merge(wide.reindex(columns=names), left_on="key", right_index=True, how="left")
            worst = frame[names].map(lambda outcome: OUTCOMES.index(outcome) if outcome in OUTCOMES else len(OUTCOMES))
            frame = (
                frame.assign(worst=worst.min(axis=1))
                .sort_values(["worst", "order"], kind="stable")
                .drop(columns="worst")
            )
        return frame.reset_index(drop=True)

    @property
    def doubts(self) -> pd.DataFrame:
        """Incomplete records, and histories that do not close, of the sampled issues: key, what, note."""
        rows = [(one.asked, "not complete", note) for one in self.evidence.dossiers for note in one.incomplete]
        rows += [
            (one.asked, f"history of {broken.field} does not close", note)
            for one in self.evidence.dossiers
            for broken in one.breaks
            for note in broken.notes
        ]
        rows += [(one.asked, "does not answer", one.said) for one in self.evidence.collection[1]]
        return pd.DataFrame(rows, columns=["key", "what", "note"])

    @property
    def records(self) -> Sheets:
        """A page for each sampled issue, those with exceptions first."""
        by_key = {one.asked: one for one in self.evidence.dossiers}
        return Sheets(tuple(self._sheet(by_key[key]) for key in self.matrix["key"] if key in by_key))

    def _sheet(self, dossier: Dossier) -> Sheet:
        outcomes = self.evidence.attributes
        mine = outcomes.loc[outcomes["key"] == dossier.asked, ["attribute", "outcome", "evidence"]]
        shown = (
            "status",
            "resolution",
            "issuetype",
            "priority",
            "reporter",
            "assignee",
            "created",
            "updated",
            "resolutiondate",
        )
        facts = pd.DataFrame(
            [(dossier.fields[name].name, dossier.text(name)) for name in shown if name in dossier.fields],
            columns=["field", "value"],
        )
        rows = [
            (one.at, one.author, one.field, one.before_text or one.before, one.after_text or one.after, one.history_id)
            for one in dossier.changes
        ]
        changes = pd.DataFrame(rows, columns=["at", "author", "field", "from", "to", "history_id"])
        closed = HISTORY_WORDS[dossier.history_verdict]
        says = (
            f"{counted(dossier.entries, 'history entry', 'history entries')}, {counted(len(dossier.comments), 'comment')}, "
            f"{counted(len(dossier.attachments), 'attachment')}; the history {closed}."
        )
        file = f"dossiers/{dossier.asked}/history.csv"
        parts = [show_table(mine, rows="attributes", limit=len(mine))] if len(mine) else []
        parts += [
            show_table(facts, rows="fields of the head; all are in the whole record", limit=len(facts)),
            show_table(changes, rows="changes", limit=40, order="by time", file=file),
        ]
        address = f"../dossiers/{dossier.asked}/issue.html"
        return Sheet(f"{dossier.asked} {dossier.text('summary')}", address, says, tuple(parts))

    @property
    def conclusions(self) -> pd.DataFrame:
        """The conclusion of each other notebook: notebook, question, conclusion."""
        rows = [(name, QUESTIONS[name], self.evidence.conclusion(name)) for name in QUESTIONS if name != self.notebook]
        return pd.DataFrame(rows, columns=["notebook", "question", "conclusion"])

    @property
    def figures(self) -> pd.DataFrame:
        """Headline figures by project."""
        return self.evidence.reconciliation[["project", "population", "difference"]].merge(
            self.evidence.table("numbering").drop(columns=["first_number", "last_number"]),
            on="project",
            validate="one_to_one",
        )

    @property
    def limits(self) -> pd.DataFrame:
        """What no package of this version can prove."""
        return pd.DataFrame({"limit": LIMITS})


@dataclass(frozen=True)
class Picture:
    """A figure as a notebook shows it, with its caption."""

    png: bytes
    caption: str

    def _repr_html_(self) -> str:
        source = base64.b64encode(self.png).decode()
        text = html.escape(visible_text(self.caption))
        image = f'<img alt="{text}" src="data:image/png;base64,{source}" style="max-width: 100%">'
        return f"<figure>{image}<figcaption>{text}</figcaption></figure>"

    def __repr__(self) -> str:
        return self.caption


def _as_text(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(one, Mapping) and "question" in one for one in value):
        return "; ".join(f"{one['name']}: {one['question']}" for one in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def evidence_folder(start: Path) -> Path:
    """Return the folder ``evidence/`` for a working directory: beside ``notebooks/`` when it is that folder."""
    return (start.parent if start.name == "notebooks" else start) / EVIDENCE


def find_package(package: str, audit: str, start: Path) -> Path | None:
    """Return the package that a notebook is to work on.

    Parameters
    ----------
    package : str
        Its path; empty for the newest of this audit under ``evidence/``.
    audit : str
        Title of the audit; empty takes any audit.
    start : Path
        Working directory of the notebook.

    Returns
    -------
    Path or None
        None if there is no package of this audit yet.

    Raises
    ------
    UsageError
        If ``package`` is given and holds no evidence.
    """
    if package:
        for candidate in (start / package, evidence_folder(start).parent / package):
            if (candidate / "data" / "params.yaml").is_file():
                return candidate
        raise UsageError(f"package {package!r} holds no evidence (looked below {start})")
    newest: tuple[float, Path] | None = None
    for path in sorted(evidence_folder(start).glob(f"*/data/{PULLED}")):
        candidate = path.parents[1]
        title = _title(candidate)
        if title is None or (audit and title != audit):
            continue
        made = path.stat().st_mtime
        if newest is None or made >= newest[0]:
            newest = (made, candidate)
    return None if newest is None else newest[1]


def _title(package: Path) -> str | None:
    """Return the title of a package's audit; None if it can't be read, which is no reason not to find another package."""
    try:
        return open_evidence(package).params.audit
    except AuditError:
        return None


def open_workpaper(notebook: str, package: str = "", *, audit: str = "", **given: Any) -> Workpaper:
    """Open the package of a notebook.

    Parameters
    ----------
    notebook : str
        Name of the notebook.
    package : str
        As in ``find_package``.
    audit : str
        Title of the audit.
    **given
        Parameters of the notebook; None means the value that the package was made with.

    Returns
    -------
    Workpaper
        With the given values in place of the package's where they differ.

    Raises
    ------
    UsageError
        If there is no package yet, or a value of the scope differs from the package's.
    ParameterError
        If a value is wrong.
    """
    found = find_package(package, audit, Path.cwd())
    if found is None:
        raise UsageError(
            f"there is no package{f' of {audit!r}' if audit else ''} under {EVIDENCE}/ yet: run 01_scope first, or auditlib run"
        )
    return _opened(notebook, found, given)


def _opened(notebook: str, folder: Path, given: Mapping[str, Any]) -> Workpaper:
    evidence = open_evidence(folder)
    recorded = parameter_values(evidence.params)
    wanted = {name: value for name, value in given.items() if value is not None and value != ""}
    merged = parse_parameters(_yaml(recorded | wanted), f"parameters of {notebook}")
    normal = parameter_values(merged)
    different = {name: normal[name] for name in wanted if normal[name] != recorded.get(name)}
    foreign = [name for name in different if name in SCOPE_KEYS or name == "audit"]
    if foreign:
        raise UsageError(
            f"{folder} was pulled with another {', '.join(foreign)}; the scope is set where data is pulled and travels with it. "
            "Pull anew (auditlib run), or leave these parameters out"
        )
    if different:
        evidence = Evidence(folder, merged)
    return Workpaper(notebook, evidence, different)


def _yaml(values: Mapping[str, Any]) -> str:
    import yaml  # noqa: PLC0415 - only a notebook run by hand with its own values needs it

    return yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False)


def _embedded(params: Parameters) -> Embedded | None:
    """Return what makes the embedded Jira for the demo's parameters; the kernels of a run load none of it."""
    if params.jira_url != DEMO:
        return None
    from auditlib.demo.server.site import EmbeddedJira  # noqa: PLC0415 - same
    from auditlib.demo.story.company import build_company  # noqa: PLC0415 - only a notebook that is run by hand on the demo

    return partial(EmbeddedJira, build_company().world)


def scope_workpaper(package: str, values: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Workpaper:
    """Open the package of ``01_scope``, or pull one if there is none of this audit yet.

    Parameters
    ----------
    package : str
        As in ``find_package``.
    values : mapping
        The scope: what the parameter file says. Values that are None, empty text or empty lists count as left out; if all
        are, it is that of the demo.
    environ : mapping, optional
        For the credentials; the process's own by default.

    Returns
    -------
    Workpaper
        On what was pulled.
    """
    chosen = {name: value for name, value in values.items() if value not in (None, "", [])}
    start = Path.cwd()
    found = find_package(package, str(chosen.get("audit", "")), start)
    if found is not None:
        return _opened("01_scope", found, chosen)
    from auditlib.package.lock import working_folder  # noqa: PLC0415 - only a notebook that is run by hand asks Jira
    from auditlib.pull.collect import collect, kept_if_pulled, package_name  # noqa: PLC0415 - same

    params = parse_parameters(_yaml(chosen), "parameters of 01_scope") if chosen else load_parameters(demo_parameters())
    out = evidence_folder(start) / package_name(params, datetime.now(UTC))
    with working_folder(out) as folder, kept_if_pulled(folder):
        given = os.environ if environ is None else environ
        evidence = collect(params, folder, given, lambda *_: None, base=start, embedded=_embedded(params))
    return Workpaper("01_scope", evidence, {})
