"""The draw is repeatable with standard tools, from any seed."""

from __future__ import annotations

import subprocess
import time

import pandas as pd
import pytest
from draws import issues
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.audit.sampling.draw import draw_sample
from auditlib.audit.sampling.redraw_script import keys_text, redraw_script, strata_text

HOSTILE_SEEDS = [
    "",
    " ",
    "2026",
    "1e3",
    "0x10",
    "two words ",
    'it\'s "quoted" `id` $(id) $HOME ${PATH} \\n \\\\ \\',
    "'",
    "''\\''",
    "%s%n%d%",
    "-n",
    "--check",
    "é ñ ā ń È 審計 🎲",
    "line\nfeed\n",
    "\ttab\rreturn\x01\x7f\x81",
    "@SEED@ @SIZE@ @DRAW@",
    "*?[a-z]~!#&;|<>",
    "a:b",
]


def write_tables(folder, population, sample, seed, strata=()):
    (folder / "keys.txt").write_text(keys_text(population), encoding="utf-8", newline="\n")
    (folder / "strata.txt").write_text(strata_text(population, strata), encoding="utf-8", newline="\n")
    (folder / "redraw.sh").write_text(redraw_script(seed, len(sample), strata), encoding="utf-8", newline="\n")
    sample.to_csv(folder / "sample.csv", index=False, lineterminator="\n")


def redraw(folder, *arguments, shell="sh"):
    return subprocess.run([shell, folder / "redraw.sh", *arguments], capture_output=True, text=True, check=False)


def printed(sample):
    return "".join(f"{row.order} {row.key} {row.ticket}\n" for row in sample.itertuples())


@pytest.mark.parametrize("seed", HOSTILE_SEEDS)
@pytest.mark.parametrize("strata", [(), ("project", "issue_type")])
def test_the_script_redoes_the_draw_from_any_seed(tmp_path, seed, strata):
    """redraw.sh prints the sample, whatever stands in the seed, and finds it equal to sample.csv."""
    population = issues(PAY=30, OPS=7, LAB=1)
    sample = draw_sample(population, 9, seed, strata)
    write_tables(tmp_path, population, sample, seed, strata)
    done = redraw(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, printed(sample), "")
    checked = redraw(tmp_path, "--check")
    assert checked.stderr == ""
    assert checked.stdout == printed(sample) + "sample.csv agrees: 9 of 38 issues\n"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12))
@settings(max_examples=25, deadline=None)
def test_the_script_takes_any_text_as_seed(tmp_path_factory, seed):
    """Whatever can be typed can be a seed."""
    folder = tmp_path_factory.mktemp("seed")
    population = issues(PAY=12)
    sample = draw_sample(population, 5, seed)
    write_tables(folder, population, sample, seed)
    assert redraw(folder).stdout == printed(sample)


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_the_script_deals_strata_whose_names_look_like_numbers(tmp_path, shell):
    """Stratum names are text: 1.0 is not 1, and 10 comes before 9."""
    if subprocess.run(["which", shell], capture_output=True, check=False).returncode:
        pytest.skip(f"{shell} is not here")
    names = ["1", "1.0", "01", "10", "9", "é", "a b", "a", "", "A / B"]
    population = pd.DataFrame(
        {"key": [f"PAY-{number}" for number in range(1, 61)], "team": [names[number % 10] for number in range(60)]}
    )
    for size in (0, 3, 10, 37, 60):
        sample = draw_sample(population, size, "s", ["team"])
        write_tables(tmp_path, population, sample, "s", ["team"])
        done = redraw(tmp_path, "--check", shell=shell)
        assert done.stdout == printed(sample) + f"sample.csv agrees: {size} of 60 issues\n"


def test_the_script_finds_a_changed_sample(tmp_path):
    """A swapped row, a row too many or too few is status 1 and shown."""
    population = issues(PAY=30)
    sample = draw_sample(population, 5, "s")
    for wrong in (sample.iloc[[1, 0, 2, 3, 4]], sample.head(4), draw_sample(population, 6, "s")):
        write_tables(tmp_path, population, sample, "s")
        wrong.assign(order=range(1, len(wrong) + 1)).to_csv(tmp_path / "sample.csv", index=False)
        done = redraw(tmp_path, "--check")
        assert done.returncode == 1
        assert "sample.csv differs" in done.stderr


def test_the_script_finds_changed_keys(tmp_path):
    """Another population, or strata of another population, is not passed over."""
    population = issues(PAY=30)
    sample = draw_sample(population, 5, "s", ["project"])
    write_tables(tmp_path, population, sample, "s", ["project"])
    (tmp_path / "keys.txt").write_text(keys_text(issues(PAY=29)))
    assert "do not list the same issues" in redraw(tmp_path).stderr
    write_tables(tmp_path, population, draw_sample(population, 5, "s"), "s")
    (tmp_path / "keys.txt").write_text("PAY-1\n")
    done = redraw(tmp_path)
    assert done.returncode == 1
    assert "fewer than 5 issues" in done.stderr
    assert redraw(tmp_path, "--chekc").returncode == 2


def test_the_script_is_quick(tmp_path):
    """Twenty thousand keys take seconds, and the quick way gives the tickets of the slow one."""
    population = pd.DataFrame({"key": [f"PAY-{number}" for number in range(1, 20_001)]})
    sample = draw_sample(population, 60, "quick ' way")
    write_tables(tmp_path, population, sample, "quick ' way")
    begin = time.perf_counter()
    assert redraw(tmp_path).stdout == printed(sample)
    assert time.perf_counter() - begin < 20
    key = sample["key"][0]
    slow = subprocess.run(["sha256sum"], input=f"quick ' way:{key}".encode(), capture_output=True, check=True)
    assert slow.stdout.split()[0].decode() == sample["ticket"][0]


def test_keys_are_in_byte_order():
    """keys.txt is what LC_ALL=C sort makes of it."""
    assert keys_text(issues(PAY=10, OPS=1)).split() == ["OPS-1", "PAY-1", "PAY-10", *[f"PAY-{n}" for n in range(2, 10)]]
