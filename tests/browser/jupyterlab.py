"""A real JupyterLab on loopback, with a folder of notebooks: for what only it does with outputs, such as typesetting formulas."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from places import ROOT


@contextmanager
def jupyterlab(folder: Path, home: Path, given: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run JupyterLab on a folder as ``make lab`` does; yield its address. Its settings and what it trusts lie below ``home``.

    A kernel finds the code of this checkout, and no credentials but those that a test sets.
    """
    without = {name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "AUDITLIB_"))}
    environ = {**without, "PYTHONPATH": str(ROOT), **places_of(home), **(given or {})}
    command = [
        *(sys.executable, "-m", "auditlib.start", "--no-browser", "--ip=127.0.0.1", "--port=0", "--port-retries=0"),
        *("--IdentityProvider.token=", "--ServerApp.password=", "--allow-root"),
    ]
    with (home / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log)
    try:
        yield _address(process, home)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        if process.poll() is None:
            process.kill()
            process.wait()


def places_of(home: Path) -> dict[str, str]:
    """Return the environment in which Jupyter keeps everything below a folder."""
    return {
        "HOME": str(home),
        **{f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")},
    }


def _address(process: subprocess.Popen[bytes], home: Path) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        for told in (home / "runtime").glob("jpserver-*.json"):
            with suppress(ValueError, OSError):
                address = str(json.loads(told.read_text("utf-8"))["url"])
                with urlopen(f"{address}api", timeout=30):
                    return address
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start: {(home / 'lab.log').read_text('utf-8', 'replace')[-2000:]}")
