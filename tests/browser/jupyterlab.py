"""A real JupyterLab on loopback, with a folder of notebooks: for what only it does with outputs, such as typesetting formulas."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen


@contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[str]:
    """Run a JupyterLab whose root is a folder; yield its address. Its settings and what it trusts lie below ``home``."""
    environ = {**os.environ, **places_of(home)}
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0", "--port-retries=0"),
        *("--IdentityProvider.token=", "--ServerApp.password=", "--allow-root", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]
    with (home / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
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
