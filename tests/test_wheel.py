"""An installed auditlib needs no checkout: the wheel carries the notebooks and the demo's parameters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from places import ROOT

import auditlib
from auditlib.run.notebooks import NOTEBOOKS, START

LICENCES = ["LICENSE", "NOTICE"]
SETTINGS = [".editorconfig", ".pre-commit-config.yaml"]
DOCUMENTS = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def built(kind: str, folder: Path) -> Path:
    """Build a wheel or an sdist from this checkout, and return it."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", folder, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from this checkout."""
    return built("wheel", tmp_path_factory.mktemp("wheel"))


def test_the_wheel_carries_what_a_run_needs(wheel):
    """Notebooks and demo parameters as they are in the checkout, the templates; and no test or private file."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    for name in (*NOTEBOOKS, Path(START).stem):
        assert held[f"auditlib/_carried/notebooks/{name}.ipynb"] == (ROOT / "notebooks" / f"{name}.ipynb").read_bytes()
    assert held["auditlib/_carried/params/demo.yaml"] == (ROOT / "params" / "demo.yaml").read_bytes()
    for path in (ROOT / "params" / "demo").iterdir():
        assert held[f"auditlib/_carried/params/demo/{path.name}"] == path.read_bytes()
    source = ROOT / "auditlib"
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert held[f"auditlib/{path.relative_to(source).as_posix()}"] == path.read_bytes()
    assert any(name.startswith("auditlib/report/templates/") for name in held)
    tops = {name.partition("/")[0] for name in held}
    assert tops == {"auditlib", f"auditlib-{auditlib.__version__}.dist-info"}
    assert not [name for name in held if "checkpoint" in name or name.endswith((".pyc", ".log"))]


def test_the_wheel_says_under_which_licence_it_stands(wheel):
    """Whoever gets the wheel gets the licence and the notices, byte for byte, and its name where programs look for it."""
    with zipfile.ZipFile(wheel) as archive:
        inner = f"auditlib-{auditlib.__version__}.dist-info"
        for name in LICENCES:
            assert archive.read(f"{inner}/licenses/{name}") == (ROOT / name).read_bytes()
        said = Parser().parsestr(archive.read(f"{inner}/METADATA").decode("utf-8"))
    assert said["License-Expression"] == "Apache-2.0"
    assert said.get_all("License-File") == LICENCES


def test_the_source_archive_holds_what_people_who_carry_on_need(tmp_path):
    """The archive of the sources holds each file of the checkout's top, so that it can be built, tested and understood."""
    made = built("sdist", tmp_path)
    with tarfile.open(made) as archive:
        for name in (*LICENCES, *DOCUMENTS, *SETTINGS, "Makefile", "requirements.lock"):
            held = archive.extractfile(f"auditlib-{auditlib.__version__}/{name}")
            assert held is not None
            assert held.read() == (ROOT / name).read_bytes(), name


def test_an_installed_auditlib_runs_the_demo_from_an_empty_folder(wheel, tmp_path):
    """The console script of the wheel, without any checkout about, makes a package that verifies."""
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    bin_folder = home / ("Scripts" if os.name == "nt" else "bin")
    python = bin_folder / ("python.exe" if os.name == "nt" else "python")
    ours = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    # The libraries are borrowed from the environment of the tests; a path in a .pth file brings no editable install along.
    borrowed = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    Path(ours, "borrowed.pth").write_text("".join(f"{path}\n" for path in borrowed), encoding="utf-8")
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-compile",
    ]
    subprocess.run([*install, wheel], check=True, timeout=120)

    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))  # nbconvert's own files, borrowed too

    def auditlib_installed(*arguments: str) -> str:
        done = subprocess.run(
            [bin_folder / "auditlib", *arguments], cwd=empty, env=environment, capture_output=True, text=True, check=False,
            timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    made = empty / auditlib_installed("demo", "--only", "03_numbering").splitlines()[-1]
    assert made.parent == empty / "evidence"
    assert [path.name for path in empty.iterdir()] == ["evidence"]
    assert (made / "data" / "notebooks" / "03_numbering.html").is_file()
    versions = json.loads((made / "data" / "run.json").read_text(encoding="utf-8"))["versions"]
    assert versions["auditlib"] == auditlib.__version__
    assert "commit" not in versions
    assert "Verified" in auditlib_installed("verify", str(made))
