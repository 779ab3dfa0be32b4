"""Attribute sampling: how many issues, which ones, and what the deviations found allow to conclude. Pure, no I/O.

The draw needs no random numbers: each issue's ticket is SHA-256 of ``SEED:KEY``, and the smallest tickets are the
sample. So a reviewer redoes it with ``sha256sum`` and ``sort`` (`redraw_script`), and a larger sample from the same
seed contains the smaller one. Rates are exact fractions throughout: a sample size is never decided by rounding.
"""

from __future__ import annotations

import csv
import hashlib
import heapq
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import ceil, comb
from typing import Any

import pandas as pd

from auditlib.errors import SampleError
from auditlib.keys import is_key
from auditlib.phrases import percent, percent_up
from auditlib.tables import take_long_cells

NO_VALUE = "(none)"
"""How an empty value is shown in the name of a stratum."""

REJECTIONS = ("not an issue key", "repeated", "not in the population")
"""Why a key of the auditor's own selection is not in the sample, in the order in which it is asked."""

CONFIDENCE = "0.90"
"""Confidence of conclusions where nobody names one."""

_LARGEST_SAMPLE = 20_000  # beyond it the exact calculation takes minutes, and nobody tests that many by hand
_LIMIT_DIGITS = 15  # decimals of a binomial upper limit
_PRECISE = Context(prec=60)

_SCRIPT = r"""#!/bin/sh
# Redoes the draw of this sample with standard tools only, from @READS@ next to this script.
#   sh redraw.sh           prints order, key and ticket of each issue drawn
#   sh redraw.sh --check   also compares them with sample.csv: status 0 if they agree, else 1
# The ticket of an issue is the SHA-256 of the text SEED:KEY. By hand: printf '%s' 'SEED:KEY' | sha256sum
set -eu
LC_ALL=C
export LC_ALL
size=@SIZE@
seed=@SEED@

case ${1-} in '' | --check) ;; *) echo 'usage: sh redraw.sh [--check]' >&2; exit 2 ;; esac
cd -- "$(dirname -- "$0")"
if command -v sha256sum >/dev/null; then sha256=sha256sum; else sha256='shasum -a 256'; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Tickets. A file for each key, named by it, holds SEED:KEY, so that one sha256sum does them all.
mkdir "$work/keys"
SEED=$seed FOLDER=$work/keys awk '{
    file = ENVIRON["FOLDER"] "/" $0
    printf "%s:%s", ENVIRON["SEED"], $0 >file
    close(file)
}' keys.txt
(cd "$work/keys" && find . -type f -exec $sha256 {} +) | sed 's| [ *]\./| |' >"$work/tickets"

@DRAW@
cat "$work/drawn"
if [ "$(grep -c . "$work/drawn")" -ne "$size" ]; then
    echo "redraw.sh: fewer than $size issues in keys.txt" >&2
    exit 1
fi
if [ "${1-}" = --check ]; then
    # A line that begins inside quotes is no row: it belongs to a text that has several lines.
    awk -F , 'NR > 1 && !inside { print $1, $2, $3 } gsub(/"/, "") % 2 { inside = !inside }' sample.csv >"$work/sample"
    if cmp -s "$work/sample" "$work/drawn"; then
        echo "sample.csv agrees: $size of $(grep -c . keys.txt) issues"
    else
        echo 'redraw.sh: sample.csv differs from the draw (< sample.csv, > the draw):' >&2
        diff "$work/sample" "$work/drawn" >&2
        exit 1
    fi
fi
"""

_DRAW_SIMPLE = r"""# The draw: the smallest tickets.
sort "$work/tickets" | head -n "$size" | awk '{ print NR, $2, $1 }' >"$work/drawn"
"""

_DRAW_STRATA = r"""# The draw. Places are dealt one at a time: first one to each stratum, largest first; then always to
# the stratum with the greatest N / (2 n + 1) that has issues left (N: its issues, n: its places so far); ties go by
# stratum name. Each place goes to the smallest ticket left in its stratum. Strata are numbered in the order of names.
if ! cut -f 1 strata.txt | cmp -s - keys.txt; then
    echo 'redraw.sh: strata.txt and keys.txt do not list the same issues' >&2
    exit 1
fi
awk -F '\t' '
    NR == FNR { split($0, part, " "); ticket[part[2]] = part[1]; next }
    { print $2 "\t" ticket[$1] "\t" $1 }
' "$work/tickets" strata.txt | sort | awk -F '\t' -v size="$size" '
    NR == 1 || ($1 "") != (name "") { name = $1; strata++ }
    { N[strata]++; issue[strata, N[strata]] = $3 " " $2 }
    END {
        for (place = 1; place <= size; place++) {
            best = 0
            for (h = 1; h <= strata; h++) {
                if (n[h] + 0 == N[h] || (place <= strata && n[h] + 0 > 0)) continue
                if (best == 0 || N[h] * (2 * n[best] + 1) > N[best] * (2 * n[h] + 1)) best = h
            }
            if (best == 0) break
            n[best]++
            print place, issue[best, n[best]]
        }
    }
' >"$work/drawn"
"""

Rate = str | int | float | Decimal | Fraction
"""A rate as a fraction of 1: decimal text (``"0.05"``), or a number that is read as its shortest decimal text."""


@dataclass(frozen=True)
class Plan:
    """A sample size from rates: ``n`` issues, of which up to ``deviations`` may deviate."""

    n: int
    deviations: int


@dataclass(frozen=True)
class PlannedSize:
    """The sample size of an audit.

    Attributes
    ----------
    size : int
        Issues to draw, never more than there are.
    asked : int
        Issues the parameter asks for.
    deviations : int or None
        Deviations planned for, if the size comes from rates.
    reason : str
        One sentence: where the size comes from.
    """

    size: int
    asked: int
    deviations: int | None
    reason: str


@dataclass(frozen=True)
class Selection:
    """The auditor's own selection.

    Attributes
    ----------
    sample : DataFrame
        As `draw_sample` returns it, in the auditor's order; ``ticket`` and ``stratum`` are empty.
    rejected : DataFrame
        ``position`` (in the auditor's list, from 1), ``given``, ``reason`` (one of `REJECTIONS`).
    """

    sample: pd.DataFrame
    rejected: pd.DataFrame


def ticket(seed: str, key: str) -> str:
    """Return the ticket of an issue: lower-case hex SHA-256 of the UTF-8 text ``SEED:KEY``.

    >>> ticket("2026", "PAY-1")[:16]
    '8f370fb8b6562fc2'
    """
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def draw_sample(population: pd.DataFrame, size: int, seed: str, strata: Sequence[str] = ()) -> pd.DataFrame:
    """Draw a random sample without replacement, in a repeatable order.

    Without strata the issues with the smallest tickets are drawn. With strata places are dealt one at a time: first
    one to each stratum, largest first; then always to the stratum with the greatest N_h / (2 n_h + 1) that has issues
    left; ties by stratum name. Each place goes to the smallest ticket left in its stratum. The rows stand in the
    order in which the places were dealt, so the first rows of a larger sample are the smaller sample.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        One row per issue; column ``key`` holds unique issue keys.
    size : int
        Issues to draw, 0 <= size <= N.
    seed : str
        Chosen after the population is frozen, before the draw; recorded in the evidence.
    strata : sequence of str
        Columns of the population; issues with equal values are one stratum. Empty: a simple random sample.

    Returns
    -------
    DataFrame, shape (size, k + 3)
        ``order`` (from 1), ``key``, ``ticket``, ``stratum`` (values joined with `` / ``; empty text for a simple
        random sample), then the population's other columns.

    Raises
    ------
    SampleError
        If a key repeats, ``size`` is out of range, a stratum column does not exist, or the seed can't be typed into
        another tool.
    """
    _check_seed(seed)
    keys = population["key"].tolist()
    if len(set(keys)) != len(keys):
        twice = population["key"][population["key"].duplicated()].iloc[0]
        raise SampleError(f"the population holds {twice} more than once; a key may stand there once only")
    if not 0 <= size <= len(keys):
        raise SampleError(f"can't draw {size} of {len(keys)} issues; the size must be between 0 and {len(keys)}")
    names = stratum_names(population, strata)
    tickets = [ticket(seed, key) for key in keys]
    waiting: dict[str, list[int]] = {}
    for row in sorted(range(len(keys)), key=tickets.__getitem__):
        waiting.setdefault(names[row], []).append(row)
    dealt = _deal({name: len(rows) for name, rows in waiting.items()}, size)
    turn = {name: iter(rows) for name, rows in waiting.items()}
    drawn = [next(turn[name]) for name in dealt]
    return _sample(population, drawn, [tickets[row] for row in drawn], dealt)


def stratum_names(population: pd.DataFrame, strata: Sequence[str]) -> list[str]:
    """Name the stratum of each issue: its values joined with `` / ``, an empty one shown as ``(none)``.

    Strata are told apart by these names. White space within a value counts as one blank, so that a name is one line
    of ``strata.txt``.

    Raises
    ------
    SampleError
        If a column does not exist.
    """
    absent = [column for column in strata if column not in population]
    if absent:
        raise SampleError(
            f"sample_strata: the population has no column {', '.join(absent)}; it has {', '.join(population.columns)}"
        )
    if not strata:
        return [""] * len(population)
    columns = [[_shown(value) for value in population[column]] for column in strata]
    return [" / ".join(values) for values in zip(*columns, strict=True)]


def select_keys(population: pd.DataFrame, keys: Iterable[str]) -> Selection:
    """Take the auditor's own selection from the population, and say what can't be taken and why.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        One row per issue; column ``key``.
    keys : iterable of str
        As the auditor gave them; blanks around a key and lower case do not matter.

    Returns
    -------
    Selection
        Every key is either in the sample or among the rejected.
    """
    place = {key: row for row, key in enumerate(population["key"])}
    rows: list[int] = []
    rejected: list[tuple[int, str, str]] = []
    seen: set[str] = set()
    for position, given in enumerate(keys, start=1):
        key = given.strip().upper()
        if not is_key(key):
            rejected.append((position, given, "not an issue key"))
        elif key in seen:
            rejected.append((position, given, "repeated"))
        elif key not in place:
            rejected.append((position, given, "not in the population"))
        else:
            rows.append(place[key])
        seen.add(key)
    empty = [""] * len(rows)
    frame = pd.DataFrame(rejected, columns=["position", "given", "reason"], dtype=object)
    return Selection(_sample(population, rows, empty, empty), frame.astype({"position": "int64"}))


def parse_keys(text: str) -> list[str]:
    """Read a list of issue keys: one a line, or a CSV file with a column ``key`` (else its first column).

    Empty lines and lines that begin with ``#`` are left out.
    """
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip() and line.strip()[0] != "#"]
    take_long_cells(len(text))
    rows = [row for row in csv.reader(io.StringIO("\n".join(lines), newline="")) if row]
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    column = header.index("key") if "key" in header else 0
    body = rows[1:] if "key" in header else rows
    return [row[column].strip() for row in body if column < len(row)]


def planned_size(sample_size: object, population: int) -> PlannedSize:
    """Work out how many issues to draw, from the parameter ``sample_size``.

    A size above the population means all of it: an auditor who asks for 25 of 7 issues gets the 7, and is told.

    Parameters
    ----------
    sample_size : int or mapping
        A number; ``{"confidence": …, "tolerable_rate": …, "expected_rate": …}``; or ``{"by_population": rows}``.
    population : int
        Issues in the population, N.

    Returns
    -------
    PlannedSize
        ``size`` = min(asked, N).

    Raises
    ------
    SampleError
        If the parameter has another form, or no size meets it.
    """
    asked, deviations, source = _asked_size(sample_size, population)
    if asked < 1 and population > 0:
        raise SampleError(f"sample_size is {asked}; at least one issue must be drawn")
    if population == 0:
        return PlannedSize(0, asked, deviations, f"{source}; the population is empty, so nothing is drawn")
    if asked > population:
        reason = f"{source}; the population has only {_count(population, 'issue')}, so all of it is drawn"
        return PlannedSize(population, asked, deviations, reason)
    return PlannedSize(asked, asked, deviations, f"{source}; drawn from {_count(population, 'issue')}")


def size_from_table(rows: Sequence[Sequence[Any]], population: int) -> int:
    """Read a sample size from an audit firm's table.

    Parameters
    ----------
    rows : sequence of (bound, size)
        ``bound`` is a number or None (any population); ``size`` a number, ``"all"``, or a percentage like ``"10%"``,
        rounded up. The first row whose bound is not below N counts.
    population : int
        Issues in the population, N.

    Returns
    -------
    int
        What the table says; it may be more than N.

    Raises
    ------
    SampleError
        If no row covers N, or a row can't be read.
    """
    for row in rows:
        if len(row) != 2 or not (row[0] is None or _is_count(row[0])):
            raise SampleError(
                f"sample_size.by_population: {list(row)} is not [bound, size] with a number or null first"
            )
        bound, size = row
        if bound is not None and bound < population:
            continue
        if size == "all":
            return population
        if _is_count(size):
            return int(size)
        percentage = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*", size) if isinstance(size, str) else None
        if percentage is None or Fraction(percentage[1]) > 100:
            raise SampleError(f"sample_size.by_population: {size!r} is not a number, all, or a percentage like 10%")
        return ceil(Fraction(percentage[1]) * population / 100)
    raise SampleError(f"sample_size.by_population: no row covers {population:,} issues; end with [null, size]")


def size_from_rates(
    confidence: Rate,
    tolerable: Rate,
    expected: Rate = 0,
    population: int | None = None,
    *,
    expected_deviations: int | None = None,
) -> Plan:
    """Find the smallest sample that can show the deviation rate to be tolerable.

    Parameters
    ----------
    confidence : rate
        One-sided confidence, between 0 and 1.
    tolerable : rate
        Tolerable deviation rate, between 0 and 1.
    expected : rate
        Expected deviation rate, less than tolerable; k = ceil(n · expected) deviations are planned for.
    population : int, optional
        N: take the sample for one without replacement (hypergeometric) from a population in which
        K = ceil(tolerable · N) issues deviate. Default: binomial.
    expected_deviations : int, optional
        Plan for this count instead of ``expected``.

    Returns
    -------
    Plan
        The smallest n whose probability of at most k deviations is ≤ 1 − confidence, and k.

    Raises
    ------
    SampleError
        If a rate is out of range, or no sample of up to 20,000 issues will do.

    Notes
    -----
    AICPA Audit Guide *Audit Sampling*, appendix A, table A-1. Integers only: the probability of n + 1 issues follows
    from that of n by one subtraction, so thousands of sizes are tried in exact arithmetic in well under a second.
    """
    risk = 1 - _rate(confidence, "confidence", above=0, below=1)
    rate = _rate(tolerable, "tolerable rate", above=0, below=1)
    share = Fraction(0)
    if expected_deviations is not None:
        if expected_deviations < 0:
            raise SampleError(f"expected deviations is {expected_deviations}; it can't be negative")
    else:
        share = _rate(expected, "expected rate", least=0, below=1)
        if share >= rate:
            raise SampleError(
                f"expected rate {expected} is not below the tolerable rate {tolerable}: no sample will do"
            )
    if population is None:
        found = _size_binomial(risk, rate, share, expected_deviations)
    else:
        if population < 1:
            raise SampleError(f"population is {population}; it must be at least 1")
        found = _size_hypergeometric(risk, ceil(rate * population), share, expected_deviations, population)
    if found is None:
        most = _LARGEST_SAMPLE if population is None else min(_LARGEST_SAMPLE, population)
        raise SampleError(
            f"no sample of up to {most:,} issues will do: too many deviations expected for tolerable {tolerable}"
        )
    return found


def upper_limit(size: int, deviations: int, confidence: Rate, population: int | None = None) -> Fraction:
    """Return the upper limit of the deviation rate: the largest rate that the sample does not rule out.

    The largest rate for which at most ``deviations`` deviations are still more probable than 1 − confidence. It is
    meant for random draws only; a selection by hand has no such limit.

    Parameters
    ----------
    size : int
        Issues tested, n.
    deviations : int
        Deviations found, k; 0 <= k <= n.
    confidence : rate
        One-sided confidence, between 0 and 1.
    population : int, optional
        N: the sample was drawn without replacement from so many issues (hypergeometric); the limit is then K / N with
        the largest K. Default: binomial (Clopper and Pearson's limit), never more than 10⁻¹⁵ above the true one.

    Returns
    -------
    Fraction
        Between 0 and 1.

    Raises
    ------
    SampleError
        If the numbers contradict one another or confidence is out of range.

    Notes
    -----
    C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), doi:10.1093/biomet/26.4.404. AICPA table A-3.
    """
    risk = 1 - _rate(confidence, "confidence", above=0, below=1)
    if size < 1 or not 0 <= deviations <= size:
        raise SampleError(f"{deviations} deviations in {size} issues: need size >= 1 and 0 <= deviations <= size")
    if population is not None:
        if population < size:
            raise SampleError(f"a sample of {size} can't come from a population of {population}")
        return _limit_hypergeometric(size, deviations, risk, population)
    if deviations == size:
        return Fraction(1)
    low, high = 0, 10**_LIMIT_DIGITS  # at 0 the sample is certain, at 1 impossible
    while high - low > 1:
        middle = (low + high) // 2
        if _is_possible(size, deviations, middle, risk):
            low = middle
        else:
            high = middle
    return Fraction(high, 10**_LIMIT_DIGITS)


def says_nothing(tested: int, confidence: str, tolerable: str | None = None) -> bool:
    """Say whether a sample is too small to show anything: not even without a deviation would the limit be of use.

    Parameters
    ----------
    tested : int
        Sampled issues that an attribute concerns.
    confidence : str
        Of the limit.
    tolerable : str, optional
        The tolerable rate; without one, a limit above one half says nothing.

    Examples
    --------
    >>> says_nothing(3, "0.90"), says_nothing(4, "0.90"), says_nothing(21, "0.90", "0.10")
    (True, False, True)
    """
    return tested == 0 or upper_limit(tested, 0, confidence) > Fraction(tolerable or "0.5")


def evaluation_words(size: int, deviations: int, confidence: Rate, population: int | None = None) -> str:
    """Say what a tested sample allows to conclude, as one sentence without a full stop.

    Raises
    ------
    SampleError
        If the numbers contradict one another.
    """
    limit = percent_up(upper_limit(size, deviations, confidence, population))
    drawn = "" if population is None else f", drawn from {population:,}"
    found = _count(deviations, "deviation") if deviations else "no deviation"
    return (
        f"{_count(size, 'issue')} drawn at random{drawn}, with {found}, {'supports' if size == 1 else 'support'} a deviation "
        f"rate of at most {limit} % in the population, at {percent(confidence)} % confidence"
    )


def plan_words(size: int, confidence: Rate) -> str:
    """Say before the test what a sample of this size can show, and what a deviation would cost.

    >>> plan_words(25, "0.90")
    '25 without a deviation support at most 8.8 % at 90 % confidence; one deviation raises that to 14.7 %'
    """
    none = percent_up(upper_limit(size, 0, confidence))
    shows = "supports" if size == 1 else "support"
    words = f"{size:,} without a deviation {shows} at most {none} % at {percent(confidence)} % confidence"
    if size == 1:
        return words
    return f"{words}; one deviation raises that to {percent_up(upper_limit(size, 1, confidence))} %"


def keys_text(population: pd.DataFrame) -> str:
    """Return ``keys.txt``: the population's keys, one a line, in byte order."""
    return "".join(f"{key}\n" for key in sorted(population["key"]))


def strata_text(population: pd.DataFrame, strata: Sequence[str]) -> str:
    """Return ``strata.txt``: key, TAB, stratum of each issue, one a line, in the keys' byte order."""
    rows = zip(population["key"], stratum_names(population, strata), strict=True)
    return "".join(f"{key}\t{name}\n" for key, name in sorted(rows))


def redraw_script(seed: str, size: int, strata: Sequence[str] = ()) -> str:
    """Return ``redraw.sh``: a POSIX shell script that redoes the draw without this package.

    It reads ``keys.txt`` (with strata: ``strata.txt`` too) next to it, prints order, key and ticket of each drawn
    issue, and with ``--check`` compares them with ``sample.csv``. It needs a shell, ``sha256sum`` (or ``shasum``),
    ``sort``, ``awk`` and the other standard tools.

    Parameters
    ----------
    seed : str
        Any text without a NUL.
    size : int
        Issues drawn.
    strata : sequence of str
        As for `draw_sample`; only whether there are any matters.

    Returns
    -------
    str
        The script; ends with a line feed.

    Raises
    ------
    SampleError
        If the seed can't be written into a script.
    """
    _check_seed(seed)
    quoted = "'" + seed.replace("'", "'\\''") + "'"
    draw = _DRAW_STRATA if strata else _DRAW_SIMPLE
    reads = "keys.txt and strata.txt" if strata else "keys.txt"
    return (
        _SCRIPT.replace("@READS@", reads).replace("@DRAW@", draw).replace("@SIZE@", str(size)).replace("@SEED@", quoted)
    )


def _asked_size(sample_size: object, population: int) -> tuple[int, int | None, str]:
    """Return the size that the parameter asks for, the deviations planned for, and where they come from."""
    if isinstance(sample_size, int) and not isinstance(sample_size, bool):
        return sample_size, None, f"{sample_size:,} asked for"
    spec: dict[str, Any] = dict(
        sample_size if isinstance(sample_size, Mapping) else getattr(sample_size, "__dict__", {})
    )
    if set(spec) == {"by_population"}:
        asked = size_from_table(spec["by_population"], population)
        return asked, None, f"the firm's table gives {asked:,} for a population of {population:,}"
    if {"confidence", "tolerable_rate"} <= set(spec) <= {"confidence", "tolerable_rate", "expected_rate"}:
        confidence, tolerable, expected = spec["confidence"], spec["tolerable_rate"], spec.get("expected_rate", 0)
        plan = size_from_rates(confidence, tolerable, expected)
        source = (
            f"{plan.n:,} for confidence {confidence}, tolerable rate {tolerable} and expected rate {expected}, "
            f"{_count(plan.deviations, 'deviation')} planned for (binomial)"
        )
        return plan.n, plan.deviations, source
    raise SampleError(
        f"sample_size is {sample_size!r}; give a number, {{confidence, tolerable_rate, expected_rate}}, "
        "or {by_population: [[bound, size], …]}"
    )


def _check_seed(seed: str) -> None:
    """Refuse what is no text, or can't be handed to another program."""
    if not isinstance(seed, str):
        raise SampleError(f"the seed is {seed!r}, which is no text ({type(seed).__name__}); give it as quoted text")
    try:
        seed.encode()
    except UnicodeEncodeError as error:
        raise SampleError("the seed holds half a character (a lone surrogate); give other text") from error
    if "\0" in seed:
        raise SampleError("the seed holds a NUL character; give text that can be typed")


def _shown(value: object) -> str:
    """Show a value as part of a stratum's name."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN is not itself
        return NO_VALUE
    return " ".join(str(value).split()) or NO_VALUE


def _deal(counts: Mapping[str, int], size: int) -> list[str]:
    """Deal ``size`` places to strata of ``counts`` issues; return the stratum of each place in turn.

    N_h / (2 n_h + 1) is the rule of Webster and Sainte-Laguë; exact fractions, so that ties are ties.
    """
    first = sorted(counts, key=lambda name: (-counts[name], name))[:size]
    queue = [(-Fraction(counts[name], 3), name, 1) for name in first if counts[name] > 1]
    heapq.heapify(queue)
    dealt = first
    while len(dealt) < size:
        _, name, given = heapq.heappop(queue)
        dealt.append(name)
        if given + 1 < counts[name]:
            heapq.heappush(queue, (-Fraction(counts[name], 2 * given + 3), name, given + 1))
    return dealt


def _sample(population: pd.DataFrame, rows: list[int], tickets: list[str], names: list[str]) -> pd.DataFrame:
    """Put a sample together: its own columns first, then the population's."""
    drawn = population.iloc[rows].reset_index(drop=True)
    own = pd.DataFrame(
        {
            "order": pd.Series(range(1, len(rows) + 1), dtype="int64"),
            "key": drawn["key"],
            "ticket": pd.Series(tickets, dtype=object),
            "stratum": pd.Series(names, dtype=object),
        }
    )
    kept = [column for column in drawn.columns if column not in own.columns]
    return pd.concat([own, drawn[kept]], axis="columns")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _rate(
    value: Rate, name: str, *, above: int | None = None, least: int | None = None, below: int | None = None
) -> Fraction:
    """Read a rate exactly, as decimal text, and refuse one that is out of range."""
    try:
        rate = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError) as error:
        raise SampleError(f"{name} is {value!r}; give a fraction like 0.05") from error
    if (
        (above is not None and rate <= above)
        or (least is not None and rate < least)
        or (below is not None and rate >= below)
    ):
        raise SampleError(f"{name} is {value}; it must lie between 0 and 1 (5 % is 0.05)")
    return rate


def _size_binomial(risk: Fraction, rate: Fraction, share: Fraction, fixed: int | None) -> Plan | None:
    """Smallest n with P(at most k of n) <= risk; all probabilities are integers over b^n, with rate = a / b.

    ``tail`` is P(at most k of n) and ``last`` is P(exactly k of n). One issue more: tail loses a / b of last. One
    deviation more: tail gains the next last.
    """
    a, b = rate.numerator, rate.denominator
    k = 0
    whole, tail, last = 1, 1, 1  # n = 0
    for n in range(1, _LARGEST_SAMPLE + 1):
        whole *= b
        tail = tail * b - last * a
        last = last * (b - a) * n // (n - k)
        wanted = ceil(n * share) if fixed is None else fixed
        while k < min(wanted, n - 1):
            last = last * (n - k) * a // ((k + 1) * (b - a))
            tail += last
            k += 1
        if k == wanted and tail * risk.denominator <= risk.numerator * whole:
            return Plan(n, k)
    return None


def _size_hypergeometric(risk: Fraction, bad: int, share: Fraction, fixed: int | None, population: int) -> Plan | None:
    """Smallest n with P(at most k of n) <= risk, drawn without replacement; ``bad`` of ``population`` deviate.

    ``tail`` is P(at most k of n) as a count of samples, ``whole`` the count of all samples of n.
    """
    good = population - bad
    k = 0
    whole, tail, last = 1, 1, 1  # n = 0
    for n in range(1, min(_LARGEST_SAMPLE, population) + 1):
        left = population - n + 1
        whole = whole * left // n
        tail = (tail * left - last * (bad - k)) // n
        wanted = ceil(n * share) if fixed is None else fixed
        last = last * (good - n + 1 + k) // (n - k) if last and n > k else _samples(bad, good, n, k)
        while k < wanted:
            k += 1
            last = _samples(bad, good, n, k)
            tail += last
        if tail * risk.denominator <= risk.numerator * whole:
            return Plan(n, k)
    return None


def _samples(bad: int, good: int, n: int, k: int) -> int:
    """Count the samples of n that hold exactly k of the ``bad``."""
    return comb(bad, k) * comb(good, n - k) if k <= n else 0


def _is_possible(size: int, deviations: int, rate: int, risk: Fraction) -> bool:
    """Say whether at most ``deviations`` of ``size`` are more probable than ``risk`` at a rate of ``rate`` / 10¹⁵.

    Sixty digits decide it, since every term is positive and each step adds at most one unit in the last; what they
    can't tell apart is decided by integers.
    """
    one = 10**_LIMIT_DIGITS
    good, bad = Decimal(one - rate).scaleb(-_LIMIT_DIGITS), Decimal(rate).scaleb(-_LIMIT_DIGITS)
    odds = _PRECISE.divide(bad, good)
    term = _PRECISE.power(good, size)
    tail = term
    for i in range(deviations):
        term = _PRECISE.divide(_PRECISE.multiply(_PRECISE.multiply(term, Decimal(size - i)), odds), Decimal(i + 1))
        tail = _PRECISE.add(tail, term)
    wanted = _PRECISE.divide(Decimal(risk.numerator), Decimal(risk.denominator))
    if abs(tail - wanted) > wanted * Decimal("1e-40"):
        return tail > wanted
    exact = sum(comb(size, i) * rate**i * (one - rate) ** (size - i) for i in range(deviations + 1))
    return bool(exact * risk.denominator > risk.numerator * one**size)


def _limit_hypergeometric(size: int, deviations: int, risk: Fraction, population: int) -> Fraction:
    """Largest K / N for which at most ``deviations`` of ``size`` are more probable than ``risk``."""
    whole = comb(population, size) * risk.numerator
    low, high = deviations, population - size + deviations + 1  # certain at the one, impossible at the other
    while high - low > 1:
        bad = (low + high) // 2
        good = population - bad
        least = max(0, size - good)
        term = _samples(bad, good, size, least)
        tail = term
        for i in range(least, deviations):
            term = term * (bad - i) * (size - i) // ((i + 1) * (good - size + i + 1))
            tail += term
        if tail * risk.denominator > whole:
            low = bad
        else:
            high = bad
    return Fraction(low, population)
