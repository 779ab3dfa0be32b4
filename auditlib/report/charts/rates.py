"""The chart of deviation rates and their upper limits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from auditlib.audit.sampling.limits import says_nothing
from auditlib.phrases import percent, percent_up, share
from auditlib.report.charts.style import BLUE, INK, PAGE_WIDTH, VERMILION, drawing, empty_figure, note, nothing, plain


def rates_figure(rates: pd.DataFrame, width: float = PAGE_WIDTH) -> Figure:
    """Show the deviations from each attribute: of the whole population where it was tested, else of the sample with its limit.

    Parameters
    ----------
    rates : DataFrame
        ``attribute_rates.csv``.
    width : float
        Inches.

    Returns
    -------
    Figure
        A line per attribute: of the population its exact rate as a square; of the sample the observed rate as a dot and the
        line to its upper limit; the tolerable rate as an upright.
    """
    shown = _one_row_each(rates)
    with drawing():
        figure = empty_figure(width, 0.75 + 0.34 * max(1, len(shown)))
        draw_rates(figure.subplots(), shown)
    return figure


def _one_row_each(rates: pd.DataFrame) -> pd.DataFrame:
    """Keep of each attribute what says more: the whole population where it was tested, else the sample."""
    over = rates[(rates["scope"] == "population") & (rates["tested"] > 0)]
    mine = rates[rates["scope"] == "sample"]
    order = mine["attribute"].tolist()
    kept = [part for part in (over, mine[~mine["attribute"].isin(over["attribute"])]) if len(part)] or [mine]
    joined = pd.concat(kept)
    return joined.sort_values("attribute", key=lambda names: names.map(order.index), kind="stable", ignore_index=True)


def draw_rates(ax: Axes, rates: pd.DataFrame) -> Axes:
    """Draw the deviation rate of each attribute and, of a sample, its upper limit.

    Parameters
    ----------
    ax : Axes
    rates : DataFrame
        attribute, scope, tested, exceptions, no_evidence, deviation_rate, upper_limit, confidence, tolerable_rate; an
        attribute without an upper limit has a mark alone, one that concerns no issue, or so few that they say nothing, words.

    Returns
    -------
    Axes
    """
    if not len(rates):
        nothing(ax, "no attribute is tested")
        return ax
    limits = rates["upper_limit"].fillna(rates["deviation_rate"]).fillna(0.0)
    tolerable = rates["tolerable_rate"].dropna()
    mute = [_says_nothing(row) for row in rates.itertuples()]
    most = max([0.05, *limits[[not one for one in mute]].tolist(), *tolerable.astype(float)])
    for place, (row, silent) in enumerate(zip(rates.itertuples(), mute, strict=True)):
        deviations = int(row.exceptions + row.no_evidence)
        if silent:
            few = f"{deviations:,} of {int(row.tested):,} sampled: too few to say anything of the population"
            text = few if row.tested else "no sampled issue is concerned"
            note(ax, text, (0.0, place), (4, 0), va="center", color=INK)
            continue
        worst = row.deviation_rate if pd.isna(row.upper_limit) else row.upper_limit
        over = not pd.isna(row.tolerable_rate) and worst > row.tolerable_rate
        color = VERMILION if over else BLUE
        of = "in the whole population" if row.scope == "population" else "sampled"
        limit = "" if pd.isna(row.upper_limit) else f", at most {percent_up(Fraction(str(row.upper_limit)))} %"
        found = f"{deviations:,} of {int(row.tested):,} {of} ({share(deviations, int(row.tested))}){limit}"
        ax.hlines(place, row.deviation_rate, worst, color=color, linewidth=2)
        mark = "s" if row.scope == "population" else "o"
        ax.plot(row.deviation_rate, place, mark, color=color, clip_on=False, zorder=3)
        note(ax, f"{found}{', over' if over else ''}", (float(worst), place), (6, 0), va="center", color=color)
    for rate in tolerable.drop_duplicates():
        ax.axvline(float(rate), color=INK, linewidth=0.8)
        note(ax, f"tolerable {percent(str(rate))} %", (float(rate), -0.62), (3, 0), va="center", color=INK)
    ax.set_yticks(range(len(rates)), [plain(str(name)) for name in rates["attribute"]])
    ax.set_ylim(len(rates) - 0.5, -0.8)
    ax.set_xlim(0, most * 2.2)
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= 1])
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if most > 0.1 else 1))
    ax.set_xlabel("deviation rate of the issues concerned")
    ax.tick_params(axis="y", length=0, pad=8)
    return ax


def _says_nothing(row: Any) -> bool:
    """Say whether a row of rates says nothing: nothing was tested, or a drawn sample too small for any limit of use."""
    if not row.tested or row.scope == "population" or pd.isna(row.upper_limit):
        return not row.tested
    tolerable = None if pd.isna(row.tolerable_rate) else str(row.tolerable_rate)
    return says_nothing(int(row.tested), str(row.confidence), tolerable)
