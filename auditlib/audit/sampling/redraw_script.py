"""The script that draws the sample again with ``sha256sum``, and the files that it reads. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from auditlib.audit.sampling.draw import check_seed, stratum_names

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
    check_seed(seed)
    quoted = "'" + seed.replace("'", "'\\''") + "'"
    draw = _DRAW_STRATA if strata else _DRAW_SIMPLE
    reads = "keys.txt and strata.txt" if strata else "keys.txt"
    return (
        _SCRIPT.replace("@READS@", reads).replace("@DRAW@", draw).replace("@SIZE@", str(size)).replace("@SEED@", quoted)
    )
