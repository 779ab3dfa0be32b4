"""What ``01_scope`` pulls if it is run by hand and there is no package yet; of the embedded Jira it knows the command only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from auditlib.errors import SourceError
from auditlib.evidence.opened import Evidence
from auditlib.jira.connection import Speaks
from auditlib.package.lock import working_folder
from auditlib.package.previous import copy_previous
from auditlib.package.working import kept_if_pulled
from auditlib.params.model import Parameters
from auditlib.params.types import DEMO
from auditlib.pull.collect import collect, package_name
from auditlib.run.kernel_environment import kernel_environment
from auditlib.text import shorten, visible_text

_TOLD: Final = re.compile(
    r"^jira_url: (?P<url>\S+)\nexport JIRA_USER=(?P<user>\S+) JIRA_TOKEN=(?P<token>\S+)\n", re.MULTILINE
)
"""What ``auditlib jira`` prints as soon as it answers: its address, and whom it accepts."""

_ENDS_WITHIN: Final = 30
"""Seconds until a process that was told to end is killed."""

_LONGEST_MESSAGE: Final = 500


def pull_by_hand(params: Parameters, evidence: Path, base: Path, environ: Mapping[str, str] | None = None) -> Evidence:
    """Pull a package, as a run begins one, and leave it unsealed.

    Parameters
    ----------
    params : Parameters
        What is asked for.
    evidence : Path
        Folder of all packages.
    base : Path
        Folder from which relative paths in the parameters count.
    environ : mapping, optional
        For the credentials; the process's own by default.

    Returns
    -------
    Evidence
        Opened over what came.
    """
    out = evidence / package_name(params, datetime.now(UTC))
    embedded = JiraProcess if params.jira_url == DEMO else None
    given = os.environ if environ is None else environ
    with working_folder(out) as folder, kept_if_pulled(folder):
        copy_previous(params, folder, base)
        return collect(params, folder, given, lambda *_: None, base=base, embedded=embedded)


class JiraProcess:
    """The embedded Jira in a process of its own: ``auditlib jira``, begun when this is entered and ended when it is left.

    Parameters
    ----------
    speaks : str
        ``cloud`` or ``data-center``.

    Attributes
    ----------
    url, user, token : str
        Where it answers and whom it accepts, as it prints them; empty before.
    lacks : tuple of str
        Nothing: it serves the made-up company.
    org_key : str
        None: it is not asked as an organisation.
    """

    lacks: tuple[str, ...] = ()
    org_key: str = ""

    def __init__(self, speaks: Speaks) -> None:
        self._speaks = speaks
        self.url = self.user = self.token = ""

    def __enter__(self) -> Self:
        """Begin, and wait until it answers.

        Raises
        ------
        SourceError
            If it ends instead.
        """
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "auditlib", "jira", "--dialect", self._speaks],
            env=kernel_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        try:
            self._listen()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _listen(self) -> None:
        """Read what it prints, up to its address and whom it accepts."""
        said = ""
        for line in self._process.stdout or ():
            said += line
            if told := _TOLD.search(said):
                self.url, self.user, self.token = told["url"], told["user"], told["token"]
                return
        why = shorten(visible_text(" ".join(said.split())), _LONGEST_MESSAGE)
        raise SourceError(f"the embedded Jira did not begin: {why or 'it said nothing'}")

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
