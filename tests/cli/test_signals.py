"""Signals that ask for an end, and what is done with everybody else's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from places import ROOT

from auditlib.cli import signals
from auditlib.cli.signals import heard, listening

ENDING = [getattr(signal, name) for name in ("SIGHUP", "SIGQUIT") if hasattr(signal, name)]


@pytest.fixture(autouse=True)
def attended():
    """Let every signal act: whoever begins the tests behind ``&`` or ``nohup`` lets some be ignored."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_handlers_are_as_before_afterwards():
    """Whoever calls a command in a process of his own keeps his handlers."""
    before = signal.getsignal(signal.SIGTERM)
    with listening():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
def test_the_first_signal_gives_status_and_word():
    """However many come after it."""
    with listening():
        for number in (signal.SIGTERM, signal.SIGHUP):
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), number)
    assert (heard.number, heard.status, heard.word) == (signal.SIGTERM, 143, "ended by SIGTERM")
    with listening():
        assert (heard.number, heard.status, heard.word) == (0, 130, "interrupted")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
def test_a_signal_while_libraries_are_loaded_is_no_error_in_auditlib(name):
    """One that comes in the middle of an import may be made into any error: it is told as what it is."""
    code = (
        "import builtins, os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from auditlib.cli import main\n"
        "real = builtins.__import__\n"
        "def load(name, *more):\n"
        "    if name == 'auditlib.params.reading':\n"
        "        try:\n"
        f"            os.kill(os.getpid(), signal.{name})\n"
        "        except KeyboardInterrupt:\n"
        "            raise ImportError('a library that was interrupted says anything')\n"
        "    return real(name, *more)\n"
        "builtins.__import__ = load\n"
        "sys.argv = ['auditlib', 'check', 'x.yaml']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 128 + getattr(signal, name), done.stderr
    assert done.stderr == f"auditlib: {'interrupted' if name == 'SIGINT' else f'ended by {name}'}\n"
    assert signals.heard.number == 0
