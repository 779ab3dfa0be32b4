"""What `make lab` starts: JupyterLab on the folder one stands in, with files it can't spoil, asking nobody on the network."""

from __future__ import annotations

from places import ROOT

from auditlib.run.notebooks import START
from auditlib.start.__main__ import options


def test_the_start_page_is_opened_where_it_is(tmp_path):
    """In a checkout; elsewhere JupyterLab opens as ever. What is given comes last, so that it holds."""
    assert options(["--no-browser"], ROOT)[-2:] == [str(ROOT / START), "--no-browser"]
    assert options([], tmp_path)[-1].startswith("--")


def test_files_are_served_by_ours_and_no_registry_is_asked(tmp_path):
    """Without either option JupyterLab writes into packages, or asks whether there is a newer one."""
    given = options([], tmp_path)
    assert f"--ServerApp.root_dir={tmp_path}" in given
    assert "--ServerApp.contents_manager_class=auditlib.start.contents.PackagesContents" in given
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in given
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "python -m auditlib.start" in makefile
