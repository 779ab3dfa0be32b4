"""What a notebook works with: the evidence of one package, its question and conclusion, and where its results go.

A notebook of a working folder writes its tables and figures into it; on a sealed package, or with other values than those
the package was made with, it only shows them. In a run it writes its figures alone: the run itself writes each table, once.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from auditlib.audit.answers.answered import ANSWERED, ANSWERS, ANSWERS_TEMPLATE, OPEN
from auditlib.audit.numbering.runs import RUNS
from auditlib.audit.scope.request_list import REQUESTS
from auditlib.audit.scope.spot_check import keys_to_look_up, places_to_look_up
from auditlib.audit.yearly.rows import YEARLY
from auditlib.errors import UsageError
from auditlib.evidence.ipe import ipe_statement
from auditlib.evidence.opened import PULLED, Evidence
from auditlib.files import write_whole
from auditlib.package.lock import is_held, locked
from auditlib.package.target import is_sealed
from auditlib.params.writing import parameter_values
from auditlib.report.cells import as_written
from auditlib.report.charts.style import Chart, figure_files
from auditlib.report.display import Causes, Lines, NothingFound, Opening, Section
from auditlib.report.ipe import StatementShown
from auditlib.report.safe_html import NARROW
from auditlib.report.table_display import Table, show_table
from auditlib.run.address import address_in
from auditlib.run.circumstances import Circumstances, around, recorded
from auditlib.run.made_by import read_record, versions
from auditlib.run.shown import controls, dossiers, opening, sample, scope
from auditlib.tables import csv_pieces
from auditlib.text import visible_text

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
        self._vanished: list[str] = []

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

    @cached_property
    def circumstances(self) -> Circumstances:
        """Where the package is made; where it is executed once more, those of when it was made."""
        folder = self.evidence.folder
        before = recorded(read_record(folder)) if self._in_run else None
        return before or around(folder)

    @cached_property
    def made_with(self) -> Mapping[str, str]:
        """The versions of what makes the package; where it is executed once more, of what made it."""
        before = read_record(self.evidence.folder).get("versions") if self._in_run else None
        return before or versions()

    @property
    def opening(self) -> Opening:
        """The answer as a title, the question and the conclusion, to stand first."""
        return opening.opening(self.evidence, self.notebook)

    @property
    def causes(self) -> Causes:
        """The findings of this notebook by what they come from, the gravest first."""
        return opening.causes(self.evidence, self.notebook, self.full_records)

    @cached_property
    def full_records(self) -> Mapping[str, str]:
        """By key, where the full record of an issue is, seen from this notebook."""
        folder, found = self.evidence.folder, self.evidence.sampled.dossiers
        return {one.asked: address_in(folder, f"dossiers/{one.asked}/issue.html") for one in found}

    def show(self, frame: pd.DataFrame, *, rows: str, **how: Any) -> Table:
        """Show a table as `show_table` does; keys of issues with a full record lead to it."""
        return show_table(frame, rows=rows, records=self.full_records, **how)

    def section(self, title: str, says: str, *parts: Any) -> Section:
        """Show tables and figures under a heading; nothing if all of them are empty, and `nothing_found` says so."""
        made = Section(title, says, parts)
        if made.empty:
            self._vanished += [one.says for one in parts]
        return made

    @property
    def nothing_found(self) -> NothingFound:
        """What the sections looked for and did not find; to stand behind them."""
        return NothingFound(tuple(self._vanished))

    @property
    def parameters(self) -> Table:
        """What this notebook was given: the parameters of the package, and where it came from."""
        params = self.evidence.params
        rows = [("package", self.circumstances.folder), ("state", self._state)]
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
        if not self._in_run and is_held(self.evidence.folder.resolve()):
            return "a run works in this folder; nothing is written into it"
        if self._given:
            return f"shown with other values than the package has ({', '.join(sorted(self._given))}); nothing is written into it"
        return "executed before the package was sealed; its seal is the manifest in the package's folder (manifest-sha256.txt)"

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the package, and write it as ``tables/<name>.csv`` unless a run does."""
        frame = self.evidence.table(name)
        if not self._in_run:
            (written,) = (one for one in self.evidence.tables if one.name == name)
            self._write(f"tables/{written.file}", csv_pieces(written, frame, self.evidence.pulled.schema["tables"]))
        return frame

    @property
    def runs(self) -> pd.DataFrame:
        """Missing numbers as runs; written as ``runs.csv`` where the package is of a version that has it."""
        here = any(one.name == RUNS.name for one in self.evidence.tables)
        return self.table(RUNS.name) if here else self.evidence.numbers.runs

    @property
    def requests(self) -> pd.DataFrame:
        """The auditor's requests; written as ``requests.csv`` where the package is of a version that has it."""
        here = any(one.name == REQUESTS.name for one in self.evidence.tables)
        return self.table(REQUESTS.name) if here else self.evidence.requests

    @property
    def answers(self) -> pd.DataFrame:
        """What management answers, then what is open: all findings, and the cases that have an answer of their own.

        The whole table is written as ``answers.csv``, and the template beside it, where the package is of a version that has it.
        """
        if not self.evidence.has_answers:
            return ANSWERS.make([])
        rows = self.table(ANSWERS.name)
        self.files(ANSWERS_TEMPLATE.file)
        shown = rows[rows["case"].eq("") | rows["state"].eq(ANSWERED)]
        return shown.sort_values("state", key=lambda states: states.eq(OPEN), kind="stable", ignore_index=True)

    def files(self, *names: str) -> list[str]:
        """Write further files of ``tables/`` by name, where this package has them; return those that it has."""
        content = self.evidence.companion_files()
        made = [name for name in names if name in content]
        for name in () if self._in_run else made:
            self._write(f"tables/{name}", [content[name]])
        return made

    def figure(self, chart: Chart, name: str) -> Picture:
        """Show a figure with its claim as caption, and write it as SVG and PNG into ``charts/``."""
        files = figure_files(chart)
        self._write(f"charts/{name}.svg", [files.svg])
        self._write(f"charts/{name}.png", [files.png])
        return Picture(files.svg, files.narrow, chart.claim)

    def pictures(self, figures: Iterable[tuple[str, Chart]]) -> Pictures:
        """Show several figures below each other: name of the file and figure of each; as ``figure``."""
        return Pictures(tuple(self.figure(chart, name) for name, chart in figures))

    def _write(self, path: str, pieces: Iterable[bytes]) -> None:
        """Write a result; by hand only where no run works, and the folder is what it was when it was opened."""
        if not self.writes:
            return
        folder = self.evidence.folder
        if self._in_run:
            write_whole(folder / "data" / path, pieces)
            return
        with suppress(UsageError), locked(folder.resolve()):
            if self.writes and (folder / "data" / PULLED).is_file():
                write_whole(folder / "data" / path, pieces)

    @property
    def zone(self) -> str:
        """Name of the audit's time zone, for captions."""
        return self.evidence.period.zone.key

    # small tables that only notebooks show

    @property
    def source(self) -> pd.DataFrame:
        """Facts about the source: fact, value."""
        return scope.source_facts(self.evidence, self.circumstances.tests, self.made_with)

    @property
    def ipe(self) -> StatementShown:
        """The statement on the information (IPE), with room to sign."""
        return StatementShown(ipe_statement(self.evidence))

    @property
    def powers(self) -> pd.DataFrame:
        """Permissions of the account, a column a project."""
        return scope.permissions_of_account(self.evidence)

    @property
    def questions(self) -> pd.DataFrame:
        """The requests by kind: purpose, requests, first, last, example."""
        return scope.requests_by_kind(self.evidence)

    @property
    def digests(self) -> pd.DataFrame:
        """Digests that tie the statement to its data, as ``audit.scope.digests``."""
        return scope.digests_of_package(self.evidence)

    @property
    def keys_to_look_up(self) -> pd.DataFrame:
        """Keys to open in Jira in a live spot check, as ``spot_check.keys_to_look_up``."""
        return keys_to_look_up(self.evidence.population, self.evidence.table("gaps"))

    @property
    def places_to_look_up(self) -> pd.DataFrame:
        """Queries to run in Jira in a live spot check, as ``spot_check.places_to_look_up``."""
        evidence = self.evidence
        return places_to_look_up(evidence.passes.issues, evidence.population, evidence.period, evidence.projects)

    @property
    def strata(self) -> pd.DataFrame:
        """Issues of the population and of the sample by stratum."""
        return sample.counts_by_stratum(self.evidence)

    @property
    def redraw(self) -> pd.DataFrame:
        """The tickets of the sample once more, from seed and key: key, text hashed, ticket, agrees."""
        return sample.tickets_again(self.evidence)

    @property
    def sizes(self) -> pd.DataFrame:
        """What a sample of this size can show, by the number of deviations found: deviations, upper limit, in words."""
        return sample.limits_by_deviations(self.evidence)

    @property
    def coreutils(self) -> Lines:
        """The redraw with the shell's own tools, run here: what was typed and what came."""
        return sample.redraw_in_shell(self.evidence)

    @property
    def matrix(self) -> Table:
        """The outcome of each attribute on each sampled issue, a column an attribute; issues with exceptions first."""
        return dossiers.outcome_matrix(self.evidence, self.full_records)

    @property
    def doubts(self) -> pd.DataFrame:
        """Incomplete records, and histories that do not close, of the sampled issues: key, what, note."""
        return dossiers.doubts_by_issue(self.evidence)

    @property
    def records(self) -> pd.DataFrame:
        """What each full record holds, those with exceptions first."""
        return dossiers.records_in_short(self.evidence)

    @property
    def control_matrix(self) -> Table:
        """The outcome of each control on each sampled issue, and on those that stand in; issues with exceptions first."""
        return controls.control_matrix(self.evidence, self.full_records)

    @property
    def control_deviations(self) -> pd.DataFrame:
        """What deviates from controls in the whole population, exceptions first, each with its entries."""
        return controls.control_deviations(self.evidence, self.full_records)

    @property
    def control_rates(self) -> pd.DataFrame:
        """The rates of controls in words."""
        return controls.control_rates_in_words(self.evidence)

    @property
    def rates_of_controls(self) -> pd.DataFrame:
        """The rates of controls in the form of those of attributes, for the figure."""
        return controls.rates_of_controls(self.evidence)

    @property
    def proofs(self) -> pd.DataFrame:
        """Of each control what it proves, and what it can't."""
        return controls.what_controls_prove(self.evidence)

    @property
    def conclusions(self) -> pd.DataFrame:
        """The answer of each other notebook, and its conclusion: notebook, answer, conclusion."""
        rows = [
            (name, opening.opening(self.evidence, name).title, self.evidence.conclusion(name))
            for name in self.evidence.notebooks
            if name != self.notebook
        ]
        return pd.DataFrame(rows, columns=["notebook", "answer", "conclusion"])

    @property
    def figures(self) -> pd.DataFrame:
        """Headline figures by project."""
        return self.evidence.listing.reconciliation[["project", "population", "difference"]].merge(
            self.evidence.table("numbering").drop(columns=["first_number", "last_number"]),
            on="project",
            validate="one_to_one",
        )

    @property
    def years(self) -> Section:
        """The package beside last year's; nothing where the parameters name none."""
        if not any(one.name == YEARLY.name for one in self.evidence.tables):
            return Section("", "", ())
        frame, found = self.table(YEARLY.name), self.evidence.years
        if found is None:
            return Section("", "", ())
        return Section(
            "Beside last year", found.conclusion, (self.show(frame, rows="figures", file=f"tables/{YEARLY.file}"),)
        )

    @property
    def limits(self) -> pd.DataFrame:
        """What no package of this version can prove."""
        return pd.DataFrame({"limit": self.evidence.limits})


@dataclass(frozen=True)
class Picture:
    """A figure as a notebook shows it, with its caption: an SVG for a page, and one for a narrow screen.

    It is HTML and not an output of its own kind: JupyterLab shows an SVG of a notebook only to those who trust it.
    """

    svg: bytes
    narrow: bytes
    caption: str

    def _repr_html_(self) -> str:
        page, phone = (f"data:image/svg+xml;base64,{base64.b64encode(one).decode()}" for one in (self.svg, self.narrow))
        text = html.escape(visible_text(self.caption))
        image = f'<img alt="{text}" src="{page}" style="max-width: 100%">'
        picture = f'<picture><source media="{NARROW}" srcset="{phone}">{image}</picture>'
        return as_written(f"<figure>{picture}<figcaption>{text}</figcaption></figure>")

    def __repr__(self) -> str:
        return self.caption


@dataclass(frozen=True)
class Pictures:
    """Several figures, one below the other."""

    shown: tuple[Picture, ...]

    def _repr_html_(self) -> str:
        return "".join(one._repr_html_() for one in self.shown) or "<p>Nothing to draw.</p>"

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.shown)) or "Nothing to draw."


def _as_text(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(one, Mapping) and "question" in one for one in value):
        return "; ".join(f"{one['name']}: {one['question']}" for one in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
