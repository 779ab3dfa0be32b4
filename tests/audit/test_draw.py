"""The draw is repeatable with standard tools, and sizes and limits are exact."""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED

from auditlib.audit.sampling.draw import draw_sample, parse_keys, select_keys, stratum_names, ticket
from auditlib.audit.sampling.limits import upper_limit
from auditlib.audit.sampling.redraw_script import keys_text, redraw_script, strata_text
from auditlib.audit.sampling.sizes import planned_size, size_from_rates, size_from_table
from auditlib.errors import SampleError
from auditlib.phrases import percent_up

FIGURES = SHARED / "data" / "attribute_sampling.json"
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


def issues(**counts):
    """A population with so many issues of each project, of two types, with a summary that looks like CSV."""
    rows = [
        (
            f"{project}-{number}",
            project,
            number,
            ["Bug", "Story", None][number % 3],
            f'{number},"x",\n1,PAY-1,{"0" * 64},',
        )
        for project, count in counts.items()
        for number in range(1, count + 1)
    ]
    return pd.DataFrame(rows, columns=["key", "project", "number", "issue_type", "summary"])


def write_tables(folder, population, sample, seed, strata=()):
    (folder / "keys.txt").write_text(keys_text(population), encoding="utf-8", newline="\n")
    (folder / "strata.txt").write_text(strata_text(population, strata), encoding="utf-8", newline="\n")
    (folder / "redraw.sh").write_text(redraw_script(seed, len(sample), strata), encoding="utf-8", newline="\n")
    sample.to_csv(folder / "sample.csv", index=False, lineterminator="\n")


def redraw(folder, *arguments, shell="sh"):
    return subprocess.run([shell, folder / "redraw.sh", *arguments], capture_output=True, text=True, check=False)


def printed(sample):
    return "".join(f"{row.order} {row.key} {row.ticket}\n" for row in sample.itertuples())


def test_ticket_is_pinned():
    """A change of the ticket changes past workpapers: it must be seen here first."""
    assert ticket("2026", "PAY-1") == hashlib.sha256(b"2026:PAY-1").hexdigest()
    assert ticket("é", "PAY-1") == hashlib.sha256("é:PAY-1".encode()).hexdigest()


def test_draw_is_pinned():
    """A change of the draw changes past workpapers: it must be seen here first."""
    drawn = draw_sample(issues(PAY=40, OPS=9), 5, "FY26")
    tickets = sorted((hashlib.sha256(f"FY26:{key}".encode()).hexdigest(), key) for key in issues(PAY=40, OPS=9)["key"])
    assert list(drawn["key"]) == [key for _, key in tickets[:5]] == ["PAY-20", "OPS-5", "PAY-26", "PAY-27", "PAY-31"]
    assert list(drawn["ticket"]) == [digest for digest, _ in tickets[:5]]
    assert list(drawn.columns) == ["order", "key", "ticket", "stratum", "project", "number", "issue_type", "summary"]
    assert list(drawn["order"]) == [1, 2, 3, 4, 5]
    assert set(drawn["stratum"]) == {""}
    assert (drawn["key"] == drawn["project"] + "-" + drawn["number"].astype(str)).all()


def dealt_by_the_contract(counts, size):
    """The contract's rule for strata, word for word and slowly."""
    given_to = dict.fromkeys(counts, 0)
    turns = []
    for name in sorted(sorted(counts), key=lambda name: -counts[name]):
        if len(turns) < size:
            turns.append(name)
            given_to[name] += 1
    while len(turns) < size:
        left = [name for name in sorted(counts) if given_to[name] < counts[name]]
        best = max(Fraction(counts[name], 2 * given_to[name] + 1) for name in left)
        name = next(name for name in left if Fraction(counts[name], 2 * given_to[name] + 1) == best)
        turns.append(name)
        given_to[name] += 1
    return turns


@given(st.dictionaries(st.sampled_from(["PAY", "OPS", "LAB", "NEW", "OLD"]), st.integers(1, 12)), st.data())
@settings(max_examples=100, deadline=None)
def test_strata_are_dealt_by_the_contract(counts, data):
    """Places go to strata as the contract says, and within a stratum to the smallest tickets in their order."""
    population = issues(**counts)
    size = data.draw(st.integers(0, len(population)))
    drawn = draw_sample(population, size, "seed", ["project"])
    assert list(drawn["stratum"]) == dealt_by_the_contract(counts, size)
    for project, rows in drawn.groupby("stratum"):
        mine = sorted(ticket("seed", key) for key in population.loc[population["project"] == project, "key"])
        assert list(rows["ticket"]) == mine[: len(rows)]


@given(
    st.integers(0, 21), st.integers(0, 21), st.sampled_from([(), ("project",), ("project", "issue_type")]), st.randoms()
)
@settings(max_examples=50, deadline=None)
def test_a_larger_sample_contains_the_smaller(one, other, strata, random):
    """The smaller sample is the beginning of the larger, and the order of the population does not matter."""
    population = issues(PAY=12, OPS=6, LAB=3)
    shuffled = population.iloc[random.sample(range(21), 21)]
    small, large = sorted((one, other))
    first, second = draw_sample(population, small, "s", strata), draw_sample(shuffled, large, "s", strata)
    pd.testing.assert_frame_equal(first, second.head(small))


def test_strata_are_named_for_readers():
    """Values are joined with a slash, empty ones are shown, and a name is one line."""
    population = pd.DataFrame({"key": ["A-1", "A-2", "A-3"], "a": ["x", None, " "], "b": ["y\tz\n", 3, float("nan")]})
    assert stratum_names(population, ["a", "b"]) == ["x / y z", "(none) / 3", "(none) / (none)"]


@pytest.mark.parametrize(
    ("size", "seed", "strata", "message"),
    [
        (-1, "s", (), "can't draw -1 of 3"),
        (4, "s", (), "can't draw 4 of 3"),
        (1, 412, (), "no text .int.; give it as quoted text"),
        (1, "\ud800", (), "half a character"),
        (1, "a\0b", (), "NUL"),
        (1, "s", ["team"], "no column team; it has key, project"),
    ],
)
def test_what_cannot_be_drawn_is_told(size, seed, strata, message):
    """A draw that can't be redone, or asks for more than there is, is refused."""
    with pytest.raises(SampleError, match=message):
        draw_sample(issues(PAY=3), size, seed, strata)


def test_repeated_keys_are_refused():
    """An issue that stands twice would have two chances."""
    with pytest.raises(SampleError, match="PAY-1 more than once"):
        draw_sample(pd.concat([issues(PAY=2), issues(PAY=1)]), 1, "s")


def test_an_empty_population_gives_an_empty_sample():
    """A quiet period is no error."""
    drawn = draw_sample(issues(PAY=1).head(0), 0, "s")
    assert list(drawn.columns)[:4] == ["order", "key", "ticket", "stratum"]
    assert len(drawn) == 0


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


def test_the_auditors_own_selection_is_checked():
    """Each key of the list is in the sample, in the auditor's order, or rejected with a reason."""
    given_keys = [" pay-3 ", "PAY-1", "PAY-3", "PAY-99", "PAY", "", "PAY-03", "OPS-2"]
    chosen = select_keys(issues(PAY=5, OPS=2), given_keys)
    assert list(chosen.sample["key"]) == ["PAY-3", "PAY-1", "OPS-2"]
    assert list(chosen.sample["order"]) == [1, 2, 3]
    assert set(chosen.sample["ticket"]) == set(chosen.sample["stratum"]) == {""}
    assert list(chosen.sample["number"]) == [3, 1, 2]
    assert [tuple(row) for row in chosen.rejected.itertuples(index=False)] == [
        (3, "PAY-3", "repeated"),
        (4, "PAY-99", "not in the population"),
        (5, "PAY", "not an issue key"),
        (6, "", "not an issue key"),
        (7, "PAY-03", "not an issue key"),
    ]
    assert set(chosen.rejected["reason"]) == {"not an issue key", "repeated", "not in the population"}
    assert len(select_keys(issues(PAY=1), []).sample) == 0


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("PAY-1\nPAY-2\n", ["PAY-1", "PAY-2"]),
        ("\ufeff# chosen on site\r\nPAY-1\r\n\r\n PAY-2 \r\n", ["PAY-1", "PAY-2"]),
        ('why,Key\n"large, old",PAY-1\nx,PAY-2\n', ["PAY-1", "PAY-2"]),
        ("PAY-1,large\nPAY-2,small\n", ["PAY-1", "PAY-2"]),
        ("", []),
    ],
)
def test_a_list_of_keys_is_read(text, keys):
    """A key a line, or a CSV file."""
    assert parse_keys(text) == keys


def test_a_size_above_the_population_means_all_of_it():
    """An auditor who asks for 25 of 7 issues gets the 7, and is told."""
    found = planned_size(25, 7)
    assert (found.size, found.asked) == (7, 25)
    assert found.reason == "25 asked for; the population has only 7 issues, so all of it is drawn"
    assert planned_size(25, 700).reason == "25 asked for; drawn from 700 issues"
    assert planned_size(25, 25).size == 25
    assert planned_size(25, 0).size == 0
    assert "empty" in planned_size(25, 0).reason
    assert "only 1 issue," in planned_size(25, 1).reason


def test_a_size_can_come_from_rates_or_from_the_firms_table():
    """The three forms of the parameter, each told in words."""
    rates = {"confidence": 0.90, "tolerable_rate": 0.10, "expected_rate": 0.0}
    found = planned_size(rates, 500)
    assert (found.size, found.deviations) == (22, 0)
    assert found.reason.startswith("22 for confidence 0.9, tolerable rate 0.1 and expected rate 0.0, 0 deviations")
    assert planned_size({"by_population": [[5, "all"], [None, 25]]}, 4).size == 4
    assert planned_size({"by_population": [[None, 25]]}, 90).reason.startswith("the firm's table gives 25")


@pytest.mark.parametrize("wrong", [0, -3, True, "25", 2.5, None, {}, {"confidence": 0.9}, {"n": 3}])
def test_a_size_of_another_form_is_refused(wrong):
    """Nothing else is a sample size."""
    with pytest.raises(SampleError, match="sample_size"):
        planned_size(wrong, 100)


@pytest.mark.parametrize(
    ("population", "size"), [(1, 1), (5, 5), (6, 5), (50, 5), (51, 6), (250, 25), (245, 25), (251, 25), (10**6, 25)]
)
def test_the_firms_table_is_read_by_its_first_row_that_covers(population, size):
    """First row whose bound is not below N; percentages round up."""
    assert size_from_table([[5, "all"], [50, 5], [250, "10%"], [None, 25]], population) == size


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[5, 5]], "no row covers 100"),
        ([], "no row covers"),
        ([[None, "most"]], "'most'"),
        ([[None, "101%"]], "'101%'"),
        ([[None, 2.5]], "2.5"),
        ([["5", 5]], "not \\[bound, size\\]"),
        ([[None]], "not \\[bound, size\\]"),
    ],
)
def test_a_table_that_cannot_be_read_is_told(rows, message):
    """A wrong row is never skipped."""
    with pytest.raises(SampleError, match=message):
        size_from_table(rows, 100)


def test_percentages_are_exact():
    """0.1 % of 3,000 is 3, not the 4 of rounded arithmetic."""
    assert size_from_table([[None, "0.1%"]], 3000) == 3
    assert size_from_table([[None, "33.4%"]], 500) == 167


def binomial_tail(k, n, rate):
    return sum(math.comb(n, i) * rate**i * (1 - rate) ** (n - i) for i in range(k + 1))


def hypergeometric_tail(k, n, bad, population):
    count = sum(math.comb(bad, i) * math.comb(population - bad, n - i) for i in range(min(k, n) + 1))
    return Fraction(count, math.comb(population, n))


rates = st.integers(1, 99).map(lambda percent: Fraction(percent, 100))


@given(rates, st.integers(5, 60).map(lambda percent: Fraction(percent, 100)), st.integers(0, 8))
@settings(max_examples=60, deadline=None)
def test_a_binomial_size_is_the_smallest(confidence, tolerable, eighths):
    """An independent oracle: no smaller n meets the definition, this one does."""
    expected = tolerable * eighths / 12
    plan = size_from_rates(confidence, tolerable, expected)
    for n in range(max(1, plan.n - 40), plan.n + 1):
        meets = binomial_tail(math.ceil(n * expected), n, tolerable) <= 1 - confidence
        assert meets == (n == plan.n)
    assert plan.deviations == math.ceil(plan.n * expected)


@given(rates, rates, st.integers(1, 60), st.integers(0, 4), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_hypergeometric_size_is_the_smallest(confidence, tolerable, population, deviations, fixed):
    """An independent oracle, over all sizes, with a rate or a count expected."""
    bad = math.ceil(tolerable * population)
    expected = tolerable * deviations / 5
    k = {n: deviations if fixed else math.ceil(n * expected) for n in range(1, population + 1)}
    meets = [n for n in k if hypergeometric_tail(k[n], n, bad, population) <= 1 - confidence]
    count = {"expected_deviations": deviations} if fixed else {}
    if meets:
        plan = size_from_rates(confidence, tolerable, expected, population, **count)
        assert (plan.n, plan.deviations) == (meets[0], k[meets[0]])
    else:
        with pytest.raises(SampleError, match="no sample of up to"):
            size_from_rates(confidence, tolerable, expected, population, **count)


def test_published_sizes_and_limits():
    """All figures of AICPA's tables and of a published hypergeometric planner."""
    if not FIGURES.exists():
        pytest.skip("the figures of ../shared are not here")
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    for cell in figures["plan_binomial"]:
        expected = Fraction(cell["expected_pct"]) / 100
        plan = size_from_rates(cell["confidence"], Fraction(cell["tolerable_pct"], 100), expected)
        assert (plan.n, plan.deviations) == (cell["n"], cell["expected_deviations"])
    for row in figures["evaluate_binomial_upper_percent"]:
        limits = [percent_up(upper_limit(row["n"], k, row["confidence"])) for k in range(11)]
        assert limits == [Decimal(str(percent)) for percent in row["x0_to_10"]]
    for cell in figures["plan_hypergeometric"]:
        expected, _, unit = str(cell["expected"]).partition(" ")
        count = {"expected_deviations": int(expected)} if unit == "deviations" else {"expected": expected}
        assert size_from_rates(cell["confidence"], cell["tolerable"], population=cell["N"], **count).n == cell["n"]


@pytest.mark.parametrize(
    ("arguments", "plan"),
    [
        (("0.90", "0.10"), (22, 0)),
        ((0.95, 0.05), (59, 0)),
        ((Decimal("0.95"), "0.05", "0.01"), (93, 1)),
        (("0.95", "0.02", "0.0125"), (1030, 13)),
    ],
)
def test_rates_are_read_as_decimal_text(arguments, plan):
    """Text, decimals and floats of the same writing give the same size."""
    found = size_from_rates(*arguments)
    assert (found.n, found.deviations) == plan


def test_a_fixed_count_of_deviations_can_be_planned_for():
    """AICPA's sizes for 0 to 3 deviations at 95 % and 5 %."""
    sizes = [size_from_rates("0.95", "0.05", expected_deviations=k).n for k in range(4)]
    assert sizes == [59, 93, 124, 153]
    assert size_from_rates("0.01", "0.99", expected_deviations=3).n == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1", "0.05"), "confidence is 1; it must lie between 0 and 1"),
        (("0.95", "5"), "tolerable rate is 5"),
        (("0.95", "0"), "tolerable rate is 0"),
        (("0.95", "five"), "'five'; give a fraction like 0.05"),
        (("0.95", float("nan")), "nan"),
        (("0.95", "0.05", "-0.01"), "expected rate is -0.01"),
        (("0.95", "0.05", "0.05"), "not below the tolerable rate"),
        (("0.95", "0.05", "0.0499"), "no sample of up to 20,000"),
        (("0.95", "0.05", "0", 0), "population is 0"),
    ],
)
def test_rates_that_cannot_be_are_told(arguments, message):
    """The value seen and what is allowed."""
    with pytest.raises(SampleError, match=message):
        size_from_rates(*arguments)


def test_thousands_are_planned_in_a_second():
    """Sizes of several thousand come from exact arithmetic without waiting."""
    begin = time.perf_counter()
    assert size_from_rates("0.99", "0.02", "0.015").n == 4193
    assert time.perf_counter() - begin < 2


@given(st.integers(1, 60), st.integers(0, 60), rates)
@settings(max_examples=100, deadline=None)
def test_the_binomial_limit_meets_its_definition(size, deviations, confidence):
    """At the limit the probability is the risk or less; 10⁻¹⁵ below it is more."""
    deviations = min(deviations, size)
    limit = upper_limit(size, deviations, confidence)
    if deviations == size:
        assert limit == 1
    else:
        assert binomial_tail(deviations, size, limit) <= 1 - confidence
        assert binomial_tail(deviations, size, limit - Fraction(1, 10**15)) > 1 - confidence


@given(st.integers(1, 40), st.integers(0, 40), rates, st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_the_hypergeometric_limit_meets_its_definition(size, deviations, confidence, rest):
    """Tried over all possible K: the largest that the sample does not rule out."""
    deviations = min(deviations, size)
    population = size + rest
    possible = [
        bad for bad in range(population + 1) if hypergeometric_tail(deviations, size, bad, population) > 1 - confidence
    ]
    assert upper_limit(size, deviations, confidence, population) == Fraction(max(possible), population)


def test_a_limit_that_is_a_round_number_stays_one():
    """One clean issue of one, at 90 %: the limit is 90 % and not a trifle more."""
    assert upper_limit(1, 0, "0.9") == Fraction(9, 10)
    assert percent_up(upper_limit(1, 0, "0.9")) == Decimal("90.0")
    assert upper_limit(25, 0, "0.9", 25) == 0
    assert str(percent_up(upper_limit(60, 0, "0.95"))) == "4.9"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 0, "0.9"), "need size >= 1"),
        ((5, 6, "0.9"), "6 deviations in 5 issues"),
        ((5, -1, "0.9"), "-1 deviations"),
        ((5, 0, "0.9", 4), "can't come from a population of 4"),
        ((5, 0, "90"), "confidence is 90"),
    ],
)
def test_a_limit_that_cannot_be_is_told(arguments, message):
    """Numbers that contradict one another are refused."""
    with pytest.raises(SampleError, match=message):
        upper_limit(*arguments)


def test_a_hundred_thousand_issues_are_drawn_at_once():
    """Drawing, also by strata, takes a second for a large population."""
    rng = np.random.default_rng(1)
    population = pd.DataFrame({"key": [f"PAY-{n}" for n in range(100_000)], "team": rng.integers(0, 50, 100_000)})
    begin = time.perf_counter()
    assert len(draw_sample(population, 5000, "s", ["team"])) == 5000
    assert time.perf_counter() - begin < 5
