"""Which issues are the sample, as the parameters say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from auditlib.errors import SampleError
from auditlib.params import Parameters
from auditlib.sampling import draw_sample, keys_text, parse_keys, planned_size, redraw_script, select_keys, strata_text


@dataclass(frozen=True)
class Drawn:
    """A sample and how it came about.

    Attributes
    ----------
    sample : DataFrame
        ``sample.csv``.
    reason : str
        Why it has this size, in words.
    seed : str or None
        None for the auditor's own selection.
    strata : tuple of str
        Columns by which the population was split.
    reduced : bool
        Whether the population is smaller than the size asked for.
    rejected : DataFrame
        Keys of the auditor's list that can't be tested: position, given, reason.
    """

    sample: pd.DataFrame
    reason: str
    seed: str | None
    strata: tuple[str, ...]
    reduced: bool
    rejected: pd.DataFrame


def plan_and_draw(population: pd.DataFrame, params: Parameters, key_list: str | None) -> Drawn:
    """Take the auditor's selection if there is one, else draw.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        ``population.csv``.
    params : Parameters
        sample_size, sample_seed, sample_strata, sample_keys.
    key_list : str or None
        Text of the file that ``sample_keys`` names.

    Raises
    ------
    SampleError
        If there is a seed missing, or none of the auditor's keys is in the population.
    """
    nothing = pd.DataFrame({"position": [], "given": [], "reason": []})
    if params.sample_keys is not None:
        keys: Sequence[str] = parse_keys(key_list or "") if isinstance(params.sample_keys, str) else params.sample_keys
        chosen = select_keys(population, keys)
        if not len(chosen.sample):
            shown = "; ".join(f"{row.given}: {row.reason}" for row in chosen.rejected.head(5).itertuples())
            raise SampleError(f"none of the {len(keys):,} sample_keys is in the population ({shown})")
        return Drawn(chosen.sample, "selected by the auditor", None, (), False, chosen.rejected)
    if params.sample_seed is None:
        raise SampleError("there is no sample_seed; a run draws one and writes it into the package's params.yaml")
    plan = planned_size(params.size_rule, len(population))
    sample = draw_sample(population, plan.size, params.sample_seed, params.sample_strata)
    return Drawn(sample, plan.reason, params.sample_seed, params.sample_strata, plan.size < plan.asked, nothing)


def redraw_files(population: pd.DataFrame, drawn: Drawn) -> dict[str, bytes]:
    """Return ``keys.txt`` and, for a draw, ``redraw.sh`` (with strata also ``strata.txt``), by file name."""
    files = {"keys.txt": keys_text(population).encode()}
    if drawn.seed is not None:
        files["redraw.sh"] = redraw_script(drawn.seed, len(drawn.sample), drawn.strata).encode()
        if drawn.strata:
            files["strata.txt"] = strata_text(population, drawn.strata).encode()
    return files
