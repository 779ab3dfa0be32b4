"""What tests of several commands share."""

from __future__ import annotations

import sys

import pytest

from auditlib import cli


@pytest.fixture
def here(monkeypatch, capsys):
    """Run a command in this process; return its status, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["auditlib", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run
